//! What the API server fills in where nothing is written.
//!
//! What lives here: defaulting of a DaemonSet as written, in place, before it is validated. What
//! Kubernetes defaults only when a pod is created (host ports under hostNetwork, requests from
//! limits) is applied where the valid template is made.

use crate::api::image::{ImageParts, image_parts};
use crate::api::written::{
    Container, DaemonSet, HttpGetAction, IntOrString, PodSpec, Probe, RollingUpdate, Volume,
};

/// Fills in a DaemonSet's defaults.
///
/// Mirrors pkg/apis/apps/v1/defaults.go › `SetDefaults_DaemonSet`; the namespace is kubectl's
/// default.
pub(super) fn apply(daemon_set: &mut DaemonSet) {
    text(&mut daemon_set.metadata.namespace, "default");
    let spec = &mut daemon_set.spec;
    spec.revision_history_limit.get_or_insert(10);
    text(&mut spec.update_strategy.kind, "RollingUpdate");
    if spec.update_strategy.kind == "RollingUpdate" {
        let rolling = spec.update_strategy.rolling_update.get_or_insert(RollingUpdate::default());
        rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
        rolling.max_surge.get_or_insert(IntOrString::Int(0));
    }
    pod_spec(&mut spec.template.spec);
}

/// Fills in a pod spec's defaults.
///
/// Mirrors pkg/apis/core/v1/defaults.go › `SetDefaults_PodSpec`, and pkg/registry/core/pod, which
/// reads a negative grace period as one second.
pub(super) fn pod_spec(spec: &mut PodSpec) {
    text(&mut spec.restart_policy, "Always");
    text(&mut spec.dns_policy, "ClusterFirst");
    text(&mut spec.scheduler_name, "default-scheduler");
    let grace = spec.termination_grace_period_seconds.get_or_insert(30);
    if *grace < 0 {
        *grace = 1;
    }
    spec.volumes.iter_mut().for_each(volume);
    spec.init_containers.iter_mut().chain(&mut spec.containers).for_each(container);
}

/// A volume without a source is an empty directory.
fn volume(volume: &mut Volume) {
    if volume.sources().iter().all(|(_, present)| !present) {
        volume.empty_dir = Some(serde::de::IgnoredAny);
    }
}

fn container(container: &mut Container) {
    let policy = if wants_newest(&container.image) { "Always" } else { "IfNotPresent" };
    text(&mut container.image_pull_policy, policy);
    text(&mut container.termination_message_policy, "File");
    for port in &mut container.ports {
        text(&mut port.protocol, "TCP");
    }
    let probes = [
        &mut container.liveness_probe,
        &mut container.readiness_probe,
        &mut container.startup_probe,
    ];
    probes.into_iter().flatten().for_each(probe);
    if let Some(lifecycle) = &mut container.lifecycle {
        let hooks = [&mut lifecycle.post_start, &mut lifecycle.pre_stop];
        hooks.into_iter().flatten().for_each(|hook| http_get(hook.http_get.as_mut()));
    }
}

fn probe(probe: &mut Probe) {
    number(&mut probe.timeout_seconds, 1);
    number(&mut probe.period_seconds, 10);
    number(&mut probe.success_threshold, 1);
    number(&mut probe.failure_threshold, 3);
    http_get(probe.http_get.as_mut());
}

fn http_get(action: Option<&mut HttpGetAction>) {
    if let Some(http) = action {
        text(&mut http.path, "/");
        text(&mut http.scheme, "HTTP");
    }
}

/// Whether a reference has the tag `latest`, or neither tag nor digest.
///
/// Mirrors pkg/util/parsers/parsers.go › `ParseImageName`.
pub(super) fn wants_newest(image: &str) -> bool {
    let ImageParts { tag, digest, .. } = image_parts(image);
    tag.map_or(digest.is_none(), |tag| tag == "latest")
}

fn text(field: &mut String, default: &str) {
    if field.is_empty() {
        default.clone_into(field);
    }
}

fn number(field: &mut i32, default: i32) {
    if *field == 0 {
        *field = default;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_image(image: &str, newest: bool) {
        assert_eq!(wants_newest(image), newest, "{image}");
    }

    #[test]
    fn only_latest_is_always_pulled() {
        check_image("fluentd", true);
        check_image("fluentd:latest", true);
        check_image("fluentd:v1", false);
        check_image("localhost:5000/fluentd", true);
        check_image("localhost:5000/fluentd:v1", false);
        check_image("fluentd@sha256:0123", false);
        check_image("fluentd:latest@sha256:0123", true);
        check_image("", true);
    }

    #[test]
    fn strategies_are_defaulted_only_when_rolling() {
        let mut empty = DaemonSet::default();
        apply(&mut empty);
        let rolling = empty.spec.update_strategy.rolling_update.unwrap();
        assert_eq!(rolling.max_unavailable, Some(IntOrString::Int(1)));
        assert_eq!(rolling.max_surge, Some(IntOrString::Int(0)));
        let mut on_delete = DaemonSet::default();
        on_delete.spec.update_strategy.kind = "OnDelete".to_owned();
        apply(&mut on_delete);
        assert_eq!(on_delete.spec.update_strategy.rolling_update, None);
    }

    #[test]
    fn a_negative_grace_period_is_one_second() {
        let mut spec = PodSpec { termination_grace_period_seconds: Some(-5), ..Default::default() };
        pod_spec(&mut spec);
        assert_eq!(spec.termination_grace_period_seconds, Some(1));
    }
}
