//! Pods that a snapshot shows in trouble: their kubelets go on with them from there.

use crate::api::PodPhase;
use crate::control::PodId;
use crate::record::What;
use crate::scenario::{ImageFault, Phase};
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::{Broken, Pod};
use crate::world::cx::Cx;
use crate::world::event::PodStep;
use crate::world::ids::ImageId;
use crate::world::kubelet::crash::{next_try, restarts_by};
use crate::world::kubelet::kubelets::Kubelets;
use crate::world::kubelet::pulls::pull_failed_fact;
use crate::world::kubelet::report::break_pod;

/// Why an image cannot be pulled, as kubelets say it, without the word for the pause in between.
const PULL_REASONS: [&str; 7] = [
    "ErrImagePull",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
    "ImagePullBackOff",
];

impl Kubelets {
    /// A pod is found broken by one of its images, after so many restarts: it stays so until the
    /// image works.
    pub(in crate::world) fn find_broken(
        &mut self,
        id: PodId,
        broken: Broken,
        restarts: u32,
        cx: &mut Cx<'_>,
    ) {
        let told_restarts = u64::from(restarts).saturating_sub(restarts_by(broken.since, cx.now));
        cx.cluster.pods[id].broken = Some(Broken { told_restarts, ..broken });
        let Pod { node, spec, phase, .. } = *cx.cluster.pod(id);
        let images = &cx.cluster.specs[spec].images;
        let fault_of =
            |image: ImageId| cx.cluster.image_faults.of(cx.cluster.images.name(image), node);
        let place = images.iter().position(|&image| fault_of(image) == Some(broken.fault));
        let place = place.unwrap_or(0);
        if self.model.is_some() {
            let progress = self.progress(id);
            progress.stuck = u16::try_from(place).unwrap_or(u16::MAX);
            progress.runs = phase == PodPhase::Running;
        }
        // A try at this very instant has just failed.
        let later = cx.now + SimDuration::from_micros(1);
        let restart_in = next_try(broken.since, later).since(cx.now);
        match broken.fault {
            ImageFault::Crash | ImageFault::CrashLater(_) => {
                let init = place < usize::from(cx.cluster.first_main(id));
                cx.pod_fact(id, |pod| What::PodCrashed {
                    pod,
                    init,
                    restarts: restarts.into(),
                    restart_in,
                });
            }
            ImageFault::NeverReady => {
                cx.pod_fact(id, |pod| What::PodUnready { pod });
            }
            ImageFault::PullError => {
                // A template that this version cannot read has no images.
                if let Some(&image) = images.get(place) {
                    unusable_fact(id, image, restart_in, cx);
                }
            }
        }
    }

    /// A container cannot be created, as a snapshot shows that no other of its image could be.
    pub(super) fn unusable(&mut self, id: PodId, container: u16, cx: &mut Cx<'_>) {
        let image = cx.cluster.specs[cx.cluster.pod(id).spec].images[usize::from(container)];
        break_pod(id, Broken::new(ImageFault::PullError, cx.now), cx);
        self.progress(id).stuck = container;
        let retry_in = next_try(cx.now, cx.now).since(cx.now);
        unusable_fact(id, image, retry_in, cx);
    }

    /// A pod was asked to terminate at an instant before the snapshot, and goes on with that.
    pub(in crate::world) fn go_on_stopping(&mut self, id: PodId, asked: SimTime, cx: &mut Cx<'_>) {
        let Pod { node, phase, spec, .. } = *cx.cluster.pod(id);
        if !cx.cluster.node(node).alive {
            return;
        }
        if self.model.is_none() {
            let grace = cx.cluster.specs[spec].grace_period;
            let delay = cx.phase_delay(Phase::Terminate, id).min(grace);
            return cx.plan(id, PodStep::Stopped, (asked + delay).max(cx.now));
        }
        self.end_pod(id, phase == PodPhase::Running, asked, cx);
    }
}

/// Whether this is why an image cannot be pulled.
pub(in crate::world) fn is_pull_reason(reason: &str) -> bool {
    PULL_REASONS.contains(&reason)
}

/// Why a container waits whose image cannot be used: the image cannot be pulled, or something else
/// is wrong.
fn unusable_fact(id: PodId, image: ImageId, retry_in: SimDuration, cx: &mut Cx<'_>) {
    let node = cx.cluster.pod(id).node;
    let found = cx.cluster.image_faults.found_reason(cx.cluster.images.name(image), node);
    let pulls = PULL_REASONS.iter().find(|&&reason| found.is_none_or(|it| it == reason));
    if let Some(reason) = pulls {
        return pull_failed_fact(id, image, reason, retry_in, cx);
    }
    let reason = found.unwrap_or_default().to_owned();
    stuck_fact(id, &reason, cx);
}

/// A pod does not get on, as a snapshot shows, for a reason that is not modeled.
pub(in crate::world) fn stuck_fact(id: PodId, reason: &str, cx: &mut Cx<'_>) {
    let fact = cx.record.fact(cx.now, cx.cause, |names| What::PodStuck {
        pod: names.intern(&cx.cluster.pod_name(id)),
        reason: names.intern(reason),
    });
    cx.cluster.pods[id].fact = Some(fact);
}
