//! Where labels go so that none lies on another.
//!
//! Nothing here can measure text: whoever opens the file has other fonts. Widths are upper bounds
//! that hold for the usual sans-serif fonts.

use crate::report::chart::shape::Pixel;

/// At least as wide as `text` is at this font size, in pixels.
pub(super) fn text_width(text: &str, font_size: i32) -> i32 {
    let hundredths: i32 = text.chars().map(em_hundredths).fold(0, i32::saturating_add);
    hundredths.saturating_mul(font_size) / 100 + 1
}

/// Upper bounds of the widths of characters, in hundredths of the font size.
fn em_hundredths(character: char) -> i32 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' => 42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 98,
        'A'..='Z' => 74,
        ' '..='~' => 64,
        _ => 120,
    }
}

/// `text`, cut so that it is at most `width` pixels wide, with dots where something was cut.
pub(super) fn fitted(text: &str, font_size: i32, width: i32) -> String {
    if text_width(text, font_size) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if text_width(&short, font_size) + text_width("...", font_size) > width {
            short.pop();
            break;
        }
    }
    short.truncate(short.trim_end().len());
    short.push_str("...");
    short
}

/// Moves `rows` apart until neighbors are `gap` apart, as little as possible, within the limits
/// if they fit. They stay in their order, which must be ascending.
pub(super) fn spread(rows: &mut [i32], gap: i32, (top, bottom): Pixel) {
    let mut least = top;
    for row in rows.iter_mut() {
        *row = least.max(*row);
        least = *row + gap;
    }
    let mut most = bottom;
    for row in rows.iter_mut().rev() {
        *row = most.min(*row);
        most = *row - gap;
    }
}

/// The row of each label, counted from the bottom, if there are rows enough. A label, given as its
/// column and its width, extends to the right; columns ascend.
///
/// A line goes down from each label through the rows below: earlier labels go higher, so that no
/// line crosses a label.
pub(super) fn stack(labels: &[(i32, i32)], rows: usize) -> Option<Vec<usize>> {
    let staircase = staircase(labels);
    staircase.iter().all(|&row| row < rows).then_some(staircase)
}

/// The row of each label where they do not all fit, or none if there was no row left for it:
/// labels keep off each other, and the first given takes the lowest row that is free.
pub(super) fn squeeze(labels: &[(i32, i32)], rows: usize) -> Vec<Option<usize>> {
    let mut taken: Vec<Vec<(i32, i32)>> = vec![Vec::new(); rows];
    let place = |&(x, width): &(i32, i32)| {
        let end = x.saturating_add(width);
        let free = |row: &Vec<(i32, i32)>| row.iter().all(|&(from, to)| end <= from || to <= x);
        let row = taken.iter().position(free)?;
        taken[row].push((x, end));
        Some(row)
    };
    labels.iter().map(place).collect()
}

fn staircase(labels: &[(i32, i32)]) -> Vec<usize> {
    let mut rows = vec![0; labels.len()];
    for index in (0..labels.len()).rev() {
        let end = labels[index].0.saturating_add(labels[index].1);
        let covered = (index + 1..labels.len()).take_while(|&it| labels[it].0 < end);
        rows[index] = covered.map(|it| rows[it] + 1).max().unwrap_or(0);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_are_cut() {
        assert_eq!(fitted("set image", 12, 200), "set image");
        assert_eq!(fitted("set image agent=v2", 12, 90), "set image a...");
        assert_eq!(fitted("🚀🚀🚀", 12, 1), "...");
        assert!(text_width(&"m".repeat(100_000_000 / 4), 12) > 0);
    }

    #[test]
    fn labels_at_the_same_height_move_apart() {
        let check = |mut rows: Vec<i32>, expected: &[i32]| {
            spread(&mut rows, 14, (0, 100));
            assert_eq!(rows, expected);
        };
        check(vec![], &[]);
        check(vec![10, 10, 10], &[10, 24, 38]);
        check(vec![95, 98, 100], &[72, 86, 100]);
        check(vec![10, 50, 90], &[10, 50, 90]);
    }

    #[test]
    fn marks_are_stacked_only_where_they_overlap() {
        let check = |labels: &[(i32, i32)], expected: Option<&[usize]>| {
            assert_eq!(stack(labels, 3).as_deref(), expected);
        };
        check(&[], Some(&[]));
        check(&[(0, 50), (60, 50)], Some(&[0, 0]));
        check(&[(0, 50), (20, 50), (80, 50)], Some(&[1, 0, 0]));
        check(&[(0, 9), (0, 9), (0, 9), (0, 9)], None);
    }

    #[test]
    fn where_marks_are_many_the_first_given_win() {
        let check = |labels: &[(i32, i32)], expected: &[Option<usize>]| {
            assert_eq!(squeeze(labels, 2), expected);
        };
        check(&[], &[]);
        check(&[(0, 9), (0, 9), (0, 9)], &[Some(0), Some(1), None]);
        check(&[(50, 9), (0, 50), (45, 9), (59, 9)], &[Some(0), Some(0), Some(1), Some(0)]);
    }
}
