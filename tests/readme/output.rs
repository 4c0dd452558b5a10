//! Whether a command printed what its page shows.

/// Whether lines are as shown. A line of `...` stands for any number of lines, and `...` at the
/// end of a line for the rest of that line.
pub(crate) fn matches(shown: &[&str], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => {
            lines.first().is_some_and(|line| is_shown_as(line, first)) && matches(rest, &lines[1..])
        }
    }
}

fn is_shown_as(line: &str, shown: &str) -> bool {
    shown.strip_suffix("...").map_or(line == shown, |start| {
        // What the tool itself ends with dots is shown as it is.
        line == shown || line.starts_with(start)
    })
}

#[test]
fn output_matches_with_gaps_only_where_dots_are() {
    let check = |shown: &[&str], lines: &[&str], expected: bool| {
        assert_eq!(matches(shown, lines), expected, "{shown:?} {lines:?}");
    };
    check(&["a", "b"], &["a", "b"], true);
    check(&["a"], &["a", "b"], false);
    check(&["a", "b"], &["a"], false);
    check(&["a", "...", "d"], &["a", "b", "c", "d"], true);
    check(&["...", "b"], &["b"], true);
    check(&["..."], &[], true);
    check(&["...", "c"], &["b"], false);
    check(&["a..."], &["ab"], true);
    check(&["a..."], &["b"], false);
}
