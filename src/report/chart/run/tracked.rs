//! What charts of nodes show: what each node has over time.

use crate::inspect::over_time::{DaemonSetTracks, OnNode};
use crate::record::{Mark, Point};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::run::shown::{Part, Shown};

/// A run whose nodes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Tracked<'a> {
    pub shown: Shown<'a>,
    /// Of each DaemonSet, what it has on the nodes.
    pub tracks: &'a [DaemonSetTracks],
}

/// A plot of a chart: a DaemonSet in a run.
pub(super) struct TrackPane<'a> {
    /// What tells it from the other plots.
    pub(super) heading: &'a str,
    /// What serves before the first change is old.
    pub(super) tracks: DaemonSetTracks,
    pub(super) shown: Shown<'a>,
}

impl<'a> TrackPane<'a> {
    /// How the run went, if it is one of several.
    pub(super) fn outcome(&self) -> &'a str {
        if self.heading == self.shown.name { self.shown.outcome } else { "" }
    }

    pub(super) fn marks(&self) -> &'a [Mark] {
        &self.shown.timeline.marks
    }

    /// The counts over time.
    pub(super) fn points(&self) -> &'a [Point] {
        let mut series = self.shown.timeline.series.iter();
        let found = series.find(|it| it.daemon_set == self.tracks.daemon_set);
        found.map_or(&[], |it| &it.points)
    }
}

/// The plots of a chart: of one run its DaemonSets, of several runs one DaemonSet each.
pub(super) fn track_panes<'a>(runs: &[Tracked<'a>], part: &Part) -> Vec<TrackPane<'a>> {
    let are_many = runs.len() > 1;
    let most = if are_many { 1 } else { usize::MAX };
    let of_run = |run: &Tracked<'a>| {
        let shown = run.shown;
        let wanted = run.tracks.iter().filter(|it| part.shows(&it.daemon_set));
        let pane = move |tracks: &'a DaemonSetTracks| {
            let heading = if are_many { shown.name } else { tracks.daemon_set.as_str() };
            TrackPane { heading, tracks: tracks.clone().with_old_before_change(), shown }
        };
        wanted.take(most).map(pane).collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

/// What stands for a state; what is not wanted is not drawn.
pub(super) fn ink_of(state: OnNode) -> Option<Ink> {
    Some(match state {
        OnNode::New => Ink::NewServing,
        OnNode::OldBesideNew => Ink::OldBesideNew,
        OnNode::Old => Ink::OldServing,
        OnNode::Starting => Ink::Starting,
        OnNode::Failing => Ink::Failing,
        OnNode::Terminating => Ink::Terminating,
        OnNode::Nothing => Ink::Nothing,
        OnNode::NotWanted => return None,
    })
}

/// The key of the states that are seen, from the worst to the best.
pub(super) fn state_key(seen: impl Fn(OnNode) -> bool) -> Vec<Entry> {
    let states = OnNode::ALL.into_iter().rev().filter(|state| seen(*state));
    states.filter_map(|state| Some(Entry::area(ink_of(state)?, state.name()))).collect()
}
