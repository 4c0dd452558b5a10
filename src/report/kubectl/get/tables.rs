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
/// Of a kind that has no namespaces, the column NAMESPACE is there if it was in a table before.
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
    let mut had_namespace = false;
    for Group { resource, objects } in groups {
        had_namespace |= shown.namespace && resource.is_namespaced();
        if objects.is_empty() {
            continue;
        }
        let shown = Shown { namespace: had_namespace, ..shown };
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
