//! What charts show of a run is what the recorder has kept of it.

use rollcast::inspect::over_time::{DaemonSetTracks, NodeSpan, OnNode, node_tracks, timeline};
use rollcast::record::{DaemonSetSummary, Point, Series};

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
