//! Rows of `kubectl get events`.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, number, text};
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
    let mut cells = vec![
        ago(now, &object["lastTimestamp"]),
        text(&object["type"]).to_owned(),
        text(&object["reason"]).to_owned(),
        format!("{}/{}", text(&of["kind"]).to_lowercase(), text(&of["name"])),
    ];
    let message = text(&object["message"]).trim().to_owned();
    if wide {
        let (component, host) =
            (text(&object["source"]["component"]), text(&object["source"]["host"]));
        cells.push(text(&of["fieldPath"]).to_owned());
        cells.push(if host.is_empty() {
            component.to_owned()
        } else {
            format!("{component}, {host}")
        });
        cells.push(message);
        cells.push(ago(now, &object["firstTimestamp"]));
        cells.push(number(&object["count"]));
        cells.push(name);
    } else {
        cells.push(message);
    }
    Cells { cells, wide: Vec::new() }
}
