//! Node objects: they appear, change and go, and those who watch hear of it.

use crate::api::{Labels, Taint};
use crate::control::daemonset::OrderKey;
use crate::control::node_lifecycle::NodeConditions;
use crate::control::{NodeId, PodId};
use crate::engine::fnv1a64;
use crate::record::{FactId, What};
use crate::scenario::{NodeSpec, PickingOrder, PoolId};
use crate::time::SimTime;
use crate::world::api_server::{Luck, Resource};
use crate::world::event::{Caused, Event, NodeStep};
use crate::world::objects::{DaemonSetId, Node, NodeVersion, VersionId};
use crate::world::room::Room;
use crate::world::state::{Agenda, World};

impl World {
    /// Makes a node that nobody knows of yet. Its place in the picking order follows from its name
    /// and the seed, or else it comes after all nodes before it.
    pub(in crate::world) fn new_node(&mut self, spec: &NodeSpec) -> NodeId {
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
            conditions: NodeConditions::default(),
            shutting_down: false,
            epoch: 0,
            pods: Vec::new(),
            images: Vec::new(),
            api_draws: 0,
            startup_taints: Vec::new(),
            room: Room::new(spec),
            scheduler_draws: 0,
        });
        self.node_ids.insert(spec.name.clone(), id);
        id
    }

    pub(super) fn new_version(&mut self, labels: Labels, taints: Vec<Taint>) -> VersionId {
        let id = VersionId(u32::try_from(self.versions.len()).expect("fewer than 2^32 versions"));
        self.versions.push(NodeVersion { labels, taints });
        id
    }

    pub(in crate::world) fn version_of(&self, node: NodeId) -> &NodeVersion {
        &self.versions[self.node(node).version.0 as usize]
    }

    /// A new machine registers.
    pub(in crate::world) fn join(
        &mut self,
        spec: &NodeSpec,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let id = match self.node_ids.get(&spec.name) {
            Some(&id) => self.register_again(id, spec),
            None => {
                let id = self.new_node(spec);
                self.count_in_zone(id);
                id
            }
        };
        let fact = self.node_fact(id, cause, now, |node| What::NodeAdded { node });
        self.get_ready(id, Some(fact), now, agenda);
        self.publish_node(id, Some(fact), now, agenda);
    }

    /// A node comes back under the name of one that left.
    fn register_again(&mut self, id: NodeId, spec: &NodeSpec) -> NodeId {
        let version = self.new_version(spec.labels.clone(), spec.taints.clone());
        let node = &mut self.nodes[id.index()];
        node.version = version;
        node.exists = true;
        node.alive = true;
        node.conditions = NodeConditions::default();
        node.shutting_down = false;
        node.epoch += 1;
        node.images.clear();
        let life = self.node_controllers.life(id);
        life.leaving = false;
        life.registered = node.epoch;
        self.kubelets.pressed.remove(&id);
        self.furnish_again(id, spec);
        id
    }

    /// How the next node of a pool is made.
    pub(in crate::world) fn next_of_pool(&mut self, pool: PoolId) -> NodeSpec {
        let template = &mut self.pools[pool.0];
        template.count += 1;
        template.node(pool, template.count)
    }

    /// The Node object is deleted and the machine is gone; its pods are left to pod GC.
    pub(in crate::world) fn leave(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.node(id).exists {
            return;
        }
        let fact = self.node_fact(id, cause, now, |node| What::NodeDeleted { node });
        self.stop_machine(id, now, agenda);
        let node = &mut self.nodes[id.index()];
        node.exists = false;
        node.epoch += 1;
        let at =
            if self.as_in_vectors { now } else { self.node_controllers.gc().collected_at(now) };
        self.plan_node(id, NodeStep::Collect, at, Some(fact), agenda);
        self.touch_node(id, Some(fact), now, agenda);
        self.publish_node(id, Some(fact), now, agenda);
    }

    /// Lets those who watch nodes know, and the record.
    pub(super) fn publish_node(
        &mut self,
        id: NodeId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        for index in 0..self.daemon_sets.len() {
            let daemon_set = DaemonSetId(u32::try_from(index).expect("few DaemonSets"));
            self.track_wanted(daemon_set, id, now);
            self.track_promise(daemon_set);
        }
        let Node { exists, version, .. } = *self.node(id);
        let event = Event::SeeNode { node: id, version: exists.then_some(version) };
        let arrival = self.arrival(Resource::Nodes, Luck::Node(id), now);
        agenda.at(arrival, Caused { event, cause });
        self.tell_scheduler(id, cause, now, agenda);
    }

    pub(in crate::world) fn node_fact(
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
    pub(in crate::world) fn pods_on(&self, id: NodeId) -> impl Iterator<Item = PodId> {
        self.node(id).pods.iter().copied()
    }
}
