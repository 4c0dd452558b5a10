//! What a comparison varies, as a scenario says it.

use crate::api::{IntOrPercent, Share};
use crate::input::Tree;
use crate::time::SimDuration;

/// What a comparison varies: names and values as they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compare {
    /// Fields, each with the values it takes in turn; no list is empty.
    pub vary: Vec<(String, Vec<Tree>)>,
    /// The same of fields that nobody decides on.
    pub given: Vec<(String, Vec<Tree>)>,
    /// Faults of the image that each setting is also tried with, as they are written.
    pub with_faults: Vec<String>,
    /// Settings beside these: names, each with the fields it changes.
    pub variants: Vec<(String, Vec<(String, Tree)>)>,
    /// The seeds, `1..50`, not looked at yet.
    pub seeds: Option<String>,
    /// The setting that the others are compared with.
    pub baseline: Option<String>,
    /// A rollout should complete within this time.
    pub within: Option<SimDuration>,
    /// Rollouts are observed for this long after their end.
    pub soak: Option<SimDuration>,
    /// At no moment should more nodes lack a serving pod.
    pub worst: Option<IntOrPercent>,
    /// A bad image should take the service of at most this many nodes.
    pub hit: Option<IntOrPercent>,
    /// What makes a setting cheap.
    pub cheapest: Option<String>,
    /// The share of all seeds that must reach the goal.
    pub share: Option<Share>,
    /// How sure that must be.
    pub confidence: Option<Share>,
}
