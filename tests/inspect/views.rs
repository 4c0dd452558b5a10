//! What kubectl would have printed at some moments of shipped scenarios.
//!
//! The texts were read against the rules of `pkg/printers/internalversion/printers.go`. A real kubectl
//! 1.32.4 prints the same tables if an API server serves their cells, and the same JSON and YAML.

#![expect(clippy::disallowed_methods, reason = "scenarios are written, and snapshots read")]

use std::fmt::Write as _;
use std::path::Path;

use tempfile::TempDir;

use crate::daemon_set::{AGENT, DaemonSet};
use crate::tool::run;

/// Moments of a scenario at which something is going on.
const SCENARIOS: [(&str, [&str; 5]); 3] = [
    ("bad-image", ["0s", "1m5s", "1m40s", "3m", "6m30s"]),
    ("on-delete", ["0s", "2m", "2m3s", "3m", "4m"]),
    ("surge", ["0s", "1m1s", "1m8s", "1m30s", "2m"]),
];

/// The results of a shipped scenario, in a folder of its own.
fn results(scenario: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let scenario = root.join(scenario).with_extension("yaml");
    let scenario = scenario.to_str().unwrap();
    let (code, _, said) = run(folder.path(), &["run", scenario, "--out", "r", "--quiet"], "");
    assert!(code == 0 || code == 3, "{said}");
    folder
}

/// A command line, and what the tool says to it; its exit code if it is not 0.
fn told(folder: &TempDir, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    let (code, output, errors) = run(folder.path(), &arguments, "");
    let code = if code == 0 { String::new() } else { format!("exit code {code}\n") };
    format!("$ rollcast {line}\n{output}{errors}{code}\n")
}

fn check(name: &str, told: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect").join(name);
    let expected = snapbox::Data::read_from(&golden, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(told.to_owned(), expected);
}

#[test]
fn shipped_scenarios_look_as_with_kubectl() {
    for (scenario, moments) in SCENARIOS {
        let folder = results(scenario);
        let mut text = String::new();
        for at in moments {
            for what in
                ["get ds r -o wide", "get pods r -o wide", "get nodes,controllerrevisions r"]
            {
                text += &told(&folder, &format!("{what} --at {at}"));
            }
            text += &told(&folder, &format!("rollout history r --at {at}"));
        }
        text += &told(&folder, "rollout status r");
        check(&format!("{scenario}.txt"), &text);
    }
}

#[test]
fn objects_can_be_chosen_and_printed_in_many_ways() {
    let folder = results("on-delete");
    let mut text = String::new();
    for line in [
        "get ds/storage r -o json --at 2m3s",
        "get ds,nodes r -A --at 2m3s",
        "get po r -l app=storage --no-headers",
        "get po r -l app!=storage",
        "get po r -n other",
        "get pods,nodes r -o name",
        "get node worker-1 r -o yaml",
        "get node worker-1 nope r",
        "get ds nope r -o json",
        "get ds r --show-labels",
        "get events r --at 2m30s",
        "get ev r --at 2m30s -o wide -n default",
        "get pods r -w --at 2m --until 2m30s",
        "get events r -w --at 2m --until 2m5s",
        "get ds r -w --at 2m --until 3m -o name",
        "get nodes r -w --at 2m --until 3m -o yaml -l kubernetes.io/hostname=worker-1",
        "get pod nope r -w",
        "get pods r -w --at 2m --until 1m",
        "rollout history r ds/storage",
        "rollout history r ds/storage --at 0s",
        "rollout history r --revision 2",
        "rollout history r --revision 3",
        "rollout history r ds/nope",
        "rollout status r --revision 9",
        "get deploy r",
        "get ds/a b r",
        "get ds/a pod/b/c r",
        "get ds nope r -l a=b",
        "get ds nope r -A",
        "get ds r -l a=b,",
        "get ds r --at 9h",
        "get ds,pods r -w",
        "get ds r --until 5m",
        "get ds nowhere",
        "get ds",
        "rollout status r storage",
    ] {
        let _ = write!(text, "{}", told(&folder, line));
    }
    check("ways.txt", &text);
}

/// Pods look as a snapshot shows them, and go on like that.
#[test]
fn trouble_that_a_snapshot_shows_is_seen_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect/in-trouble.yaml");
    let scenario = format!("{{cluster: {{snapshot: {}}}, until: 5m}}", snapshot.display());
    std::fs::write(folder.path().join("s.yaml"), scenario).unwrap();
    let (code, _, said) = run(folder.path(), &["run", "s.yaml", "--out", "r", "--quiet"], "");
    assert_eq!(code, 0, "{said}");
    let mut text = String::new();
    for line in
        ["get pods r --at 0s", "get pods r --at 4m", "get pod agent-evicted r --at 0s -o json"]
    {
        text += &told(&folder, line);
    }
    check("in-trouble.txt", &text);
    let planned = |objects: &str| {
        let (code, plan, said) = run(folder.path(), &["plan", "-f", "-"], objects);
        assert_eq!((code, said.as_str()), (0, ""));
        plan
    };
    let what = "get ds,pods,nodes,controllerrevisions r -A --at 0s -o yaml";
    let (_, rebuilt, _) = run(folder.path(), &what.split(' ').collect::<Vec<_>>(), "");
    let plan = planned(&rebuilt);
    assert_eq!(plan, planned(&std::fs::read_to_string(snapshot).unwrap()));
    assert!(
        plan.contains("the pod failed: Evicted") && plan.contains("Insufficient cpu"),
        "{plan}"
    );
}

#[test]
fn a_pod_never_goes_back_to_an_init_container() {
    let folder = tempfile::tempdir().unwrap();
    let pod = "initContainers: [{name: first, image: 'first:1'}, {name: second, image: 'second:1'}], \
               containers: [{name: main, image: 'main:1'}]";
    let agent = DaemonSet { namespace: "default", pod, ..AGENT };
    let images = "{first: 'first:2', second: 'second:2', main: 'main:2'}";
    let scenario = format!(
        "cluster: {{nodes: 1}}\ndaemonSets:\n  - {agent}\nevents:\n  - {{at: 1m, setImage: {{images: \
         {images}}}}}\nuntil: 5m\n"
    );
    std::fs::write(folder.path().join("s.yaml"), scenario).unwrap();
    let (code, _, said) = run(folder.path(), &["run", "s.yaml", "--out", "r", "--quiet"], "");
    assert_eq!(code, 0, "{said}");
    let line = "get pods r -w --at 90s --until 5m --no-headers";
    let (_, rows, _) = run(folder.path(), &line.split(' ').collect::<Vec<_>>(), "");
    let mut words: Vec<&str> =
        rows.lines().filter_map(|row| row.split_whitespace().nth(2)).collect();
    words.dedup();
    let last = words.split_off(words.len().saturating_sub(4));
    assert_eq!(last, ["Init:0/2", "Init:1/2", "PodInitializing", "Running"], "{rows}");
}

/// A change of long ago, of whose events only those are kept that are posted again and again.
#[test]
fn watching_begins_with_what_get_prints() {
    let folder = tempfile::tempdir().unwrap();
    let agent = DaemonSet { image: "agent:1", ..AGENT };
    let scenario = format!(
        "cluster: {{nodes: 1}}\ndaemonSets:\n  - {agent}\nevents:\n  - {{at: 0s, breakImage: {{image: 'agent:2', fault: crash}}}}\n  - {{at: 1m, setImage: 'agent:2'}}\n  - {{at: 2h, setImage: 'agent:1'}}\nuntil: 3h\n"
    );
    std::fs::write(folder.path().join("s.yaml"), scenario).unwrap();
    let (code, _, said) = run(folder.path(), &["run", "s.yaml", "--out", "r", "--quiet"], "");
    assert_eq!(code, 0, "{said}");
    let printed = |line: &str| {
        let line = format!("get events r {line}");
        let (code, printed, said) = run(folder.path(), &line.split(' ').collect::<Vec<_>>(), "");
        assert_eq!((code, said.as_str()), (0, ""));
        printed
    };
    let found = printed("--at 90m");
    assert!(found.contains("BackOff") && !found.contains("Scheduled"), "{found}");
    assert_eq!(printed("--at 90m -w --until 90m"), found);
    // Until the next fact the kubelet goes on, and what it posted before is not printed twice.
    let found = printed("--at 119m");
    let watched = printed("--at 119m -w --until 2h");
    let later = watched.strip_prefix(&found).unwrap();
    assert!(later.lines().count() < 10, "{later}");
}

/// A pipe of the two commands.
#[test]
fn what_is_printed_can_be_planned() {
    let folder = results("surge");
    let what = "get ds,pods,nodes,controllerrevisions r --at 1m8s -o";
    let mut plans = Vec::new();
    for format in ["json", "yaml"] {
        let arguments: Vec<&str> = what.split(' ').chain([format]).collect();
        let (_, objects, _) = run(folder.path(), &arguments, "");
        let (code, plan, said) = run(folder.path(), &["plan", "-f", "-"], &objects);
        assert_eq!((code, said.as_str()), (0, ""));
        plans.push(plan);
    }
    assert!(plans[0].contains("dns-cache") && plans[0] == plans[1], "{}", plans[0]);
}
