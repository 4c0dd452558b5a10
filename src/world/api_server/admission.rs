//! Admission: which pods the API server refuses to create, and why.

use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, SpecId};

/// Whether a new pod of a DaemonSet is admitted.
///
/// # Errors
///
/// Why not, as the API server answers.
pub(in crate::world) fn admit_pod(
    id: DaemonSetId,
    spec: SpecId,
    cx: &Cx<'_>,
) -> Result<(), String> {
    match &cx.cluster.specs[spec].refused {
        // Admission comes before a name is generated.
        Some(why) => Err(forbidden(&format!("{}-", cx.cluster.daemon_sets[id].name.name), why)),
        None => Ok(()),
    }
}

/// Source: `apimachinery/pkg/api/errors/errors.go › NewForbidden`.
fn forbidden(pod: &str, why: &str) -> String {
    format!("pods \"{pod}\" is forbidden: {why}")
}
