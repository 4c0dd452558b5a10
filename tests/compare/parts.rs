//! Sweeps in parts lose no work: packed logs, logs without their beginning, cut and torn ones, and
//! parts that never came.

use std::fs;
use std::process::Command;

use snapbox::{Data, assert_data_eq};

use crate::tool::{Folder, assert_same, files, told};

const SWEEP: [&str; 7] = [
    "compare",
    "fleet.yaml",
    "--set=nodes=3",
    "--vary=maxUnavailable=1,2",
    "--seeds=1..120",
    "--quiet",
    "--out",
];

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    SWEEP.into_iter().chain([out]).chain(more.iter().copied()).collect()
}

/// A folder with the finished sweep in `whole`.
fn finished() -> Folder {
    let folder = Folder::new();
    folder.print(&sweep("whole", &[]));
    fs::create_dir(folder.path("logs")).unwrap();
    folder
}

/// Joins the logs, which must be all of the sweep.
#[track_caller]
fn join(folder: &Folder, expected: &str) {
    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with(expected), "{said}");
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

#[test]
fn packed_logs_join_to_the_whole() {
    let folder = finished();
    let mut plain = 0;
    let mut packed = 0;
    for part in ["1/3", "2/3", "3/3"] {
        let shard = format!("--shard={part}");
        let log = folder.print(&sweep("-", &[&shard, "--packed", "--jobs=1"]));
        assert!(log.lines().all(|it| it.starts_with("{\"packed\":\"")), "{log}");
        fs::write(folder.path(&format!("logs/runs-{}.jsonl", &part[..1])), &log).unwrap();
        plain += folder.print(&sweep("-", &[&shard, "--jobs=1"])).len();
        packed += log.len();
    }
    assert!(packed * 4 < plain, "{packed} of {plain} bytes");
    join(&folder, "wrote joined/{");
    // One of them, torn, costs its own runs and says so; a block of a foreign sweep is refused.
    let first = folder.path("logs/runs-1.jsonl");
    let log = fs::read_to_string(&first).unwrap();
    fs::write(&first, log.replacen("\":\"H", "\":\"I", 1)).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=torn"]);
    assert_eq!(code, 130, "{said}");
    assert!(said.starts_with("note: logs/runs-1.jsonl: 1 of "), "{said}");
    assert!(said.contains("\n80 of 240 runs are missing:\n"), "{said}");
    let other = folder.print(&["compare", "fleet.yaml", "--seeds=1", "--out=-", "--packed", "-q"]);
    fs::write(&first, other).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=torn"]);
    assert_eq!(code, 2);
    assert!(
        said.starts_with("error[other-sweep]: logs/runs-2.jsonl is of another sweep"),
        "{said}"
    );
}

/// A log without its first kilobytes, the first line cut.
fn without_head(log: &str) -> String {
    let second = log.find('\n').unwrap();
    log[second / 2..second].to_owned() + &log[log[second + 1..].find('\n').unwrap() + second..]
}

#[test]
fn a_log_without_its_beginning_belongs_to_the_sweep_that_it_names() {
    let folder = finished();
    let log = |part: &str| folder.print(&sweep("-", &["--shard", part, "--jobs=1"]));
    let (first, second) = (log("1/2"), log("2/2"));
    let named = second.lines().filter(|line| line.starts_with("{\"sweep\":\"")).count();
    assert_eq!(named, 2, "120 runs name their sweep each 50");
    let headless = without_head(&second);
    assert!(!headless.contains("\"rollcast\""));
    fs::write(folder.path("logs/runs-1.jsonl"), &first).unwrap();
    // The second line, which is cut as well, is a run of the other half.
    let lost = second.lines().nth(1).unwrap().to_owned() + "\n";
    fs::write(folder.path("logs/runs-2.jsonl"), &headless).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 130, "{said}");
    assert!(
        said.starts_with("note: logs/runs-2.jsonl: 1 of ") && said.contains("the first is line 1"),
        "{said}"
    );
    assert!(said.contains("\n1 of 240 runs is missing:\n  maxUnavailable=1: seed 2\n"), "{said}");
    fs::write(
        folder.path("logs/runs-3.jsonl"),
        first.lines().next().unwrap().to_owned() + "\n" + &lost,
    )
    .unwrap();
    join(&folder, "note: ");

    // It says no longer to what it belongs, and is not guessed.
    let nameless: String =
        headless.split_inclusive('\n').filter(|it| !it.starts_with("{\"sweep\"")).collect();
    fs::write(folder.path("logs/runs-2.jsonl"), nameless).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 2);
    assert!(said.contains("no other line of it names its sweep"), "{said}");
    // No part knows the sweep.
    fs::remove_file(folder.path("logs/runs-1.jsonl")).unwrap();
    fs::remove_file(folder.path("logs/runs-3.jsonl")).unwrap();
    fs::write(folder.path("logs/runs-2.jsonl"), headless).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 2);
    assert!(said.starts_with("error[no-header]: every part has lost its first line"), "{said}");
    // The scenario does.
    fs::create_dir(folder.path("again")).unwrap();
    fs::rename(folder.path("logs/runs-2.jsonl"), folder.path("again/runs-2-of-2.jsonl")).unwrap();
    folder.print(&sweep("again", &["--shard=2/2", "--resume"]));
    fs::write(folder.path("logs/runs-1.jsonl"), first).unwrap();
    folder.print(&["merge", "logs", "again", "--out=joined", "--quiet"]);
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

#[test]
fn a_foreign_log_without_its_beginning_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path("logs")).unwrap();
    let log = |nodes: &str| {
        let seeds = ["compare", "fleet.yaml", "--seeds=1..60", "--out=-", "--quiet"];
        folder.print(&[&seeds[..], &["--vary=maxUnavailable=1,2", nodes]].concat())
    };
    fs::write(folder.path("logs/runs-1.jsonl"), log("--set=nodes=3")).unwrap();
    fs::write(folder.path("logs/runs-2.jsonl"), without_head(&log("--set=nodes=2"))).unwrap();
    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 2);
    assert!(
        said.starts_with("error[other-sweep]: logs/runs-2.jsonl is of another sweep: it has lost"),
        "{said}"
    );
    assert!(!folder.path("joined").exists());
}

/// What is told to be run is run, as a shell reads it, and makes what a single comparison makes.
#[test]
fn missing_runs_are_named_and_can_be_run_alone() {
    let folder = Folder::new();
    let sweep = |out: &str, more: &[&str]| {
        let fixed = ["compare", "it is.yaml", "--set=nodes=3", "--variant=it's=maxUnavailable=2"];
        let wish = ["--vary=maxUnavailable=1", "--seeds=1..6,9", "--share=90%", "--soak=5m"];
        let view = ["--baseline=it's", "--worst=50%", "--cheapest=duration", "--quiet", "--out"];
        folder.print(&[&fixed[..], &wish, &view, &[out], more].concat());
    };
    fs::rename(folder.path("fleet.yaml"), folder.path("it is.yaml")).unwrap();
    sweep("whole", &[]);
    sweep("parts", &["--shard=1/3"]);
    sweep("parts", &["--shard=3/3"]);
    let (code, printed, said) = folder.run(&["merge", "parts", "--out", "all joined"]);
    assert_eq!((code, printed.as_str()), (130, ""));
    assert!(
        said.starts_with(
            "5 of 14 runs are missing:\n  maxUnavailable=1: seeds 2,5\n  it's: seeds 1,4,9\n\
         wrote all joined/runs.jsonl with the others\nhint: to run only those, "
        ),
        "{said}"
    );
    let command = said.lines().last().unwrap().trim();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_rollcast")).parent().unwrap().to_owned();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder.path("")).env("PATH", path);
    let (code, _, errors) = told(&shell.output().unwrap());
    assert_eq!(code, 0, "{command}: {errors}");
    assert_same(&folder.path("whole"), &folder.path("all joined"));
}

#[test]
fn what_was_added_to_joined_parts_is_not_thrown_away() {
    let folder = Folder::new();
    let sweep = |out: &str, more: &[&str]| {
        let fixed = ["compare", "fleet.yaml", "--set=nodes=3", "--seeds=1..8", "-q", "--out", out];
        folder.run(&[&fixed[..], more].concat()).0
    };
    assert_eq!(sweep("one", &["--shard=1/4"]) + sweep("two", &["--shard=2/4"]), 0);
    let merge = |part: &str| folder.run(&["merge", part, "--out=joined", "-q"]);
    assert_eq!(merge("one").0, 130);
    let (code, _, said) = merge("two");
    assert_eq!(code, 130);
    assert!(
        said.starts_with("4 of 8 runs are missing:\n  as written: seeds 3..4,7..8\n"),
        "{said}"
    );
    let before = files(&folder.path("joined"));
    let other = ["compare", "fleet.yaml", "--seeds=1..2", "-q", "--out=other", "--shard=1/2"];
    assert_eq!(folder.run(&other).0, 0);
    let (code, _, said) = merge("other");
    assert_eq!(code, 2);
    assert!(said.starts_with("error[unfinished-sweep]: joined/runs.jsonl has runs of"), "{said}");
    assert_eq!(files(&folder.path("joined")), before);
}

#[test]
fn a_job_may_write_to_a_volume() {
    let folder = Folder::new();
    let job = ["compare", "fleet.yaml", "--seeds=1..9", "--job=3"];
    let yaml = folder.print(&[&job[..], &["--claim=sweeps"]].concat());
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compare/job-claim.yaml");
    assert_data_eq!(yaml, Data::read_from(golden.as_ref(), None).raw());
    let (code, _, said) = folder.run(&[&job[..], &["--claim=My_Claim"]].concat());
    assert_eq!(code, 2);
    assert!(
        said.starts_with(
            "error[bad-claim]: --claim: `My_Claim` is no name of a PersistentVolumeClaim: a \
                          lowercase RFC 1123 subdomain must consist of"
        ),
        "{said}"
    );
    let (code, _, said) = folder.run(&["compare", "fleet.yaml", "--claim=sweeps"]);
    assert_eq!(code, 2);
    assert!(said.contains("--job"), "{said}");
    // As its pods do it: in one folder, and each goes on where it was cut off.
    let out = |index: &str| {
        let part = ["compare", "fleet.yaml", "--seeds=1..9", "--shard=/3", "--out=out", "--resume"];
        let mut pod = folder.command(&part);
        told(&pod.args(["--quiet"]).env("JOB_COMPLETION_INDEX", index).output().unwrap())
    };
    for index in ["0", "1", "2", "1"] {
        assert_eq!(out(index), (0, String::new(), String::new()));
    }
    folder.print(&["compare", "fleet.yaml", "--seeds=1..9", "-q", "--out=whole"]);
    folder.print(&["merge", "out", "-q", "--out=joined"]);
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

#[test]
fn a_job_has_parts_that_the_log_of_a_pod_holds() {
    let folder = Folder::new();
    let job = |more: &[&str]| {
        folder.run(&[&["compare", "fleet.yaml", "--seeds=1..100000"], more].concat())
    };
    let parts = |yaml: &str| {
        let at = yaml.lines().find_map(|line| line.trim().strip_prefix("completions: "));
        at.unwrap().parse::<u32>().unwrap()
    };
    assert_eq!(parts(&folder.print(&["compare", "fleet.yaml", "--job"])), 8);
    let (code, yaml, said) = job(&["--job"]);
    assert_eq!(code, 0, "{said}");
    let fit = parts(&yaml);
    assert!(fit > 8, "{fit}");
    assert!(yaml.contains(&format!("--shard=/{fit}\"")), "{yaml}");
    assert!(yaml.contains("\n  parallelism: 8\n"), "{yaml}");
    assert_eq!(parts(&job(&[&format!("--job={fit}")]).1), fit);
    let (code, printed, said) = job(&["--job=8"]);
    assert_eq!((code, printed.as_str()), (2, ""));
    assert_eq!(
        said,
        format!(
            "error[log-too-small]: the log of a pod holds 10 MiB, and may not hold 12,500 runs, as many \
             as a part of 8 has\nhint: write `--job={fit}`, or let the parts write to a volume: \
             `--claim NAME`\n"
        )
    );
    assert_eq!(parts(&job(&["--job=8", "--claim=sweeps"]).1), 8);
}

#[test]
fn a_packed_journal_is_printed() {
    let folder = Folder::new();
    let (code, _, said) = folder.run(&["compare", "fleet.yaml", "--packed", "--out=out"]);
    assert_eq!(code, 2);
    assert!(said.starts_with("error[packed-file]: `--packed` is for a journal that is"), "{said}");
    assert!(!folder.path("out").exists());
}
