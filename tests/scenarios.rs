//! Every shipped scenario gives its committed results again, byte for byte.
//!
//! After a change that is meant to alter results: run each scenario with
//! `cargo run --release -- run scenarios/NAME.yaml`, look at what `git diff` shows, and commit it.

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_scenario_gives_its_committed_results() {
    let wrong: Vec<String> = scenarios().iter().flat_map(|name| differences(name)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was reported stands under `expect:`; the exit code is 0 if it comes out.
#[test]
fn incidents_happen_as_reported() {
    let folder = Path::new(ROOT).join("scenarios/incidents");
    let out = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for name in names_in(&folder) {
        let file = folder.join(&name);
        let args =
            ["run", "--quiet", "--out", out.path().to_str().unwrap(), file.to_str().unwrap()];
        let output = rollcast(Path::new(ROOT), &args);
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            wrong.push(format!("{name}:\n{}", String::from_utf8_lossy(&said)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_results_folder_has_a_scenario() {
    let results = Path::new(ROOT).join("results");
    // A page has its own scenarios, and the script that writes it.
    let mut names = names_in(&results);
    names.retain(|name| name != "README.md" && !results.join(name).join("README.md").exists());
    assert_eq!(names, scenarios());
}

#[test]
fn every_scenario_names_the_schema_in_its_first_line() {
    for name in scenarios() {
        let text = fs::read_to_string(scenario(&name)).unwrap();
        let expected = "# yaml-language-server: $schema=scenario.schema.json";
        assert_eq!(text.lines().next(), Some(expected), "{name}");
    }
}

#[test]
fn the_committed_schema_is_up_to_date() {
    let printed = rollcast(Path::new(ROOT), &["schema"]).stdout;
    let committed = fs::read(Path::new(ROOT).join("scenarios/scenario.schema.json")).unwrap();
    let hint = "run `cargo run --release -- schema > scenarios/scenario.schema.json`";
    assert_eq!(first_difference(&committed, &printed), None, "{hint}");
}

#[test]
fn a_run_does_not_depend_on_when_and_where_it_is_made() {
    let [here, there] = [Path::new(ROOT), &std::env::temp_dir()];
    let [first, again, elsewhere] = [here, here, there].map(|folder| run_in(folder, 1));
    assert_eq!(first, again);
    assert_eq!(first, elsewhere);
}

#[test]
fn another_seed_gives_another_run() {
    let [one, two] = [1, 2].map(|seed| run_in(Path::new(ROOT), seed));
    let changed: Vec<&String> =
        one.iter().zip(&two).filter(|(one, two)| one != two).map(|((name, _), _)| name).collect();
    let expected = [
        "availability.alt.txt",
        "availability.svg",
        "facts.jsonl",
        "run.json",
        "summary.json",
        "timeline.csv",
    ];
    assert_eq!(changed, expected);
}

/// Names of all scenarios, in order.
fn scenarios() -> Vec<String> {
    let names = names_in(&Path::new(ROOT).join("scenarios"));
    names.iter().filter_map(|name| name.strip_suffix(".yaml")).map(str::to_owned).collect()
}

fn scenario(name: &str) -> PathBuf {
    Path::new(ROOT).join(format!("scenarios/{name}.yaml"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("names are text");
    let names: BTreeSet<String> = entries.flatten().map(name).collect();
    names.into_iter().collect()
}

/// What differs between the committed results of a scenario and those of a new run.
fn differences(name: &str) -> Vec<String> {
    let out = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = scenario(name);
    let args = [OsStr::new("run"), path.as_os_str(), OsStr::new("--out"), out.path().as_os_str()];
    let output = rollcast(Path::new(ROOT), &args);
    if !output.status.success() {
        return vec![format!("{name}: {}\n{}", output.status, text(&output))];
    }
    let committed = Path::new(ROOT).join("results").join(name);
    let names = |folder: &Path| if folder.exists() { names_in(folder) } else { Vec::new() };
    let files: BTreeSet<String> = names(&committed).into_iter().chain(names(out.path())).collect();
    let differs = |file: &String| {
        let read = |folder: &Path| fs::read(folder.join(file)).ok();
        let place = format!("results/{name}/{file}");
        match (read(&committed), read(out.path())) {
            (None, _) => Some(format!("{place} is not committed")),
            (_, None) => Some(format!("{place} is committed, but a run does not write it")),
            (Some(committed), Some(new)) => {
                first_difference(&committed, &new).map(|what| format!("{place}:{what}"))
            }
        }
    };
    files.iter().filter_map(differs).collect()
}

/// The first line in which two texts differ, with its number.
fn first_difference(committed: &[u8], new: &[u8]) -> Option<String> {
    if committed == new {
        return None;
    }
    let [mut committed, mut new] =
        [committed, new].map(|text| text.split_inclusive(|&byte| byte == b'\n'));
    let mut line = 1;
    loop {
        match (committed.next(), new.next()) {
            (Some(old), Some(new)) if old == new => line += 1,
            (old, new) => {
                let [old, new] = [old, new]
                    .map(|text| String::from_utf8_lossy(text.unwrap_or_default()).into_owned());
                return Some(format!("{line}:\n  committed: {old:?}\n  now:       {new:?}"));
            }
        }
    }
}

/// The files of a run that is made in a folder, by name.
fn run_in(folder: &Path, seed: u64) -> Vec<(String, Vec<u8>)> {
    let out = tempfile::tempdir().expect("there is a folder for temporary files");
    let (path, seed) = (scenario("node-exporter"), seed.to_string());
    let out_path = out.path().to_str().expect("paths are text");
    let path = path.to_str().expect("paths are text");
    let mut args = vec!["run", path, "--out", out_path];
    if seed != "1" {
        args.extend(["--seed", &seed]);
    }
    let output = rollcast(folder, &args);
    assert!(output.status.success(), "{}", text(&output));
    let read = |name: String| {
        let bytes = fs::read(out.path().join(&name)).expect("the file was just written");
        (name, bytes)
    };
    names_in(out.path()).into_iter().map(read).collect()
}

fn rollcast<Arg: AsRef<OsStr>>(folder: &Path, args: &[Arg]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcast"));
    command.args(args).current_dir(folder).output().expect("the tool was built")
}

fn text(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{err}{out}")
}
