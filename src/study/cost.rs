//! What a decision costs, and which of two is cheaper.

use std::str::FromStr;

use crate::study::comparison::SettingResult;
use crate::study::difference::threshold;
use crate::study::metric::{Metric, NEVER, Unit};

/// What makes a setting cheap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The share of nodes without a serving pod at the worst moment.
    #[default]
    Worst,
    /// The time from the change until `kubectl rollout status` returns.
    Duration,
    /// The time without a serving pod, added up over nodes.
    NodeMinutes,
    /// Pods that need room beside one for each node.
    SurgePods,
    /// The share of nodes that an update takes the service of, with the worst image that was tried.
    Hit,
}

impl Measure {
    /// Every measure, in the order of the documentation.
    pub const ALL: [Self; 5] =
        [Self::Worst, Self::Duration, Self::NodeMinutes, Self::SurgePods, Self::Hit];

    /// As options and scenarios have it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Worst => "worst",
            Self::Duration => "duration",
            Self::NodeMinutes => "nodeMinutes",
            Self::SurgePods => "surgePods",
            Self::Hit => "hit",
        }
    }
}

/// Why a text is no [`Measure`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no measure")]
pub struct MeasureError(String);

impl MeasureError {
    /// What to do about it.
    pub const HINT: &str = "write `worst`, `duration`, `nodeMinutes`, `surgePods` or `hit`";
}

impl FromStr for Measure {
    type Err = MeasureError;

    fn from_str(written: &str) -> Result<Self, MeasureError> {
        let found = Self::ALL.into_iter().find(|it| it.key() == written.trim());
        found.ok_or_else(|| MeasureError(written.to_owned()))
    }
}

/// Medians over the seeds; of a decision the most of any circumstance. The less the better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// In millionths of the nodes that a pod belongs on.
    pub worst: u64,
    /// In microseconds, [`NEVER`] if it is not reached.
    pub duration: u64,
    /// In microseconds.
    pub node_time: u64,
    pub surge_pods: u64,
    /// In millionths of the nodes that a pod belongs on.
    pub hit: u64,
}

impl Cost {
    /// What a setting costs. With a bad image only the nodes that it hits count: nobody wants the
    /// rollout to be quick.
    pub(super) fn of(it: &SettingResult, image_is_bad: bool) -> Self {
        let median = |metric| it.spread(metric).unwrap_or_default().p50;
        let hit = it.hit_share.p50;
        if image_is_bad {
            return Self { hit, ..Self::default() };
        }
        Self {
            worst: it.worst_share.p50,
            duration: median(Metric::Duration),
            node_time: median(Metric::NodeTime),
            surge_pods: median(Metric::SurgePods),
            hit,
        }
    }

    /// The higher of each.
    pub(super) fn most(self, other: Self) -> Self {
        Self {
            worst: self.worst.max(other.worst),
            duration: self.duration.max(other.duration),
            node_time: self.node_time.max(other.node_time),
            surge_pods: self.surge_pods.max(other.surge_pods),
            hit: self.hit.max(other.hit),
        }
    }

    /// What to sort by: the measure, then the worst moment, then the duration.
    pub(super) fn by(self, measure: Measure) -> (u64, u64, u64) {
        let first = match measure {
            Measure::Worst => self.worst,
            Measure::Duration => self.duration,
            Measure::NodeMinutes => self.node_time,
            Measure::SurgePods => self.surge_pods,
            Measure::Hit => self.hit,
        };
        (first, self.worst, self.duration)
    }

    /// Whether no difference of the two matters to somebody who goes by the measure.
    pub(super) fn is_like(self, other: Self, measure: Measure) -> bool {
        let near = |unit, one: u64, other: u64| match (one, other) {
            (NEVER, NEVER) => true,
            (NEVER, _) | (_, NEVER) => false,
            _ => one.abs_diff(other) < threshold(unit, one.max(other)).unsigned_abs(),
        };
        let is_near_in_time = match measure {
            Measure::NodeMinutes => near(Unit::NodeTime, self.node_time, other.node_time),
            Measure::SurgePods => self.surge_pods == other.surge_pods,
            Measure::Hit => self.hit == other.hit,
            Measure::Worst | Measure::Duration => true,
        };
        is_near_in_time
            && self.worst == other.worst
            && near(Unit::Time, self.duration, other.duration)
    }

    /// Whether it is at most as much in the worst moment, the duration and the nodes that are hit.
    pub(super) fn beats(self, other: Self) -> bool {
        self.worst <= other.worst && self.duration <= other.duration && self.hit <= other.hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    #[test]
    fn small_differences_do_not_make_a_setting_cheaper() {
        let one = Cost { worst: 100_000, duration: 200 * SECOND, ..Cost::default() };
        let check = |other: Cost, expected| {
            assert_eq!(one.is_like(other, Measure::Worst), expected, "{other:?}");
            assert_eq!(other.is_like(one, Measure::Worst), expected, "{other:?}");
        };
        check(one, true);
        check(Cost { duration: 201 * SECOND, ..one }, true);
        check(Cost { duration: 203 * SECOND, ..one }, false);
        check(Cost { duration: NEVER, ..one }, false);
        check(Cost { worst: 100_001, ..one }, false);
        check(Cost { hit: 7, ..one }, true);
        assert!(!one.is_like(Cost { hit: 7, ..one }, Measure::Hit));
    }

    #[test]
    fn a_measure_is_read_as_it_is_written() {
        for measure in Measure::ALL {
            assert_eq!(measure.key().parse(), Ok(measure));
            assert!(MeasureError::HINT.contains(&format!("`{}`", measure.key())));
        }
        assert_eq!("Worst".parse::<Measure>().unwrap_err().to_string(), "`Worst` is no measure");
    }

    #[test]
    fn the_measure_comes_first() {
        let calm = Cost { worst: 1, duration: 9, surge_pods: 5, ..Cost::default() };
        let quick = Cost { worst: 2, duration: 3, ..Cost::default() };
        let first = |measure| if calm.by(measure) < quick.by(measure) { "calm" } else { "quick" };
        assert_eq!(Measure::ALL.map(first), ["calm", "quick", "calm", "quick", "calm"]);
    }
}
