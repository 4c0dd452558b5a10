//! A finished comparison, its files, and how it is read again from its folder.

use std::path::Path;

use crate::cli::chart_args::{Kind, LookArgs};
use crate::cli::disk::is_there;
use crate::cli::draw::look_of;
use crate::cli::exit::{Failure, refuse};
use crate::cli::journal;
use crate::cli::made::look_options;
use crate::cli::opened::facts_in;
use crate::cli::output::chart_files;
use crate::cli::study_chart_args::StudyChartArgs;
use crate::report::chart::{self, Chart, Look, Made};
use crate::report::compare::{
    Header, compare_command, compare_csv, compare_json, compare_markdown,
};
use crate::report::readable::{number, part};
use crate::study::{Collected, Shard, Study};

/// Runs that are missing are named up to so many.
const MOST_NAMED: usize = 3;

/// What to do about a journal that cannot be read.
const COMPARE_AGAIN: &str = "run `rollcast compare` again";
const RESUME: &str = "run the same `rollcast compare` with `--resume` to go on";

/// A finished sweep, and what made it.
pub(super) struct Comparison {
    pub(super) study: Study,
    /// The version of rollcast that ran it.
    pub(super) version: String,
    /// For the metadata of charts.
    pub(super) made: Made,
}

impl Comparison {
    /// None if a run is missing.
    pub(super) fn of(header: Header, collected: Collected) -> Option<Self> {
        let made = Made {
            command: compare_command(&header),
            version: header.version.clone(),
            seed: header.sweep.seeds.to_string(),
        };
        let Header { version, sweep, view, .. } = header;
        Some(Self { study: collected.finish(sweep, view)?, version, made })
    }

    /// The names and contents of its files, in the order of their names; its journal aside.
    pub(super) fn files(&self, args: &StudyChartArgs) -> Vec<(String, String)> {
        let mut files = vec![
            ("compare.csv".to_owned(), compare_csv(&self.study)),
            ("compare.json".to_owned(), compare_json(&self.study, &self.version)),
            ("compare.md".to_owned(), compare_markdown(&self.study)),
        ];
        let look = self.look(&args.look);
        for kind in &args.charts.0 {
            let Some(chart) = self.chart(*kind, &look) else { continue };
            let [picture, words] = chart_files(*kind);
            files.extend([(words, chart.alt + "\n"), (picture, chart.svg)]);
        }
        files.sort_unstable();
        files
    }

    /// How charts are to look, and what their metadata says.
    pub(super) fn look(&self, args: &LookArgs) -> Look {
        let mut words = vec![self.made.command.clone()];
        words.extend(look_options(args));
        let command = if words[0].is_empty() { String::new() } else { words.join(" ") };
        Look { made: Made { command, ..self.made.clone() }, ..look_of(args) }
    }

    /// A chart of this kind; none if there is nothing for it to show.
    pub(super) fn chart(&self, kind: Kind, look: &Look) -> Option<Chart> {
        match kind {
            Kind::Availability => Some(chart::availability_by_setting(&self.study, look)),
            Kind::Duration => Some(chart::duration_by_setting(&self.study, look)),
            Kind::Gaps => Some(chart::gaps_by_setting(&self.study, look)),
            Kind::Hit => chart::hit(&self.study, look),
            Kind::States | Kind::Raster | Kind::Gantt | Kind::Limits | Kind::Waiters => None,
        }
    }
}

/// Whether a folder holds a comparison and no run.
pub(super) fn is_comparison(folder: &Path) -> bool {
    let has = |name: &str| is_there(&folder.join(name));
    facts_in(folder).is_none() && (has(&journal::file_name(Shard::WHOLE)) || has("compare.json"))
}

/// Whether all runs are there, and what to do if not.
pub(super) fn check_complete(
    header: &Header,
    collected: &Collected,
    hint: &str,
) -> Result<(), Failure> {
    let missing: Vec<usize> = collected.missing().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let sweep = &header.sweep;
    let name = |&run: &usize| {
        let (setting, seed) = sweep.run(run);
        format!("{} with seed {seed}", sweep.settings[setting].name)
    };
    let named: Vec<String> = missing.iter().take(MOST_NAMED).map(name).collect();
    let more = match missing.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", and {} more", number(more as u64)),
    };
    let runs = part(missing.len() as u64, sweep.runs() as u64, "run");
    let are = if missing.len() == 1 { "is" } else { "are" };
    let message = format!("{runs} {are} missing: {}{more}", named.join("; "));
    Err(refuse("incomplete", &message, hint))
}

/// The comparison that a folder holds, without simulating: its charts have the bytes of those that
/// `compare` wrote there.
///
/// # Errors
///
/// If the folder has no `runs.jsonl`, or one that cannot be read or misses runs.
pub(super) fn study_of(folder: &Path) -> Result<Comparison, Failure> {
    let path = folder.join(journal::file_name(Shard::WHOLE));
    let Some(found) = journal::find(&path, COMPARE_AGAIN)? else {
        let message = format!("{} has no runs.jsonl, so it is no comparison", folder.display());
        let hint = "name a folder that `rollcast compare` wrote; join parts with `rollcast merge`";
        return Err(refuse("no-journal", &message, hint));
    };
    let Some(header) = found.header else {
        let message = format!("{} has lost its first line", path.display());
        return Err(refuse("bad-journal", &message, RESUME));
    };
    let mut collected = Collected::new(&header.sweep);
    journal::collect(&path, COMPARE_AGAIN, &header.sweep, &mut collected)?;
    check_complete(&header, &collected, RESUME)?;
    Ok(Comparison::of(header, collected).expect("no run is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::journal::Journal;
    use crate::study::{Row, RunMetrics, Seeds, Setting, Sweep, View, Window};
    use crate::time::SimDuration;

    fn header() -> Header {
        let setting = |budget: &str| Setting {
            name: format!("maxUnavailable={budget}"),
            decision: format!("maxUnavailable={budget}"),
            scenario: "fleet".to_owned(),
            values: vec![("maxUnavailable".to_owned(), budget.to_owned())],
            nodes: 20,
            ..Setting::default()
        };
        let sweep = Sweep {
            settings: vec![setting("1"), setting("10%")],
            refused: Vec::new(),
            seeds: "1..3".parse::<Seeds>().unwrap(),
            daemon_set: None,
            max_events: 1,
            window: Window::default(),
        };
        let view = View { title: "fleet".to_owned(), ..View::default() };
        let files = vec!["fleet.yaml".to_owned()];
        Header { version: "0".to_owned(), files, options: Vec::new(), sweep, view }
    }

    fn row(run: usize) -> Row {
        let metrics = RunMetrics {
            duration: Some(SimDuration::from_secs(60 + run as u64)),
            worst: 1,
            wanted: 20,
            curve: vec![(0, 50), (90, 0)],
            gaps: vec![(120, 20)],
            ..RunMetrics::default()
        };
        Row { run, metrics }
    }

    /// A folder with a journal of so many runs.
    fn folder(runs: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let header = header();
        let mut journal = Journal::create(&folder.path().join("runs.jsonl"), &header).unwrap();
        assert!((0..runs).all(|run| journal.add(&header.sweep, &row(run))));
        folder
    }

    fn refused(folder: &Path) -> String {
        study_of(folder).err().map(|it| it.to_string()).unwrap_or_default()
    }

    #[test]
    fn charts_are_drawn_again_from_the_journal() {
        let mut collected = Collected::new(&header().sweep);
        assert!((0..6).all(|run| collected.add(row(run))));
        let first = Comparison::of(header(), collected).unwrap();
        let folder = folder(6);
        let again = study_of(folder.path()).unwrap();
        assert_eq!(first.made.command, "rollcast compare fleet.yaml --vary maxUnavailable=1,10%");
        assert_eq!((&first.made, first.version.as_str()), (&again.made, "0"));
        for kind in Kind::OF_STUDY {
            let look = Look { made: first.made.clone(), ..Look::default() };
            let drawn = first.chart(kind, &look);
            assert_eq!(drawn, again.chart(kind, &look), "{kind:?}");
            assert_eq!(drawn.is_some(), kind != Kind::Hit, "no node is hit");
        }
    }

    #[test]
    fn a_folder_that_is_no_finished_comparison_is_refused() {
        let empty = tempfile::tempdir().unwrap();
        let said = refused(empty.path());
        assert!(
            said.starts_with("error[no-journal]: ") && said.contains("no runs.jsonl"),
            "{said}"
        );
        let cut = folder(4);
        assert_eq!(
            refused(cut.path()),
            "error[incomplete]: 2 of 6 runs are missing: maxUnavailable=10% with seed 2; \
             maxUnavailable=10% with seed 3\nhint: run the same `rollcast compare` with `--resume` \
             to go on\n"
        );
        let foreign = tempfile::tempdir().unwrap();
        tempfile::Builder::new()
            .prefix("runs")
            .suffix(".jsonl")
            .rand_bytes(0)
            .tempfile_in(foreign.path())
            .and_then(|mut it| {
                std::io::Write::write_all(&mut it, b"{}\n")?;
                it.keep().map(drop).map_err(|error| error.error)
            })
            .unwrap();
        let said = refused(foreign.path());
        assert!(
            said.contains(":1 cannot be read: its first line does not say what is run"),
            "{said}"
        );
        assert!(said.ends_with("hint: run `rollcast compare` again\n"), "{said}");
    }
}
