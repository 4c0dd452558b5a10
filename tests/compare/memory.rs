//! The memory that runs take: no more than is said beforehand, and fewer jobs where there is little.

#![cfg(target_os = "linux")]

use std::fs;
use std::time::Duration;

use rollcast::input::Source;
use rollcast::scenario::{NoFiles, read};
use rollcast::study::memory_of_run;

use crate::tool::{FLEET, Folder, assert_same, told};

/// The fleet with so many nodes, of which a quarter is replaced at a time for an hour.
fn fleet(nodes: u32) -> String {
    let quarter = "updateStrategy: {rollingUpdate: {maxUnavailable: 25%}}\n      template:";
    let text = FLEET.replace("nodes: 20", &format!("nodes: {nodes}")).replace("template:", quarter);
    assert!(text.contains(quarter) && text.contains(&nodes.to_string()), "{text}");
    format!("until: 1h\n{text}")
}

/// The peak of the resident set of a comparison, in bytes.
fn peak(nodes: u32, jobs: u32) -> u64 {
    let folder = Folder::with(&fleet(nodes));
    let (seeds, jobs) = (format!("--seeds=1..{jobs}"), format!("--jobs={jobs}"));
    let mut child = folder.start(&["compare", "fleet.yaml", "-q", "--out=out", &seeds, &jobs]);
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) << 10);
        std::thread::sleep(Duration::from_millis(10));
    }
    let (code, _, said) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, 0, "{said}");
    peak
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are for whoever sets the bounds")]
fn a_run_takes_no_more_memory_than_is_said() {
    const NODES: u32 = 20_000;
    let read = read(Source::new("fleet.yaml", fleet(NODES)), &NoFiles, &[]);
    let bound = memory_of_run(&read.expect("a scenario").scenario);
    let program = peak(10, 1);
    for jobs in [1, 2] {
        let taken = (peak(NODES, jobs) - program) / u64::from(jobs);
        println!("{jobs} jobs of {NODES} nodes: {taken} bytes each, at most {bound}");
        assert!(taken <= bound, "{taken} bytes are more than {bound}: raise src/study/memory.rs");
        assert!(taken > bound / 4, "{taken} of {bound} bytes: lower what src/study/memory.rs says");
    }
}

/// Whatever the limit of the address space: all is done, by fewer threads, or it is refused.
#[test]
fn a_limit_of_the_address_space_ends_no_sweep() {
    let folder = Folder::with(&fleet(1_000));
    let sweep = |limit: u64, out: &str| {
        let tool = env!("CARGO_BIN_EXE_rollcast");
        let sweep = "compare fleet.yaml --set until=10m --seeds=1..4 --jobs=4 --out";
        let script = format!("ulimit -v {} && exec {tool} {sweep} {out}", limit << 10);
        let mut shell = std::process::Command::new("bash");
        told(&shell.args(["-c", &script]).current_dir(folder.path("")).output().unwrap())
    };
    let (code, printed, said) = sweep(8_000, "wide");
    assert_eq!((code, said.contains("instead of")), (0, false), "{said}");
    let mut codes = Vec::new();
    for limit in [150, 200, 300, 400, 500, 700] {
        let out = format!("out-{limit}");
        let (code, narrow, said) = sweep(limit, &out);
        codes.push(code);
        if code == 0 {
            assert!(said.contains(" instead of 4: a run of 1,000 nodes takes up to "), "{said}");
            assert!(said.contains(" the address space (ulimit -v)"), "{said}");
            assert_eq!(narrow, printed);
            assert_same(&folder.path("wide"), &folder.path(&out));
        } else {
            assert_eq!(code, 2, "{limit} MiB: {said}");
            assert!(said.contains("error[too-little-memory]: a run of 1,000 nodes "), "{said}");
            assert!(!folder.path(&out).exists(), "nothing is written");
        }
    }
    assert_eq!((codes.first(), codes.last()), (Some(&2), Some(&0)));
}

#[test]
fn what_may_be_taken_can_be_said() {
    let folder = Folder::new();
    let sweep = |out: &str, more: &[&str]| {
        let sweep = ["compare", "fleet.yaml", "--seeds=1..4", "--jobs=4", "--out", out];
        folder.run(&[&sweep, more].concat())
    };
    let (code, all, said) = sweep("all", &["--max-memory=1Gi"]);
    assert_eq!((code, said.contains("instead of")), (0, false), "{said}");
    let (code, fewer, said) = sweep("fewer", &["--max-memory=20Mi"]);
    assert_eq!((code, &fewer), (0, &all));
    let note = "note: 2 jobs instead of 4: a run of 20 nodes takes up to 8 MiB, and \
                `--max-memory` gives 20 MiB\n";
    assert!(said.contains(note), "{said}");
    assert_same(&folder.path("all"), &folder.path("fewer"));
    let (_, _, said) = sweep("quiet", &["--max-memory=20Mi", "--quiet"]);
    assert_eq!(said, "");
}

#[test]
fn runs_for_which_there_is_too_little_are_refused_and_write_nothing() {
    let folder = Folder::new();
    fs::write(folder.path("other.yaml"), FLEET.replace("agent:1", "agent:3")).unwrap();
    for command in [
        vec!["compare", "fleet.yaml", "--out=out"],
        vec!["run", "fleet.yaml", "--out=out"],
        vec!["run", "fleet.yaml", "--out=out", "--seeds=1..3"],
        vec!["diff", "fleet.yaml", "other.yaml"],
    ] {
        let (code, printed, said) = folder.run(&[&command[..], &["--max-memory=1Mi"]].concat());
        assert_eq!((code, printed.as_str()), (2, ""), "{command:?}: {said}");
        assert!(
            said.contains("error[too-little-memory]: a run of 20 nodes takes up to 8 MiB")
                && said.contains("`--max-memory` gives 1 MiB\nhint: use fewer nodes"),
            "{command:?}: {said}"
        );
        assert!(!folder.path("out").exists(), "{command:?}");
    }
    let (code, _, said) = folder.run(&["run", "fleet.yaml", "--max-memory=much"]);
    assert!(code == 2 && said.contains("write it like 4Gi or 512Mi"), "{said}");
}
