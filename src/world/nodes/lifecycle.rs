//! The node-lifecycle controller: it looks at all nodes every few seconds, judges their zones, and
//! lets the nodes of a zone wait in a queue for the taint that evicts their pods.
//!
//! A pass in which nothing has changed does nothing, so only passes that some node asked for
//! happen. What nodes are like is decided elsewhere.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth,
//! processTaintBaseEviction, handleDisruption, doNoExecuteTaintingPass`.

use std::collections::BTreeMap;

use crate::api::Labels;
use crate::api::well_known::{
    LABEL_NODE_DISRUPTION_EXCLUSION, LABEL_TOPOLOGY_REGION, LABEL_TOPOLOGY_ZONE,
};
use crate::control::NodeId;
use crate::control::node_lifecycle::{
    EvictionQueue, Monitor, NodeHealth, POLL_PERIOD, ZoneRules, ZoneState, all_are_down,
    monitor_grace_period, no_execute_taint, owns_no_execute,
};
use crate::control::rate_limit::Rate;
use crate::scenario;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::{Cluster, Node};
use crate::world::cx::Cx;
use crate::world::event::{Event, Informer};
use crate::world::ids::Table;
use crate::world::nodes::taints::set_no_execute;
use crate::world::settings::{Settings, loop_phase};

/// Index of a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ZoneId(u32);

/// The node-lifecycle controller, where there is one.
#[derive(Debug)]
pub(in crate::world) struct NodeLifecycle {
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    monitor: Monitor,
    rules: ZoneRules,
    /// Of the queues of all zones.
    poll_phase: SimDuration,
    zones: Vec<Zone>,
    /// By region and zone.
    zone_ids: BTreeMap<String, BTreeMap<String, ZoneId>>,
    members: Table<NodeId, Member>,
    /// Nodes to look at in the next pass.
    touched: Vec<NodeId>,
    next_pass: Option<SimTime>,
    /// Whether every zone was down at the last pass.
    all_down: bool,
    /// When that last ended: no silence counts from before.
    probes_reset_at: SimTime,
}

/// Where a node is counted.
#[derive(Clone, Copy, Debug, Default)]
struct Member {
    zone: ZoneId,
    /// As what its zone counts it: ready, or not; none if it does not count.
    counted: Option<bool>,
}

#[derive(Debug)]
struct Zone {
    ready: u32,
    not_ready: u32,
    state: ZoneState,
    queue: EvictionQueue,
    next_poll: Option<SimTime>,
}

impl NodeLifecycle {
    /// The controller as the scenario models it; its loops have phases of their own.
    pub(in crate::world) fn new(
        model: Option<&scenario::NodeLifecycle>,
        settings: &Settings,
    ) -> Self {
        let phase = |purpose, period| loop_phase(&settings.streams, true, purpose, period);
        let running = |model: &scenario::NodeLifecycle| Running {
            monitor: Monitor::new(
                model.monitor_period,
                model.monitor_grace_period.unwrap_or(monitor_grace_period(settings.version)),
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
            members: Table::new(),
            touched: Vec::new(),
            next_pass: None,
            all_down: false,
            probes_reset_at: SimTime::ZERO,
        };
        Self { running: model.map(running) }
    }

    /// The first pass at `at` or later; `at` itself where there is no controller.
    pub(super) fn next_pass(&self, at: SimTime) -> SimTime {
        self.running.as_ref().map_or(at, |running| running.monitor.pass_at_or_after(at))
    }

    /// The pass in which a node is considered dead whose lease was last renewed at `renewed`; none
    /// if nobody looks.
    pub(super) fn unknown_at(&self, renewed: SimTime) -> Option<SimTime> {
        let running = self.running.as_ref()?;
        Some(running.monitor.unknown_at(renewed.max(running.probes_reset_at)))
    }

    /// Counts a node in its zone, as it is now.
    pub(in crate::world) fn count(&mut self, id: NodeId, cluster: &Cluster) {
        if let Some(running) = &mut self.running {
            running.count(id, cluster);
        }
    }

    /// A node changed: the next pass looks at it.
    pub(in crate::world) fn touch(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        if let Some(running) = &mut self.running {
            running.touched.push(id);
            running.schedule_pass(cx.now, cx);
        }
    }

    /// A pass is due, unless an earlier one has taken its place.
    pub(in crate::world) fn monitor_pass(&mut self, cx: &mut Cx<'_>) {
        if let Some(running) = &mut self.running {
            running.monitor_pass(cx);
        }
    }

    /// The next node of a zone may get its `NoExecute` taint.
    pub(in crate::world) fn zone_poll(&mut self, zone: u32, cx: &mut Cx<'_>) {
        if let Some(running) = &mut self.running {
            running.zone_poll(ZoneId(zone), cx);
        }
    }
}

impl Running {
    /// The zone of a node with these labels: region and zone together.
    ///
    /// Source: `k8s.io/component-helpers/node/topology/helpers.go › GetZoneKey`.
    fn zone_of(&mut self, labels: &Labels) -> ZoneId {
        let part = |key| labels.get(key).unwrap_or_default();
        let (region, zone) = (part(LABEL_TOPOLOGY_REGION), part(LABEL_TOPOLOGY_ZONE));
        if let Some(&id) = self.zone_ids.get(region).and_then(|zones| zones.get(zone)) {
            return id;
        }
        let next = ZoneId(u32::try_from(self.zones.len()).expect("fewer than 2^32 zones"));
        self.zone_ids.entry(region.to_owned()).or_default().insert(zone.to_owned(), next);
        self.zones.push(Zone {
            ready: 0,
            not_ready: 0,
            state: ZoneState::Normal,
            queue: EvictionQueue::new(self.rules.rate, self.poll_phase),
            next_poll: None,
        });
        next
    }

    fn zone(&mut self, id: ZoneId) -> &mut Zone {
        &mut self.zones[id.0 as usize]
    }

    fn count(&mut self, id: NodeId, cluster: &Cluster) {
        let Node { exists, ref conditions, .. } = *cluster.node(id);
        let labels = &cluster.version_of(id).labels;
        let counts = exists && labels.get(LABEL_NODE_DISRUPTION_EXCLUSION).is_none();
        let counted = counts.then(|| conditions.health == NodeHealth::Ready);
        let zone = self.zone_of(labels);
        let before = *self.members.ensure(id, Member::default);
        if let Some(count) = self.zone(before.zone).count(before.counted) {
            *count -= 1;
        }
        if before.zone != zone {
            self.zone(before.zone).queue.remove(id);
        }
        self.members[id] = Member { zone, counted };
        if let Some(count) = self.zone(zone).count(counted) {
            *count += 1;
        }
    }

    /// The queue of the zone that a node is counted in.
    fn queue_of(&mut self, id: NodeId) -> &mut EvictionQueue {
        let zone = self.members.ensure(id, Member::default).zone;
        &mut self.zone(zone).queue
    }

    /// The controller looks at the nodes that changed, and at all zones.
    fn monitor_pass(&mut self, cx: &mut Cx<'_>) {
        if self.next_pass != Some(cx.now) {
            return;
        }
        self.next_pass = None;
        let sees_from = cx.api.up_at().max(cx.api.lists_at(Informer::Nodes));
        if cx.now < sees_from {
            return self.schedule_pass(sees_from, cx);
        }
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            self.look_at_node(id, cx);
        }
        self.judge_zones(cx);
    }

    /// The first pass at `from` or later happens.
    fn schedule_pass(&mut self, from: SimTime, cx: &mut Cx<'_>) {
        let at = self.monitor.pass_at_or_after(from);
        if self.next_pass.is_none_or(|next| at < next) {
            self.next_pass = Some(at);
            cx.at(at, Event::MonitorPass);
        }
    }

    /// A node that is Ready loses its `NoExecute` taint; one that is not waits for it.
    fn look_at_node(&mut self, id: NodeId, cx: &mut Cx<'_>) {
        self.count(id, cx.cluster);
        let Node { exists, ref conditions, health_fact, .. } = *cx.cluster.node(id);
        let health = conditions.health;
        if !exists || health == NodeHealth::Ready {
            self.queue_of(id).remove(id);
        } else {
            self.queue_of(id).add(id);
        }
        if exists && cx.cluster.version_of(id).taints.iter().any(owns_no_execute) {
            // The opposite taint is swapped at once.
            set_no_execute(id, no_execute_taint(health), &mut cx.because(health_fact));
        }
    }

    fn judge_zones(&mut self, cx: &mut Cx<'_>) {
        let rules = self.rules;
        let states: Vec<ZoneState> =
            self.zones.iter().map(|zone| rules.state(zone.ready, zone.not_ready)).collect();
        let has_nodes = |zone: &Zone| zone.ready + zone.not_ready > 0;
        let inhabited = self.zones.iter().zip(&states).filter(|(zone, _)| has_nodes(zone));
        let all_down = all_are_down(inhabited.map(|(_, &state)| state));
        let was_down = std::mem::replace(&mut self.all_down, all_down);
        if was_down && !all_down {
            self.probes_reset_at = cx.now;
        }
        for (zone, state) in self.zones.iter_mut().zip(states) {
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

    /// No node is heard from any more, so the fault is the controller's own.
    fn stop_all_evictions(&mut self, cx: &mut Cx<'_>) {
        for id in cx.cluster.existing_nodes().collect::<Vec<_>>() {
            let Node { ref conditions, health_fact, .. } = *cx.cluster.node(id);
            if conditions.health == NodeHealth::Ready {
                continue;
            }
            self.queue_of(id).remove(id);
            self.queue_of(id).add(id);
            set_no_execute(id, None, &mut cx.because(health_fact));
        }
    }

    fn schedule_polls(&mut self, from: SimTime, cx: &mut Cx<'_>) {
        for (zone, it) in (0..).zip(&mut self.zones) {
            let next = it.queue.next_at(from);
            if let Some(at) = next.filter(|_| next != it.next_poll) {
                cx.at(at, Event::ZonePoll { zone });
            }
            it.next_poll = next;
        }
    }

    fn zone_poll(&mut self, id: ZoneId, cx: &mut Cx<'_>) {
        let zone = self.zone(id);
        if zone.next_poll != Some(cx.now) {
            return;
        }
        zone.next_poll = None;
        if cx.api.is_down(cx.now) {
            return self.schedule_polls(cx.api.up_at(), cx);
        }
        if let Some(id) = zone.queue.take(cx.now) {
            let Node { exists, ref conditions, health_fact, .. } = *cx.cluster.node(id);
            let taint = no_execute_taint(conditions.health);
            if exists && taint.is_some() {
                set_no_execute(id, taint, &mut cx.because(health_fact));
            }
        }
        self.schedule_polls(cx.now, cx);
    }
}

impl Zone {
    fn count(&mut self, counted: Option<bool>) -> Option<&mut u32> {
        counted.map(|ready| if ready { &mut self.ready } else { &mut self.not_ready })
    }
}
