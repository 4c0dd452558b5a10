//! `compare.csv`: tidy data, one row per setting and seed, in the order of the settings, then of
//! the seeds. RFC 4180 with `\n` as the end of a line; times are whole microseconds, what was never
//! reached is empty: it took longer than `observed_us`, or never comes if the run is `at_rest`.
//! `at_least` names the columns that are lower bounds, as nodes were still without a pod when the
//! run ended. The varied fields stand last, each in a column of its own name; a setting that
//! does not vary one leaves it empty. Columns that no run counts are left out.

use crate::record::Waiter;
use crate::report::compare::journal::outcome_name;
use crate::study::{Metric, NEVER, RunMetrics, Study};

/// All rows with their header.
///
/// # Panics
///
/// Never: memory takes every record.
pub fn compare_csv(study: &Study) -> String {
    let bytes = rows(study).expect("memory takes every record");
    String::from_utf8(bytes).expect("text in, text out")
}

fn rows(study: &Study) -> csv::Result<Vec<u8>> {
    let varied = varied(study);
    let metrics = counted(study);
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let start = ["scenario", "setting", "seed", "outcome"].map(str::to_owned);
    let keys = metrics.iter().map(|metric| metric.key().to_owned());
    let end = [
        "observed_us",
        "at_rest",
        "at_least",
        "wanted_nodes",
        "updated_nodes",
        "rollout_stuck_alert",
    ];
    let end = end.into_iter().map(str::to_owned).chain(waiter_columns());
    let end = end.chain(["digest".to_owned()]).chain(varied.iter().map(|&it| it.to_owned()));
    writer.write_record(start.into_iter().chain(keys).chain(end))?;
    for (run, row) in study.rows.iter().enumerate() {
        writer.write_record(record(study, run, row, &metrics, &varied))?;
    }
    writer.into_inner().map_err(|stopped| stopped.into_error().into())
}

fn record(
    study: &Study,
    run: usize,
    row: &RunMetrics,
    metrics: &[Metric],
    varied: &[&str],
) -> Vec<String> {
    let (index, seed) = study.sweep.run(run);
    let setting = &study.sweep.settings[index];
    let mut cells = vec![setting.scenario.clone(), setting.name.clone(), seed.to_string()];
    cells.push(outcome_name(row.outcome).to_owned());
    let shown = |metric: &Metric| match metric.value(row) {
        None | Some(NEVER) => String::new(),
        Some(_) if metric.is_reached() && metric.is_at_least(row) => String::new(),
        Some(value) => value.to_string(),
    };
    cells.extend(metrics.iter().map(shown));
    cells.extend([row.observed.as_micros().to_string(), u8::from(row.at_rest).to_string()]);
    let bounds = metrics.iter().filter(|it| !it.is_reached() && it.is_at_least(row));
    cells.push(bounds.map(|it| it.key()).collect::<Vec<_>>().join(" "));
    cells.extend([row.wanted.to_string(), row.updated.to_string()]);
    cells.push(u8::from(row.alert).to_string());
    let answers = row.answers.iter();
    cells.extend(answers.flat_map(|answer| match answer {
        Some(it) => [it.after.as_micros().to_string(), it.missing.to_string()],
        None => [String::new(), String::new()],
    }));
    cells.push(format!("{:016x}", row.digest));
    let value = |name: &&str| {
        let found = setting.values.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    cells.extend(varied.iter().map(value));
    cells
}

/// When each tool says that it is done, and how many nodes have no serving pod of the new revision
/// then; Flux says what Helm 4 does.
fn waiter_columns() -> impl Iterator<Item = String> {
    let name = |waiter: Waiter| waiter.tools()[0].name().to_lowercase().replace(' ', "_");
    let columns = |name| [format!("{name}_done_after_us"), format!("{name}_missing_nodes")];
    Waiter::ALL.into_iter().map(name).flat_map(columns)
}

/// The fields that any setting varies, in the order of their first use.
fn varied(study: &Study) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let all = study.sweep.settings.iter().flat_map(|it| &it.values);
    for (name, _) in all {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// The metrics that some run counts.
fn counted(study: &Study) -> Vec<Metric> {
    let counts = |metric: &Metric| study.rows.iter().any(|row| metric.value(row).is_some());
    Metric::ALL.into_iter().filter(counts).collect()
}
