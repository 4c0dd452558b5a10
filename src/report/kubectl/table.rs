//! Columns as kubectl prints them: widths grow and never shrink.

use crate::report::escaped::escaped;

/// Blanks after the widest cell of a column.
const PADDING: usize = 3;
/// No column but the last is narrower.
const LEAST: usize = 6;

/// The widths of the columns so far: what is printed later is aligned with what was printed before,
/// unless it is wider.
///
/// Source: `k8s.io/cli-runtime/pkg/printers/tabwriter.go › GetNewTabWriter`.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    widths: Vec<usize>,
}

impl Columns {
    /// The rows as lines. All of them have as many cells as the first ones had; the last cell is not
    /// padded.
    pub fn lines(&mut self, rows: &[Vec<String>]) -> String {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
        for row in &rows {
            self.widths.resize(self.widths.len().max(row.len()), LEAST);
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count() + PADDING);
            }
        }
        let mut text = String::new();
        for row in &rows {
            let Some((last, others)) = row.split_last() else { continue };
            for (cell, width) in others.iter().zip(&self.widths) {
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
            }
            text.push_str(last);
            text.push('\n');
        }
        text
    }
}

/// The first line of a cell.
///
/// Source: `cli-runtime/pkg/printers/tableprinter.go › printRows`.
fn shown(cell: &str) -> String {
    let (first, more) = match cell.find(['\n', '\r', '\u{c}']) {
        Some(end) => (&cell[..end], "..."),
        None => (cell, ""),
    };
    escaped(first) + more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &str) -> Vec<String> {
        cells.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn columns_remember_their_widths() {
        let mut columns = Columns::default();
        assert_eq!(
            columns.lines(&[row("NAME X AGE"), row("a 0 1s")]),
            "NAME   X     AGE\na      0     1s\n"
        );
        assert_eq!(columns.lines(&[row("long-name 5 2s")]), "long-name   5     2s\n");
        assert_eq!(columns.lines(&[row("b 1234 3s")]), "b           1234   3s\n");
    }

    #[test]
    fn a_cell_is_a_line_of_text() {
        let rows = [vec!["NAME".to_owned(), "two\nlines".to_owned(), "\u{1b}[31mred".to_owned()]];
        assert_eq!(Columns::default().lines(&rows), "NAME   two...   ^[[31mred\n");
    }
}
