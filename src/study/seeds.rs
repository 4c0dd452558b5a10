//! The seeds of a sweep, as people write them: `1..50`, `7`, `1,5,9`, `1..10,42`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// More seeds than this are refused: a sweep keeps a row of each run.
const MOST: u64 = 1_000_000;

/// Seeds in the order in which they were written, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds {
    numbers: Vec<u64>,
    /// Each seed and its place, the least first.
    sorted: Vec<(u64, usize)>,
}

/// Why a text names no seeds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedsError {
    /// Nothing between two commas, or nothing at all.
    #[error("`{0}` names no seed")]
    Empty(String),
    /// Not a whole number.
    #[error("`{0}` is not a seed")]
    NotANumber(String),
    /// The last comes before the first.
    #[error("`{first}..{last}` runs backwards")]
    Reversed { first: u64, last: u64 },
    /// A seed would count twice.
    #[error("seed {0} is given twice")]
    Twice(u64),
    #[error("`{0}` names more than {MOST} seeds")]
    TooMany(String),
}

impl SeedsError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty(_) | Self::NotANumber(_) => {
                "write the first and the last, `1..50`, a list, `1,5,9`, or `auto`".to_owned()
            }
            Self::Reversed { first, last } => format!("write `{last}..{first}`"),
            Self::Twice(_) => "the same seed gives the same run".to_owned(),
            Self::TooMany(_) => "100 to 1000 are enough for a verdict".to_owned(),
        }
    }
}

impl Seeds {
    /// The seeds from 1 to `last`.
    pub(super) fn up_to(last: u64) -> Self {
        Self::of((1..=last).collect())
    }

    /// The numbers in their order, of which none may be there twice.
    pub fn of(numbers: Vec<u64>) -> Self {
        let mut sorted: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        Self { numbers, sorted }
    }

    /// The seeds, in the order in which they were written.
    pub fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    /// The place of a seed among them, from 0.
    pub fn index_of(&self, seed: u64) -> Option<usize> {
        let found = self.sorted.binary_search_by_key(&seed, |entry| entry.0);
        found.ok().map(|at| self.sorted[at].1)
    }

    /// These and those of `other`: the least first, unless both are the same.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        let both = self.numbers.iter().chain(&other.numbers);
        Self::of(both.copied().collect::<BTreeSet<_>>().into_iter().collect())
    }
}

impl FromStr for Seeds {
    type Err = SeedsError;

    fn from_str(written: &str) -> Result<Self, SeedsError> {
        let mut numbers = Vec::new();
        for part in written.split(',').map(str::trim) {
            let (first, last) = range(part, written)?;
            let many = (last - first).saturating_add(1).saturating_add(numbers.len() as u64);
            if many > MOST {
                return Err(SeedsError::TooMany(written.to_owned()));
            }
            numbers.extend(first..=last);
        }
        let seeds = Self::of(numbers);
        match seeds.sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(SeedsError::Twice(pair[0].0)),
            None => Ok(seeds),
        }
    }
}

/// `7` or `1..50`, the last one included.
fn range(part: &str, written: &str) -> Result<(u64, u64), SeedsError> {
    if part.is_empty() {
        return Err(SeedsError::Empty(written.to_owned()));
    }
    let number = |text: &str| {
        text.trim().parse::<u64>().map_err(|_| SeedsError::NotANumber(part.to_owned()))
    };
    let Some((first, last)) = part.split_once("..") else {
        let only = number(part)?;
        return Ok((only, only));
    };
    let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
    if first > last { Err(SeedsError::Reversed { first, last }) } else { Ok((first, last)) }
}

impl fmt::Display for Seeds {
    /// As short as it can be written: `1..50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.numbers.chunk_by(|one, next| one.checked_add(1) == Some(*next));
        for (index, run) in runs.enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match run {
                [first, .., last] => write!(f, "{first}..{last}")?,
                [only] => write!(f, "{only}")?,
                [] => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Result<(usize, &str), &str>) {
        let read = written.parse::<Seeds>();
        let read = read.map(|seeds| (seeds.numbers().len(), seeds.to_string()));
        let expected = expected.map(|(many, text)| (many, text.to_owned()));
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn seeds_that_are_added_come_in_order() {
        let seeds = |text: &str| text.parse::<Seeds>().unwrap();
        let check = |one, other, expected: &str| {
            assert_eq!(seeds(one).with(&seeds(other)).to_string(), expected);
        };
        check("1..100", "101..200", "1..200");
        check("101..200", "1..150", "1..200");
        check("3,1", "3,1", "3,1");
        check("3,1", "2", "1..3");
        let places = [5, 3, 9, 4].map(|seed| seeds("5,3,9").index_of(seed));
        assert_eq!(places, [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn seeds_are_ranges_and_lists() {
        check("1..50", Ok((50, "1..50")));
        check("1..=3", Ok((3, "1..3")));
        check("7", Ok((1, "7")));
        check("9, 1,5", Ok((3, "9,1,5")));
        check("1..3,10..12", Ok((6, "1..3,10..12")));
        check("18446744073709551615", Ok((1, "18446744073709551615")));
        check("", Err("`` names no seed"));
        check("1,,2", Err("`1,,2` names no seed"));
        check("one", Err("`one` is not a seed"));
        check("-1..4", Err("`-1..4` is not a seed"));
        check("50..1", Err("`50..1` runs backwards"));
        check("1..5,3", Err("seed 3 is given twice"));
        check(
            "0..18446744073709551615",
            Err("`0..18446744073709551615` names more than 1000000 seeds"),
        );
    }
}
