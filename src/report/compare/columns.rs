//! The table of the settings: which columns it has, and what they show.

use crate::report::compare::fit::{GROUP_INDENT, fit, fits, fold_names, lines};
use crate::report::compare::metric_format::{median, share, spread};
use crate::study::{Metric, Outcome, RunMetrics, SettingResult, Study};

/// A column: its name, and what of a setting it shows.
type Column = (&'static str, Shown);

#[derive(Clone, Copy)]
enum Shown {
    /// The share of runs that reach the goal; without one, that are complete.
    Reached,
    Spread(Metric),
    Gaps,
    Breaches,
    Alerts,
}

/// What everybody wants to know.
const FIRST: [Column; 6] = [
    ("REACHED", Shown::Reached),
    ("DURATION", Shown::Spread(Metric::Duration)),
    ("WORST", Shown::Spread(Metric::Worst)),
    ("NOT UPDATED", Shown::Spread(Metric::NotUpdated)),
    ("HIT", Shown::Spread(Metric::Hit)),
    ("NODE-MINUTES", Shown::Spread(Metric::NodeTime)),
];

/// What is shown beside it where settings differ, as far as there is room.
const WHERE_THEY_DIFFER: [Column; 6] = [
    ("LOST AGAIN", Shown::Spread(Metric::LostAgain)),
    ("STILL OUT", Shown::Spread(Metric::StillOut)),
    ("HIT AFTER", Shown::Spread(Metric::HitAfter)),
    ("SURGE PODS", Shown::Spread(Metric::SurgePods)),
    ("BREACHED", Shown::Breaches),
    ("ALERT", Shown::Alerts),
];

/// The rest, in a wide table.
const REST: [Column; 7] = [
    ("HIT AT ALERT", Shown::Spread(Metric::HitAtAlert)),
    ("ALL SERVING", Shown::Spread(Metric::AllServing)),
    ("LIVE UPDATED", Shown::Spread(Metric::LiveUpdated)),
    ("STATUS SAYS", Shown::Spread(Metric::WorstReported)),
    ("GAP P50/P99/MAX", Shown::Gaps),
    ("PULLS", Shown::Spread(Metric::PeakPulls)),
    ("API REQUESTS", Shown::Spread(Metric::ApiRequests)),
];

/// A form of the table: which columns it has, how many of them have ranges, and whether names stand
/// in several lines.
#[derive(Clone, Copy)]
struct Form<'a> {
    columns: &'a [Column],
    ranged: usize,
    is_folded: bool,
}

/// The table, in lines of at most 80 characters if it can be done; a wide one has all columns.
///
/// Where there is no room, names stand in several lines, then medians without their ranges, the last
/// columns first, and then the last columns are left out.
pub(super) fn settings_table(study: &Study, wide: bool) -> String {
    if wide {
        let all = FIRST.into_iter().chain(WHERE_THEY_DIFFER).chain(REST);
        let filled: Vec<Column> = all.filter(|column| is_filled(study, column)).collect();
        return lines(&rows(study, &filled, filled.len()));
    }
    let columns = first(study);
    let all = columns.as_slice();
    let with_ranges = (1..=all.len()).rev().map(|ranged| (all, ranged));
    let with_columns = (1..=all.len()).rev().map(|many| (&all[..many], 0));
    let forms = with_ranges.chain(with_columns).flat_map(|(columns, ranged)| {
        [false, true].map(|is_folded| Form { columns, ranged, is_folded })
    });
    let (mut best, form) = fit(forms.map(|form| (form.rows(study), form)));
    let mut shown = form.columns.to_vec();
    for column in WHERE_THEY_DIFFER.into_iter().filter(|column| differs(study, column)) {
        let more: Vec<Column> = shown.iter().copied().chain([column]).collect();
        let wider = Form { columns: &more, ..form }.rows(study);
        if fits(&wider) {
            (best, shown) = (wider, more);
        }
    }
    lines(&best)
}

impl Form<'_> {
    fn rows(self, study: &Study) -> Vec<Vec<String>> {
        let rows = rows(study, self.columns, self.ranged);
        if self.is_folded { fold_names(&rows) } else { rows }
    }
}

/// The rows of the table for a page, its header first: what everybody wants to know, and what
/// differs. Circumstances have a column of their own if there are several.
pub(super) fn page_rows(study: &Study) -> Vec<Vec<String>> {
    let differing = WHERE_THEY_DIFFER.into_iter().filter(|column| differs(study, column));
    let columns: Vec<Column> = first(study).into_iter().chain(differing).collect();
    let settings = (0..study.sweep.settings.len()).map(|setting| {
        let it = &study.sweep.settings[setting];
        let name = if study.sweep.is_undecided() { &it.name } else { &it.decision };
        row(study, setting, name, &columns, columns.len())
    });
    let rows: Vec<Vec<String>> = std::iter::once(header(study, &columns)).chain(settings).collect();
    with_circumstances(study, rows, 0..study.sweep.settings.len())
}

fn first(study: &Study) -> Vec<Column> {
    FIRST.into_iter().filter(|column| is_filled(study, column)).collect()
}

/// The header, and a row per setting. Of several circumstances each has a row of its own, and the
/// settings are below it. The first columns have ranges, as many as `ranged` says.
fn rows(study: &Study, columns: &[Column], ranged: usize) -> Vec<Vec<String>> {
    let mut rows = vec![header(study, columns)];
    let circumstances = study.sweep.circumstances();
    let is_grouped = circumstances.len() > 1 && !study.sweep.is_undecided();
    let indent = if is_grouped { GROUP_INDENT } else { "" };
    for circumstance in circumstances {
        if is_grouped {
            let blanks = columns.iter().map(|_| String::new());
            rows.push(std::iter::once(circumstance.to_owned()).chain(blanks).collect());
        }
        let settings = study.sweep.settings.iter().enumerate();
        for (index, setting) in settings.filter(|(_, it)| it.circumstance == circumstance) {
            let name = if is_grouped { &setting.decision } else { &setting.name };
            rows.push(row(study, index, &format!("{indent}{name}"), columns, ranged));
        }
    }
    rows
}

fn header(study: &Study, columns: &[Column]) -> Vec<String> {
    let reached = if study.advice.is_some() { "REACHED" } else { "COMPLETE" };
    let name = |column: &Column| match column.1 {
        Shown::Reached => reached,
        Shown::Spread(_) | Shown::Gaps | Shown::Breaches | Shown::Alerts => column.0,
    };
    std::iter::once("SETTING").chain(columns.iter().map(name)).map(str::to_owned).collect()
}

fn row(
    study: &Study,
    setting: usize,
    name: &str,
    columns: &[Column],
    ranged: usize,
) -> Vec<String> {
    let cells = columns.iter().zip(0..);
    let cells = cells.map(|(column, place)| cell(study, setting, column, place < ranged));
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// The rows with the circumstance of each of these settings in front, below the header.
pub(super) fn with_circumstances(
    study: &Study,
    rows: Vec<Vec<String>>,
    settings: impl Iterator<Item = usize>,
) -> Vec<Vec<String>> {
    if study.sweep.circumstances().len() < 2 || study.sweep.is_undecided() {
        return rows;
    }
    let names = settings.map(|setting| study.sweep.settings[setting].circumstance.clone());
    let first = std::iter::once("CIRCUMSTANCE".to_owned()).chain(names);
    first.zip(rows).map(|(name, row)| std::iter::once(name).chain(row).collect()).collect()
}

/// Whether there is anything to show in a column.
fn is_filled(study: &Study, column: &Column) -> bool {
    let some = |of: fn(&RunMetrics) -> bool| study.rows.iter().any(of);
    match column.1 {
        // What is mostly as it should be is shown where it is not.
        Shown::Spread(Metric::LiveUpdated) => some(|row| row.live_updated != row.all_serving),
        Shown::Spread(Metric::NotUpdated) => {
            some(|row| row.not_updated > 0 && row.outcome != Outcome::NoRollout)
        }
        Shown::Spread(Metric::LostAgain) => some(|row| row.lost_again > 0),
        Shown::Spread(Metric::StillOut) => some(|row| row.still_out.nodes > 0),
        Shown::Spread(Metric::Hit | Metric::HitAfter) => some(|row| row.hit > 0),
        Shown::Spread(Metric::SurgePods) => some(|row| row.surge_pods > 0),
        Shown::Spread(metric) => {
            study.comparison.results.iter().any(|it| it.spread(metric).is_some())
        }
        Shown::Reached | Shown::Gaps | Shown::Breaches | Shown::Alerts => true,
    }
}

fn differs(study: &Study, column: &Column) -> bool {
    let mut cells = (0..study.sweep.settings.len()).map(|index| cell(study, index, column, false));
    let first = cells.next();
    is_filled(study, column) && cells.any(|cell| Some(&cell) != first.as_ref())
}

fn cell(study: &Study, index: usize, column: &Column, with_range: bool) -> String {
    let it = &study.comparison.results[index];
    match column.1 {
        Shown::Reached => reached(study, index, it),
        Shown::Spread(metric) => match it.spread(metric) {
            None => "-".to_owned(),
            Some(found) if with_range => spread(metric, found),
            Some(found) => median(metric, found),
        },
        Shown::Breaches => share(it.breached, it.runs),
        Shown::Alerts => share(it.alerted, it.runs),
        Shown::Gaps => {
            let shown = |metric: Metric| median(metric, it.spread(metric).unwrap_or_default());
            [Metric::GapP50, Metric::GapP99, Metric::GapMax].map(shown).join("/")
        }
    }
}

fn reached(study: &Study, index: usize, it: &SettingResult) -> String {
    if it.no_rollout == it.runs {
        return "no rollout".to_owned();
    }
    match &study.advice {
        None => share(it.complete, it.runs),
        Some(advice) => match &advice.judgments[index] {
            None => "-".to_owned(),
            Some(judgment) => share(judgment.reached, it.runs),
        },
    }
}
