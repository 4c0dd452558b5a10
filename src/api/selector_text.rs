//! Label selectors as they are written on a command line: `app=x,tier in (a, b),!canary`.

use std::str::FromStr;

use crate::api::label_selector::{LabelOperator, LabelRequirement, LabelSelector};
use crate::api::names::{label_value_problems, qualified_name_problems};

/// Why a text is no selector, with a hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no requirement on a label: {why}")]
pub struct ParseSelectorError {
    part: String,
    why: String,
}

impl FromStr for LabelSelector {
    type Err = ParseSelectorError;

    /// Reads requirements with commas between them: `key=value`, `key==value`, `key!=value`,
    /// `key in (a,b)`, `key notin (a,b)`, `key`, `!key`. Nothing written requires nothing.
    ///
    /// Source: `apimachinery/pkg/labels/selector.go › Parse`; `<` and `>` are left out.
    fn from_str(written: &str) -> Result<Self, ParseSelectorError> {
        if written.trim().is_empty() {
            return Ok(Self::default());
        }
        let requirements = parts(written).into_iter().map(|part| {
            requirement(part.trim())
                .map_err(|why| ParseSelectorError { part: part.trim().to_owned(), why })
        });
        Ok(Self { match_expressions: requirements.collect::<Result<_, _>>()?, ..Self::default() })
    }
}

/// What stands between commas that are not in parentheses.
fn parts(written: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut inside) = (0, false);
    for (index, character) in written.char_indices() {
        match character {
            '(' => inside = true,
            ')' => inside = false,
            ',' if !inside => {
                parts.push(&written[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&written[start..]);
    parts
}

const FORMS: &str =
    "write `key=value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key` or `!key`";

fn requirement(part: &str) -> Result<LabelRequirement, String> {
    let one = |value: &str| vec![value.trim().to_owned()];
    let (key, operator, values) = if let Some(key) = part.strip_prefix('!') {
        (key, LabelOperator::DoesNotExist, Vec::new())
    } else if let Some((key, operator, list)) = set(part) {
        (key, operator, members(list)?)
    } else if let Some((key, value)) = part.split_once("!=") {
        (key, LabelOperator::NotIn, one(value))
    } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        (key, LabelOperator::In, one(value))
    } else {
        (part, LabelOperator::Exists, Vec::new())
    };
    let key = key.trim().to_owned();
    let of_key = qualified_name_problems(&key).into_iter().map(|why| format!("its key: {why}"));
    let of_values = values.iter().flat_map(|value| label_value_problems(value));
    match of_key.chain(of_values.map(|why| format!("its value: {why}"))).next() {
        None => Ok(LabelRequirement { key, operator, values }),
        // Whatever it is, it is more than a bad name.
        Some(_) if key.is_empty() || key.contains([' ', '<', '>', '(', ')']) => {
            Err(FORMS.to_owned())
        }
        Some(why) => Err(why),
    }
}

/// `key in (…)` or `key notin (…)` taken apart.
fn set(part: &str) -> Option<(&str, LabelOperator, &str)> {
    let (key, rest) = part.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let (operator, list) = match rest.strip_prefix("notin") {
        Some(list) => (LabelOperator::NotIn, list),
        None => (LabelOperator::In, rest.strip_prefix("in")?),
    };
    Some((key, operator, list))
}

/// `(a, b)` taken apart; at least one value, which may be empty.
fn members(list: &str) -> Result<Vec<String>, String> {
    let inner = list.trim().strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let inner =
        inner.ok_or_else(|| "write its values in parentheses: `key in (a,b)`".to_owned())?;
    Ok(inner.split(',').map(|value| value.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Labels;

    fn check(written: &str, expected: &[&str]) {
        let objects = [
            ("plain", vec![]),
            ("agent", vec![("app", "agent"), ("tier", "node")]),
            ("proxy", vec![("app", "proxy"), ("example.com/tier", "")]),
        ];
        let selector: LabelSelector = written.parse().unwrap();
        let matches = |labels: &Vec<(&str, &str)>| {
            selector.matches(&labels.iter().copied().collect::<Labels>())
        };
        let found: Vec<&str> =
            objects.iter().filter(|(_, labels)| matches(labels)).map(|(name, _)| *name).collect();
        assert_eq!(found, expected, "{written}");
    }

    #[test]
    fn selectors_are_read_as_kubectl_reads_them() {
        check("", &["plain", "agent", "proxy"]);
        check("app=agent", &["agent"]);
        check("app == agent", &["agent"]);
        check("app!=agent", &["plain", "proxy"]);
        check("app", &["agent", "proxy"]);
        check("!app", &["plain"]);
        check("app in (agent, proxy),tier", &["agent"]);
        check("app notin (agent)", &["plain", "proxy"]);
        check("app in (agent,proxy), example.com/tier=", &["proxy"]);
        check("example.com/tier in ()", &["proxy"]);
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        let check = |written: &str, expected: &str| {
            let error = written.parse::<LabelSelector>().unwrap_err().to_string();
            assert!(error.contains(expected), "{written}: {error}");
        };
        check("app=a,", "`` is no requirement on a label: write `key=value`");
        check(",", "write `key=value`");
        check("app>1", "write `key=value`");
        check("app in a", "write its values in parentheses");
        check("app in (a", "write its values in parentheses");
        check("app=a b", "its value: a valid label must be");
        check("-app", "its key: name part must consist of");
        check("app is x", "write `key=value`");
        check("=x", "write `key=value`");
    }
}
