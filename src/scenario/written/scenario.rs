//! The whole of a scenario.

use crate::scenario::written::alerts::Alerts;
use crate::scenario::written::cluster::Cluster;
use crate::scenario::written::compare::Compare;
use crate::scenario::written::control_plane::ControlPlane;
use crate::scenario::written::cover::Cover;
use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::event::Event;
use crate::scenario::written::expect::Expectations;
use crate::scenario::written::kubelet::{Images, Kubelet, Network};
use crate::scenario::written::latencies::Latencies;
use crate::scenario::written::manifest::ManifestEntry;
use crate::scenario::written::priority_class::PriorityClasses;
use crate::scenario::written::short_form::MapOrText;
use crate::scenario::written::switch::Switch;
use crate::scenario::written::until::Until;
use crate::scenario::written::version::Version;
use schemars::JsonSchema;
use serde::Deserialize;

/// A rollout of DaemonSets to simulate.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "rollcast scenario")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// For titles, and for the folder of results. Default: the name of the file.
    pub name: Option<String>,
    /// What it shows, in a sentence or more.
    #[serde(default)]
    pub description: String,
    /// The version of Kubernetes whose rules apply.
    #[serde(default)]
    pub kubernetes: Version,
    /// Seeds every random number: the same seed gives the same run. Default: 1.
    #[serde(default = "one")]
    pub seed: u64,
    /// Which of several equally due nodes the controller takes first; Kubernetes leaves it open,
    /// anew at each sync.
    #[serde(default)]
    pub order: PickingOrder,
    /// The nodes: `{nodes: 20}`, or pools.
    pub cluster: Deferred<Cluster>,
    /// DaemonSets that run everywhere they should when the run starts: paths of manifests, or
    /// the manifests themselves.
    #[serde(default)]
    pub daemon_sets: Vec<Deferred<ManifestEntry>>,
    /// Priority classes of the cluster, besides those of manifests: `{important: {value: 1000}}`.
    #[serde(default)]
    pub priority_classes: Deferred<PriorityClasses>,
    /// How the API server and the controllers keep each other waiting: settings, or `off`.
    #[serde(default)]
    pub control_plane: Deferred<Switch<ControlPlane>>,
    /// What kubelets do: settings, or `off` for pods that go through their phases without anything
    /// in between.
    #[serde(default)]
    pub kubelet: Deferred<Switch<Kubelet>>,
    /// What images weigh: `{"quay.io/*": {size: 80MB}}`. One that no pattern fits has 80MB.
    #[serde(default)]
    pub images: Deferred<Images>,
    /// What carries images to the nodes.
    #[serde(default)]
    pub network: Deferred<Network>,
    /// How long each phase of a pod takes; everything has a default.
    #[serde(default)]
    pub latencies: Deferred<Latencies>,
    /// What happens, and when.
    #[serde(default)]
    pub events: Vec<Deferred<Event>>,
    /// When the run ends. Default: `rolloutComplete`, at the latest after 24h.
    #[serde(default)]
    pub until: Deferred<MapOrText<Until>>,
    /// How Prometheus looks at DaemonSets.
    #[serde(default)]
    pub alerts: Deferred<Alerts>,
    /// DaemonSets that stand for each other, so that a node needs a pod of one of them.
    #[serde(default)]
    pub cover: Deferred<Cover>,
    /// What must hold; a broken threshold is reported, and the exit code is 3.
    #[serde(default)]
    pub expect: Deferred<Expectations>,
    /// What `rollcast compare` varies; a run of its own pays no attention to it.
    #[serde(default)]
    pub compare: Deferred<Compare>,
}

/// Which of several equally due nodes the controller takes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Order")]
pub enum PickingOrder {
    /// At each sync, each node that waits is as likely as any other to come first, as in a real
    /// cluster; the seed decides. The default.
    #[default]
    Seeded,
    /// By node name, at each sync: a node that fails every pod may keep all after it waiting.
    Name,
    /// Zone by zone, within a zone by name, at each sync.
    Zone,
}

fn one() -> u64 {
    1
}
