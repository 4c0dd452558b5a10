//! `gantt.svg`: what a few nodes did in a rollout, phase by phase.

mod bars;
mod chart;
mod path;
mod phases;
mod words;

pub use chart::{Phased, gantt};
