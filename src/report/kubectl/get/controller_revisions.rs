//! Rows of `kubectl get controllerrevisions`.

use serde_json::Value;

use crate::report::kubectl::get::row::{Cells, ago, items, number, text};
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 4] = ["NAME", "CONTROLLER", "REVISION", "AGE"];

/// Source: `printers.go › printControllerRevision`.
pub(super) fn cells(name: String, object: &Value, now: SimTime) -> Cells {
    let metadata = &object["metadata"];
    let mut owners = items(&metadata["ownerReferences"]).iter();
    let controller = owners.find(|it| it["controller"] == true);
    let called = |it: &Value| {
        let kind = text(&it["kind"]).to_lowercase();
        match text(&it["apiVersion"]).split_once('/') {
            Some((group, _)) => format!("{kind}.{group}/{}", text(&it["name"])),
            None => format!("{kind}/{}", text(&it["name"])),
        }
    };
    let cells = vec![
        name,
        controller.map_or_else(|| "<none>".to_owned(), called),
        number(&object["revision"]),
        ago(now, &metadata["creationTimestamp"]),
    ];
    Cells { cells, wide: Vec::new() }
}
