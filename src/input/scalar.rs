//! What a plain scalar means to `kubectl`, where YAML 1.2 and it disagree.
//!
//! The YAML library follows YAML 1.2; `kubectl` reads manifests with go-yaml v2 (through
//! sigs.k8s.io/yaml), which follows YAML 1.1 in part: go-yaml/yaml v2 `resolve.go` › `resolve`.
//! Only the scalars that YAML 1.2 takes for text come here, and only if they are not quoted.

use crate::input::tree::Tree;

/// What go-yaml makes of unquoted text; `None` if it stays text.
///
/// - `yes`, `no`, `on`, `off`, `y`, `n` (lower, upper or title case) are booleans.
/// - `0640` is octal (416); `089`, not being octal, is the number 89.
/// - `_` between digits is ignored.
pub(super) fn resolve_plain(text: &str) -> Option<Tree> {
    if text.len() > 40 {
        return None;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(Tree::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(Tree::Bool(false)),
        _ if starts_like_a_number(text) => number(&text.replace('_', "")),
        _ => None,
    }
}

fn starts_like_a_number(text: &str) -> bool {
    text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit())
}

fn number(text: &str) -> Option<Tree> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    match magnitude(digits) {
        Some(magnitude) if negative => Some(Tree::Int(-i128::from(magnitude))),
        Some(magnitude) => Some(Tree::Int(i128::from(magnitude))),
        None if is_decimal(digits) => decimal(text),
        None => None,
    }
}

/// An integer in the bases of Go's `strconv.ParseInt` with base 0.
fn magnitude(digits: &str) -> Option<u64> {
    let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        _ if digits.starts_with('0') => (8, digits),
        _ => (10, digits),
    };
    let first = digits.chars().next()?;
    first.is_digit(radix).then(|| u64::from_str_radix(digits, radix).ok())?
}

/// go-yaml's `yamlStyleFloat`, without the sign.
fn is_decimal(digits: &str) -> bool {
    digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
}

fn decimal(text: &str) -> Option<Tree> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Tree::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: impl Into<Option<Tree>>) {
        assert_eq!(resolve_plain(text), expected.into(), "{text}");
    }

    #[test]
    fn booleans_of_yaml_1_1() {
        check("yes", Tree::Bool(true));
        check("On", Tree::Bool(true));
        check("n", Tree::Bool(false));
        check("OFF", Tree::Bool(false));
        check("yEs", None);
        check("nope", None);
    }

    #[test]
    fn numbers_of_yaml_1_1() {
        check("0640", Tree::Int(416));
        check("-010", Tree::Int(-8));
        check("00", Tree::Int(0));
        check("089", Tree::Float(89.0));
        check("1_000", Tree::Int(1000));
        check("0X1f", Tree::Int(31));
        check("0640m", None);
        check("1.2.3", None);
        check("12:30", None);
        check("2026-01-01", None);
        check("10%", None);
        check("1-2", None);
        check("+-1", None);
        check("0x", None);
    }
}
