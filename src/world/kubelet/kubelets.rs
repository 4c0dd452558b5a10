//! What kubelets keep, and when they look, hear and are heard.

use std::collections::BTreeMap;

use crate::control::kubelet::{self, Backoff};
use crate::control::rate_limit::TokenBucket;
use crate::control::{NodeId, PodId, Ticks};
use crate::engine::Factor;
use crate::scenario::{Kubelet, KubeletModel, Network};
use crate::time::SimTime;
use crate::world::api_server::full_bucket;
use crate::world::cx::Cx;
use crate::world::event::Ticket;
use crate::world::ids::Table;
use crate::world::kubelet::downloads::Downloads;
use crate::world::kubelet::pressure::Pressed;
use crate::world::kubelet::pulls::Puller;
use crate::world::kubelet::stuck::Stuck;

/// All kubelets of a cluster.
#[derive(Debug)]
pub(in crate::world) struct Kubelets {
    /// None if they are switched off.
    pub(super) model: Option<Box<KubeletModel>>,
    /// How far each pod is; none of those that never came to a kubelet in this run, or are gone.
    progress: Table<PodId, Option<Box<Progress>>>,
    /// Containers that were started again because of their probes, by pod and place.
    pub(super) restarts: BTreeMap<(PodId, u16), Restarts>,
    /// Nodes that pull images, or have images waiting to be pulled.
    pub(super) pullers: BTreeMap<NodeId, Puller>,
    pub(super) next_ticket: Ticket,
    pub(super) downloads: Downloads,
    /// When the next end of a download is on the agenda.
    pub(super) armed: Option<SimTime>,
    /// Pulls that the registry takes up.
    pub(super) registry: TokenBucket,
    /// Pods whose containers do not stop.
    pub(super) stuck: Vec<Stuck>,
    /// Nodes that run out of something, or did.
    pub(super) pressed: BTreeMap<NodeId, Pressed>,
}

/// How far a pod is on its node.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Progress {
    /// Whether its kubelet refused it, whether or not the API server has heard of that.
    pub(super) refused: bool,
    /// When its kubelet began with it: its probes keep the rhythm of that.
    pub(super) since: SimTime,
    /// Whether any of its containers was started since its machine was.
    pub(super) runs: bool,
    /// Whether all of its containers were.
    pub(super) all_run: bool,
    /// When the containers before the last one were started; those that initialize it left out.
    pub(super) starts: Vec<SimTime>,
    /// When its kubelet noticed that they all run.
    pub(super) noticed: SimTime,
    /// When the last of those containers is ready that get ready.
    pub(super) ready: SimTime,
    /// How many of its containers do not get ready as it is.
    pub(super) failing: u16,
    /// Which of its containers waits for an image that does not come.
    pub(super) stuck: u16,
    /// Which of its containers lacks an image that its kubelet may not fetch.
    pub(super) never_pulled: Option<u16>,
    /// Reason and message of its status, if its kubelet refused or ended it.
    pub(super) ended: Option<(String, String)>,
}

/// How often a container was started again, and the pause before the next time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Restarts {
    pub(super) count: u64,
    pub(super) backoff: Backoff,
    /// Which probe killed it last, if one did.
    pub(super) probe: Option<&'static str>,
}

impl Kubelets {
    /// As a scenario writes them; the registry is this many times slower than that.
    pub(in crate::world) fn new(kubelet: &Kubelet, registry: Factor) -> Self {
        let model = match kubelet {
            Kubelet::Off => None,
            Kubelet::On(model) => Some(model.clone()),
        };
        let network = model.as_ref().and_then(|model| model.network.as_ref());
        let sends = network.and_then(|network| network.registry).map(|rate| registry.slows(rate));
        let receives = network.and_then(|network| network.node);
        Self {
            progress: Table::new(),
            restarts: BTreeMap::new(),
            pullers: BTreeMap::new(),
            next_ticket: 0,
            downloads: Downloads::new(sends, receives),
            armed: None,
            registry: full_bucket(network.and_then(Network::request_limit)),
            stuck: Vec::new(),
            pressed: BTreeMap::new(),
            model,
        }
    }

    /// Another machine has registered under a node's name, and nothing runs out on it.
    pub(in crate::world) fn forget_machine(&mut self, node: NodeId) {
        self.pressed.remove(&node);
    }

    /// What runs out on a node when the run begins, by pressure.
    pub(in crate::world) fn import_pressure(&mut self, node: NodeId, by: [bool; 3]) {
        self.pressed(node).by = by;
    }

    /// What a kubelet knows of what its node runs out of.
    pub(super) fn pressed(&mut self, node: NodeId) -> &mut Pressed {
        self.pressed.entry(node).or_default()
    }

    /// How far a pod is.
    pub(super) fn progress(&mut self, pod: PodId) -> &mut Progress {
        self.progress.ensure(pod, || None).get_or_insert_default()
    }

    /// How far a pod is, if it ever came to a kubelet.
    pub(super) fn known_progress(&self, pod: PodId) -> Option<&Progress> {
        self.progress.get(pod)?.as_deref()
    }

    /// Whether a kubelet refused a pod: nothing of it runs, and no more happens to it there.
    pub(in crate::world) fn refused(&self, pod: PodId) -> bool {
        self.known_progress(pod).is_some_and(|progress| progress.refused)
    }

    /// A pod is gone, and nothing of it is started again.
    pub(in crate::world) fn forget(&mut self, pod: PodId) {
        let own = self.restarts.range((pod, 0)..=(pod, u16::MAX));
        for key in own.map(|(key, _)| *key).collect::<Vec<_>>() {
            self.restarts.remove(&key);
        }
        if self.known_progress(pod).is_some() {
            self.progress[pod] = None;
        }
    }

    /// What a kubelet that is not switched off is like.
    pub(super) fn model(&self) -> &KubeletModel {
        self.model.as_deref().expect("only kubelets that are on take these steps")
    }
}

/// When a change made at `now` reaches the kubelet of a pod.
pub(super) fn kubelet_hears(purpose: &'static str, pod: PodId, cx: &Cx<'_>) -> SimTime {
    cx.api.up_from(cx.now) + cx.pod_draw(purpose, cx.api.watch_latency(), pod, 0)
}

/// When a request that the kubelet of a pod makes at an instant is carried out; it goes on trying
/// while the API server does not answer.
pub(super) fn kubelet_asks(purpose: &'static str, pod: PodId, at: SimTime, cx: &Cx<'_>) -> SimTime {
    cx.api.up_from(at) + cx.pod_draw(purpose, cx.api.request_latency(), pod, 0)
}

/// The looks of a node's kubelet at its containers.
pub(super) fn relists(node: NodeId, cx: &Cx<'_>) -> Ticks {
    kubelet::relists(cx.cluster.node(node).relist_phase)
}
