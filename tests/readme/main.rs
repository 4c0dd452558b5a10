//! The pages that users read: README.md, docs/ and scenarios/README.md.
//!
//! Every command on them runs and prints what the page shows ([`commands`]), every link leads
//! somewhere ([`links`]), and every shipped scenario has a row ([`scenarios`]).

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]
#![cfg(unix)]

mod blocks;
mod commands;
mod figures;
mod links;
mod output;
mod sandbox;
mod scenarios;

use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A page, by its path from the root of the repository.
struct Page {
    path: String,
    text: String,
}

/// Pages, in the order of their paths: those given, then all in a folder.
fn pages(files: &[&str], folder: &str) -> Vec<Page> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("the folder is there");
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut paths: Vec<String> = names
        .filter(|name| has_extension(name, "md"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    paths.extend(files.iter().map(|&file| file.to_owned()));
    paths.sort_unstable();
    paths.into_iter().map(|path| Page { text: read(&path), path }).collect()
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == extension)
}

fn read(path: &str) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
