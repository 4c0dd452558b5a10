//! Runs of scenarios, and all charts of them.

use std::path::Path;

use rollcast::inspect::over_time::{
    AwaitedRollout, DaemonSetAlerts, DaemonSetTracks, Gantt, Load, alerts, awaited_rollouts, gantt,
    load, node_tracks,
};
use rollcast::inspect::phases::LimitWait;
use rollcast::inspect::why::Look as Looked;
use rollcast::inspect::{Run, Settings, SummaryFile};
use rollcast::record::Timeline;
use rollcast::report::chart::{
    Awaited, Chart, Loaded, Look, Part, Phased, Shown, Tracked, availability, duration,
    gantt as gantt_chart, gaps, limits, raster, states, waiters,
};
use rollcast::report::json::summary_json;
use rollcast::scenario::{Override, Scenario};
use rollcast::time::SimDuration;

use crate::recorded::{Recorded, record};
use crate::shipped;

/// A run, and its name in a common picture.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) run: Run,
    pub(crate) timeline: Timeline,
    pub(crate) tracks: Vec<DaemonSetTracks>,
    pub(crate) summary: SummaryFile,
    /// `summary.json`.
    pub(crate) json: String,
    pub(crate) settings: Settings,
}

/// What is found in a run for its charts.
pub(crate) struct Found<'a> {
    pub(crate) looked: Looked<'a>,
    pub(crate) gantts: Vec<Gantt>,
    pub(crate) load: Load,
    pub(crate) rollouts: Vec<AwaitedRollout>,
    pub(crate) alerts: Vec<DaemonSetAlerts>,
}

impl Subject {
    /// A shipped scenario by its name, with these overrides.
    pub(crate) fn new(scenario: &str, overrides: &[&str]) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario);
        let overrides: Vec<_> = overrides.iter().map(|it| Override::parse(it).unwrap()).collect();
        Self::at(&path.with_extension("yaml"), &overrides)
    }

    /// The scenario in a file, with these overrides.
    pub(crate) fn at(path: &Path, overrides: &[Override]) -> Self {
        Self::of(&shipped::load(path, overrides).scenario)
    }

    /// A scenario, which is run.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let Recorded { run, summary, timeline, .. } = record(scenario, u64::MAX);
        let tracks = node_tracks(&run, summary.end);
        let json = summary_json(&summary, &[]);
        let told = SummaryFile::read(&json, &run).unwrap();
        let (name, settings) = (scenario.name.clone(), Settings::of(&run));
        Self { name, run, timeline, tracks, summary: told, json, settings }
    }

    pub(crate) fn end(&self) -> SimDuration {
        self.summary.end().max(self.run.end())
    }

    pub(crate) fn found(&self) -> Found<'_> {
        let looked = Looked::new(&self.run, self.end());
        let of = |tracks: &DaemonSetTracks| {
            let mut entries = self.summary.daemon_sets.iter();
            let entry = entries.find(|it| it.daemon_set == tracks.daemon_set).unwrap();
            let blocking: Vec<&str> = entry.blocking().collect();
            Some(gantt(&looked, tracks, entry.rollouts.last()?, &blocking, None).unwrap())
        };
        let gantts = self.tracks.iter().filter_map(of).collect();
        Found {
            gantts,
            load: load(&looked),
            rollouts: awaited_rollouts(&self.summary),
            alerts: alerts(&self.run, &self.summary),
            looked,
        }
    }

    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown {
            scenario: &self.name,
            seed: 1,
            name: &self.name,
            outcome: "3m19s, at most 10 nodes without",
            timeline: &self.timeline,
            settings: &self.settings,
        }
    }
}

/// All charts of these runs in one look.
pub(crate) fn charts(subjects: &[Subject], look: &Look) -> Vec<(&'static str, Chart)> {
    let part = Part::default();
    let found: Vec<Found<'_>> = subjects.iter().map(Subject::found).collect();
    let each = || subjects.iter().map(Subject::shown).zip(&found);
    let shown: Vec<Shown<'_>> = subjects.iter().map(Subject::shown).collect();
    let tracked = subjects.iter().map(|it| Tracked { shown: it.shown(), tracks: &it.tracks });
    let tracked: Vec<Tracked<'_>> = tracked.collect();
    let phased =
        each().map(|(shown, it)| Phased { shown, gantts: &it.gantts, history: &it.looked.history });
    let loaded = each().map(|(shown, it)| Loaded {
        shown,
        load: &it.load,
        rate: LimitWait::rate(it.looked.history.limit_waits()),
    });
    let awaited: Vec<_> = each()
        .map(|(shown, it)| Awaited { shown, rollouts: &it.rollouts, alerts: &it.alerts })
        .collect();
    vec![
        ("availability", availability(&shown, &part, look)),
        ("states", states(&tracked, &part, look)),
        ("raster", raster(&tracked, &part, &|_| true, look)),
        ("gantt", gantt_chart(&phased.collect::<Vec<_>>(), &part, look)),
        ("gaps", gaps(&tracked, &part, look)),
        ("duration", duration(&awaited, &part, look)),
        ("limits", limits(&loaded.collect::<Vec<_>>(), &part, look)),
        ("waiters", waiters(&awaited, &part, look)),
    ]
}
