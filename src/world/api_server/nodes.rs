//! Node objects: they appear and change, and those who watch hear of it.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::api::{Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::daemonset::OrderKey;
use crate::control::node_lifecycle::NodeConditions;
use crate::engine::fnv1a64;
use crate::record::What;
use crate::scenario::NodeSpec;
use crate::time::{MICROS_PER_SECOND, SimDuration};
use crate::world::api_server::pods::sweep_if_out_of_service;
use crate::world::api_server::scheduler_watch::publish_to_scheduler;
use crate::world::api_server::server::{DrawFor, Resource, arrival};
use crate::world::cluster::{Capacity, Node, NodeVersion};
use crate::world::cx::Cx;
use crate::world::event::{Event, NodeStep};
use crate::world::track::{track_promise, track_wanted};

/// Makes a node that nobody knows of yet. If the picking order is fixed, it comes after all nodes
/// before it.
pub(in crate::world) fn new_node(spec: &NodeSpec, cx: &mut Cx<'_>) -> NodeId {
    let id = cx.cluster.nodes.next_id();
    let name_hash = fnv1a64(spec.name.as_bytes());
    let version = cx.cluster.new_version(spec.labels.clone(), spec.taints.clone());
    let bits = cx.settings.streams.bits("relist phase", name_hash, 0);
    let neighbor = cx.cluster.nodes.iter().last().map(|node| &node.capacity);
    let capacity = Capacity::new(spec).shared_with(neighbor);
    cx.cluster.nodes.push(Node {
        name: Arc::clone(&spec.name),
        name_hash,
        relist_phase: SimDuration::from_micros(bits % MICROS_PER_SECOND),
        pool: spec.pool,
        order: OrderKey(u64::from(id.0)),
        exists: true,
        created: cx.now.truncate_to_second(),
        version,
        alive: true,
        conditions: NodeConditions::default(),
        shutting_down: false,
        epoch: 0,
        pods: SmallVec::new(),
        images: SmallVec::new(),
        api_draws: 0,
        startup_taints: Box::default(),
        health_fact: None,
        health_since: None,
        capacity,
        scheduler_draws: 0,
    });
    cx.cluster.node_is_called(spec, id);
    id
}

/// Lets those who watch nodes know, and the record.
pub(in crate::world) fn publish_node(id: NodeId, cx: &mut Cx<'_>) {
    for daemon_set in cx.cluster.daemon_set_ids() {
        track_wanted(daemon_set, id, cx);
        track_promise(daemon_set, cx);
    }
    let Node { exists, version, .. } = *cx.cluster.node(id);
    let event = Event::SeeNode { node: id, version: exists.then_some(version) };
    let arrival = arrival(Resource::Nodes, DrawFor::Node(id), cx);
    cx.at(arrival, event);
    publish_to_scheduler(id, cx);
}

/// Replaces a node's taints.
pub(in crate::world) fn set_taints(id: NodeId, taints: Vec<Taint>, cx: &mut Cx<'_>) {
    let NodeVersion { labels, taints: before } = cx.cluster.version_of(id).clone();
    if taints == before {
        return;
    }
    for taint in taints.iter().filter(|taint| !before.contains(taint)) {
        taint_fact(id, taint, true, cx);
    }
    for taint in before.iter().filter(|taint| !taints.contains(taint)) {
        taint_fact(id, taint, false, cx);
    }
    let evicts = |taint: &Taint| taint.effect == TaintEffect::NoExecute;
    let concerns_pods = before.iter().chain(&taints).any(evicts);
    replace_version(id, NodeVersion { labels, taints }, cx);
    if cx.settings.node_lifecycle {
        if concerns_pods {
            cx.plan_node(id, NodeStep::Look, cx.now + watch_lag(id, cx));
        }
        sweep_if_out_of_service(id, cx);
    }
}

fn taint_fact(id: NodeId, taint: &Taint, added: bool, cx: &mut Cx<'_>) {
    let name = &cx.cluster.nodes[id].name;
    cx.record.fact(cx.now, cx.cause, |names| {
        let (node, taint) = (names.intern(name), names.intern(&taint.to_string()));
        if added { What::NodeTainted { node, taint } } else { What::NodeUntainted { node, taint } }
    });
}

pub(in crate::world) fn replace_version(id: NodeId, version: NodeVersion, cx: &mut Cx<'_>) {
    if *cx.cluster.version_of(id) == version {
        return;
    }
    cx.cluster.nodes[id].version = cx.cluster.new_version(version.labels, version.taints);
    publish_node(id, cx);
}

/// How long a change of a node takes to reach its controllers.
pub(in crate::world) fn watch_lag(id: NodeId, cx: &Cx<'_>) -> SimDuration {
    let Node { name_hash, api_draws, .. } = *cx.cluster.node(id);
    let draw = cx.settings.streams.uniform("node watch", name_hash, u64::from(api_draws));
    cx.api.watch_latency().sample(draw)
}
