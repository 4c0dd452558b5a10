//! A sync of one DaemonSet, stage by stage.
//!
//! The stages follow upstream: revisions, then manage, then (if nothing that was asked for is
//! outstanding) the rolling update, then the clean-up of revisions, then the status. What manage
//! and the rolling update ask of the API server takes effect after the sync, as events.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`.

use crate::control::daemonset::{
    Hold, HoldReason, ManagePlan, RollingError, RollingPlan, Spend, manage, rolling_update,
};
use crate::control::{NodeId, PodId};
use crate::record::{self, FactId, StatusCounts, What};
use crate::time::SimTime;
use crate::world::controller::{Lens, Objects};
use crate::world::event::{Caused, DaemonSetSeen, Event};
use crate::world::objects::{DaemonSetId, HashId, Spec, SpecId};
use crate::world::state::{Agenda, World};

/// What a sync works with from its first stage to its last.
#[derive(Clone, Copy, Debug)]
struct Sync {
    daemon_set: DaemonSetId,
    seen: DaemonSetSeen,
    hash: HashId,
    cause: Option<FactId>,
}

impl World {
    /// A worker takes the next key and works on it.
    pub(super) fn work_off_queue(&mut self, now: SimTime, agenda: &mut Agenda) {
        self.controller.work_scheduled = false;
        if let Some(daemon_set) = self.controller.queue.take() {
            match self.sync(daemon_set, now, agenda) {
                Ok(()) => self.controller.queue.forget(daemon_set),
                Err(error) => self.retry(daemon_set, error, now, agenda),
            }
            self.controller.queue.done(daemon_set);
        }
        self.schedule_work(now, agenda);
    }

    fn retry(&mut self, id: DaemonSetId, error: RollingError, now: SimTime, agenda: &mut Agenda) {
        let message = self.sync_error(error);
        let cause = self.controller.daemon_sets[id.index()].woken_by;
        self.post_event(id, (true, "SyncError"), &message, cause, now);
        let delay = self.controller.queue.retry_delay(id);
        self.enqueue_after(id, delay, now, agenda);
    }

    /// What the controller logs when a sync fails.
    pub(super) fn sync_error(&self, error: RollingError) -> String {
        let RollingError::NodeGone(node) = error;
        let node = &self.node(node).name;
        format!("couldn't get node for nodeName \"{node}\": node \"{node}\" not found")
    }

    /// Source: `pkg/controller/daemon/daemon_controller.go › syncDaemonSet`.
    pub(super) fn sync(
        &mut self,
        daemon_set: DaemonSetId,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<(), RollingError> {
        let watched = &mut self.controller.daemon_sets[daemon_set.index()];
        let (seen, cause) = (watched.seen, watched.woken_by);
        if !seen.exists {
            watched.expectations.delete();
            return Ok(());
        }
        if self.specs[seen.spec.index()].written.selector.is_empty() {
            let message =
                "This daemon set is selecting all pods. A non-empty selector is required.";
            self.post_event(daemon_set, (true, "SelectingAll"), message, cause, now);
            return Ok(());
        }
        if seen.deleting {
            return Ok(());
        }
        let hash = self.construct_history(daemon_set, seen.spec, cause, now, agenda);
        let sync = Sync { daemon_set, seen, hash, cause };
        self.claim_pods(daemon_set, cause, now, agenda);
        self.refresh(daemon_set, seen.spec, hash, now);
        let satisfied = self.controller.daemon_sets[daemon_set.index()].expectations.satisfied(now);
        if !satisfied {
            self.write_status(&sync, seen.observed_generation, now, agenda);
            return Ok(());
        }
        let result = self.update_daemon_set(&sync, now, agenda);
        self.write_status(&sync, seen.generation, now, agenda);
        result
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
        controller.daemon_sets[id.index()].refresh(now, lens, cache, objects);
    }

    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`.
    fn update_daemon_set(
        &mut self,
        sync: &Sync,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Result<(), RollingError> {
        self.manage_stage(sync, now, agenda);
        let watched = &self.controller.daemon_sets[sync.daemon_set.index()];
        let spec = &self.specs[sync.seen.spec.index()];
        if spec.is_on_delete() {
            self.tracker(sync.daemon_set).set_holds(Vec::new());
        } else if watched.expectations.satisfied(now) {
            let budget = spec.budget(watched.tally.status().desired);
            match rolling_update(&watched.tally, budget) {
                Ok(plan) => self.rolling_stage(sync, &plan, now, agenda),
                Err(error) => {
                    let gone = record::Hold { reason: "on a node that is gone", nodes: 1 };
                    self.tracker(sync.daemon_set).set_holds(vec![gone]);
                    return Err(error);
                }
            }
        }
        self.clean_up_history(sync.daemon_set, sync.seen.spec, sync.cause, now);
        Ok(())
    }

    fn manage_stage(&mut self, sync: &Sync, now: SimTime, agenda: &mut Agenda) {
        let watched = &mut self.controller.daemon_sets[sync.daemon_set.index()];
        let generation = sync.seen.observed_generation;
        let plan = manage(&watched.tally, &watched.backoff, generation, now);
        for failed in &plan.failed {
            watched.backoff.advance(generation, failed.node, now);
        }
        watched.backoff.collect_garbage(generation, now);
        if let Some(delay) = plan.requeue_after {
            self.enqueue_after(sync.daemon_set, delay, now, agenda);
        }
        self.post_pod_events(sync, &plan, now);
        self.sync_nodes(sync, &plan.creates, &plan.deletes, now, agenda);
    }

    fn post_pod_events(&mut self, sync: &Sync, plan: &ManagePlan, now: SimTime) {
        if !self.recorder.keeps_facts() {
            return;
        }
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

    fn rolling_stage(
        &mut self,
        sync: &Sync,
        plan: &RollingPlan,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if !plan.creates.is_empty() || !plan.deletes.is_empty() {
            self.tracker(sync.daemon_set).acted();
        }
        // Nodes that only wait for their turn are no obstacle.
        let obstacles = plan.holds.iter().filter(|hold| hold.reason != HoldReason::BudgetSpent);
        let holds = obstacles.map(|hold| in_words(*hold)).collect();
        self.tracker(sync.daemon_set).set_holds(holds);
        self.sync_nodes(sync, &plan.creates, &plan.deletes, now, agenda);
    }

    /// Asks the API server for pods to be created and deleted.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › syncNodes`.
    fn sync_nodes(
        &mut self,
        sync: &Sync,
        creates: &[NodeId],
        deletes: &[PodId],
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let &Sync { daemon_set, seen, hash, cause } = sync;
        let watched = &mut self.controller.daemon_sets[daemon_set.index()];
        watched.expectations.set(creates.len(), deletes.len(), now);
        if creates.is_empty() && deletes.is_empty() {
            return;
        }
        let key = &self.daemon_sets[daemon_set.index()].key;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let fact = self.recorder.fact(now, cause, |names| What::Synced {
            daemon_set: names.intern(key),
            creates: count(creates.len()),
            deletes: count(deletes.len()),
        });
        let cause = Some(fact);
        for &node in creates {
            let event = Event::CreatePod { daemon_set, node, spec: seen.spec, hash };
            agenda.at(now, Caused { event, cause });
        }
        for &pod in deletes {
            agenda.at(now, Caused { event: Event::DeletePod { pod }, cause });
        }
    }

    /// Writes the status if it changed, or if the spec is newer than what it speaks of.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus,
    /// storeDaemonSetStatus`.
    fn write_status(&mut self, sync: &Sync, observed: i64, now: SimTime, agenda: &mut Agenda) {
        let id = sync.daemon_set;
        let status = self.status_of(id);
        let min_ready = self.specs[sync.seen.spec.index()].rules.min_ready;
        let object = &mut self.daemon_sets[id.index()];
        let unchanged = object.status == status && object.observed_generation >= observed;
        if !unchanged && object.exists {
            object.status = status;
            object.observed_generation = observed;
            let fact = self.recorder.fact(now, sync.cause, |names| What::StatusWritten {
                daemon_set: names.intern(&object.key),
                status,
            });
            self.record_status(id, status, Some(fact), now);
            self.publish_daemon_set(id, Some(fact), now, agenda);
        }
        if !min_ready.is_zero() && status.ready != status.available {
            self.enqueue_after(id, min_ready, now, agenda);
        }
    }

    /// The status that the tally of the cache adds up to.
    pub(super) fn status_of(&self, id: DaemonSetId) -> StatusCounts {
        let sum = self.controller.daemon_sets[id.index()].tally.status();
        StatusCounts {
            desired: sum.desired,
            current: sum.current,
            misscheduled: sum.misscheduled,
            ready: sum.ready,
            updated: sum.updated,
            available: sum.available,
            unavailable: sum.desired - sum.available,
        }
    }

    /// Tells the record of a status, and whether `kubectl rollout status` would return.
    ///
    /// Source: `kubectl/pkg/polymorphichelpers/rollout_status.go › DaemonSetStatusViewer`.
    pub(super) fn record_status(
        &mut self,
        id: DaemonSetId,
        status: StatusCounts,
        fact: Option<FactId>,
        now: SimTime,
    ) {
        let generation = self.spec_of(id).generation;
        let observed = self.daemon_sets[id.index()].observed_generation >= generation;
        let complete =
            observed && status.updated >= status.desired && status.available >= status.desired;
        let at = self.recorder.elapsed(now);
        self.tracker(id).status_written(at, status, complete, fact);
    }

    /// Takes down an API event about a DaemonSet.
    fn post_event(
        &mut self,
        id: DaemonSetId,
        (warning, reason): (bool, &'static str),
        message: &str,
        cause: Option<FactId>,
        now: SimTime,
    ) {
        let key = &self.daemon_sets[id.index()].key;
        self.recorder.fact(now, cause, |names| What::EventPosted {
            daemon_set: names.intern(key),
            warning,
            reason,
            message: names.intern(message),
        });
    }
}

/// A hold in the record's words.
pub(super) fn in_words(hold: Hold) -> record::Hold {
    let reason = match hold.reason {
        HoldReason::BudgetSpent => "waiting for their turn, the budget is spent",
        HoldReason::SurgePending => "new pod not available yet",
        HoldReason::NotEnoughAvailable => "kept until enough pods are available",
        HoldReason::Spends(spend) => match spend {
            Spend::NoPod => "without a pod",
            Spend::Terminating => "terminating",
            Spend::NotReady => "not ready",
            Spend::Settling => "ready for less than minReadySeconds",
            Spend::OldUnavailable => "old and not available",
            Spend::BothPods => "with two pods",
            Spend::Excess => "with too many pods",
        },
        HoldReason::SpendsOutside(spend) => match spend {
            Spend::NoPod => "outside desired, without a pod",
            Spend::Terminating => "outside desired, terminating",
            Spend::NotReady => "outside desired, not ready",
            Spend::Settling => "outside desired, ready for less than minReadySeconds",
            Spend::OldUnavailable => "outside desired, old and not available",
            Spend::BothPods => "outside desired, with two pods",
            Spend::Excess => "outside desired, with too many pods",
        },
    };
    record::Hold { reason, nodes: hold.nodes }
}
