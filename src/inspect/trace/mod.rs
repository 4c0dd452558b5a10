//! A run as a trace: tracks with slices, instants and counters on them, and arrows along causes.
//!
//! A process for the cluster, and one for each DaemonSet with a track for each node; on it a slice for
//! each pod with its phases inside.

mod builder;
mod causes;
mod cluster;
mod counters;
mod model;
mod pods;

pub use builder::trace;
pub use model::{Shape, Slice, Trace, TraceEvent, Track, TrackId, TrackKind};
