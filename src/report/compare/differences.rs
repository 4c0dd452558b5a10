//! The table of differences: how settings differ from the baseline in the same circumstance.

use crate::report::compare::columns::with_circumstances;
use crate::report::compare::fit::{GROUP_INDENT, fit, fold_names, lines};
use crate::report::compare::metric_format::signed;
use crate::report::readable::number;
use crate::study::{Difference, Finding, Metric, Study, Variances};

// What a difference is shown as that is not shown by its size.
const EQUAL: &str = "=";
const NOT_SHOWN: &str = "~";
const TOO_FEW: &str = "too few";
const NEITHER: &str = "neither ends";

/// Differences that are shown where there is little room.
const FIRST: [Metric; 3] = [Metric::Duration, Metric::Worst, Metric::NodeTime];

/// How much of the table is shown.
#[derive(Clone, Copy)]
enum Form {
    /// All differences with their intervals, and what pairing was worth.
    Full,
    /// The first differences, as many of them with intervals.
    Narrow { intervals: usize },
}

/// The table in lines of at most 80 characters, if it can be done; none if nothing is compared.
pub(super) fn differences_table(study: &Study, wide: bool) -> Option<String> {
    if compared(study).is_empty() {
        return None;
    }
    if wide {
        return Some(lines(&rows(study, Form::Full)));
    }
    let forms = (0..=FIRST.len()).rev().flat_map(|intervals| {
        let plain = rows(study, Form::Narrow { intervals });
        let folded = fold_names(&plain);
        [(plain, ()), (folded, ())]
    });
    let (rows, ()) = fit(forms);
    Some(lines(&rows))
}

/// The rows of the table for a page, its header first.
pub(super) fn page_rows(study: &Study) -> Vec<Vec<String>> {
    let compared = compared(study);
    let settings = compared.iter().map(|&it| row(study, it, "", Form::Full));
    let rows = std::iter::once(header(Form::Full)).chain(settings).collect();
    with_circumstances(study, rows, compared.iter().copied())
}

/// The settings that are compared with another.
fn compared(study: &Study) -> Vec<usize> {
    let results = &study.comparison.results;
    (0..results.len()).filter(|&it| !results[it].differences.is_empty()).collect()
}

/// What the table of differences shows.
pub(super) fn difference_heading(study: &Study) -> String {
    let comparison = &study.comparison;
    let base = &study.sweep.settings[comparison.baseline];
    let baseline = if study.sweep.is_undecided() { &base.name } else { &base.decision };
    let many = number(comparison.differences as u64);
    let confidence = study.view.certainty.confidence;
    format!(
        "difference from {baseline}, seed by seed: median [interval]; all {many} intervals hold \
         with {confidence} confidence"
    )
}

/// The signs of the table of differences, those that it has.
pub(super) fn difference_legend(study: &Study, wide: bool) -> String {
    let all = study.comparison.results.iter().flat_map(|it| &it.differences);
    let shown = all.filter(|it| wide || FIRST.contains(&it.metric));
    let found: Vec<Finding> = shown.map(|it| it.finding).collect();
    let fewest = study.comparison.fewest_seeds;
    let signs = [
        (
            Finding::Equal,
            format!(
                "{EQUAL} differs by less than the larger of 1% and 1s (1 node, 0.1 node-minutes)"
            ),
        ),
        (Finding::NotShown, format!("{NOT_SHOWN} no difference shown, nor that there is none")),
        (Finding::TooFew, format!("{TOO_FEW}: {fewest} seeds are needed")),
        (Finding::Never, format!("{NEITHER}: no run of either setting is complete in time")),
    ];
    let used = signs.into_iter().filter(|(finding, _)| found.contains(finding));
    used.map(|(_, text)| text).collect::<Vec<_>>().join("; ")
}

fn rows(study: &Study, form: Form) -> Vec<Vec<String>> {
    let mut rows = vec![header(form)];
    let circumstances = study.sweep.circumstances();
    let is_grouped = circumstances.len() > 1 && !study.sweep.is_undecided();
    let indent = if is_grouped { GROUP_INDENT } else { "" };
    for circumstance in circumstances {
        let here = |it: &usize| study.sweep.settings[*it].circumstance == circumstance;
        let settings = compared(study).into_iter().filter(here);
        let below: Vec<_> = settings.map(|it| row(study, it, indent, form)).collect();
        if is_grouped && !below.is_empty() {
            let blanks = header(form).into_iter().skip(1).map(|_| String::new());
            rows.push(std::iter::once(circumstance.to_owned()).chain(blanks).collect());
        }
        rows.extend(below);
    }
    rows
}

fn header(form: Form) -> Vec<String> {
    let names: &[&str] = match form {
        Form::Full => &["DURATION", "WORST", "NODE-MINUTES", "GAP P99", "VARIANCE PAIRED"],
        Form::Narrow { .. } => &["DURATION", "WORST", "NODE-MINUTES"],
    };
    std::iter::once("SETTING").chain(names.iter().copied()).map(str::to_owned).collect()
}

fn row(study: &Study, setting: usize, indent: &str, form: Form) -> Vec<String> {
    let it = &study.comparison.results[setting];
    let names = &study.sweep.settings[setting];
    let name = if study.sweep.is_undecided() { &names.name } else { &names.decision };
    let mut cells = vec![format!("{indent}{name}")];
    match form {
        Form::Full => {
            cells.extend(it.differences.iter().map(|it| difference(it, true)));
            cells.push(it.variances.map_or_else(|| "-".to_owned(), variances));
        }
        Form::Narrow { intervals } => {
            let shown = it.differences.iter().filter(|it| FIRST.contains(&it.metric));
            cells.extend(shown.zip(0..).map(|(it, place)| difference(it, place < intervals)));
        }
    }
    cells
}

pub(in crate::report) fn difference(it: &Difference, with_interval: bool) -> String {
    let unit = it.metric.unit();
    match (it.finding, it.interval) {
        (Finding::Differs, Some(interval)) => {
            let median = signed(unit, it.median);
            let is_endless =
                interval.low == interval.high && matches!(it.median, i64::MIN | i64::MAX);
            if is_endless || !with_interval {
                return median;
            }
            format!("{median} [{}, {}]", signed(unit, interval.low), signed(unit, interval.high))
        }
        (Finding::Never, _) => NEITHER.to_owned(),
        (Finding::Equal, _) => EQUAL.to_owned(),
        (Finding::NotShown, _) => NOT_SHOWN.to_owned(),
        (Finding::TooFew | Finding::Differs, _) => TOO_FEW.to_owned(),
    }
}

/// `12% of unpaired`.
fn variances(it: Variances) -> String {
    match (it.paired * 100 + it.unpaired / 2).checked_div(it.unpaired) {
        None => "0% of unpaired".to_owned(),
        Some(percent) => format!("{percent}% of unpaired"),
    }
}
