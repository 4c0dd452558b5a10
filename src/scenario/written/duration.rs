//! A span of time.

use crate::scenario::written::text::{Written, written_as_text};
use crate::time::SimDuration;

/// A span of time: numbers with a unit of `d`, `h`, `m`, `s`, `ms` or `us`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub SimDuration);

written_as_text!(Duration, "Duration", {
    "description": "A span of time: `90s`, `1m30s`, `1.5h`, `250ms`, `2d`.",
    "examples": ["90s", "1m30s", "250ms"],
    "pattern": "^(0|([0-9]+(\\.[0-9]*)?(d|h|m|s|ms|us))+)$",
    "type": ["string", "integer"]
});

impl Written for Duration {
    const EXPECTED: &'static str = "a duration such as `90s` or `1m30s`";

    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error| format!("{error}\nhint: {}", hint(text)))
    }

    /// Zero is the same in every unit.
    fn from_number(number: f64) -> Option<Result<Self, String>> {
        match number {
            0.0 => Some(Ok(Self(SimDuration::ZERO))),
            _ => None,
        }
    }
}

/// Words that people write for the units.
const WORDS: [(&str, &str); 16] = [
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("hr", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("msec", "ms"),
    ("millis", "ms"),
    ("µs", "us"),
];

fn hint(text: &str) -> String {
    if text.trim_start().starts_with('-') {
        return "a duration cannot be negative".to_owned();
    }
    let text = text.trim().to_lowercase();
    let number: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let unit = text[number.len()..].trim();
    let meant = match WORDS.iter().find(|(word, _)| *word == unit) {
        Some((_, short)) => format!("{number}{short}"),
        None if unit.is_empty() => format!("{number}s"),
        None => format!("{number}{unit}"),
    };
    match meant.parse::<SimDuration>() {
        Ok(_) => format!("did you mean `{meant}`?"),
        Err(_) => "write numbers with a unit of d, h, m, s, ms or us: `1m30s`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = Duration::from_text(text).map(|read| read.0.to_string());
        assert_eq!(read.unwrap_or_else(|error| error), expected);
    }

    #[test]
    fn durations_are_read_or_put_right() {
        check("1m30s", "1m30s");
        check("90", "`90` is not a duration\nhint: did you mean `90s`?");
        check("5 min", "`5 min` is not a duration\nhint: did you mean `5m`?");
        check("5 s", "`5 s` is not a duration\nhint: did you mean `5s`?");
        check("-5s", "`-5s` is not a duration\nhint: a duration cannot be negative");
        let unknown = "hint: write numbers with a unit of d, h, m, s, ms or us: `1m30s`";
        check("soon", &format!("`soon` is not a duration\n{unknown}"));
        check("5y", &format!("`5y` is not a duration\n{unknown}"));
    }
}
