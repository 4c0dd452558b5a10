//! Tiny scenarios, each by what differs from [`SETTING`].

use rollcast::input::Source;
use rollcast::scenario::{NoFiles, Scenario, read};

use crate::daemon_set::{AGENT, DaemonSet};

/// A cluster, how fast it is, and what runs on it before anything happens: a scenario but for its
/// events. Keys are written in YAML's flow style; what is empty is not in the scenario, which then
/// has the default.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) kubernetes: &'a str,
    pub(crate) until: &'a str,
    pub(crate) order: &'a str,
    pub(crate) nodes: u32,
    /// Keys of `cluster`, instead of a number of nodes.
    pub(crate) cluster: &'a str,
    pub(crate) control_plane: &'a str,
    pub(crate) kubelet: &'a str,
    /// Keys of `latencies`.
    pub(crate) latencies: &'a str,
    /// Further keys of the scenario, a line each.
    pub(crate) keys: &'a str,
    /// What the DaemonSet `agent` says besides [`AGENT`].
    pub(crate) spec: &'a str,
    pub(crate) pod: &'a str,
    pub(crate) container: &'a str,
    /// Instead of `agent`.
    pub(crate) daemon_sets: Option<&'a [DaemonSet<'a>]>,
}

/// A DaemonSet `agent` on three nodes, where nothing takes time but the start and the end of a
/// container.
pub(crate) const SETTING: Setting<'_> = Setting {
    kubernetes: "1.36",
    until: "10m",
    order: "",
    nodes: 3,
    cluster: "",
    control_plane: "off",
    kubelet: "off",
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 1s",
    keys: "",
    spec: "",
    pod: "",
    container: "",
    daemon_sets: None,
};

impl Setting<'_> {
    /// The scenario in which these events happen; each is an item of a list, in lines of its own.
    pub(crate) fn load(&self, events: &str) -> Scenario {
        let text = self.text(events);
        read(Source::new("test.yaml", text.clone()), &NoFiles, &[])
            .unwrap_or_else(|report| panic!("{}\n{text}", report.render(false)))
            .scenario
    }

    fn text(&self, events: &str) -> String {
        let Self { kubernetes, keys, spec, pod, container, .. } = *self;
        let nodes = format!("nodes: {}", self.nodes);
        let agent = [DaemonSet { spec, pod, container, ..AGENT }];
        let daemon_sets = self.daemon_sets.unwrap_or(&agent).iter();
        let daemon_sets: Vec<String> = daemon_sets.map(DaemonSet::to_string).collect();
        let lines = [
            line("until", self.until),
            line("order", self.order),
            line("controlPlane", self.control_plane),
            line("kubelet", self.kubelet),
        ];
        format!(
            "kubernetes: \"{kubernetes}\"
cluster: {{{cluster}}}
latencies: {{{latencies}}}
daemonSets: [{daemon_sets}]
{lines}{keys}
events:
{events}",
            cluster = if self.cluster.is_empty() { &nodes } else { self.cluster },
            latencies = self.latencies,
            daemon_sets = daemon_sets.join(", "),
            lines = lines.concat(),
        )
    }
}

/// A key of the scenario, if it has a value.
fn line(key: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{key}: {value}\n") }
}
