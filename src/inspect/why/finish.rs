//! What decided when a rollout was complete: its critical path, and what the time on it went into.

use crate::inspect::phases::{PhaseKind, PodStep, Share, Spans, pod_step};
use crate::inspect::summary_file::RolloutEntry;
use crate::inspect::why::look::Look;
use crate::inspect::why::pod::has_failed;
use crate::record::{Fact, FactId, What};
use crate::time::SimDuration;

/// The critical path of a rollout: each step waited for the one before it.
#[derive(Clone, Debug)]
pub struct Finish<'a> {
    pub daemon_set: &'a str,
    pub rollout: &'a RolloutEntry,
    pub started: SimDuration,
    pub finished: SimDuration,
    /// From the start to the end; each begins where the one before it ends.
    pub steps: Vec<Step>,
    /// What the time went into, the largest part first. They add up to the duration.
    pub shares: Vec<Share>,
    /// The nodes on the path, in the order of time.
    pub visits: Vec<Visit>,
}

/// A stretch of time on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: PhaseKind,
    pub from: SimDuration,
    pub until: SimDuration,
    /// The fact that it led to.
    pub fact: FactId,
    pub pod: Option<String>,
    pub node: Option<String>,
}

/// A node on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub node: String,
    pub from: SimDuration,
    pub until: SimDuration,
    /// The phases in which the path was here, the longest first.
    pub phases: Vec<Share>,
}

impl Step {
    /// How long it is.
    pub fn length(&self) -> SimDuration {
        self.until.saturating_sub(self.from)
    }
}

impl<'a> Look<'a> {
    /// The critical path of a rollout; none if it did not finish.
    pub fn finish(&'a self, daemon_set: &'a str, rollout: &'a RolloutEntry) -> Option<Finish<'a>> {
        let (started, finished) = (rollout.started(), rollout.finished()?);
        let last = self.run.fact(rollout.last_fact()?)?;
        let path = self.path(daemon_set, started, last);
        let mut steps = Vec::new();
        let mut before: Option<&Fact> = None;
        for fact in path {
            let from = before.map_or(started, |before| before.at.max(started));
            self.add_steps(daemon_set, before, fact, from, &mut steps);
            before = Some(fact);
        }
        let shares = shares(&steps);
        let visits = visits(&steps);
        Some(Finish { daemon_set, rollout, started, finished, steps, shares, visits })
    }

    /// The facts that led to the last one, from the last before the start on.
    fn path(&self, daemon_set: &str, started: SimDuration, last: &'a Fact) -> Vec<&'a Fact> {
        let behind = |fact: &&'a Fact| {
            if fact.at <= started { None } else { self.behind(daemon_set, fact) }
        };
        let mut path: Vec<&Fact> = std::iter::successors(Some(last), behind).collect();
        path.reverse();
        path
    }

    fn add_steps(
        &self,
        daemon_set: &str,
        before: Option<&Fact>,
        fact: &Fact,
        from: SimDuration,
        steps: &mut Vec<Step>,
    ) {
        let mut spans = Spans::new(from);
        match before {
            None => spans.push(PhaseKind::Scenario, fact.at),
            Some(before) => self.between(daemon_set, before, fact, &mut spans),
        }
        let pod = self.pod_of(fact).or_else(|| before.and_then(|before| self.pod_of(before)));
        for span in spans.into_vec() {
            steps.push(Step {
                kind: span.kind,
                from: span.from,
                until: span.until,
                fact: fact.id,
                pod: pod.map(|life| life.pod.clone()),
                node: pod.map(|life| life.node.clone()),
            });
        }
    }

    /// What the time between a fact and the one that followed from it went into.
    fn between(&self, daemon_set: &str, before: &Fact, fact: &Fact, spans: &mut Spans) {
        let by_sync = matches!(before.what, What::Synced { .. });
        let is_sync = matches!(fact.what, What::Synced { .. } | What::SyncFailed { .. });
        let is_status = matches!(fact.what, What::StatusWritten { .. });
        if is_sync || is_status && !by_sync {
            return self.until_sync(daemon_set, before, fact, spans);
        }
        match (pod_step(&before.what), pod_step(&fact.what)) {
            _ if by_sync => self.history.push_request(spans, fact),
            (Some((one, first)), Some((other, step))) if one == other => {
                if let PodStep::Pulled { took, waited } = step {
                    spans.push_pull(first.leads_to(), waited, took, fact.at);
                } else {
                    spans.push(first.leads_to(), fact.at);
                }
            }
            (_, Some((_, PodStep::Removed))) => spans.push(PhaseKind::Cleanup, fact.at),
            _ => spans.push(PhaseKind::Node, fact.at),
        }
    }

    fn until_sync(&self, daemon_set: &str, before: &Fact, fact: &Fact, spans: &mut Spans) {
        let min_ready = self.history.rules(daemon_set, before.at).min_ready;
        if matches!(before.what, What::PodReady { .. }) && !min_ready.is_zero() {
            let available = self.history.available_at(before.at, min_ready);
            // Otherwise something else was answered.
            if available <= fact.at {
                spans.push(PhaseKind::MinReady, available);
            }
        }
        let is_gone = matches!(pod_step(&before.what), Some((_, PodStep::Removed)));
        if is_gone && self.pod_of(before).is_some_and(has_failed) {
            spans.push(PhaseKind::Retry, fact.at);
        }
        self.history.push_controller(spans, daemon_set, fact.at);
    }
}

fn shares(steps: &[Step]) -> Vec<Share> {
    Share::sums(steps.iter().map(|step| (step.kind, step.length())))
}

fn visits(steps: &[Step]) -> Vec<Visit> {
    let on_nodes = steps.chunk_by(|one, next| one.node == next.node);
    let visit = |steps: &[Step]| {
        let (first, last) = (steps.first()?, steps.last()?);
        let node = first.node.clone()?;
        Some(Visit { node, from: first.from, until: last.until, phases: shares(steps) })
    };
    on_nodes.filter_map(visit).collect()
}
