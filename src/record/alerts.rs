//! The alerts on DaemonSets of kubernetes-mixin, as Prometheus evaluates them.
//!
//! Source: kubernetes-mixin `alerts/apps_alerts.libsonnet`. Prometheus scrapes kube-state-metrics
//! every `interval` from the start of the run, and evaluates the rules right after each scrape. So
//! it sees the status as the controller wrote it, and of several writes between two scrapes the
//! last one. Between two writes all samples are alike: the times are found by arithmetic, whatever
//! the interval.
//!
//! A DaemonSet that is created anew under its name is another one here. Prometheus goes on with the
//! old series if no scrape falls between the two.

use crate::record::timeline::StatusCounts;
use crate::time::SimDuration;

/// The range of `changes(…[5m])`.
const RANGE: SimDuration = SimDuration::from_secs(5 * 60);

/// An alerting rule on DaemonSets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertRule {
    /// `KubeDaemonSetRolloutStuck`: current, updated or available differ from desired, or something
    /// is misscheduled, and updated has not changed for 5 minutes.
    RolloutStuck,
    /// `KubeDaemonSetNotScheduled`: fewer pods are current than desired.
    NotScheduled,
    /// `KubeDaemonSetMisScheduled`: pods run where they are not supposed to.
    MisScheduled,
}

impl AlertRule {
    pub const ALL: [Self; 3] = [Self::RolloutStuck, Self::NotScheduled, Self::MisScheduled];

    /// As Prometheus names the alert.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RolloutStuck => "KubeDaemonSetRolloutStuck",
            Self::NotScheduled => "KubeDaemonSetNotScheduled",
            Self::MisScheduled => "KubeDaemonSetMisScheduled",
        }
    }

    /// The rule's `for`: how long it must hold before it fires.
    pub const fn held(self) -> SimDuration {
        match self {
            Self::RolloutStuck | Self::MisScheduled => SimDuration::from_secs(15 * 60),
            Self::NotScheduled => SimDuration::from_secs(10 * 60),
        }
    }

    /// Whether the rule holds for a status, changes of it aside.
    fn holds(self, it: &StatusCounts) -> bool {
        match self {
            Self::RolloutStuck => {
                it.current != it.desired
                    || it.misscheduled != 0
                    || it.updated != it.desired
                    || it.available != it.desired
            }
            Self::NotScheduled => it.desired > it.current,
            Self::MisScheduled => it.misscheduled > 0,
        }
    }
}

/// An alert that fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    pub rule: AlertRule,
    /// When it first fired.
    pub fired: SimDuration,
    /// When it last stopped firing; none if it fires at the end.
    pub resolved: Option<SimDuration>,
    /// How often it fired; at least once.
    pub times: u32,
}

/// A stretch of time in which the condition of a rule held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertSpan {
    pub rule: AlertRule,
    /// Since when it held, as scrapes saw it: the alert is pending.
    pub pending: SimDuration,
    /// Since when it fires, if it held for long enough.
    pub fired: Option<SimDuration>,
    /// When it held no longer; none if it holds at the end.
    pub until: Option<SimDuration>,
}

/// The alerts on one DaemonSet.
#[derive(Debug)]
pub struct Alerts {
    interval: SimDuration,
    /// What scrapes show from the one of this number on; no status once there is no object.
    shown: (u64, Option<StatusCounts>),
    /// `updatedNumberScheduled` in the samples before those.
    updated: Option<u32>,
    /// The first sample from which on `changes(updated[5m])` is zero.
    quiet_from: u64,
    states: [State; 3],
    /// The spans that are over, if they are kept.
    spans: Option<Vec<AlertSpan>>,
}

/// What became of a rule. Samples are counted from the start of the run.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The sample since which it has held.
    pending: Option<u64>,
    fires: bool,
    /// When it began to fire last.
    fires_since: u64,
    fired: Option<u64>,
    resolved: Option<u64>,
    times: u32,
}

impl Alerts {
    /// The alerts on a DaemonSet that is created at `created`; an `interval` of no time counts as a
    /// microsecond.
    pub fn new(created: SimDuration, interval: SimDuration) -> Self {
        let interval = interval.max(SimDuration::from_micros(1));
        Self {
            interval,
            shown: (next_sample(created, interval), Some(StatusCounts::default())),
            updated: None,
            quiet_from: 0,
            states: [State::default(); 3],
            spans: None,
        }
    }

    /// The same, and every span is kept: see [`Alerts::finish_spans`].
    #[must_use]
    pub fn with_spans(self) -> Self {
        Self { spans: Some(Vec::new()), ..self }
    }

    /// From `at` on the status is another; none if the object is gone. Times never decrease.
    pub fn see(&mut self, at: SimDuration, status: Option<StatusCounts>) {
        let sample = next_sample(at, self.interval);
        self.evaluate_until(sample);
        self.shown = (sample, status);
    }

    /// The alerts that fire in a run that ends at `end`. A run that is at rest stays as it is for
    /// ever: what fires later counts, too.
    pub fn finish(mut self, end: SimDuration, at_rest: bool) -> Vec<Alert> {
        self.evaluate_to_the_end(end, at_rest);
        let at = |sample: u64| self.interval.times(sample);
        let fired = AlertRule::ALL.into_iter().zip(self.states).filter_map(|(rule, state)| {
            let State { fired, resolved, times, .. } = state;
            Some(Alert { rule, fired: at(fired?), resolved: resolved.map(at), times })
        });
        fired.collect()
    }

    /// When each rule held, in the order of time, if [`Alerts::with_spans`] was asked for; what is
    /// pending at the end of a run at rest fires later.
    pub fn finish_spans(mut self, end: SimDuration, at_rest: bool) -> Vec<AlertSpan> {
        self.evaluate_to_the_end(end, at_rest);
        let interval = self.interval;
        let mut spans = self.spans.unwrap_or_default();
        let open = AlertRule::ALL.into_iter().zip(self.states);
        spans.extend(open.filter_map(|(rule, state)| state.span(rule, interval)));
        spans.sort_by_key(|span| span.pending);
        spans
    }

    fn evaluate_to_the_end(&mut self, end: SimDuration, at_rest: bool) {
        let last = end.as_micros() / self.interval.as_micros();
        self.evaluate_until(if at_rest { u64::MAX } else { last.saturating_add(1) });
    }

    /// Evaluates all samples before this one that were not evaluated yet.
    fn evaluate_until(&mut self, until: u64) {
        let (from, status) = self.shown;
        if from >= until {
            return;
        }
        if let Some(StatusCounts { updated, .. }) = status
            && self.updated.replace(updated).is_some_and(|before| before != updated)
        {
            // The range is open on the left: it holds so many samples.
            let in_range = RANGE.as_micros().div_ceil(self.interval.as_micros());
            self.quiet_from = (from - 1).saturating_add(in_range);
        }
        for (rule, state) in AlertRule::ALL.into_iter().zip(&mut self.states) {
            let quiet_from = if rule == AlertRule::RolloutStuck { self.quiet_from } else { 0 };
            let holds = status.is_some_and(|status| rule.holds(&status));
            let holds_from = holds.then_some(from.max(quiet_from)).filter(|it| *it < until);
            let held = rule.held().as_micros().div_ceil(self.interval.as_micros());
            if holds_from != Some(from)
                && let Some(spans) = &mut self.spans
                && let Some(span) = state.span(rule, self.interval)
            {
                spans.push(AlertSpan { until: Some(self.interval.times(from)), ..span });
            }
            state.pass(from, holds_from, until, held);
        }
    }
}

impl State {
    /// The span that goes on, if the rule holds.
    fn span(&self, rule: AlertRule, interval: SimDuration) -> Option<AlertSpan> {
        let fired = self.fires.then(|| interval.times(self.fires_since));
        Some(AlertSpan { rule, pending: interval.times(self.pending?), fired, until: None })
    }

    /// The samples from `from` up to `until` pass, and the rule holds in the later part of them. It
    /// fires `held` samples after it began to hold.
    fn pass(&mut self, from: u64, holds_from: Option<u64>, until: u64, held: u64) {
        if holds_from != Some(from) {
            self.pending = None;
            if std::mem::take(&mut self.fires) {
                self.resolved = Some(from);
            }
        }
        let Some(holds_from) = holds_from else { return };
        let fires_at = self.pending.get_or_insert(holds_from).saturating_add(held);
        if !self.fires && fires_at < until {
            self.fires = true;
            self.fires_since = fires_at;
            self.fired.get_or_insert(fires_at);
            self.resolved = None;
            self.times = self.times.saturating_add(1);
        }
    }
}

/// The number of the first scrape that sees what is so from `at` on.
fn next_sample(at: SimDuration, interval: SimDuration) -> u64 {
    at.as_micros().div_ceil(interval.as_micros())
}

#[cfg(test)]
mod tests;
