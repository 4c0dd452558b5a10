//! The roles of a node.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::well_known::{LABEL_NODE_ROLE, LABEL_NODE_ROLE_PREFIX};

/// Those that its labels give it, in one cell: `control-plane,worker`.
///
/// Source: `printers.go › findNodeRoles`, `kubectl/pkg/describe/describe.go › findNodeRoles`.
pub(super) fn roles(labels: &Value) -> String {
    let labels = labels.as_object().into_iter().flatten();
    let role =
        |(key, value): (&'_ String, &'_ Value)| match key.strip_prefix(LABEL_NODE_ROLE_PREFIX) {
            Some(role) => Some(role.to_owned()),
            None if key == LABEL_NODE_ROLE => value.as_str().map(str::to_owned),
            None => None,
        };
    let roles: BTreeSet<String> = labels.filter_map(role).filter(|role| !role.is_empty()).collect();
    let roles: Vec<String> = roles.into_iter().collect();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}
