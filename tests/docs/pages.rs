//! Pages with pictures below their blocks.

use crate::folder::Folder;

const THREE: &str = "\
# Rollouts

```rollcast
scenario: fleet.yaml
```

Text.

```rollcast
scenario: fleet.yaml
set: {maxUnavailable: 2}
caption: Two at a time.
```

```rollcast
scenario: fleet.yaml
set: {maxUnavailable: 3}
name: three
```
";

#[test]
fn only_what_changed_is_drawn_again() {
    let folder = Folder::new(&[("page.md", THREE)]);
    let told = folder.drawn(&["page.md"]);
    assert!(
        told.ends_with("3 blocks on 1 page: 3 drawn, 0 up to date; 3 runs simulated\n"),
        "{told}"
    );
    let (page, files) = (folder.read("page.md"), folder.files("charts"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = ["page-1", "page-2", "three"];
    let expected = expected.map(|name| [format!("{name}.alt.txt"), format!("{name}.svg")]);
    assert_eq!(names, expected.concat());
    assert!(page.contains("\n\n_Two at a time._\n\n<!-- rollcast: end -->\n"), "{page}");
    let alt = folder.read("charts/three.alt.txt");
    assert!(page.contains(&format!("![{}](charts/three.svg)", alt.trim_end())), "{page}");

    let told = folder.drawn(&["page.md"]);
    assert_eq!(told, "3 blocks on 1 page: 0 drawn, 3 up to date; 0 runs simulated\n");
    assert_eq!((folder.read("page.md"), folder.files("charts")), (page.clone(), files.clone()));

    folder.edit("page.md", "maxUnavailable: 2", "maxUnavailable: 4");
    let told = folder.drawn(&["page.md"]);
    let expected = "page.md:17: drew charts/page-2.svg: the block changed\n\
                    3 blocks on 1 page: 1 drawn, 2 up to date; 1 run simulated\n";
    assert_eq!(told, expected);
    for (name, bytes) in folder.files("charts") {
        let is_same = files[&name] == bytes;
        assert_eq!(is_same, !name.starts_with("page-2"), "{name}");
    }
    // Back again, everything is as it was.
    folder.edit("page.md", "maxUnavailable: 4", "maxUnavailable: 2");
    folder.drawn(&["page.md"]);
    assert_eq!((folder.read("page.md"), folder.files("charts")), (page, files));
}

#[test]
fn how_a_block_is_written_does_not_matter() {
    let folder = Folder::new(&[("page.md", THREE)]);
    folder.drawn(&["page.md"]);
    folder.edit("page.md", "set: {maxUnavailable: 2}", "set:\n  maxUnavailable: 2  # two");
    folder.edit("fleet.yaml", "cluster: {nodes: 6}", "# six\ncluster:\n  nodes: 6");
    let told = folder.drawn(&["page.md"]);
    assert_eq!(told, "3 blocks on 1 page: 0 drawn, 3 up to date; 0 runs simulated\n");
}

#[test]
fn equal_runs_are_simulated_once() {
    let again = "```rollcast\nscenario: ../fleet.yaml\ntitle: Again\n```\n";
    let folder = Folder::new(&[("page.md", THREE), ("docs/page.md", again)]);
    let told = folder.drawn(&["page.md", "docs", "./page.md"]);
    assert!(
        told.ends_with("4 blocks on 2 pages: 4 drawn, 0 up to date; 3 runs simulated\n"),
        "{told}"
    );
    assert!(folder.read("docs/charts/page-1.svg").contains("Again"));
}

#[test]
fn everything_else_stays_byte_for_byte() {
    let block = "> - ~~~ rollcast\r\n>   scenario: fleet.yaml\r\n>   ~~~\r\n";
    let (before, after) = ("a  \r\n\r\n", "> - b\t\r\n\n\nlast line");
    let folder = Folder::new(&[("page.md", &format!("{before}{block}{after}"))]);
    folder.drawn(&["page.md"]);
    let page = folder.read("page.md");
    let rest = page.strip_prefix(&format!("{before}{block}")).unwrap();
    let written = rest.strip_suffix(after).unwrap();
    assert!(written.lines().all(|line| line.starts_with('>')), "{written:?}");
    assert_eq!(written.matches('\n').count(), written.matches("\r\n").count(), "{written:?}");
    folder.drawn(&["page.md", "--force"]);
    assert_eq!(folder.read("page.md"), page);
}

#[test]
fn a_scenario_may_stand_in_a_block_that_nobody_sees() {
    let page = "<!-- rollcast\nscenario:\n  cluster: {nodes: 4}\n  daemonSets: [../ds.yaml]\n\
                seed: 3\n-->\n";
    let folder = Folder::new(&[("docs/page.md", page)]);
    folder.drawn(&["docs"]);
    assert!(folder.read("docs/charts/page-1.alt.txt").contains("4 of 4 nodes"));
    assert!(folder.read("docs/page.md").starts_with(page));
}

#[test]
fn several_settings_are_in_one_picture() {
    let page = "```rollcast\nscenario: fleet.yaml\ncompare: {maxUnavailable: [1, 3]}\n\
                settings: [{name: surge, set: {maxSurge: 2}}]\n```\n";
    let folder = Folder::new(&[("page.md", page)]);
    let told = folder.drawn(&["page.md"]);
    assert!(told.ends_with("3 runs simulated\n"), "{told}");
    let (alt, page) = (folder.read("charts/page-1.alt.txt"), folder.read("page.md"));
    for setting in ["maxUnavailable=1: ", "maxUnavailable=3: ", "surge: "] {
        assert!(alt.contains(setting), "{alt}");
        assert!(page.contains(&format!("{setting}finished after")), "{page}");
    }
}

#[test]
fn a_folder_for_all_pictures_has_an_address_in_pages() {
    let block = "```rollcast\nscenario: fleet.yaml\n```\n";
    let pages = [("a/page.md", block), ("b/page.md", block), ("b/node_modules/x.md", block)];
    let folder = Folder::new(&[&pages[..], &[("b/.git/x.md", block)]].concat());
    let told = folder.drawn(&["a", "b", "--out", "static"]);
    assert!(told.contains("2 blocks on 2 pages"), "{told}");
    assert!(folder.read("a/page.md").contains("](../static/page-1.svg)"));
    assert!(folder.read("b/page.md").contains("](../static/page-2.svg)"));
    folder.drawn(&["a", "--out", "static", "--url", "/charts/", "--force"]);
    assert!(folder.read("a/page.md").contains("](/charts/page-1.svg)"));
    assert!(folder.is_there("static/page-2.svg"));
}

#[test]
fn pictures_go_with_their_blocks() {
    let folder = Folder::new(&[("page.md", THREE)]);
    folder.drawn(&["page.md"]);
    folder.edit("page.md", "name: three", "name: many");
    let told = folder.drawn(&["page.md"]);
    assert!(told.contains("removed charts/three.svg: no block has it any more\n"), "{told}");
    assert!(folder.is_there("charts/many.svg") && !folder.is_there("charts/three.alt.txt"));

    // The first block goes; the second keeps its name.
    folder.edit("page.md", "```rollcast\nscenario: fleet.yaml\n```\n\n", "");
    let told = folder.drawn(&["page.md"]);
    assert!(told.contains("removed charts/page-1.svg"), "{told}");
    assert!(
        told.ends_with("2 blocks on 1 page: 0 drawn, 2 up to date; 0 runs simulated\n"),
        "{told}"
    );
    let page = folder.read("page.md");
    assert!(page.starts_with("# Rollouts\n\nText.\n"), "{page}");

    // What somebody changed is not removed.
    folder.edit("charts/page-2.svg", "<svg", "<svg class=\"mine\"");
    folder.edit("page.md", "set: {maxUnavailable: 2}", "name: two");
    folder.drawn(&["page.md"]);
    assert!(folder.is_there("charts/page-2.svg") && folder.is_there("charts/two.svg"));
}

#[test]
fn folders_are_the_same_however_they_are_written() {
    let block = "```rollcast\nscenario: fleet.yaml\nname: mine\n```\n";
    let folder = Folder::new(&[("docs/a.md", block), ("docs/b.md", "Nothing.\n")]);
    folder.drawn(&["docs"]);
    // The block and its picture move to another page.
    let page = folder.read("docs/a.md");
    let (_, below) = page.split_once(block).unwrap();
    folder.write("docs/a.md", below);
    folder.write("docs/b.md", &page);
    folder.drawn(&["docs/a.md", "./docs/b.md"]);
    assert!(folder.is_there("docs/charts/mine.svg"));
    folder.write("docs/a.md", block);
    let (code, _, told) = folder.docs(&["docs/a.md", "./docs/b.md"]);
    assert!(code == 2 && told.contains("the name `mine` is taken by the block at"), "{told}");
}

#[test]
fn a_copied_block_gets_a_picture_of_its_own() {
    let folder = Folder::new(&[("page.md", "```rollcast\nscenario: fleet.yaml\n```\n")]);
    folder.drawn(&["page.md"]);
    let page = folder.read("page.md");
    folder.write("page.md", &format!("{page}\n{page}"));
    let told = folder.drawn(&["page.md"]);
    assert!(told.contains("drew charts/page-2.svg: called page-1 before\n"), "{told}");
    assert!(folder.read("page.md").starts_with(&page) && folder.is_there("charts/page-1.svg"));
}
