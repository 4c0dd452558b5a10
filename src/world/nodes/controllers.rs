//! Those who look after nodes, the kubelets on them, and what is kept of each.

use std::collections::BTreeMap;

use crate::control::{NodeId, PodId, Ticks};
use crate::scenario::{Phase, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::ids::{Table, VersionId};
use crate::world::kubelet::Kubelets;
use crate::world::nodes::eviction::TaintEviction;
use crate::world::nodes::lifecycle::NodeLifecycle;
use crate::world::nodes::upgrade::{Upgrades, Upgrading};
use crate::world::settings::{Settings, loop_phase};

/// How often the cloud's controller looks for nodes whose machines are gone: the default of
/// `--node-monitor-period`.
const CLOUD_NODE_PERIOD: SimDuration = SimDuration::from_secs(5);

/// The kubelets, and the controllers that look after nodes.
#[derive(Debug)]
pub(in crate::world) struct Nodes {
    pub(in crate::world) kubelets: Kubelets,
    pub(in crate::world) lifecycle: NodeLifecycle,
    pub(in crate::world) taint_eviction: TaintEviction,
    /// When the cloud's controller looks for nodes whose machines are gone.
    pub(super) cloud: Ticks,
    pub(super) upgrades: Upgrades,
    bookkeeping: BTreeMap<NodeId, NodeBookkeeping>,
    /// Labels and taints with which each node last registered.
    pub(super) registered_as: Table<NodeId, VersionId>,
}

/// What is kept of a node besides its object and its machine.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeBookkeeping {
    /// When its kubelet last renewed its lease, if it is silent.
    pub(super) renewed: SimTime,
    /// Whether its cloud has taken the machine back: its Node object goes once the machine is off.
    pub(super) leaving: bool,
    /// Whether a snapshot shows that its kubelet says it is not Ready: what runs there goes on, and
    /// nothing is started or stopped.
    pub(super) stalled: bool,
    /// Whether background pods are being evicted from it.
    pub(super) draining: bool,
    /// How far it is in a rolling upgrade, if it is in one.
    pub(super) upgrading: Option<Upgrading>,
    /// Pods that were lost when its object was deleted, unless it comes back in time.
    pub(super) lost: Vec<PodId>,
    /// The epoch of the node in which it registered.
    pub(super) registered: u32,
}

impl Nodes {
    pub(in crate::world) fn new(scenario: &Scenario, settings: &Settings) -> Self {
        let Settings { streams, node_lifecycle, .. } = settings;
        let cloud = loop_phase(streams, *node_lifecycle, "cloud nodes", CLOUD_NODE_PERIOD);
        let model = scenario.control_plane.node_lifecycle.as_ref();
        Self {
            kubelets: Kubelets::new(&scenario.kubelet, settings.run_factors.of(Phase::ImagePull)),
            lifecycle: NodeLifecycle::new(model, settings),
            taint_eviction: TaintEviction::default(),
            cloud: Ticks::new(CLOUD_NODE_PERIOD, cloud),
            upgrades: Upgrades::default(),
            bookkeeping: BTreeMap::new(),
            registered_as: Table::new(),
        }
    }

    /// What is kept of a node, from now on.
    pub(super) fn bookkeeping(&mut self, id: NodeId) -> &mut NodeBookkeeping {
        self.bookkeeping.entry(id).or_default()
    }
}
