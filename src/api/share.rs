//! A share of all cases in percent: how many seeds must reach a goal, and how sure that must be.
//!
//! What lives here: [`Share`].

use std::fmt;
use std::str::FromStr;

use crate::api::int_or_percent::percentage;

/// Millionths in a whole.
const WHOLE: u32 = 1_000_000;
/// Millionths in a percent.
const PERCENT: u32 = WHOLE / 100;
/// Decimals of a percent that are read.
const DECIMALS: usize = 3;

/// A share from 50 % up to 99.999 %, in thousandths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    millionths: u32,
}

/// Why a text is no [`Share`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseShareError {
    /// It is no number with `%` behind it, or one with more than three decimals.
    #[error("not a percentage with at most three decimals")]
    NotPercent,
    /// It is `100%` or more.
    #[error("too much: no number of seeds is enough for that")]
    TooMuch,
    /// It is less than `50%`.
    #[error("less than `50%`")]
    TooLittle,
}

impl Share {
    /// 95 %, which is usual.
    pub const USUAL: Self = Self { millionths: 95 * PERCENT };

    /// The share that leaves a part of what this one leaves: of 95 % and 2 it is 97.5 %. It is
    /// rounded up, to a millionth.
    #[must_use]
    pub const fn leaving_one_in(self, parts: u32) -> Self {
        Self { millionths: WHOLE - (WHOLE - self.millionths) / parts }
    }

    /// In millionths: 950,000 is 95 %.
    pub const fn millionths(self) -> u32 {
        self.millionths
    }
}

impl FromStr for Share {
    type Err = ParseShareError;

    /// Reads `95%` and `99.9%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_percent = ParseShareError::NotPercent;
        let (whole, decimals) = match text.trim().split_once('.') {
            None => (percentage(text.trim()).ok_or(not_percent)?, 0),
            Some((whole, rest)) => {
                let digits = rest.strip_suffix('%').ok_or(not_percent)?.trim_end();
                let is_plain = digits.bytes().all(|it| it.is_ascii_digit());
                if !is_plain || digits.is_empty() || digits.len() > DECIMALS {
                    return Err(not_percent);
                }
                let padded = format!("{digits:0<DECIMALS$}");
                (whole.parse().map_err(|_| not_percent)?, padded.parse().map_err(|_| not_percent)?)
            }
        };
        // A thousandth of a percent is ten millionths.
        let millionths = PERCENT.saturating_mul(whole).saturating_add(10_u32 * decimals);
        match millionths {
            WHOLE.. => Err(ParseShareError::TooMuch),
            it if it < WHOLE / 2 => Err(ParseShareError::TooLittle),
            millionths => Ok(Self { millionths }),
        }
    }
}

impl fmt::Display for Share {
    /// As it is written: `95%`, `99.9%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.millionths / PERCENT, self.millionths % PERCENT / 10);
        if rest == 0 {
            return write!(f, "{whole}%");
        }
        let decimals = format!("{rest:0DECIMALS$}");
        write!(f, "{whole}.{}%", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_shown() {
        let check = |text: &str, expected: Result<(u32, &str), ParseShareError>| {
            let read = text.parse::<Share>();
            let shown = read.map(|it| (it.millionths(), it.to_string()));
            assert_eq!(shown, expected.map(|(many, text)| (many, text.to_owned())), "{text}");
        };
        check("95%", Ok((950_000, "95%")));
        check(" 95 %", Ok((950_000, "95%")));
        check("50%", Ok((500_000, "50%")));
        check("99.9%", Ok((999_000, "99.9%")));
        check("99.050%", Ok((990_500, "99.05%")));
        check("99.999%", Ok((999_990, "99.999%")));
        for text in
            ["95", "0.95", "", "%", "x%", "-95%", "99.9", "99.9999%", "99.%", "9e1%", "99.+1%"]
        {
            check(text, Err(ParseShareError::NotPercent));
        }
        for text in ["100%", "100.0%", "101%", "4294967295%"] {
            check(text, Err(ParseShareError::TooMuch));
        }
        for text in ["0%", "49.999%"] {
            check(text, Err(ParseShareError::TooLittle));
        }
        assert_eq!(Share::USUAL.to_string(), "95%");
    }
}
