//! Images that behave badly.

use crate::control::{NodeId, PodId};
use crate::scenario::{ImageFault, glob_matches};
use crate::time::SimDuration;
use crate::world::cluster::pods::Pod;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::ImageId;

/// One fault of some images on some nodes.
#[derive(Clone, Debug)]
struct Fault {
    pattern: String,
    /// None for a pattern whose images work again.
    kind: Option<ImageFault>,
    /// None for every node, also those that join later.
    nodes: Option<Vec<NodeId>>,
}

/// The faults in force, the latest last.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct ImageFaults {
    faults: Vec<Fault>,
}

impl ImageFaults {
    /// From now on, images like `pattern` have a fault on `nodes` (sorted), or everywhere.
    pub(in crate::world) fn add(
        &mut self,
        pattern: &str,
        fault: ImageFault,
        nodes: Option<Vec<NodeId>>,
    ) {
        self.faults.push(Fault { pattern: pattern.to_owned(), kind: Some(fault), nodes });
    }

    /// From now on, images like `pattern` have no fault, whatever was said before.
    pub(in crate::world) fn remove(&mut self, pattern: &str) {
        self.faults.push(Fault { pattern: pattern.to_owned(), kind: None, nodes: None });
    }

    /// Whether no image has any.
    pub(in crate::world) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// The fault of an image on a node, if it has one.
    pub(in crate::world) fn of(&self, image: &str, node: NodeId) -> Option<ImageFault> {
        let on_node = |fault: &&Fault| {
            fault.nodes.as_ref().is_none_or(|nodes| nodes.binary_search(&node).is_ok())
        };
        let mut latest_first = self.faults.iter().rev().filter(on_node);
        latest_first.find(|fault| glob_matches(&fault.pattern, image))?.kind
    }
}

impl Cluster {
    /// The worst that any of the pod's images does on its node once it is there.
    pub(in crate::world) fn fault_of(&self, id: PodId) -> Option<ImageFault> {
        if self.image_faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = self.pod(id);
        let images = &self.specs[*spec].images;
        let faults =
            images.iter().filter_map(|&image| self.image_faults.of(self.images.name(image), *node));
        faults.filter(|fault| !matches!(fault, ImageFault::CrashLater(_))).max()
    }

    /// How long after its start a container crashes that runs well until then.
    pub(in crate::world) fn crashes_after(&self, id: PodId, index: u16) -> Option<SimDuration> {
        let Pod { node, spec, .. } = *self.pod(id);
        let image = *self.specs[spec].images.get(usize::from(index))?;
        match self.image_faults.of(self.images.name(image), node)? {
            ImageFault::CrashLater(after) => Some(after),
            ImageFault::NeverReady | ImageFault::Crash | ImageFault::PullError => None,
        }
    }

    /// What keeps a container of this image from running well on its node once it is there.
    pub(in crate::world) fn fault_at(&self, id: PodId, index: u16) -> Option<ImageFault> {
        if self.image_faults.is_empty() {
            return None;
        }
        let Pod { node, spec, .. } = *self.pod(id);
        let image = self.specs[spec].images[usize::from(index)];
        let fault = self.image_faults.of(self.images.name(image), node);
        fault.filter(|fault| matches!(fault, ImageFault::NeverReady | ImageFault::Crash))
    }

    pub(in crate::world) fn cannot_be_pulled(&self, image: ImageId, node: NodeId) -> bool {
        !self.image_faults.is_empty()
            && self.image_faults.of(self.images.name(image), node) == Some(ImageFault::PullError)
    }
}
