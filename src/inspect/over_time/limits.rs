//! What a cluster does at a time where a limit may hold it up: pulls of images, and requests of the
//! DaemonSet controller.
//!
//! A record does not tell the limits themselves: only what was done, and what waited.

use std::collections::BTreeMap;

use crate::inspect::at_a_time::at_a_time;
use crate::inspect::phases::PhaseKind;
use crate::inspect::run::Run;
use crate::inspect::why::Look;
use crate::record::{Fact, What};
use crate::time::{MICROS_PER_SECOND, SimDuration};

/// Requests per second of a controller's client, unless a scenario says so.
///
/// Source: `cmd/kube-controller-manager/app/options/generic.go › kube-api-qps`.
pub const DEFAULT_QPS: u32 = 20;

/// Requests that such a client may make at once, unless a scenario says so.
///
/// Source: `cmd/kube-controller-manager/app/options/generic.go › kube-api-burst`.
pub const DEFAULT_BURST: u32 = 30;

/// How many of something there are, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Since the start of the run.
    pub at: SimDuration,
    pub number: u32,
}

/// What a run did at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Pods that pull an image. Each level holds until the next; none before the first.
    pub pulls: Vec<Level>,
    /// Requests of the controller that wait for the limit of its client.
    pub waiting: Vec<Level>,
    /// Requests that change something, in each second in which there are any.
    pub requests: Vec<SecondOfRequests>,
}

/// What the DaemonSet controller asked for that the API server carried out in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondOfRequests {
    /// Whole seconds since the start of the run.
    pub second: u64,
    /// Pods created.
    pub creates: u32,
    /// Pods deleted.
    pub deletes: u32,
    /// Statuses, revisions, labels and events written.
    pub others: u32,
}

impl SecondOfRequests {
    /// All of them.
    pub const fn sum(self) -> u32 {
        self.creates.saturating_add(self.deletes).saturating_add(self.others)
    }
}

/// The most that there are at a time.
pub fn peak(levels: &[Level]) -> u32 {
    levels.iter().map(|level| level.number).max().unwrap_or_default()
}

/// What a run did at a time. A pull that goes on at the instant of the look is taken to end then.
pub fn load(look: &Look<'_>) -> Load {
    let spans = look.lives.iter().flat_map(|life| &life.spans);
    let pulls = spans.filter(|span| span.kind == PhaseKind::Pull);
    let waits = look.history.limit_waits().filter(|wait| wait.from < wait.until);
    Load {
        pulls: levels(pulls.map(|span| (span.from, span.until))),
        waiting: levels(waits.map(|wait| (wait.from, wait.until))),
        requests: requests(look.run),
    }
}

fn levels(stretches: impl Iterator<Item = (SimDuration, SimDuration)>) -> Vec<Level> {
    at_a_time(stretches).into_iter().map(|(at, number)| Level { at, number }).collect()
}

/// A request of the controller.
#[derive(Clone, Copy)]
enum Request {
    Create,
    Delete,
    Other,
}

fn requests(run: &Run) -> Vec<SecondOfRequests> {
    let mut seconds: BTreeMap<u64, SecondOfRequests> = BTreeMap::new();
    for fact in &run.facts {
        let Some(request) = request(fact, run) else { continue };
        let second = fact.at.as_micros() / MICROS_PER_SECOND;
        let counts = seconds.entry(second).or_default();
        match request {
            Request::Create => counts.creates += 1,
            Request::Delete => counts.deletes += 1,
            Request::Other => counts.others += 1,
        }
    }
    let with_second = |(second, counts)| SecondOfRequests { second, ..counts };
    seconds.into_iter().map(with_second).collect()
}

/// What the controller asked for, if the fact tells of that.
#[expect(clippy::wildcard_enum_match_arm, reason = "nobody else's requests count")]
fn request(fact: &Fact, run: &Run) -> Option<Request> {
    match fact.what {
        What::PodCreated { .. } => Some(Request::Create),
        // One that never ran goes at once.
        What::PodTerminating { .. } | What::PodRemoved { .. } => {
            run.sync_behind(fact).map(|_| Request::Delete)
        }
        What::StatusWritten { .. }
        | What::RevisionCurrent { .. }
        | What::RevisionDeleted { .. }
        | What::PodRelabeled { .. }
        | What::EventPosted { .. } => Some(Request::Other),
        _ => None,
    }
}
