//! The frontiers of `duration.svg`: what no other setting beats.

use crate::report::chart::canvas::shape::Pixel;
use crate::report::chart::study::plane::Placed;
use crate::report::chart::study::setting_names::circumstance_of;
use crate::report::readable::count;
use crate::study::Study;

/// The settings that are alike and that no other of these beats, joined.
pub(super) struct Frontier {
    /// What they have in common.
    label: String,
    pub(super) line: Vec<Pixel>,
}

/// The frontiers of all groups that have one.
pub(super) fn frontiers(study: &Study, placed: &[Placed]) -> Vec<Frontier> {
    let mut groups: Vec<Vec<&Placed>> = Vec::new();
    for it in placed.iter().filter(|it| it.on_frontier) {
        let is_alike =
            |group: &&mut Vec<&Placed>| study.sweep.is_alike(group[0].setting, it.setting);
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    groups.iter().map(|group| frontier_of(study, group)).collect()
}

/// Steps down from the quickest setting to the slowest: all below and left of it nothing reaches.
/// Those that are only better with a bad image are off it.
fn frontier_of(study: &Study, group: &[&Placed]) -> Frontier {
    let mut corners: Vec<Pixel> = group.iter().map(|it| it.at).collect();
    corners.sort_unstable();
    let mut line: Vec<Pixel> = Vec::new();
    for at in corners {
        let last = line.last().map(|&(_, y)| y);
        if last.is_none_or(|y| at.1 > y) {
            line.extend(last.map(|y| (at.0, y)));
            line.push(at);
        }
    }
    Frontier { label: common(study, group[0].setting), line }
}

/// What all settings that are alike have in common.
fn common(study: &Study, setting: usize) -> String {
    let it = &study.sweep.settings[setting];
    let size = count(it.nodes.into(), "node");
    let has_sizes = study
        .sweep
        .settings
        .iter()
        .any(|other| other.circumstance == it.circumstance && other.nodes != it.nodes);
    match circumstance_of(study, setting) {
        circumstance if circumstance.is_empty() => size,
        circumstance if has_sizes => format!("{circumstance}, {size}"),
        circumstance => circumstance,
    }
}

/// The label of a frontier, before its last corner.
pub(super) fn group_label(frontier: &Frontier) -> Option<(Pixel, String)> {
    let (_, before) = frontier.line.split_last()?;
    Some((*before.last()?, frontier.label.clone()))
}
