//! How often a container was restarted: facts tell of the first crash of a loop alone.

use crate::control::kubelet::tries_until;
use crate::inspect::replay::CRASH_LOOP;
use crate::record::{PodState, Waiting, WaitsOn};
use crate::time::SimTime;

impl PodState {
    /// How often its container was restarted by `now`, and when last.
    ///
    /// A container that crashes at once after each start is tried again and again: after `retry`, then
    /// after pauses that double from 10 s to 5 minutes.
    pub fn restarts_at(&self, now: SimTime) -> (u64, Option<SimTime>) {
        let known = (self.restarts, self.restarted);
        let Some(Waiting { on, reason, retry: Some(retry), .. }) = &self.waiting else {
            return known;
        };
        let is_container = matches!(on, WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff);
        if !is_container || *retry > now {
            return known;
        }
        let count = self.restarts.saturating_add(1);
        if *on == WaitsOn::ProbeBackOff || reason != CRASH_LOOP {
            return (count, Some(*retry));
        }
        let (more, last) = tries_until(*retry, count, now);
        (count.saturating_add(more), Some(last))
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
        let (count, last) = pod.restarts_at(SimTime::from_secs(second));
        assert_eq!((count, last), (expected.0, expected.1.map(SimTime::from_secs)));
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
