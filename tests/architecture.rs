//! The architecture, read off the sources: who may import whom, and what a file may be like.
//!
//! Each rule is a function from a file to sentences about what is wrong with it, so that a test
//! can show that each rule finds what it is there to find.

#[path = "architecture/functions.rs"]
mod functions;
#[path = "architecture/lexer.rs"]
mod lexer;
#[path = "architecture/measures.rs"]
mod measures;
#[path = "architecture/paths.rs"]
mod paths;
#[path = "architecture/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lexer::tokens;
use paths::paths;

/// A module of the crate: its name, the modules that it may import besides itself, and why it goes
/// no further. ARCHITECTURE.md shows the same table.
const MODULES: [(&str, &[&str], &str); 13] = [
    ("time", &[], "time knows nothing but itself"),
    ("input", &["time"], "input reads text and knows neither Kubernetes nor scenarios"),
    ("api", &["time", "input"], "api holds what users write and decides nothing"),
    ("engine", &["time"], "the engine has never heard of Kubernetes"),
    ("scenario", &["time", "input", "api", "engine"], "scenarios are read and checked, not run"),
    ("control", &["time", "api"], "control decides: it draws, schedules and records nothing"),
    ("record", &["time"], "a record outlives the world that it came from"),
    (
        "world",
        &["time", "api", "engine", "control", "scenario", "record"],
        "the world gets valid scenarios and gives records, not text",
    ),
    (
        "study",
        &["time", "input", "api", "engine", "scenario", "control", "world", "record"],
        "a study makes and compares runs: it decides nothing and formats nothing",
    ),
    (
        "inspect",
        &["time", "input", "api", "control", "record"],
        "a record is looked into without a run",
    ),
    (
        "report",
        &["time", "api", "record", "inspect", "study"],
        "reports read records, never the world",
    ),
    (
        "docs",
        &["time", "input", "engine", "report"],
        "blocks in pages say how charts look, and know neither scenarios nor runs",
    ),
    (
        "cli",
        &[
            "time", "input", "api", "engine", "docs", "scenario", "control", "record", "world",
            "study", "inspect", "report",
        ],
        "cli is the outermost",
    ),
];

/// A package of Cargo.toml (or a part of std) and the only places that may name it: files or
/// folders of `src`, or everywhere.
const PACKAGES: [(&str, &[&str]); 37] = [
    ("annotate_snippets", &["input/render.rs"]),
    ("base64", &["docs/region.rs", "cli/journal/packed.rs"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("csv", &["report/csv.rs", "report/compare/csv.rs"]),
    ("ctrlc", &["cli"]),
    ("dejavu", &["report/chart/canvas/font.rs", "report/chart/canvas/png"]),
    ("flate2", &["cli/disk.rs", "cli/journal/packed.rs"]),
    ("indicatif", &["cli"]),
    ("libm", &["engine"]),
    ("petgraph", &["record", "inspect", "report"]),
    ("plotters", &["report/chart/canvas/paint.rs"]),
    ("png", &["report/chart/canvas/png"]),
    ("pulldown_cmark", &["docs/find.rs"]),
    ("rand", &["engine/rng.rs"]),
    ("rand_chacha", &["engine/rng.rs"]),
    ("resvg", &["report/chart/canvas/png"]),
    ("schemars", &["scenario"]),
    ("serde", &["input", "api", "docs", "scenario", "record", "inspect", "report"]),
    ("serde_json", &["input", "api", "docs", "scenario", "record", "inspect", "report", "cli"]),
    ("serde_yaml", &["input"]),
    ("shlex", &["scenario/typed/words.rs"]),
    ("skrifa", &["report/chart/canvas/font.rs"]),
    ("smallvec", &["world"]),
    ("strsim", &["input/decode/suggest.rs"]),
    ("tempfile", &["cli"]),
    ("thiserror", EVERYWHERE),
    ("std::env", &["cli"]),
    ("std::fs", &["cli"]),
    ("std::io::stderr", &["cli"]),
    ("std::io::stdin", &["cli"]),
    ("std::io::stdout", &["cli"]),
    ("std::net", &[]),
    ("std::process", &["cli", "main.rs"]),
    ("std::thread", &["study"]),
    ("std::time", &["cli"]),
];
const EVERYWHERE: &[&str] = &[""];

const MOST_LINES: usize = 500;

/// Everything that is wrong with a file, in sentences. `path` begins with `src/`.
fn breaches(path: &str, source: &str) -> Vec<String> {
    let rules = [
        imports,
        packages,
        size,
        header,
        unfinished,
        allowances,
        logic_in_mod,
        vocabulary,
        world::walls,
        world::handed_on,
        world::names_world,
        world::open_fields,
    ];
    let found: BTreeSet<String> = rules.iter().flat_map(|rule| rule(path, source)).collect();
    found.into_iter().collect()
}

/// Modules import only those that the table grants them.
fn imports(path: &str, source: &str) -> Vec<String> {
    let module = module_of(path);
    let Some(own) = module.first() else { return Vec::new() };
    let Some(&(_, granted, why)) = MODULES.iter().find(|(name, ..)| name == own) else {
        return vec![format!("{path}: crate::{own} has no row in the table of modules")];
    };
    let mut found = Vec::new();
    for named in paths(&module, source) {
        let [root, target, ..] = named.leads_to.as_slice() else { continue };
        if root != "crate" {
            continue;
        }
        if named.climbs_out {
            found.push(format!(
                "{path}:{} leaves its module by `super`: say `crate::{target}`",
                named.line
            ));
        }
        if target != own && !granted.contains(&target.as_str()) {
            found.push(format!("{path}:{} may not import crate::{target}: {why}", named.line));
        }
    }
    found
}

/// `src/report/chart/mod.rs` is `[report, chart]`; the roots of the crates are `[]`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let parts = inner.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    parts.map(str::to_owned).collect()
}

/// Packages live in one place each.
fn packages(path: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for named in paths(&module_of(path), source) {
        let target = named.leads_to.join("::");
        for (package, places) in PACKAGES {
            if is_within(&target, package, "::") && !lives_in(path, places) {
                let line = named.line;
                found.push(format!("{path}:{line} may not name {package}: {}", home(places)));
            }
        }
    }
    found
}

fn lives_in(path: &str, places: &[&str]) -> bool {
    let inner = path.trim_start_matches("src/");
    places.iter().any(|place| place.is_empty() || is_within(inner, place, "/"))
}

fn is_within(path: &str, outer: &str, separator: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

fn home(places: &[&str]) -> String {
    match places {
        [] => "it has no place here".to_owned(),
        _ => format!("it lives in src/{}", places.join(" and src/")),
    }
}

/// Files are short enough to be read.
fn size(path: &str, source: &str) -> Vec<String> {
    let lines = source.lines().count();
    let too_long = lines > MOST_LINES;
    too_long
        .then(|| format!("{path} has {lines} lines: split it, {MOST_LINES} are the limit"))
        .into_iter()
        .collect()
}

/// Files say first what lives in them.
fn header(path: &str, source: &str) -> Vec<String> {
    let missing = !source.starts_with("//! ");
    missing
        .then(|| format!("{path} does not begin with `//!` and what lives here"))
        .into_iter()
        .collect()
}

/// What is not done is an issue, not a comment.
fn unfinished(path: &str, source: &str) -> Vec<String> {
    let marks = ["TODO", "FIXME", "XXX"];
    let found = |line: &str| marks.into_iter().find(|mark| line.contains(mark));
    let lines = source.lines().enumerate();
    let sentence = |(i, line)| Some(format!("{path}:{} has a {}", i + 1, found(line)?));
    lines.filter_map(sentence).collect()
}

/// `#[expect]` goes away by itself when it is no longer needed.
fn allowances(path: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let opens = |pair: &[lexer::Token<'_>]| pair[0].text == "[" && pair[1].text == "allow";
    let pairs = tokens.windows(2).filter(|pair| opens(pair));
    let says = |line| format!("{path}:{line} says `allow`: say `expect`, with a reason");
    pairs.map(|pair| says(pair[0].line)).collect()
}

/// A `mod.rs` only says what there is.
fn logic_in_mod(path: &str, source: &str) -> Vec<String> {
    const ITEMS: [&str; 9] =
        ["const", "enum", "fn", "impl", "static", "struct", "trait", "type", "union"];
    if !path.ends_with("/mod.rs") && path != "src/lib.rs" {
        return Vec::new();
    }
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for token in tokens(source) {
        match token.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            item if depth == 0 && ITEMS.contains(&item) => found.push(format!(
                "{path}:{} has a `{item}`: a mod.rs says what there is and does nothing",
                token.line
            )),
            _ => {}
        }
    }
    found
}

/// The engine has never heard of Kubernetes, not even by name.
fn vocabulary(path: &str, source: &str) -> Vec<String> {
    const WORDS: [&str; 4] = ["pod", "daemon", "kube", "taint"];
    if !path.starts_with("src/engine/") {
        return Vec::new();
    }
    let heard = |text: &str| {
        let text = text.to_lowercase();
        WORDS.into_iter().find(|word| text.contains(word))
    };
    let sentence = |token: &lexer::Token<'_>| {
        let (line, word) = (token.line, heard(token.text)?);
        Some(format!("{path}:{line} speaks of `{word}`: the engine has never heard of Kubernetes"))
    };
    tokens(source).iter().filter_map(sentence).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "this test reads the sources")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file under a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().expect("a folder of sources") {
        let path = entry.expect("an entry of a folder of sources").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names of the packages that Cargo.toml depends on, as code spells them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let after = manifest.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let section = after.split("\n[").next().unwrap_or_default();
    let name = |line: &str| Some(line.split_once('=')?.0.trim().replace('-', "_"));
    section.lines().filter_map(name).collect()
}

fn in_backticks(names: &[&str]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_sources_keep_to_the_architecture() {
    let files = rust_files(&root().join("src"));
    assert!(files.len() > 100, "only {} files were found", files.len());
    let sources: Vec<(String, String)> = files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            (path, read(file))
        })
        .collect();
    let methods = world::methods(&sources);
    let mut found = Vec::new();
    for (path, source) in &sources {
        found.extend(breaches(path, source));
        found.extend(world::calls(path, source, &methods));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_package_has_its_place() {
    let placed = PACKAGES.iter().map(|(package, _)| *package);
    let placed: BTreeSet<_> = placed.filter(|p| !p.contains("::")).map(str::to_owned).collect();
    assert_eq!(dependencies(&read(&root().join("Cargo.toml"))), placed);
}

#[test]
fn the_document_shows_the_same_tables() {
    let document = read(&root().join("ARCHITECTURE.md"));
    let modules = MODULES.iter().filter(|(name, ..)| *name != "cli");
    let imports = modules.map(|(name, granted, _)| (*name, in_backticks(granted)));
    let cli = ("cli", "everything".to_owned());
    let rooms = world::rows();
    let rooms = rooms.iter().map(|(name, granted)| (name.as_str(), granted.clone()));
    for (name, granted) in imports.chain([cli]).chain(rooms) {
        let row = format!("| `{name}` | {granted} |");
        assert!(document.contains(&row), "ARCHITECTURE.md lacks the row {row}");
    }
}

/// Asserts what is found wrong with a file of one good line and `bad`.
#[track_caller]
fn check(path: &str, bad: &str, expected: &[&str]) {
    assert_eq!(breaches(path, &format!("//! A file.\n{bad}\n")), expected, "{path}: {bad}");
}

#[test]
fn a_forbidden_import_is_found() {
    let world = "src/report/csv.rs:2 may not import crate::world: \
                 reports read records, never the world";
    for bad in [
        "use crate::world;",
        "use crate::world::simulate as run;",
        "use crate::{record::Fact, world::{self, Options}};",
        "use crate::{record::{Fact, Names}, time, world};",
        "fn f() { crate::world::simulate() }",
        "type X = Vec<crate::world::Options>;",
        "#[serde(with = \"crate::world::x\")] struct X;",
        "use rollcast::world::X;",
        "pub use crate::world::*;",
    ] {
        check("src/report/csv.rs", bad, &[world]);
    }
    for good in [
        "// use crate::world;",
        "/// As [`crate::world::simulate`] does.",
        "/* use crate::world; */",
        "const X: &str = \"use crate::world;\";",
        "use crate::{record, report::json, time::SimTime};",
        "use super::json::text; pub(super) fn f() {}",
        "mod tests { use super::*; use super::super::json; }",
    ] {
        check("src/report/csv.rs", good, &[]);
    }
}

#[test]
fn every_module_has_its_limits() {
    for (name, granted, why) in MODULES {
        for (other, ..) in MODULES.into_iter().filter(|(other, ..)| *other != name) {
            let file = if name == "world" { "run" } else { "x" };
            let sentence = format!("src/{name}/{file}.rs:2 may not import crate::{other}: {why}");
            let expected = if granted.contains(&other) { vec![] } else { vec![sentence.as_str()] };
            check(&format!("src/{name}/{file}.rs"), &format!("use crate::{other}::X;"), &expected);
        }
    }
    check("src/lib.rs", "pub mod time; pub mod world; pub use world::simulate;", &[]);
    check("src/new/x.rs", "", &["src/new/x.rs: crate::new has no row in the table of modules"]);
}

#[test]
fn the_root_of_the_crate_is_no_way_round() {
    let why = "reports read records, never the world";
    let glob = format!("src/report/csv.rs:2 may not import crate::*: {why}");
    check("src/report/csv.rs", "use crate::*;", &[&glob]);
    let reexported = format!("src/report/csv.rs:2 may not import crate::simulate: {why}");
    check("src/report/csv.rs", "use crate::simulate;", &[&reexported]);
    let climbs = "src/report/csv.rs:2 leaves its module by `super`: say `crate::time`";
    check("src/report/csv.rs", "use super::super::time;", &[climbs]);
    check(
        "src/report/csv.rs",
        "mod a { mod b { use super::super::super::super::time; } }",
        &[climbs],
    );
    check("src/time.rs", "mod tests { use super::*; }", &[]);
}

#[test]
fn a_package_outside_its_place_is_found() {
    let check = |path: &str, bad: &str, package: &str| {
        let found = packages(path, bad);
        let begins = format!("{path}:1 may not name {package}: it ");
        assert!(
            found.iter().any(|sentence| sentence.starts_with(&begins)),
            "{path}: {bad}: {found:?}"
        );
    };
    for (package, places) in PACKAGES {
        if places != EVERYWHERE {
            check("src/control/x.rs", &format!("use {package};"), package);
            check("src/control/x.rs", &format!("fn f() {{ {package}::g() }}"), package);
        }
    }
    check("src/report/json.rs", "fn f() { ::csv::Writer::new() }", "csv");
    check("src/engine/delay.rs", "use {rand::Rng as _, std::fmt};", "rand");
    check("src/world/state.rs", "use std::{fmt, fs::File};", "std::fs");
    check("src/world/state.rs", "use std::io; fn f() { io::stdout().lock(); }", "std::io::stdout");
    check("src/report/chart/run/steps.rs", "extern crate plotters;", "plotters");
    assert_eq!(packages("src/cli/run.rs", "use crate::report::csv; fn f() { csv::g() }"), [""; 0]);
    assert_eq!(packages("src/report/mod.rs", "pub mod csv; pub use csv::rows;"), [""; 0]);
    assert_eq!(packages("src/report/csv.rs", "use csv::Writer;"), [""; 0]);
    assert_eq!(packages("src/world/state.rs", "use std::io::{self, Write};"), [""; 0]);
}

#[test]
fn a_file_of_the_wrong_shape_is_found() {
    let long = "\n".repeat(MOST_LINES);
    let sentence = "src/world/run.rs has 501 lines: split it, 500 are the limit";
    check("src/world/run.rs", &long[1..], &[sentence]);
    check("src/world/run.rs", &long[2..], &[]);
    check("src/world/run.rs", "fn f() {} // TODO", &["src/world/run.rs:2 has a TODO"]);
    let says = "src/world/run.rs:2 says `allow`: say `expect`, with a reason";
    check("src/world/run.rs", "#[allow(dead_code)] fn f() {}", &[says]);
    check("src/world/run.rs", "#![allow(dead_code)]", &[says]);
    let headless = ["src/world/run.rs does not begin with `//!` and what lives here"];
    assert_eq!(breaches("src/world/run.rs", "fn f() {}"), headless);
}

#[test]
fn logic_in_a_mod_file_is_found() {
    let says = "a mod.rs says what there is and does nothing";
    for (path, bad, item) in [
        ("src/world/mod.rs", "mod a; fn f() {}", "fn"),
        ("src/world/mod.rs", "pub struct X { a: u8 }", "struct"),
        ("src/report/chart/mod.rs", "impl X {}", "impl"),
        ("src/lib.rs", "pub const X: u8 = 1;", "const"),
    ] {
        check(path, bad, &[&format!("{path}:2 has a `{item}`: {says}")]);
    }
    check("src/world/mod.rs", "mod a; pub use a::{b, C}; #[cfg(test)] mod tests;", &[]);
    check("src/world/mod.rs", "macro_rules! m { () => { fn f() {} } } use m;", &[]);
}

#[test]
fn a_word_of_kubernetes_in_the_engine_is_found() {
    let says = "src/engine/run.rs:2 speaks of `pod`: the engine has never heard of Kubernetes";
    check("src/engine/run.rs", "struct PodEvent;", &[says]);
    check("src/engine/run.rs", "// A pod may be an event.", &[]);
}
