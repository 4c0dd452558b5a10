//! Noticing templates that nobody rendered.
//!
//! `image: {{ .Values.image }}` is not YAML, or not what it looks like; saying so beats whatever
//! the parser would complain about.

use crate::input::problem::Problem;
use crate::input::source::{Source, root_problem};

/// What only Helm means, even between quotes.
const HELM: [&str; 6] = [".Values", ".Release", ".Chart", ".Capabilities", "include ", "template "];

/// The problem of a text, without its position.
pub(super) fn problem(text: &str) -> Problem {
    root_problem("unrendered-template", "this is a template that was not rendered")
        .with_hint(hint(text))
}

/// What renders templates in the dialect of a text.
fn hint(text: &str) -> &'static str {
    let inside = || text.split("{{").skip(1).map(|it| it.trim_start_matches(['-', ' ']));
    let is_name = |it: &str| it.starts_with(|first: char| first.is_alphabetic());
    if HELM.iter().any(|word| text.contains(word)) {
        "render it first, for example with `helm template`"
    } else if text.contains("{%") || inside().any(is_name) {
        "it looks like Jinja: give what the tool that it belongs to makes of it (Ansible, Salt)"
    } else {
        "give what the program that it belongs to makes of it: it looks like a template of Go"
    }
}

/// Whether a text value still is a template. Between quotes `{{ }}` may be meant for somebody
/// else (Prometheus, Go formats in arguments), so only Helm's own words count there.
pub(super) fn is_in_value(text: &str, plain: bool) -> bool {
    let Some((_, rest)) = text.split_once("{{") else { return false };
    let Some((inside, _)) = rest.split_once("}}") else { return false };
    let inside = inside.trim_start_matches(['-', ' ']);
    plain || HELM.iter().any(|word| inside.starts_with(word))
}

/// The offset of a template's mark that can have broken the YAML of `source`: on the line where
/// the parser stopped, or on a line that is nothing but template.
pub(super) fn broken_by(source: &Source, stopped_at_line: usize) -> Option<usize> {
    let mut offset = 0;
    for (index, line) in source.text().split_inclusive('\n').enumerate() {
        let found = line.find("{{").or_else(|| line.find("{%"));
        if let Some(column) = found {
            let alone = line[..column].trim().is_empty();
            let near = index + 1 == stopped_at_line;
            let as_value = line[..column].trim_end().ends_with([':', '-']);
            if alone || near || (as_value && index < stopped_at_line) {
                return Some(offset + column);
            }
        }
        offset += line.len();
    }
    None
}
