//! Pods that are adopted, and pods that are let go of.

use crate::control::PodId;
use crate::world::api_server::{Resource, set_owner};
use crate::world::cluster::Pod;
use crate::world::controller::process::Controller;
use crate::world::controller::sync::SyncError;
use crate::world::cx::Cx;
use crate::world::ids::DaemonSetId;

impl Controller {
    /// Adopts the cached pods without a controller that a DaemonSet's selector matches, and lets go
    /// of those of its own that it does not match.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › ClaimPods`.
    pub(super) fn claim_pods(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) -> Result<(), SyncError> {
        if !self.daemon_sets[id].may_adopt {
            return Ok(());
        }
        let is_claimed = |pod: &PodId| !self.pod(*pod).terminating && self.selects(id, *pod, cx);
        let mut claimed: Vec<PodId> = self.orphans.iter().copied().filter(is_claimed).collect();
        if !claimed.is_empty() {
            self.recheck_deletion(id, cx)?;
        }
        let has_strays = !self.daemon_sets[id].strays.is_empty();
        if has_strays && cx.api.refuses(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let cache = &mut self.daemon_sets[id];
        cache.may_adopt = false;
        let strays = std::mem::take(&mut cache.strays);
        self.charge_writes(id, strays.len() + claimed.len(), cx);
        for pod in strays {
            set_owner(pod, None, cx);
        }
        // What the cache still shows may be gone: then it is not claimed.
        claimed.retain(|&pod| cx.cluster.pod(pod).exists);
        for pod in claimed {
            self.orphans.remove(&pod);
            self.seat(id, pod, cx);
            set_owner(pod, Some(id), cx);
            self.await_own_write(id, Resource::Pods, cx);
        }
        Ok(())
    }

    /// Before anything is adopted the API server is asked whether the DaemonSet is still there: the
    /// cache may not know yet.
    ///
    /// Source: `pkg/controller/controller_ref_manager.go › RecheckDeletionTimestamp`.
    pub(super) fn recheck_deletion(
        &mut self,
        id: DaemonSetId,
        cx: &mut Cx<'_>,
    ) -> Result<(), SyncError> {
        self.charge_writes(id, 1, cx);
        let object = &cx.cluster.daemon_sets[id];
        if cx.api.refuses(cx.now) {
            return Err(SyncError::Unreachable);
        }
        let is_there = object.exists && object.deleting.is_none();
        if is_there { Ok(()) } else { Err(SyncError::Deleted) }
    }

    /// Puts a pod on the node that it targets, in the cache of its owner.
    pub(super) fn seat(&mut self, owner: DaemonSetId, pod: PodId, cx: &Cx<'_>) {
        let Pod { node, targeted, .. } = *cx.cluster.pod(pod);
        if targeted {
            self.daemon_sets[owner].seat(node, pod);
        }
    }

    /// Whether a DaemonSet, as the controller sees it, selects a pod.
    pub(super) fn selects(&self, id: DaemonSetId, pod: PodId, cx: &Cx<'_>) -> bool {
        let spec = &cx.cluster.specs[self.daemon_sets[id].seen.spec];
        let pod = cx.cluster.pod(pod);
        let namespace = |id: DaemonSetId| &cx.cluster.daemon_sets[id].name.namespace;
        let labels = &cx.cluster.specs[pod.spec].written.template.labels;
        namespace(id) == namespace(pod.creator) && spec.written.selector.matches(labels)
    }
}
