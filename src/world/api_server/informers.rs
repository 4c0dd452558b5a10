//! The informers of the control plane, and when each lists everything again after the API server
//! was gone.
//!
//! The controllers of the controller manager share their informers; the scheduler has its own. Each
//! tries again in its own time, so that for a while some know what others do not.

use crate::control::reflector::lists_again_at;
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

/// When each informer lists again, or has listed.
#[derive(Debug, Default)]
pub(super) struct Informers {
    lists_at: [SimTime; Informer::ALL.len()],
    /// How often they lost the API server.
    losses: u64,
}

impl Informers {
    pub(super) fn lists_at(&self, informer: Informer) -> SimTime {
        self.lists_at[informer as usize]
    }

    /// The process of the controller manager is a new one, which has just listed everything.
    pub(super) fn start_anew(&mut self, now: SimTime) {
        for informer in Informer::OF_THE_CONTROLLER_MANAGER {
            self.lists_at[informer as usize] = now;
        }
    }
}

/// All informers have lost their watches at `lost`, and the API server answers again at `up`.
pub(super) fn lose_watches(lost: SimTime, up: SimTime, cx: &mut Cx<'_>) {
    cx.api.informers.losses += 1;
    for informer in Informer::ALL.into_iter().filter(|it| it.is_there(cx)).collect::<Vec<_>>() {
        let entity = fnv1a64(informer.name().as_bytes());
        let first = cx.api.informers.losses.saturating_mul(MANY_ATTEMPTS);
        let by_chance = |span: SimDuration, attempt: u64| {
            let draw = cx.settings.streams.uniform("informer tries again", entity, first + attempt);
            Delay::uniform(SimDuration::ZERO, span).map_or(span, |delay| delay.sample(draw))
        };
        let at = lists_again_at(lost, up, by_chance);
        cx.api.informers.lists_at[informer as usize] = at;
        cx.at(at, Event::ListAgain { informer });
    }
}

/// An informer lists again, unless a later outage kept it from that: says whether it does.
pub(in crate::world) fn lists_again(informer: Informer, cx: &mut Cx<'_>) -> bool {
    let lists = cx.api.informers.lists_at(informer) == cx.now;
    if lists {
        cx.record.fact(cx.now, cx.cause, |_| What::InformerListed { informer: informer.name() });
    }
    lists
}
