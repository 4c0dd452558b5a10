//! The memory that runs take, at most: a bound from what is known before they begin.
//!
//! The figures were measured as the peak of the resident set (`VmHWM` of `/proc/PID/status`) of
//! `compare --jobs 1` at 20,000 nodes, with one to eight `DaemonSets`, with surges, crashes and
//! kubelets off; `tests/compare/memory.rs` makes the same measurement and fails where a bound is
//! exceeded, or is far from what is taken. See what is taken with
//! `cargo test --test compare memory -- --nocapture`.

use crate::scenario::{Action, Scenario, TimedAction};

/// Bytes of a run with next to nothing in it: streams, tables, what the allocator keeps.
const PER_RUN: u64 = 8 << 20;
/// Bytes of a node: as the scenario has it, as it is, and what the caches know of it.
const PER_NODE: u64 = 3 << 9;
/// Bytes of a `DaemonSet` on a node: its pod, the one that follows, their steps, and figures.
const PER_POD: u64 = 5 << 8;
/// Bytes of the facts of a rollout on a node, where they are kept in memory for charts.
const PER_POD_OF_RECORD: u64 = 6 << 10;
/// Bytes of a row of metrics, once for each run of a sweep.
pub const PER_ROW: u64 = 1 << 10;

/// Bytes that a run of a scenario takes at most; a record that is kept in memory comes on top.
pub fn memory_of_run(scenario: &Scenario) -> u64 {
    let per_node = PER_NODE + PER_POD * daemon_sets(scenario);
    PER_RUN.saturating_add(most_nodes(scenario).saturating_mul(per_node))
}

/// Bytes of a record that is kept in memory, if each `DaemonSet` has one rollout: facts have no bound
/// but that of events.
pub fn memory_of_record(scenario: &Scenario) -> u64 {
    let pods = most_nodes(scenario).saturating_mul(daemon_sets(scenario));
    pods.saturating_mul(PER_POD_OF_RECORD)
}

/// All `DaemonSets` that a scenario ever has.
fn daemon_sets(scenario: &Scenario) -> u64 {
    let snapshot = scenario.snapshot.iter().map(|it| it.daemon_sets.len()).sum::<usize>();
    let applied = scenario.events.iter().filter(|it| matches!(it.action, Action::Apply(_)));
    (scenario.daemon_sets.len() + snapshot + applied.count()) as u64
}

/// Nodes at the start and all that join: none that leaves is forgotten in a run.
pub fn most_nodes(scenario: &Scenario) -> u64 {
    let joins = scenario.events.iter().map(|it| joining(&it.action).saturating_mul(times(it)));
    joins.fold(scenario.nodes.len() as u64, u64::saturating_add)
}

/// Nodes that join each time.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these bring nodes")]
fn joining(action: &Action) -> u64 {
    match action {
        Action::Join { count, .. } | Action::ScaleUp { count, .. } => (*count).into(),
        Action::JoinAgain { .. } => 1,
        _ => 0,
    }
}

/// How often an action happens: if luck decides, as often as it does on average.
fn times(timed: &TimedAction) -> u64 {
    timed.repeats.map_or(1, |it| {
        let span = it.until.saturating_sub(timed.at).as_micros();
        span.div_ceil(it.mean_interval.as_micros().max(1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Source;
    use crate::scenario::{NoFiles, read};

    fn scenario(nodes: u32, events: &str) -> Scenario {
        let text = format!(
            "cluster: {{nodes: {nodes}}}
until: 3h
daemonSets:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {{name: agent}}
    spec:
      selector: {{matchLabels: {{app: agent}}}}
      template:
        metadata: {{labels: {{app: agent}}}}
        spec: {{containers: [{{name: main, image: agent}}]}}
events: [{events}]
"
        );
        read(Source::new("test.yaml", text), &NoFiles, &[]).unwrap().scenario
    }

    #[test]
    fn nodes_that_join_count_as_often_as_they_come() {
        let most = |events: &str| most_nodes(&scenario(100, events));
        assert_eq!(most(""), 100);
        assert_eq!(most("{at: 1m, join: 30}, {at: 2m, scaleUp: 5}"), 135);
        // An hour is over before they begin; the run lasts three at most.
        assert_eq!(most("{at: 1h, rate: 6/h, join: 2}"), 100 + 2 * 6 * 2);
    }

    #[test]
    fn memory_grows_with_nodes_and_with_daemon_sets() {
        let one = memory_of_run(&scenario(1_000, ""));
        assert_eq!(one - PER_RUN, 1_000 * (PER_NODE + PER_POD));
        let mut two = scenario(1_000, "");
        two.daemon_sets.extend(two.daemon_sets.clone());
        assert_eq!(memory_of_run(&two) - one, 1_000 * PER_POD);
        assert_eq!(memory_of_record(&two), 2_000 * PER_POD_OF_RECORD);
    }
}
