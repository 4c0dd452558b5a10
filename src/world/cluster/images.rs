//! Container images by number.

use std::collections::BTreeMap;

use crate::engine::fnv1a64;
use crate::world::ids::{ImageId, Table};

/// The images that a run has heard of.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Images {
    images: Table<ImageId, Image>,
    by_name: BTreeMap<String, ImageId>,
}

#[derive(Clone, Debug)]
struct Image {
    name: String,
    /// Names random numbers.
    hash: u64,
}

impl Images {
    /// The number of an image, given out on first use.
    pub(in crate::world) fn intern(&mut self, name: &str) -> ImageId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let image = Image { name: name.to_owned(), hash: fnv1a64(name.as_bytes()) };
        let id = self.images.push(image);
        self.by_name.insert(name.to_owned(), id);
        id
    }

    pub(in crate::world) fn name(&self, image: ImageId) -> &str {
        &self.images[image].name
    }

    pub(in crate::world) fn hash(&self, image: ImageId) -> u64 {
        self.images[image].hash
    }
}
