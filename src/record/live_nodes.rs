//! Nodes whose machines are not off: when all of them serve the revision of a rollout.

use std::collections::BTreeSet;

use crate::record::tracker::NodeTruth;

/// Follows them for one DaemonSet.
#[derive(Debug, Default)]
pub(super) struct LiveNodes {
    /// Nodes whose machines are off.
    off: BTreeSet<usize>,
    /// Whether one that is not off did not serve the last rollout's revision since it began.
    was_behind: bool,
}

impl LiveNodes {
    /// The machine of a node goes off, or works again.
    pub(super) fn set_off(&mut self, node: usize, is_off: bool) {
        if is_off {
            self.off.insert(node);
        } else {
            self.off.remove(&node);
        }
    }

    pub(super) fn is_off(&self, node: usize) -> bool {
        self.off.contains(&node)
    }

    pub(super) fn rollout_started(&mut self) {
        self.was_behind = false;
    }

    /// Whether none was behind since the rollout began.
    pub(super) fn always_served(&self) -> bool {
        !self.was_behind
    }

    /// Whether all serve the new revision, and did not before. A pod belongs on so many nodes, and
    /// so many of them serve it; `truth` says it of a node.
    pub(super) fn all_serve(
        &mut self,
        wanted: u32,
        serving: u32,
        truth: impl Fn(usize) -> NodeTruth,
    ) -> bool {
        let behind = wanted.saturating_sub(serving) as usize;
        let is_behind = |node: &usize| {
            let NodeTruth { wanted, serving, serving_updated, .. } = truth(*node);
            wanted && !(serving && serving_updated)
        };
        // The nodes are looked at only where they decide.
        let all_are_off = behind == 0
            || behind <= self.off.len()
                && self.off.iter().copied().filter(is_behind).count() >= behind;
        let all_serve = serving > 0 && all_are_off;
        let is_new = all_serve && self.was_behind;
        self.was_behind |= !all_serve;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_are_off_are_not_waited_for() {
        let mut live = LiveNodes::default();
        let serves = |updated: &'static [usize]| {
            move |node: usize| {
                let is_there = updated.contains(&node);
                NodeTruth {
                    wanted: true,
                    serving: is_there,
                    serving_updated: is_there,
                    ..NodeTruth::default()
                }
            }
        };
        live.set_off(2, true);
        live.rollout_started();
        assert!(!live.all_serve(3, 0, serves(&[])));
        assert!(!live.all_serve(3, 1, serves(&[0])));
        assert!(live.all_serve(3, 2, serves(&[0, 1])));
        // One that is off and serves does not make up for one that is on and does not.
        assert!(!live.all_serve(3, 2, serves(&[0, 2])));
        live.set_off(2, false);
        assert!(!live.all_serve(3, 2, serves(&[0, 1])));
        assert!(live.all_serve(3, 3, serves(&[0, 1, 2])));
        assert!(!live.always_served());
    }
}
