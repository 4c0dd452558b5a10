//! `rollcast verify`: a results folder is what its scenario makes, or the first difference is named.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

#[path = "shared/daemon_set.rs"]
mod daemon_set;
#[path = "shared/tool.rs"]
mod tool;

use std::fs;

use tempfile::TempDir;

use crate::daemon_set::AGENT;

fn scenario() -> String {
    format!(
        "seed: 3\ncluster: {{nodes: 8}}\ndaemonSets:\n  - {AGENT}\nevents:\n  - {{at: 1m, setImage: \
         'agent:v2'}}\n"
    )
}

fn run(folder: &TempDir, arguments: &[&str], input: &str) -> (i32, String, String) {
    tool::run(folder.path(), arguments, input)
}

/// A folder with a scenario and its results.
fn results(options: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fleet.yaml"), scenario()).unwrap();
    let arguments = [&["run", "fleet.yaml", "--out", "out", "--quiet"], options].concat();
    let (code, _, told) = run(&folder, &arguments, "");
    assert_eq!(code, 0, "{told}");
    folder
}

fn edit(folder: &TempDir, file: &str, from: &str, to: &str) {
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has {from:?}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Verifies; every part is in what is printed, in this order.
fn check(folder: &TempDir, code: i32, parts: &[&str]) {
    let (found, printed, told) = run(folder, &["verify", "out"], "");
    let text = printed + &told;
    assert_eq!(found, code, "{text}");
    let mut rest = text.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is not in\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn what_nobody_touched_is_the_same() {
    let same: &[&str] = &["out: the same, byte for byte\n"];
    check(&results(&[]), 0, same);
    check(&results(&["--gzip"]), 0, same);
    check(&results(&["--seed", "9", "--set", "cluster.nodes=5", "--max-events", "200"]), 0, same);
    let folder = results(&[]);
    let (code, printed, told) = run(&folder, &["verify", "out", "."], "");
    assert_eq!((code, printed.as_str()), (0, same[0]), "{told}");
    assert_eq!(told, "note: . has no run.json: passed over\n");
    let folder = results(&["--seeds", "4..6"]);
    check(&folder, 0, same);
    assert_eq!(run(&folder, &["verify", "out", "-q"], ""), (0, String::new(), String::new()));
}

#[test]
fn standard_input_and_manifests_are_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, told) = run(&folder, &["run", "-", "--out", "out"], &scenario());
    assert_eq!(code, 0, "{told}");
    check(&folder, 0, &["the same, byte for byte"]);
    let of_stream = ["run", "-", "--nodes", "9", "--image", "agent:7", "--out", "out"];
    let (code, _, told) = run(&folder, &of_stream, &AGENT.to_string());
    assert_eq!(code, 0, "{told}");
    check(&folder, 0, &["the same, byte for byte"]);
}

#[test]
fn one_changed_byte_is_named() {
    let folder = results(&[]);
    edit(&folder, "fleet.yaml", "at: 1m", "at: 2m");
    let text = ["out/facts.jsonl:20: differs (fact 0, at 1m)", "\"at_us\":60000000", "120000000"];
    check(&folder, 3, &text);
    let reason = "the scenario is not the one that was run: fleet.yaml has hash ";
    check(&folder, 3, &["out/summary.json:2: differs", reason]);

    let folder = results(&[]);
    edit(&folder, "fleet.yaml", "seed: 3", "seed: 4");
    let header = ["out/facts.jsonl:1: differs (its first line)", "\"seed\":3", "\"seed\":4"];
    check(&folder, 3, &header);
    check(&folder, 3, &["out/facts.jsonl:12: differs (a pod at the start)", reason]);
}

#[test]
fn one_changed_byte_of_the_results_is_named() {
    let folder = results(&[]);
    edit(&folder, "out/run.json", "\"seed\": 3", "\"seed\": 4");
    check(&folder, 3, &["out/run.json:5: differs", "\"seed\": 4", "\"seed\": 3"]);

    let folder = results(&[]);
    edit(&folder, "out/facts.jsonl", "\"creates\":1", "\"creates\":2");
    let fact = ["out/facts.jsonl:", "differs (fact ", "\"creates\":2", "now:", "\"creates\":1"];
    check(&folder, 3, &fact);
    check(&folder, 3, &["are those of run.json: the files were changed\n"]);

    let folder = results(&[]);
    edit(&folder, "out/facts.jsonl", "\"start\":\"pod\"", "\"start\":\"pot\"");
    check(&folder, 3, &["differs", "\"pot\"", "\"pod\""]);

    let folder = results(&[]);
    edit(&folder, "out/timeline.csv", ",8,", ",7,");
    check(&folder, 3, &["out/timeline.csv:2: differs", ",7,", ",8,"]);

    let folder = results(&[]);
    let facts = folder.path().join("out/facts.jsonl");
    let text = fs::read_to_string(&facts).unwrap();
    let cut = text.lines().count() - 1;
    let lines: Vec<&str> = text.split_inclusive('\n').take(cut).collect();
    fs::write(&facts, lines.concat()).unwrap();
    check(&folder, 3, &[&format!("facts.jsonl:{}: differs", cut + 1), "written: (it ends)"]);
}

#[test]
fn what_is_no_result_is_refused() {
    let folder = results(&[]);
    fs::remove_file(folder.path().join("fleet.yaml")).unwrap();
    check(
        &folder,
        2,
        &["error[no-scenario]: ", "its scenario, fleet.yaml, is neither", "hint: say where it is"],
    );
    fs::remove_file(folder.path().join("out/run.json")).unwrap();
    check(&folder, 2, &["error[no-run]: out: there is no run.json in it\n", "hint: "]);
    fs::write(folder.path().join("out/run.json"), "{\"version\": \"0.1.0\"}").unwrap();
    check(&folder, 2, &["error[bad-run]: run.json does not say how the run was made", "hint: "]);
}
