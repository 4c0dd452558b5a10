//! Blocks of a page, and what was written below them, told from everything else by a parser of
//! Markdown.
//!
//! A block is fenced code whose first word is `rollcast`, or a comment that begins with `rollcast`:
//! nobody sees the latter in the rendered page. What is inside of other code is not looked at.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::docs::lines::Lines;
use crate::docs::marker::Marker;
use crate::input::{FieldPath, Position, Problem, Source};

/// Blocks of a page beyond this are refused.
pub const MOST_BLOCKS: usize = 100;

/// Pages with more lines are refused: each block is read with as many empty lines as are above it.
const MOST_LINES: usize = 50_000;

/// The word that a block begins with.
const WORD: &str = "rollcast";

/// What was found in a page.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the page.
    pub blocks: Vec<FoundBlock>,
    /// What was written below blocks that are gone.
    pub orphans: Vec<Region>,
    /// What is wrong with blocks and markers, with its place in the page.
    pub problems: Vec<Problem>,
}

/// A block of a page.
#[derive(Debug)]
pub struct FoundBlock {
    /// Its first line, from 1.
    pub line: usize,
    /// Where the line behind the block begins, in bytes.
    pub end: usize,
    /// What stands before each line of what is written below: `> `, or the indent of a list.
    pub prefix: String,
    /// What is in it, on the lines that it has in the page.
    pub source: Source,
    /// What was written below it.
    pub region: Option<Region>,
}

/// What was written below a block, with its markers.
#[derive(Debug)]
pub struct Region {
    /// All of its lines, without the last line break, in bytes.
    pub range: Range<usize>,
    /// Its first line, from 1.
    pub line: usize,
    pub marker: Marker,
    /// What stands between the markers.
    pub body: String,
}

/// A piece of a page that is about charts.
enum Item {
    Block(Box<FoundBlock>),
    Begin { start: usize, end: usize, text: String },
    End { start: usize, end: usize },
}

/// Finds the blocks of the page called `name`.
pub fn find(name: &str, text: &str) -> Found {
    if text.lines().nth(MOST_LINES).is_some() {
        let message = format!("the page has more than {MOST_LINES} lines");
        let problems = vec![problem("too-long", message, "split the page", 1)];
        return Found { problems, ..Found::default() };
    }
    let mut finder =
        Finder { name, text, lines: Lines::new(text), items: Vec::new(), problems: Vec::new() };
    finder.scan();
    let Finder { lines, items, problems, .. } = finder;
    let mut found = Found { problems, ..Found::default() };
    pair(text, &lines, items, &mut found);
    if let Some(block) = found.blocks.get(MOST_BLOCKS) {
        let message = format!("the page has more than {MOST_BLOCKS} blocks");
        found.problems.push(problem("too-many-blocks", message, "split the page", block.line));
        found.blocks.truncate(MOST_BLOCKS);
    }
    found
}

fn problem(code: &'static str, message: impl Into<String>, hint: &str, line: usize) -> Problem {
    let problem = Problem::error(code, FieldPath::ROOT, message).with_hint(hint);
    problem.at(Position { line, column: 1 })
}

/// Collects the items of a page.
struct Finder<'a> {
    name: &'a str,
    text: &'a str,
    lines: Lines<'a>,
    items: Vec<Item>,
    problems: Vec<Problem>,
}

impl Finder<'_> {
    fn scan(&mut self) {
        let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
            | Options::ENABLE_FOOTNOTES;
        // The ranges of the code or the HTML that is open.
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut is_ours = false;
        let text = self.text;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            if let Event::Start(Tag::CodeBlock(kind)) = &event {
                is_ours = matches!(kind, CodeBlockKind::Fenced(info) if is_word(info));
                ranges.clear();
            } else if let Event::Start(Tag::HtmlBlock) = event {
                ranges.clear();
            } else if let Event::Text(_) | Event::Html(_) = event {
                ranges.push(range);
            } else if let Event::End(TagEnd::CodeBlock) = event
                && is_ours
            {
                self.fenced(&range, &ranges);
                is_ours = false;
            } else if let Event::End(TagEnd::HtmlBlock) = event {
                self.comments(&ranges);
            }
        }
    }

    fn fenced(&mut self, range: &Range<usize>, ranges: &[Range<usize>]) {
        let whole = self.text[range.clone()].trim_end();
        let line = self.lines.number(range.start);
        let last = whole.lines().skip(1).last().unwrap_or_default();
        let last = last.trim_start_matches([' ', '\t', '>']);
        if !last.starts_with("```") && !last.starts_with("~~~") {
            let hint = "end it with a line of the same marks as its first line";
            self.problems.push(problem("unclosed-block", "the block is not closed", hint, line));
            return;
        }
        let end = range.start + whole.len();
        let pieces = self.lines.pieces(ranges);
        self.block(range.start, end, &pieces);
    }

    /// A block from its first byte to behind its last; `pieces` are what is in it.
    fn block(&mut self, start: usize, end: usize, pieces: &[(usize, &str)]) {
        if pieces.iter().all(|(_, piece)| piece.trim().is_empty()) {
            let line = self.lines.number(start);
            let hint = "name a scenario: `scenario: FILE`";
            self.problems.push(problem("empty-block", "the block is empty", hint, line));
            return;
        }
        let before = &self.text[self.lines.start(start)..start];
        let prefix = before.chars().map(|it| if matches!(it, '>' | '\t') { it } else { ' ' });
        self.items.push(Item::Block(Box::new(FoundBlock {
            line: self.lines.number(start),
            end: self.lines.end_with_break(end.saturating_sub(1)),
            prefix: prefix.collect(),
            source: Source::new(self.name, self.in_place(pieces)),
            region: None,
        })));
    }

    /// The pieces on the lines, and nearly always in the columns, that they have in the page.
    fn in_place(&self, pieces: &[(usize, &str)]) -> String {
        let Some(&(first, _)) = pieces.first() else { return String::new() };
        // Each line is moved by the same amount, so that what stands below each other stays so.
        let indent = " ".repeat(self.text[self.lines.start(first)..first].chars().count());
        let (mut text, mut line) = (String::new(), 1);
        for (at, piece) in pieces {
            let number = self.lines.number(*at);
            if number > line {
                text.extend(std::iter::repeat_n('\n', number - line));
                line = number;
            }
            if text.is_empty() || text.ends_with('\n') {
                text.push_str(&indent);
            }
            text.push_str(piece);
        }
        text.push('\n');
        text
    }

    /// Comments of ours in HTML, each of which begins a line.
    fn comments(&mut self, ranges: &[Range<usize>]) {
        // Where a block that is a comment begins, and what is in it.
        let mut open: Option<(usize, Vec<(usize, &str)>)> = None;
        for (at, piece) in self.lines.pieces(ranges) {
            let (inside, at) = match &open {
                Some(_) => (piece, at),
                None => match our_comment(piece) {
                    None => continue,
                    Some(rest) if rest.starts_with(':') => {
                        self.marker(at, rest);
                        continue;
                    }
                    Some(rest) => {
                        open = Some((at + piece.len() - piece.trim_start().len(), Vec::new()));
                        (rest, at + piece.len() - rest.len())
                    }
                },
            };
            let content = inside.split_once("-->").map(|(content, _)| content);
            if let Some((start, mut pieces)) = open.take() {
                let kept = content.unwrap_or(inside);
                let blank = kept.len() - kept.trim_start().len();
                // The first line may be empty behind the word.
                let skipped = if pieces.is_empty() { blank } else { 0 };
                if !kept.trim().is_empty() {
                    pieces.push((at + skipped.min(kept.len()), &kept[skipped.min(kept.len())..]));
                }
                match content {
                    Some(content) => self.block(start, at + content.len() + 3, &pieces),
                    None => open = Some((start, pieces)),
                }
            }
        }
        if let Some((start, _)) = open {
            let line = self.lines.number(start);
            let message = "the comment with the block is not closed";
            self.problems.push(problem("unclosed-block", message, "end it with `-->`", line));
        }
    }

    fn marker(&mut self, at: usize, rest: &str) {
        let (start, end) = (self.lines.start(at), self.lines.end(at));
        let said = rest.trim_start_matches(':').trim();
        let said = said.strip_suffix("-->").map(str::trim);
        self.items.push(match said.and_then(|it| it.split_whitespace().next()) {
            Some("begin") => {
                let text = said.unwrap_or_default().trim_start_matches("begin").trim().to_owned();
                Item::Begin { start, end, text }
            }
            Some("end") => Item::End { start, end },
            Some(_) | None => {
                let message = "this is neither `rollcast: begin` nor `rollcast: end`";
                let hint = "rollcast writes these comments; a block has no `:` behind its name";
                let line = self.lines.number(at);
                self.problems.push(problem("bad-marker", message, hint, line));
                return;
            }
        });
    }
}

/// Whether fenced code with this behind its marks is ours: `rollcast`, `rollcast title=x`,
/// `{.rollcast}`.
fn is_word(info: &str) -> bool {
    let info = info.trim_start_matches(['{', '.', ' ']);
    info.split([' ', ',', '}', '\t', '{']).next() == Some(WORD)
}

/// What is behind the word of a comment of ours.
fn our_comment(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("<!--")?.trim_start().strip_prefix(WORD)?;
    let ends = rest.chars().next().is_none_or(|it| it == ':' || it.is_whitespace());
    (ends || rest.starts_with("-->")).then_some(rest)
}

/// Gives each block what was written below it.
fn pair(text: &str, lines: &Lines<'_>, items: Vec<Item>, found: &mut Found) {
    let mut items = items.into_iter().peekable();
    while let Some(item) = items.next() {
        match item {
            Item::Block(block) => found.blocks.push(*block),
            Item::End { start, .. } => {
                let hint = "remove this line, or put back the `rollcast: begin` above it";
                let message = "nothing begins that could end here";
                found.problems.push(problem("bad-marker", message, hint, lines.number(start)));
            }
            Item::Begin { start, end, text: marker } => {
                let line = lines.number(start);
                let Some(Item::End { start: last, end: behind }) =
                    items.next_if(|it| matches!(it, Item::End { .. }))
                else {
                    let message = "what begins here does not end";
                    let hint = "put back the `rollcast: end` below it, or remove both";
                    found.problems.push(problem("bad-marker", message, hint, line));
                    continue;
                };
                let body = text[end..last].to_owned();
                let marker = Marker::parse(&marker);
                let region = Region { range: start..behind, line, marker, body };
                match found.blocks.last_mut() {
                    Some(block)
                        if block.region.is_none()
                            && is_blank(&text[block.end.min(start)..start]) =>
                    {
                        block.region = Some(region);
                    }
                    Some(_) | None => found.orphans.push(region),
                }
            }
        }
    }
}

/// Whether there is nothing but what quotes and lists put before lines.
fn is_blank(between: &str) -> bool {
    between.chars().all(|it| it.is_whitespace() || it == '>')
}
