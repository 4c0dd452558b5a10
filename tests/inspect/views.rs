//! What kubectl would have printed at some moments of shipped scenarios.
//!
//! The texts were read against the rules of `pkg/printers/internalversion/printers.go`. A real kubectl
//! 1.32.4 prints the same tables if an API server serves their cells, and the same JSON and YAML.

use std::fmt::Write as _;
use std::path::Path;

use tempfile::TempDir;

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
