//! The scheduler as a running process: its cache of nodes, its queue, its client.
//!
//! It is busy with one pod at a time. How long a pod takes from its creation until it is bound, if
//! nothing keeps the scheduler from it, is one draw (`latencies.schedule`): half of what the cycle
//! leaves of it passes before the scheduler hears of the pod, the other half between the end of
//! the cycle and the binding. On top of that come the pods before it in the queue, the tokens of
//! the scheduler's client, and the wait for room on the node.
//!
//! Nodes it knows as its cache has them. What pods take of a node it knows as it truly is, since
//! on its watch of pods the end of an old pod comes before the creation of its successor; only
//! those that wait for room hear of it later.
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
use crate::record::{FactId, What};
use crate::scenario::{self, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::full_bucket;
use crate::world::event::{Caused, Event, Freed, PodStep, SchedulerStep};
use crate::world::latency::Phase;
use crate::world::objects::{DaemonSetId, Pod};
use crate::world::scheduler_cache::{KnownNode, NodeCache};
use crate::world::state::{Agenda, World};

/// The scheduler's process.
#[derive(Debug)]
pub(super) struct Scheduler {
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
    /// Pods that were asked to leave for a more important one.
    pub(super) leaving: BTreeSet<PodId>,
}

impl Scheduler {
    pub(super) fn new(scenario: &Scenario) -> Self {
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
            leaving: BTreeSet::new(),
        }
    }

    /// Whether there is no scheduler.
    pub(super) fn is_off(&self) -> bool {
        self.model.is_none()
    }

    /// A pod is gone.
    pub(super) fn pod_gone(&mut self, pod: PodId, bound: bool) {
        self.leaving.remove(&pod);
        if !bound {
            self.forget(pod);
        }
    }

    /// A pod waits for nothing any more.
    pub(super) fn forget(&mut self, pod: PodId) {
        if self.model.is_some() {
            self.queue.remove(pod);
            self.rejected.remove(&pod);
        }
    }

    /// When a request that it wants to make at `now` is sent.
    pub(super) fn reserve(&mut self, now: SimTime) -> SimTime {
        self.client.reserve(now)
    }
}

impl World {
    /// A pod was created that is not bound. One whose template names its node is bound at once,
    /// without a scheduler: says whether it is.
    pub(super) fn start_scheduling(&mut self, pod: PodId, now: SimTime, agenda: &mut Agenda) -> bool {
        let unhindered = self.phase_delay(Phase::Schedule, pod);
        if self.scheduler.is_off() {
            self.plan(pod, PodStep::Bind, now + unhindered, agenda);
            return false;
        }
        let Pod { spec, fact, .. } = *self.pod(pod);
        if self.specs[spec.index()].written.template.spec.node_name.is_some() {
            return self.bind(pod, fact, now, agenda);
        }
        self.pods[pod.index()].unhindered = unhindered;
        let [before, _, _] = self.parts_of_scheduling(pod);
        self.plan(pod, PodStep::Queue, now + before, agenda);
        false
    }

    /// What scheduling a pod takes if nothing is in the way: until the scheduler hears of it, its
    /// cycle, and from there until it is bound.
    fn parts_of_scheduling(&self, pod: PodId) -> [SimDuration; 3] {
        let Pod { node, attempt, unhindered, .. } = *self.pod(pod);
        let cycle = self.scheduler.model.as_ref().map_or(SimDuration::ZERO, |model| {
            let luck = || {
                let entity = self.node(node).name_hash;
                model.cycle.sample(self.streams.uniform("scheduling cycle", entity, attempt))
            };
            model.cycle.as_constant().unwrap_or_else(luck)
        });
        let cycle = cycle.min(unhindered);
        let rest = unhindered.as_micros() - cycle.as_micros();
        let before = SimDuration::from_micros(rest / 2);
        [before, cycle, SimDuration::from_micros(rest - rest / 2)]
    }

    /// Something happens to the scheduler or by it.
    pub(super) fn scheduler_step(
        &mut self,
        step: SchedulerStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        match step {
            SchedulerStep::SeeNode { node, version, unschedulable } => {
                let seen = version.map(|version| KnownNode { version, unschedulable });
                self.scheduler_sees_node(node, seen, cause, now);
            }
            SchedulerStep::SeeRoom { node, freed } => {
                let ports = self.freed_ports(node, freed);
                self.scheduler_news(node, &[ClusterEvent::PodGone { ports }], cause, now);
            }
            SchedulerStep::Wake => {
                self.scheduler.wakes_at.take_if(|at| *at == now);
                self.scheduler.queue.release(now);
            }
            SchedulerStep::CycleEnds => self.end_cycle(now, agenda),
            SchedulerStep::Preempt { .. } => {}
            SchedulerStep::OtherLeft { node, group } => {
                self.other_left(node, group);
                self.tell_of_room(node, Freed::Other { group }, cause, now, agenda);
            }
        }
    }

    /// The scheduler hears of a pod.
    pub(super) fn queue_pod(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let Pod { node, spec, .. } = *self.pod(id);
        let priority = self.specs[spec.index()].needs.priority;
        self.scheduler.queue.add(id, node, priority, now);
        self.take_next(now, agenda);
    }

    /// Begins with the next pod, unless it is busy; and sees to it that it wakes in time.
    pub(super) fn take_next(&mut self, now: SimTime, agenda: &mut Agenda) {
        if self.scheduler.in_cycle.is_none()
            && let Some(pod) = self.scheduler.queue.take()
        {
            self.scheduler.in_cycle = Some(pod);
            let [_, cycle, _] = self.parts_of_scheduling(pod);
            let event = Event::Scheduler(SchedulerStep::CycleEnds);
            agenda.at(now + cycle, Caused { event, cause: self.pod(pod).fact });
        }
        let next = self.scheduler.queue.next_change().map(|at| at.max(now));
        let planned = self.scheduler.wakes_at;
        if let Some(at) = next.filter(|at| planned.is_none_or(|planned| *at < planned)) {
            self.scheduler.wakes_at = Some(at);
            let event = Event::Scheduler(SchedulerStep::Wake);
            agenda.at(at, Caused { event, cause: None });
        }
    }

    /// The cycle of a pod ends: it is bound as soon as the client lets it, or waits for better
    /// times.
    ///
    /// Source: `pkg/scheduler/schedule_one.go › ScheduleOne, bindingCycle`.
    fn end_cycle(&mut self, now: SimTime, agenda: &mut Agenda) {
        let Some(id) = self.scheduler.in_cycle.take() else { return };
        let Pod { exists, bound, node, spec, .. } = *self.pod(id);
        if !exists || bound {
            return self.scheduler.queue.remove(id);
        }
        let usage = self.usage_for(id);
        let facts = self.node_facts(node, &usage);
        match fit(&self.specs[spec.index()].needs, facts.as_ref()) {
            Ok(()) => {
                self.scheduler.rejected.remove(&id);
                self.pods[id.index()].nominated = false;
                self.occupy(id);
                let [_, _, until_bound] = self.parts_of_scheduling(id);
                let sent = self.scheduler.reserve(now);
                self.plan(id, PodStep::Bind, sent + until_bound, agenda);
            }
            Err(why) => self.reject(id, why, now, agenda),
        }
    }

    /// A pod does not fit on its node: others may have to leave for it, or it waits. Only a reason
    /// that is news is written to its condition `PodScheduled`.
    ///
    /// Source: `pkg/scheduler/schedule_one.go › handleSchedulingFailure`.
    fn reject(&mut self, id: PodId, why: Rejection, now: SimTime, agenda: &mut Agenda) {
        let spec = self.pod(id).spec;
        let preemption = self.preemption_for(id, &why);
        let ports = &self.specs[spec.index()].needs.ports;
        self.scheduler.queue.reject(id, why.plugin, ports, now);
        if self.scheduler.rejected.get(&id) != Some(&why) {
            let _answered = self.scheduler.reserve(now);
            self.unschedulable_fact(id, &why, &preemption, now);
            self.scheduler.rejected.insert(id, why);
        }
        match preemption {
            Preemption::Victims(victims) => self.make_room(id, &victims, now, agenda),
            Preemption::NotHelpful | Preemption::NoVictims | Preemption::NotEnough(_) => {
                self.pods[id.index()].nominated = false;
            }
            Preemption::PolicyNever | Preemption::VictimsLeaving => {}
        }
    }

    fn unschedulable_fact(
        &mut self,
        id: PodId,
        why: &Rejection,
        preemption: &Preemption,
        now: SimTime,
    ) {
        let (version, nodes) = (self.version, self.scheduler.cache.len());
        let Pod { name, fact, .. } = &self.pods[id.index()];
        let fact = self.recorder.fact(now, *fact, |names| What::PodUnschedulable {
            pod: names.intern(name),
            message: names.intern(&failed_scheduling(version, nodes, why, preemption)),
        });
        self.pods[id.index()].fact = Some(fact);
    }

    /// A pod is bound to its node. Without a scheduler that takes a node that exists; else the pod
    /// stays Pending. Says whether it is bound.
    pub(super) fn bind(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> bool {
        let node = self.pod(id).node;
        if self.scheduler.is_off() {
            if !self.node(node).exists {
                return false;
            }
        } else if self.api.is_down(now) {
            self.vacate(id, now, agenda);
            self.scheduler.queue.fail(id, now);
            self.take_next(now, agenda);
            return false;
        }
        self.scheduler.forget(id);
        self.pods[id.index()].nominated = false;
        self.occupy(id);
        self.bound_fact(id, cause, now);
        self.change_pod(id, now, agenda, |pod| pod.bound = true);
        true
    }

    fn bound_fact(&mut self, id: PodId, cause: Option<FactId>, now: SimTime) {
        let node = &self.nodes[self.pods[id.index()].node.index()].name;
        let name = &self.pods[id.index()].name;
        let fact = self.recorder.fact(now, cause, |names| What::PodBound {
            pod: names.intern(name),
            node: names.intern(node),
        });
        self.pods[id.index()].fact = Some(fact);
    }

    /// Tells the record which pods cannot be placed, and why.
    pub(super) fn record_unschedulable(&mut self) {
        let mut counts: BTreeMap<(DaemonSetId, String), u32> = BTreeMap::new();
        for (&pod, why) in &self.scheduler.rejected {
            if let Some(owner) = self.pod(pod).owner {
                *counts.entry((owner, in_words(self.version, why))).or_default() += 1;
            }
        }
        for id in self.daemon_set_ids() {
            let own = counts.iter().filter(|((owner, _), _)| *owner == id);
            let own = own.map(|((_, why), pods)| (why.clone(), *pods)).collect();
            self.tracker(id).set_unschedulable(own);
        }
    }
}

/// Why a pod cannot be placed, in the scheduler's words.
fn in_words(version: KubernetesVersion, why: &Rejection) -> String {
    let reasons: Vec<String> = why.reasons.iter().map(|reason| reason.text(version)).collect();
    reasons.join(", ")
}
