//! A number of pods, or a share of the desired ones.
//!
//! What lives here: [`IntOrPercent`], the valid form of maxUnavailable and maxSurge.

use std::fmt;

/// A number of pods (never negative), or a percentage of the desired number (0 to 100).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntOrPercent {
    /// So many pods; may exceed the number of nodes.
    Int(u32),
    /// So many percent of the desired number.
    Percent(u32),
}

impl IntOrPercent {
    /// The number of pods if `desired` are desired; a percentage is rounded **up**.
    ///
    /// Deployments round their maxUnavailable down; DaemonSets round both of their values up.
    /// Mirrors `pkg/controller/daemon/util/daemonset_util.go` › `UnavailableCount`, `SurgeCount`.
    pub fn scaled_up(self, desired: u32) -> u32 {
        match self {
            Self::Int(number) => number,
            Self::Percent(percent) => {
                let hundredths = u64::from(percent) * u64::from(desired);
                u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
            }
        }
    }

    /// Whether this is `0` or `0%`.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Int(0) | Self::Percent(0))
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: IntOrPercent, desired: u32, expected: u32) {
        assert_eq!(value.scaled_up(desired), expected, "{value} of {desired}");
    }

    #[test]
    fn percentages_round_up() {
        check(IntOrPercent::Int(3), 1, 3);
        check(IntOrPercent::Percent(5), 288, 15);
        check(IntOrPercent::Percent(10), 100, 10);
        check(IntOrPercent::Percent(1), 1, 1);
        check(IntOrPercent::Percent(0), 5_000, 0);
        check(IntOrPercent::Percent(100), u32::MAX, u32::MAX);
        check(IntOrPercent::Percent(50), 0, 0);
    }
}
