//! A pod's spec as written.

#![expect(clippy::struct_field_names, reason = "the names are Kubernetes' own")]

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use crate::api::labels::Labels;
use crate::api::quantity::Quantity;
use crate::api::written::container::Container;
use crate::api::written::daemon_set::Requirement;
use crate::api::written::volume::Volume;
use crate::api::written::written;

written! {
    struct PodSpec {
        volumes: Vec<Volume>,
        init_containers: Vec<Container>,
        containers: Vec<Container>,
        ephemeral_containers: Vec<IgnoredAny>,
        restart_policy: String,
        termination_grace_period_seconds: Option<i64>,
        active_deadline_seconds: Option<i64>,
        dns_policy: String,
        dns_config: Option<IgnoredAny>,
        node_selector: Labels,
        service_account_name: String,
        node_name: String,
        host_network: bool,
        affinity: Option<Affinity>,
        scheduler_name: String,
        scheduling_gates: Vec<SchedulingGate>,
        readiness_gates: Vec<ReadinessGate>,
        os: Option<PodOs>,
        tolerations: Vec<Toleration>,
        priority_class_name: String,
        priority: Option<i32>,
        preemption_policy: Option<String>,
        overhead: BTreeMap<String, Quantity>,
    }

    struct SchedulingGate {
        name: String,
    }

    struct ReadinessGate {
        condition_type: String,
    }

    struct PodOs {
        name: String,
    }

    struct Affinity {
        node_affinity: Option<NodeAffinity>,
    }

    struct NodeAffinity {
        required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
        preferred_during_scheduling_ignored_during_execution: Vec<PreferredTerm>,
    }

    struct NodeSelector {
        node_selector_terms: Vec<NodeSelectorTerm>,
    }

    struct NodeSelectorTerm {
        match_expressions: Vec<Requirement>,
        match_fields: Vec<Requirement>,
    }

    struct PreferredTerm {
        weight: i32,
        preference: NodeSelectorTerm,
    }

    struct Toleration {
        key: String,
        operator: String,
        value: String,
        effect: String,
        toleration_seconds: Option<i64>,
    }
}
