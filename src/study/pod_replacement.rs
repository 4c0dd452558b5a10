//! How long an update takes by the scenario's latencies: the phases that each pod goes through, and
//! what all pods share.
//!
//! Left out are the milliseconds of requests and watches, and everything that goes wrong.

use crate::api::{Container, PreStop};
use crate::control::kubelet::{Outcome, Probed, outcome};
use crate::engine::{Delay, Factor};
use crate::scenario::{
    ClientLimit, Kubelet, KubeletModel, LatencySubject, Network, NodeSpec, Phase, Scenario,
};
use crate::study::update_start::UpdateStart;
use crate::time::{SimDuration, SimTime};

/// What a kubelet needs by the median to notice that a container started or ended: half a period.
///
/// Source: `pkg/kubelet/kubelet.go › genericPlegRelistPeriod`.
const NOTICES: SimDuration = SimDuration::from_millis(500);

/// How the draws fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Luck {
    /// Every phase is as short as it can be: no run is quicker.
    Best,
    /// Every phase takes its median.
    Median,
}

/// The replacements of an update.
pub(super) struct Replacements<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) update: &'a UpdateStart<'a>,
    /// Whether the new pod comes before the old one goes.
    pub(super) is_surge: bool,
    pub(super) luck: Luck,
}

impl Replacements<'_> {
    /// How long all of them take in so many rounds; zero without a round.
    pub(super) fn last(&self, rounds: u32) -> SimDuration {
        if rounds == 0 {
            return SimDuration::ZERO;
        }
        let spans = self.update.replaced.iter().map(|&node| self.replacement(node));
        let shared = self.client().max(self.scheduler()).max(self.registry());
        match self.luck {
            Luck::Best => spans.min().unwrap_or_default().times(rounds.into()).max(shared),
            Luck::Median => {
                let round = mean(spans);
                // The last pod to be served still has to start.
                round.times(rounds.into()).max(shared + round)
            }
        }
    }

    /// From the deletion of the old pod until the new one is available; with a surge, from the
    /// creation of the new one.
    fn replacement(&self, node: usize) -> SimDuration {
        let spec = &self.update.daemon_set.spec;
        let image = first_image(&spec.template.spec);
        let schedule = self.phase(node, image, Phase::Schedule);
        let stop = if self.is_surge { SimDuration::ZERO } else { self.stop(node) };
        let missing = self.update.new_images.iter().filter(|(_, nodes)| nodes.contains(&node));
        let pulls = missing.map(|(image, _)| self.pull(node, image));
        let pulls = pulls.fold(SimDuration::ZERO, |sum, pull| sum + pull);
        let proof = SimDuration::from_secs(spec.min_ready_seconds.into());
        stop + schedule + pulls + self.start(node) + self.ready(node) + proof
    }

    /// How long a phase of a pod takes on a node, by its index.
    fn phase(&self, node: usize, image: &str, phase: Phase) -> SimDuration {
        self.draw_of(phase, self.scenario.latencies.delay(phase, &subject(&self.node(node), image)))
    }

    /// A phase, or a part of it, by its delay: in some run it takes as good as no time if runs
    /// differ, and of some nodes it is not known whether they are slow.
    fn draw_of(&self, phase: Phase, delay: &Delay) -> SimDuration {
        match self.luck {
            Luck::Best if self.differs(phase) => SimDuration::ZERO,
            Luck::Median if phase.is_of_node() => self.slowness().times(self.draw(delay)),
            Luck::Best | Luck::Median => self.draw(delay),
        }
    }

    /// Whether a phase may take any time in another run.
    fn differs(&self, phase: Phase) -> bool {
        self.scenario.latencies.per_run.contains_key(&phase)
    }

    /// How many times as long things take on a node, on average.
    fn slowness(&self) -> Factor {
        self.scenario.latencies.slow_nodes.map_or(Factor::ONE, |slow| slow.mean())
    }

    fn node(&self, place: usize) -> NodeSpec {
        self.scenario.nodes.get(place).unwrap_or_else(|| NodeSpec::named(""))
    }

    fn draw(&self, delay: &Delay) -> SimDuration {
        match self.luck {
            Luck::Best => delay.quantile(0.0),
            Luck::Median => delay.quantile(0.5),
        }
    }

    fn notices(&self) -> SimDuration {
        match self.luck {
            Luck::Best => SimDuration::ZERO,
            Luck::Median => NOTICES,
        }
    }

    /// How long the containers of an old pod take to stop.
    fn stop(&self, node: usize) -> SimDuration {
        let spec = &self.update.outgoing.spec;
        let grace = SimDuration::from_secs(spec.termination_grace_period_seconds.into());
        let exits = |image: &str| self.phase(node, image, Phase::Terminate);
        let Some(model) = self.model() else { return exits(first_image(spec)).min(grace) };
        let hook = |container: &Container| match container.pre_stop {
            None => SimDuration::ZERO,
            Some(PreStop::Sleep(span)) => span,
            Some(PreStop::Other) => self.draw(&model.pre_stop),
        };
        let stops = spec.containers.iter().map(|it| hook(it) + exits(&it.image));
        stops.max().unwrap_or_default().min(grace)
    }

    /// From the pod's admission until its containers were started, pulls left out.
    fn start(&self, node: usize) -> SimDuration {
        let spec = &self.update.daemon_set.spec.template.spec;
        let image = first_image(spec);
        let written = || self.phase(node, image, Phase::ContainerStart);
        let Some(model) = self.model() else { return written() };
        let latencies = &self.scenario.latencies;
        let starts = match model.start_of(latencies, &subject(&self.node(node), image)) {
            None => written(),
            Some(start) => {
                let containers = spec.containers.len() + spec.init_containers.len();
                let part = |delay: &Delay| self.draw_of(Phase::ContainerStart, delay);
                part(&start.sandbox) + part(&start.container).times(containers as u64)
            }
        };
        let inits = spec.init_containers.iter().filter(|it| !it.is_sidecar).count();
        let init = self.draw(&model.init_run) + self.notices();
        self.draw(&model.volumes) + starts + init.times(inits as u64)
    }

    /// From the start of the containers until the last one is ready.
    fn ready(&self, node: usize) -> SimDuration {
        let spec = &self.update.daemon_set.spec.template.spec;
        let asked = |it: &Container| it.readiness_probe.is_some() || it.startup_probe.is_some();
        let well = |image: &str| self.phase(node, image, Phase::Ready);
        if self.model().is_none() {
            let has_probe = spec.containers.iter().any(|it| it.readiness_probe.is_some());
            return if has_probe { well(first_image(spec)) } else { SimDuration::ZERO };
        }
        let ready = |container: &Container| match self.luck {
            _ if !asked(container) => self.notices(),
            // Rounding up to a question may lengthen a short wait more than a long one.
            Luck::Best => well(&container.image),
            Luck::Median => noticed_ready(container, well(&container.image)),
        };
        spec.containers.iter().map(ready).max().unwrap_or_default()
    }

    /// The pull of an image, if no other pull is in its way.
    fn pull(&self, node: usize, image: &str) -> SimDuration {
        let Some(network) = self.network(node, image) else {
            return self.phase(node, image, Phase::ImagePull);
        };
        let bytes = network.size_of(image);
        let over = |rate: Option<u64>| {
            rate.map_or(SimDuration::ZERO, |rate| SimDuration::for_amount(bytes, rate))
        };
        let receives = over(network.node).max(over(network.registry));
        let unpacking = network.unpacking(bytes);
        match self.luck {
            Luck::Best if self.differs(Phase::ImagePull) => over(network.node) + unpacking,
            Luck::Best => Network::ANSWER + receives + unpacking,
            Luck::Median => Network::ANSWER + receives + self.slowness().times(unpacking),
        }
    }

    /// What carries the image: what the scenario writes for it or its node comes before its size.
    fn network(&self, node: usize, image: &str) -> Option<&Network> {
        self.model()?.network_of(&self.scenario.latencies, &subject(&self.node(node), image))
    }

    fn model(&self) -> Option<&KubeletModel> {
        match &self.scenario.kubelet {
            Kubelet::On(model) => Some(model),
            Kubelet::Off => None,
        }
    }

    /// How long the controller's client takes over the requests: each replacement is a deletion
    /// and a creation.
    fn client(&self) -> SimDuration {
        limited(self.scenario.control_plane.client, self.update.replaced.len() as u64 * 2)
    }

    /// How long the scheduler's client takes to bind the new pods.
    fn scheduler(&self) -> SimDuration {
        let scheduler = self.scenario.control_plane.scheduler.as_ref();
        limited(scheduler.and_then(|it| it.client), self.update.replaced.len() as u64)
    }

    /// How long the registry takes to take up all pulls, and to send what they ask for.
    fn registry(&self) -> SimDuration {
        let Some(network) = self.model().and_then(|model| model.network.as_ref()) else {
            return SimDuration::ZERO;
        };
        let (mut pulls, mut bytes) = (0_u64, 0_u64);
        for (image, nodes) in &self.update.new_images {
            let by_size = nodes.iter().filter(|&&node| self.network(node, image).is_some());
            let many = by_size.count() as u64;
            pulls += many;
            bytes = bytes.saturating_add(network.size_of(image).saturating_mul(many));
        }
        let may_be_faster = self.luck == Luck::Best && self.differs(Phase::ImagePull);
        let rate = network.registry.filter(|_| !may_be_faster);
        let sent = rate.map(|rate| SimDuration::for_amount(bytes, rate));
        limited(network.request_limit(), pulls).max(sent.unwrap_or_default())
    }
}

/// How long so many requests take, the first of which are free.
fn limited(limit: Option<ClientLimit>, requests: u64) -> SimDuration {
    let Some(ClientLimit { millis_per_second, burst }) = limit else { return SimDuration::ZERO };
    let waiting = requests.saturating_sub(burst.into());
    SimDuration::for_amount(waiting.saturating_mul(1_000), millis_per_second.into())
}

fn first_image(spec: &crate::api::PodSpec) -> &str {
    spec.images().next().unwrap_or_default()
}

/// From the start of a container that is well after a while until its probes say so.
fn noticed_ready(container: &Container, well: SimDuration) -> SimDuration {
    let (started, noticed) = (SimTime::ZERO, SimTime::ZERO + NOTICES);
    let probed = Probed { worker_since: started, started, noticed, healthy_from: started + well };
    match outcome(container, &probed) {
        Outcome::Ready { ready, .. } => ready.since_zero(),
        // Its probes kill it before; luckier starts get through.
        Outcome::NeverReady { .. }
        | Outcome::StartupFailed { .. }
        | Outcome::LivenessFailed { .. } => NOTICES + well,
    }
}

fn mean(spans: impl Iterator<Item = SimDuration>) -> SimDuration {
    let (sum, many) = spans
        .fold((0_u128, 0_u128), |(sum, many), span| (sum + u128::from(span.as_micros()), many + 1));
    SimDuration::from_micros(u64::try_from(sum / many.max(1)).unwrap_or(u64::MAX))
}

fn subject<'a>(node: &'a NodeSpec, image: &'a str) -> LatencySubject<'a> {
    LatencySubject { node: &node.name, pool: node.pool, image: Some(image) }
}
