//! The cluster as it truly is, whoever knows of it.

mod capacity;
mod containers;
mod daemon_sets;
mod image_faults;
mod images;
mod node_ids;
mod nodes;
mod pod_names;
mod pods;
mod revisions;
mod state;
mod truth;

pub(super) use capacity::{Capacity, Freed, needs_of_background};
pub(super) use containers::Role;
pub(super) use daemon_sets::{CachedDaemonSet, DaemonSetObject, Spec};
pub(super) use nodes::{Node, NodeVersion};
pub(super) use pods::{Broken, CachedPod, Hung, Pod, PodFootprint};
pub(super) use revisions::RevisionObject;
pub(super) use state::ready_status;
pub(super) use truth::Cluster;
