//! When a pod must leave a node because of a `NoExecute` taint.
//!
//! What lives here: [`verdict`] on a pod, and [`EvictionTimer`], the state kept for it. A DaemonSet's
//! pods tolerate the taints of unhealthy nodes for ever, so only other taints evict them.
//!
//! Source: `pkg/controller/tainteviction/taint_eviction.go › processPodOnNode`.

use crate::api::{Taint, TaintEffect, Toleration};
use crate::time::{SimDuration, SimTime};

/// What a node's taints mean for a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Stays,
    /// It must leave at once: a taint is not tolerated.
    LeavesNow,
    /// It must leave after so long; no time at all for a toleration of 0 seconds or less.
    LeavesAfter(SimDuration),
}

/// The pending eviction of one pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvictionTimer {
    due: Option<SimTime>,
}

/// What happens to a pod when its node's taints, or its own tolerations, were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Nothing,
    /// It will be deleted at this instant, with its own grace period; event `TaintManagerEviction`.
    Scheduled(SimTime),
    /// It will not be deleted after all; event `TaintManagerEviction`, «Cancelling deletion».
    Cancelled,
}

/// Judges a pod. Of several tolerations that match a taint the first counts; of several taints the
/// one that is tolerated for the shortest time.
///
/// Source: `taint_eviction.go › getMinTolerationTime` and
/// `pkg/apis/core/v1/helper/helpers.go › GetMatchingTolerations`.
pub fn verdict(taints: &[Taint], tolerations: &[Toleration]) -> Verdict {
    let mut shortest: Option<i64> = None;
    for taint in taints.iter().filter(|taint| taint.effect == TaintEffect::NoExecute) {
        let Some(used) = tolerations.iter().find(|toleration| toleration.tolerates(taint)) else {
            return Verdict::LeavesNow;
        };
        if let Some(seconds) = used.toleration_seconds {
            shortest = Some(shortest.map_or(seconds, |least| least.min(seconds)));
        }
    }
    shortest.map_or(Verdict::Stays, |seconds| {
        Verdict::LeavesAfter(SimDuration::from_secs(u64::try_from(seconds).unwrap_or(0)))
    })
}

impl EvictionTimer {
    /// A look at the pod at `now`.
    ///
    /// A timer that runs keeps running as it is, even if another taint with a shorter toleration
    /// has come since; only a verdict to leave at once overtakes it.
    #[must_use]
    pub fn look(&mut self, verdict: Verdict, now: SimTime) -> Change {
        match (verdict, self.due) {
            (Verdict::Stays, None) | (Verdict::LeavesAfter(_), Some(_)) => Change::Nothing,
            (Verdict::Stays, Some(_)) => {
                self.due = None;
                Change::Cancelled
            }
            (Verdict::LeavesNow, Some(due)) if due <= now => Change::Nothing,
            (Verdict::LeavesNow, _) => self.schedule(now),
            (Verdict::LeavesAfter(after), None) => self.schedule(now + after),
        }
    }

    fn schedule(&mut self, at: SimTime) -> Change {
        self.due = Some(at);
        Change::Scheduled(at)
    }

    /// When the pod is deleted, if it is to be.
    pub const fn due(&self) -> Option<SimTime> {
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toleration(key: &str, seconds: Option<i64>) -> Toleration {
        let exists = Toleration::exists(key, TaintEffect::NoExecute);
        Toleration { toleration_seconds: seconds, ..exists }
    }

    fn check(taints: &[&str], tolerations: &[(&str, Option<i64>)], expected: Verdict) {
        let taints: Vec<Taint> = taints.iter().map(|taint| taint.parse().unwrap()).collect();
        let tolerations: Vec<Toleration> =
            tolerations.iter().map(|(key, seconds)| toleration(key, *seconds)).collect();
        assert_eq!(verdict(&taints, &tolerations), expected);
    }

    fn leaves(seconds: u64) -> Verdict {
        Verdict::LeavesAfter(SimDuration::from_secs(seconds))
    }

    #[test]
    fn the_shortest_toleration_counts() {
        let (one, both) = (&["a:NoExecute"], &["a:NoExecute", "b:NoExecute"]);
        check(&[], &[], Verdict::Stays);
        check(&["a:NoSchedule"], &[], Verdict::Stays);
        check(one, &[], Verdict::LeavesNow);
        check(one, &[("a", None)], Verdict::Stays);
        check(one, &[("a", Some(300))], leaves(300));
        check(one, &[("a", Some(-1))], leaves(0));
        check(both, &[("a", Some(300)), ("b", Some(20))], leaves(20));
        check(both, &[("a", Some(300)), ("b", None)], leaves(300));
        check(both, &[("a", None)], Verdict::LeavesNow);
        check(one, &[("a", None), ("a", Some(5))], Verdict::Stays);
    }

    #[test]
    fn a_timer_runs_from_the_first_look_and_is_cancelled() {
        let at = SimTime::from_secs;
        let mut timer = EvictionTimer::default();
        assert_eq!(timer.look(Verdict::Stays, at(0)), Change::Nothing);
        assert_eq!(timer.look(leaves(300), at(10)), Change::Scheduled(at(310)));
        assert_eq!(timer.look(leaves(300), at(20)), Change::Nothing);
        assert_eq!(timer.look(leaves(5), at(30)), Change::Nothing);
        assert_eq!(timer.due(), Some(at(310)));
        assert_eq!(timer.look(Verdict::Stays, at(40)), Change::Cancelled);
        assert_eq!(timer.due(), None);
        assert_eq!(timer.look(leaves(300), at(50)), Change::Scheduled(at(350)));
        assert_eq!(timer.look(leaves(0), at(55)), Change::Nothing);
        assert_eq!(timer.look(Verdict::LeavesNow, at(60)), Change::Scheduled(at(60)));
        assert_eq!(timer.look(Verdict::LeavesNow, at(60)), Change::Nothing);
    }
}
