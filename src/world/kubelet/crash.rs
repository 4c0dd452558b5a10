//! Containers that crash, and when they are started again.

use crate::control::{PodId, backoff_schedule};
use crate::record::What;
use crate::time::SimTime;
use crate::world::cluster::Pod;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::kubelets::{Kubelets, kubelet_asks, relists};
use crate::world::track::track_failure;

impl Kubelets {
    /// A container exits that ran well, unless its image was mended. Of several that would, the
    /// first one counts. It is started again after its back-off.
    pub(super) fn crash(&mut self, id: PodId, index: u16, cx: &mut Cx<'_>) {
        if cx.cluster.pod(id).terminating || cx.cluster.crashes_after(id, index).is_none() {
            return;
        }
        let at = self.next_start(id, index, cx.now, cx);
        self.restarts.entry((id, index)).or_default().probe = None;
        let restart_in = at.since(cx.now);
        cx.pod_fact(id, |pod| What::PodCrashed { pod, init: false, restarts: 0, restart_in });
        track_failure(id, cx);
        if let Pod { owner: Some(owner), node, .. } = *cx.cluster.pod(id) {
            cx.tracker(owner).crashed(node.index());
        }
        self.progress(id).failing += 1;
        cx.change_pod(id, |pod| {
            pod.serving = false;
            // A probe that was about to pass does not.
            pod.epoch += 1;
        });
        let noticed = relists(cx.cluster.pod(id).node, cx).at_or_after(cx.now);
        let told = kubelet_asks("status crashed", id, noticed, cx);
        cx.plan(id, PodStep::Crashed, told);
        cx.plan(id, PodStep::Prepare { container: index }, at.max(told));
    }
}

/// All containers of a pod run.
pub(super) fn expect_crashes(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.image_faults.is_empty() {
        return;
    }
    let places = cx.cluster.specs[cx.cluster.pod(id).spec].images.len();
    for index in cx.cluster.first_main(id)..u16::try_from(places).unwrap_or(u16::MAX) {
        expect_crash(id, index, cx.now, cx);
    }
}

/// A container runs that may crash later.
pub(super) fn expect_crash(id: PodId, index: u16, started: SimTime, cx: &mut Cx<'_>) {
    if let Some(after) = cx.cluster.crashes_after(id, index) {
        cx.plan(id, PodStep::Crashes { container: index }, started + after);
    }
}

/// The API server learns that a container has crashed: the pod is not Ready.
pub(super) fn report_crash(id: PodId, cx: &mut Cx<'_>) {
    if cx.cluster.pod(id).ready_since.is_some() {
        cx.pod_fact(id, |pod| What::PodUnready { pod });
        cx.change_pod(id, |pod| pod.ready_since = None);
    }
}

/// How often a container that has failed since `since` was started again by `now`.
pub(super) fn restarts_by(since: SimTime, now: SimTime) -> u64 {
    let mut at = since;
    let mut restarts = 0;
    for delay in backoff_schedule() {
        at += delay;
        if at > now {
            break;
        }
        restarts += 1;
    }
    restarts
}

/// When a container that has failed since `since` is tried next, at `now` or later. Nothing is
/// scheduled for the tries before, because they cannot change anything.
pub(super) fn next_try(since: SimTime, now: SimTime) -> SimTime {
    let mut at = since;
    for delay in backoff_schedule() {
        if at >= now && at > since {
            break;
        }
        at += delay;
    }
    at
}
