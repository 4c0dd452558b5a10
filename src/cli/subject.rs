//! A run, with all that its charts show.

use std::cell::OnceCell;

use crate::cli::exit::{Failure, refuse};
use crate::cli::plan::one_of;
use crate::inspect::over_time::{DaemonSetTracks, node_tracks, timeline};
use crate::inspect::{DaemonSetEntry, Run, Settings, SummaryFile};
use crate::record::{Summary, Timeline};
use crate::report::chart::{Shown, Tracked, setting};
use crate::report::json::{RunInfo, summary_json};
use crate::report::readable::{count, span};
use crate::time::SimDuration;

/// A run to be drawn. What only some charts show is found when one of them is drawn.
pub(super) struct Subject {
    pub(super) run: Run,
    pub(super) summary: SummaryFile,
    pub(super) info: RunInfo,
    timeline: Timeline,
    settings: Settings,
    tracks: OnceCell<Vec<DaemonSetTracks>>,
}

impl Subject {
    /// A run that was just made.
    pub(super) fn of(run: Run, summary: &Summary, info: &RunInfo) -> Self {
        let text = summary_json(summary, &[]);
        let summary = SummaryFile::read(&text, &run).expect("a summary that was just written");
        Self::new(run, summary, info.clone())
    }

    pub(super) fn new(run: Run, summary: SummaryFile, info: RunInfo) -> Self {
        let end = summary.end().max(run.end());
        let (timeline, settings) = (timeline(&run, end), Settings::of(&run));
        Self { run, summary, info, timeline, settings, tracks: OnceCell::new() }
    }

    /// When it ended, since its start.
    pub(super) fn end(&self) -> SimDuration {
        self.summary.end().max(self.run.end())
    }

    pub(super) fn shown<'a>(&'a self, Called { name, outcome }: &'a Called) -> Shown<'a> {
        Shown {
            scenario: &self.run.header.scenario,
            seed: self.run.header.seed,
            name,
            outcome,
            timeline: &self.timeline,
            settings: &self.settings,
        }
    }

    pub(super) fn tracked<'a>(&'a self, called: &'a Called) -> Tracked<'a> {
        Tracked { shown: self.shown(called), tracks: self.tracks() }
    }

    /// The nodes on which any pod belonged, once or several times.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &str> {
        self.tracks().iter().flat_map(|it| &it.nodes).map(|it| it.node.as_str())
    }

    /// What facts call its DaemonSet of this name.
    pub(super) fn daemon_set(&self, written: &str) -> Result<String, Failure> {
        let keys: Vec<String> = self.run.daemon_sets().into_iter().map(str::to_owned).collect();
        let whole = format!("the run of {}", self.run.header.scenario);
        one_of(&keys, written, &whole).map(|index| keys[index].clone())
    }

    /// Refuses a DaemonSet that the run does not have.
    pub(super) fn check_has(&self, daemon_set: &str) -> Result<(), Failure> {
        if self.run.daemon_sets().contains(&daemon_set) {
            return Ok(());
        }
        let header = &self.run.header;
        let message = format!(
            "the run of {} with seed {} has no {daemon_set}, which the others show",
            header.scenario, header.seed
        );
        let hint = "`--daemonset` names one that all runs have";
        Err(refuse("no-daemon-set", &message, hint))
    }

    /// The first DaemonSet that is updated, or the first of all.
    pub(super) fn main_daemon_set(&self) -> Option<String> {
        let updated = |it: &&DaemonSetEntry| it.rollouts.iter().any(|it| !it.creation);
        let found = self.summary.daemon_sets.iter().find(updated);
        let first = || self.run.daemon_sets().first().map(|it| (*it).to_owned());
        found.map(|it| it.daemon_set.clone()).or_else(first)
    }

    /// How the last rollout of a DaemonSet went, in a few words.
    fn outcome(&self, daemon_set: &str) -> String {
        let entry = self.summary.daemon_sets.iter().find(|it| it.daemon_set == daemon_set);
        let rollout = entry.and_then(|it| it.rollouts.iter().rfind(|it| !it.creation));
        let Some(rollout) = rollout else { return String::new() };
        let took = match rollout.finished() {
            Some(finished) => span(finished.saturating_sub(rollout.started())),
            None => "never complete".to_owned(),
        };
        match rollout.worst_without_nodes {
            0 => format!("{took}, no node without a pod"),
            nodes => format!("{took}, worst {}", count(nodes.into(), "node")),
        }
    }

    pub(super) fn tracks(&self) -> &[DaemonSetTracks] {
        self.tracks.get_or_init(|| node_tracks(&self.run, self.end()))
    }

    /// What its DaemonSet asks for.
    fn asks(&self, daemon_set: Option<&str>) -> String {
        let rules = daemon_set.and_then(|it| self.settings.get(it));
        rules.map(setting).unwrap_or_default()
    }
}

/// What a run is called in a picture, and how it went.
#[derive(Clone, Debug, Default)]
pub(super) struct Called {
    name: String,
    outcome: String,
}

/// What runs are called in a common picture, if that is not given.
pub(super) fn called(
    subjects: &[&Subject],
    given: &[String],
    daemon_set: Option<&str>,
) -> Vec<Called> {
    let names = if given.is_empty() { names(subjects, daemon_set) } else { given.to_vec() };
    let called = |(it, name): (&&Subject, String)| Called {
        name,
        outcome: daemon_set.map(|daemon_set| it.outcome(daemon_set)).unwrap_or_default(),
    };
    subjects.iter().zip(names).map(called).collect()
}

/// What several runs are called in a picture: what their settings differ in, else their scenarios, else
/// their seeds; a number where nothing tells them apart. One alone needs no name.
fn names(subjects: &[&Subject], daemon_set: Option<&str>) -> Vec<String> {
    if subjects.len() == 1 {
        return vec![String::new()];
    }
    let each = |name: &dyn Fn(&Subject) -> String| -> Vec<String> {
        subjects.iter().map(|it| name(it)).collect()
    };
    let asks = |it: &Subject| {
        let main = it.main_daemon_set();
        it.asks(daemon_set.or(main.as_deref()))
    };
    let scenario = |it: &Subject| it.run.header.scenario.clone();
    let seed = |it: &Subject| format!("seed {}", it.run.header.seed);
    let candidates = [
        each(&asks),
        each(&scenario),
        each(&|it| format!("{}, {}", scenario(it), asks(it))),
        each(&seed),
        each(&|it| format!("{}, {}", scenario(it), seed(it))),
    ];
    let tells = |names: &&Vec<String>| {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1]) && sorted.iter().all(|it| !it.is_empty())
    };
    let numbered = || {
        let names = subjects.iter().zip(1..);
        names.map(|(it, number)| format!("{number}: {}", scenario(it))).collect()
    };
    candidates.iter().find(tells).cloned().unwrap_or_else(numbered)
}
