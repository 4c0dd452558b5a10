//! `availability.svg`: how many nodes had a serving pod, over the time of a run.

use crate::record::Point;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::{numbers_width, time_axis, time_axis_within};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::not_drawn;
use crate::report::chart::canvas::panes::{Panes, heading};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::Shape;
use crate::report::chart::canvas::sheet::{EDGE, Sheet};
use crate::report::chart::run::availability_words::describe;
use crate::report::chart::run::life::{Life, lives};
use crate::report::chart::run::marks::{Marks, common, lines_at};
use crate::report::chart::run::pane::{Pane, panes};
use crate::report::chart::run::panel::{Counts, Panel, names_width};
use crate::report::chart::run::shown::{Part, Shown, run_end, sheet};
use crate::report::chart::run::window::Window;
use crate::time::SimDuration;

/// Heights of a plot that is alone, of one of many, and of one beside another, in pixels.
const ALONE: i32 = 250;
const STACKED: i32 = 130;
const BESIDE: i32 = 140;
/// The least heights of a plot, and of one that has the names of its lines at its right, in pixels.
const LEAST: i32 = 60;
const NAMED: i32 = 96;
/// The least room for the names of lines at the right of a plot, in pixels.
const NAMES: i32 = 160;
/// More plots than this are counted and not drawn.
const MOST_PLOTS: usize = 12;

/// A DaemonSet of a run, as long as it exists.
type LifePane<'a> = Pane<'a, Life<'a>>;

/// Availability over time: for each DaemonSet of a run, or for one DaemonSet in each of several runs,
/// the nodes on which a pod truly serves, what the status says, how many were wanted and how many
/// promised, with breaches of the promise filled and what the scenario did marked.
///
/// Where nothing happens any more, the picture ends before the run does, and says so. While a
/// DaemonSet is first rolled out, nothing is promised yet; when it is deleted its lines end.
pub fn availability(runs: &[Shown<'_>], part: &Part, look: &Look) -> Chart {
    let panes = life_panes(runs, part);
    let drawn = &panes[..panes.len().min(MOST_PLOTS)];
    let end = runs.iter().map(|it| run_end(it.timeline)).max().unwrap_or_default();
    let window = Window::new(part, last_change(drawn), end);
    let names: Vec<&str> = panes.iter().map(|it| it.daemon_set).collect();
    let mut sheet = sheet(look, ("availability", "nodes with a serving pod"), runs, &names);
    let picture = Picture { panes: drawn, window, are_runs: runs.len() > 1 };
    let area = picture.draw(&mut sheet, panes.len() - drawn.len());
    sheet.finish(area, describe(&panes, end))
}

/// The plots. Of one run they have the names of lives: what was deleted says when.
fn life_panes<'a>(runs: &[Shown<'a>], part: &Part) -> Vec<LifePane<'a>> {
    let of_run = |run: &Shown<'a>| {
        let all = lives(&run.timeline.series).into_iter();
        (*run, all.map(|life| (life.key, life)).collect())
    };
    let mut panes = panes(runs.iter().map(of_run), part);
    if runs.len() == 1 {
        for pane in &mut panes {
            pane.heading.clone_from(&pane.content.name);
        }
    }
    panes
}

/// When anything of a rollout changed for the last time, or anything else that the picture shows.
/// Where a rollout goes on and takes nothing away, as with `maxSurge`, only its pods change.
fn last_change(panes: &[LifePane<'_>]) -> SimDuration {
    let seen = |it: &Point| (it.truth, it.floor, it.status.available, it.status.updated, it.pods);
    let steps = panes.iter().flat_map(|it| it.content.points.windows(2));
    let changes = steps.filter(|it| seen(&it[0]) != seen(&it[1])).map(|it| it[1].at);
    let marks = panes.iter().flat_map(|it| it.marks().iter().map(|it| it.at));
    changes.chain(marks).max().unwrap_or_default()
}

/// The plots of a chart, on common axes.
struct Picture<'a> {
    panes: &'a [LifePane<'a>],
    window: Window,
    /// Whether each plot is of another run.
    are_runs: bool,
}

impl Picture<'_> {
    fn draw(&self, sheet: &mut Sheet<'_>, more: usize) -> Area {
        let grid = if self.are_runs {
            Panes::side_by_side(self.panes.len(), sheet.width() - 2 * EDGE)
        } else {
            Panes::stacked(self.panes.len())
        };
        let counts = self.counts();
        let most = counts.iter().map(|it| it.most).max().unwrap_or(0);
        let has_names = grid.columns() == 1;
        let widest = || self.panes.iter().map(|it| names_width(self.seen(it))).max();
        let names = if has_names { widest().unwrap_or(0).max(NAMES) } else { 0 };
        let numbers = numbers_width(most);
        let across = |sheet: &Sheet<'_>| (EDGE + numbers, sheet.width() - EDGE - names);
        let time = TimeScale::new(across(sheet), (self.window.from, self.window.to));
        let common = common(self.panes.iter().map(Pane::marks));
        let marks = Marks::new(common, &time, sheet.width() - EDGE);
        sheet.note(&self.window.note());
        let more = not_drawn(more, "more plot");
        sheet.notes(marks.note().iter().chain(&more));
        let draft = Area { left: 0, top: 0, right: 1, bottom: 1_000 };
        let panels = self.panels(&grid, &counts, &draft, &time);
        if let Some(note) = axis_note(&panels) {
            sheet.note(note);
        }
        if let [panel] = &panels[..] {
            let alarm = panel.alarm(sheet.width() - EDGE, sheet.width() - 2 * EDGE);
            if !alarm.is_empty() {
                let baseline = sheet.header_line();
                sheet.extend(alarm.into_iter().map(|it| it.lowered(baseline)));
            }
        }
        let key = if has_names { Vec::new() } else { keyed(&panels) };
        let (key, key_height) = key_row(&key, (EDGE, sheet.width() - EDGE), 0);
        let above = if has_names { marks.height() } else { key_height };
        let one = match (self.panes.len(), has_names) {
            (0 | 1, _) => ALONE,
            (_, true) => STACKED,
            (_, false) => BESIDE,
        };
        let least = if has_names { NAMED } else { LEAST };
        let area = sheet.area(above + grid.height(one), above + grid.height(least));
        sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
        let plots = area.inside(numbers, above, names, 0);
        let panels = self.panels(&grid, &counts, &plots, &time);
        self.paint(sheet, &grid, &panels, (area, plots), has_names.then_some(&marks));
        area
    }

    /// The range of counts of each plot; plots of several runs have one range.
    fn counts(&self) -> Vec<Counts> {
        let each: Vec<Counts> = self.panes.iter().map(|it| Counts::of(self.seen(it))).collect();
        match each.iter().copied().reduce(Counts::and) {
            Some(all) if self.are_runs => vec![all; each.len()],
            Some(_) => each,
            None => vec![Counts { least: 0, most: 0 }],
        }
    }

    fn seen<'p>(&self, pane: &LifePane<'p>) -> &'p [Point] {
        pane.content.seen((self.window.from, self.window.to))
    }

    fn panels(
        &self,
        grid: &Panes,
        counts: &[Counts],
        plots: &Area,
        time: &TimeScale,
    ) -> Vec<Panel<'_>> {
        let areas = grid.areas(plots);
        let panel = |(place, (area, counts)): (usize, (&Area, &Counts))| {
            let pane = self.panes.get(place);
            let points = pane.map_or(&[][..], |it| self.seen(it));
            let time = time.between(area.left, area.right);
            let alive = pane.map_or(time, |it| it.content.alive(&time));
            Panel::new(points, (time, alive), *area, *counts)
        };
        areas.iter().zip(counts).enumerate().map(panel).collect()
    }

    fn paint(
        &self,
        sheet: &mut Sheet<'_>,
        grid: &Panes,
        panels: &[Panel<'_>],
        (area, plots): (Area, Area),
        marks: Option<&Marks>,
    ) {
        let has_numbers = |place| marks.is_some() || grid.is_leftmost(place);
        for (place, panel) in panels.iter().enumerate() {
            sheet.extend(panel.background(has_numbers(place)));
        }
        match marks.filter(|it| !it.is_empty()) {
            Some(marks) => sheet.extend(marks.shapes(area.top, plots.bottom)),
            None => panels.iter().zip(self.panes).for_each(|(panel, pane)| {
                let area = panel.area();
                sheet.extend(lines_at(pane.marks(), panel.time(), (area.top, area.bottom)));
            }),
        }
        for (place, panel) in panels.iter().enumerate() {
            sheet.extend(panel.foreground());
            if marks.is_some() {
                sheet.extend(panel.end_labels(area.right));
            }
            if grid.is_lowest(place) {
                let (time, bottom) = (panel.time(), panel.area().bottom);
                sheet.extend(match marks {
                    Some(_) => time_axis_within(time, bottom, area.right),
                    None => time_axis(time, bottom),
                });
            }
        }
        if grid.has_headings() {
            let both = panels.iter().zip(self.panes);
            sheet.extend(both.flat_map(|(panel, pane)| named(panel, pane)));
        }
    }
}

/// The name of a plot above it, with its broken promise at the right, or how it went.
fn named(panel: &Panel<'_>, pane: &LifePane<'_>) -> Vec<Shape> {
    let area = panel.area();
    let room = area.width() - text_width(&pane.heading, Ink::Text).min(area.width()) - 12;
    let alarm = panel.alarm(area.right, room);
    let outcome = if alarm.is_empty() { pane.outcome } else { "" };
    let alarm = alarm.into_iter().map(|it| it.lowered(area.top - 6));
    heading(&pane.heading, outcome, area).into_iter().chain(alarm).collect()
}

/// Each line once, whichever plots it is in.
fn keyed(panels: &[Panel<'_>]) -> Vec<Entry> {
    let mut entries: Vec<(Ink, Entry)> = Vec::new();
    for (ink, entry) in panels.iter().flat_map(Panel::keyed) {
        if entries.iter().all(|(known, _)| *known != ink) {
            entries.push((ink, entry));
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn axis_note(panels: &[Panel<'_>]) -> Option<&'static str> {
    let broken = panels.iter().filter(|it| it.has_break()).count();
    match broken {
        0 => None,
        _ if broken == panels.len() => Some("the vertical axis does not start at 0"),
        _ => Some("vertical axes with a zigzag do not start at 0"),
    }
}
