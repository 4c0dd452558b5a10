//! `limits.svg`: image pulls, and requests of the controller, at a time.

mod buckets;
mod chart;
mod plot;
mod words;

pub use chart::{Loaded, limits};
