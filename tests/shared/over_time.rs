//! What charts show of a run is what the recorder has kept of it.

use std::collections::BTreeSet;

use rollcast::inspect::SummaryFile;
use rollcast::inspect::over_time::{
    Chosen, DaemonSetAlerts, DaemonSetTracks, Gantt, NodeSpan, NodeTrack, OnNode, alerts, gantt,
    load, node_tracks, peak, timeline,
};
use rollcast::inspect::why::Look;
use rollcast::record::{AlertRule, DaemonSetSummary, Point, Series};
use rollcast::report::json::summary_json;

use crate::recorded::Recorded;

/// Compares what is told from the record alone with what was kept while the run went on.
pub(crate) fn check_over_time(recorded: &Recorded, context: &str) {
    let Recorded { run, summary, timeline: expected, .. } = recorded;
    let found = timeline(run, summary.end);
    assert_eq!(found.marks, expected.marks, "{context}");
    assert_eq!(found.end, expected.end, "{context}");
    assert_eq!(found.series.len(), expected.series.len(), "{context}");
    for (found, expected) in found.series.iter().zip(&expected.series) {
        let context = format!("{} of {context}", found.daemon_set);
        assert_eq!(found.daemon_set, expected.daemon_set, "{context}");
        assert_eq!(found.deleted, expected.deleted, "{context}");
        let (found, expected) = (steps(found), steps(expected));
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{context}");
        }
        assert_eq!(found.len(), expected.len(), "{context}");
    }
    let tracks = node_tracks(run, summary.end);
    check_questions(recorded, &tracks, context);
    assert_eq!(tracks.len(), summary.daemon_sets.len(), "{context}");
    for ((tracks, series), told) in tracks.iter().zip(&expected.series).zip(&summary.daemon_sets) {
        let context = format!("{} of {context}", tracks.daemon_set);
        check_counts(tracks, series, &context);
        check_gaps(tracks, told, &context);
        for track in &tracks.nodes {
            let lengths = track.spans.iter().rev().skip(1).map(NodeSpan::length);
            assert!(lengths.min().is_none_or(|it| !it.is_zero()), "{context}: {track:?}");
            let touch = track.spans.windows(2).all(|it| it[0].until == it[1].from);
            assert!(touch, "{context}: {track:?}");
        }
    }
}

/// Nodes are counted as the recorder counts them, at each of its points.
fn check_counts(tracks: &DaemonSetTracks, series: &Series, context: &str) {
    let counts = tracks.counts();
    for point in &series.points {
        let known = counts.partition_point(|it| it.at <= point.at);
        let found = known.checked_sub(1).map(|last| counts[last]);
        let of = |is_meant: fn(OnNode) -> bool| found.map_or(0, |it| it.sum(is_meant));
        let found = [of(OnNode::is_wanted), of(OnNode::serves), of(|it| it == OnNode::New)];
        let truth = point.truth;
        let expected = [truth.wanted, truth.serving, truth.serving_updated];
        assert_eq!(found, expected, "at {:?}: {context}", point.at);
    }
}

fn check_gaps(tracks: &DaemonSetTracks, told: &DaemonSetSummary, context: &str) {
    let gaps = tracks.gaps();
    let totals: Vec<_> = gaps.0.iter().map(|gap| gap.total).collect();
    assert_eq!(totals, told.node_gaps, "{context}");
    let open: Vec<_> = gaps.0.iter().filter(|gap| gap.is_open).map(|gap| gap.total).collect();
    assert_eq!(open, told.open_gaps, "{context}");
    if told.gaps.nodes > 0 {
        let found = [50, 90, 99, 100].map(|percent| gaps.quantile(percent));
        let expected = [told.gaps.p50, told.gaps.p90, told.gaps.p99, told.gaps.max].map(Some);
        assert_eq!(found, expected, "{context}");
    }
}

/// Points that say something new.
fn steps(series: &Series) -> Vec<Point> {
    let mut points = series.points.clone();
    points.dedup_by(|next, before| Point { at: before.at, ..*next } == *before);
    points
}

/// Whatever else charts ask of a run fits what `summary.json` says.
fn check_questions(recorded: &Recorded, tracks: &[DaemonSetTracks], context: &str) {
    let Recorded { run, summary, .. } = recorded;
    let file = SummaryFile::read(&summary_json(summary, &[]), run).unwrap();
    let look = Look::new(run, summary.end);
    let load = load(&look);
    // Where kubelets are switched off, the summary counts no pulls.
    if summary.peak_concurrent_pulls > 0 {
        assert_eq!(peak(&load.pulls), summary.peak_concurrent_pulls, "{context}");
    }
    let creates: u32 = load.requests.iter().map(|it| it.creates).sum();
    let told: u64 = summary.daemon_sets.iter().map(|it| it.pods_created).sum();
    assert_eq!(u64::from(creates), told, "{context}");
    for (told, alerts) in summary.daemon_sets.iter().zip(alerts(run, &file)) {
        check_alerts(told, &alerts, context);
    }
    for (entry, tracks) in file.daemon_sets.iter().zip(tracks) {
        let Some(rollout) = entry.rollouts.last() else { continue };
        assert_eq!(tracks.since, rollout.started(), "{context}");
        check_gantt(&gantt(&look, tracks, rollout, &[], None).unwrap(), tracks, context);
        let all: Vec<&str> = tracks.nodes.iter().map(|it| it.node.as_str()).collect();
        check_nodes_once(&gantt(&look, tracks, rollout, &all, None).unwrap(), context);
    }
}

fn check_alerts(told: &DaemonSetSummary, alerts: &DaemonSetAlerts, context: &str) {
    for rule in AlertRule::ALL {
        let of_rule = || alerts.spans.iter().filter(|span| span.rule == rule);
        let fired = || of_rule().filter(|span| span.fired.is_some());
        let first = fired().next().and_then(|span| span.fired);
        let last = fired().next_back().and_then(|span| span.until);
        let expected = told.alerts.iter().find(|alert| alert.rule == rule);
        assert_eq!(first, expected.map(|it| it.fired), "{context}");
        assert_eq!(last, expected.and_then(|it| it.resolved), "{context}");
        assert_eq!(fired().count(), expected.map_or(0, |it| it.times as usize), "{context}");
        assert!(of_rule().is_sorted_by_key(|span| span.pending), "{context}");
        let waits = fired().all(|span| span.fired.is_some_and(|at| at >= span.pending));
        assert!(waits, "{context}");
    }
}

fn check_gantt(gantt: &Gantt, tracks: &DaemonSetTracks, context: &str) {
    let is_stuck = |node: &str| tracks.nodes.iter().any(|it| it.node == node && it.is_stuck());
    for row in &gantt.rows {
        assert_eq!(row.chosen == Chosen::Stuck, is_stuck(&row.node), "{context}: {}", row.node);
        for pod in &row.pods {
            let touch = pod.spans.windows(2).all(|it| it[0].until == it[1].from);
            let inside =
                pod.spans.iter().all(|it| gantt.from <= it.from && it.until <= gantt.until);
            assert!(touch && inside, "{context}: {pod:?}");
        }
    }
    check_nodes_once(gantt, context);
    let was_stuck = tracks.nodes.iter().any(NodeTrack::is_stuck);
    assert_eq!(gantt.rows.iter().any(|row| row.chosen == Chosen::Stuck), was_stuck, "{context}");
}

fn check_nodes_once(gantt: &Gantt, context: &str) {
    let nodes: BTreeSet<&str> = gantt.rows.iter().map(|row| row.node.as_str()).collect();
    assert_eq!(nodes.len(), gantt.rows.len(), "{context}");
}
