//! A pod whose life is being put together.

use crate::inspect::phases::history::History;
use crate::inspect::phases::kind::PhaseKind;
use crate::inspect::phases::life::PodLife;
use crate::inspect::phases::spans::Spans;
use crate::inspect::run::Run;
use crate::record::{Fact, Phase, PodState, WaitsOn};
use crate::time::{SimDuration, SimTime};

/// A pod, and what it has been doing since its last span.
#[derive(Debug)]
pub(super) struct Living {
    pub(super) life: PodLife,
    spans: Spans,
    pub(super) doing: PhaseKind,
    /// While it is Ready: since when it is available.
    available: SimDuration,
    /// When a new pod came beside it.
    pub(super) joined: Option<SimDuration>,
    pub(super) has_failed: bool,
}

impl Living {
    pub(super) fn new(life: PodLife, spans: Spans, doing: PhaseKind) -> Self {
        let available = SimDuration::ZERO;
        let (joined, has_failed) = (None, doing == PhaseKind::Failed);
        Self { life, spans, doing, available, joined, has_failed }
    }

    /// A pod that is there when a run begins.
    pub(super) fn at_start(pod: &PodState, history: &History, start: SimTime) -> Self {
        let life = PodLife {
            pod: pod.pod.clone(),
            daemon_set: pod.daemon_set.clone(),
            node: pod.node.clone(),
            revision: pod.revision.clone(),
            spans: Vec::new(),
            created: None,
            terminating: None,
            removed: None,
        };
        let mut living = Self::new(life, Spans::new(SimDuration::ZERO), doing_at_start(pod));
        let min_ready = history.rules(&pod.daemon_set, SimDuration::ZERO).min_ready;
        let available = pod.ready_since.map(|since| (since + min_ready).since(start));
        living.available = available.unwrap_or_default();
        living
    }

    pub(super) const fn is_gone(&self) -> bool {
        self.life.removed.is_some()
    }

    /// Closes what it has been doing; another phase begins.
    pub(super) fn go_on(&mut self, doing: PhaseKind, fact: &Fact, history: &History) {
        self.close(fact.at, history);
        self.spans.ended_by(fact.id, fact.at);
        self.doing = doing;
    }

    /// What it does changes, unless it is on its way out. A crash that is followed by a word of its
    /// readiness is still a crash, and a container may start beside others that serve.
    pub(super) fn turn(&mut self, kind: PhaseKind, fact: &Fact, history: &History) {
        let is_leaving =
            [PhaseKind::Terminate, PhaseKind::Cleanup, PhaseKind::Failed].contains(&self.doing);
        let still_off = self.doing == PhaseKind::Node && kind == PhaseKind::NotReady;
        let still_crashed = self.doing == PhaseKind::CrashBackOff && kind == PhaseKind::NotReady;
        let still_ready = self.doing == PhaseKind::Ready && kind == PhaseKind::Probe;
        let goes_on = is_leaving || still_off || still_crashed || still_ready;
        if !goes_on {
            self.go_on(kind, fact, history);
            self.has_failed |= kind == PhaseKind::Failed;
        }
    }

    /// An image is there: before the fact it was pulled, and before that it waited.
    pub(super) fn pulled(
        &mut self,
        took: SimDuration,
        waited: SimDuration,
        fact: &Fact,
        history: &History,
    ) {
        if matches!(self.doing, PhaseKind::Terminate | PhaseKind::Cleanup) {
            return;
        }
        self.spans.push_pull(self.doing, waited, took, fact.at);
        self.go_on(PhaseKind::Start, fact, history);
    }

    pub(super) fn turn_ready(&mut self, fact: &Fact, history: &History) {
        if matches!(self.doing, PhaseKind::Terminate | PhaseKind::Cleanup) {
            return;
        }
        self.go_on(PhaseKind::Ready, fact, history);
        let min_ready = history.rules(&self.life.daemon_set, fact.at).min_ready;
        self.available = history.available_at(fact.at, min_ready);
    }

    /// Its deletion is asked for: by a sync that freed it from its wait, or by somebody else.
    pub(super) fn terminate(&mut self, fact: &Fact, run: &Run, history: &History) {
        if self.life.terminating.is_some() {
            return;
        }
        if let Some(sync) = run.sync_behind(fact) {
            self.close(sync.at, history);
            let woken = history.woken_at(&self.life.daemon_set, sync, run);
            let waits = [PhaseKind::Budget, PhaseKind::NewPod];
            if waits.into_iter().any(|kind| self.spans.cut(kind, woken)) {
                history.push_controller(&mut self.spans, &self.life.daemon_set, sync.at);
            }
            self.spans.ended_by(sync.id, sync.at);
            history.push_request(&mut self.spans, fact);
        }
        self.go_on(PhaseKind::Terminate, fact, history);
        self.life.terminating = Some(fact.id);
    }

    /// Its life, when the run is over.
    pub(super) fn finish(mut self, end: SimDuration, history: &History) -> PodLife {
        if !self.is_gone() {
            self.close(end, history);
        }
        PodLife { spans: self.spans.into_vec(), ..self.life }
    }

    fn close(&mut self, at: SimDuration, history: &History) {
        if self.doing != PhaseKind::Ready {
            return self.spans.push(self.doing, at);
        }
        self.spans.push(PhaseKind::MinReady, self.available.min(at));
        let Some(daemon_set) = history.daemon_set(&self.life.daemon_set) else {
            return self.spans.push(PhaseKind::Ready, at);
        };
        while self.spans.end() < at {
            let now = self.spans.end();
            let (current, until) = daemon_set.revision(now);
            let until = until.min(at);
            let rules = daemon_set.rules(now);
            let is_old = current.is_some_and(|it| it.hash != self.life.revision);
            if !is_old || rules.on_delete {
                self.spans.push(PhaseKind::Ready, until);
            } else if rules.surges() {
                let joined = self.joined.unwrap_or(until);
                self.spans.push(PhaseKind::Budget, joined.min(until));
                self.spans.push(PhaseKind::NewPod, until);
            } else {
                self.spans.push(PhaseKind::Budget, until);
            }
        }
    }
}

/// What a pod is doing when a run begins.
fn doing_at_start(pod: &PodState) -> PhaseKind {
    if pod.deleted.is_some() {
        return PhaseKind::Terminate;
    }
    if pod.phase == Phase::Failed {
        return PhaseKind::Failed;
    }
    if pod.ready_since.is_some() {
        return PhaseKind::Ready;
    }
    match pod.waiting.as_ref().map(|waiting| waiting.on) {
        Some(WaitsOn::Scheduler) => PhaseKind::Schedule,
        Some(WaitsOn::Pull) => PhaseKind::Pull,
        Some(WaitsOn::PullBackOff) => PhaseKind::PullBackOff,
        Some(WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff) => PhaseKind::CrashBackOff,
        Some(WaitsOn::Unmodeled) => PhaseKind::NotReady,
        None if pod.bound.is_none() => PhaseKind::Schedule,
        None if pod.unready_since.is_some() => PhaseKind::NotReady,
        None if pod.started.is_none() => PhaseKind::Start,
        None => PhaseKind::Probe,
    }
}
