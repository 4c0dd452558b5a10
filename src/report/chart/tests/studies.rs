//! Charts of studies: nothing at all, one setting, many, stalled ones, odd names.

use crate::report::chart::{
    Look, availability_by_setting, duration_by_setting, gaps_by_setting, hit,
};
use crate::study::{
    Collected, Outcome, Row, RunMetrics, Seeds, Setting, Study, Sweep, View, Window,
};
use crate::time::SimDuration;

pub(super) fn metrics(seconds: Option<u64>, worst: u32) -> RunMetrics {
    let span = SimDuration::from_secs;
    RunMetrics {
        outcome: if seconds.is_some() { Outcome::Complete } else { Outcome::Stalled },
        duration: seconds.map(span),
        all_serving: seconds.map(span),
        live_updated: seconds.map(span),
        observed: span(7_200),
        worst,
        wanted: 100,
        worst_reported: worst,
        breached: SimDuration::ZERO,
        node_time: span(1_000),
        gap_p50: span(10),
        gap_p99: span(20),
        gap_max: span(30),
        updated: 100,
        alert: false,
        peak_pulls: None,
        api_requests: None,
        digest: u64::from(worst),
        curve: vec![(0, u16::try_from(worst * 10).unwrap()), (90, 0)],
        gaps: vec![(120, 50), (140, 50)],
        ..RunMetrics::default()
    }
}

pub(super) fn study(names: &[&str], metrics: impl Fn(usize, u64) -> RunMetrics) -> Study {
    study_of_sizes(names, |_| 100, metrics)
}

/// A study of settings with so many nodes each.
fn study_of_sizes(
    names: &[&str],
    nodes: impl Fn(usize) -> u32,
    metrics: impl Fn(usize, u64) -> RunMetrics,
) -> Study {
    let setting = |(setting, name): (usize, &&str)| Setting {
        name: (*name).to_owned(),
        decision: (*name).to_owned(),
        scenario: "fleet".to_owned(),
        values: vec![("maxUnavailable".to_owned(), (*name).to_owned())],
        nodes: nodes(setting),
        ..Setting::default()
    };
    let sweep = Sweep {
        settings: names.iter().enumerate().map(setting).collect(),
        refused: Vec::new(),
        seeds: "1..5".parse::<Seeds>().unwrap(),
        daemon_set: None,
        max_events: 1,
        window: Window::default(),
    };
    let mut collected = Collected::new(&sweep);
    for run in 0..sweep.runs() {
        let (setting, seed) = sweep.run(run);
        collected.add(Row { run, metrics: metrics(setting, seed) });
    }
    let view = View { title: "fleet".to_owned(), ..View::default() };
    collected.finish(sweep, view).unwrap()
}

/// The usual charts of a study as SVG.
pub(super) fn availability_svg(study: &Study) -> String {
    availability_by_setting(study, &Look::default()).svg
}

pub(super) fn duration_svg(study: &Study) -> String {
    duration_by_setting(study, &Look::default()).svg
}

pub(super) fn gaps_svg(study: &Study) -> String {
    gaps_by_setting(study, &Look::default()).svg
}

/// All charts that a study has.
pub(super) fn charts(study: &Study, look: &Look) -> Vec<String> {
    let hit = hit(study, look);
    let always = [
        availability_by_setting(study, look),
        duration_by_setting(study, look),
        gaps_by_setting(study, look),
    ];
    always.into_iter().chain(hit).map(|chart| chart.svg).collect()
}

#[test]
fn charts_are_drawn_whatever_came_out() {
    let many: Vec<String> = (0..40).map(|it| format!("{it}%")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let studies = [
        study(&["1"], |_, seed| metrics(Some(60 + seed), 1)),
        study(&["<&>", "\"'🚀"], |setting, _| metrics(Some(60), u32::try_from(setting).unwrap())),
        study(&["1", "2"], |_, _| metrics(None, 0)),
        study(&["1", "2"], |_, _| RunMetrics { wanted: 0, ..metrics(Some(0), 0) }),
        study(&many, |setting, seed| {
            metrics(Some(1 << (setting / 2)), u32::try_from(seed).unwrap())
        }),
        study(&["1"], |_, _| RunMetrics { curve: vec![], gaps: vec![], ..metrics(Some(9), 1) }),
    ];
    for (index, study) in studies.iter().enumerate() {
        let (first, again) = (charts(study, &Look::default()), charts(study, &Look::default()));
        assert_eq!(first, again, "study {index}");
        for (chart, svg) in first.iter().enumerate() {
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
            assert!(svg.contains("role=\"img\"") && svg.contains("<desc "));
            assert!(!svg.contains("<&>") && !svg.contains("NaN"), "study {index}, chart {chart}");
        }
    }
}

#[test]
fn stalled_settings_stand_at_the_margin() {
    let study = study(&["1", "10%"], |setting, seed| match setting {
        0 => metrics(None, 0),
        _ => metrics(Some(100 + seed), 10),
    });
    let svg = duration_svg(&study);
    assert!(svg.contains("1: does not complete, 0 nodes unavailable."), "{svg}");
    assert!(svg.contains(">incomplete</text>") && svg.contains("no other setting is better"));
    assert!(svg.contains("10%: 1m43s, 10 nodes unavailable, on the frontier."), "{svg}");
}

#[test]
fn settings_that_lose_their_nodes_again_stand_at_the_margin() {
    let study = study(&["1", "10%"], |setting, _| {
        let outcome = if setting == 0 { Outcome::Lost } else { Outcome::Complete };
        RunMetrics { outcome, ..metrics(Some(100), 10) }
    });
    let svg = duration_svg(&study);
    assert!(svg.contains("1: does not complete, 10 nodes unavailable."), "{svg}");
    assert!(svg.contains("10%: 1m40s, 10 nodes unavailable, on the frontier."), "{svg}");
}

#[test]
fn gaps_that_go_on_keep_a_line_below_the_top() {
    let climbed = |open: u32| -> u32 {
        let svg = gaps_svg(&study(&["1"], |_, _| RunMetrics {
            open_gaps: vec![(140, open)],
            ..metrics(None, 1)
        }));
        let line = svg.lines().find(|it| it.starts_with("<path class=\"s0\"")).unwrap();
        let steps = line.split("v-").skip(1);
        let pixels = steps.map(|it| it.split(|it: char| !it.is_ascii_digit()).next().unwrap());
        pixels.map(|it| it.parse::<u32>().unwrap()).sum()
    };
    let [all, some] = [0, 40].map(climbed);
    assert!(some < all && all > 200, "{some} of {all} pixels");
}

#[test]
fn settings_with_equal_gaps_share_a_line() {
    let alike = study(&["1", "2", "3"], |_, _| metrics(Some(60), 1));
    assert!(gaps_svg(&alike).contains("all 3 settings, alike"));
    let two = study(&["1", "2", "3"], |setting, _| {
        let gaps = if setting == 2 { vec![(121, 100)] } else { vec![(120, 50), (140, 50)] };
        RunMetrics { gaps, ..metrics(Some(60), 1) }
    });
    let svg = gaps_svg(&two);
    assert!(svg.contains(">1 = 2</text>") && svg.contains(">3</text>"), "{svg}");
}

#[test]
fn where_nothing_stalls_there_is_no_margin() {
    let svg = duration_svg(&study(&["1", "10%"], |_, seed| metrics(Some(100 + seed), 10)));
    assert!(!svg.contains(">stalled</text>") && !svg.contains("<path class=\"margin\""), "{svg}");
}

#[test]
fn sizes_have_a_frontier_each() {
    let sizes = [100, 100, 1_000, 1_000];
    let names = ["100, 1%", "100, 2%", "1000, 1%", "1000, 2%"];
    let metrics = |setting: usize, _| {
        let seconds = [200, 100, 800, 400][setting];
        RunMetrics { wanted: sizes[setting], ..metrics(Some(seconds), [1, 2, 10, 20][setting]) }
    };
    let svg = duration_svg(&study_of_sizes(&names, |setting| sizes[setting], metrics));
    assert!(svg.contains(">100 nodes</text>") && svg.contains(">1,000 nodes</text>"), "{svg}");
    assert!(svg.contains("no other setting of as many nodes is better in both"), "{svg}");
}

#[test]
fn keys_show_the_values_of_the_grid_and_the_names_of_variants() {
    let name = |minimum: u64| format!("maxUnavailable=10%, minReadySeconds={minimum}");
    let names = [name(0), name(3_600), "surge at once".to_owned(), "10%".to_owned()];
    let mut study = study(&names.each_ref().map(String::as_str), |_, _| metrics(Some(60), 1));
    let settings = &mut study.sweep.settings;
    for (setting, minimum) in settings.iter_mut().zip(["0", "3600"]) {
        setting.values[0].1 = "10%".to_owned();
        setting.values.push(("minReadySeconds".to_owned(), minimum.to_owned()));
    }
    settings[2].values = vec![("maxSurge".to_owned(), "1".to_owned())];
    // A variant of the same fields as the grid.
    settings[3].values = settings[0].values.clone();
    settings[3].name = "a variant with a name that is much too long".to_owned();
    settings[3].decision = settings[3].name.clone();
    let svg = availability_svg(&study);
    for label in ["10%, 0", "10%, 3600", "surge at once"] {
        assert!(svg.contains(&format!(">{label}</text>")), "{label}: {svg}");
    }
    assert!(svg.contains(">a variant with a name that"), "{svg}");
    assert!(svg.contains("; by maxUnavailable, minReadySeconds</text>"), "{svg}");
}

#[test]
fn long_names_of_settings_that_are_alike_are_counted() {
    let names = ["a variant of settings, the first", "a variant of settings, the second", "other"];
    let svg = gaps_svg(&study(&names, |setting, _| {
        let gaps = if setting == 2 { vec![(121, 100)] } else { vec![(120, 50), (140, 50)] };
        RunMetrics { gaps, ..metrics(Some(60), 1) }
    }));
    assert!(svg.contains(">a variant of settings, the first (+1 alike)</text>"), "{svg}");
}
