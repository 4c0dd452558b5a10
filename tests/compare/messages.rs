//! What people are told about sweeps that cannot be run, word by word, and about those that can.
//!
//! Regenerate with `SNAPSHOTS=overwrite cargo test --test compare`, and read what changed: would you
//! know what to do?

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::tool::{self, FLEET, Folder};

/// Compares with `tests/compare/NAME`.
pub(crate) fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare").join(name);
    let expected = snapbox::Data::read_from(&path, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(text.to_owned(), expected);
}

#[test]
fn bad_sweeps_are_told_what_is_wrong_with_them() {
    let folder = Folder::new();
    std::fs::write(folder.path("file"), "").unwrap();
    let values = |many: u32| (0..many).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    let ten = |name: &str| format!("--vary={name}={}", values(10));
    let many = ["minReadySeconds", "nodes", "latencies.ready", "latencies.schedule"].map(ten);
    let mut billion: Vec<&str> = many.iter().map(String::as_str).collect();
    billion.extend(["--seeds=1..100000"]);
    let sweeps: [&[&str]; 43] = [
        &["--vary=maxUnavailble=1,2"],
        &["--vary=latencies.redy=1s,2s"],
        &["--vary=cluster.nodePools[0].count=1,2"],
        &["--vary=maxUnavailable="],
        &["--vary=maxUnavailable=1,,2"],
        &["--vary=maxUnavailable=1,1"],
        &["--vary=maxUnavailable"],
        &["--vary=max\u{1b}[31mUnavailable"],
        &["--vary=nodes=1,2", "--vary=nodes=3"],
        &["--vary=latencies.imagePull={exponential: {mean: 5s},1s"],
        &["--vary=latencies.imagePull=soon,1s"],
        &["--vary=minReadySeconds=-1"],
        &["--vary=maxUnavailable=0", "--vary=maxSurge=0"],
        &["--variant=surge"],
        &["--variant=a=maxSurge=1", "--variant=a=maxSurge=2"],
        &["--seeds=50..1"],
        &["--seeds="],
        &["--seeds=one"],
        &["--seeds=1,2,1"],
        &["--seeds=1..2", "--vary=seed=1,2"],
        &["--seeds=auto"],
        &["--seeds=auto..99", "--within=1h"],
        &["--seeds=auto", "--within=1h", "--shard=1/2"],
        &["--seeds=auto", "--within=1h", "--job"],
        &billion,
        &["--vary=nodes=1,2", "--baseline=nodes=3"],
        &["--shard=5/4"],
        &["--shard=/4"],
        &["--out=file/inside"],
        &["--daemonset=agnet"],
        &["--set=seed=9"],
        &["--variant=a=seed=5"],
        &["--vary=maxUnavailable=1,0", "--baseline=maxUnavailable=0"],
        &["fleet.yaml"],
        &["--confidence=100%"],
        &["--confidence=95"],
        &["--confidence=-5%"],
        &["--share=0.95"],
        &["--share=49.9%"],
        &["--share=99.9999%"],
        &["--cheapest=least"],
        &["--given=seed=1,2"],
        &["--variant=a\nb=maxSurge=1"],
    ];
    let mut text = String::new();
    for arguments in sweeps {
        let full: Vec<&str> = ["compare", "fleet.yaml"].iter().chain(arguments).copied().collect();
        let (code, printed, told) = folder.run(&full);
        assert_eq!(printed, "", "{arguments:?}");
        writeln!(text, "$ rollcast {}\n{told}exit code: {code}\n", full.join(" ")).unwrap();
    }
    for part in [".", "fleet.yaml"] {
        let (code, _, told) = folder.run(&["merge", part, "--out", "joined"]);
        writeln!(text, "$ rollcast merge {part} --out joined\n{told}exit code: {code}\n").unwrap();
    }
    check("bad-sweeps.txt", text.trim_end());
}

/// `check` refuses the `compare:` that `compare` refuses, in the same words.
#[test]
fn bad_wishes_are_told_what_is_wrong_with_them() {
    let blocks = [
        "{vary: {maxUnavailabel: [1, 2]}}",
        "{vary: {maxUnavailable: [1, 1]}}",
        "{vary: {latencies.redy: [1s]}}",
        "{vary: {maxUnavailable: [1, 0]}, baseline: maxUnavailable=0}",
        "{seeds: 9..1}",
        "{seeds: x}",
        "{variants: {a: {seed: 5}}}",
        "{vary: {maxUnavailable: [1]}, variants: {maxUnavailable=1: {maxUnavailable: 2}}}",
        "{variants: {'': {maxSurge: 1}, \"a\\nb\": {maxSurge: 2}}}",
        "{baseline: fast}",
        "{cheapest: least}",
        "{given: {seed: [1, 2]}}",
        "{vary: {order: [name, \"zo\\ane\"]}}",
        "{variants: {a: {order: \"na\\eme\"}}}",
    ];
    let folder = Folder::new();
    let mut text = String::new();
    for block in blocks {
        let scenario = format!("{FLEET}compare: {block}\n");
        std::fs::write(folder.path("fleet.yaml"), scenario).unwrap();
        let (code, printed, told) = folder.run(&["check", "fleet.yaml"]);
        assert_eq!((code, printed.as_str()), (2, ""), "{block}");
        let (code, _, by_compare) = folder.run(&["compare", "fleet.yaml", "--out=-", "--quiet"]);
        assert_eq!(code, 2, "{block}");
        assert!(told.ends_with(&by_compare), "{told}\n{by_compare}");
        writeln!(text, "compare: {block}\n{told}").unwrap();
    }
    check("bad-wishes.txt", text.trim_end());
}

#[test]
fn good_wishes_are_checked_as_they_are_compared() {
    let wishes = "compare: {vary: {maxUnavailable: [1, 0]}, variants: {all: {nodes: 3}}}\n";
    let folder = Folder::with(&(FLEET.to_owned() + wishes));
    assert_eq!(folder.run(&["check", "fleet.yaml", "--set=seed=7"]).0, 0);
    std::fs::copy(folder.path("fleet.yaml"), folder.path("other.yaml")).unwrap();
    let both = ["fleet.yaml", "other.yaml"];
    let lines = folder.print(&["check", both[0], both[1]]);
    let starts: Vec<&str> = lines.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(starts, both);
    let (_, _, told) = folder.run(&["compare", both[0], both[1], "--seeds=1", "--out=-"]);
    assert!(told.starts_with("note: `compare:` of other.yaml is not read, only that of"), "{told}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = Folder::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = folder.command(&["compare", "fleet.yaml", "--out=-", "--quiet"]);
    let (code, _, told) = tool::told(&command.stdout(writer).output().unwrap());
    assert_eq!((code, told.as_str()), (0, ""));
}

#[test]
fn journals_that_do_not_go_together_are_refused() {
    let folder = Folder::new();
    let part = |part: &str| {
        let out = format!("--out={}", part.replace('/', "-of-"));
        let (code, _, told) = folder.run(&[
            "compare",
            "fleet.yaml",
            "--seeds=1..4",
            "--jobs=1",
            "--shard",
            part,
            &out,
        ]);
        assert_eq!(code, 0, "{told}");
        told
    };
    part("1/2");
    assert_eq!(
        part("2/2"),
        "wrote 2-of-2/runs-2-of-2.jsonl; join all parts with `rollcast merge`\n"
    );
    let path = folder.path("2-of-2/runs-2-of-2.jsonl");
    let good = std::fs::read_to_string(&path).unwrap();
    let check = |text: &str, expected: &str| {
        std::fs::write(&path, text).unwrap();
        let (code, _, told) = folder.run(&["merge", "1-of-2", "2-of-2", "--out=joined"]);
        assert_eq!((code, told.lines().next()), (2, Some(expected)));
        assert!(!folder.path("joined").exists(), "{expected}");
    };
    let cannot = |line: u32, why: &str| {
        format!("error[bad-journal]: 2-of-2/runs-2-of-2.jsonl:{line} cannot be read: {why}")
    };
    check(
        &good.replace("\"seed\":4,", "\"seed\":99,"),
        &cannot(3, "its first line names no setting 0 with seed 99"),
    );
    check(
        &good.replace("\"seed\":4,", "\"seed\":2,"),
        &cannot(3, "setting 0 with seed 2 came out otherwise in another line"),
    );
    let other = good.replace("\"max_events\":", "\"max_events\":1");
    check(&(good.clone() + &other), &cannot(4, "it begins anew with another sweep"));
    check(
        &good.replace("\"worst\":null", "\"worst\":\"10%\""),
        "error[other-sweep]: 2-of-2/runs-2-of-2.jsonl is of another sweep: its goal, its \
         baseline or another option of its report differs",
    );
    let cut = good.lines().take(2).fold(String::new(), |text, line| text + line + "\n");
    std::fs::write(&path, &cut).unwrap();
    let (code, _, told) = folder.run(&["merge", "1-of-2", "2-of-2", "--out=joined"]);
    assert_eq!(code, 130, "{told}");
    assert_eq!(
        told,
        "1 of 4 runs is missing:\n  as written: seed 4\nwrote joined/runs.jsonl with the others\n\
         hint: to run only those, where the scenario is:\n  rollcast compare fleet.yaml --seeds \
         1..4 --resume --out joined\n"
    );
    std::fs::write(&path, &good).unwrap();
    folder.print(&["merge", "1-of-2", "2-of-2", "--out=joined"]);
}

#[test]
fn a_daemon_set_of_a_snapshot_can_be_looked_at() {
    let folder = Folder::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/from-a-snapshot.yaml");
    let compare = |name: &str| {
        folder.run(&["compare", path, "--seeds=1", "--out=-", "--quiet", "--daemonset", name])
    };
    assert_eq!(compare("log-agent").0, 0);
    let (code, _, told) = compare("log-agnet");
    assert_eq!(code, 2);
    assert!(told.starts_with("error[unknown-daemon-set]"), "{told}");
}

#[test]
fn scenarios_of_one_name_are_told_apart_by_their_paths() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("other")).unwrap();
    std::fs::copy(folder.path("fleet.yaml"), folder.path("other/fleet.yaml")).unwrap();
    let text = folder.print(&[
        "compare",
        "fleet.yaml",
        "other/fleet.yaml",
        "--seeds=1",
        "--output=csv",
        "--quiet",
    ]);
    let settings: Vec<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(settings, ["fleet.yaml", "other/fleet.yaml"]);
}

#[test]
fn a_folder_without_permission_is_refused_before_the_runs() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("locked")).unwrap();
    let locked = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(folder.path("locked"), locked).unwrap();
    let (code, printed, told) = folder.run(&["compare", "fleet.yaml", "--out=locked", "-q"]);
    if code == 0 {
        // Who may do everything is refused nothing.
        return;
    }
    assert_eq!((code, printed.as_str()), (1, ""));
    assert_eq!(told, "error: cannot write to locked: permission denied\n");
}

#[test]
fn settings_that_the_api_server_refuses_are_left_out_and_named() {
    let folder = Folder::new();
    let text = folder.print(&[
        "compare",
        "fleet.yaml",
        "-q",
        "--vary=maxUnavailable=0,1,150%",
        "--vary=maxSurge=0,1",
        "--variant=as it is=",
        "--seeds=1..5",
        "--within=5m",
    ]);
    check("table.txt", &text);
}

/// One setting reaches the goal, one does not, of one too few seeds were run; with more of them, a
/// timeout is known. Where nothing ever completes, that is no difference.
#[test]
fn there_are_three_verdicts() {
    let folder = Folder::new();
    let both = "--vary=maxUnavailable=1,2";
    let slow = "--variant=slow=minReadySeconds=5";
    let broken = "--set=events=[{at: 1m, breakImage: {image: 'example.com/agent:2', fault: \
                  neverReady}}, {at: 1m, setImage: 'example.com/agent:2'}]";
    let sweeps: [&[&str]; 4] = [
        &[both, slow, "--within=5m30s", "--seeds=1..80"],
        &["--vary=maxUnavailable=2", "--within=5m30s", "--seeds=1..299"],
        &[both, "--within=5m30s", "--seeds=1..80", "--share=90%", "--confidence=80%"],
        &[both, broken, "--within=5m30s", "--seeds=1..10"],
    ];
    check("verdicts.txt", folder.transcript(&sweeps).trim_end());
}

#[test]
fn a_job_runs_the_parts() {
    let folder = Folder::new();
    let text = folder.print(&[
        "compare",
        "fleet.yaml",
        "--job=3",
        "--vary=maxUnavailable=1,10%",
        "--seeds=1..9",
        "--job-image=registry.example.com/rollcast:1",
    ]);
    check("job.yaml", &text);
}
