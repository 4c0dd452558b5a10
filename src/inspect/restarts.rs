//! How often a container was restarted: facts tell of the first crash of a loop alone.

use crate::control::kubelet::tries_until;
use crate::inspect::replay::CRASH_LOOP;
use crate::record::{PodState, Waiting, WaitsOn};
use crate::time::SimTime;

/// How often a container was restarted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restarts {
    pub count: u64,
    /// When it was started last, if it was started again.
    pub started: Option<SimTime>,
    /// When it ended last.
    pub ended: Option<SimTime>,
}

impl PodState {
    /// How often its container was restarted by `now`.
    ///
    /// A container that crashes at once after each start is tried again and again: after `retry`, then
    /// after pauses that double from 10 s to 5 minutes.
    pub fn restarts_at(&self, now: SimTime) -> Restarts {
        let known = Restarts { count: self.restarts, started: self.restarted, ended: self.ended };
        let Some(Waiting { on, reason, retry: Some(retry), since, .. }) = &self.waiting else {
            return known;
        };
        if !matches!(on, WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff) {
            return known;
        }
        let ended = Some(*since);
        if *retry > now {
            return Restarts { ended, ..known };
        }
        let count = self.restarts.saturating_add(1);
        if *on == WaitsOn::ProbeBackOff || reason != CRASH_LOOP {
            return Restarts { count, started: Some(*retry), ended };
        }
        let (more, last) = tries_until(*retry, count, now);
        Restarts { count: count.saturating_add(more), started: Some(last), ended: Some(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Waiting;

    fn check(restarts: u64, reason: &str, second: u64, expected: (u64, Option<u64>)) {
        let waiting = Waiting {
            on: WaitsOn::CrashBackOff,
            reason: reason.to_owned(),
            detail: String::new(),
            since: SimTime::from_secs(100),
            retry: Some(SimTime::from_secs(110)),
        };
        let pod = PodState { restarts, waiting: Some(waiting), ..PodState::default() };
        let found = pod.restarts_at(SimTime::from_secs(second));
        assert_eq!((found.count, found.started), (expected.0, expected.1.map(SimTime::from_secs)));
        let ended = if reason == CRASH_LOOP { found.started } else { None };
        assert_eq!(found.ended, ended.or(Some(SimTime::from_secs(100))), "{reason} at {second}");
    }

    #[test]
    fn a_loop_goes_on_after_longer_and_longer_pauses() {
        check(0, CRASH_LOOP, 109, (0, None));
        check(0, CRASH_LOOP, 110, (1, Some(110)));
        check(0, CRASH_LOOP, 129, (1, Some(110)));
        check(0, CRASH_LOOP, 130, (2, Some(130)));
        check(0, CRASH_LOOP, 170, (3, Some(170)));
        // 10 + 20 + 40 + 80 + 160 + 300.
        check(0, CRASH_LOOP, 100 + 610, (6, Some(710)));
        check(9, CRASH_LOOP, 110 + 299, (10, Some(110)));
        check(9, CRASH_LOOP, 110 + 300, (11, Some(410)));
        check(4, "Error", 1_000, (5, Some(110)));
    }
}
