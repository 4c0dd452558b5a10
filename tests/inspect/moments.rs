//! Any moment of the shipped scenarios.

use rollcast::inspect::SummaryFile;
use rollcast::inspect::over_time::alerts;
use rollcast::report::json::summary_json;

use crate::over_time::check_over_time;
use crate::rebuilt::check_end;
use crate::recorded::{Recorded, record};
use crate::shipped::{load, paths};

#[test]
fn every_moment_of_the_shipped_scenarios_can_be_rebuilt() {
    for path in paths() {
        let scenario = &load(&path, &[]).scenario;
        let recorded = record(scenario, 20_000_000);
        let facts = recorded.run.facts.len() as u64;
        check_end(recorded, &path.display().to_string());
        // Runs that end early have other ends.
        for share in [3, 7, 20, 45, 80] {
            let max_events = 1 + facts * share / 40;
            let context = format!("{} after {max_events} events", path.display());
            check_end(record(scenario, max_events), &context);
        }
    }
}

#[test]
fn what_the_recorder_kept_of_the_shipped_scenarios_is_in_their_records() {
    let mut never_fired = 0;
    for path in paths() {
        let recorded = record(&load(&path, &[]).scenario, 20_000_000);
        let Recorded { run, summary, .. } = &recorded;
        check_over_time(&recorded, &path.display().to_string());
        let file = SummaryFile::read(&summary_json(summary, &[]), run).unwrap();
        let spans = alerts(run, &file).into_iter().flat_map(|it| it.spans);
        never_fired += spans.filter(|span| span.fired.is_none()).count();
    }
    // A summary does not tell of those.
    assert!(never_fired > 0, "some alerts are pending and never fire");
}
