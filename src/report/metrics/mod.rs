//! Metrics of a run: those that kube-state-metrics 2.20 makes of DaemonSets, nodes and pods.
//!
//! Names, labels, types and help texts are its own: `internal/store/daemonset.go`, `node.go` and
//! `pod.go`, each in its own order. What a record does not know (ids of containers, kernels) is an
//! empty label, as it is of an object without it.

mod daemon_set;
mod family;
mod labels;
mod node;
mod openmetrics;
mod pod;
mod pod_containers;
mod rule_test;
mod series;

pub use labels::{ConstantLabel, is_own_label};
pub use openmetrics::write_openmetrics;
pub use rule_test::{RuleTest, rule_test};
