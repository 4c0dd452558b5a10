//! When an image that cannot be pulled was tried: facts tell of the first time alone.

use crate::control::kubelet::{pauses_up_to, tries_until};
use crate::record::Waiting;
use crate::time::SimTime;

/// When it was tried last, at `now`: first at `waiting.since`, again at `waiting.retry`, and then
/// after pauses that double from 10 s to 5 minutes.
pub(super) fn latest_pull(now: SimTime, waiting: &Waiting) -> SimTime {
    let Some(next) = waiting.retry.filter(|retry| *retry <= now) else { return waiting.since };
    let first_pause = next.since(waiting.since);
    tries_until(next, pauses_up_to(first_pause), now).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::WaitsOn;

    fn check(retry: Option<u64>, now: u64, expected: u64) {
        let waiting = Waiting {
            on: WaitsOn::PullBackOff,
            reason: "ErrImagePull".to_owned(),
            detail: String::new(),
            since: SimTime::from_secs(100),
            retry: retry.map(SimTime::from_secs),
        };
        let latest = latest_pull(SimTime::from_secs(now), &waiting);
        assert_eq!(latest, SimTime::from_secs(expected), "{now}");
    }

    #[test]
    fn pauses_double_after_the_first_one() {
        check(Some(110), 109, 100);
        check(Some(110), 110, 110);
        check(Some(110), 129, 110);
        check(Some(110), 130, 130);
        check(Some(110), 170, 170);
        check(Some(110), 100 + 310, 410);
        check(Some(110), 100 + 609, 410);
        check(Some(110), 100 + 610, 710);
        check(Some(110), 100 + 610 + 299, 710);
        check(Some(110), 100 + 610 + 3_000, 3_710);
    }

    #[test]
    fn another_pause_is_followed_by_the_next_longer_one() {
        check(Some(113), 132, 113);
        check(Some(113), 133, 133);
        check(Some(2_100), 2_399, 2_100);
        check(Some(2_100), 2_400, 2_400);
        check(None, 5_000, 100);
    }
}
