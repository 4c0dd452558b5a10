//! What the controller's handlers do when its caches learn something.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › addPod, updatePod, deletePod, addNode,
//! updateNode, syncNodeUpdate, addDaemonset, updateDaemonset, deleteDaemonset`.

use crate::api::KubernetesVersion;
use crate::control::daemonset::Eligibility;
use crate::control::{NodeId, PodId};
use crate::record::FactId;
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::Resource;
use crate::world::controller::node_eligibility;
use crate::world::event::{Caused, DaemonSetSeen, Event, PodSeen};
use crate::world::objects::{DaemonSetId, VersionId};
use crate::world::state::{Agenda, World};

/// Added to `minReadySeconds` when a pod turned Ready, so that it is surely over.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updatePod`.
const MIN_READY_SLACK: SimDuration = SimDuration::from_secs(1);

impl World {
    /// A pod was added, changed or deleted.
    pub(super) fn see_pod(
        &mut self,
        id: PodId,
        seen: PodSeen,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.is_unheard(Resource::Pods, now) {
            return;
        }
        let before = self.controller.see_pod(id, seen);
        self.reseat(id, before, seen);
        if before.owner != seen.owner
            && let Some(owner) = before.owner.filter(|_| before.exists)
        {
            self.enqueue(owner, cause, now, agenda);
        }
        let Some(owner) = seen.owner else {
            return self.see_orphan(id, before, seen, cause, now, agenda);
        };
        let watched = &mut self.controller.daemon_sets[owner.index()];
        if !seen.exists || seen.terminating {
            watched.expectations.deletion_observed();
        } else if !before.exists {
            watched.expectations.creation_observed();
        }
        self.enqueue(owner, cause, now, agenda);
        let turned_ready = before.ready_since.is_none() && seen.ready_since.is_some();
        let min_ready = self.observed_min_ready(owner);
        if before.exists && turned_ready && !min_ready.is_zero() && !seen.terminating {
            self.enqueue_after(owner, min_ready + MIN_READY_SLACK, now, agenda);
        }
    }

    /// Moves a cached pod to and from the tallies of those that own it.
    fn reseat(&mut self, id: PodId, before: PodSeen, seen: PodSeen) {
        let node = self.pods[id.index()].node;
        let owner_of = |seen: PodSeen| seen.owner.filter(|_| seen.exists);
        let (old, new) = (owner_of(before), owner_of(seen));
        if let Some(owner) = old.filter(|_| old != new) {
            self.controller.daemon_sets[owner.index()].unseat(node, id);
        }
        if let Some(owner) = new {
            self.seat(owner, id);
        }
    }

    /// A pod without a controller wakes every DaemonSet that might adopt it.
    fn see_orphan(
        &mut self,
        id: PodId,
        before: PodSeen,
        seen: PodSeen,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if seen.exists {
            self.controller.orphans.insert(id);
        } else {
            self.controller.orphans.remove(&id);
        }
        if seen.exists && !seen.terminating && (!before.exists || before.owner.is_some()) {
            for daemon_set in self.controller.met() {
                if self.controller.daemon_sets[daemon_set.index()].seen.exists
                    && self.selects(daemon_set, id)
                {
                    self.controller.daemon_sets[daemon_set.index()].may_adopt = true;
                    self.enqueue(daemon_set, cause, now, agenda);
                }
            }
        }
    }

    /// A node was added, changed or deleted. A deletion has no handler: the status goes stale until
    /// something else wakes the DaemonSet.
    pub(super) fn see_node(
        &mut self,
        id: NodeId,
        version: Option<VersionId>,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.is_unheard(Resource::Nodes, now) {
            return;
        }
        let before = self.controller.see_node(id, version);
        for index in 0..self.controller.daemon_sets.len() {
            let objects = super::controller::Objects {
                nodes: &self.nodes,
                versions: &self.versions,
                pods: &self.pods,
                specs: &self.specs,
            };
            self.controller.daemon_sets[index].see_node(id, version, objects);
        }
        let Some(version) = version else { return };
        self.controller.node_news = cause;
        match self.version {
            KubernetesVersion::V1_31 => {
                self.compare_eligibility(id, before, version, cause, now, agenda);
            }
            KubernetesVersion::V1_36 => {
                self.controller.node_queue.add(id);
                if !std::mem::replace(&mut self.controller.node_work_scheduled, true) {
                    agenda.at(now, Caused { event: Event::NodeUpdates, cause });
                }
            }
        }
    }

    /// Until 1.32 a node's handler queued the DaemonSets whose answers changed.
    fn compare_eligibility(
        &mut self,
        id: NodeId,
        before: Option<VersionId>,
        version: VersionId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        for daemon_set in self.watched_daemon_sets() {
            let spec = self.controller.daemon_sets[daemon_set.index()].seen.spec;
            let answer = |version| node_eligibility(self.objects(), spec, id, version);
            let is = answer(version);
            let changed = match before.map(answer) {
                Some(was) => was != is,
                None => is.should_run,
            };
            if changed {
                self.enqueue(daemon_set, cause, now, agenda);
            }
        }
    }

    /// Since 1.33 node updates have a queue of their own.
    pub(super) fn work_off_node_updates(&mut self, now: SimTime, agenda: &mut Agenda) {
        self.controller.node_work_scheduled = false;
        while let Some(node) = self.controller.node_queue.take() {
            self.sync_node_update(node, now, agenda);
            self.controller.node_queue.done(node);
        }
    }

    fn sync_node_update(&mut self, node: NodeId, now: SimTime, agenda: &mut Agenda) {
        let Some(version) = self.controller.node(node) else { return };
        let cause = self.controller.node_news;
        for daemon_set in self.watched_daemon_sets() {
            let watched = &self.controller.daemon_sets[daemon_set.index()];
            let Eligibility { should_run, should_continue } =
                node_eligibility(self.objects(), watched.seen.spec, node, version);
            let bound = |&pod: &PodId| self.controller.pod(pod).bound;
            let scheduled = watched.seated(node).iter().any(bound);
            let stale = scheduled && watched.seen.misscheduled > 0;
            if (should_run && !scheduled) || (!should_continue && scheduled) || stale {
                self.enqueue(daemon_set, cause, now, agenda);
            }
        }
    }

    /// A DaemonSet was added, changed or deleted.
    pub(super) fn see_daemon_set(
        &mut self,
        id: DaemonSetId,
        seen: DaemonSetSeen,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if self.is_unheard(Resource::DaemonSets, now) {
            return;
        }
        let watched = self.controller.meet(id);
        watched.seen = seen;
        if !seen.exists {
            watched.expectations.delete();
        }
        self.enqueue(id, cause, now, agenda);
    }

    /// Puts a DaemonSet into the work queue.
    pub(super) fn enqueue(
        &mut self,
        id: DaemonSetId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.controller.daemon_sets[id.index()].woken_by = cause;
        self.controller.queue.add(id);
        self.schedule_work(now, agenda);
    }

    /// Puts a DaemonSet into the work queue after a while; the earliest of several such adds wins.
    pub(super) fn enqueue_after(
        &mut self,
        id: DaemonSetId,
        delay: SimDuration,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        if let Some(at) = self.controller.queue.add_at(id, now + delay, now) {
            let cause = self.controller.daemon_sets[id.index()].woken_by;
            agenda.at(at, Caused { event: Event::Release { daemon_set: id }, cause });
        }
        self.schedule_work(now, agenda);
    }

    /// A delayed add falls due.
    pub(super) fn release(&mut self, id: DaemonSetId, now: SimTime, agenda: &mut Agenda) {
        self.controller.queue.release(id, now);
        self.schedule_work(now, agenda);
    }

    /// Sees to it that a worker looks at the queue.
    pub(super) fn schedule_work(&mut self, now: SimTime, agenda: &mut Agenda) {
        let controller = &mut self.controller;
        let free = controller.busy < self.api.concurrent_syncs() && !controller.is_away;
        if controller.queue.has_ready()
            && free
            && !std::mem::replace(&mut controller.work_scheduled, true)
        {
            agenda.at(now, Caused { event: Event::Sync, cause: None });
        }
    }

    fn observed_min_ready(&self, id: DaemonSetId) -> SimDuration {
        let spec = self.controller.daemon_sets[id.index()].seen.spec;
        self.specs[spec.index()].rules.min_ready
    }

    /// Every DaemonSet that the controller's cache holds.
    fn watched_daemon_sets(&self) -> Vec<DaemonSetId> {
        let watched = |id: &DaemonSetId| self.controller.daemon_sets[id.index()].seen.exists;
        self.controller.met().filter(watched).collect()
    }

    /// Every DaemonSet there ever was.
    pub(super) fn daemon_set_ids(&self) -> impl Iterator<Item = DaemonSetId> + use<> {
        (0..u32::try_from(self.daemon_sets.len()).expect("few DaemonSets")).map(DaemonSetId)
    }
}
