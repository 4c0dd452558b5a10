//! How long the phases of a pod take: which distribution applies, and its one draw.
//!
//! Every draw is named by purpose, node and ordinal, so that a node has the same luck in every
//! setting that is compared.

use crate::control::{NodeId, PodId};
use crate::engine::Delay;
use crate::scenario::{LatencyOverride, PhaseDelays};
use crate::time::SimDuration;
use crate::world::cluster::Node;
use crate::world::cx::Cx;
use crate::world::ids::ImageId;

/// How long background pods may take to leave.
///
/// Source: `pkg/apis/core/v1/defaults.go › SetDefaults_PodSpec`, the default of
/// `terminationGracePeriodSeconds`.
const BACKGROUND_GRACE: SimDuration = SimDuration::from_secs(30);

/// The phases of a pod that take time of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Schedule,
    ImagePull,
    ContainerStart,
    Ready,
    Terminate,
}

impl Phase {
    /// The name of its random numbers.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::ImagePull => "image pull",
            Self::ContainerStart => "container start",
            Self::Ready => "ready",
            Self::Terminate => "terminate",
        }
    }

    fn of(self, delays: &PhaseDelays) -> &Delay {
        match self {
            Self::Schedule => &delays.schedule,
            Self::ImagePull => &delays.image_pull,
            Self::ContainerStart => &delays.container_start,
            Self::Ready => &delays.ready,
            Self::Terminate => &delays.terminate,
        }
    }

    fn of_override(self, delays: &LatencyOverride) -> Option<&Delay> {
        match self {
            Self::Schedule => delays.schedule.as_ref(),
            Self::ImagePull => delays.image_pull.as_ref(),
            Self::ContainerStart => delays.container_start.as_ref(),
            Self::Ready => delays.ready.as_ref(),
            Self::Terminate => delays.terminate.as_ref(),
        }
    }
}

impl Cx<'_> {
    /// How long a phase of a pod takes.
    pub(super) fn phase_delay(&self, phase: Phase, pod: PodId) -> SimDuration {
        let pod = self.cluster.pod(pod);
        let image = self.cluster.specs[pod.spec].images.first().copied();
        self.draw(phase, pod.node, image, pod.attempt)
    }

    /// How long the `ordinal`-th pull of an image on a node takes.
    pub(super) fn pull_delay(&self, node: NodeId, image: ImageId, ordinal: u64) -> SimDuration {
        self.draw(Phase::ImagePull, node, Some(image), ordinal)
    }

    /// How long the `ordinal`-th background pod that is asked to leave a node takes for it.
    pub(super) fn leaving_delay(&self, node: NodeId, ordinal: u64) -> SimDuration {
        self.draw(Phase::Terminate, node, None, ordinal).min(BACKGROUND_GRACE)
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

    /// One draw of a phase.
    pub(super) fn draw(
        &self,
        phase: Phase,
        node: NodeId,
        image: Option<ImageId>,
        ordinal: u64,
    ) -> SimDuration {
        let image_name = image.map_or("", |image| self.cluster.images.name(image));
        let delay = self.delay_of(phase, node, image_name);
        let entity = self.cluster.node(node).name_hash
            ^ image.map_or(0, |image| self.cluster.images.hash(image));
        delay.sample(self.settings.streams.uniform(phase.purpose(), entity, ordinal))
    }

    /// The last exception that applies and speaks of the phase, else the default.
    pub(super) fn delay_of(&self, phase: Phase, node: NodeId, image: &str) -> &Delay {
        let exception = self.exception_of(phase, node, image);
        exception.unwrap_or_else(|| phase.of(&self.settings.latencies.default))
    }

    /// The last exception that applies and speaks of the phase.
    pub(super) fn exception_of(&self, phase: Phase, node: NodeId, image: &str) -> Option<&Delay> {
        let node = self.cluster.node(node);
        self.settings
            .latencies
            .exception((&node.name, node.pool), image, |it| phase.of_override(it))
    }
}
