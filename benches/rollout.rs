//! How long a rolling update over many nodes takes to simulate, with every model on.
//!
//! `cargo bench --bench rollout` prints a line per size: the median of several runs, events per
//! second, and the time per node against that of the smallest size. Only the simulation is
//! measured, not the reading of the scenario, and nothing but the summary is kept, as in a sweep.
//! Absolute times depend on the machine; the last column hardly does.
#![expect(clippy::disallowed_types, reason = "a benchmark reads the wall clock")]
#![expect(clippy::print_stdout, reason = "the table is its output")]

use std::time::{Duration, Instant};

use rollcast::input::Source;
use rollcast::record::Detail;
use rollcast::scenario::{NoFiles, Scenario, read};
use rollcast::world::{Options, simulate};

/// Nodes, and how often each is run.
const SIZES: [(u32, usize); 4] = [(1_000, 15), (5_000, 9), (10_000, 7), (100_000, 3)];

fn scenario(nodes: u32, more: &str) -> Scenario {
    let text = format!(
        "cluster: {{nodes: {nodes}}}
{more}
daemonSets:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {{name: agent}}
    spec:
      updateStrategy: {{rollingUpdate: {{maxUnavailable: 10%}}}}
      selector: {{matchLabels: {{app: agent}}}}
      template:
        metadata: {{labels: {{app: agent}}}}
        spec:
          containers:
            - name: main
              image: agent:1
              readinessProbe: {{httpGet: {{path: /, port: 80}}}}
events:
  - {{at: 10s, setImage: agent:2}}
"
    );
    let loaded = read(Source::new("bench.yaml", text), &NoFiles, &[]);
    loaded.unwrap_or_else(|report| panic!("{}", report.render(false))).scenario
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
    for (title, more) in [("every model on", ""), ("control plane off", "controlPlane: off")] {
        println!("{title}\n  nodes        time      events   events/s   ns/node   against first");
        let mut first = None;
        for (nodes, runs) in SIZES {
            let (time, events) = measure(&scenario(nodes, more), runs);
            let seconds = time.as_secs_f64();
            let per_node = seconds * 1e9 / f64::from(nodes);
            let ratio = per_node / *first.get_or_insert(per_node);
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let rate = events as f64 / seconds / 1e6;
            println!(
                "{nodes:>7} {:>9.1} ms {events:>11} {rate:>8.2} M {per_node:>9.0} {ratio:>15.2}",
                seconds * 1e3
            );
        }
    }
}
