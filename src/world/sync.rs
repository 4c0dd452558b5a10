//! A sync of one DaemonSet, stage by stage.
//!
//! The stages follow upstream: revisions, then manage, then (if nothing that was asked for is
//! outstanding) the rolling update, then the clean-up of revisions, then the status. Each stage
//! decides on the cache as it is when the stage begins, and the next one waits for the answers to
//! its calls. If calls take neither time nor tokens, all of it is one instant, and what was asked
//! for takes effect after it.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`.

use std::ops::ControlFlow;

use crate::api::KubernetesVersion;
use crate::control::daemonset::{
    HoldReason, ManagePlan, RollingError, RollingPlan, manage, rolling_update,
};
use crate::control::{NodeId, PodId};
use crate::record::{self, FactId, What};
use crate::time::SimTime;
use crate::world::calls::Calls;
use crate::world::controller::{Lens, Objects};
use crate::world::event::DaemonSetSeen;
use crate::world::holds::in_words;
use crate::world::objects::{DaemonSetId, HashId, Spec, SpecId};
use crate::world::state::{Agenda, World};

/// What a sync works with from its first stage to its last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sync {
    pub(super) daemon_set: DaemonSetId,
    pub(super) seen: DaemonSetSeen,
    pub(super) hash: HashId,
    pub(super) cause: Option<FactId>,
}

/// A sync under way.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) sync: Sync,
    stage: Stage,
    /// What the stage asked the API server for.
    pub(super) calls: Calls,
    pub(super) error: Option<SyncError>,
}

impl Work {
    /// What is to be done now. A sync that has no revision, or could not claim its pods, ends there;
    /// after any other error the status is still written.
    fn next_stage(&self) -> Stage {
        match self.stage {
            stage if self.error.is_none() => stage,
            Stage::History | Stage::Claim | Stage::Manage | Stage::End => Stage::End,
            Stage::RollingUpdate | Stage::CleanUp => Stage::Status(self.sync.seen.generation),
            Stage::Status(observed) => Stage::Status(observed),
        }
    }
}

/// What a sync does next, once its calls are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    History,
    Claim,
    Manage,
    RollingUpdate,
    CleanUp,
    /// The status, with the generation that it will speak of.
    Status(i64),
    End,
}

/// Why a sync fails and is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SyncError {
    /// The rolling update could not decide.
    Rolling(RollingError),
    /// The cache does not show yet what the controller itself wrote.
    Stale,
    /// The API server does not answer.
    Unreachable,
    /// The DaemonSet would adopt something, and is deleted though the cache does not show it.
    Deleted,
}

/// How a sync ended; or that it goes on when its calls are answered.
pub(super) type Progress = ControlFlow<Result<(), SyncError>>;

impl World {
    /// A worker takes the next key and works on it.
    pub(super) fn work_off_queue(&mut self, now: SimTime, agenda: &mut Agenda) {
        self.controller.work_scheduled = false;
        if self.controller.busy < self.api.concurrent_syncs()
            && !self.controller.is_away
            && let Some(id) = self.controller.queue.take()
        {
            self.controller.busy += 1;
            let progress = match self.begin_sync(id, now) {
                ControlFlow::Continue(()) => self.advance(id, now, agenda),
                ended @ ControlFlow::Break(_) => ended,
            };
            self.end_if_done(id, progress, now, agenda);
        }
        self.schedule_work(now, agenda);
    }

    /// The worker is free again if the sync has ended.
    pub(super) fn end_if_done(
        &mut self,
        id: DaemonSetId,
        progress: Progress,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let ControlFlow::Break(result) = progress else { return };
        self.controller.daemon_sets[id.index()].work = None;
        self.controller.busy -= 1;
        match result {
            Ok(()) => self.controller.queue.forget(id),
            Err(error) => self.retry(id, error, now, agenda),
        }
        self.controller.queue.done(id);
    }

    fn retry(&mut self, id: DaemonSetId, error: SyncError, now: SimTime, agenda: &mut Agenda) {
        // A stale cache is the daily round of a busy controller, and no news.
        if error != SyncError::Stale {
            let (key, message) = (&self.daemon_sets[id.index()].key, self.sync_error(error));
            let cause = self.controller.daemon_sets[id.index()].woken_by;
            self.recorder.fact(now, cause, |names| What::SyncFailed {
                daemon_set: names.intern(key),
                error: names.intern(&message),
            });
        }
        let delay = self.controller.queue.retry_delay(id, now);
        self.enqueue_after(id, delay, now, agenda);
    }

    /// What the controller logs when a sync fails.
    pub(super) fn sync_error(&self, error: SyncError) -> String {
        match error {
            SyncError::Rolling(RollingError::NodeGone(node)) => {
                let node = &self.node(node).name;
                format!("couldn't get node for nodeName \"{node}\": node \"{node}\" not found")
            }
            SyncError::Stale => "the cache is older than what was written".to_owned(),
            SyncError::Unreachable => "the API server does not answer".to_owned(),
            SyncError::Deleted => "cannot adopt: the DaemonSet has just been deleted".to_owned(),
        }
    }

    /// The first looks of a sync, which may be its last.
    pub(super) fn begin_sync(&mut self, id: DaemonSetId, now: SimTime) -> Progress {
        let watched = &mut self.controller.daemon_sets[id.index()];
        let (seen, cause) = (watched.seen, watched.woken_by);
        if self.version >= KubernetesVersion::V1_36 && now < watched.unseen_until {
            return ControlFlow::Break(Err(SyncError::Stale));
        }
        if !seen.exists {
            watched.expectations.delete();
            return ControlFlow::Break(Ok(()));
        }
        if self.specs[seen.spec.index()].written.selector.is_empty() {
            let message =
                "This daemon set is selecting all pods. A non-empty selector is required.";
            self.post_event(id, (true, "SelectingAll"), message, cause, now);
            return ControlFlow::Break(Ok(()));
        }
        if seen.deleting {
            return ControlFlow::Break(Ok(()));
        }
        let sync = Sync { daemon_set: id, seen, hash: HashId::default(), cause };
        let work = Work { sync, stage: Stage::History, calls: Calls::none(cause), error: None };
        self.controller.daemon_sets[id.index()].work = Some(work);
        ControlFlow::Continue(())
    }

    /// Works on until calls have to be waited for, or the sync has ended.
    pub(super) fn advance(
        &mut self,
        id: DaemonSetId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Progress {
        while let Some(work) = &self.controller.daemon_sets[id.index()].work {
            if work.calls.are_waited_for() {
                return ControlFlow::Continue(());
            }
            let (sync, stage) = (work.sync, work.next_stage());
            if self.send_next_batch(&sync, now, agenda) {
                continue;
            }
            if stage == Stage::End {
                self.requeue_for_min_ready(&sync, now, agenda);
                let work = self.controller.daemon_sets[id.index()].work.take();
                let error = work.and_then(|work| work.error);
                return ControlFlow::Break(error.map_or(Ok(()), Err));
            }
            let next = self.do_stage(stage, &sync, now, agenda);
            if let Some(work) = &mut self.controller.daemon_sets[id.index()].work {
                work.stage = next;
            }
        }
        ControlFlow::Continue(())
    }

    /// Does one stage, and says which is next.
    fn do_stage(&mut self, stage: Stage, sync: &Sync, now: SimTime, agenda: &mut Agenda) -> Stage {
        let &Sync { daemon_set: id, seen, cause, .. } = sync;
        match stage {
            Stage::History => {
                match self.construct_history(id, seen.spec, cause, now, agenda) {
                    Ok(hash) => {
                        if let Some(work) = &mut self.controller.daemon_sets[id.index()].work {
                            work.sync.hash = hash;
                        }
                    }
                    Err(error) => self.fail_sync(id, error),
                }
                Stage::Claim
            }
            Stage::Claim => {
                if let Err(error) = self.claim_pods(id, cause, now, agenda) {
                    self.fail_sync(id, error);
                }
                Stage::Manage
            }
            Stage::Manage => {
                self.refresh(id, seen.spec, sync.hash, now);
                if !self.controller.daemon_sets[id.index()].expectations.satisfied(now) {
                    return Stage::Status(seen.observed_generation);
                }
                self.manage_stage(sync, now, agenda);
                Stage::RollingUpdate
            }
            Stage::RollingUpdate => {
                self.rolling_stage(sync, now);
                Stage::CleanUp
            }
            Stage::CleanUp => {
                self.clean_up_history(id, seen.spec, cause, now, agenda);
                Stage::Status(seen.generation)
            }
            Stage::Status(observed) => {
                self.status_stage(sync, observed, now, agenda);
                Stage::End
            }
            Stage::End => Stage::End,
        }
    }

    pub(super) fn fail_sync(&mut self, id: DaemonSetId, error: SyncError) {
        if let Some(work) = &mut self.controller.daemon_sets[id.index()].work {
            work.error = Some(error);
        }
    }

    /// Brings the tally up to the present state of the cache.
    pub(super) fn refresh(&mut self, id: DaemonSetId, spec: SpecId, hash: HashId, now: SimTime) {
        let &Spec { rules, template_generation, .. } = &self.specs[spec.index()];
        let lens = Lens { rules, hash, template_generation };
        let objects = Objects {
            nodes: &self.nodes,
            versions: &self.versions,
            pods: &self.pods,
            specs: &self.specs,
        };
        let controller = &mut self.controller;
        let cache = (controller.nodes.as_slice(), controller.pods.as_slice());
        controller.daemon_sets[id.index()].refresh(now, spec, lens, cache, objects);
    }

    fn manage_stage(&mut self, sync: &Sync, now: SimTime, agenda: &mut Agenda) {
        let watched = &mut self.controller.daemon_sets[sync.daemon_set.index()];
        let generation = sync.seen.observed_generation;
        let plan = manage(&watched.tally, &watched.backoff, generation, now);
        for failed in &plan.failed {
            watched.backoff.advance(generation, failed.node, now);
        }
        if let Some(delay) = plan.requeue_after {
            self.enqueue_after(sync.daemon_set, delay, now, agenda);
        }
        self.post_pod_events(sync, &plan, now);
        self.sync_nodes(sync, plan.creates, plan.deletes, now);
    }

    fn post_pod_events(&mut self, sync: &Sync, plan: &ManagePlan, now: SimTime) {
        for failed in &plan.failed {
            let message = self.found(sync, "failed", failed.pod, failed.node, "kill");
            self.post_event(sync.daemon_set, (true, "FailedDaemonPod"), &message, sync.cause, now);
        }
        for &(node, pod) in &plan.succeeded {
            let message = self.found(sync, "succeeded", pod, node, "delete");
            let kind = (false, "SucceededDaemonPod");
            self.post_event(sync.daemon_set, kind, &message, sync.cause, now);
        }
    }

    fn found(&self, sync: &Sync, kind: &str, pod: PodId, node: NodeId, will: &str) -> String {
        let namespace = &self.daemon_sets[sync.daemon_set.index()].name.namespace;
        let (pod, node) = (&self.pod(pod).name, &self.node(node).name);
        format!("Found {kind} daemon pod {namespace}/{pod} on node {node}, will try to {will} it")
    }

    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`.
    fn rolling_stage(&mut self, sync: &Sync, now: SimTime) {
        let id = sync.daemon_set;
        if self.specs[sync.seen.spec.index()].is_on_delete() {
            self.tracker(id).set_holds(Vec::new());
            return;
        }
        if !self.controller.daemon_sets[id.index()].expectations.satisfied(now) {
            return;
        }
        self.refresh(id, sync.seen.spec, sync.hash, now);
        let tally = &self.controller.daemon_sets[id.index()].tally;
        let budget = self.specs[sync.seen.spec.index()].budget(tally.status().desired);
        match rolling_update(tally, budget) {
            Ok(plan) => self.carry_out_update(sync, plan, now),
            Err(error) => {
                let gone = record::Hold { reason: "on a node that is gone", nodes: 1 };
                self.tracker(id).set_holds(vec![gone]);
                self.fail_sync(id, SyncError::Rolling(error));
            }
        }
    }

    fn carry_out_update(&mut self, sync: &Sync, plan: RollingPlan, now: SimTime) {
        if !plan.creates.is_empty() || !plan.deletes.is_empty() {
            self.tracker(sync.daemon_set).acted();
        }
        // Nodes that only wait for their turn are no obstacle.
        let obstacles = plan.holds.iter().filter(|hold| hold.reason != HoldReason::BudgetSpent);
        let holds = obstacles.map(|hold| in_words(*hold)).collect();
        self.tracker(sync.daemon_set).set_holds(holds);
        self.sync_nodes(sync, plan.creates, plan.deletes, now);
    }

    /// Takes down an API event about a DaemonSet, if it is sent.
    pub(super) fn post_event(
        &mut self,
        id: DaemonSetId,
        kind: (bool, &'static str),
        message: &str,
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let Some(message) = self.report_event(id, kind, message, now) else { return };
        let key = &self.daemon_sets[id.index()].key;
        let (warning, reason) = kind;
        self.recorder.fact(now, cause, |names| What::EventPosted {
            daemon_set: names.intern(key),
            warning,
            reason,
            message: names.intern(&message),
        });
    }
}
