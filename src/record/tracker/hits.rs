//! Nodes that lose their service to an update whose pods fail.

use crate::record::summary::Hits;
use crate::record::tracker::{Followed, Tracker};
use crate::time::SimDuration;

/// When a node lost its service to an update.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Since the start of the run.
    at: SimDuration,
    /// Since the start of the update.
    after: SimDuration,
}

impl Tracker {
    /// A pod of the current revision on a node fails: a container of it exits or hangs, its probes do
    /// not pass, or its image cannot be pulled.
    pub fn failed(&mut self, at: SimDuration, node: usize) {
        let begun = self.summary.rollouts.len();
        if let Some(followed) = self.nodes.get_mut(node) {
            followed.failed_in = begun;
            self.look_for_hit(at, node);
        }
    }

    /// An update has hit a node if its pod failed there, and nothing serves any more where something
    /// did.
    pub(super) fn look_for_hit(&mut self, at: SimDuration, node: usize) {
        let begun = self.summary.rollouts.len();
        let Some(update) = self.summary.rollouts.last().filter(|it| !it.creation) else { return };
        let followed = &mut self.nodes[node];
        let is_out = followed.truth.wanted && followed.served && !followed.truth.serves_anybody();
        if is_out && followed.failed_in == begun {
            let lost = followed.stopped_at.unwrap_or(at).max(update.started);
            let after = lost.saturating_sub(update.started);
            followed.hit.get_or_insert(Hit { at: lost, after });
        }
    }
}

/// The nodes that were hit, and how many of them by the time at which the alert fired; one that had
/// fired before the first was hit tells of something else.
pub(super) fn hits(nodes: &[Followed], alert: Option<SimDuration>) -> Hits {
    let all = || nodes.iter().filter_map(|node| node.hit);
    let many = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let first = all().map(|hit| hit.at).min();
    let alert = alert.filter(|fired| first.is_some_and(|first| *fired >= first));
    Hits {
        nodes: many(all().count()),
        last_after: all().map(|hit| hit.after).max().unwrap_or_default(),
        at_alert: alert.map(|fired| many(all().filter(|hit| hit.at <= fired).count())),
    }
}
