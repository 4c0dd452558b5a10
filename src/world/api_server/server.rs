//! The API server as its clients feel it: requests take time and tokens, watches lag.

use crate::api::ResourceQuota;
use crate::control::rate_limit::{Rate, TokenBucket};
use crate::control::{NodeId, PodId};
use crate::engine::Delay;
use crate::scenario::{ClientLimit, ControlPlane, OutageKind, SyncTime};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::admission::{Admission, Refusal};
use crate::world::api_server::daemon_sets::Deletion;
use crate::world::api_server::event_sink::EventSink;
use crate::world::api_server::informers::Informers;
use crate::world::cx::Cx;
use crate::world::event::Informer;
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
    pub(super) events: EventSink,
    /// When the last event of each watch arrives: no event overtakes another.
    arrivals: [SimTime; 3],
    /// Between which instants no request succeeds and no watch delivers, and why.
    down_since: SimTime,
    down_until: SimTime,
    outage: OutageKind,
    pub(super) informers: Informers,
    /// Which pods it refuses to create.
    pub(super) admission: Admission,
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
            events: EventSink::new(0),
            arrivals: [SimTime::ZERO; 3],
            down_since: SimTime::ZERO,
            down_until: SimTime::ZERO,
            outage: OutageKind::default(),
            informers: Informers::default(),
            admission: Admission::default(),
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

    /// From now on it refuses to create pods.
    pub(in crate::world) fn refuse_pods(&mut self, refusal: Refusal) {
        self.admission.refuse(refusal);
    }

    /// `kubectl apply` of a ResourceQuota.
    pub(in crate::world) fn apply_quota(&mut self, quota: ResourceQuota) {
        self.admission.apply(quota);
    }

    /// What a sync takes by its number of nodes.
    pub(in crate::world) fn sync_time(&self) -> SyncTime {
        if self.is_instant() { SyncTime::ZERO } else { self.model.sync_time }
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

    /// When the latest change of a resource arrives, if its informer watches by then.
    pub(in crate::world) fn last_arrival(&self, resource: Resource) -> SimTime {
        self.arrivals[resource as usize]
    }

    /// Whether the informer of a resource has not seen yet what was to arrive at `arrival`.
    pub(in crate::world) fn is_unseen(
        &self,
        resource: Resource,
        arrival: SimTime,
        now: SimTime,
    ) -> bool {
        let informer = Informer::from(resource);
        let is_cut_off =
            arrival > self.informers.lost_at(informer) && now < self.lists_at(informer);
        now < arrival || is_cut_off
    }

    /// When the informer of leases last heard of them, seen from `lost` on.
    pub(in crate::world) fn leases_known_until(&self, lost: SimTime) -> SimTime {
        let is_cut_off = lost < self.lists_at(Informer::Leases);
        if is_cut_off { lost.min(self.informers.lost_at(Informer::Leases)) } else { lost }
    }

    /// Whether a request that arrives at `now` is not answered yet.
    pub(in crate::world) fn is_down(&self, now: SimTime) -> bool {
        now < self.down_until
    }

    /// Whether a request that arrives at `now` fails.
    pub(in crate::world) fn refuses(&self, now: SimTime) -> bool {
        self.is_down(now) && self.outage == OutageKind::Refused
    }

    /// Whether a request that arrives at `now` waits for better times.
    pub(in crate::world) fn hangs(&self, now: SimTime) -> bool {
        self.is_down(now) && self.outage == OutageKind::Hangs
    }

    /// Whether the latest outage was one of a server that hung.
    pub(in crate::world) fn hung(&self) -> bool {
        self.outage == OutageKind::Hangs
    }

    /// When an informer lists everything again; until then it hears of nothing. In the past if it
    /// watches.
    pub(in crate::world) fn lists_at(&self, informer: Informer) -> SimTime {
        self.informers.lists_at(informer)
    }

    /// Whether it answers, and all who lost it have listed everything again: nothing that an outage
    /// hid will come to light any more.
    pub(in crate::world) fn is_regained(&self, now: SimTime) -> bool {
        !self.is_down(now) && self.informers.all_have_listed(now)
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
    pub(in crate::world) fn has_scheduler(&self) -> bool {
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

    /// Nothing works from `now` until `until`. Of two outages that overlap, a refusal is felt by all.
    pub(super) fn go_down(&mut self, now: SimTime, until: SimTime, kind: OutageKind) {
        if !self.refuses(now) {
            self.outage = kind;
        }
        self.down_since = self.last_answer(now);
        self.down_until = self.down_until.max(until);
        for arrival in &mut self.arrivals {
            *arrival = (*arrival).max(self.down_until);
        }
    }

    /// The controller's process ends, and with it what its client was to send; the next one has a
    /// new client.
    pub(in crate::world) fn reset_client(&mut self) {
        self.client = full_bucket(self.model.client);
        self.events = self.events.of_next_client();
    }

    /// The controller's process has listed everything.
    pub(in crate::world) fn informers_start(&mut self, now: SimTime) {
        self.informers.start_anew(now);
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

/// When a request is sent and carried out, and how long after that whoever made it has the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) struct Request {
    pub(in crate::world) sent: SimTime,
    pub(in crate::world) carried_out: SimTime,
    pub(in crate::world) rest: SimDuration,
}

/// A request that the controller wants to make at `now`: it is sent once its client has a token for
/// it, is carried out when half of its time is over, and answered when all of it is. So the watch
/// may bring the change before the answer comes.
pub(in crate::world) fn request(draw_for: DrawFor, cx: &mut Cx<'_>) -> Request {
    let sent = cx.api.client.reserve(cx.now);
    cx.record.request();
    let latency = api_draw("request latency", |model| &model.request_latency, draw_for, cx);
    let half = SimDuration::from_micros(latency.as_micros() / 2);
    Request { sent, carried_out: sent + half, rest: latency.saturating_sub(half) }
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
        DrawFor::DaemonSet(id) => {
            let daemon_set = &mut cx.cluster.daemon_sets[id];
            (daemon_set.name_hash, &mut daemon_set.api_draws)
        }
    };
    *draws += 1;
    let draw = cx.settings.streams.uniform(purpose, entity, u64::from(*draws));
    of(&cx.api.model).sample(draw)
}
