//! What components write into events, where versions of Kubernetes differ or a value has a form of
//! its own.

use crate::api::minor_version;
use crate::time::SimDuration;

/// The texts of a version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    /// Whether a container's name is in the message of its start, as before 1.35.
    names_containers: bool,
    /// Whether an image that is there is checked for who may use it, as since 1.35.
    checks_access: bool,
}

impl Texts {
    /// Those of a version such as `1.36`.
    pub(super) fn of(kubernetes_version: &str) -> Self {
        let since_1_35 = minor_version(kubernetes_version) >= 35;
        Self { names_containers: !since_1_35, checks_access: since_1_35 }
    }

    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go › startContainer`.
    pub(super) fn created(self, container: &str) -> String {
        if self.names_containers {
            return format!("Created container {container}");
        }
        "Container created".to_owned()
    }

    pub(super) fn started(self, container: &str) -> String {
        if self.names_containers {
            return format!("Started container {container}");
        }
        "Container started".to_owned()
    }

    /// Source: `pkg/kubelet/images/image_manager.go › EnsureImageExists`.
    pub(super) fn present(self, image: &str) -> String {
        let access = if self.checks_access { " and can be accessed by the pod" } else { "" };
        format!("Container image \"{image}\" already present on machine{access}")
    }
}

/// An image was pulled in `took`, after it had waited for its turn. Its size in bytes follows
/// upstream, and is not in the record.
///
/// Source: `pkg/kubelet/images/image_manager.go › pullImage`.
pub(super) fn pulled(image: &str, waited: SimDuration, took: SimDuration) -> String {
    let all = go_duration(waited + took);
    let took = go_duration(took);
    format!("Successfully pulled image \"{image}\" in {took} ({all} including waiting).")
}

/// A span as Go prints one that was cut to milliseconds: `850ms`, `1m3.2s`.
///
/// Source: Go's `time.Duration.String`.
fn go_duration(span: SimDuration) -> String {
    let millis = span.as_micros() / 1_000;
    if millis == 0 {
        return "0s".to_owned();
    }
    if millis < 1_000 {
        return format!("{millis}ms");
    }
    let (seconds, fraction) = (millis / 1_000, millis % 1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = format!(".{fraction:03}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{fraction}s"),
        (0, _) => format!("{minutes}m{seconds}{fraction}s"),
        _ => format!("{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_go_writes_them() {
        let check = |micros, expected: &str| {
            assert_eq!(go_duration(SimDuration::from_micros(micros)), expected);
        };
        check(0, "0s");
        check(999, "0s");
        check(1_000, "1ms");
        check(999_999, "999ms");
        check(1_000_000, "1s");
        check(1_200_000, "1.2s");
        check(41_337_999, "41.337s");
        check(60_000_000, "1m0s");
        check(63_050_000, "1m3.05s");
        check(3_600_000_000, "1h0m0s");
        check(90_061_001_000, "25h1m1.001s");
    }

    #[test]
    fn containers_are_named_before_1_35_only() {
        let check = |version, created: &str, present: &str| {
            let texts = Texts::of(version);
            assert_eq!(texts.created("agent"), created);
            assert_eq!(texts.present("agent:1"), present);
        };
        check(
            "1.31",
            "Created container agent",
            "Container image \"agent:1\" already present on machine",
        );
        check(
            "1.36",
            "Container created",
            "Container image \"agent:1\" already present on machine and can be accessed by the pod",
        );
    }
}
