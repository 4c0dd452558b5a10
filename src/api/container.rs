//! Containers of a pod template, with defaults applied.
//!
//! What lives here: [`Container`] and its ports, probes and hooks; only what a rollout depends on.

use std::collections::BTreeMap;

use crate::api::quantity::Quantity;
use crate::time::SimDuration;

/// Amounts by resource name: `cpu`, `memory`, `nvidia.com/gpu`, …
pub type ResourceList = BTreeMap<String, Quantity>;

/// A container or init container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Unique within the pod.
    pub name: String,
    /// Reference of the image; may be empty in a template that something else fills in.
    pub image: String,
    /// When the image is pulled.
    pub image_pull_policy: ImagePullPolicy,
    /// Ports, with the host ports that hostNetwork implies.
    pub ports: Vec<ContainerPort>,
    /// What the scheduler sets aside; a resource with a limit only requests its limit.
    pub requests: ResourceList,
    /// What the container may use at most.
    pub limits: ResourceList,
    /// Whether the container serves.
    pub readiness_probe: Option<Probe>,
    /// Whether the container must be restarted.
    pub liveness_probe: Option<Probe>,
    /// Whether the container has started; the other probes wait for it.
    pub startup_probe: Option<Probe>,
    /// What runs before the container is told to stop.
    pub pre_stop: Option<PreStop>,
    /// Whether an init container keeps running beside the others (`restartPolicy: Always`).
    pub is_sidecar: bool,
}

/// When an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImagePullPolicy {
    /// Asked for at every start; layers that are there are not fetched again.
    Always,
    /// Unless it is on the node.
    IfNotPresent,
    /// Not at all: the pod waits until someone else puts the image there.
    Never,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Port in the container, 1 to 65535.
    pub container_port: u16,
    /// Port on the node, taken from it; equal to `container_port` under hostNetwork.
    pub host_port: Option<u16>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Protocol,
    /// Address on the node; none for all.
    pub host_ip: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// The default.
    Tcp,
    Udp,
    Sctp,
}

/// How a container is asked for its state; what it is asked is not modeled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// From the start of the container to the first question.
    pub initial_delay: SimDuration,
    /// From one question to the next; at least a second.
    pub period: SimDuration,
    /// How long an answer may take; at least a second.
    pub timeout: SimDuration,
    /// Good answers in a row that turn the result; at least 1.
    pub success_threshold: u32,
    /// Bad answers in a row that turn the result; at least 1.
    pub failure_threshold: u32,
}

/// A preStop hook: it runs inside the grace period, before the container gets its signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreStop {
    Sleep(SimDuration),
    /// Runs a command or a request whose duration the manifest does not tell.
    Other,
}

impl ImagePullPolicy {
    /// The policy written `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Always" => Some(Self::Always),
            "IfNotPresent" => Some(Self::IfNotPresent),
            "Never" => Some(Self::Never),
            _ => None,
        }
    }
}

impl Protocol {
    /// The protocol written `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "TCP" => Some(Self::Tcp),
            "UDP" => Some(Self::Udp),
            "SCTP" => Some(Self::Sctp),
            _ => None,
        }
    }
}
