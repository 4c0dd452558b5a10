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
    HoldReason, Line, RollingError, RollingPlan, manage, rolling_update,
};
use crate::record::{self, FactId, StatusCounts, What};
use crate::world::api_server::Resource;
use crate::world::cluster::{CachedDaemonSet, Cluster, Spec};
use crate::world::controller::cache::{Evidence, JudgedBy};
use crate::world::controller::calls::Calls;
use crate::world::controller::events::{EventReason, post_event, post_pod_events};
use crate::world::controller::hold_reasons::in_words;
use crate::world::controller::process::Controller;
use crate::world::controller::turns::Lots;
use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, HashId, SpecId};

/// What a sync works with from its first stage to its last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sync {
    pub(super) daemon_set: DaemonSetId,
    pub(super) seen: CachedDaemonSet,
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
    /// What is to be done now. A sync that has no revision, or could not claim its pods, ends
    /// there; after any other error the status is still written.
    fn next_stage(&self) -> Stage {
        match self.stage {
            stage if self.error.is_none() => stage,
            Stage::History | Stage::Claim | Stage::Manage | Stage::End => Stage::End,
            Stage::RollingUpdate | Stage::CleanUp => Stage::Status(self.sync.seen.generation),
            // The status that was worked out is written.
            Stage::Status(_) | Stage::WriteStatus(..) => self.stage,
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
    WriteStatus(StatusCounts, i64),
    End,
}

/// Why a sync fails and is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::world) enum SyncError {
    /// The rolling update could not decide.
    Rolling(RollingError),
    /// The cache does not show yet what the controller itself wrote.
    Stale,
    /// The API server does not answer.
    Unreachable,
    /// The API server refused to create a pod, in its words.
    Refused(String),
    /// The DaemonSet would adopt something, and is deleted though the cache does not show it.
    Deleted,
}

/// How a sync ended; or that it goes on when its calls are answered.
pub(in crate::world) type Progress = ControlFlow<Result<(), SyncError>>;

impl Controller {
    /// A worker takes the next key and works on it.
    pub(in crate::world) fn process_queue(&mut self, cx: &mut Cx<'_>) {
        self.work_scheduled = false;
        if self.busy < cx.api.concurrent_syncs()
            && !self.is_away
            && let Some(id) = self.queue.take()
        {
            self.busy += 1;
            let progress = match self.begin_sync(id, cx) {
                ControlFlow::Continue(()) => self.advance(id, cx),
                ended @ ControlFlow::Break(_) => ended,
            };
            self.end_if_done(id, progress, cx);
        }
        self.schedule_work(cx);
    }

    /// The worker is free again if the sync has ended.
    pub(super) fn end_if_done(&mut self, id: DaemonSetId, progress: Progress, cx: &mut Cx<'_>) {
        let ControlFlow::Break(result) = progress else { return };
        self.daemon_sets[id].work = None;
        self.busy -= 1;
        match &result {
            Ok(()) => {
                self.daemon_sets[id].is_refused = false;
                self.queue.forget(id);
            }
            Err(error) => self.retry(id, error, cx),
        }
        self.daemon_sets[id].failed = result.err().filter(|error| *error != SyncError::Stale);
        self.queue.done(id);
    }

    fn retry(&mut self, id: DaemonSetId, error: &SyncError, cx: &mut Cx<'_>) {
        // A stale cache is the daily round of a busy controller, and no news.
        if *error != SyncError::Stale {
            let (key, message) = (&cx.cluster.daemon_sets[id].key, sync_error(error, cx.cluster));
            let cause = self.daemon_sets[id].woken_by;
            cx.record.fact(cx.now, cause, |names| What::SyncFailed {
                daemon_set: names.intern(key),
                error: names.intern(&message),
            });
        }
        if matches!(error, SyncError::Refused(_)) {
            let status = self.status_of(id);
            let nodes = status.desired.saturating_sub(status.current).max(1);
            let reason = "without a new pod, which the API server refuses";
            cx.tracker(id).set_holds(vec![record::Hold::new(reason, nodes)]);
        }
        let delay = self.queue.retry_delay(id, cx.now);
        self.enqueue_after(id, delay, cx);
    }

    /// The first looks of a sync, which may be its last.
    pub(in crate::world) fn begin_sync(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Progress {
        let cache = &mut self.daemon_sets[id];
        let (seen, cause) = (cache.seen, cache.woken_by);
        let is_unseen = |resource: Resource| {
            cx.api.is_unseen(resource, cache.own_writes[resource as usize], cx.now)
        };
        if cx.settings.version >= KubernetesVersion::V1_36
            && Resource::ALL.into_iter().any(is_unseen)
        {
            return ControlFlow::Break(Err(SyncError::Stale));
        }
        if !seen.exists {
            cache.expectations.delete();
            return ControlFlow::Break(Ok(()));
        }
        if cx.cluster.specs[seen.spec].written.selector.is_empty() {
            let message =
                "This daemon set is selecting all pods. A non-empty selector is required.";
            post_event(id, EventReason::SelectingAll, message.to_owned(), &mut cx.because(cause));
            return ControlFlow::Break(Ok(()));
        }
        if seen.deleting {
            return ControlFlow::Break(Ok(()));
        }
        let sync = Sync { daemon_set: id, seen, hash: HashId::default(), cause };
        let work = Work { sync, stage: Stage::History, calls: Calls::none(cause), error: None };
        self.daemon_sets[id].work = Some(work);
        ControlFlow::Continue(())
    }

    /// Works on until calls have to be waited for, or the sync has ended.
    pub(in crate::world) fn advance(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Progress {
        while let Some(work) = &self.daemon_sets[id].work {
            if work.calls.are_waited_for() {
                return ControlFlow::Continue(());
            }
            let (sync, stage) = (work.sync, work.next_stage());
            if cx.api.hangs(cx.now) {
                // Whatever it asks next is answered when the API server goes on.
                self.wait_until(id, cx.api.up_at(), cx);
                continue;
            }
            if self.send_next_batch(&sync, cx) {
                continue;
            }
            if stage == Stage::End {
                self.requeue_for_min_ready(&sync, cx);
                let work = self.daemon_sets[id].work.take();
                let error = work.and_then(|work| work.error);
                return ControlFlow::Break(error.map_or(Ok(()), Err));
            }
            let next = self.do_stage(stage, &sync, cx);
            if let Some(work) = &mut self.daemon_sets[id].work {
                work.stage = next;
            }
        }
        ControlFlow::Continue(())
    }

    /// Does one stage, and says which is next.
    fn do_stage(&mut self, stage: Stage, sync: &Sync, cx: &mut Cx<'_>) -> Stage {
        let &Sync { daemon_set: id, seen, cause, .. } = sync;
        match stage {
            Stage::History => {
                match self.construct_history(id, seen.spec, &mut cx.because(cause)) {
                    Ok(hash) => {
                        if let Some(work) = &mut self.daemon_sets[id].work {
                            work.sync.hash = hash;
                        }
                    }
                    Err(error) => self.fail_sync(id, error),
                }
                Stage::Claim
            }
            Stage::Claim => {
                if let Err(error) = self.claim_pods(id, &mut cx.because(cause)) {
                    self.fail_sync(id, error);
                }
                Stage::Manage
            }
            Stage::Manage => {
                self.refresh(id, seen.spec, sync.hash, cx);
                if !self.daemon_sets[id].expectations.satisfied(cx.now) {
                    return Stage::Status(seen.observed_generation);
                }
                self.manage_stage(sync, cx);
                self.compute(id, cx.api.sync_time().manage, cx);
                Stage::RollingUpdate
            }
            Stage::RollingUpdate => {
                self.rolling_stage(sync, cx);
                Stage::CleanUp
            }
            Stage::CleanUp => {
                self.clean_up_history(id, seen.spec, &mut cx.because(cause));
                Stage::Status(seen.generation)
            }
            Stage::Status(observed) => {
                self.refresh(id, seen.spec, sync.hash, cx);
                self.compute(id, cx.api.sync_time().status, cx);
                Stage::WriteStatus(self.status_of(id), observed)
            }
            Stage::WriteStatus(status, observed) => {
                self.write_status_if_changed(sync, status, observed, cx);
                Stage::End
            }
            Stage::End => Stage::End,
        }
    }

    pub(super) fn fail_sync(&mut self, id: DaemonSetId, error: SyncError) {
        if let Some(work) = &mut self.daemon_sets[id].work {
            work.error = Some(error);
        }
    }

    /// Brings the tally up to the present state of the cache.
    pub(in crate::world) fn refresh(
        &mut self,
        id: DaemonSetId,
        spec: SpecId,
        hash: HashId,
        cx: &Cx<'_>,
    ) {
        let &Spec { rules, template_generation, .. } = &cx.cluster.specs[spec];
        let judged_by = JudgedBy { rules, hash, template_generation };
        let (now, nodes, pods, cluster) = (cx.now, &self.nodes, &self.pods, &*cx.cluster);
        let lots = Lots { daemon_set: id, settings: cx.settings, cluster };
        let evidence = Evidence { now, judged_by, nodes, pods, cluster, lots };
        self.daemon_sets[id].refresh(spec, &evidence);
    }

    fn manage_stage(&mut self, sync: &Sync, cx: &mut Cx<'_>) {
        let cache = &mut self.daemon_sets[sync.daemon_set];
        let generation = sync.seen.observed_generation;
        let plan = manage(&cache.tally, &cache.backoff, generation, cx.now);
        cache.turns.take(Line::Creation, plan.turn);
        for failed in &plan.failed {
            cache.backoff.advance(generation, failed.node, cx.now);
        }
        if let Some(delay) = plan.requeue_after {
            self.enqueue_after(sync.daemon_set, delay, cx);
        }
        post_pod_events(sync, &plan, cx);
        self.sync_nodes(sync, plan.creates, plan.deletes, cx);
    }

    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`.
    fn rolling_stage(&mut self, sync: &Sync, cx: &mut Cx<'_>) {
        let id = sync.daemon_set;
        if cx.cluster.specs[sync.seen.spec].is_on_delete() {
            cx.tracker(id).set_holds(Vec::new());
            return;
        }
        if !self.daemon_sets[id].expectations.satisfied(cx.now) {
            return;
        }
        self.refresh(id, sync.seen.spec, sync.hash, cx);
        self.compute(id, cx.api.sync_time().rolling_update, cx);
        let tally = &self.daemon_sets[id].tally;
        let budget = cx.cluster.specs[sync.seen.spec].budget(tally.status().desired);
        match rolling_update(tally, budget) {
            Ok(plan) => {
                self.daemon_sets[id].turns.take(Line::Update, plan.turn);
                self.carry_out_update(sync, plan, cx);
            }
            Err(error) => {
                let gone = record::Hold::new("on a node that is gone", 1);
                cx.tracker(id).set_holds(vec![gone]);
                self.fail_sync(id, SyncError::Rolling(error));
            }
        }
    }

    fn carry_out_update(&mut self, sync: &Sync, plan: RollingPlan, cx: &mut Cx<'_>) {
        if !plan.creates.is_empty() || !plan.deletes.is_empty() {
            cx.tracker(sync.daemon_set).acted();
        }
        // Nodes that only wait for their turn are no obstacle.
        let obstacles = plan.holds.iter().filter(|hold| hold.reason != HoldReason::BudgetSpent);
        let holds = obstacles.map(|hold| in_words(*hold)).collect();
        cx.tracker(sync.daemon_set).set_holds(holds);
        self.sync_nodes(sync, plan.creates, plan.deletes, cx);
    }
}

/// What the controller logs when a sync fails.
pub(in crate::world) fn sync_error(error: &SyncError, cluster: &Cluster) -> String {
    match error {
        SyncError::Rolling(RollingError::NodeGone(node)) => {
            let node = &cluster.node(*node).name;
            format!("couldn't get node for nodeName \"{node}\": node \"{node}\" not found")
        }
        SyncError::Stale => "the cache is older than what was written".to_owned(),
        SyncError::Unreachable => "the API server does not answer".to_owned(),
        SyncError::Refused(message) => message.clone(),
        SyncError::Deleted => "cannot adopt: the DaemonSet has just been deleted".to_owned(),
    }
}
