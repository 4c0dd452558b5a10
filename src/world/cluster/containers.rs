//! The containers of a pod, by their places.

use crate::api::Container;
use crate::control::PodId;
use crate::record::HungStep;
use crate::world::cluster::pods::{Hung, Pod};
use crate::world::cluster::truth::Cluster;
use crate::world::ids::ImageId;

/// What a container is in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Role {
    /// It runs to its end before the next one starts.
    Init,
    /// It is started before the containers and runs beside them.
    Sidecar,
    Main,
}

impl Cluster {
    /// A container by its index: those that initialize the pod come first.
    pub(in crate::world) fn container(&self, id: PodId, index: u16) -> Option<(&Container, Role)> {
        let spec = &self.specs[self.pod(id).spec].written.template.spec;
        let index = usize::from(index);
        if let Some(container) = spec.init_containers.get(index) {
            let role = if container.is_sidecar { Role::Sidecar } else { Role::Init };
            return Some((container, role));
        }
        let main = spec.containers.get(index - spec.init_containers.len())?;
        Some((main, Role::Main))
    }

    /// The index of the first container that does not initialize the pod.
    pub(in crate::world) fn first_main(&self, id: PodId) -> u16 {
        let spec = &self.specs[self.pod(id).spec].written.template.spec;
        u16::try_from(spec.init_containers.len()).unwrap_or(u16::MAX)
    }

    /// A pod waits in vain for a step of one of its containers.
    pub(in crate::world) fn hang(&mut self, id: PodId, step: HungStep, index: u16) {
        let images = &self.specs[self.pod(id).spec].images;
        if let Some(&image) = images.get(usize::from(index)) {
            self.pods[id].hung = Some(Hung { step, image });
        }
    }

    pub(in crate::world) fn missing_images(&self, id: PodId) -> Vec<ImageId> {
        let Pod { node, spec, .. } = self.pod(id);
        let there = &self.node(*node).images;
        let wanted = self.specs[*spec].images.iter().copied();
        let is_missing =
            |&image: &ImageId| !there.contains(&image) || self.is_found_unusable(image, *node);
        wanted.filter(is_missing).collect()
    }
}
