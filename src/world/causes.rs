//! Why rollouts wait, node by node: judged from the truth, and from what those who act keep.
//!
//! The controller counts; this view says what is behind its counts. Each actor answers for its own
//! state, and the first one from the machine upwards that has an answer is the cause.

use crate::api::PodPhase;
use crate::control::daemonset::{self, HoldReason, NodeClass, RollingError, Slot, Spend};
use crate::control::node_lifecycle::NodeHealth;
use crate::control::{NodeId, PodId};
use crate::record::{Blocker, Cause, Hold, KeptBy, Sighting};
use crate::time::{SimDuration, SimTime};
use crate::world::actors::Actors;
use crate::world::cluster::{Cluster, Node, Pod};
use crate::world::controller::{DaemonSetCache, SyncError, in_words};
use crate::world::ids::DaemonSetId;
use crate::world::settings::Settings;

/// After this long, whatever the controller has not noticed will not reach it by itself.
const UNNOTICED: SimDuration = SimDuration::from_secs(60);

/// Nodes that get no pod, or no new one.
const REFUSED: &str = "without a new pod, which the API server refuses";

/// A cluster and its actors, as they are at an instant.
pub(super) struct Look<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) actors: &'a Actors,
    pub(super) settings: &'a Settings,
    pub(super) now: SimTime,
    /// Whether nothing is left to happen.
    pub(super) at_rest: bool,
}

impl Look<'_> {
    /// What the last plan held back, with what is behind it. `held` is what the controller said. Of
    /// a rollout that is unfinished, nodes that wait without being held are looked for as well.
    pub(super) fn holds(&self, id: DaemonSetId, held: &[Hold], unfinished: bool) -> Vec<Hold> {
        let object = &self.cluster.daemon_sets[id];
        if object.deleting.is_some() {
            return if object.exists { self.held_by_deletion(id) } else { Vec::new() };
        }
        let Some(cache) = self.actors.controller.cache_of(id).filter(|_| object.exists) else {
            return held.to_vec();
        };
        if self.cluster.spec_of(id).is_on_delete() {
            return held.to_vec();
        }
        if let Some(SyncError::Rolling(RollingError::NodeGone(node))) = cache.failed() {
            let gone = vec![(*node, self.on_node(id, cache, *node))];
            return vec![self.hold("on a node that is gone", gone)];
        }
        let mut found = self.found(id, cache);
        if found.is_empty() && unfinished {
            found.extend(self.not_begun(id, cache));
        }
        if found.is_empty() && unfinished {
            found.extend(self.not_counted(id, cache));
        }
        if found.is_empty() {
            return if unfinished { held.to_vec() } else { Vec::new() };
        }
        let place = |hold: &Hold| held.iter().position(|it| it.reason == hold.reason);
        found.sort_by_key(|hold| place(hold).unwrap_or(usize::MAX));
        found
    }

    /// What is behind a node that counts against the budget, or keeps others waiting.
    pub(super) fn behind(&self, id: DaemonSetId, node: NodeId) -> Option<Blocker> {
        let cache = self.actors.controller.cache_of(id)?;
        let strategy = self.cluster.spec_of(id).rules.strategy;
        HoldReason::of(cache.tally().class(node), strategy)?;
        self.group(vec![(node, self.on_node(id, cache, node))]).pop()
    }

    fn found(&self, id: DaemonSetId, cache: &DaemonSetCache) -> Vec<Hold> {
        let strategy = self.cluster.spec_of(id).rules.strategy;
        let mut reasons: Vec<HoldReason> = Vec::new();
        let mut nodes: Vec<Vec<(NodeId, Sighting)>> = Vec::new();
        for (node, class) in cache.tally().classes() {
            let Some(reason) = HoldReason::of(class, strategy) else { continue };
            let place = reasons.iter().position(|it| *it == reason).unwrap_or_else(|| {
                reasons.push(reason);
                nodes.push(Vec::new());
                reasons.len() - 1
            });
            nodes[place].push((node, self.on_node(id, cache, node)));
        }
        let refused = matches!(cache.failed(), Some(SyncError::Refused(_)));
        let words = |reason: HoldReason| {
            if refused && reason == HoldReason::Spends(Spend::NoPod) {
                REFUSED
            } else {
                in_words(daemonset::Hold { reason, nodes: 1 }).reason
            }
        };
        reasons.into_iter().zip(nodes).map(|(it, nodes)| self.hold(words(it), nodes)).collect()
    }

    /// Nodes whose turn it is, and where nothing is done.
    fn not_begun(&self, id: DaemonSetId, cache: &DaemonSetCache) -> Option<Hold> {
        let is_due = |class: &NodeClass| {
            matches!(
                class.slot,
                Slot::Old { available: true, .. } | Slot::Both { new_available: true, .. }
            )
        };
        let due =
            cache.tally().classes().filter(|(_, class)| class.status.desired && is_due(class));
        let cause = self.inaction(id, cache);
        if cause == Cause::Unseen {
            return None;
        }
        let reason = if matches!(cause, Cause::Refused { .. }) {
            REFUSED
        } else {
            "whose turn it is, and the controller does nothing"
        };
        let nodes: Vec<_> = due.map(|(node, _)| (node, Sighting::new(cause.clone()))).collect();
        (!nodes.is_empty()).then(|| self.hold(reason, nodes))
    }

    /// Nodes of which the status says that they are not updated, or not available, though no budget
    /// counts them: it looks at the oldest pod, also if that one is terminating.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus`.
    fn not_counted(&self, id: DaemonSetId, cache: &DaemonSetCache) -> Option<Hold> {
        let lacks = |class: &NodeClass| {
            let is_new = matches!(class.slot, Slot::New { available: true });
            is_new && class.status.desired && !(class.status.updated && class.status.available)
        };
        let nodes = cache.tally().classes().filter(|(_, class)| lacks(class));
        let seen = |node: NodeId| {
            let mut own = self.cluster.pods_on(node);
            let leaving = own.find(|&pod| {
                let pod = self.cluster.pod(pod);
                pod.owner == Some(id) && pod.exists && pod.terminating && !pod.is_left_over()
            });
            leaving.map_or_else(|| self.on_node(id, cache, node), |pod| self.terminating(pod))
        };
        let nodes: Vec<_> = nodes.map(|(node, _)| (node, seen(node))).collect();
        let reason = "not counted as updated and available";
        (!nodes.is_empty()).then(|| self.hold(reason, nodes))
    }

    /// The pods that a DaemonSet waits for that is being deleted.
    fn held_by_deletion(&self, id: DaemonSetId) -> Vec<Hold> {
        let pods = self.cluster.pods_of(id);
        let nodes: Vec<_> = pods
            .into_iter()
            .filter(|&pod| self.cluster.pod(pod).terminating)
            .map(|pod| (self.cluster.pod(pod).node, self.terminating(pod)))
            .collect();
        let reason = "with a pod that the deletion of the DaemonSet waits for";
        if nodes.is_empty() { Vec::new() } else { vec![self.hold(reason, nodes)] }
    }

    fn hold(&self, reason: &'static str, nodes: Vec<(NodeId, Sighting)>) -> Hold {
        let many = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
        Hold { causes: self.group(nodes), ..Hold::new(reason, many) }
    }

    fn group(&self, nodes: Vec<(NodeId, Sighting)>) -> Vec<Blocker> {
        let named = nodes.into_iter().map(|(id, it)| (self.cluster.node(id).name.to_string(), it));
        Blocker::group(named, self.now)
    }

    fn on_node(&self, id: DaemonSetId, cache: &DaemonSetCache, node: NodeId) -> Sighting {
        let own = self.cluster.pods_on(node).filter(|&pod| {
            let pod = self.cluster.pod(pod);
            pod.owner == Some(id) && pod.exists && !pod.is_left_over()
        });
        let (leaving, staying): (Vec<PodId>, Vec<PodId>) =
            own.partition(|&pod| self.cluster.pod(pod).terminating);
        let Node { exists, .. } = *self.cluster.node(node);
        let is_ailing = |pod: &&PodId| self.cluster.pod(**pod).ready_since.is_none();
        let subject = staying.iter().rev().find(is_ailing).or_else(|| staying.last());
        match (subject, leaving.first()) {
            (None, None) => Sighting::new(self.inaction(id, cache)),
            _ if !exists => Sighting::new(Cause::NodeGone),
            (Some(&pod), _) => self.pod(id, cache, pod).of_pod(&self.cluster.pod_name(pod)),
            (None, Some(&pod)) => self.terminating(pod),
        }
    }

    /// Why a pod that stays is not available.
    fn pod(&self, id: DaemonSetId, cache: &DaemonSetCache, pod: PodId) -> Sighting {
        let Pod { bound, node, ready_since, phase, ailing_since, .. } = *self.cluster.pod(pod);
        if let Some(ready) = ready_since {
            let available = ready + self.cluster.spec_of(id).rules.min_ready;
            let forgotten = self.inaction(id, cache) == Cause::NothingWakes;
            return if available > self.now && !forgotten {
                Sighting::new(Cause::Settling).since(Some(ready))
            } else {
                Sighting::new(self.unnoticed(id, cache, available)).since(Some(available))
            };
        }
        if !bound {
            let scheduler = &self.actors.scheduler;
            let rejected = scheduler.sighting(pod, self.settings.version, self.cluster);
            return rejected.unwrap_or_else(|| Sighting::new(Cause::Unbound)).since(ailing_since);
        }
        match self.node_trouble(node).filter(|_| phase != PodPhase::Failed) {
            Some(seen) => seen,
            None => self.actors.nodes.kubelets.trouble(pod, self.cluster, self.now),
        }
    }

    fn node_trouble(&self, node: NodeId) -> Option<Sighting> {
        let Node { alive, ref conditions, health_since, .. } = *self.cluster.node(node);
        match conditions.health {
            NodeHealth::Ready if alive => None,
            NodeHealth::Ready => Some(Sighting::new(Cause::NodeUnreachable)),
            NodeHealth::Unknown => Some(Sighting::new(Cause::NodeUnreachable).since(health_since)),
            NodeHealth::NotReady => Some(Sighting::new(Cause::NodeNotReady).since(health_since)),
        }
    }

    fn terminating(&self, pod: PodId) -> Sighting {
        let Pod { node, ailing_since, terminating, .. } = *self.cluster.pod(pod);
        let finalizers = || self.cluster.finalizers_of(pod).join(", ");
        let kept_by = match self.cluster.pod(pod) {
            it if it.is_left_over() => KeptBy::Finalizers(finalizers()),
            it if it.bound && !self.cluster.node(node).alive => KeptBy::DeadKubelet,
            // The kubelet ends a pod first; only then its finalizers keep the object.
            it if it.has_finalizers && !it.held => KeptBy::Finalizers(finalizers()),
            _ => KeptBy::Containers,
        };
        let since = ailing_since.filter(|_| terminating);
        let name = &self.cluster.pod_name(pod);
        Sighting::new(Cause::Terminating { kept_by }).since(since).of_pod(name)
    }

    /// Why the controller does nothing where it should.
    fn inaction(&self, id: DaemonSetId, cache: &DaemonSetCache) -> Cause {
        match cache.failed() {
            _ if self.actors.controller.is_away() => Cause::ControllerAway,
            Some(SyncError::Refused(message)) => Cause::Refused { message: message.clone() },
            _ if cache.awaits_own_writes(self.now) => Cause::Expectations,
            _ if self.at_rest && !self.actors.controller.will_look(id) => Cause::NothingWakes,
            _ => Cause::Unseen,
        }
    }

    /// Why the controller has not noticed what is so since an instant.
    fn unnoticed(&self, id: DaemonSetId, cache: &DaemonSetCache, since: SimTime) -> Cause {
        let forgotten = !self.actors.controller.will_look(id) && since + UNNOTICED <= self.now;
        let cause = self.inaction(id, cache);
        if forgotten && cause == Cause::Unseen { Cause::NothingWakes } else { cause }
    }
}
