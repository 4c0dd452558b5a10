//! A moment of a run as Kubernetes objects: what the API server would have served then.
//!
//! Objects are [`serde_json::Value`]s, so their keys are sorted, as kubectl sorts them. What a record
//! does not know is absent (`metadata.resourceVersion`, `status.containerStatuses[].imageID`), and
//! identifiers and addresses are made up, always the same for the same object.

mod addresses;
mod container_statuses;
mod controller_revision;
mod daemon_set;
mod event;
mod json;
mod list;
mod metadata;
mod node;
mod pod;
mod pod_conditions;
mod pod_ip;
mod yaml;

pub(in crate::report) use addresses::node_address;
pub use controller_revision::controller_revision_object;
pub use daemon_set::daemon_set_object;
pub use event::event_object;
pub use json::{list_json, object_json};
pub use list::list_of;
pub(in crate::report) use metadata::kubelet_version;
pub use node::node_object;
pub use pod::pod_object;
pub(in crate::report) use pod_ip::pod_ip;
pub use yaml::object_yaml;

#[cfg(test)]
mod tests;
