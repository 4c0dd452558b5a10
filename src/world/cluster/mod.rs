//! The cluster as it truly is, whoever knows of it.

pub(in crate::world) mod capacity;
pub(in crate::world) mod containers;
pub(in crate::world) mod daemon_sets;
pub(in crate::world) mod image_faults;
pub(in crate::world) mod images;
pub(in crate::world) mod nodes;
pub(in crate::world) mod pods;
pub(in crate::world) mod revisions;
pub(in crate::world) mod truth;
