//! The same bytes for any number of threads, from parts, and after an interruption.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use crate::tool::{FLEET, Folder, assert_same, files, told};

const SWEEP: [&str; 8] = [
    "compare",
    "fleet.yaml",
    "--vary=maxUnavailable=1,10%,25%",
    "--vary=minReadySeconds=0,5",
    "--seeds=1..8",
    "--worst=10%",
    "--quiet",
    "--out",
];

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    SWEEP.into_iter().chain([out]).chain(more.iter().copied()).collect()
}

#[test]
fn the_number_of_threads_does_not_show() {
    let folder = Folder::new();
    let one = folder.print(&sweep("one", &["--jobs=1"]));
    let three = folder.print(&sweep("three", &["--jobs=3"]));
    assert_eq!(one, three);
    assert_same(&folder.path("one"), &folder.path("three"));
    let names: Vec<String> = files(&folder.path("one")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "availability.alt.txt",
            "availability.svg",
            "compare.csv",
            "compare.json",
            "compare.md",
            "duration.alt.txt",
            "duration.svg",
            "gaps.alt.txt",
            "gaps.svg",
            "runs.jsonl"
        ]
    );
}

#[test]
fn a_chart_of_hits_is_there_only_if_nodes_are_hit() {
    let folder = Folder::new();
    let sweep = |more: &[&str]| {
        let seeds = ["compare", "fleet.yaml", "--seeds=1..2", "--quiet", "--out=out"];
        folder.print(&seeds.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        folder.path("out/hit.svg").exists()
    };
    assert!(!sweep(&["--vary=maxUnavailable=1,10%"]));
    assert!(sweep(&["--with-fault=neverReady"]));
    // What an earlier sweep left is of another fleet.
    assert!(!sweep(&["--vary=maxUnavailable=1,10%"]));
}

#[test]
fn charts_leave_out_of_names_what_all_settings_share() {
    let folder = Folder::new();
    let sweep = ["compare", "fleet.yaml", "--seeds=1..2", "--quiet", "--out=out"];
    let vary = ["--vary=maxUnavailable=1,10%", "--vary=nodes=5,20", "--with-fault=neverReady"];
    folder.print(&sweep.into_iter().chain(vary).collect::<Vec<_>>());
    let svg = fs::read_to_string(folder.path("out/duration.svg")).unwrap();
    let texts: Vec<&str> = svg.lines().filter(|it| it.starts_with("<text")).collect();
    assert!(texts.iter().any(|it| it.contains(">1 · 20<")), "{texts:#?}");
    assert!(!texts.iter().any(|it| it.contains("good image")), "{texts:#?}");
}

#[test]
fn parts_join_to_the_whole() {
    let folder = Folder::new();
    let whole = folder.print(&sweep("whole", &[]));
    folder.print(&sweep("apart", &["--shard=1/4"]));
    folder.print(&sweep("apart", &["--shard=4/4"]));
    folder.print(&sweep("elsewhere", &["--shard", "2/4"]));
    let (code, _, told_missing) =
        folder.run(&["merge", "apart", "elsewhere", "--out", "joined", "-q"]);
    assert_eq!(code, 130);
    assert!(told_missing.starts_with("12 of 48 runs are missing:\n"), "{told_missing}");
    assert_eq!(files(&folder.path("joined")).len(), 1, "only the journal is there");
    // As a Job runs it: the number comes from the environment, the runs go to standard output.
    let mut pod = folder.command(&sweep("-", &["--shard", "/4"]));
    let output = pod.env("JOB_COMPLETION_INDEX", "2").output().unwrap();
    let (code, logs, errors) = told(&output);
    assert_eq!((code, errors.as_str()), (0, ""));
    fs::create_dir(folder.path("logs")).unwrap();
    // A pod that was begun anew leaves the lines of both tries in its logs.
    fs::write(folder.path("logs/runs-2.jsonl"), logs.repeat(2)).unwrap();
    let joined =
        folder.print(&["merge", "apart", "elsewhere", "logs", "--out", "joined", "--quiet"]);
    assert_eq!(whole, joined);
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

/// A sweep that takes long enough to be cut off.
const LONG: [&str; 7] = [
    "compare",
    "fleet.yaml",
    "--vary=maxUnavailable=1,10%",
    "--set=nodes=40",
    "--seeds=1..100",
    "--jobs=2",
    "--out",
];

fn long<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    LONG.into_iter().chain([out]).chain(more.iter().copied()).collect()
}

/// Waits until a journal has this many lines.
fn wait_for_lines(path: &Path, many: usize) {
    for _ in 0..30_000 {
        if fs::read_to_string(path).unwrap_or_default().lines().count() >= many {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("there are no {many} lines in {}", path.display());
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_sweep_that_was_cut_off_goes_on() {
    let folder = Folder::new();
    folder.print(&long("whole", &["--quiet"]));
    let journal = folder.path("cut/runs.jsonl");

    let child = folder.start(&long("cut", &[]));
    wait_for_lines(&journal, 20);
    signal(&child, "-INT");
    let (code, _, said) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, 130, "{said}");
    assert!(
        said.contains("of 200 runs are left to do\nhint: run the same command with `--resume`")
    );
    assert_eq!(files(&folder.path("cut")).len(), 1, "only the journal is there");

    let (code, _, said) = folder.run(&long("cut", &["--quiet"]));
    assert_eq!(code, 2);
    assert!(said.starts_with("error[unfinished-sweep]: cut/runs.jsonl has "), "{said}");
    let (code, _, said) = folder.run(&long("cut", &["--quiet", "--resume", "--set=nodes=61"]));
    assert_eq!(code, 2);
    assert!(said.contains("is of another sweep: its scenario or its manifests were others"));

    let mut child = folder.start(&long("cut", &["--resume"]));
    let before = fs::read_to_string(&journal).unwrap().lines().count();
    wait_for_lines(&journal, before + 20);
    child.kill().unwrap();
    child.wait().unwrap();
    // The machine itself may go down in the middle of a line.
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"setting\":1,\"seed\":100,\"outc");
    fs::write(&journal, text).unwrap();

    folder.print(&long("cut", &["--quiet", "--resume"]));
    assert_same(&folder.path("whole"), &folder.path("cut"));
    // Once more there is nothing left to do.
    folder.print(&long("cut", &["--quiet", "--resume"]));
    assert_same(&folder.path("whole"), &folder.path("cut"));
}

/// In one folder with `--resume`, in whatever order, or joined from folders.
#[test]
fn seeds_can_be_added_in_steps() {
    let folder = Folder::new();
    let with_seeds = |seeds: &str, out: &str, more: &[&str]| {
        let seeds = format!("--seeds={seeds}");
        let mut args = sweep(out, more);
        args[4] = &seeds;
        folder.print(&args)
    };
    let whole = with_seeds("1..12", "whole", &[]);
    with_seeds("5..12", "grown", &["--jobs=1"]);
    let grown = with_seeds("1..7", "grown", &["--resume", "--jobs=3"]);
    assert_eq!(whole, grown);
    assert_same(&folder.path("whole"), &folder.path("grown"));
    // What is there is not thrown away if fewer are asked for.
    assert_eq!(whole, with_seeds("1..2", "grown", &["--resume"]));
    with_seeds("1..7", "first", &[]);
    with_seeds("8..12", "second", &["--shard=2/2"]);
    with_seeds("8..12", "third", &["--shard=1/2"]);
    let joined = folder.print(&["merge", "third", "first", "second", "--out=joined", "--quiet"]);
    assert_eq!(whole, joined);
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

#[test]
fn seeds_are_added_until_every_verdict_is_clear() {
    let folder = Folder::new();
    let auto = |seeds: &'static str, within: &'static str, out: &'static str, more: &[&str]| {
        let fixed = ["compare", "fleet.yaml", "--vary=maxUnavailable=1,25%", "--quiet"];
        let args = [&fixed[..], &[seeds, within, "--out", out], more].concat();
        folder.print(&args)
    };
    let clear = auto("--seeds=auto", "--within=1h", "clear", &[]);
    assert!(clear.contains("2 settings x 100 seeds"), "{clear}");
    // Some seeds take longer than this, and some do not.
    let close = auto("--seeds=auto..400", "--within=1m25s", "close", &[]);
    assert!(close.contains("2 settings x 200 seeds") || close.contains("x 400 seeds"), "{close}");
    let journal = std::fs::read_to_string(folder.path("close/runs.jsonl")).unwrap();
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    // Cut off within the second look: the journal has a header of each look.
    let second = lines[0].to_owned();
    let first = second.replace("1..200", "1..100").replace("1..400", "1..100");
    let of_look = |at: usize, line: &&&str| {
        let seed = line.split("\"seed\":").nth(1).and_then(|it| it.split(',').next());
        seed.is_some_and(|seed| (seed.parse::<usize>().unwrap() <= 100) == (at == 0))
    };
    let early: String = lines.iter().filter(|line| of_look(0, line)).copied().collect();
    let late: String = lines.iter().filter(|line| of_look(1, line)).take(30).copied().collect();
    fs::create_dir(folder.path("cut")).unwrap();
    let again = second.replace("1..400", "1..200");
    fs::write(folder.path("cut/runs.jsonl"), first + &early + &again + &late).unwrap();
    assert_eq!(auto("--seeds=auto..400", "--within=1m25s", "cut", &["--resume"]), close);
    assert_same(&folder.path("close"), &folder.path("cut"));
}

#[test]
fn a_scenario_can_say_what_to_compare() {
    let block = "
compare:
  vary:
    maxUnavailable: [1, 10%, 25%]
    minReadySeconds: [0, 5]
  seeds: 1..8
  goal: {worst: 10%}
";
    let folder = Folder::with(&(FLEET.to_owned() + block));
    let by_block = folder.print(&["compare", "fleet.yaml", "--quiet", "--out", "block"]);
    let by_options = folder.print(&sweep("options", &[]));
    assert_eq!(by_block, by_options);
    assert_same(&folder.path("block"), &folder.path("options"));
}
