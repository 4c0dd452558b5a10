//! Parts of a scenario that come from a cluster's own objects.

use std::sync::Arc;

use crate::api::{KubernetesVersion, Node, PriorityClasses, Snapshot};
use crate::engine::Delay;
use crate::scenario::compare::Compare;
use crate::scenario::kubelet::Kubelet;
use crate::scenario::valid::{
    ControlPlane, DEFAULT_ALERT_INTERVAL, Latencies, NodeSpec, PhaseDelays, PickingOrder,
    Resources, Scenario, Until,
};
use crate::time::{SimDuration, SimTime};

impl Scenario {
    /// A cluster in which nothing happens and nothing takes time, to look at what is due in it.
    pub fn standing_still(
        snapshot: Snapshot,
        start: SimTime,
        kubernetes: KubernetesVersion,
    ) -> Self {
        Self {
            name: String::new(),
            kubernetes,
            seed: 0,
            order: PickingOrder::Name,
            pools: Vec::new(),
            start,
            priority_classes: PriorityClasses::of_snapshot(&snapshot),
            resource_quotas: Vec::new(),
            nodes: snapshot.nodes.iter().map(NodeSpec::from_cluster).collect(),
            snapshot: Some(Box::new(snapshot)),
            daemon_sets: Vec::new(),
            control_plane: ControlPlane::OFF,
            kubelet: Kubelet::OFF,
            latencies: Latencies::of(PhaseDelays::NONE),
            events: Vec::new(),
            until: Until { limit: SimDuration::ZERO, rollout_complete: false },
            alert_interval: DEFAULT_ALERT_INTERVAL,
            covers: Vec::new(),
            expectations: Vec::new(),
            compare: Compare::default(),
        }
    }
}

impl PhaseDelays {
    /// Nothing takes time.
    const NONE: Self = Self {
        schedule: Delay::ZERO,
        image_pull: Delay::ZERO,
        container_start: Delay::ZERO,
        ready: Delay::ZERO,
        terminate: Delay::ZERO,
        node_ready: Delay::ZERO,
    };
}

impl NodeSpec {
    /// A node as its cluster has it. Cores, memory, storage and pods that it does not speak of know
    /// no limit. Its pods are those of the snapshot, and none others.
    pub(super) fn from_cluster(node: &Node) -> Self {
        let of = |name: &str| node.status.allocatable.get(name).copied();
        let others = node.status.allocatable.iter();
        let others = others.filter(|(name, _)| !matches!(name.as_str(), "cpu" | "memory" | "pods"));
        let others = others.map(|(name, amount)| (name.clone(), *amount));
        let pods = of("pods").map(|pods| u32::try_from(pods.units()).unwrap_or(0));
        Self {
            name: node.metadata.name.as_str().into(),
            pool: None,
            labels: node.metadata.labels.clone(),
            taints: node.spec.taints.clone(),
            allocatable: Arc::new(Resources {
                cpu: of("cpu").unwrap_or(Resources::UNLIMITED.cpu),
                memory: of("memory").unwrap_or(Resources::UNLIMITED.memory),
                pods: pods.unwrap_or(Resources::UNLIMITED.pods),
                others: others.collect(),
            }),
            other_pods: Arc::default(),
        }
    }

    /// A node of which nothing but its name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            pool: None,
            labels: crate::api::Labels::default(),
            taints: Vec::new(),
            allocatable: Arc::default(),
            other_pods: Arc::default(),
        }
    }
}
