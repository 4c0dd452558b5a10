//! From what is written to what is valid: every check that looks at more than one value.
//!
//! Each file turns one part of the scenario into its valid form and notes what is wrong on the
//! way. A part that cannot be read leaves a gap, and checks that would only stumble over the gap
//! keep quiet.

mod actions;
mod alerts;
mod cluster;
mod compare;
mod control_plane;
mod cover;
mod events;
mod expect;
mod findings;
mod fleet;
mod images;
mod kubelet;
mod label;
mod latencies;
mod node;
mod node_actions;
mod observed;
mod priority_classes;
mod scenario;
mod section;
mod selection;
mod spread;
mod startup;
mod terminate;
mod time;
mod verbs;
mod waits;

pub(super) use findings::Findings;
pub(super) use scenario::scenario;
