//! Kubernetes objects as users write them.
//!
//! Manifests are read in three steps: as *written* (every field may be missing), with the API
//! server's *defaults* filled in, and *validated* with its own messages. What comes out are plain
//! valid types. Nothing here knows of simulated clusters or decides anything a controller decides.

mod canonical;
mod container;
mod container_status;
mod controller_revision;
mod convert;
mod daemon_set;
mod defaults;
mod edit;
mod image;
mod int_or_percent;
mod label_selector;
mod labels;
mod manifest;
mod metadata;
mod names;
mod node;
mod node_selector;
mod nullable;
mod pod;
mod pod_template;
mod pressure;
mod priority_class;
mod quantity;
mod resource_quota;
mod revision_hash;
mod selector_text;
mod share;
mod snapshot;
mod snapshot_problems;
mod spelling;
mod stored;
mod taint;
mod timestamp;
mod typed_lists;
mod unmodeled;
mod validation;
mod version;
pub mod well_known;
mod written;

pub use container::{
    Container, ContainerPort, ImagePullPolicy, PreStop, Probe, Protocol, ResourceList,
};
pub use container_status::{ContainerState, ContainerStatus, Running, Terminated, Waiting};
pub use controller_revision::ControllerRevision;
pub use daemon_set::{
    DaemonSet, DaemonSetSpec, DaemonSetStatus, TEMPLATE_GENERATION, UpdateStrategy,
};
pub use edit::{EditError, set_image};
pub use image::{ImageParts, Repository, image_parts, image_problem, is_placeholder};
pub use int_or_percent::{IntOrPercent, ParseIntOrPercentError};
pub use label_selector::{LabelOperator, LabelRequirement, LabelSelector};
pub use labels::Labels;
pub use manifest::{
    Loaded, Object, daemon_set_from_cluster, daemon_set_from_tree, daemon_sets_from_documents,
    objects_in,
};
pub use metadata::{ObjectMeta, OwnerReference};
pub use names::{
    dns_label_problems, dns_subdomain_problems, is_extended_resource, is_huge_page,
    label_value_problems, qualified_name_problems,
};
pub use node::{Condition, Node, NodeSpec, NodeStatus};
pub use node_selector::{
    NODE_NAME, NodeOperator, NodeRequirement, NodeSelector, NodeSelectorTerm, PreferredTerm,
};
pub use pod::{Pod, PodPhase, PodStatus};
pub use pod_template::{PodSpec, PodTemplate};
pub use pressure::Pressure;
pub use priority_class::{Priority, PriorityClass, PriorityClasses, add_priority_classes};
pub use quantity::{ParseQuantityError, Quantity};
pub use resource_quota::{FoundQuotas, ResourceQuota, resource_quotas_from_documents};
pub use revision_hash::revision_hash;
pub use selector_text::ParseSelectorError;
pub use share::{ParseShareError, Share};
pub use snapshot::{Snapshot, snapshot_from_documents};
pub use taint::{ParseTaintError, Taint, TaintEffect, Toleration, TolerationOperator};
pub use timestamp::{format_rfc3339, parse_rfc3339};
pub use typed_lists::fill_in_types;
pub use version::{KubernetesVersion, ParseVersionError, minor_version};
