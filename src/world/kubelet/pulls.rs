//! Images are pulled: each node in its own queue, all of them from one registry.
//!
//! A pull waits for its turn on the node, then half a second for the registry to answer, then for
//! its bytes, then until they are unpacked. One whose pod is told to stop is broken off.
//!
//! Left out: layers that two images share, and that a registry refuses instead of letting wait.

use std::collections::VecDeque;

use crate::control::kubelet::Backoff;
use crate::control::rate_limit::TokenBucket;
use crate::control::{NodeId, PodId};
use crate::record::{FactId, What};
use crate::scenario::{ImageFault, Network};
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Event, PodStep};
use crate::world::kubelet::downloads::Ticket;
use crate::world::kubelet::state::{PullStep, bucket};
use crate::world::latency::Phase;
use crate::world::objects::{Broken, ImageId, Pod};
use crate::world::state::{Agenda, World};

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
    /// As long as so many bytes take.
    BySize(u64),
}

impl World {
    /// A container's image is not there, or may have changed: the kubelet asks for it.
    pub(super) fn ask_for_image(
        &mut self,
        id: PodId,
        container: u16,
        fetches: bool,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Pod { node, spec, epoch, .. } = *self.pod(id);
        let image = self.specs[spec.index()].images[usize::from(container)];
        let works = !self.cannot_be_pulled(image, node);
        if fetches && works && self.is_pulled_at_once(node, image) {
            self.nodes[node.index()].images.push(image);
            return self.launch(id, container, now, agenda);
        }
        if fetches {
            self.pulling_fact(id, image, now);
        }
        let limit = self.kubelets.model().registry_pulls;
        let puller = self.kubelets.pullers.entry(node).or_insert_with(|| Puller {
            waiting: VecDeque::new(),
            active: Vec::new(),
            tokens: bucket(limit),
        });
        puller.waiting.push_back(Request { pod: id, epoch, container, image, asked: now });
        self.pull_next(node, now, agenda);
    }

    /// Begins the pulls whose turn it is on a node.
    fn pull_next(&mut self, node: NodeId, now: SimTime, agenda: &mut Agenda) {
        let most = self.kubelets.model().parallel_pulls.map_or(usize::MAX, |most| most as usize);
        while let Some(puller) = self.kubelets.pullers.get_mut(&node) {
            if puller.active.len() >= most {
                return;
            }
            let Some(request) = puller.waiting.pop_front() else {
                if puller.active.is_empty() {
                    self.kubelets.pullers.remove(&node);
                }
                return;
            };
            if !self.is_wanted(&request) {
                continue;
            }
            let puller = self.kubelets.pullers.get_mut(&node);
            if puller.is_some_and(|puller| puller.tokens.try_take(now)) {
                self.begin_pull(node, request, now, agenda);
            } else {
                self.pull_failed(request, "pull QPS exceeded", now, agenda);
            }
        }
    }

    fn is_wanted(&self, request: &Request) -> bool {
        let Pod { exists, epoch, .. } = *self.pod(request.pod);
        exists && epoch == request.epoch
    }

    fn begin_pull(&mut self, node: NodeId, request: Request, now: SimTime, agenda: &mut Agenda) {
        let image = request.image;
        // Somebody who was earlier in the queue may have fetched it.
        let fetches = !self.node(node).images.contains(&image);
        let fails = self.cannot_be_pulled(image, node);
        let answered = self.kubelets.registry.reserve(now);
        let (at, step) = match self.pull_time(node, image) {
            _ if fails => (answered + Network::ANSWER, PullStep::End),
            _ if !fetches => (answered + CHECK, PullStep::End),
            PullTime::Drawn(delay) => (answered + delay, PullStep::End),
            PullTime::BySize(bytes) if self.kubelets.downloads.are_instant() => {
                (answered + Network::ANSWER + self.unpacking(bytes), PullStep::End)
            }
            PullTime::BySize(_) => (answered + Network::ANSWER, PullStep::Download),
        };
        let ticket = self.kubelets.next_ticket;
        self.kubelets.next_ticket = ticket.wrapping_add(1);
        let active = Active { ticket, request, began: now, fetches, fails };
        if let Some(puller) = self.kubelets.pullers.get_mut(&node) {
            puller.active.push(active);
        }
        if fetches {
            self.recorder.pull_began();
        }
        self.plan_pull(node, active, step, at, agenda);
    }

    fn plan_pull(
        &self,
        node: NodeId,
        active: Active,
        step: PullStep,
        at: SimTime,
        agenda: &mut Agenda,
    ) {
        let event = Event::Pull { node, ticket: active.ticket, step };
        agenda.at(at, Caused { event, cause: self.pod(active.request.pod).fact });
    }

    /// A stage of a pull ends, unless it was broken off.
    pub(in crate::world) fn pull_step(
        &mut self,
        node: NodeId,
        ticket: Ticket,
        step: PullStep,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Some(puller) = self.kubelets.pullers.get_mut(&node) else { return };
        let Some(index) = puller.active.iter().position(|it| it.ticket == ticket) else { return };
        match step {
            PullStep::Download => {
                let bytes = self.bytes_of(node, ticket);
                self.kubelets.downloads.start(node, ticket, bytes, now);
                self.arm(agenda);
            }
            PullStep::End => {
                let active = puller.active.remove(index);
                self.pull_ended(node, active, now, agenda);
                self.pull_next(node, now, agenda);
            }
        }
    }

    /// The first download may have ended by now.
    pub(in crate::world) fn downloads_ended(&mut self, now: SimTime, agenda: &mut Agenda) {
        if self.kubelets.armed != Some(now) {
            return;
        }
        self.kubelets.armed = None;
        while let Some((node, ticket)) = self.kubelets.downloads.take_ended(now) {
            let at = now + self.unpacking(self.bytes_of(node, ticket));
            if let Some(active) = self.active(node, ticket) {
                self.plan_pull(node, active, PullStep::End, at, agenda);
            }
        }
        self.arm(agenda);
    }

    /// Puts the next end of a download on the agenda, unless an earlier look is there already.
    fn arm(&mut self, agenda: &mut Agenda) {
        let Some(at) = self.kubelets.downloads.next_end() else { return };
        if self.kubelets.armed.is_none_or(|armed| at < armed) {
            self.kubelets.armed = Some(at);
            agenda.at(at, Caused { event: Event::Downloads, cause: None });
        }
    }

    fn active(&self, node: NodeId, ticket: Ticket) -> Option<Active> {
        let puller = self.kubelets.pullers.get(&node)?;
        puller.active.iter().find(|it| it.ticket == ticket).copied()
    }

    fn bytes_of(&self, node: NodeId, ticket: Ticket) -> u64 {
        let time = self.active(node, ticket).map(|it| self.pull_time(node, it.request.image));
        match time {
            Some(PullTime::BySize(bytes)) => bytes,
            Some(PullTime::Drawn(_)) | None => 0,
        }
    }

    fn pull_ended(&mut self, node: NodeId, active: Active, now: SimTime, agenda: &mut Agenda) {
        let Active { request, began, fetches, fails, .. } = active;
        if fetches {
            self.recorder.pull_ended();
        }
        if fails {
            if self.is_wanted(&request) {
                self.pull_failed(request, "ErrImagePull", now, agenda);
            }
            return;
        }
        if fetches {
            self.nodes[node.index()].images.push(request.image);
        }
        if !self.is_wanted(&request) {
            return;
        }
        if fetches {
            let image = self.images.name(request.image);
            let Pod { name, fact, .. } = &self.pods[request.pod.index()];
            let fact = self.recorder.fact(now, *fact, |names| What::PodPulled {
                pod: names.intern(name),
                image: names.intern(image),
                waited: began.since(request.asked),
                took: now.since(began),
            });
            self.pods[request.pod.index()].fact = Some(fact);
        }
        self.launch(request.pod, request.container, now, agenda);
    }

    /// A pull failed. It is tried again after a back-off; while the image cannot be pulled the
    /// tries change nothing, so none is scheduled until it can.
    fn pull_failed(
        &mut self,
        request: Request,
        reason: &'static str,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let Request { pod: id, container, image, .. } = request;
        let node = self.pod(id).node;
        let key = (id, PULLS | container);
        let backoff: &mut Backoff = &mut self.kubelets.restarts.entry(key).or_default().backoff;
        let at = backoff.pull_failed(now);
        self.pull_failed_fact(id, image, reason, at.since(now), now);
        self.kubelets.progress(id).stuck = container;
        if self.cannot_be_pulled(image, node) {
            let broken = Broken { fault: ImageFault::PullError, since: now };
            self.pods[id.index()].broken = Some(broken);
        } else {
            self.plan(id, PodStep::Prepare { container }, at, agenda);
        }
    }

    /// An image is not there and may not be fetched: the pod waits for ever, since that another
    /// pod may bring the image is left out.
    pub(super) fn pull_refused(&mut self, id: PodId, container: u16, now: SimTime) {
        let image = self.specs[self.pod(id).spec.index()].images[usize::from(container)];
        let retry_in = Backoff::default().pull_failed(now).since(now);
        self.pull_failed_fact(id, image, "ErrImageNeverPull", retry_in, now);
    }

    fn pull_failed_fact(
        &mut self,
        id: PodId,
        image: ImageId,
        reason: &'static str,
        retry_in: SimDuration,
        now: SimTime,
    ) -> FactId {
        let image = self.images.name(image);
        let Pod { name, fact, .. } = &self.pods[id.index()];
        let fact = self.recorder.fact(now, *fact, |names| What::PodPullFailed {
            pod: names.intern(name),
            image: names.intern(image),
            reason,
            retry_in,
        });
        self.pods[id.index()].fact = Some(fact);
        fact
    }

    /// What a pod waits for is broken off: it was told to stop, or has failed.
    pub(super) fn cancel_pulls(&mut self, id: PodId, now: SimTime, agenda: &mut Agenda) {
        let node = self.pod(id).node;
        let Some(puller) = self.kubelets.pullers.get_mut(&node) else { return };
        puller.waiting.retain(|request| request.pod != id);
        let Some(index) = puller.active.iter().position(|it| it.request.pod == id) else { return };
        let active = puller.active.remove(index);
        self.break_off(node, active, now);
        self.arm(agenda);
        self.pull_next(node, now, agenda);
    }

    /// A machine is dead, and so is all that it was pulling.
    pub(in crate::world) fn drop_pulls(&mut self, node: NodeId, now: SimTime, agenda: &mut Agenda) {
        let Some(puller) = self.kubelets.pullers.remove(&node) else { return };
        for active in puller.active {
            self.break_off(node, active, now);
        }
        self.arm(agenda);
    }

    fn break_off(&mut self, node: NodeId, active: Active, now: SimTime) {
        self.kubelets.downloads.cancel(node, active.ticket, now);
        if active.fetches {
            self.recorder.pull_ended();
        }
    }

    fn cannot_be_pulled(&self, image: ImageId, node: NodeId) -> bool {
        !self.faults.is_empty()
            && self.faults.of(self.images.name(image), node) == Some(ImageFault::PullError)
    }

    /// Whether the scenario writes that the image takes no time.
    fn is_pulled_at_once(&self, node: NodeId, image: ImageId) -> bool {
        self.network_of(node, image).is_none() && {
            let delay = self.delay_of(Phase::ImagePull, node, self.images.name(image));
            delay.as_constant() == Some(SimDuration::ZERO)
        }
    }

    /// What carries the image: what the scenario writes for it or its node comes before its size.
    fn network_of(&self, node: NodeId, image: ImageId) -> Option<&Network> {
        let network = self.kubelets.model().network.as_ref()?;
        let exception = self.exception_of(Phase::ImagePull, node, self.images.name(image));
        exception.is_none().then_some(network)
    }

    fn pull_time(&self, node: NodeId, image: ImageId) -> PullTime {
        let name = self.images.name(image);
        match self.network_of(node, image) {
            Some(network) => PullTime::BySize(network.size_of(name)),
            None => PullTime::Drawn(self.pull_delay(node, image, 0)),
        }
    }

    fn unpacking(&self, bytes: u64) -> SimDuration {
        let rate = self.kubelets.model().network.as_ref().and_then(|network| network.unpack);
        rate.map_or(SimDuration::ZERO, |rate| SimDuration::for_amount(bytes, rate))
    }
}
