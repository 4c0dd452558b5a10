//! A run as `rollcast run` writes it down.

use rollcast::inspect::{Header, RECORD_VERSION, Run};
use rollcast::record::{ClusterState, Summary, Timeline};
use rollcast::report::facts::{fact_json, header_json, start_jsonl};
use rollcast::scenario::Scenario;
use rollcast::world::{Options, RunLimits, Told, simulate_and_tell};

/// What is known of a run that is over.
pub(crate) struct Recorded {
    /// `facts.jsonl`.
    pub(crate) text: String,
    /// The same, read back.
    pub(crate) run: Run,
    pub(crate) summary: Summary,
    pub(crate) timeline: Timeline,
    /// The objects at the end, from the world itself.
    pub(crate) end: ClusterState,
}

/// Runs a scenario, for so many events at most.
pub(crate) fn record(scenario: &Scenario, max_events: u64) -> Recorded {
    let header = Header {
        record: RECORD_VERSION,
        kubernetes_version: scenario.kubernetes.to_string(),
        start_unix_us: scenario.start.as_micros(),
        ..Header::default()
    };
    let (mut text, mut end) = (header_json(&header), ClusterState::default());
    let options = Options { limits: RunLimits { max_events }, ..Options::default() };
    let record = simulate_and_tell(scenario, &options, |told| match told {
        Told::Start(object) => text += &start_jsonl(object),
        Told::Fact(fact, names) => text += &fact_json(fact, names),
        Told::News(_) => {}
        Told::End(objects) => objects().into_iter().for_each(|it| end.add(it)),
    });
    assert!(record.facts.is_empty(), "facts are told, not kept");
    let run = Run::read(&text).unwrap_or_else(|error| panic!("{error:?}"));
    Recorded { text, run, summary: record.summary, timeline: record.timeline, end }
}
