//! Shares and numbers of nodes.

use crate::api::{self, IntOrPercent, ParseIntOrPercentError, ParseShareError};
use crate::scenario::written::text::{Written, written_as_text};

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
        match text.parse() {
            Ok(IntOrPercent::Percent(percent)) => Ok(Self(percent)),
            Ok(IntOrPercent::Int(_)) => Err(refusal(text, ParseIntOrPercentError::Neither)),
            Err(error) => Err(refusal(text, error)),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = format!("write `{number}%`");
        Some(Err(format!("expected a percentage, found the number `{number}`\nhint: {hint}")))
    }
}

/// A probability, 0 to 1; written in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance(pub f64);

written_as_text!(Chance, "Chance", {
    "description": "How probable something is, from `0%` to `100%`.",
    "examples": ["5%", "0.1%"],
    "pattern": "^(100|[0-9]{1,2})(\\.[0-9]+)?%$",
    "type": "string"
});

impl Written for Chance {
    const EXPECTED: &'static str = "a percentage such as `5%` or `0.1%`";

    fn from_text(text: &str) -> Result<Self, String> {
        let digits = text.strip_suffix('%').filter(|number| number.starts_with(char::is_numeric));
        match digits.and_then(|number| number.parse::<f64>().ok()) {
            Some(percent) if percent <= 100.0 => Ok(Self(percent / 100.0)),
            Some(_) => Err(refusal(text, ParseIntOrPercentError::TooMuch)),
            None => Err(format!("`{text}` is not a percentage\nhint: write `5%` or `0.1%`")),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = if number > 0.0 && number < 1.0 {
            format!("write `{}%` for a probability of {number}", number * 100.0)
        } else {
            format!("write `{number}%`")
        };
        Some(Err(format!("expected a percentage, found the number `{number}`\nhint: {hint}")))
    }
}

/// A share of all cases, 50 % to 99.999 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(pub api::Share);

written_as_text!(Share, "Share", {
    "description": "A share in percent, from `50%` to `99.999%`.",
    "examples": ["95%"],
    "pattern": "^[5-9][0-9](\\.[0-9]{1,3})?%$",
    "type": "string"
});

impl Written for Share {
    const EXPECTED: &'static str = "a percentage such as `95%`";

    fn from_text(text: &str) -> Result<Self, String> {
        let refused = |error: ParseShareError| match error {
            ParseShareError::NotPercent => {
                format!("`{text}` is {error}\nhint: write `95%`, or `99.9%`")
            }
            ParseShareError::TooMuch | ParseShareError::TooLittle => {
                format!("`{text}` is {error}\nhint: write `50%` to `99.999%`")
            }
        };
        text.parse().map(Self).map_err(refused)
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = if number < 1.0 { "95%".to_owned() } else { format!("{number}%") };
        let found = format!("expected a percentage, found the number `{number}`");
        Some(Err(format!("{found}\nhint: write `{hint}`")))
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
        text.parse().map(Self).map_err(|error| refusal(text, error))
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        if number < 0.0 {
            return Some(Err(format!("`{number}` must not be negative")));
        }
        let read = format!("{number}").parse().map(|number| Self(IntOrPercent::Int(number)));
        Some(read.map_err(|_| format!("`{number}` is not a whole number of nodes")))
    }
}

fn refusal(text: &str, error: ParseIntOrPercentError) -> String {
    match error {
        ParseIntOrPercentError::Neither => {
            format!("`{text}` is not a percentage\nhint: write `10%`")
        }
        ParseIntOrPercentError::TooMuch => format!("`{text}` is more than `100%`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_alone_is_no_number() {
        let check = |text: &str, expected: Result<u32, &str>| {
            let read = Percent::from_text(text).map(|read| read.0);
            assert_eq!(read, expected.map_err(str::to_owned));
        };
        check("10%", Ok(10));
        check("10", Err("`10` is not a percentage\nhint: write `10%`"));
        check("101%", Err("`101%` is more than `100%`"));
    }

    #[test]
    fn a_chance_may_be_small() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(Chance::from_text(text).ok(), expected.map(Chance), "{text}");
        };
        check("0.1%", Some(0.001));
        check("0%", Some(0.0));
        check("100%", Some(1.0));
        for wrong in ["100.1%", "-1%", "5", "nan%", "inf%", "1e9%", "%", "+5%", ".5%"] {
            check(wrong, None);
        }
    }
}
