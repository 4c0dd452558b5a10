//! A DaemonSet, valid and with defaults applied.
//!
//! What lives here: [`DaemonSet`], its spec and its status. How it is read is elsewhere.

use crate::api::int_or_percent::IntOrPercent;
use crate::api::label_selector::LabelSelector;
use crate::api::metadata::ObjectMeta;
use crate::api::pod_template::PodTemplate;

/// The annotation that carries the template generation in apps/v1.
///
/// Source: pkg/apis/apps/v1/conversion.go.
pub const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaemonSet {
    /// Name, namespace (`default` unless written), labels, ….
    pub metadata: ObjectMeta,
    pub spec: DaemonSetSpec,
    /// What the controller last reported.
    pub status: DaemonSetStatus,
}

/// What is wanted of a DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaemonSetSpec {
    /// The pods it owns.
    pub selector: LabelSelector,
    /// The pod it puts on every node.
    pub template: PodTemplate,
    /// How pods of an old template are replaced.
    pub update_strategy: UpdateStrategy,
    /// How long a pod must be ready to be available, in seconds.
    pub min_ready_seconds: u32,
    /// How many old revisions are kept.
    pub revision_history_limit: u32,
}

/// How pods of an old template are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateStrategy {
    /// Not at all: whoever deletes a pod gets a new one.
    OnDelete,
    /// Node by node, within a budget. In a valid DaemonSet exactly one of the two is not zero.
    RollingUpdate {
        /// Nodes that may be without an available pod.
        max_unavailable: IntOrPercent,
        /// Nodes that may have a second pod.
        max_surge: IntOrPercent,
    },
}

/// What the controller last reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaemonSetStatus {
    /// Nodes that should have a pod and have one.
    pub current_number_scheduled: u32,
    /// Nodes that have a pod and should not.
    pub number_misscheduled: u32,
    /// Nodes that should have a pod.
    pub desired_number_scheduled: u32,
    /// Nodes whose pod is ready.
    pub number_ready: u32,
    /// The generation of the spec that this is about.
    pub observed_generation: i64,
    /// Nodes whose pod is of the current template.
    pub updated_number_scheduled: u32,
    /// Nodes whose pod is available.
    pub number_available: u32,
    /// Nodes that should have an available pod and have none.
    pub number_unavailable: u32,
    /// How often a revision's name was taken; part of its hash.
    pub collision_count: Option<u32>,
}

impl UpdateStrategy {
    /// What `maxSurge` says; none if no node may have a second pod.
    ///
    /// Upstream asks for the surge of a single node, which is zero only for `0` and `0%`.
    /// Mirrors `pkg/controller/daemon/util/daemonset_util.go` › `AllowsSurge`.
    pub fn surge(self) -> Option<IntOrPercent> {
        match self {
            Self::RollingUpdate { max_surge, .. } if !max_surge.is_zero() => Some(max_surge),
            Self::RollingUpdate { .. } | Self::OnDelete => None,
        }
    }

    /// Whether pods of an old template stay until somebody deletes them.
    pub fn is_on_delete(self) -> bool {
        self == Self::OnDelete
    }
}

impl DaemonSet {
    /// `namespace/name`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.metadata.namespace, self.metadata.name)
    }

    /// How often the template was changed, plus one; none if the annotation is missing or no
    /// number.
    ///
    /// Mirrors `pkg/controller/daemon/util/daemonset_util.go` › `GetTemplateGeneration`.
    pub fn template_generation(&self) -> Option<i64> {
        self.metadata.annotations.get(TEMPLATE_GENERATION)?.parse().ok()
    }
}
