//! Every command on a page works, and prints what the page says it prints.
//!
//! A block of `console` has commands behind `$ `, and below each what it prints; `...` there
//! stands for what is left out: lines, or the rest of a line. A block of `sh` has commands only. A
//! block of `yaml` that begins with `# NAME.yaml`, and one of `markdown` that begins with
//! `<!-- NAME.md -->`, is the file of that name.
//!
//! What cannot run here has a comment right above its block, `<!-- not run: REASON -->`, and the
//! reasons are counted. All commands of a page run in one folder, from top to bottom.

use std::collections::BTreeMap;
use std::process::Command;

use crate::blocks::{Block, blocks};
use crate::output::matches;
use crate::sandbox::Sandbox;
use crate::{Page, has_extension, pages};

/// Why blocks are not run, and how many have that reason.
const NOT_RUN: &[(&str, usize)] = &[
    ("builds a release", 1),
    ("needs a chart of yours", 1),
    ("needs a cluster", 3),
    ("needs a site of yours", 2),
    ("runs the tests", 5),
    ("starts a server", 1),
    ("takes minutes", 3),
];

/// What may be missing where tests run. A command that needs one of them is left out then.
const OPTIONAL: [&str; 3] = ["dot", "jq", "promtool"];

/// A command on a page.
struct Shown<'a> {
    line: usize,
    command: &'a str,
    prints: Vec<&'a str>,
}

#[test]
fn every_command_on_a_page_prints_what_the_page_shows() {
    let pages = pages(&["README.md", "scenarios/README.md"], "docs");
    let count: usize = pages.iter().map(|page| commands(&blocks(&page.text)).len()).sum();
    assert!(count >= 60, "only {count} commands found");
    let wrong: Vec<String> = pages.iter().flat_map(wrong_on).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_run_is_known() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages(&["README.md", "scenarios/README.md"], "docs") {
        for reason in blocks(&page.text).iter().filter_map(|block| block.not_run) {
            *found.entry(reason.to_owned()).or_default() += 1;
        }
    }
    let found: Vec<(&str, usize)> =
        found.iter().map(|(why, &count)| (why.as_str(), count)).collect();
    assert_eq!(found, NOT_RUN);
}

/// A command in a block that is neither `sh` nor `console` would not be run.
#[test]
fn commands_are_in_blocks_that_are_run() {
    let is_command = |line: &&str| {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        line.starts_with("rollcast ") || line.starts_with("kubectl ")
    };
    let silent = |block: &Block<'_>| matches!(block.language, "" | "text" | "bash" | "shell");
    for page in pages(&["README.md", "scenarios/README.md"], "docs") {
        for block in blocks(&page.text).iter().filter(|block| silent(block)) {
            let command = block.lines.iter().find(|line| is_command(line));
            assert_eq!(command, None, "{}:{}: not in a block of `sh`", page.path, block.line);
        }
    }
}

/// What is wrong with the commands of a page.
fn wrong_on(page: &Page) -> Vec<String> {
    let blocks = blocks(&page.text);
    let commands = commands(&blocks);
    if commands.is_empty() {
        return Vec::new();
    }
    let sandbox = Sandbox::new();
    for (name, text) in blocks.iter().filter_map(file) {
        sandbox.write(name, &text);
    }
    let missing: Vec<&str> = OPTIONAL.into_iter().filter(|tool| !is_there(tool)).collect();
    let needs =
        |shown: &Shown<'_>| shown.command.split([' ', '|']).any(|word| missing.contains(&word));
    let run = commands.iter().filter(|shown| !needs(shown));
    run.filter_map(|shown| Some(format!("{}:{}", page.path, wrong(shown, &sandbox)?))).collect()
}

/// The name and the text of a file that is shown in full.
fn file<'a>(block: &Block<'a>) -> Option<(&'a str, String)> {
    let first = block.lines.first()?;
    let name = match block.language {
        "yaml" => first.strip_prefix("# ").filter(|name| has_extension(name, "yaml"))?,
        "markdown" => first.strip_prefix("<!-- ")?.strip_suffix(" -->")?,
        _ => return None,
    };
    (!name.contains([' ', '/'])).then(|| (name, block.lines.join("\n") + "\n"))
}

/// The commands of a page that are run. `cargo test` is what runs this.
fn commands<'a>(blocks: &[Block<'a>]) -> Vec<Shown<'a>> {
    let run = blocks.iter().filter(|block| block.not_run.is_none());
    run.flat_map(commands_of).filter(|shown| shown.command != "cargo test").collect()
}

/// The commands of a block; none if it has another language.
fn commands_of<'a>(block: &Block<'a>) -> Vec<Shown<'a>> {
    let mut found: Vec<Shown<'a>> = Vec::new();
    for (&text, line) in block.lines.iter().zip(block.line + 1..) {
        let command = match block.language {
            "console" => text.strip_prefix("$ "),
            "sh" => Some(text),
            _ => return found,
        };
        match command {
            Some(command) => found.push(Shown { line, command, prints: Vec::new() }),
            None => found.last_mut().expect("output follows a command").prints.push(text),
        }
    }
    found
}

/// What is wrong with a command, with its line, if anything.
fn wrong(shown: &Shown<'_>, sandbox: &Sandbox) -> Option<String> {
    let Shown { line, command, prints } = shown;
    let output = sandbox.run(command);
    let printed = String::from_utf8_lossy(&output.stdout);
    let has_line = |start: &str| prints.iter().any(|line| line.starts_with(start));
    let fine = match output.status.code() {
        Some(3) => has_line("not as expected"),
        Some(2) => has_line("error"),
        Some(130) => prints.iter().any(|line| line.ends_with("runs are missing:")),
        code => code == Some(0),
    };
    if !fine {
        return Some(format!("{line}: `{command}` ends with {}: {printed}", output.status));
    }
    let lines: Vec<&str> = printed.lines().collect();
    let as_shown = prints.is_empty() || matches(prints, &lines);
    (!as_shown).then(|| format!("{line}: `{command}` prints\n{printed}"))
}

fn is_there(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
}
