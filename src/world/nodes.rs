//! Nodes: they join and leave, fail and recover, and carry labels and taints.

use crate::api::{Labels, Taint};
use crate::control::daemonset::OrderKey;
use crate::control::node_lifecycle::{
    NodeHealth, condition_taints, is_condition_taint, monitor_grace_period,
};
use crate::control::{NodeId, PodId, pod_gc};
use crate::engine::fnv1a64;
use crate::record::{FactId, What};
use crate::scenario::{NodeSpec, PickingOrder, PoolId};
use crate::time::SimTime;
use crate::world::api_server::{Luck, Resource};
use crate::world::event::{Caused, Event};
use crate::world::objects::{DaemonSetId, Node, NodeVersion, VersionId};
use crate::world::room::Room;
use crate::world::state::{Agenda, World};

impl World {
    /// Makes a node that nobody knows of yet. Its place in the picking order follows from its name
    /// and the seed, or else it comes after all nodes before it.
    pub(super) fn new_node(&mut self, spec: &NodeSpec) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 nodes"));
        let name_hash = fnv1a64(spec.name.as_bytes());
        let order = match self.order {
            PickingOrder::Seeded => OrderKey(self.streams.bits("picking order", name_hash, 0)),
            PickingOrder::Name | PickingOrder::Zone => OrderKey(u64::from(id.0)),
        };
        let version = self.new_version(spec.labels.clone(), spec.taints.clone());
        self.nodes.push(Node {
            name: spec.name.clone(),
            name_hash,
            pool: spec.pool,
            order,
            exists: true,
            version,
            alive: true,
            health: NodeHealth::Ready,
            unschedulable: false,
            epoch: 0,
            pods: Vec::new(),
            images: Vec::new(),
            api_draws: 0,
            room: Room::new(spec),
            scheduler_draws: 0,
        });
        self.node_ids.insert(spec.name.clone(), id);
        id
    }

    fn new_version(&mut self, labels: Labels, taints: Vec<Taint>) -> VersionId {
        let id = VersionId(u32::try_from(self.versions.len()).expect("fewer than 2^32 versions"));
        self.versions.push(NodeVersion { labels, taints });
        id
    }

    pub(super) fn version_of(&self, node: NodeId) -> &NodeVersion {
        &self.versions[self.node(node).version.0 as usize]
    }

    /// A new machine registers.
    pub(super) fn join(
        &mut self,
        spec: &NodeSpec,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let id = match self.node_ids.get(&spec.name) {
            Some(&id) => self.register_again(id, spec),
            None => self.new_node(spec),
        };
        let fact = self.node_fact(id, cause, now, |node| What::NodeAdded { node });
        self.publish_node(id, fact, now, agenda);
    }

    /// A node comes back under the name of one that left.
    fn register_again(&mut self, id: NodeId, spec: &NodeSpec) -> NodeId {
        let version = self.new_version(spec.labels.clone(), spec.taints.clone());
        let node = &mut self.nodes[id.index()];
        node.version = version;
        node.exists = true;
        node.alive = true;
        node.health = NodeHealth::Ready;
        node.unschedulable = false;
        node.epoch += 1;
        node.images.clear();
        self.furnish_again(id, spec);
        id
    }

    /// How the next node of a pool is made.
    pub(super) fn next_of_pool(&mut self, pool: PoolId) -> NodeSpec {
        let template = &mut self.pools[pool.0];
        template.count += 1;
        template.node(pool, template.count)
    }

    /// The Node object is deleted and the machine is gone; its pods are left to pod GC.
    pub(super) fn leave(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let fact = self.node_fact(id, cause, now, |node| What::NodeDeleted { node });
        self.stop_machine(id, now, agenda);
        let node = &mut self.nodes[id.index()];
        node.exists = false;
        node.epoch += 1;
        let event = Event::CollectPods { node: id, epoch: node.epoch };
        let at = if self.as_in_vectors { now } else { pod_gc::collected_at(now) };
        agenda.at(at, Caused { event, cause: Some(fact) });
        self.publish_node(id, fact, now, agenda);
    }

    /// Pod GC removes what is bound to a node that is still gone.
    pub(super) fn collect_pods(
        &mut self,
        id: NodeId,
        epoch: u32,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).epoch != epoch {
            return;
        }
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
            if !self.as_in_vectors && !self.pod(pod).terminating {
                self.count_deletion(pod);
            }
            self.remove_pod(pod, cause, now, agenda);
        }
    }

    /// The machine dies.
    pub(super) fn fail_node(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).alive {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeFailed { node });
        self.stop_machine(id, now, agenda);
        self.nodes[id.index()].epoch += 1;
        let event = Event::NodeSilent { node: id, epoch: self.node(id).epoch };
        let at = now + monitor_grace_period(self.version);
        agenda.at(at, Caused { event, cause: Some(fact) });
    }

    /// Nothing on the machine runs, and nothing that was under way there goes on.
    fn stop_machine(&mut self, id: NodeId, now: SimTime, agenda: &mut Agenda) {
        self.nodes[id.index()].alive = false;
        self.drop_pulls(id, now, agenda);
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).bound).collect::<Vec<_>>() {
            self.change_pod(pod, now, agenda, |pod| {
                pod.serving = false;
                pod.epoch += 1;
            });
        }
    }

    /// The machine works again, and its kubelet takes up what it finds.
    pub(super) fn recover_node(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).alive || !self.node(id).exists {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeRecovered { node });
        self.nodes[id.index()].alive = true;
        self.nodes[id.index()].epoch += 1;
        for pod in self.pods_on(id).collect::<Vec<_>>() {
            self.resume_pod(pod, fact, now, agenda);
        }
        self.set_health(id, NodeHealth::Ready, fact, now, agenda);
    }

    /// The node-lifecycle controller has not heard from a node for its grace period.
    ///
    /// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth`.
    pub(super) fn node_silent(
        &mut self,
        id: NodeId,
        epoch: u32,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).epoch != epoch {
            return;
        }
        let Some(cause) = cause else { return };
        for pod in self.pods_on(id).collect::<Vec<_>>() {
            self.turn_unready(pod, Some(cause), now, agenda);
        }
        self.set_health(id, NodeHealth::Unknown, cause, now, agenda);
    }

    fn set_health(
        &mut self,
        id: NodeId,
        health: NodeHealth,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.node(id).health == health {
            return;
        }
        self.nodes[id.index()].health = health;
        let ready = health == NodeHealth::Ready;
        let fact = self.node_fact(id, Some(cause), now, |node| What::NodeReady { node, ready });
        self.refresh_condition_taints(id, fact, now, agenda);
    }

    /// `kubectl cordon` and `kubectl uncordon`.
    pub(super) fn set_unschedulable(
        &mut self,
        id: NodeId,
        unschedulable: bool,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.nodes[id.index()].unschedulable = unschedulable;
        self.refresh_condition_taints(id, cause, now, agenda);
    }

    fn refresh_condition_taints(
        &mut self,
        id: NodeId,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Node { health, unschedulable, .. } = *self.node(id);
        let mut taints = self.version_of(id).taints.clone();
        taints.retain(|taint| !is_condition_taint(taint));
        taints.extend(condition_taints(health, unschedulable));
        self.set_taints(id, taints, cause, now, agenda);
    }

    /// Replaces a node's taints.
    pub(super) fn set_taints(
        &mut self,
        id: NodeId,
        taints: Vec<Taint>,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let NodeVersion { labels, taints: before } = self.version_of(id).clone();
        for taint in taints.iter().filter(|taint| !before.contains(taint)) {
            self.taint_fact(id, taint, true, cause, now);
        }
        for taint in before.iter().filter(|taint| !taints.contains(taint)) {
            self.taint_fact(id, taint, false, cause, now);
        }
        self.replace_version(id, NodeVersion { labels, taints }, cause, now, agenda);
    }

    fn taint_fact(&mut self, id: NodeId, taint: &Taint, added: bool, cause: FactId, now: SimTime) {
        let name = &self.nodes[id.index()].name;
        self.recorder.fact(now, Some(cause), |names| {
            let (node, taint) = (names.intern(name), names.intern(&taint.to_string()));
            if added {
                What::NodeTainted { node, taint }
            } else {
                What::NodeUntainted { node, taint }
            }
        });
    }

    /// Replaces a node's labels.
    pub(super) fn set_labels(
        &mut self,
        id: NodeId,
        labels: Labels,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let taints = self.version_of(id).taints.clone();
        let fact = self.node_fact(id, Some(cause), now, |node| What::NodeLabeled { node });
        self.replace_version(id, NodeVersion { labels, taints }, fact, now, agenda);
    }

    fn replace_version(
        &mut self,
        id: NodeId,
        version: NodeVersion,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if *self.version_of(id) == version {
            return;
        }
        self.nodes[id.index()].version = self.new_version(version.labels, version.taints);
        self.publish_node(id, cause, now, agenda);
    }

    /// Lets those who watch nodes know, and the record.
    fn publish_node(&mut self, id: NodeId, cause: FactId, now: SimTime, agenda: &mut Agenda) {
        for index in 0..self.daemon_sets.len() {
            let daemon_set = DaemonSetId(u32::try_from(index).expect("few DaemonSets"));
            self.track_wanted(daemon_set, id, now);
            self.track_promise(daemon_set);
        }
        let Node { exists, version, .. } = *self.node(id);
        let event = Event::SeeNode { node: id, version: exists.then_some(version) };
        let arrival = self.arrival(Resource::Nodes, Luck::Node(id), now);
        agenda.at(arrival, Caused { event, cause: Some(cause) });
        self.tell_scheduler(id, cause, now, agenda);
    }

    fn node_fact(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        what: impl FnOnce(crate::record::NameId) -> What,
    ) -> FactId {
        let name = &self.nodes[id.index()].name;
        self.recorder.fact(now, cause, |names| what(names.intern(name)))
    }

    /// Pods that exist and are bound or pinned to a node.
    pub(super) fn pods_on(&self, id: NodeId) -> impl Iterator<Item = PodId> {
        self.node(id).pods.iter().copied()
    }
}
