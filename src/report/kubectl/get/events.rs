//! Rows of `kubectl get events`.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, count, number, or, text};
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 5] = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
pub(super) const WIDE: [&str; 10] = [
    "LAST SEEN",
    "TYPE",
    "REASON",
    "OBJECT",
    "SUBOBJECT",
    "SOURCE",
    "MESSAGE",
    "FIRST SEEN",
    "COUNT",
    "NAME",
];

/// Unlike other tables, a wide one has its columns in between.
///
/// Source: `printers.go › printEvent`.
pub(super) fn cells(name: String, object: &Value, now: SimTime, wide: bool) -> Cells {
    let of = &object["involvedObject"];
    let seen = Seen::of(object, now);
    let mut cells = vec![
        seen.last,
        text(&object["type"]).to_owned(),
        text(&object["reason"]).to_owned(),
        format!("{}/{}", text(&of["kind"]).to_lowercase(), text(&of["name"])),
    ];
    let message = text(&object["message"]).trim().to_owned();
    if wide {
        cells.push(text(&of["fieldPath"]).to_owned());
        cells.push(source(object));
        cells.push(message);
        cells.push(seen.first);
        cells.push(seen.count);
        cells.push(name);
    } else {
        cells.push(message);
    }
    Cells { cells, wide: Vec::new() }
}

/// When and how often an Event was posted.
struct Seen {
    first: String,
    last: String,
    count: String,
}

impl Seen {
    /// Those of `events.k8s.io` have times of their own.
    fn of(object: &Value, now: SimTime) -> Self {
        let told =
            |key: &str| Some(&object[key]).filter(|it| it.is_string()).map(|it| ago(now, it));
        let first = told("firstTimestamp").unwrap_or_else(|| ago(now, &object["eventTime"]));
        let series = &object["series"];
        if series.is_object() {
            let last = ago(now, &series["lastObservedTime"]);
            return Self { first, last, count: number(&series["count"]) };
        }
        let last = told("lastTimestamp").unwrap_or_else(|| first.clone());
        Self { first, last, count: count(&object["count"]).max(1).to_string() }
    }
}

/// Source: `printers.go › formatEventSource`.
fn source(object: &Value) -> String {
    let source = &object["source"];
    let component = or(&source["component"], text(&object["reportingComponent"]));
    let host = or(&source["host"], text(&object["reportingInstance"]));
    if host.is_empty() { component } else { format!("{component}, {host}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(object: &Value) -> String {
        cells("n".to_owned(), object, SimTime::from_secs(100), true).cells.join("|")
    }

    #[test]
    fn an_event_tells_when_and_how_often() {
        let mut object = json!({
            "type": "Warning", "reason": "FailedDaemonPod", "message": " m\n", "count": 4,
            "involvedObject": {"kind": "DaemonSet", "name": "agent"},
            "firstTimestamp": "1970-01-01T00:00:40Z", "lastTimestamp": "1970-01-01T00:01:07Z",
            "source": {"component": "daemonset-controller"},
        });
        let expected =
            "33s|Warning|FailedDaemonPod|daemonset/agent||daemonset-controller|m|60s|4|n";
        assert_eq!(row(&object), expected);
        object["source"]["host"] = "node-1".into();
        object["involvedObject"]["fieldPath"] = "spec.containers{c}".into();
        assert!(row(&object).contains("|spec.containers{c}|daemonset-controller, node-1|m|"));
    }

    #[test]
    fn an_event_of_the_new_group_has_its_own_times() {
        let mut object = json!({
            "type": "Normal", "reason": "Scheduled", "message": "m", "firstTimestamp": null,
            "lastTimestamp": null, "eventTime": "1970-01-01T00:00:40.500000Z", "source": {},
            "involvedObject": {"kind": "Pod", "name": "p"},
            "reportingComponent": "default-scheduler", "reportingInstance": "s-1",
        });
        let expected = "60s|Normal|Scheduled|pod/p||default-scheduler, s-1|m|60s|1|n";
        assert_eq!(row(&object), expected);
        object["series"] = json!({"count": 3, "lastObservedTime": "1970-01-01T00:01:10Z"});
        assert!(row(&object).starts_with("30s|") && row(&object).ends_with("|60s|3|n"));
    }
}
