//! Figures on a page that this repository can count again.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;

use crate::{ROOT, has_extension, read};

const PAGE: &str = "docs/how-do-you-know-it-is-right.md";

#[test]
fn the_page_counts_the_vectors() {
    let page = read(PAGE);
    for file in files("tests/conformance").iter().filter(|file| file.contains(".jsonl")) {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{file}` |")));
        let row = row.unwrap_or_else(|| panic!("{PAGE} has no row for {file}"));
        assert!(row.ends_with(&format!("| {} |", cases(file))), "{row}: {} cases", cases(file));
    }
}

#[test]
fn the_page_counts_upstreams_tests() {
    let table = read("tests/upstream/table.rs");
    let (all, rest) = table.split_once("const NOT_COVERED").unwrap();
    let (left_out, rest) = rest.split_once("const COVERED_IN_PART").unwrap();
    let (in_part, _) = rest.split_once("];").unwrap();
    let count = |text: &str| text.split([' ', '"', '\n', '(', ';']).filter(is_test).count();
    let (all, left_out, in_part) = (count(all), count(left_out), count(in_part));
    let said = format!("{} of {all} are covered, {in_part} of them in part", all - left_out);
    assert!(read(PAGE).contains(&said), "{said}");
}

#[test]
fn the_page_has_the_figures_of_the_real_control_plane() {
    let measured = read("results/a-real-control-plane/README.md");
    let all = measured.lines().find(|line| line.starts_with("| **all** |")).unwrap();
    let bold: Vec<&str> = all.split("**").skip(3).step_by(2).collect();
    let [as_measured, defaults] = bold[..] else { panic!("{all}") };
    let page = read(PAGE);
    for row in [
        format!("| as measured on that machine | {as_measured} |"),
        format!("| rollcast's defaults | {defaults} |"),
    ] {
        assert!(page.lines().any(|line| line == row), "{row}");
    }
    let durations = measured.lines().filter(|line| line.contains("| duration, s | ± 2 % |"));
    assert_eq!(durations.count(), 1, "the band of durations");
    let (_, missed) = measured.split_once("<!-- begin misses -->").unwrap();
    assert!(!missed.contains("duration"), "a duration is missed");
}

#[test]
fn the_page_counts_scenarios_and_incidents() {
    let count =
        |folder: &str| files(folder).iter().filter(|file| has_extension(file, "yaml")).count();
    let page = read(PAGE);
    let incidents = format!("{} [reported incidents]", count("scenarios/incidents"));
    assert!(page.contains(&incidents), "{incidents}");
    let scenarios = format!("The results of all {}\nscenarios", count("scenarios"));
    assert!(page.contains(&scenarios), "{scenarios}");
}

/// The tests that the page names are there.
#[test]
fn the_properties_are_tested() {
    let sources: String = files("tests/properties")
        .iter()
        .map(|file| read(&format!("tests/properties/{file}")))
        .collect();
    let page = read(PAGE);
    let (_, table) = page.split_once("| property | test |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    assert!(named.len() >= 8, "{named:?}");
    for name in named {
        assert!(sources.contains(&format!("fn {name}(")), "{name}");
    }
}

/// Whether a word is the name of a test of upstream, and not one of a comment.
fn is_test(word: &&str) -> bool {
    word.starts_with("Test") && *word != "Tests"
}

/// The names of the files in a folder, in no order.
fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("the folder is there");
    entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// How many cases a file has: one a line.
fn cases(file: &str) -> usize {
    let bytes =
        fs::read(Path::new(ROOT).join("tests/conformance").join(file)).expect("the file is there");
    let mut text = String::new();
    if has_extension(file, "gz") {
        GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip of text");
    } else {
        text = String::from_utf8(bytes).expect("text");
    }
    text.lines().filter(|line| !line.is_empty()).count()
}
