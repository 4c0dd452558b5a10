//! A DaemonSet as written.

use crate::api::labels::Labels;
use crate::api::metadata::ObjectMeta;
use crate::api::written::pod_spec::PodSpec;
use crate::api::written::{IntOrString, written};

written! {
    struct DaemonSet {
        metadata: ObjectMeta,
        spec: DaemonSetSpec,
        status: DaemonSetStatus,
    }

    struct DaemonSetSpec {
        selector: Option<LabelSelector>,
        template: PodTemplate,
        update_strategy: UpdateStrategy,
        min_ready_seconds: i32,
        revision_history_limit: Option<i32>,
    }

    struct UpdateStrategy {
        #[serde(rename = "type")]
        kind: String,
        rolling_update: Option<RollingUpdate>,
    }

    struct RollingUpdate {
        max_unavailable: Option<IntOrString>,
        max_surge: Option<IntOrString>,
    }

    struct DaemonSetStatus {
        current_number_scheduled: u32,
        number_misscheduled: u32,
        desired_number_scheduled: u32,
        number_ready: u32,
        observed_generation: i64,
        updated_number_scheduled: u32,
        number_available: u32,
        number_unavailable: u32,
        collision_count: Option<u32>,
    }

    struct LabelSelector {
        match_labels: Labels,
        match_expressions: Vec<Requirement>,
    }

    /// A requirement of a label selector or of node affinity.
    struct Requirement {
        key: String,
        operator: String,
        values: Vec<String>,
    }

    struct PodTemplate {
        metadata: ObjectMeta,
        spec: PodSpec,
    }
}
