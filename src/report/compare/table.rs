//! The comparison for people: a table of the settings, one of their differences, notes and advice.

use crate::report::compare::advice::advice_lines;
use crate::report::compare::columns::settings_table;
use crate::report::compare::differences::{
    difference_heading, difference_legend, differences_table,
};
use crate::report::compare::fit::wrap;
use crate::report::compare::metric_format::range;
use crate::report::readable::{count, number, part, span};
use crate::study::{Refused, RunMetrics, Study, Window, WindowEnd};

/// What differs is told of at most so many settings.
const MOST_REFUSED: usize = 10;

/// Everything a terminal shows at the end of a comparison: in lines of 80 characters, as far as
/// names allow it, or with all columns.
pub fn compare_table(study: &Study, wide: bool) -> String {
    let fold = |text: &str| if wide { text.to_owned() } else { wrap(text) };
    let mut text = String::new();
    for line in [heading(study), window_line(study)].into_iter().chain(assumed(study)) {
        text = text + &fold(&line) + "\n";
    }
    text.push('\n');
    text.push_str(&settings_table(study, wide));
    if let Some(table) = differences_table(study, wide) {
        let (heading, legend) = (difference_heading(study), difference_legend(study, wide));
        text = format!("{text}\n{}\n{table}", fold(&heading));
        if !legend.is_empty() {
            text = text + &fold(&legend) + "\n";
        }
    }
    for note in notes(study).into_iter().chain([String::new()]).chain(advice_lines(study)) {
        text.push_str(&fold(&note));
        text.push('\n');
    }
    text
}

/// `fleet: 8 settings x 50 seeds, DaemonSet monitoring/node-exporter`.
pub(super) fn heading(study: &Study) -> String {
    let settings = count(study.sweep.settings.len() as u64, "setting");
    let seeds = count(study.sweep.seeds.numbers().len() as u64, "seed");
    let auto = if study.view.auto_seeds { " (auto)" } else { "" };
    let subject = subjects(study).join(", ");
    let of = if subject.is_empty() { String::new() } else { format!(", DaemonSet {subject}") };
    format!("{}: {settings} x {seeds}{auto}{of}", study.view.title)
}

/// What the figures rest on that nobody wrote down.
pub(super) fn assumed(study: &Study) -> Option<String> {
    let all = study.view.assumed.join("; ");
    (!all.is_empty()).then(|| format!("assumed: {all}"))
}

/// The DaemonSets that were looked at: one, unless settings have different ones.
fn subjects(study: &Study) -> Vec<&str> {
    let mut subjects: Vec<&str> = study.rows.iter().map(|row| row.subject.as_str()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// What figures are shown, until when runs are observed, and why.
pub(super) fn window_line(study: &Study) -> String {
    let Window { end, soak, why } = study.sweep.window;
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
    let figures = match study.sweep.seeds.numbers().len() {
        0 | 1 => String::new(),
        seeds => format!("medians ({} over the seeds); ", range(seeds)),
    };
    format!("{figures}every run is observed for {end}: {why}")
}

/// What is left out, what cannot differ, and what went on beside it.
pub(super) fn notes(study: &Study) -> Vec<String> {
    let mut notes = others_stuck(study);
    let settings = &study.sweep.settings;
    for (index, it) in study.comparison.results.iter().enumerate() {
        let is_bad = settings[index].bad_image.is_some();
        if let Some(same) = it.same_as.filter(|_| !is_bad) {
            let (one, other) = (&settings[index].name, &settings[same].name);
            notes.push(format!("{one} is the same as {other} here: equal events with every seed"));
        }
        let name = &settings[index].name;
        let runs = |many: usize| format!("{} of {} runs", number(many as u64), it.runs);
        if it.lost > 0 && !is_bad {
            let lost = runs(it.lost);
            let says = "`kubectl rollout status` returns, and then nodes lose the pod again";
            notes.push(format!("{name}: in {lost} {says}: the rollout is not complete"));
        }
        if it.unfinished > 0 && !is_bad {
            let unfinished = runs(it.unfinished);
            notes.push(format!("{name}: {unfinished} ended while the rollout made progress"));
        }
        if it.no_rollout > 0 && !study.has_no_rollout() {
            let none = runs(it.no_rollout);
            notes.push(format!("{name}: {none} have no rollout: no template changes in them"));
        }
    }
    let refused = &study.sweep.refused;
    let refusal = |it: &Refused| {
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

/// Whoever looks at one DaemonSet is told that others do not get on.
fn others_stuck(study: &Study) -> Vec<String> {
    let mut others: Vec<&str> =
        study.rows.iter().flat_map(|row| &row.others_stuck).map(String::as_str).collect();
    others.sort_unstable();
    others.dedup();
    let note = |other: &str| {
        let is_stuck = |row: &&RunMetrics| row.others_stuck.iter().any(|it| it == other);
        let runs = study.rows.iter().filter(is_stuck).count();
        let runs = part(runs as u64, study.rows.len() as u64, "run");
        format!("another DaemonSet is stuck in {runs}: {other}")
    };
    others.into_iter().map(note).collect()
}
