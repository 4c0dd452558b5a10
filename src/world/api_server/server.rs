//! The API server as its clients feel it: requests take time and tokens, watches lag.

use crate::control::events::{EventPipeline, EventType, Sent};
use crate::control::rate_limit::{Rate, TokenBucket};
use crate::control::{NodeId, PodId};
use crate::engine::Delay;
use crate::scenario::{ClientLimit, ControlPlane};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::daemon_sets::Deletion;
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;

/// What a watch is about; the events of each arrive in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Resource {
    Pods,
    Nodes,
    DaemonSets,
}

impl Resource {
    pub(in crate::world) const ALL: [Self; 3] = [Self::Pods, Self::Nodes, Self::DaemonSets];
}

/// Whose draw decides how long something takes.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) enum DrawFor {
    Node(NodeId),
    DaemonSet(DaemonSetId),
}

/// Requests of the DaemonSet controller, and the watches that tell it what happened.
#[derive(Debug)]
pub(in crate::world) struct ApiServer {
    model: ControlPlane,
    /// The tokens of the controller's client.
    client: TokenBucket,
    /// The events that the controller reports.
    events: EventPipeline<DaemonSetId>,
    /// When the last event of each watch arrives: no event overtakes another.
    arrivals: [SimTime; 3],
    /// Between which instants no request succeeds and no watch delivers.
    down_since: SimTime,
    down_until: SimTime,
    /// DaemonSets that were written since they were last asked for, and when.
    pub(in crate::world) written: Vec<(DaemonSetId, SimTime)>,
    /// When the last event reaches the scheduler; none without a scheduler.
    scheduler_arrival: Option<SimTime>,
    /// Pods that are gone, which those who keep something of them have not been told yet.
    pub(in crate::world) gone: Vec<PodId>,
    /// DaemonSets that were deleted, which the garbage collector has not been told yet.
    pub(in crate::world) deletions: Vec<Deletion>,
}

impl ApiServer {
    pub(in crate::world) fn new(model: &ControlPlane) -> Self {
        Self {
            client: full_bucket(model.client),
            model: model.clone(),
            events: EventPipeline::new(),
            arrivals: [SimTime::ZERO; 3],
            down_since: SimTime::ZERO,
            down_until: SimTime::ZERO,
            written: Vec::new(),
            scheduler_arrival: model.scheduler.is_some().then_some(SimTime::ZERO),
            gone: Vec::new(),
            deletions: Vec::new(),
        }
    }

    /// Whether requests take neither time nor tokens: then a sync is one instant.
    pub(in crate::world) fn is_instant(&self) -> bool {
        self.model.is_instant()
    }

    /// How long a request takes.
    pub(in crate::world) fn request_latency(&self) -> &Delay {
        &self.model.request_latency
    }

    /// How long a change takes until those who watch hear of it.
    pub(in crate::world) fn watch_latency(&self) -> &Delay {
        &self.model.watch_latency
    }

    pub(in crate::world) fn concurrent_syncs(&self) -> usize {
        self.model.concurrent_daemonset_syncs as usize
    }

    /// When a client that goes on trying from `now` on gets through.
    pub(in crate::world) fn up_from(&self, now: SimTime) -> SimTime {
        now.max(self.down_until)
    }

    /// When the latest change of a resource is seen.
    pub(in crate::world) fn last_arrival(&self, resource: Resource) -> SimTime {
        self.arrivals[resource as usize]
    }

    /// Whether a request that arrives at `now` fails.
    pub(in crate::world) fn is_down(&self, now: SimTime) -> bool {
        now < self.down_until
    }

    /// When it answers again.
    pub(in crate::world) fn up_at(&self) -> SimTime {
        self.down_until
    }

    /// When it last answered, seen from `now`.
    pub(in crate::world) fn last_answer(&self, now: SimTime) -> SimTime {
        if self.is_down(now) { self.down_since } else { now }
    }

    /// When a change made at `now` reaches the scheduler, after all that came before; none without
    /// a scheduler.
    pub(super) fn reaches_scheduler(
        &mut self,
        now: SimTime,
        delay: SimDuration,
    ) -> Option<SimTime> {
        let up_from = self.up_from(now);
        let last = self.scheduler_arrival.as_mut()?;
        *last = (up_from + delay).max(*last);
        Some(*last)
    }

    /// Whether there is a scheduler that watches.
    pub(super) fn has_scheduler(&self) -> bool {
        self.scheduler_arrival.is_some()
    }

    /// What is under way to those who watch a resource will not arrive: they list it anew at `now`.
    /// Says until when such events would arrive.
    pub(in crate::world) fn relist(&mut self, resource: Resource, now: SimTime) -> SimTime {
        let arrival = &mut self.arrivals[resource as usize];
        let under_way_until = *arrival;
        if under_way_until <= now {
            return SimTime::ZERO;
        }
        // What changes from now on arrives after them.
        *arrival = under_way_until + SimDuration::from_micros(1);
        under_way_until
    }

    /// Nothing works from `now` until `until`.
    pub(super) fn go_down(&mut self, now: SimTime, until: SimTime) {
        self.down_since = self.last_answer(now);
        self.down_until = self.down_until.max(until);
        for arrival in &mut self.arrivals {
            *arrival = (*arrival).max(until);
        }
    }

    /// The controller's process starts anew, with a new client.
    pub(in crate::world) fn reset_client(&mut self) {
        self.client = full_bucket(self.model.client);
        self.events = EventPipeline::new();
    }
}

/// The tokens of a client that has not made a request yet.
pub(in crate::world) fn full_bucket(limit: Option<ClientLimit>) -> TokenBucket {
    match limit {
        None => TokenBucket::unlimited(),
        Some(limit) => {
            TokenBucket::new(Rate::millis_per_second(limit.millis_per_second), limit.burst)
        }
    }
}

/// When a change made at `now` reaches those who watch a resource.
pub(super) fn arrival(resource: Resource, draw_for: DrawFor, cx: &mut Cx<'_>) -> SimTime {
    let delay = api_draw("watch latency", |model| &model.watch_latency, draw_for, cx);
    let arrival = &mut cx.api.arrivals[resource as usize];
    *arrival = (cx.now + delay).max(*arrival);
    *arrival
}

/// When a request that the controller wants to make at `now` is carried out: once its client has a
/// token for it, and the API server has carried it out.
pub(in crate::world) fn request(draw_for: DrawFor, cx: &mut Cx<'_>) -> SimTime {
    let sent = cx.api.client.reserve(cx.now);
    cx.record.request();
    sent + api_draw("request latency", |model| &model.request_latency, draw_for, cx)
}

/// The controller reports an event: whether it is sent at all, and as what.
pub(in crate::world) fn report_event(
    id: DaemonSetId,
    event_type: EventType,
    reason: &'static str,
    message: &str,
    cx: &mut Cx<'_>,
) -> Option<String> {
    if cx.api.is_instant() {
        return Some(message.to_owned());
    }
    match cx.api.events.report(cx.now, &id, event_type, reason, message) {
        Sent::Dropped => None,
        Sent::Create { message } | Sent::Patch { message, .. } => {
            let _ = cx.api.client.reserve(cx.now);
            cx.record.request();
            Some(message)
        }
    }
}

fn api_draw(
    purpose: &'static str,
    of: impl Fn(&ControlPlane) -> &Delay,
    draw_for: DrawFor,
    cx: &mut Cx<'_>,
) -> SimDuration {
    if let Some(always) = of(&cx.api.model).as_constant() {
        return always;
    }
    let (entity, draws) = match draw_for {
        DrawFor::Node(id) => {
            let node = &mut cx.cluster.nodes[id];
            (node.name_hash, &mut node.api_draws)
        }
        DrawFor::DaemonSet(id) => (u64::from(id.0), &mut cx.cluster.daemon_sets[id].api_draws),
    };
    *draws += 1;
    let draw = cx.settings.streams.uniform(purpose, entity, u64::from(*draws));
    of(&cx.api.model).sample(draw)
}
