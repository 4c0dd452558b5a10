//! How long nodes are without a serving pod, as a distribution per setting.

use crate::report::chart::canvas::ink::{Ink, MOST_SERIES};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::rising::rising;
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::Pixel;
use crate::report::chart::study::panels::{Line, Panel, Panels};
use crate::study::Study;
use crate::time::SimDuration;

/// Longer names at a line are counted instead.
const LONGEST_NAMES: usize = 24;

/// Spans, and how many nodes of how many were without for less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Distribution {
    pub(super) below: Vec<(SimDuration, u64)>,
    nodes: u64,
}

/// Settings with the same distribution share a line.
pub(super) struct Group<'a> {
    pub(super) distribution: Distribution,
    pub(super) ink: Ink,
    pub(super) lines: Vec<&'a Line>,
}

/// The lines of a panel, as many as there are inks for.
pub(super) fn groups<'a>(study: &Study, panel: &'a Panel, panels: &Panels) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for line in &panel.lines {
        let curves = &study.curves[line.setting];
        let distribution = Distribution { below: curves.gap_counts(), nodes: curves.gap_nodes() };
        if let Some(group) = groups.iter_mut().find(|it| it.distribution == distribution) {
            group.lines.push(line);
            continue;
        }
        let place = if panels.has_many() { line.place } else { groups.len() };
        let ink = u8::try_from(place).ok().filter(|it| usize::from(*it) < MOST_SERIES);
        let group = |ink| Group { distribution, ink: Ink::Series(ink), lines: vec![line] };
        groups.extend(ink.map(group));
    }
    groups
}

impl Group<'_> {
    /// The names of the settings that share the line, of so many in the panel: `1, 2 and 5%`.
    pub(super) fn name(&self, settings: usize) -> String {
        let many = self.lines.len();
        let [first, others @ ..] = &self.lines[..] else { return String::new() };
        if others.is_empty() {
            return first.name.clone();
        }
        if many == settings && many == 2 {
            return "both settings".to_owned();
        }
        if many == settings {
            return format!("all {many} settings, alike");
        }
        let names: Vec<&str> = self.lines.iter().map(|it| it.name.as_str()).collect();
        let listed = names.join(" = ");
        if listed.chars().count() <= LONGEST_NAMES {
            return listed;
        }
        format!("{} (+{} alike)", first.name, others.len())
    }
}

impl Distribution {
    /// The steps of the share of nodes that were without for at most so long; `scale` is in percent.
    pub(super) fn line(&self, time: &LogScale, scale: &NodeScale) -> Vec<Pixel> {
        let height = i64::from(scale.y(0) - scale.y(100));
        let row = |nodes: u64| {
            let part = (i128::from(nodes) * i128::from(height)).checked_div(i128::from(self.nodes));
            scale.y(0) - i32::try_from(part.unwrap_or(0)).unwrap_or(0)
        };
        let places = self.below.iter().map(|&(span, nodes)| (time.x(span), row(nodes)));
        rising((time.left, row(0)), time.right, places)
    }
}
