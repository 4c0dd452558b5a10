//! Offsets of a page and the lines they are in.

use std::ops::Range;

/// Where the lines of a text begin.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The line of a byte, from 1.
    pub(super) fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// Where the line of a byte begins.
    pub(super) fn start(&self, offset: usize) -> usize {
        self.starts.get(self.number(offset) - 1).copied().unwrap_or(0)
    }

    /// Where the line of a byte ends, before its line break.
    pub(super) fn end(&self, offset: usize) -> usize {
        let end = self.end_with_break(offset);
        let start = self.start(offset);
        start + self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']).len()
    }

    /// Where the next line begins, or the text ends.
    pub(super) fn end_with_break(&self, offset: usize) -> usize {
        self.starts.get(self.number(offset)).copied().unwrap_or(self.text.len())
    }

    /// The parts of these ranges, line by line, without line breaks: where each begins, and its
    /// text.
    pub(super) fn pieces(&self, ranges: &[Range<usize>]) -> Vec<(usize, &'a str)> {
        let mut pieces: Vec<(usize, &'a str)> = Vec::new();
        for range in ranges {
            let mut at = range.start;
            for line in self.text.get(range.clone()).unwrap_or_default().split_inclusive('\n') {
                let text = line.trim_end_matches(['\n', '\r']);
                if !text.is_empty() {
                    pieces.push((at, text));
                }
                at += line.len();
            }
        }
        pieces
    }
}
