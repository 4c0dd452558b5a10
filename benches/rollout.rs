//! How long a rolling update over many nodes takes to simulate, 1 % of them at a time.
//!
//! `cargo bench --bench rollout` prints tables in Markdown: the median of several runs, events per
//! second, and the time per node against that of the smallest size. Only the simulation is
//! measured, not the reading of the scenario, and nothing but the summary is kept, as in a sweep;
//! `benches/rollouts` measures whole processes. Absolute times depend on the machine; the last
//! column hardly does.
#![expect(clippy::disallowed_types, reason = "a benchmark reads the wall clock")]
#![expect(clippy::print_stdout, reason = "the table is its output")]

#[path = "../tests/shared/daemon_set.rs"]
mod daemon_set;
#[path = "../tests/shared/scenario.rs"]
mod scenario;

use std::time::{Duration, Instant};

use rollcast::record::Detail;
use rollcast::scenario::Scenario;
use rollcast::world::{Options, simulate};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};

/// Nodes, and how often each is run.
const SIZES: [(u32, usize); 4] = [(1_000, 15), (10_000, 7), (100_000, 3), (1_000_000, 1)];

fn rollout(nodes: u32, control_plane: &str) -> Scenario {
    let agent = DaemonSet {
        namespace: "default",
        spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 1%}}",
        container_name: "main",
        image: "agent:1",
        container: "readinessProbe: {httpGet: {path: /, port: 80}}",
        ..AGENT
    };
    let setting = Setting {
        until: "",
        nodes,
        control_plane,
        kubelet: "on",
        latencies: "",
        daemon_sets: Some(&[agent]),
        ..SETTING
    };
    setting.load("  - {at: 10s, setImage: agent:2}")
}

/// The median time of a run, and its events.
fn measure(scenario: &Scenario, runs: usize) -> (Duration, u64) {
    let options = Options { detail: Detail::Summary, ..Options::default() };
    let mut events = 0;
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let begin = Instant::now();
            events = simulate(scenario, &options, |_| {}).summary.events;
            begin.elapsed()
        })
        .collect();
    times.sort();
    (times[runs / 2], events)
}

fn main() {
    for (title, control_plane) in [("Every model on", "on"), ("Control plane off", "off")] {
        println!("{title}:\n");
        println!("| nodes | time | events | events a second | a node | against the first |");
        println!("|--:|--:|--:|--:|--:|--:|");
        let mut first = None;
        for (nodes, runs) in SIZES {
            let (time, events) = measure(&rollout(nodes, control_plane), runs);
            let seconds = time.as_secs_f64();
            let per_node = seconds / f64::from(nodes);
            let ratio = per_node / *first.get_or_insert(per_node);
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let rate = events as f64 / seconds / 1e6;
            println!(
                "| {nodes} | {:.1} ms | {events} | {rate:.2} M | {:.1} µs | {ratio:.2} × |",
                seconds * 1e3,
                per_node * 1e6
            );
        }
        println!();
    }
}
