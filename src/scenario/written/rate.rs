//! How often something happens at random.

use crate::scenario::written::text::{Written, written_as_text};
use crate::time::SimDuration;

/// The rate of a Poisson process, kept as the mean time between two events; more than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The mean time between two events; at least a microsecond.
    pub mean_interval: SimDuration,
}

written_as_text!(Rate, "Rate", {
    "description": "How often it happens, at random times: a number per `s`, `m`, `h` or `d`.",
    "examples": ["6/h", "0.5/d"],
    "pattern": "^[0-9]+(\\.[0-9]*)? */ *(s|m|h|d)$",
    "type": "string"
});

/// The units and their seconds.
const UNITS: [(&str, f64); 4] = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

impl Written for Rate {
    const EXPECTED: &'static str = "a rate such as `6/h` or `0.5/d`";

    fn from_text(text: &str) -> Result<Self, String> {
        let mean = mean_seconds(text).map(SimDuration::from_secs_f64);
        match mean.filter(|mean| !mean.is_zero() && *mean < SimDuration::MAX) {
            Some(mean_interval) => Ok(Self { mean_interval }),
            None => Err(format!(
                "`{text}` is not a rate\nhint: write a number above zero per s, m, h or d: `6/h`"
            )),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = format!("write how often: `{number}/h` is {number} times an hour");
        Some(Err(format!("expected a rate, found the number `{number}`\nhint: {hint}")))
    }
}

fn mean_seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('/')?;
    let seconds = UNITS.iter().find(|(name, _)| *name == unit.trim())?.1;
    let number: f64 = number.trim().parse().ok()?;
    (number.is_finite() && number > 0.0).then(|| seconds / number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let read = Rate::from_text(text).ok().map(|rate| rate.mean_interval.to_string());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn rates_are_mean_intervals() {
        check("6/h", Some("10m"));
        check("0.5/d", Some("2d"));
        check("30 / m", Some("2s"));
        for wrong in ["6", "0/h", "-1/h", "6/y", "1e-300/d", "1e300/s", "nan/h", "/h"] {
            check(wrong, None);
        }
    }
}
