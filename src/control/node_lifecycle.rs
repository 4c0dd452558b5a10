//! Which taints a node has of its own condition.

use crate::api::{KubernetesVersion, Taint, TaintEffect};
use crate::time::SimDuration;

/// What the node-lifecycle controller knows of a node's health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeHealth {
    /// Ready is True.
    #[default]
    Ready,
    /// Ready is False: its kubelet says so.
    NotReady,
    /// Ready is Unknown: its kubelet is silent.
    Unknown,
}

/// After how long without a sign of life a node's Ready turns Unknown.
///
/// Source: `pkg/controller/nodelifecycle/config › NodeMonitorGracePeriod`, 50 s since 1.32.
pub const fn monitor_grace_period(version: KubernetesVersion) -> SimDuration {
    match version {
        KubernetesVersion::V1_31 => SimDuration::from_secs(40),
        KubernetesVersion::V1_36 => SimDuration::from_secs(50),
    }
}

/// The taints that follow from a node's health and from being cordoned.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › doNoScheduleTaintingPass,
/// doNoExecuteTaintingPass`.
pub fn condition_taints(health: NodeHealth, unschedulable: bool) -> Vec<Taint> {
    let key = match health {
        NodeHealth::Ready => None,
        NodeHealth::NotReady => Some("node.kubernetes.io/not-ready"),
        NodeHealth::Unknown => Some("node.kubernetes.io/unreachable"),
    };
    let effects = [TaintEffect::NoSchedule, TaintEffect::NoExecute];
    let of_health = key.into_iter().flat_map(|key| effects.map(|effect| (key, effect)));
    let cordon =
        unschedulable.then_some(("node.kubernetes.io/unschedulable", TaintEffect::NoSchedule));
    of_health.chain(cordon).map(|(key, effect)| taint(key, effect)).collect()
}

/// Whether the node-lifecycle controller owns a taint, and so may take it away.
pub fn is_condition_taint(taint: &Taint) -> bool {
    matches!(
        taint.key.as_str(),
        "node.kubernetes.io/not-ready"
            | "node.kubernetes.io/unreachable"
            | "node.kubernetes.io/unschedulable"
    )
}

fn taint(key: &str, effect: TaintEffect) -> Taint {
    Taint { key: key.to_owned(), value: String::new(), effect }
}
