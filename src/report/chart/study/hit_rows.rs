//! The rows of `hit.svg`: which settings it has, and how far their updates get.

use crate::report::chart::study::panels::{is_first, places, settings_of};
use crate::report::chart::study::setting_names::SettingNames;
use crate::report::readable::{count, number, span};
use crate::study::{Metric, Spread, Study};
use crate::time::SimDuration;

/// A circumstance in which an update hits nodes.
pub(super) struct Group {
    /// Empty if there is only one.
    pub(super) circumstance: String,
    pub(super) rows: Vec<Row>,
    /// What short names are values of.
    pub(super) fields: Option<String>,
    /// Settings that have no row.
    pub(super) more: usize,
}

/// A setting.
pub(super) struct Row {
    /// By its index.
    pub(super) setting: usize,
    pub(super) name: String,
    pub(super) reach: Reach,
}

/// How many nodes are hit, over the seeds: nodes, or thousandths of those that want a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) low: u32,
    pub(super) median: u32,
    pub(super) high: u32,
    /// Whether the median is only a lower bound.
    pub(super) is_at_least: bool,
}

/// More settings than this are counted.
pub(super) const MOST_ROWS: usize = 30;
/// There may be a third as many circumstances as rows.
const ROWS_OF_A_GROUP: usize = 3;

/// All rows of some groups.
pub(super) fn rows(groups: &[Group]) -> impl Iterator<Item = &Row> {
    groups.iter().flat_map(|group| &group.rows)
}

/// At most so many settings of all circumstances in which some run hits a node.
pub(super) fn groups(study: &Study, most: usize) -> Vec<Group> {
    let hits = |&setting: &usize| study.rows_of(setting).iter().any(|row| row.hit > 0);
    let circumstances = study.sweep.circumstances();
    let circumstances = circumstances.into_iter().map(|it| (it, settings_of(study, it)));
    let hit: Vec<(&str, Vec<usize>)> =
        circumstances.filter(|(_, settings)| settings.iter().any(hits)).collect();
    if study.decisions.len() < 2 {
        let all: Vec<usize> = hit.into_iter().flat_map(|(_, settings)| settings).collect();
        return if all.is_empty() { Vec::new() } else { vec![group(study, "", &all, most)] };
    }
    let most_groups = (most / ROWS_OF_A_GROUP).max(1);
    let room = (most / hit.len().clamp(1, most_groups)).max(1);
    let more: usize = hit.iter().skip(most_groups).map(|(_, settings)| settings.len()).sum();
    let shown = hit.iter().take(most_groups);
    let mut groups: Vec<Group> =
        shown.map(|(circumstance, all)| group(study, circumstance, all, room)).collect();
    if let Some(last) = groups.last_mut() {
        last.more += more;
    }
    groups
}

/// As many settings as there is room for, those first whose decision is on the frontier.
fn group(study: &Study, circumstance: &str, all: &[usize], room: usize) -> Group {
    let comes_first = |it: usize| {
        let decision = study.decision_of(all[it]);
        decision.is_some_and(|it| is_first(study, &study.decisions[it]))
    };
    let places = places(all.len(), room, comes_first);
    let shown = all.iter().zip(places).filter(|(_, place)| *place < room);
    let settings: Vec<usize> = shown.map(|(setting, _)| *setting).collect();
    let more = all.len() - settings.len();
    let SettingNames { names, fields } = SettingNames::of(study, &settings);
    let row = |(setting, name)| Row { setting, name, reach: reach(study, setting) };
    let rows = settings.into_iter().zip(names).map(row).collect();
    Group { circumstance: circumstance.to_owned(), rows, fields, more }
}

fn spread(study: &Study, setting: usize, metric: Metric) -> Option<Spread> {
    study.comparison.results[setting].spread(metric)
}

fn reach(study: &Study, setting: usize) -> Reach {
    let nodes = spread(study, setting, Metric::Hit).unwrap_or_default().shown();
    let values = if study.compares_shares() {
        let shares = study.comparison.results[setting].hit_share.shown();
        shares.map(|(millionths, _)| millionths / 1_000)
    } else {
        nodes.map(|(nodes, _)| nodes)
    };
    let [low, median, high] = values.map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    Reach { low, median, high, is_at_least: nodes[1].1 }
}

/// How far an update gets, and when it is there: `5 nodes, the last after 1m51s`.
pub(super) fn reach_words(study: &Study, setting: usize) -> String {
    let hit = spread(study, setting, Metric::Hit).unwrap_or_default();
    if hit.max == 0 {
        return "no node".to_owned();
    }
    let [_, (nodes, is_at_least), _] = hit.shown();
    if nodes == 0 {
        return format!("0 nodes, up to {}", number(hit.max));
    }
    let sign = |is_at_least| if is_at_least { "≥ " } else { "" };
    let nodes_hit = format!("{}{}", sign(is_at_least), count(nodes, "node"));
    let last = if nodes == 1 { "" } else { "the last " };
    let after = spread(study, setting, Metric::HitAfter).map(|it| it.shown()[1]);
    let after = after.map(|(micros, is_at_least)| {
        format!(", {last}after {}{}", sign(is_at_least), span(SimDuration::from_micros(micros)))
    });
    nodes_hit + &after.unwrap_or_default()
}
