//! Objects of a cluster at one moment.

use super::controller_revision::ControllerRevision;
use super::manifest::Loaded;
use super::node::Node;
use super::pod::Pod;
use crate::time::SimTime;

/// Objects of a cluster at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Defaulted, not validated: its API server did that.
    pub daemon_sets: Vec<Loaded>,
    /// In the order of the file.
    pub nodes: Vec<Node>,
    /// Of all owners.
    pub pods: Vec<Pod>,
    /// Of `apps/v1`.
    pub revisions: Vec<ControllerRevision>,
    /// The newest timestamp found.
    pub newest: Option<SimTime>,
}
