//! What is written behind the verbs of operators and of clouds.

use crate::api::{IntOrPercent, Pressure};
use crate::scenario::written::amount::NodesOrPercent;
use crate::scenario::written::duration::Duration;
use crate::scenario::written::selection::Nodes;
use crate::scenario::written::short_form::ShortForm;
use crate::time::SimDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

const NODES: &str = "nodes: `all`, a name, or a map such as `{nodes: {pool: workers}}`";
const NODES_TEXT: &str = "The name of a node, or `all`.";

/// `all`, or the name of a node.
fn nodes(text: &str) -> Nodes {
    if text == "all" { Nodes::All } else { Nodes::Names(vec![text.to_owned()]) }
}

/// Graceful node shutdown: pods end as Failed, then the machine is off.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shutdown {
    /// Which nodes.
    pub nodes: Nodes,
    /// How long the pods have (the kubelet's `shutdownGracePeriod`). Default: 30s; with 0s the
    /// machine is off at once.
    #[serde(default = "half_a_minute")]
    pub grace_period: Duration,
}

fn half_a_minute() -> Duration {
    Duration(SimDuration::from_secs(30))
}

impl ShortForm for Shutdown {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: nodes(text), grace_period: half_a_minute() })
    }
}

/// Machines go off and come up again: the kubelet and all containers restart.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reboot {
    /// Which nodes.
    pub nodes: Nodes,
    /// How long the machines are off. Default: 1m.
    #[serde(default = "a_minute")]
    pub duration: Duration,
}

fn a_minute() -> Duration {
    Duration(SimDuration::from_secs(60))
}

impl ShortForm for Reboot {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: nodes(text), duration: a_minute() })
    }
}

/// Node objects are deleted, and new machines register under their names, as when machines are
/// set up anew. A pod object that is still there is taken up by the new kubelet.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reregister {
    /// Which nodes.
    pub nodes: Nodes,
    /// After what time the new machine registers. Default: 1m.
    #[serde(default = "a_minute")]
    pub after: Duration,
}

impl ShortForm for Reregister {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: nodes(text), after: a_minute() })
    }
}

/// A rolling upgrade of nodes: each is cordoned, drained, rebooted and uncordoned, and the next one
/// follows when its node is Ready.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpgradeNodes {
    /// Which nodes.
    pub nodes: Nodes,
    /// How many nodes are upgraded at the same time: `2`, or `10%` of them, rounded up. Default: 1.
    #[serde(default = "one_at_once")]
    pub at_once: NodesOrPercent,
    /// Whether background pods are evicted first, as `kubectl drain --ignore-daemonsets` does.
    /// Default: true.
    #[serde(default = "yes")]
    pub drain: bool,
    /// How long each machine is off. Default: 5m.
    #[serde(default = "five_minutes")]
    pub duration: Duration,
}

fn one_at_once() -> NodesOrPercent {
    NodesOrPercent(IntOrPercent::Int(1))
}

const fn yes() -> bool {
    true
}

fn five_minutes() -> Duration {
    Duration(SimDuration::from_secs(300))
}

impl ShortForm for UpgradeNodes {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        let nodes = nodes(text);
        let (at_once, drain, duration) = (one_at_once(), yes(), five_minutes());
        Ok(Self { nodes, at_once, drain, duration })
    }
}

/// A cloud takes machines back: their nodes are drained at once; after the notice they shut down
/// and are deleted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotInterruption {
    /// Which nodes.
    pub nodes: Nodes,
    /// How long before. Default: 2m, as on AWS; 30s on Google Cloud and Azure.
    #[serde(default = "two_minutes")]
    pub notice: Duration,
}

fn two_minutes() -> Duration {
    Duration(SimDuration::from_secs(120))
}

impl ShortForm for SpotInterruption {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: nodes(text), notice: two_minutes() })
    }
}

/// Nodes run out of something.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PressureNodes {
    /// Which nodes.
    pub nodes: Nodes,
    /// Of what.
    pub kind: Pressure,
    /// Whether the kubelet evicts pods for it, one in ten seconds. Default: false.
    #[serde(default)]
    pub evict: bool,
}

impl JsonSchema for Pressure {
    fn schema_name() -> Cow<'static, str> {
        "Pressure".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kind = |name: &str, description: &str| json_schema!({ "description": description, "type": "string", "const": name });
        json_schema!({
            "description": "What a node can run out of.",
            "oneOf": [
                kind("disk", "Space or inodes on a disk."),
                kind("memory", "Memory."),
                kind("pid", "Process numbers."),
            ]
        })
    }
}

/// Nodes have enough again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Relieve {
    /// Which nodes.
    pub nodes: Nodes,
    /// Of what. Default: of everything.
    pub kind: Option<Pressure>,
}

impl ShortForm for Relieve {
    const EXPECTED: &'static str = NODES;
    const TEXT: &'static str = NODES_TEXT;

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: nodes(text), kind: None })
    }
}

/// The process of the DaemonSet controller ends, as when another kube-controller-manager becomes
/// the leader: caches are listed anew, everything else that it kept in memory is lost.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RestartController {
    /// How long nobody leads. Default: 15s, the leader's lease.
    pub away: Duration,
}

impl Default for RestartController {
    fn default() -> Self {
        Self { away: Duration(SimDuration::from_secs(15)) }
    }
}

impl ShortForm for RestartController {
    const EXPECTED: &'static str = "how long nobody leads, such as `15s`";
    const TEXT: &'static str = "How long nobody leads.";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { away: duration(text)? })
    }
}

/// The API server does not answer: watches deliver nothing, and kubelets cannot renew their leases.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiServerOutage {
    /// How long it does not answer.
    pub duration: Duration,
    /// What its clients notice of it. Default: refused.
    #[serde(default)]
    pub kind: OutageKind,
}

/// What the clients of an API server that does not answer notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OutageKind {
    /// Connections are refused: the process is gone. Requests fail at once, and when it is back,
    /// each controller lists everything again in its own time.
    #[default]
    Refused,
    /// Connections stay, and nothing comes: the process hangs. Requests wait, and when it goes on,
    /// so do all.
    Hangs,
}

impl ShortForm for ApiServerOutage {
    const EXPECTED: &'static str = "a duration such as `60s`";
    const TEXT: &'static str = "For how long.";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { duration: duration(text)?, kind: OutageKind::default() })
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    <Duration as super::text::Written>::from_text(text)
}
