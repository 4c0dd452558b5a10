//! What the API server would refuse, in its own words and order.
//!
//! Each file mirrors a part of Kubernetes' validation on objects as written, after defaulting.

mod affinity;
mod container;
mod daemon_set;
mod field_error;
mod handler;
mod metadata;
mod pod_spec;
mod resources;
mod toleration;
mod volume;

pub(super) use daemon_set::validate;
pub(super) use field_error::FieldError;
