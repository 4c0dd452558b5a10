//! `hit.svg`: how many nodes an update takes the service of, a row per setting.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::look::Look;
use crate::report::chart::canvas::paint::{Words, paint};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::hit_rows::{Group, Row, groups, reach_words};
use crate::report::chart::study::labels::{WIDTH, dot, header, notes, percent, whiskers};
use crate::report::readable::{count, number};
use crate::study::Study;

const SIDE: i32 = 16;
const TOP: i32 = 60;
/// The height of a row, and of the heading of a circumstance.
const ROW: i32 = 20;
const HEADING: i32 = 26;
/// How far rows stand in below a heading.
const INDENT: i32 = 12;
/// Longer names, and longer words at the end of a row, are cut.
const WIDEST_NAME: i32 = 230;
const WIDEST_WORDS: i32 = 270;

/// The columns of the plot, between the names and what is said of each row.
struct Plot {
    left: i32,
    right: i32,
    scale: NodeScale,
    /// Where the goal ends, if it is near enough to be drawn.
    goal: Option<u32>,
}

impl Plot {
    /// The scale lies on its side: what would be up is right.
    fn x(&self, value: u32) -> i32 {
        self.left + self.right - self.scale.y(value)
    }
}

/// How many nodes lose service to the update as an SVG document: per setting a dot at the median, a
/// whisker over the range of the seeds, and when the last node is hit. Circumstances in which no node
/// is hit are left out; none if that holds for all.
pub fn hit_svg(study: &Study) -> Option<String> {
    let groups = groups(study);
    let fields = groups.first()?.fields.clone();
    let more = groups.iter().map(|group| group.more).sum::<usize>();
    let title = format!("{}: {}", study.view.title, subject(study, &groups));
    let plot = plot(study, &groups);
    let (rows, bottom) = body(study, &groups, &plot);
    let mut below = vec![axis_words(study)];
    below.extend(fields.map(|it| format!("labels: {it}")));
    let goal = study.view.goal.hit.filter(|_| plot.goal.is_some());
    below.extend(goal.map(|it| format!("dashed: the goal, at most {it}")));
    let choice = if study.frontier.is_empty() { "" } else { "; the frontier comes first" };
    let not_drawn = || format!("{} not drawn{choice}", count(more as u64, "more setting"));
    below.extend((more > 0).then(not_drawn));

    let height = bottom + 34 + 16 * i32::try_from(below.len()).unwrap_or(0);
    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, height))];
    shapes.extend(header(&title, &subtitle(study, &groups)));
    shapes.extend(background(study, &plot, bottom));
    shapes.extend(rows);
    shapes.extend(notes(&below, plot.left, bottom));
    let description = describe(study, &groups, more);
    let words = Words { name: &title, title: &title, description: &description };
    Some(paint((WIDTH, height), &words, &shapes, &Look::default()))
}

fn rows(groups: &[Group]) -> impl Iterator<Item = &Row> {
    groups.iter().flat_map(|group| &group.rows)
}

/// An update may hit nodes though no image is bad.
fn subject(study: &Study, groups: &[Group]) -> &'static str {
    let is_bad = |row: &Row| study.sweep.settings[row.setting].bad_image.is_some();
    if rows(groups).all(is_bad) { "how far a bad image gets" } else { "nodes that the update hits" }
}

fn subtitle(study: &Study, groups: &[Group]) -> String {
    let hollow = "; hollow: at least, the rollout went on at the end";
    let is_hollow = rows(groups).any(|row| row.reach.is_at_least);
    whiskers(study) + if is_hollow { hollow } else { "" }
}

/// What is counted: nodes of how many, if all runs have as many.
fn axis_words(study: &Study) -> String {
    if study.compares_shares() {
        return "share of nodes whose service the update took".to_owned();
    }
    let wanted = || study.rows.iter().map(|row| row.wanted);
    let of = wanted().min().filter(|least| wanted().max() == Some(*least));
    let of = of.map(|nodes| format!(", of {}", number(nodes.into()))).unwrap_or_default();
    format!("nodes whose service the update took{of}")
}

fn plot(study: &Study, groups: &[Group]) -> Plot {
    let widest = |widths: &mut dyn Iterator<Item = i32>| widths.max().unwrap_or(0);
    let names =
        widest(&mut rows(groups).map(|row| text_width(&row.name, Ink::Small))).min(WIDEST_NAME);
    let words = rows(groups).map(|row| text_width(&reach_words(study, row.setting), Ink::Small));
    let words = widest(&mut words.into_iter()).min(WIDEST_WORDS);
    let left = SIDE + INDENT + names + 14;
    let right = WIDTH - SIDE - words - 14;
    let most = rows(groups).map(|row| row.reach.high).max().unwrap_or(0).max(1);
    let goal = goal(study).filter(|goal| *goal <= most.saturating_mul(2));
    let scale = NodeScale::new(left, right, 0, most.max(goal.unwrap_or(0)));
    Plot { left, right, scale, goal }
}

/// The goal in what the axis counts; a number of nodes is no share.
fn goal(study: &Study) -> Option<u32> {
    let goal = study.view.goal.hit?;
    if study.compares_shares() {
        let share = goal.scaled_down(1000);
        return (goal.scaled_down(2000) != share).then_some(share);
    }
    study.rows.iter().map(|row| row.wanted).min().map(|least| goal.scaled_down(least))
}

/// The rows with the headings of their circumstances, and the row of pixels below them.
fn body(study: &Study, groups: &[Group], plot: &Plot) -> (Vec<Shape>, i32) {
    let mut shapes = Vec::new();
    let mut y = TOP;
    for group in groups {
        if !group.circumstance.is_empty() {
            y += HEADING;
            let heading = fitted(&group.circumstance, Ink::Text, WIDTH - 2 * SIDE);
            shapes.push(Shape::text(Ink::Text, (SIDE, y - 5), Anchor::Start, heading));
        }
        let end = y + ROW * i32::try_from(group.rows.len()).unwrap_or(0);
        let goal = |goal| Shape::line(Ink::Floor, vec![(plot.x(goal), y), (plot.x(goal), end)]);
        shapes.extend(plot.goal.map(goal));
        for row in &group.rows {
            shapes.extend(row_shapes(study, row, plot, y + ROW / 2));
            y += ROW;
        }
    }
    (shapes, y)
}

fn row_shapes(study: &Study, row: &Row, plot: &Plot, y: i32) -> Vec<Shape> {
    let reach = row.reach;
    let (low, high) = (plot.x(reach.low), plot.x(reach.high));
    let small = |at: Pixel, anchor, text: String| Shape::text(Ink::Small, at, anchor, text);
    let name = fitted(&row.name, Ink::Small, WIDEST_NAME);
    let words = fitted(&reach_words(study, row.setting), Ink::Small, WIDEST_WORDS);
    let mut shapes = vec![
        Shape::line(Ink::Grid, vec![(plot.left, y), (plot.right, y)]),
        small((plot.left - 14, y + 4), Anchor::End, name),
        small((plot.right + 14, y + 4), Anchor::Start, words),
    ];
    if low < high {
        shapes.push(Shape::line(Ink::Whisker, vec![(low, y), (high, y)]));
        let end = |x| Shape::line(Ink::Whisker, vec![(x, y - 3), (x, y + 3)]);
        shapes.extend([end(low), end(high)]);
    }
    shapes.push(dot((plot.x(reach.median), y), !reach.is_at_least));
    shapes
}

fn background(study: &Study, plot: &Plot, bottom: i32) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for value in plot.scale.ticks() {
        let x = plot.x(value);
        let label = if study.compares_shares() { percent(value) } else { number(value.into()) };
        shapes.push(Shape::line(Ink::Grid, vec![(x, TOP), (x, bottom + 5)]));
        shapes.push(Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, label));
    }
    shapes.push(Shape::line(Ink::Axis, vec![(plot.left, bottom), (plot.right, bottom)]));
    shapes
}

fn describe(study: &Study, groups: &[Group], more: usize) -> String {
    let mut sentences = vec![format!(
        "Dot chart of the nodes whose service the update took, {}: medians over the seeds.",
        count(rows(groups).count() as u64, "setting")
    )];
    sentences.extend(rows(groups).map(|row| {
        let name = &study.sweep.settings[row.setting].name;
        format!("{name}: {}.", reach_words(study, row.setting))
    }));
    sentences.extend((more > 0).then(|| format!("And {}.", count(more as u64, "more setting"))));
    sentences.join(" ")
}
