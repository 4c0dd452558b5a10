//! A page with other text below its blocks, and everything else as it was, byte for byte.

use std::ops::Range;

use crate::docs::find::{Found, FoundBlock, Region, find};
use crate::input::{FieldPath, Position, Problem};

/// A part of a page that becomes another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    range: Range<usize>,
    text: String,
}

impl Edit {
    /// Writes lines below a block, in place of what was written there.
    pub fn below(page: &str, block: &FoundBlock, lines: &[String]) -> Self {
        let line_break = line_break(page);
        let prefixed = |line: &String| format!("{}{line}", block.prefix).trim_end().to_owned();
        let text = lines.iter().map(prefixed).collect::<Vec<_>>().join(line_break);
        if let Some(region) = &block.region {
            return Self { range: region.range.clone(), text };
        }
        let blank = block.prefix.trim_end().to_owned() + line_break;
        let before = if page[..block.end].ends_with('\n') { "" } else { line_break };
        // A paragraph right below is kept apart.
        let next = page[block.end..].lines().next().unwrap_or_default();
        let next = next.trim_start_matches(|it: char| it.is_whitespace() || it == '>');
        let after = if next.is_empty() { "" } else { blank.as_str() };
        let text = format!("{before}{blank}{text}{line_break}{after}");
        Self { range: block.end..block.end, text }
    }

    /// Removes what was written below a block that is gone, with the blank line above it.
    pub fn remove(page: &str, region: &Region) -> Self {
        let before = &page[..region.range.start];
        let blank = before.split_inclusive('\n').next_back().unwrap_or_default();
        let is_blank = blank.trim_matches(|it: char| it.is_whitespace() || it == '>').is_empty();
        let start = region.range.start - if is_blank { blank.len() } else { 0 };
        let behind = &page[region.range.end..];
        let line_end = behind.find('\n').map_or(behind.len(), |at| at + 1);
        Self { range: start..region.range.end + line_end, text: String::new() }
    }
}

/// The page with all edits made; they do not overlap.
pub fn with_edits(page: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let (mut text, mut at) = (String::with_capacity(page.len()), 0);
    for Edit { range, text: new } in edits {
        text.push_str(page.get(at..range.start).unwrap_or_default());
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(page.get(at..).unwrap_or_default());
    text
}

/// What is written below each block to see whether it is found there again.
const PROBE: [&str; 5] =
    ["<!-- rollcast: begin probe -->", "", "A picture.", "", "<!-- rollcast: end -->"];

/// Tells blocks that stand where nothing can be written below them: it would not be found again, as
/// in the midst of HTML. `found` is what is in the page, without problems.
pub fn without_room(name: &str, page: &str, found: &Found) -> Vec<Problem> {
    let probe = PROBE.map(str::to_owned);
    let removed = found.orphans.iter().map(|it| Edit::remove(page, it));
    let written = found.blocks.iter().map(|it| Edit::below(page, it, &probe));
    let again = find(name, &with_edits(page, removed.chain(written).collect()));
    let is_found = |(index, block): (usize, &FoundBlock)| {
        let same = again.blocks.get(index)?;
        let is_same = same.source.text().trim() == block.source.text().trim();
        let region = same.region.as_ref().filter(|it| it.marker.name == "probe");
        (is_same && region.is_some_and(|it| it.body.contains(PROBE[2]))).then_some(())
    };
    let mut blocks = found.blocks.iter().enumerate();
    let lost = blocks.find(|it| is_found(*it).is_none()).map(|(_, it)| it.line);
    let is_same = again.blocks.len() == found.blocks.len() && again.orphans.is_empty();
    let is_fine = is_same && again.problems.is_empty();
    let first = found.blocks.iter().map(|it| it.line).chain(found.orphans.iter().map(|it| it.line));
    let Some(line) = lost.or_else(|| first.min().filter(|_| !is_fine)) else { return Vec::new() };
    let message = "what is written here would not be found again";
    let hint = "put the block between blank lines, outside of HTML";
    let problem = Problem::error("no-room", FieldPath::ROOT, message).with_hint(hint);
    vec![problem.at(Position { line, column: 1 })]
}

/// How the page ends its lines.
fn line_break(page: &str) -> &'static str {
    let first = page.find('\n').unwrap_or(0);
    if page[..first].ends_with('\r') { "\r\n" } else { "\n" }
}
