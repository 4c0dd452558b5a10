//! Columns of text, as kubectl aligns them.

/// Blanks between the widest cell of a column and the next column.
const GAP: usize = 3;

/// Aligns the cells; all rows have as many cells as the first. The last column is not padded.
pub(super) fn layout(rows: &[Vec<String>]) -> String {
    aligned(rows, GAP)
}

/// The same with this many blanks between columns.
pub(super) fn aligned(rows: &[Vec<String>], gap: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns).map(|it| width(it).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(&widths).take(columns - 1) {
            let padding = width + gap - cell.chars().count();
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', padding));
        }
        text.push_str(&row[columns - 1]);
        text.push('\n');
    }
    text
}
