//! Images that behave badly.

use std::collections::BTreeMap;

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

/// How an image fares on a node, as a snapshot shows it.
#[derive(Clone, Debug)]
struct Found {
    image: String,
    fault: ImageFault,
    /// Why its container waits, as its kubelet says.
    reason: String,
}

/// The faults in force, the latest last; before them those that a snapshot shows.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct ImageFaults {
    faults: Vec<Fault>,
    found: BTreeMap<NodeId, Vec<Found>>,
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
        for found in self.found.values_mut() {
            found.retain(|it| !glob_matches(pattern, &it.image));
        }
        self.found.retain(|_, found| !found.is_empty());
    }

    /// A snapshot shows that an image has a fault on a node. Whoever runs it there from now on has
    /// the same. Of several faults the worst counts.
    pub(in crate::world) fn find(
        &mut self,
        image: &str,
        node: NodeId,
        fault: ImageFault,
        reason: &str,
    ) {
        let found = self.found.entry(node).or_default();
        if found.iter().any(|it| it.image == image && it.fault >= fault) {
            return;
        }
        found.retain(|it| it.image != image);
        found.push(Found { image: image.to_owned(), fault, reason: reason.to_owned() });
    }

    /// Another machine has registered under a node's name: nothing was found on it.
    pub(in crate::world) fn forget_machine(&mut self, node: NodeId) {
        self.found.remove(&node);
    }

    /// An image gets ready on a node where a snapshot shows that it did not.
    pub(in crate::world) fn gets_ready(&mut self, image: &str, node: NodeId) {
        if let Some(found) = self.found.get_mut(&node) {
            found.retain(|it| it.image != image || it.fault != ImageFault::NeverReady);
        }
        self.found.retain(|_, found| !found.is_empty());
    }

    /// Why the container of an image waits on a node, if a snapshot shows that it does.
    pub(in crate::world) fn found_reason(&self, image: &str, node: NodeId) -> Option<&str> {
        self.found(image, node).map(|found| found.reason.as_str())
    }

    fn found(&self, image: &str, node: NodeId) -> Option<&Found> {
        self.found.get(&node)?.iter().find(|found| found.image == image)
    }

    /// Whether no image has any.
    pub(in crate::world) fn is_empty(&self) -> bool {
        self.faults.is_empty() && self.found.is_empty()
    }

    /// The fault of an image on a node, if it has one.
    pub(in crate::world) fn of(&self, image: &str, node: NodeId) -> Option<ImageFault> {
        let on_node = |fault: &&Fault| {
            fault.nodes.as_ref().is_none_or(|nodes| nodes.binary_search(&node).is_ok())
        };
        let mut latest_first = self.faults.iter().rev().filter(on_node);
        match latest_first.find(|fault| glob_matches(&fault.pattern, image)) {
            Some(fault) => fault.kind,
            None => self.found(image, node).map(|found| found.fault),
        }
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

    /// Whether a snapshot shows that no container of an image can be created on a node, though the
    /// image may be there.
    pub(in crate::world) fn is_found_unusable(&self, image: ImageId, node: NodeId) -> bool {
        self.cannot_be_pulled(image, node)
            && self.image_faults.found_reason(self.images.name(image), node).is_some()
    }

    pub(in crate::world) fn cannot_be_pulled(&self, image: ImageId, node: NodeId) -> bool {
        !self.image_faults.is_empty()
            && self.image_faults.of(self.images.name(image), node) == Some(ImageFault::PullError)
    }
}
