//! The order in which pods are scheduled, and when a rejected one is tried again.
//!
//! What lives here: [`SchedulingQueue`], three places in which a pod may be: ready, in backoff, or
//! set aside until something happens that may help it. Each knows the instant at which it changes,
//! so nothing ticks: [`SchedulingQueue::next_change`] says when to call
//! [`SchedulingQueue::release`].
//!
//! Source: `pkg/scheduler/backend/queue/{scheduling_queue,active_queue,backoff_queue}.go`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::api::KubernetesVersion;
use crate::control::backoff::Doubling;
use crate::control::ids::{NodeId, PodId};
use crate::control::scheduler::fit::Plugin;
use crate::control::scheduler::needs::{HostPort, ports_conflict};
use crate::control::ticks::Ticks;
use crate::time::{SimDuration, SimTime};

/// A second after the first attempt, at most ten.
const BACKOFF: Doubling =
    Doubling { first: SimDuration::from_secs(1), longest: SimDuration::from_secs(10) };
/// A pod that nothing helped for longer than this is tried again all the same.
///
/// Source: `scheduling_queue.go › DefaultPodMaxInUnschedulablePodsDuration`.
const SET_ASIDE_FOR: SimDuration = SimDuration::from_secs(5 * 60);
/// How often it is looked for such pods.
const LEFTOVER_PERIOD: SimDuration = SimDuration::from_secs(30);

/// A change that may help a pod which was rejected for its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterEvent {
    /// The node was created.
    NodeAdded,
    LabelsChanged,
    TaintsChanged,
    /// It was cordoned or uncordoned.
    UnschedulableChanged,
    /// A pod that was bound to it is gone or has ended for good, and with it these ports are free.
    PodGone {
        /// What it had taken.
        ports: Vec<HostPort>,
    },
}

/// Pods that wait for their node, each meant for exactly one.
#[derive(Clone, Debug)]
pub struct SchedulingQueue {
    version: KubernetesVersion,
    /// The loop that looks for leftovers.
    leftovers: Ticks,
    ready: BTreeSet<(Order, PodId)>,
    /// When each pod that waits for time alone, or as the last resort, changes its place.
    timers: BTreeSet<(SimTime, PodId)>,
    /// The pods in backoff that may be taken early when nothing else waits.
    early: BTreeSet<(SimTime, Order, PodId)>,
    /// Those that an event on the node may matter to: set aside, or in their cycle.
    listening: BTreeMap<NodeId, BTreeSet<PodId>>,
    pods: BTreeMap<PodId, Entry>,
}

/// More important first, then whoever came first.
type Order = (Reverse<i32>, SimTime);

#[derive(Clone, Debug)]
struct Entry {
    node: NodeId,
    priority: i32,
    /// When it came, or when its last attempt failed.
    since: SimTime,
    attempts: u32,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    New,
    Ready,
    Backoff { until: SimTime, is_error: bool },
    SetAside { by: Plugin, ports: Vec<HostPort>, until: SimTime },
    InCycle { events: Vec<ClusterEvent> },
}

impl SchedulingQueue {
    /// An empty queue. Leftovers are looked for every 30 seconds, at instants that are
    /// `leftover_phase` after a multiple of that.
    pub fn new(version: KubernetesVersion, leftover_phase: SimDuration) -> Self {
        Self {
            version,
            leftovers: Ticks::new(LEFTOVER_PERIOD, leftover_phase),
            ready: BTreeSet::new(),
            timers: BTreeSet::new(),
            early: BTreeSet::new(),
            listening: BTreeMap::new(),
            pods: BTreeMap::new(),
        }
    }

    /// A pod was created that is meant for `node`. Does nothing for a pod that is in the queue.
    pub fn add(&mut self, pod: PodId, node: NodeId, priority: i32, now: SimTime) {
        let entry = Entry { node, priority, since: now, attempts: 0, place: Place::New };
        if matches!(self.pods.entry(pod).or_insert(entry).place, Place::New) {
            self.enter(pod, Place::Ready);
        }
    }

    /// The pod whose scheduling cycle begins now. With nothing ready, a scheduler of 1.33 or later
    /// takes the pod whose backoff ends first, unless it is there because of an error.
    ///
    /// Source: `active_queue.go › pop` and the feature `SchedulerPopFromBackoffQ`.
    pub fn take(&mut self) -> Option<PodId> {
        let ready = self.ready.first().map(|(_, pod)| *pod);
        let early = || match self.version {
            KubernetesVersion::V1_31 => None,
            KubernetesVersion::V1_36 => self.early.first().map(|(_, _, pod)| *pod),
        };
        let pod = ready.or_else(early)?;
        self.leave(pod);
        self.enter(pod, Place::InCycle { events: Vec::new() });
        if let Some(entry) = self.pods.get_mut(&pod) {
            entry.attempts += 1;
        }
        Some(pod)
    }

    /// A pod was bound to its node, or is no more.
    pub fn remove(&mut self, pod: PodId) {
        self.leave(pod);
        self.pods.remove(&pod);
    }

    /// A taken pod was rejected by `by`; `ports` are those that it wants. If something that may
    /// help happened during its cycle, only its backoff is left to wait for.
    ///
    /// Source: `scheduling_queue.go › AddUnschedulableIfNotPresent, determineSchedulingHint`.
    pub fn reject(&mut self, pod: PodId, by: Plugin, ports: &[HostPort], now: SimTime) {
        let Some(events) = self.end_cycle(pod, now) else { return };
        let place = if events.iter().any(|event| may_help(by, ports, event)) {
            Place::Backoff { until: self.backoff_end(pod), is_error: false }
        } else {
            Place::SetAside { by, ports: ports.to_vec(), until: self.leftover_at(now) }
        };
        self.enter(pod, place);
    }

    /// A taken pod could not be bound because of an error; it is tried again after its backoff.
    pub fn fail(&mut self, pod: PodId, now: SimTime) {
        if self.end_cycle(pod, now).is_some() {
            let until = self.backoff_end(pod);
            self.enter(pod, Place::Backoff { until, is_error: true });
        }
    }

    /// Something happened to `node`: pods that it may help go on, once their backoff is over.
    ///
    /// Source: `scheduling_queue.go › movePodsToActiveOrBackoffQueue`.
    pub fn on_event(&mut self, node: NodeId, event: &ClusterEvent, now: SimTime) {
        let Some(listening) = self.listening.get(&node) else { return };
        let mut helped = Vec::new();
        for pod in listening {
            match self.pods.get_mut(pod).map(|entry| &mut entry.place) {
                Some(Place::InCycle { events }) => events.push(event.clone()),
                Some(Place::SetAside { by, ports, .. }) if may_help(*by, ports, event) => {
                    helped.push(*pod);
                }
                Some(
                    Place::SetAside { .. } | Place::New | Place::Ready | Place::Backoff { .. },
                )
                | None => {}
            }
        }
        for pod in helped {
            self.move_on(pod, now);
        }
    }

    /// When [`SchedulingQueue::release`] must be called next; none while nothing waits for time.
    pub fn next_change(&self) -> Option<SimTime> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Makes ready whose backoff is over at `now`, and moves on whose five minutes are.
    pub fn release(&mut self, now: SimTime) {
        while let Some(&(at, pod)) = self.timers.first()
            && at <= now
        {
            self.move_on(pod, now);
        }
    }

    /// A pod's attempt ended without success; what happened to its node meanwhile. None if it was
    /// not taken.
    fn end_cycle(&mut self, pod: PodId, now: SimTime) -> Option<Vec<ClusterEvent>> {
        let entry = self.pods.get_mut(&pod)?;
        let Place::InCycle { events } = &mut entry.place else { return None };
        let events = std::mem::take(events);
        entry.since = now;
        self.leave(pod);
        Some(events)
    }

    /// Out of where it is, into backoff or straight among the ready.
    fn move_on(&mut self, pod: PodId, now: SimTime) {
        self.leave(pod);
        let until = self.backoff_end(pod);
        let place =
            if until <= now { Place::Ready } else { Place::Backoff { until, is_error: false } };
        self.enter(pod, place);
    }

    /// When the backoff of a pod is over that failed as often and as lately as it has: since 1.33
    /// on the whole second after it, before that at the next look, once a second.
    ///
    /// Source: `backoff_queue.go › calculateBackoffDuration, isPodBackingoff, alignToWindow`.
    fn backoff_end(&self, pod: PodId) -> SimTime {
        let Some(entry) = self.pods.get(&pod) else { return SimTime::ZERO };
        let Some(earlier) = entry.attempts.checked_sub(1) else { return entry.since };
        let end = entry.since + BACKOFF.after(earlier);
        let second = SimDuration::from_secs(1);
        match self.version {
            KubernetesVersion::V1_31 if end == end.truncate_to_second() => end,
            KubernetesVersion::V1_31 | KubernetesVersion::V1_36 => {
                end.truncate_to_second() + second
            }
        }
    }

    /// The first look for leftovers at which a pod set aside at `now` is one.
    ///
    /// Source: `scheduling_queue.go › flushUnschedulablePodsLeftover`.
    fn leftover_at(&self, now: SimTime) -> SimTime {
        self.leftovers.after(now + SET_ASIDE_FOR)
    }

    fn enter(&mut self, pod: PodId, place: Place) {
        let Some(entry) = self.pods.get_mut(&pod) else { return };
        let order = entry.order();
        if let Some(until) = place.until() {
            self.timers.insert((until, pod));
        }
        match place {
            Place::Ready => {
                self.ready.insert((order, pod));
            }
            Place::Backoff { until, is_error: false } => {
                self.early.insert((until, order, pod));
            }
            Place::SetAside { .. } | Place::InCycle { .. } => {
                self.listening.entry(entry.node).or_default().insert(pod);
            }
            Place::New | Place::Backoff { is_error: true, .. } => {}
        }
        entry.place = place;
    }

    fn leave(&mut self, pod: PodId) {
        let Some(entry) = self.pods.get(&pod) else { return };
        let order = entry.order();
        self.ready.remove(&(order, pod));
        if let Some(until) = entry.place.until() {
            self.timers.remove(&(until, pod));
            self.early.remove(&(until, order, pod));
        }
        if let Some(pods) = self.listening.get_mut(&entry.node) {
            pods.remove(&pod);
            if pods.is_empty() {
                self.listening.remove(&entry.node);
            }
        }
    }
}

impl Entry {
    fn order(&self) -> Order {
        (Reverse(self.priority), self.since)
    }
}

impl Place {
    /// When time alone moves a pod on.
    fn until(&self) -> Option<SimTime> {
        match self {
            Self::Backoff { until, .. } | Self::SetAside { until, .. } => Some(*until),
            Self::New | Self::Ready | Self::InCycle { .. } => None,
        }
    }
}

/// Whether an event on its node may help a pod that `by` rejected and that wants `ports`.
///
/// Source: the `EventsToRegister` methods and hints of the plugins in
/// `pkg/scheduler/framework/plugins`.
fn may_help(by: Plugin, ports: &[HostPort], event: &ClusterEvent) -> bool {
    match event {
        ClusterEvent::NodeAdded => true,
        ClusterEvent::LabelsChanged => by == Plugin::NodeAffinity,
        ClusterEvent::TaintsChanged => {
            matches!(by, Plugin::TaintToleration | Plugin::NodeUnschedulable)
        }
        ClusterEvent::UnschedulableChanged => by == Plugin::NodeUnschedulable,
        ClusterEvent::PodGone { ports: freed } => match by {
            Plugin::NodeResourcesFit => true,
            Plugin::NodePorts => ports_conflict(ports, freed),
            Plugin::SchedulingGates
            | Plugin::NodeUnschedulable
            | Plugin::TaintToleration
            | Plugin::NodeAffinity => false,
        },
    }
}

#[cfg(test)]
mod tests;
