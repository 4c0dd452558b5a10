//! Tables, one below the other.

use serde_json::Value;

use crate::report::kubectl::get::columns::{Shown, headers, row};
use crate::report::kubectl::resource::Resource;
use crate::report::kubectl::table::Columns;
use crate::time::SimTime;

/// Objects of one kind.
#[derive(Clone, Debug)]
pub struct Group {
    pub resource: Resource,
    pub objects: Vec<Value>,
}

/// A table of each group that has objects, with an empty line between them. With one group, further
/// rows may follow: `columns` knows how wide they are.
///
/// Source: `kubectl/pkg/cmd/get/get.go › Run`.
pub fn tables(
    groups: &[Group],
    now: SimTime,
    shown: Shown,
    no_headers: bool,
    columns: &mut Columns,
) -> String {
    let mut text = String::new();
    for Group { resource, objects } in groups.iter().filter(|it| !it.objects.is_empty()) {
        if !text.is_empty() && !no_headers {
            text.push('\n');
        }
        *columns = Columns::default();
        let mut rows = Vec::with_capacity(objects.len() + 1);
        if !no_headers {
            rows.push(headers(*resource, shown));
        }
        rows.extend(objects.iter().map(|object| row(*resource, object, now, shown)));
        text.push_str(&columns.lines(&rows));
    }
    text
}
