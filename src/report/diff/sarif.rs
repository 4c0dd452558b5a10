//! SARIF 2.1.0 for code scanning: a result per finding, at the line of HEAD that it comes from.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0, and what GitHub reads of it
//! (docs.github.com, «SARIF support for code scanning»).

use std::fmt::Write as _;

use serde::Serialize;

use crate::report::diff::words::{findings, headline, sentences};
use crate::report::json::pretty;
use crate::study::{Change, Diff, Effect, Place};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What may be found: its id, how bad it is, and what it means.
const RULES: [(&str, &str, &str); 9] = [
    ("refused", "error", "The API server refuses the DaemonSet"),
    ("goal-missed", "error", "The rollout misses a goal"),
    ("not-complete", "error", "A rollout does not complete"),
    ("worse-rollout", "warning", "The rollout takes longer, or more nodes at once, than before"),
    ("rollout", "note", "The change starts a rollout"),
    ("next-rollout", "note", "The next rollout goes by other rules"),
    ("on-delete", "note", "Pods are replaced when somebody deletes them"),
    ("daemonset-added", "note", "A DaemonSet is new"),
    ("daemonset-removed", "warning", "A DaemonSet is removed"),
];

/// The findings for code scanning, ending with a line break.
pub fn diff_sarif(diff: &Diff, version: &str) -> String {
    let rules = RULES.map(|(id, level, text)| Rule {
        id,
        short_description: Text { text: text.to_owned() },
        default_configuration: Configuration { level },
    });
    let driver = Driver { name: "rollcast", version, rules: rules.into() };
    let results = diff.changes.iter().flat_map(results).collect();
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: vec![run] })
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Found>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Fingerprints {
    /// Of a line that moves this is still the same finding.
    #[serde(rename = "rollcast/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

fn results(change: &Change) -> Vec<Found> {
    if let Effect::Refused(refusals) = &change.effect {
        let refused = refusals.iter().map(|it| {
            let text = format!("{}: the API server refuses it: {}", change.daemon_set, it.message);
            found("refused", change, text, it.place.as_ref())
        });
        return refused.collect();
    }
    let ids = std::iter::once(rule_of(&change.effect)).chain(findings(change));
    let text =
        format!("{}: {}. {}", change.daemon_set, headline(change), sentences(change).join(" "));
    ids.map(|id| found(id, change, text.trim_end().to_owned(), change.place.as_ref())).collect()
}

const fn rule_of(effect: &Effect) -> &'static str {
    match effect {
        Effect::Added => "daemonset-added",
        Effect::Removed => "daemonset-removed",
        Effect::Refused(_) => "refused",
        Effect::NextRollout { .. } => "next-rollout",
        Effect::Rollout { on_delete: true } => "on-delete",
        Effect::Rollout { on_delete: false } | Effect::Scenario => "rollout",
    }
}

fn found(id: &'static str, change: &Change, text: String, place: Option<&Place>) -> Found {
    let rule = RULES.iter().position(|(it, ..)| *it == id).unwrap_or(0);
    Found {
        rule_id: id,
        rule_index: rule,
        level: RULES[rule].1,
        message: Text { text },
        locations: place.map(location).into_iter().collect(),
        partial_fingerprints: Fingerprints { finding: format!("{id} {}", change.daemon_set) },
    }
}

fn location(place: &Place) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: Artifact { uri: uri(&place.file) },
            region: Region { start_line: place.line },
        },
    }
}

/// A path as a URI reference: a relative one stays relative.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path).replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("./a b/ä.yaml"), "a%20b/%C3%A4.yaml");
        assert_eq!(uri("/tmp/x.yaml"), "file:///tmp/x.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
