//! The cluster as it truly is, whoever knows of it.

mod truth;

pub(super) use truth::Cluster;
