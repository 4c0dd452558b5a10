//! `gaps.svg`: for how long nodes are without a serving pod, as a distribution per setting.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::Look;
use crate::report::chart::canvas::paint::{Words, paint};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::labels::{KEY_ROW, WIDTH, header, key, key_name, notes, seeds};
use crate::report::chart::study::panels::{LEFT, Line, Panel, Panels, RIGHT};
use crate::report::readable::span;
use crate::study::Study;
use crate::time::SimDuration;

/// Where the key begins.
const KEY: i32 = RIGHT + 16;

/// Spans, and how many nodes of how many were without for less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Distribution {
    below: Vec<(SimDuration, u64)>,
    nodes: u64,
}

/// Settings with the same distribution share a line.
struct Group<'a> {
    distribution: Distribution,
    ink: Ink,
    lines: Vec<&'a Line>,
}

/// A panel and what is drawn in it.
struct Drawn<'a> {
    panel: &'a Panel,
    groups: Vec<Group<'a>>,
}

/// The distribution of gaps per node as an SVG document: of all nodes in all runs of a setting, how
/// many were without a serving pod for at most so long. Of several circumstances each has a panel.
pub fn gaps_svg(study: &Study) -> String {
    let title = format!("{}: how long nodes are without a serving pod", study.view.title);
    let panels = Panels::of(study);
    let drawn: Vec<Drawn<'_>> = panels.all.iter().map(|it| drawn(study, it, &panels)).collect();
    let groups = || drawn.iter().flat_map(|it| &it.groups);
    let spans = || groups().flat_map(|it| &it.distribution.below).map(|(span, _)| *span);
    let low = spans().min().unwrap_or(SimDuration::from_secs(1));
    let high = spans().max().unwrap_or(SimDuration::from_secs(60));
    let time = LogScale::new(LEFT, RIGHT, SimDuration::from_micros(low.as_micros() / 2), high);

    let bottom = panels.bottom();
    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, bottom + 66))];
    let (seeds, by) = (seeds(study), panels.by());
    let subtitle = format!("share of nodes without for at most this long, {seeds}{by}");
    shapes.extend(header(&title, &subtitle));
    for it in &drawn {
        shapes.extend(panel(it, &time));
    }
    let mut below = vec!["time of a node without a serving pod, in the whole run".to_owned()];
    let shown: usize = groups().map(|group| group.lines.len()).sum();
    let all: usize = panels.all.iter().map(|it| it.lines.len()).sum();
    below.extend(panels.not_drawn(all - shown));
    shapes.extend(notes(&below, LEFT, bottom));
    let description = describe(study, &drawn);
    let words = Words { name: &title, title: &title, description: &description };
    paint((WIDTH, bottom + 66), &words, &shapes, &Look::default())
}

fn drawn<'a>(study: &Study, panel: &'a Panel, panels: &Panels) -> Drawn<'a> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for line in &panel.lines {
        let curves = &study.curves[line.setting];
        let distribution = Distribution { below: curves.gap_counts(), nodes: curves.gap_nodes() };
        if let Some(group) = groups.iter_mut().find(|it| it.distribution == distribution) {
            group.lines.push(line);
            continue;
        }
        let place = if panels.has_many() { line.place } else { groups.len() };
        let ink = (place < 8).then_some(Ink::Series(place as u8));
        groups.extend(ink.map(|ink| Group { distribution, ink, lines: vec![line] }));
    }
    Drawn { panel, groups }
}

fn panel(Drawn { panel, groups }: &Drawn<'_>, time: &LogScale) -> Vec<Shape> {
    let (top, bottom) = panel.rows;
    let scale = NodeScale::new(top, bottom, 0, 100);
    let mut shapes: Vec<Shape> = panel.heading().into_iter().collect();
    shapes.extend(background(panel, time, &scale));
    for group in groups {
        shapes.push(Shape::line(group.ink, line(&group.distribution, time, &scale)));
    }
    shapes.extend(key(&key_rows(groups, panel), (KEY, top)));
    shapes
}

/// More names than this at one line are counted.
const MOST_NAMES: usize = 4;

/// As many names as the panel is high.
fn key_rows(groups: &[Group<'_>], panel: &Panel) -> Vec<(Option<Ink>, String)> {
    let room = usize::try_from((panel.rows.1 - panel.rows.0) / KEY_ROW).unwrap_or(0);
    let rows = |most: usize| -> Vec<(Option<Ink>, String)> {
        groups.iter().flat_map(|group| names_of(group, panel.lines.len(), most)).collect()
    };
    let fitting = (1..=MOST_NAMES).rev().map(rows).find(|rows| rows.len() <= room);
    fitting.unwrap_or_else(|| rows(1))
}

/// The names of the settings that share a line; if only one is shown, the others are counted beside
/// it.
fn names_of(group: &Group<'_>, settings: usize, most: usize) -> Vec<(Option<Ink>, String)> {
    let many = group.lines.len();
    let ink = Some(group.ink);
    if many == settings && many > 1 {
        return vec![(ink, format!("all {many} settings, alike"))];
    }
    let first = &group.lines[0].name;
    if most == 1 && many > 1 {
        return vec![(ink, key_name(first, &format!(" (+{} alike)", many - 1), KEY))];
    }
    let mut rows = vec![(ink, first.clone())];
    let others = group.lines.iter().take(most).skip(1);
    rows.extend(others.map(|it| (None, key_name(&it.name, " (the same)", KEY))));
    if many > most {
        rows.push((None, format!("and {} more alike", many - most)));
    }
    rows
}

fn background(panel: &Panel, time: &LogScale, scale: &NodeScale) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for share in scale.ticks() {
        let y = scale.y(share);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, format!("{share}%")));
    }
    shapes.extend(panel.time_axis(time));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, panel.rows.1), (RIGHT, panel.rows.1)]));
    shapes
}

fn line(it: &Distribution, time: &LogScale, scale: &NodeScale) -> Vec<Pixel> {
    let height = i64::from(scale.y(0) - scale.y(100));
    let row = |nodes: u64| {
        let part = (i128::from(nodes) * i128::from(height)).checked_div(i128::from(it.nodes));
        scale.y(0) - i32::try_from(part.unwrap_or(0)).unwrap_or(0)
    };
    let mut corners = vec![(time.left, row(0))];
    for &(span, nodes) in &it.below {
        let (x, y) = (time.x(span), row(nodes));
        corners.extend(corners.last().map(|&(_, before)| (x, before)));
        corners.push((x, y));
    }
    corners.extend(corners.last().map(|&(_, y)| (time.right, y)));
    corners
}

/// The shortest span that at least so many of 100 nodes stay below; none if fewer ever did.
fn percentile(it: &Distribution, percent: u64) -> Option<SimDuration> {
    let reaches = |(_, nodes): &&(SimDuration, u64)| *nodes * 100 >= it.nodes * percent;
    let nothing = (it.nodes == 0).then_some(SimDuration::ZERO);
    it.below.iter().find(reaches).map(|(span, _)| *span).or(nothing)
}

fn describe(study: &Study, drawn: &[Drawn<'_>]) -> String {
    let mut sentences = vec![
        "Cumulative distribution of the time that a node is without a serving pod, on a \
         logarithmic axis, a line per setting."
            .to_owned(),
    ];
    for group in drawn.iter().flat_map(|it| &it.groups) {
        let at = |percent| match percentile(&group.distribution, percent) {
            None => "longer than was observed".to_owned(),
            Some(at) => format!("at most {}", span(at)),
        };
        let name = |line: &&Line| study.sweep.settings[line.setting].name.as_str();
        let names: Vec<&str> = group.lines.iter().map(name).collect();
        let names = names.join(" and ");
        sentences.push(format!("{names}: half of the nodes {}, 99 of 100 {}.", at(50), at(99)));
    }
    sentences.join(" ")
}
