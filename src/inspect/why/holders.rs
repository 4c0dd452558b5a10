//! Which nodes spend the budget at an instant.

use std::collections::BTreeMap;

use crate::inspect::phases::{PhaseKind, PodLife, Span};
use crate::inspect::why::look::Look;
use crate::time::SimDuration;

/// A node that counts against the budget: it has no available pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub node: String,
    /// The pod that it waits for, or that it waits to lose.
    pub pod: String,
    /// What that pod is doing.
    pub kind: PhaseKind,
    /// Since when.
    pub since: SimDuration,
}

impl Look<'_> {
    /// The nodes of a DaemonSet that have no available pod at an instant; with a surge, those whose
    /// new pod is not available yet. The one that has waited longest comes first.
    pub fn holders(&self, daemon_set: &str, at: SimDuration) -> Vec<Holder> {
        let surges = self.history.rules(daemon_set, at).surges();
        let mut places: BTreeMap<&str, Vec<(&PodLife, PhaseKind, SimDuration)>> = BTreeMap::new();
        for life in self.lives.iter().filter(|life| life.daemon_set == daemon_set) {
            if let Some(index) = life.phase_at(at) {
                let Span { kind, from, .. } = life.spans[index];
                let kind = life.standing(index).unwrap_or(kind);
                places.entry(&life.node).or_default().push((life, kind, from));
            }
        }
        let mut holders = Vec::new();
        for (node, pods) in places {
            let is_served = pods.iter().any(|(_, kind, _)| kind.is_available());
            let is_joined = surges && pods.len() > 1;
            let Some((life, kind, since)) = pods.last().copied() else { continue };
            if !is_served || is_joined && !kind.is_available() {
                let [node, pod] = [node, &life.pod].map(str::to_owned);
                holders.push(Holder { node, pod, kind, since });
            }
        }
        holders.sort_by_key(|holder| holder.since);
        holders
    }

    /// How many nodes an update may disturb at once, at an instant.
    pub fn budget(&self, daemon_set: &str, at: SimDuration) -> u32 {
        let desired = self.history.daemon_set(daemon_set).map_or(0, |it| it.desired(at));
        let rules = self.history.rules(daemon_set, at);
        let budget = rules.budget(desired);
        if rules.surges() { budget.max_surge } else { budget.max_unavailable }
    }
}
