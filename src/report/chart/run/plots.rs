//! Plots of what nodes have over time: under one header, with one key, on common axes.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::not_drawn;
use crate::report::chart::canvas::panes::{Panes, heading};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::Shape;
use crate::report::chart::canvas::sheet::{EDGE, Sheet};
use crate::report::chart::run::marks::{Marks, common, lines_at};
use crate::report::chart::run::pane::Pane;
use crate::report::chart::run::shown::{Shown, sheet};
use crate::report::chart::run::window::Window;

/// More plots than this are counted and not drawn.
const MOST_PLOTS: usize = 12;
/// The least height of a plot, in pixels.
const LEAST: i32 = 60;
/// Between the key and what is below it, in pixels.
const BELOW_KEY: i32 = 8;

/// What all plots of a chart have in common.
pub(super) struct Plots {
    /// The kind of chart, in one word.
    pub(super) kind: &'static str,
    /// What it shows, for the subtitle.
    pub(super) what: &'static str,
    pub(super) key: Vec<Entry>,
    /// The room for the numbers at the left of each plot, in pixels.
    pub(super) left: i32,
    /// The usual heights of a plot that is alone, of one of several, and of one beside another, in
    /// pixels.
    pub(super) heights: [i32; 3],
    pub(super) window: Window,
    pub(super) notes: Vec<String>,
}

/// A plot that has its place.
pub(super) struct Plot<'a, T> {
    /// Which one it is.
    pub(super) place: usize,
    pub(super) pane: &'a Pane<'a, T>,
    pub(super) area: Area,
    pub(super) time: TimeScale,
    /// Whether numbers stand at its left, and times below it.
    pub(super) has_numbers: bool,
    pub(super) has_times: bool,
}

/// A chart of which everything has its place.
pub(super) struct LaidOut<'a, T> {
    sheet: Sheet<'a>,
    /// All that is drawn on, and where marks begin and end in it.
    area: Area,
    across_marks: (i32, i32),
    marks: Marks,
    /// Whether each plot has marks of its own.
    has_own_marks: bool,
    has_headings: bool,
    plots: Vec<Plot<'a, T>>,
}

impl Plots {
    /// Gives everything its place.
    pub(super) fn lay_out<'a, T>(
        &self,
        runs: &[Shown<'_>],
        panes: &'a [Pane<'a, T>],
        look: &'a Look,
    ) -> LaidOut<'a, T> {
        let mut sheet = self.sheet(runs, panes, look);
        let panes = &panes[..panes.len().min(MOST_PLOTS)];
        let across = (EDGE, sheet.width() - EDGE);
        let grid = if runs.len() > 1 {
            Panes::side_by_side(panes.len(), across.1 - across.0)
        } else {
            Panes::stacked(panes.len())
        };
        let (key, key_height) = key_row(&self.key, across, 0);
        let times = (self.window.from, self.window.to);
        let all = TimeScale::new((across.0 + self.left, across.1), times);
        let common =
            if grid.columns() == 1 { common(panes.iter().map(Pane::marks)) } else { &[][..] };
        let marks = Marks::new(common, &all, across.1);
        sheet.notes(marks.note());
        let above = key_height + BELOW_KEY + marks.height();
        let usual = self.height(panes.len(), &grid);
        let area = sheet.area(above + grid.height(usual), above + grid.height(LEAST));
        sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
        let inside = area.inside(self.left, above, 0, 0);
        let plot = |(place, (area, pane)): (usize, (Area, &'a Pane<'a, T>))| Plot {
            place,
            pane,
            area,
            time: all.between(area.left, area.right),
            has_numbers: grid.is_leftmost(place),
            has_times: grid.is_lowest(place),
        };
        LaidOut {
            across_marks: (area.top + key_height + BELOW_KEY, inside.bottom),
            has_own_marks: common.is_empty(),
            has_headings: grid.has_headings(),
            plots: grid.areas(&inside).into_iter().zip(panes).enumerate().map(plot).collect(),
            sheet,
            area,
            marks,
        }
    }

    fn sheet<'l, T>(&self, runs: &[Shown<'_>], panes: &[Pane<'_, T>], look: &'l Look) -> Sheet<'l> {
        let names: Vec<&str> = panes.iter().map(|it| it.daemon_set).collect();
        let mut sheet = sheet(look, (self.kind, self.what), runs, &names);
        sheet.note(&self.window.note());
        let more = not_drawn(panes.len().saturating_sub(MOST_PLOTS), "more plot");
        sheet.notes(self.notes.iter().chain(&more));
        sheet
    }

    /// The usual height of a plot.
    fn height(&self, plots: usize, grid: &Panes) -> i32 {
        let [alone, stacked, beside] = self.heights;
        match (plots, grid.columns()) {
            (0 | 1, _) => alone,
            (_, 1) => stacked,
            (_, _) => beside,
        }
    }
}

impl<T> LaidOut<'_, T> {
    /// The height of each plot, in pixels.
    pub(super) fn height(&self) -> i32 {
        self.plots.first().map_or(0, |plot| plot.area.height())
    }

    /// The chart: each plot as `draw` says, all of it in the words of `description`.
    pub(super) fn draw(
        self,
        draw: impl Fn(&Plot<'_, T>) -> Vec<Shape>,
        description: String,
    ) -> Chart {
        let Self { mut sheet, area, across_marks: (top, bottom), marks, plots, .. } = self;
        sheet.extend(plots.iter().flat_map(draw));
        sheet.extend(marks.shapes(top, bottom));
        for Plot { pane, area, time, .. } in &plots {
            if self.has_headings {
                sheet.extend(heading(&pane.heading, pane.outcome, area));
            }
            if self.has_own_marks {
                sheet.extend(lines_at(pane.marks(), time, (area.top, area.bottom)));
            }
        }
        sheet.finish(area, description)
    }
}
