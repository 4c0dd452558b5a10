//! What a kubelet posts about a pod and its containers.
//!
//! Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go › startContainer, killContainer`,
//! `pkg/kubelet/kuberuntime/kuberuntime_manager.go › doBackOff`,
//! `pkg/kubelet/images/image_manager.go › EnsureImageExists, pullImage`.

use crate::inspect::event::{EventKind, InvolvedObject};
use crate::inspect::events::containers::Container;
use crate::inspect::events::recorder::{Recorder, Report, Source};
use crate::inspect::events::texts::{Texts, pulled};
use crate::time::{SimDuration, SimTime};

/// How long an answer takes that an image has not changed.
const CHECK: SimDuration = SimDuration::from_millis(50);

/// More events of an object at one instant are dropped.
///
/// Source: `client-go/tools/record/events_cache.go › defaultSpamBurst`.
const MOST_AT_ONCE: u32 = 25;

/// A pod on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PodRef {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) node: String,
}

impl PodRef {
    pub(super) fn object(&self) -> InvolvedObject {
        self.part(String::new())
    }

    fn part(&self, field_path: String) -> InvolvedObject {
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        InvolvedObject { kind: "Pod", namespace, name, field_path }
    }
}

/// A kubelet at an instant, busy with one of its pods.
#[derive(Debug)]
pub(super) struct Kubelet<'a> {
    recorder: &'a mut Recorder,
    texts: Texts,
    pod: &'a PodRef,
    now: SimTime,
}

impl<'a> Kubelet<'a> {
    pub(super) fn of(
        recorder: &'a mut Recorder,
        texts: Texts,
        pod: &'a PodRef,
        now: SimTime,
    ) -> Self {
        Self { recorder, texts, pod, now }
    }

    /// A container is created and started, whose image was pulled before if `pulled`.
    pub(super) fn start(&mut self, container: &Container, pulled: bool) {
        if !pulled && container.always_pulls {
            self.pulling(container);
            self.pulled(container, SimDuration::ZERO, CHECK);
        } else if !pulled {
            self.normal(container, "Pulled", self.texts.present(&container.image));
        }
        self.normal(container, "Created", self.texts.created(&container.name));
        self.normal(container, "Started", self.texts.started(&container.name));
    }

    pub(super) fn pulling(&mut self, container: &Container) {
        self.normal(container, "Pulling", format!("Pulling image \"{}\"", container.image));
    }

    pub(super) fn pulled(&mut self, container: &Container, waited: SimDuration, took: SimDuration) {
        self.normal(container, "Pulled", pulled(&container.image, waited, took));
    }

    /// An image could not be pulled, for a reason such as `ErrImagePull`, and is asked for again
    /// after a pause.
    pub(super) fn pull_failed(&mut self, container: &Container, reason: &str) {
        let image = &container.image;
        if reason == "ErrImageNeverPull" {
            let message =
                format!("Container image \"{image}\" is not present with pull policy of Never");
            self.warn(container, "ErrImageNeverPull", message);
            return self.warn(container, "Failed", format!("Error: {reason}"));
        }
        let error = if reason == "ErrImagePull" { not_found(image) } else { reason.to_owned() };
        self.warn(container, "Failed", format!("Failed to pull image \"{image}\": {error}"));
        self.warn(container, "Failed", "Error: ErrImagePull".to_owned());
        self.normal(container, "BackOff", format!("Back-off pulling image \"{image}\""));
        self.warn(container, "Failed", "Error: ImagePullBackOff".to_owned());
    }

    /// A container ended, and is not started again before a pause is over.
    pub(super) fn back_off(&mut self, container: &Container) {
        let PodRef { namespace, name, uid, .. } = self.pod;
        let pod = format!("{name}_{namespace}({uid})");
        let message =
            format!("Back-off restarting failed container {} in pod {pod}", container.name);
        self.warn(container, "BackOff", message);
    }

    pub(super) fn stopping(&mut self, container: &Container) {
        self.normal(container, "Killing", format!("Stopping container {}", container.name));
    }

    /// A probe (`startup`, `liveness`) failed as often as it may: the container is killed.
    ///
    /// Source: `pkg/kubelet/prober/prober.go › probe`,
    /// `pkg/kubelet/kuberuntime/kuberuntime_manager.go › computePodActions`.
    pub(super) fn unhealthy(&mut self, container: &Container, probe: &str) {
        let (failures, output) = container.probe_failure(probe);
        let title = if probe == "startup" { "Startup" } else { "Liveness" };
        for _ in 0..failures.min(MOST_AT_ONCE) {
            self.warn(container, "Unhealthy", format!("{title} probe failed: {output}"));
        }
        let message =
            format!("Container {} failed {probe} probe, will be restarted", container.name);
        self.normal(container, "Killing", message);
    }

    /// A warning about the whole pod.
    pub(super) fn warn_of_pod(&mut self, reason: &str, message: String) {
        self.report(self.pod.object(), EventKind::Warning, reason, message);
    }

    fn normal(&mut self, container: &Container, reason: &str, message: String) {
        let object = self.pod.part(container.field_path());
        self.report(object, EventKind::Normal, reason, message);
    }

    fn warn(&mut self, container: &Container, reason: &str, message: String) {
        let object = self.pod.part(container.field_path());
        self.report(object, EventKind::Warning, reason, message);
    }

    fn report(&mut self, object: InvolvedObject, kind: EventKind, reason: &str, message: String) {
        let source = Source::Kubelet(self.pod.node.clone());
        let report = Report { source, object, kind, reason: reason.to_owned(), message };
        self.recorder.report(self.now, report);
    }
}

/// What containerd says of an image that the registry does not have. Why an image cannot be pulled
/// is not in the record.
fn not_found(image: &str) -> String {
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": \
         failed to resolve reference \"{image}\": {image}: not found"
    )
}
