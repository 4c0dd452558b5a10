//! Pauses before a container or an image pull is tried again.
//!
//! Source: `client-go/util/flowcontrol/backoff.go`, with the values of
//! `pkg/kubelet/kubelet.go › backOffPeriod, MaxContainerBackOff` and
//! `pkg/kubelet/images/image_manager.go`.

use crate::control::backoff::{Doubling, Pause};
use crate::time::{SimDuration, SimTime};

/// 10 s at first, at most 5 minutes.
const PAUSES: Doubling =
    Doubling { first: SimDuration::from_secs(10), longest: SimDuration::from_secs(300) };

/// The pauses before each further try: 10 s, doubled up to 5 minutes, without end.
pub fn backoff_schedule() -> impl Iterator<Item = SimDuration> {
    PAUSES.all()
}

/// The pause after a failure that so many others came before.
pub fn backoff_after(earlier: u64) -> SimDuration {
    PAUSES.after(u32::try_from(earlier).unwrap_or(u32::MAX))
}

/// How many pauses are at most this long, the longest one aside, of which there is no end.
pub fn pauses_up_to(length: SimDuration) -> u64 {
    let pauses = PAUSES.all().take_while(|pause| *pause <= length && *pause < PAUSES.longest);
    u64::try_from(pauses.count()).unwrap_or(u64::MAX)
}

/// How many tries begin by `now` after one at `last` that `earlier` others came before, and when the
/// last of all begins.
pub fn tries_until(mut last: SimTime, earlier: u64, now: SimTime) -> (u64, SimTime) {
    let shorter = (earlier..).map(backoff_after).take_while(|pause| *pause < PAUSES.longest);
    let mut tries = 0;
    for pause in shorter {
        if last + pause > now {
            return (tries, last);
        }
        last += pause;
        tries += 1;
    }
    let more = now.since(last).as_micros() / PAUSES.longest.as_micros();
    (tries + more, last + PAUSES.longest.times(more))
}

/// The pause in force for one container of a pod, or for one image of a pod.
///
/// A container that ends is started again at once the first time; an image that cannot be pulled
/// waits from the first time on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    last: Option<Pause>,
}

impl Backoff {
    /// A try to pull failed at `now`; returns when the next one may begin.
    ///
    /// Source: `pkg/kubelet/images/image_manager.go › EnsureImageExists`.
    #[must_use]
    pub fn pull_failed(&mut self, now: SimTime) -> SimTime {
        now + self.lengthen(now, now)
    }

    /// A container that ended at `finished` is about to be started at `now`; returns when it may
    /// be, which is `now` itself if no pause is in force.
    ///
    /// The pause is counted from the end of the container, and the next one is set when it is
    /// started. A container that ran for more than 10 minutes since then begins anew.
    ///
    /// Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go › doBackOff`.
    #[must_use]
    pub fn may_start(&mut self, finished: SimTime, now: SimTime) -> SimTime {
        if let Some(pause) = self.last.filter(|pause| pause.is_known(finished, PAUSES))
            && now < finished + pause.length
        {
            return finished + pause.length;
        }
        self.lengthen(finished, now);
        now
    }

    fn lengthen(&mut self, failed: SimTime, now: SimTime) -> SimDuration {
        let pause = Pause::next(self.last, failed, now, PAUSES);
        self.last = Some(pause);
        pause.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let pauses: Vec<u64> = backoff_schedule().take(7).map(SimDuration::as_secs).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn the_longest_pause_is_the_last_that_is_another() {
        let up_to = [9, 10, 159, 160, 299, 300, 301].map(SimDuration::from_secs).map(pauses_up_to);
        assert_eq!(up_to, [0, 1, 4, 5, 5, 5, 5]);
    }

    #[test]
    fn a_pull_waits_from_the_first_failure_on() {
        let mut backoff = Backoff::default();
        let mut now = SimTime::from_secs(7);
        for pause in backoff_schedule().take(7) {
            let next = backoff.pull_failed(now);
            assert_eq!(next.since(now), pause);
            now = next;
        }
        let much_later = now + SimDuration::from_secs(601);
        assert_eq!(backoff.pull_failed(much_later).since(much_later), PAUSES.first);
    }

    /// A container that runs for `runs` seconds each time: the pauses between its runs.
    fn check_crashes(runs: u64, expected: &[u64]) {
        let mut backoff = Backoff::default();
        let mut started = SimTime::ZERO;
        let mut pauses = Vec::new();
        for _ in expected {
            let finished = started + SimDuration::from_secs(runs);
            let may = backoff.may_start(finished, finished);
            started = if may > finished { backoff.may_start(finished, may) } else { may };
            pauses.push(started.since(finished).as_secs());
        }
        assert_eq!(pauses, expected, "{runs}");
    }

    #[test]
    fn a_container_starts_again_at_once_and_then_waits() {
        check_crashes(1, &[0, 10, 20, 40, 80, 160, 300, 300]);
        check_crashes(600, &[0, 10, 20]);
        check_crashes(601, &[0, 0, 0]);
    }
}
