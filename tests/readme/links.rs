//! Every relative link on a page leads to a file or a folder that is there, and to a heading of it.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::{Page, ROOT, pages, read};

const ALSO: [&str; 9] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "examples/README.md",
    "results/README.md",
    "results/a-real-control-plane/README.md",
    "results/choosing-max-unavailable/README.md",
    "scenarios/README.md",
];

#[test]
fn every_link_leads_somewhere() {
    let pages = pages(&ALSO, "docs");
    let wrong: Vec<String> = pages.iter().flat_map(wrong_on).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every page of docs/ can be found from its index.
#[test]
fn the_index_names_every_page() {
    let index = read("docs/README.md");
    for page in pages(&[], "docs") {
        let name = page.path.trim_start_matches("docs/");
        let is_named = index.contains(&format!("]({name})")) || name == "README.md";
        assert!(is_named, "{} is not in docs/README.md", page.path);
    }
}

fn wrong_on(page: &Page) -> Vec<String> {
    let mut wrong = Vec::new();
    for (index, line) in outside_code(&page.text) {
        for target in targets(line) {
            if let Some(what) = problem(&page.path, target) {
                wrong.push(format!("{}:{index}: {target}: {what}", page.path));
            }
        }
    }
    wrong
}

/// The lines of a page that are not in a block of code, counted from 1.
fn outside_code(text: &str) -> Vec<(usize, &str)> {
    let mut fence = "";
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        if ticks.len() >= 3 && fence.is_empty() {
            fence = ticks;
        } else if line == fence {
            fence = "";
        } else if fence.is_empty() {
            found.push((index + 1, line));
        }
    }
    found
}

/// What the links of a line lead to, but for those in `code`.
fn targets(line: &str) -> Vec<&str> {
    let outside = line.split('`').step_by(2);
    let links = outside.flat_map(|part| part.split("](").skip(1));
    links.filter_map(|rest| rest.split(')').next()).collect()
}

fn problem(page: &str, target: &str) -> Option<&'static str> {
    if target.starts_with("https://") || target.starts_with("http://") {
        return None;
    }
    let (file, anchor) = match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (target, None),
    };
    let file = if file.is_empty() { page.to_owned() } else { resolve(page, file)? };
    let path = Path::new(ROOT).join(&file);
    if !path.exists() {
        return Some("no such file");
    }
    let anchor = anchor?;
    let file = if path.is_dir() { format!("{file}/README.md") } else { file };
    (!anchors(&read(&file)).contains(anchor)).then_some("no such heading")
}

/// A path relative to a page, from the root of the repository.
fn resolve(page: &str, link: &str) -> Option<String> {
    let mut path = PathBuf::new();
    for part in Path::new(page).parent()?.join(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{page}: {link} leaves the repository"),
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path.to_str().map(str::to_owned)
}

/// What GitHub calls the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = outside_code(text).into_iter().filter(|(_, line)| line.starts_with('#'));
    headings.map(|(_, line)| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_and_headings_are_found() {
    assert_eq!(targets("[a](b.md) and `[c](d)` and [`e`](f#g)"), ["b.md", "f#g"]);
    assert_eq!(
        anchor("Is it done? Five tools, five `answers`"),
        "is-it-done-five-tools-five-answers"
    );
    assert_eq!(problem("docs/why.md", "no-such-page.md"), Some("no such file"));
    assert_eq!(problem("docs/why.md", "../README.md#no-such-heading"), Some("no such heading"));
    assert_eq!(problem("docs/why.md", "../README.md#install"), None);
}
