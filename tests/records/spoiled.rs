//! Thousands of spoiled records: none makes anything panic, hang or eat the memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rollcast::inspect::SummaryFile;
use rollcast::inspect::{Header, RECORD_VERSION, Reader, Run};
use rollcast::report::facts::{fact_json, header_json, start_jsonl};
use rollcast::report::json::summary_json;
use rollcast::world::{Options, Told, simulate_and_tell};

use crate::ask::ask_everything;
use crate::scenario::{SETTING, Setting};
use crate::spoil::{Dice, spoil};

/// How often each record is spoiled.
const TIMES: u64 = 40;

/// Runs in which much of what can happen does.
const RUNS: [(Setting<'_>, &str); 3] = [
    (
        Setting {
            nodes: 4,
            until: "2h",
            kubelet: "{}",
            spec: "minReadySeconds: 7, updateStrategy: {rollingUpdate: {maxUnavailable: 2}}",
            container: "livenessProbe: {failureThreshold: 3, httpGet: {port: 80}}, \
                        resources: {requests: {cpu: 100m, memory: 1Gi}}, \
                        env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            ..SETTING
        },
        "  - {at: 1m, breakImage: {image: 'agent:v2', fault: crash, after: 5s}}
  - {at: 2m, setImage: 'agent:v2'}
  - {at: 4m, breakImage: {image: 'agent:v3', fault: pullError}}
  - {at: 5m, setImage: 'agent:v3'}
  - {at: 90m, rolloutUndo: agent}
",
    ),
    (
        Setting {
            nodes: 4,
            until: "30m",
            spec: "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}",
            ..SETTING
        },
        "  - {at: 10s, reboot: {nodes: node-1, duration: 3m}}
  - {at: 1m, setImage: 'agent:v2'}
  - {at: 1m, taint: {nodes: node-2, taint: 'a=b:NoExecute'}}
  - {at: 2m, cordon: node-3}
  - {at: 3m, fail: node-4}
  - {at: 20m, leave: node-4}
",
    ),
    (
        Setting { nodes: 3, until: "20m", spec: "updateStrategy: {type: OnDelete}", ..SETTING },
        "  - {at: 1m, setImage: 'agent:v2'}
  - {at: 2m, deletePods: {nodes: node-1}}
  - {at: 5m, delete: agent}
",
    ),
];

/// `facts.jsonl` and `summary.json`.
fn files((setting, events): &(Setting<'_>, &str)) -> [String; 2] {
    let scenario = setting.load(events);
    let header = Header {
        record: RECORD_VERSION,
        kubernetes_version: scenario.kubernetes.to_string(),
        start_unix_us: scenario.start.as_micros(),
        ..Header::default()
    };
    let mut text = header_json(&header);
    let record = simulate_and_tell(&scenario, &Options::default(), |told| match told {
        Told::Start(object) => text += &start_jsonl(object),
        Told::Fact(fact, names) => text += &fact_json(fact, names),
        Told::News(_) | Told::End(_) => {}
    });
    [text, summary_json(&record.summary, &[])]
}

/// The files as the tool reads them; none if it refuses them.
fn read(facts: &[u8], summary: &[u8]) -> Option<(Run, SummaryFile)> {
    let mut reader = Reader::default();
    facts.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| reader.push(line)).ok()?;
    let run = reader.finish().ok()?;
    let summary = SummaryFile::read(str::from_utf8(summary).ok()?, &run).ok()?;
    Some((run, summary))
}

fn ask(facts: &[u8], summary: &[u8]) -> bool {
    let read = read(facts, summary);
    if let Some((run, summary)) = &read {
        ask_everything(run, summary);
    }
    read.is_some()
}

#[test]
fn no_spoiled_record_makes_anything_panic_or_hang() {
    let (mut answered, mut refused) = (0, 0);
    for (number, run) in (0..).zip(&RUNS) {
        let [facts, summary] = files(run);
        assert!(ask(facts.as_bytes(), summary.as_bytes()), "it is read if it is as it was written");
        for seed in 0..TIMES {
            let mut dice = Dice(seed * 10 + number);
            let (facts, summary) = match dice.below(6) {
                0 => (facts.clone().into_bytes(), spoil(&summary, &mut dice)),
                _ => (spoil(&facts, &mut dice), summary.clone().into_bytes()),
            };
            let begin = Instant::now();
            let asked = catch_unwind(AssertUnwindSafe(|| ask(&facts, &summary))).ok();
            let took = begin.elapsed();
            let context =
                || format!("run {number}, seed {seed}: {}", String::from_utf8_lossy(&facts));
            match asked {
                Some(true) => answered += 1,
                Some(false) => refused += 1,
                None => panic!("{}", context()),
            }
            assert!(took.as_secs() < 5, "{took:?}: {}", context());
        }
    }
    assert!(answered > TIMES / 2 && refused > TIMES / 2, "{answered} answered, {refused} refused");
}
