//! What is there when a run begins: nodes, and DaemonSets that have been running for long.

use crate::api::well_known::LABEL_TOPOLOGY_ZONE;
use crate::api::{DaemonSet, PodPhase};
use crate::control::daemonset::OrderKey;
use crate::control::{NodeId, PodId};
use crate::record::Recorder;
use crate::scenario::{DaemonSetRef, PickingOrder, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::actors::Actors;
use crate::world::api_server::{ApiServer, count_pod, new_daemon_set, new_pod};
use crate::world::cluster::Cluster;
use crate::world::controller::Controller;
use crate::world::cx::Cx;
use crate::world::event::Agenda;
use crate::world::garbage_collector::GarbageCollector;
use crate::world::ids::DaemonSetId;
use crate::world::nodes::{Nodes, look_at_all_taints};
use crate::world::run::{Digest, World};
use crate::world::scheduler::Scheduler;
use crate::world::script::Script;
use crate::world::settings::Settings;
use crate::world::simulate::Options;
use crate::world::snapshot::{import_snapshot, set_in_motion};
use crate::world::track::{record_status, track_all_nodes, track_running, track_serving};

/// How long pods that run at the start have been Ready: longer than any `minReadySeconds` that
/// people use.
const READY_BEFORE: SimDuration = SimDuration::from_secs(30 * 86_400);

impl World {
    /// The cluster of a scenario, before anything has happened.
    pub(super) fn new(scenario: &Scenario, options: &Options) -> Self {
        let settings = Settings::new(scenario, options.conformance_mode);
        let actors = Actors {
            script: Script::new(scenario),
            controller: Controller::default(),
            scheduler: Scheduler::new(scenario),
            nodes: Nodes::new(scenario, &settings),
            garbage_collector: GarbageCollector::new(&scenario.control_plane),
        };
        let mut world = Self {
            cluster: Cluster::new(scenario, &settings.streams),
            settings,
            api: ApiServer::new(&scenario.control_plane),
            record: Recorder::new(scenario.start, options.detail, scenario.alert_interval),
            actors,
            digest: Digest::new(),
            stop_when_complete: scenario.until.rollout_complete,
        };
        for cover in &scenario.covers {
            world.record.expect_cover(cover.iter().map(DaemonSetRef::key).collect());
        }
        for quota in &scenario.resource_quotas {
            world.api.apply_quota(quota.clone());
        }
        let mut agenda = Agenda::new();
        let (actors, mut cx) = world.at_start(&mut agenda);
        actors.place_nodes(scenario, &mut cx);
        if let Some(snapshot) = &scenario.snapshot {
            import_snapshot(snapshot, actors, &mut cx);
        }
        for daemon_set in &scenario.daemon_sets {
            deploy(daemon_set, &mut actors.controller, &mut cx);
        }
        debug_assert!(agenda.is_empty(), "nothing happens before the start");
        world.record.instant_ended(scenario.start);
        world
    }

    /// Puts on the agenda what happens by itself from the start on.
    pub(super) fn begin(&mut self, scenario: &Scenario, agenda: &mut Agenda) {
        let (actors, mut cx) = self.at_start(agenda);
        actors.script.begin(&mut cx);
        let cause = scenario.snapshot.as_ref().map(|it| set_in_motion(it, actors, &mut cx));
        look_at_all_taints(&mut cx.because(cause));
    }
}

impl Actors {
    /// The nodes of the start, in the caches as well, with their places in the picking order if the
    /// scenario asks for one.
    fn place_nodes(&mut self, scenario: &Scenario, cx: &mut Cx<'_>) {
        for spec in scenario.nodes.iter() {
            let id = self.nodes.register(&spec, cx);
            cx.cluster.nodes[id].created = long_ago(cx.now);
            let version = cx.cluster.node(id).version;
            self.controller.cache_node(id, Some(version));
            self.scheduler.list_node(id, cx.cluster);
        }
        let cluster = &mut *cx.cluster;
        let mut ids: Vec<NodeId> = cluster.existing_nodes().collect();
        match cx.settings.order {
            PickingOrder::Seeded => return,
            PickingOrder::Name => ids.sort_by_key(|&id| cluster.node(id).name.clone()),
            PickingOrder::Zone => ids.sort_by_key(|&id| {
                let zone = cluster.version_of(id).labels.get(LABEL_TOPOLOGY_ZONE);
                (zone.map(str::to_owned), cluster.node(id).name.clone())
            }),
        }
        for (place, id) in ids.into_iter().enumerate() {
            cluster.nodes[id].order = OrderKey(place as u64);
        }
    }
}

/// A DaemonSet that runs everywhere it should when the run starts, as everybody knows.
fn deploy(written: &DaemonSet, controller: &mut Controller, cx: &mut Cx<'_>) {
    let id = new_daemon_set(written, cx);
    let created = long_ago(cx.now);
    cx.cluster.daemon_sets[id].created = created;
    let age = cx.now.since(created);
    cx.tracker(id).set_age_at_start(age);
    let spec = cx.cluster.daemon_sets[id].spec;
    let revision = cx.cluster.new_revision(id, spec, 1, long_ago(cx.now));
    let hash = cx.cluster.revisions[revision].hash;
    controller.list_daemon_set(id, cx.cluster);
    track_all_nodes(id, cx);
    for node in cx.cluster.existing_nodes().collect::<Vec<_>>() {
        if cx.tracker(id).node(node.index()).wanted {
            let pod = new_pod(id, node, spec, hash, cx);
            settle(pod, controller, cx);
        } else {
            controller.touch(id, node);
        }
    }
    controller.refresh(id, spec, hash, cx);
    settle_status(id, controller, cx);
}

/// When what is there at the start came.
fn long_ago(start: SimTime) -> SimTime {
    SimTime::from_micros(start.as_micros().saturating_sub(READY_BEFORE.as_micros()))
}

/// Makes a new pod one that has been running for long, in the cache as well.
fn settle(id: PodId, controller: &mut Controller, cx: &mut Cx<'_>) {
    let long_ago = long_ago(cx.now);
    let pod = &mut cx.cluster.pods[id];
    pod.created = long_ago;
    pod.exists = true;
    pod.bound = true;
    pod.phase = PodPhase::Running;
    pod.ready_since = Some(long_ago);
    pod.awaits_readiness_gate = false;
    pod.ailing_since = None;
    pod.serving = true;
    let (node, owner, spec) = (pod.node, pod.creator, pod.spec);
    let (footprint, cached) = (pod.footprint(), pod.cached());
    count_pod::<true>(&footprint, cx);
    cx.cluster.occupy(id);
    cx.cluster.nodes[node].images.extend_from_slice(&cx.cluster.specs[spec].images);
    controller.list_pod(id, cached, cx);
    track_serving(owner, node, cx);
    track_running(owner, node, cx);
}

/// The status as the controller wrote it long ago.
fn settle_status(id: DaemonSetId, controller: &mut Controller, cx: &mut Cx<'_>) {
    let status = controller.status_of(id);
    let generation = cx.cluster.spec_of(id).generation;
    let object = &mut cx.cluster.daemon_sets[id];
    object.status = status;
    object.observed_generation = generation;
    record_status(id, status, None, cx);
    controller.list_daemon_set(id, cx.cluster);
}
