//! Charts of runs as they are drawn now, measured as those that are committed are, and every number
//! in their words held against the results and the record.

use std::collections::BTreeMap;

use rollcast::inspect::over_time::gantt;
use rollcast::report::chart::{Chart, Look, Part, Phased, Size, Theme, gantt as gantt_chart};

use crate::known_run::known;
use crate::numbers::Known;
use crate::picture::{Form, Picture};
use crate::spoilt_committed::changed;
use crate::subject::{Found, Subject, charts};
use crate::{Beside, breaches, shipped};

fn chart(subject: Subject, kind: &str) -> Chart {
    let mut all = charts(&[subject], &Look::default()).into_iter();
    all.find(|(name, _)| *name == kind).unwrap().1
}

/// What is wrong with any kind in any size, light, dark and both.
fn wrong(subjects: &[Subject]) -> Vec<String> {
    let known = Known::of_runs(subjects.iter().map(|it| (it.name.clone(), known(it))).collect());
    let sizes = [
        (360, Some(200), Theme::Dark),
        (360, None, Theme::Light),
        (600, None, Theme::Light),
        (800, None, Theme::Auto),
        (1_200, Some(675), Theme::Dark),
    ];
    let mut wrong = Vec::new();
    for (width, height, theme) in sizes {
        let size = Some(Size { width, height });
        let look = Look { size, theme, ..Look::default() };
        for (kind, chart) in charts(subjects, &look) {
            let alt = Some(chart.alt.clone() + "\n");
            let found = breaches(&chart.svg, &Beside { alt, known: Some(known.clone()) });
            let (name, more) = (&subjects[0].name, subjects.len() - 1);
            let picture = format!("{kind} of {name} and {more} more, {width} wide");
            wrong.extend(found.into_iter().map(|it| format!("{picture}: {it}")));
        }
    }
    wrong
}

#[track_caller]
fn check(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn charts_of_shipped_scenarios_can_be_read_by_everyone() {
    let paths = shipped::paths().into_iter();
    check(&paths.flat_map(|path| wrong(&[Subject::at(&path, &[])])).collect::<Vec<_>>());
}

#[test]
fn charts_of_several_runs_can_be_read_by_everyone() {
    let budget = "daemonSets[0].spec.updateStrategy.rollingUpdate.maxUnavailable";
    let named = |budget_nodes: &str| Subject {
        name: format!("maxUnavailable {budget_nodes}"),
        ..Subject::new("node-exporter", &[&format!("{budget}={budget_nodes}")])
    };
    check(&wrong(&["1", "10%"].map(named)));
    let others = ["dead-nodes", "incidents/three-bad-updates", "is-it-done"];
    let others = others.map(|it| Subject::new(it, &[]));
    let many = ["1", "5%", "10%", "25%", "50%"].map(named).into_iter().chain(others);
    check(&wrong(&many.collect::<Vec<_>>()));
}

#[test]
fn long_names_leave_no_picture() {
    let long = |scenario: &str| {
        let name = format!("{scenario} {}", "a-name-of-200-letters".repeat(9));
        Subject { name, ..Subject::new(scenario, &[]) }
    };
    check(&wrong(&[long("is-it-done")]));
    check(&wrong(&["is-it-done", "dead-nodes", "surge"].map(long)));
}

#[test]
fn thousands_of_nodes_are_drawn_too() {
    check(&wrong(&[Subject::new("node-exporter", &["cluster.nodes=5000"])]));
}

/// In each kind, as `spoilt_committed` has it for pictures with results beside them.
#[test]
fn most_numbers_that_are_changed_a_little_are_found_in_every_kind() {
    let mut told: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for scenario in ["bad-image", "is-it-done", "node-exporter"] {
        let subject = Subject::new(scenario, &[]);
        let known = known(&subject);
        for (kind, chart) in charts(&[subject], &Look::default()) {
            let (all, found) = told.entry(kind).or_default();
            for (figures, number) in known.said(&chart.alt) {
                *all += 1;
                *found += usize::from(!figures.has(&changed(&number)));
            }
        }
    }
    assert_eq!(told.len(), 8, "{told:?}");
    let are_most = |&(all, found): &(usize, usize)| all >= 5 && found * 3 > all * 2;
    assert!(told.values().all(are_most), "{told:?}");
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
fn what_serves_before_the_first_change_is_old() {
    let states = chart(Subject::new("surge", &[]), "states");
    assert!(states.alt.contains("at the start 20 nodes on the old revision"), "{}", states.alt);
    assert!(says(&states, "old revision serving"), "{}", states.svg);
    // Without a change there is one revision.
    let states = chart(Subject::new("nodes-come-and-go", &[]), "states");
    assert!(says(&states, "serving") && !says(&states, "new revision serving"), "{}", states.svg);
}

#[test]
fn a_node_that_is_stuck_does_not_serve_up_to_the_end() {
    let chart = chart(Subject::new("incidents/three-bad-updates", &[]), "gantt");
    assert!(says(&chart, "in the way") && says(&chart, "still waits"), "{}", chart.svg);
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
fn kubectl_refuses_to_wait_for_on_delete() {
    let chart = chart(Subject::new("is-it-done", &[]), "waiters");
    assert!(says(&chart, "an error: OnDelete"), "{}", chart.svg);
    assert!(chart.alt.contains("kubectl refuses to wait for OnDelete"), "{}", chart.alt);
    assert_eq!(chart.alt.matches("kubectl never says done").count(), 1, "{}", chart.alt);
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
    assert!(
        chart.alt.contains("dead-nodes: not complete, at most 2 nodes without a serving pod."),
        "{}",
        chart.alt
    );
}
