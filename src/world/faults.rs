//! Images that behave badly, and from when a container that retries gets on again.

use crate::control::NodeId;
use crate::control::backoff_schedule;
use crate::scenario::{ImageFault, glob_matches};
use crate::time::SimTime;

/// One fault of some images on some nodes.
#[derive(Clone, Debug)]
struct Fault {
    pattern: String,
    /// None for a pattern whose images work again.
    kind: Option<ImageFault>,
    /// None for every node, also those that join later.
    nodes: Option<Vec<NodeId>>,
}

/// The faults in force, the latest last.
#[derive(Clone, Debug, Default)]
pub(super) struct ImageFaults {
    faults: Vec<Fault>,
}

impl ImageFaults {
    /// From now on, images like `pattern` have a fault on `nodes` (sorted), or everywhere.
    pub(super) fn add(&mut self, pattern: &str, fault: ImageFault, nodes: Option<Vec<NodeId>>) {
        self.faults.push(Fault { pattern: pattern.to_owned(), kind: Some(fault), nodes });
    }

    /// From now on, images like `pattern` have no fault, whatever was said before.
    pub(super) fn remove(&mut self, pattern: &str) {
        self.faults.push(Fault { pattern: pattern.to_owned(), kind: None, nodes: None });
    }

    /// Whether no image has any.
    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// The fault of an image on a node, if it has one.
    pub(super) fn of(&self, image: &str, node: NodeId) -> Option<ImageFault> {
        let on_node = |fault: &&Fault| {
            fault.nodes.as_ref().is_none_or(|nodes| nodes.binary_search(&node).is_ok())
        };
        let mut latest_first = self.faults.iter().rev().filter(on_node);
        latest_first.find(|fault| glob_matches(&fault.pattern, image))?.kind
    }
}

/// When a container that has failed since `since` is tried next, at `now` or later. Nothing is
/// scheduled for the tries before, because they cannot change anything.
pub(super) fn next_try(since: SimTime, now: SimTime) -> SimTime {
    let mut at = since;
    for delay in backoff_schedule() {
        if at >= now && at > since {
            break;
        }
        at += delay;
    }
    at
}
