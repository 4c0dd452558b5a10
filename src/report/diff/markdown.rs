//! A comment for a pull request, in GitHub's Markdown: for each DaemonSet the answer first, then
//! figures side by side, the fields that changed, and what all of it rests on.

use std::fmt::Write as _;

use crate::report::compare::of_seeds;
use crate::report::diff::text::{cell, code, cut, prose};
use crate::report::diff::words::{compares, headline, metric_row, middle, sentences};
use crate::report::readable::{count, number};
use crate::study::{Change, Diff, Effect, Metric, NEVER, Place, Sides, Study, sides};

/// GitHub takes 65,536 characters in a comment; whoever posts it adds a few.
const MOST_BYTES: usize = 59_000;
/// Bytes that are kept for what is said at the end.
const RESERVED: usize = 4_000;
/// DaemonSets in the table at the top, and its bytes.
const MOST_ROWS: usize = 100;
const MOST_OVERVIEW: usize = 25_000;
/// Fields of a DaemonSet that are shown.
const MOST_FIELDS: usize = 12;
/// Characters of a value.
const MOST_VALUE: usize = 80;
/// Characters of a path, a file or a name.
const MOST_NAME: usize = 200;
/// Characters of a sentence.
const MOST_SENTENCE: usize = 1_000;
/// Sentences of a DaemonSet, and notes.
const MOST_SENTENCES: usize = 12;
/// Circumstances in a chart and in a table.
const MOST_CIRCUMSTANCES: usize = 10;
/// The longest bar, in blocks.
const BAR: u64 = 30;

/// What is compared, and what it is called.
const METRICS: [(&str, Metric); 4] = [
    ("duration", Metric::Duration),
    ("nodes without a serving pod, at the worst moment", Metric::Worst),
    ("node-minutes without", Metric::NodeTime),
    ("99 of 100 nodes are without for at most", Metric::GapP99),
];

/// The comment, below 60 kB whatever there is to say; what is left out is counted.
pub fn diff_markdown(diff: &Diff) -> String {
    let mut text = String::new();
    if diff.changes.len() > 1 {
        text.push_str(&overview(diff));
    }
    let mut left_out = 0;
    for change in &diff.changes {
        let section = section(change);
        if text.len() + section.len() > MOST_BYTES - RESERVED {
            left_out += 1;
            continue;
        }
        text.push_str(&section);
    }
    if left_out > 0 {
        let many = count(left_out, "DaemonSet");
        let _ = writeln!(
            text,
            "The details of {many} are left out to keep this short; `-o json` has them all.\n"
        );
    }
    text.push_str(&rests_on(diff));
    text
}

/// A line for each DaemonSet.
fn overview(diff: &Diff) -> String {
    let mut text = format!(
        "This change touches {}.\n\n| DaemonSet | what happens | duration | worst moment |\n\
         | --- | --- | --- | --- |\n",
        count(diff.changes.len() as u64, "DaemonSet")
    );
    let mut shown_rows = 0;
    for change in diff.changes.iter().take(MOST_ROWS) {
        if text.len() > MOST_OVERVIEW {
            break;
        }
        shown_rows += 1;
        let first = change.study.as_ref().and_then(|it| Some((it, sides(it).next()?)));
        let shown = |metric| {
            first.map_or_else(
                || "-".to_owned(),
                |(study, it)| {
                    let now = middle(study, it.after, metric);
                    match it.before.map(|before| middle(study, before, metric)) {
                        Some(before) if before != now => format!("{before} → {now}"),
                        Some(_) | None => now,
                    }
                },
            )
        };
        let missed = if change.misses_goal() { "; misses the goal" } else { "" };
        let _ = writeln!(
            text,
            "| {} | {}{missed} | {} | {} |",
            cell(&cut(&change.daemon_set, MOST_NAME)),
            headline(change),
            shown(Metric::Duration),
            shown(Metric::Worst)
        );
    }
    if let Some(more @ 1..) = diff.changes.len().checked_sub(shown_rows) {
        let _ = writeln!(text, "\nand {} more", number(more as u64));
    }
    text.push('\n');
    text
}

fn section(change: &Change) -> String {
    let name = code(&cut(&change.daemon_set, MOST_NAME));
    let missed = if change.misses_goal() { " and misses the goal" } else { "" };
    let mut text = format!("### {name}: {}{missed}\n\n", headline(change));
    for sentence in sentences(change).iter().take(MOST_SENTENCES) {
        let _ = writeln!(text, "{}\n", prose(&cut(sentence, MOST_SENTENCE)));
    }
    if let Effect::Refused(refusals) = &change.effect {
        for it in refusals.iter().take(MOST_FIELDS) {
            let message = code(&cut(&it.message, MOST_SENTENCE));
            let _ = writeln!(text, "- {message}{}", at(it.place.as_ref()));
        }
        text.push('\n');
    }
    if let Some(study) = change.study.as_ref().filter(|_| compares(change)) {
        text.push_str(&table(study));
        text.push_str(&chart(study));
    }
    for note in change.notes.iter().take(MOST_SENTENCES) {
        let _ = writeln!(text, "Note: {}.\n", prose(&cut(note, MOST_SENTENCE)));
    }
    text.push_str(&fields(change));
    text
}

/// Both updates side by side.
fn table(study: &Study) -> String {
    let several = sides(study).count() > 1;
    let mut text = String::from("| | before | after | difference |\n| --- | --- | --- | --- |\n");
    for it in sides(study).take(MOST_CIRCUMSTANCES) {
        for (name, metric) in METRICS {
            let [before, after, difference] = metric_row(study, it, metric);
            let _ = writeln!(
                text,
                "| {}{name} | {before} | {after} | {difference} |",
                within(it, several)
            );
        }
        let complete = |setting: usize| {
            let it = &study.comparison.results[setting];
            of_seeds(it.complete, it.runs)
        };
        let before = it.before.map_or_else(|| "-".to_owned(), complete);
        let _ = writeln!(
            text,
            "| {}complete | {before} | {} | |",
            within(it, several),
            complete(it.after)
        );
    }
    text.push('\n');
    text
}

fn within(it: Sides<'_>, several: bool) -> String {
    if several { format!("{}: ", prose(&cut(it.circumstance, MOST_NAME))) } else { String::new() }
}

/// Bars of the medians, where anything differs.
fn chart(study: &Study) -> String {
    let mut text = String::new();
    for it in sides(study).take(MOST_CIRCUMSTANCES) {
        let same = study.comparison.results[it.after].same_as;
        let Some(before) = it.before.filter(|before| same != Some(*before)) else { continue };
        if !it.circumstance.is_empty() {
            let _ = writeln!(text, "{}", cut(&it.circumstance.replace('`', "'"), MOST_NAME));
        }
        for (name, metric) in [("duration", Metric::Duration), ("worst", Metric::Worst)] {
            let value = |setting: usize| {
                study.comparison.results[setting].spread(metric).map_or(0, |it| it.p50)
            };
            let values = [value(before), value(it.after)];
            let most = values.into_iter().filter(|it| *it != NEVER).max().unwrap_or(0);
            for (side, value, setting) in
                [("before", values[0], before), ("after", values[1], it.after)]
            {
                let name = if side == "before" { name } else { "" };
                let shown = middle(study, setting, metric);
                let _ = writeln!(text, "{name:<9} {side:<6} {}{shown}", bar(value, most));
            }
        }
    }
    if text.is_empty() { text } else { format!("```text\n{text}```\n\n") }
}

/// A bar that is as long as its value; at least one block for what is not zero.
fn bar(value: u64, most: u64) -> String {
    if value == NEVER {
        return "█".repeat(usize::try_from(BAR).unwrap_or_default()) + "▶ ";
    }
    let blocks = (u128::from(value) * u128::from(BAR)).div_ceil(u128::from(most.max(1)));
    let blank = if blocks > 0 { " " } else { "" };
    "█".repeat(usize::try_from(blocks).unwrap_or_default()) + blank
}

/// The fields that changed, those that decide first.
fn fields(change: &Change) -> String {
    if change.fields.is_empty() {
        return String::new();
    }
    let mut text = String::from("Changed:\n\n");
    for it in change.fields.iter().take(MOST_FIELDS) {
        let path = code(&cut(&it.path.to_string(), MOST_NAME));
        let value = |it: &Option<String>| {
            it.as_ref().map_or_else(|| "nothing".to_owned(), |it| code(&cut(it, MOST_VALUE)))
        };
        let (base, head) = (value(&it.base), value(&it.head));
        let _ = writeln!(text, "- {path}: {base} → {head}{}", at(it.place.as_ref()));
    }
    if let Some(more @ 1..) = change.fields.len().checked_sub(MOST_FIELDS) {
        let _ = writeln!(text, "- and {}", count(more as u64, "more field"));
    }
    text.push('\n');
    text
}

fn at(place: Option<&Place>) -> String {
    let shown = |it: &Place| {
        let place = format!("{}:{}", cut(&it.file, MOST_NAME), it.line);
        format!(" ({})", code(&place))
    };
    place.map(shown).unwrap_or_default()
}

/// What figures rest on, folded away.
fn rests_on(diff: &Diff) -> String {
    let Some(study) = diff.changes.iter().find_map(|it| it.study.as_ref()) else {
        return String::new();
    };
    let mut text = String::from("<details>\n<summary>What the figures rest on</summary>\n\n");
    for line in diff.assumed.iter().take(MOST_SENTENCES) {
        let _ = writeln!(text, "- {}", prose(&cut(line, MOST_NAME)));
    }
    if diff.changes.iter().any(compares) {
        let confidence = study.view.certainty.confidence;
        let _ = writeln!(
            text,
            "- before: an update as it went until now, to the images of HEAD if they differ, else a \
             restart, with all else as in BASE\n\
             - difference: seed by seed, with the same luck: median [interval]; all intervals of a \
             DaemonSet hold with {confidence} confidence; `=` is less than the larger of 1% and 1s \
             (1 node, 0.1 node-minutes), `~` no difference beyond what luck explains"
        );
    }
    text.push_str("\n</details>\n");
    text
}
