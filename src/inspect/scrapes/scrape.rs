//! Walks through a run from scrape to scrape.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::inspect::scrapes::history::Histories;
use crate::inspect::{Containers, Moment, ObjectKey, Run};
use crate::record::{DaemonSetState, NodeState, PodState};
use crate::time::{SimDuration, SimTime};

/// What metrics are about; kube-state-metrics calls it a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    DaemonSet,
    Node,
    Pod,
}

impl Group {
    /// About how many samples a scrape makes of one object; of a pod, if it has one container.
    const fn samples(self) -> u64 {
        match self {
            Self::DaemonSet => 12,
            Self::Node => 18,
            Self::Pod => 28,
        }
    }
}

/// What is asked of a run.
#[derive(Clone, Debug)]
pub struct Asked {
    /// From the start of the run on. No time counts as a microsecond.
    pub interval: SimDuration,
    /// The time of the last scrape, or a little more. After its end a run stays as it was.
    pub until: SimDuration,
    pub groups: BTreeSet<Group>,
}

/// More samples than this are refused: they take gigabytes.
const MOST_SAMPLES: u64 = 20_000_000;

/// So many samples that they would take gigabytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this would be more than {} million samples", MOST_SAMPLES / 1_000_000)]
pub struct TooManySamples;

/// What all scrapes of a run found.
#[derive(Clone, Debug, Default)]
pub struct Scrapes {
    /// When the first one happened.
    pub start: SimTime,
    pub interval: SimDuration,
    /// Scrapes, numbered from 0.
    pub count: u64,
    pub kubernetes_version: String,
    /// Only those that were asked for; so are nodes and pods.
    pub daemon_sets: Histories<ObjectKey, DaemonSetState>,
    pub nodes: Histories<String, NodeState>,
    pub pods: Histories<ObjectKey, ScrapedPod>,
    /// As in [`Moment`].
    pub templates: BTreeMap<ObjectKey, Value>,
}

/// A pod as a scrape found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScrapedPod {
    pub pod: PodState,
    pub containers: Containers,
}

/// Scrapes a run. A scrape at the time of a fact sees what that fact changed.
///
/// # Errors
/// If there are too many samples; then it stops early.
pub fn scrape(run: &Run, asked: &Asked) -> Result<Scrapes, TooManySamples> {
    let interval = asked.interval.max(SimDuration::from_micros(1));
    let mut scrapes = Scrapes {
        start: run.begin(),
        interval,
        count: asked.until.as_micros() / interval.as_micros() + 1,
        kubernetes_version: run.header.kubernetes_version.clone(),
        ..Scrapes::default()
    };
    if scrapes.count > MOST_SAMPLES {
        return Err(TooManySamples);
    }
    let mut replay = run.replay();
    let (mut scrape, mut samples) = (0, 0_u64);
    while scrape < scrapes.count {
        replay.go_to(interval.times(scrape));
        let found = scrapes.see(scrape, replay.moment(), &asked.groups);
        let next = match replay.peek() {
            _ if found.changes_by_itself => scrape + 1,
            Some(next) => next.at.as_micros().div_ceil(interval.as_micros()).min(scrapes.count),
            None => scrapes.count,
        };
        samples = samples.saturating_add(found.samples.saturating_mul(next - scrape));
        if samples > MOST_SAMPLES {
            return Err(TooManySamples);
        }
        scrape = next;
    }
    scrapes.templates.clone_from(&replay.moment().templates);
    Ok(scrapes)
}

/// What a scrape found.
struct Found {
    /// About how many samples.
    samples: u64,
    /// Whether the next scrape may find something else although nothing happens until then: a
    /// container that fails again and again.
    changes_by_itself: bool,
}

impl Scrapes {
    /// The number of the last scrape.
    pub fn last(&self) -> u64 {
        self.count.saturating_sub(1)
    }

    fn see(&mut self, scrape: u64, moment: &Moment, groups: &BTreeSet<Group>) -> Found {
        let mut found = Found { samples: 0, changes_by_itself: false };
        for &group in groups {
            let objects = match group {
                Group::DaemonSet => self.see_daemon_sets(scrape, moment),
                Group::Node => {
                    let is_like = |known: &NodeState, it: &NodeState| known == it;
                    self.nodes.see(scrape, &moment.nodes, is_like, NodeState::clone);
                    moment.nodes.len()
                }
                Group::Pod => {
                    self.see_pods(scrape, moment);
                    found.changes_by_itself = moment.pods.values().any(retries);
                    moment.pods.len()
                }
            };
            found.samples += u64::try_from(objects).unwrap_or(u64::MAX) * group.samples();
        }
        found
    }

    fn see_daemon_sets(&mut self, scrape: u64, moment: &Moment) -> usize {
        let all = moment.daemon_sets.values();
        let by_name: BTreeMap<ObjectKey, &DaemonSetState> =
            all.map(|it| ((it.namespace.clone(), it.name.clone()), it)).collect();
        let is_like = |known: &DaemonSetState, it: &&DaemonSetState| known == *it;
        self.daemon_sets.see(scrape, &by_name, is_like, |it| (*it).clone());
        by_name.len()
    }

    fn see_pods(&mut self, scrape: u64, moment: &Moment) {
        let is_like = |known: &ScrapedPod, it: &PodState| {
            known.pod == *it
                && !(depends_on_others(it) && known.containers != moment.containers_of(it))
        };
        let new =
            |it: &PodState| ScrapedPod { pod: it.clone(), containers: moment.containers_of(it) };
        self.pods.see(scrape, &moment.pods, is_like, new);
    }
}

/// Whether what its containers do is another thing later, though nothing happens to the pod.
fn retries(pod: &PodState) -> bool {
    pod.waiting.as_ref().is_some_and(|it| it.retry.is_some())
}

/// Also, whether containers are ready depends on the node, if the pod is not.
fn depends_on_others(pod: &PodState) -> bool {
    retries(pod) || pod.unready_since.is_some()
}
