//! An experiment as a scenario, and when its phases begin.

use rollcast::scenario::Scenario;
use rollcast::time::SimDuration;

use crate::daemon_set::{AGENT, DaemonSet};
use crate::experiments::{Change, Experiment, Phase};
use crate::latencies::Latencies;
use crate::setting::{SETTING, Setting};

/// When the DaemonSets are created, in seconds since the start of the run.
const CREATION: u64 = 1;

/// How long the cluster is left alone before a change, in seconds: tokens come back meanwhile.
const REST: u64 = 60;

/// How long before the update a kubelet dies, in seconds.
const DEAD: u64 = 70;

/// How long an update or a deletion may take, in seconds.
const LIMIT: u64 = 1_800;

/// A phase, and when it begins and ends, in seconds since the start of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) phase: Phase,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl Span {
    pub(crate) fn has(self, at: SimDuration) -> bool {
        SimDuration::from_secs(self.from) <= at && at < SimDuration::from_secs(self.to)
    }
}

/// The phases of an experiment, in the order of time.
pub(crate) fn phases(experiment: &Experiment) -> Vec<Span> {
    let span = |phase, from, to| Span { phase, from, to };
    let change = completion(experiment) + 2 * REST;
    let create = span(Phase::Create, CREATION, change - REST);
    match (experiment.change, experiment.dead_node) {
        (Change::Nothing, _) => vec![create],
        (Change::Delete, _) => vec![create, span(Phase::Delete, change, change + LIMIT)],
        (Change::Update, None) => vec![create, span(Phase::Update, change, change + LIMIT)],
        (Change::Update, Some(_)) => {
            let update = change + DEAD;
            let dead = span(Phase::Dead, change, update);
            vec![create, dead, span(Phase::Update, update, update + LIMIT)]
        }
    }
}

/// When the DaemonSets are complete at the latest: pods are created at the rate of the controller's
/// client and bound at the rate of the scheduler's, which is 50 a second.
fn completion(experiment: &Experiment) -> u64 {
    let requests = u64::from(experiment.nodes) * experiment.daemon_sets.len() as u64;
    let start = experiment.start_ms / 1_000 + u64::from(experiment.min_ready_seconds);
    CREATION + requests / u64::from(experiment.qps.min(50)) + start + REST
}

/// The experiment with these latencies; the seed is the default.
pub(crate) fn scenario(experiment: &Experiment, latencies: Latencies) -> Scenario {
    let phases = phases(experiment);
    let events: String = phases.iter().map(|span| events(experiment, *span)).collect();
    let setting = Setting {
        until: &format!("{}s", phases.last().unwrap().to),
        nodes: experiment.nodes,
        control_plane: &latencies.control_plane(experiment),
        latencies: &latencies.of_pods(experiment),
        daemon_sets: Some(&[]),
        ..SETTING
    };
    setting.load(&events)
}

/// What begins a phase.
fn events(experiment: &Experiment, Span { phase, from, to }: Span) -> String {
    let each = |verb: &dyn Fn(&str) -> String| -> String {
        experiment.daemon_sets.iter().map(|name| event(from, &verb(name))).collect()
    };
    match phase {
        Phase::Create => each(&|name| create(experiment, name)) + &rest(experiment, to),
        Phase::Dead => event(from, &format!("fail: {}", experiment.dead_node.unwrap())),
        Phase::Update => {
            each(&|name| format!("setImage: {{daemonSet: {name}, image: \"agent:v2\"}}"))
        }
        Phase::Delete => each(&|name| format!("delete: {name}")),
    }
}

/// What happens between the creation and the next phase.
fn rest(experiment: &Experiment, at: u64) -> String {
    let mut events = String::new();
    if experiment.restarted && experiment.change != Change::Nothing {
        events += &event(at, "restartController: 5s");
    }
    if experiment.unready_nodes > 0 {
        let nodes: Vec<_> = (1..=experiment.unready_nodes).map(|i| format!("node-{i}")).collect();
        let nodes = nodes.join(", ");
        events += &event(at, &format!("breakImage: {{image: \"agent:v2\", nodes: [{nodes}]}}"));
    }
    events
}

fn create(experiment: &Experiment, name: &str) -> String {
    let Experiment { max_unavailable, max_surge, min_ready_seconds, .. } = experiment;
    let spec = format!(
        "minReadySeconds: {min_ready_seconds}, updateStrategy: {{type: RollingUpdate, \
         rollingUpdate: {{maxUnavailable: {max_unavailable}, maxSurge: {max_surge}}}}}"
    );
    let daemon_set = DaemonSet {
        name,
        namespace: "default",
        spec: &spec,
        pod: "terminationGracePeriodSeconds: 30",
        image: "agent:v1",
        container: "resources: {requests: {cpu: 50m, memory: 64Mi}}",
        ..AGENT
    };
    format!("apply: {daemon_set}")
}

fn event(at: u64, verb: &str) -> String {
    format!("  - {{at: {at}s, {verb}}}\n")
}
