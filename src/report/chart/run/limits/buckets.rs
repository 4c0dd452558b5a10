//! Seconds of requests, put together where there are more of them than columns.

use crate::inspect::over_time::SecondOfRequests;
use crate::report::chart::canvas::scale::TimeScale;
use crate::time::SimDuration;

/// How many seconds a column may stand for.
const STEPS: [u64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600];
/// A column is at least so wide, in pixels.
const NARROWEST: u64 = 3;

/// Of each so many seconds in a row, the busiest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Buckets {
    /// How many seconds each stands for.
    pub(super) seconds: u64,
    /// Those with requests; `second` is where the bucket begins.
    pub(super) busiest: Vec<SecondOfRequests>,
}

impl Buckets {
    pub(super) fn new(requests: &[SecondOfRequests], time: &TimeScale) -> Self {
        let shown = time.end.saturating_sub(time.from).as_secs().max(1);
        let columns = u64::try_from(time.right - time.left).unwrap_or(0) / NARROWEST;
        let fits = |seconds: &u64| shown / seconds <= columns.max(1);
        let seconds = STEPS.into_iter().find(fits).unwrap_or(shown);
        let is_seen = |it: &&SecondOfRequests| {
            (time.from.as_secs()..=time.end.as_secs()).contains(&it.second)
        };
        let mut busiest: Vec<SecondOfRequests> = Vec::new();
        for request in requests.iter().filter(is_seen) {
            let start = request.second / seconds * seconds;
            let bucket = SecondOfRequests { second: start, ..*request };
            match busiest.last_mut().filter(|it| it.second == start) {
                Some(last) if last.sum() >= request.sum() => {}
                Some(last) => *last = bucket,
                None => busiest.push(bucket),
            }
        }
        Self { seconds, busiest }
    }

    /// From which pixel column to which one a bucket goes.
    pub(super) fn columns(&self, bucket: &SecondOfRequests, time: &TimeScale) -> (i32, i32) {
        let from = time.x(SimDuration::from_secs(bucket.second));
        let until = time.x(SimDuration::from_secs(bucket.second.saturating_add(self.seconds)));
        // A gap between wide columns.
        let gap = i32::from(until - from > 4);
        (from, (until - gap).max(from + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_columns_are_few_the_busiest_second_stands_for_others() {
        let second = |second, creates| SecondOfRequests { second, creates, ..Default::default() };
        let requests = [second(1, 3), second(8, 9), second(9, 4), second(23, 1)];
        let time = |end| TimeScale::new((0, 60), (SimDuration::ZERO, SimDuration::from_secs(end)));
        let all = Buckets::new(&requests, &time(20));
        assert_eq!((all.seconds, all.busiest.len()), (1, 3));
        let some = Buckets::new(&requests, &time(200));
        assert_eq!((some.seconds, &some.busiest[..]), (10, &[second(0, 9), second(20, 1)][..]));
        assert_eq!(some.columns(&some.busiest[1], &time(200)), (6, 9));
    }
}
