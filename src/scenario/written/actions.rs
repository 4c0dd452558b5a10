//! What is written behind the verb of an event.

use crate::scenario::written::duration::Duration;
use crate::scenario::written::selection::Nodes;
use crate::scenario::written::short_form::ShortForm;
use crate::scenario::written::taint::{Taint, TaintKey};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// New machines that register as nodes of a pool.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Join {
    /// The pool that says what they are like, which may be left out if there is only one; or the
    /// name of a node that left, which joins again.
    pub pool: Option<String>,
    /// How many. Default: 1.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

impl ShortForm for Join {
    const EXPECTED: &'static str =
        "a number of nodes, or a map such as `{pool: workers, count: 3}`";
    const TEXT: &'static str =
        "A number of nodes, the pool of which one node joins, or the name of a node that left.";

    fn from_text(pool: &str) -> Result<Self, String> {
        Ok(Self { pool: Some(pool.to_owned()), count: 1 })
    }

    fn from_number(count: u64) -> Option<Self> {
        Some(Self { pool: None, count: u32::try_from(count).unwrap_or(u32::MAX) })
    }
}

/// Sets a taint.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaintNodes {
    /// On which nodes.
    pub nodes: Nodes,
    /// The taint; it replaces one of the same key and effect.
    pub taint: Taint,
}

/// Removes taints.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UntaintNodes {
    /// On which nodes.
    pub nodes: Nodes,
    /// Which taints: `key` or `key:Effect`.
    pub taint: TaintKey,
}

/// Sets and removes labels.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Label {
    /// On which nodes.
    pub nodes: Nodes,
    /// Labels to set; `null` removes one.
    pub labels: BTreeMap<String, Option<String>>,
}

/// Images of containers.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetImage {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// The new image; of the container with an image of the same repository if there are several.
    pub image: Option<String>,
    /// The new images by container; `*` stands for all containers.
    pub images: BTreeMap<String, String>,
}

impl ShortForm for SetImage {
    const EXPECTED: &'static str = "an image, or a map such as `{daemonSet: agent, image: x:v2}`";
    const TEXT: &'static str = "The new image, or `container=image` as for `kubectl set image`.";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(match text.split_once('=') {
            Some((container, image)) => Self {
                images: [(container.to_owned(), image.to_owned())].into(),
                ..Self::default()
            },
            None => Self { image: Some(text.to_owned()), ..Self::default() },
        })
    }
}

/// `kubectl rollout restart`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RolloutRestart {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
}

const DAEMON_SET: &str = "the name of a DaemonSet, or a map such as `{daemonSet: agent}`";
const DAEMON_SET_TEXT: &str = "The DaemonSet, `name` or `namespace/name`.";

impl ShortForm for RolloutRestart {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = DAEMON_SET_TEXT;

    fn from_text(name: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(name.to_owned()) })
    }
}

/// `kubectl rollout undo`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RolloutUndo {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// The revision to go back to, from 1. Default: the one before the current.
    pub to_revision: Option<u32>,
}

impl ShortForm for RolloutUndo {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = DAEMON_SET_TEXT;

    fn from_text(name: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(name.to_owned()), to_revision: None })
    }
}

/// `kubectl patch` of what is not the pod template.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Patch {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// Changes to `spec.updateStrategy`, as in the API.
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub update_strategy: Option<super::Deferred<()>>,
    /// A new `spec.minReadySeconds`.
    #[schemars(with = "Option<u32>")]
    pub min_ready_seconds: Option<super::Deferred<()>>,
}

/// `kubectl annotate`, which changes nothing that anybody reads.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Annotate {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
}

impl ShortForm for Annotate {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = DAEMON_SET_TEXT;

    fn from_text(name: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(name.to_owned()) })
    }
}

/// Something that happens to the pods of a DaemonSet on some nodes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OnNodes {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// On which nodes. Default: `all`.
    pub nodes: Option<Nodes>,
}

/// `kubectl delete pod`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeletePods {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// On which nodes. Default: `all`.
    pub nodes: Option<Nodes>,
    /// `--force --grace-period=0`: the objects go at once, whatever still runs. Default: false.
    pub force: bool,
}

/// The API server refuses to create pods, as an admission webhook or PodSecurity makes it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefusePods {
    /// Why, as it stands after `pods "agent-x7k2p" is forbidden: ` in the answer; one that begins
    /// with `admission webhook` is the whole answer.
    pub message: String,
    /// Only pods of this DaemonSet, `name` or `namespace/name`. Default: of any.
    pub daemon_set: Option<String>,
    /// Only in this namespace. Default: in any.
    pub namespace: Option<String>,
    /// Only pods for these nodes. Default: `all`.
    pub nodes: Option<Nodes>,
    /// For how long. Default: to the end of the run.
    pub duration: Option<Duration>,
}

impl ShortForm for RefusePods {
    const EXPECTED: &'static str = "why, or a map such as `{message: denied, duration: 5m}`";
    const TEXT: &'static str = "Why, as the API server answers.";

    fn from_text(message: &str) -> Result<Self, String> {
        Ok(Self {
            message: message.to_owned(),
            daemon_set: None,
            namespace: None,
            nodes: None,
            duration: None,
        })
    }
}

/// The containers of pods do not stop when they are told to: the pods stay Terminating.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StuckTerminating {
    /// Only pods of this DaemonSet, `name` or `namespace/name`. Default: of any.
    pub daemon_set: Option<String>,
    /// On which nodes. Default: `all`.
    pub nodes: Option<Nodes>,
    /// For how long; what is left of them stops then. Default: to the end of the run, unless the
    /// machine restarts.
    pub duration: Option<Duration>,
}

/// `kubectl delete daemonset`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Delete {
    /// The DaemonSet, `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// What happens to its pods.
    pub cascade: Cascade,
}

impl ShortForm for Delete {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = DAEMON_SET_TEXT;

    fn from_text(name: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(name.to_owned()), cascade: Cascade::default() })
    }
}

// Source: `pkg/controller/garbagecollector/garbagecollector.go`.
/// What happens to the pods of a deleted DaemonSet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Cascade {
    /// The DaemonSet goes at once, its pods after it. The default, as for kubectl.
    #[default]
    Background,
    /// The pods go first, then the DaemonSet.
    Foreground,
    /// The pods stay.
    Orphan,
}

/// Makes an image bad: containers of it that are started from now on fail.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BreakImage {
    /// The image; `*` stands for anything: `quay.io/agent:*`.
    pub image: String,
    /// How it fails. Default: `neverReady`.
    #[serde(default)]
    pub fault: Fault,
    /// With `fault: crash`: how long each start goes well before. Default: it crashes at once.
    pub after: Option<Duration>,
    /// On which nodes. Default: `all`; `{percent: 10%}` for a fault that not every node shows.
    pub nodes: Option<Nodes>,
}

impl ShortForm for BreakImage {
    const EXPECTED: &'static str = "an image, or a map such as `{image: x:v2, fault: crash}`";
    const TEXT: &'static str = "The image; its containers never become ready.";

    fn from_text(image: &str) -> Result<Self, String> {
        Ok(Self { image: image.to_owned(), fault: Fault::default(), after: None, nodes: None })
    }
}

/// How an image fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// Containers run, and their readiness probe never passes. The default.
    #[default]
    NeverReady,
    /// Containers exit after each start, at once or `after` a time, and are restarted with back-off.
    Crash,
    /// The image cannot be pulled.
    PullError,
}

/// Makes an image good again; containers of it that run now become ready.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MendImage {
    /// The image; `*` stands for anything.
    pub image: String,
}

impl ShortForm for MendImage {
    const EXPECTED: &'static str = "an image";
    const TEXT: &'static str = "The image.";

    fn from_text(image: &str) -> Result<Self, String> {
        Ok(Self { image: image.to_owned() })
    }
}
