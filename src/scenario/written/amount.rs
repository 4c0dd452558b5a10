//! Shares and numbers of nodes.

use super::text::{Written, written_as_text};
use crate::api::IntOrPercent;

/// A share in percent, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub u32);

written_as_text!(Percent, "Percent", {
    "description": "A share in percent, from `0%` to `100%`; nodes are rounded up.",
    "examples": ["10%"],
    "pattern": "^(100|[0-9]{1,2})%$",
    "type": "string"
});

impl Written for Percent {
    const EXPECTED: &'static str = "a percentage such as `10%`";

    fn from_text(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%').map(str::trim);
        match number.and_then(|number| number.parse().ok()) {
            Some(percent @ 0..=100) => Ok(Self(percent)),
            Some(_) => Err(format!("`{text}` is more than `100%`")),
            None => Err(format!("`{text}` is not a percentage\nhint: write `10%`")),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = format!("write `{number}%`");
        Some(Err(format!("expected a percentage, found the number `{number}`\nhint: {hint}")))
    }
}

/// A number of nodes, or a share of those that should run the DaemonSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodesOrPercent(pub IntOrPercent);

written_as_text!(NodesOrPercent, "NodesOrPercent", {
    "description": "A number of nodes (`10`), or a share of the desired ones (`10%`, rounded up).",
    "examples": [10, "10%"],
    "pattern": "^((100|[0-9]{1,2})%|[0-9]+)$",
    "type": ["integer", "string"],
    "minimum": 0
});

impl Written for NodesOrPercent {
    const EXPECTED: &'static str = "a number of nodes or a percentage such as `10%`";

    fn from_text(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(number) => Ok(Self(IntOrPercent::Int(number))),
            Err(_) => Percent::from_text(text).map(|share| Self(IntOrPercent::Percent(share.0))),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        if number < 0.0 {
            return Some(Err(format!("`{number}` must not be negative")));
        }
        let read = format!("{number}").parse().map(|number| Self(IntOrPercent::Int(number)));
        Some(read.map_err(|_| format!("`{number}` is not a whole number of nodes")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<IntOrPercent>) {
        assert_eq!(NodesOrPercent::from_text(text).ok().map(|read| read.0), expected, "{text}");
    }

    #[test]
    fn numbers_and_shares_are_told_apart() {
        check("10", Some(IntOrPercent::Int(10)));
        check("10%", Some(IntOrPercent::Percent(10)));
        check("100%", Some(IntOrPercent::Percent(100)));
        for wrong in ["101%", "-1%", "-1", "1.5%", "%", ""] {
            check(wrong, None);
        }
    }
}
