//! Who must leave a node so that a more important pod can be placed.
//!
//! Pods of other DaemonSets leave as after any deletion, and their controller makes new ones.
//! Background pods leave for good: where their own controllers put them is not simulated.

use std::borrow::Cow;

use crate::control::scheduler::{Bound, NodeUsage, Preemption, Rejection, preempt};
use crate::control::{NodeId, PodId};
use crate::record::What;
use crate::time::SimTime;
use crate::world::cluster::{Node, Pod};
use crate::world::cx::Cx;
use crate::world::event::{Event, SchedulerStep};
use crate::world::scheduler::process::Scheduler;

/// More of a node's like pods are not considered; no kubelet runs that many.
const MOST_CANDIDATES: u32 = 1_000;

impl Scheduler {
    /// Who must leave so that a rejected pod fits.
    pub(super) fn preemption_for(&self, id: PodId, why: &Rejection, cx: &Cx<'_>) -> Preemption {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        let needs = &cx.cluster.specs[spec].needs;
        let usage = usage_for(id, cx);
        let facts = self.node_facts(node, &usage, cx.cluster);
        preempt(needs, facts.as_ref(), why, &self.less_important(id, cx))
    }

    /// The pods with a lower priority on a pod's node. Background pods have numbers from the upper
    /// end; the later ones of like pods go first, and have been asked first.
    fn less_important<'a>(&self, id: PodId, cx: &'a Cx<'_>) -> Vec<Bound<'a>> {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        let priority = cx.cluster.specs[spec].needs.priority;
        let of_daemon_set = |other: PodId| {
            let pod = cx.cluster.pod(other);
            Bound {
                id: other,
                needs: &cx.cluster.specs[pod.spec].needs,
                started: pod.created,
                is_preempted: self.leaving.contains(&other),
            }
        };
        let placed = cx.cluster.pods_on(node).filter(|&other| cx.cluster.pod(other).placed);
        let mut bound: Vec<Bound<'_>> = placed.map(of_daemon_set).collect();
        for (number, group) in cx.cluster.node(node).capacity.background.iter().enumerate() {
            let of_background = |place: u32| Bound {
                id: number_of(number, place),
                needs: &group.needs,
                started: SimTime::ZERO,
                is_preempted: place < group.leaving,
            };
            let count = group.count.min(MOST_CANDIDATES);
            if group.needs.priority < priority {
                bound.extend((0..count).map(of_background));
            }
        }
        bound.retain(|other| other.needs.priority < priority);
        bound
    }

    /// Asks pods to leave, each by a request of the scheduler's client.
    ///
    /// Source: `pkg/scheduler/framework/preemption/preemption.go › prepareCandidate`.
    pub(super) fn make_room(&mut self, id: PodId, victims: &[PodId], cx: &mut Cx<'_>) {
        let Pod { node, fact, .. } = *cx.cluster.pod(id);
        nominate(id, cx);
        let in_background = victims.iter().filter(|victim| group_of(**victim).is_some()).count();
        let mut cause = fact;
        if in_background > 0 {
            let name = &cx.cluster.nodes[node].name;
            let fact = cx.record.fact(cx.now, fact, |names| What::OthersPreempted {
                node: names.intern(name),
                pods: u32::try_from(in_background).unwrap_or(u32::MAX),
            });
            cause = Some(fact);
        }
        for &victim in victims {
            tell_whose(id, victim, cx);
            match group_of(victim) {
                Some(group) => self.ask_background(node, group, &mut cx.because(cause)),
                None => self.ask_pod(victim, &mut cx.because(fact)),
            }
        }
    }

    fn ask_pod(&mut self, pod: PodId, cx: &mut Cx<'_>) {
        self.leaving.insert(pod);
        let at = self.request(cx.cluster.pod(pod).node, cx);
        cx.at(at, Event::Preempt { pod });
    }

    fn ask_background(&mut self, node: NodeId, group: u32, cx: &mut Cx<'_>) {
        let asked = self.request(node, cx);
        let Node { capacity, scheduler_draws, .. } = &mut cx.cluster.nodes[node];
        capacity.background[group as usize].leaving += 1;
        let ordinal = u64::from(*scheduler_draws);
        let delay = cx.leaving_delay(node, ordinal);
        let event = Event::Scheduler(SchedulerStep::BackgroundLeft { node, group });
        cx.at(asked + delay, event);
    }

    /// When a request that the scheduler wants to make about a pod of a node is carried out.
    fn request(&mut self, node: NodeId, cx: &mut Cx<'_>) -> SimTime {
        let sent = self.reserve(cx.now);
        let latency = cx.api.request_latency();
        let Node { name_hash, scheduler_draws, .. } = *cx.cluster.node(node);
        let draw =
            cx.settings.streams.uniform("scheduler request", name_hash, scheduler_draws.into());
        let delay = latency.sample(draw);
        cx.cluster.nodes[node].scheduler_draws += 1;
        sent + delay
    }
}

/// What is taken of its node for a pod: by those that are there, and by those no less important for
/// which others are leaving.
///
/// Source: `pkg/scheduler/framework/runtime/framework.go › RunFilterPluginsWithNominatedPods`.
pub(super) fn usage_for<'a>(id: PodId, cx: &'a Cx<'_>) -> Cow<'a, NodeUsage> {
    let node = cx.cluster.pod(id).node;
    let priority = cx.cluster.needs(id).priority;
    let counts = |other: PodId| other != id && cx.cluster.needs(other).priority >= priority;
    let mut usage = Cow::Borrowed(&cx.cluster.node(node).capacity.usage);
    for other in cx.cluster.pods_on(node).filter(|&it| cx.cluster.pod(it).nominated && counts(it)) {
        usage.to_mut().add(cx.cluster.needs(other));
    }
    usage
}

/// A pod has made others leave its node. Less important ones that did so before have to find room
/// anew.
fn nominate(id: PodId, cx: &mut Cx<'_>) {
    let (node, priority) = (cx.cluster.pod(id).node, cx.cluster.needs(id).priority);
    let is_lower = |it: &PodId| cx.cluster.needs(*it).priority < priority;
    for other in cx.cluster.pods_on(node).filter(is_lower).collect::<Vec<_>>() {
        cx.cluster.pods[other].nominated = false;
    }
    cx.cluster.pods[id].nominated = true;
}

/// Tells the record whose pod is to leave for a pod.
fn tell_whose(id: PodId, victim: PodId, cx: &mut Cx<'_>) {
    let Pod { node, owner, creator, .. } = *cx.cluster.pod(id);
    let (whose, name) = if group_of(victim).is_some() {
        let pool = cx.cluster.node(node).pool.map(|pool| &cx.cluster.pools[pool.0].name);
        let whose = pool.map(|pool| format!("pool {pool} (otherPods)"));
        (whose.unwrap_or_else(|| "others".to_owned()), None)
    } else {
        let pod = cx.cluster.pod(victim);
        let owner = pod.owner.unwrap_or(pod.creator);
        (cx.cluster.daemon_sets[owner].key.clone(), Some(cx.cluster.pod_name(victim).into_owned()))
    };
    cx.tracker(owner.unwrap_or(creator)).preempt(whose, name, node.index());
}

/// A number for a background pod, from the upper end: the first of a group have the highest.
fn number_of(group: usize, place: u32) -> PodId {
    let group = u32::try_from(group).unwrap_or(0);
    PodId(u32::MAX.saturating_sub(group.saturating_mul(MOST_CANDIDATES)).saturating_sub(place))
}

/// The group of a background pod; none for a pod of a DaemonSet.
fn group_of(pod: PodId) -> Option<u32> {
    let from_end = u32::MAX - pod.0;
    (from_end < u32::MAX / 2).then_some(from_end / MOST_CANDIDATES)
}
