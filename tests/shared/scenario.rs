//! Tiny scenarios on a cluster of a few nodes, and what status and nodes are at some instants.

use rollcast::input::{Limits, Source};
use rollcast::record::{Point, Record};
use rollcast::scenario::{Files, Scenario, read};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        Err("no such file".to_owned())
    }
}

/// A DaemonSet `agent` that runs on `nodes` nodes when the run starts. Everything but what the
/// test slows down happens at once.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) nodes: u32,
    pub(crate) version: &'static str,
    /// Lines of `spec`, in YAML's flow style.
    pub(crate) spec: &'static str,
    pub(crate) latencies: &'static str,
    pub(crate) control_plane: &'static str,
    /// Instead of a number of nodes.
    pub(crate) cluster: &'static str,
    /// What the pods tolerate, in YAML's flow style.
    pub(crate) tolerations: &'static str,
}

pub(crate) const SETTING: Setting = Setting {
    nodes: 3,
    version: "1.36",
    spec: "minReadySeconds: 0",
    latencies: "schedule: 0s, imagePull: 0s, containerStart: 1s, ready: 0s, terminate: 1s",
    control_plane: "off",
    cluster: "",
    tolerations: "[]",
};

pub(crate) fn run(setting: &Setting, events: &str) -> Record {
    simulate(&load(&text_of(setting, events)), &Options::default(), |_| {})
}

/// The scenario as a file would have it.
pub(crate) fn text_of(setting: &Setting, events: &str) -> String {
    let Setting { nodes, version, spec, latencies, control_plane, cluster, tolerations } = setting;
    let number = format!("nodes: {nodes}");
    let cluster = if cluster.is_empty() { &number } else { *cluster };
    format!(
        "kubernetes: \"{version}\"
until: 10m
cluster: {{{cluster}}}
controlPlane: {control_plane}
kubelet: off
latencies: {{{latencies}}}
daemonSets:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {{name: agent, namespace: kube-system}}
    spec:
      {spec}
      selector: {{matchLabels: {{app: agent}}}}
      template:
        metadata: {{labels: {{app: agent}}}}
        spec: {{tolerations: {tolerations}, containers: [{{name: c, image: \"agent:v1\"}}]}}
events:
{events}"
    )
}

/// Reads a scenario that is valid.
pub(crate) fn load(text: &str) -> Scenario {
    read(Source::new("test.yaml", text.to_owned()), &NoFiles, &[])
        .unwrap_or_else(|report| panic!("{}\n{text}", report.render(false)))
        .scenario
}

/// Checks lines of expectations for the DaemonSet of this number, in the order of their creation.
pub(crate) fn check_points(record: &Record, daemon_set: usize, expected: &[&str], context: &str) {
    for line in expected {
        let (at, fields) = line.split_once(' ').unwrap();
        let at: SimDuration = at.parse().unwrap();
        let points = &record.timeline.series[daemon_set].points;
        let point = points.iter().rev().find(|point| point.at <= at).unwrap();
        for expectation in fields.split(' ') {
            let (name, value) = expectation.split_once('=').unwrap();
            let actual = field(point, name);
            assert_eq!(actual.to_string(), value, "{name} at {at} ({line})\n{context}");
        }
    }
}

fn field(point: &Point, name: &str) -> u64 {
    let (status, truth) = (point.status, point.truth);
    match name {
        "desired" => status.desired.into(),
        "current" => status.current.into(),
        "misscheduled" => status.misscheduled.into(),
        "ready" => status.ready.into(),
        "updated" => status.updated.into(),
        "available" => status.available.into(),
        "unavailable" => status.unavailable.into(),
        "wanted" => truth.wanted.into(),
        "serving" => truth.serving.into(),
        "terminating" => truth.terminating.into(),
        "pods" => point.pods.into(),
        "created" => point.created,
        "deleted" => point.deleted,
        other => panic!("no field {other}"),
    }
}
