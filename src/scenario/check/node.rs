//! What pools and single nodes have in common: labels, taints, resources.

use crate::api::{Labels, Taint, label_value_problems, qualified_name_problems};
use crate::input::{FieldPath, Tree};
use crate::scenario::check::cluster::is_reserved;
use crate::scenario::check::findings::{Findings, first_problem};
use crate::scenario::check::section::Section;
use crate::scenario::written::{self, NodeLabels};

/// The labels, with those that have no value.
pub(super) fn checked_labels(
    findings: &mut Findings,
    section: &Section<'_>,
    labels: &NodeLabels,
) -> Labels {
    let path = section.path.key("labels");
    let mut checked = Labels::default();
    for (key, value) in labels {
        checked.insert(&**key, value.clone().unwrap_or_default());
    }
    for key in valueless(section.tree.get("labels")) {
        checked.insert(key, "");
    }
    for (key, value) in checked.iter() {
        check_label(findings, key, value, &path.key(key));
    }
    checked
}

/// The keys of a map that have no value; decoding drops them.
pub(super) fn valueless(map: Option<&Tree>) -> impl Iterator<Item = &str> {
    let entries = if let Some(Tree::Map(entries)) = map { entries.as_slice() } else { &[] };
    entries.iter().filter(|(_, value)| *value == Tree::Null).map(|(key, _)| key.as_str())
}

/// Checks one label of a node.
pub(super) fn check_label(findings: &mut Findings, key: &str, value: &str, path: &FieldPath) {
    if is_reserved(key) {
        let message = format!("the label `{key}` belongs to rollcast");
        findings.error_on_key("reserved-label", path, message, "use a prefix of your own");
    }
    check_label_key(findings, key, path);
    if let Some(why) = first_problem(label_value_problems(value)) {
        let message = format!("`{value}` cannot be the value of a label: {why}");
        findings.error("invalid-label", path, message, "use letters, digits, `-`, `_` and `.`");
    }
}

/// Checks the key of a label.
pub(super) fn check_label_key(findings: &mut Findings, key: &str, path: &FieldPath) {
    if let Some(why) = first_problem(qualified_name_problems(key)) {
        let message = format!("`{key}` cannot be the key of a label: {why}");
        findings.error_on_key("invalid-label", path, message, "write `name` or `example.com/name`");
    }
}

/// The taints; two of the same key and effect cannot be on one node.
///
/// Source: pkg/apis/core/validation/validation.go › validateNodeTaints.
pub(super) fn checked_taints(
    findings: &mut Findings,
    section: &Section<'_>,
    taints: Vec<written::Taint>,
) -> Vec<Taint> {
    let taints: Vec<_> = taints.into_iter().map(|taint| taint.0).collect();
    for (index, taint) in taints.iter().enumerate() {
        let same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
        if taints[..index].iter().any(same) {
            let message = format!("there are two taints `{}:{}`", taint.key, taint.effect);
            let path = section.path.key("taints").index(index);
            findings.error("duplicate-taint", &path, message, "remove one of them");
        }
    }
    taints
}

/// What nodes have, and what is already taken.
pub(super) mod resources {
    use super::{Findings, Section};
    use crate::api::{Quantity, is_huge_page, qualified_name_problems};
    use crate::input::FieldPath;
    use crate::scenario::valid::{OtherPods, Resources};
    use crate::scenario::written::{self, Allocatable};

    /// Cores of a node of which nothing is said.
    const DEFAULT_CORES: i64 = 4;
    /// Memory of such a node: 16Gi.
    const DEFAULT_MEMORY: i64 = 16 << 30;
    /// Pods of such a node. Source: pkg/kubelet/apis/config/v1beta1/defaults.go.
    const DEFAULT_PODS: u32 = 110;

    /// What pods may request on a node.
    pub(crate) fn allocatable(written: &Allocatable) -> Resources {
        Resources {
            cpu: written.cpu.unwrap_or(Quantity::from_units(DEFAULT_CORES)),
            memory: written.memory.unwrap_or(Quantity::from_units(DEFAULT_MEMORY)),
            pods: written.pods.unwrap_or(DEFAULT_PODS),
            others: written.others.clone(),
        }
    }

    /// Pods of others, and what they request together.
    pub(crate) fn other_pods(written: &written::OtherPods) -> OtherPods {
        let requests = Resources {
            cpu: written.requests.cpu.unwrap_or_default(),
            memory: written.requests.memory.unwrap_or_default(),
            pods: written.count,
            others: written.requests.others.clone(),
        };
        OtherPods { requests, priority: written.priority }
    }

    /// What pods may request; that others request more than that is no cluster that can be.
    pub(crate) fn checked(
        findings: &mut Findings,
        section: &Section<'_>,
        written: &Allocatable,
        others: &written::OtherPods,
    ) -> Resources {
        let (allocatable, others) = (allocatable(written), other_pods(others).requests);
        let requests = section.path.key("otherPods").key("requests");
        let room = section.path.key("allocatable");
        for (name, amount) in all(&allocatable) {
            check_amount(findings, name, amount, &room.key(name));
        }
        for (name, taken) in all(&others) {
            let field = requests.key(name);
            check_amount(findings, name, taken, &field);
            let Some(room) = room_for(&allocatable, name) else { continue };
            if taken > room && !room.is_negative() {
                let message = format!("other pods request {taken} of {room} {name}");
                let hint = "raise `allocatable` or lower `otherPods`";
                findings.error("contradiction", &field, message, hint);
            }
        }
        if others.pods > allocatable.pods {
            let message =
                format!("{} other pods do not fit on a node for {}", others.pods, allocatable.pods);
            let field = section.path.key("otherPods").key("count");
            findings.error("contradiction", &field, message, "raise `allocatable.pods`");
        }
        allocatable
    }

    /// Every resource but the number of pods.
    fn all(resources: &Resources) -> impl Iterator<Item = (&str, Quantity)> {
        let others = resources.others.iter().map(|(name, amount)| (name.as_str(), *amount));
        [("cpu", resources.cpu), ("memory", resources.memory)].into_iter().chain(others)
    }

    /// How much there is of a resource; none for any amount.
    fn room_for(allocatable: &Resources, name: &str) -> Option<Quantity> {
        let written = all(allocatable).find(|(known, _)| *known == name).map(|(_, amount)| amount);
        written.or_else(|| (name != "ephemeral-storage").then_some(Quantity::ZERO))
    }

    fn check_amount(findings: &mut Findings, name: &str, amount: Quantity, path: &FieldPath) {
        if amount.is_negative() {
            let message = format!("`{amount}` must not be negative");
            findings.error("out-of-range", path, message, "write an amount such as `4` or `16Gi`");
        }
        if !qualified_name_problems(name).is_empty() {
            let message = format!("`{name}` cannot be the name of a resource");
            let hint = "write a domain and a name, such as `nvidia.com/gpu`";
            findings.error_on_key("invalid-resource", path, message, hint);
        }
        let is_counted = name.contains('/') || is_huge_page(name);
        if is_counted && !amount.is_whole() {
            let message = format!("`{amount}` of `{name}` is not a whole number");
            findings.error("out-of-range", path, message, "write a whole number, such as `8`");
        }
    }
}
