//! The runs that a chart shows, and its plots: a DaemonSet each.

use crate::inspect::Settings;
use crate::record::{Mark, Timeline};
use crate::report::chart::run::life::{Life, lives};
use crate::report::chart::run::setting::setting;
use crate::time::SimDuration;

/// A run, as far as charts of counts show it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What the run is called: its scenario.
    pub scenario: &'a str,
    pub seed: u64,
    /// What tells it from other runs in the picture: `10%`. Empty if it is alone.
    pub name: &'a str,
    /// How it went, in a few words, beside its name: `3m19s, at most 10 nodes without`.
    pub outcome: &'a str,
    pub timeline: &'a Timeline,
    pub settings: &'a Settings,
}

/// Which part of the runs a chart shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What facts call the only DaemonSet that is shown, if there is one.
    pub daemon_set: Option<String>,
    /// From when on, since the start of the run.
    pub from: Option<SimDuration>,
    /// Until when.
    pub to: Option<SimDuration>,
}

impl Part {
    /// Whether a DaemonSet is shown.
    pub(super) fn shows(&self, daemon_set: &str) -> bool {
        self.daemon_set.as_ref().is_none_or(|it| it == daemon_set)
    }
}

/// A plot of a chart: a DaemonSet in a run.
pub(super) struct Pane<'a> {
    /// What tells it from the other plots.
    pub(super) heading: String,
    /// How it went, if there is room for it.
    pub(super) outcome: &'a str,
    pub(super) life: Life<'a>,
    pub(super) marks: &'a [Mark],
}

/// The plots of a chart: of one run its DaemonSets, of several runs one DaemonSet each.
pub(super) fn panes<'a>(runs: &[Shown<'a>], part: &Part) -> Vec<Pane<'a>> {
    let are_many = runs.len() > 1;
    let mut panes = Vec::new();
    for run in runs {
        let wanted = |life: &Life<'_>| part.shows(life.key);
        let most = if are_many { 1 } else { usize::MAX };
        let all = lives(&run.timeline.series).into_iter().filter(wanted).take(most);
        panes.extend(all.map(|life| {
            let heading = if are_many { run.name.to_owned() } else { life.name.clone() };
            let outcome = if are_many { run.outcome } else { "" };
            Pane { heading, outcome, life, marks: &run.timeline.marks }
        }));
    }
    panes
}

/// What a chart shows, for its subtitle: `kube-system/agent: nodes with a serving pod;
/// maxUnavailable 10%, seed 1`.
pub(super) fn subtitle(what: &str, runs: &[Shown<'_>], names: &[&str]) -> String {
    let what = match *names {
        [first, ..] if names.iter().all(|it| *it == first) => format!("{first}: {what}"),
        _ => what.to_owned(),
    };
    let [run] = runs else { return what };
    let rules = match *names {
        [one] => run.settings.get(one).map(setting),
        _ => None,
    };
    let rules = rules.map(|it| format!("{it}, ")).unwrap_or_default();
    format!("{what}; {rules}seed {}", run.seed)
}

/// When the last of the runs ended.
pub(super) fn run_end(timeline: &Timeline) -> SimDuration {
    let points = timeline.series.iter().filter_map(|it| it.points.last()).map(|it| it.at);
    let marks = timeline.marks.iter().map(|it| it.at);
    points.chain(marks).fold(timeline.end, SimDuration::max)
}
