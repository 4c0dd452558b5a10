//! Node objects: they appear, change and go, and those who watch hear of it.

use crate::api::{Labels, Taint};
use crate::control::daemonset::OrderKey;
use crate::control::node_lifecycle::NodeConditions;
use crate::control::{NodeId, PodId};
use crate::engine::fnv1a64;
use crate::record::What;
use crate::scenario::{NodeSpec, PickingOrder, PoolId};
use crate::world::api_server::arrival;
use crate::world::api_server::{Luck, Resource};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{Event, NodeStep};
use crate::world::ids::{DaemonSetId, VersionId};
use crate::world::nodes::Nodes;
use crate::world::objects::{Node, NodeVersion};
use crate::world::room::Room;
use crate::world::scheduler_cache::tell_scheduler;
use crate::world::track::{track_promise, track_wanted};

impl Nodes {
    /// A new machine registers.
    pub(in crate::world) fn join(&mut self, spec: &NodeSpec, cx: &mut Cx<'_>) {
        let id = match cx.cluster.node_ids.get(&spec.name) {
            Some(&id) => self.register_again(id, spec, cx),
            None => {
                let id = new_node(spec, cx);
                self.count_in_zone(id, cx);
                id
            }
        };
        let fact = cx.node_fact(id, |node| What::NodeAdded { node });
        self.get_ready(id, &mut cx.because(Some(fact)));
        publish_node(id, &mut cx.because(Some(fact)));
    }

    /// A node comes back under the name of one that left.
    fn register_again(&mut self, id: NodeId, spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
        let version = cx.cluster.new_version(spec.labels.clone(), spec.taints.clone());
        let node = &mut cx.cluster.nodes[id];
        node.version = version;
        node.exists = true;
        node.alive = true;
        node.conditions = NodeConditions::default();
        node.shutting_down = false;
        node.epoch += 1;
        node.images.clear();
        let life = self.life(id);
        life.leaving = false;
        life.registered = node.epoch;
        self.kubelets.pressed.remove(&id);
        cx.cluster.furnish_again(id, spec);
        id
    }

    /// The Node object is deleted and the machine is gone; its pods are left to pod GC.
    pub(in crate::world) fn leave(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(id).exists {
            return;
        }
        let fact = cx.node_fact(id, |node| What::NodeDeleted { node });
        self.kubelets.stop_machine(id, cx);
        let node = &mut cx.cluster.nodes[id];
        node.exists = false;
        node.epoch += 1;
        let at = if cx.settings.conformance_mode {
            cx.now
        } else {
            cx.settings.pod_gc.collected_at(cx.now)
        };
        cx.because(Some(fact)).plan_node(id, NodeStep::Collect, at);
        self.touch_node(id, &mut cx.because(Some(fact)));
        publish_node(id, &mut cx.because(Some(fact)));
    }
}

/// Makes a node that nobody knows of yet. Its place in the picking order follows from its name
/// and the seed, or else it comes after all nodes before it.
pub(in crate::world) fn new_node(spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
    let id = NodeId(u32::try_from(cx.cluster.nodes.len()).expect("fewer than 2^32 nodes"));
    let name_hash = fnv1a64(spec.name.as_bytes());
    let order = match cx.settings.order {
        PickingOrder::Seeded => OrderKey(cx.settings.streams.bits("picking order", name_hash, 0)),
        PickingOrder::Name | PickingOrder::Zone => OrderKey(u64::from(id.0)),
    };
    let version = cx.cluster.new_version(spec.labels.clone(), spec.taints.clone());
    cx.cluster.nodes.push(Node {
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
    cx.cluster.node_ids.insert(spec.name.clone(), id);
    id
}

/// Lets those who watch nodes know, and the record.
pub(super) fn publish_node(id: NodeId, cx: &mut Cx<'_>) {
    for index in 0..cx.cluster.daemon_sets.len() {
        let daemon_set = DaemonSetId(u32::try_from(index).expect("few DaemonSets"));
        track_wanted(daemon_set, id, cx);
        track_promise(daemon_set, cx);
    }
    let Node { exists, version, .. } = *cx.cluster.node(id);
    let event = Event::SeeNode { node: id, version: exists.then_some(version) };
    let arrival = arrival(Resource::Nodes, Luck::Node(id), cx);
    cx.at(arrival, event);
    tell_scheduler(id, cx);
}

impl Cluster {
    pub(super) fn new_version(&mut self, labels: Labels, taints: Vec<Taint>) -> VersionId {
        let id = VersionId(u32::try_from(self.versions.len()).expect("fewer than 2^32 versions"));
        self.versions.push(NodeVersion { labels, taints });
        id
    }

    pub(in crate::world) fn version_of(&self, node: NodeId) -> &NodeVersion {
        &self.versions[self.node(node).version]
    }

    /// How the next node of a pool is made.
    pub(in crate::world) fn next_of_pool(&mut self, pool: PoolId) -> NodeSpec {
        let template = &mut self.pools[pool.0];
        template.count += 1;
        template.node(pool, template.count)
    }

    /// Pods that exist and are bound or pinned to a node.
    pub(in crate::world) fn pods_on(&self, id: NodeId) -> impl Iterator<Item = PodId> {
        self.node(id).pods.iter().copied()
    }
}
