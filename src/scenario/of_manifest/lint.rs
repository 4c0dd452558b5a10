//! What of an update strategy decides a rollout, and is probably not meant.

use std::collections::BTreeMap;

use crate::api::{DaemonSet, IntOrPercent, UpdateStrategy};
use crate::scenario::of_manifest::AssumedNodes;

/// So many rounds of one node after the other are worth a word.
const MANY_ROUNDS: u32 = 100;

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

/// What is to be said of each DaemonSet on the nodes that are assumed for it.
pub(super) fn lints(daemon_sets: &[&DaemonSet], nodes: &[AssumedNodes]) -> Vec<Lint> {
    let mut counts: BTreeMap<&String, u32> = BTreeMap::new();
    for (kind, key) in nodes.iter().flat_map(|it| it.daemon_sets.iter().map(move |key| (it, key))) {
        let count = counts.entry(key).or_default();
        *count = count.saturating_add(kind.count);
    }
    let mut found = Vec::new();
    for daemon_set in daemon_sets {
        let count = counts.get(&daemon_set.key()).copied().unwrap_or(0);
        let all = [budget(daemon_set, count), readiness(daemon_set), history(daemon_set)];
        found.extend(all.into_iter().flatten());
    }
    found
}

/// A budget of all nodes, or of one among many.
fn budget(daemon_set: &DaemonSet, nodes: u32) -> Option<Lint> {
    let UpdateStrategy::RollingUpdate { max_unavailable, .. } = daemon_set.spec.update_strategy
    else {
        return None;
    };
    let (name, allowed) = (daemon_set.key(), max_unavailable.scaled_up(nodes));
    if nodes > 1 && allowed >= nodes {
        return Some(Lint {
            code: "all-at-once",
            message: format!(
                "{name}: maxUnavailable {max_unavailable} is all of {nodes} nodes: every pod goes \
                 at once, and with a bad image none serves"
            ),
            hint: "allow a part of the nodes, such as `maxUnavailable: 10%`",
        });
    }
    let is_slow = max_unavailable == IntOrPercent::Int(1) && nodes >= MANY_ROUNDS;
    is_slow.then(|| Lint {
        code: "one-by-one",
        message: format!(
            "{name}: maxUnavailable 1 updates {nodes} nodes one after the other, and one node that \
             is dead stops it"
        ),
        hint: "a percentage grows with the fleet, such as `maxUnavailable: 5%`; `rollcast compare` \
               says what it costs",
    })
}

/// Nothing tells a good pod from a bad one that starts.
///
/// Source: `pkg/api/v1/pod/util.go › IsPodAvailable`.
fn readiness(daemon_set: &DaemonSet) -> Option<Lint> {
    let spec = &daemon_set.spec;
    let pod = &spec.template.spec;
    let has_probe = pod.containers.iter().any(|it| it.readiness_probe.is_some());
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
