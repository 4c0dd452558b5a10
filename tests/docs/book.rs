//! The protocol of mdBook's preprocessors, as «For Developers › Preprocessors» of its guide has it:
//! `supports RENDERER` first, then `[context, book]` on standard input and the book on standard
//! output.

use std::path::Path;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::tool;

const BLOCK: &str = "# Rollouts\n\n```rollcast\nscenario: fleet.yaml\n```\n\nMore.\n";

fn chapter(name: &str, path: Option<&str>, content: &str, below: &[Value]) -> Value {
    json!({"Chapter": {
        "name": name, "content": content, "number": [1], "sub_items": below, "path": path,
        "source_path": path, "parent_names": [],
    }})
}

/// The input for a book whose chapters are under this key.
fn book(root: &Path, list: &str, page: &str) -> Value {
    let context = json!({
        "root": root, "renderer": "html", "mdbook_version": "0.5.2",
        "config": {"book": {"src": "pages", "title": "A book"}, "preprocessor": {"rollcast": {}}},
    });
    let below = chapter("Below", Some("sub/below.md"), "Nothing.\n", &[]);
    let chapters = vec![
        chapter("Rollouts", Some("rollouts.md"), page, &[below]),
        json!("Separator"),
        json!({"PartTitle": "Part"}),
        chapter("Draft", None, "", &[]),
    ];
    json!([context, {list: chapters, "__non_exhaustive": null}])
}

fn preprocess(folder: &Folder, input: &str) -> (i32, String, String) {
    tool::run(&folder.path(""), &["docs", "--mdbook"], input)
}

#[test]
fn renderers_are_asked_for() {
    let folder = Folder::new(&[]);
    for (renderer, code) in [("html", 0), ("markdown", 0), ("epub", 1)] {
        let (found, printed, told) = folder.docs(&["--mdbook", "supports", renderer]);
        assert_eq!((found, printed.as_str(), told.as_str()), (code, "", ""), "{renderer}");
    }
}

#[test]
fn a_book_comes_back_with_pictures() {
    for list in ["items", "sections"] {
        let folder = Folder::new(&[("pages/rollouts.md", BLOCK)]);
        let input = book(&folder.path(""), list, BLOCK);
        let (code, printed, told) = preprocess(&folder, &input.to_string());
        assert_eq!((code, told.as_str()), (0, "rollcast: 1 run simulated\n"));
        let mut output: Value = serde_json::from_str(&printed).unwrap();
        let place = format!("/{list}/0/Chapter/content");
        let content = output.pointer_mut(&place).unwrap();
        let text = content.as_str().unwrap().to_owned();
        let (before, after) = text.split_once("```\n\n![").unwrap();
        assert_eq!(before, "# Rollouts\n\n```rollcast\nscenario: fleet.yaml\n");
        assert!(after.contains("](data:image/svg+xml;base64,PHN2Zy"), "{after}");
        assert!(after.ends_with("._\n\nMore.\n") && !after.contains("<!--"), "{after}");
        // All else is as it was, and nothing is written.
        *content = json!(BLOCK);
        assert_eq!(output, input[1]);
        assert!(folder.read("pages/rollouts.md") == BLOCK && !folder.is_there("pages/charts"));
    }
}

#[test]
fn pictures_that_are_up_to_date_stay_beside_the_page() {
    let folder = Folder::new(&[("pages/rollouts.md", BLOCK)]);
    folder.drawn(&["pages"]);
    let page = folder.read("pages/rollouts.md");
    let input = book(&folder.path(""), "items", &page);
    let (code, printed, told) = preprocess(&folder, &input.to_string());
    assert_eq!((code, told.as_str()), (0, "rollcast: 0 runs simulated\n"));
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), input[1]);
}

#[test]
fn equal_runs_of_a_book_are_simulated_once() {
    let folder = Folder::new(&[]);
    let page = format!("{BLOCK}\n{}", BLOCK.replace("fleet.yaml", "fleet.yaml\ntitle: Again"));
    let input = book(&folder.path(""), "items", &page);
    let (code, printed, told) = preprocess(&folder, &input.to_string());
    assert_eq!((code, told.as_str()), (0, "rollcast: 1 run simulated\n"));
    assert_eq!(printed.matches("data:image/svg+xml").count(), 2);
}

#[test]
fn what_cannot_be_drawn_has_a_place_in_the_book() {
    let folder = Folder::new(&[]);
    let page = BLOCK.replace("fleet.yaml", "fleet.yaml\nchart: raster\nnodes: nobody");
    let input = book(&folder.path(""), "items", &page);
    let (code, printed, told) = preprocess(&folder, &input.to_string());
    assert_eq!((code, printed.as_str()), (2, ""), "{told}");
    assert!(told.contains("no node `nobody`") && told.contains("rollouts.md:3\n"), "{told}");
}

#[test]
fn a_broken_block_stops_the_book() {
    let folder = Folder::new(&[]);
    let broken = BLOCK.replace("fleet.yaml", "x.yaml");
    let input = book(&folder.path(""), "items", &broken);
    let (code, printed, told) = preprocess(&folder, &input.to_string());
    assert_eq!((code, printed.as_str()), (2, ""), "{told}");
    assert!(
        told.contains("there is no file `x.yaml`") && told.contains("rollouts.md:4:11"),
        "{told}"
    );
}

#[test]
fn what_is_no_book_is_refused() {
    let folder = Folder::new(&[]);
    let deep = "[".repeat(100_000);
    for (input, why) in [
        ("", "it is not JSON"),
        (deep.as_str(), "it is not JSON"),
        ("{}", "it is not a list of a context and a book"),
        ("[{}, {}, {}]", "it is not a list of a context and a book"),
        (r#"[{"root": "."}, {"items": 5}]"#, "it is not a list of a context and a book"),
        (r#"[{}, {"items": []}]"#, "its context has no `root`"),
    ] {
        let (code, printed, told) = preprocess(&folder, input);
        assert_eq!((code, printed.as_str()), (2, ""), "{told}");
        assert!(told.contains(why), "{told}");
    }
    let (code, _, told) = folder.docs(&["--mdbook", "page.md"]);
    assert!(code == 2 && told.contains("leave out `--mdbook`"), "{told}");
}
