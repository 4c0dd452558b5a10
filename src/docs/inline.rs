//! A scenario that is written in a block, as a text of its own: each character stands where it
//! stands in the page, so that what is wrong with it is told with the page's line and column.

use crate::input::{FieldPath, Limits, Position, Problem, Source, Tree, locate};

/// What is behind `key` at the top of the block in `source`; `tree` is what the block says. None if
/// it cannot be told apart from the rest.
pub(super) fn inline(source: &Source, tree: &Tree, key: &str) -> Option<Source> {
    let Tree::Map(entries) = tree else { return None };
    let value = tree.get(key)?;
    let places = key_places(source, entries);
    let at = places.iter().find(|(name, _)| *name == key)?.1;
    let next = places.iter().map(|(_, place)| *place).filter(|place| *place > at).min();
    let text = source.text();
    let start = offset(text, at)?;
    let end = next.and_then(|place| offset(text, place)).unwrap_or(text.len());
    let colon = start + text.get(start..end)?.find(':')? + 1;
    let rest = text.get(colon..end)?;
    let (from, to) = match value {
        Tree::Text(_) if !rest.trim_start().starts_with(['|', '>']) => return None,
        // The line with the `|` is not part of it.
        Tree::Text(_) => (colon + rest.find('\n')?, end),
        Tree::Map(_) if rest.trim_start().starts_with('{') => (colon, colon + braces(rest)?),
        Tree::Map(_) => (colon, end),
        Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::List(_) => return None,
    };
    let before = text.get(..from)?.chars().map(|it| if it == '\n' { '\n' } else { ' ' });
    let inside: String = before.chain(text.get(from..to)?.chars()).collect();
    Some(Source::new(source.name(), inside.trim_end().to_owned() + "\n"))
}

/// Where each key begins that stands in the text.
fn key_places<'a>(source: &Source, entries: &'a [(String, Tree)]) -> Vec<(&'a str, Position)> {
    let problem = |key: &String| Problem::error("", FieldPath::ROOT.key(key), "").on_key();
    let mut problems: Vec<Problem> = entries.iter().map(|(key, _)| problem(key)).collect();
    locate(source, &Limits::WRITTEN, &mut problems);
    let places = problems.iter().map(|it| it.at);
    entries.iter().zip(places).filter_map(|((key, _), at)| Some((key.as_str(), at?))).collect()
}

/// The byte at a position.
fn offset(text: &str, at: Position) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(at.line - 1).map(str::len).sum();
    let column = lines.next()?.char_indices().nth(at.column - 1)?.0;
    Some(before + column)
}

/// Behind the brace that closes the first one.
fn braces(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(it), _) if it == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.checked_sub(1)?,
            (Some(_) | None, _) => {}
        }
        if depth == 0 && character == '}' && quote.is_none() {
            return Some(at + 1);
        }
    }
    None
}
