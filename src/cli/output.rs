//! The files of a run.

use std::path::Path;

use clap::ValueEnum as _;

use crate::cli::chart_args::Kind;
use crate::cli::disk::{Folder, read_bytes};
use crate::cli::draw::Drawing;
use crate::cli::exit::Failure;
use crate::cli::made::made as made_by;
use crate::cli::no_chart::NoChart;
use crate::cli::run::Made;
use crate::cli::subject::Subject;
use crate::inspect::{Header, RECORD_VERSION};
use crate::report::chart::{Chart, Look, Part, Shown};
use crate::report::json::{RunInfo, run_json, summary_json};
use crate::report::{chart, csv};
use crate::scenario::{Loaded, Scenario};

/// The file of a run that grows while it goes on.
pub(super) const FACTS: &str = "facts.jsonl";

/// The same, packed.
pub(super) const PACKED_FACTS: &str = "facts.jsonl.gz";

/// A run in figures.
pub(super) const SUMMARY: &str = "summary.json";

/// How a run was made.
pub(super) const RUN: &str = "run.json";

/// The first line of a run's facts.
pub(super) fn header(scenario: &Scenario) -> Header {
    Header {
        record: RECORD_VERSION,
        rollcast: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: scenario.name.clone(),
        seed: scenario.seed,
        kubernetes_version: scenario.kubernetes.to_string(),
        start_unix_us: scenario.start.as_micros(),
    }
}

/// What a run of a scenario says of its making, as far as the scenario tells it.
pub(super) fn run_info(loaded: &Loaded, max_events: u64) -> RunInfo {
    RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: loaded.scenario.name.clone(),
        scenario_hash: format!("{:016x}", loaded.hash),
        seed: loaded.scenario.seed,
        kubernetes_version: loaded.scenario.kubernetes.to_string(),
        max_events,
        ..RunInfo::default()
    }
}

/// The names and contents of all files but that with the facts, and which charts there are none of.
pub(super) fn render_files(
    made: &mut Made,
    kinds: &[Kind],
    facts: &str,
    mut info: RunInfo,
) -> (Vec<(String, String)>, Vec<NoChart>) {
    let mut files = vec![
        (SUMMARY.to_owned(), summary_json(&made.record.summary, &made.breaches)),
        ("timeline.csv".to_owned(), csv::timeline_csv(&made.record.timeline)),
    ];
    let mut missing = Vec::new();
    for (kind, chart) in kinds.iter().zip(charts(made, kinds, &info)) {
        let chart = match chart {
            Ok(chart) => chart,
            Err(none) => {
                missing.push(none);
                continue;
            }
        };
        let [picture, words] = chart_files(*kind);
        files.extend([(picture, chart.svg), (words, chart.alt + "\n")]);
    }
    info.files = files.iter().map(|(name, _)| name.clone()).chain([facts.to_owned()]).collect();
    info.files.sort_unstable();
    files.push((RUN.to_owned(), run_json(&info)));
    files.sort_unstable();
    (files, missing)
}

/// The charts of a run. Availability is drawn from what is counted in any case; all others need the
/// facts.
fn charts(made: &mut Made, kinds: &[Kind], info: &RunInfo) -> Vec<Result<Chart, NoChart>> {
    let drawing = Drawing::default();
    if let Some(run) = made.run.take() {
        let subject = Subject::of(run, &made.record.summary, info);
        return kinds.iter().map(|kind| drawing.draw(*kind, &[&subject])).collect();
    }
    let look = Look { made: made_by(&[info], Kind::Availability, &[]), ..Look::default() };
    let shown = Shown {
        scenario: &info.scenario,
        seed: info.seed,
        name: "",
        outcome: "",
        timeline: &made.record.timeline,
        settings: &made.settings,
    };
    let chart = || chart::availability(&[shown], &Part::default(), &look);
    kinds.iter().map(|_| Ok(chart())).collect()
}

/// Whether charts need the facts of a run.
pub(super) fn need_facts(kinds: &[Kind]) -> bool {
    kinds.iter().any(|kind| *kind != Kind::Availability)
}

/// The files of a chart beside others: its picture, and its words.
pub(super) fn chart_files(kind: Kind) -> [String; 2] {
    ["svg", "alt.txt"].map(|it| format!("{}.{it}", kind.name()))
}

/// Removes charts of earlier runs or comparisons: all files of a folder are of one. What rollcast did
/// not draw is left alone.
pub(super) fn remove_other_charts(
    folder: &Folder,
    files: &[(String, String)],
) -> Result<(), Failure> {
    let is_new = |name: &str| files.iter().any(|(it, _)| it == name);
    for kind in Kind::value_variants() {
        let [svg, words] = chart_files(*kind);
        let png = format!("{}.png", kind.name());
        for picture in [svg, png] {
            if is_new(&picture) || !is_ours(&folder.path().join(&picture)) {
                continue;
            }
            folder.remove(&picture)?;
            if !is_new(&words) {
                folder.remove(&words)?;
            }
        }
    }
    Ok(())
}

/// Whether the metadata of a picture names rollcast.
fn is_ours(path: &Path) -> bool {
    let marks: [&[u8]; 2] = [b"/elements/1.1/\">rollcast ", b"Software\0rollcast "];
    let bytes = read_bytes(path).unwrap_or_default();
    marks.iter().any(|mark| bytes.windows(mark.len()).any(|it| it == *mark))
}
