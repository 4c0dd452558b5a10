//! Container images by number.

use std::collections::BTreeMap;

use crate::engine::fnv1a64;
use crate::world::ids::ImageId;

/// The images that a run has heard of.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Images {
    names: Vec<String>,
    hashes: Vec<u64>,
    by_name: BTreeMap<String, ImageId>,
}

impl Images {
    /// The number of an image, given out on first use.
    pub(in crate::world) fn intern(&mut self, name: &str) -> ImageId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = ImageId(u32::try_from(self.names.len()).expect("fewer than 2^32 images"));
        self.names.push(name.to_owned());
        self.hashes.push(fnv1a64(name.as_bytes()));
        self.by_name.insert(name.to_owned(), id);
        id
    }

    pub(in crate::world) fn name(&self, image: ImageId) -> &str {
        &self.names[image.0 as usize]
    }

    pub(in crate::world) fn hash(&self, image: ImageId) -> u64 {
        self.hashes[image.0 as usize]
    }
}
