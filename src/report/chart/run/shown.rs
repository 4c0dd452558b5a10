//! The runs that a chart shows, and its header.

use crate::inspect::Settings;
use crate::record::Timeline;
use crate::report::chart::canvas::look::Look;
use crate::report::chart::canvas::sheet::Sheet;
use crate::report::chart::run::setting::setting;
use crate::report::readable::{listed, number};
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

/// The sheet of a chart of this kind that shows `what` of runs, with its header. Its plots are of
/// these DaemonSets.
pub(super) fn sheet<'a>(
    look: &'a Look,
    (kind, what): (&str, &str),
    runs: &[Shown<'_>],
    daemon_sets: &[&str],
) -> Sheet<'a> {
    let title = title(runs);
    Sheet::new(look, (&title, kind), &title, &subtitle(what, runs, daemon_sets))
}

/// The scenarios of runs, each once: `rollout`; `surge and no surge`; `a, b and 3 more`.
fn title(runs: &[Shown<'_>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for run in runs {
        if !names.contains(&run.scenario) {
            names.push(run.scenario);
        }
    }
    match &names[..] {
        [first, second, _, others @ ..] if !others.is_empty() => {
            format!("{first}, {second} and {} more", number(names.len() as u64 - 2))
        }
        few => listed(few, "and"),
    }
}

/// What a chart shows, for its subtitle: `kube-system/agent: nodes with a serving pod;
/// maxUnavailable 10%, seed 1`.
fn subtitle(what: &str, runs: &[Shown<'_>], names: &[&str]) -> String {
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

/// When a run ended, or the last thing happened that is told of it.
pub(super) fn run_end(timeline: &Timeline) -> SimDuration {
    let points = timeline.series.iter().filter_map(|it| it.points.last()).map(|it| it.at);
    let marks = timeline.marks.iter().map(|it| it.at);
    points.chain(marks).fold(timeline.end, SimDuration::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_each_scenario_once() {
        let (timeline, settings) = (Timeline::default(), Settings::default());
        let check = |scenarios: &[&'static str], expected: &str| {
            let shown = |&scenario| Shown {
                scenario,
                seed: 1,
                name: "",
                outcome: "",
                timeline: &timeline,
                settings: &settings,
            };
            assert_eq!(title(&scenarios.iter().map(shown).collect::<Vec<_>>()), expected);
        };
        check(&[], "");
        check(&["a", "a", "a"], "a");
        check(&["a", "b", "a"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
        check(&["a", "b", "c", "d", "b", "e"], "a, b and 3 more");
    }
}
