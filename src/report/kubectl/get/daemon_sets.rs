//! Rows of `kubectl get daemonsets`.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, items, number, pairs, text};
use crate::report::kubectl::label_selector::cell;
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 8] =
    ["NAME", "DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE"];
pub(super) const WIDE: [&str; 3] = ["CONTAINERS", "IMAGES", "SELECTOR"];

/// Source: `printers.go › printDaemonSet`.
pub(super) fn cells(name: String, object: &Value, now: SimTime) -> Cells {
    let (spec, status) = (&object["spec"], &object["status"]);
    let of_pod = &spec["template"]["spec"];
    let counts = [
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    ];
    let mut cells = vec![name];
    cells.extend(counts.map(|count| number(&status[count])));
    cells.push(pairs(&of_pod["nodeSelector"]));
    cells.push(ago(now, &object["metadata"]["creationTimestamp"]));
    let each = |key: &str| {
        let all: Vec<&str> = items(&of_pod["containers"]).iter().map(|it| text(&it[key])).collect();
        all.join(",")
    };
    let wide = vec![each("name"), each("image"), cell(&spec["selector"])];
    Cells { cells, wide }
}
