//! Pod objects at the API server: created, deleted, gone.

use crate::api::PodPhase;
use crate::control::kubelet::{Deletion, deletion};
use crate::control::{NodeId, PodId};
use crate::record::{FactId, NameId, PodCounts, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{Luck, Resource};
use crate::world::event::{Caused, Event, PodSeen};
use crate::world::objects::{DaemonSetId, HashId, Pod, Spec, SpecId};
use crate::world::state::{Agenda, World};

/// The characters of generated names.
///
/// Source: `apimachinery/pkg/util/rand/rand.go › alphanums`.
const NAME_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
/// Generated names are cut to this length before their suffix.
///
/// Source: `apiserver/pkg/storage/names/generate.go › MaxGeneratedNameLength`.
const NAME_BASE_LENGTH: usize = 58;
/// How many suffixes of five characters there are.
const SUFFIXES: u64 = 27u64.pow(5);
/// Not a multiple of 3, so that stepping by it visits every suffix once.
const SUFFIX_STEP: u64 = 8_880_881;

/// A run ends when a node would hold more pods than this. No machine does; what gets there is a
/// surge onto a node that refuses every pod: failed ones are deleted with back-off, and new ones
/// are created without.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › podsShouldBeOnNode`.
const MAX_PODS_ON_NODE: usize = 1_000;

impl World {
    /// The API server creates a pod that the controller asked for.
    #[expect(clippy::too_many_arguments, reason = "an event's fields, its cause and the clock")]
    pub(super) fn create_pod(
        &mut self,
        daemon_set: DaemonSetId,
        node: NodeId,
        spec: SpecId,
        hash: HashId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> Option<PodId> {
        if self.node(node).pods.len() >= MAX_PODS_ON_NODE {
            self.is_crowded = true;
            return None;
        }
        let pod = self.new_pod(daemon_set, node, spec, hash, now);
        let fact = self.recorder.fact(now, cause, |names| What::PodCreated {
            daemon_set: names.intern(&self.daemon_sets[daemon_set.index()].key),
            pod: names.intern(&self.pods[pod.index()].name),
            node: names.intern(&self.nodes[node.index()].name),
            revision: names.intern(&self.hashes[hash.0 as usize]),
        });
        self.pods[pod.index()].fact = Some(fact);
        self.tracker(daemon_set).pods.created += 1;
        self.change_pod(pod, now, agenda, |pod| pod.exists = true);
        Some(pod)
    }

    /// Makes a pod, Pending and unbound, that nobody knows of yet.
    pub(super) fn new_pod(
        &mut self,
        daemon_set: DaemonSetId,
        node: NodeId,
        spec: SpecId,
        hash: HashId,
        now: SimTime,
    ) -> PodId {
        let id = PodId(u32::try_from(self.pods.len()).expect("fewer than 2^32 pods in a run"));
        let attempt = self.next_attempt(daemon_set, node, spec);
        self.pods.push(Pod {
            name: self.generate_name(daemon_set, id),
            creator: daemon_set,
            owner: Some(daemon_set),
            node,
            targeted: true,
            spec,
            hash,
            created: now.truncate_to_second(),
            exists: false,
            bound: false,
            placed: false,
            nominated: false,
            unhindered: SimDuration::ZERO,
            phase: PodPhase::Pending,
            ready_since: None,
            terminating: false,
            serving: false,
            broken: None,
            epoch: 0,
            attempt,
            fact: None,
        });
        self.nodes[node.index()].pods.push(id);
        id
    }

    /// «Revision 2, attempt 1 on this node»: the same in every setting that is compared.
    pub(super) fn next_attempt(
        &mut self,
        daemon_set: DaemonSetId,
        node: NodeId,
        spec: SpecId,
    ) -> u64 {
        let Spec { template, template_generation, .. } = &self.specs[spec.index()];
        let entry = self.attempts.entry((daemon_set, node)).or_insert((*template, 0));
        *entry = if entry.0 == *template { (*template, entry.1 + 1) } else { (*template, 1) };
        let generation = template_generation.and_then(|g| u64::try_from(g).ok()).unwrap_or(0);
        generation << 32 | entry.1
    }

    /// `<daemonset>-xxxxx`, never twice in a run.
    fn generate_name(&self, daemon_set: DaemonSetId, pod: PodId) -> String {
        let owner = &self.daemon_sets[daemon_set.index()].name.name;
        let mut base: String = owner.chars().chain(['-']).take(NAME_BASE_LENGTH).collect();
        let offset = self.streams.bits("pod name", 0, 0) % SUFFIXES;
        let mut number = (offset + u64::from(pod.0) % SUFFIXES * SUFFIX_STEP) % SUFFIXES;
        for _ in 0..5 {
            let digit = usize::try_from(number % 27).unwrap_or(0);
            base.push(char::from(NAME_ALPHABET[digit]));
            number /= 27;
        }
        // A run that outgrows five characters goes on with longer suffixes.
        let round = u64::from(pod.0) / SUFFIXES;
        if round == 0 { base } else { format!("{base}{round}") }
    }

    /// Somebody asks the API server to delete a pod, which goes at once or is asked to terminate.
    /// Says whether its kubelet has to stop it.
    pub(super) fn request_deletion(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) -> bool {
        let Pod { exists, terminating, bound, phase, spec, .. } = *self.pod(id);
        if !exists || terminating {
            return false;
        }
        self.count_deletion(id);
        let grace = self.specs[spec.index()].grace_period;
        let phase = if self.as_in_vectors { PodPhase::Running } else { phase };
        if deletion(grace, bound, phase) == Deletion::Now {
            self.remove_pod(id, cause, now, agenda);
            return false;
        }
        self.pod_fact(id, cause, now, |pod| What::PodTerminating { pod });
        self.change_pod(id, now, agenda, |pod| {
            pod.terminating = true;
            pod.serving = false;
            pod.epoch += 1;
        });
        true
    }

    /// The pod object goes.
    pub(super) fn remove_pod(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        self.pod_fact(id, cause, now, |pod| What::PodRemoved { pod });
        self.change_pod(id, now, agenda, |pod| {
            pod.exists = false;
            pod.serving = false;
            pod.epoch += 1;
        });
        let node = self.pod(id).node;
        self.nodes[node.index()].pods.retain(|&other| other != id);
        if let Some(owner) = self.pod(id).owner {
            self.finish_foreground_deletion(owner, now, agenda);
        }
    }

    /// Somebody asked for the deletion of a pod; it counts for its owner.
    pub(super) fn count_deletion(&mut self, id: PodId) {
        let Pod { owner, creator, .. } = *self.pod(id);
        self.tracker(owner.unwrap_or(creator)).pods.deleted += 1;
    }

    /// Takes down a fact about a pod.
    pub(super) fn pod_fact(
        &mut self,
        id: PodId,
        cause: Option<FactId>,
        now: SimTime,
        what: impl FnOnce(NameId) -> What,
    ) -> FactId {
        let name = &self.pods[id.index()].name;
        let fact = self.recorder.fact(now, cause, |names| what(names.intern(name)));
        self.pods[id.index()].fact = Some(fact);
        fact
    }

    /// Changes a pod, keeps the record's counts of pods and of serving nodes, and lets those who
    /// watch know if there is anything to see.
    pub(super) fn change_pod(
        &mut self,
        id: PodId,
        now: SimTime,
        agenda: &mut Agenda,
        change: impl FnOnce(&mut Pod),
    ) {
        let before = self.pod(id).shown();
        change(&mut self.pods[id.index()]);
        let after = self.pod(id).shown();
        let Pod { node, fact, .. } = *self.pod(id);
        self.count_pod::<false>(&before);
        self.count_pod::<true>(&after);
        if let Some(owner) = after.seen.owner.filter(|_| before.serving != after.serving) {
            self.track_serving(owner, node, now);
        }
        if before.seen != after.seen {
            let event = Event::SeePod { pod: id, seen: after.seen };
            let arrival = self.arrival(Resource::Pods, Luck::Node(node), now);
            agenda.at(arrival, Caused { event, cause: fact });
            self.pod_changed(id, (&before.seen, &after.seen), now, agenda);
        }
        self.settle_accounts(id, now, agenda);
    }

    /// Counts a pod for its owner, or takes it off the count.
    pub(super) fn count_pod<const ADD: bool>(&mut self, shown: &Shown) {
        let PodSeen { owner: Some(owner), hash, .. } = shown.seen else { return };
        let step = |count: &mut u32, by: u32| *count = if ADD { *count + by } else { *count - by };
        let counts = &mut self.tracker(owner).pods;
        step(&mut counts.existing, shown.counts.existing);
        step(&mut counts.starting, shown.counts.starting);
        step(&mut counts.terminating, shown.counts.terminating);
        step(self.live_hashes.entry((owner, hash)).or_default(), shown.counts.existing);
    }
}

/// What others see of a pod: watchers, and the record.
pub(super) struct Shown {
    seen: PodSeen,
    serving: bool,
    counts: PodCounts,
}

impl Pod {
    pub(super) fn shown(&self) -> Shown {
        Shown { seen: self.seen(), serving: self.serving, counts: self.counts() }
    }

    /// What a watch event says of it.
    pub(super) fn seen(&self) -> PodSeen {
        PodSeen {
            exists: self.exists,
            owner: self.owner,
            hash: self.hash,
            bound: self.bound,
            phase: self.phase,
            ready_since: self.ready_since,
            terminating: self.terminating,
        }
    }

    /// What it adds to the counts of pods.
    fn counts(&self) -> PodCounts {
        PodCounts {
            existing: u32::from(self.exists),
            starting: u32::from(self.exists && !self.terminating && !self.serving),
            terminating: u32::from(self.exists && self.terminating),
            ..PodCounts::default()
        }
    }
}
