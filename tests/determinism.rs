//! The same scenario and seed give the same bytes; what only looks on does not change the run; and
//! what a comparison must share between its settings is shared.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at a few kinds of facts only"
)]

#[path = "shared/daemon_set.rs"]
mod daemon_set;
#[path = "shared/scenario.rs"]
mod scenario;

use std::collections::BTreeMap;

use rollcast::record::{Detail, Record, Summary, What};
use rollcast::report::csv::timeline_csv;
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::scenario::{SETTING, Setting};

/// What differs from run to run.
#[derive(Clone, Copy)]
struct Case {
    seed: u64,
    order: &'static str,
    strategy: &'static str,
    detail: Detail,
}

const CASE: Case =
    Case { seed: 7, order: "seeded", strategy: "maxUnavailable: 1", detail: Detail::Facts };

const ROLLOUT: &str = "  - {at: 1m, setImage: agent:v2}";

/// Something of everything.
const BUSY: &str = "  - {at: 1m, setImage: agent:v2}
  - {rate: 60/h, deletePods: {nodes: {count: 1}}}
  - {rate: 20/h, join: {pool: node}}
  - {at: 3m, fail: {percent: 10%}}
  - {at: 5m, recover: all}
  - {at: 6m, rolloutRestart: agent}
  - {at: 9m, leave: {count: 2}}";

fn run(case: Case, events: &str) -> Record {
    let Case { seed, order, strategy, detail } = case;
    let setting = Setting {
        until: "40m",
        order,
        cluster: "nodePools: [{name: node, count: 40, zones: [a, b, c]}]",
        control_plane: "on",
        kubelet: "on",
        latencies: "",
        keys: &format!("seed: {seed}"),
        spec: &format!("updateStrategy: {{rollingUpdate: {{{strategy}}}}}"),
        container: "readinessProbe: {tcpSocket: {port: 80}}",
        ..SETTING
    };
    simulate(&setting.load(events), &Options { detail, ..Options::default() }, |_| {})
}

#[test]
fn the_same_seed_gives_the_same_record() {
    let [a, b] = [run(CASE, BUSY), run(CASE, BUSY)];
    assert_eq!(a.summary.digest, b.summary.digest);
    assert!(a.facts.len() > 1_000, "{} facts", a.facts.len());
    assert_eq!(a.facts, b.facts);
    let names = |record: &Record| format!("{:?}", record.names);
    assert_eq!(names(&a), names(&b));
    assert_eq!(timeline_csv(&a.timeline), timeline_csv(&b.timeline));
    assert_eq!(format!("{:?}", a.summary), format!("{:?}", b.summary));
}

#[test]
fn another_seed_gives_another_run() {
    let digests: Vec<u64> =
        (0..10).map(|seed| run(Case { seed, ..CASE }, BUSY).summary.digest).collect();
    let mut distinct = digests.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), digests.len(), "{digests:?}");
}

#[test]
fn looking_on_does_not_change_the_run() {
    let [facts, series, summary] = [Detail::Facts, Detail::Series, Detail::Summary]
        .map(|detail| run(Case { detail, ..CASE }, BUSY));
    assert!(series.facts.is_empty() && summary.facts.is_empty());
    assert_eq!(timeline_csv(&series.timeline), timeline_csv(&facts.timeline));
    for other in [&series, &summary] {
        assert_eq!(other.summary.digest, facts.summary.digest);
        assert_eq!(format!("{:?}", other.summary), format!("{:?}", without_facts(&facts.summary)));
    }
}

/// A summary without what refers to facts, which are kept at one level of detail only.
fn without_facts(summary: &Summary) -> Summary {
    let mut summary = summary.clone();
    for rollout in summary.daemon_sets.iter_mut().flat_map(|it| &mut it.rollouts) {
        rollout.decided_by.clear();
    }
    summary
}

/// The nodes in the order in which their old pods were deleted.
fn updated_nodes(record: &Record) -> Vec<String> {
    let created = |what: &What| match what {
        What::PodCreated { node, .. } => Some(record.names.get(*node).to_owned()),
        _ => None,
    };
    record.facts.iter().filter_map(|fact| created(&fact.what)).collect()
}

#[test]
fn the_picking_order_changes_which_nodes_and_not_how_many() {
    let runs = ["seeded", "name", "zone"].map(|order| run(Case { order, ..CASE }, ROLLOUT));
    let orders = runs.each_ref().map(updated_nodes);
    assert!(orders[0] != orders[1] && orders[1] != orders[2] && orders[2] != orders[0]);
    let sorted = orders.map(|mut nodes| {
        nodes.sort();
        nodes
    });
    assert!(sorted[0] == sorted[1] && sorted[1] == sorted[2], "every node is updated once");
    for record in &runs {
        let summary = &record.summary.daemon_sets[0];
        let counts = (summary.pods_created, summary.pods_deleted, summary.rollouts[0].waves);
        assert_eq!(counts, (40, 40, 40));
        assert_eq!(summary.rollouts[0].worst.without, 1);
    }
}

/// From being bound to the pull, and how long that takes, of the new pod on each node. What comes
/// after depends on when it happens as well: kubelets look and probes ask at equal intervals.
fn delays(record: &Record) -> BTreeMap<String, [SimDuration; 2]> {
    let mut nodes = BTreeMap::new();
    let mut times: BTreeMap<_, Vec<SimDuration>> = BTreeMap::new();
    for fact in &record.facts {
        let pod = match fact.what {
            What::PodBound { pod, node } => {
                nodes.insert(pod, record.names.get(node).to_owned());
                pod
            }
            What::PodPulling { pod, .. } | What::PodPulled { pod, .. } => pod,
            _ => continue,
        };
        times.entry(pod).or_default().push(fact.at);
    }
    let span = |from: SimDuration, to: SimDuration| {
        SimDuration::from_micros(to.as_micros() - from.as_micros())
    };
    let of = |(pod, name)| {
        let at = &times[&pod];
        (name, [span(at[0], at[1]), span(at[1], at[2])])
    };
    nodes.into_iter().map(of).collect()
}

#[test]
fn every_node_has_the_same_luck_in_every_setting() {
    let strategies = ["maxUnavailable: 1", "maxUnavailable: 10%", "maxSurge: 3, maxUnavailable: 0"];
    let [one, ten, surge] =
        strategies.map(|strategy| delays(&run(Case { strategy, ..CASE }, ROLLOUT)));
    assert_eq!(one.len(), 40);
    assert_eq!(one["node-17"], ten["node-17"]);
    assert_eq!(one, ten);
    assert_eq!(one, surge);
    let mut distinct: Vec<_> = one.values().collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 40, "nodes have different luck");
    let other = delays(&run(Case { seed: 8, ..CASE }, ROLLOUT));
    assert_ne!(one["node-17"], other["node-17"]);
}
