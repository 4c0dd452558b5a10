//! Where labels go so that none lies on another.

use crate::report::chart::canvas::font;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::shape::Pixel;

/// At least as wide as `text` is in this ink, in pixels.
pub(in crate::report::chart) fn text_width(text: &str, ink: Ink) -> i32 {
    let (size, weight) = ink.font();
    font::text_width(text, size, weight)
}

/// `text`, cut so that it is at most `width` pixels wide, with an ellipsis where something was cut.
pub(in crate::report::chart) fn fitted(text: &str, ink: Ink, width: i32) -> String {
    let (size, weight) = ink.font();
    font::fitted(text, size, weight, width)
}

/// The words of `text` on lines of at most `width` pixels; a word that is wider is cut.
pub(in crate::report::chart) fn wrapped(text: &str, ink: Ink, width: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let joined = lines.last().map(|line| format!("{line} {word}"));
        match joined.filter(|joined| text_width(joined, ink) <= width) {
            Some(joined) => {
                lines.pop();
                lines.push(joined);
            }
            None => lines.push(fitted(word, ink, width)),
        }
    }
    lines
}

/// Moves `rows` apart until neighbors are `gap` apart, as little as possible, within the limits
/// if they fit. They stay in their order, which must be ascending.
pub(in crate::report::chart) fn spread(rows: &mut [i32], gap: i32, (top, bottom): Pixel) {
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
pub(in crate::report::chart) fn stack(labels: &[(i32, i32)], rows: usize) -> Option<Vec<usize>> {
    let mut found = vec![0; labels.len()];
    for index in (0..labels.len()).rev() {
        let end = labels[index].0.saturating_add(labels[index].1);
        let covered = (index + 1..labels.len()).take_while(|&it| labels[it].0 < end);
        found[index] = covered.map(|it| found[it] + 1).max().unwrap_or(0);
        // Of many labels most would be covered: there is no need to look at them all.
        if found[index] >= rows {
            return None;
        }
    }
    Some(found)
}

/// The row of each label where they do not all fit, or none if there was no row left for it:
/// labels keep off each other, and the first given takes the lowest row that is free.
pub(in crate::report::chart) fn squeeze(labels: &[(i32, i32)], rows: usize) -> Vec<Option<usize>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_are_cut() {
        assert_eq!(fitted("set image", Ink::Text, 200), "set image");
        let short = fitted("set image agent=v2", Ink::Text, 90);
        assert!(short.starts_with("set image") && short.ends_with('…'), "{short}");
        assert!(text_width(&short, Ink::Text) <= 90);
        assert_eq!(fitted("🚀🚀🚀", Ink::Text, 1), "…");
        assert!(text_width(&"m".repeat(100_000_000 / 4), Ink::Text) > 0);
    }

    #[test]
    fn sentences_are_wrapped_between_words() {
        let lines = wrapped("time since the start of the run", Ink::Small, 90);
        assert!(lines.len() > 1 && lines.iter().all(|it| text_width(it, Ink::Small) <= 90));
        assert_eq!(lines.join(" "), "time since the start of the run");
        assert_eq!(wrapped("", Ink::Small, 90), [""; 0]);
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
