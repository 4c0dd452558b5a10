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
            followed.hit.get_or_insert_with(|| Box::new(Hit { at: lost, after }));
        }
    }
}

/// The nodes that were hit, and how many of them by the time at which the alert fired; one that had
/// fired before the first was hit tells of something else.
pub(super) fn hits(nodes: &[Followed], alert: Option<SimDuration>) -> Hits {
    let all = || nodes.iter().filter_map(|node| node.hit.as_deref().copied());
    let many = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let first = all().map(|hit| hit.at).min();
    let alert = alert.filter(|fired| first.is_some_and(|first| *fired >= first));
    Hits {
        nodes: many(all().count()),
        last_after: all().map(|hit| hit.after).max().unwrap_or_default(),
        at_alert: alert.map(|fired| many(all().filter(|hit| hit.at <= fired).count())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_counted_until_the_alert_that_they_raise() {
        let secs = SimDuration::from_secs;
        let hit = |at| Some(Hit { at: secs(at), after: secs(at - 60) });
        let nodes = [hit(300), None, hit(100), hit(200)];
        let nodes = nodes.map(|hit| Followed { hit: hit.map(Box::new), ..Followed::default() });
        let at_alert = |alert: Option<u64>| hits(&nodes, alert.map(secs)).at_alert;
        assert_eq!([None, Some(99), Some(100)].map(at_alert), [None, None, Some(1)]);
        assert_eq!([Some(200), Some(900)].map(at_alert), [Some(2), Some(3)]);
        let Hits { nodes, last_after, .. } = hits(&nodes, None);
        assert_eq!((nodes, last_after), (3, secs(240)));
    }
}
