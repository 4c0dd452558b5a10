//! The table of events below a description.

use crate::inspect::Event;
use crate::report::kubectl::age::{age, human_duration};
use crate::report::kubectl::describe::lines::Lines;
use crate::time::SimTime;

/// What a description needs besides objects: what time it is, and whose texts are printed.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    pub now: SimTime,
    /// `1.36`.
    pub kubernetes_version: &'a str,
}

/// Source: `kubectl/pkg/describe/describe.go › DescribeEvents`.
pub(super) fn events(lines: &mut Lines, events: &[&Event], clock: &Clock<'_>) {
    if events.is_empty() {
        return lines.line(0, "Events:\t<none>");
    }
    lines.line(0, "Events:");
    lines.line(1, "Type\tReason\tAge\tFrom\tMessage");
    lines.line(1, "----\t------\t----\t----\t-------");
    // Since 1.35 the part of the object is printed before the message.
    let names_parts = lines.is_since(35);
    for event in in_order(events) {
        let kind = event.kind.name();
        let Event { reason, component, message, object, .. } = event;
        let message = message.trim();
        let path = &object.field_path;
        let path =
            if path.is_empty() || !names_parts { String::new() } else { format!("{path}: ") };
        let when = interval(event, clock.now);
        lines.line(1, format_args!("{kind}\t{reason}\t{when}\t{component}\t{path}{message}"));
    }
}

/// By `lastTimestamp`, which events of the newer API group do not have.
///
/// Source: `kubectl/pkg/util/event/sorted_event_list.go › SortableEvents`.
fn in_order<'a>(events: &[&'a Event]) -> Vec<&'a Event> {
    let mut events = events.to_vec();
    let last = |event: &Event| {
        if event.is_of_new_group() { SimTime::ZERO } else { event.last.truncate_to_second() }
    };
    events.sort_by_key(|event| last(event));
    events
}

/// `33s (x4 over 10m)`.
fn interval(event: &Event, now: SimTime) -> String {
    let since = |at: SimTime| {
        if event.is_of_new_group() { human_duration(now.since(at)) } else { age(now, at) }
    };
    let first = since(event.first);
    if event.count > 1 {
        return format!("{} (x{} over {first})", since(event.last), event.count);
    }
    first
}
