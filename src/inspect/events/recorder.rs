//! Events on their way to the API server: equal ones are counted, too many are dropped.

use std::collections::BTreeMap;

use crate::control::events::{EventPipeline, EventType, Sent};
use crate::inspect::event::{Event, EventKind, InvolvedObject, SCHEDULER};
use crate::time::{SimDuration, SimTime};

/// How long the API server keeps an Event that is not written again.
///
/// Source: `pkg/controlplane/apiserver/options/options.go › EventTTL`.
const EVENT_TTL: SimDuration = SimDuration::from_secs(60 * 60);

/// How long after the last of a series the scheduler still adds to it.
///
/// Source: `client-go/tools/events/event_broadcaster.go › finishTime`.
const SERIES_FINISHES_AFTER: SimDuration = SimDuration::from_secs(6 * 60);

/// Who posts an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Controller,
    Scheduler,
    /// The node-lifecycle controller.
    NodeController,
    TaintEviction,
    /// The kubelet of a node.
    Kubelet(String),
}

/// An event that is reported.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) source: Source,
    pub(super) object: InvolvedObject,
    pub(super) kind: EventKind,
    pub(super) reason: String,
    pub(super) message: String,
}

/// Whether the API server still has an Event.
pub(super) fn is_kept(event: &Event, now: SimTime) -> bool {
    now < event.last + EVENT_TTL
}

/// What two reports have in common that are one Event: object, type, reason, and the message unless
/// similar ones are merged.
type Key = (u32, EventKind, String, Option<String>);

/// The Events of a cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    /// In the order in which they were posted first.
    events: Vec<Event>,
    /// The places of those that were posted lately, once more or for the first time.
    latest: Vec<usize>,
    senders: BTreeMap<Source, Sender>,
    /// Numbers of the objects, which stand for them in all keys.
    objects: BTreeMap<InvolvedObject, u32>,
    /// The time of the latest name, and how many have it: names must differ.
    named: (SimTime, u64),
}

/// What one component remembers of the events that it has reported.
#[derive(Clone, Debug, Default)]
struct Sender {
    /// A container counts as an object of its own.
    pipeline: EventPipeline<u32>,
    posted: BTreeMap<Key, usize>,
}

/// What client-go puts in front of the message of merged events.
const COMBINED: &str = "(combined from similar events): ";

impl Recorder {
    /// Reports an event, as the correlator of a component lets it pass.
    pub(super) fn report(&mut self, now: SimTime, report: Report) {
        let object = self.number_of(&report.object);
        if report.source == Source::Scheduler {
            return self.report_in_series(now, object, report);
        }
        let sender = self.senders.entry(report.source.clone()).or_default();
        let event_type = event_type(report.kind);
        let group = group(&report.reason);
        let sent = sender.pipeline.report(now, &object, event_type, group, &report.message);
        match sent {
            Sent::Dropped => {}
            Sent::Create { message } | Sent::Patch { message, .. } => {
                self.store(now, object, Report { message, ..report });
            }
        }
    }

    /// Stores an event that passed its component's correlator: another of the same, or a new one.
    pub(super) fn posted(&mut self, now: SimTime, report: Report) {
        let object = self.number_of(&report.object);
        self.store(now, object, report);
    }

    /// A component starts anew, and remembers nothing.
    pub(super) fn forget(&mut self, source: &Source) {
        self.senders.remove(source);
    }

    /// What was posted so far is no longer the latest.
    pub(super) fn begin(&mut self) {
        self.latest.clear();
    }

    pub(super) fn latest(&self) -> &[usize] {
        &self.latest
    }

    /// The Events, which the moment of a replay holds in between.
    pub(super) const fn events_mut(&mut self) -> &mut Vec<Event> {
        &mut self.events
    }

    /// The scheduler has another client: it neither merges nor drops, and the message of a series is
    /// that of its first event.
    ///
    /// Source: `client-go/tools/events/event_broadcaster.go › recordToSink, getKey`.
    fn report_in_series(&mut self, now: SimTime, object: u32, report: Report) {
        let key = (object, report.kind, report.reason.clone(), None);
        let posted = self.senders.get(&Source::Scheduler).and_then(|it| it.posted.get(&key));
        if let Some(&place) = posted
            && let Some(event) = self.events.get_mut(place)
            && now.since(event.last) < SERIES_FINISHES_AFTER
        {
            event.last = now;
            event.count = event.count.saturating_add(1);
            self.latest.push(place);
            return;
        }
        self.create(now, key, report);
    }

    fn store(&mut self, now: SimTime, object: u32, report: Report) {
        let combined = report.message.starts_with(COMBINED);
        let own_message = (!combined).then(|| report.message.clone());
        let key = (object, report.kind, report.reason.clone(), own_message);
        let posted = self.senders.get(&report.source).and_then(|it| it.posted.get(&key));
        if let Some(&place) = posted
            && let Some(event) = self.events.get_mut(place)
        {
            event.last = now;
            event.count = event.count.saturating_add(1);
            event.message = report.message;
            self.latest.push(place);
        } else {
            self.create(now, key, report);
        }
    }

    fn create(&mut self, now: SimTime, key: Key, report: Report) {
        let name = self.name_for(now, &report.object.name);
        let Report { source, object, kind, reason, message } = report;
        let sender = self.senders.entry(source.clone()).or_default();
        sender.posted.insert(key, self.events.len());
        self.latest.push(self.events.len());
        let (component, host) = match source {
            Source::Controller => ("daemonset-controller", String::new()),
            Source::Scheduler => (SCHEDULER, String::new()),
            Source::NodeController => ("node-controller", String::new()),
            Source::TaintEviction => ("taint-eviction-controller", String::new()),
            Source::Kubelet(node) => ("kubelet", node),
        };
        let namespace = if object.namespace.is_empty() { "default" } else { &object.namespace };
        self.events.push(Event {
            namespace: namespace.to_owned(),
            name,
            kind,
            reason,
            message,
            component: component.to_owned(),
            host,
            first: now,
            last: now,
            count: 1,
            object,
        });
    }

    /// Nanoseconds since the epoch tell events of one object apart.
    ///
    /// Source: `client-go/tools/record/event.go › makeEvent`.
    fn name_for(&mut self, now: SimTime, object: &str) -> String {
        let (latest, used) = self.named;
        let nanos = if latest == now { used + 1 } else { 0 };
        self.named = (now, nanos);
        format!("{object}.{:x}", u128::from(now.as_micros()) * 1_000 + u128::from(nanos))
    }

    fn number_of(&mut self, object: &InvolvedObject) -> u32 {
        if let Some(&number) = self.objects.get(object) {
            return number;
        }
        let number = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        self.objects.insert(object.clone(), number);
        number
    }
}

const fn event_type(kind: EventKind) -> EventType {
    match kind {
        EventKind::Normal => EventType::Normal,
        EventKind::Warning => EventType::Warning,
    }
}

/// A reason as the correlator knows it: those of refused pods, which name a resource, are one.
fn group(reason: &str) -> &'static str {
    const REASONS: [&str; 21] = [
        "BackOff",
        "Created",
        "ErrImageNeverPull",
        "Evicted",
        "Failed",
        "Killing",
        "NodeHasDiskPressure",
        "NodeHasInsufficientMemory",
        "NodeHasInsufficientPID",
        "NodeHasNoDiskPressure",
        "NodeHasSufficientMemory",
        "NodeHasSufficientPID",
        "NodeNotReady",
        "NodeNotSchedulable",
        "NodeReady",
        "NodeSchedulable",
        "Pulled",
        "Pulling",
        "Started",
        "TaintManagerEviction",
        "Unhealthy",
    ];
    REASONS.into_iter().find(|known| *known == reason).unwrap_or("other")
}
