//! `rollcast export perfetto`.

use std::collections::{BTreeMap, BTreeSet};

use rollcast::inspect::Run;
use rollcast::inspect::phases::{History, lives};
use rollcast::record::What;

use crate::runs::{Results, ask, said};
use crate::trace_reader::{Slice, Trace};

const SCENARIOS: [&str; 6] =
    ["bad-image", "crash-after-ready", "delete", "nodes-come-and-go", "surge", "network-outage"];

fn exported(results: &Results) -> (Vec<u8>, Trace) {
    let bytes = std::fs::read(results.export("perfetto", "trace.pftrace", &[])).unwrap();
    let trace = Trace::read(&bytes);
    (bytes, trace)
}

fn of<'a>(slices: &'a [Slice], category: &str) -> Vec<&'a Slice> {
    slices.iter().filter(|slice| slice.category == category).collect()
}

/// Every phase of every pod is a slice inside the slice of its pod, on the track of its node.
fn check_phases(run: &Run, trace: &Trace) {
    let mut expected = BTreeMap::<(String, u64, u64), u32>::new();
    let all = lives(run, &History::of(run));
    for span in all.iter().flat_map(|life| &life.spans) {
        let nanos = |at: rollcast::time::SimDuration| at.as_micros() * 1_000;
        let key = (span.kind.key().to_owned(), nanos(span.from), nanos(span.until));
        *expected.entry(key).or_default() += 1;
    }
    let mut found = BTreeMap::<(String, u64, u64), u32>::new();
    for slice in of(&trace.slices, "phase") {
        assert_eq!(slice.depth, 1, "{slice:?}");
        *found.entry((slice.notes["phase"].clone(), slice.from, slice.until)).or_default() += 1;
    }
    assert_eq!(found, expected);
    let pods = of(&trace.slices, "pod");
    assert_eq!(pods.len(), all.len());
    let names: BTreeSet<&str> = pods.iter().map(|slice| slice.name.as_str()).collect();
    assert_eq!(names, all.iter().map(|life| life.pod.as_str()).collect());
    for slice in pods {
        assert_eq!(slice.depth, 0);
        assert_eq!(trace.tracks[&slice.track].name, slice.notes["node"]);
    }
}

/// As many instants and slices as there are facts of their kind.
fn check_counts(run: &Run, trace: &Trace) {
    let facts = |is: fn(&What) -> bool| run.facts.iter().filter(|fact| is(&fact.what)).count();
    let created = facts(|what| matches!(what, What::PodCreated { .. }));
    assert_eq!(of(&trace.slices, "pod").len(), run.start.pods.len() + created);
    let scenario = facts(|what| matches!(what, What::Scenario { .. } | What::ActionFailed { .. }));
    assert_eq!(of(&trace.instants, "scenario").len(), scenario);
    let syncs = facts(|what| matches!(what, What::Synced { .. } | What::SyncFailed { .. }));
    assert_eq!(of(&trace.instants, "sync").len(), syncs);
    let nodes = facts(|what| {
        matches!(
            what,
            What::NodeAdded { .. }
                | What::NodeDeleted { .. }
                | What::NodeFailed { .. }
                | What::NodeRecovered { .. }
                | What::NodeDrained { .. }
                | What::NodeShuttingDown { .. }
                | What::NodeTainted { .. }
                | What::NodeUntainted { .. }
                | What::NodeLabeled { .. }
                | What::NodePressure { .. }
                | What::NodeCordoned { .. }
                | What::OthersPreempted { .. }
        )
    });
    assert_eq!(of(&trace.instants, "node").len(), nodes);
}

/// Each arrow has one beginning and one end, in the order of time, and follows causes.
fn check_arrows(run: &Run, trace: &Trace) {
    let all = || trace.slices.iter().chain(&trace.instants);
    let mut begins = BTreeMap::new();
    for slice in all() {
        for flow in &slice.flows {
            assert!(begins.insert(*flow, slice).is_none(), "flow {flow} begins twice");
        }
    }
    let mut arrows = 0;
    for slice in all() {
        for flow in &slice.ends_flows {
            let begin = begins.remove(flow).expect("a flow that begins");
            assert!(begin.from <= slice.from, "{begin:?} {slice:?}");
            assert_ne!(begin.track, slice.track);
            let of = |slice: &Slice| slice.notes["fact"].parse::<usize>().unwrap();
            let mut fact = of(slice);
            assert_eq!(*flow, fact as u64 + 1);
            while fact != of(begin) {
                fact = run.facts[fact].cause.expect("a chain of causes").0 as usize;
            }
            arrows += 1;
        }
    }
    assert_eq!(begins.len(), 0, "flows that do not end");
    assert!(arrows > 5, "{arrows}");
}

/// The last numbers are those of the last status.
fn check_counters(results: &Results, trace: &Trace) {
    for daemon_set in results.summary()["daemon_sets"].as_array().unwrap() {
        // The status of one that is gone is none.
        if daemon_set["deleted"] == true {
            continue;
        }
        let name = daemon_set["daemon_set"].as_str().unwrap();
        let process = trace.tracks_of(name)[0];
        for (counter, field) in [
            ("budget spent: numberUnavailable", "unavailable"),
            ("updatedNumberScheduled", "updated"),
            ("numberAvailable", "available"),
        ] {
            let mut tracks = trace.tracks_of(counter);
            tracks.retain(|track| trace.tracks[track].parent == Some(process));
            let counted = trace.counters[&tracks[0]].last().unwrap().1;
            assert_eq!(Some(counted), daemon_set["status"][field].as_i64(), "{name} {counter}");
        }
    }
    let pulls = &trace.counters[&trace.tracks_of("image pulls")[0]];
    let most = pulls.iter().map(|(_, count)| *count).max().unwrap();
    assert_eq!(pulls.last().unwrap().1, 0);
    assert!(most > 0 || !results.text("facts.jsonl").contains("podPulled"));
}

#[test]
fn requests_that_wait_for_the_limit_are_counted() {
    let results = Results::of("client-limits");
    let (_, trace) = exported(&results);
    let waits = &trace.counters[&trace.tracks_of("requests that wait for the API limit")[0]];
    let steps = waits.windows(2).map(|pair| pair[1].1 - pair[0].1);
    let began: i64 = steps.filter(|step| *step > 0).sum();
    assert_eq!(waits.last().unwrap().1, 0);
    // Several begin at a time, and some when another ends.
    let limited = results.text("facts.jsonl").matches("\"limited_us\"").count();
    assert!(began > 100 && began <= i64::try_from(limited).unwrap(), "{began} of {limited}");
}

#[test]
fn traces_read_back() {
    for name in SCENARIOS {
        let results = Results::of(name);
        let (bytes, trace) = exported(&results);
        let run = results.record();
        check_phases(&run, &trace);
        check_counts(&run, &trace);
        check_arrows(&run, &trace);
        check_counters(&results, &trace);
        assert_eq!(exported(&results).0, bytes, "{name}");
    }
}

/// Reads a trace with the published schema, and counts its packets; unknown fields are an error.
const PYTHON: &str = "\
import sys
try:
    from perfetto.protos.perfetto.trace.perfetto_trace_pb2 import Trace
except ImportError:
    sys.exit(77)
trace = Trace()
trace.ParseFromString(open(sys.argv[1], 'rb').read())
events = [packet for packet in trace.packet if packet.HasField('track_event')]
kinds = [sum(1 for packet in events if packet.track_event.type == kind) for kind in (1, 2, 3, 4)]
tracks = sum(1 for packet in trace.packet if packet.HasField('track_descriptor'))
names = sum(1 for packet in events if packet.track_event.name)
flows = sum(len(packet.track_event.flow_ids) for packet in events)
ends = sum(len(packet.track_event.terminating_flow_ids) for packet in events)
print(len(trace.packet), tracks, *kinds, names, flows, ends)
";

#[test]
fn the_published_schema_reads_the_same() {
    for name in SCENARIOS {
        let results = Results::of(name);
        let (_, trace) = exported(&results);
        let args = ["-c", PYTHON, "trace.pftrace"];
        let Some(output) = ask("python3", &args, results.folder(), b"") else { return };
        if output.status.code() == Some(77) {
            return skipped();
        }
        let counters: usize = trace.counters.values().map(Vec::len).sum();
        let (slices, instants) = (trace.slices.len(), trace.instants.len());
        let all = || trace.slices.iter().chain(&trace.instants);
        let flows: usize = all().map(|it| it.flows.len()).sum();
        let ends: usize = all().map(|it| it.ends_flows.len()).sum();
        let named = slices + instants;
        let [packets, tracks] = [trace.packets, trace.tracks.len()];
        let expected = format!(
            "{packets} {tracks} {slices} {slices} {instants} {counters} {named} {flows} {ends}\n"
        );
        assert_eq!(said(&output), expected, "{name}");
    }
}

#[expect(clippy::print_stderr, reason = "whoever reads the tests should know")]
fn skipped() {
    eprintln!("skipped: Python has no package perfetto here");
}
