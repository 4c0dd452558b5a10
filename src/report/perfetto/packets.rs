//! A trace as packets: one for each track, then one for each event.
//!
//! Source: perfetto `protos/perfetto/trace/{trace,trace_packet}.proto`,
//! `track_event/{track_event,track_descriptor,process_descriptor,counter_descriptor,
//! debug_annotation}.proto`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::inspect::trace::{Shape, Slice, Trace, TraceEvent, Track, TrackId, TrackKind};
use crate::record::FactId;
use crate::report::perfetto::message::Message;

/// Writes a trace. Its times are nanoseconds since the start of the run.
///
/// # Errors
/// If it cannot write.
pub fn write_perfetto(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let mut ranks = BTreeMap::new();
    for (index, track) in trace.tracks.iter().enumerate() {
        let mut packet = Message::default();
        packet.message(packet::TRACK_DESCRIPTOR, &descriptor(track, &mut ranks));
        packet.uint(packet::SEQUENCE_ID, 1);
        if index == 0 {
            packet.uint(packet::SEQUENCE_FLAGS, packet::STATE_CLEARED);
        }
        write_packet(&packet, out)?;
    }
    for event in &trace.events {
        let mut packet = Message::default();
        packet.uint(packet::TIMESTAMP, event.at.as_micros().saturating_mul(1_000));
        packet.message(packet::TRACK_EVENT, &track_event(event));
        packet.uint(packet::SEQUENCE_ID, 1);
        write_packet(&packet, out)?;
    }
    Ok(())
}

/// Numbers of fields of `TracePacket`.
mod packet {
    pub(super) const TIMESTAMP: u32 = 8;
    pub(super) const SEQUENCE_ID: u32 = 10;
    pub(super) const TRACK_EVENT: u32 = 11;
    pub(super) const SEQUENCE_FLAGS: u32 = 13;
    pub(super) const TRACK_DESCRIPTOR: u32 = 60;
    /// `SEQ_INCREMENTAL_STATE_CLEARED`.
    pub(super) const STATE_CLEARED: u64 = 1;
}

/// Numbers of fields of `TrackDescriptor` and what it holds.
mod track {
    pub(super) const UUID: u32 = 1;
    pub(super) const NAME: u32 = 2;
    pub(super) const PROCESS: u32 = 3;
    pub(super) const PARENT_UUID: u32 = 5;
    pub(super) const COUNTER: u32 = 8;
    pub(super) const CHILD_ORDERING: u32 = 11;
    pub(super) const SIBLING_ORDER_RANK: u32 = 12;
    /// `EXPLICIT`: by the rank of the children.
    pub(super) const EXPLICIT: u64 = 3;
    pub(super) const PROCESS_PID: u32 = 1;
    pub(super) const PROCESS_NAME: u32 = 6;
    pub(super) const COUNTER_UNIT: u32 = 3;
    /// `UNIT_COUNT`.
    pub(super) const COUNT: u64 = 2;
}

/// Numbers of fields of `TrackEvent` and what it holds.
mod event {
    pub(super) const DEBUG_ANNOTATIONS: u32 = 4;
    pub(super) const TYPE: u32 = 9;
    pub(super) const TRACK_UUID: u32 = 11;
    pub(super) const CATEGORIES: u32 = 22;
    pub(super) const NAME: u32 = 23;
    pub(super) const COUNTER_VALUE: u32 = 30;
    pub(super) const FLOW_IDS: u32 = 47;
    pub(super) const TERMINATING_FLOW_IDS: u32 = 48;
    pub(super) const SLICE_BEGIN: u64 = 1;
    pub(super) const SLICE_END: u64 = 2;
    pub(super) const INSTANT: u64 = 3;
    pub(super) const COUNTER: u64 = 4;
    pub(super) const ANNOTATION_NAME: u32 = 10;
    pub(super) const ANNOTATION_UINT: u32 = 3;
    pub(super) const ANNOTATION_STRING: u32 = 6;
}

/// `Trace.packet`.
fn write_packet(packet: &Message, out: &mut dyn Write) -> io::Result<()> {
    let mut trace = Message::default();
    trace.message(1, packet);
    out.write_all(trace.bytes())
}

/// Tracks keep the order in which they were added; `ranks` counts those below each process.
fn descriptor(it: &Track, ranks: &mut BTreeMap<TrackId, u64>) -> Message {
    let mut message = Message::default();
    message.uint(track::UUID, it.id.0);
    if let Some(parent) = it.parent {
        let rank = ranks.entry(parent).or_default();
        message.text(track::NAME, &it.name).uint(track::PARENT_UUID, parent.0);
        message.uint(track::SIBLING_ORDER_RANK, *rank);
        *rank += 1;
    }
    match it.kind {
        TrackKind::Process => {
            let mut process = Message::default();
            process.uint(track::PROCESS_PID, it.id.0).text(track::PROCESS_NAME, &it.name);
            message.message(track::PROCESS, &process);
            message.uint(track::CHILD_ORDERING, track::EXPLICIT);
        }
        TrackKind::Counter => {
            let mut counter = Message::default();
            counter.uint(track::COUNTER_UNIT, track::COUNT);
            message.message(track::COUNTER, &counter);
        }
        TrackKind::Slices => {}
    }
    message
}

fn track_event(it: &TraceEvent) -> Message {
    let mut message = Message::default();
    message.uint(event::TRACK_UUID, it.track.0);
    match &it.shape {
        Shape::Begin(slice) => {
            message.uint(event::TYPE, event::SLICE_BEGIN);
            push_slice(slice, &mut message);
        }
        Shape::Instant(slice) => {
            message.uint(event::TYPE, event::INSTANT);
            push_slice(slice, &mut message);
        }
        Shape::End => {
            message.uint(event::TYPE, event::SLICE_END);
        }
        Shape::Count(number) => {
            message.uint(event::TYPE, event::COUNTER).int(event::COUNTER_VALUE, *number);
        }
    }
    message
}

fn push_slice(slice: &Slice, message: &mut Message) {
    message.text(event::CATEGORIES, slice.category).text(event::NAME, &slice.name);
    for (name, value) in &slice.notes {
        let mut annotation = Message::default();
        annotation.text(event::ANNOTATION_NAME, name).text(event::ANNOTATION_STRING, value);
        message.message(event::DEBUG_ANNOTATIONS, &annotation);
    }
    if let Some(FactId(fact)) = slice.fact {
        let mut annotation = Message::default();
        annotation.text(event::ANNOTATION_NAME, "fact").uint(event::ANNOTATION_UINT, fact.into());
        message.message(event::DEBUG_ANNOTATIONS, &annotation);
    }
    for fact in &slice.led_to {
        message.fixed64(event::FLOW_IDS, flow_id(*fact));
    }
    if let Some(fact) = slice.fact.filter(|_| slice.has_cause) {
        message.fixed64(event::TERMINATING_FLOW_IDS, flow_id(fact));
    }
}

/// The number of the arrow that ends at what a fact began; 0 would be none.
fn flow_id(FactId(fact): FactId) -> u64 {
    u64::from(fact) + 1
}
