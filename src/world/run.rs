//! A run: the cluster, those who act in it, and the record of what happens.

use std::ops::ControlFlow;

use crate::engine::{Model, fnv1a64};
use crate::record::Recorder;
use crate::time::{SimDuration, SimTime};
use crate::world::actors::Actors;
use crate::world::api_server::ApiServer;
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{Agenda, Caused, Event};
use crate::world::settings::Settings;

/// What each word of an event multiplies the digest of a run by: FNV-1a, taken over words instead
/// of bytes.
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// A cluster, those who act in it, and what is written down about them.
pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) cluster: Cluster,
    pub(super) api: ApiServer,
    pub(super) record: Recorder,
    pub(super) actors: Actors,
    pub(super) digest: Digest,
    /// Whether the run ends once every rollout is complete.
    pub(super) stop_when_complete: bool,
}

/// What tells one stream of events from another.
pub(super) struct Digest(u64);

impl Model for World {
    type Event = Caused;

    fn handle(&mut self, now: SimTime, event: Caused, agenda: &mut Agenda) {
        self.digest.take(now, &event.event);
        let Self { settings, cluster, api, record, actors, .. } = self;
        let cause = event.cause;
        let limited = SimDuration::ZERO;
        let cx = &mut Cx { now, cause, limited, agenda, settings, cluster, api, record };
        actors.handle(&event.event, cx);
    }

    fn instant_ended(&mut self, now: SimTime) -> ControlFlow<()> {
        self.record.instant_ended(now);
        let is_over = self.stop_when_complete
            && self.actors.are_idle()
            && self.api.is_regained(now)
            && self.record.all_complete();
        if is_over || self.cluster.is_crowded {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl World {
    /// What an actor has wrong at the end of an instant, if it could know better.
    pub(super) fn wrong_memory(&self, now: SimTime) -> Option<String> {
        self.actors.check_caches(&self.api, &self.cluster, now)
    }

    /// The surroundings of an actor at the start of the run, and the actors.
    pub(super) fn at_start<'a>(&'a mut self, agenda: &'a mut Agenda) -> (&'a mut Actors, Cx<'a>) {
        let Self { settings, cluster, api, record, actors, .. } = self;
        let now = settings.start;
        let limited = SimDuration::ZERO;
        (actors, Cx { now, cause: None, limited, agenda, settings, cluster, api, record })
    }
}

impl Digest {
    pub(super) fn new() -> Self {
        Self(fnv1a64(b""))
    }

    fn take(&mut self, now: SimTime, event: &Event) {
        let [kind, detail] = event.words();
        for word in [now.as_micros(), kind, detail] {
            self.0 = (self.0 ^ word).wrapping_mul(FNV_PRIME);
        }
    }

    pub(super) fn value(&self) -> u64 {
        self.0
    }
}
