//! Problems as people read them: what, where, the line itself, and a hint.

use crate::input::path::FieldPath;
use crate::input::problem::{Problem, Severity};
use crate::input::source::Source;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// Problems that are shown; the others are counted.
const MAX_SHOWN: usize = 20;
/// Columns that a shown line fills at most.
const WIDTH: usize = 160;
/// Characters of a line that the renderer is given; of a longer one it gets an excerpt.
const MAX_LINE: usize = 2_000;
/// Characters of such an excerpt, and of those the ones before the column.
const CUT_LINE: usize = 140;
const CUT_BEFORE: usize = 50;

/// Shows the problems of one source, each as a paragraph, in the order of the text. At most 20
/// are shown. Ends with a line break unless there is no problem.
///
/// Plain ASCII apart from what is quoted of the source; terminal colors only if `color`.
pub fn render(source: &Source, problems: &[Problem], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut in_order: Vec<_> = problems.iter().collect();
    in_order.sort_by_key(|problem| (problem.document, problem.at));
    let mut shown: Vec<_> = in_order
        .iter()
        .take(MAX_SHOWN)
        .map(|problem| renderer.render(&groups(source, problem)) + "\n")
        .collect();
    if problems.len() > MAX_SHOWN {
        shown.push(format!("... and {} more in {}\n", problems.len() - MAX_SHOWN, source.name()));
    }
    shown.join("\n")
}

fn groups<'a>(source: &'a Source, problem: &Problem) -> Vec<Group<'a>> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&problem.message)).id(problem.code);
    let origin = Origin::path(visible(source.name()));
    let main = match problem.at {
        None => title.element(origin),
        Some(at) => {
            let excerpt = Excerpt::of(source.line(at.line), at.column - 1, problem.on_key);
            let snippet = excerpt.snippet(at.line, &problem.path);
            if excerpt.is_cut {
                // Columns of the excerpt are not those of the line: they are told apart.
                title.element(origin.line(at.line).char_column(at.column)).element(snippet)
            } else {
                title.element(snippet.path(visible(source.name())))
            }
        }
    };
    let hint = problem.hint.as_deref().map(visible);
    let hint =
        hint.map(|hint| Group::with_title(Level::HELP.with_name("hint").secondary_title(hint)));
    std::iter::once(main).chain(hint).collect()
}

/// What is shown of a line, and the bytes of it that are marked.
struct Excerpt {
    text: String,
    marked: Range<usize>,
    is_cut: bool,
}

impl Excerpt {
    /// The whole line, which the renderer narrows to the terminal; of a line of thousands of
    /// characters (minified JSON) the part around the column.
    fn of(line: &str, column: usize, on_key: bool) -> Self {
        let is_cut = line.chars().nth(MAX_LINE).is_some();
        let skipped = if is_cut { column.saturating_sub(CUT_BEFORE) } else { 0 };
        let kept = if is_cut { CUT_LINE } else { MAX_LINE };
        let before = if skipped > 0 { "..." } else { "" };
        let mut text: String =
            before.chars().chain(line.chars().skip(skipped).take(kept)).collect();
        let start = byte_of(&text, before.len() + column - skipped);
        let length = token_length(text[start..].chars(), on_key);
        let end = start + byte_of(&text[start..], length);
        if is_cut && line.chars().nth(skipped + kept).is_some() {
            text.push_str("...");
        }
        Self { text, marked: start..end, is_cut }
    }

    /// The excerpt with its mark, and the path of the value behind the mark.
    fn snippet<'a>(&self, line: usize, path: &FieldPath) -> Snippet<'a, Annotation<'a>> {
        let label = (!path.is_root()).then(|| visible(&path.to_string()));
        let annotation = AnnotationKind::Primary.span(self.marked.clone()).label(label);
        Snippet::source(self.text.clone()).line_start(line).annotation(annotation)
    }
}

/// The byte at which the character `index` starts; the end of the text if it has fewer.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte)
}

/// How many characters the token has that starts here: to its closing quote, or to the `:` behind
/// a key, or to what ends a plain value.
fn token_length(rest: impl Iterator<Item = char>, on_key: bool) -> usize {
    let rest: Vec<char> = rest.take(WIDTH).collect();
    let Some(first) = rest.first() else { return 0 };
    if matches!(first, '"' | '\'') {
        let closing = rest.iter().skip(1).position(|c| c == first);
        return closing.map_or(rest.len(), |index| index + 2);
    }
    if matches!(first, '[' | '{') {
        return 1;
    }
    let ends = |index: &usize| {
        let next = rest.get(index + 1).copied().unwrap_or(' ');
        match rest[*index] {
            ':' => on_key || next.is_whitespace(),
            '#' => *index > 0 && rest[index - 1].is_whitespace(),
            ',' | ']' | '}' => next.is_whitespace() || matches!(next, ',' | ']' | '}'),
            _ => false,
        }
    };
    let end = (1..rest.len()).find(ends).unwrap_or(rest.len());
    let trimmed = rest[..end].iter().rposition(|c| !c.is_whitespace());
    trimmed.map_or(0, |last| last + 1)
}

/// The text with everything that would move the cursor or hide itself escaped.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.extend(character.escape_unicode());
            }
            _ if character.is_control() => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::problem::Position;

    fn problem(line: usize, column: usize) -> Problem {
        Problem::error("some-code", "a.b".parse().unwrap(), "it is `wrong`")
            .at(Position { line, column })
            .with_hint("write it right")
    }

    #[test]
    fn shows_the_line() {
        let source = Source::new("x.yaml", "a:\n  b: wrong # really\n");
        let warning = Problem::warning("other", FieldPath::ROOT, "hm");
        insta::assert_snapshot!(render(&source, &[problem(2, 6), warning], false), @r#"
warning[other]: hm
--> x.yaml

error[some-code]: it is `wrong`
 --> x.yaml:2:6
  |
2 |   b: wrong # really
  |      ^^^^^ a.b
  |
hint: write it right
"#);
    }

    #[test]
    fn cuts_long_lines_and_shows_what_hides() {
        let line = |length| {
            let (before, after) = ("x".repeat(length), "y".repeat(length));
            Source::new("-", format!("\tc: {before}b: \u{202e}bad\u{7}, {after}"))
        };
        insta::assert_snapshot!(render(&line(300), &[problem(1, 308)], false), @r#"
error[some-code]: it is `wrong`
 --> <stdin>:1:308
  |
1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb: �bad␇, yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |                                                                          ^^^^^ a.b
  |
hint: write it right
"#);
        insta::assert_snapshot!(render(&line(5000), &[problem(1, 5008)], false), @r#"
error[some-code]: it is `wrong`
 --> <stdin>:1:5008
  |
 ::: 
1 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb: �bad␇, yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |                                                      ^^^^^ a.b
  |
hint: write it right
"#);
    }

    #[test]
    fn counts_what_it_does_not_show() {
        let source = Source::new("x.yaml", "a: 1\n");
        let shown = render(&source, &vec![problem(1, 1); 67], false);
        assert!(shown.ends_with("\n... and 47 more in x.yaml\n"), "{shown}");
        assert_eq!(render(&source, &[], false), "");
    }

    #[test]
    fn a_position_outside_of_the_text_is_harmless() {
        let source = Source::new("x.yaml", "a: 1\n");
        for (line, column) in [(1, 5), (1, 99), (2, 1), (9, 9)] {
            assert!(render(&source, &[problem(line, column)], false).contains("hint: write"));
        }
    }
}
