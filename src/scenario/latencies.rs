//! How long things take, as a run needs it: a default for each phase of a pod, and exceptions; and
//! how much that differs from run to run and from node to node.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Delay, Factor, Spread};
use crate::scenario::glob_matches;
use crate::scenario::observed::ObservedPods;
use crate::scenario::valid::PoolId;

/// How long each phase of a pod takes: a default, and exceptions, of which the last that
/// matches counts.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// Where no exception says otherwise.
    pub default: PhaseDelays,
    /// In the order of the scenario.
    pub overrides: Vec<LatencyOverride>,
    /// Phases that differ from run to run: their factor is drawn once per run.
    pub per_run: BTreeMap<Phase, Spread>,
    /// None if all nodes are alike.
    pub slow_nodes: Option<SlowNodes>,
    /// Pods of a snapshot, one of which each pod is like unless an exception says otherwise.
    pub observed: Option<ObservedPods>,
    /// Phases that take a default of which nobody says that it fits this cluster.
    pub assumed: BTreeSet<Phase>,
}

/// The phases that take time of their own; [`PhaseDelays`] tells what each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Schedule,
    ImagePull,
    ContainerStart,
    Ready,
    Terminate,
    NodeReady,
}

impl Phase {
    pub const ALL: [Self; 6] = [
        Self::Schedule,
        Self::ImagePull,
        Self::ContainerStart,
        Self::Ready,
        Self::Terminate,
        Self::NodeReady,
    ];

    /// As it is written in a scenario.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::ImagePull => "imagePull",
            Self::ContainerStart => "containerStart",
            Self::Ready => "ready",
            Self::Terminate => "terminate",
            Self::NodeReady => "nodeReady",
        }
    }

    /// Whether what never comes makes sense: a pod or a node then stays as it is.
    pub const fn may_never_come(self) -> bool {
        match self {
            Self::ImagePull | Self::ContainerStart | Self::Ready | Self::NodeReady => true,
            Self::Schedule | Self::Terminate => false,
        }
    }

    /// Whether it depends on how fast a node is.
    pub const fn is_of_node(self) -> bool {
        !matches!(self, Self::Schedule)
    }
}

/// Nodes that are slower than others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowNodes {
    /// How probably a node is slow, 0 to 1.
    pub share: f64,
    /// How many times as long it takes for everything but [`Phase::Schedule`]; at least one.
    pub factor: Factor,
}

/// What it is whose phase takes time.
#[derive(Clone, Copy, Debug)]
pub struct LatencySubject<'a> {
    /// The name of the node.
    pub node: &'a str,
    /// The node's pool, if it has one.
    pub pool: Option<PoolId>,
    /// The image that the phase is about; none for what only the node has to do with.
    pub image: Option<&'a str>,
}

impl Latencies {
    /// These delays for every pod and every node, in every run.
    pub const fn of(default: PhaseDelays) -> Self {
        Self {
            default,
            overrides: Vec::new(),
            per_run: BTreeMap::new(),
            slow_nodes: None,
            observed: None,
            assumed: BTreeSet::new(),
        }
    }

    /// How long a phase takes: by the last exception that speaks of it, or else by default.
    pub fn delay(&self, phase: Phase, subject: &LatencySubject<'_>) -> &Delay {
        self.exception(phase, subject).unwrap_or_else(|| self.default.of(phase))
    }

    /// The last exception that applies to the subject and speaks of the phase.
    pub fn exception(&self, phase: Phase, subject: &LatencySubject<'_>) -> Option<&Delay> {
        self.applying(subject).find_map(|it| it.of(phase))
    }

    /// How long a node needs until it is Ready: by the last exception that speaks of that, and not
    /// of an image, or else by default.
    pub fn delay_of_node(&self, node: &str, pool: Option<PoolId>) -> &Delay {
        self.delay(Phase::NodeReady, &LatencySubject { node, pool, image: None })
    }

    /// Whether pods start as those of a snapshot did, which includes their pulls.
    pub fn starts_are_observed(&self) -> bool {
        self.observed.as_ref().is_some_and(|it| it.phases.contains(&Phase::ContainerStart))
    }

    /// Whether there is anything that may never come.
    pub fn may_never_come(&self) -> bool {
        let default = Phase::ALL.map(|phase| self.default.of(phase));
        let exceptions = self.overrides.iter().flat_map(|it| Phase::ALL.map(|phase| it.of(phase)));
        default.into_iter().chain(exceptions.flatten()).any(Delay::may_never_come)
    }

    /// The last one first.
    fn applying(&self, subject: &LatencySubject<'_>) -> impl Iterator<Item = &LatencyOverride> {
        self.overrides.iter().rev().filter(|it| it.applies_to.holds(subject))
    }
}

impl SlowNodes {
    /// How many times as long it takes on a node of which nothing is known, on average.
    pub fn mean(&self) -> Factor {
        let mean = 1.0 + self.share * (self.factor.get() - 1.0);
        Factor::new(mean).unwrap_or(Factor::ONE)
    }
}

/// How long each phase takes.
#[derive(Clone, Debug)]
pub struct PhaseDelays {
    /// From the creation of the pod object until it is bound to its node, if nothing keeps the
    /// scheduler from it: other pods before it, its client's limits, a node without room.
    pub schedule: Delay,
    /// Pulling an image that the node does not have yet.
    pub image_pull: Delay,
    /// From the images being there until the containers run.
    pub container_start: Delay,
    /// From running until a container is well, when it has a probe; without a readiness probe the
    /// pod is ready as soon as it runs.
    pub ready: Delay,
    /// From the request to terminate until the containers have exited, if the grace period is
    /// not shorter.
    pub terminate: Delay,
    /// From the registration of a node until its kubelet reports that it is Ready.
    pub node_ready: Delay,
}

impl PhaseDelays {
    fn of(&self, phase: Phase) -> &Delay {
        match phase {
            Phase::Schedule => &self.schedule,
            Phase::ImagePull => &self.image_pull,
            Phase::ContainerStart => &self.container_start,
            Phase::Ready => &self.ready,
            Phase::Terminate => &self.terminate,
            Phase::NodeReady => &self.node_ready,
        }
    }
}

/// An exception for some pods.
#[derive(Clone, Debug)]
pub struct LatencyOverride {
    /// Which pods: every condition that is given must hold.
    pub applies_to: LatencyScope,
    /// The phases it changes.
    pub schedule: Option<Delay>,
    /// See [`PhaseDelays::image_pull`].
    pub image_pull: Option<Delay>,
    /// See [`PhaseDelays::container_start`].
    pub container_start: Option<Delay>,
    /// See [`PhaseDelays::ready`].
    pub ready: Option<Delay>,
    /// See [`PhaseDelays::terminate`].
    pub terminate: Option<Delay>,
    /// See [`PhaseDelays::node_ready`].
    pub node_ready: Option<Delay>,
}

impl LatencyOverride {
    fn of(&self, phase: Phase) -> Option<&Delay> {
        match phase {
            Phase::Schedule => self.schedule.as_ref(),
            Phase::ImagePull => self.image_pull.as_ref(),
            Phase::ContainerStart => self.container_start.as_ref(),
            Phase::Ready => self.ready.as_ref(),
            Phase::Terminate => self.terminate.as_ref(),
            Phase::NodeReady => self.node_ready.as_ref(),
        }
    }
}

/// Which pods an exception is for.
#[derive(Clone, Debug, Default)]
pub struct LatencyScope {
    /// A container image, with `*` for any run of characters.
    pub image: Option<String>,
    /// Nodes of this pool.
    pub pool: Option<PoolId>,
    pub node: Option<String>,
}

impl LatencyScope {
    fn holds(&self, subject: &LatencySubject<'_>) -> bool {
        let is_of = |pattern: &str| subject.image.is_some_and(|it| glob_matches(pattern, it));
        self.node.as_deref().is_none_or(|name| name == subject.node)
            && self.pool.is_none_or(|id| Some(id) == subject.pool)
            && self.image.as_deref().is_none_or(is_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SimDuration;

    fn seconds(seconds: u64) -> Delay {
        Delay::constant(SimDuration::from_secs(seconds))
    }

    fn exception(image: Option<&str>, node: Option<&str>, span: u64) -> LatencyOverride {
        LatencyOverride {
            applies_to: LatencyScope {
                image: image.map(str::to_owned),
                pool: None,
                node: node.map(str::to_owned),
            },
            schedule: None,
            image_pull: None,
            container_start: None,
            ready: Some(seconds(span)),
            terminate: None,
            node_ready: Some(seconds(span)),
        }
    }

    fn latencies() -> Latencies {
        let default = PhaseDelays {
            schedule: seconds(1),
            image_pull: seconds(2),
            container_start: seconds(3),
            ready: seconds(4),
            terminate: seconds(5),
            node_ready: seconds(6),
        };
        let overrides = vec![
            exception(None, Some("a"), 10),
            exception(Some("agent:*"), None, 11),
            exception(Some("*"), Some("b"), 12),
        ];
        Latencies { overrides, ..Latencies::of(default) }
    }

    #[test]
    fn the_last_exception_that_applies_counts() {
        let check = |phase, node, image, expected| {
            let subject = LatencySubject { node, pool: None, image: Some(image) };
            assert_eq!(*latencies().delay(phase, &subject), seconds(expected));
        };
        check(Phase::Ready, "c", "other:v1", 4);
        check(Phase::Ready, "a", "other:v1", 10);
        check(Phase::Ready, "a", "agent:v1", 11);
        check(Phase::Ready, "b", "agent:v1", 12);
        check(Phase::Terminate, "b", "agent:v1", 5);
    }

    #[test]
    fn what_is_said_of_an_image_does_not_hold_for_a_node() {
        let check = |node, expected| {
            assert_eq!(*latencies().delay_of_node(node, None), seconds(expected));
        };
        check("a", 10);
        check("b", 6);
    }
}
