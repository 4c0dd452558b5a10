//! The raster in words.

use crate::inspect::over_time::{DaemonSetTracks, OnNode};
use crate::report::chart::run::state_words::{in_words, marked};
use crate::report::chart::run::tracked::TrackPane;
use crate::report::readable::{count, part, span};

/// More plots than this are counted and not listed.
const LISTED: usize = 12;

/// When the first, the middle and the last node of each plot got the revision of the end, and what
/// those have that never got it.
pub(super) fn describe_raster(panes: &[TrackPane<'_>]) -> String {
    let mut sentences = vec![
        "A row for each node, in the order of their update: what the node has over time."
            .to_owned(),
    ];
    let all = panes.iter().take(LISTED);
    sentences.extend(all.map(|pane| of_pane(pane.heading, &pane.tracks)));
    if panes.len() > LISTED {
        sentences.push(format!("And {} more.", count((panes.len() - LISTED) as u64, "plot")));
    }
    sentences.extend(panes.first().and_then(|pane| marked(pane.marks())));
    sentences.join(" ")
}

fn of_pane(name: &str, tracks: &DaemonSetTracks) -> String {
    let mut updated: Vec<_> = tracks.nodes.iter().filter_map(|it| it.updated).collect();
    updated.sort_unstable();
    let (Some(first), Some(last)) = (updated.first(), updated.last()) else {
        return format!("{name}: no node got the revision of the end: {}.", others(tracks));
    };
    let middle = updated[(updated.len() - 1) / 2];
    let got = part(updated.len() as u64, tracks.nodes.len() as u64, "node");
    let mut sentence = format!(
        "{name}: {got} got the revision of the end, the first at {}, half of them until {}, the last \
         at {}",
        span(*first),
        span(middle),
        span(*last)
    );
    if updated.len() < tracks.nodes.len() {
        sentence = format!("{sentence}; not yet: {}", others(tracks));
    }
    sentence + "."
}

/// What the nodes have at the end that never got the revision.
fn others(tracks: &DaemonSetTracks) -> String {
    let left = || tracks.nodes.iter().filter(|it| it.updated.is_none());
    let many = |state| left().filter(|it| it.state_at_end() == state).count() as u64;
    in_words(OnNode::ALL, many)
}
