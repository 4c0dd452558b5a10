//! Which plain texts are read as something else than a text.

/// Whether YAML 1.1 reads this plain scalar as `null`, a boolean, a number or a time.
///
/// Source: `goyaml.v2/resolve.go › resolve`, `encode.go › isBase60Float, isOldBool`.
pub(super) fn is_no_text(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    let lower = text.to_ascii_lowercase();
    let is_cased = lower == text || text.to_ascii_uppercase() == text || is_title(text);
    let begins = text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
    let digits = text.replace('_', "");
    text.is_empty()
        || (is_cased && WORDS.contains(&lower.as_str()))
        || is_infinite_or_none(text)
        || (begins && (is_integer(&digits) || is_float(&digits)))
        || is_time(text)
        || is_base_60(text)
}

fn is_title(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|it| it.is_ascii_uppercase())
        && letters.all(|it| it.is_ascii_lowercase())
}

fn is_infinite_or_none(text: &str) -> bool {
    matches!(text, ".nan" | ".NaN" | ".NAN") || matches!(unsigned(text), ".inf" | ".Inf" | ".INF")
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Of 64 bits; what has more digits is a number only if they are decimal.
fn is_integer(text: &str) -> bool {
    let lower = unsigned(text).to_ascii_lowercase();
    let number = |&(prefix, radix): &(&str, u32)| {
        let digits = lower.strip_prefix(prefix).filter(|it| !it.starts_with('+'));
        digits.is_some_and(|it| u64::from_str_radix(it, radix).is_ok())
    };
    [("0x", 16), ("0o", 8), ("0b", 2)].iter().any(number)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let (number, exponent) = match unsigned(text).split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(unsigned(exponent))),
        None => (unsigned(text), None),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|it| !it.is_empty() && digits(it))
}

/// A date, or a date and a time: `2026-01-01`, `2026-1-1T10:00:00Z`, `2026-01-01 10:00:00`.
fn is_time(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let is_number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
    };
    let [year, month, day] = parts[..] else { return false };
    let is_up_to = |text: &str, most: u8| text.parse().is_ok_and(|it: u8| (1..=most).contains(&it));
    year.len() == 4
        && is_number(year, 4)
        && is_number(month, 2)
        && is_up_to(month, 12)
        && is_number(day, 2)
        && is_up_to(day, 31)
        && time.is_none_or(|time| time.bytes().filter(|it| *it == b':').count() >= 2)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`: `1:20`.
fn is_base_60(text: &str) -> bool {
    let mut parts = unsigned(text).split(':');
    let first = parts.next().unwrap_or_default();
    let is_first = first.starts_with(|it: char| it.is_ascii_digit())
        && first.bytes().all(|it| it.is_ascii_digit() || it == b'_');
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    let last = last.split_once('.').map_or(*last, |(number, _)| number);
    is_first && middle.iter().chain([&last]).all(|it| it.parse::<u8>().is_ok_and(|it| it < 60))
}
