//! `rollcast describe`: what a real kubectl printed for the same objects, and goldens of shipped
//! scenarios.
//!
//! Regenerate the goldens with `SNAPSHOTS=overwrite cargo test --test describe`, and read what
//! changed. What kubectl printed is not regenerated.

#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

mod observed;
#[path = "../shared/tool.rs"]
mod tool;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

/// What is asked of a run: the moment, and what stands between `describe` and the results folder.
type Question = (&'static str, &'static [&'static str]);

static RESULTS: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

/// The results of a shipped scenario.
fn results(scenario: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{scenario}.yaml"));
    let folder = RESULTS.path().join(scenario);
    let out = folder.to_str().unwrap();
    let (code, _, noted) =
        tool::run(Path::new("."), &["run", file.to_str().unwrap(), "--quiet", "--out", out], "");
    assert_eq!(code, 0, "{noted}");
    folder
}

/// All answers, each below its question.
fn answers(scenario: &str, questions: &[Question]) -> String {
    let folder = results(scenario);
    let mut text = String::new();
    for (at, words) in questions {
        let words = [&["describe"], *words, &[folder.to_str().unwrap(), "--at", at]].concat();
        let (code, printed, noted) = tool::run(Path::new("."), &words, "");
        let asked = words[1..words.len() - 3].join(" ");
        writeln!(text, "$ rollcast describe {asked} results/{scenario} --at {at}").unwrap();
        write!(text, "{printed}{noted}").unwrap();
        writeln!(text, "(exit {code})\n").unwrap();
    }
    text
}

fn check(scenario: &str, questions: &[Question]) {
    let name = format!("tests/describe/{scenario}.txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let expected = snapbox::Data::read_from(&path, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(answers(scenario, questions), expected);
}

#[test]
fn a_container_crashes_again_and_again() {
    const POD: &[&str] = &["pod", "agent-5tpcr"];
    check(
        "crash-after-ready",
        &[
            ("1m", POD),
            ("1m5s", POD),
            ("1m15s", POD),
            ("1m35s", &["ds/agent", "pod/agent-5tpcr"]),
            ("4m", POD),
            ("20m", &["ds", "agent"]),
        ],
    );
}

#[test]
fn machines_go_and_come_back() {
    check(
        "machines-come-back",
        &[
            ("1m30s", &["node", "worker-1"]),
            ("6m", &["node", "worker-2"]),
            ("8m5s", &["node/worker-2"]),
            ("10m10s", &["node", "worker-3"]),
            ("17m15s", &["node", "worker-4"]),
            ("17m15s", &["pod", "agent-92p"]),
        ],
    );
}

#[test]
fn a_rollout_goes_on() {
    check(
        "node-exporter",
        &[
            ("0s", &["ds", "node-exporter"]),
            ("2m10s", &["ds", "node-exporter"]),
            ("3m", &["ds"]),
            ("5m", &["daemonsets.apps/node-exporter"]),
            ("5m", &["ds", "-n", "kube-system"]),
        ],
    );
}

#[test]
fn what_cannot_be_described_is_refused() {
    check(
        "taints",
        &[
            ("0s", &["ds", "a", "b"]),
            ("0s", &["pod", "zz-"]),
            ("0s", &["deploy", "x"]),
            ("0s", &["events"]),
            ("0s", &["ds/"]),
            ("99h", &["ds"]),
        ],
    );
}
