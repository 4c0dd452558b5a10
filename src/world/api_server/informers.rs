//! The informers of the control plane, and when each lists everything again after the API server
//! was gone.
//!
//! The controllers of the controller manager share their informers; the scheduler has its own. Each
//! tries again in its own time, so that for a while some know what others do not.

use crate::control::reflector::{Attempts, Backoff};
use crate::engine::{Delay, fnv1a64};
use crate::record::What;
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::server::Resource;
use crate::world::cx::Cx;
use crate::world::event::{Event, Informer};

/// More attempts than an informer makes in one outage: they tell the draws of outages apart.
const MANY_ATTEMPTS: u64 = 1 << 32;

impl Informer {
    pub(super) const ALL: [Self; 6] = [
        Self::Pods,
        Self::Nodes,
        Self::DaemonSets,
        Self::Leases,
        Self::SchedulerPods,
        Self::SchedulerNodes,
    ];

    /// Those of the controller manager, which go with its process.
    const OF_THE_CONTROLLER_MANAGER: [Self; 4] =
        [Self::Pods, Self::Nodes, Self::DaemonSets, Self::Leases];

    /// Whether it goes with the process of the controller manager.
    pub(in crate::world) fn is_of_controller_manager(self) -> bool {
        Self::OF_THE_CONTROLLER_MANAGER.contains(&self)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pods => "pods",
            Self::Nodes => "nodes",
            Self::DaemonSets => "daemonsets",
            Self::Leases => "leases",
            Self::SchedulerPods => "pods of the scheduler",
            Self::SchedulerNodes => "nodes of the scheduler",
        }
    }

    /// Whether there is one: some controllers may be left out of a scenario.
    fn is_there(self, cx: &Cx<'_>) -> bool {
        match self {
            Self::Pods | Self::Nodes | Self::DaemonSets => true,
            Self::Leases => cx.settings.node_lifecycle,
            Self::SchedulerPods | Self::SchedulerNodes => cx.api.has_scheduler(),
        }
    }

    /// What the DaemonSet controller learns by it.
    pub(in crate::world) const fn resource(self) -> Option<Resource> {
        match self {
            Self::Pods => Some(Resource::Pods),
            Self::Nodes => Some(Resource::Nodes),
            Self::DaemonSets => Some(Resource::DaemonSets),
            Self::Leases | Self::SchedulerPods | Self::SchedulerNodes => None,
        }
    }
}

impl From<Resource> for Informer {
    fn from(resource: Resource) -> Self {
        match resource {
            Resource::Pods => Self::Pods,
            Resource::Nodes => Self::Nodes,
            Resource::DaemonSets => Self::DaemonSets,
        }
    }
}

/// How each informer gets back to the API server, or got back.
#[derive(Debug, Default)]
pub(super) struct Informers {
    each: [Regaining; Informer::ALL.len()],
    /// How often they lost the API server.
    losses: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Regaining {
    /// When it last lost its watch.
    lost: SimTime,
    /// When it lists again, or has listed.
    lists_at: SimTime,
    /// Its attempts, as they were to be when the latest outage began; none before the first loss.
    attempts: Option<Attempts>,
    /// Until when that outage lasts.
    up: SimTime,
    /// How long its pauses were before its first loss.
    backoff: Backoff,
}

impl Informers {
    pub(super) fn lists_at(&self, informer: Informer) -> SimTime {
        self.each[informer as usize].lists_at
    }

    pub(super) fn all_have_listed(&self, now: SimTime) -> bool {
        self.each.iter().all(|it| it.lists_at <= now)
    }

    pub(super) fn lost_at(&self, informer: Informer) -> SimTime {
        self.each[informer as usize].lost
    }

    /// The process of the controller manager is a new one, which has just listed everything.
    pub(super) fn start_anew(&mut self, now: SimTime) {
        for informer in Informer::OF_THE_CONTROLLER_MANAGER {
            let backoff = Backoff::of_process_from(now);
            let each = &mut self.each[informer as usize];
            *each = Regaining { lost: now, lists_at: now, backoff, ..Regaining::default() };
        }
    }
}

/// Informers lose their watches at `lost`, and the API server answers again at `up`. One that has
/// not got back from an earlier outage goes on trying, with pauses that have grown.
pub(super) fn lose_watches(lost: SimTime, up: SimTime, cx: &mut Cx<'_>) {
    cx.api.informers.losses += 1;
    for informer in Informer::ALL.into_iter().filter(|it| it.is_there(cx)).collect::<Vec<_>>() {
        let entity = fnv1a64(informer.name().as_bytes());
        let streams = &cx.settings.streams;
        let by_chance = |span: SimDuration, number: u64| {
            let draw = streams.uniform("informer tries again", entity, number);
            Delay::uniform(SimDuration::ZERO, span).map_or(span, |delay| delay.sample(draw))
        };
        let first_draw = cx.api.informers.losses.saturating_mul(MANY_ATTEMPTS);
        let it = &mut cx.api.informers.each[informer as usize];
        let is_trying = it
            .attempts
            .as_mut()
            .is_some_and(|attempts| attempts.go_on(it.up, Some(lost), by_chance).is_none());
        if !is_trying {
            let backoff = it.attempts.map_or(it.backoff, |attempts| attempts.backoff);
            it.attempts = Some(Attempts::after_loss(lost, backoff, first_draw, by_chance));
            it.lost = lost;
        }
        it.up = up;
        let lists_at = it.attempts.and_then(|mut attempts| attempts.go_on(up, None, by_chance));
        let at = lists_at.unwrap_or(up);
        it.lists_at = at;
        cx.at(at, Event::ListAgain { informer });
    }
}

/// An informer lists again, unless a later outage kept it from that: says whether it does.
pub(in crate::world) fn lists_again(informer: Informer, cx: &mut Cx<'_>) -> bool {
    if cx.api.informers.lists_at(informer) != cx.now {
        return false;
    }
    if cx.api.hangs(cx.now) {
        let up = cx.api.up_at();
        cx.api.informers.each[informer as usize].lists_at = up;
        cx.at(up, Event::ListAgain { informer });
        return false;
    }
    cx.record.fact(cx.now, cx.cause, |_| What::InformerListed { informer: informer.name().into() });
    true
}
