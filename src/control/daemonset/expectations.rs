//! What the controller still waits to see before it acts again.
//!
//! Counters, as upstream, not the names of pods: any terminating pod's event lowers the count of
//! deletions, also one that has nothing to do with the last sync.
//!
//! Source: `pkg/controller/controller_utils.go › ControllerExpectations`.

use crate::time::{SimDuration, SimTime};

/// After this long, expectations are taken for satisfied.
const TIMEOUT: SimDuration = SimDuration::from_secs(5 * 60);

/// The expectations of one DaemonSet. Counters may go below zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expectations {
    record: Option<Record>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    add: i64,
    del: i64,
    set_at: SimTime,
}

impl Expectations {
    /// Overwrites both counters, also with zeros.
    pub fn set(&mut self, creates: usize, deletes: usize, now: SimTime) {
        let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
        self.record = Some(Record { add: count(creates), del: count(deletes), set_at: now });
    }

    /// Forgets everything, as when the DaemonSet is deleted.
    pub fn delete(&mut self) {
        self.record = None;
    }

    /// A pod was seen to be created (or its creation failed).
    pub fn creation_observed(&mut self) {
        if let Some(record) = &mut self.record {
            record.add -= 1;
        }
    }

    /// A pod was seen to terminate or to be gone (or its deletion failed).
    pub fn deletion_observed(&mut self) {
        if let Some(record) = &mut self.record {
            record.del -= 1;
        }
    }

    /// Whether the controller may act.
    pub fn satisfied(&self, now: SimTime) -> bool {
        self.record.is_none_or(|record| {
            (record.add <= 0 && record.del <= 0) || now.since(record.set_at) > TIMEOUT
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_down_to_satisfied_and_expire() {
        let mut expectations = Expectations::default();
        let now = SimTime::from_secs(10);
        assert!(expectations.satisfied(now));
        expectations.set(1, 2, now);
        expectations.creation_observed();
        expectations.deletion_observed();
        assert!(!expectations.satisfied(now));
        assert!(!expectations.satisfied(now + TIMEOUT));
        assert!(expectations.satisfied(now + TIMEOUT + SimDuration::from_micros(1)));
        expectations.deletion_observed();
        assert!(expectations.satisfied(now));
    }

    /// A late event of another terminating pod satisfies a new expectation: surprising, and real.
    #[test]
    fn any_deletion_counts() {
        let mut expectations = Expectations::default();
        expectations.set(0, 1, SimTime::ZERO);
        expectations.deletion_observed();
        assert!(expectations.satisfied(SimTime::ZERO));
    }
}
