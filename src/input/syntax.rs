//! The YAML library's complaints, in words that help.

use crate::input::problem::{Position, Problem};
use crate::input::source::{Limits, Source, root_problem, too_deep, too_many_nodes};
use crate::input::template;

/// What a key must be; part of the library's message when it is something else.
pub(super) const PLAIN_KEY: &str = "a key that is plain text";

/// A failure as the library told it.
pub(super) struct Failure {
    /// What it says, without the places.
    what: String,
    /// What it was doing, without the place; empty if it does not say.
    doing: String,
    /// Where it stopped.
    pub(super) at: Option<Position>,
    /// Where the thing that it was doing started.
    started: Option<Position>,
}

impl Failure {
    /// What the library says of a part of a source that begins at `start`.
    pub(super) fn new(error: &serde_yaml::Error, start: Position) -> Self {
        let text = error.to_string();
        let (what, doing) = text.split_once(", while ").unwrap_or((&text, ""));
        let (what, _) = split_place(what);
        let (doing, started) = split_place(doing);
        let at = error.location().map(|l| Position { line: l.line(), column: l.column() });
        // The library leaves out the very first place.
        let first = Position { line: 1, column: 1 };
        let started = started.or_else(|| (!doing.is_empty()).then_some(first));
        let (at, started) = (at.map(|at| at.from(start)), started.map(|at| at.from(start)));
        Self { what: what.to_owned(), doing: doing.to_owned(), at, started }
    }
}

/// Splits `… at line 3 column 5` off a message of the library.
pub(super) fn split_place(text: &str) -> (&str, Option<Position>) {
    let Some((what, place)) = text.rsplit_once(" at line ") else { return (text, None) };
    let numbers = place.split_once(" column ");
    let parsed =
        numbers.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
    match parsed {
        Some((line, column)) => (what, Some(Position { line, column })),
        None => (text, None),
    }
}

/// The problem behind a failure.
pub(super) fn explain(source: &Source, failure: &Failure, limits: &Limits) -> Problem {
    let at = failure.at.unwrap_or(Position { line: 1, column: 1 });
    if failure.what.contains("recursion limit") {
        return too_deep(limits).at(at);
    }
    if failure.what.contains("repetition limit") {
        return too_many_nodes(limits);
    }
    if let Some(offset) = template::broken_by(source, at.line) {
        return template::problem(source.text()).at(source.position(offset));
    }
    if let Some(tab) = tab_in_indentation(source, at.line) {
        return root_problem("bad-syntax", "tab used for indentation; YAML allows only spaces")
            .with_hint("replace the tab by spaces")
            .at(tab);
    }
    in_own_words(source, failure, at)
}

/// A tab before the first word of the line where the parser stopped, or of the one above.
fn tab_in_indentation(source: &Source, line: usize) -> Option<Position> {
    [line, line.saturating_sub(1)].into_iter().find_map(|line| {
        let text = source.line(line);
        let indentation = text.len() - text.trim_start().len();
        let before_tab = text[..indentation].find('\t')?;
        Some(Position { line, column: before_tab + 1 })
    })
}

/// Where the explanation points.
#[derive(Clone, Copy)]
enum Place {
    Stopped,
    Started,
}

/// What the library says, what to say instead, what to do, and where to point.
const SENTENCES: [(&str, &str, &str, Place); 18] = [
    (
        "mapping values are not allowed",
        "a `:` that ends no key",
        "put text that contains `: ` in quotes, or check the indentation of this line",
        Place::Stopped,
    ),
    (
        "did not find expected key",
        "expected another key of this map, or its end",
        "keys of one map start in the same column; text that starts with a quote ends with it",
        Place::Stopped,
    ),
    (
        "did not find expected '-' indicator",
        "expected another `- ` item of this list, or its end",
        "the items of one list start in the same column",
        Place::Stopped,
    ),
    (
        "could not find expected ':'",
        "expected `key: value`",
        "a key needs a colon and a space behind it",
        Place::Started,
    ),
    (
        "block sequence entries are not allowed",
        "a list item `- ` cannot start here",
        "start the list on a line of its own",
        Place::Stopped,
    ),
    (
        "did not find expected ',' or ']'",
        "expected `,` or `]`",
        "a list that starts with `[` needs its `]`",
        Place::Stopped,
    ),
    (
        "did not find expected ',' or '}'",
        "expected `,` or `}`",
        "a map that starts with `{` needs its `}`",
        Place::Stopped,
    ),
    (
        "found unexpected end of stream",
        "a quote that is never closed",
        "add the closing quote",
        Place::Started,
    ),
    (
        "found unexpected document indicator",
        "a quote that is not closed before the next document",
        "add the closing quote",
        Place::Started,
    ),
    (
        "found unknown escape character",
        "an unknown escape behind `\\`",
        "write `\\\\` for a backslash, or use single quotes",
        Place::Stopped,
    ),
    (
        "found character that cannot start any token",
        "a value cannot start with this character",
        "put the value in quotes",
        Place::Stopped,
    ),
    (
        "did not find expected alphabetic or numeric character",
        "`*` and `&` start the name of an alias or anchor",
        "put the value in quotes if it is text",
        Place::Started,
    ),
    (
        "unknown anchor",
        "an alias of a name that is not defined above",
        "put the value in quotes if it is text",
        Place::Stopped,
    ),
    (
        "found undefined tag handle",
        "an unknown tag",
        "put the value in quotes if it is text",
        Place::Stopped,
    ),
    (
        "did not find expected <document start>",
        "expected the end of the document",
        "check the indentation of this line, or start a new document with `---`",
        Place::Stopped,
    ),
    (
        "did not find expected node content",
        "expected a value",
        "put text that starts with a special character in quotes",
        Place::Stopped,
    ),
    (
        "mapping keys are not allowed",
        "a key cannot start here",
        "check the indentation of this line",
        Place::Stopped,
    ),
    (PLAIN_KEY, "a list or a map cannot be a key", "put the key in quotes", Place::Stopped),
];

fn in_own_words(source: &Source, failure: &Failure, at: Position) -> Problem {
    let known = SENTENCES.iter().find(|(theirs, ..)| failure.what.contains(theirs));
    let Some((_, message, hint, place)) = known else {
        return untranslated(failure).at(at);
    };
    let started = failure.started.unwrap_or(at);
    let place = match place {
        Place::Stopped => at,
        Place::Started => started,
    };
    let unclosed = failure.doing.contains("flow") && started.line < at.line;
    let at_end = at.line > source.text().lines().count();
    let place = if unclosed && at_end { started } else { place };
    root_problem("bad-syntax", *message).with_hint(*hint).at(place)
}

fn untranslated(failure: &Failure) -> Problem {
    let doing = if failure.doing.is_empty() { "" } else { " while " };
    root_problem("bad-syntax", format!("{}{doing}{}", failure.what, failure.doing))
}
