//! Images are pulled: the containers of a node wait in one queue for them, and a pull is decided,
//! begun, broken off, or ended here. How downloads share the bandwidth is decided in `downloads`.

use std::collections::VecDeque;

use crate::control::kubelet::Backoff;
use crate::control::rate_limit::TokenBucket;
use crate::control::{NodeId, PodId};
use crate::record::{HungStep, What};
use crate::scenario::{ImageFault, Network, Phase};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::full_bucket;
use crate::world::cluster::{Broken, Cluster, Pod};
use crate::world::cx::Cx;
use crate::world::event::{Event, PodStep, PullStep, Ticket};
use crate::world::ids::ImageId;
use crate::world::kubelet::kubelets::Kubelets;
use crate::world::kubelet::report::{break_pod, wait_for_step};

/// What [`Network::ANSWER`] is for an image whose layers are there already: a connection is, too.
const CHECK: SimDuration = SimDuration::from_millis(50);

/// Places of containers at which the back-off of their pulls is kept.
pub(super) const PULLS: u16 = 1 << 15;

/// The pulls of a node, while there are any.
#[derive(Debug)]
pub(super) struct Puller {
    waiting: VecDeque<Request>,
    active: Vec<Active>,
    /// What its kubelet allows itself; a node that pulls nothing begins with a full bucket.
    tokens: TokenBucket,
}

/// A container's wish for an image.
#[derive(Clone, Copy, Debug)]
struct Request {
    pod: PodId,
    epoch: u32,
    container: u16,
    image: ImageId,
    asked: SimTime,
}

/// A pull under way.
#[derive(Clone, Copy, Debug)]
struct Active {
    ticket: Ticket,
    request: Request,
    began: SimTime,
    /// Whether the image is fetched, and not only looked up.
    fetches: bool,
    fails: bool,
}

/// How long a pull takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PullTime {
    /// As the scenario or its defaults say.
    Drawn(SimDuration),
    /// As long as this number of bytes takes.
    BySize(u64),
}

impl Kubelets {
    /// A container's image is not there, or may have changed: the kubelet asks for it.
    pub(super) fn ask_for_image(
        &mut self,
        id: PodId,
        container: u16,
        fetches: bool,
        cx: &mut Cx<'_>,
    ) {
        let Pod { node, spec, epoch, .. } = *cx.cluster.pod(id);
        let image = cx.cluster.specs[spec].images[usize::from(container)];
        let works = !cx.cluster.cannot_be_pulled(image, node);
        if fetches && works && self.is_pulled_at_once(node, image, cx) {
            cx.cluster.nodes[node].images.push(image);
            return self.launch(id, container, cx);
        }
        if fetches {
            pulling_fact(id, image, cx);
        }
        let limit = self.model().registry_pulls;
        let puller = self.pullers.entry(node).or_insert_with(|| Puller {
            waiting: VecDeque::new(),
            active: Vec::new(),
            tokens: full_bucket(limit),
        });
        puller.waiting.push_back(Request { pod: id, epoch, container, image, asked: cx.now });
        self.pull_next(node, cx);
    }

    /// Begins the pulls whose turn it is on a node.
    fn pull_next(&mut self, node: NodeId, cx: &mut Cx<'_>) {
        let most = self.model().parallel_pulls.map_or(usize::MAX, |most| most as usize);
        while let Some(puller) = self.pullers.get_mut(&node) {
            if puller.active.len() >= most {
                return;
            }
            let Some(request) = puller.waiting.pop_front() else {
                if puller.active.is_empty() {
                    self.pullers.remove(&node);
                }
                return;
            };
            if !cx.cluster.is_wanted(&request) {
                continue;
            }
            let puller = self.pullers.get_mut(&node);
            if puller.is_some_and(|puller| puller.tokens.try_take(cx.now)) {
                self.begin_pull(node, request, cx);
            } else {
                self.pull_failed(request, "pull QPS exceeded", cx);
            }
        }
    }

    fn begin_pull(&mut self, node: NodeId, request: Request, cx: &mut Cx<'_>) {
        let image = request.image;
        // A request that was earlier in the queue may have fetched it.
        let fetches = !cx.cluster.node(node).images.contains(&image);
        let fails = cx.cluster.cannot_be_pulled(image, node);
        let answered = self.registry.reserve(cx.now);
        let answer = cx.settings.run_factors.of(Phase::ImagePull).times(Network::ANSWER);
        let (at, step) = match self.pull_time(node, request, cx) {
            _ if fails => (answered + Network::ANSWER, PullStep::End),
            _ if !fetches => (answered + CHECK, PullStep::End),
            PullTime::Drawn(delay) => (answered + delay, PullStep::End),
            PullTime::BySize(bytes) if self.downloads.are_instant() => {
                (answered + answer + self.unpacking(node, bytes, cx), PullStep::End)
            }
            PullTime::BySize(_) => (answered + answer, PullStep::Download),
        };
        wait_for_step(request.pod, request.container, HungStep::Pull, at, cx);
        let ticket = self.next_ticket;
        self.next_ticket = ticket.wrapping_add(1);
        let active = Active { ticket, request, began: cx.now, fetches, fails };
        if let Some(puller) = self.pullers.get_mut(&node) {
            puller.active.push(active);
        }
        if fetches {
            cx.record.pull_began();
        }
        plan_pull(node, active, step, at, cx);
    }

    /// A stage of a pull ends, unless it was broken off.
    pub(in crate::world) fn pull_step(
        &mut self,
        node: NodeId,
        ticket: Ticket,
        step: PullStep,
        cx: &mut Cx<'_>,
    ) {
        let Some(puller) = self.pullers.get_mut(&node) else { return };
        let Some(index) = puller.active.iter().position(|it| it.ticket == ticket) else { return };
        match step {
            PullStep::Download => {
                let bytes = self.bytes_of(node, ticket, cx);
                self.downloads.start(node, ticket, bytes, cx.now);
                self.arm(cx);
            }
            PullStep::End => {
                let active = puller.active.remove(index);
                self.pull_ended(node, active, cx);
                self.pull_next(node, cx);
            }
        }
    }

    /// The first download may have ended by now.
    pub(in crate::world) fn downloads_ended(&mut self, cx: &mut Cx<'_>) {
        if self.armed != Some(cx.now) {
            return;
        }
        self.armed = None;
        while let Some((node, ticket)) = self.downloads.take_ended(cx.now) {
            let at = cx.now + self.unpacking(node, self.bytes_of(node, ticket, cx), cx);
            if let Some(active) = self.active(node, ticket) {
                plan_pull(node, active, PullStep::End, at, cx);
            }
        }
        self.arm(cx);
    }

    /// Puts the next end of a download on the agenda, unless an earlier look is there already.
    fn arm(&mut self, cx: &mut Cx<'_>) {
        let Some(at) = self.downloads.next_end() else { return };
        if self.armed.is_none_or(|armed| at < armed) {
            self.armed = Some(at);
            cx.because(None).at(at, Event::Downloads);
        }
    }

    fn active(&self, node: NodeId, ticket: Ticket) -> Option<Active> {
        let puller = self.pullers.get(&node)?;
        puller.active.iter().find(|it| it.ticket == ticket).copied()
    }

    fn bytes_of(&self, node: NodeId, ticket: Ticket, cx: &Cx<'_>) -> u64 {
        let time = self.active(node, ticket).map(|it| self.pull_time(node, it.request, cx));
        match time {
            Some(PullTime::BySize(bytes)) => bytes,
            Some(PullTime::Drawn(_)) | None => 0,
        }
    }

    fn pull_ended(&mut self, node: NodeId, active: Active, cx: &mut Cx<'_>) {
        let Active { request, began, fetches, fails, .. } = active;
        if fetches {
            cx.record.pull_ended();
        }
        if fails {
            if cx.cluster.is_wanted(&request) {
                self.pull_failed(request, "ErrImagePull", cx);
            }
            return;
        }
        if fetches {
            cx.cluster.nodes[node].images.push(request.image);
        }
        if !cx.cluster.is_wanted(&request) {
            return;
        }
        if fetches {
            let image = cx.cluster.images.name(request.image);
            let fact = cx.cluster.pods[request.pod].fact;
            let fact = cx.record.fact(cx.now, fact, |names| What::PodPulled {
                pod: names.intern(&cx.cluster.pod_name(request.pod)),
                image: names.intern(image),
                waited: began.since(request.asked),
                took: cx.now.since(began),
            });
            cx.cluster.pods[request.pod].fact = Some(fact);
        }
        self.launch(request.pod, request.container, cx);
    }

    /// A pull failed. It is tried again after a back-off; while the image cannot be pulled the
    /// tries change nothing, so none is scheduled until it can.
    fn pull_failed(&mut self, request: Request, reason: &'static str, cx: &mut Cx<'_>) {
        let Request { pod: id, container, image, .. } = request;
        let node = cx.cluster.pod(id).node;
        let key = (id, PULLS | container);
        let backoff = &mut self.restarts.entry(key).or_default().backoff;
        let at = backoff.pull_failed(cx.now);
        pull_failed_fact(id, image, reason, at.since(cx.now), cx);
        self.progress(id).stuck = container;
        if cx.cluster.cannot_be_pulled(image, node) {
            let broken = Broken::new(ImageFault::PullError, cx.now);
            break_pod(id, broken, cx);
        } else {
            cx.plan(id, PodStep::Prepare { container }, at);
        }
    }

    /// What a pod waits for is broken off: it was told to stop, or has failed.
    pub(super) fn cancel_pulls(&mut self, id: PodId, cx: &mut Cx<'_>) {
        let node = cx.cluster.pod(id).node;
        let Some(puller) = self.pullers.get_mut(&node) else { return };
        puller.waiting.retain(|request| request.pod != id);
        let Some(index) = puller.active.iter().position(|it| it.request.pod == id) else { return };
        let active = puller.active.remove(index);
        self.break_off(node, active, cx);
        self.arm(cx);
        self.pull_next(node, cx);
    }

    /// A machine is dead, and so is all that it was pulling.
    pub(super) fn drop_pulls(&mut self, node: NodeId, cx: &mut Cx<'_>) {
        let Some(puller) = self.pullers.remove(&node) else { return };
        for active in puller.active {
            self.break_off(node, active, cx);
        }
        self.arm(cx);
    }

    fn break_off(&mut self, node: NodeId, active: Active, cx: &mut Cx<'_>) {
        self.downloads.cancel(node, active.ticket, cx.now);
        if active.fetches {
            cx.record.pull_ended();
        }
    }

    /// Whether the scenario writes that the image takes no time.
    fn is_pulled_at_once(&self, node: NodeId, image: ImageId, cx: &Cx<'_>) -> bool {
        self.network_of(node, image, cx).is_none() && {
            let delay = cx.delay_of(Phase::ImagePull, node, cx.cluster.images.name(image));
            delay.as_constant() == Some(SimDuration::ZERO)
        }
    }

    /// What carries the image: what the scenario writes for it or its node comes before its size.
    fn network_of(&self, node: NodeId, image: ImageId, cx: &Cx<'_>) -> Option<&Network> {
        let subject = cx.subject(node, cx.cluster.images.name(image));
        self.model().network_of(&cx.settings.latencies, &subject)
    }

    fn pull_time(
        &self,
        node: NodeId,
        Request { pod, image, .. }: Request,
        cx: &Cx<'_>,
    ) -> PullTime {
        let name = cx.cluster.images.name(image);
        match self.network_of(node, image, cx) {
            Some(network) => PullTime::BySize(network.size_of(name)),
            None => PullTime::Drawn(cx.pull_delay(pod, image)),
        }
    }

    fn unpacking(&self, node: NodeId, bytes: u64, cx: &Cx<'_>) -> SimDuration {
        let network = self.model().network.as_ref();
        let usual = network.map_or(SimDuration::ZERO, |network| network.unpacking(bytes));
        cx.slowness(node).times(usual)
    }

    /// The pod whose pull, which never ends, keeps the images of another pod of the node waiting.
    pub(super) fn kept_waiting_by(&self, id: PodId, cluster: &Cluster) -> Option<PodId> {
        let puller = self.pullers.get(&cluster.pod(id).node)?;
        puller.waiting.iter().find(|request| request.pod == id)?;
        let mut pulling = puller.active.iter().map(|active| active.request.pod);
        pulling.find(|&pod| cluster.pod(pod).hung.is_some())
    }
}

fn plan_pull(node: NodeId, active: Active, step: PullStep, at: SimTime, cx: &mut Cx<'_>) {
    let event = Event::Pull { node, ticket: active.ticket, step };
    cx.because(cx.cluster.pod(active.request.pod).fact).at(at, event);
}

/// An image is not there and may not be fetched: the pod waits for ever, since that another pod may
/// bring the image is left out.
pub(super) fn pull_refused(id: PodId, container: u16, cx: &mut Cx<'_>) {
    let image = cx.cluster.specs[cx.cluster.pod(id).spec].images[usize::from(container)];
    let retry_in = Backoff::default().pull_failed(cx.now).since(cx.now);
    pull_failed_fact(id, image, "ErrImageNeverPull", retry_in, cx);
}

/// Records that a pod's image is being pulled; the latest fact about the pod from now on.
pub(super) fn pulling_fact(id: PodId, image: ImageId, cx: &mut Cx<'_>) {
    let image = cx.cluster.images.name(image);
    let fact = cx.cluster.pods[id].fact;
    let fact = cx.record.fact(cx.now, fact, |names| What::PodPulling {
        pod: names.intern(&cx.cluster.pod_name(id)),
        image: names.intern(image),
    });
    cx.cluster.pods[id].fact = Some(fact);
}

pub(super) fn pull_failed_fact(
    id: PodId,
    image: ImageId,
    reason: &'static str,
    retry_in: SimDuration,
    cx: &mut Cx<'_>,
) {
    let image = cx.cluster.images.name(image);
    let fact = cx.cluster.pods[id].fact;
    let fact = cx.record.fact(cx.now, fact, |names| What::PodPullFailed {
        pod: names.intern(&cx.cluster.pod_name(id)),
        image: names.intern(image),
        reason: reason.into(),
        retry_in,
    });
    cx.cluster.pods[id].fact = Some(fact);
}

impl Cluster {
    fn is_wanted(&self, request: &Request) -> bool {
        let Pod { exists, epoch, .. } = *self.pod(request.pod);
        exists && epoch == request.epoch
    }
}
