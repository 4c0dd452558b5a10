//! What pods waited for over a run: revisions and settings of DaemonSets, failed syncs, outages.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::IntOrPercent;
use crate::control::daemonset::Budget;
use crate::inspect::phases::calls::{LimitWait, SyncCalls};
use crate::inspect::phases::kind::PhaseKind;
use crate::inspect::phases::spans::Spans;
use crate::inspect::run::Run;
use crate::record::{DaemonSetState, Fact, FactId, What};
use crate::time::{SimDuration, SimTime};

/// What a DaemonSet's spec says of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub min_ready: SimDuration,
    pub on_delete: bool,
    pub max_unavailable: IntOrPercent,
    pub max_surge: IntOrPercent,
}

impl Default for Rules {
    /// Those of an empty spec.
    fn default() -> Self {
        let [max_unavailable, max_surge] = [1, 0].map(IntOrPercent::Int);
        Self { min_ready: SimDuration::ZERO, on_delete: false, max_unavailable, max_surge }
    }
}

impl Rules {
    /// Those of a `spec` as the API server stores it.
    pub fn of_spec(spec: &Value) -> Self {
        let seconds = spec["minReadySeconds"].as_u64().unwrap_or_default();
        let strategy = &spec["updateStrategy"];
        let rolling = &strategy["rollingUpdate"];
        let default = Self::default();
        Self {
            min_ready: SimDuration::from_secs(seconds),
            on_delete: strategy["type"] == "OnDelete",
            max_unavailable: amount(&rolling["maxUnavailable"]).unwrap_or(default.max_unavailable),
            max_surge: amount(&rolling["maxSurge"]).unwrap_or(default.max_surge),
        }
    }

    /// Whether new pods come beside old ones.
    pub fn surges(self) -> bool {
        !self.on_delete && !self.max_surge.is_zero()
    }

    /// How many nodes an update may disturb at once, of so many on which a pod belongs.
    pub fn budget(self, desired: u32) -> Budget {
        Budget::scaled(self.max_unavailable, self.max_surge, desired)
    }
}

/// `2` or `"10%"`.
fn amount(value: &Value) -> Option<IntOrPercent> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.as_u64().and_then(|it| u32::try_from(it).ok()).map(IntOrPercent::Int),
    }
}

/// A pod that was Ready for long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Since when it is available, since the start of the run.
    pub at: SimDuration,
    /// The fact that it turned Ready.
    pub ready: FactId,
}

/// The revision that pods get from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentRevision {
    /// Since the start of the run.
    pub since: SimDuration,
    pub hash: String,
    /// The fact that made it the current one; none if it was so at the start.
    pub by: Option<FactId>,
}

/// A DaemonSet over a run.
#[derive(Clone, Debug, Default)]
pub struct DaemonSetHistory {
    rules: Vec<(SimDuration, Rules)>,
    revisions: Vec<CurrentRevision>,
    /// When syncs failed.
    failures: Vec<SimDuration>,
    /// `status.desiredNumberScheduled`, and since when.
    desired: Vec<(SimDuration, u32)>,
    /// When pods became available, where `minReadySeconds` is not zero.
    available: Vec<Availability>,
    /// The calls of each sync, in the order of time.
    calls: Vec<SyncCalls>,
    /// The waits of calls for the limit of the controller's client.
    limit_waits: Vec<LimitWait>,
}

impl DaemonSetHistory {
    /// What held at an instant.
    pub fn rules(&self, at: SimDuration) -> Rules {
        let known = self.rules.partition_point(|(since, _)| *since <= at);
        known.checked_sub(1).map(|last| self.rules[last].1).unwrap_or_default()
    }

    /// On how many nodes a pod belongs at an instant, as the status says.
    pub fn desired(&self, at: SimDuration) -> u32 {
        let known = self.desired.partition_point(|(since, _)| *since <= at);
        known.checked_sub(1).map_or(0, |last| self.desired[last].1)
    }

    /// The revision that is current at an instant, and until when it is.
    pub fn revision(&self, at: SimDuration) -> (Option<&CurrentRevision>, SimDuration) {
        let known = self.revisions.partition_point(|it| it.since <= at);
        let until = self.revisions.get(known).map_or(SimDuration::MAX, |next| next.since);
        (known.checked_sub(1).map(|last| &self.revisions[last]), until)
    }

    /// Adds what the calls of syncs took of the time until `until`; the rest goes into `rest`.
    fn push_calls(&self, spans: &mut Spans, rest: PhaseKind, until: SimDuration) {
        let next = self.calls.partition_point(|it| it.until <= spans.end());
        for calls in self.calls[next..].iter().take_while(|it| it.from < until) {
            spans.push(rest, calls.from);
            spans.push(PhaseKind::ApiLimit, (calls.from + calls.limited()).min(until));
            spans.push(PhaseKind::ApiCalls, calls.until.min(until));
        }
        spans.push(rest, until);
    }

    /// The last pod that became available after one instant and not after the other.
    pub fn last_available(&self, after: SimDuration, until: SimDuration) -> Option<Availability> {
        let known = self.available.partition_point(|it| it.at <= until);
        let last = self.available[..known].last()?;
        (last.at > after).then_some(*last)
    }

    fn becomes_available_at(&self, at: SimDuration) -> bool {
        self.available.binary_search_by_key(&at, |it| it.at).is_ok()
    }

    /// When the first sync failed after one instant and before the other.
    fn first_failure(&self, from: SimDuration, until: SimDuration) -> Option<SimDuration> {
        let before = self.failures.partition_point(|at| *at <= from);
        self.failures.get(before).copied().filter(|at| *at < until)
    }
}

/// What pods waited for over a run.
#[derive(Clone, Debug, Default)]
pub struct History {
    start: SimTime,
    daemon_sets: BTreeMap<String, DaemonSetHistory>,
    /// While no process of the controller leads, or the API server is away, until all is listed
    /// again.
    outages: Vec<(SimDuration, SimDuration)>,
    /// For how long the limit of the controller's client held up what a sync did, where it did.
    limited: BTreeMap<FactId, SimDuration>,
}

impl History {
    /// That of a run.
    pub fn of(run: &Run) -> Self {
        let mut history = Self { start: run.begin(), ..Self::default() };
        for state in &run.start.daemon_sets {
            history.begin(state, run);
        }
        let mut ready = ReadyPods::at_start(run);
        for fact in &run.facts {
            history.outage(fact);
            history.note(fact, run);
            history.note_calls(fact, run);
            ready.note(fact, run, &history);
        }
        for (daemon_set, available) in ready.finish() {
            history.daemon_sets.entry(daemon_set).or_default().available = available;
        }
        history
    }

    /// What is known of a DaemonSet, by what facts call it.
    pub fn daemon_set(&self, name: &str) -> Option<&DaemonSetHistory> {
        self.daemon_sets.get(name)
    }

    /// The waits of requests for the limit of the controller's client. A batch of creations is taken
    /// to begin when the last one of the batch before it was carried out.
    pub fn limit_waits(&self) -> impl Iterator<Item = LimitWait> {
        self.daemon_sets.values().flat_map(|it| &it.limit_waits).copied()
    }

    /// What held for a DaemonSet at an instant.
    pub fn rules(&self, name: &str, at: SimDuration) -> Rules {
        self.daemon_sets.get(name).map(|it| it.rules(at)).unwrap_or_default()
    }

    /// Since when a pod is available that turned Ready at an instant: timestamps of the API have
    /// whole seconds.
    ///
    /// Source: `pkg/api/v1/pod/util.go › IsPodAvailable`.
    pub fn available_at(&self, ready: SimDuration, min_ready: SimDuration) -> SimDuration {
        if min_ready.is_zero() {
            return ready;
        }
        let ready = (self.start + ready).truncate_to_second();
        (ready + min_ready).since(self.start)
    }

    /// Adds the time until the controller answers a change of a DaemonSet: with failures, outages and
    /// calls in between, if there were any. That a pod is available is no change of an object: a timer
    /// makes the controller look again.
    ///
    /// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSetStatus`.
    pub fn push_controller(&self, spans: &mut Spans, daemon_set: &str, until: SimDuration) {
        let from = spans.end();
        let known = self.daemon_sets.get(daemon_set);
        let failed = known.and_then(|it| it.first_failure(from, until)).unwrap_or(until);
        let waits = known.is_some_and(|it| it.becomes_available_at(from));
        let looks = if waits { PhaseKind::Timer } else { PhaseKind::Controller };
        let next = self.outages.partition_point(|(_, end)| *end <= from);
        let over = self.outages[next..].iter().take_while(|(begin, _)| *begin < until);
        let calm = |spans: &mut Spans, until: SimDuration| {
            let mut push = |rest: PhaseKind, until: SimDuration| match known {
                Some(known) => known.push_calls(spans, rest, until),
                None => spans.push(rest, until),
            };
            push(looks, failed.min(until));
            push(PhaseKind::Retry, until);
        };
        for &(begin, end) in over {
            calm(spans, begin);
            spans.push(PhaseKind::Outage, end.min(until));
        }
        calm(spans, until);
    }

    /// Adds the time until a sync's request is carried out: first the wait for the limit of the
    /// client, its own and that of the requests which had to be answered before.
    pub fn push_request(&self, spans: &mut Spans, fact: &Fact) {
        let limited = self.limited.get(&fact.id).copied().unwrap_or_default();
        spans.push(PhaseKind::ApiLimit, (spans.end() + limited).min(fact.at));
        spans.push(PhaseKind::ApiCalls, fact.at);
    }

    fn begin(&mut self, state: &DaemonSetState, run: &Run) {
        let owned = |owner: &Option<String>| owner.as_ref() == Some(&state.daemon_set);
        let revisions = run.start.revisions.iter().filter(|it| owned(&it.owner));
        let current = revisions.max_by_key(|it| it.number);
        let history = self.daemon_sets.entry(state.daemon_set.clone()).or_default();
        history.rules.push((SimDuration::ZERO, Rules::of_spec(&state.spec)));
        history.desired.push((SimDuration::ZERO, state.status.desired));
        history.revisions.extend(current.map(|it| CurrentRevision {
            since: SimDuration::ZERO,
            hash: it.hash.clone(),
            by: None,
        }));
    }

    fn note(&mut self, fact: &Fact, run: &Run) {
        if let What::DaemonSetApplied { daemon_set, object, .. } = fact.what {
            let spec = serde_json::from_str::<Value>(run.names.get(object)).unwrap_or_default();
            let rules = Rules::of_spec(&spec["spec"]);
            self.entry(run.names.get(daemon_set)).rules.push((fact.at, rules));
        } else if let What::RevisionCurrent { daemon_set, revision, .. } = fact.what {
            let revision = run.names.get(revision);
            let hash = revision.rsplit_once('-').map_or(revision, |(_, hash)| hash).to_owned();
            let current = CurrentRevision { since: fact.at, hash, by: Some(fact.id) };
            self.entry(run.names.get(daemon_set)).revisions.push(current);
        } else if let What::SyncFailed { daemon_set, .. } = fact.what {
            self.entry(run.names.get(daemon_set)).failures.push(fact.at);
        } else if let What::StatusWritten { daemon_set, status, .. } = fact.what {
            let desired = &mut self.entry(run.names.get(daemon_set)).desired;
            if desired.last().is_none_or(|(_, last)| *last != status.desired) {
                desired.push((fact.at, status.desired));
            }
        }
    }

    /// A sync, or what it did.
    fn note_calls(&mut self, fact: &Fact, run: &Run) {
        if let What::Synced { daemon_set, .. } = fact.what {
            let calls = SyncCalls::new(fact.id, fact.at);
            return self.entry(run.names.get(daemon_set)).calls.push(calls);
        }
        let Some(sync) = run.sync_behind(fact) else { return };
        let What::Synced { daemon_set, .. } = sync.what else { return };
        let known = self.daemon_sets.get_mut(run.names.get(daemon_set));
        let Some(DaemonSetHistory { calls, limit_waits, .. }) = known else { return };
        let of_sync = calls.binary_search_by_key(&sync.id, |it| it.sync);
        let Ok(index) = of_sync else { return };
        let calls = &mut calls[index];
        let total = if let What::PodCreated { limited, .. } = fact.what {
            limit_waits.push(calls.create(fact.at, limited));
            calls.limited_with(limited)
        } else if let What::PodTerminating { limited, .. } = fact.what {
            limit_waits.push(calls.delete(fact.at, limited));
            calls.limited_with(limited)
        } else if let What::StatusWritten { .. } = fact.what {
            calls.limited()
        } else {
            return;
        };
        if !total.is_zero() {
            self.limited.insert(fact.id, total);
        }
    }

    fn entry(&mut self, daemon_set: &str) -> &mut DaemonSetHistory {
        self.daemon_sets.entry(daemon_set.to_owned()).or_default()
    }

    fn outage(&mut self, fact: &Fact) {
        if matches!(fact.what, What::ControllerStopped | What::ApiServerDown) {
            if self.outages.last().is_none_or(|(_, end)| *end < SimDuration::MAX) {
                self.outages.push((fact.at, SimDuration::MAX));
            }
        } else if matches!(
            fact.what,
            What::ControllerStarted | What::ApiServerUp | What::InformerListed { .. }
        ) && let Some((_, end)) = self.outages.last_mut()
        {
            *end = fact.at;
        }
    }
}

/// Pods that are Ready and may become available.
#[derive(Debug, Default)]
struct ReadyPods {
    /// The DaemonSet of each pod.
    owners: BTreeMap<String, String>,
    waiting: BTreeMap<String, Availability>,
    available: BTreeMap<String, Vec<Availability>>,
}

impl ReadyPods {
    fn at_start(run: &Run) -> Self {
        let owners = run.start.pods.iter().map(|it| (it.pod.clone(), it.daemon_set.clone()));
        Self { owners: owners.collect(), ..Self::default() }
    }

    fn note(&mut self, fact: &Fact, run: &Run, history: &History) {
        if let What::PodCreated { daemon_set, pod, .. } = fact.what {
            let owner = run.names.get(daemon_set);
            if history.daemon_sets.get(owner).is_some_and(DaemonSetHistory::waits) {
                self.owners.insert(run.names.get(pod).to_owned(), owner.to_owned());
            }
        } else if let What::PodReady { pod } = fact.what {
            let pod = run.names.get(pod);
            let Some(owner) = self.owners.get(pod) else { return };
            let min_ready = history.rules(owner, fact.at).min_ready;
            if !min_ready.is_zero() {
                let at = history.available_at(fact.at, min_ready);
                let ready = Availability { at, ready: fact.id };
                let before = self.waiting.insert(pod.to_owned(), ready);
                if let Some(before) = before.filter(|before| before.at <= fact.at) {
                    self.add(pod, before);
                }
            }
        } else if let What::PodUnready { pod } | What::PodTerminating { pod, .. } = fact.what {
            let pod = run.names.get(pod);
            let Some(it) = self.waiting.remove(pod).filter(|it| it.at <= fact.at) else { return };
            self.add(pod, it);
        }
    }

    fn add(&mut self, pod: &str, availability: Availability) {
        if let Some(owner) = self.owners.get(pod) {
            self.available.entry(owner.clone()).or_default().push(availability);
        }
    }

    fn finish(mut self) -> BTreeMap<String, Vec<Availability>> {
        for (pod, it) in std::mem::take(&mut self.waiting) {
            self.add(&pod, it);
        }
        for all in self.available.values_mut() {
            all.sort_by_key(|it| (it.at, it.ready));
        }
        self.available
    }
}

impl DaemonSetHistory {
    /// Whether pods must stay Ready for a while, at any time.
    fn waits(&self) -> bool {
        self.rules.iter().any(|(_, rules)| !rules.min_ready.is_zero())
    }
}
