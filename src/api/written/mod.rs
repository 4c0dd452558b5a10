//! Objects as they are written: every field may be missing, and nothing is checked but its type.
//!
//! As in Go, empty text, zero and an empty list stand for what is absent, unless absence means
//! something else than zero; then the field is an `Option`. Fields that Kubernetes knows and a
//! rollout does not depend on are left out, and so ignored.

mod container;
mod daemon_set;
mod int_or_string;
mod pod_spec;
mod volume;

pub(super) use container::{
    Container, ContainerPort, EnvVar, Handler, HttpGetAction, Lifecycle, Probe, Resources,
    VolumeMount,
};
pub(super) use daemon_set::{
    DaemonSet, DaemonSetSpec, LabelSelector, PodTemplate, Requirement, RollingUpdate,
    UpdateStrategy,
};
pub(super) use int_or_string::IntOrString;
pub(super) use pod_spec::{
    NodeAffinity, NodeSelector, NodeSelectorTerm, PodSpec, PreferredTerm, Toleration,
};
pub(super) use volume::Volume;

/// Declares structs as written: all fields optional, `null` read as absent, names in camelCase.
macro_rules! written {
    ($(
        $(#[$about:meta])*
        struct $name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty,)* }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub(in crate::api) struct $name {$(
            $(#[$attribute])*
            #[serde(deserialize_with = "crate::api::nullable::null_as_default")]
            pub(in crate::api) $field: $kind,
        )*}
    )*};
}
use written;
