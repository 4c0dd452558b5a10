//! Blocks told from everything else, and pages with something written below them.

use proptest::prelude::{Strategy, prop};
use proptest::{proptest, sample};

use crate::docs::{Edit, Found, find, read_block, with_edits, without_room};
use crate::input::Problem;

/// The lines of the blocks of a page, and what is wrong.
fn found(page: &str) -> (Vec<usize>, Vec<String>) {
    let Found { blocks, problems, .. } = find("page.md", page);
    let shown = |it: &Problem| format!("{}: {}", it.at.map_or(0, |at| at.line), it.message);
    (blocks.iter().map(|it| it.line).collect(), problems.iter().map(shown).collect())
}

#[track_caller]
fn check_blocks(page: &str, expected: &[usize]) {
    assert_eq!(found(page), (expected.to_vec(), vec![]), "{page}");
    let windows = page.replace('\n', "\r\n");
    assert_eq!(found(&windows), (expected.to_vec(), vec![]), "{windows:?}");
}

#[test]
fn blocks_are_told_from_what_only_looks_like_them() {
    check_blocks("```rollcast\na: 1\n```\n", &[1]);
    check_blocks("```rollcast\na: 1\n```", &[1]);
    check_blocks("text\n~~~~ rollcast title=x\n~~~\na: 1\n~~~~\n", &[2]);
    check_blocks("```{.rollcast}\na: 1\n```\n", &[1]);
    check_blocks("> 1. x\n>\n>    ```rollcast\n>    a: 1\n>    ```\n", &[3]);
    check_blocks("- ```rollcast\n  a: 1\n  ```\n", &[1]);
    check_blocks("<!-- rollcast\na: 1\n\nb: 2\n-->\n\n<!-- rollcast {a: 1} -->\n", &[1, 7]);
    check_blocks("<div>\n<!--rollcast\na: 1\n-->\n</div>\n", &[2]);
    check_blocks("---\ntitle: x\n---\n\n```rollcast\na: 1\n```\n", &[5]);
    for none in [
        "````markdown\n```rollcast\na: 1\n```\n````\n",
        "    ```rollcast\n    a: 1\n    ```\n",
        "~~~\n<!-- rollcast\na: 1\n-->\n~~~\n",
        "`<!-- rollcast -->`\n",
        "```rollcaster\na: 1\n```\n",
        "<!-- rollcasting is fun -->\n",
        "<!-- other\nrollcast\n-->\n",
        "```yaml\n# rollcast\n```\n",
    ] {
        check_blocks(none, &[]);
    }
}

#[test]
fn what_is_not_closed_is_told() {
    for (page, expected) in [
        ("x\n```rollcast\na: 1\n", "2: the block is not closed"),
        ("> ```rollcast\n> a: 1\n\nx\n", "1: the block is not closed"),
        ("\n```rollcast\n\n```\n", "2: the block is empty"),
        ("<!-- rollcast -->", "1: the block is empty"),
        ("<!-- rollcast\na: 1\n", "1: the comment with the block is not closed"),
        ("\n<!-- rollcast: begin x -->\n", "2: what begins here does not end"),
        ("\n<!-- rollcast: end -->\n", "2: nothing begins that could end here"),
        ("<!-- rollcast: start -->\n", "1: this is neither `rollcast: begin` nor `rollcast: end`"),
    ] {
        assert_eq!(found(page).1, [expected], "{page}");
    }
}

#[test]
fn a_block_stands_where_it_stands_in_the_page() {
    let page = "# é\n\n> - ```rollcast\n>   scenario: x\n>\n>   chart: nothing\n>   ```\n";
    for page in [page.to_owned(), page.replace('\n', "\r\n")] {
        let block = &find("page.md", &page).blocks[0];
        let (_, problems) = read_block(&block.source, block.line);
        let at = problems[0].at.unwrap();
        assert_eq!((problems.len(), at.line, at.column), (1, 6, 12), "{problems:?}");
    }
}

/// Writes two lines below each block, and then one in place of them.
#[track_caller]
fn check_written(page: &str, first: &str) {
    let write = |page: &str, lines: &[&str]| {
        let marked = [&["<!-- rollcast: begin x -->"], lines, &["<!-- rollcast: end -->"]].concat();
        let lines: Vec<String> = marked.iter().map(|&line| line.to_owned()).collect();
        let Found { blocks, orphans, problems } = find("page.md", page);
        assert!(orphans.is_empty() && problems.is_empty(), "{page}");
        with_edits(page, blocks.iter().map(|it| Edit::below(page, it, &lines)).collect())
    };
    let written = write(page, &["", "A", ""]);
    assert_eq!(written, first);
    assert_eq!(write(&written, &["", "A", ""]), written, "once more");
    assert_eq!(write(&written, &["", "B", ""]), first.replace('A', "B"), "something else");
}

#[test]
fn what_is_written_stays_in_quotes_and_lists() {
    check_written(
        "x\n```rollcast\na: 1\n```\ny\n",
        "x\n```rollcast\na: 1\n```\n\n<!-- rollcast: begin x -->\n\nA\n\n<!-- rollcast: end -->\n\ny\n",
    );
    check_written(
        "```rollcast\r\na: 1\r\n```\r\n\r\ny",
        "```rollcast\r\na: 1\r\n```\r\n\r\n<!-- rollcast: begin x -->\r\n\r\nA\r\n\r\n\
         <!-- rollcast: end -->\r\n\r\ny",
    );
    check_written(
        "> - ```rollcast\n>   a: 1\n>   ```\n> - z\n",
        "> - ```rollcast\n>   a: 1\n>   ```\n>\n>   <!-- rollcast: begin x -->\n>\n>   A\n>\n>   \
         <!-- rollcast: end -->\n>\n> - z\n",
    );
    check_written(
        "<!-- rollcast a: 1\n-->",
        "<!-- rollcast a: 1\n-->\n\n<!-- rollcast: begin x -->\n\nA\n\n<!-- rollcast: end -->\n",
    );
}

#[test]
fn what_was_written_below_a_block_that_is_gone_is_removed() {
    let page = "a\n\n<!-- rollcast: begin x -->\n\nA\n\n<!-- rollcast: end -->\n\nb\n";
    let Found { blocks, orphans, .. } = find("page.md", page);
    assert!(blocks.is_empty());
    assert_eq!(with_edits(page, vec![Edit::remove(page, &orphans[0])]), "a\n\nb\n");
}

#[test]
fn blocks_without_room_are_told() {
    let lost = |page: &str| without_room("page.md", page, &find("page.md", page));
    for good in ["<div>\n<!-- rollcast a: 1 -->\n</div>\n", "- ```rollcast\n  a: 1\n  ```\n- x\n"] {
        assert_eq!(lost(good), [], "{good}");
    }
    // With a blank line, the HTML ends, and what looks like a list in it becomes one.
    let in_html = "text\n<div>\n<!-- rollcast a: 1 -->\n- <!-- rollcast b: 1 -->\n</div>\n";
    let lines: Vec<_> = lost(in_html).iter().map(|it| it.at.map(|at| at.line)).collect();
    assert_eq!(lines, [Some(3)]);
}

/// Pieces of which pages are made that are hard to read.
const PIECES: [&str; 24] = [
    "> ",
    "- ",
    "1. ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\r\n",
    "text\n",
    "é ",
    "```rollcast\n",
    "```\n",
    "~~~ rollcast\n",
    "~~~\n",
    "````\n",
    "a: 1\n",
    "<!-- rollcast\n",
    "<!-- rollcast a: 1 -->\n",
    "-->\n",
    "<!-- rollcast: begin x -->\n",
    "<!-- rollcast: end -->\n",
    "<div>\n",
    "</div>\n",
    "[^1]: ",
];

fn pages() -> impl Strategy<Value = String> {
    prop::collection::vec(sample::select(&PIECES[..]), 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// What was written below a block is found there again, and all else is as it was.
    #[test]
    fn any_page_can_be_written(page in pages()) {
        let found = find("page.md", &page);
        let lost = without_room("page.md", &page, &found);
        let Found { blocks, orphans, problems } = found;
        for block in &blocks {
            read_block(&block.source, block.line);
        }
        if problems.is_empty() && lost.is_empty() && !blocks.is_empty() {
            let lines = ["<!-- rollcast: begin y -->", "", "A", "", "<!-- rollcast: end -->"];
            let lines = lines.map(str::to_owned);
            let mut edits: Vec<Edit> = orphans.iter().map(|it| Edit::remove(&page, it)).collect();
            edits.extend(blocks.iter().map(|it| Edit::below(&page, it, &lines)));
            let written = with_edits(&page, edits);
            let again = find("page.md", &written);
            assert_eq!((again.blocks.len(), again.orphans.len()), (blocks.len(), 0), "{written:?}");
            assert!(again.problems.is_empty(), "{:?} of {written:?}", again.problems);
            let edits = again.blocks.iter().map(|it| Edit::below(&written, it, &lines)).collect();
            assert_eq!(with_edits(&written, edits), written);
        }
    }
}
