//! Whether a DaemonSet's pods belong on a node.
//!
//! Not looked at, as upstream: resources, host ports, conditions, `spec.unschedulable` (only its
//! taint), pod affinity, node readiness.

use crate::api::{Labels, PodTemplate, Taint, TaintEffect, Toleration};

/// The two answers of `NodeShouldRunDaemonPod`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Eligibility {
    /// A pod should run on the node.
    pub should_run: bool,
    /// A pod that runs there may go on.
    pub should_continue: bool,
}

/// Taints that every daemon pod tolerates, in the order in which they are added; the last one only
/// with `hostNetwork`.
///
/// Source: `pkg/controller/daemon/util/daemonset_util.go › AddOrUpdateDaemonPodTolerations`.
const DAEMON_TOLERATIONS: [(&str, TaintEffect); 7] = [
    ("node.kubernetes.io/not-ready", TaintEffect::NoExecute),
    ("node.kubernetes.io/unreachable", TaintEffect::NoExecute),
    ("node.kubernetes.io/disk-pressure", TaintEffect::NoSchedule),
    ("node.kubernetes.io/memory-pressure", TaintEffect::NoSchedule),
    ("node.kubernetes.io/pid-pressure", TaintEffect::NoSchedule),
    ("node.kubernetes.io/unschedulable", TaintEffect::NoSchedule),
    ("node.kubernetes.io/network-unavailable", TaintEffect::NoSchedule),
];

/// The tolerations that a daemon pod has besides those of its template.
pub fn daemon_tolerations(host_network: bool) -> impl Iterator<Item = (&'static str, TaintEffect)> {
    let count = DAEMON_TOLERATIONS.len() - usize::from(!host_network);
    DAEMON_TOLERATIONS.into_iter().take(count)
}

/// Judges one node for pods of `template`.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › NodeShouldRunDaemonPod, predicates`.
pub fn eligibility(
    template: &PodTemplate,
    node_name: &str,
    labels: &Labels,
    taints: &[Taint],
) -> Eligibility {
    let spec = &template.spec;
    let named = spec.node_name.as_deref().is_none_or(|name| name == node_name);
    let selected = spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value));
    let required = spec.node_affinity_required.as_ref();
    let affine = required.is_none_or(|selector| selector.matches(labels, node_name));
    if !(named && selected && affine) {
        return Eligibility::default();
    }
    let repels = |effect| {
        let mut of_effect = taints.iter().filter(|taint| taint.effect == effect);
        of_effect.any(|taint| !tolerated(&spec.tolerations, spec.host_network, taint))
    };
    let should_continue = !repels(TaintEffect::NoExecute);
    Eligibility { should_run: should_continue && !repels(TaintEffect::NoSchedule), should_continue }
}

fn tolerated(tolerations: &[Toleration], host_network: bool, taint: &Taint) -> bool {
    tolerations.iter().any(|toleration| toleration.tolerates(taint))
        || daemon_tolerations(host_network)
            .any(|(key, effect)| taint.key == key && taint.effect == effect)
}
