//! Blocks in which something is wrong.

use crate::folder::Folder;

/// A page with a block of these lines, from line 4 on, and what is said of it, in this order.
#[track_caller]
fn check(block: &str, expected: &[&str]) {
    let page = format!("# Page\n\n```rollcast\n{block}\n```\n");
    let folder = Folder::new(&[("page.md", &page), ("broken.yaml", "cluster: {nodes: x}\n")]);
    let (code, printed, told) = folder.docs(&["page.md"]);
    assert_eq!((code, printed.as_str()), (2, ""), "{told}");
    let mut rest = told.as_str();
    for part in expected {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} is not in\n{told}"));
        rest = &rest[at + part.len()..];
    }
    assert_eq!(rest.matches("\nerror[").count(), 0, "more is told than expected:\n{told}");
    assert!(folder.read("page.md") == page && !folder.is_there("charts"), "something was written");
}

/// The same for a block with a good scenario, in line 4, and these lines from line 5 on.
#[track_caller]
fn check_key(lines: &str, expected: &[&str]) {
    check(&format!("scenario: fleet.yaml\n{lines}"), expected);
}

#[test]
fn scenarios() {
    check("", &["error[empty-block]: the block is empty", "page.md:3:1", "`scenario: FILE`"]);
    check("- 1", &["a block is a map, this is a list", "page.md:4:1"]);
    check("a: 1\n---\nb: 1", &["a block is one document, this is 2"]);
    check("seed: 1", &["missing field `scenario`", "page.md:4:1"]);
    check("scenario: a: b", &["error[bad-syntax]", "page.md:4:12"]);
    check("scenario: 5", &["expected a file or a scenario, found a number", "page.md:4:11"]);
    check(
        "scenario: fleet.yml",
        &["there is no file `fleet.yml`", "page.md:4:11", "it is looked for as fleet.yml\n"],
    );
    check("scenario: broken.yaml", &["expected a number of nodes", "broken.yaml:1:18"]);
    check("scenario: page.md", &["error["]);
    check("scenario:\n  cluster: {nodes: x}", &["a number of nodes", "page.md:5:20"]);
    check("scenario: |\n\n  cluster: {nodes: x}\nseed: 1", &["a number of nodes", "page.md:6:20"]);
    check("scenario: {cluster: {nodes: x}}", &["a number of nodes", "page.md:4:29"]);
    check(
        "scenario:\n  cluster: {nodes: 2}\n  daemonSets: [nowhere.yaml]",
        &["cannot read the manifest `nowhere.yaml`", "page.md:6:16"],
    );
}

#[test]
fn keys() {
    check_key("captoin: x", &["unknown field `captoin`", "page.md:5:1", "did you mean `caption`?"]);
    check_key("seed: 1\nseed: 2", &["error[duplicate-key]", "page.md:6:1", "remove the others"]);
    check_key("seed: -1", &["`-1` must not be negative", "page.md:5:7"]);
    check_key("chart: gannt", &["there is no chart `gannt`", "page.md:5:8", "mean `gantt`?"]);
    check_key("chart: [gaps, gaps]", &["the chart `gaps` is there twice", "page.md:5:15"]);
    check_key("chart: {}", &["expected text or a list of texts, found a map", "page.md:5:8"]);
    check_key("size: 80", &["`80` is no size", "page.md:5:7", "`800x400`"]);
    check_key("size: 99999x1", &["`99999x1` is no size", "from 360 to 4096", "from 200 to 4096"]);
    check_key("theme: drak", &["unknown value `drak`", "page.md:5:8", "did you mean `dark`?"]);
    check_key("to: 90", &["`90` is no time", "page.md:5:5"]);
    check_key("from: soon", &["`soon` is no time", "page.md:5:7", "`2m30s`"]);
    check_key("from: 2m\nto: 1m", &["nothing is between 2m and 1m", "page.md:6:5"]);
    check_key("name: ../../x", &["`../../x` cannot be the name", "page.md:5:7"]);
    check_key("caption: 'a <!-- b'", &["error[bad-caption]", "page.md:5:10"]);
    check_key("seed: -1\nsize: x\ncaptoin: y", &["page.md:5:7", "page.md:6:7", "page.md:7:1"]);
}

/// What is known only once a block was run.
#[test]
fn pictures_that_show_nothing() {
    let at = "\n --> page.md:3\n";
    check_key("chart: raster\nnodes: nobody", &["there is no node `nobody`", at]);
    check_key("from: 5h", &["`from` is 5h, and the run ended after", at]);
}

#[test]
fn settings() {
    check_key("set: [1]", &["expected a map, found a list", "page.md:5:6"]);
    check_key("set: {maxSruge: 1}", &["unknown field `maxSruge`", "page.md:5:7", "`maxSurge`?"]);
    check_key("set:\n  minReadySeconds: lots", &["`lots`", "page.md:6:20"]);
    check_key("set:\n  cluster.nodes: x", &["a number of nodes", "page.md:6:18"]);
    check_key(
        "compare: {maxSurge: 1}",
        &["expected a list of values", "page.md:5:21", "`[1, 10%]`"],
    );
    check_key("compare: {maxSurge: [1, 1]}", &["`maxSurge` takes `1` twice", "page.md:5:21"]);
    check_key("settings: [{nme: x}]", &["unknown field `nme`", "page.md:5:13", "`name`?"]);
    check_key("settings: x", &["expected a list, found text", "page.md:5:11"]);
    check_key(
        "compare: {minReadySeconds: [0,1,2,3,4,5,6,7,8,9,10,11,12]}",
        &["one picture shows at most 12 settings", "page.md:5:10"],
    );
}

#[test]
fn all_pages_are_told_at_once_and_nothing_is_written() {
    let good = "```rollcast\nscenario: fleet.yaml\nname: a\n```\n";
    let twice = format!("{good}\n{}", good.replace("name: a", "name: A"));
    let unclosed = "text\n\n```rollcast\nscenario: fleet.yaml\n";
    let folder = Folder::new(&[("good.md", good), ("open.md", unclosed), ("x/twice.md", &twice)]);
    folder.write("x/fleet.yaml", &folder.read("fleet.yaml").replace("ds.yaml", "../ds.yaml"));
    let (code, _, told) = folder.docs(&["good.md", "open.md", "x"]);
    assert_eq!(code, 2, "{told}");
    for part in ["the block is not closed", "open.md:3:1", "the name `A` is taken", "twice.md:8:7"]
    {
        assert!(told.contains(part), "{part:?} is not in\n{told}");
    }
    assert!(told.contains("by the block at x/twice.md:1"), "{told}");
    assert!(!folder.is_there("charts") && folder.read("good.md") == good);
}

#[test]
fn pages_that_cannot_be_read() {
    let folder = Folder::new(&[]);
    std::fs::write(folder.path("bytes.md"), b"\xff\xfe\x00").unwrap();
    folder.write("large.md", &"x\n".repeat(600_000));
    for (page, expected) in [
        ("nowhere.md", "cannot read nowhere.md: no such file"),
        ("bytes.md", "cannot read bytes.md: it is not UTF-8 text"),
        ("large.md", "it has more than the 1 MiB that are read of a page"),
        ("supports", "command = \"rollcast docs --mdbook\""),
    ] {
        let (code, _, told) = folder.docs(&[page]);
        assert!(code == 2 && told.contains(expected), "{page}: {told}");
    }
    folder.write("long.md", &"\n".repeat(50_001));
    let (code, _, told) = folder.docs(&["long.md"]);
    assert!(code == 2 && told.contains("the page has more than 50000 lines"), "{told}");
    let many = "```rollcast\nscenario: fleet.yaml\n```\n\n".repeat(101);
    folder.write("many.md", &many);
    let (code, _, told) = folder.docs(&["many.md"]);
    assert!(code == 2 && told.contains("the page has more than 100 blocks"), "{told}");
    assert!(told.contains("many.md:401:1"), "{told}");
}
