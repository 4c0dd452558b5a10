//! Which taints a node has of its own condition.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › nodeConditionToTaintKeyStatusMap,
//! doNoScheduleTaintingPass, processTaintBaseEviction`.

use crate::api::well_known::{
    TAINT_NODE_NETWORK_UNAVAILABLE, TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE,
    TAINT_NODE_UNSCHEDULABLE,
};
use crate::api::{Pressure, Taint, TaintEffect};
use crate::control::node_lifecycle::health::NodeHealth;

/// What taints follow from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeConditions {
    /// Its condition `Ready`.
    pub health: NodeHealth,
    /// Which of its pressure conditions are True, each at most once.
    pub pressures: Vec<Pressure>,
    /// Whether `NetworkUnavailable` is True.
    pub is_network_unavailable: bool,
    /// Whether it is cordoned.
    pub unschedulable: bool,
}

/// The `NoSchedule` taints that a node should have; set at every change of the node, at no limited
/// rate. A Node is created with that of a node that is not ready. With Ready its conditions of
/// pressure turn Unknown, and only those that are True have a taint.
pub fn no_schedule_taints(conditions: &NodeConditions) -> Vec<Taint> {
    let health = health_key(conditions.health);
    let is_known = conditions.health != NodeHealth::Unknown;
    let pressures = conditions.pressures.iter().filter(|_| is_known).map(|it| it.taint_key());
    let network = conditions.is_network_unavailable.then_some(TAINT_NODE_NETWORK_UNAVAILABLE);
    let cordon = conditions.unschedulable.then_some(TAINT_NODE_UNSCHEDULABLE);
    let keys = health.into_iter().chain(pressures).chain(network).chain(cordon);
    keys.map(|key| Taint::of(key, TaintEffect::NoSchedule)).collect()
}

/// The `NoExecute` taint that a node should have. It is set through its zone's
/// [`EvictionQueue`](super::EvictionQueue), but swapped for its opposite, and taken away, at once.
pub fn no_execute_taint(health: NodeHealth) -> Option<Taint> {
    health_key(health).map(|key| Taint::of(key, TaintEffect::NoExecute))
}

/// Whether a taint is among those that [`no_schedule_taints`] decides about; such a taint goes if
/// the node's condition does not ask for it, whoever set it.
pub fn owns_no_schedule(taint: &Taint) -> bool {
    let keys = [
        TAINT_NODE_NOT_READY,
        TAINT_NODE_UNREACHABLE,
        TAINT_NODE_NETWORK_UNAVAILABLE,
        TAINT_NODE_UNSCHEDULABLE,
    ];
    let mut known = keys.into_iter().chain(Pressure::ALL.map(Pressure::taint_key));
    taint.effect == TaintEffect::NoSchedule && known.any(|key| key == taint.key)
}

/// Whether a taint is one of those that [`no_execute_taint`] decides about.
pub fn owns_no_execute(taint: &Taint) -> bool {
    taint.effect == TaintEffect::NoExecute
        && [TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE].contains(&taint.key.as_str())
}

const fn health_key(health: NodeHealth) -> Option<&'static str> {
    match health {
        NodeHealth::Ready => None,
        NodeHealth::NotReady => Some(TAINT_NODE_NOT_READY),
        NodeHealth::Unknown => Some(TAINT_NODE_UNREACHABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(conditions: &NodeConditions, expected: &[&str]) {
        let taints = no_schedule_taints(conditions);
        assert!(taints.iter().all(|taint| owns_no_schedule(taint) && !owns_no_execute(taint)));
        let prefix = "node.kubernetes.io/";
        let texts: Vec<String> = taints.iter().map(ToString::to_string).collect();
        let expected: Vec<_> =
            expected.iter().map(|it| format!("{prefix}{it}:NoSchedule")).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn each_condition_has_its_taint() {
        check(&NodeConditions::default(), &[]);
        let health = |health| NodeConditions { health, ..NodeConditions::default() };
        check(&health(NodeHealth::NotReady), &["not-ready"]);
        check(&health(NodeHealth::Unknown), &["unreachable"]);
        let all = NodeConditions {
            health: NodeHealth::Ready,
            pressures: Pressure::ALL.to_vec(),
            is_network_unavailable: true,
            unschedulable: true,
        };
        let keys = [
            "memory-pressure",
            "disk-pressure",
            "pid-pressure",
            "network-unavailable",
            "unschedulable",
        ];
        check(&all, &keys);
        check(
            &NodeConditions { health: NodeHealth::Unknown, ..all },
            &["unreachable", "network-unavailable", "unschedulable"],
        );
    }

    #[test]
    fn evicting_taints_follow_from_health_alone() {
        let text = |health| no_execute_taint(health).map(|taint| taint.to_string());
        assert_eq!(text(NodeHealth::Ready), None);
        let unreachable = "node.kubernetes.io/unreachable:NoExecute";
        assert_eq!(text(NodeHealth::Unknown), Some(unreachable.to_owned()));
        assert!(owns_no_execute(&unreachable.parse().unwrap()));
        assert!(!owns_no_schedule(&unreachable.parse().unwrap()));
    }
}
