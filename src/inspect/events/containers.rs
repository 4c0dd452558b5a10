//! The containers of a pod template, as far as events name them.

use serde_json::Value;

use crate::inspect::containers::is_sidecar;

/// A container, or one that initializes the pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) image: String,
    /// Whether its image is asked for at each start.
    pub(super) always_pulls: bool,
    pub(super) init: bool,
    /// Whether it runs as long as the pod, as all do that do not initialize it.
    pub(super) stays: bool,
    probes: Value,
}

impl Container {
    /// All of a template, in the order in which they are started.
    pub(super) fn all_of(template: &Value) -> Vec<Self> {
        let list = |key: &str| template["spec"][key].as_array().map_or(&[][..], Vec::as_slice);
        let init = list("initContainers").iter().map(|it| Self::new(it, true));
        init.chain(list("containers").iter().map(|it| Self::new(it, false))).collect()
    }

    fn new(written: &Value, init: bool) -> Self {
        let text = |key: &str| written[key].as_str().unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            image: text("image"),
            always_pulls: written["imagePullPolicy"] == "Always",
            init,
            stays: !init || is_sidecar(written),
            probes: written.clone(),
        }
    }

    /// `spec.containers{agent}`.
    ///
    /// Source: `pkg/kubelet/container/ref.go › fieldPath`.
    pub(super) fn field_path(&self) -> String {
        let list = if self.init { "initContainers" } else { "containers" };
        format!("spec.{list}{{{}}}", self.name)
    }

    /// Whether it has a probe: `startupProbe`.
    pub(super) fn has_probe(&self, key: &str) -> bool {
        self.probes[key].is_object()
    }

    /// How many failures in a row make a probe fail (`startup`, `liveness`), and what each of them
    /// said. The record does not tell what it was; this is what the commonest says.
    ///
    /// Source: `pkg/probe/http/http.go`, `pkg/probe/grpc/grpc.go`, `pkg/probe/tcp/tcp.go`.
    pub(super) fn probe_failure(&self, probe: &str) -> (u32, String) {
        let probe = &self.probes[format!("{probe}Probe")];
        let threshold = probe["failureThreshold"].as_u64().and_then(|it| u32::try_from(it).ok());
        let output = if probe["httpGet"].is_object() {
            "HTTP probe failed with statuscode: 503"
        } else if probe["tcpSocket"].is_object() {
            "dial tcp: connect: connection refused"
        } else if probe["grpc"].is_object() {
            "service unhealthy (responded with \"NOT_SERVING\")"
        } else {
            ""
        };
        (threshold.unwrap_or(3).max(1), output.to_owned())
    }
}
