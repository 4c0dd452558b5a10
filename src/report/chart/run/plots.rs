//! Plots of what nodes have over time: under one header, with one key, on common axes.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::panes::{Panes, heading};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::Shape;
use crate::report::chart::canvas::sheet::{EDGE, Sheet};
use crate::report::chart::run::marks::{Marks, lines_at};
use crate::report::chart::run::shown::subtitle;
use crate::report::chart::run::tracked::{TrackPane, Tracked};
use crate::report::chart::run::window::Window;
use crate::report::readable::count;

/// More plots than this are counted and not drawn.
const MOST_PLOTS: usize = 12;
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

/// A plot that is drawn.
pub(super) struct Plot<'a> {
    /// Which one it is.
    pub(super) place: usize,
    pub(super) pane: &'a TrackPane<'a>,
    pub(super) area: Area,
    pub(super) time: TimeScale,
    /// Whether numbers stand at its left, and times below it.
    pub(super) has_numbers: bool,
    pub(super) has_times: bool,
}

impl Plots {
    /// The chart: each plot as `draw` says, all of it in the words of `description`.
    pub(super) fn draw(
        self,
        (runs, panes): (&[Tracked<'_>], &[TrackPane<'_>]),
        look: &Look,
        draw: impl Fn(&Plot<'_>) -> Vec<Shape>,
        description: String,
    ) -> Chart {
        let scenario = runs.first().map_or("", |run| run.shown.scenario);
        let mut sheet = self.sheet(scenario, runs, panes, look);
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
        let is_stacked = grid.columns() == 1;
        let marks = panes.first().filter(|_| is_stacked).map_or(&[][..], TrackPane::marks);
        let marks = Marks::new(marks, &all, sheet.width() - EDGE);
        if let Some(note) = marks.note() {
            sheet.note(&note);
        }
        let [alone, stacked, beside] = self.heights;
        let one = match (panes.len(), is_stacked) {
            (0 | 1, _) => alone,
            (_, true) => stacked,
            (_, false) => beside,
        };
        let above = key_height + BELOW_KEY + marks.height();
        let area = sheet.area(above + grid.height(one));
        sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
        let inside = area.inside(self.left, above, 0, 0);
        let (mut below, mut over) = (Vec::new(), Vec::new());
        for (place, (plot, pane)) in grid.areas(&inside).into_iter().zip(panes).enumerate() {
            let time = all.between(plot.left, plot.right);
            let has_numbers = grid.is_leftmost(place);
            let has_times = grid.is_lowest(place);
            let heading = grid.has_headings().then(|| heading(pane.heading, pane.outcome(), &plot));
            let plot = Plot { place, pane, area: plot, time, has_numbers, has_times };
            below.extend(draw(&plot));
            over.extend(heading.into_iter().flatten());
            if !is_stacked {
                over.extend(lines_at(pane.marks(), &time, (plot.area.top, plot.area.bottom)));
            }
        }
        sheet.extend(below);
        sheet.extend(marks.shapes(area.top + key_height + BELOW_KEY, inside.bottom));
        sheet.extend(over);
        sheet.finish(area, description)
    }

    fn sheet<'l>(
        &self,
        scenario: &str,
        runs: &[Tracked<'_>],
        panes: &[TrackPane<'_>],
        look: &'l Look,
    ) -> Sheet<'l> {
        let shown: Vec<_> = runs.iter().map(|run| run.shown).collect();
        let names: Vec<&str> = panes.iter().map(|it| it.tracks.daemon_set.as_str()).collect();
        let subtitle = subtitle(self.what, &shown, &names);
        let mut sheet = Sheet::new(look, (scenario, self.kind), scenario, &subtitle);
        sheet.note(&self.window.note());
        self.notes.iter().for_each(|note| sheet.note(note));
        let more = panes.len().saturating_sub(MOST_PLOTS);
        if more > 0 {
            sheet.note(&format!("{} not drawn", count(more as u64, "more plot")));
        }
        sheet
    }
}
