//! A sweep of which runs are missing: which they are, and the command that runs only those.

use std::path::Path;

use crate::cli::args::USUAL_RUNS;
use crate::report::compare::{Header, compare_command, missing_runs};
use crate::report::readable::part;
use crate::report::shell::quoted;
use crate::study::{Certainty, Collected, USUAL_SOAK, View};
use crate::world::RunLimits;

/// What to tell about the journal of a sweep in the folder `out`; empty if no run is missing.
pub(super) fn unfinished(header: &Header, collected: &Collected, out: &Path) -> String {
    let missing: Vec<usize> = collected.missing().collect();
    if missing.is_empty() {
        return String::new();
    }
    let are = if missing.len() == 1 { "is" } else { "are" };
    let runs = part(missing.len() as u64, header.sweep.runs() as u64, "run");
    let lines = missing_runs(&header.sweep, &missing).join("\n  ");
    let command = resume_command(header, &out.display().to_string());
    let folder = out.display();
    let hint = if command.is_empty() {
        format!("run the same `rollcast compare` with `--resume --out {folder}` to do only those")
    } else {
        format!("to run only those, where the scenario is:\n  {command}")
    };
    format!(
        "{runs} {are} missing:\n  {lines}\nwrote {folder}/runs.jsonl with the others\nhint: {hint}\n"
    )
}

/// The command that runs what the journal in the folder `out` misses, and then writes what a single
/// comparison would have written; empty if the journal does not name the files.
fn resume_command(header: &Header, out: &str) -> String {
    let command = compare_command(header);
    if command.is_empty() {
        return command;
    }
    let Header { sweep, view, .. } = header;
    let View { cheapest, certainty: usual, .. } = View::default();
    let Certainty { confidence, share } = view.certainty;
    let events = RunLimits::default().max_events;
    let unless = |is_usual: bool, value: String| (!is_usual).then_some(value);
    let seeds = if view.auto_seeds { "auto".to_owned() } else { sweep.seeds.to_string() };
    let baseline = sweep.settings.get(view.baseline).map(|it| it.name.clone());
    let more = [
        ("--seeds", Some(seeds)),
        ("--soak", unless(sweep.window.soak == USUAL_SOAK, sweep.window.soak.to_string())),
        ("--baseline", baseline.filter(|_| view.baseline > 0)),
        ("--cheapest", unless(view.cheapest == cheapest, view.cheapest.key().to_owned())),
        ("--share", unless(share == usual.share, share.to_string())),
        ("--confidence", unless(confidence == usual.confidence, confidence.to_string())),
        ("--max-events", unless(sweep.max_events == events, sweep.max_events.to_string())),
        ("--max-runs", unless(sweep.runs() as u64 <= USUAL_RUNS, sweep.runs().to_string())),
    ];
    let more =
        more.into_iter().filter_map(|(name, value)| Some([name.to_owned(), quoted(&value?)]));
    let mut words = vec![command];
    words.extend(more.flatten());
    words.extend(["--resume".to_owned(), "--out".to_owned(), quoted(out)]);
    words.join(" ")
}
