//! What kubelets and their images take, as it is meant.

use crate::engine::Delay;
use crate::scenario::glob_matches;
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
    /// How many images a kubelet asks a registry for: thousandths of one per second, and how many
    /// at once; none for any number.
    pub registry_pulls: Option<(u32, u32)>,
    /// What images weigh and what carries them; none if `latencies.imagePull` says how long every
    /// pull takes.
    pub network: Option<Network>,
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

    /// Pulls that the registry takes up: thousandths of one per second, and how many at once, which
    /// are those of a second; none for any number.
    pub fn request_limit(&self) -> Option<(u32, u32)> {
        self.registry_requests.map(|millis| (millis, millis.div_ceil(1_000)))
    }

    /// The bytes of an image, as the registry sends them.
    pub fn size_of(&self, image: &str) -> u64 {
        let size = self.images.iter().find(|(pattern, _)| glob_matches(pattern, image));
        size.map_or(self.usual_size, |(_, bytes)| *bytes)
    }
}
