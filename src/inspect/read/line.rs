//! Lines become a header, the objects at the start, and facts.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inspect::header::{Header, RECORD_VERSION};
use crate::inspect::read::error::{Problem, ReadError};
use crate::inspect::read::whats::what_of;
use crate::inspect::run::Run;
use crate::record::{ClusterState, Fact, FactId, Names, Ready, StatusCounts};
use crate::time::SimDuration;

/// Reads the text of `facts.jsonl`.
///
/// # Errors
/// At the first line that is no part of a record of this version.
pub(in crate::inspect) fn read_lines(text: &str) -> Result<Run, ReadError> {
    let mut lines = (1..).zip(text.lines());
    let Some((_, first)) = lines.next() else {
        return Err(ReadError::new(1, "", Problem::broken("the record is empty")));
    };
    let header = read_header(first).map_err(|problem| ReadError::new(1, first, problem))?;
    let mut run = Run { header, ..Run::default() };
    for (number, text) in lines {
        read_line(text, &mut run).map_err(|problem| ReadError::new(number, text, problem))?;
    }
    if !text.ends_with('\n') {
        let (number, last) = (1..).zip(text.lines()).last().unwrap_or((1, ""));
        return Err(ReadError::new(number, last, Problem::broken("the record ends in this line")));
    }
    Ok(run)
}

fn read_header(text: &str) -> Result<Header, Problem> {
    let is_fact =
        |text: &str| serde_json::from_str::<Line<'_>>(text).is_ok_and(|it| it.id.is_some());
    let header: Header = serde_json::from_str(text).map_err(|_| Problem {
        code: if is_fact(text) { "old-record" } else { "no-record" },
        message: if is_fact(text) {
            "this record does not say what was there at its start: rollcast 0.1 wrote it".to_owned()
        } else {
            "expected the first line of a record, with `record` and `rollcast`".to_owned()
        },
        hint: "make it again with `rollcast run`",
    })?;
    if header.record != RECORD_VERSION {
        let (version, by) = (header.record, &header.rollcast);
        return Err(Problem {
            code: "other-record",
            message: format!("this is a record of version {version}, written by rollcast {by}"),
            hint: "read it with that version of rollcast, or make it again with `rollcast run`",
        });
    }
    Ok(header)
}

fn read_line(text: &str, run: &mut Run) -> Result<(), Problem> {
    if run.facts.is_empty()
        && let Some(start) = parsed::<Start<'_>>(text)?.start
    {
        return read_start(&start, text, &mut run.start);
    }
    let line: Line<'_> = parsed(text)?;
    let fact = fact_of(&line, run.facts.len(), &mut run.names)?;
    if run.facts.last().is_some_and(|last| last.at > fact.at) {
        return Err(Problem::broken("this fact is earlier than the one before it"));
    }
    run.facts.push(fact);
    Ok(())
}

/// An object that is there at the start.
fn read_start(kind: &str, text: &str, state: &mut ClusterState) -> Result<(), Problem> {
    match kind {
        "node" => state.nodes.push(parsed(text)?),
        "daemonSet" => state.daemon_sets.push(parsed(text)?),
        "revision" => state.revisions.push(parsed(text)?),
        "pod" => state.pods.push(parsed(text)?),
        other => return Err(Problem::broken(format!("nothing starts as `{other}`"))),
    }
    Ok(())
}

fn parsed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or(&said);
        Problem::broken(format!("expected a JSON object of a record: {said}"))
    })
}

/// What a line about an object at the start has, and no other.
#[derive(Deserialize)]
struct Start<'a> {
    #[serde(borrow)]
    start: Option<Cow<'a, str>>,
}

fn fact_of(line: &Line<'_>, index: usize, names: &mut Names) -> Result<Fact, Problem> {
    let id = line.id.ok_or_else(|| Problem::missing("id"))?;
    if usize::try_from(id) != Ok(index) {
        return Err(Problem::broken(format!("expected fact {index}, found {id}")));
    }
    if line.cause.is_some_and(|cause| cause >= id) {
        return Err(Problem::broken("its cause is no earlier fact"));
    }
    let at = line.at_us.ok_or_else(|| Problem::missing("at_us"))?;
    let what = what_of(line, names)?;
    let cause = line.cause.map(FactId);
    Ok(Fact { id: FactId(id), at: SimDuration::from_micros(at), cause, what })
}

/// Everything that a line may have.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Line<'a> {
    pub(super) id: Option<u32>,
    pub(super) at_us: Option<u64>,
    pub(super) cause: Option<u32>,
    #[serde(borrow)]
    pub(super) what: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) node: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) pod: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) daemon_set: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) revision: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) taint: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) image: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) error: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) condition: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) probe: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) informer: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) kept_by: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) object: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) labels: Option<&'a RawValue>,
    pub(super) status: Option<Ready>,
    pub(super) present: Option<bool>,
    pub(super) unschedulable: Option<bool>,
    pub(super) created: Option<bool>,
    pub(super) owned: Option<bool>,
    pub(super) warning: Option<bool>,
    pub(super) failed: Option<bool>,
    pub(super) init: Option<bool>,
    pub(super) restarts: Option<u64>,
    pub(super) generation: Option<i64>,
    pub(super) observed_generation: Option<i64>,
    pub(super) template_generation: Option<i64>,
    pub(super) number: Option<i64>,
    pub(super) creates: Option<u32>,
    pub(super) deletes: Option<u32>,
    pub(super) pods: Option<u32>,
    pub(super) after_us: Option<u64>,
    pub(super) waited_us: Option<u64>,
    pub(super) took_us: Option<u64>,
    pub(super) retry_in_us: Option<u64>,
    pub(super) restart_in_us: Option<u64>,
    pub(super) limited_us: Option<u64>,
    desired: Option<u32>,
    current: Option<u32>,
    misscheduled: Option<u32>,
    ready: Option<u32>,
    updated: Option<u32>,
    available: Option<u32>,
    unavailable: Option<u32>,
}

impl Line<'_> {
    pub(super) fn status_counts(&self) -> Option<StatusCounts> {
        Some(StatusCounts {
            desired: self.desired?,
            current: self.current?,
            misscheduled: self.misscheduled?,
            ready: self.ready?,
            updated: self.updated?,
            available: self.available?,
            unavailable: self.unavailable?,
        })
    }
}
