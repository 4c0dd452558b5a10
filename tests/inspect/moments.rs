//! Any moment of the shipped scenarios.

use crate::over_time::check_over_time;
use crate::rebuilt::check_end;
use crate::recorded::record;
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
    for path in paths() {
        let scenario = &load(&path, &[]).scenario;
        let recorded = record(scenario, 20_000_000);
        let r =
            std::panic::catch_unwind(|| check_over_time(&recorded, &path.display().to_string()));
        if r.is_err() {
            eprintln!("BAD {path:?}");
        }
    }
}
