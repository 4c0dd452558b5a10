//! How long the phases of a pod take.

use crate::scenario::written::amount::Chance;
use crate::scenario::written::deferred::Deferred;
use crate::scenario::written::delay::Delay;
use schemars::JsonSchema;
use serde::Deserialize;

/// How long each phase of a pod takes; what is not written has a default.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Latencies {
    /// From the creation of the pod until it is bound to its node, if nothing keeps the scheduler
    /// from it; what may, is in `controlPlane.scheduler`.
    /// Default: lognormal, median 8ms, p99 38ms, as measured.
    pub schedule: Option<Deferred<Delay>>,
    /// Pulling an image that the node does not have yet.
    /// Default: lognormal, median 8s, p99 40s (an agent's image of some 80 MB at about 10 MB/s
    /// with unpacking; our judgment, since nobody publishes a distribution: measure your own).
    /// Without this, `images` and `network` let a pull take what its bytes take.
    pub image_pull: Option<Deferred<Delay>>,
    /// From the images being there until the containers run: sandbox, network, start.
    /// Default: `kubelet.sandbox` and `kubelet.startContainer`; with kubelets off, lognormal,
    /// median 600ms, p99 2s (0.57 s on SSD, arXiv 2602.15214; within the SLO of 5 s for 99 of 100
    /// pods).
    pub container_start: Option<Deferred<Delay>>,
    /// From running until a container is well, which its probes notice at their next question;
    /// pods without a readiness probe are ready at once. A liveness probe that loses its patience
    /// before that kills the container. Default: lognormal, median 3s, p99 15s (our judgment; agents differ widely: Cilium takes
    /// 80 s to 5 min).
    pub ready: Option<Deferred<Delay>>,
    /// From the request to terminate until the containers have exited; the pod's grace period
    /// cuts it short. Default: lognormal, median 1s, p99 10s (our judgment).
    pub terminate: Option<Deferred<Delay>>,
    /// From the registration of a node that joins until its kubelet reports that it is Ready.
    /// Default: lognormal, median 10s, p99 60s (our judgment); none with
    /// `controlPlane: {nodeLifecycle: off}`.
    pub node_ready: Option<Deferred<Delay>>,
    /// A file that `kubectl get ds,nodes,pods,controllerrevisions -A -o json` (or yaml) wrote. Each
    /// pod of the run takes as long as one with the same images, drawn at random (fewer than five
    /// of those: as one of its DaemonSet; fewer than five: as one of any): `schedule`,
    /// `containerStart` (with the pull of images, which then takes no time of its own) and `ready`
    /// are those of the same pod. Pods that should have started by then, and have not, are drawn
    /// too, unless the run begins with this snapshot. Timestamps there are whole seconds.
    pub from_snapshot: Option<String>,
    /// How much a phase differs from run to run: a factor that is drawn once per phase and seed and
    /// multiplies all that the phase takes, as on a day when the registry is slow. Half of the runs
    /// are faster than what is written, half slower. Default: no difference.
    pub per_run: Option<Deferred<PerRun>>,
    /// Some nodes are slower than others. Default: none is.
    pub slow_nodes: Option<Deferred<SlowNodes>>,
    /// Exceptions for an image, a pool or a node; the last that matches counts.
    pub overrides: Vec<Deferred<LatencyOverride>>,
}

/// An exception: which pods (all of `image`, `pool` and `node` that are written must fit), and
/// the phases that it changes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LatencyOverride {
    /// A container's image; `*` stands for anything: `quay.io/*`.
    pub image: Option<String>,
    /// Nodes of this pool.
    pub pool: Option<String>,
    /// This node.
    pub node: Option<String>,
    /// From the creation of the pod until it is bound to its node.
    pub schedule: Option<Delay>,
    /// Pulling an image that the node does not have yet.
    pub image_pull: Option<Delay>,
    /// From the images being there until the containers run.
    pub container_start: Option<Delay>,
    /// From running until the readiness probe passes.
    pub ready: Option<Delay>,
    /// From the request to terminate until the containers have exited.
    pub terminate: Option<Delay>,
    /// From the registration of a node until it is Ready; not for an image.
    pub node_ready: Option<Delay>,
}

/// How much each phase differs from run to run; a phase that is not written does not.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PerRun {
    /// From the creation of the pod until it is bound to its node.
    pub schedule: Option<Deferred<Spread>>,
    /// Pulling an image. Where `images` and `network` say what a pull takes: how many times slower
    /// the registry answers and sends to all nodes together.
    pub image_pull: Option<Deferred<Spread>>,
    /// From the images being there until the containers run.
    pub container_start: Option<Deferred<Spread>>,
    /// From running until a container is well.
    pub ready: Option<Deferred<Spread>>,
    /// From the request to terminate until the containers have exited.
    pub terminate: Option<Deferred<Spread>>,
    /// From the registration of a node that joins until it is Ready.
    pub node_ready: Option<Deferred<Spread>>,
}

/// A lognormal factor with median 1, by one of two numbers.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Spread {
    /// The standard deviation of the factor's natural logarithm, from 0 to 3.
    #[schemars(range(min = 0, max = 3))]
    pub sigma: Option<f64>,
    /// In one run of a hundred the phase takes this many times as long or longer, from 1 to 1000.
    #[schemars(range(min = 1, max = 1000))]
    pub p99: Option<f64>,
}

/// Nodes that are slower than others.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowNodes {
    /// How probably a node is slow. Which ones are, depends on the seed; with a smaller share, it is
    /// some of those that are slow with a larger one.
    pub share: Chance,
    /// How many times as long `imagePull`, `containerStart`, `ready`, `terminate` and `nodeReady`
    /// take on them, from 1 to 1000. Of a pull by the size of its image, the unpacking does.
    #[schemars(range(min = 1, max = 1000))]
    pub factor: f64,
}
