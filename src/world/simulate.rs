//! From a scenario to a record.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::api::{DaemonSet, PodPhase};
use crate::control::daemonset::OrderKey;
use crate::control::{NodeId, PodId};
use crate::engine::{Ended, Finished, Limits, Simulation, Streams, fnv1a64};
use crate::record::{Detail, Ending, Limit, Record, Recorder, StatusCounts};
use crate::scenario::{PickingOrder, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::ApiServer;
use crate::world::controller::Controller;
use crate::world::faults::ImageFaults;
use crate::world::images::Images;
use crate::world::kubelet::Kubelets;
use crate::world::nodes::NodeControllers;
use crate::world::objects::DaemonSetId;
use crate::world::scheduler::Scheduler;
use crate::world::state::{Agenda, World};

/// How long pods that run at the start have been Ready: longer than any `minReadySeconds` that
/// people use.
const READY_BEFORE: SimDuration = SimDuration::from_secs(30 * 86_400);

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much is kept.
    pub detail: Detail,
    /// How far it may go.
    pub limits: RunLimits,
    /// Whether to simplify as the conformance vectors do: pods vanish together with the Node that
    /// they are bound to, and a pod that has failed takes as long to go as any other.
    pub as_in_vectors: bool,
}

/// What ends a run that does not end by itself.
#[derive(Clone, Copy, Debug)]
pub struct RunLimits {
    /// Events in all.
    pub max_events: u64,
}

impl Default for RunLimits {
    /// Twenty million events: what a rollout on hundreds of thousands of nodes takes, and facts
    /// for some 2 GB of memory.
    fn default() -> Self {
        Self { max_events: 20_000_000 }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { detail: Detail::Facts, limits: RunLimits::default(), as_in_vectors: false }
    }
}

/// A status that the controller wrote: what `kubectl rollout status` watches.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// Since the start of the run.
    pub at: SimDuration,
    /// `namespace/name` of the DaemonSet.
    pub daemon_set: &'a str,
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`.
    pub observed_generation: i64,
    /// The rest of the status.
    pub status: StatusCounts,
    /// Whether the update strategy is `OnDelete`.
    pub on_delete: bool,
    /// Whether the object is gone, or going.
    pub deleted: bool,
}

/// Runs a scenario to its end. `watch` is told of every status when it is written, while the run
/// goes on.
pub fn simulate(scenario: &Scenario, options: &Options, mut watch: impl FnMut(News<'_>)) -> Record {
    let mut agenda = Agenda::new();
    let mut world = World::new(scenario, options);
    world.schedule_actions(scenario.start, &mut agenda);
    let cause = scenario.snapshot.is_some().then(|| world.set_in_motion(&mut agenda));
    world.look_at_all_taints(cause, &mut agenda);
    let limits = Limits {
        until: scenario.start + scenario.until.limit,
        max_events: options.limits.max_events,
        ..Limits::default()
    };
    let mut simulation = Simulation::new(world, agenda, limits);
    let finished = loop {
        if let ControlFlow::Break(finished) = simulation.step() {
            break finished;
        }
        for (id, at) in std::mem::take(&mut simulation.model.api.written) {
            watch(simulation.model.news(id, at));
        }
    };
    simulation.model.finish(scenario, finished)
}

impl World {
    pub(super) fn new(scenario: &Scenario, options: &Options) -> Self {
        let mut world = Self {
            start: scenario.start,
            version: scenario.kubernetes,
            streams: Streams::new(scenario.seed),
            order: scenario.order,
            api: ApiServer::new(&scenario.control_plane),
            latencies: scenario.latencies.clone(),
            pools: scenario.pools.clone(),
            actions: scenario.events.clone(),
            actions_left: scenario.events.iter().filter(|timed| timed.repeats.is_none()).count(),
            stop_when_complete: scenario.until.rollout_complete,
            is_crowded: false,
            as_in_vectors: options.as_in_vectors,
            nodes: Vec::new(),
            node_ids: BTreeMap::new(),
            versions: Vec::new(),
            pods: Vec::new(),
            daemon_sets: Vec::new(),
            specs: Vec::new(),
            templates: Vec::new(),
            hashes: Vec::new(),
            live_hashes: BTreeMap::new(),
            revisions: Vec::new(),
            images: Images::default(),
            faults: ImageFaults::default(),
            node_controllers: NodeControllers::new(
                scenario.control_plane.node_lifecycle.as_ref(),
                scenario.kubernetes,
                &Streams::new(scenario.seed),
            ),
            kubelets: Kubelets::new(&scenario.kubelet),
            attempts: BTreeMap::new(),
            controller: Controller::default(),
            scheduler: Scheduler::new(scenario),
            recorder: Recorder::new(scenario.start, options.detail),
            digest: fnv1a64(b""),
        };
        world.place_nodes(scenario);
        if let Some(snapshot) = &scenario.snapshot {
            world.take_over(snapshot);
        }
        for daemon_set in &scenario.daemon_sets {
            world.deploy(daemon_set);
        }
        world.recorder.instant_ended(scenario.start);
        world
    }

    /// The nodes of the start, in the cache as well, with their places in the picking order.
    fn place_nodes(&mut self, scenario: &Scenario) {
        for spec in &scenario.nodes {
            let id = self.new_node(spec);
            self.count_in_zone(id);
            let version = self.node(id).version;
            self.controller.see_node(id, Some(version));
            self.show_scheduler(id);
        }
        let mut ids: Vec<NodeId> = self.existing_nodes().collect();
        match self.order {
            PickingOrder::Seeded => return,
            PickingOrder::Name => ids.sort_by_key(|&id| self.node(id).name.clone()),
            PickingOrder::Zone => ids.sort_by_key(|&id| {
                let zone = self.version_of(id).labels.get("topology.kubernetes.io/zone");
                (zone.map(str::to_owned), self.node(id).name.clone())
            }),
        }
        for (place, id) in ids.into_iter().enumerate() {
            self.nodes[id.index()].order = OrderKey(place as u64);
        }
    }

    /// A DaemonSet that runs everywhere it should when the run starts, as everybody knows.
    fn deploy(&mut self, written: &DaemonSet) {
        let now = self.start;
        let id = self.new_daemon_set(written, now);
        let spec = self.daemon_sets[id.index()].spec;
        let revision = self.snapshot(id, spec, 1);
        let hash = self.revisions[revision].hash;
        self.controller.meet(id).seen = self.seen_daemon_set(id);
        self.track_all_nodes(id, now);
        for node in self.existing_nodes().collect::<Vec<_>>() {
            if self.tracker(id).node(node.index()).wanted {
                let pod = self.new_pod(id, node, spec, hash, now);
                self.settle(pod, now);
            } else {
                self.controller.daemon_sets[id.index()].touch(node);
            }
        }
        self.refresh(id, spec, hash, now);
        self.settle_status(id, now);
    }

    /// Makes a new pod one that has been running for long, in the cache as well.
    fn settle(&mut self, id: PodId, now: SimTime) {
        let long_ago =
            SimTime::from_micros(now.as_micros().saturating_sub(READY_BEFORE.as_micros()));
        let pod = &mut self.pods[id.index()];
        pod.created = long_ago;
        pod.exists = true;
        pod.bound = true;
        pod.phase = PodPhase::Running;
        pod.ready_since = Some(long_ago);
        pod.serving = true;
        let (node, owner, shown) = (pod.node, pod.creator, pod.shown());
        let seen = pod.seen();
        self.count_pod::<true>(&shown);
        self.occupy(id);
        let images = self.specs[self.pod(id).spec.index()].images.clone();
        self.nodes[node.index()].images.extend(images);
        self.controller.see_pod(id, seen);
        self.controller.daemon_sets[owner.index()].seat(node, id);
        self.track_serving(owner, node, now);
    }

    /// The status as the controller wrote it long ago.
    fn settle_status(&mut self, id: DaemonSetId, now: SimTime) {
        let status = self.status_of(id);
        let generation = self.spec_of(id).generation;
        let object = &mut self.daemon_sets[id.index()];
        object.status = status;
        object.observed_generation = generation;
        self.record_status(id, status, None, now);
        self.controller.daemon_sets[id.index()].seen = self.seen_daemon_set(id);
    }

    fn finish(mut self, scenario: &Scenario, finished: Finished) -> Record {
        let stops_itself = scenario.until.rollout_complete;
        let limit_hit = match finished.ended {
            Ended::Stopped if self.is_crowded => Some(Limit::PodsPerNode),
            Ended::TimeLimit if stops_itself => Some(Limit::Time),
            Ended::EventLimit => Some(Limit::Events),
            Ended::Drained | Ended::Stopped | Ended::TimeLimit => None,
        };
        debug_assert!(self.books_balance(), "what pods have taken of their nodes adds up");
        self.record_unschedulable();
        let at_rest = finished.ended == Ended::Drained;
        // A run that is to last until a given time does, also if nothing happens any more.
        let lasts = at_rest && !stops_itself;
        let start = scenario.start;
        let end = if lasts { start + scenario.until.limit } else { finished.at.max(start) };
        let ending = Ending { events: finished.events, at_rest, limit_hit, digest: self.digest };
        let nodes = self.nodes;
        self.recorder.finish(end, ending, |node| nodes[node].name.clone())
    }
}
