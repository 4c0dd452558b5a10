//! How long the phases of a pod take: which distribution applies, and its one draw.
//!
//! Every draw is named by purpose, node and ordinal, and by the DaemonSet and the image where it is
//! about them, so that a node takes as long in every setting that is compared.

use crate::control::{NodeId, PodId};
use crate::engine::{Delay, fnv1a64_chain};
use crate::scenario::{LatencySubject, Phase};
use crate::time::SimDuration;
use crate::world::cluster::{Node, Pod};
use crate::world::cx::Cx;
use crate::world::ids::ImageId;

/// How long background pods may take to leave.
///
/// Source: `pkg/apis/core/v1/defaults.go › SetDefaults_PodSpec`, the default of
/// `terminationGracePeriodSeconds`.
const BACKGROUND_GRACE: SimDuration = SimDuration::from_secs(30);

/// The name of a phase's random numbers.
const fn purpose(phase: Phase) -> &'static str {
    match phase {
        Phase::Schedule => "schedule",
        Phase::ImagePull => "image pull",
        Phase::ContainerStart => "container start",
        Phase::Ready => "ready",
        Phase::Terminate => "terminate",
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

    /// How long the `ordinal`-th pull of an image on a node takes.
    pub(super) fn pull_delay(&self, node: NodeId, image: ImageId, ordinal: u64) -> SimDuration {
        let entity = self.cluster.node(node).name_hash;
        self.draw(Phase::ImagePull, node, Some(image), Named { entity, ordinal })
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
        self.delay_of(Phase::Terminate, id, "").sample(draw).min(BACKGROUND_GRACE)
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
        let entity = fnv1a64_chain(self.name_of_seat(pod), step);
        self.draw(phase, node, image, Named { entity, ordinal: attempt })
    }

    /// One draw of a phase on a node; its name ends with the image, if it has to do with one.
    fn draw(&self, phase: Phase, node: NodeId, image: Option<ImageId>, name: Named) -> SimDuration {
        let Named { entity, ordinal } = name;
        let (image, entity) = image.map_or(("", entity), |image| {
            let hash = self.cluster.images.hash(image);
            (self.cluster.images.name(image), fnv1a64_chain(entity, hash))
        });
        let delay = self.delay_of(phase, node, image);
        delay.sample(self.settings.streams.uniform(purpose(phase), entity, ordinal))
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
