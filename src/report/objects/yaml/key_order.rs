//! The order of keys: letters after everything else, numbers by their value.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// The fields of a map in the order in which they are printed.
pub(super) fn by_key(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<(&String, &Value)> = fields.iter().collect();
    all.sort_by(|(a, _), (b, _)| natural(a, b));
    all
}

/// Source: `goyaml.v2/sorter.go › keyList.Less`.
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else {
        return a.len().cmp(&b.len());
    };
    let after_digit = at > 0 && a[at - 1].is_ascii_digit();
    match (a[at].is_alphabetic(), b[at].is_alphabetic()) {
        (true, true) => a[at].cmp(&b[at]),
        (true, false) if after_digit => Ordering::Less,
        (false, true) if after_digit => Ordering::Greater,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let goes_on = a[at] == '0' || b[at] == '0';
            let (number_a, number_b) = (number(&a, at, goes_on), number(&b, at, goes_on));
            number_a.cmp(&number_b).then(a[at].cmp(&b[at]))
        }
    }
}

/// The number that begins at `at`, and how many digits it has. If it `goes_on`, digits before it count
/// if one of them is not zero.
fn number(text: &[char], at: usize, goes_on: bool) -> (u128, usize) {
    let mut before = text[..at].iter().rev().take_while(|it| it.is_ascii_digit());
    let mut value = u128::from(goes_on && before.any(|it| *it != '0'));
    let digits: Vec<u32> = text[at..].iter().map_while(|it| it.to_digit(10)).collect();
    for digit in &digits {
        value = value.saturating_mul(10).saturating_add((*digit).into());
    }
    (value, digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_people() {
        let mut keys =
            ["b", "a11", "a10", "a2", "", ".x", "1", "10", "9", "a b", "a1", "true", "aa", "a-b"];
        keys.sort_by(|a, b| natural(a, b));
        let expected =
            ["", ".x", "1", "9", "10", "a b", "a-b", "a1", "a2", "a10", "a11", "aa", "b", "true"];
        assert_eq!(keys, expected);
    }
}
