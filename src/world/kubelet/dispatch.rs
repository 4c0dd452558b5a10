//! The steps of a pod's life, and which of the two ways it takes.

use crate::control::PodId;
use crate::scenario::Phase;
use crate::time::SimDuration;
use crate::world::api_server::remove_pod;
use crate::world::cluster::Pod;
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::kubelet::admission::report_rejection;
use crate::world::kubelet::crash::report_crash;
use crate::world::kubelet::instant::{images_pulled, pull_images};
use crate::world::kubelet::kubelets::{Kubelets, kubelet_hears};
use crate::world::kubelet::report::turn_ready;

impl Kubelets {
    /// A pod was bound to a node: from here on its kubelet cares for it.
    pub(in crate::world) fn kubelet_sees(&self, pod: PodId, cx: &mut Cx<'_>) {
        if !cx.cluster.node(cx.cluster.pod(pod).node).alive {
            return;
        }
        if self.model.is_none() {
            return pull_images(pod, cx);
        }
        let at = kubelet_hears("kubelet watch", pod, cx);
        cx.plan(pod, PodStep::Arrived, at);
    }

    /// A step of a pod's life ends.
    #[inline]
    pub(in crate::world) fn pod_step(&mut self, id: PodId, step: PodStep, cx: &mut Cx<'_>) {
        match step {
            PodStep::Pull => pull_images(id, cx),
            PodStep::Pulled => images_pulled(id, cx),
            PodStep::Started => self.containers_started(id, cx),
            PodStep::Ready => turn_ready(id, cx),
            PodStep::Stop => self.schedule_stop(id, cx),
            PodStep::Stopped => remove_pod(id, cx),
            PodStep::Arrived => self.admit_pod(id, cx),
            PodStep::Rejected => report_rejection(id, cx),
            PodStep::Prepare { container } => self.prepare(id, container, cx),
            PodStep::Launched { container } => self.launched(id, container, cx),
            PodStep::Running => self.report_running(id, cx),
            PodStep::Unhealthy { container, startup } => {
                self.kill_container(id, container, startup, cx);
            }
            PodStep::Crashes { container } => self.crash(id, container, cx),
            PodStep::Crashed => report_crash(id, cx),
            PodStep::Ended { failed } => self.report_end(id, failed, cx),
        }
    }

    /// What the scenario writes that the start of a pod takes as a whole, if it does.
    pub(super) fn written_start(&self, pod: PodId, cx: &Cx<'_>) -> Option<SimDuration> {
        let Pod { node, spec, .. } = *cx.cluster.pod(pod);
        let image = cx.cluster.specs[spec].images.first();
        let image = image.map_or("", |&image| cx.cluster.images.name(image));
        let parts = self.model().start_of(&cx.settings.latencies, &cx.subject(node, image));
        parts.is_none().then(|| cx.phase_delay(Phase::ContainerStart, pod))
    }
}
