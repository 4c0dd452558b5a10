//! What charts of nodes show: what each node has over time.

use crate::inspect::over_time::{DaemonSetTracks, OnNode};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::Entry;
use crate::report::chart::run::life::{Life, lives};
use crate::report::chart::run::pane::{Pane, panes};
use crate::report::chart::run::shown::{Part, Shown};

/// A run whose nodes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Tracked<'a> {
    pub shown: Shown<'a>,
    /// Of each DaemonSet, what it has on the nodes.
    pub tracks: &'a [DaemonSetTracks],
}

/// A plot of what a DaemonSet has on the nodes; what serves before the first change is old.
pub(super) type TrackPane<'a> = Pane<'a, DaemonSetTracks>;

/// The plots of a chart.
pub(super) fn track_panes<'a>(runs: &[Tracked<'a>], part: &Part) -> Vec<TrackPane<'a>> {
    let named = |tracks: &'a DaemonSetTracks| (tracks.daemon_set.as_str(), tracks);
    let of_run = |run: &Tracked<'a>| (run.shown, run.tracks.iter().map(named).collect());
    let panes = panes(runs.iter().map(of_run), part).into_iter();
    panes.map(|it| it.with(|tracks| tracks.clone().with_old_before_change())).collect()
}

/// The counts over time of the DaemonSet of a plot.
pub(super) fn life_of<'a>(pane: &TrackPane<'a>) -> Option<Life<'a>> {
    let mut all = lives(&pane.run.timeline.series).into_iter();
    all.find(|it| it.key == pane.daemon_set)
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

/// The key of the states that are seen, from the worst to the best. Where nothing was ever updated there
/// is one revision.
pub(super) fn state_key(panes: &[TrackPane<'_>], seen: impl Fn(OnNode) -> bool) -> Vec<Entry> {
    let is_update = panes.iter().any(|pane| pane.content.first_changed.is_some());
    let is_only = |state: OnNode| state == OnNode::New && !is_update;
    let name = |state: OnNode| if is_only(state) { "serving" } else { state.name() };
    let states = OnNode::ALL.into_iter().rev().filter(|state| seen(*state));
    states.filter_map(|state| Some(Entry::area(ink_of(state)?, name(state)))).collect()
}
