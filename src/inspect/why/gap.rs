//! What a node had, and when it had no serving pod.

use crate::inspect::phases::{PhaseKind, PodLife, Span, Spans};
use crate::inspect::why::look::Look;
use crate::inspect::why::pod::{WhyDeleted, has_failed};
use crate::time::SimDuration;

/// The pods of a DaemonSet on a node.
#[derive(Clone, Debug)]
pub struct NodeStory<'a> {
    pub daemon_set: &'a str,
    pub stays: Vec<Stay<'a>>,
    /// In the order of time.
    pub gaps: Vec<Gap<'a>>,
}

/// A pod on a node.
#[derive(Clone, Debug)]
pub struct Stay<'a> {
    pub life: &'a PodLife,
    /// From when to when it served, if it did.
    pub served: Option<(SimDuration, SimDuration)>,
}

/// A stretch of time in which a node had no serving pod.
#[derive(Clone, Debug)]
pub struct Gap<'a> {
    pub from: SimDuration,
    pub until: SimDuration,
    /// Whether it goes on.
    pub is_open: bool,
    /// What the time went into; each begins where the one before it ends.
    pub spans: Vec<Span>,
    /// The pod that served before it.
    pub before: Option<&'a PodLife>,
    /// The pod that serves after it, or that the node waits for.
    pub after: Option<&'a PodLife>,
}

impl Gap<'_> {
    /// How long it is so far.
    pub fn length(&self) -> SimDuration {
        self.until.saturating_sub(self.from)
    }
}

impl<'a> Look<'a> {
    /// What a node had, by DaemonSet.
    pub fn node_stories(&'a self, pods: &[&'a PodLife]) -> Vec<NodeStory<'a>> {
        let mut stories: Vec<NodeStory<'a>> = Vec::new();
        for &life in pods {
            let known = stories.iter_mut().find(|it| it.daemon_set == life.daemon_set);
            let stay = Stay { life, served: served(life) };
            if let Some(story) = known {
                story.stays.push(stay);
            } else {
                let daemon_set = life.daemon_set.as_str();
                stories.push(NodeStory { daemon_set, stays: vec![stay], gaps: Vec::new() });
            }
        }
        for story in &mut stories {
            story.gaps = self.gaps(&story.stays);
        }
        stories
    }

    fn gaps(&'a self, stays: &[Stay<'a>]) -> Vec<Gap<'a>> {
        let Some(first) = stays.first() else { return Vec::new() };
        let Some(begin) = first.life.spans.first().map(|span| span.from) else { return Vec::new() };
        let mut serving: Vec<(SimDuration, SimDuration, &PodLife)> = Vec::new();
        for stay in stays {
            let stretches = stay.life.serving().into_iter();
            serving.extend(stretches.map(|(from, until)| (from, until, stay.life)));
        }
        serving.sort_by_key(|(from, until, _)| (*from, *until));
        let mut gaps = Vec::new();
        let (mut covered, mut before) = (begin, None);
        for (from, until, life) in serving {
            if from > covered {
                gaps.push(self.gap(stays, covered, from, before, Some(life)));
            }
            if until > covered || before.is_none() {
                (covered, before) = (covered.max(until), Some(life));
            }
        }
        gaps.extend(self.open_gap(stays, covered, before));
        gaps
    }

    /// The gap that goes on, unless no pod belongs there any more.
    fn open_gap(
        &'a self,
        stays: &[Stay<'a>],
        from: SimDuration,
        before: Option<&'a PodLife>,
    ) -> Option<Gap<'a>> {
        let last = stays.last()?.life;
        let deletion = last.terminating.and_then(|id| self.run.fact(id));
        let deletion = deletion.map(|fact| self.deletion(last, fact).why);
        if matches!(deletion, Some(WhyDeleted::NotWanted)) && !has_failed(last) {
            return None;
        }
        let end = self.node_deleted(&last.node).map_or(self.at, |deleted| deleted.min(self.at));
        let after = Some(last).filter(|last| before.is_none_or(|before| before.pod != last.pod));
        (end > from)
            .then(|| Gap { is_open: end == self.at, ..self.gap(stays, from, end, before, after) })
    }

    fn gap(
        &self,
        stays: &[Stay<'a>],
        from: SimDuration,
        until: SimDuration,
        before: Option<&'a PodLife>,
        after: Option<&'a PodLife>,
    ) -> Gap<'a> {
        let mut spans = Spans::new(from);
        while spans.end() < until {
            let now = spans.end();
            if let Some((kind, end)) = doing_at(stays, now) {
                spans.push(kind, end.min(until));
            } else {
                // Nothing is there: the controller has not acted yet.
                let daemon_set = stays.first().map_or("", |it| &it.life.daemon_set);
                self.history.push_controller(
                    &mut spans,
                    daemon_set,
                    next_after(stays, now).min(until),
                );
            }
        }
        Gap { from, until, is_open: false, spans: spans.into_vec(), before, after }
    }
}

/// What the newest pod that is there is doing at an instant, and until when that is so.
fn doing_at(stays: &[Stay<'_>], now: SimDuration) -> Option<(PhaseKind, SimDuration)> {
    let next = next_after(stays, now);
    stays.iter().rev().find_map(|stay| {
        let span = &stay.life.spans[stay.life.phase_at(now)?];
        Some((span.kind, span.until.min(next)))
    })
}

/// When the next pod comes, if one does.
fn next_after(stays: &[Stay<'_>], now: SimDuration) -> SimDuration {
    let begins = stays.iter().filter_map(|it| it.life.spans.first().map(|span| span.from));
    begins.filter(|from| *from > now).min().unwrap_or(SimDuration::MAX)
}

/// From when to when a pod served, with what was in between.
fn served(life: &PodLife) -> Option<(SimDuration, SimDuration)> {
    let stretches = life.serving();
    Some((stretches.first()?.0, stretches.last()?.1))
}
