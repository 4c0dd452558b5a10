//! What of an update strategy decides a rollout, and is probably not meant.

use crate::api::{DaemonSet, IntOrPercent, UpdateStrategy};
use crate::scenario::Scenario;
use crate::study::estimate::{Budget, Estimate, estimates};

/// Of more nodes than these an update of one after the other is worth a word.
const MANY_NODES: u32 = 100;

/// Something that is valid, and that a reviewer would ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// A short stable name in kebab case.
    pub code: &'static str,
    /// What it does, and what it follows from.
    pub message: String,
    /// What helps.
    pub hint: &'static str,
}

/// What is to be said of each DaemonSet on the nodes of a scenario.
pub fn lints(scenario: &Scenario) -> Vec<Lint> {
    let estimates = estimates(scenario);
    let budgets = |key: &str| estimates.iter().find(|it| it.daemon_set == key).and_then(budget);
    let of = |it: &DaemonSet| [budgets(&it.key()), readiness(it), history(it)];
    scenario.daemon_sets.iter().flat_map(of).flatten().collect()
}

/// A budget of all nodes, or of one among many.
fn budget(estimate: &Estimate) -> Option<Lint> {
    let &Estimate { ref daemon_set, desired, budget: Some(ref budget), .. } = estimate else {
        return None;
    };
    let &Budget { field, written, nodes: allowed, is_surge, .. } = budget;
    if !is_surge && desired > 1 && allowed >= desired {
        return Some(Lint {
            code: "all-at-once",
            message: format!(
                "{daemon_set}: maxUnavailable {written} is all of {desired} nodes: every pod goes \
                 at once, and with a bad image none serves"
            ),
            hint: "allow a part of the nodes, such as `maxUnavailable: 10%`",
        });
    }
    let (stops, hint) = if is_surge {
        (
            "one new pod that does not become available",
            "a percentage grows with the fleet, such as `maxSurge: 5%`; `rollcast compare` says \
             what it costs",
        )
    } else {
        (
            "one node that is dead",
            "a percentage grows with the fleet, such as `maxUnavailable: 5%`; `rollcast compare` \
             says what it costs",
        )
    };
    (written == IntOrPercent::Int(1) && desired > MANY_NODES).then(|| Lint {
        code: "one-by-one",
        message: format!(
            "{daemon_set}: {field} 1 updates {desired} nodes one after the other, and {stops} \
             stops it"
        ),
        hint,
    })
}

/// Nothing tells a good pod from a bad one that starts: neither a readiness probe nor a startup
/// probe of a container or a sidecar.
///
/// Source: `pkg/api/v1/pod/util.go › IsPodAvailable`,
/// `pkg/kubelet/prober/prober_manager.go › UpdatePodStatus`.
fn readiness(daemon_set: &DaemonSet) -> Option<Lint> {
    let spec = &daemon_set.spec;
    let pod = &spec.template.spec;
    let has_probe = (pod.containers.iter().chain(&pod.init_containers))
        .any(|it| it.readiness_probe.is_some() || it.startup_probe.is_some());
    let is_rolling = spec.update_strategy != UpdateStrategy::OnDelete;
    let is_blind = is_rolling && !has_probe && spec.min_ready_seconds == 0;
    (is_blind && pod.readiness_gates.is_empty()).then(|| Lint {
        code: "nothing-tells-readiness",
        message: format!(
            "{}: no container has a readiness probe and minReadySeconds is 0: a pod counts as \
             available as soon as its containers run, so one that crashes later does not stop the \
             update",
            daemon_set.key()
        ),
        hint: "add a `readinessProbe`, or `minReadySeconds: 30`",
    })
}

/// No revision is left to go back to.
///
/// Source: `pkg/controller/daemon/update.go › cleanupHistory`.
fn history(daemon_set: &DaemonSet) -> Option<Lint> {
    (daemon_set.spec.revision_history_limit == 0).then(|| Lint {
        code: "no-undo",
        message: format!(
            "{}: revisionHistoryLimit 0 keeps no old revision: `kubectl rollout undo` finds none \
             once the update is over",
            daemon_set.key()
        ),
        hint: "leave it out: 10 are kept",
    })
}
