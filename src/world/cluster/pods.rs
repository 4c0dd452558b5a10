//! Pod objects, and what of their containers nobody else knows.

use crate::api::PodPhase;
use crate::control::scheduler::PodNeeds;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, HungStep, PodCounts};
use crate::scenario::ImageFault;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::daemon_sets::Spec;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::{DaemonSetId, HashId, ImageId, SpecId, Table};

/// A pod object.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the object, or its truth")]
pub(in crate::world) struct Pod {
    /// Its name in a snapshot; none if the API server generated it in this run.
    pub(in crate::world) given_name: Option<Box<str>>,
    /// The DaemonSet that created it.
    pub(in crate::world) creator: DaemonSetId,
    /// The DaemonSet that controls it, as its owner reference says.
    pub(in crate::world) owner: Option<DaemonSetId>,
    pub(in crate::world) node: NodeId,
    /// It is bound or pinned to a node; the controller passes over any other.
    pub(in crate::world) targeted: bool,
    pub(in crate::world) spec: SpecId,
    pub(in crate::world) hash: HashId,
    /// Whole seconds.
    pub(in crate::world) created: SimTime,
    pub(in crate::world) exists: bool,
    pub(in crate::world) bound: bool,
    /// It counts in the usage of its node: it is bound to it, or about to be.
    pub(in crate::world) placed: bool,
    /// Whether other pods were asked to leave its node for it: the room that this makes is its.
    ///
    /// Source: `status.nominatedNodeName`.
    pub(in crate::world) nominated: bool,
    /// How long it takes to bind it if nothing keeps the scheduler from it.
    pub(in crate::world) base_schedule_delay: SimDuration,
    /// For how long of that the scheduler is busy with it.
    pub(in crate::world) scheduling_cycle: SimDuration,
    pub(in crate::world) phase: PodPhase,
    /// Whole seconds.
    pub(in crate::world) ready_since: Option<SimTime>,
    pub(in crate::world) terminating: bool,
    /// Since when it is not Ready, or terminates.
    pub(in crate::world) ailing_since: Option<SimTime>,
    /// Whether finalizers keep its object when it has stopped.
    pub(in crate::world) has_finalizers: bool,
    /// Whether a readiness gate of it is not `True`; nobody but a snapshot says that one is.
    pub(in crate::world) awaits_readiness_gate: bool,
    /// Its containers run and its probes pass, whether or not anybody knows.
    pub(in crate::world) serving: bool,
    /// Whether a snapshot shows that it does not get on, for a reason that is not modeled: it waits
    /// for a node, or goes on terminating.
    pub(in crate::world) held: bool,
    /// What keeps it from running well, and since when.
    pub(in crate::world) broken: Option<Broken>,
    /// What it waits for that never comes, if a scenario leaves that to chance.
    pub(in crate::world) hung: Option<Hung>,
    /// Rises when what was planned for it is void.
    pub(in crate::world) epoch: u32,
    /// Which attempt to run this template on this node it is; names its random numbers.
    pub(in crate::world) attempt: u64,
    /// The latest fact about it.
    pub(in crate::world) fact: Option<FactId>,
}

/// A container that does not get on, and retries by itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) struct Broken {
    pub(in crate::world) fault: ImageFault,
    pub(in crate::world) since: SimTime,
    /// Restarts that a snapshot tells of, beyond those that there would be since then.
    pub(in crate::world) told_restarts: u64,
}

/// What a pod waits for in vain, and of which image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) struct Hung {
    pub(in crate::world) step: HungStep,
    pub(in crate::world) image: ImageId,
}

impl Broken {
    pub(in crate::world) const fn new(fault: ImageFault, since: SimTime) -> Self {
        Self { fault, since, told_restarts: 0 }
    }
}

/// A pod as a watch event carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::world) struct CachedPod {
    pub(in crate::world) exists: bool,
    pub(in crate::world) owner: Option<DaemonSetId>,
    pub(in crate::world) hash: HashId,
    pub(in crate::world) bound: bool,
    pub(in crate::world) phase: PodPhase,
    pub(in crate::world) ready_since: Option<SimTime>,
    pub(in crate::world) terminating: bool,
}

impl CachedPod {
    /// Whether its containers were started and have not ended.
    pub(in crate::world) fn runs(self) -> bool {
        self.exists && self.phase == PodPhase::Running
    }
}

/// What others see of a pod: watchers, and the record.
pub(in crate::world) struct PodFootprint {
    pub(in crate::world) cached: CachedPod,
    pub(in crate::world) serving: bool,
    pub(in crate::world) counts: PodCounts,
}

impl Pod {
    pub(in crate::world) fn footprint(&self) -> PodFootprint {
        PodFootprint { cached: self.cached(), serving: self.serving, counts: self.counts() }
    }

    /// Whether scheduling gates keep it from being scheduled.
    pub(in crate::world) fn is_gated(&self, cluster: &Cluster) -> bool {
        !cluster.specs[self.spec].written.template.spec.scheduling_gates.is_empty()
    }

    /// What a watch event says of it.
    pub(in crate::world) fn cached(&self) -> CachedPod {
        CachedPod {
            exists: self.exists,
            owner: self.owner,
            hash: self.hash,
            bound: self.bound,
            phase: self.phase,
            ready_since: self.ready_since,
            terminating: self.terminating,
        }
    }

    /// What it adds to the counts of pods.
    fn counts(&self) -> PodCounts {
        PodCounts {
            existing: u32::from(self.exists),
            starting: u32::from(self.exists && !self.terminating && !self.serving),
            terminating: u32::from(self.exists && self.terminating && !self.is_left_over()),
            ..PodCounts::default()
        }
    }

    /// Whether nothing is left of it but an object that finalizers keep.
    pub(in crate::world) fn is_left_over(&self) -> bool {
        self.has_finalizers && self.terminating && self.phase.is_terminal()
    }
}

impl Cluster {
    /// Whether what was planned for a pod in this epoch of it still holds.
    pub(in crate::world) fn is_current(&self, id: PodId, epoch: u32) -> bool {
        let pod = self.pod(id);
        pod.exists && pod.epoch == epoch
    }

    /// «Revision 2, attempt 1 on this node»: the same in every setting that is compared.
    pub(in crate::world) fn next_attempt(
        &mut self,
        daemon_set: DaemonSetId,
        node: NodeId,
        spec: SpecId,
    ) -> u64 {
        let Spec { template, template_generation, .. } = &self.specs[spec];
        let nodes = self.attempts.ensure(daemon_set, Table::new);
        let entry = nodes.ensure(node, || (*template, 0));
        *entry = if entry.0 == *template { (*template, entry.1 + 1) } else { (*template, 1) };
        let generation = template_generation.and_then(|g| u64::try_from(g).ok()).unwrap_or(0);
        generation << 32 | u64::from(entry.1)
    }

    pub(in crate::world) fn needs(&self, id: PodId) -> &PodNeeds {
        &self.specs[self.pod(id).spec].needs
    }
}
