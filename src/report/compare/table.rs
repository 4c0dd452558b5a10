//! The comparison for people: a table of the settings, one of their differences, and advice.

use crate::report::compare::advice::advice_lines;
use crate::report::compare::metric_format::{median, range, share, signed, spread};
use crate::report::readable::{count, number, span};
use crate::report::table::layout;
use crate::study::{
    Difference, Finding, Metric, Outcome, RunMetrics, SettingResult, Study, Variances, Window,
    WindowEnd,
};

/// What differs is told of at most so many settings.
const MOST_REFUSED: usize = 10;
// What a difference is shown as that is not shown by its size.
const EQUAL: &str = "=";
const NOT_SHOWN: &str = "~";
const TOO_FEW: &str = "too few";
const NEITHER: &str = "neither ends";

/// Everything a terminal shows at the end of a comparison.
pub fn compare_table(study: &Study) -> String {
    let window = window_line(study.sweep.window);
    let mut text = format!("{}\n{window}\n\n{}", heading(study), layout(&settings_rows(study)));
    let differences = differences_rows(study);
    if differences.len() > 1 {
        let (heading, legend) = (difference_heading(study), difference_legend(study));
        text = format!("{text}\n{heading}\n{}{legend}\n", layout(&differences));
    }
    for note in notes(study).into_iter().chain([String::new()]).chain(advice_lines(study)) {
        text.push_str(&note);
        text.push('\n');
    }
    text
}

/// `node-exporter: 8 settings x 50 seeds; medians (p5 - p95 over the seeds)`.
pub(super) fn heading(study: &Study) -> String {
    let settings = count(study.sweep.settings.len() as u64, "setting");
    let seeds = study.sweep.seeds.numbers().len();
    let range = match seeds {
        0 | 1 => String::new(),
        seeds => format!("; medians ({} over the seeds)", range(seeds)),
    };
    format!("{}: {settings} x {}{range}", study.view.title, count(seeds as u64, "seed"))
}

/// Until when runs are observed, and why.
pub(super) fn window_line(Window { end, soak, why }: Window) -> String {
    let (end, soak) = (span(end), span(soak));
    let why = match why {
        WindowEnd::Until => "as the scenario says".to_owned(),
        WindowEnd::Limit => "until the limit of the scenario".to_owned(),
        WindowEnd::LastEvent => format!("the last event of the scenario, and {soak} of soak"),
        WindowEnd::Slowest => {
            format!("twice the slowest rollout that was tried, minReadySeconds, and {soak} of soak")
        }
        WindowEnd::Goal => format!("the time of the goal, minReadySeconds, and {soak} of soak"),
    };
    format!("every run is observed for {end}: {why}")
}

/// The rows of the table of settings, its header first.
pub(super) fn settings_rows(study: &Study) -> Vec<Vec<String>> {
    let columns = columns(study);
    let mut header = vec!["SETTING".to_owned(), "COMPLETE".to_owned()];
    header.extend(columns.iter().map(|column| column.0.to_owned()));
    header.push("ALERT".to_owned());
    let row = |(setting, it): (&crate::study::Setting, &SettingResult)| {
        let complete = match it.no_rollout {
            all if all == it.runs => "no rollout".to_owned(),
            _ => share(it.complete, it.runs),
        };
        let mut cells = vec![setting.name.clone(), complete];
        cells.extend(columns.iter().map(|column| cell(it, column)));
        cells.push(share(it.alerted, it.runs));
        cells
    };
    let rows = study.sweep.settings.iter().zip(&study.comparison.results).map(row);
    std::iter::once(header).chain(rows).collect()
}

/// A column: its name, and what of a result it shows.
type Column = (&'static str, Shown);

#[derive(Clone, Copy)]
enum Shown {
    Spread(Metric),
    Gaps,
    Breaches,
}

/// The columns that this study can fill.
fn columns(study: &Study) -> Vec<Column> {
    let all = [
        ("DURATION", Shown::Spread(Metric::Duration)),
        ("ALL SERVING", Shown::Spread(Metric::AllServing)),
        ("LIVE UPDATED", Shown::Spread(Metric::LiveUpdated)),
        ("NOT UPDATED", Shown::Spread(Metric::NotUpdated)),
        ("LOST AGAIN", Shown::Spread(Metric::LostAgain)),
        ("STILL OUT", Shown::Spread(Metric::StillOut)),
        ("WORST", Shown::Spread(Metric::Worst)),
        ("STATUS SAYS", Shown::Spread(Metric::WorstReported)),
        ("BREACHED", Shown::Breaches),
        ("NODE-MINUTES", Shown::Spread(Metric::NodeTime)),
        ("GAP P50/P99/MAX", Shown::Gaps),
        ("PULLS", Shown::Spread(Metric::PeakPulls)),
        ("API REQUESTS", Shown::Spread(Metric::ApiRequests)),
    ];
    let some = |of: fn(&RunMetrics) -> bool| study.rows.iter().any(of);
    let filled = |column: &Column| match column.1 {
        // What is mostly as it should be is shown where it is not.
        Shown::Spread(Metric::LiveUpdated) => some(|row| row.live_updated != row.all_serving),
        Shown::Spread(Metric::NotUpdated) => {
            some(|row| row.not_updated > 0 && row.outcome != Outcome::NoRollout)
        }
        Shown::Spread(Metric::LostAgain) => some(|row| row.lost_again > 0),
        Shown::Spread(Metric::StillOut) => some(|row| row.still_out.nodes > 0),
        Shown::Spread(metric) => {
            study.comparison.results.iter().any(|it| it.spread(metric).is_some())
        }
        Shown::Gaps | Shown::Breaches => true,
    };
    all.into_iter().filter(filled).collect()
}

fn cell(it: &SettingResult, column: &Column) -> String {
    match column.1 {
        Shown::Spread(metric) => {
            it.spread(metric).map_or_else(|| "-".to_owned(), |found| spread(metric, found))
        }
        Shown::Breaches => share(it.breached, it.runs),
        Shown::Gaps => {
            let shown = |metric: Metric| median(metric, it.spread(metric).unwrap_or_default());
            [Metric::GapP50, Metric::GapP99, Metric::GapMax].map(shown).join("/")
        }
    }
}

/// What the table of differences shows.
pub(super) fn difference_heading(study: &Study) -> String {
    let comparison = &study.comparison;
    let baseline = &study.sweep.settings[comparison.baseline].name;
    let many = number(comparison.differences as u64);
    let confidence = study.view.certainty.confidence;
    format!(
        "difference from {baseline}, seed by seed: median [interval]; all {many} intervals hold \
         with {confidence} confidence"
    )
}

/// The signs of the table of differences, those that it has.
pub(super) fn difference_legend(study: &Study) -> String {
    let all = study.comparison.results.iter().flat_map(|it| &it.differences);
    let found: Vec<Finding> = all.map(|it| it.finding).collect();
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

/// The rows of the table of differences, its header first.
pub(super) fn differences_rows(study: &Study) -> Vec<Vec<String>> {
    let names = ["SETTING", "DURATION", "WORST", "NODE-MINUTES", "GAP P99", "VARIANCE PAIRED"];
    let header = names.map(str::to_owned).to_vec();
    let settings = study.sweep.settings.iter().zip(&study.comparison.results);
    let rows = settings.enumerate().filter(|(index, _)| *index != study.comparison.baseline);
    let row = |(_, (setting, it)): (usize, (&crate::study::Setting, &SettingResult))| {
        let mut cells = vec![setting.name.clone()];
        cells.extend(it.differences.iter().map(difference));
        cells.push(it.variances.map_or_else(|| "-".to_owned(), variances));
        cells
    };
    std::iter::once(header).chain(rows.map(row)).collect()
}

fn difference(it: &Difference) -> String {
    let unit = it.metric.unit();
    match (it.finding, it.interval) {
        (Finding::Differs, Some(interval)) => {
            let median = signed(unit, it.median);
            if interval.low == interval.high && matches!(it.median, i64::MIN | i64::MAX) {
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

/// What is left out, and what cannot differ.
pub(super) fn notes(study: &Study) -> Vec<String> {
    let mut notes = Vec::new();
    let settings = &study.sweep.settings;
    for (index, it) in study.comparison.results.iter().enumerate() {
        if let Some(same) = it.same_as {
            let (one, other) = (&settings[index].name, &settings[same].name);
            notes.push(format!("{one} is the same as {other} here: equal events with every seed"));
        }
        let name = &settings[index].name;
        let runs = |many: usize| format!("{} of {} runs", number(many as u64), it.runs);
        if it.lost > 0 {
            let lost = runs(it.lost);
            let says = "`kubectl rollout status` returns, and then nodes lose the pod again";
            notes.push(format!("{name}: in {lost} {says}: the rollout is not complete"));
        }
        if it.unfinished > 0 {
            let unfinished = runs(it.unfinished);
            notes.push(format!("{name}: {unfinished} ended while the rollout made progress"));
        }
        if it.no_rollout > 0 && !study.has_no_rollout() {
            let none = runs(it.no_rollout);
            notes.push(format!("{name}: {none} have no rollout: no template changes in them"));
        }
    }
    let refused = &study.sweep.refused;
    let refusal = |it: &crate::study::Refused| {
        format!("left out, as the API server refuses it: {}: {}", it.name, it.message)
    };
    notes.extend(refused.iter().take(MOST_REFUSED).map(refusal));
    if let Some(more @ 1..) = refused.len().checked_sub(MOST_REFUSED) {
        notes.push(format!("left out for such reasons: {} more", number(more as u64)));
    }
    if !notes.is_empty() {
        notes.insert(0, String::new());
    }
    notes
}
