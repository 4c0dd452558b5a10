//! Checks a record: what must hold of every run, read off facts, timeline and summary alone.

use std::collections::BTreeMap;

use rollcast::record::{
    DaemonSetSummary, Fact, FactId, NameId, Point, Record, Rollout, Series, What,
};
use rollcast::time::SimDuration;

/// What is wrong with a record, in sentences.
#[derive(Debug, Default)]
pub(crate) struct Wrong(pub(crate) Vec<String>);

impl Wrong {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        // The first few say enough.
        if !holds && self.0.len() < 5 {
            self.0.push(what());
        }
    }
}

/// What is known of the run besides its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// At most one pod on a node: only one DaemonSet, no surge.
    pub(crate) one_pod_a_node: bool,
    /// Every pod is created in the run, so that the facts say where it is.
    pub(crate) sees_every_pod: bool,
    /// Pods at the start of the run.
    pub(crate) pods_before: u32,
    /// Some of them may not be bound yet.
    pub(crate) pending_before: bool,
    pub(crate) limit: SimDuration,
    /// How often the DaemonSet controller may call, if that is limited.
    pub(crate) client: Option<Client>,
}

/// The limit of a client, and by how much the longest of its calls outlasts the shortest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) millis_per_second: u64,
    pub(crate) burst: u64,
    pub(crate) spread: SimDuration,
}

/// Everything that is wrong with a record.
pub(crate) fn check(record: &Record, known: Known) -> Wrong {
    let mut wrong = Wrong::default();
    check_order(record, &mut wrong);
    let end = record.summary.end;
    wrong.unless(end <= known.limit, || format!("ended at {end}, after the limit"));
    let mut truth = Truth { record, known, pods: BTreeMap::new(), nodes: BTreeMap::new() };
    truth.replay(&mut wrong);
    for (series, summary) in record.timeline.series.iter().zip(&record.summary.daemon_sets) {
        check_points(series, end, &mut wrong);
        check_summary(series, summary, end, &mut wrong);
    }
    check_conservation(record, known, &mut wrong);
    if let Some(client) = known.client {
        check_client(record, client, &mut wrong);
    }
    wrong
}

fn check_order(record: &Record, wrong: &mut Wrong) {
    let mut before = SimDuration::ZERO;
    for (place, fact) in record.facts.iter().enumerate() {
        wrong.unless(fact.id.0 as usize == place, || format!("fact {place} is {:?}", fact.id));
        wrong.unless(fact.at >= before, || format!("time goes back at {fact:?}"));
        before = fact.at;
        let is_root = matches!(fact.what, What::Scenario { .. });
        let rooted = is_root == fact.cause.is_none();
        wrong.unless(rooted, || format!("cause of {fact:?}"));
        if let Some(cause) = fact.cause {
            let earlier = cause < fact.id && record.facts[cause.0 as usize].at <= fact.at;
            wrong.unless(earlier, || format!("effect before cause: {fact:?}"));
        }
    }
    wrong.unless(before <= record.summary.end, || "facts after the end".to_owned());
}

fn check_points(series: &Series, end: SimDuration, wrong: &mut Wrong) {
    let points = &series.points;
    let increase = |pair: &[Point]| pair[0].at < pair[1].at;
    wrong.unless(points.windows(2).all(increase), || {
        let at: Vec<SimDuration> = points.iter().take(4).map(|point| point.at).collect();
        format!("times of points do not strictly increase: {at:?}")
    });
    wrong.unless(points.last().is_none_or(|last| last.at <= end), || "a late point".to_owned());
    for point in points {
        let (status, truth) = (point.status, point.truth);
        let bounds = status.ready <= status.current
            && status.current <= status.desired
            && status.updated <= status.current
            && status.available <= status.ready
            && status.unavailable == status.desired - status.available
            && truth.serving <= truth.wanted
            && truth.serving_updated <= truth.serving
            && point.floor <= truth.wanted
            && truth.starting + truth.terminating <= point.pods;
        wrong.unless(bounds, || format!("out of bounds: {point:?}"));
    }
}

/// Each point with its end.
fn spans(points: &[Point], end: SimDuration) -> impl Iterator<Item = (&Point, SimDuration)> {
    let ends = points.iter().skip(1).map(|point| point.at).chain([end]);
    points.iter().zip(ends)
}

fn minus(a: SimDuration, b: SimDuration) -> u64 {
    a.as_micros().saturating_sub(b.as_micros())
}

fn check_summary(series: &Series, summary: &DaemonSetSummary, end: SimDuration, wrong: &mut Wrong) {
    let Some(last) = series.points.last() else {
        return wrong.unless(false, || "a series without points".to_owned());
    };
    let name = &summary.daemon_set;
    wrong.unless(last.status == summary.status, || format!("{name}: last status"));
    let totals = (summary.pods_created, summary.pods_deleted);
    wrong.unless((last.created, last.deleted) == totals, || format!("{name}: totals {totals:?}"));
    let without = |point: &Point| u64::from(point.truth.wanted - point.truth.serving);
    let total: u64 =
        spans(&series.points, end).map(|(p, until)| without(p) * minus(until, p.at)).sum();
    let measured = summary.node_time_without;
    wrong.unless(measured.as_micros() == total, || {
        format!("{name}: nodes were without for {measured}, the timeline says {total} us")
    });
    let slowest = summary.slowest.as_ref().map_or(SimDuration::ZERO, |(_, gap)| *gap);
    let gaps = summary.gaps;
    // Whoever waits for a first pod is without, and is not slow.
    let consistent = slowest <= summary.longest_gap
        && summary.longest_gap <= gaps.max
        && gaps.max <= measured
        && gaps.p50 <= gaps.p90
        && gaps.p90 <= gaps.p99
        && gaps.p99 <= gaps.max;
    wrong.unless(consistent, || format!("{name}: gaps {gaps:?}, {:?}", summary.slowest));
    for (i, rollout) in summary.rollouts.iter().enumerate() {
        let next = summary.rollouts.get(i + 1);
        let until = rollout.finished.or(next.map(|next| next.started));
        check_rollout(rollout, next, end, wrong);
        // When it was deleted is not in the summary.
        if summary.deleted.is_none() {
            check_worst(series, rollout, until, wrong);
            let length = minus(until.unwrap_or(end), rollout.started);
            let within = rollout.breached.as_micros() <= length;
            wrong.unless(within, || format!("breached for longer than it lasted: {rollout:?}"));
        }
    }
}

fn check_rollout(rollout: &Rollout, next: Option<&Rollout>, end: SimDuration, wrong: &mut Wrong) {
    let finished = rollout.finished;
    wrong.unless(finished.is_none_or(|at| at >= rollout.started && at <= end), || {
        format!("finished before it started: {rollout:?}")
    });
    wrong.unless(!(rollout.superseded && finished.is_some()), || {
        format!("superseded after it finished: {rollout:?}")
    });
    wrong.unless(next.is_none_or(|next| next.started >= rollout.started), || {
        format!("rollouts out of order: {rollout:?}")
    });
}

/// The worst moment of a rollout that was not a creation is no worse than the timeline's: nodes
/// that wait for their first pod are not counted.
fn check_worst(series: &Series, rollout: &Rollout, until: Option<SimDuration>, wrong: &mut Wrong) {
    if rollout.creation {
        return;
    }
    let during =
        |point: &&Point| point.at >= rollout.started && until.is_none_or(|until| point.at < until);
    // The state at its start is that of the last point until then.
    let running = until.is_none_or(|until| until > rollout.started);
    let opening = series.points.iter().rev().find(|point| point.at <= rollout.started);
    let points = series.points.iter().filter(during).chain(opening.filter(|_| running));
    let worst = points.map(|point| point.truth.wanted - point.truth.serving).max().unwrap_or(0);
    wrong.unless(rollout.worst.without <= worst, || {
        format!("the timeline's worst is {worst}: {rollout:?}")
    });
}

/// Pods do not come from nowhere, and do not vanish. A pod that is orphaned is counted nowhere
/// until it is adopted.
fn check_conservation(record: &Record, known: Known, wrong: &mut Wrong) {
    let count = |is: fn(&What) -> bool| {
        i64::try_from(record.facts.iter().filter(|fact| is(&fact.what)).count()).unwrap()
    };
    let created = count(|what| matches!(what, What::PodCreated { .. }));
    let orphaned = count(|what| matches!(what, What::PodOwnerChanged { .. }));
    if orphaned > 0 {
        return;
    }
    let removed = count(|what| matches!(what, What::PodRemoved { .. }));
    let ends = record.timeline.series.iter().filter_map(|series| series.points.last());
    let last: i64 = ends.map(|point| i64::from(point.pods)).sum();
    let first = i64::from(known.pods_before);
    wrong.unless(first + created - removed == last, || {
        format!("{first} pods, {created} created, {removed} removed, {last} at the end")
    });
    let total: u64 = record.summary.daemon_sets.iter().map(|it| it.pods_created).sum();
    wrong.unless(i64::try_from(total) == Ok(created), || format!("{total} pods created?"));
}

/// No more calls arrive than the controller's token bucket lets out: what it creates, deletes and
/// writes as status. Its events draw from the bucket as well and are not counted.
fn check_client(record: &Record, client: Client, wrong: &mut Wrong) {
    const TOKEN: u64 = 1_000_000_000;
    let flows_in = |span: u64| span * client.millis_per_second;
    let is_sync = |id: FactId| matches!(record.facts[id.0 as usize].what, What::Synced { .. });
    let full = client.burst * TOKEN + flows_in(client.spread.as_micros() + 1);
    let (mut level, mut before) = (full, 0);
    for fact in &record.facts {
        let now = fact.at.as_micros();
        level = full.min(level + flows_in(now - before));
        before = now;
        let is_call = match fact.what {
            // A new process has a new bucket.
            What::ControllerStarted => {
                level = full;
                false
            }
            What::StatusWritten { .. } => true,
            What::PodCreated { .. } | What::PodTerminating { .. } => {
                fact.cause.is_some_and(is_sync)
            }
            _ => false,
        };
        if is_call {
            wrong.unless(level >= TOKEN, || format!("a call without a token: {fact:?}"));
            level = level.saturating_sub(TOKEN);
        }
    }
}

/// A pod as the facts tell it.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is told by facts of its own")]
struct Pod {
    node: Option<String>,
    bound: bool,
    ready: bool,
    failed: bool,
    terminating: bool,
    stopped: bool,
    removed: bool,
}

/// The pod that a fact is about.
fn pod_of(what: &What) -> Option<NameId> {
    match *what {
        What::PodCreated { pod, .. }
        | What::PodBound { pod, .. }
        | What::PodPulling { pod, .. }
        | What::PodPulled { pod, .. }
        | What::PodPullFailed { pod, .. }
        | What::PodStuck { pod, .. }
        | What::PodRejected { pod, .. }
        | What::PodUnhealthy { pod, .. }
        | What::PodStopped { pod, .. }
        | What::PodStarted { pod }
        | What::PodReady { pod }
        | What::PodUnready { pod }
        | What::PodFailed { pod, .. }
        | What::PodCrashed { pod, .. }
        | What::PodTerminating { pod, .. }
        | What::PodRemoved { pod }
        | What::PodOwnerChanged { pod, .. } => Some(pod),
        _ => None,
    }
}

/// The cluster as the facts tell it.
struct Truth<'a> {
    record: &'a Record,
    known: Known,
    pods: BTreeMap<&'a str, Pod>,
    /// Whether each node's machine works, of those that anything happened to.
    nodes: BTreeMap<&'a str, bool>,
}

impl<'a> Truth<'a> {
    fn replay(&mut self, wrong: &mut Wrong) {
        let record = self.record;
        let mut facts = record.facts.iter().peekable();
        while let Some(fact) = facts.next() {
            self.take(fact, wrong);
            if facts.peek().is_none_or(|next| next.at > fact.at) {
                self.check_instant(fact.at, wrong);
            }
        }
        self.check_rest(wrong);
    }

    fn name(&self, id: NameId) -> &'a str {
        self.record.names.get(id)
    }

    fn alive(&self, node: &str) -> bool {
        self.nodes.get(node).copied().unwrap_or(true)
    }

    /// Notes which machines work.
    fn take_node(&mut self, what: &What) {
        let (node, works) = match what {
            What::NodeAdded { node, .. } | What::NodeRecovered { node } => (*node, true),
            What::NodeDeleted { node } | What::NodeFailed { node } => (*node, false),
            _ => return,
        };
        self.nodes.insert(self.name(node), works);
    }

    fn take(&mut self, fact: &Fact, wrong: &mut Wrong) {
        self.take_node(&fact.what);
        let Some(pod_id) = pod_of(&fact.what) else { return };
        let name = self.name(pod_id);
        let known = self.pods.contains_key(name);
        let mut pod = self.pods.get(name).cloned().unwrap_or(Pod {
            bound: true,
            ready: true,
            ..Pod::default()
        });
        let at = fact.at;
        wrong.unless(!pod.removed, || format!("{at}: {name} was removed: {:?}", fact.what));
        let works = pod.node.as_ref().is_none_or(|node| self.alive(node));
        let runs = pod.bound && !pod.failed && !pod.terminating && works;
        match fact.what {
            What::PodCreated { node, .. } => {
                wrong.unless(!known, || format!("{at}: {name} is created twice"));
                pod = Pod { node: Some(self.name(node).to_owned()), ..Pod::default() };
            }
            What::PodBound { node, .. } => {
                let node = Some(self.name(node).to_owned());
                let from_before = !known && self.known.pending_before;
                let unbound = from_before || (!pod.bound && pod.node == node);
                wrong.unless(unbound, || format!("{at}: {name} bound"));
                pod.bound = true;
            }
            What::PodPulling { .. }
            | What::PodPulled { .. }
            | What::PodPullFailed { .. }
            | What::PodUnhealthy { .. }
            | What::PodStarted { .. }
            | What::PodCrashed { .. } => {
                wrong.unless(runs, || format!("{at}: {pod:?} acts: {:?}", fact.what));
            }
            What::PodReady { .. } => {
                // Probes go on until the containers have stopped.
                let may = pod.bound && !pod.failed && works;
                wrong.unless(may, || format!("{at}: {name} turns Ready: {pod:?}"));
                pod.ready = true;
            }
            What::PodUnready { .. } => pod.ready = false,
            What::PodRejected { .. } => {
                wrong.unless(runs, || format!("{at}: {name} is refused: {pod:?}"));
                (pod.failed, pod.ready) = (true, false);
            }
            What::PodStopped { .. } => {
                let asked = pod.terminating || !self.known.sees_every_pod;
                let may = asked && !pod.stopped && works;
                wrong.unless(may, || format!("{at}: {name} has stopped: {pod:?}"));
                pod.stopped = true;
                pod.ready = false;
            }
            What::PodFailed { .. } => {
                wrong.unless(pod.bound && !pod.failed, || format!("{at}: {name} fails: {pod:?}"));
                (pod.failed, pod.ready) = (true, false);
            }
            What::PodTerminating { .. } => {
                wrong.unless(!pod.terminating, || format!("{at}: {name} terminates twice"));
                pod.terminating = true;
            }
            What::PodRemoved { .. } => pod.removed = true,
            _ => {}
        }
        self.pods.insert(name, pod);
    }

    fn existing(&self) -> impl Iterator<Item = (&&'a str, &Pod)> {
        self.pods.iter().filter(|(_, pod)| !pod.removed)
    }

    fn check_instant(&self, at: SimDuration, wrong: &mut Wrong) {
        if self.known.one_pod_a_node {
            let mut on_nodes: BTreeMap<&str, u32> = BTreeMap::new();
            // The next pod may come as soon as the phase of the one before is terminal.
            let there = self.existing().filter(|(_, pod)| !pod.stopped);
            for node in there.filter_map(|(_, pod)| pod.node.as_deref()) {
                *on_nodes.entry(node).or_default() += 1;
            }
            wrong.unless(on_nodes.values().all(|&pods| pods <= 1), || {
                format!("{at}: more than one pod on a node: {on_nodes:?}")
            });
        }
        if self.known.sees_every_pod {
            self.check_serving(at, wrong);
        }
    }

    /// Nodes serve only if a Ready pod is there, on a machine that works.
    fn check_serving(&self, at: SimDuration, wrong: &mut Wrong) {
        let serves = |pod: &Pod| {
            let alive = pod.node.as_ref().is_none_or(|node| self.alive(node));
            pod.ready && !pod.terminating && alive
        };
        let serving = self.existing().filter(|(_, pod)| serves(pod)).count();
        let all = self.record.timeline.series.iter();
        let now = all.filter_map(|it| it.points.iter().rev().find(|point| point.at <= at));
        let said: u32 = now.map(|point| point.truth.serving).sum();
        wrong.unless(said as usize <= serving, || {
            format!("{at}: {said} nodes serve, the facts say {serving} pods do")
        });
    }

    /// When nothing is left to happen, no pod is still on its way out of a working machine.
    fn check_rest(&self, wrong: &mut Wrong) {
        if !self.record.summary.at_rest {
            return;
        }
        for (name, pod) in self.existing() {
            let alive = pod.node.as_ref().is_some_and(|node| self.alive(node));
            wrong.unless(!(pod.terminating && alive), || {
                format!("{name} terminates for ever: {pod:?}")
            });
        }
    }
}
