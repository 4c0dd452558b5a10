//! The events that the controller reports: one at a time they go to the API server.
//!
//! Each waits for a token of the client that all requests of the controller share, and for its
//! answer; the next one is looked at only then. So the events of all DaemonSets stand in one queue,
//! and never take more than one token at once.
//!
//! Source: `client-go/tools/record/event.go › StartRecordingToSink, StartEventWatcher,
//! recordToSink`.

use std::collections::VecDeque;

use crate::control::events::{EventPipeline, EventType, Sent};
use crate::record::{FactId, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::server::{DrawFor, Request, request};
use crate::world::cx::Cx;
use crate::world::event::{Event, PostStep};
use crate::world::ids::DaemonSetId;

/// More events than these are not kept.
///
/// Source: `client-go/tools/record/event.go › maxQueuedEvents`.
const MAX_QUEUED_EVENTS: usize = 1_000;

/// How long the client waits before it sends an event again that got no answer.
///
/// Source: `client-go/tools/record/event.go › defaultSleepDuration`.
const RETRY_AFTER: SimDuration = SimDuration::from_secs(10);

/// How often an event is sent at most.
///
/// Source: `client-go/tools/record/event.go › maxTriesPerEvent`.
const MAX_TRIES: u32 = 12;

/// An event that the controller reports.
#[derive(Clone, Debug)]
pub(in crate::world) struct Reported {
    pub(in crate::world) daemon_set: DaemonSetId,
    pub(in crate::world) event_type: EventType,
    pub(in crate::world) reason: &'static str,
    pub(in crate::world) message: String,
    /// The fact that it follows from.
    pub(in crate::world) cause: Option<FactId>,
}

/// What the controller has reported and the API server does not have yet.
#[derive(Debug)]
pub(super) struct EventSink {
    /// Which client of the controller it belongs to.
    client: u32,
    pipeline: EventPipeline<DaemonSetId>,
    waiting: VecDeque<Reported>,
    under_way: Option<UnderWay>,
}

/// The event that the client is busy with.
#[derive(Debug)]
struct UnderWay {
    event: Reported,
    /// How often it was sent.
    tries: u32,
    /// From when it is stored until the client has the answer.
    rest: SimDuration,
}

impl EventSink {
    pub(super) fn new(client: u32) -> Self {
        let pipeline = EventPipeline::new();
        Self { client, pipeline, waiting: VecDeque::new(), under_way: None }
    }

    /// One that has seen nothing, for the controller's next process.
    pub(super) fn of_next_client(&self) -> Self {
        Self::new(self.client + 1)
    }
}

/// The controller reports an event. If requests take no time it is stored at once, and none is
/// merged or dropped.
pub(in crate::world) fn report_event(event: Reported, cx: &mut Cx<'_>) {
    if cx.api.is_instant() {
        return stored(&event, cx);
    }
    let sink = &mut cx.api.events;
    if sink.waiting.len() < MAX_QUEUED_EVENTS {
        sink.waiting.push_back(event);
    }
    send_next(cx);
}

/// Something happens to the event that is under way, unless its client is gone.
pub(in crate::world) fn event_step(client: u32, step: PostStep, cx: &mut Cx<'_>) {
    let sink = &mut cx.api.events;
    if sink.client != client {
        return;
    }
    match step {
        PostStep::Send => send(cx),
        PostStep::Stored => arrives(cx),
        PostStep::Answered => {
            sink.under_way = None;
            send_next(cx);
        }
    }
}

/// Sends the next event that is not dropped, unless one is under way.
fn send_next(cx: &mut Cx<'_>) {
    let sink = &mut cx.api.events;
    while sink.under_way.is_none()
        && let Some(event) = sink.waiting.pop_front()
    {
        let Reported { daemon_set, event_type, reason, ref message, .. } = event;
        match sink.pipeline.report(cx.now, &daemon_set, event_type, reason, message) {
            Sent::Dropped => {}
            Sent::Create { message } | Sent::Patch { message, .. } => {
                let event = Reported { message, ..event };
                sink.under_way = Some(UnderWay { event, tries: 0, rest: SimDuration::ZERO });
                return send(cx);
            }
        }
    }
}

fn send(cx: &mut Cx<'_>) {
    let Some(daemon_set) = cx.api.events.under_way.as_ref().map(|it| it.event.daemon_set) else {
        return;
    };
    let Request { carried_out, rest, .. } = request(DrawFor::DaemonSet(daemon_set), cx);
    if let Some(under_way) = &mut cx.api.events.under_way {
        under_way.tries += 1;
        under_way.rest = rest;
    }
    plan(PostStep::Stored, carried_out, cx);
}

/// The event arrives at the API server, or gets no answer: then it is sent again after a while.
fn arrives(cx: &mut Cx<'_>) {
    let Some(UnderWay { event, tries, rest }) = &cx.api.events.under_way else { return };
    let (event, tries, answered) = (event.clone(), *tries, cx.now + *rest);
    if cx.api.hangs(cx.now) {
        plan(PostStep::Stored, cx.api.up_at(), cx);
    } else if !cx.api.refuses(cx.now) {
        stored(&event, cx);
        plan(PostStep::Answered, answered, cx);
    } else if tries < MAX_TRIES {
        plan(PostStep::Send, cx.now + RETRY_AFTER, cx);
    } else {
        plan(PostStep::Answered, answered, cx);
    }
}

fn plan(step: PostStep, at: SimTime, cx: &mut Cx<'_>) {
    let EventSink { client, ref under_way, .. } = cx.api.events;
    let cause = under_way.as_ref().and_then(|it| it.event.cause);
    cx.because(cause).at(at, Event::Post { client, step });
}

fn stored(event: &Reported, cx: &mut Cx<'_>) {
    let &Reported { daemon_set, event_type, reason, ref message, cause } = event;
    let key = &cx.cluster.daemon_sets[daemon_set].key;
    cx.record.fact(cx.now, cause, |names| What::EventPosted {
        daemon_set: names.intern(key),
        warning: event_type == EventType::Warning,
        reason: reason.into(),
        message: names.intern(message),
    });
}
