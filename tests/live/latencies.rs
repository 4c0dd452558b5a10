//! What rollcast is told of how fast things are.

use crate::experiments::Experiment;

/// Where a comparison takes its latencies from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Latencies {
    /// Medians and 99th percentiles of that machine.
    AsMeasured,
    /// rollcast's defaults; only how long pods start and stop is the experiment's.
    Default,
}

impl Latencies {
    pub(crate) const ALL: [Self; 2] = [Self::AsMeasured, Self::Default];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AsMeasured => "latencies as measured",
            Self::Default => "default latencies",
        }
    }

    /// A proxy is a latency, too: where there is one, there are no defaults to compare.
    pub(crate) const fn apply_to(self, experiment: &Experiment) -> bool {
        matches!(self, Self::AsMeasured) || experiment.proxy_ms == 0
    }

    /// The value of `controlPlane`.
    pub(crate) fn control_plane(self, experiment: &Experiment) -> String {
        let Experiment { qps, burst, proxy_ms: proxy, dead_node, .. } = experiment;
        let lifecycle = if dead_node.is_some() { "" } else { ", nodeLifecycle: off" };
        let limits = format!("kubeApiQps: {qps}, kubeApiBurst: {burst}{lifecycle}");
        match self {
            Self::Default => format!("{{{limits}}}"),
            Self::AsMeasured => {
                let request = lognormal(5 + 2 * proxy, 30 + 2 * proxy);
                let watch = lognormal(2 + proxy, 10 + proxy);
                format!(
                    "{{{limits}, requestLatency: {request}, watchLatency: {watch}, \
                     scheduler: {{cycle: 300us}}}}"
                )
            }
        }
    }

    /// The keys of `latencies`.
    pub(crate) fn of_pods(self, experiment: &Experiment) -> String {
        let start = lognormal(experiment.start_ms + 6, experiment.start_ms + 30);
        let stop = lognormal(1_006, 1_030);
        let pods = format!("imagePull: 0s, containerStart: {start}, ready: 0s, terminate: {stop}");
        match self {
            Self::Default => pods,
            Self::AsMeasured => format!("{pods}, schedule: {}", lognormal(8, 38)),
        }
    }
}

/// Milliseconds that half of the cases stay below, and 99 in a hundred.
fn lognormal(median: u64, p99: u64) -> String {
    format!("{{lognormal: {{median: {median}ms, p99: {p99}ms}}}}")
}
