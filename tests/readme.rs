//! Every command that README.md shows works, and prints what README.md says it prints; every shipped
//! scenario has a row in its tables.
//!
//! A block of `console` has commands behind `$ `, and below each what it prints; `...` there
//! stands for what is left out: lines, or the rest of a line. A block of `sh` has commands only.
//! Of a command with a pipe, what comes before the pipe is run, and what it prints is not
//! compared; one that begins with `sed` is run with the tool behind it. A block of `yaml` that begins with `# NAME.yaml` is the file of that name.

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command of README.md.
struct Shown {
    line: usize,
    command: String,
    prints: Vec<String>,
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(ROOT).join("scenarios"), &folder.path().join("scenarios"));
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    for (name, text) in files(&readme) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let commands = commands(&readme);
    assert!(commands.len() >= 8, "only {} commands found", commands.len());
    let wrong: Vec<String> =
        commands.iter().filter_map(|shown| wrong(shown, folder.path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_has_a_row_in_the_readme() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let without_row = |file: &String| {
        let name = Path::new(file).file_stem().unwrap().to_str().unwrap();
        !readme.lines().any(|line| line.starts_with(&format!("| [{name}]({file}) | ")))
    };
    let all = ["scenarios", "scenarios/incidents"].iter().flat_map(|folder| scenarios(folder));
    assert_eq!(all.filter(without_row).collect::<Vec<String>>(), [""; 0]);
}

/// The scenarios in a folder, with it, in no order.
fn scenarios(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("the scenarios are there");
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("names are text");
    let names = files.map(name).filter(|name| name != "scenario.schema.json");
    names.map(|name| format!("{folder}/{name}")).collect()
}

/// The files that are shown in full, with their names.
fn files(readme: &str) -> Vec<(&str, &str)> {
    let blocks = readme.split("```yaml\n").skip(1);
    let text = blocks.filter_map(|rest| rest.split("```").next());
    text.filter_map(|text| Some((text.lines().next()?.strip_prefix("# ")?, text))).collect()
}

/// The commands of this tool, in the order of the text.
fn commands(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut block = None;
    for (index, line) in readme.lines().enumerate() {
        if let Some(language) = line.strip_prefix("```") {
            block = if block.is_some() { None } else { Some(language) };
            continue;
        }
        let command = match block {
            Some("console") => line.strip_prefix("$ "),
            Some("sh") => Some(line),
            _ => continue,
        };
        if let Some(command) = command {
            let command = command.to_owned();
            found.push(Shown { line: index + 1, command, prints: Vec::new() });
        } else {
            let last = found.last_mut().expect("output follows a command");
            last.prints.push(line.to_owned());
        }
    }
    found.retain(|shown| arguments(&shown.command).is_some());
    found
}

/// What comes before the tool, and what follows its name; none if it is another tool.
fn arguments(command: &str) -> Option<(&str, &str)> {
    let (before, ours) = match command.split_once(" | ") {
        Some((sed, ours)) if sed.starts_with("sed ") => (sed, ours),
        Some(_) | None => ("", command),
    };
    let names = ["cargo run --release -- ", "rollcast "];
    Some((before, names.iter().find_map(|name| ours.strip_prefix(name))?))
}

/// What is wrong with a command, if anything.
fn wrong(shown: &Shown, folder: &Path) -> Option<String> {
    let Shown { line, command, prints } = shown;
    let (before, ours) = arguments(command)?;
    let (ours, piped) = match ours.split_once(" | ") {
        Some((ours, _)) => (ours, true),
        None => (ours, false),
    };
    let script = match before {
        "" => format!("exec \"$ROLLCAST\" {ours} 2>&1"),
        before => format!("{before} | \"$ROLLCAST\" {ours} 2>&1"),
    };
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).env("ROLLCAST", env!("CARGO_BIN_EXE_rollcast"));
    let output = shell.current_dir(folder).output().expect("there is a shell");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    // 3 is what a command ends with that shows a broken expectation.
    let fine = match output.status.code() {
        Some(3) => prints.iter().any(|line| line.starts_with("not as expected")),
        Some(2) => prints.iter().any(|line| line.starts_with("error")),
        code => code == Some(0),
    };
    if !fine {
        return Some(format!(
            "README.md:{line}: `{command}` ends with {}: {printed}",
            output.status
        ));
    }
    let lines: Vec<&str> = printed.lines().collect();
    let as_shown = piped || prints.is_empty() || matches(prints, &lines);
    (!as_shown).then(|| format!("README.md:{line}: `{command}` prints\n{printed}"))
}

/// Whether lines are as shown, where `...` stands for any number of lines.
fn matches(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((dots, rest)) if dots == "..." => {
            (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => {
            lines.first().is_some_and(|line| is_shown_as(line, first)) && matches(rest, &lines[1..])
        }
    }
}

fn is_shown_as(line: &str, shown: &str) -> bool {
    shown.strip_suffix("...").map_or(line == shown, |start| {
        // What the tool itself ends with dots is shown as it is.
        line == shown || line.starts_with(start)
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the temporary folder can be written");
    for entry in fs::read_dir(from).expect("the scenarios are there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the temporary folder can be written");
        }
    }
}

#[test]
fn output_matches_with_gaps_only_where_dots_are() {
    let check = |shown: &[&str], lines: &[&str], expected: bool| {
        let shown: Vec<String> = shown.iter().map(|&line| line.to_owned()).collect();
        assert_eq!(matches(&shown, lines), expected, "{shown:?} {lines:?}");
    };
    check(&["a", "b"], &["a", "b"], true);
    check(&["a"], &["a", "b"], false);
    check(&["a", "b"], &["a"], false);
    check(&["a", "...", "d"], &["a", "b", "c", "d"], true);
    check(&["...", "b"], &["b"], true);
    check(&["..."], &[], true);
    check(&["...", "c"], &["b"], false);
    check(&["a..."], &["ab"], true);
    check(&["a..."], &["b"], false);
}
