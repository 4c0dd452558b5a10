//! Nothing that anyone writes makes reading panic.

use proptest::prelude::*;

use crate::input::Source;
use crate::scenario::tests::{EVERYTHING, files};
use crate::scenario::written::VERBS;
use crate::scenario::{Override, json_schema, read};

/// Reads a text whatever it is, and shows what is wrong with it.
fn survive(text: &str, sets: &[Override]) {
    match read(Source::new("test.yaml", text), &files(), sets) {
        Ok(loaded) => assert!(!loaded.warnings.has_errors()),
        Err(report) => assert!(report.has_errors() && !report.render(false).is_empty()),
    }
}

/// What values are replaced by.
const VALUES: [&str; 16] = [
    "", "0", "-1", "1e300", "5", "all", "x", "{}", "[]", "[[]]", "{a: b}", "5s", "100%", "{i}",
    "*", "null",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lines_may_be_lost_doubled_and_cut(cuts in prop::collection::vec((0..90_usize, 0..4_usize), 1..6)) {
        let mut lines: Vec<String> = EVERYTHING.lines().map(str::to_owned).collect();
        for (line, change) in cuts {
            let line = line % lines.len();
            match change {
                0 => { lines.remove(line); }
                1 => lines.insert(line, lines[line].clone()),
                2 => { let half = lines[line].len() / 2; lines[line].truncate(half); }
                _ => { let next = (line + 1) % lines.len(); lines.swap(line, next); }
            }
        }
        survive(&lines.join("\n"), &[]);
    }

    #[test]
    fn values_may_be_anything(line in 0..90_usize, value in prop::sample::select(&VALUES[..])) {
        let lines: Vec<_> = EVERYTHING.lines().collect();
        let line = line % lines.len();
        let changed = match lines[line].rsplit_once(": ") {
            Some((key, _)) => format!("{key}: {value}"),
            None => format!("{} {value}", lines[line]),
        };
        let text: Vec<_> = lines[..line].iter().chain([&changed.as_str()]).chain(&lines[line + 1..]).copied().collect();
        survive(&text.join("\n"), &[]);
    }

    #[test]
    fn options_may_be_anything(path in "[a-z.\\[\\]0-9]{1,20}", value in prop::sample::select(&VALUES[..])) {
        if let Ok(set) = Override::parse(&format!("{path}={value}")) {
            survive(EVERYTHING, &[set]);
        }
    }

    #[test]
    fn any_event_may_be_changed(event in 0..24_usize, field in 0..30_usize, value in prop::sample::select(&VALUES[..])) {
        let fields: Vec<_> = ["at", "rate", "until", "note"].into_iter().chain(VERBS).collect();
        let path = format!("events[{event}].{}", fields[field % fields.len()]);
        if let Ok(set) = Override::parse(&format!("{path}={value}")) {
            survive(EVERYTHING, &[set]);
        }
    }
}

/// The names of all fields in a schema.
fn fields(schema: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                if key == "properties" {
                    found.extend(value.as_object().unwrap().keys().cloned());
                }
                fields(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

#[test]
fn the_schema_and_the_full_sample_know_the_same_fields() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).unwrap();
    assert_eq!(json_schema(), json_schema());
    assert!(schema["$id"].is_string() && schema["title"].is_string());
    let mut known = std::collections::BTreeSet::new();
    fields(&schema, &mut known);
    assert!(known.len() > 80, "{known:?}");
    for field in known {
        assert!(EVERYTHING.contains(&format!("{field}:")), "{field} is missing in the full sample");
    }
}
