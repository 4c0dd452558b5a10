//! Columns as Go's `text/tabwriter` aligns them.

/// Blanks after the widest cell of a column.
const PADDING: usize = 2;

/// Aligns a text whose cells end with tabs. A column reaches over the lines next to one another that
/// have a cell in it; the text after the last tab of a line is in no column.
///
/// Source: Go's `text/tabwriter`, with a padding of 2 blanks and nothing else.
pub(super) fn align(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let widths = column_widths(&lines);
    let mut out = String::with_capacity(text.len() * 2);
    for (number, (line, widths)) in lines.iter().zip(&widths).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for (place, cell) in line.iter().enumerate() {
            out.push_str(cell);
            if let Some(width) = widths.get(place) {
                out.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
            }
        }
    }
    out
}

/// How wide each cell of each line is that a tab ends.
fn column_widths(lines: &[Vec<&str>]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|it| vec![0; it.len() - 1]).collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut first = 0;
        while first < lines.len() {
            let has_cell = |line: &&Vec<usize>| line.len() > column;
            let length = widths[first..].iter().take_while(has_cell).count();
            let block = first..first + length;
            let cells = lines[block.clone()].iter().map(|line| line[column].chars().count());
            let width = cells.max().map_or(0, |widest| widest + PADDING);
            widths[block].iter_mut().for_each(|line| line[column] = width);
            first += length.max(1);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_a_line_has_no_cell_in_it() {
        let text = "Name:\tx\nNamespace:\tkube-system\nPods:\nA:\t1\nLong name:\t2\n";
        insta::assert_snapshot!(align(text), @r"
        Name:       x
        Namespace:  kube-system
        Pods:
        A:          1
        Long name:  2
        ");
    }

    #[test]
    fn inner_columns_are_aligned_within_the_lines_that_have_them() {
        let text = "a\tb\tc\naaa\tbbbb\tc\nx\ty\nlonger\tb\tc\n\tbb\tc\n";
        assert_eq!(
            align(text),
            "a       b     c\naaa     bbbb  c\nx       y\nlonger  b   c\n        bb  c\n"
        );
    }

    #[test]
    fn empty_cells_and_last_cells_are_as_wide_as_they_must_be() {
        assert_eq!(align("Type:\t\n"), "Type:  \n");
        assert_eq!(align("a\t\t1\nb\t\t2\n"), "a    1\nb    2\n");
        assert_eq!(align("none"), "none");
        assert_eq!(align(""), "");
        assert_eq!(align("ä\t1\nbb\t2"), "ä   1\nbb  2");
    }
}
