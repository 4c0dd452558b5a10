//! What was added to a manifest, in lines for people, each with the option that changes it.

use std::collections::BTreeMap;

use crate::api::{DaemonSet, Quantity};
use crate::input::{FieldPath, Segment};
use crate::report::readable::{count, listed, number};
use crate::scenario::{AssumedNodes, AssumedUpdate, MadeScenario, Phase, Scenario};

/// DaemonSets that are named, and pairs of them.
const MOST_NAMES: usize = 4;
/// Kinds of objects that are named.
const MOST_KINDS: usize = 4;

/// What was added to a manifest.
#[derive(Clone, Debug)]
pub(super) struct Assumption {
    /// The field at the top of the scenario that says it.
    field: &'static str,
    /// The line for people.
    line: String,
}

/// What is assumed of fields that the command line leaves as they were made: who sets one knows.
pub(super) fn unless_set(assumed: &[Assumption], set: &[FieldPath]) -> Vec<String> {
    let left = assumed.iter().filter(|it| !is_set(set, it.field));
    left.map(|it| it.line.clone()).collect()
}

/// Whether the command line sets a field at the top of a scenario, or something in it.
pub(super) fn is_set(set: &[FieldPath], field: &str) -> bool {
    let top = |path: &FieldPath| match path.segments().first() {
        Some(Segment::Key(key)) => key == field,
        Some(Segment::Index(_)) | None => false,
    };
    set.iter().any(top)
}

/// What was added: nodes, their labels, priority classes, the rollout.
pub(super) fn assumed(made: &MadeScenario, image: Option<&str>) -> Vec<Assumption> {
    let several = made.nodes.len() > 1;
    let about = |field: &'static str| move |line: String| Assumption { field, line };
    let mut lines: Vec<Assumption> =
        made.nodes.iter().map(|it| nodes(it, several)).map(about("cluster")).collect();
    if !made.priority_classes.is_empty() {
        let (names, are) = match made.priority_classes.as_slice() {
            [only] => (format!("the PriorityClass {only}"), "is"),
            all => (format!("the PriorityClasses {}", listed(all, "and")), "are"),
        };
        let line = format!("{names} {are} in the cluster (--save FILE to write the value)");
        lines.push(about("priorityClasses")(line));
    }
    let several = made.updates.len() > 1;
    let rollouts = match image {
        None => vec![
            "the rollout is a restart (--image NAME for an update, --save FILE for anything else)"
                .to_owned(),
        ],
        Some(image) => made.updates.iter().map(|it| update(it, image, several)).collect(),
    };
    lines.extend(rollouts.into_iter().map(about("events")));
    lines
}

/// What a loaded scenario rests on that was made of a manifest.
pub(super) fn of_scenario(scenario: &Scenario) -> Vec<String> {
    // Of those that nobody has set.
    let phases = &scenario.latencies.assumed;
    let example = phases.get(&Phase::Ready).or_else(|| phases.first()).map(|it| it.name());
    let line = |line: String| {
        let is_phase = line.starts_with("latencies.") && line.ends_with("not measured");
        match example.filter(|_| is_phase) {
            Some(phase) => format!("{line} (--set latencies.{phase}=20s)"),
            None => line,
        }
    };
    scenario.assumptions().into_iter().map(line).collect()
}

/// What the user should know of the file, and is no assumption.
pub(super) fn notes(made: &MadeScenario) -> Vec<String> {
    let mut notes: Vec<String> = (made.shared_ports.iter())
        .take(MOST_NAMES)
        .map(|it| {
            let [one, other] = &it.daemon_sets;
            format!(
                "{one} and {other} both take port {} of a node: in a cluster, one of the two stays \
                 Pending",
                it.port
            )
        })
        .collect();
    let unfulfilled = made.unfulfilled.iter();
    notes.extend(unfulfilled.take(MOST_NAMES).map(|it| format!("{it}; its pods run nowhere")));
    let more = made.unfulfilled.len().saturating_sub(MOST_NAMES);
    if more > 0 {
        let them = count(more as u64, "more DaemonSet");
        notes.push(format!("no node can be one that {them} ask for, either"));
    }
    if !made.on_delete.is_empty() {
        notes.push(format!(
            "{}: OnDelete, so nodes change when somebody deletes their pods; what maxUnavailable \
             would do, `--set daemonSets[0].manifest.spec.updateStrategy.type=RollingUpdate` shows",
            listed(&made.on_delete, "and")
        ));
    }
    notes.extend(passed_over(&made.passed_over));
    if made.passed_over.contains_key("LimitRange") {
        notes.push("a LimitRange is not applied: pods get no requests from it".to_owned());
    }
    notes
}

/// What the user should know of a comparison of a scenario that was made of a manifest: which
/// DaemonSet its figures are about, and where a surge may find ports taken that nobody wrote down.
pub(super) fn of_comparison(scenario: &Scenario, is_one_named: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if scenario.daemon_sets.len() > 1 && !is_one_named {
        notes.push(
            "each setting is that of all DaemonSets; figures are those of the first that is updated \
             (--daemonset NAME for another)"
                .to_owned(),
        );
    }
    let hides_ports = |it: &&DaemonSet| {
        let spec = &it.spec.template.spec;
        spec.host_network && spec.host_ports().next().is_none()
    };
    let names: Vec<String> =
        scenario.daemon_sets.iter().filter(hides_ports).map(DaemonSet::key).collect();
    if !names.is_empty() {
        notes.push(format!(
            "{}: on the node's network without naming ports; where two pods need the same one, a \
             surge crashes or hangs, and no run shows it",
            self::names(&names)
        ));
    }
    notes
}

/// `200 nodes that the pods belong on, of 4 cores and 16Gi (--nodes N)`.
fn nodes(it: &AssumedNodes, several: bool) -> String {
    let whose = if several { format!("for {}", names(&it.daemon_sets)) } else { String::new() };
    let who = match (it.names.as_slice(), several) {
        ([], false) => format!("{} that the pods belong on", count(it.count.into(), "node")),
        ([], true) => format!("{} {whose}", count(it.count.into(), "node")),
        ([name], _) => format!("the node {name}, which pods ask for by its name"),
        (all, _) => format!("the nodes {}, which pods ask for by name", names(all)),
    };
    let labels: Vec<String> = it.labels.iter().map(|(key, it)| format!("{key}={it}")).collect();
    let labels = match labels.as_slice() {
        [] => String::new(),
        [only] => format!(", with the label {only}"),
        all => format!(", with the labels {}", listed(all, "and")),
    };
    let mut size = vec![cores(it.cores), memory(it.memory)];
    size.extend(it.others.iter().map(|(name, amount)| format!("{amount} {name}")));
    let size = listed(&size, "and");
    let twice = if it.is_large { ", so that the pods fit twice" } else { "" };
    let option = if it.names.is_empty() { "--nodes N" } else { "--save FILE" };
    format!("{who}{labels}, of {size}{twice} ({option})")
}

/// The first of many names.
fn names(all: &[String]) -> String {
    match all.len().saturating_sub(MOST_NAMES) {
        0 | 1 => listed(all, "and"),
        more => format!("{} and {} more", all[..MOST_NAMES].join(", "), number(more as u64)),
    }
}

fn cores(amount: Quantity) -> String {
    count(u64::try_from(amount.units()).unwrap_or(0), "core")
}

/// In Gi if that is exact: it is, unless it is more than can be written.
fn memory(amount: Quantity) -> String {
    let bytes = amount.units();
    if bytes % (1 << 30) == 0 { format!("{}Gi", bytes >> 30) } else { bytes.to_string() }
}

/// Which containers get the image, and that one had another.
fn update(it: &AssumedUpdate, image: &str, several: bool) -> String {
    let image = crate::scenario::container_and_image(image).1;
    let of = if several { format!(" of {}", it.daemon_set) } else { String::new() };
    let names = listed(&it.containers, "and");
    let replaced = it.replaced.as_ref().map_or_else(String::new, |old| {
        format!(", in place of {old}, which is of another repository")
    });
    format!("{image} is rolled out in {names}{of}{replaced} (--image CONTAINER=IMAGE)")
}

/// The kinds that most objects are of, in one line.
fn passed_over(kinds: &BTreeMap<String, usize>) -> Option<String> {
    let total: usize = kinds.values().sum();
    if total == 0 {
        return None;
    }
    let mut kinds: Vec<(&String, usize)> = kinds.iter().map(|(kind, many)| (kind, *many)).collect();
    kinds.sort_by_key(|&(kind, many)| (std::cmp::Reverse(many), kind));
    let shown = kinds.iter().take(MOST_KINDS).map(|(kind, many)| match many {
        1 => (*kind).clone(),
        _ => format!("{} {kind}", number(*many as u64)),
    });
    let mut shown: Vec<String> = shown.collect();
    let left: usize = kinds.iter().skip(MOST_KINDS).map(|(_, many)| many).sum();
    if left > 0 {
        shown.push(format!("{} of other kinds", number(left as u64)));
    }
    let are = if total == 1 { "is" } else { "are" };
    Some(format!("{} {are} passed over: {}", count(total as u64, "object"), shown.join(", ")))
}
