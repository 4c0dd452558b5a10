//! The charts of a comparison: which are drawn, how they look, where they come from.

use std::fs;

use crate::tool::{Folder, assert_same, files};

const SWEEP: [&str; 6] = [
    "compare",
    "fleet.yaml",
    "--vary=maxUnavailable=1,10%",
    "--seeds=1..3",
    "--quiet",
    "--out=out",
];

fn compare(folder: &Folder, more: &[&str]) -> Vec<String> {
    folder.print(&[&SWEEP[..], more].concat());
    let all = files(&folder.path("out")).into_iter().map(|(name, _)| name);
    all.filter(|name| !name.starts_with("compare.") && name != "runs.jsonl").collect()
}

#[test]
fn charts_are_chosen_and_others_are_not_left_over() {
    let folder = Folder::new();
    assert_eq!(compare(&folder, &[]).len(), 6);
    assert_eq!(compare(&folder, &["--charts=gaps"]), ["gaps.alt.txt", "gaps.svg"]);
    assert_eq!(compare(&folder, &["--charts=none"]), [""; 0]);
    let (code, _, said) = folder.run(&[&SWEEP[..], &["--charts=pie"]].concat());
    assert_eq!(code, 2);
    assert!(
        said.contains(
            "`pie` is not a chart; choose from availability, gaps, duration, hit, or `none`"
        ),
        "{said}"
    );
}

#[test]
fn charts_have_the_size_and_the_theme_that_are_asked_for() {
    let folder = Folder::new();
    compare(&folder, &["--charts=gaps", "--size=600x400", "--theme=dark"]);
    let svg = fs::read_to_string(folder.path("out/gaps.svg")).unwrap();
    assert!(svg.contains("width=\"600\" height=\"400\""), "{svg}");
    assert!(!svg.contains("prefers-color-scheme"), "{svg}");
    let (code, _, said) = folder.run(&[&SWEEP[..], &["--size=10x10"]].concat());
    assert_eq!(code, 2);
    assert!(said.contains("a picture is 360 to 4096 pixels wide"), "{said}");
}

#[test]
fn charts_say_in_words_what_they_show_and_what_made_them() {
    let folder = Folder::new();
    compare(&folder, &["--set=nodes=30"]);
    for name in ["availability", "duration", "gaps"] {
        let svg = fs::read_to_string(folder.path(&format!("out/{name}.svg"))).unwrap();
        let words = fs::read_to_string(folder.path(&format!("out/{name}.alt.txt"))).unwrap();
        assert!(svg.contains(&format!(">{}</desc>", words.trim_end())), "{words}");
        let made = "<dc:source xmlns:dc=\"http://purl.org/dc/elements/1.1/\">rollcast compare \
                    fleet.yaml --set nodes=30 --vary maxUnavailable=1,10% (seed 1..3)</dc:source>";
        assert!(svg.contains(made), "{svg}");
    }
}

#[test]
fn charts_are_drawn_again_without_a_run() {
    let folder = Folder::new();
    compare(&folder, &["--size=1200x675"]);
    folder.print(&["merge", "out", "--out=again", "--quiet", "--size=1200x675"]);
    assert_same(&folder.path("out"), &folder.path("again"));
}
