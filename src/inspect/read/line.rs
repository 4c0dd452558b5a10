//! Lines become a header, the objects at the start, and facts.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inspect::header::{Header, RECORD_VERSION};
use crate::inspect::read::error::{Problem, ReadError};
use crate::inspect::read::whats::what_of;
use crate::inspect::run::Run;
use crate::record::{Fact, FactId, Names, Object, Ready, StatusCounts};
use crate::time::SimDuration;

/// The latest end of a scenario: ten years.
pub(in crate::inspect) const LONGEST_RUN: SimDuration = SimDuration::from_secs(3_650 * 86_400);

/// Reads `facts.jsonl` line by line.
#[derive(Debug, Default)]
pub struct Reader {
    run: Run,
    /// Lines so far.
    lines: usize,
    /// What the record begins with, by kind and name.
    at_start: BTreeSet<(&'static str, String)>,
}

impl Reader {
    /// The next line, with its line break.
    ///
    /// # Errors
    /// If it is no part of a record of this version.
    pub fn push(&mut self, line: &[u8]) -> Result<(), ReadError> {
        self.lines += 1;
        let Ok(text) = str::from_utf8(line) else {
            let problem = Problem::broken("this line is not UTF-8 text");
            return Err(ReadError::new(self.lines, &String::from_utf8_lossy(line), problem));
        };
        let read = match text.strip_suffix('\n') {
            Some(text) => self.read(text.strip_suffix('\r').unwrap_or(text)),
            // What is cut off may be worse than the line break.
            None => self.read(text).and(Err(Problem::broken("the record is cut off in this line"))),
        };
        read.map_err(|problem| ReadError::new(self.lines, text, problem))
    }

    /// The run, when there are no more lines.
    ///
    /// # Errors
    /// If there was no line.
    pub fn finish(self) -> Result<Run, ReadError> {
        if self.lines == 0 {
            return Err(ReadError::new(1, "", Problem::broken("the record is empty")));
        }
        Ok(self.run)
    }

    fn read(&mut self, text: &str) -> Result<(), Problem> {
        if self.lines == 1 {
            self.run.header = read_header(text)?;
            return Ok(());
        }
        let run = &mut self.run;
        if run.facts.is_empty()
            && let Some(start) = parsed::<Start<'_>>(text)?.start
        {
            return self.read_start(&start, text);
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
    fn read_start(&mut self, kind: &str, text: &str) -> Result<(), Problem> {
        let object = match kind {
            "node" => Object::Node(parsed(text)?),
            "daemonSet" => Object::DaemonSet(parsed(text)?),
            "revision" => Object::Revision(parsed(text)?),
            "pod" => Object::Pod(parsed(text)?),
            other => return Err(Problem::broken(format!("unknown kind of object `{other}`"))),
        };
        let key = key_of(&object)?;
        if self.at_start.contains(&key) {
            let (kind, name) = key;
            return Err(Problem::broken(format!("the {kind} `{name}` is there already")));
        }
        self.at_start.insert(key);
        self.run.start.add(object);
        Ok(())
    }
}

/// The kind and the name of an object, which no other has.
fn key_of(object: &Object) -> Result<(&'static str, String), Problem> {
    let (kind, namespace, name) = match object {
        Object::Node(it) => ("node", None, &it.name),
        Object::DaemonSet(it) => ("DaemonSet", None, &it.daemon_set),
        Object::Revision(it) => ("revision", Some(&it.namespace), &it.name),
        Object::Pod(it) => ("pod", Some(&it.namespace), &it.pod),
    };
    check_name(kind, name)?;
    let key = namespace.map_or_else(|| name.clone(), |it| format!("{it}/{name}"));
    check_name(kind, &key)?;
    Ok((kind, key))
}

fn read_header(text: &str) -> Result<Header, Problem> {
    let is_fact =
        |text: &str| serde_json::from_str::<Line<'_>>(text).is_ok_and(|it| it.id.is_some());
    let expected = "expected the first line of a record, with `record` and `rollcast`";
    let Ok(version) = serde_json::from_str::<Version>(text) else {
        return Err(if is_fact(text) {
            let message = "this record does not list the objects at its start: an older version of rollcast wrote it";
            Problem { code: "old-record", ..Problem::broken(message) }
        } else {
            Problem { code: "no-record", ..Problem::broken(expected) }
        });
    };
    if version.record != RECORD_VERSION {
        let Version { record, rollcast } = version;
        return Err(Problem {
            code: "other-record",
            message: format!(
                "this is a record of version {record}, written by rollcast {rollcast}"
            ),
            hint: "read it with that version of rollcast, or make it again with `rollcast run`",
        });
    }
    parsed(text)
}

/// What the first line of a record of any version has.
#[derive(Deserialize)]
struct Version {
    record: u32,
    #[serde(default)]
    rollcast: String,
}

pub(super) fn parsed<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or(&said);
        Problem::broken(format!("expected a JSON object of a record: {said}"))
    })
}

/// A name that an object can have.
pub(super) fn check_name(kind: &str, name: &str) -> Result<(), Problem> {
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Problem::broken(format!("`{name}` is not a valid {kind} name")));
    }
    Ok(())
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
        return Err(Problem::broken("its cause is not an earlier fact"));
    }
    let at = line.at_us.ok_or_else(|| Problem::missing("at_us"))?;
    if SimDuration::from_micros(at) > LONGEST_RUN {
        return Err(Problem::broken("expected a time in the first ten years of the run"));
    }
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
