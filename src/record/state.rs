//! The objects of a cluster as the API server has them at one instant.
//!
//! A record begins with the state at its start, and its facts tell of each change after that. So the
//! state at any later instant can be rebuilt without a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::timeline::StatusCounts;
use crate::record::unix_time::{instant, maybe};
use crate::time::{SimDuration, SimTime};

/// A DaemonSet and a node that have been there for so long had a pod: if none serves there when a run
/// begins, it was lost before.
pub const OLD_AFTER: SimDuration = SimDuration::from_secs(10 * 60);

/// Everything that a record tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterState {
    pub nodes: Vec<NodeState>,
    pub daemon_sets: Vec<DaemonSetState>,
    pub revisions: Vec<RevisionState>,
    /// Pods of DaemonSets.
    pub pods: Vec<PodState>,
}

/// One of these objects; its key `start` says which.
#[expect(clippy::large_enum_variant, reason = "they are made one at a time")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "start", rename_all = "camelCase")]
pub enum Object {
    Node(NodeState),
    DaemonSet(DaemonSetState),
    Revision(RevisionState),
    Pod(PodState),
}

impl ClusterState {
    /// Adds an object after the others of its kind.
    pub fn add(&mut self, object: Object) {
        match object {
            Object::Node(it) => self.nodes.push(it),
            Object::DaemonSet(it) => self.daemon_sets.push(it),
            Object::Revision(it) => self.revisions.push(it),
            Object::Pod(it) => self.pods.push(it),
        }
    }
}

/// A Node object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodeState {
    pub name: String,
    #[serde(with = "instant", rename = "created_unix_us")]
    pub created: SimTime,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// As kubectl writes them: `key=value:Effect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub unschedulable: bool,
    /// `status.allocatable`; of nodes without limits, nothing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub allocatable: BTreeMap<String, String>,
    pub ready: Ready,
    /// Since when `ready` is as it is; since its creation, if it never turned.
    #[serde(
        with = "maybe",
        rename = "ready_since_unix_us",
        skip_serializing_if = "Option::is_none"
    )]
    pub ready_since: Option<SimTime>,
    /// Pressure conditions that are `True`: `MemoryPressure`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pressures: Vec<String>,
}

/// The status of a node's condition `Ready`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ready {
    #[default]
    True,
    False,
    Unknown,
}

impl Ready {
    /// As the API server writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

/// A DaemonSet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DaemonSetState {
    /// What facts call it: `namespace/name`, or `namespace/name (2)` if it is the second of its name.
    pub daemon_set: String,
    pub namespace: String,
    pub name: String,
    #[serde(with = "instant", rename = "created_unix_us")]
    pub created: SimTime,
    /// Since when it is being deleted, while finalizers keep it.
    #[serde(with = "maybe", rename = "deleted_unix_us", skip_serializing_if = "Option::is_none")]
    pub deleted: Option<SimTime>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// `metadata.generation`.
    pub generation: i64,
    /// The annotation `deprecated.daemonset.template.generation`, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_generation: Option<i64>,
    /// `spec`, as the API server stores it.
    pub spec: Value,
    /// `status.observedGeneration`.
    pub observed_generation: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<u32>,
    pub status: StatusCounts,
}

/// A ControllerRevision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevisionState {
    pub namespace: String,
    pub name: String,
    /// The DaemonSet that controls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(with = "instant", rename = "created_unix_us")]
    pub created: SimTime,
    /// The label `controller-revision-hash`; pods of it have the same.
    pub hash: String,
    /// `revision`.
    pub number: i64,
    /// Its own labels, the hash aside.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// `data.spec.template`.
    pub template: Value,
}

/// A pod of a DaemonSet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PodState {
    pub pod: String,
    pub namespace: String,
    /// The DaemonSet that controls it, as facts call it; of an orphan, the one that created it.
    pub daemon_set: String,
    /// Whether no DaemonSet controls it.
    #[serde(skip_serializing_if = "is_false")]
    pub orphan: bool,
    /// The node that it is bound to, or pinned to.
    pub node: String,
    /// The label `controller-revision-hash`.
    pub revision: String,
    /// The label `pod-template-generation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_generation: Option<i64>,
    /// Its template, if there is no revision of its hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
    /// Its labels without hash and generation, if its template has others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finalizers: Vec<String>,
    /// Whole seconds.
    #[serde(with = "instant", rename = "created_unix_us")]
    pub created: SimTime,
    /// When its deletion was asked for, if it is being deleted.
    #[serde(with = "maybe", rename = "deleted_unix_us", skip_serializing_if = "Option::is_none")]
    pub deleted: Option<SimTime>,
    /// When it was bound to its node.
    #[serde(with = "maybe", rename = "bound_unix_us", skip_serializing_if = "Option::is_none")]
    pub bound: Option<SimTime>,
    pub phase: Phase,
    /// `status.reason`, of pods that have failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// `status.message`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// When its containers were started, as the API server learned.
    #[serde(with = "maybe", rename = "started_unix_us", skip_serializing_if = "Option::is_none")]
    pub started: Option<SimTime>,
    /// Since when it is Ready. Whole seconds.
    #[serde(
        with = "maybe",
        rename = "ready_since_unix_us",
        skip_serializing_if = "Option::is_none"
    )]
    pub ready_since: Option<SimTime>,
    /// When it turned not Ready, if it was Ready before.
    #[serde(
        with = "maybe",
        rename = "unready_since_unix_us",
        skip_serializing_if = "Option::is_none"
    )]
    pub unready_since: Option<SimTime>,
    /// Whether its containers are ready while readiness gates keep it from being Ready.
    #[serde(skip_serializing_if = "is_false")]
    pub waits_for_gates: bool,
    /// Restarts of its container, beyond those that follow from `waiting`.
    #[serde(skip_serializing_if = "is_zero")]
    pub restarts: u64,
    /// When it was last restarted, if it was.
    #[serde(with = "maybe", rename = "restarted_unix_us", skip_serializing_if = "Option::is_none")]
    pub restarted: Option<SimTime>,
    /// When its container ended before that, if it did.
    #[serde(with = "maybe", rename = "ended_unix_us", skip_serializing_if = "Option::is_none")]
    pub ended: Option<SimTime>,
    /// What it waits for, beyond what its phase says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
}

/// `status.phase` of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
    Unknown,
}

impl Phase {
    /// As the API server writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
        }
    }
}

/// What a pod waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub on: WaitsOn,
    /// The reason in the API server's words: `ErrImagePull`, `CrashLoopBackOff`, `Unschedulable`,
    /// `liveness`.
    pub reason: String,
    /// The image in question, if there is one; of the scheduler, its message.
    pub detail: String,
    #[serde(with = "instant", rename = "since_unix_us")]
    pub since: SimTime,
    /// When it is tried again for the first time, if it is.
    #[serde(with = "maybe", rename = "retry_unix_us")]
    pub retry: Option<SimTime>,
}

/// Who keeps a pod waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WaitsOn {
    /// The scheduler finds no room.
    Scheduler,
    /// An image is being pulled.
    Pull,
    /// An image cannot be pulled; it is tried again after back-offs.
    PullBackOff,
    /// A container crashed, and is started again after back-offs.
    CrashBackOff,
    /// A probe failed; the container is started again after back-offs.
    ProbeBackOff,
    /// What a snapshot shows and is not modeled.
    Unmodeled,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// Labels as a JSON map.
pub fn labels_json<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    json(&labels.collect::<BTreeMap<&str, &str>>())
}

impl NodeState {
    /// As facts write it down.
    pub fn to_json(&self) -> String {
        json(self)
    }
}

impl DaemonSetState {
    /// As facts write it down.
    pub fn to_json(&self) -> String {
        json(self)
    }
}

impl RevisionState {
    /// As facts write it down.
    pub fn to_json(&self) -> String {
        json(self)
    }
}

fn json(object: &impl Serialize) -> String {
    serde_json::to_string(object).expect("plain data with texts as keys is JSON")
}
