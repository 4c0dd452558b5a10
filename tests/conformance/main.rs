//! What the real DaemonSet controller did, against what rollcast does.
//!
//! Each file of cases is one test. The cases stand beside this file, or in the folder that the
//! environment variable `CONFORMANCE_DIR` names.

#![expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
#![expect(clippy::unwrap_used, reason = "a case that cannot be read is a failed test")]

mod plan;
mod refused;
mod trajectories;
mod validation;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// A case that does not conform: both sides, line by line.
struct Difference {
    expected: Vec<String>,
    actual: Vec<String>,
}

/// How many cases that do not conform are shown.
const SHOWN: usize = 3;

/// Checks every case of a file, says how many conform, and shows the first ones that do not.
fn check_file(file: &str, check: impl Fn(&Value) -> Result<(), Difference>) {
    let cases = read_cases(file);
    assert!(!cases.is_empty(), "{file} has no cases");
    let failures: Vec<(&Value, Difference)> =
        cases.iter().filter_map(|case| Some((case, check(case).err()?))).collect();
    let conforming = cases.len() - failures.len();
    // Past the test harness, which would keep the figure to itself.
    let figure = format!("{file}: {conforming}/{} conform\n", cases.len());
    std::io::stdout().write_all(figure.as_bytes()).unwrap();
    let shown: Vec<String> = failures
        .iter()
        .take(SHOWN)
        .map(|(case, difference)| side_by_side(case, difference))
        .collect();
    assert!(failures.is_empty(), "\n{}", shown.join("\n"));
}

fn read_cases(file: &str) -> Vec<Value> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let path = std::env::var_os("CONFORMANCE_DIR").map_or(own, PathBuf::from).join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines from the first difference on, ours marked `-` and theirs `+`.
fn side_by_side(case: &Value, Difference { expected, actual }: &Difference) -> String {
    let same = expected.iter().zip(actual).take_while(|(a, b)| a == b).count();
    let marked = |side: &[String], mark: &str| {
        let lines = side.iter().skip(same).take(5).map(|line| format!("  {mark} {line}\n"));
        lines.collect::<String>()
    };
    let name = case["name"].as_str().unwrap_or_default();
    format!(
        "{name}, from line {same} on (+ expected, - actual):\n{}{}",
        marked(expected, "+"),
        marked(actual, "-")
    )
}
