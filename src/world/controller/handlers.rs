//! What the controller's handlers do when its caches learn something.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › addPod, updatePod, deletePod, addNode,
//! updateNode, syncNodeUpdate, addDaemonset, updateDaemonset, deleteDaemonset`.

use crate::api::KubernetesVersion;
use crate::control::daemonset::Eligibility;
use crate::control::{NodeId, PodId};
use crate::time::SimDuration;
use crate::world::api_server::Resource;
use crate::world::cluster::{CachedDaemonSet, CachedPod};
use crate::world::controller::process::Controller;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::ids::{DaemonSetId, VersionId};

/// Added to `minReadySeconds` when a pod turned Ready, so that it is surely over.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updatePod`.
const MIN_READY_SLACK: SimDuration = SimDuration::from_secs(1);

impl Controller {
    /// A pod was added, changed or deleted.
    pub(in crate::world) fn see_pod(&mut self, id: PodId, seen: CachedPod, cx: &mut Cx<'_>) {
        if self.is_unheard(Resource::Pods, cx) {
            return;
        }
        let before = self.cache_pod(id, seen);
        self.reseat(id, before, seen, cx);
        if before.owner != seen.owner
            && let Some(owner) = before.owner.filter(|_| before.exists)
        {
            self.enqueue(owner, cx);
        }
        let Some(owner) = seen.owner else {
            return self.see_orphan(id, before, seen, cx);
        };
        let cache = &mut self.daemon_sets[owner];
        if !seen.exists || seen.terminating {
            cache.expectations.deletion_observed();
        } else if !before.exists {
            cache.expectations.creation_observed();
        }
        self.enqueue(owner, cx);
        let turned_ready = before.ready_since.is_none() && seen.ready_since.is_some();
        let min_ready = self.observed_min_ready(owner, cx);
        if before.exists && turned_ready && !min_ready.is_zero() && !seen.terminating {
            self.enqueue_after(owner, min_ready + MIN_READY_SLACK, cx);
        }
    }

    /// Moves a cached pod to and from the tallies of those that own it.
    fn reseat(&mut self, id: PodId, before: CachedPod, seen: CachedPod, cx: &Cx<'_>) {
        let node = cx.cluster.pods[id].node;
        let owner_of = |seen: CachedPod| seen.owner.filter(|_| seen.exists);
        let (old, new) = (owner_of(before), owner_of(seen));
        if let Some(owner) = old.filter(|_| old != new) {
            self.daemon_sets[owner].unseat(node, id);
        }
        if let Some(owner) = new {
            self.seat(owner, id, cx);
        }
    }

    /// A pod without a controller wakes every DaemonSet that might adopt it.
    fn see_orphan(&mut self, id: PodId, before: CachedPod, seen: CachedPod, cx: &mut Cx<'_>) {
        if seen.exists {
            self.orphans.insert(id);
        } else {
            self.orphans.remove(&id);
        }
        if seen.exists && !seen.terminating && (!before.exists || before.owner.is_some()) {
            for daemon_set in self.daemon_sets.ids() {
                if self.daemon_sets[daemon_set].seen.exists && self.selects(daemon_set, id, cx) {
                    self.daemon_sets[daemon_set].may_adopt = true;
                    self.enqueue(daemon_set, cx);
                }
            }
        }
    }

    /// A node was added, changed or deleted. A deletion has no handler: the status goes stale until
    /// something else wakes the DaemonSet.
    pub(in crate::world) fn see_node(
        &mut self,
        id: NodeId,
        version: Option<VersionId>,
        cx: &mut Cx<'_>,
    ) {
        if self.is_unheard(Resource::Nodes, cx) {
            return;
        }
        let before = self.cache_node(id, version);
        for daemon_set in self.daemon_sets.ids() {
            self.daemon_sets[daemon_set].see_node(id, version, cx.cluster);
        }
        let Some(version) = version else { return };
        self.node_news = cx.cause;
        match cx.settings.version {
            KubernetesVersion::V1_31 => self.compare_eligibility(id, before, version, cx),
            KubernetesVersion::V1_36 => {
                self.node_queue.add(id);
                if !std::mem::replace(&mut self.node_work_scheduled, true) {
                    cx.at(cx.now, Event::NodeUpdates);
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
        cx: &mut Cx<'_>,
    ) {
        for daemon_set in self.cached_daemon_sets() {
            let spec = self.daemon_sets[daemon_set].seen.spec;
            let answer = |version| cx.cluster.eligibility(spec, id, version);
            let is = answer(version);
            let changed = match before.map(answer) {
                Some(was) => was != is,
                None => is.should_run,
            };
            if changed {
                self.enqueue(daemon_set, cx);
            }
        }
    }

    /// Since 1.33 node updates have a queue of their own.
    pub(in crate::world) fn process_node_updates(&mut self, cx: &mut Cx<'_>) {
        self.node_work_scheduled = false;
        while let Some(node) = self.node_queue.take() {
            self.sync_node_update(node, cx);
            self.node_queue.done(node);
        }
    }

    fn sync_node_update(&mut self, node: NodeId, cx: &mut Cx<'_>) {
        let Some(version) = self.node(node) else { return };
        let cause = self.node_news;
        for daemon_set in self.cached_daemon_sets() {
            let cache = &self.daemon_sets[daemon_set];
            let Eligibility { should_run, should_continue } =
                cx.cluster.eligibility(cache.seen.spec, node, version);
            let bound = |&pod: &PodId| self.pod(pod).bound;
            let scheduled = cache.seated(node).iter().any(bound);
            let stale = scheduled && cache.seen.misscheduled > 0;
            if (should_run && !scheduled) || (!should_continue && scheduled) || stale {
                self.enqueue(daemon_set, &mut cx.because(cause));
            }
        }
    }

    /// A DaemonSet was added, changed or deleted.
    pub(in crate::world) fn see_daemon_set(
        &mut self,
        id: DaemonSetId,
        seen: CachedDaemonSet,
        cx: &mut Cx<'_>,
    ) {
        if self.is_unheard(Resource::DaemonSets, cx) {
            return;
        }
        let cache = self.meet(id);
        cache.seen = seen;
        if !seen.exists {
            cache.expectations.delete();
        }
        self.enqueue(id, cx);
    }

    /// Puts a DaemonSet into the work queue.
    pub(in crate::world) fn enqueue(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) {
        self.daemon_sets[id].woken_by = cx.cause;
        self.queue.add(id);
        self.schedule_work(cx);
    }

    /// Puts a DaemonSet into the work queue after a while; the earliest of several such adds wins.
    pub(super) fn enqueue_after(&mut self, id: DaemonSetId, delay: SimDuration, cx: &mut Cx<'_>) {
        if let Some(at) = self.queue.add_at(id, cx.now + delay, cx.now) {
            let cause = self.daemon_sets[id].woken_by;
            cx.because(cause).at(at, Event::Release { daemon_set: id });
        }
        self.schedule_work(cx);
    }

    /// A delayed add falls due.
    pub(in crate::world) fn release(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) {
        self.queue.release(id, cx.now);
        self.schedule_work(cx);
    }

    /// Sees to it that a worker looks at the queue.
    pub(super) fn schedule_work(&mut self, cx: &mut Cx<'_>) {
        let is_free = self.busy < cx.api.concurrent_syncs() && !self.is_away;
        if self.queue.has_ready() && is_free && !std::mem::replace(&mut self.work_scheduled, true) {
            let now = cx.now;
            cx.because(None).at(now, Event::Sync);
        }
    }

    fn observed_min_ready(&self, id: DaemonSetId, cx: &Cx<'_>) -> SimDuration {
        let spec = self.daemon_sets[id].seen.spec;
        cx.cluster.specs[spec].rules.min_ready
    }

    /// Every DaemonSet that the controller's cache holds.
    fn cached_daemon_sets(&self) -> Vec<DaemonSetId> {
        let exists = |&id: &DaemonSetId| self.daemon_sets[id].seen.exists;
        self.daemon_sets.ids().filter(exists).collect()
    }
}
