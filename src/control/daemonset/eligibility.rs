//! Whether a DaemonSet's pods belong on a node.
//!
//! Not looked at, as upstream: resources, host ports, conditions, `spec.unschedulable` (only its
//! taint), pod affinity, node readiness.

use crate::api::well_known::{
    TAINT_NODE_DISK_PRESSURE, TAINT_NODE_MEMORY_PRESSURE, TAINT_NODE_NETWORK_UNAVAILABLE,
    TAINT_NODE_NOT_READY, TAINT_NODE_PID_PRESSURE, TAINT_NODE_UNREACHABLE,
    TAINT_NODE_UNSCHEDULABLE,
};
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
    (TAINT_NODE_NOT_READY, TaintEffect::NoExecute),
    (TAINT_NODE_UNREACHABLE, TaintEffect::NoExecute),
    (TAINT_NODE_DISK_PRESSURE, TaintEffect::NoSchedule),
    (TAINT_NODE_MEMORY_PRESSURE, TaintEffect::NoSchedule),
    (TAINT_NODE_PID_PRESSURE, TaintEffect::NoSchedule),
    (TAINT_NODE_UNSCHEDULABLE, TaintEffect::NoSchedule),
    (TAINT_NODE_NETWORK_UNAVAILABLE, TaintEffect::NoSchedule),
];

/// The tolerations that a daemon pod has besides those of its template.
pub fn daemon_tolerations(host_network: bool) -> impl Iterator<Item = (&'static str, TaintEffect)> {
    let count = DAEMON_TOLERATIONS.len() - usize::from(!host_network);
    DAEMON_TOLERATIONS.into_iter().take(count)
}

/// What keeps pods of a template off a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle<'a> {
    /// The template names another node.
    NodeName(&'a str),
    /// `nodeSelector` asks for a label, key and value, that the node does not have.
    NodeSelector(&'a str, &'a str),
    /// The node does not fulfil the required node affinity.
    NodeAffinity,
    /// A taint is not tolerated; if several are not, one that also evicts.
    Taint(&'a Taint),
}

/// Judges one node for pods of `template`.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › NodeShouldRunDaemonPod`.
pub fn eligibility(
    template: &PodTemplate,
    node_name: &str,
    labels: &Labels,
    taints: &[Taint],
) -> Eligibility {
    match obstacle(template, node_name, labels, taints) {
        None => Eligibility { should_run: true, should_continue: true },
        Some(Obstacle::Taint(taint)) => {
            let should_continue = taint.effect != TaintEffect::NoExecute;
            Eligibility { should_run: false, should_continue }
        }
        Some(Obstacle::NodeName(_) | Obstacle::NodeSelector(..) | Obstacle::NodeAffinity) => {
            Eligibility::default()
        }
    }
}

/// The first thing that keeps pods of `template` off a node, if anything does.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › predicates`.
pub fn obstacle<'a>(
    template: &'a PodTemplate,
    node_name: &str,
    labels: &Labels,
    taints: &'a [Taint],
) -> Option<Obstacle<'a>> {
    let spec = &template.spec;
    if let Some(name) = spec.node_name.as_deref().filter(|&name| name != node_name) {
        return Some(Obstacle::NodeName(name));
    }
    let mut selector = spec.node_selector.iter();
    if let Some((key, value)) = selector.find(|&(key, value)| labels.get(key) != Some(value)) {
        return Some(Obstacle::NodeSelector(key, value));
    }
    let required = spec.node_affinity_required.as_ref();
    if required.is_some_and(|selector| !selector.matches(labels, node_name)) {
        return Some(Obstacle::NodeAffinity);
    }
    let repels = |effect| {
        let mut of_effect = taints.iter().filter(move |taint| taint.effect == effect);
        of_effect.find(|taint| !tolerated(&spec.tolerations, spec.host_network, taint))
    };
    let taint = repels(TaintEffect::NoExecute).or_else(|| repels(TaintEffect::NoSchedule));
    taint.map(Obstacle::Taint)
}

fn tolerated(tolerations: &[Toleration], host_network: bool, taint: &Taint) -> bool {
    tolerations.iter().any(|toleration| toleration.tolerates(taint))
        || daemon_tolerations(host_network)
            .any(|(key, effect)| taint.key == key && taint.effect == effect)
}
