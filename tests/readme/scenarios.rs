//! Every shipped scenario has a row in `scenarios/README.md`.

use std::fs;
use std::path::Path;

use crate::{ROOT, has_extension, read};

#[test]
fn every_scenario_has_a_row() {
    let page = read("scenarios/README.md");
    let without_row = |file: &String| {
        let name = Path::new(file).file_stem().unwrap().to_str().unwrap();
        !page.lines().any(|line| line.starts_with(&format!("| [{name}]({file}) | ")))
    };
    let mut all = scenarios("");
    assert!(all.len() > 20, "only {} scenarios found", all.len());
    all.extend(scenarios("incidents/"));
    assert_eq!(all.into_iter().filter(without_row).collect::<Vec<String>>(), [""; 0]);
}

/// The scenarios in a folder below `scenarios`, with it, in no order.
fn scenarios(folder: &str) -> Vec<String> {
    let path = Path::new(ROOT).join("scenarios").join(folder);
    let entries = fs::read_dir(path).expect("the scenarios are there");
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names = names.filter(|name| has_extension(name, "yaml"));
    names.map(|name| format!("{folder}{name}")).collect()
}
