//! The cluster as it truly is.

use std::collections::BTreeMap;

use crate::api::{PodTemplate, PriorityClasses};
use crate::control::{NodeId, PodId};
use crate::engine::Streams;
use crate::record::PodState;
use crate::scenario::{NodePool, Scenario};
use crate::world::cluster::daemon_sets::{DaemonSetObject, Spec};
use crate::world::cluster::image_faults::ImageFaults;
use crate::world::cluster::images::Images;
use crate::world::cluster::node_ids::NodeIds;
use crate::world::cluster::nodes::{Node, NodeVersion};
use crate::world::cluster::pod_names::PodNames;
use crate::world::cluster::pods::Pod;
use crate::world::cluster::revisions::RevisionObject;
use crate::world::ids::{DaemonSetId, HashId, SpecId, Table, TemplateId, VersionId};

/// Machines, objects and images, as they truly are.
#[derive(Debug, Default)]
pub(in crate::world) struct Cluster {
    pub(in crate::world) nodes: Table<NodeId, Node>,
    pub(super) node_ids: NodeIds,
    pub(in crate::world) versions: Table<VersionId, NodeVersion>,
    pub(in crate::world) pods: Table<PodId, Pod>,
    pub(super) pod_names: PodNames,
    pub(in crate::world) daemon_sets: Table<DaemonSetId, DaemonSetObject>,
    pub(in crate::world) specs: Table<SpecId, Spec>,
    pub(in crate::world) templates: Table<TemplateId, PodTemplate>,
    pub(in crate::world) hashes: Table<HashId, String>,
    /// How many pods of each hash a DaemonSet owns.
    pub(in crate::world) live_hashes: BTreeMap<(DaemonSetId, HashId), u32>,
    pub(in crate::world) revisions: Vec<RevisionObject>,
    pub(in crate::world) images: Images,
    pub(in crate::world) image_faults: ImageFaults,
    pub(in crate::world) pools: Vec<NodePool>,
    pub(in crate::world) priority_classes: PriorityClasses,
    /// How often a DaemonSet's template was tried on a node; names random numbers.
    pub(super) attempts: Table<DaemonSetId, Table<NodeId, (TemplateId, u32)>>,
    /// Finalizers of pods that a snapshot shows; all others have those of their templates.
    pub(in crate::world) finalizers: BTreeMap<PodId, Vec<String>>,
    /// What a snapshot shows of pods beyond what is modeled: a record begins with it.
    pub(in crate::world) shown: BTreeMap<PodId, PodState>,
    /// Whether a node has reached the limit of pods: then the run ends.
    pub(in crate::world) is_crowded: bool,
}

impl Cluster {
    /// Nothing is there yet, and nodes join from the pools of a scenario.
    pub(in crate::world) fn new(scenario: &Scenario, streams: &Streams) -> Self {
        Self {
            pod_names: PodNames::new(streams),
            pools: scenario.pools.clone(),
            priority_classes: scenario.priority_classes.clone(),
            ..Self::default()
        }
    }

    pub(in crate::world) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node]
    }

    pub(in crate::world) fn pod(&self, pod: PodId) -> &Pod {
        &self.pods[pod]
    }

    /// The finalizers that keep the object of a pod.
    pub(in crate::world) fn finalizers_of(&self, pod: PodId) -> &[String] {
        let own = &self.specs[self.pods[pod].spec].written.template.finalizers;
        self.finalizers.get(&pod).unwrap_or(own)
    }

    /// The spec that a DaemonSet truly has.
    pub(in crate::world) fn spec_of(&self, daemon_set: DaemonSetId) -> &Spec {
        &self.specs[self.daemon_sets[daemon_set].spec]
    }

    /// Every DaemonSet there ever was.
    pub(in crate::world) fn daemon_set_ids(&self) -> impl Iterator<Item = DaemonSetId> + use<> {
        self.daemon_sets.ids()
    }
}
