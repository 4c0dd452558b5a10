//! Tables and texts in GitHub's Markdown.

use std::fmt::Write as _;

/// A table; the first row is its header.
pub(super) fn grid(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| escape(&sentence(index, cell))).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
        if index == 0 {
            let rule: Vec<&str> = row.iter().map(|_| "---").collect();
            let _ = writeln!(text, "| {} |", rule.join(" | "));
        }
    }
    text
}

/// Headers in small letters.
fn sentence(row: usize, cell: &str) -> String {
    if row == 0 { cell.to_lowercase() } else { cell.to_owned() }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*").replace('~', "\\~")
}
