//! What people are told about broken scenarios and manifests, word by word.
//!
//! Each `tests/malformed/NAME.yaml` is read as `rollcast check NAME.yaml` reads it; what is told
//! stands in `NAME.stderr`. Regenerate with `SNAPSHOTS=overwrite cargo test --test malformed`, and
//! read what changed: would you know what to do?

#![expect(clippy::disallowed_methods, reason = "tests may touch the disk")]
#![expect(clippy::unwrap_used, reason = "a case that cannot be read is a failed test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rollcast::input::{Limits, Source};
use rollcast::scenario::{Files, Override, Report, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed")
}

/// The files beside the scenarios.
struct Beside;

impl Files for Beside {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        std::fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())
    }
}

/// What is told about a scenario that cannot be run.
fn told(name: &str, bytes: Vec<u8>, sets: &[&str]) -> Report {
    let overrides: Vec<_> = sets.iter().map(|set| Override::parse(set).unwrap()).collect();
    match read(Source::from_bytes(name, bytes), &Beside, &overrides) {
        Ok(_) => panic!("{name} is no malformed scenario"),
        Err(report) => report,
    }
}

fn check(name: &str, report: &Report) {
    check_told(name, &report.render(false));
}

fn check_told(name: &str, told: &str) {
    let expected = snapbox::Data::read_from(&folder().join(format!("{name}.stderr")), None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(told, expected);
}

#[test]
fn every_file_is_told_what_is_wrong_with_it() {
    let mut names: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().ok()?.strip_suffix(".yaml").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 45, "{names:?}");
    for name in names {
        let file = format!("{name}.yaml");
        let bytes = std::fs::read(folder().join(&file)).unwrap();
        check(&name, &told(&file, bytes, &[]));
    }
}

#[test]
fn options_are_told_what_is_wrong_with_them() {
    let scenario =
        "cluster: {nodePools: [{name: worker, count: 3}]}\ndaemonSets: [manifests/agent.yaml]\n";
    let sets = [
        "cluster.nodePools[0].count=-3",
        "daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable=150%",
        "daemonSets[3].manifest=x.yaml",
        "latencies.redy=5s",
    ];
    check("generated-options", &told("options.yaml", scenario.into(), &sets));
}

#[test]
fn a_file_of_50_mb_is_refused_at_once() {
    let line = "# fifty megabytes of comments\n";
    let text = line.repeat(50_000_000 / line.len());
    let report = within_seconds(2, move || told("large.yaml", text.into_bytes(), &[]));
    check("generated-50-mb", &report);
}

#[test]
fn a_file_that_is_not_utf_8_is_refused() {
    let bytes = b"name: caf\xe9\ncluster: {nodes: 3}\n".to_vec();
    check("generated-not-utf-8", &told("latin-1.yaml", bytes, &[]));
}

#[test]
fn a_zipped_file_is_refused() {
    let bytes = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec();
    check("generated-zipped", &told("scenario.yaml.gz", bytes, &[]));
}

#[test]
fn deep_nesting_is_refused() {
    let brackets = format!("cluster: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let report = within_seconds(2, move || told("brackets.yaml", brackets.into_bytes(), &[]));
    check("generated-brackets", &report);
    let mut blocks = String::from("cluster:\n");
    for depth in 1..200 {
        writeln!(blocks, "{}a:", " ".repeat(depth)).unwrap();
    }
    let report = within_seconds(2, move || told("blocks.yaml", blocks.into_bytes(), &[]));
    check("generated-blocks", &report);
}

#[test]
fn alias_bombs_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{items}]").unwrap();
    }
    let report = within_seconds(5, move || told("bomb.yaml", bomb.into_bytes(), &[]));
    check("generated-alias-bomb", &report);
}

#[test]
fn too_many_waits_are_refused() {
    let mut text =
        String::from("cluster: {nodes: 3}\ndaemonSets: [manifests/agent.yaml]\nevents:\n");
    for _ in 0..1001 {
        text.push_str("- {when: rolloutStuck, rolloutUndo: agent}\n");
    }
    let report = within_seconds(5, move || told("waits.yaml", text.into_bytes(), &[]));
    check("generated-waits", &report);
}

#[test]
fn a_thousand_problems_are_told_in_short() {
    let mut text =
        String::from("cluster: {nodes: 3}\ndaemonSets: [manifests/agent.yaml]\nevents:\n");
    for second in 0..1000 {
        writeln!(text, "- {{at: {second}s, fial: node-1}}").unwrap();
    }
    let report = within_seconds(20, move || told("many.yaml", text.into_bytes(), &[]));
    let rendered = report.render(false);
    assert!(
        rendered.ends_with("... and 980 more in many.yaml\n"),
        "{}",
        &rendered[rendered.len() - 300..]
    );
}

/// What `rollcast plan` says of each file of `tests/malformed/snapshots`, with these options.
#[test]
fn plans_are_told_what_is_wrong_with_them() {
    for (name, options) in [
        ("missing", "-f nowhere.yaml"),
        ("folder", "-f ."),
        ("status", "-f status.yaml"),
        ("truncated", "-f truncated.yaml"),
        ("truncated-json", "-f truncated-json.yaml"),
        ("wrong-types", "-f wrong-types.yaml"),
        ("nothing-but-pods", "-f nothing-but-pods.yaml"),
        ("for-people", "-f for-people.yaml"),
        ("empty", "-f empty.yaml"),
        ("scenario", "-f ../duplicates.yaml"),
        ("no-time", "-f cluster.yaml"),
        ("unknown", "-f cluster.yaml --at 2026-03-01T12:00:00Z --daemonset monitoring/agnet"),
        ("ambiguous", "-f cluster.yaml --at 2026-03-01T12:00:00Z --daemonset agent"),
        ("bad-options", "-f cluster.yaml --at noon"),
        ("bad-version", "-f cluster.yaml --kubernetes 1.20"),
        ("no-file", "-o json"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_rollcast"))
            .arg("plan")
            .args(options.split(' '))
            .current_dir(folder().join("snapshots"))
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{options}: {told}");
        check_told(&format!("plan-{name}"), &told);
    }
}

/// Runs `work` in a thread of its own, and fails if it takes longer than this even on a busy
/// machine.
fn within_seconds(seconds: u64, work: impl FnOnce() -> Report + Send + 'static) -> Report {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(Duration::from_secs(seconds * 10)).expect("it takes far too long")
}
