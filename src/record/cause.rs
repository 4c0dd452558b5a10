//! Why the pod of a node is not available, or why a node keeps an old pod; and what helps.

use std::collections::BTreeMap;

use crate::time::{SimDuration, SimTime};

/// Why the pod of a node is not available, or why a node keeps an old pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Nothing is heard from the node's kubelet.
    NodeUnreachable,
    /// The kubelet says that its node is not Ready.
    NodeNotReady,
    /// There is no Node object any more, and pod GC has not removed the pod yet.
    NodeGone,
    /// A container cannot be created, mostly for want of its image.
    Image {
        /// `ImagePullBackOff`, `ErrImageNeverPull`, `CreateContainerConfigError`.
        reason: String,
        image: String,
    },
    /// A container exits again and again.
    CrashLoop { image: String },
    /// A probe fails.
    Probe {
        /// `readiness`, `liveness` or `startup`.
        probe: &'static str,
        image: String,
    },
    /// The containers run, and the pod is not Ready; no more is known.
    NotReady,
    /// The pod is on its way: its containers are created, or its probes have not passed yet.
    Starting,
    /// The pod's kubelet waits for something of a container that never ends.
    Hung { step: HungStep, image: String },
    /// The pod is Ready, for less than `minReadySeconds`.
    Settling,
    /// The scheduler finds no room.
    Unschedulable {
        /// In its words.
        message: String,
        /// Host ports that others have, if that is why.
        ports: Vec<TakenPort>,
    },
    /// The pod is not bound to its node yet.
    Unbound,
    /// The pod has failed: its kubelet refused it, or ended it.
    Failed {
        /// `status.reason`.
        reason: String,
        message: String,
    },
    /// The pod was asked to terminate and is still there.
    Terminating { kept_by: KeptBy },
    /// The API server refuses to create a pod.
    Refused {
        /// In its words.
        message: String,
    },
    /// No process of the controller leads.
    ControllerAway,
    /// The controller waits to see what it asked for.
    Expectations,
    /// The controller is about to look again.
    Unseen,
    /// Nothing is in the way, and nothing makes the controller look again.
    NothingWakes,
}

/// What a kubelet may wait for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HungStep {
    /// The pull of its image.
    Pull,
    /// Its start, once the image is there.
    Start,
    /// That its probes pass.
    Ready,
}

/// A host port that a pod cannot have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TakenPort {
    pub port: u16,
    /// Who has it: `mon/exporter`, `its own old pod`.
    pub by: String,
}

/// What keeps a pod that was asked to terminate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptBy {
    /// Its containers, which have not stopped yet.
    Containers,
    /// Nobody stops its containers: the kubelet of its node is dead.
    DeadKubelet,
    /// Finalizers keep the object: their names, with commas between them.
    Finalizers(String),
}

/// The cause on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub cause: Cause,
    /// Since when, if that is known.
    pub since: Option<SimTime>,
    /// How often a container was started again, if that is the matter.
    pub restarts: u64,
    /// What the node has too little of, if that is the matter.
    pub shortages: Vec<Shortage>,
    /// The pod that it is seen on, if there is one.
    pub pod: Option<String>,
}

/// A resource of which a node has too little left for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// `cpu`, `memory`, `nvidia.com/gpu`.
    pub resource: String,
    /// What the pod asks for.
    pub asked: Amount,
    /// What is left; of several nodes, the most.
    pub free: Amount,
    /// Whether it is less on some nodes.
    pub varies: bool,
}

/// An amount of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    /// Thousandths of a core.
    Millis(i64),
    Bytes(i64),
    Units(i64),
}

/// A cause, and all nodes where it is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    pub cause: Cause,
    /// All of them, in the order of the cluster.
    pub nodes: Vec<String>,
    /// The pods in question, one of a node at most.
    pub pods: Vec<String>,
    /// For how long it has lasted on the node where it began first, if that is known: until the end
    /// of the run, or until the time of a plan.
    pub lasting: Option<SimDuration>,
    /// The most restarts of a container on any of the nodes.
    pub restarts: u64,
    /// What the nodes have too little of, each resource once.
    pub shortages: Vec<Shortage>,
}

impl Sighting {
    /// A cause of which no more is known.
    pub fn new(cause: Cause) -> Self {
        Self { cause, since: None, restarts: 0, shortages: Vec::new(), pod: None }
    }

    /// The same since an instant.
    #[must_use]
    pub fn since(self, since: Option<SimTime>) -> Self {
        Self { since, ..self }
    }

    /// The same of a pod.
    #[must_use]
    pub fn of_pod(self, name: &str) -> Self {
        Self { pod: Some(name.to_owned()), ..self }
    }
}

impl Blocker {
    /// Groups what was seen on nodes by its cause, the cause with the most nodes first.
    pub fn group(seen: impl IntoIterator<Item = (String, Sighting)>, now: SimTime) -> Vec<Self> {
        let mut groups: BTreeMap<Cause, Self> = BTreeMap::new();
        for (node, Sighting { cause, since, restarts, shortages, pod }) in seen {
            let group = groups.entry(cause.clone()).or_insert_with(|| Self {
                cause,
                nodes: Vec::new(),
                pods: Vec::new(),
                lasting: None,
                restarts: 0,
                shortages: Vec::new(),
            });
            group.nodes.push(node);
            group.pods.extend(pod);
            group.lasting = group.lasting.max(since.map(|since| now.since(since)));
            group.restarts = group.restarts.max(restarts);
            for shortage in shortages {
                group.add(shortage);
            }
        }
        let mut groups: Vec<Self> = groups.into_values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.nodes.len()));
        groups
    }

    /// One more node has too little of something.
    fn add(&mut self, more: Shortage) {
        match self.shortages.iter_mut().find(|it| it.resource == more.resource) {
            Some(known) => {
                known.varies |= known.free != more.free;
                known.asked = known.asked.max(more.asked);
                known.free = known.free.max(more.free);
            }
            None => self.shortages.push(more),
        }
    }
}

/// Something that a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// `kubectl delete node`.
    DeleteNodes(Vec<String>),
    /// `kubectl drain`: pods of others leave.
    DrainNodes(Vec<String>),
    /// What nodes have run out of is there again.
    RelieveNodes(Vec<String>),
    /// `kubectl delete pod` of the DaemonSet's pods on these nodes.
    DeletePods {
        nodes: Vec<String>,
        /// Their names.
        pods: Vec<String>,
        /// With `--force --grace-period=0`.
        force: bool,
    },
    /// `kubectl rollout undo`.
    RolloutUndo {
        /// To the revision before the current one if none is given.
        to_revision: Option<i64>,
    },
    /// An image that works under the same name.
    FixImage(String),
    /// `kubectl patch` of `maxUnavailable`.
    MaxUnavailable {
        nodes: u32,
        /// The number of nodes on which a pod belongs.
        desired: u32,
    },
    /// `kubectl patch`: `maxSurge` 0, `maxUnavailable` 1.
    NoSurge,
    /// Whatever refuses pods with this message does so no longer; `kubectl annotate` makes the
    /// controller try again.
    AdmitPods(String),
    /// `kubectl patch` of a ResourceQuota.
    RaiseQuota {
        /// Its name, in the DaemonSet's namespace.
        quota: String,
        /// How many there may be then, of `pods` and of `count/pods`, as far as it is raised.
        hard: Vec<(String, i64)>,
    },
    /// `kubectl annotate`, which changes nothing and makes the controller look again.
    Annotate,
}

impl Remedy {
    /// Whether it is something to type.
    pub fn is_command(&self) -> bool {
        !matches!(self, Self::RelieveNodes(_) | Self::FixImage(_) | Self::AdmitPods(_))
    }
}

/// What became of the rollout when a remedy was tried in a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What was done, at the same time; nothing if it was only waited.
    pub remedies: Vec<Remedy>,
    /// How long after that the rollout was complete, if it was.
    pub ends_after: Option<SimDuration>,
    /// Nodes that ran the current revision before.
    pub before: u32,
    /// Nodes that ran it in the end.
    pub updated: u32,
    pub desired: u32,
}

impl Attempt {
    /// Whether it ended the rollout with commands alone.
    pub fn is_typed_and_helps(&self) -> bool {
        self.ends_after.is_some() && self.remedies.iter().all(Remedy::is_command)
    }

    /// Whether nodes that were held up are updated.
    pub fn moves(&self) -> bool {
        self.updated > self.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_grouped_by_cause_and_the_largest_group_comes_first() {
        let (now, secs) = (SimTime::from_secs(100), SimTime::from_secs);
        let crash = |since, restarts| Sighting {
            cause: Cause::CrashLoop { image: "agent:2".to_owned() },
            since: Some(secs(since)),
            restarts,
            shortages: Vec::new(),
            pod: None,
        };
        let seen = [
            ("a", Sighting::new(Cause::NodeUnreachable)),
            ("b", crash(90, 2)),
            ("c", crash(40, 5)),
        ];
        let groups = Blocker::group(seen.map(|(node, it)| (node.to_owned(), it)), now);
        let expected = Blocker {
            cause: Cause::CrashLoop { image: "agent:2".to_owned() },
            nodes: vec!["b".to_owned(), "c".to_owned()],
            pods: Vec::new(),
            lasting: Some(SimDuration::from_secs(60)),
            restarts: 5,
            shortages: Vec::new(),
        };
        assert_eq!(groups[0], expected);
        assert_eq!((groups[1].nodes.as_slice(), groups[1].lasting), (&["a".to_owned()][..], None));
        assert_eq!(groups.len(), 2);
    }
}
