//! A number of pods, or a share of the desired ones.
//!
//! What lives here: [`IntOrPercent`], the valid form of maxUnavailable and maxSurge.

use std::fmt;
use std::str::FromStr;

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

    /// The number of nodes that somebody puts up with: a percentage is rounded down, so that no more
    /// than this share is meant.
    pub fn scaled_down(self, desired: u32) -> u32 {
        match self {
            Self::Int(number) => number,
            Self::Percent(percent) => {
                let hundredths = u64::from(percent) * u64::from(desired);
                u32::try_from(hundredths / 100).unwrap_or(u32::MAX)
            }
        }
    }

    /// Whether this is `0` or `0%`.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Int(0) | Self::Percent(0))
    }
}

/// Why a text is no [`IntOrPercent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseIntOrPercentError {
    /// It is neither a whole number nor one with `%` behind it.
    #[error("neither a whole number nor a percentage")]
    Neither,
    /// It is more than `100%`.
    #[error("more than `100%`")]
    TooMuch,
}

impl FromStr for IntOrPercent {
    type Err = ParseIntOrPercentError;

    /// Reads `10` and `10%`; blanks around the number of a percentage do not matter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().map(Self::Int);
        match (number, percentage(text)) {
            (Some(number), _) => Ok(number),
            (None, Some(percent @ 0..=100)) => Ok(Self::Percent(percent)),
            (None, Some(_)) => Err(ParseIntOrPercentError::TooMuch),
            (None, None) => Err(ParseIntOrPercentError::Neither),
        }
    }
}

/// The number before the percent sign of a text, however large.
pub(super) fn percentage(text: &str) -> Option<u32> {
    text.strip_suffix('%')?.trim().parse().ok()
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

    #[test]
    fn numbers_and_percentages_are_read() {
        use ParseIntOrPercentError::{Neither, TooMuch};
        let check = |text: &str, expected| assert_eq!(text.parse(), expected, "{text}");
        check("10", Ok(IntOrPercent::Int(10)));
        check("10%", Ok(IntOrPercent::Percent(10)));
        check(" 10 %", Ok(IntOrPercent::Percent(10)));
        check("100%", Ok(IntOrPercent::Percent(100)));
        check("101%", Err(TooMuch));
        for wrong in ["-1%", "-1", " 1", "1.5%", "%", "", "9999999999", "9999999999%"] {
            check(wrong, Err(Neither));
        }
    }
}
