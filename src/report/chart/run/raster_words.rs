//! The raster in words.

use crate::inspect::over_time::{DaemonSetTracks, OnNode};
use crate::report::chart::canvas::more::sentences;
use crate::report::chart::run::pane::Pane;
use crate::report::chart::run::state_words::of_states;
use crate::report::chart::run::tracked::TrackPane;
use crate::report::chart::run::words::in_words;
use crate::report::readable::{number, part, span};

/// When the first, the middle and the last node of each plot got the final revision, and what
/// those have that never got it.
pub(super) fn describe_raster(panes: &[TrackPane<'_>]) -> String {
    let about = "A row for each node, in the order of their update: what the node has over time.";
    let each = sentences(panes, "more plot", |pane| of_pane(&pane.heading, &pane.content));
    in_words(about, each, panes.iter().map(Pane::marks))
}

/// What a row is that nodes share.
pub(super) fn row_note(nodes: usize) -> Option<String> {
    let nodes = (nodes > 1).then(|| number(nodes as u64))?;
    Some(format!("a row is {nodes} nodes and shows what most of them have"))
}

fn of_pane(name: &str, tracks: &DaemonSetTracks) -> String {
    let mut updated: Vec<_> = tracks.nodes.iter().filter_map(|it| it.updated).collect();
    updated.sort_unstable();
    if tracks.nodes.is_empty() {
        return format!("{name}: no pod is wanted anywhere.");
    }
    let (Some(first), Some(last)) = (updated.first(), updated.last()) else {
        return format!("{name}: no node got the final revision: {}.", others(tracks));
    };
    let middle = updated[(updated.len() - 1) / 2];
    let got = part(updated.len() as u64, tracks.nodes.len() as u64, "node");
    let mut sentence = format!(
        "{name}: {got} got the final revision, the first at {}, half of them by {}, the last at {}",
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
    of_states(OnNode::ALL, many)
}
