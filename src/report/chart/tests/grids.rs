//! Studies of decisions in circumstances.

use crate::study::{
    BadImage, Collected, GOOD_IMAGE, Goal, Row, RunMetrics, Seeds, Setting, Study, Sweep, View,
    Window,
};

/// Every decision in every circumstance: `maxUnavailable=1, minReadySeconds=0` in `nodes=20,
/// crash:1m30s`. Metrics are by the decision, the circumstance and the seed.
pub(super) fn grid(
    decisions: &[&str],
    circumstances: &[&str],
    metrics: impl Fn(usize, usize, u64) -> RunMetrics,
) -> Study {
    grid_for(Goal::default(), decisions, circumstances, metrics)
}

pub(super) fn grid_for(
    goal: Goal,
    decisions: &[&str],
    circumstances: &[&str],
    metrics: impl Fn(usize, usize, u64) -> RunMetrics,
) -> Study {
    let settings = circumstances
        .iter()
        .flat_map(|circumstance| decisions.iter().map(|decision| setting(decision, circumstance)));
    let sweep = Sweep {
        settings: settings.collect(),
        refused: Vec::new(),
        seeds: "1..5".parse::<Seeds>().unwrap(),
        daemon_set: None,
        max_events: 1,
        window: Window::default(),
    };
    let mut collected = Collected::new(&sweep);
    for run in 0..sweep.runs() {
        let (setting, seed) = sweep.run(run);
        let (decision, circumstance) = (setting % decisions.len(), setting / decisions.len());
        collected.add(Row { run, metrics: metrics(decision, circumstance, seed) });
    }
    let view = View { title: "fleet".to_owned(), goal, ..View::default() };
    collected.finish(sweep, view).unwrap()
}

fn setting(decision: &str, circumstance: &str) -> Setting {
    let parts = decision.split(", ").chain(circumstance.split(", "));
    let values: Vec<(String, String)> = parts
        .filter_map(|part| part.split_once('='))
        // The name of a scenario may stand before what is decided.
        .map(|(name, value)| (name.rsplit(": ").next().unwrap_or_default(), value))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let nodes = values.iter().find(|(name, _)| name == "nodes");
    let (before, last) = circumstance.rsplit_once(", ").unwrap_or(("", circumstance));
    let bad_image = last.parse::<BadImage>().ok();
    let given = if bad_image.is_some() || last == GOOD_IMAGE { before } else { circumstance };
    Setting {
        name: [decision, circumstance].join(", ").trim_end_matches(", ").to_owned(),
        decision: decision.to_owned(),
        circumstance: circumstance.to_owned(),
        given: given.to_owned(),
        bad_image,
        scenario: "fleet".to_owned(),
        nodes: nodes.map_or(100, |(_, nodes)| nodes.parse().unwrap()),
        values,
        ..Setting::default()
    }
}
