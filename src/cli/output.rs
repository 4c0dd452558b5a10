//! The files of a run, and those of a comparison.

use crate::cli::run::Made;
use crate::inspect::{Header, RECORD_VERSION};
use crate::report::chart::{Look, Part, Shown};
use crate::report::json::{RunInfo, run_json, summary_json};
use crate::report::{chart, compare, csv};
use crate::scenario::Scenario;
use crate::study::Study;

/// The chart of nodes that an update hits: not every comparison has one.
const HIT: &str = "hit.svg";

/// Files of which a comparison has some and not others.
pub(super) const NOT_ALWAYS: [&str; 1] = [HIT];

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

/// The names and contents of all files but that with the facts.
pub(super) fn render_files(
    scenario: &Scenario,
    Made { record, breaches, settings }: &Made,
    facts: &str,
    mut info: RunInfo,
) -> Vec<(&'static str, String)> {
    let shown = Shown {
        scenario: &scenario.name,
        seed: scenario.seed,
        name: "",
        timeline: &record.timeline,
        settings,
    };
    let chart = chart::availability(&[shown], &Part::default(), &Look::default());
    let mut files = vec![
        ("availability.alt.txt", chart.alt + "\n"),
        ("availability.svg", chart.svg),
        (SUMMARY, summary_json(&record.summary, breaches)),
        ("timeline.csv", csv::timeline_csv(&record.timeline)),
    ];
    info.files = files.iter().map(|(name, _)| *name).chain([facts]).map(str::to_owned).collect();
    info.files.sort_unstable();
    files.push((RUN, run_json(&info)));
    files
}

/// The names and contents of the files of a comparison, in the order of their names; its journal
/// aside.
pub(super) fn render_study(study: &Study, version: &str) -> Vec<(&'static str, String)> {
    let mut files = vec![
        ("availability.svg", chart::bands_svg(study)),
        ("compare.csv", compare::compare_csv(study)),
        ("compare.json", compare::compare_json(study, version)),
        ("compare.md", compare::compare_markdown(study)),
        ("duration.svg", chart::frontier_svg(study)),
        ("gaps.svg", chart::gaps_svg(study)),
    ];
    files.extend(chart::hit_svg(study).map(|chart| (HIT, chart)));
    files
}
