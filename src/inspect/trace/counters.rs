//! Numbers over time: the status, the budget, requests of the controller, pulls.

use std::collections::BTreeMap;

use crate::inspect::Run;
use crate::inspect::at_a_time::at_a_time;
use crate::inspect::phases::{History, PhaseKind, PodLife, Rules};
use crate::inspect::trace::builder::Builder;
use crate::inspect::trace::model::{Slice, TrackId};
use crate::record::{Fact, FactId, StatusCounts, What};
use crate::time::SimDuration;

/// What goes on at a time in the whole cluster: pulls of images, and requests of the controller that
/// wait for the limit of its client.
pub(super) fn add_of_cluster(
    lives: &[PodLife],
    history: &History,
    process: TrackId,
    builder: &mut Builder,
) {
    let spans = lives.iter().flat_map(|life| &life.spans);
    let pulls = spans.filter(|span| span.kind == PhaseKind::Pull);
    let track = builder.counter(process, "image pulls");
    add_at_a_time(pulls.map(|span| (span.from, span.until)), track, builder);
    let waits = history.limit_waits().map(|wait| (wait.from, wait.until));
    let track = builder.counter(process, "requests that wait for the API limit");
    add_at_a_time(waits, track, builder);
}

/// How many of these stretches of time there are at a time.
fn add_at_a_time(
    stretches: impl Iterator<Item = (SimDuration, SimDuration)>,
    track: TrackId,
    builder: &mut Builder,
) {
    builder.count(SimDuration::ZERO, track, 0);
    for (at, number) in at_a_time(stretches) {
        builder.count(at, track, number.into());
    }
}

/// Adds the counters and the syncs of each DaemonSet.
pub(super) fn add(
    run: &Run,
    history: &History,
    processes: &BTreeMap<String, TrackId>,
    builder: &mut Builder,
) {
    let new =
        |(name, process): (&String, &TrackId)| (name.clone(), Counters::new(*process, builder));
    let mut all: BTreeMap<String, Counters> = processes.iter().map(new).collect();
    for state in &run.start.daemon_sets {
        let name = &state.daemon_set;
        if let Some(counters) = all.get_mut(name) {
            let rules = history.rules(name, SimDuration::ZERO);
            counters.status(SimDuration::ZERO, state.status, rules, builder);
        }
    }
    for fact in &run.facts {
        if let What::StatusWritten { daemon_set, status, .. } = fact.what {
            let name = run.names.get(daemon_set);
            if let Some(counters) = all.get_mut(name) {
                counters.status(fact.at, status, history.rules(name, fact.at), builder);
            }
        } else {
            note(fact, run, &mut all, builder);
        }
    }
}

/// Syncs, and what they asked for.
fn note(fact: &Fact, run: &Run, all: &mut BTreeMap<String, Counters>, builder: &mut Builder) {
    if let What::Synced { daemon_set, creates, deletes } = fact.what {
        if let Some(counters) = all.get_mut(run.names.get(daemon_set)) {
            counters.sync(fact.at, fact.id, [creates, deletes], builder);
        }
    } else if let What::SyncFailed { daemon_set, error } = fact.what {
        if let Some(counters) = all.get(run.names.get(daemon_set)) {
            let text = format!("sync failed: {}", run.names.get(error));
            counters.instant(fact.at, fact.id, text, builder);
        }
    } else if let What::PodCreated { .. } | What::PodTerminating { .. } = fact.what
        && let Some(sync) = run.sync_behind(fact)
        && let What::Synced { daemon_set, .. } = sync.what
        && let Some(counters) = all.get_mut(run.names.get(daemon_set))
    {
        counters.answered(fact.at, builder);
    }
}

/// The counters of a DaemonSet.
struct Counters {
    syncs: TrackId,
    requests: TrackId,
    budget: TrackId,
    spent: TrackId,
    updated: TrackId,
    available: TrackId,
    /// What was counted last.
    counted: Option<(StatusCounts, Option<u32>)>,
    waiting: i64,
}

impl Counters {
    fn new(process: TrackId, builder: &mut Builder) -> Self {
        Self {
            syncs: builder.slices(process, "controller"),
            requests: builder.counter(process, "requests on their way"),
            budget: builder.counter(process, "maxUnavailable, in nodes"),
            spent: builder.counter(process, "budget spent: numberUnavailable"),
            updated: builder.counter(process, "updatedNumberScheduled"),
            available: builder.counter(process, "numberAvailable"),
            counted: None,
            waiting: 0,
        }
    }

    /// The status of a DaemonSet, and its budget.
    fn status(
        &mut self,
        at: SimDuration,
        status: StatusCounts,
        rules: Rules,
        builder: &mut Builder,
    ) {
        let budget = budget(rules, status.desired);
        let before = self.counted.replace((status, budget));
        let all = [
            (self.spent, Some(status.unavailable), before.map(|(it, _)| it.unavailable)),
            (self.updated, Some(status.updated), before.map(|(it, _)| it.updated)),
            (self.available, Some(status.available), before.map(|(it, _)| it.available)),
            (self.budget, budget, before.and_then(|(_, budget)| budget)),
        ];
        for (track, number, before) in all {
            if let Some(number) = number.filter(|number| Some(*number) != before) {
                builder.count(at, track, number.into());
            }
        }
    }

    /// A sync asks for something, one request after the other.
    fn sync(
        &mut self,
        at: SimDuration,
        fact: FactId,
        [creates, deletes]: [u32; 2],
        builder: &mut Builder,
    ) {
        let text = match (creates, deletes) {
            (creates, 0) => format!("create {creates}"),
            (0, deletes) => format!("delete {deletes}"),
            (creates, deletes) => format!("create {creates}, delete {deletes}"),
        };
        self.instant(at, fact, text, builder);
        self.waiting = i64::from(creates) + i64::from(deletes);
        builder.count(at, self.requests, self.waiting);
    }

    fn answered(&mut self, at: SimDuration, builder: &mut Builder) {
        if self.waiting > 0 {
            self.waiting -= 1;
            builder.count(at, self.requests, self.waiting);
        }
    }

    fn instant(&self, at: SimDuration, fact: FactId, name: String, builder: &mut Builder) {
        let slice = Slice { name, category: "sync", fact: Some(fact), ..Slice::default() };
        builder.instant(at, self.syncs, slice);
    }
}

/// `maxUnavailable` in nodes, of a DaemonSet that has one.
fn budget(rules: Rules, desired: u32) -> Option<u32> {
    (!rules.on_delete).then(|| rules.budget(desired).max_unavailable)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(written: &Value, expected: Option<u32>) {
        let spec = json!({"updateStrategy": {"rollingUpdate": {"maxUnavailable": written}}});
        assert_eq!(budget(Rules::of_spec(&spec), 101), expected, "{written}");
    }

    #[test]
    fn the_budget_is_rounded_up() {
        check(&json!(3), Some(3));
        check(&json!("10%"), Some(11));
        let on_delete = json!({"updateStrategy": {"type": "OnDelete"}});
        assert_eq!(budget(Rules::of_spec(&on_delete), 101), None);
    }
}
