//! Scenarios: what may be written, what is valid, and every problem in between.
//!
//! [`read`] takes the text of a scenario and gives a [`Scenario`] that needs no further checks,
//! or a [`Report`] of everything that is wrong with it and with its manifests, with line and
//! column. Nothing here runs anything; files are read through [`Files`], which `cli` provides.

mod assumptions;
mod check;
mod compare;
mod control_plane;
mod foreign;
mod kubelet;
mod latencies;
mod manifests;
mod node_change;
mod observed;
mod of_change;
mod of_manifest;
mod of_snapshot;
mod overrides;
mod pattern;
mod pool;
mod read;
mod report;
mod schema;
mod selection;
mod snapshot;
mod start_nodes;
mod template;
mod typed;
mod valid;
pub mod written;

pub use compare::Compare;
pub use foreign::{Foreign, foreign};
pub use kubelet::{Kubelet, KubeletModel, Network, StartDelays};
pub use manifests::{Files, NoFiles, set_in_manifests};
pub use observed::{Observed, ObservedPod, ObservedPods, PodKind};
pub use of_change::{Frame, Update, scenario_of_change, with_images_of};
pub use of_manifest::{
    AssumedNodes, AssumedUpdate, MadeScenario, OfManifest, OfManifestError, SharedPort,
    Unfulfilled, are_manifests, container_and_image, scenario_of, unfulfilled,
};
pub use of_snapshot::{SnapshotScenario, scenario_of_snapshot};
pub use overrides::Override;
pub use pattern::{glob_matches, repository};
pub use pool::POOL_LABEL;
pub use read::{Loaded, read, read_again};
pub use report::{FileProblems, Report};
pub use schema::json_schema;
pub use typed::{TypedChange, TypedError, typed_change};
pub use valid::*;

#[cfg(test)]
mod tests;
