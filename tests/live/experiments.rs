//! What was measured: the settings of every experiment.
//!
//! E6 has no runs of its own: it is the phase `create` of others.

use std::fmt::{self, Display, Formatter};

/// How an experiment was set up. Requests and pods are otherwise alike everywhere: see the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Experiment {
    pub(crate) name: &'static str,
    pub(crate) nodes: u32,
    /// `agent-a`, and maybe `agent-b`, which is created and updated in the same moments.
    pub(crate) daemon_sets: &'static [&'static str],
    pub(crate) max_unavailable: &'static str,
    pub(crate) max_surge: &'static str,
    pub(crate) min_ready_seconds: u32,
    /// Requests per second of the controller's client, and how many at once.
    pub(crate) qps: u32,
    pub(crate) burst: u32,
    /// How long a proxy between controller and API server delays each direction.
    pub(crate) proxy_ms: u64,
    /// How long after its binding a pod is Ready.
    pub(crate) start_ms: u64,
    /// Whether the controller's process is restarted between the creation and what follows: its
    /// tokens and its filter of events are then those of a new one.
    pub(crate) restarted: bool,
    /// New pods never get ready on so many nodes, from `node-1` on.
    pub(crate) unready_nodes: u32,
    /// A node whose kubelet dies 70 s before the update; such an experiment has a node-lifecycle
    /// controller.
    pub(crate) dead_node: Option<&'static str>,
    pub(crate) change: Change,
}

/// What happens to the DaemonSets once they are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    /// Another image.
    Update,
    /// In the background, by a garbage collector.
    Delete,
}

/// A part of an experiment. Times are counted from the request that begins it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Create,
    /// From the death of a kubelet to the update.
    Dead,
    Update,
    Delete,
}

impl Phase {
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Dead, Self::Update, Self::Delete];
}

impl Display for Phase {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Dead => "dead",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}

const E2: Experiment = Experiment {
    name: "E2",
    nodes: 100,
    daemon_sets: &["agent-a"],
    max_unavailable: "10%",
    max_surge: "0",
    min_ready_seconds: 0,
    qps: 20,
    burst: 30,
    proxy_ms: 0,
    start_ms: 2_000,
    restarted: true,
    unready_nodes: 0,
    dead_node: None,
    change: Change::Update,
};
/// Larger fleets, and clients with other limits.
const E3: Experiment = Experiment { nodes: 500, ..E2 };
const E3Q: Experiment = Experiment { qps: 200, burst: 300, ..E3 };
const S1: Experiment = Experiment { nodes: 2_000, ..E2 };
const S2: Experiment = Experiment { nodes: 5_000, ..E2 };
const S3Q: Experiment = Experiment { nodes: 1_000, qps: 100, burst: 150, ..E2 };

const EXPERIMENTS: [Experiment; 30] = [
    Experiment { name: "E1", max_unavailable: "1", ..E2 },
    E2,
    Experiment { name: "E2p5", proxy_ms: 5, ..E2 },
    Experiment { name: "E2p20", proxy_ms: 20, ..E2 },
    Experiment { name: "E2n", restarted: false, ..E2 },
    Experiment { name: "E3-10", ..E3 },
    Experiment { name: "E3-100", max_unavailable: "100%", ..E3 },
    Experiment { name: "E3p20-10", proxy_ms: 20, ..E3 },
    Experiment { name: "E3q-10", ..E3Q },
    Experiment { name: "E3q-100", max_unavailable: "100%", ..E3Q },
    Experiment { name: "E4", min_ready_seconds: 10, ..E2 },
    Experiment { name: "E5", max_unavailable: "0", max_surge: "10%", ..E2 },
    Experiment { name: "E7a", max_unavailable: "5", unready_nodes: 7, ..E2 },
    Experiment { name: "E7b", max_unavailable: "5", dead_node: Some("node-50"), ..E2 },
    Experiment { name: "E8", nodes: 300, daemon_sets: &["agent-a", "agent-b"], ..E2 },
    Experiment { name: "E9", nodes: 300, restarted: false, change: Change::Delete, ..E2 },
    Experiment { name: "E12", nodes: 1_000, ..E2 },
    Experiment { name: "E1p20", nodes: 30, max_unavailable: "1", proxy_ms: 20, ..E2 },
    Experiment { name: "S1", change: Change::Nothing, ..S1 },
    Experiment { name: "S1-10", ..S1 },
    Experiment { name: "S1-100", max_unavailable: "100%", ..S1 },
    Experiment { name: "S2", change: Change::Nothing, ..S2 },
    Experiment { name: "S2-10", ..S2 },
    Experiment { name: "S2-33", max_unavailable: "33%", ..S2 },
    Experiment { name: "S2-7", max_unavailable: "7%", ..S2 },
    Experiment { name: "S2-1", max_unavailable: "1%", ..S2 },
    Experiment { name: "S4-10-17s", start_ms: 16_000, ..S2 },
    Experiment { name: "S4q", qps: 100, burst: 150, change: Change::Nothing, ..S2 },
    Experiment { name: "S3q", change: Change::Nothing, ..S3Q },
    Experiment { name: "S3q-10", ..S3Q },
];

/// The experiment of this name.
///
/// # Errors
///
/// If nothing is known of it, with the names that are known.
pub(crate) fn find(name: &str) -> Result<Experiment, String> {
    let found = EXPERIMENTS.iter().find(|experiment| experiment.name == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
        format!(
            "the settings of the experiment `{name}` are not known; known are {}",
            names.join(", ")
        )
    })
}

/// Whether an experiment (`N100` to `N5000`) only measured how long a sync takes: rollcast is told
/// that, so there is nothing to compare.
pub(crate) fn measured_syncs_only(name: &str) -> bool {
    let nodes = name.strip_prefix('N');
    nodes.is_some_and(|nodes| !nodes.is_empty() && nodes.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Experiment {
    /// Its place in the table above.
    pub(crate) fn order(&self) -> usize {
        EXPERIMENTS.iter().position(|experiment| experiment.name == self.name).unwrap()
    }

    /// In a few words, what happens and what is special about it.
    pub(crate) fn settings(&self) -> String {
        let mut words = vec![match self.change {
            Change::Nothing => "creation".to_owned(),
            Change::Update => format!("maxUnavailable {}", self.max_unavailable),
            Change::Delete => "deletion in the background".to_owned(),
        }];
        let mut add = |applies: bool, word: String| {
            if applies {
                words.push(word);
            }
        };
        add(self.max_surge != "0", format!("maxSurge {}", self.max_surge));
        add(self.min_ready_seconds > 0, format!("minReadySeconds {}", self.min_ready_seconds));
        add(self.qps != E2.qps, format!("{} requests a second, burst {}", self.qps, self.burst));
        add(self.proxy_ms > 0, format!("a proxy adds {} ms each way", self.proxy_ms));
        add(self.start_ms != E2.start_ms, format!("pods start in {} s", self.start_ms / 1_000));
        let not_restarted = self.change == Change::Update && !self.restarted;
        add(not_restarted, "the controller is not restarted".to_owned());
        add(
            self.unready_nodes > 0,
            format!("pods never get ready on {} nodes", self.unready_nodes),
        );
        add(self.dead_node.is_some(), "a kubelet dies before".to_owned());
        add(self.daemon_sets.len() > 1, format!("{} DaemonSets at once", self.daemon_sets.len()));
        words.join(", ")
    }
}

#[test]
fn an_unknown_experiment_is_an_error() {
    let error = find("E99").unwrap_err();
    assert!(error.starts_with("the settings of the experiment `E99` are not known; known are E1,"));
    assert!(
        measured_syncs_only("N5000") && !measured_syncs_only("N") && !measured_syncs_only("E1")
    );
}
