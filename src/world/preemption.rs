//! Who must leave a node so that a more important pod can be placed.
//!
//! Pods of other DaemonSets leave as after any deletion, and their controller makes new ones. Pods
//! of others leave for good: where their own controllers put them is not simulated.

use std::borrow::Cow;

use crate::control::scheduler::{Bound, NodeUsage, PodNeeds, Preemption, Rejection, preempt};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::time::SimTime;
use crate::world::event::{Caused, Event, SchedulerStep};
use crate::world::objects::{Node, Pod};
use crate::world::room::OTHERS_GRACE;
use crate::world::state::{Agenda, World};

/// More of a node's like pods are not considered; no kubelet runs so many.
const MOST_CANDIDATES: u32 = 1_000;

impl World {
    /// What is taken of its node for a pod: by those that are there, and by those no less
    /// important for which others are leaving.
    ///
    /// Source: `pkg/scheduler/framework/runtime/framework.go ›
    /// RunFilterPluginsWithNominatedPods`.
    pub(super) fn usage_for(&self, id: PodId) -> Cow<'_, NodeUsage> {
        let node = self.pod(id).node;
        let priority = self.needs(id).priority;
        let counts = |other: PodId| other != id && self.needs(other).priority >= priority;
        let mut usage = Cow::Borrowed(&self.node(node).room.usage);
        for other in self.pods_on(node).filter(|&it| self.pod(it).nominated && counts(it)) {
            usage.to_mut().add(self.needs(other));
        }
        usage
    }

    fn needs(&self, id: PodId) -> &PodNeeds {
        &self.specs[self.pod(id).spec.index()].needs
    }

    /// Who must leave so that a rejected pod fits.
    pub(super) fn preemption_for(&self, id: PodId, why: &Rejection) -> Preemption {
        let Pod { node, spec, .. } = *self.pod(id);
        let needs = &self.specs[spec.index()].needs;
        let usage = self.usage_for(id);
        let facts = self.node_facts(node, &usage);
        preempt(needs, facts.as_ref(), why, &self.less_important(id))
    }

    /// The pods with a lower priority on a pod's node. Those of others have numbers from the upper
    /// end; the later ones of like pods go first, and have been asked first.
    fn less_important(&self, id: PodId) -> Vec<Bound<'_>> {
        let Pod { node, spec, .. } = *self.pod(id);
        let priority = self.specs[spec.index()].needs.priority;
        let of_daemon_set = |other: PodId| {
            let pod = self.pod(other);
            Bound {
                id: other,
                needs: &self.specs[pod.spec.index()].needs,
                started: pod.created,
                is_preempted: self.scheduler.leaving.contains(&other),
            }
        };
        let placed = self.pods_on(node).filter(|&other| self.pod(other).placed);
        let mut bound: Vec<Bound<'_>> = placed.map(of_daemon_set).collect();
        for (number, others) in self.node(node).room.others.iter().enumerate() {
            let of_others = |place: u32| Bound {
                id: number_of(number, place),
                needs: &others.needs,
                started: SimTime::ZERO,
                is_preempted: place < others.leaving,
            };
            let count = others.count.min(MOST_CANDIDATES);
            if others.needs.priority < priority {
                bound.extend((0..count).map(of_others));
            }
        }
        bound.retain(|other| other.needs.priority < priority);
        bound
    }

    /// Asks pods to leave, each by a request of the scheduler's client.
    ///
    /// Source: `pkg/scheduler/framework/preemption/preemption.go › prepareCandidate`.
    pub(super) fn make_room(
        &mut self,
        id: PodId,
        victims: &[PodId],
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { node, fact, .. } = *self.pod(id);
        self.nominate(id);
        let others = victims.iter().filter(|victim| group_of(**victim).is_some()).count();
        let mut cause = fact;
        if others > 0 {
            let name = &self.nodes[node.index()].name;
            let fact = self.recorder.fact(now, fact, |names| What::OthersPreempted {
                node: names.intern(name),
                pods: u32::try_from(others).unwrap_or(u32::MAX),
            });
            cause = Some(fact);
        }
        for &victim in victims {
            match group_of(victim) {
                Some(group) => self.ask_other(node, group, cause, now, agenda),
                None => self.ask_pod(victim, fact, now, agenda),
            }
        }
    }

    /// A pod has made others leave its node. Less important ones that did so before have to find
    /// room anew.
    fn nominate(&mut self, id: PodId) {
        let (node, priority) = (self.pod(id).node, self.needs(id).priority);
        let is_lower = |it: &PodId| self.needs(*it).priority < priority;
        for other in self.pods_on(node).filter(is_lower).collect::<Vec<_>>() {
            self.pods[other.index()].nominated = false;
        }
        self.pods[id.index()].nominated = true;
    }

    fn ask_pod(&mut self, pod: PodId, cause: Option<FactId>, now: SimTime, agenda: &mut Agenda) {
        self.scheduler.leaving.insert(pod);
        let at = self.scheduler_request(self.pod(pod).node, now);
        let event = Event::Scheduler(SchedulerStep::Preempt { pod });
        agenda.at(at, Caused { event, cause });
    }

    fn ask_other(
        &mut self,
        node: NodeId,
        group: u32,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let asked = self.scheduler_request(node, now);
        let Node { room, scheduler_draws, .. } = &mut self.nodes[node.index()];
        room.others[group as usize].leaving += 1;
        let ordinal = u64::from(*scheduler_draws);
        let delay = self.leaving_delay(node, ordinal).min(OTHERS_GRACE);
        let event = Event::Scheduler(SchedulerStep::OtherLeft { node, group });
        agenda.at(asked + delay, Caused { event, cause });
    }

    /// When a request that the scheduler wants to make about a pod of a node is carried out.
    fn scheduler_request(&mut self, node: NodeId, now: SimTime) -> SimTime {
        let sent = self.scheduler.reserve(now);
        let [latency, _] = self.api.latencies();
        let Node { name_hash, scheduler_draws, .. } = *self.node(node);
        let draw = self.streams.uniform("scheduler request", name_hash, scheduler_draws.into());
        let delay = latency.sample(draw);
        self.nodes[node.index()].scheduler_draws += 1;
        sent + delay
    }
}

/// A number for a pod of others, from the upper end: the first of a group have the highest.
fn number_of(group: usize, place: u32) -> PodId {
    let group = u32::try_from(group).unwrap_or(0);
    PodId(u32::MAX.saturating_sub(group.saturating_mul(MOST_CANDIDATES)).saturating_sub(place))
}

/// The group of a pod of others; none for a pod of a DaemonSet.
fn group_of(pod: PodId) -> Option<u32> {
    let from_end = u32::MAX - pod.0;
    (from_end < u32::MAX / 2).then_some(from_end / MOST_CANDIDATES)
}
