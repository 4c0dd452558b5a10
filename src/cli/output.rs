//! The files of a run.

use crate::record::{Breach, Record};
use crate::report::json::{RunInfo, run_json, summary_json};
use crate::report::{chart, csv, facts};

/// The names and contents of all files, in the order of their names.
pub(super) fn render_files(
    title: &str,
    record: &Record,
    breaches: &[Breach],
    mut info: RunInfo,
) -> Vec<(&'static str, String)> {
    let mut files = vec![
        ("availability.svg", chart::availability_svg(&record.timeline, title)),
        ("facts.jsonl", facts::facts_jsonl(&record.facts, &record.names)),
        ("summary.json", summary_json(&record.summary, breaches)),
        ("timeline.csv", csv::timeline_csv(&record.timeline)),
    ];
    info.files = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    files.insert(2, ("run.json", run_json(&info)));
    files
}
