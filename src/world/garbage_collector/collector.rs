//! Workers that delete, or let go of, what a deleted DaemonSet owned.
//!
//! In the background a worker gets the dependent and deletes it; in the foreground it gets the
//! owner in between. All requests of all workers share one client, and that is what limits them.
//!
//! Source: `pkg/controller/garbagecollector/garbagecollector.go › attemptToDeleteItem,
//! processDeletingDependentsItem, attemptToOrphanWorker`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::control::PodId;
use crate::control::rate_limit::TokenBucket;
use crate::engine::fnv1a64;
use crate::record::FactId;
use crate::scenario::{Cascade, ClientLimit, ControlPlane};
use crate::time::SimDuration;
use crate::world::api_server::{
    Deletion, collector_watch_lag, delete_revisions, finish_foreground_deletion, full_bucket,
    orphan_revision, remove_daemon_set, set_owner, set_revision_owner,
};
use crate::world::cx::Cx;
use crate::world::event::{CollectorRequest, CollectorStep, Dependent, Event};
use crate::world::ids::DaemonSetId;

/// Source: `pkg/controller/garbagecollector/config/v1alpha1/defaults.go`, `ConcurrentGCSyncs`.
const WORKERS: u32 = 20;

/// Its client may make this many times the requests of other controllers' clients, with the same
/// burst.
///
/// Source: `cmd/kube-controller-manager/app/core.go › startGarbageCollectorController`.
const CLIENT_FACTOR: u32 = 2;

/// How long after the deletion of an owner its workers begin: between the two, measured with 1.36
/// on fleets of 60 and 300 nodes. Letting go begins as soon as it hears of the deletion.
const FIRST_LOOK: [SimDuration; 2] = [SimDuration::from_millis(20), SimDuration::from_millis(100)];

/// The garbage collector's process.
#[derive(Debug)]
pub(in crate::world) struct GarbageCollector {
    client: TokenBucket,
    queue: VecDeque<Item>,
    /// Workers that are at an item.
    busy: u32,
    /// News that is on its way to it.
    expected: u32,
    /// Owners whose dependents it has listed: later ones come one by one.
    begun: BTreeSet<DaemonSetId>,
    /// How many dependents of an owner still have to be let go of.
    letting_go: BTreeMap<DaemonSetId, u32>,
}

/// Something that a worker is to look at.
#[derive(Clone, Copy, Debug)]
struct Item {
    owner: DaemonSetId,
    object: Dependent,
    cause: Option<FactId>,
}

impl GarbageCollector {
    pub(in crate::world) fn new(model: &ControlPlane) -> Self {
        let limit = model.client.map(|limit| ClientLimit {
            millis_per_second: limit.millis_per_second.saturating_mul(CLIENT_FACTOR),
            ..limit
        });
        Self {
            client: full_bucket(limit),
            queue: VecDeque::new(),
            busy: 0,
            expected: 0,
            begun: BTreeSet::new(),
            letting_go: BTreeMap::new(),
        }
    }

    /// Whether it has nothing to do but to wait until pods are gone.
    pub(in crate::world) fn is_idle(&self) -> bool {
        let works = self.busy > 0 || !self.queue.is_empty() || !self.letting_go.is_empty();
        !works && self.expected == 0
    }

    /// A DaemonSet was deleted. Where requests take no time its dependents go at once, and the pods
    /// are those that have to be stopped now.
    pub(in crate::world) fn owner_deleted(
        &mut self,
        deletion: Deletion,
        cx: &mut Cx<'_>,
    ) -> Vec<PodId> {
        let Deletion { daemon_set, cascade, cause } = deletion;
        let cx = &mut cx.because(cause);
        if cx.api.is_instant() {
            return collect_at_once(daemon_set, cascade, cx);
        }
        let lag = match cascade {
            Cascade::Orphan => collector_watch_lag(daemon_set, cx),
            Cascade::Background | Cascade::Foreground => first_look(daemon_set, cx),
        };
        self.expect(CollectorStep::Begin { daemon_set }, lag, cx);
        Vec::new()
    }

    /// A pod was created whose owner is gone, or about to go.
    pub(in crate::world) fn pod_created(&mut self, pod: PodId, cx: &mut Cx<'_>) {
        if let Some(owner) = cx.cluster.pod(pod).owner
            && self.begun.contains(&owner)
        {
            let lag = collector_watch_lag(owner, cx);
            self.expect(CollectorStep::Find { pod }, lag, cx);
        }
    }

    fn expect(&mut self, step: CollectorStep, lag: SimDuration, cx: &mut Cx<'_>) {
        self.expected += 1;
        let at = cx.now + lag;
        cx.at(at, Event::GarbageCollector(step));
    }

    /// It hears of something, or a request of it arrives at the API server. Returns the pod that
    /// the API server was asked to delete.
    pub(in crate::world) fn step(&mut self, step: CollectorStep, cx: &mut Cx<'_>) -> Option<PodId> {
        if cx.api.is_down(cx.now) {
            // Watches deliver later, and requests are tried again.
            cx.at(cx.api.up_at(), Event::GarbageCollector(step));
            return None;
        }
        match step {
            CollectorStep::Begin { daemon_set } => {
                self.expected -= 1;
                self.begin(daemon_set, cx);
            }
            CollectorStep::Find { pod } => {
                self.expected -= 1;
                self.find(pod, cx);
            }
            CollectorStep::NothingLeft { daemon_set } => {
                self.push(daemon_set, Dependent::Owner, cx);
            }
            CollectorStep::Request { owner, object, request } => {
                return self.arrived(owner, object, request, cx);
            }
        }
        self.take_up(cx);
        None
    }

    /// Lists what a deleted DaemonSet owns.
    fn begin(&mut self, id: DaemonSetId, cx: &mut Cx<'_>) {
        self.begun.insert(id);
        let dependents = dependents(id, cx);
        if cx.cluster.daemon_sets[id].deleting == Some(Cascade::Orphan) {
            return self.let_go(id, &dependents, cx);
        }
        for object in dependents {
            self.push(id, object, cx);
        }
        finish_foreground_deletion(id, cx);
    }

    fn find(&mut self, pod: PodId, cx: &mut Cx<'_>) {
        if let Some(owner) = cx.cluster.pod(pod).owner {
            self.push(owner, Dependent::Pod(pod), cx);
        }
    }

    fn push(&mut self, owner: DaemonSetId, object: Dependent, cx: &Cx<'_>) {
        self.queue.push_back(Item { owner, object, cause: cx.cause });
    }

    /// Lets go of all dependents at the same time, and then of the owner.
    fn let_go(&mut self, owner: DaemonSetId, dependents: &[Dependent], cx: &mut Cx<'_>) {
        for &object in dependents {
            *self.letting_go.entry(owner).or_default() += 1;
            self.ask(owner, object, CollectorRequest::LetGo, cx);
        }
        if dependents.is_empty() {
            self.push(owner, Dependent::Owner, cx);
        }
    }

    /// Workers that are free take what is next.
    fn take_up(&mut self, cx: &mut Cx<'_>) {
        while self.busy < WORKERS
            && let Some(Item { owner, object, cause }) = self.queue.pop_front()
        {
            self.busy += 1;
            self.ask(owner, object, CollectorRequest::Get, &mut cx.because(cause));
        }
    }

    /// Sends a request: it arrives once the client has a token for it.
    fn ask(
        &mut self,
        owner: DaemonSetId,
        object: Dependent,
        request: CollectorRequest,
        cx: &mut Cx<'_>,
    ) {
        let at = self.client.reserve(cx.now) + latency(owner, object, request, cx);
        cx.at(at, Event::GarbageCollector(CollectorStep::Request { owner, object, request }));
    }

    /// A request is carried out, and the worker goes on.
    fn arrived(
        &mut self,
        owner: DaemonSetId,
        object: Dependent,
        request: CollectorRequest,
        cx: &mut Cx<'_>,
    ) -> Option<PodId> {
        if request == CollectorRequest::LetGo {
            let_go_of(owner, object, cx);
            self.has_let_go(owner, cx);
        } else if let Some(next) = next_request(owner, object, request, cx) {
            self.ask(owner, object, next, cx);
            return None;
        } else {
            self.busy -= 1;
        }
        let asked_to_stop =
            if request == CollectorRequest::Write { write(owner, object, cx) } else { None };
        self.take_up(cx);
        asked_to_stop
    }

    fn has_let_go(&mut self, owner: DaemonSetId, cx: &Cx<'_>) {
        let left = self.letting_go.get(&owner).map_or(0, |left| left - 1);
        if left > 0 {
            self.letting_go.insert(owner, left);
        } else {
            self.letting_go.remove(&owner);
            self.push(owner, Dependent::Owner, cx);
        }
    }
}

/// What is asked for after a request, if anything.
fn next_request(
    owner: DaemonSetId,
    object: Dependent,
    request: CollectorRequest,
    cx: &Cx<'_>,
) -> Option<CollectorRequest> {
    let is_there = match object {
        Dependent::Pod(pod) => cx.cluster.pod(pod).exists && !cx.cluster.pod(pod).terminating,
        Dependent::Revision(_) | Dependent::Owner => true,
    };
    let owner = &cx.cluster.daemon_sets[owner];
    let asks_for_owner = owner.exists && owner.deleting == Some(Cascade::Foreground);
    match request {
        CollectorRequest::Get if !is_there => None,
        CollectorRequest::Get if asks_for_owner => Some(CollectorRequest::GetOwner),
        CollectorRequest::Get | CollectorRequest::GetOwner => Some(CollectorRequest::Write),
        CollectorRequest::Write | CollectorRequest::LetGo => None,
    }
}

/// Deletes a dependent, or takes the last finalizer off its owner.
fn write(owner: DaemonSetId, object: Dependent, cx: &mut Cx<'_>) -> Option<PodId> {
    let orphans = cx.cluster.daemon_sets[owner].deleting == Some(Cascade::Orphan);
    match object {
        Dependent::Pod(pod) if orphans && cx.cluster.daemon_sets[owner].exists => {
            set_owner(pod, None, cx);
        }
        Dependent::Pod(pod) => return Some(pod),
        Dependent::Revision(hash) => {
            let revisions = &cx.cluster.revisions;
            let is_meant = |&at: &usize| revisions[at].hash == hash;
            let meant = cx.cluster.revisions_of(owner).into_iter().filter(is_meant).collect();
            delete_revisions(owner, meant, cx);
            finish_foreground_deletion(owner, cx);
        }
        Dependent::Owner => remove_daemon_set(owner, cx),
    }
    None
}

fn let_go_of(owner: DaemonSetId, object: Dependent, cx: &mut Cx<'_>) {
    match object {
        Dependent::Pod(pod) => set_owner(pod, None, cx),
        Dependent::Revision(hash) => orphan_revision(owner, hash, cx),
        Dependent::Owner => {}
    }
}

/// All in one instant: what is to be stopped is left to the caller.
fn collect_at_once(id: DaemonSetId, cascade: Cascade, cx: &mut Cx<'_>) -> Vec<PodId> {
    let pods = cx.cluster.pods_of(id);
    let revisions = cx.cluster.revisions_of(id);
    match cascade {
        Cascade::Orphan => {
            for revision in revisions {
                set_revision_owner(revision, id, false, cx);
            }
            for pod in pods {
                set_owner(pod, None, cx);
            }
            remove_daemon_set(id, cx);
            Vec::new()
        }
        Cascade::Background | Cascade::Foreground => {
            delete_revisions(id, revisions, cx);
            pods
        }
    }
}

/// What a DaemonSet owns, in an order of its own: upstream has none.
fn dependents(id: DaemonSetId, cx: &Cx<'_>) -> Vec<Dependent> {
    let revisions = cx.cluster.revisions_of(id).into_iter();
    let revisions = revisions.map(|at| Dependent::Revision(cx.cluster.revisions[at].hash));
    let pods = cx.cluster.pods_of(id).into_iter().map(Dependent::Pod);
    let mut all: Vec<Dependent> = revisions.chain(pods).collect();
    all.sort_by_cached_key(|&object| {
        let entity = entity(id, object, cx);
        cx.settings.streams.bits("garbage collection order", entity, 0)
    });
    all
}

/// How long after a deletion the workers begin.
fn first_look(id: DaemonSetId, cx: &Cx<'_>) -> SimDuration {
    let [from, to] = FIRST_LOOK.map(SimDuration::as_micros);
    let entity = cx.cluster.daemon_sets[id].name_hash;
    let bits = cx.settings.streams.bits("garbage collection", entity, 0);
    SimDuration::from_micros(from + bits % (to - from))
}

/// How long a request takes once it is sent.
fn latency(
    owner: DaemonSetId,
    object: Dependent,
    request: CollectorRequest,
    cx: &Cx<'_>,
) -> SimDuration {
    let latency = cx.api.request_latency();
    latency.as_constant().unwrap_or_else(|| {
        let attempt = match object {
            Dependent::Pod(pod) => cx.cluster.pod(pod).attempt,
            Dependent::Revision(_) | Dependent::Owner => 0,
        };
        let ordinal = attempt << 3 | request as u64;
        let entity = entity(owner, object, cx);
        let draw = cx.settings.streams.uniform("garbage collection request", entity, ordinal);
        latency.sample(draw)
    })
}

/// What names the random numbers of an object.
fn entity(owner: DaemonSetId, object: Dependent, cx: &Cx<'_>) -> u64 {
    match object {
        Dependent::Pod(pod) => cx.cluster.node(cx.cluster.pod(pod).node).name_hash,
        Dependent::Revision(hash) => fnv1a64(cx.cluster.hashes[hash].as_bytes()),
        Dependent::Owner => cx.cluster.daemon_sets[owner].name_hash,
    }
}
