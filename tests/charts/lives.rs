//! Charts of runs as they are drawn now, measured as those that are committed are.

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
    Awaited, Chart, Loaded, Look, Part, Phased, Shown, Size, duration, gantt as gantt_chart,
    limits, waiters,
};
use rollcast::report::json::summary_json;
use rollcast::scenario::Override;

use crate::picture::{Form, Picture};
use crate::recorded::{Recorded, record};
use crate::{Beside, breaches, shipped};

/// A run, and its name in a common picture.
struct Subject {
    name: String,
    run: Run,
    timeline: Timeline,
    settings: Settings,
    tracks: Vec<DaemonSetTracks>,
    summary: SummaryFile,
}

/// What is found in a run for its charts.
struct Found<'a> {
    looked: Looked<'a>,
    gantts: Vec<Gantt>,
    load: Load,
    rollouts: Vec<AwaitedRollout>,
    alerts: Vec<DaemonSetAlerts>,
}

impl Subject {
    /// A shipped scenario, with these overrides.
    fn new(scenario: &str, overrides: &[&str]) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario);
        let overrides: Vec<_> = overrides.iter().map(|it| Override::parse(it).unwrap()).collect();
        let loaded = shipped::load(&path.with_extension("yaml"), &overrides);
        let Recorded { run, summary, timeline, .. } = record(&loaded.scenario, u64::MAX);
        let tracks = node_tracks(&run, summary.end);
        let told = SummaryFile::read(&summary_json(&summary, &[]), &run).unwrap();
        let settings = Settings::of(&run);
        Self { name: scenario.to_owned(), run, timeline, settings, tracks, summary: told }
    }

    fn found(&self) -> Found<'_> {
        let looked = Looked::new(&self.run, self.summary.end().max(self.run.end()));
        let of = |tracks: &DaemonSetTracks| {
            let mut entries = self.summary.daemon_sets.iter();
            let entry = entries.find(|it| it.daemon_set == tracks.daemon_set).unwrap();
            Some(gantt(&looked, tracks, entry.rollouts.last()?, &[], None).unwrap())
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

    fn shown(&self) -> Shown<'_> {
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
fn charts(subjects: &[Subject], look: &Look) -> Vec<(&'static str, Chart)> {
    let part = Part::default();
    let found: Vec<Found<'_>> = subjects.iter().map(Subject::found).collect();
    let each = || subjects.iter().map(Subject::shown).zip(&found);
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
        ("gantt", gantt_chart(&phased.collect::<Vec<_>>(), &part, look)),
        ("limits", limits(&loaded.collect::<Vec<_>>(), &part, look)),
        ("waiters", waiters(&awaited, &part, look)),
        ("duration", duration(&awaited, &part, look)),
    ]
}

fn chart(subject: Subject, kind: &str) -> Chart {
    let mut all = charts(&[subject], &Look::default()).into_iter();
    all.find(|(name, _)| *name == kind).unwrap().1
}

fn check(subjects: &[Subject]) {
    let sizes = [(600, None), (800, None), (1_200, Some(675)), (360, Some(200))];
    for (width, height) in sizes {
        let look = Look { size: Some(Size { width, height }), ..Look::default() };
        for (kind, chart) in charts(subjects, &look) {
            let beside = Beside { alt: Some(chart.alt.clone() + "\n"), known: None };
            let found = breaches(&chart.svg, &beside);
            let name = &subjects[0].name;
            let context = format!("{kind} of {name} and {} more", subjects.len() - 1);
            assert!(found.is_empty(), "{context}, {width}:\n{}", found.join("\n"));
        }
    }
}

#[test]
fn charts_of_a_run_can_be_read_by_everyone() {
    let scenarios = [
        "bad-image",
        "client-limits",
        "dead-nodes",
        "delete",
        "fluentd-elasticsearch",
        "is-it-done",
        "machines-come-back",
        "min-ready-seconds",
        "nodes-come-and-go",
        "on-delete",
        "quota-leaves-no-room-for-a-surge",
        "rolling-node-upgrade",
        "shared-registry",
        "surge",
        "incidents/new-node-dies",
        "incidents/churning-fleet",
        "incidents/three-bad-updates",
    ];
    for scenario in scenarios {
        check(&[Subject::new(scenario, &[])]);
    }
}

#[test]
fn charts_of_several_runs_can_be_read_by_everyone() {
    let budget = "daemonSets[0].spec.updateStrategy.rollingUpdate.maxUnavailable";
    let named = |budget_nodes: &str| Subject {
        name: format!("maxUnavailable {budget_nodes}"),
        ..Subject::new("node-exporter", &[&format!("{budget}={budget_nodes}")])
    };
    check(&["1", "10%"].map(named));
    let others = ["dead-nodes", "incidents/three-bad-updates", "is-it-done"];
    let others = others.map(|it| Subject::new(it, &[]));
    check(
        &["1", "5%", "10%", "25%", "50%"].map(named).into_iter().chain(others).collect::<Vec<_>>(),
    );
}

#[test]
fn thousands_of_nodes_are_drawn_too() {
    check(&[Subject::new("node-exporter", &["cluster.nodes=1000"])]);
}

/// Whether these words stand in a picture.
fn says(chart: &Chart, words: &str) -> bool {
    let picture = Picture::read(&chart.svg).unwrap();
    picture.texts().any(|(_, _, text, _)| text == words)
}

/// The corners of all that has an ink, but for its sample in the key.
fn places(chart: &Chart, class: &str) -> Vec<(i32, i32)> {
    let picture = Picture::read(&chart.svg).unwrap();
    let of_class = picture.drawn.iter().filter(|it| it.class == class);
    let paths = of_class.filter_map(|it| match &it.form {
        Form::Path(parts) => Some(parts.concat()),
        Form::Text { .. } => None,
    });
    paths.skip(1).flatten().collect()
}

fn right(places: &[(i32, i32)]) -> i32 {
    places.iter().map(|it| it.0).max().unwrap()
}

#[test]
fn a_node_that_is_stuck_does_not_serve_up_to_the_end() {
    let chart = chart(Subject::new("incidents/three-bad-updates", &[]), "gantt");
    assert!(says(&chart, "stuck"), "{}", chart.svg);
    let (starts, waits) = (places(&chart, "probe"), places(&chart, "old"));
    assert_eq!(right(&starts), right(&waits), "{}", chart.svg);
    assert!(chart.alt.contains("becoming Ready 17m"), "{}", chart.alt);
    assert!(!chart.svg.contains("class=\"path\""), "what did not finish has no critical path");
}

#[test]
fn of_thousands_of_nodes_that_are_asked_for_some_are_drawn() {
    let subject = Subject::new("node-exporter", &["cluster.nodes=300"]);
    let Found { looked, .. } = subject.found();
    let tracks = &subject.tracks[0];
    let rollout = subject.summary.daemon_sets[0].rollouts.last().unwrap();
    let names: Vec<String> = tracks.nodes.iter().map(|it| it.node.clone()).collect();
    let gantts = [gantt(&looked, tracks, rollout, &[], Some(&names)).unwrap()];
    let phased = Phased { shown: subject.shown(), gantts: &gantts, history: &looked.history };
    let chart = gantt_chart(&[phased], &Part::default(), &Look::default());
    let more = names.len() - 40;
    assert!(says(&chart, &format!("{more} more nodes not drawn")), "{}", chart.svg);
    assert!(breaches(&chart.svg, &Beside::default()).is_empty());
}

#[test]
fn with_surge_the_new_pod_starts_below_the_old_one() {
    let chart = chart(Subject::new("surge", &[]), "gantt");
    let (old, pulls) = (places(&chart, "old"), places(&chart, "pull"));
    let is_beside = |&(x, y): &(i32, i32)| {
        let above = old.chunks(4).filter(|bar| right(bar) > x && bar[0].0 < x);
        above.map(|bar| y - bar[0].1).any(|below| (10..40).contains(&below))
    };
    assert!(pulls.iter().any(is_beside), "{}", chart.svg);
    let path = places(&chart, "path");
    assert_eq!(right(&path), right(&places(&chart, "new")), "the path leads to the end");
}

#[test]
fn who_speaks_too_early_stands_left_of_the_truth() {
    let chart = chart(Subject::new("is-it-done", &[]), "waiters");
    let (early, truth) = (places(&chart, "edge"), places(&chart, "truth"));
    assert!(!early.is_empty() && right(&early) < right(&truth), "{}", chart.svg);
    assert!(says(&chart, "10ms: 10 nodes missing") && says(&chart, "never"), "{}", chart.svg);
    assert!(says(&chart, "KubeDaemonSetRolloutStuck") && says(&chart, "fires at 21m30s"));
    let (pending, fires) = (places(&chart, "pending"), places(&chart, "firing"));
    assert!(right(&pending) < right(&fires), "after the end of the run: {}", chart.svg);
}

#[test]
fn the_limit_of_the_client_is_the_one_that_a_run_had() {
    let check = |overrides: &[&str], words: &str| {
        let chart = chart(Subject::new("client-limits", overrides), "limits");
        assert!(says(&chart, words), "{words}: {}", chart.svg);
    };
    check(&[], "limit: 20 a second");
    check(&["controlPlane.kubeApiQps=10"], "limit: 10 a second");
    let none = "no request waited for the limit of the controller's client (upstream default: 20 \
                requests a second, 30 at once)";
    check(&["controlPlane.kubeApiQps=0"], none);
}

#[test]
fn runs_that_do_not_finish_stand_at_the_right() {
    let subjects = ["surge", "dead-nodes"].map(|it| Subject::new(it, &[]));
    let mut all = charts(&subjects, &Look::default()).into_iter();
    let chart = all.find(|(kind, _)| *kind == "duration").unwrap().1;
    assert!(says(&chart, "not complete") && says(&chart, "dead-nodes"), "{}", chart.svg);
    assert!(chart.alt.contains("dead-nodes: not complete, at most 2 nodes."), "{}", chart.alt);
}
