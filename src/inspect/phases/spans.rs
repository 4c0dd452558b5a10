//! Spans of time that touch.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::inspect::phases::kind::PhaseKind;
use crate::record::FactId;
use crate::time::SimDuration;

/// A stretch of time, and what it went into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub kind: PhaseKind,
    /// Since the start of the run.
    pub from: SimDuration,
    /// The next span begins here.
    pub until: SimDuration,
    /// The fact that ended it; none if no fact did, or the run ended first.
    pub ended_by: Option<FactId>,
}

impl Span {
    /// How long it is.
    pub fn length(&self) -> SimDuration {
        self.until.saturating_sub(self.from)
    }
}

/// What one kind of phase took in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub kind: PhaseKind,
    pub time: SimDuration,
}

impl Share {
    /// Adds up phases by their kind, the longest first.
    pub fn sums(phases: impl IntoIterator<Item = (PhaseKind, SimDuration)>) -> Vec<Self> {
        let mut times: BTreeMap<PhaseKind, SimDuration> = BTreeMap::new();
        for (kind, time) in phases {
            *times.entry(kind).or_default() += time;
        }
        let shares = times.into_iter().map(|(kind, time)| Self { kind, time });
        let mut shares: Vec<Self> = shares.collect();
        shares.sort_by_key(|share| Reverse(share.time));
        shares
    }
}

/// Spans without a gap between them. Those of no length are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spans {
    from: SimDuration,
    spans: Vec<Span>,
}

impl Spans {
    /// None yet; the first one begins at `from`.
    pub const fn new(from: SimDuration) -> Self {
        Self { from, spans: Vec::new() }
    }

    /// Where the next one begins.
    pub fn end(&self) -> SimDuration {
        self.spans.last().map_or(self.from, |last| last.until)
    }

    /// Adds the time until `until`, if that is later than the end so far. Two in a row of one kind
    /// are one.
    pub fn push(&mut self, kind: PhaseKind, until: SimDuration) {
        let from = self.end();
        if until <= from {
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.kind == kind && last.ended_by.is_none() => last.until = until,
            _ => self.spans.push(Span { kind, from, until, ended_by: None }),
        }
    }

    /// The last span was ended by a fact, unless it had ended before.
    pub fn ended_by(&mut self, fact: FactId, at: SimDuration) {
        if let Some(last) = self.spans.last_mut().filter(|last| last.until == at) {
            last.ended_by.get_or_insert(fact);
        }
    }

    /// Takes the end of the last span off from `from` on, if it is of this kind; says whether it was.
    pub fn cut(&mut self, kind: PhaseKind, from: SimDuration) -> bool {
        let is_kind = |last: &&mut Span| last.kind == kind && last.until > from;
        let Some(last) = self.spans.last_mut().filter(is_kind) else { return false };
        last.until = from.max(last.from);
        last.ended_by = None;
        if last.length().is_zero() {
            self.spans.pop();
        }
        true
    }

    /// Adds a pull that ends at `until`: before it the image waited for its turn, and before that
    /// was `before`.
    pub fn push_pull(
        &mut self,
        before: PhaseKind,
        waited: SimDuration,
        took: SimDuration,
        until: SimDuration,
    ) {
        let began = until.saturating_sub(took);
        self.push(before, began.saturating_sub(waited));
        self.push(PhaseKind::PullWait, began);
        self.push(PhaseKind::Pull, until);
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Span> {
        self.spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_touch_and_have_a_length() {
        let at = SimDuration::from_secs;
        let mut spans = Spans::new(at(1));
        spans.push(PhaseKind::Schedule, at(1));
        spans.push(PhaseKind::Pull, at(3));
        spans.push(PhaseKind::Start, at(2));
        spans.push(PhaseKind::Probe, at(4));
        spans.push(PhaseKind::Probe, at(6));
        spans.ended_by(FactId(7), at(5));
        spans.ended_by(FactId(8), at(6));
        assert!(!spans.cut(PhaseKind::Pull, at(2)));
        assert!(spans.cut(PhaseKind::Probe, at(5)));
        let seen: Vec<_> = spans.clone().into_vec();
        let seen: Vec<_> = seen.iter().map(|it| (it.kind, it.from, it.until)).collect();
        let expected = [(PhaseKind::Pull, at(1), at(3)), (PhaseKind::Probe, at(3), at(5))];
        assert_eq!(seen, expected);
        assert!(spans.cut(PhaseKind::Probe, at(2)));
        assert_eq!(spans.end(), at(3));
    }
}
