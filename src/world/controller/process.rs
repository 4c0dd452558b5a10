//! The DaemonSet controller as a running process: its queues and its caches.
//!
//! What it sees lags what is true: its caches change by watch events alone.

use std::collections::BTreeSet;

use crate::control::workqueue::WorkQueue;
use crate::control::{NodeId, PodId};
use crate::record::FactId;
use crate::time::SimTime;
use crate::world::api_server::{ApiServer, Resource};
use crate::world::cluster::{CachedPod, Cluster, Node};
use crate::world::controller::cache::DaemonSetCache;
use crate::world::ids::{DaemonSetId, Table, VersionId};

/// The controller's process.
#[derive(Debug, Default)]
pub(in crate::world) struct Controller {
    pub(super) queue: WorkQueue<DaemonSetId>,
    pub(super) node_queue: WorkQueue<NodeId>,
    /// Whether an event is under way that works on the queue.
    pub(super) work_scheduled: bool,
    /// Workers that are at a sync.
    pub(super) busy: usize,
    /// Which run of the process it is; rises with each restart.
    pub(super) process: u32,
    /// Whether nobody leads: then nothing is heard and nothing done.
    pub(super) is_away: bool,
    /// When the latest process leads, or led, unless the API server is down then.
    pub(super) leads_from: SimTime,
    /// Until when watch events of each resource are about what was before the process listed it.
    pub(super) stale_until: [SimTime; 3],
    pub(super) node_work_scheduled: bool,
    /// The latest fact about a node that a handler heard of.
    pub(super) node_news: Option<FactId>,
    /// Cached pods that no controller owns.
    pub(super) orphans: BTreeSet<PodId>,
    /// The informer's pods.
    pub(super) pods: Table<PodId, CachedPod>,
    /// The informer's nodes.
    pub(super) nodes: Table<NodeId, Option<VersionId>>,
    /// How many nodes that are.
    pub(super) known_nodes: u32,
    /// What it knows of each DaemonSet.
    pub(super) daemon_sets: Table<DaemonSetId, DaemonSetCache>,
}

impl Controller {
    /// One DaemonSet as it is known, from now on if it was not known before.
    pub(super) fn meet(&mut self, id: DaemonSetId) -> &mut DaemonSetCache {
        self.daemon_sets.ensure(id, DaemonSetCache::new)
    }

    /// The cached pod; a pod that was never seen does not exist.
    pub(in crate::world) fn pod(&self, pod: PodId) -> CachedPod {
        self.pods.get(pod).copied().unwrap_or_default()
    }

    /// Replaces the cached pod and returns what was cached before.
    pub(super) fn cache_pod(&mut self, pod: PodId, seen: CachedPod) -> CachedPod {
        std::mem::replace(self.pods.ensure(pod, CachedPod::default), seen)
    }

    /// The cached node's version.
    pub(in crate::world) fn node(&self, node: NodeId) -> Option<VersionId> {
        self.nodes.get(node).copied().flatten()
    }

    /// Replaces the cached node and returns what was cached before.
    pub(in crate::world) fn cache_node(
        &mut self,
        node: NodeId,
        version: Option<VersionId>,
    ) -> Option<VersionId> {
        let before = std::mem::replace(self.nodes.ensure(node, || None), version);
        self.known_nodes =
            self.known_nodes + u32::from(version.is_some()) - u32::from(before.is_some());
        before
    }

    /// Whether calls of this run of the process are its own.
    pub(in crate::world) fn is_process(&self, process: u32) -> bool {
        self.process == process
    }

    /// Which run of the process it is.
    pub(in crate::world) fn process(&self) -> u32 {
        self.process
    }

    /// What it knows of a DaemonSet.
    pub(in crate::world) fn known(&self, id: DaemonSetId) -> &DaemonSetCache {
        &self.daemon_sets[id]
    }

    /// What it knows of a DaemonSet, if it has heard of it.
    pub(in crate::world) fn cache_of(&self, id: DaemonSetId) -> Option<&DaemonSetCache> {
        self.daemon_sets.get(id)
    }

    /// Whether it will look at a DaemonSet again by itself.
    pub(in crate::world) fn will_look(&self, id: DaemonSetId) -> bool {
        self.queue.holds(id)
    }

    /// A DaemonSet is there, as it is now, when the controller begins.
    pub(in crate::world) fn list_daemon_set(&mut self, id: DaemonSetId, cluster: &Cluster) {
        self.meet(id).seen = cluster.cached_daemon_set(id);
    }

    /// Notes that a node must be judged again for a DaemonSet.
    pub(in crate::world) fn touch(&mut self, id: DaemonSetId, node: NodeId) {
        self.daemon_sets[id].touch(node);
    }

    /// Whether no process leads.
    pub(in crate::world) fn is_away(&self) -> bool {
        self.is_away
    }

    /// Where its caches differ from the truth although its informers watch and everything has
    /// reached them; none if they are right, or have to wait.
    pub(in crate::world) fn wrong_cache(
        &self,
        api: &ApiServer,
        cluster: &Cluster,
        now: SimTime,
    ) -> Option<String> {
        let watches = |resource: Resource| {
            let stale_until = self.stale_until[resource as usize];
            !api.is_unseen(resource, api.last_arrival(resource), now)
                && now >= api.lists_at(resource.into())
                && now > stale_until
        };
        if self.is_away || !Resource::ALL.into_iter().all(watches) {
            return None;
        }
        let wrong_pod = cluster.pods.ids().find(|&id| {
            let (seen, is) = (self.pod(id), cluster.pod(id).cached());
            seen.exists != is.exists || is.exists && seen != is
        });
        let wrong_node = cluster.nodes.ids().find(|&id| {
            let Node { exists, version, .. } = *cluster.node(id);
            self.node(id) != exists.then_some(version)
        });
        let wrong_daemon_set = cluster.daemon_set_ids().find(|&id| {
            let (seen, is) = (self.daemon_sets[id].seen, cluster.cached_daemon_set(id));
            seen.exists != is.exists || is.exists && seen != is
        });
        let wrong = (wrong_pod, wrong_node, wrong_daemon_set);
        (wrong != (None, None, None)).then(|| format!("{wrong:?}"))
    }

    /// Whether nothing is queued that could be worked on, and nobody works.
    pub(in crate::world) fn is_idle(&self) -> bool {
        !self.queue.has_ready() && !self.work_scheduled && self.busy == 0
    }
}
