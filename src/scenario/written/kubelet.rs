//! What kubelets do, and what carries images to them.

use crate::scenario::written::data::{Bandwidth, Size};
use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::delay::Delay;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a kubelet does between binding a pod and its being ready, and until it is gone; what is
/// not written has the default of a real kubelet.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Kubelet {
    /// Whether a node pulls one image after the other. Default: true, as kubelets have it.
    pub serialize_image_pulls: Option<bool>,
    /// How many images a node pulls at the same time, if not one after the other. Default: any
    /// number.
    pub max_parallel_image_pulls: Option<u32>,
    /// How many pulls per second a kubelet allows itself; further ones fail and are tried again
    /// after a back-off. `0` for any number. Default: 5.
    #[serde(rename = "registryPullQPS")]
    pub registry_pull_qps: Option<f64>,
    /// How many pulls a kubelet allows itself at once. Default: 10.
    pub registry_burst: Option<u32>,
    /// From the admission of a pod until its volumes are mounted. Default: 0s.
    pub volumes: Option<Deferred<Delay>>,
    /// Making a pod's sandbox, with its network. Default: lognormal, median 400ms, p99 1.5s (our
    /// judgment, within the SLO of 5 s for 99 of 100 pods). `latencies.containerStart` takes the
    /// place of this and of `startContainer` together.
    pub sandbox: Option<Deferred<Delay>>,
    /// Creating and starting a container whose image is there. Default: lognormal, median 200ms,
    /// p99 600ms (our judgment).
    pub start_container: Option<Deferred<Delay>>,
    /// How long an init container runs. Default: lognormal, median 1s, p99 5s (our judgment).
    pub init_run: Option<Deferred<Delay>>,
    /// How long a preStop hook runs that is a command or a request; one that sleeps says so
    /// itself. Default: 5s (our judgment).
    pub pre_stop: Option<Deferred<Delay>>,
    /// From the end of a pod's last container until its volumes are unmounted and the object goes.
    /// The phase is reported before that. Default: uniform, 300ms to 1.3s (our judgment; kubelets
    /// look every 300 ms).
    pub cleanup: Option<Deferred<Delay>>,
}

/// Images by pattern, in which `*` stands for anything; of several that fit, the longest counts.
pub type Images = BTreeMap<String, Image>;

/// What is known of an image.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Image {
    /// What the registry sends: compressed, as `crane manifest` or a registry's page shows it.
    pub size: Size,
}

/// What carries images to the nodes. With `images` or `network`, a pull takes half a second, the
/// image's bytes over the bandwidth that is left for it, and unpacking.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Network {
    /// Where all nodes pull from.
    pub registry: Registry,
    /// Each node.
    pub node: NodeNetwork,
    /// How fast a node unpacks an image, counted in bytes as they were sent; `off` if that takes
    /// no time. Default: 100MB/s (our judgment).
    pub unpack: Option<Bandwidth>,
}

/// Where all nodes pull from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Registry {
    /// What it sends to all nodes together, shared equally by those that pull. Default: off.
    pub bandwidth: Option<Bandwidth>,
    /// How many pulls per second it takes up; the others wait. Default: any number.
    pub requests_per_second: Option<f64>,
}

/// Each node.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NodeNetwork {
    /// What it receives at most. Default: 1Gbit/s.
    pub bandwidth: Option<Bandwidth>,
}
