//! Priority classes, and what the API server makes of the priority of a new pod.
//!
//! What lives here: [`PriorityClasses`] of a cluster, how they are read out of documents and out of
//! a snapshot, and priority admission.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::api::metadata::ObjectMeta;
use crate::api::pod_template::PodSpec;
use crate::api::snapshot::Snapshot;
use crate::input::{Document, FieldPath, Problem, Tree, decode};

/// The largest value of a class that is not the cluster's own.
///
/// Source: `pkg/apis/scheduling/types.go › HighestUserDefinablePriority`.
const HIGHEST_VALUE: i32 = 1_000_000_000;

/// The classes that every cluster has, and their values.
///
/// Source: `pkg/apis/scheduling/v1/helpers.go › systemPriorityClasses`.
const SYSTEM: [(&str, i32); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// A priority class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriorityClass {
    /// The priority of its pods.
    pub value: i32,
    /// Whether pods without a class get it.
    pub global_default: bool,
    /// Whether its pods may make others go: `preemptionPolicy` is not `Never`.
    pub may_preempt: bool,
}

/// Who goes first in the queue, and who makes room for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    /// The number.
    pub value: i32,
    /// Whether the pod may make others go.
    pub may_preempt: bool,
}

/// The priority classes of a cluster besides those that every cluster has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriorityClasses {
    own: BTreeMap<String, PriorityClass>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    metadata: ObjectMeta,
    value: i32,
    #[serde(default)]
    global_default: bool,
    #[serde(default)]
    preemption_policy: Option<String>,
}

impl PriorityClasses {
    /// Adds a class; one of the same name goes.
    ///
    /// # Errors
    ///
    /// Why a cluster would not take it.
    pub fn add(&mut self, name: &str, class: PriorityClass) -> Result<(), String> {
        let before = self.own.iter().find(|(other, it)| it.global_default && *other != name);
        if SYSTEM.contains(&(name, class.value)) {
            return Ok(());
        }
        if name.starts_with("system-") {
            return Err(
                "priority class names with `system-` prefix are reserved for system use only"
                    .to_owned(),
            );
        }
        if class.value > HIGHEST_VALUE {
            return Err(format!(
                "maximum allowed value of a user defined priority is {HIGHEST_VALUE}"
            ));
        }
        if let Some((other, _)) = before.filter(|_| class.global_default) {
            return Err(format!(
                "PriorityClass {other} is already marked as default. Only one default can exist"
            ));
        }
        self.own.insert(name.to_owned(), class);
        Ok(())
    }

    /// The classes that pods and templates of a cluster speak of. The value of one that no pod has
    /// is not known: it counts as 0.
    pub fn of_snapshot(snapshot: &Snapshot) -> Self {
        let mut own = BTreeMap::new();
        let templates = snapshot.daemon_sets.iter().map(|it| &it.daemon_set.spec.template.spec);
        let revisions = snapshot.revisions.iter().filter_map(|revision| {
            revision.template.get("spec")?.get("priorityClassName")?.as_text()
        });
        let pods = snapshot.pods.iter().map(|pod| &pod.spec);
        let known = |spec: &PodSpec| PriorityClass {
            value: spec.priority.unwrap_or(0),
            global_default: false,
            may_preempt: spec.may_preempt.unwrap_or(true),
        };
        for name in revisions {
            let class = PriorityClass { value: 0, global_default: false, may_preempt: true };
            own.insert(name.to_owned(), class);
        }
        for spec in templates.chain(pods) {
            if let Some(name) = &spec.priority_class_name {
                own.insert(name.clone(), known(spec));
            }
        }
        Self { own }
    }

    /// Whether there is a class of this name, be it one that every cluster has.
    pub fn has(&self, name: &str) -> bool {
        SYSTEM.iter().any(|(known, _)| *known == name) || self.own.contains_key(name)
    }

    /// Adds classes, unless they are there.
    pub fn extend(&mut self, others: Self) {
        for (name, class) in others.own {
            self.own.entry(name).or_insert(class);
        }
    }

    /// The priority that a pod gets.
    ///
    /// Source: `plugin/pkg/admission/priority/admission.go › admitPod`.
    ///
    /// # Errors
    ///
    /// Why the API server forbids to create it, in its words.
    pub fn admit(&self, spec: &PodSpec) -> Result<Priority, String> {
        let name = spec.priority_class_name.as_deref();
        let Some(priority) = self.of_class(name) else {
            let name = name.unwrap_or_default();
            return Err(format!("no PriorityClass with name {name} was found"));
        };
        let computed = "must not be provided in pod spec; priority admission controller computed";
        let given = "from the given PriorityClass name";
        let Priority { value, may_preempt } = priority;
        if let Some(written) = spec.priority.filter(|written| *written != value) {
            return Err(format!(
                "the integer value of priority ({written}) {computed} {value} {given}"
            ));
        }
        if let Some(written) = spec.may_preempt.filter(|written| *written != may_preempt) {
            let [written, policy] = [written, may_preempt].map(policy);
            return Err(format!(
                "the string value of PreemptionPolicy ({written}) {computed} {policy} {given}"
            ));
        }
        Ok(priority)
    }

    /// The priority of a pod that is there, whatever was said of it.
    pub fn priority_of(&self, spec: &PodSpec) -> Priority {
        let of_class = self.of_class(spec.priority_class_name.as_deref());
        let Priority { value, may_preempt } =
            of_class.unwrap_or(Priority { value: 0, may_preempt: true });
        Priority {
            value: spec.priority.unwrap_or(value),
            may_preempt: spec.may_preempt.unwrap_or(may_preempt),
        }
    }

    fn of_class(&self, name: Option<&str>) -> Option<Priority> {
        let of =
            |class: &PriorityClass| Priority { value: class.value, may_preempt: class.may_preempt };
        let Some(name) = name else {
            let default = self.own.values().find(|class| class.global_default);
            return Some(default.map_or(Priority { value: 0, may_preempt: true }, of));
        };
        let system = SYSTEM.iter().find(|(known, _)| *known == name);
        let system = system.map(|&(_, value)| Priority { value, may_preempt: true });
        system.or_else(|| self.own.get(name).map(of))
    }
}

const fn policy(may_preempt: bool) -> &'static str {
    if may_preempt { "PreemptLowerPriority" } else { "Never" }
}

/// Adds the priority classes among `documents`; lists are looked into.
///
/// # Errors
///
/// Every problem of every priority class.
pub fn add_priority_classes(
    documents: &[Document],
    classes: &mut PriorityClasses,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for document in documents {
        let mut found = Vec::new();
        look_at(&document.tree, &FieldPath::ROOT, 0, classes, &mut found);
        problems.extend(found.into_iter().map(|problem| problem.in_document(document.index)));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn look_at(
    tree: &Tree,
    path: &FieldPath,
    lists: usize,
    classes: &mut PriorityClasses,
    problems: &mut Vec<Problem>,
) {
    let text = |key: &str| tree.get(key).and_then(Tree::as_text);
    match (text("apiVersion"), text("kind")) {
        (Some("scheduling.k8s.io/v1"), Some("PriorityClass")) => {
            if let Err(found) = read(tree, classes) {
                problems.extend(found.into_iter().map(|problem| problem.below(path)));
            }
        }
        (_, Some(kind)) if kind.ends_with("List") && lists < MAX_LISTS => {
            let Some(Tree::List(items)) = tree.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                look_at(item, &path.key("items").index(index), lists + 1, classes, problems);
            }
        }
        _ => {}
    }
}

fn read(tree: &Tree, classes: &mut PriorityClasses) -> Result<(), Vec<Problem>> {
    let written: Written = decode(tree)?;
    let invalid = |key: &str, message: String| {
        vec![Problem::error("invalid-priority-class", FieldPath::ROOT.key(key), message)]
    };
    let may_preempt = match written.preemption_policy.as_deref() {
        None | Some("PreemptLowerPriority") => true,
        Some("Never") => false,
        Some(other) => {
            let message = format!("`{other}` is neither `PreemptLowerPriority` nor `Never`");
            return Err(invalid("preemptionPolicy", message));
        }
    };
    let Written { metadata, value, global_default, .. } = written;
    if metadata.name.is_empty() {
        return Err(invalid("metadata", "a PriorityClass needs a name".to_owned()));
    }
    classes
        .add(&metadata.name, PriorityClass { value, global_default, may_preempt })
        .map_err(|why| invalid("value", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> PriorityClasses {
        let mut classes = PriorityClasses::default();
        let class =
            |value, may_preempt| PriorityClass { value, global_default: false, may_preempt };
        classes.add("high", class(1_000, true)).unwrap();
        classes.add("quiet", class(7, false)).unwrap();
        classes
    }

    fn check(class: &str, priority: Option<i32>, expected: Result<i32, &str>) {
        let name = (!class.is_empty()).then(|| class.to_owned());
        let spec = PodSpec { priority_class_name: name, priority, ..PodSpec::default() };
        let admitted = classes().admit(&spec).map(|it| it.value);
        assert_eq!(admitted, expected.map_err(str::to_owned), "{class} {priority:?}");
    }

    #[test]
    fn a_pod_gets_the_priority_of_its_class_and_may_say_no_other() {
        check("", None, Ok(0));
        check("", Some(0), Ok(0));
        check("high", None, Ok(1_000));
        check("high", Some(1_000), Ok(1_000));
        check("system-node-critical", None, Ok(2_000_001_000));
        check("system-cluster-critical", Some(2_000_000_000), Ok(2_000_000_000));
        check("nosuch", None, Err("no PriorityClass with name nosuch was found"));
        check(
            "",
            Some(5),
            Err("the integer value of priority (5) must not be provided in pod spec; priority \
                 admission controller computed 0 from the given PriorityClass name"),
        );
    }

    #[test]
    fn a_pod_without_a_class_gets_the_global_default() {
        let mut classes = classes();
        let default = PriorityClass { value: 50, global_default: true, may_preempt: false };
        classes.add("normal", default).unwrap();
        let admitted = classes.admit(&PodSpec::default());
        assert_eq!(admitted, Ok(Priority { value: 50, may_preempt: false }));
        assert!(classes.add("other", default).is_err());
        assert!(classes.add("normal", default).is_ok());
    }

    #[test]
    fn the_policy_of_preemption_is_that_of_the_class_too() {
        let name = Some("quiet".to_owned());
        let says = |may_preempt| PodSpec {
            priority_class_name: name.clone(),
            may_preempt,
            ..PodSpec::default()
        };
        let quiet = Ok(Priority { value: 7, may_preempt: false });
        assert_eq!(classes().admit(&says(None)), quiet);
        assert_eq!(classes().admit(&says(Some(false))), quiet);
        assert_eq!(
            classes().admit(&says(Some(true))).unwrap_err(),
            "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in \
             pod spec; priority admission controller computed Never from the given PriorityClass \
             name"
        );
    }

    #[test]
    fn names_and_values_of_the_system_are_reserved() {
        let mut classes = PriorityClasses::default();
        let class = |value| PriorityClass { value, global_default: false, may_preempt: true };
        assert!(classes.add("system-mine", class(1)).is_err());
        assert!(classes.add("system-node-critical", class(2_000_001_000)).is_ok());
        assert!(classes.add("mine", class(1_000_000_001)).is_err());
        assert!(classes.add("mine", class(1_000_000_000)).is_ok());
    }
}
