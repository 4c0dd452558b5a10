//! A DaemonSet object.

use serde_json::{Value, json};

use crate::api::TEMPLATE_GENERATION;
use crate::record::DaemonSetState;
use crate::report::objects::metadata::{daemon_set_uid, fields, maybe_time, time};

/// `it` as `kubectl get ds NAME -o json` has it.
pub fn daemon_set_object(it: &DaemonSetState) -> Value {
    let mut annotations = it.annotations.clone();
    if let Some(generation) = it.template_generation {
        annotations.insert(TEMPLATE_GENERATION.to_owned(), generation.to_string());
    }
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": fields([
            ("annotations", json!(annotations)),
            ("creationTimestamp", time(it.created)),
            // A DaemonSet has no grace period.
            ("deletionGracePeriodSeconds", it.deleted.map_or(Value::Null, |_| 0.into())),
            ("deletionTimestamp", maybe_time(it.deleted)),
            ("finalizers", json!(it.finalizers)),
            ("generation", it.generation.into()),
            ("labels", json!(it.labels)),
            ("name", json!(it.name)),
            ("namespace", json!(it.namespace)),
            ("uid", daemon_set_uid(&it.daemon_set).into()),
        ]),
        "spec": it.spec,
        "status": status(it),
    })
}

/// Four counts are always written, the others if they are not zero.
///
/// Source: `k8s.io/api/apps/v1/types.go › DaemonSetStatus`.
fn status(it: &DaemonSetState) -> Value {
    let counts = it.status;
    let unless_zero = |count: u32| if count == 0 { Value::Null } else { count.into() };
    let observed =
        if it.observed_generation == 0 { Value::Null } else { it.observed_generation.into() };
    fields([
        ("collisionCount", json!(it.collision_count)),
        ("currentNumberScheduled", counts.current.into()),
        ("desiredNumberScheduled", counts.desired.into()),
        ("numberAvailable", unless_zero(counts.available)),
        ("numberMisscheduled", counts.misscheduled.into()),
        ("numberReady", counts.ready.into()),
        ("numberUnavailable", unless_zero(counts.unavailable)),
        ("observedGeneration", observed),
        ("updatedNumberScheduled", unless_zero(counts.updated)),
    ])
}
