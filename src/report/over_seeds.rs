//! What many seeds say of a rollout: a sentence for each DaemonSet, and the same for programs.

use serde::Serialize;

use crate::report::compare::{range, spread};
use crate::report::kubectl::{name, namespace};
use crate::report::readable::{count, number};
use crate::report::spread_entry::SpreadEntry;
use crate::study::{Metric, OfDaemonSet, Outcome, OverSeeds, SeedRun};

/// What each DaemonSet comes to over all seeds, a sentence a line, below a line that says which.
pub fn over_seeds_lines(over: &OverSeeds) -> Vec<String> {
    let first = over.daemon_sets.first().map(|it| namespace(&it.daemon_set));
    let several = over.daemon_sets.iter().any(|it| Some(namespace(&it.daemon_set)) != first);
    let seeds = over.seeds.numbers().len();
    let mut lines = vec![format!("with seeds {}, median ({}):", over.seeds, range(seeds))];
    lines.extend(over.daemon_sets.iter().map(|it| {
        let shown = if several { it.daemon_set.as_str() } else { name(&it.daemon_set) };
        format!("{shown}: {}", clauses(it).join("; "))
    }));
    if let [(seed, message), ..] = over.broken.as_slice() {
        let broken = seeds_of(over.broken.len(), *seed);
        lines.push(format!("not as expected with {broken}: {message}"));
    }
    lines
}

fn clauses(it: &OfDaemonSet) -> Vec<String> {
    let all = it.runs.len();
    let (no_rollout, of) = (it.with(Outcome::NoRollout).count(), count(all as u64, "seed"));
    if it.runs.iter().all(|run| run.deleted) {
        return vec!["deleted".to_owned()];
    }
    if it.runs.iter().all(|run| run.wanted == 0) {
        return vec!["no node is eligible, so there is nothing to run".to_owned()];
    }
    if no_rollout == all {
        return vec!["no rollout with any seed".to_owned()];
    }
    let mut clauses = Vec::new();
    let done = it.with(Outcome::Complete).count();
    if done > 0 {
        let after = spread(Metric::Duration, it.durations());
        let with =
            if done == all { "all".to_owned() } else { format!("{} of", number(done as u64)) };
        clauses.push(format!("done after {after} with {with} {of}"));
    }
    if it.runs.iter().any(|run| run.on_delete && run.outcome != Outcome::Complete) {
        clauses.push("OnDelete: nodes change when their pods are deleted".to_owned());
    } else {
        let open = [
            (Outcome::Stalled, "never done"),
            (Outcome::Unfinished, "not done when the run ended"),
            (Outcome::Lost, "done, and pods were lost again,"),
        ];
        clauses.extend(open.into_iter().filter_map(|(outcome, what)| {
            let first = it.with(outcome).next()?;
            let why = first.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let many = it.with(outcome).count();
            Some(format!("{what} with {}{why}", seeds_of(many, first.seed)))
        }));
    }
    clauses.push(worst(it));
    clauses
}

/// `worst moment 3 (2 - 4) of 30 nodes`.
fn worst(it: &OfDaemonSet) -> String {
    let spread_of_worst = it.worst();
    if spread_of_worst.max == 0 {
        return "no node stops serving".to_owned();
    }
    let most = it.runs.iter().max_by_key(|run| run.worst);
    let wanted = count(most.map_or(0, |run| run.wanted).into(), "node");
    let worst = spread(Metric::Worst, spread_of_worst);
    format!("worst moment {worst} of {wanted} without a serving pod")
}

/// `seed 7`, or `3 seeds (the first is 7)`.
fn seeds_of(many: usize, first: u64) -> String {
    match many {
        1 => format!("seed {first}"),
        _ => format!("{} (the first is {first})", count(many as u64, "seed")),
    }
}

/// The same for programs.
#[derive(Serialize)]
pub(super) struct OverSeedsEntry<'a> {
    seeds: String,
    runs: usize,
    daemon_sets: Vec<OfDaemonSetEntry<'a>>,
    not_as_expected: Vec<BrokenEntry<'a>>,
}

#[derive(Serialize)]
struct OfDaemonSetEntry<'a> {
    daemon_set: &'a str,
    /// Of the runs that are done; null if there are none.
    duration_us: Option<SpreadEntry>,
    worst_without_nodes: Option<SpreadEntry>,
    done: usize,
    /// Seeds with which nothing moves any more, each with what holds it up.
    never: Vec<OpenEntry<'a>>,
    /// Seeds with which the run ended before the rollout did.
    not_done: Vec<OpenEntry<'a>>,
    /// Seeds with which pods were lost again after the rollout.
    lost: Vec<OpenEntry<'a>>,
}

#[derive(Serialize)]
struct OpenEntry<'a> {
    seed: u64,
    cause: Option<&'a str>,
}

#[derive(Serialize)]
struct BrokenEntry<'a> {
    seed: u64,
    message: &'a str,
}

impl<'a> OverSeedsEntry<'a> {
    pub(super) fn new(over: &'a OverSeeds) -> Self {
        let broken = over.broken.iter();
        Self {
            seeds: over.seeds.to_string(),
            runs: over.seeds.numbers().len(),
            daemon_sets: over.daemon_sets.iter().map(OfDaemonSetEntry::new).collect(),
            not_as_expected: broken
                .map(|(seed, message)| BrokenEntry { seed: *seed, message })
                .collect(),
        }
    }
}

impl<'a> OfDaemonSetEntry<'a> {
    fn new(it: &'a OfDaemonSet) -> Self {
        let open = |outcome| it.with(outcome).map(OpenEntry::new).collect();
        let done = it.with(Outcome::Complete).count();
        Self {
            daemon_set: &it.daemon_set,
            duration_us: (done > 0).then(|| SpreadEntry::new(it.durations())),
            worst_without_nodes: (!it.runs.is_empty()).then(|| SpreadEntry::new(it.worst())),
            done,
            never: open(Outcome::Stalled),
            not_done: open(Outcome::Unfinished),
            lost: open(Outcome::Lost),
        }
    }
}

impl<'a> OpenEntry<'a> {
    fn new(run: &'a SeedRun) -> Self {
        Self { seed: run.seed, cause: run.why.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SimDuration;

    fn run(seed: u64, outcome: Outcome, seconds: u64, worst: u32) -> SeedRun {
        let duration = (seconds > 0).then(|| SimDuration::from_secs(seconds));
        let why = (outcome == Outcome::Stalled).then(|| format!("node-{seed}: off"));
        let (on_delete, deleted) = (false, false);
        SeedRun { seed, outcome, on_delete, duration, worst, wanted: 30, deleted, why }
    }

    fn check(runs: Vec<SeedRun>, expected: &str) {
        let it = OfDaemonSet { daemon_set: "a/b".to_owned(), runs };
        let seeds = "1..3".parse().unwrap();
        let over = OverSeeds { seeds, daemon_sets: vec![it], broken: Vec::new() };
        let lines = ["with seeds 1..3, median (min - max):", &format!("b: {expected}")];
        assert_eq!(over_seeds_lines(&over), lines);
    }

    #[test]
    fn seeds_are_summed_up_in_a_sentence() {
        let complete = |seed, seconds, worst| run(seed, Outcome::Complete, seconds, worst);
        check(
            vec![complete(1, 60, 3), complete(2, 70, 3), complete(3, 80, 3)],
            "done after 1m10s (1m - 1m20s) with all 3 seeds; worst moment 3 of 30 nodes without a \
             serving pod",
        );
        check(
            vec![
                run(1, Outcome::Unfinished, 0, 2),
                complete(2, 70, 3),
                run(3, Outcome::Stalled, 0, 4),
            ],
            "done after 1m10s with 1 of 3 seeds; never done with seed 3: node-3: off; not done \
             when the run ended with seed 1; worst moment 3 (2 - 4) of 30 nodes without a serving \
             pod",
        );
        check(
            vec![
                run(1, Outcome::Stalled, 0, 1),
                run(2, Outcome::Stalled, 0, 1),
                run(3, Outcome::Lost, 9, 0),
            ],
            "never done with 2 seeds (the first is 1): node-1: off; done, and pods were lost \
             again, with seed 3; worst moment 1 (0 - 1) of 30 nodes without a serving pod",
        );
        let nothing = run(1, Outcome::NoRollout, 0, 0);
        check(vec![nothing.clone()], "no rollout with any seed");
        check(
            vec![SeedRun { wanted: 0, ..nothing }],
            "no node is eligible, so there is nothing to run",
        );
        let deleted = SeedRun { deleted: true, ..run(1, Outcome::NoRollout, 0, 0) };
        check(vec![deleted], "deleted");
        let on_delete = SeedRun { on_delete: true, ..run(1, Outcome::Unfinished, 0, 0) };
        check(
            vec![on_delete],
            "OnDelete: nodes change when their pods are deleted; no node stops serving",
        );
    }
}
