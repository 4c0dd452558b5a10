//! What kubelets and their images take, as it is meant.

use crate::engine::Delay;
use crate::scenario::glob_matches;
use crate::scenario::valid::{ClientLimit, Latencies, LatencySubject, Phase};
use crate::time::SimDuration;

/// How a kubelet brings its pods up and down.
#[derive(Clone, Debug)]
pub enum Kubelet {
    /// A pod goes through phases without anything in between: its missing images are pulled, its
    /// containers start, it gets ready, and when it is to terminate it stops and is gone.
    Off,
    /// Everything that a kubelet does takes its time, and may go wrong.
    On(Box<KubeletModel>),
}

impl Kubelet {
    /// A pod goes through phases without anything in between.
    pub const OFF: Self = Self::Off;
}

/// How a kubelet works.
#[derive(Clone, Debug)]
pub struct KubeletModel {
    /// From the admission of a pod until its volumes are mounted.
    pub volumes: Delay,
    /// How long its sandbox and its containers take to start; none if `latencies.containerStart`
    /// says what they take together.
    pub start: Option<StartDelays>,
    /// How long an init container runs.
    pub init_run: Delay,
    /// How long a preStop hook takes of which the manifest does not say.
    pub pre_stop: Delay,
    /// From the last container's end until the pod's volumes are unmounted and the object may go.
    pub cleanup: Delay,
    /// How many images a node pulls at the same time, at least 1; none for any number.
    pub parallel_pulls: Option<u32>,
    /// How many images a kubelet asks a registry for; none for any number.
    pub registry_pulls: Option<ClientLimit>,
    /// What images weigh and what carries them; none if `latencies.imagePull` says how long every
    /// pull takes.
    pub network: Option<Network>,
}

impl KubeletModel {
    /// How long the parts of a start take; none if the scenario writes how long it takes as a whole,
    /// at least for this image or node.
    pub fn start_of(
        &self,
        latencies: &Latencies,
        subject: &LatencySubject<'_>,
    ) -> Option<&StartDelays> {
        let is_written = latencies.exception(Phase::ContainerStart, subject).is_some();
        self.start.as_ref().filter(|_| !is_written)
    }

    /// What carries an image; none if the scenario writes how long its pull takes, at least for this
    /// image or node.
    pub fn network_of(
        &self,
        latencies: &Latencies,
        subject: &LatencySubject<'_>,
    ) -> Option<&Network> {
        let is_written = latencies.exception(Phase::ImagePull, subject).is_some();
        self.network.as_ref().filter(|_| !is_written)
    }
}

/// How long the parts of a start take.
#[derive(Clone, Debug)]
pub struct StartDelays {
    /// The pod's sandbox, with its network.
    pub sandbox: Delay,
    /// Creating and starting one container.
    pub container: Delay,
}

/// What images weigh, and what carries them to the nodes.
#[derive(Clone, Debug)]
pub struct Network {
    /// Patterns of images, in which `*` stands for any run of characters, and their bytes as the
    /// registry sends them; the first that fits counts.
    pub images: Vec<(String, u64)>,
    /// Bytes of an image that no pattern fits.
    pub usual_size: u64,
    /// Bytes per second that the registry sends to all nodes together; none for any number.
    pub registry: Option<u64>,
    /// Pulls that the registry takes up, in thousandths of one per second; none for any number.
    pub registry_requests: Option<u32>,
    /// Bytes per second that one node receives; none for any number.
    pub node: Option<u64>,
    /// Bytes per second that a node unpacks, counted as they were sent; none if that takes no time.
    pub unpack: Option<u64>,
}

impl Network {
    /// Name lookup, encryption, authentication and the manifest, before the first byte of an image.
    pub const ANSWER: SimDuration = SimDuration::from_millis(500);

    /// Pulls that the registry takes up, those of a second at once; none for any number.
    pub fn request_limit(&self) -> Option<ClientLimit> {
        let limit = |millis_per_second: u32| ClientLimit {
            millis_per_second,
            burst: millis_per_second.div_ceil(1_000),
        };
        self.registry_requests.map(limit)
    }

    /// How long a node unpacks so many bytes.
    pub fn unpacking(&self, bytes: u64) -> SimDuration {
        self.unpack.map_or(SimDuration::ZERO, |rate| SimDuration::for_amount(bytes, rate))
    }

    /// The bytes of an image, as the registry sends them.
    pub fn size_of(&self, image: &str) -> u64 {
        let size = self.images.iter().find(|(pattern, _)| glob_matches(pattern, image));
        size.map_or(self.usual_size, |(_, bytes)| *bytes)
    }
}
