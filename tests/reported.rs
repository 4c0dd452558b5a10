//! What people reported to be answered wrongly, and what they are told now, word by word.
//!
//! Each `tests/reported/NAME.yaml` is an input; what is told about it stands in `NAME.out`: a
//! scenario is checked and run, a snapshot of a cluster is planned. A file that others refer to
//! (a DaemonSet) has none. Regenerate with `SNAPSHOTS=overwrite cargo test --test reported`, and
//! read what changed: would you know what is wrong, on which node, and what to do?

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]
#![expect(clippy::unwrap_used, reason = "a case that cannot be read is a failed test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reported")
}

/// What a command prints in the folder of the inputs, standard error first, and its exit code.
fn told(args: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_rollcast")).args(args).current_dir(folder()).output();
    let output = output.unwrap();
    let text = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap());
    // What `kubectl rollout status` would print is as long as the rollout.
    let is_told = |line: &&str| !line.starts_with('[') && !line.starts_with("wrote ");
    let text: String = text.concat().split_inclusive('\n').filter(is_told).collect();
    let mut told = format!("$ rollcast {}\n{text}", args.join(" "));
    let code = output.status.code().unwrap();
    if code != 0 {
        writeln!(told, "exit code {code}").unwrap();
    }
    told
}

/// What is told about an input; nothing if it is there for others.
fn about(file: &str, out: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    if has("cluster:") {
        let checked = told(&["check", file]);
        // Where the files go is not part of the answer.
        let ran = told(&["run", "--out", out, file]).replace(out, "OUT");
        return Some(format!("{checked}\n{ran}"));
    }
    has("kind: List").then(|| told(&["plan", "-f", file]))
}

#[test]
fn every_input_is_answered() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().to_str().unwrap();
    let files = folder().read_dir().unwrap().map(|file| file.unwrap().path());
    let inputs = files.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = inputs.map(name).collect();
    names.sort();
    let mut answered = 0;
    for name in names {
        let Some(told) = about(&name, out) else { continue };
        let golden = folder().join(name.replace(".yaml", ".out"));
        let expected = snapbox::Data::read_from(&golden, None).raw();
        snapbox::Assert::new().action_env("SNAPSHOTS").eq(told, expected);
        answered += 1;
    }
    assert!(answered >= 40, "only {answered}");
}
