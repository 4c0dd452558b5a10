//! Labels and annotations.

use serde_json::Value;

use crate::report::kubectl::describe::lines::Lines;

/// What `kubectl apply` writes for itself.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Longer annotations begin on a line of their own, and are cut.
const MOST_ANNOTATION: usize = 140;

/// Labels, one a line. `title` may be indented.
pub(super) fn labels(lines: &mut Lines, title: &str, labels: &Value) {
    let pairs: Vec<String> =
        sorted(labels).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    lines.entries(title, &pairs);
}

/// Labels in one line: `a=1,b=2`.
///
/// Source: `apimachinery/pkg/labels/labels.go › FormatLabels`.
pub(super) fn labels_in_line(labels: &Value) -> String {
    let pairs: Vec<String> =
        sorted(labels).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}

/// Annotations; those of several lines, and long ones, below their keys.
///
/// Source: `kubectl/pkg/describe/describe.go › printAnnotationsMultiline`.
pub(super) fn annotations(lines: &mut Lines, title: &str, annotations: &Value) {
    let mut written = Vec::new();
    for (key, value) in sorted(annotations) {
        if key == LAST_APPLIED {
            continue;
        }
        let value = value.strip_suffix('\n').unwrap_or(value);
        if value.len() + key.len() + 2 <= MOST_ANNOTATION && !value.contains('\n') {
            written.push(format!("{key}: {value}"));
            continue;
        }
        written.push(format!("{key}:"));
        written.extend(value.split('\n').map(|line| format!("  {}", shortened(line))));
    }
    lines.entries(title, &written);
}

/// Cut to so many bytes that it fits under its key.
fn shortened(line: &str) -> String {
    const MOST: usize = MOST_ANNOTATION - 2;
    if line.len() <= MOST {
        return line.to_owned();
    }
    let end = (0..=MOST).rev().find(|&end| line.is_char_boundary(end)).unwrap_or(0);
    format!("{}...", &line[..end])
}

/// The entries of a map of texts, by their keys.
pub(super) fn sorted(map: &Value) -> Vec<(&str, &str)> {
    let entries = map.as_object().into_iter().flatten();
    let mut entries: Vec<(&str, &str)> =
        entries.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default())).collect();
    entries.sort_unstable();
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_annotations_and_those_of_several_lines_stand_below_their_keys() {
        let mut lines = Lines::of("1.36");
        let long = "x".repeat(139);
        let map = json!({
            LAST_APPLIED: "{}",
            "cause": "kubectl apply\n",
            "notes": "one\ntwo",
            "z": long,
        });
        annotations(&mut lines, "Annotations", &map);
        let cut = "x".repeat(138);
        assert_eq!(
            lines.finish(),
            format!(
                "Annotations:  cause: kubectl apply\n              notes:\n                one\n\
                 \x20               two\n              z:\n                {cut}...\n"
            )
        );
        let mut lines = Lines::of("1.36");
        annotations(&mut lines, "Annotations", &json!({ LAST_APPLIED: "{}" }));
        labels(&mut lines, "Labels", &Value::Null);
        assert_eq!(lines.finish(), "Annotations:  <none>\nLabels:       <none>\n");
    }
}
