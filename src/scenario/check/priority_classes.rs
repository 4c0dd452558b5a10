//! Priority classes: those that the scenario writes, those of its manifests, and those that a
//! snapshot speaks of.

use crate::api::{PriorityClass, PriorityClasses, Snapshot};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::section::Section;
use crate::scenario::manifests::Manifests;
use crate::scenario::written;
use crate::scenario::written::PreemptionPolicy;

/// The classes of the cluster. Warns of manifests whose pods the API server will refuse.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    snapshot: Option<&Snapshot>,
    manifests: &mut Manifests<'_>,
) -> PriorityClasses {
    let mut classes = manifests.priority_classes().clone();
    let written: written::PriorityClasses = section.decode(findings);
    for (name, class) in written {
        let valid = PriorityClass {
            value: class.value,
            global_default: class.global_default,
            may_preempt: class.preemption_policy == PreemptionPolicy::PreemptLowerPriority,
        };
        if let Err(why) = classes.add(&name, valid) {
            let hint = "the API server would refuse this PriorityClass";
            findings.error("invalid-priority-class", &section.path.key(&name), why, hint);
        }
    }
    if let Some(snapshot) = snapshot {
        classes.extend(PriorityClasses::of_snapshot(snapshot));
    }
    manifests.warn_of_refused_pods(&classes);
    classes
}
