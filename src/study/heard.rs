//! What is kept of the facts of a simulation that is looked at before anybody runs the scenario:
//! when and where pods of others had to leave, and what the scenario did. All other facts are
//! passed over as they come.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Fact, FactId, NameId, Names, What};
use crate::time::SimDuration;

/// What was heard so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The DaemonSet and the node of each pod.
    pods: BTreeMap<NameId, (NameId, NameId)>,
    /// Which pod found no room, by the fact that says so.
    without_room: BTreeMap<FactId, NameId>,
    /// When pods of others had to leave, for which DaemonSet, and on which node.
    preempted: Vec<(SimDuration, NameId, NameId)>,
    /// When the scenario did what.
    acted: Vec<(SimDuration, String)>,
}

impl Heard {
    /// Hears the next fact.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are passed over")]
    pub(super) fn hear(&mut self, fact: &Fact, names: &Names) {
        match &fact.what {
            What::PodCreated { daemon_set, pod, node, .. } => {
                self.pods.insert(*pod, (*daemon_set, *node));
            }
            What::PodUnschedulable { pod, .. } => {
                self.without_room.insert(fact.id, *pod);
            }
            // Both follow from the fact that the more important pod found no room.
            What::OthersPreempted { .. } => self.left(fact, None),
            What::PodTerminating { pod, .. } => self.left(fact, Some(*pod)),
            What::Scenario { text } => self.acted.push((fact.at, names.get(*text).to_owned())),
            _ => {}
        }
    }

    /// Pods of others left; or a pod, which may be the one that found no room itself.
    fn left(&mut self, fact: &Fact, own: Option<NameId>) {
        let pod = fact.cause.and_then(|cause| self.without_room.get(&cause));
        let pod = pod.filter(|pod| own != Some(**pod));
        if let Some((daemon_set, node)) = pod.and_then(|pod| self.pods.get(pod)) {
            self.preempted.push((fact.at, *daemon_set, *node));
        }
    }

    /// On how many nodes pods had to leave for a DaemonSet, from one instant up to another or to the
    /// end.
    pub(super) fn nodes_preempted(
        &self,
        daemon_set: Option<NameId>,
        from: SimDuration,
        to: Option<SimDuration>,
    ) -> u32 {
        let is_meant = |of: NameId, at: SimDuration| {
            Some(of) == daemon_set && from <= at && to.is_none_or(|to| at < to)
        };
        let meant = self.preempted.iter().filter(|(at, of, _)| is_meant(*of, *at));
        let nodes: BTreeSet<NameId> = meant.map(|(_, _, node)| *node).collect();
        u32::try_from(nodes.len()).unwrap_or(u32::MAX)
    }

    /// What the scenario did at an instant and after it.
    pub(super) fn acted_since(&self, at: SimDuration) -> BTreeSet<&str> {
        let since = self.acted.iter().filter(|(when, _)| *when >= at);
        since.map(|(_, text)| text.as_str()).collect()
    }
}
