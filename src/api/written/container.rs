//! A container as written.

#![expect(clippy::struct_field_names, reason = "the names are Kubernetes' own")]

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use crate::api::quantity::Quantity;
use crate::api::written::{IntOrString, written};

written! {
    struct Container {
        name: String,
        image: String,
        image_pull_policy: String,
        ports: Vec<ContainerPort>,
        env: Vec<EnvVar>,
        resources: Resources,
        volume_mounts: Vec<VolumeMount>,
        liveness_probe: Option<Probe>,
        readiness_probe: Option<Probe>,
        startup_probe: Option<Probe>,
        lifecycle: Option<Lifecycle>,
        termination_message_policy: String,
        restart_policy: Option<String>,
    }

    struct ContainerPort {
        name: String,
        container_port: i32,
        host_port: i32,
        protocol: String,
        #[serde(rename = "hostIP")]
        host_ip: String,
    }

    struct EnvVar {
        name: String,
        value: String,
        value_from: Option<EnvSource>,
    }

    struct EnvSource {
        field_ref: Option<IgnoredAny>,
        resource_field_ref: Option<IgnoredAny>,
        config_map_key_ref: Option<IgnoredAny>,
        secret_key_ref: Option<IgnoredAny>,
        file_key_ref: Option<IgnoredAny>,
    }

    struct Resources {
        limits: BTreeMap<String, Quantity>,
        requests: BTreeMap<String, Quantity>,
    }

    struct VolumeMount {
        name: String,
        mount_path: String,
        sub_path: String,
        sub_path_expr: String,
    }

    struct Probe {
        exec: Option<ExecAction>,
        http_get: Option<HttpGetAction>,
        tcp_socket: Option<TcpSocketAction>,
        grpc: Option<GrpcAction>,
        initial_delay_seconds: i32,
        timeout_seconds: i32,
        period_seconds: i32,
        success_threshold: i32,
        failure_threshold: i32,
        termination_grace_period_seconds: Option<i64>,
    }

    struct Lifecycle {
        post_start: Option<Handler>,
        pre_stop: Option<Handler>,
    }

    /// What a hook does; exactly one of the fields in a valid one.
    struct Handler {
        exec: Option<ExecAction>,
        http_get: Option<HttpGetAction>,
        tcp_socket: Option<TcpSocketAction>,
        /// Only ever set by [`Probe::handler`]: hooks have no such field.
        #[serde(skip)]
        grpc: Option<GrpcAction>,
        sleep: Option<SleepAction>,
    }

    struct ExecAction {
        command: Vec<String>,
    }

    struct HttpGetAction {
        path: String,
        port: IntOrString,
        scheme: String,
    }

    struct TcpSocketAction {
        port: IntOrString,
    }

    struct GrpcAction {
        port: i32,
    }

    struct SleepAction {
        seconds: i64,
    }
}

impl Probe {
    /// What the probe does. Flattening it into the probe would lose wrong types of its fields.
    pub(in crate::api) fn handler(&self) -> Handler {
        Handler {
            exec: self.exec.clone(),
            http_get: self.http_get.clone(),
            tcp_socket: self.tcp_socket.clone(),
            grpc: self.grpc.clone(),
            sleep: None,
        }
    }
}
