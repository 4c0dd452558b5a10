//! What holds for every picture that is committed: it is read, measured and checked as a reader
//! would, whatever drew it.
//!
//! Each rule is a function from a picture to sentences about what is wrong with it, so that
//! `spoilt` can show that each rule finds what it is there to find, and `spoilt_committed` that it
//! does so in every picture that is committed.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "a picture that cannot be read is a failed test")]

mod access;
mod contrast;
mod course;
mod drawn;
mod edges;
mod figures;
mod known_run;
mod lives;
mod numbers;
mod overlap;
mod pages;
mod path;
mod picture;
#[expect(dead_code, reason = "others use the rest")]
#[path = "../shared/recorded.rs"]
mod recorded;
#[path = "../shared/shipped.rs"]
mod shipped;
mod spoilt;
mod spoilt_committed;
mod style;
mod subject;
#[path = "../shared/tool.rs"]
mod tool;

use std::path::{Path, PathBuf};

use numbers::Known;
use picture::Picture;

/// What is wrong with a picture, and with what lies beside it, in sentences.
fn breaches(svg: &str, beside: &Beside) -> Vec<String> {
    let picture = match Picture::read(svg) {
        Ok(picture) => picture,
        Err(wrong) => return vec![wrong],
    };
    let rules: [fn(&Picture, &Beside) -> Vec<String>; 8] = [
        overlap::texts,
        edges::outside,
        edges::broken_pixels,
        edges::bytes,
        contrast::texts,
        access::roles,
        access::same_in_words,
        numbers::unknown,
    ];
    rules.iter().flat_map(|rule| rule(&picture, beside)).collect()
}

/// What lies beside a picture.
#[derive(Clone, Debug, Default)]
struct Beside {
    /// The picture in words: `availability.alt.txt` beside `availability.svg`.
    alt: Option<String>,
    /// The numbers of the results; none where nobody knows what a picture shows.
    known: Option<Known>,
}

impl Beside {
    /// Results lie in the folder of a picture, or in the folder above it; a picture in a page has a
    /// block there.
    fn of(picture: &Path) -> Self {
        let folders = [picture.parent(), picture.parent().and_then(Path::parent)];
        let known = folders.into_iter().flatten().find_map(|folder| {
            let json =
                ["summary.json", "compare.json"].iter().find_map(|it| text(&folder.join(it)));
            let timeline = text(&folder.join("timeline.csv")).unwrap_or_default();
            json.map(|json| Known::read(&json, &timeline))
        });
        let known = known.or_else(|| pages::of_picture(picture));
        Self { alt: text(&picture.with_extension("alt.txt")), known }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests read what is committed")]
fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every picture of the repository, in the order of their names.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            found.extend(pictures(&path));
        } else if path.extension().is_some_and(|it| it == "svg") {
            found.push(path);
        }
    }
    found
}

#[test]
fn committed_pictures_can_be_read_by_everyone() {
    let pictures = pictures(root());
    assert!(pictures.len() > 30, "only {} pictures were found", pictures.len());
    let mut found = Vec::new();
    for path in pictures {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let beside = Beside::of(&path);
        if beside.known.is_none() {
            found.push(format!("{name}: no results lie beside it, and no page has a block for it"));
        }
        let breaches = breaches(&text(&path).unwrap(), &beside);
        found.extend(breaches.into_iter().map(|it| format!("{name}: {it}")));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
