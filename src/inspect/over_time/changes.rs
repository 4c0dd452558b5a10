//! What a fact changes of who serves where.

use crate::inspect::over_time::cluster::{Cluster, Pod};
use crate::inspect::run::Run;
use crate::record::{
    DaemonSetState, Fact, NameId, NodeState, RevisionState, What, namespace_and_name,
};

impl Cluster {
    /// A fact happens: what it changes is in `touched`, beside what was there.
    pub(super) fn apply(&mut self, fact: &Fact, run: &Run) {
        self.apply_to_node(&fact.what, run);
        self.apply_to_daemon_set(&fact.what, run);
        self.apply_to_pod(&fact.what, run);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are no matter of nodes")]
    fn apply_to_node(&mut self, what: &What, run: &Run) {
        let names = &run.names;
        match what {
            What::NodeAdded { object, .. } => {
                if let Ok(state) = serde_json::from_str::<NodeState>(names.get(*object)) {
                    self.add_node(&state);
                }
            }
            What::NodeDeleted { node } => {
                self.stop_pods(names.get(*node));
                self.change_node(names.get(*node), |it| it.exists = false);
            }
            What::NodeFailed { node } => {
                self.stop_pods(names.get(*node));
                self.change_node(names.get(*node), |it| it.is_off = true);
            }
            // The kubelet asks all containers to stop.
            What::NodeShuttingDown { node } => self.stop_pods(names.get(*node)),
            What::NodeRecovered { node } => {
                self.change_node(names.get(*node), |it| it.is_off = false);
            }
            What::NodeReady { node, status } => {
                self.change_node(names.get(*node), |it| it.ready = *status);
            }
            What::NodeTainted { node, taint } => {
                let taint = names.get(*taint).parse().ok();
                self.change_node(names.get(*node), |it| it.taints.extend(taint));
            }
            What::NodeUntainted { node, taint } => {
                let taint = names.get(*taint).parse().ok();
                self.change_node(names.get(*node), |it| {
                    it.taints.retain(|known| Some(known) != taint.as_ref());
                });
            }
            What::NodeLabeled { node, labels } => {
                if let Ok(labels) = serde_json::from_str(names.get(*labels)) {
                    self.change_node(names.get(*node), |it| it.labels = labels);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all others are no matter of DaemonSets")]
    fn apply_to_daemon_set(&mut self, what: &What, run: &Run) {
        let names = &run.names;
        match what {
            What::DaemonSetApplied { object, .. } => {
                if let Ok(state) = serde_json::from_str::<DaemonSetState>(names.get(*object)) {
                    self.apply_daemon_set(&state);
                }
            }
            What::DaemonSetDeleted { daemon_set, .. } | What::DaemonSetRemoved { daemon_set } => {
                if let Some(&index) = self.by_daemon_set.get(names.get(*daemon_set)) {
                    self.daemon_sets[index].lives = false;
                    self.touch_daemon_set(index);
                }
            }
            What::RevisionCurrent { object: Some(object), .. } => {
                if let Ok(state) = serde_json::from_str::<RevisionState>(names.get(*object)) {
                    self.templates.keep(&state.namespace, &state.hash, &state.template);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all others change nothing that counts")]
    fn apply_to_pod(&mut self, what: &What, run: &Run) {
        match *what {
            What::PodCreated { .. } => self.create(what, run),
            What::PodRemoved { pod } => self.change_named(pod, |it| {
                it.exists = false;
                it.serving = false;
            }),
            What::PodTerminating { pod, .. } => self.change_named(pod, |it| {
                it.terminating = true;
                it.serving = false;
            }),
            What::PodStopped { pod, .. } => self.change_named(pod, |it| {
                it.has_ended = true;
                it.serving = false;
            }),
            What::PodRejected { pod, .. } | What::PodFailed { pod, .. } => {
                self.change_named(pod, |it| {
                    it.has_ended = true;
                    it.serving = false;
                    it.fails = true;
                });
            }
            What::PodReady { pod } => self.change_named(pod, |it| {
                it.serving = !it.terminating;
                it.fails = false;
            }),
            What::PodUnready { pod } | What::PodCrashed { pod, .. } => {
                self.change_named(pod, |it| {
                    it.serving = false;
                    it.fails = true;
                });
            }
            What::PodUnhealthy { pod, .. }
            | What::PodPullFailed { pod, .. }
            | What::PodUnschedulable { pod, .. }
            | What::ReadinessGatesNotReady { pod, .. }
            | What::PodStuck { pod, .. } => self.change_named(pod, |it| it.fails = true),
            What::PodBound { pod, .. }
            | What::PodPulling { pod, .. }
            | What::PodPulled { pod, .. }
            | What::PodStarted { pod } => self.change_named(pod, |it| it.fails = false),
            What::PodOwnerChanged { pod, owned, daemon_set } => {
                let owner = daemon_set.map(|it| run.names.get(it));
                let owner = owner.and_then(|it| self.by_daemon_set.get(it)).copied();
                self.change_named(pod, |it| it.owner = owner.filter(|_| owned));
            }
            _ => {}
        }
    }

    fn create(&mut self, what: &What, run: &Run) {
        let What::PodCreated { daemon_set, pod, node, revision, .. } = *what else { return };
        let daemon_set = run.names.get(daemon_set);
        let Some(&owner) = self.by_daemon_set.get(daemon_set) else { return };
        let (namespace, _) = namespace_and_name(daemon_set);
        let template = self.templates.of_hash(namespace, run.names.get(revision));
        let node = self.node_index(run.names.get(node));
        let has_finalizers = self.templates.has_finalizers(template);
        self.daemon_sets[owner].pods.created += 1;
        let index = self.add_pod(Pod {
            owner: Some(owner),
            creator: owner,
            node,
            template,
            exists: true,
            serving: false,
            terminating: false,
            has_ended: false,
            has_finalizers,
            fails: false,
        });
        self.by_pod.insert(pod, index);
    }

    fn change_named(&mut self, pod: NameId, change: impl FnOnce(&mut Pod)) {
        if let Some(&index) = self.by_pod.get(&pod) {
            self.change_pod(index, change);
        }
    }

    fn change_node(&mut self, name: &str, change: impl FnOnce(&mut super::cluster::Node)) {
        let index = self.node_index(name);
        change(&mut self.nodes[index]);
        self.touch_node(index);
    }

    /// Nothing on a machine serves any more.
    fn stop_pods(&mut self, name: &str) {
        let index = self.node_index(name);
        for pod in self.nodes[index].pods.clone() {
            self.change_pod(pod, |it| it.serving = false);
        }
    }
}
