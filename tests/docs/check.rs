//! What `--check` says of pages that are not up to date.

use std::collections::BTreeMap;
use std::fs;

use crate::folder::Folder;

const PAGE: &str = "\
```rollcast
scenario: fleet.yaml
seed: 7
```
";

/// The page, and the files beside it.
type State = (String, BTreeMap<String, Vec<u8>>);

fn state(folder: &Folder) -> State {
    (folder.read("page.md"), folder.files("charts"))
}

/// Draws a page, makes a change, checks what is then said of the picture, and that drawing puts it
/// right. What there was before the change, and what there is in the end.
#[track_caller]
fn check(change: impl Fn(&Folder), expected: &str) -> (State, State) {
    let folder = Folder::new(&[("page.md", PAGE)]);
    folder.drawn(&["page.md"]);
    let before = state(&folder);
    assert_eq!(folder.docs(&["page.md", "--check", "-q"]), (0, String::new(), String::new()));
    change(&folder);
    let changed = state(&folder);
    let (code, printed, told) = folder.docs(&["page.md", "--check"]);
    assert_eq!((code, printed), (3, format!("page.md:1: charts/page-1.svg: {expected}\n")));
    let verdict =
        "1 block on 1 page: one is not up to date; `rollcast docs` brings it up to date\n";
    assert_eq!(told, verdict);
    assert_eq!(state(&folder), changed, "a check writes nothing");
    folder.drawn(&["page.md"]);
    assert_eq!(folder.docs(&["page.md", "--check", "-q"]).0, 0);
    (before, state(&folder))
}

/// The same for a change of what was drawn, which is then as it was.
#[track_caller]
fn check_undone(change: impl Fn(&Folder), expected: &str) {
    let (before, after) = check(change, expected);
    assert_eq!(before, after);
}

#[test]
fn changes_of_what_is_drawn_are_told() {
    check(|it| it.edit("page.md", "seed: 7", "seed: 8"), "the block changed");
    check(|it| it.edit("fleet.yaml", "nodes: 6", "nodes: 7"), "the scenario changed");
    check(|it| it.edit("ds.yaml", "agent:v1", "agent:v9"), "the scenario changed");
}

#[test]
fn changes_of_what_was_drawn_are_told() {
    check_undone(|it| it.write("page.md", PAGE), "not drawn yet");
    let version = format!("version={}", env!("CARGO_PKG_VERSION"));
    check_undone(|it| it.edit("page.md", &version, "version=0.0.9"), "drawn by rollcast 0.0.9");
    let unreadable = "the line above the picture cannot be read";
    check_undone(|it| it.edit("page.md", &version, ""), unreadable);
    let removed = |it: &Folder, file: &str| fs::remove_file(it.path(file)).unwrap();
    check_undone(|it| removed(it, "charts/page-1.svg"), "page-1.svg or its text is missing");
    check_undone(|it| removed(it, "charts/page-1.alt.txt"), "page-1.svg or its text is missing");
    let changed = "somebody changed page-1.svg or its text";
    check_undone(|it| it.edit("charts/page-1.svg", "<svg", "<svg x=\"1\""), changed);
    check_undone(|it| it.edit("charts/page-1.alt.txt", "nodes", "notes"), changed);
    let text = "somebody changed the text between the markers";
    check_undone(|it| it.edit("page.md", "\n\n_agent", "\n\n_The agent"), text);
}

#[test]
fn how_a_checkout_ends_lines_does_not_matter() {
    let folder = Folder::new(&[("page.md", PAGE)]);
    folder.drawn(&["page.md"]);
    for file in ["page.md", "fleet.yaml", "charts/page-1.svg", "charts/page-1.alt.txt"] {
        folder.write(file, &folder.read(file).replace('\n', "\r\n"));
    }
    let (code, printed, told) = folder.docs(&["page.md", "--check"]);
    let fine = "1 block on 1 page: everything is up to date\n";
    assert_eq!((code, printed.as_str(), told.as_str()), (0, "", fine));
}

#[test]
fn what_is_left_of_a_block_is_told() {
    let folder = Folder::new(&[("page.md", PAGE)]);
    folder.drawn(&["page.md"]);
    folder.edit("page.md", PAGE, "Nothing.\n");
    let (code, printed, _) = folder.docs(&["page.md", "--check"]);
    assert_eq!((code, printed.as_str()), (3, "page.md:3: page-1: the block above it is gone\n"));
    folder.drawn(&["page.md"]);
    assert_eq!(folder.read("page.md"), "Nothing.\n");
    assert!(folder.files("charts").is_empty());
}
