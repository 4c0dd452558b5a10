//! A sweep whose parts come through the logs of pods, which rotate, with a pod that is killed and a
//! log that is cut off: what is joined, and what is then run of it, is what a single comparison writes.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use crate::tool::{FLEET, Folder, assert_same, told};

/// The sweep, and how much of it comes through.
struct Case {
    /// Of each of two settings.
    seeds: u32,
    /// The file of a log has so many bytes at most.
    rotates_at: usize,
    /// Whether all parts but the one that rotates are packed.
    packed: bool,
    /// The pod of the second part is killed after so many lines.
    killed_after: usize,
}

impl Case {
    fn command(&self, folder: &Folder, more: &[&str]) -> Command {
        let seeds = format!("--seeds=1..{}", self.seeds);
        let fixed = ["compare", "fleet.yaml", "--vary=maxUnavailable=1,2", &seeds, "--quiet"];
        let mut command = folder.command(&[&fixed[..], more].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn part(&self, folder: &Folder, shard: &str, packed: bool) -> Command {
        let packed: &[&str] = if packed { &["--packed"] } else { &[] };
        self.command(folder, &[&["--shard", shard, "--out=-", "--jobs=1"], packed].concat())
    }

    /// What `kubectl logs` prints of what a container printed: the newest of its files.
    fn kubectl_logs(&self, printed: &[u8]) -> Vec<u8> {
        let full_files = printed.len().saturating_sub(1) / self.rotates_at;
        printed[full_files * self.rotates_at..].to_vec()
    }
}

/// What a part prints until its end.
fn printed(mut part: Command) -> Vec<u8> {
    let output = part.output().unwrap();
    assert!(output.status.success(), "{}", told(&output).2);
    output.stdout
}

/// What a part prints if it is killed after so many lines.
fn printed_until_killed(mut part: Command, lines: usize) -> Vec<u8> {
    let mut pod = part.spawn().unwrap();
    let mut out = BufReader::new(pod.stdout.take().unwrap());
    let mut bytes = Vec::new();
    for _ in 0..lines {
        assert!(out.read_until(b'\n', &mut bytes).unwrap() > 0, "it ended before");
    }
    pod.kill().unwrap();
    out.read_to_end(&mut bytes).unwrap();
    assert!(!pod.wait().unwrap().success(), "it ended before");
    bytes
}

fn check(case: &Case) {
    let no_time = "controlPlane: off\nkubelet: off\nlatencies: {containerStart: 0s, ready: 0s, terminate: 0s}\n";
    let scenario = FLEET.replace("{nodes: 20}", "{nodes: 3}") + no_time;
    let folder = Folder::with(&scenario);
    let whole = case.command(&folder, &["--out=whole"]).output().unwrap();
    assert!(whole.status.success(), "{}", told(&whole).2);

    let complete = printed(case.part(&folder, "1/4", case.packed));
    let killed = printed_until_killed(case.part(&folder, "2/4", case.packed), case.killed_after);
    let mut cut = printed(case.part(&folder, "3/4", case.packed));
    cut.truncate(cut.len() * 3 / 5);
    let rotated = printed(case.part(&folder, "4/4", false));
    fs::create_dir(folder.path("logs")).unwrap();
    let logs = [&complete, &killed, &cut, &rotated].map(|printed| case.kubectl_logs(printed));
    for (index, log) in logs.iter().enumerate() {
        fs::write(folder.path(&format!("logs/runs-{index}.jsonl")), log).unwrap();
    }
    if case.packed {
        assert_eq!(logs[0], complete, "a packed part fits");
    }
    assert!(logs[3].len() < rotated.len() && !logs[3].starts_with(b"{\"rollcast\""), "it rotated");

    let (code, _, said) = folder.run(&["merge", "logs", "--out=joined"]);
    assert_eq!(code, 130, "{said}");
    assert!(said.contains(" runs are missing:\n  maxUnavailable=1: seeds "), "{said}");
    let before = fs::read_to_string(folder.path("joined/runs.jsonl")).unwrap().lines().count();
    let quarter = case.seeds as usize / 2;
    assert!(before > quarter && before < 4 * quarter, "{before}");
    let command = said.lines().last().unwrap().trim();
    let words: Vec<&str> = command.strip_prefix("rollcast ").unwrap().split(' ').collect();
    folder.print(&words);
    assert_same(&folder.path("whole"), &folder.path("joined"));
}

#[test]
fn what_logs_have_lost_is_run_again() {
    check(&Case { seeds: 200, rotates_at: 40 << 10, packed: false, killed_after: 30 });
}

/// The same with 100,000 runs and the limit of a kubelet: `cargo test --release --test compare -- --ignored
/// logs`, some minutes.
#[test]
#[ignore = "takes minutes; the test above is the same on a small scale"]
fn what_logs_have_lost_of_100_000_runs_is_run_again() {
    check(&Case { seeds: 50_000, rotates_at: 10 << 20, packed: true, killed_after: 10 });
}
