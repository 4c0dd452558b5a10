//! `rollcast why`: what it says, and that what it says is so.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod causes;
mod stalls;
#[path = "../shared/tool.rs"]
mod tool;

use std::path::{Path, PathBuf};

/// The folder of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a shipped scenario with these changes; its results are in `out`.
fn run(scenario: &str, out: &Path, changes: &[String]) {
    let out = out.to_str().unwrap();
    let mut arguments = vec!["run", scenario, "--quiet", "--out", out];
    arguments.extend(changes.iter().flat_map(|change| ["--set", change]));
    let (code, _, error) = tool::run(root(), &arguments, "");
    // 3: an expectation of the scenario, which was written for its own setting.
    assert!(matches!(code, 0 | 3), "{scenario} {changes:?}: {error}");
}

/// Asks, and gets an answer.
fn ask(results: &Path, question: &[&str]) -> String {
    let mut arguments = vec!["why", results.to_str().unwrap()];
    arguments.extend(question);
    let (code, answer, error) = tool::run(root(), &arguments, "");
    assert_eq!((code, error.as_str()), (0, ""), "{question:?}");
    answer
}

/// The incidents that ship with the project.
fn incidents() -> Vec<PathBuf> {
    let entries = root().join("scenarios/incidents").read_dir().unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    paths.sort();
    paths
}
