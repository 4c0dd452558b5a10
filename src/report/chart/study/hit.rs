//! `hit.svg`: how many nodes an update takes the service of, a row per setting.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::points::dot;
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::canvas::sheet::Sheet;
use crate::report::chart::study::hit_rows::{Group, MOST_ROWS, Row, groups, reach_words, rows};
use crate::report::chart::study::hit_words::{axis_words, describe, legend, not_drawn, subject};
use crate::report::chart::study::words::{percent, subtitle, title};
use crate::report::readable::number;
use crate::study::Study;

/// The height of a row, and of the heading of a circumstance, in pixels.
const ROW: i32 = 20;
const HEADING: i32 = 26;
/// How far rows stand in below a heading, and how far the plot is from texts, in pixels.
const INDENT: i32 = 12;
const BESIDE: i32 = 14;
/// Names at the left, and what is said at the right, take at most so much of the width, in percent.
const WIDEST_NAMES: i32 = 30;
const WIDEST_WORDS: i32 = 36;

/// The columns of the plot, between the names and what is said of each row.
struct Plot<'a> {
    study: &'a Study,
    area: Area,
    /// Columns.
    left: i32,
    right: i32,
    scale: NodeScale,
    /// The height of a row.
    row: i32,
    /// Where the goal ends, if it is near enough to be drawn.
    goal: Option<u32>,
}

/// How many nodes lose service to the update: per setting a dot at the median, a whisker over the range
/// of the seeds, and when the last node is hit. Circumstances in which no node is hit are left out;
/// none if that holds for all.
pub fn hit(study: &Study, look: &Look) -> Option<Chart> {
    let groups = groups(study, most_rows(look));
    let fields = groups.first()?.fields.clone();
    let more = groups.iter().map(|group| group.more).sum::<usize>();
    let mut sheet = Sheet::new(
        look,
        (&study.view.title, "hit"),
        &title(study, subject(study, &groups)),
        &subtitle(study, look, &legend(study, &groups), fields.as_deref()),
    );
    sheet.note(&axis_words(study));
    let goal = goal_in_reach(study, &groups);
    let told = study.view.goal.hit.filter(|_| goal.is_some());
    if let Some(told) = told {
        sheet.note(&format!("dashed: the goal, at most {told}"));
    }
    if let Some(note) = not_drawn(study, more) {
        sheet.note(&note);
    }
    let area = sheet.area(height(&groups, ROW), 0);
    let plot = Plot::of(study, &groups, goal, area);
    let area = Area { bottom: area.top + height(&groups, plot.row), ..area };
    sheet.extend(plot.background(area.bottom));
    sheet.extend(plot.body(&groups));
    Some(sheet.finish(area, describe(study, &groups, more)))
}

/// As many rows as a picture of this height has room for.
fn most_rows(look: &Look) -> usize {
    let header_and_notes = 180;
    let Some(height) = look.height() else { return MOST_ROWS };
    usize::try_from((height - header_and_notes) / ROW).unwrap_or(0).clamp(1, MOST_ROWS)
}

/// Of all rows and headings, in pixels.
fn height(groups: &[Group], row: i32) -> i32 {
    let many = |it: usize| i32::try_from(it).unwrap_or(0);
    let headings = groups.iter().filter(|it| !it.circumstance.is_empty()).count();
    many(rows(groups).count()) * row + many(headings) * HEADING
}

/// The goal, if it is near what happens.
fn goal_in_reach(study: &Study, groups: &[Group]) -> Option<u32> {
    goal(study).filter(|goal| *goal <= most_hit(groups).saturating_mul(2))
}

fn most_hit(groups: &[Group]) -> u32 {
    rows(groups).map(|row| row.reach.high).max().unwrap_or(0).max(1)
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

impl<'a> Plot<'a> {
    fn of(study: &'a Study, groups: &[Group], goal: Option<u32>, area: Area) -> Self {
        let widest = |widths: &mut dyn Iterator<Item = i32>| widths.max().unwrap_or(0);
        let part = |percent: i32| area.width() * percent / 100;
        let names = widest(&mut rows(groups).map(|row| text_width(&row.name, Ink::Small)));
        let said = |row: &Row| text_width(&reach_words(study, row.setting), Ink::Small);
        let words = widest(&mut rows(groups).map(said)).min(part(WIDEST_WORDS));
        let left = area.left + INDENT + names.min(part(WIDEST_NAMES)) + BESIDE;
        let right = area.right - words - BESIDE;
        let most = most_hit(groups).max(goal.unwrap_or(0));
        let scale = NodeScale::new(left, right, 0, most);
        let spare = area.height() - height(groups, 0);
        let many = i32::try_from(rows(groups).count()).unwrap_or(1).max(1);
        let row = (spare / many).max(ROW);
        Self { study, area, left, right, scale, row, goal }
    }

    /// The scale lies on its side: what would be up is right.
    fn x(&self, value: u32) -> i32 {
        self.left + self.right - self.scale.y(value)
    }

    fn background(&self, bottom: i32) -> Vec<Shape> {
        let mut shapes = Vec::new();
        let mut free_from = i32::MIN;
        for value in self.scale.ticks() {
            let x = self.x(value);
            let is_shares = self.study.compares_shares();
            let label = if is_shares { percent(value) } else { number(value.into()) };
            let half = text_width(&label, Ink::Small) / 2 + 4;
            shapes.push(Shape::line(Ink::Grid, vec![(x, self.area.top), (x, bottom + 5)]));
            if x - half >= free_from {
                free_from = x + half;
                shapes.push(Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, label));
            }
        }
        shapes.push(Shape::line(Ink::Axis, vec![(self.left, bottom), (self.right, bottom)]));
        shapes
    }

    /// The rows with the headings of their circumstances.
    fn body(&self, groups: &[Group]) -> Vec<Shape> {
        let mut shapes = Vec::new();
        let mut y = self.area.top;
        for group in groups {
            if !group.circumstance.is_empty() {
                y += HEADING;
                let heading = fitted(&group.circumstance, Ink::Text, self.area.width());
                let at = (self.area.left, y - 5);
                shapes.push(Shape::text(Ink::Text, at, Anchor::Start, heading));
            }
            let end = y + self.row * i32::try_from(group.rows.len()).unwrap_or(0);
            let goal = |goal| Shape::line(Ink::Floor, vec![(self.x(goal), y), (self.x(goal), end)]);
            shapes.extend(self.goal.map(goal));
            for row in &group.rows {
                shapes.extend(self.row(row, y + self.row / 2));
                y += self.row;
            }
        }
        shapes
    }

    fn row(&self, row: &Row, y: i32) -> Vec<Shape> {
        let reach = row.reach;
        let (low, high) = (self.x(reach.low), self.x(reach.high));
        let small = |at: Pixel, anchor, text: String| Shape::text(Ink::Small, at, anchor, text);
        let names = self.left - BESIDE - INDENT - self.area.left;
        let name = fitted(&row.name, Ink::Small, names);
        let words = reach_words(self.study, row.setting);
        let words = fitted(&words, Ink::Small, self.area.right - self.right - BESIDE);
        let mut shapes = vec![
            Shape::line(Ink::Grid, vec![(self.left, y), (self.right, y)]),
            small((self.left - BESIDE, y + 4), Anchor::End, name),
            small((self.right + BESIDE, y + 4), Anchor::Start, words),
        ];
        if low < high {
            shapes.push(Shape::line(Ink::Whisker, vec![(low, y), (high, y)]));
            let end = |x| Shape::line(Ink::Whisker, vec![(x, y - 3), (x, y + 3)]);
            shapes.extend([end(low), end(high)]);
        }
        shapes.push(dot((self.x(reach.median), y), !reach.is_at_least));
        shapes
    }
}
