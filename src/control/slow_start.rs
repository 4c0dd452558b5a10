//! In what batches a controller creates many objects.
//!
//! Source: `pkg/controller/daemon/daemon_controller.go › syncNodes` and
//! `pkg/controller/controller_utils.go › SlowStartInitialBatchSize`.

/// The sizes of the batches in which `n` calls are made: 1, 2, 4, … until all are made, the last
/// one cut to what is left.
///
/// The calls of a batch go out together, and the next batch waits for their answers. After a batch
/// with an error the rest is not tried: whoever makes the calls drops the iterator then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlowStart {
    remaining: usize,
    next: usize,
}

impl SlowStart {
    /// Batches for `n` calls; none for no calls.
    pub const fn new(n: usize) -> Self {
        Self { remaining: n, next: 1 }
    }
}

impl Iterator for SlowStart {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let batch = self.next.min(self.remaining);
        self.remaining -= batch;
        self.next = batch.saturating_mul(2);
        (batch > 0).then_some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, batches: &[usize]) {
        assert_eq!(SlowStart::new(n).collect::<Vec<_>>(), batches);
    }

    #[test]
    fn batches_double_and_the_last_one_is_cut() {
        check(0, &[]);
        check(1, &[1]);
        check(2, &[1, 1]);
        check(5, &[1, 2, 2]);
        check(7, &[1, 2, 4]);
        check(250, &[1, 2, 4, 8, 16, 32, 64, 123]);
    }

    /// `TestSimpleDaemonSetPodCreateErrors`: of 100 creations with 10 allowed, 15 are tried.
    #[test]
    fn what_follows_a_failed_batch_is_skipped() {
        let mut batches = SlowStart::new(100);
        let tried: usize = batches.by_ref().take(4).sum();
        assert_eq!((tried, batches.sum::<usize>()), (15, 85));
    }

    #[test]
    fn every_call_is_in_exactly_one_batch() {
        for n in 0..2_000 {
            assert_eq!(SlowStart::new(n).sum::<usize>(), n);
        }
    }
}
