//! What a DaemonSet has on a node.

use std::fmt;

use crate::inspect::over_time::cluster::{Cluster, Place, Pod};

/// What a DaemonSet has on a node, from the best to the worst. A node has one of these at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnNode {
    /// A pod of the revision that the DaemonSet has at that time serves.
    New,
    /// A pod of another revision serves, and a pod of the present one starts beside it.
    OldBesideNew,
    /// A pod of another revision serves.
    Old,
    /// A pod is there that does not serve yet, and nothing is wrong.
    Starting,
    /// A pod is there that does not serve, and something is wrong: with an image, a container, a
    /// probe, the place for it, or the node.
    Failing,
    /// There is only a pod that was asked to terminate.
    Terminating,
    /// No pod is there, although one belongs there.
    Nothing,
    /// No pod belongs there: the node does not exist, or is not selected; or the DaemonSet does not
    /// exist, or is being deleted.
    NotWanted,
}

impl OnNode {
    /// All of them, from the best to the worst.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::OldBesideNew,
        Self::Old,
        Self::Starting,
        Self::Failing,
        Self::Terminating,
        Self::Nothing,
        Self::NotWanted,
    ];

    /// Whether a pod belongs on the node.
    pub const fn is_wanted(self) -> bool {
        !matches!(self, Self::NotWanted)
    }

    /// Whether a pod belongs on the node and serves there.
    pub const fn serves(self) -> bool {
        matches!(self, Self::New | Self::OldBesideNew | Self::Old)
    }

    /// Whether a pod belongs on the node and none serves there.
    pub const fn is_gap(self) -> bool {
        self.is_wanted() && !self.serves()
    }

    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new revision serving",
            Self::OldBesideNew => "old revision serving, new pod starting",
            Self::Old => "old revision serving",
            Self::Starting => "starting",
            Self::Failing => "failing",
            Self::Terminating => "terminating",
            Self::Nothing => "no pod",
            Self::NotWanted => "no pod wanted",
        }
    }

    /// What is at a place now.
    pub(super) fn at(place: Place, cluster: &Cluster) -> Self {
        if !cluster.is_wanted(place) {
            return Self::NotWanted;
        }
        let is_starting = |pod: &&Pod| !pod.serving && !pod.terminating;
        let starting = || cluster.pods_at(place).filter(is_starting);
        let mut serving = cluster.pods_at(place).filter(|pod| pod.serving).peekable();
        if serving.peek().is_some() {
            return match serving.any(|pod| cluster.is_current(pod)) {
                true => Self::New,
                false if starting().any(|pod| cluster.is_current(pod)) => Self::OldBesideNew,
                false => Self::Old,
            };
        }
        // The last one is the newest.
        match starting().last() {
            Some(pod) if pod.fails || cluster.nodes[place.1].is_in_trouble() => Self::Failing,
            Some(_) => Self::Starting,
            None if cluster.pods_at(place).any(|pod| !pod.is_left_over()) => Self::Terminating,
            None => Self::Nothing,
        }
    }
}

impl fmt::Display for OnNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_state_has_words_of_its_own() {
        let names: BTreeSet<String> = OnNode::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), OnNode::ALL.len());
        assert!(OnNode::ALL.is_sorted());
    }
}
