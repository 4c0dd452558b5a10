//! How long the phases of a pod take: which distribution applies, and its one draw.
//!
//! Every draw is named by purpose, node and ordinal, and by the DaemonSet and the image where it is
//! about them, so that a node takes as long in every setting that is compared.

use crate::control::{NodeId, PodId};
use crate::engine::{Delay, Factor, fnv1a64_chain};
use crate::scenario::{LatencySubject, Phase, PodKind, SlowNodes};
use crate::time::SimDuration;
use crate::world::cluster::{Node, Pod};
use crate::world::cx::Cx;
use crate::world::ids::ImageId;

/// How long background pods may take to leave.
///
/// Source: `pkg/apis/core/v1/defaults.go › SetDefaults_PodSpec`, the default of
/// `terminationGracePeriodSeconds`.
const BACKGROUND_GRACE: SimDuration = SimDuration::from_secs(30);

/// Places that tell a container's starts apart in its draws.
pub(super) const STARTS: u64 = 64;

/// The name of a phase's random numbers.
const fn purpose(phase: Phase) -> &'static str {
    match phase {
        Phase::Schedule => "schedule",
        Phase::ImagePull => "image pull",
        Phase::ContainerStart => "container start",
        Phase::Ready => "ready",
        Phase::Terminate => "terminate",
        Phase::NodeReady => "node ready",
    }
}

/// The name of a draw, but for its purpose.
#[derive(Clone, Copy)]
struct Named {
    entity: u64,
    ordinal: u64,
}

impl Cx<'_> {
    /// How long a phase of a pod takes.
    pub(super) fn phase_delay(&self, phase: Phase, pod: PodId) -> SimDuration {
        self.container_draw(phase, pod, 0, 0)
    }

    /// How long the pull of an image for a pod takes. It is the same for every pod of a node; but
    /// whether it ever ends, each pod finds out for itself, by a draw that changes nothing else.
    pub(super) fn pull_delay(&self, pod: PodId, image: ImageId) -> SimDuration {
        let Pod { node, attempt, .. } = *self.cluster.pod(pod);
        let hash = self.cluster.images.hash(image);
        let entity = fnv1a64_chain(self.cluster.node(node).name_hash, hash);
        let delay = self.delay_of(Phase::ImagePull, node, self.cluster.images.name(image));
        let draw = |purpose, ordinal| self.settings.streams.uniform(purpose, entity, ordinal);
        if delay.may_never_come() && delay.never_comes(draw("pull hangs", attempt)) {
            return SimDuration::MAX;
        }
        let took = delay.quantile(draw(purpose(Phase::ImagePull), 0).get());
        self.factor(Phase::ImagePull, node).times(took)
    }

    /// How long the kubelet of a node that registers takes until it is Ready.
    pub(super) fn node_ready_delay(&self, id: NodeId) -> SimDuration {
        let Node { name, name_hash, pool, epoch, .. } = self.cluster.node(id);
        let draw = self.settings.streams.uniform("node ready", *name_hash, u64::from(*epoch));
        let delay = self.settings.latencies.delay_of_node(name, *pool);
        self.factor(Phase::NodeReady, id).times(delay.sample(draw))
    }

    /// How many times as long a phase takes on a node as the scenario says: in this run, and on this
    /// node.
    pub(super) fn factor(&self, phase: Phase, node: NodeId) -> Factor {
        let of_node = if phase.is_of_node() { self.slowness(node) } else { Factor::ONE };
        self.settings.run_factors.of(phase).and(of_node)
    }

    /// How many times as long things take on a node. With a larger share of slow nodes, those of a
    /// smaller one are slow as well.
    pub(super) fn slowness(&self, node: NodeId) -> Factor {
        let Some(SlowNodes { share, factor }) = self.settings.latencies.slow_nodes else {
            return Factor::ONE;
        };
        let name_hash = self.cluster.node(node).name_hash;
        let draw = self.settings.streams.uniform("slow node", name_hash, 0);
        if draw.get() < share { factor } else { Factor::ONE }
    }

    /// How long the `ordinal`-th background pod that is asked to leave a node takes for it.
    pub(super) fn leaving_delay(&self, node: NodeId, ordinal: u64) -> SimDuration {
        let entity = self.cluster.node(node).name_hash;
        self.draw(Phase::Terminate, node, None, Named { entity, ordinal }).min(BACKGROUND_GRACE)
    }

    /// How long all background pods on a node take to stop together; no time on a machine that is
    /// off.
    pub(super) fn drain_delay(&self, id: NodeId) -> SimDuration {
        let Node { name_hash, epoch, alive, ref capacity, .. } = *self.cluster.node(id);
        if capacity.background_count() == 0 || !alive {
            return SimDuration::ZERO;
        }
        let draw = self.settings.streams.uniform("drain", name_hash, u64::from(epoch));
        let delay = self.delay_of(Phase::Terminate, id, "").sample(draw);
        self.factor(Phase::Terminate, id).times(delay).min(BACKGROUND_GRACE)
    }

    /// One draw of a phase for a container, by its image; `step` tells the container's draws apart.
    pub(super) fn container_draw(
        &self,
        phase: Phase,
        pod: PodId,
        index: u16,
        step: u64,
    ) -> SimDuration {
        let Pod { node, spec, attempt, .. } = *self.cluster.pod(pod);
        let image = self.cluster.specs[spec].images.get(usize::from(index)).copied();
        if let Some(delay) = self.observed_delay(phase, pod, image, step / STARTS) {
            return delay;
        }
        let entity = fnv1a64_chain(self.name_of_seat(pod), step);
        self.draw(phase, node, image, Named { entity, ordinal: attempt })
    }

    /// How long a phase of the observed pod took that a pod is like, if it is like any; each start of
    /// a container after the first is like that of another one.
    fn observed_delay(
        &self,
        phase: Phase,
        pod: PodId,
        image: Option<ImageId>,
        starts: u64,
    ) -> Option<SimDuration> {
        let observed = self.settings.latencies.observed.as_ref()?;
        let Pod { node, attempt, creator, spec, .. } = *self.cluster.pod(pod);
        let image = image.map_or("", |image| self.cluster.images.name(image));
        if self.settings.latencies.exception(phase, &self.subject(node, image)).is_some() {
            return None;
        }
        let images = self.cluster.specs[spec].written.template.spec.images();
        let kind = PodKind::new(&self.cluster.daemon_sets[creator].key, images);
        let entity = fnv1a64_chain(self.name_of_seat(pod), starts);
        let draw = self.settings.streams.uniform("observed pod", entity, attempt);
        Some(self.factor(phase, node).times(observed.sample(&kind, phase, draw)?))
    }

    /// One draw of a phase on a node; its name ends with the image, if it has to do with one.
    fn draw(&self, phase: Phase, node: NodeId, image: Option<ImageId>, name: Named) -> SimDuration {
        let Named { entity, ordinal } = name;
        let (image, entity) = image.map_or(("", entity), |image| {
            let hash = self.cluster.images.hash(image);
            (self.cluster.images.name(image), fnv1a64_chain(entity, hash))
        });
        let delay = self.delay_of(phase, node, image);
        let sample = delay.sample(self.settings.streams.uniform(purpose(phase), entity, ordinal));
        self.factor(phase, node).times(sample)
    }

    /// One draw of a part of a pod's start.
    pub(super) fn start_draw(
        &self,
        purpose: &'static str,
        delay: &Delay,
        pod: PodId,
        place: u16,
    ) -> SimDuration {
        let factor = self.factor(Phase::ContainerStart, self.cluster.pod(pod).node);
        factor.times(self.pod_draw(purpose, delay, pod, place))
    }

    /// One draw of a delay for a pod; `place` tells its containers and its steps apart.
    pub(super) fn pod_draw(
        &self,
        purpose: &'static str,
        delay: &Delay,
        pod: PodId,
        place: u16,
    ) -> SimDuration {
        if let Some(always) = delay.as_constant() {
            return always;
        }
        let entity = fnv1a64_chain(self.name_of_seat(pod), u64::from(place));
        let attempt = self.cluster.pod(pod).attempt;
        delay.sample(self.settings.streams.uniform(purpose, entity, attempt))
    }

    /// Names what all pods of one DaemonSet on one node have in common; the attempt tells them
    /// apart.
    pub(super) fn name_of_seat(&self, pod: PodId) -> u64 {
        let Pod { node, creator, .. } = *self.cluster.pod(pod);
        let daemon_set = self.cluster.daemon_sets[creator].name_hash;
        fnv1a64_chain(self.cluster.node(node).name_hash, daemon_set)
    }

    /// The last exception that applies and speaks of the phase, else the default.
    pub(super) fn delay_of(&self, phase: Phase, node: NodeId, image: &str) -> &Delay {
        self.settings.latencies.delay(phase, &self.subject(node, image))
    }

    /// An image on a node, as latencies look at it.
    pub(super) fn subject<'s>(&'s self, node: NodeId, image: &'s str) -> LatencySubject<'s> {
        let node = self.cluster.node(node);
        LatencySubject { node: &node.name, pool: node.pool, image: Some(image) }
    }
}
