//! Everything that a run holds, and the dispatch of its events.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::api::{KubernetesVersion, PodTemplate};
use crate::control::{NodeId, PodId};
use crate::engine::{self, Model, Ranked, Streams};
use crate::record::{FactId, NodeTruth, Recorder, Tracker};
use crate::scenario::{Latencies, NodePool, PickingOrder, TimedAction};
use crate::time::SimTime;
use crate::world::api_server::{ApiServer, Resource};
use crate::world::controller::{Controller, Objects, node_eligibility};
use crate::world::event::{Asked, Caused, Event, PodStep, SchedulerStep};
use crate::world::faults::ImageFaults;
use crate::world::images::Images;
use crate::world::kubelet::Kubelets;
use crate::world::nodes::NodeControllers;
use crate::world::objects::{
    DaemonSetId, DaemonSetObject, HashId, Node, NodeVersion, Pod, RevisionObject, Spec, TemplateId,
};
use crate::world::scheduler::Scheduler;

/// Where events go.
pub(super) type Agenda = engine::Agenda<Caused>;

/// What each word of an event multiplies the digest of a run by: FNV-1a, taken over words instead
/// of bytes.
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// A cluster, its controller, and what is written down about them.
pub(super) struct World {
    /// When the run began.
    pub(super) start: SimTime,
    pub(super) version: KubernetesVersion,
    pub(super) streams: Streams,
    pub(super) order: PickingOrder,
    pub(super) api: ApiServer,
    pub(super) latencies: Latencies,
    pub(super) pools: Vec<NodePool>,
    pub(super) actions: Vec<TimedAction>,
    /// Actions that are still to happen, processes not counted.
    pub(super) actions_left: usize,
    pub(super) stop_when_complete: bool,
    /// Whether a node has reached the limit of pods: then the run ends.
    pub(super) is_crowded: bool,
    /// Whether to simplify as the conformance vectors do: pods vanish together with the Node that
    /// they are bound to, and a pod that has failed takes as long to go as any other.
    pub(super) as_in_vectors: bool,

    pub(super) nodes: Vec<Node>,
    pub(super) node_ids: BTreeMap<String, NodeId>,
    pub(super) versions: Vec<NodeVersion>,
    pub(super) pods: Vec<Pod>,
    pub(super) daemon_sets: Vec<DaemonSetObject>,
    pub(super) specs: Vec<Spec>,
    pub(super) templates: Vec<PodTemplate>,
    pub(super) hashes: Vec<String>,
    /// How many pods of each hash a DaemonSet owns.
    pub(super) live_hashes: BTreeMap<(DaemonSetId, HashId), u32>,
    pub(super) revisions: Vec<RevisionObject>,
    pub(super) images: Images,
    pub(super) faults: ImageFaults,
    pub(super) node_controllers: NodeControllers,
    pub(super) kubelets: Kubelets,
    /// How often a DaemonSet's template was tried on a node; names random numbers.
    pub(super) attempts: BTreeMap<(DaemonSetId, NodeId), (TemplateId, u64)>,

    pub(super) controller: Controller,
    pub(super) scheduler: Scheduler,
    pub(super) recorder: Recorder,
    pub(super) digest: u64,
}

impl Ranked for Caused {
    fn rank(&self) -> u8 {
        self.event.rank()
    }
}

impl Model for World {
    type Event = Caused;

    fn handle(&mut self, now: SimTime, event: Caused, agenda: &mut Agenda) {
        let Caused { event, cause } = event;
        self.take_digest(now, &event);
        match event {
            Event::Action { index, ordinal } => self.act(index, ordinal, now, agenda),
            Event::Pod { pod, epoch, step } => {
                self.pod_event(pod, epoch, step, cause, now, agenda);
            }
            Event::Pull { node, ticket, step } => self.pull_step(node, ticket, step, now, agenda),
            Event::Downloads => self.downloads_ended(now, agenda),
            Event::Node { node, epoch, step } => {
                self.node_step(node, epoch, step, cause, now, agenda);
            }
            Event::Provisioned { pool, number } => {
                self.provisioned(pool, number, cause, now, agenda);
            }
            Event::EvictPod { pod } => self.evict_pod(pod, cause, now, agenda),
            Event::EndPod { pod, epoch, ending } => {
                self.pod_ended(pod, epoch, ending, cause, now, agenda);
            }
            Event::MonitorPass => self.monitor_pass(cause, now, agenda),
            Event::ZonePoll { zone } => self.zone_poll(zone, cause, now, agenda),
            Event::ApiServerUp { down_since } => {
                if let Some(fact) = self.api_server_up(cause, now) {
                    self.after_outage(down_since, Some(fact), now, agenda);
                }
            }
            // Whoever this was for is gone.
            Event::Relist { process } | Event::Asked { process, .. }
                if process != self.controller.process => {}
            Event::Relist { .. } => self.relist(cause, now, agenda),
            Event::Asked { daemon_set, asked, .. } => {
                self.carry_out_call(daemon_set, asked, cause, now, agenda);
            }
            Event::SeePod { pod, seen } => self.see_pod(pod, seen, cause, now, agenda),
            Event::SeeNode { node, version } => self.see_node(node, version, cause, now, agenda),
            Event::SeeDaemonSet { daemon_set, seen } => {
                self.see_daemon_set(daemon_set, seen, cause, now, agenda);
            }
            Event::Release { daemon_set } => self.release(daemon_set, now, agenda),
            Event::NodeUpdates => self.work_off_node_updates(now, agenda),
            Event::Sync => self.work_off_queue(now, agenda),
            Event::Scheduler(step) => self.scheduler_event(step, cause, now, agenda),
        }
        self.forget_gone();
    }

    fn instant_ended(&mut self, now: SimTime) -> ControlFlow<()> {
        self.recorder.instant_ended(now);
        let over = self.stop_when_complete && self.actions_left == 0 && self.is_settled();
        if over || self.is_crowded { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl World {
    /// What judgments need of the truth that never changes.
    pub(super) fn objects(&self) -> Objects<'_> {
        Objects {
            nodes: &self.nodes,
            versions: &self.versions,
            pods: &self.pods,
            specs: &self.specs,
        }
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.index()]
    }

    pub(super) fn pod(&self, pod: PodId) -> &Pod {
        &self.pods[pod.index()]
    }

    /// The spec that a DaemonSet truly has.
    pub(super) fn spec_of(&self, daemon_set: DaemonSetId) -> &Spec {
        &self.specs[self.daemon_sets[daemon_set.index()].spec.index()]
    }

    pub(super) fn tracker(&mut self, daemon_set: DaemonSetId) -> &mut Tracker {
        self.recorder.tracker(daemon_set.index())
    }

    /// Tells the record which pods of a DaemonSet serve on a node, after a pod changed.
    pub(super) fn track_serving(&mut self, daemon_set: DaemonSetId, node: NodeId, now: SimTime) {
        let wanted = self.tracker(daemon_set).node(node.index()).wanted;
        self.track(daemon_set, node, wanted, now);
    }

    /// Tells the record whether a pod belongs on a node, after the node or the spec changed.
    pub(super) fn track_wanted(&mut self, daemon_set: DaemonSetId, node: NodeId, now: SimTime) {
        let object = &self.daemon_sets[daemon_set.index()];
        let Node { exists, version, .. } = self.node(node);
        let is_there = *exists && object.exists && object.deleting.is_none();
        let wanted =
            is_there && node_eligibility(self.objects(), object.spec, node, *version).should_run;
        self.track(daemon_set, node, wanted, now);
    }

    fn track(&mut self, daemon_set: DaemonSetId, node: NodeId, wanted: bool, now: SimTime) {
        let template = self.spec_of(daemon_set).template;
        let own = self.node(node).pods.iter().map(|&pod| self.pod(pod));
        let mut truth = NodeTruth { wanted, ..NodeTruth::default() };
        for pod in own.filter(|pod| pod.serving && pod.owner == Some(daemon_set)) {
            truth.serving = true;
            truth.serving_updated |= self.specs[pod.spec.index()].template == template;
        }
        let at = self.recorder.elapsed(now);
        self.tracker(daemon_set).set_node(at, node.index(), truth);
    }

    /// Tells the record what is true of every node for one DaemonSet, which nodes it selects, and
    /// what its strategy promises.
    pub(super) fn track_all_nodes(&mut self, daemon_set: DaemonSetId, now: SimTime) {
        for index in 0..self.nodes.len() {
            let node = NodeId(u32::try_from(index).expect("fewer than 2^32 nodes"));
            self.track_wanted(daemon_set, node, now);
        }
        let selector = self.spec_of(daemon_set).node_selector_column();
        self.tracker(daemon_set).set_node_selector(selector);
        self.track_promise(daemon_set);
    }

    /// Tells the record how many nodes the update strategy allows to be without a pod.
    pub(super) fn track_promise(&mut self, daemon_set: DaemonSetId) {
        let wanted = self.recorder.tracker(daemon_set.index()).wanted();
        let spec = self.spec_of(daemon_set);
        let on_delete = spec.is_on_delete();
        let promise = if on_delete { wanted } else { spec.budget(wanted).max_unavailable };
        self.tracker(daemon_set).set_promise(promise, on_delete);
    }

    fn is_settled(&self) -> bool {
        !self.controller.queue.has_ready()
            && !self.controller.work_scheduled
            && self.controller.busy == 0
            && self.recorder.all_complete()
    }

    /// A step of a pod's life ends.
    fn pod_event(
        &mut self,
        id: PodId,
        epoch: u32,
        step: PodStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !self.pod(id).exists || self.pod(id).epoch != epoch {
            return;
        }
        if step.is_report() && self.api.is_down(now) {
            // The kubelet goes on trying.
            let event = Event::Pod { pod: id, epoch, step };
            return agenda.at(self.api.up_at(), Caused { event, cause });
        }
        match step {
            PodStep::Queue => self.queue_pod(id, now, agenda),
            PodStep::Bind => {
                if self.bind(id, cause, now, agenda) {
                    self.kubelet_sees(id, now, agenda);
                }
            }
            step => self.pod_step(id, step, cause, now, agenda),
        }
    }

    fn scheduler_event(
        &mut self,
        step: SchedulerStep,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        match step {
            SchedulerStep::Preempt { .. } | SchedulerStep::OtherLeft { .. }
                if self.api.is_down(now) =>
            {
                agenda.at(self.api.up_at(), Caused { event: Event::Scheduler(step), cause });
            }
            SchedulerStep::Preempt { pod } => {
                self.delete_pod(pod, cause, now, agenda);
                self.forget_gone();
            }
            step => self.scheduler_step(step, cause, now, agenda),
        }
        self.take_next(now, agenda);
    }

    /// A pod is to be scheduled; one that is bound at once comes to its kubelet.
    pub(super) fn begin_pod(&mut self, pod: PodId, now: SimTime, agenda: &mut Agenda) {
        if self.start_scheduling(pod, now, agenda) {
            self.kubelet_sees(pod, now, agenda);
        }
    }

    /// A call of a sync arrives at the API server, and the sync gets its answer.
    fn carry_out_call(
        &mut self,
        id: DaemonSetId,
        asked: Asked,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.api.is_down(now) {
            self.call_failed(id, asked);
            return self.answered(id, now, agenda);
        }
        match asked {
            Asked::CreatePod { node, spec, hash } => {
                if let Some(pod) = self.create_pod(id, node, spec, hash, cause, now, agenda) {
                    self.pod_created(id, pod, now, agenda);
                }
                self.saw_own_write(id, Resource::Pods);
            }
            Asked::DeletePod { pod } if !self.pod(pod).exists => self.not_found(id),
            Asked::DeletePod { pod } => {
                self.post_deleted(id, pod, cause, now);
                self.delete_pod(pod, cause, now, agenda);
            }
            Asked::WriteStatus { status, observed } => {
                self.write_status(id, status, observed, cause, now, agenda);
                self.saw_own_write(id, Resource::DaemonSets);
            }
            Asked::Nothing => {}
        }
        self.answered(id, now, agenda);
    }

    /// A pod was created. One whose owner is gone, or deleted in the foreground, goes at once: the
    /// garbage collector finds it.
    fn pod_created(&mut self, id: DaemonSetId, pod: PodId, now: SimTime, agenda: &mut Agenda) {
        self.post_created(id, pod, now);
        let owner = &self.daemon_sets[id.index()];
        if owner.exists && owner.deleting.is_none() {
            self.begin_pod(pod, now, agenda);
        } else {
            self.delete_pod(pod, self.pod(pod).fact, now, agenda);
        }
    }

    /// Somebody asks for the deletion of a pod; its kubelet stops it if that takes time.
    pub(super) fn delete_pod(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.request_deletion(id, cause, now, agenda) {
            self.schedule_stop(id, now, agenda);
        }
    }

    /// Pods are gone: those who keep something of them forget it.
    pub(super) fn forget_gone(&mut self) {
        while let Some(id) = self.api.gone.pop() {
            self.kubelets.forget(id);
            let bound = self.pod(id).bound;
            self.scheduler.pod_gone(id, bound);
        }
    }

    fn take_digest(&mut self, now: SimTime, event: &Event) {
        let [kind, detail] = event.words();
        for word in [now.as_micros(), kind, detail] {
            self.digest = (self.digest ^ word).wrapping_mul(FNV_PRIME);
        }
    }
}
