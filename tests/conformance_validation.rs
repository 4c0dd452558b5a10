//! What the API server says of manifests, against what rollcast says of them.
//!
//! Reads `validation.jsonl` from `tests/conformance/`, or from `$CONFORMANCE_DIR`.

use std::path::PathBuf;

use rollcast::api::{FieldError, daemon_set_errors};
use serde_json::Value;

#[test]
#[expect(clippy::print_stdout, reason = "the number of conforming cases is a result")]
fn every_case_conforms() {
    let cases = read_cases();
    let failures: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    println!("validation: {}/{} conforming", cases.len() - failures.len(), cases.len());
    assert!(!cases.is_empty(), "no cases");
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn read_cases() -> Vec<Value> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
    let folder = std::env::var_os("CONFORMANCE_DIR").map_or_else(|| own.into(), PathBuf::from);
    #[expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
    let text = std::fs::read_to_string(folder.join("validation.jsonl")).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

fn check(case: &Value) -> Result<(), String> {
    let name = case["name"].as_str().unwrap_or_default();
    let actual = daemon_set_errors(&case["daemonset"].clone().into())
        .map_err(|problems| format!("{name}: not decoded: {problems:?}"))?;
    let expected = case["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let same = actual.len() == expected.len()
        && actual.iter().zip(expected).all(|(actual, expected)| conforms(actual, expected));
    if same { Ok(()) } else { Err(report(name, &actual, expected)) }
}

fn conforms(actual: &FieldError, expected: &Value) -> bool {
    let message = expected["Message"].as_str().unwrap_or_default();
    actual.kind.name() == expected["Type"]
        && actual.field == expected["Field"]
        && actual.detail == expected["Detail"]
        && (shows_json(message) || actual.to_string() == message)
}

/// Objects are shown as their Go types are serialized, which is not asked for.
fn shows_json(message: &str) -> bool {
    message.contains(" value: {") || message.contains(" value: [")
}

fn report(name: &str, actual: &[FieldError], expected: &[Value]) -> String {
    let actual: Vec<String> = actual.iter().map(ToString::to_string).collect();
    let expected: Vec<&str> =
        expected.iter().filter_map(|error| error["Message"].as_str()).collect();
    format!("{name}:\n  expected {expected:#?}\n  actual {actual:#?}")
}
