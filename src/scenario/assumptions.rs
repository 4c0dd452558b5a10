//! What a scenario takes for granted because nothing in it says otherwise.

use crate::scenario::latencies::Latencies;
use crate::scenario::valid::Scenario;

impl Scenario {
    /// What its durations rest on, in a few short phrases: whose pods they are taken from, which
    /// latencies are defaults, and what no run has. Nothing that is not true of it.
    pub fn assumptions(&self) -> Vec<String> {
        self.observed_pods().into_iter().chain(self.other_assumptions()).collect()
    }

    /// Which pods of a snapshot the pods of a run are like, if they are.
    pub fn observed_pods(&self) -> Option<String> {
        let observed = self.latencies.observed.as_ref()?;
        let (count, left_out) = (observed.count(), observed.left_out);
        let (started, ready) = (observed.never_started(), observed.never_ready());
        let like = if observed.tells_apart() {
            format!("one of its DaemonSet did; of {count} pods of latencies.fromSnapshot")
        } else {
            format!("one of {count} pods of latencies.fromSnapshot did, of which")
        };
        Some(format!(
            "each pod starts as {like} {started} never started and {ready} never got ready; \
             {left_out} more do not tell"
        ))
    }

    /// What its durations rest on besides [`Self::observed_pods`].
    pub fn other_assumptions(&self) -> Vec<String> {
        let all = [defaults(&self.latencies), absent(&self.latencies)];
        all.into_iter().flatten().collect()
    }
}

/// Phases that take a default.
fn defaults(latencies: &Latencies) -> Option<String> {
    let names: Vec<&str> = latencies.assumed.iter().map(|phase| phase.name()).collect();
    let (last, before) = names.split_last()?;
    let before = if before.is_empty() { String::new() } else { before.join(", ") + " and " };
    let (verb, noun) = if names.len() == 1 { ("is", "a default") } else { ("are", "defaults") };
    Some(format!("latencies.{before}{last} {verb} {noun} of rollcast, not measured"))
}

/// What makes runs longer, and is not in this scenario.
fn absent(latencies: &Latencies) -> Option<String> {
    let no_bad_days = latencies.per_run.is_empty().then_some("no bad days (perRun)");
    let no_slow_nodes = latencies.slow_nodes.is_none().then_some("no slow nodes (slowNodes)");
    let all_comes = (!latencies.may_never_come()).then_some("nothing that never comes (never)");
    let absent: Vec<&str> = [no_bad_days, no_slow_nodes, all_comes].into_iter().flatten().collect();
    (!absent.is_empty()).then(|| absent.join(", "))
}
