//! `gaps.svg`: for how long nodes are without a serving pod, as a distribution per setting.

use crate::report::chart::log_scale::LogScale;
use crate::report::chart::paint::{Words, paint};
use crate::report::chart::scale::NodeScale;
use crate::report::chart::shape::{Anchor, Ink, Pixel, SERIES, Shape};
use crate::report::chart::study_labels::{
    MOST_LINES, WIDTH, header, key, key_name, notes, seeds, short_names, time_axis, varied_fields,
};
use crate::report::readable::{count, span};
use crate::study::Study;
use crate::time::SimDuration;

const LEFT: i32 = 72;
const RIGHT: i32 = 600;
const TOP: i32 = 64;
const BOTTOM: i32 = 344;
/// Where the key begins.
const KEY: i32 = RIGHT + 16;

/// Spans, and how many nodes of how many were without for less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Distribution {
    below: Vec<(SimDuration, u64)>,
    nodes: u64,
}

/// Settings with the same distribution share a line.
struct Group {
    distribution: Distribution,
    names: Vec<String>,
}

/// The distribution of gaps per node as an SVG document: of all nodes in all runs of a setting, how
/// many were without a serving pod for at most so long.
pub fn gaps_svg(study: &Study) -> String {
    let title = format!("{}: how long nodes are without a serving pod", study.view.title);
    let all = groups(study);
    let (drawn, more) = all.split_at(all.len().min(MOST_LINES));
    let spans = || drawn.iter().flat_map(|it| &it.distribution.below).map(|(span, _)| *span);
    let low = spans().min().unwrap_or(SimDuration::from_secs(1));
    let high = spans().max().unwrap_or(SimDuration::from_secs(60));
    let time = LogScale::new(LEFT, RIGHT, SimDuration::from_micros(low.as_micros() / 2), high);
    let scale = NodeScale::new(TOP, BOTTOM, 0, 100);

    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, BOTTOM + 66))];
    let fields = varied_fields(study).map_or_else(String::new, |it| format!("; by {it}"));
    let subtitle =
        format!("share of nodes without for at most this long, {}{fields}", seeds(study));
    shapes.extend(header(&title, &subtitle));
    shapes.extend(background(&time, &scale));
    let mut keyed = Vec::new();
    for (group, ink) in drawn.iter().zip(SERIES) {
        shapes.push(Shape::line(ink, line(&group.distribution, &time, &scale)));
        keyed.extend(key_rows(group, ink, study.sweep.settings.len()));
    }
    shapes.extend(key(&keyed, (KEY, TOP)));
    let mut below = vec!["time of a node without a serving pod, in the whole run".to_owned()];
    let more: usize = more.iter().map(|group| group.names.len()).sum();
    if more > 0 {
        below.push(format!("{} not drawn", count(more as u64, "more setting")));
    }
    shapes.extend(notes(&below, LEFT, BOTTOM));
    let description = describe(drawn);
    let words = Words { title: &title, description: &description };
    paint((WIDTH, BOTTOM + 66), &words, &shapes)
}

/// More names than this at one line are counted.
const MOST_NAMES: usize = 4;

/// The names of the settings that share a line.
fn key_rows(group: &Group, ink: Ink, settings: usize) -> Vec<(Option<Ink>, String)> {
    let many = group.names.len();
    if many == settings && many > 1 {
        return vec![(Some(ink), format!("all {many} settings, alike"))];
    }
    let mut rows = Vec::new();
    for (index, name) in group.names.iter().take(MOST_NAMES).enumerate() {
        let first = index == 0;
        rows.push(if first {
            (Some(ink), name.clone())
        } else {
            (None, key_name(name, " (the same)", KEY))
        });
    }
    if many > MOST_NAMES {
        rows.push((None, format!("and {} more alike", many - MOST_NAMES)));
    }
    rows
}

fn groups(study: &Study) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (curves, name) in study.curves.iter().zip(short_names(study)) {
        let below = curves.gap_counts();
        let nodes = curves.gap_nodes();
        let distribution = Distribution { below, nodes };
        match groups.iter_mut().find(|group| group.distribution == distribution) {
            Some(group) => group.names.push(name),
            None => groups.push(Group { distribution, names: vec![name] }),
        }
    }
    groups
}

fn background(time: &LogScale, scale: &NodeScale) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for share in scale.ticks() {
        let y = scale.y(share);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, format!("{share}%")));
    }
    shapes.extend(time_axis(time, (TOP, BOTTOM)));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, BOTTOM), (RIGHT, BOTTOM)]));
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

fn describe(groups: &[Group]) -> String {
    let mut sentences = vec![
        "Cumulative distribution of the time that a node is without a serving pod, on a \
         logarithmic axis, a line per setting."
            .to_owned(),
    ];
    for group in groups {
        let at = |percent| match percentile(&group.distribution, percent) {
            None => "longer than was observed".to_owned(),
            Some(at) => format!("at most {}", span(at)),
        };
        let names = group.names.join(" and ");
        sentences.push(format!("{names}: half of the nodes {}, 99 of 100 {}.", at(50), at(99)));
    }
    sentences.join(" ")
}
