//! `duration.svg`: how long a rollout takes against its worst moment, a point per setting.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::fitted;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::Look;
use crate::report::chart::canvas::paint::{Words, paint};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::frontier_words::{below, describe, subtitle};
use crate::report::chart::study::labels::{WIDTH, dot, header, notes, percent, place, time_axis};
use crate::report::chart::study::scatter::Scatter;
use crate::report::chart::study::setting_names::{SettingNames, circumstance_of};
use crate::report::readable::{count, number};
use crate::study::{NEVER, Study};
use crate::time::SimDuration;

/// The sides of the plot, in pixels; right of it is the margin for what never completes.
const LEFT: i32 = 72;
const RIGHT: i32 = 690;
const TOP: i32 = 72;
const BOTTOM: i32 = 384;
const MARGIN: Pixel = (706, 784);

/// Longer labels are cut.
const WIDEST_LABEL: i32 = 260;

/// A setting in the plot.
struct Placed {
    setting: usize,
    at: Pixel,
    /// Ends of the whiskers: columns and rows.
    across: Pixel,
    down: Pixel,
    on_frontier: bool,
}

struct Plane {
    time: LogScale,
    nodes: NodeScale,
}

/// The settings that are alike and that no other of these beats, joined.
struct Frontier {
    /// What they have in common.
    label: String,
    line: Vec<Pixel>,
}

/// Duration against the worst moment as an SVG document: a point per setting at the medians,
/// whiskers over the range of the seeds, the frontier behind them, and settings that stall in a
/// margin at the right, if any do. Circumstances and clusters of different sizes have a frontier
/// each.
pub fn frontier_svg(study: &Study) -> String {
    let title = format!("{}: duration against the worst moment", study.view.title);
    let scatter = Scatter::of(study);
    let plane = plane(&scatter);
    let placed: Vec<Placed> =
        scatter.settings.iter().map(|&setting| placed(&scatter, setting, &plane)).collect();
    let SettingNames { names, fields } = SettingNames::of(study, &scatter.settings);
    let frontiers = frontiers(study, &placed);
    // What a frontier is of must have its place; settings can do without a label.
    let groups: Vec<(Pixel, String)> = if scatter.has_groups() {
        frontiers.iter().filter_map(group_label).collect()
    } else {
        Vec::new()
    };
    let settings = placed.iter().map(|it| it.at).zip(names);
    let points = groups.iter().cloned().chain(settings);
    let points: Vec<(Pixel, String)> =
        points.map(|(at, name)| (at, fitted(&name, Ink::Small, WIDEST_LABEL))).collect();
    let labels = place(&points, (LEFT + 2, TOP), (WIDTH - 4, BOTTOM - 1));
    let unlabeled = labels.iter().skip(groups.len()).filter(|label| label.is_none()).count();
    let is_off = |it: &Placed| {
        it.on_frontier && !frontiers.iter().any(|frontier| frontier.line.contains(&it.at))
    };
    let below = below(&scatter, fields, unlabeled, placed.iter().any(is_off));

    let height = BOTTOM + 34 + 16 * i32::try_from(below.len()).unwrap_or(0).max(3);
    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, height))];
    shapes.extend(header(&title, &subtitle(&scatter)));
    if placed.iter().any(|it| it.across.1 >= MARGIN.0) {
        shapes.extend(margin());
    }
    shapes.extend(background(&plane, scatter.percent));
    let lines = frontiers.into_iter().filter(|it| it.line.len() > 1);
    shapes.extend(lines.map(|it| Shape::line(Ink::Frontier, it.line)));
    shapes.extend(placed.iter().flat_map(whiskers));
    // Where two stand at one place, the one on the frontier is seen.
    shapes.extend(placed.iter().filter(|it| !it.on_frontier).map(|it| dot(it.at, false)));
    shapes.extend(placed.iter().filter(|it| it.on_frontier).map(|it| dot(it.at, true)));
    for ((_, name), label) in points.iter().zip(&labels) {
        let text = |at| Shape::text(Ink::Small, at, Anchor::Start, name.as_str());
        shapes.extend(label.map(text));
    }
    shapes.extend(notes(&below, LEFT, BOTTOM));
    let description = describe(&scatter);
    let words = Words { name: &title, title: &title, description: &description };
    paint((WIDTH, height), &words, &shapes, &Look::default())
}

fn plane(scatter: &Scatter<'_>) -> Plane {
    let settings = || scatter.settings.iter().copied();
    let spreads = settings().map(|setting| scatter.duration(setting));
    let all = spreads.flat_map(|it| it.shown().map(|(micros, _)| micros));
    let all = all.filter(|it| *it != NEVER);
    let (least, most) = (all.clone().min().unwrap_or(1_000_000), all.max().unwrap_or(60_000_000));
    let (low, high) = (least / 5 * 4, most.saturating_add(most / 4));
    let micros = SimDuration::from_micros;
    let time = LogScale::new(LEFT, RIGHT, micros(low), micros(high));
    let worst = settings().map(|setting| scatter.worst(setting).shown()[2].0).max().unwrap_or(1);
    let worst = u32::try_from(worst.saturating_add((worst / 12).max(1))).unwrap_or(u32::MAX);
    Plane { time, nodes: NodeScale::new(TOP, BOTTOM, 0, worst) }
}

fn placed(scatter: &Scatter<'_>, setting: usize, Plane { time, nodes }: &Plane) -> Placed {
    let (duration, worst) = (scatter.duration(setting), scatter.worst(setting));
    let column = |micros: u64| match micros {
        NEVER => i32::midpoint(MARGIN.0, MARGIN.1),
        micros => time.x(SimDuration::from_micros(micros)),
    };
    let row = |value: u64| nodes.y(u32::try_from(value).unwrap_or(u32::MAX));
    let [(fastest, _), _, (slowest, _)] = duration.shown();
    let [(least, _), _, (most, _)] = worst.shown();
    Placed {
        setting,
        at: (column(duration.p50), row(worst.p50)),
        across: (column(fastest), column(slowest)),
        down: (row(most), row(least)),
        on_frontier: scatter.study.frontier.contains(&setting),
    }
}

fn background(Plane { time, nodes }: &Plane, in_percent: bool) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for value in nodes.ticks() {
        let y = nodes.y(value);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        let label = if in_percent { percent(value) } else { number(value.into()) };
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, label));
    }
    shapes.extend(time_axis(time, (TOP, BOTTOM)));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, BOTTOM), (RIGHT, BOTTOM)]));
    let what = if in_percent { "share of nodes" } else { "nodes" };
    let what = format!("{what} unavailable at the worst moment");
    shapes.push(Shape::text(Ink::Small, (LEFT - 56, TOP - 10), Anchor::Start, what));
    shapes
}

/// Where settings stand that do not complete.
fn margin() -> [Shape; 2] {
    let middle = i32::midpoint(MARGIN.0, MARGIN.1);
    [
        Shape::rect(Ink::Margin, (MARGIN.0, TOP), (MARGIN.1, BOTTOM)),
        Shape::text(Ink::Small, (middle, BOTTOM + 20), Anchor::Middle, "incomplete"),
    ]
}

/// The frontiers of all groups that have one.
fn frontiers(study: &Study, placed: &[Placed]) -> Vec<Frontier> {
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
fn group_label(frontier: &Frontier) -> Option<(Pixel, String)> {
    let (_, before) = frontier.line.split_last()?;
    Some((*before.last()?, frontier.label.clone()))
}

fn whiskers(it: &Placed) -> Vec<Shape> {
    let (x, y) = it.at;
    let mut lines = Vec::new();
    if it.across.0 != it.across.1 {
        lines.push(vec![(it.across.0, y), (it.across.1, y)]);
        lines.extend([it.across.0, it.across.1].map(|x| vec![(x, y - 3), (x, y + 3)]));
    }
    if it.down.0 != it.down.1 {
        lines.push(vec![(x, it.down.0), (x, it.down.1)]);
        lines.extend([it.down.0, it.down.1].map(|y| vec![(x - 3, y), (x + 3, y)]));
    }
    lines.into_iter().map(|line| Shape::line(Ink::Whisker, line)).collect()
}
