//! The node-lifecycle controller: it looks at all nodes every few seconds, judges their zones, and
//! lets the nodes of a zone wait in a queue for the taint that evicts their pods.
//!
//! A pass in which nothing has changed does nothing, so only passes that some node asked for
//! happen. What nodes are like is decided elsewhere.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth,
//! processTaintBaseEviction, handleDisruption, doNoExecuteTaintingPass`.

use std::collections::BTreeMap;

use crate::api::well_known::{
    LABEL_NODE_DISRUPTION_EXCLUSION, LABEL_TOPOLOGY_REGION, LABEL_TOPOLOGY_ZONE,
};
use crate::api::{Labels, TaintEffect};
use crate::control::node_lifecycle::{
    EvictionQueue, HEARTBEAT_PERIOD, Monitor, NodeHealth, POLL_PERIOD, ZoneRules, ZoneState,
    all_are_down, monitor_grace_period, no_execute_taint, owns_no_execute,
};
use crate::control::rate_limit::Rate;
use crate::control::taint_eviction::EvictionTimer;
use crate::control::{NodeId, PodId, Ticks};
use crate::record::FactId;
use crate::scenario::{self, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{Caused, Event};
use crate::world::ids::Table;
use crate::world::kubelet::Kubelets;
use crate::world::nodes::taints::set_no_execute;
use crate::world::objects::Node;
use crate::world::run::Agenda;
use crate::world::settings::{Settings, loop_phase};

/// Index of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::world) struct ZoneId(u32);

/// What the controllers of nodes keep of a node, besides its object.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct NodeLife {
    zone: ZoneId,
    /// As what its zone counts it: ready, or not; none if it does not count.
    counted: Option<bool>,
    /// When its kubelet last renewed its lease, if it is silent.
    pub(super) last_sign: SimTime,
    /// The latest fact about its health.
    pub(super) fact: Option<FactId>,
    /// Whether its cloud has taken the machine back: its Node object goes once the machine is off.
    pub(super) leaving: bool,
    /// Whether the pods of others are being evicted from it.
    pub(super) draining: bool,
    /// The epoch of the node in which it registered.
    pub(super) registered: u32,
}

/// The node-lifecycle controller, the taint-eviction controller and the pod garbage collector.
#[derive(Debug)]
pub(in crate::world) struct Nodes {
    pub(in crate::world) kubelets: Kubelets,
    lifecycle: Option<Lifecycle>,
    /// When the cloud's controller looks for nodes whose machines are gone.
    pub(super) cloud: Ticks,
    /// Pods that a taint drives away.
    pub(super) evictions: BTreeMap<PodId, EvictionTimer>,
    lives: Table<NodeId, NodeLife>,
}

#[derive(Debug)]
struct Lifecycle {
    monitor: Monitor,
    rules: ZoneRules,
    /// Of the queues of all zones.
    poll_phase: SimDuration,
    zones: Vec<Zone>,
    zone_ids: BTreeMap<String, ZoneId>,
    /// Nodes to look at in the next pass.
    touched: Vec<NodeId>,
    next_pass: Option<SimTime>,
    /// Whether every zone was down at the last pass.
    all_down: bool,
    /// When that last ended: no silence counts from before.
    probes_reset_at: SimTime,
}

#[derive(Debug)]
struct Zone {
    ready: u32,
    not_ready: u32,
    state: ZoneState,
    queue: EvictionQueue,
    next_poll: Option<SimTime>,
}

impl Nodes {
    pub(in crate::world) fn new(scenario: &Scenario, settings: &Settings) -> Self {
        let Settings { streams, version, node_lifecycle, .. } = settings;
        let phase = |purpose, period| loop_phase(streams, *node_lifecycle, purpose, period);
        let cloud = SimDuration::from_secs(5);
        let lifecycle = |model: &scenario::NodeLifecycle| Lifecycle {
            monitor: Monitor::new(
                model.monitor_period,
                model.monitor_grace_period.unwrap_or(monitor_grace_period(*version)),
                phase("node monitor", model.monitor_period),
            ),
            rules: ZoneRules {
                rate: Rate::millis_per_second(model.eviction_millis_per_second),
                secondary_rate: Rate::millis_per_second(model.secondary_millis_per_second),
                large_zone: model.large_zone,
                unhealthy_permille: model.unhealthy_permille,
            },
            poll_phase: phase("zone queue", POLL_PERIOD),
            zones: Vec::new(),
            zone_ids: BTreeMap::new(),
            touched: Vec::new(),
            next_pass: None,
            all_down: false,
            probes_reset_at: SimTime::ZERO,
        };
        Self {
            kubelets: Kubelets::new(&scenario.kubelet),
            lifecycle: scenario.control_plane.node_lifecycle.as_ref().map(lifecycle),
            cloud: Ticks::new(cloud, phase("cloud nodes", cloud)),
            evictions: BTreeMap::new(),
            lives: Table::new(),
        }
    }

    /// What is kept of a node.
    pub(super) fn life(&mut self, id: NodeId) -> &mut NodeLife {
        self.lives.ensure(id, NodeLife::default)
    }

    /// The first pass at `at` or later.
    pub(super) fn next_pass(&self, at: SimTime) -> SimTime {
        self.lifecycle.as_ref().map_or(at, |lifecycle| lifecycle.monitor.pass_at_or_after(at))
    }

    /// The pass in which a node is held for dead whose last sign of life was at `last_sign`; none
    /// if nobody looks.
    pub(super) fn unknown_at(&self, last_sign: SimTime) -> Option<SimTime> {
        let lifecycle = self.lifecycle.as_ref()?;
        Some(lifecycle.monitor.unknown_at(last_sign.max(lifecycle.probes_reset_at)))
    }
}

impl Lifecycle {
    /// The zone of a node with these labels: region and zone together.
    ///
    /// Source: `k8s.io/component-helpers/node/topology/helpers.go › GetZoneKey`.
    fn zone_of(&mut self, labels: &Labels) -> ZoneId {
        let part = |key| labels.get(key).unwrap_or_default();
        let key = format!("{}:{}", part(LABEL_TOPOLOGY_REGION), part(LABEL_TOPOLOGY_ZONE));
        let next = ZoneId(u32::try_from(self.zones.len()).expect("fewer than 2^32 zones"));
        let id = *self.zone_ids.entry(key).or_insert(next);
        if id == next {
            self.zones.push(Zone {
                ready: 0,
                not_ready: 0,
                state: ZoneState::Normal,
                queue: EvictionQueue::new(self.rules.rate, self.poll_phase),
                next_poll: None,
            });
        }
        id
    }

    fn zone(&mut self, id: ZoneId) -> &mut Zone {
        &mut self.zones[id.0 as usize]
    }
}

impl Zone {
    fn count(&mut self, counted: Option<bool>) -> Option<&mut u32> {
        counted.map(|ready| if ready { &mut self.ready } else { &mut self.not_ready })
    }
}

impl Nodes {
    /// Counts a node in its zone, as it is now.
    pub(in crate::world) fn count_in_zone(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        let mut life = self.life(id).clone();
        let Some(lifecycle) = &mut self.lifecycle else { return };
        let node = &cx.cluster.nodes[id];
        let labels = &cx.cluster.versions[node.version].labels;
        let counts = node.exists && labels.get(LABEL_NODE_DISRUPTION_EXCLUSION).is_none();
        let counted = counts.then(|| node.conditions.health == NodeHealth::Ready);
        let zone = lifecycle.zone_of(labels);
        let before = lifecycle.zone(life.zone);
        if let Some(count) = before.count(life.counted) {
            *count -= 1;
        }
        if life.zone != zone {
            before.queue.remove(id);
        }
        life.zone = zone;
        life.counted = counted;
        if let Some(count) = lifecycle.zone(zone).count(counted) {
            *count += 1;
        }
        *self.life(id) = life;
    }

    /// The next pass looks at a node.
    pub(in crate::world) fn touch_node(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if let Some(lifecycle) = &mut self.lifecycle {
            lifecycle.touched.push(id);
            let at = lifecycle.monitor.pass_at_or_after(cx.now);
            lifecycle.schedule_pass(at, cx.cause, cx.agenda);
        }
    }

    /// The controller looks at the nodes that changed, and at all zones.
    pub(in crate::world) fn monitor_pass(&mut self, cx: &mut Cx<'_>) {
        let Some(lifecycle) = &mut self.lifecycle else { return };
        if lifecycle.next_pass != Some(cx.now) {
            return;
        }
        lifecycle.next_pass = None;
        if cx.api.is_down(cx.now) {
            let at = lifecycle.monitor.pass_at_or_after(cx.api.up_at());
            return lifecycle.schedule_pass(at, cx.cause, cx.agenda);
        }
        let mut touched = std::mem::take(&mut lifecycle.touched);
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            self.look_at_node(id, cx);
        }
        self.judge_zones(cx);
    }

    /// A node that is Ready loses its `NoExecute` taint; one that is not waits for it.
    fn look_at_node(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        self.count_in_zone(id, cx);
        let Node { exists, ref conditions, .. } = cx.cluster.nodes[id];
        let health = conditions.health;
        let NodeLife { zone, fact, .. } = *self.life(id);
        let has = cx.cluster.version_of(id).taints.iter().any(owns_no_execute);
        let Some(lifecycle) = &mut self.lifecycle else { return };
        let queue = &mut lifecycle.zone(zone).queue;
        if !exists || health == NodeHealth::Ready {
            queue.remove(id);
        } else {
            queue.add(id);
        }
        if exists && has {
            // The opposite taint is swapped at once.
            set_no_execute(id, no_execute_taint(health), &mut cx.because(fact));
        }
    }

    fn judge_zones(&mut self, cx: &mut Cx<'_>) {
        let Some(lifecycle) = &mut self.lifecycle else { return };
        let rules = lifecycle.rules;
        let states: Vec<ZoneState> =
            lifecycle.zones.iter().map(|zone| rules.state(zone.ready, zone.not_ready)).collect();
        let has_nodes = |zone: &Zone| zone.ready + zone.not_ready > 0;
        let inhabited = lifecycle.zones.iter().zip(&states).filter(|(zone, _)| has_nodes(zone));
        let all_down = all_are_down(inhabited.map(|(_, &state)| state));
        let was_down = std::mem::replace(&mut lifecycle.all_down, all_down);
        if was_down && !all_down {
            lifecycle.probes_reset_at = cx.now;
        }
        for (zone, state) in lifecycle.zones.iter_mut().zip(states) {
            if zone.state != state || was_down != all_down {
                zone.state = state;
                let rate = rules.eviction_rate(state, zone.ready + zone.not_ready, all_down);
                zone.queue.set_rate(rate, cx.now);
            }
        }
        if all_down && !was_down {
            self.stop_all_evictions(cx);
        }
        self.schedule_polls(cx.now, cx);
    }

    /// Nobody is heard of any more, so the fault is the controller's own.
    fn stop_all_evictions(&mut self, cx: &mut Cx<'_>) {
        for id in cx.cluster.existing_nodes().collect::<Vec<_>>() {
            let NodeLife { zone, fact, .. } = *self.life(id);
            if cx.cluster.node(id).conditions.health == NodeHealth::Ready {
                continue;
            }
            let Some(lifecycle) = &mut self.lifecycle else { return };
            let queue = &mut lifecycle.zone(zone).queue;
            queue.remove(id);
            queue.add(id);
            set_no_execute(id, None, &mut cx.because(fact));
        }
    }

    fn schedule_polls(&mut self, from: SimTime, cx: &mut Cx<'_>) {
        let Some(lifecycle) = &mut self.lifecycle else { return };
        for (index, zone) in lifecycle.zones.iter_mut().enumerate() {
            let next = zone.queue.next_at(from);
            if let Some(at) = next.filter(|_| next != zone.next_poll) {
                let zone = u32::try_from(index).expect("fewer than 2^32 zones");
                cx.at(at, Event::ZonePoll { zone });
            }
            zone.next_poll = next;
        }
    }

    /// The next node of a zone gets its `NoExecute` taint.
    pub(in crate::world) fn zone_poll(&mut self, zone: u32, cx: &mut Cx<'_>) {
        let Some(lifecycle) = &mut self.lifecycle else { return };
        let zone = lifecycle.zone(ZoneId(zone));
        if zone.next_poll != Some(cx.now) {
            return;
        }
        zone.next_poll = None;
        if cx.api.is_down(cx.now) {
            return self.schedule_polls(cx.api.up_at(), cx);
        }
        if let Some(id) = zone.queue.take(cx.now) {
            let taint = no_execute_taint(cx.cluster.node(id).conditions.health);
            if cx.cluster.node(id).exists && taint.is_some() {
                let fact = self.life(id).fact;
                set_no_execute(id, taint, &mut cx.because(fact));
            }
        }
        self.schedule_polls(cx.now, cx);
    }
}

/// When a kubelet renews its lease.
pub(in crate::world) fn heartbeats(id: NodeId, cx: &Cx<'_>) -> Ticks {
    let draw = cx.settings.streams.bits("heartbeat", cx.cluster.node(id).name_hash, 0);
    let phase = SimDuration::from_micros(draw % HEARTBEAT_PERIOD.as_micros());
    Ticks::new(HEARTBEAT_PERIOD, phase)
}

impl Cluster {
    /// Whether a node has a taint that drives pods away.
    pub(super) fn drives_pods_away(&self, id: NodeId) -> bool {
        self.version_of(id).taints.iter().any(|taint| taint.effect == TaintEffect::NoExecute)
    }
}

impl Lifecycle {
    fn schedule_pass(&mut self, at: SimTime, cause: Option<FactId>, agenda: &mut Agenda) {
        if self.next_pass.is_none_or(|next| at < next) {
            self.next_pass = Some(at);
            agenda.at(at, Caused { event: Event::MonitorPass, cause });
        }
    }
}
