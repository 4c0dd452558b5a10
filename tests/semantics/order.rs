//! In which order nodes are replaced.
//!
//! Upstream walks a Go map, so each sync has an order of its own
//! (`pkg/controller/daemon/update.go › rollingUpdate`). What is said to be measured was measured on
//! a control plane of 1.36.

use std::collections::{BTreeMap, BTreeSet};

use rollcast::record::{NameId, Record, What};
use rollcast::time::SimDuration;

use crate::apply;
use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};
use crate::times::{gaps, times};

/// What requests, watches, the scheduler and pods took in the cases that were measured. The
/// DaemonSet is created by an event, so that facts tell where its pods are.
pub(crate) const MEASURED: Setting<'_> = Setting {
    control_plane: "{requestLatency: 5ms, watchLatency: 2ms, scheduler: {cycle: 500us}}",
    latencies: "schedule: 8ms, imagePull: 0s, containerStart: 2s, ready: 0s, terminate: 1s, \
                nodeReady: 100ms",
    daemon_sets: Some(&[]),
    ..SETTING
};

pub(crate) const UPDATE: SimDuration = SimDuration::from_secs(60);

/// The run in which a DaemonSet of this update strategy is created, and updated after a minute.
fn update(setting: Setting<'_>, seed: u64, strategy: &str, events: &str) -> Record {
    update_as(setting, seed, &format!("updateStrategy: {{rollingUpdate: {strategy}}}"), events)
}

/// The same with all that `spec` says.
pub(crate) fn update_as(setting: Setting<'_>, seed: u64, spec: &str, events: &str) -> Record {
    let created = apply("0s", &DaemonSet { spec, ..AGENT });
    let events = format!("{created}{events}  - {{at: 60s, setImage: agent:v2}}");
    Setting { keys: &format!("seed: {seed}"), ..setting }.run(&events)
}

/// The node of every pod.
pub(crate) fn places(record: &Record) -> BTreeMap<NameId, NameId> {
    let created = record.facts.iter().filter_map(|fact| match fact.what {
        What::PodCreated { pod, node, .. } => Some((pod, node)),
        _ => None,
    });
    created.collect()
}

/// Nodes in the order in which their pods were asked to go for the update.
fn replaced(record: &Record) -> Vec<&str> {
    let places = places(record);
    let facts = record.facts.iter().filter(|fact| UPDATE <= fact.at);
    let going = facts.filter_map(|fact| match fact.what {
        What::PodTerminating { pod, .. } => Some(record.names.get(places[&pod])),
        _ => None,
    });
    going.collect()
}

/// How many nodes had a new pod that was Ready, `time` after the update.
fn updated(record: &Record, time: SimDuration) -> usize {
    let places = places(record);
    let facts = record.facts.iter().filter(|fact| (UPDATE..UPDATE + time).contains(&fact.at));
    let ready = facts.filter_map(|fact| match fact.what {
        What::PodReady { pod } => Some(places[&pod]),
        _ => None,
    });
    ready.collect::<BTreeSet<NameId>>().len()
}

/// How long the update took.
pub(crate) fn took(record: &Record) -> Option<SimDuration> {
    let rollout = record.summary.daemon_sets[0].rollouts.last().unwrap();
    Some(rollout.finished?.saturating_sub(rollout.started))
}

/// The update of `nodes` nodes, of which `node-3` refuses every pod: the kubelet's disk is full.
fn update_with_a_full_node(nodes: u32, seed: u64, strategy: &str, setting: Setting<'_>) -> Record {
    let full = "  - {at: 20s, pressure: {nodes: node-3, kind: disk}}\n";
    update(Setting { nodes, kubelet: "{}", ..setting }, seed, strategy, full)
}

/// A node that fails again and again may come first again and again, but no other one waits for
/// ever. What the full node spends of `maxUnavailable` it never gives back.
#[test]
fn a_node_that_refuses_every_pod_starves_nobody() {
    for seed in 1..=1_000 {
        let nodes = 3 + u32::try_from(seed % 10).unwrap();
        let few = 1 + seed / 20 % 3;
        let strategy = if seed / 10 % 2 == 0 {
            format!("{{maxSurge: {few}, maxUnavailable: 0}}")
        } else {
            format!("{{maxUnavailable: {}}}", few + 1)
        };
        let setting = Setting { until: "2h", ..MEASURED };
        let record = update_with_a_full_node(nodes, seed, &strategy, setting);
        let done = updated(&record, SimDuration::from_secs(2 * 3_600));
        assert_eq!(done, nodes as usize - 1, "seed {seed}, {nodes} nodes, {strategy}");
    }
}

/// The order that a scenario asks for is kept to, whatever follows from it.
#[test]
fn in_a_fixed_order_a_node_that_refuses_every_pod_starves_those_after_it() {
    let setting = Setting { order: "name", until: "6h", ..MEASURED };
    let record = update_with_a_full_node(5, 1, "{maxSurge: 1, maxUnavailable: 0}", setting);
    assert_eq!(updated(&record, SimDuration::from_secs(6 * 3_600)), 2);
}

/// Measured with `maxSurge: 1`: within 100 s all others were done in 6 of 7 runs on 5 nodes, and in
/// 4 of 4 runs on 20 nodes.
#[test]
fn a_node_that_refuses_every_pod_hardly_holds_up_a_surge() {
    for (nodes, least) in [(5, 90), (20, 70)] {
        let setting = Setting { until: "160s", ..MEASURED };
        let all_others = |&seed: &u64| {
            let strategy = "{maxSurge: 1, maxUnavailable: 0}";
            let record = update_with_a_full_node(nodes, seed, strategy, setting);
            updated(&record, SimDuration::from_secs(100)) == nodes as usize - 1
        };
        let done = (1..=100).filter(all_others).count();
        assert!(done >= least, "{done} of 100 runs on {nodes} nodes");
    }
}

/// Measured, with two of six nodes outside: their pods went at places 1 to 6 in 8, 8, 7, 5, 5 and 7
/// of 40 cases. If all places are as likely, a place has 333 of 2,000 cases with a standard
/// deviation of 15 (two nodes cannot share one).
#[test]
fn nodes_outside_desired_are_replaced_at_any_place() {
    let mut places = [0_u32; 6];
    for seed in 1..=1_000 {
        let setting = Setting { nodes: 6, until: "2m", ..MEASURED };
        let taint = "  - {at: 58s, taint: {nodes: [node-2, node-5], taint: \"k=v:NoSchedule\"}}\n";
        let record = update(setting, seed, "{maxUnavailable: 1}", taint);
        let order = replaced(&record);
        assert_eq!(order.len(), 6, "seed {seed}");
        for (count, node) in places.iter_mut().zip(order) {
            *count += u32::from(["node-2", "node-5"].contains(&node));
        }
    }
    assert!(places.iter().all(|count| (273..=393).contains(count)), "{places:?}");
    let ranks: u32 = places.iter().zip(1..).map(|(count, rank)| count * rank).sum();
    // The middle is 3.5, with a standard deviation of 0.034.
    assert!((6_800..=7_200).contains(&ranks), "mean {}", f64::from(ranks) / 2_000.0);
}

/// Measured with surge, in 9 runs: the pods of both nodes outside are asked to go within 40 to
/// 170 ms of the update, and the others follow 2.0 to 2.6 s apart. Which of those is first is open.
#[test]
fn with_surge_nodes_outside_desired_give_up_their_pods_at_once() {
    let mut firsts = BTreeSet::new();
    for seed in 1..=50 {
        let setting = Setting { nodes: 6, until: "2m", ..MEASURED };
        let taint = "  - {at: 58s, taint: {nodes: [node-2, node-5], taint: \"k=v:NoSchedule\"}}\n";
        let record = update(setting, seed, "{maxSurge: 1, maxUnavailable: 0}", taint);
        let order = replaced(&record);
        let outside: BTreeSet<&str> = order[..2].iter().copied().collect();
        assert_eq!(outside, BTreeSet::from(["node-2", "node-5"]), "seed {seed}: {order:?}");
        let is_asked = |what: &What| matches!(what, What::PodTerminating { .. });
        let asked = times(&record, is_asked);
        assert_eq!(asked.len(), 6, "seed {seed}");
        assert!(asked[1] <= 60.17, "seed {seed}: {asked:?}");
        let later = gaps(&asked[2..]);
        assert!(later.iter().all(|gap| (2.0..=2.6).contains(gap)), "seed {seed}: {asked:?}");
        firsts.insert(order[2].to_owned());
    }
    assert_eq!(firsts.len(), 4, "{firsts:?}");
}

/// Measured, with a Node object of five deleted half a second before the update: 48, 58 and 58 s,
/// since its pod went early and held the budget until pod GC removed it. If its turn is the last,
/// all others are done before.
#[test]
fn the_pod_of_a_deleted_node_may_hold_the_budget() {
    let took: Vec<u64> = (1..=100)
        .map(|seed| {
            let setting = Setting { nodes: 5, ..MEASURED };
            let gone = "  - {at: 59500ms, leave: node-3}\n";
            took(&update(setting, seed, "{maxUnavailable: 1}", gone)).unwrap().as_secs()
        })
        .collect();
    let held = took.iter().filter(|&&took| took > 40).count();
    assert!((65..=95).contains(&held), "{held} of 100: {took:?}");
    assert!(took.iter().all(|&took| took <= 75), "{took:?}");
}

/// Each node draws its turn by its name, so that settings which are compared replace nodes in one
/// order: one after the other or three at a time.
#[test]
fn nodes_that_nothing_happens_to_come_in_one_order_in_every_setting() {
    let mut orders = BTreeSet::new();
    for seed in 1..=20 {
        let setting = Setting { nodes: 20, ..MEASURED };
        let [one, three] = ["{maxUnavailable: 1}", "{maxUnavailable: 3}"].map(|strategy| {
            let record = update(setting, seed, strategy, "");
            replaced(&record).into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        assert_eq!(one, three, "seed {seed}");
        orders.insert(one);
    }
    assert_eq!(orders.len(), 20, "each seed has an order of its own");
}
