//! The scheduler as a running process: its cache of nodes, its queue, its client.
//!
//! It is busy with one pod at a time. How long a pod takes from its creation until it is bound, if
//! nothing keeps the scheduler from it, is one draw (`latencies.schedule`): half of what the cycle
//! leaves of it passes before the scheduler hears of the pod, the other half between the end of the
//! cycle and the binding. On top of that come the pods before it in the queue, the tokens of the
//! scheduler's client, and the wait for room on the node.
//!
//! Nodes it knows as its cache has them. What pods take of a node it knows as it truly is, since on
//! its watch of pods the end of an old pod comes before the creation of its successor; only those
//! that wait for room hear of it later.
//!
//! Source: `pkg/scheduler/schedule_one.go` and `pkg/scheduler/eventhandlers.go`. Events about pods
//! go through a client of their own (`cmd/kube-scheduler/app/options/options.go › createClients`)
//! and keep nothing waiting.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::KubernetesVersion;
use crate::control::PodId;
use crate::control::rate_limit::TokenBucket;
use crate::control::scheduler::{
    ClusterEvent, Preemption, Rejection, SchedulingQueue, failed_scheduling, fit,
};
use crate::engine::Streams;
use crate::record::{Recorder, What};
use crate::scenario::{self, Phase, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{full_bucket, publish_room, vacate};
use crate::world::cluster::{Cluster, Freed, Pod};
use crate::world::cx::Cx;
use crate::world::event::{Event, Informer, SchedulerStep};
use crate::world::ids::DaemonSetId;
use crate::world::scheduler::cache::{KnownNode, NodeCache};
use crate::world::scheduler::preemption::usage_for;

/// The scheduler's process.
#[derive(Debug)]
pub(in crate::world) struct Scheduler {
    /// None if there is no scheduler: then a pod is bound after its time.
    model: Option<scenario::Scheduler>,
    client: TokenBucket,
    pub(super) queue: SchedulingQueue,
    /// The pod that it is busy with.
    in_cycle: Option<PodId>,
    /// The next [`SchedulerStep::Wake`] that is on the agenda.
    wakes_at: Option<SimTime>,
    /// Its cache of nodes.
    pub(super) cache: NodeCache,
    /// Why each pod that waits was rejected last.
    pub(super) rejected: BTreeMap<PodId, Rejection>,
    /// Why pods are not placed although this scheduler would, as a snapshot tells.
    pub(super) told: BTreeMap<PodId, String>,
    /// Pods that were asked to leave for a more important one.
    pub(super) leaving: BTreeSet<PodId>,
}

impl Scheduler {
    pub(in crate::world) fn new(scenario: &Scenario) -> Self {
        let model = scenario.control_plane.scheduler.clone();
        // Leftovers are looked for every 30 s; when, depends on the start of the process.
        let phase = Streams::new(scenario.seed).bits("scheduler leftovers", 0, 0) % 30_000_000;
        Self {
            client: full_bucket(model.as_ref().and_then(|model| model.client)),
            model,
            queue: SchedulingQueue::new(scenario.kubernetes, SimDuration::from_micros(phase)),
            in_cycle: None,
            wakes_at: None,
            cache: NodeCache::default(),
            rejected: BTreeMap::new(),
            told: BTreeMap::new(),
            leaving: BTreeSet::new(),
        }
    }

    /// Whether there is no scheduler.
    fn is_off(&self) -> bool {
        self.model.is_none()
    }

    /// A snapshot tells that a pod is not placed, and why; that lasts.
    pub(in crate::world) fn never_place(&mut self, pod: PodId, message: &str) {
        self.told.insert(pod, message.to_owned());
    }

    /// A pod is gone.
    pub(in crate::world) fn pod_gone(&mut self, pod: PodId, bound: bool) {
        self.leaving.remove(&pod);
        if !bound {
            self.forget(pod);
        }
    }

    /// A pod waits for nothing any more.
    pub(in crate::world) fn forget(&mut self, pod: PodId) {
        self.rejected.remove(&pod);
        self.told.remove(&pod);
        if self.model.is_some() {
            self.queue.remove(pod);
        }
    }

    /// When a request that it wants to make at `now` is sent.
    pub(super) fn reserve(&mut self, now: SimTime) -> SimTime {
        self.client.reserve(now)
    }

    /// A pod was created that is not bound. One whose template names its node is bound at once,
    /// without a scheduler: says whether it is.
    pub(in crate::world) fn start_scheduling(&mut self, pod: PodId, cx: &mut Cx<'_>) -> bool {
        if cx.cluster.pod(pod).is_gated(cx.cluster) {
            self.hold_back(pod, cx);
            return false;
        }
        let base_schedule_delay = cx.phase_delay(Phase::Schedule, pod);
        if self.is_off() {
            plan_binding(pod, cx.now + base_schedule_delay, cx);
            return false;
        }
        let Pod { spec, fact, epoch, .. } = *cx.cluster.pod(pod);
        if cx.cluster.specs[spec].written.template.spec.node_name.is_some() {
            return self.bind(pod, &mut cx.because(fact));
        }
        let cycle = self.draw_cycle(pod, cx).min(base_schedule_delay);
        let times = &mut cx.cluster.pods[pod];
        times.base_schedule_delay = base_schedule_delay;
        times.scheduling_cycle = cycle;
        let [before, _, _] = parts_of_scheduling(pod, cx.cluster);
        let (event, at) = (Event::Scheduler(SchedulerStep::Queue { pod, epoch }), cx.now + before);
        cx.because(fact).at(at, event);
        false
    }

    /// Whether it would bind a pod if it looked at it now.
    pub(in crate::world) fn would_place(&self, id: PodId, cx: &Cx<'_>) -> bool {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        if self.is_off() {
            return cx.cluster.node(node).exists;
        }
        let usage = usage_for(id, cx);
        let facts = self.node_facts(node, &usage, cx.cluster);
        fit(&cx.cluster.specs[spec].needs, facts.as_ref()).is_ok()
    }

    /// A pod with scheduling gates waits until they are taken off, which nobody does.
    fn hold_back(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let why = Rejection::gated();
        let fact = cx.cluster.pods[id].fact;
        let fact = cx.record.fact(cx.now, fact, |names| What::PodUnschedulable {
            pod: names.intern(&cx.cluster.pod_name(id)),
            message: names.intern(&in_words(cx.settings.version, &why)),
        });
        cx.cluster.pods[id].fact = Some(fact);
        self.rejected.insert(id, why);
    }

    /// How long the scheduler is busy with a pod.
    fn draw_cycle(&self, pod: PodId, cx: &Cx<'_>) -> SimDuration {
        let Some(model) = &self.model else { return SimDuration::ZERO };
        let drawn = || {
            let (entity, attempt) = (cx.name_of_seat(pod), cx.cluster.pod(pod).attempt);
            model.cycle.sample(cx.settings.streams.uniform("scheduling cycle", entity, attempt))
        };
        model.cycle.as_constant().unwrap_or_else(drawn)
    }

    /// Something happens to the scheduler or by it. Says which pod it has bound, if it has.
    pub(in crate::world) fn step(&mut self, step: SchedulerStep, cx: &mut Cx<'_>) -> Option<PodId> {
        if let Some(at) = kept_up_until(step, cx) {
            cx.at(at, Event::Scheduler(step));
            return None;
        }
        match step {
            SchedulerStep::Queue { pod, epoch } | SchedulerStep::Bind { pod, epoch }
                if !cx.cluster.is_current(pod, epoch) =>
            {
                return None;
            }
            SchedulerStep::Bind { pod, .. } => return self.bind(pod, cx).then_some(pod),
            SchedulerStep::Queue { pod, .. } => self.queue_pod(pod, cx),
            SchedulerStep::SeeNode { node, version, unschedulable } => {
                let seen = version.map(|version| KnownNode { version, unschedulable });
                self.see_node(node, seen, cx);
            }
            SchedulerStep::SeeRoom { node, freed } => {
                let ports = cx.cluster.freed_ports(node, freed);
                self.hear_of(node, &[ClusterEvent::PodGone { ports }], cx);
            }
            SchedulerStep::Wake => {
                self.wakes_at.take_if(|at| *at == cx.now);
                self.queue.release(cx.now);
            }
            SchedulerStep::CycleEnds => self.end_cycle(cx),
            SchedulerStep::BackgroundLeft { node, group } => {
                cx.cluster.background_left(node, group);
                publish_room(node, Freed::Background { group }, cx);
            }
        }
        self.take_next(cx);
        None
    }

    /// It hears of a pod.
    fn queue_pod(&mut self, id: PodId, cx: &Cx<'_>) {
        let Pod { node, spec, .. } = *cx.cluster.pod(id);
        let priority = cx.cluster.specs[spec].needs.priority;
        self.queue.add(id, node, priority, cx.now);
    }

    /// Begins with the next pod, unless it is busy; and sees to it that it wakes in time.
    pub(in crate::world) fn take_next(&mut self, cx: &mut Cx<'_>) {
        if self.in_cycle.is_none()
            && let Some(pod) = self.queue.take()
        {
            self.in_cycle = Some(pod);
            let [_, cycle, _] = parts_of_scheduling(pod, cx.cluster);
            let event = Event::Scheduler(SchedulerStep::CycleEnds);
            let (cause, ends) = (cx.cluster.pod(pod).fact, cx.now + cycle);
            cx.because(cause).at(ends, event);
        }
        let next = self.queue.next_change().map(|at| at.max(cx.now));
        let planned = self.wakes_at;
        if let Some(at) = next.filter(|at| planned.is_none_or(|planned| *at < planned)) {
            self.wakes_at = Some(at);
            let event = Event::Scheduler(SchedulerStep::Wake);
            cx.because(None).at(at, event);
        }
    }

    /// The cycle of a pod ends: it is bound as soon as the client lets it, or waits for better
    /// times.
    ///
    /// Source: `pkg/scheduler/schedule_one.go › ScheduleOne, bindingCycle`.
    fn end_cycle(&mut self, cx: &mut Cx<'_>) {
        let Some(id) = self.in_cycle.take() else { return };
        let Pod { exists, bound, node, spec, .. } = *cx.cluster.pod(id);
        if !exists || bound {
            return self.queue.remove(id);
        }
        let usage = usage_for(id, cx);
        let facts = self.node_facts(node, &usage, cx.cluster);
        match fit(&cx.cluster.specs[spec].needs, facts.as_ref()) {
            Ok(()) => {
                self.rejected.remove(&id);
                cx.cluster.pods[id].nominated = false;
                cx.cluster.occupy(id);
                let [_, _, until_bound] = parts_of_scheduling(id, cx.cluster);
                let sent = self.reserve(cx.now);
                plan_binding(id, sent + until_bound, cx);
            }
            Err(why) => self.reject(id, why, cx),
        }
    }

    /// A pod does not fit on its node: others may have to leave for it, or it waits. Only a reason
    /// that is news is written to its condition `PodScheduled`.
    ///
    /// Source: `pkg/scheduler/schedule_one.go › handleSchedulingFailure`.
    fn reject(&mut self, id: PodId, why: Rejection, cx: &mut Cx<'_>) {
        let spec = cx.cluster.pod(id).spec;
        let preemption = self.preemption_for(id, &why, cx);
        let ports = &cx.cluster.specs[spec].needs.ports;
        self.queue.reject(id, why.plugin, ports, cx.now);
        if self.rejected.get(&id) != Some(&why) {
            let _answered = self.reserve(cx.now);
            self.unschedulable_fact(id, &why, &preemption, cx);
            self.rejected.insert(id, why);
        }
        match preemption {
            Preemption::Victims(victims) => self.make_room(id, &victims, cx),
            Preemption::NotHelpful | Preemption::NoVictims | Preemption::NotEnough(_) => {
                cx.cluster.pods[id].nominated = false;
            }
            Preemption::PolicyNever | Preemption::VictimsLeaving => {}
        }
    }

    fn unschedulable_fact(
        &self,
        id: PodId,
        why: &Rejection,
        preemption: &Preemption,
        cx: &mut Cx<'_>,
    ) {
        let (version, nodes) = (cx.settings.version, self.cache.len());
        let fact = cx.cluster.pods[id].fact;
        let fact = cx.record.fact(cx.now, fact, |names| What::PodUnschedulable {
            pod: names.intern(&cx.cluster.pod_name(id)),
            message: names.intern(&failed_scheduling(version, nodes, why, preemption)),
        });
        cx.cluster.pods[id].fact = Some(fact);
    }

    /// A pod is bound to its node. Without a scheduler that takes a node that exists; else the pod
    /// stays Pending. Says whether it is bound.
    fn bind(&mut self, id: PodId, cx: &mut Cx<'_>) -> bool {
        let node = cx.cluster.pod(id).node;
        if self.is_off() {
            if !cx.cluster.node(node).exists {
                return false;
            }
        } else if cx.api.refuses(cx.now) {
            vacate(id, cx);
            self.queue.fail(id, cx.now);
            self.take_next(cx);
            return false;
        }
        self.forget(id);
        cx.cluster.pods[id].nominated = false;
        cx.cluster.occupy(id);
        bound_fact(id, cx);
        cx.change_pod(id, |pod| pod.bound = true);
        true
    }

    /// Why a pod cannot be placed, in the scheduler's words, if it was rejected.
    pub(super) fn rejection(&self, pod: PodId, version: KubernetesVersion) -> Option<String> {
        self.rejected.get(&pod).map(|why| in_words(version, why))
    }

    /// Tells the record which pods cannot be placed, and why.
    pub(in crate::world) fn record_unschedulable(
        &self,
        version: KubernetesVersion,
        cluster: &Cluster,
        record: &mut Recorder,
    ) {
        let mut counts: BTreeMap<(DaemonSetId, String), u32> = BTreeMap::new();
        for (&pod, why) in &self.rejected {
            if let Some(owner) = cluster.pod(pod).owner {
                *counts.entry((owner, in_words(version, why))).or_default() += 1;
            }
        }
        for id in cluster.daemon_set_ids() {
            let own = counts.iter().filter(|((owner, _), _)| *owner == id);
            let own = own.map(|((_, why), pods)| (why.clone(), *pods)).collect();
            record.tracker(id.0 as usize).set_unschedulable(own);
        }
    }
}

/// What scheduling a pod takes if nothing is in the way: until the scheduler hears of it, its cycle,
/// and from there until it is bound.
fn parts_of_scheduling(pod: PodId, cluster: &Cluster) -> [SimDuration; 3] {
    let Pod { base_schedule_delay, scheduling_cycle: cycle, .. } = *cluster.pod(pod);
    let rest = base_schedule_delay.as_micros() - cycle.as_micros();
    let before = SimDuration::from_micros(rest / 2);
    [before, cycle, SimDuration::from_micros(rest - rest / 2)]
}

/// Until when the API server keeps a step from happening, if it does: what the scheduler asks of one
/// that hangs, and what it hears of one that was gone.
fn kept_up_until(step: SchedulerStep, cx: &Cx<'_>) -> Option<SimTime> {
    let at = match step {
        SchedulerStep::Queue { .. } | SchedulerStep::SeeRoom { .. } => {
            cx.api.lists_at(Informer::SchedulerPods)
        }
        SchedulerStep::SeeNode { .. } => cx.api.lists_at(Informer::SchedulerNodes),
        // Without a scheduler there is no second try.
        SchedulerStep::Bind { .. } if cx.api.hangs(cx.now) || !cx.api.has_scheduler() => {
            cx.api.up_at()
        }
        SchedulerStep::BackgroundLeft { .. } => cx.api.up_at(),
        SchedulerStep::Bind { .. } | SchedulerStep::Wake | SchedulerStep::CycleEnds => return None,
    };
    (at > cx.now).then_some(at)
}

/// Puts the binding of a pod on the agenda; it follows from the latest fact about the pod.
fn plan_binding(pod: PodId, at: SimTime, cx: &mut Cx<'_>) {
    let Pod { epoch, fact, .. } = *cx.cluster.pod(pod);
    cx.because(fact).at(at, Event::Scheduler(SchedulerStep::Bind { pod, epoch }));
}

fn bound_fact(id: PodId, cx: &mut Cx<'_>) {
    let node = &cx.cluster.nodes[cx.cluster.pods[id].node].name;
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::PodBound {
        pod: names.intern(&cx.cluster.pod_name(id)),
        node: names.intern(node),
    });
    cx.cluster.pods[id].fact = Some(fact);
}

/// Why a pod cannot be placed, in the scheduler's words.
fn in_words(version: KubernetesVersion, why: &Rejection) -> String {
    let reasons: Vec<String> = why.reasons.iter().map(|reason| reason.text(version)).collect();
    reasons.join(", ")
}
