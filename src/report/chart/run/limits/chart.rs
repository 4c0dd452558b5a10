//! The chart: plots above each other on one axis of times, side by side for several runs.

use crate::inspect::over_time::{DEFAULT_BURST, DEFAULT_QPS, Load, SecondOfRequests, peak};
use crate::record::Mark;
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::{numbers_width, time_axis_within};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::labels::fitted;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::not_drawn;
use crate::report::chart::canvas::panes::{Panes, heading};
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::{Anchor, Shape};
use crate::report::chart::canvas::sheet::{EDGE, Sheet};
use crate::report::chart::run::limits::buckets::Buckets;
use crate::report::chart::run::limits::plot::{Frame, parts};
use crate::report::chart::run::limits::words::{at_most, busiest, describe, most};
use crate::report::chart::run::marks::{Marks, lines_at};
use crate::report::chart::run::shown::{Part, Shown, run_end, sheet};
use crate::report::chart::run::window::Window;
use crate::time::SimDuration;

/// More runs than this are counted and not drawn.
const MOST_RUNS: usize = 12;
/// Below the key, and between two plots of a run, in pixels.
const BELOW_KEY: i32 = 8;
const APART: i32 = 12;
/// The height of the words above a plot, and the usual and the least height of a plot, in pixels.
const HEADING: i32 = 18;
const PLOT: i32 = 100;
const LEAST: i32 = 72;

/// A run of which the load is shown.
#[derive(Clone, Copy, Debug)]
pub struct Loaded<'a> {
    pub shown: Shown<'a>,
    pub load: &'a Load,
    /// Requests a second that the controller's client may make, if the record shows it.
    pub rate: Option<u32>,
}

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pulls,
    Requests,
    Waiting,
}

/// How many images are pulled at a time, how many requests the DaemonSet controller makes per second,
/// and how many of them wait for the limit of its client; of several runs side by side.
///
/// It does not depend on which DaemonSet is shown: all of them share the client.
pub fn limits(runs: &[Loaded<'_>], part: &Part, look: &Look) -> Chart {
    let shown: Vec<Shown<'_>> = runs.iter().map(|run| run.shown).collect();
    let what = "image pulls and requests of the DaemonSet controller";
    let mut sheet = sheet(look, ("limits", what), &shown, &[]);
    let drawn = &runs[..runs.len().min(MOST_RUNS)];
    let picture = Picture::new(drawn, part);
    sheet.notes(picture.notes());
    let more = not_drawn(runs.len() - drawn.len(), "more run");
    sheet.notes(more);
    let area = picture.draw(&mut sheet);
    sheet.finish(area, describe(runs))
}

/// The plots of all runs.
struct Picture<'a> {
    runs: &'a [Loaded<'a>],
    window: Window,
    /// From the top down.
    kinds: Vec<Kind>,
}

impl<'a> Picture<'a> {
    fn new(runs: &'a [Loaded<'a>], part: &Part) -> Self {
        let loads = || runs.iter().map(|run| run.load);
        let levels = loads().flat_map(|it| it.pulls.iter().chain(&it.waiting)).map(|it| it.at);
        let seconds = loads().flat_map(|it| &it.requests).map(|it| it.second);
        let marks = runs.iter().flat_map(|run| &run.shown.timeline.marks).map(|it| it.at);
        let instants: Vec<SimDuration> =
            levels.chain(seconds.map(SimDuration::from_secs)).chain(marks).collect();
        let first = instants.iter().min().copied().unwrap_or_default();
        let changed = instants.iter().max().copied().unwrap_or_default();
        let end = runs.iter().map(|run| run_end(run.shown.timeline)).max().unwrap_or_default();
        let window = Window::new(part, changed, end).after(part, first);
        let is_seen = |kind: Kind| match kind {
            Kind::Pulls => loads().any(|it| peak(&it.pulls) > 0),
            Kind::Requests => true,
            Kind::Waiting => loads().any(|it| peak(&it.waiting) > 0),
        };
        let kinds = [Kind::Pulls, Kind::Requests, Kind::Waiting];
        Self { runs, window, kinds: kinds.into_iter().filter(|it| is_seen(*it)).collect() }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = vec![self.window.note()];
        if !self.kinds.contains(&Kind::Pulls) {
            notes.push("no image was pulled".to_owned());
        }
        if !self.kinds.contains(&Kind::Waiting) {
            notes.push(format!(
                "no request waited for the limit of the controller's client (upstream default: \
                 {DEFAULT_QPS} requests a second, {DEFAULT_BURST} at once)"
            ));
        } else if self.runs.iter().any(|run| run.rate.is_some()) {
            notes.push(
                "limit: the rate at which waiting requests went on; a short burst may pass it"
                    .to_owned(),
            );
        }
        notes
    }

    fn key(&self) -> Vec<Entry> {
        let seconds = || self.runs.iter().flat_map(|run| &run.load.requests);
        let is_seen =
            |ink: Ink| seconds().flat_map(parts).any(|(known, many)| known == ink && many > 0);
        let inks = [
            (Ink::Creates, "pods created"),
            (Ink::Deletes, "pods deleted"),
            (Ink::Others, "other writes"),
        ];
        let seen = inks.into_iter().filter(|(ink, _)| is_seen(*ink));
        let mut key: Vec<Entry> = seen.map(|(ink, name)| Entry::area(ink, name)).collect();
        let mut rates: Vec<u32> = self.runs.iter().filter_map(|run| run.rate).collect();
        rates.sort_unstable();
        rates.dedup();
        match rates[..] {
            [] => {}
            [rate] => key.push(Entry::line(Ink::Floor, format!("limit: {rate} a second"))),
            _ => key.push(Entry::line(Ink::Floor, "limit")),
        }
        key
    }

    fn draw(&self, sheet: &mut Sheet<'_>) -> Area {
        let across = (EDGE, sheet.width() - EDGE);
        let grid = Panes::side_by_side(self.runs.len(), across.1 - across.0);
        let is_one = self.runs.len() <= 1;
        let left = self.kinds.iter().map(|it| numbers_width(self.most(*it))).max().unwrap_or(0);
        let times = (self.window.from, self.window.to);
        let all = TimeScale::new((across.0 + left, across.1), times);
        let marks = self.runs.first().filter(|_| is_one).map_or(&[][..], |it| it.marks());
        let marks = Marks::new(marks, &all, across.1);
        sheet.notes(marks.note());
        let wide = Area { left: across.0 + left, top: 0, right: across.1, bottom: 1_000 };
        let one = grid.areas(&wide).first().map_or(all, |it| all.between(it.left, it.right));
        if let Some(note) = columns_note(&one) {
            sheet.note(&note);
        }
        let (key, key_height) = key_row(&self.key(), across, 0);
        let above = key_height + BELOW_KEY + marks.height();
        let plots = i32::try_from(self.kinds.len()).unwrap_or(1);
        let height =
            |plot: i32| above + grid.height(plots * (HEADING + plot) + (plots - 1) * APART);
        let area = sheet.area(height(PLOT), height(LEAST));
        sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
        let inside = area.inside(left, above, 0, 0);
        let mut over = Vec::new();
        for (place, (cell, run)) in grid.areas(&inside).iter().zip(self.runs).enumerate() {
            let time = all.between(cell.left, cell.right);
            // A mark must not hide a word.
            let (words, shapes): (Vec<Shape>, Vec<Shape>) =
                (self.cell(run, cell, &time, grid.is_leftmost(place)).into_iter())
                    .partition(|it| it.ink == Ink::Small);
            sheet.extend(shapes);
            if grid.has_headings() {
                sheet.extend(lines_at(run.marks(), &time, (cell.top, cell.bottom)));
            }
            over.extend(words);
            if grid.has_headings() {
                over.extend(heading(run.shown.name, run.shown.outcome, cell));
            }
            if grid.is_lowest(place) {
                over.extend(time_axis_within(&time, cell.bottom, sheet.width()));
            }
        }
        sheet.extend(marks.shapes(area.top + key_height + BELOW_KEY, inside.bottom));
        sheet.extend(over);
        area
    }

    /// The plots of one run.
    fn cell(&self, run: &Loaded<'_>, cell: &Area, time: &TimeScale, first: bool) -> Vec<Shape> {
        let plots = cell.grid(self.kinds.len(), 1, (0, APART));
        let plot = |(kind, area): (&Kind, &Area)| {
            let area =
                Area { bottom: area.bottom.min(cell.bottom), ..area.inside(0, HEADING, 0, 0) };
            let frame = Frame { area, time: *time, most: self.most(*kind), has_numbers: first };
            kind.shapes(run, &frame)
        };
        self.kinds.iter().zip(&plots).flat_map(plot).collect()
    }

    /// The most of a kind in any run.
    fn most(&self, kind: Kind) -> u32 {
        let of_run = |run: &Loaded<'_>| match kind {
            Kind::Pulls => peak(&run.load.pulls),
            Kind::Requests => {
                let requests = run.load.requests.iter().copied().map(SecondOfRequests::sum).max();
                requests.unwrap_or(0).max(run.rate.unwrap_or(0))
            }
            Kind::Waiting => peak(&run.load.waiting),
        };
        self.runs.iter().map(of_run).max().unwrap_or(0).max(1)
    }
}

/// What a column stands for where there are more seconds than columns.
fn columns_note(time: &TimeScale) -> Option<String> {
    let seconds = Buckets::new(&[], time).seconds;
    let span = SimDuration::from_secs(seconds);
    (seconds > 1).then(|| format!("a column of requests is the busiest second of {span}"))
}

impl Kind {
    fn shapes(self, run: &Loaded<'_>, frame: &Frame) -> Vec<Shape> {
        let load = run.load;
        let mut shapes = frame.background();
        let words = match self {
            Self::Pulls => {
                shapes.extend(frame.levels(Ink::Pull, &load.pulls));
                format!("image pulls at a time: {}", at_most(most(&load.pulls)))
            }
            Self::Requests => {
                let buckets = Buckets::new(&load.requests, &frame.time);
                shapes.extend(frame.requests(&buckets));
                shapes.extend(run.rate.and_then(|rate| frame.limit(rate)));
                format!("requests a second: {}", at_most(busiest(load)))
            }
            Self::Waiting => {
                shapes.extend(frame.levels(Ink::Queued, &load.waiting));
                format!("waiting for the limit: {}", at_most(most(&load.waiting)))
            }
        };
        let words = fitted(&words, Ink::Small, frame.area.width());
        let at = (frame.area.left, frame.area.top - 4);
        shapes.push(Shape::text(Ink::Small, at, Anchor::Start, words));
        shapes
    }
}

impl<'a> Loaded<'a> {
    pub(super) fn marks(&self) -> &'a [Mark] {
        &self.shown.timeline.marks
    }
}
