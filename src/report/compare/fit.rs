//! What a terminal of the usual width shows.

use crate::report::table::aligned;

/// Characters in a line.
const WIDTH: usize = 80;
/// Blanks between columns.
const GAP: usize = 2;
/// Characters of a name in a line, where there is little room.
const WIDEST_NAME: usize = 32;
/// Before what belongs to the line above.
pub(super) const GROUP_INDENT: &str = "  ";

/// The rows, aligned, in lines without blanks at their ends.
pub(super) fn lines(rows: &[Vec<String>]) -> String {
    aligned(rows, GAP).lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}

/// Whether no line is too long.
pub(super) fn fits(rows: &[Vec<String>]) -> bool {
    lines(rows).lines().all(|line| line.chars().count() <= WIDTH)
}

/// Rows whose names stand in several lines: what is decided of each field on a line of its own.
pub(super) fn fold_names(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let fold = |row: &Vec<String>| -> Vec<Vec<String>> {
        let name = &row[0];
        let indent = " ".repeat(name.len() - name.trim_start().len());
        let line = |(place, part): (usize, String)| {
            let start = if place > 0 { format!("{indent}  ") } else { String::new() };
            let cells = row[1..].iter();
            let cells = cells.map(|cell| if place > 0 { String::new() } else { cell.clone() });
            std::iter::once(format!("{start}{part}")).chain(cells).collect()
        };
        pieces(name).into_iter().enumerate().map(line).collect()
    };
    rows.iter().flat_map(fold).collect()
}

/// A name in pieces, one for each field; what is longer than a column is cut.
fn pieces(name: &str) -> Vec<String> {
    let fields = name.split_inclusive(", ").map(str::trim_end);
    let cut = |field: &str| -> Vec<String> {
        let characters: Vec<char> = field.chars().collect();
        characters.chunks(WIDEST_NAME).map(|chunk| chunk.iter().collect()).collect()
    };
    fields.flat_map(cut).collect()
}

/// The first that fits, or else the last.
///
/// # Panics
///
/// If there are none.
pub(super) fn fit<T>(
    mut all: impl Iterator<Item = (Vec<Vec<String>>, T)>,
) -> (Vec<Vec<String>>, T) {
    let mut found = all.next().expect("a table has at least one form");
    while !fits(&found.0) {
        let Some(next) = all.next() else { break };
        found = next;
    }
    found
}

/// A text in lines of the usual width: what does not fit goes on below, further in.
pub(super) fn wrap(text: &str) -> String {
    let indent = text.len() - text.trim_start().len();
    let below = " ".repeat(indent + 4);
    let mut wrapped = " ".repeat(indent);
    let mut used = indent;
    for (index, word) in text.split_whitespace().enumerate() {
        let long = word.chars().count();
        if index > 0 && used + 1 + long > WIDTH {
            wrapped.push('\n');
            wrapped.push_str(&below);
            used = below.len();
        } else if index > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += long;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_go_on_below() {
        assert_eq!(wrap("short"), "short");
        assert_eq!(wrap(""), "");
        let word = "x".repeat(39);
        assert_eq!(wrap(&format!("{word} {word} y")), format!("{word} {word}\n    y"));
        assert_eq!(wrap(&format!("  {word} {word}")), format!("  {word}\n      {word}"));
        let long = "x".repeat(100);
        assert_eq!(wrap(&long), long);
    }
}
