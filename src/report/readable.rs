//! Times and counts as people read them; the exact figures are in the files for programs.

use crate::time::{MICROS_PER_SECOND, SimDuration};

/// A span for people: whole seconds (`14m32s`), or milliseconds if it is under one second.
///
/// The rest is cut off, not rounded, as kubectl does with ages: a sentence and the table of the
/// same run must not differ by a second. Under a millisecond nothing is cut off: something that
/// took time never reads `0s`.
pub fn span(span: SimDuration) -> String {
    let micros = span.as_micros();
    if micros >= MICROS_PER_SECOND {
        SimDuration::from_secs(span.as_secs()).to_string()
    } else if micros >= 1_000 {
        SimDuration::from_millis(micros / 1_000).to_string()
    } else {
        span.to_string()
    }
}

/// A number with its thousands set apart: `5,000`.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number and what it counts: `1 node`, `5,000 nodes`.
pub fn count(many: u64, one: &str) -> String {
    let ending = if many == 1 { "" } else { "s" };
    format!("{} {one}{ending}", number(many))
}

/// A part of a whole: `10 of 100 nodes`, `1 of 1 node`.
pub fn part(part: u64, whole: u64, one: &str) -> String {
    format!("{} of {}", number(part), count(whole, one))
}

/// An amount of memory: `512 MiB`, `4.3 GiB`. The rest is cut off, as that of spans is.
pub fn memory(bytes: u64) -> String {
    if bytes < 1 << 30 {
        return format!("{} MiB", bytes >> 20);
    }
    let tenths = (u128::from(bytes) * 10) >> 30;
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

/// Names in a row, with this word before the last: `a`, `a and b`, `a, b and c`.
pub fn listed<S: AsRef<str>>(names: &[S], word: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_cut_to_what_people_read() {
        let check = |micros, expected: &str| {
            assert_eq!(span(SimDuration::from_micros(micros)), expected);
        };
        check(0, "0s");
        check(7, "7us");
        check(1_999, "1ms");
        check(999_999, "999ms");
        check(1_000_000, "1s");
        check(1_999_999, "1s");
        check(872_900_000, "14m32s");
        check(u64::MAX, "213503982d8h1m49s");
    }

    #[test]
    fn memory_is_cut_to_tenths_of_a_gibibyte() {
        assert_eq!(memory(1 << 20), "1 MiB");
        assert_eq!(memory((1 << 30) - 1), "1023 MiB");
        assert_eq!(memory(1 << 30), "1.0 GiB");
        assert_eq!(memory(9 << 29), "4.5 GiB");
        assert_eq!(memory(u64::MAX), "17179869183.9 GiB");
    }

    #[test]
    fn counts_have_their_plural_and_their_thousands() {
        assert_eq!(count(0, "node"), "0 nodes");
        assert_eq!(count(1, "node"), "1 node");
        assert_eq!(count(999, "node"), "999 nodes");
        assert_eq!(count(1_234_567, "node"), "1,234,567 nodes");
        assert_eq!(part(1, 1, "node"), "1 of 1 node");
        assert_eq!(part(1, 5_000, "node"), "1 of 5,000 nodes");
    }
}
