//! The plots of a chart: of one run its DaemonSets, of several runs one DaemonSet each.

use crate::record::Mark;
use crate::report::chart::run::shown::{Part, Shown};

/// A plot of a chart: a DaemonSet in a run.
pub(super) struct Pane<'a, T> {
    /// What tells it from the other plots.
    pub(super) heading: String,
    /// How the run went, beside the heading if there is room; empty if there is only one run.
    pub(super) outcome: &'a str,
    pub(super) run: Shown<'a>,
    /// What facts call the DaemonSet.
    pub(super) daemon_set: &'a str,
    /// What the plot shows of it.
    pub(super) content: T,
}

impl<'a, T> Pane<'a, T> {
    pub(super) fn marks(&self) -> &'a [Mark] {
        &self.run.timeline.marks
    }

    /// The same plot of something else.
    pub(super) fn with<U>(self, change: impl FnOnce(T) -> U) -> Pane<'a, U> {
        let Self { heading, outcome, run, daemon_set, content } = self;
        Pane { heading, outcome, run, daemon_set, content: change(content) }
    }
}

/// The plots of runs: each run comes with its DaemonSets and what is to be shown of them.
pub(super) fn panes<'a, T>(
    runs: impl ExactSizeIterator<Item = (Shown<'a>, Vec<(&'a str, T)>)>,
    part: &Part,
) -> Vec<Pane<'a, T>> {
    let are_many = runs.len() > 1;
    let most = if are_many { 1 } else { usize::MAX };
    let of_run = |(run, contents): (Shown<'a>, Vec<(&'a str, T)>)| {
        let wanted = contents.into_iter().filter(|(daemon_set, _)| part.shows(daemon_set));
        wanted.take(most).map(move |(daemon_set, content)| {
            let (heading, outcome) =
                if are_many { (run.name, run.outcome) } else { (daemon_set, "") };
            Pane { heading: heading.to_owned(), outcome, run, daemon_set, content }
        })
    };
    runs.flat_map(of_run).collect()
}
