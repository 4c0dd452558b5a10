//! Those who act in a cluster: who takes which event, and what the act of one means for another.

use crate::control::{NodeId, PodId};
use crate::record::Loss;
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{
    ApiServer, Resource, admit_pod, api_server_up, create_pod, event_step,
    finish_foreground_deletion, lists_again, loss_by_controller, write_status,
};
use crate::world::cluster::Cluster;
use crate::world::controller::{Controller, SyncError, post_created, post_deleted, post_refused};
use crate::world::cx::Cx;
use crate::world::event::{ApiCall, CollectorStep, Event, Informer, PodStep, SchedulerStep};
use crate::world::garbage_collector::GarbageCollector;
use crate::world::ids::{DaemonSetId, SpecId};
use crate::world::nodes::Nodes;
use crate::world::scheduler::Scheduler;
use crate::world::script::{Reach, Script};

/// Those who act in a cluster.
pub(super) struct Actors {
    pub(super) script: Script,
    pub(super) controller: Controller,
    pub(super) scheduler: Scheduler,
    pub(super) nodes: Nodes,
    pub(super) garbage_collector: GarbageCollector,
}

impl Actors {
    /// An event happens.
    #[inline]
    pub(super) fn handle(&mut self, event: &Event, cx: &mut Cx<'_>) {
        match *event {
            Event::Action { index, ordinal } => {
                let Self { script, controller, nodes, .. } = self;
                script.act(index, ordinal, &mut Reach { controller, nodes }, cx);
            }
            Event::Upgraded { index } => self.script.happened(index, cx),
            Event::Await { index } => self.script.wait(index, cx),
            Event::Pod { pod, epoch, step } => self.pod_step(pod, epoch, step, cx),
            Event::Pull { node, ticket, step } => {
                self.nodes.kubelets.pull_step(node, ticket, step, cx);
            }
            Event::Downloads => self.nodes.kubelets.downloads_ended(cx),
            Event::Node { node, epoch, step } => self.nodes.node_step(node, epoch, step, cx),
            Event::Provisioned { pool, number } => self.nodes.provisioned(pool, number, cx),
            Event::EvictPod { pod } => {
                if self.nodes.taint_eviction.is_over(pod, cx) {
                    self.nodes.kubelets.delete_pod(pod, Some(Loss::Taints), cx);
                }
            }
            Event::EndPod { pod, epoch } => self.nodes.kubelets.pod_ended(pod, epoch, cx),
            Event::MonitorPass => self.nodes.lifecycle.monitor_pass(cx),
            Event::ZonePoll { zone } => self.nodes.lifecycle.zone_poll(zone, cx),
            Event::ApiServerUp { down_since } => {
                if let Some(fact) = api_server_up(cx) {
                    self.nodes.after_outage(down_since, &mut cx.because(Some(fact)));
                }
            }
            Event::ListAgain { informer } => self.list_again(informer, cx),
            Event::Relist { process } => self.controller.relist(process, cx),
            Event::ApiCall { daemon_set, process, call, limited, rest } => {
                if self.controller.is_process(process) {
                    cx.limited = limited;
                    self.carry_out_call(daemon_set, call, rest, cx);
                }
            }
            Event::Post { client, step } => event_step(client, step, cx),
            Event::Resume { daemon_set, process } => {
                if self.controller.is_process(process) {
                    self.controller.resume(daemon_set, cx);
                }
            }
            Event::SeePod { pod, seen } => self.controller.see_pod(pod, seen, cx),
            Event::SeeNode { node, version } => self.controller.see_node(node, version, cx),
            Event::SeeDaemonSet { daemon_set, seen } => {
                self.controller.see_daemon_set(daemon_set, seen, cx);
            }
            Event::Release { daemon_set } => self.controller.release(daemon_set, cx),
            Event::NodeUpdates => self.controller.process_node_updates(cx),
            Event::Sync => self.controller.process_queue(cx),
            Event::Scheduler(step) => self.scheduler_step(step, cx),
            Event::Preempt { pod } => self.preempt(pod, cx),
            Event::GarbageCollector(step) => self.collector_step(step, cx),
        }
        if !cx.api.deletions.is_empty() {
            self.collect(cx);
        }
        if !cx.api.gone.is_empty() {
            self.forget_gone(cx);
        }
        if !cx.api.written.is_empty() {
            self.script.see_rollouts(cx);
        }
    }

    /// An informer lists again: whoever uses it sees all that changed meanwhile.
    fn list_again(&mut self, informer: Informer, cx: &mut Cx<'_>) {
        if informer.is_of_controller_manager() && self.controller.is_away() {
            return;
        }
        if lists_again(informer, cx)
            && let Some(resource) = informer.resource()
        {
            self.controller.list_again(resource, cx);
        }
    }

    /// Where caches differ from the truth although everything has reached them.
    pub(super) fn check_caches(
        &self,
        api: &ApiServer,
        cluster: &Cluster,
        now: SimTime,
    ) -> Option<String> {
        self.controller.wrong_cache(api, cluster, now)
    }

    /// Whether nothing is to be done by the scenario, the controller or the garbage collector.
    pub(super) fn are_idle(&self) -> bool {
        self.script.is_over()
            && !self.nodes.are_upgrading()
            && self.controller.is_idle()
            && self.garbage_collector.is_idle()
    }

    /// DaemonSets were deleted: what they own goes with them.
    pub(super) fn collect(&mut self, cx: &mut Cx<'_>) {
        for deletion in std::mem::take(&mut cx.api.deletions) {
            for pod in self.garbage_collector.owner_deleted(deletion, cx) {
                self.nodes.kubelets.delete_pod(pod, None, &mut cx.because(deletion.cause));
            }
            if cx.api.is_instant() {
                finish_foreground_deletion(deletion.daemon_set, &mut cx.because(deletion.cause));
            }
        }
    }

    /// The garbage collector takes a step; a pod that it deletes is stopped by its kubelet.
    fn collector_step(&mut self, step: CollectorStep, cx: &mut Cx<'_>) {
        if let Some(pod) = self.garbage_collector.step(step, cx) {
            self.nodes.kubelets.delete_pod(pod, None, cx);
        }
    }

    /// A pod is to be scheduled; one that is bound at once comes to its kubelet.
    pub(super) fn place_pod(&mut self, pod: PodId, cx: &mut Cx<'_>) {
        if self.scheduler.start_scheduling(pod, cx) {
            self.nodes.kubelets.kubelet_sees(pod, cx);
        }
    }

    /// A step of a pod's life ends, unless it is void.
    #[inline]
    fn pod_step(&mut self, id: PodId, epoch: u32, step: PodStep, cx: &mut Cx<'_>) {
        if !cx.cluster.is_current(id, epoch) {
            return;
        }
        if step.is_report() && cx.api.is_down(cx.now) {
            // The kubelet goes on trying.
            return cx.at(cx.api.up_at(), Event::Pod { pod: id, epoch, step });
        }
        self.nodes.kubelets.pod_step(id, step, cx);
    }

    /// The scheduler takes a step; a pod that it binds comes to its kubelet.
    fn scheduler_step(&mut self, step: SchedulerStep, cx: &mut Cx<'_>) {
        if let Some(bound) = self.scheduler.step(step, cx) {
            self.nodes.kubelets.kubelet_sees(bound, cx);
        }
    }

    /// The scheduler's request to delete a pod arrives, for a more important one.
    fn preempt(&mut self, pod: PodId, cx: &mut Cx<'_>) {
        if cx.api.is_down(cx.now) {
            cx.at(cx.api.up_at(), Event::Preempt { pod });
        } else {
            self.nodes.kubelets.delete_pod(pod, Some(Loss::Preempted), cx);
            self.forget_gone(cx);
        }
        self.scheduler.take_next(cx);
    }

    /// The API server carries out a call of a sync, if it can, and answers after `rest`.
    fn carry_out_call(
        &mut self,
        id: DaemonSetId,
        call: ApiCall,
        rest: SimDuration,
        cx: &mut Cx<'_>,
    ) {
        if cx.api.hangs(cx.now) {
            let process = self.controller.process();
            let event = Event::ApiCall { daemon_set: id, process, call, limited: cx.limited, rest };
            return cx.at(cx.api.up_at(), event);
        }
        if cx.api.refuses(cx.now) {
            self.controller.call_failed(id, call, SyncError::Unreachable);
            return self.controller.carried_out(id, rest, cx);
        }
        match call {
            ApiCall::CreatePod { node, spec, hash } => match admit(id, node, spec, cx) {
                Ok(()) => {
                    if let Some(pod) = create_pod(id, node, spec, hash, cx) {
                        self.pod_created(id, pod, cx);
                    }
                    self.controller.await_own_write(id, Resource::Pods, cx);
                }
                Err(message) => {
                    post_refused(id, &message, cx);
                    self.controller.call_failed(id, call, SyncError::Refused(message));
                }
            },
            ApiCall::DeletePod { pod } if !cx.cluster.pod(pod).exists => {
                self.controller.not_found(id);
            }
            ApiCall::DeletePod { pod } => {
                post_deleted(id, pod, cx);
                let loss = loss_by_controller(pod, cx.cluster);
                self.nodes.kubelets.delete_pod(pod, loss, cx);
            }
            ApiCall::WriteStatus { status, observed } => {
                write_status(id, status, observed, cx);
                self.controller.await_own_write(id, Resource::DaemonSets, cx);
            }
        }
        self.controller.carried_out(id, rest, cx);
    }

    /// A pod was created. The garbage collector finds one whose owner is gone or about to go; where
    /// requests take no time it does so at once.
    fn pod_created(&mut self, id: DaemonSetId, pod: PodId, cx: &mut Cx<'_>) {
        post_created(id, pod, cx);
        let owner = &cx.cluster.daemon_sets[id];
        let has_owner = owner.exists && owner.deleting.is_none();
        let cause = cx.cluster.pod(pod).fact;
        if !has_owner && cx.api.is_instant() {
            return self.nodes.kubelets.delete_pod(pod, None, &mut cx.because(cause));
        }
        self.place_pod(pod, cx);
        if !has_owner {
            self.garbage_collector.pod_created(pod, &mut cx.because(cause));
        }
    }

    /// Pods are gone: those who keep something of them forget it.
    fn forget_gone(&mut self, cx: &mut Cx<'_>) {
        while let Some(id) = cx.api.gone.pop() {
            self.nodes.kubelets.forget(id);
            self.scheduler.pod_gone(id, cx.cluster.pod(id).bound);
        }
    }
}

/// Whether a pod is admitted. Where requests take no time, it was when it was asked for.
fn admit(id: DaemonSetId, node: NodeId, spec: SpecId, cx: &mut Cx<'_>) -> Result<(), String> {
    if cx.api.is_instant() { Ok(()) } else { admit_pod(id, node, spec, cx) }
}
