//! What the controller does in one sync, and why it leaves the rest alone.

use crate::record::cause::{Attempt, Blocker};
use crate::record::summary::Hold;
use crate::record::timeline::StatusCounts;

/// One sync of one DaemonSet. Lists are in the order of the cluster's node names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// `namespace/name`.
    pub daemon_set: String,
    /// The revision of its template; none if the sync ends before it looks.
    pub revision: Option<PlannedRevision>,
    /// Nodes that get a pod.
    pub creates: Vec<String>,
    /// Pods that are deleted.
    pub deletes: Vec<String>,
    /// Pods without a controller that it takes over.
    pub adopts: Vec<String>,
    /// Pods of its own that it lets go of, as its selector does not match them.
    pub releases: Vec<String>,
    /// ControllerRevisions that are deleted, in that order.
    pub deleted_revisions: Vec<String>,
    /// The status after the sync.
    pub status: StatusCounts,
    /// `status.observedGeneration` after the sync.
    pub observed_generation: i64,
    /// API events, `Type Reason message`, sorted; those for created and deleted pods aside.
    pub events: Vec<String>,
    /// The unavailable budget, in nodes.
    pub budget: u32,
    /// What holds the rest back.
    pub holds: Vec<Hold>,
    /// Since when the DaemonSet is being deleted, and what for it waits; none if it is not.
    pub deleting: Option<String>,
    /// What would help, as tried in simulations; empty if nothing was.
    pub advice: Vec<Attempt>,
    /// Why the sync fails and will be tried again.
    pub error: Option<String>,
    /// Every node, and nodes that are gone and still have pods.
    pub nodes: Vec<PlannedNode>,
}

/// The ControllerRevision of the present template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRevision {
    /// `metadata.name`.
    pub name: String,
    /// The label `controller-revision-hash` of its pods.
    pub hash: String,
    /// `revision`.
    pub number: i64,
    /// Whether this sync creates it.
    pub created: bool,
}

/// A node, and what the sync does there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedNode {
    /// Its name; empty for pods that target no node.
    pub name: String,
    /// The DaemonSet's pods that target it.
    pub pods: Vec<String>,
    /// What is there: `old, available`.
    pub state: &'static str,
    /// Whether it gets a pod.
    pub creates: bool,
    /// The pods that are deleted.
    pub deletes: Vec<String>,
    /// Whether something is due and not done now.
    pub waits: bool,
    /// Whether it counts against the budget, so that others wait.
    pub spends: bool,
    pub why: String,
    /// What is behind it, as far as that is known.
    pub cause: Option<Blocker>,
}
