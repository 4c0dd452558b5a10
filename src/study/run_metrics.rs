//! What is kept of a run: one row of metrics, all of them integers.

use crate::record::{AlertRule, DaemonSetSummary, Limit, Point, Record, Rollout, Summary};
use crate::study::bins::GAP_BINS;
use crate::study::curve::sampled;
use crate::study::waiting::{ToolAnswers, answers_of};
use crate::time::SimDuration;

/// How a rollout ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Complete, as `kubectl rollout status` sees it, and so until the end of the run.
    Complete,
    /// Complete, as `kubectl rollout status` sees it; but nodes lost the pod again before the end.
    Lost,
    /// Nothing moved any more.
    Stalled,
    /// It still made progress when the run ended.
    Unfinished,
    /// There was none: no template changed in the run, or the DaemonSet was deleted.
    #[default]
    NoRollout,
}

/// Nodes without a serving pod over time since the change, in thousandths of those wanted: each
/// value holds from its bin of [`crate::study::CURVE_BINS`] until the next, the last one for ever.
pub type ShareSteps = Vec<(u16, u16)>;

/// How many nodes were without a serving pod for how long: by bin of [`crate::study::GAP_BINS`].
pub type GapCounts = Vec<(u16, u32)>;

/// Nodes that are without a serving pod when a run ends: nobody knows for how long they will be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StillOut {
    pub nodes: u32,
    /// The least time that one of them was without, in all: a share of the nodes that was without
    /// for at most so long may have been without for longer in the end.
    pub least: SimDuration,
}

/// What was measured in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is true of a run or not, on its own")]
pub struct RunMetrics {
    /// The DaemonSet that was looked at, `namespace/name`.
    pub subject: String,
    /// Others whose rollout is stuck at the end.
    pub others_stuck: Vec<String>,
    /// How the last rollout ended.
    pub outcome: Outcome,
    /// From the change until `kubectl rollout status` returns; none if it does not.
    pub duration: Option<SimDuration>,
    /// From the change until every node truly serves the new revision.
    pub all_serving: Option<SimDuration>,
    /// The same of the nodes whose machines are not off at that moment.
    pub live_updated: Option<SimDuration>,
    /// From the change until the end of the run: what is not reached takes longer than this.
    pub observed: SimDuration,
    /// What held up a rollout that did not complete, and on which nodes, in words.
    pub stuck_on: Option<String>,
    /// Whether nothing was left to happen at the end: what is not reached never is.
    pub at_rest: bool,
    /// Nodes on which a pod belongs at the end, and that never served the new revision.
    pub not_updated: u32,
    /// Nodes that lost the pod again after the rollout was complete.
    pub lost_again: u32,
    /// Nodes without a serving pod at the end.
    pub still_out: StillOut,
    /// Nodes that updates took the service of: a bad image's.
    pub hit: u32,
    /// From the change until the last of them was hit, if any was.
    pub hit_after: Option<SimDuration>,
    /// How many were hit when the alert fired, if it did: somebody may stop it then.
    pub hit_at_alert: Option<u32>,
    /// Most nodes without a serving pod at any moment of an update or after it, as it truly was.
    pub worst: u32,
    /// Nodes on which a pod belonged at that moment; at the end if no node ever was without.
    pub wanted: u32,
    /// Highest `status.numberUnavailable`.
    pub worst_reported: u32,
    /// Time during which more nodes were without than the update strategy promises.
    pub breached: SimDuration,
    /// Time that nodes were without a serving pod, added up over nodes.
    pub node_time: SimDuration,
    /// Time that a node was without a serving pod: median over the nodes.
    pub gap_p50: SimDuration,
    /// 99 in a hundred nodes were without for at most this long.
    pub gap_p99: SimDuration,
    /// The node that was without for longest.
    pub gap_max: SimDuration,
    /// Most pods beyond one for each node that were not asked to terminate, from the change on: what
    /// a surge needs room for.
    pub surge_pods: u32,
    /// Nodes on the new revision at the end, as the status says.
    pub updated: u32,
    /// Whether the alert `KubeDaemonSetRolloutStuck` fires.
    pub alert: bool,
    /// What each tool that waits says of the last rollout.
    pub answers: ToolAnswers,
    /// Whether kubectl does not wait, as the strategy was `OnDelete` when it looked.
    pub refused: bool,
    /// Whether the update strategy is `OnDelete` at the end.
    pub on_delete: bool,
    /// Most image pulls at the same moment, if the run counts them.
    pub peak_pulls: Option<u32>,
    /// Requests to the API server, if the run counts them.
    pub api_requests: Option<u64>,
    /// Of the stream of events: equal digests mean equal runs.
    pub digest: u64,
    pub curve: ShareSteps,
    /// For the distribution of gaps.
    pub gaps: GapCounts,
    /// Those of them that are only lower bounds.
    pub open_gaps: GapCounts,
}

/// The metrics of a run about one DaemonSet: the one named, else the first that is updated, else
/// the first. The record needs its timeline.
pub fn metrics_of(record: &Record, daemon_set: Option<&str>) -> RunMetrics {
    let summary = &record.summary;
    let Some(index) = subject(summary, daemon_set) else {
        return RunMetrics { digest: summary.digest, ..RunMetrics::default() };
    };
    let it = &summary.daemon_sets[index];
    let points = record.timeline.series.get(index).map_or(&[][..], |series| &series.points);
    let updates = || it.rollouts.iter().filter(|rollout| !rollout.creation);
    let moments = updates().flat_map(|rollout| [rollout.afterwards.worst, rollout.worst]);
    let worst = moments.max_by_key(|worst| worst.without);
    let last = it.rollouts.last();
    let started = last.map(|rollout| rollout.started);
    let since = updates().next().or(last).map_or(SimDuration::ZERO, |rollout| rollout.started);
    let hits = it.hits;
    RunMetrics {
        subject: it.daemon_set.clone(),
        others_stuck: others_stuck(summary, index),
        hit: hits.nodes,
        hit_after: (hits.nodes > 0).then_some(hits.last_after),
        hit_at_alert: hits.at_alert,
        surge_pods: if it.surges { surge_pods(points, since) } else { 0 },
        outcome: (last.filter(|_| it.deleted.is_none()))
            .map_or(Outcome::NoRollout, |rollout| outcome(rollout, summary)),
        duration: last.and_then(|it| Some(it.finished?.saturating_sub(it.started))),
        all_serving: started.and_then(|from| Some(all_serving(points, from)?.saturating_sub(from))),
        live_updated: last.and_then(|it| Some(it.live_updated?.saturating_sub(it.started))),
        observed: summary.end.saturating_sub(started.unwrap_or(SimDuration::ZERO)),
        stuck_on: None,
        at_rest: summary.at_rest,
        not_updated: it.not_updated,
        lost_again: last.map_or(0, |it| it.afterwards.lost_again),
        still_out: StillOut {
            nodes: u32::try_from(it.open_gaps.len()).unwrap_or(u32::MAX),
            least: it.open_gaps.first().copied().unwrap_or_default(),
        },
        worst: worst.map_or(0, |worst| worst.without),
        wanted: (worst.filter(|worst| worst.without > 0))
            .map_or(it.status.desired, |worst| worst.wanted),
        worst_reported: updates().map(|rollout| rollout.worst_reported).max().unwrap_or(0),
        breached: updates()
            .fold(SimDuration::ZERO, |sum, it| sum + it.breached + it.afterwards.breached),
        node_time: it.node_time_without,
        gap_p50: it.gaps.p50,
        gap_p99: it.gaps.p99,
        gap_max: it.gaps.max,
        updated: it.status.updated,
        alert: it.alert(AlertRule::RolloutStuck).is_some(),
        answers: last.map(answers_of).unwrap_or_default(),
        refused: last.is_some_and(|it| it.answers.refused()),
        on_delete: it.on_delete,
        peak_pulls: Some(summary.peak_concurrent_pulls).filter(|pulls| *pulls > 0),
        api_requests: Some(summary.requests).filter(|requests| *requests > 0),
        digest: summary.digest,
        curve: sampled(points, since, summary.end),
        gaps: counted(&it.node_gaps),
        open_gaps: counted(&it.open_gaps),
    }
}

/// The DaemonSet that is looked at, by its index; of several of one name in a run, the last.
pub(super) fn subject(summary: &Summary, name: Option<&str>) -> Option<usize> {
    let all = &summary.daemon_sets;
    let first = first_subject(summary, name)?;
    all.iter().rposition(|it| it.daemon_set == all[first].daemon_set)
}

fn first_subject(summary: &Summary, name: Option<&str>) -> Option<usize> {
    let all = &summary.daemon_sets;
    let find = |is: &dyn Fn(&DaemonSetSummary) -> bool| all.iter().position(is);
    if let Some(name) = name {
        let short = |it: &DaemonSetSummary| it.daemon_set.split('/').next_back() == Some(name);
        return find(&|it| it.daemon_set == name || short(it));
    }
    find(&|it| it.rollouts.iter().any(|rollout| !rollout.creation))
        .or_else(|| find(&|it| !it.rollouts.is_empty()))
        .or_else(|| find(&|_| true))
}

fn others_stuck(run: &Summary, subject: usize) -> Vec<String> {
    let is_stuck = |it: &DaemonSetSummary| {
        it.deleted.is_none() && it.rollouts.last().is_some_and(|last| last.is_stuck(run))
    };
    let others = run.daemon_sets.iter().enumerate().filter(|(index, _)| *index != subject);
    others.filter(|(_, it)| is_stuck(it)).map(|(_, it)| it.daemon_set.clone()).collect()
}

fn surge_pods(points: &[Point], since: SimDuration) -> u32 {
    let after = points.iter().filter(|point| point.at >= since);
    let staying = |point: &Point| point.pods.saturating_sub(point.truth.terminating);
    after.map(|it| staying(it).saturating_sub(it.truth.wanted)).max().unwrap_or(0)
}

fn outcome(rollout: &Rollout, run: &Summary) -> Outcome {
    let is_cut_off = matches!(run.limit_hit, Some(Limit::Events | Limit::PodsPerNode));
    match rollout.finished {
        Some(_) if rollout.afterwards.lost_again > 0 => Outcome::Lost,
        // Nobody has seen whether the pods last.
        Some(_) if is_cut_off => Outcome::Unfinished,
        Some(_) => Outcome::Complete,
        None if rollout.is_stuck(run) => Outcome::Stalled,
        None => Outcome::Unfinished,
    }
}

/// When the new revision first served everywhere, after it had not; at once if it always did.
fn all_serving(points: &[Point], from: SimDuration) -> Option<SimDuration> {
    let after = &points[points.partition_point(|point| point.at < from)..];
    let everywhere = |point: &&Point| {
        point.truth.wanted > 0 && point.truth.serving_updated >= point.truth.wanted
    };
    match after.iter().position(|point| !everywhere(&point)) {
        None => Some(from),
        Some(first) => after[first..].iter().find(everywhere).map(|point| point.at),
    }
}

fn counted(sorted: &[SimDuration]) -> GapCounts {
    let bins = sorted.chunk_by(|one, next| GAP_BINS.bin(*one) == GAP_BINS.bin(*next));
    let count = |run: &[SimDuration]| u32::try_from(run.len()).unwrap_or(u32::MAX);
    bins.filter_map(|run| Some((GAP_BINS.bin(*run.first()?), count(run)))).collect()
}
