//! What somebody decides, and what he has to live with.
//!
//! `maxUnavailable` is a decision. How many nodes there are, how long a pull takes and whether an
//! image is bad are circumstances: a recommendation is a decision that is good in all of them, never
//! a circumstance. Which is which is known by the name of the field.

use crate::input::Segment;
use crate::study::shorthand::stands_for;

/// What a scenario says at its top about the world, not about what is done in it.
const TOP: [&str; 11] = [
    "alerts",
    "cluster",
    "controlPlane",
    "images",
    "kubelet",
    "kubernetes",
    "latencies",
    "network",
    "order",
    "priorityClasses",
    "until",
];

/// Events that people decide on; the others happen to them.
const DECIDED: [&str; 11] = [
    "after",
    "apply",
    "at",
    "delete",
    "deletePods",
    "patch",
    "rolloutRestart",
    "rolloutUndo",
    "setImage",
    "upgradeNodes",
    "when",
];

/// Whether the field of this name, short or a path, is a circumstance.
pub(super) fn is_circumstance(name: &str) -> bool {
    let Some(path) = stands_for(name) else { return false };
    let keys: Vec<&str> = path.segments().iter().filter_map(key).collect();
    match keys.first() {
        Some(&"events") => keys.get(1).is_some_and(|verb| !DECIDED.contains(verb)),
        Some(first) => TOP.contains(first),
        None => false,
    }
}

fn key(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) => Some(key),
        Segment::Index(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_decides_is_a_circumstance() {
        let circumstances = [
            "nodes",
            "nodeCount",
            "imagePull",
            "registryBandwidth",
            "kubernetes",
            "order",
            "latencies.imagePull.lognormal.p99",
            "cluster.nodePools[0].count",
            "images[0].size",
            "events[0].breakImage.after",
            "events[2].fail.nodes",
        ];
        for name in circumstances {
            assert!(is_circumstance(name), "{name}");
        }
        let decisions = [
            "maxUnavailable",
            "maxSurge",
            "minReadySeconds",
            "daemonSets[0].manifest.spec.minReadySeconds",
            "events[1].setImage",
            "events[1].patch.minReadySeconds",
            "events[1].at",
        ];
        for name in decisions {
            assert!(!is_circumstance(name), "{name}");
        }
    }
}
