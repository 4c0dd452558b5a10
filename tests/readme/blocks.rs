//! The blocks of fenced code on a page.

/// A block of fenced code.
pub(crate) struct Block<'a> {
    /// The line of its opening fence, counted from 1.
    pub(crate) line: usize,
    /// What follows the opening fence: `sh`, `console`, `yaml`, …, or nothing.
    pub(crate) language: &'a str,
    /// Why it is not run, if a comment right above it says so.
    pub(crate) not_run: Option<&'a str>,
    pub(crate) lines: Vec<&'a str>,
}

/// All blocks of a page, in order. A block inside another one is part of its text.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, Block<'_>)> = None;
    let mut above = "";
    for (index, line) in text.lines().enumerate() {
        let fence = fence(line);
        match open.take() {
            Some((opened, block)) if line == opened => found.push(block),
            Some((opened, mut block)) => {
                block.lines.push(line);
                open = Some((opened, block));
            }
            None if !fence.is_empty() => {
                let language = &line[fence.len()..];
                let not_run = not_run(above);
                open =
                    Some((fence, Block { line: index + 1, language, not_run, lines: Vec::new() }));
            }
            None => {}
        }
        above = line;
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// The backticks that begin a line, if there are at least three.
fn fence(line: &str) -> &str {
    let length = line.len() - line.trim_start_matches('`').len();
    if length < 3 { "" } else { &line[..length] }
}

/// The reason in `<!-- not run: REASON -->`.
fn not_run(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- not run: ")?.strip_suffix(" -->")
}

#[test]
fn a_block_ends_at_its_own_fence() {
    let text = "a\n````markdown\n```sh\nls\n```\n````\n<!-- not run: why -->\n```sh\nls\n```\n";
    let found = blocks(text);
    let shown: Vec<_> =
        found.iter().map(|it| (it.line, it.language, it.not_run, it.lines.len())).collect();
    assert_eq!(shown, [(2, "markdown", None, 3), (8, "sh", Some("why"), 1)]);
}
