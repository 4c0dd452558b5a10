//! `availability.svg` of a comparison: how many nodes serve over time, a plot per setting.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::node_axis;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::panes::Panes;
use crate::report::chart::canvas::scale::{NodeScale, TimeScale};
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::canvas::sheet::{EDGE, Sheet};
use crate::report::chart::canvas::spans::Spans;
use crate::report::chart::study::availability_words::{SHORTEST, describe, figures};
use crate::report::chart::study::chosen::{Chosen, MOST_PLOTS, Room};
use crate::report::chart::study::setting_names::SettingNames;
use crate::report::chart::study::words::{percent, subtitle, title};
use crate::study::{Band, Study};
use crate::time::SimDuration;

/// Heights of a plot that is alone and of one of many, and the least height, in pixels.
const ALONE: i32 = 260;
const ONE_OF_MANY: i32 = 120;
const LOWEST: i32 = 88;
/// Time is even as long as no rollout takes so many times as long as another: what is deep and short
/// then looks so. Beyond that, the shortest would be too narrow to see.
const EVEN: u64 = 20;
/// A logarithmic axis starts so many times earlier than the shortest rollout ends.
const BEFORE: u64 = 16;
/// Between 100% and the upper edge of a plot, in pixels.
const HEADROOM: i32 = 4;
/// From the numbers of the axis to the plot, and some room at their left, in pixels.
const AROUND_NUMBERS: i32 = 10;
/// Between a name and the figures beside it, in pixels.
const BETWEEN: i32 = 10;

/// A setting's curve: from when on which band holds.
type Curve = Vec<(SimDuration, Band)>;

/// What is drawn, but for its place.
struct Picture<'a> {
    study: &'a Study,
    settings: Vec<usize>,
    names: Vec<String>,
    curves: Vec<Curve>,
    panes: Panes,
}

/// Nodes with a serving pod since the change: per setting a plot with the median over the seeds and a
/// ribbon from p5 to p95, as a share of the nodes wanted. All plots have the same axes. Settings with
/// bad images are drawn, too: there it shows what they do.
pub fn availability(study: &Study, look: &Look) -> Chart {
    let Chosen { settings, panes, note } = Chosen::of(study, &room(look));
    let SettingNames { names, fields } = SettingNames::of(study, &settings);
    let curves = settings.iter().map(|&it| study.curves[it].bands().collect()).collect();
    let picture = Picture { study, settings, names, curves, panes };
    let what = "Share of nodes that have one, median and p5 to p95";
    let mut sheet = Sheet::new(
        look,
        (&study.view.title, "availability-by-setting"),
        &title(study, "nodes with a serving pod"),
        &subtitle(study, look, what, fields.as_deref()),
    );
    let area = picture.draw(&mut sheet, note);
    sheet.finish(area, describe(study, &picture.settings))
}

/// Room for as many plots as are not too low to read.
fn room(look: &Look) -> Room {
    let width = look.width() - 2 * EDGE;
    let header_and_notes = 150;
    let Some(height) = look.height() else {
        return Room { width, rows: MOST_PLOTS, plots: MOST_PLOTS };
    };
    let rows = usize::try_from((height - header_and_notes) / LOWEST).unwrap_or(0).max(1);
    let columns = Panes::side_by_side(MOST_PLOTS, width).columns();
    Room { width, rows, plots: (rows * columns).min(MOST_PLOTS) }
}

impl Picture<'_> {
    fn draw(&self, sheet: &mut Sheet<'_>, not_drawn: Option<String>) -> Area {
        let draft = self.scale(0, 1_000);
        let time = self.time();
        sheet.note(match time {
            Spans::Even(_) => "time since the change",
            Spans::Log(_) => "time since the change, on a logarithmic axis",
        });
        let has_headings = self.panes.has_headings();
        let figures = if has_headings { "above each plot" } else { "above the plot" };
        sheet.note(&format!(
            "{figures}: how long the rollout takes, and the nodes without a pod at the worst moment, by \
             the median"
        ));
        if draft.low > 0 {
            sheet.note("the vertical axis does not start at 0");
        }
        if let Some(note) = not_drawn {
            sheet.note(&note);
        }
        let area = sheet.area(self.height(), self.height() * 2 / 3);
        let numbers = draft.ticks().map(|it| text_width(&percent(it), Ink::Small)).max();
        let plots = area.inside(numbers.unwrap_or(0) + AROUND_NUMBERS, self.above(), 0, 0);
        let areas = self.panes.areas(&plots);
        let form = self.form(areas.first().map_or(0, Area::width));
        for (place, plot) in areas.iter().enumerate() {
            sheet.extend(self.plot(place, plot, &time.between(plot.left, plot.right)));
            sheet.extend(self.heading(place, form, plot));
        }
        area
    }

    fn height(&self) -> i32 {
        let one = if self.panes.has_headings() { ONE_OF_MANY } else { ALONE };
        self.above() + self.panes.height(one)
    }

    /// Room for the heading of a plot that is alone.
    fn above(&self) -> i32 {
        if self.panes.has_headings() { 0 } else { 20 }
    }

    /// In thousandths of the nodes wanted.
    fn scale(&self, top: i32, bottom: i32) -> NodeScale {
        let without = self.curves.iter().flatten().map(|(_, band)| band.p95).max().unwrap_or(0);
        NodeScale::new(top + HEADROOM, bottom, 1_000 - u32::from(without.min(1_000)), 1_000)
    }

    /// As long as the longest rollout, and a little longer.
    fn time(&self) -> Spans {
        let ends = || self.curves.iter().filter_map(settled).map(SimDuration::as_micros);
        let longest = ends().max().unwrap_or(60_000_000);
        let shortest = ends().min().unwrap_or(longest);
        let micros = SimDuration::from_micros;
        if longest / shortest.max(1) < EVEN {
            let end = micros(longest.saturating_add(longest / 10));
            return Spans::Even(TimeScale::new((0, 1), (SimDuration::ZERO, end)));
        }
        let end = micros(longest.saturating_add(longest / 4));
        let start = micros(shortest / BEFORE).max(SimDuration::from_secs(1));
        Spans::Log(LogScale::new(0, 1, start, end))
    }

    fn plot(&self, place: usize, area: &Area, time: &Spans) -> Vec<Shape> {
        let scale = self.scale(area.top, area.bottom);
        let mut shapes = node_axis(&scale, area, percent);
        if !self.panes.is_leftmost(place) {
            shapes.retain(|it| it.ink != Ink::Small);
        }
        if self.panes.is_lowest(place) {
            shapes.extend(time.axis(area.bottom));
        }
        let curve = &self.curves[place];
        shapes.push(Shape::area(Ink::Ribbon(0), ribbon(curve, time, &scale)));
        shapes.push(Shape::line(Ink::Series(0), line(curve, |it| it.p50, time, &scale)));
        shapes
    }

    /// The name of a plot, and its figures at the right, which go before the end of a long name.
    fn heading(&self, place: usize, form: usize, area: &Area) -> Vec<Shape> {
        let figures = figures(self.study, self.settings[place]).swap_remove(form);
        let left = area.width() - BETWEEN - text_width(&figures, Ink::Small);
        let name = fitted(&self.names[place], Ink::Text, left);
        let baseline = area.top - 6;
        vec![
            Shape::text(Ink::Text, (area.left, baseline), Anchor::Start, name),
            Shape::text(Ink::Small, (area.right, baseline), Anchor::End, figures),
        ]
    }

    /// The longest form of figures that fits beside all names, or the shortest.
    fn form(&self, width: i32) -> usize {
        let fits = |form: &usize| {
            let figures =
                self.settings.iter().map(|&it| figures(self.study, it).swap_remove(*form));
            let widths = figures.zip(&self.names).map(|(figures, name)| {
                text_width(name, Ink::Text) + BETWEEN + text_width(&figures, Ink::Small)
            });
            widths.max().unwrap_or(0) <= width
        };
        (0..SHORTEST).find(fits).unwrap_or(SHORTEST)
    }
}

/// When the band of a setting changes for the last time.
fn settled(curve: &Curve) -> Option<SimDuration> {
    curve.windows(2).rev().find(|pair| pair[0].1 != pair[1].1).map(|pair| pair[1].0)
}

/// The steps of the share of nodes *with* a pod.
fn line(
    curve: &Curve,
    without: impl Fn(&Band) -> u16,
    time: &Spans,
    scale: &NodeScale,
) -> Vec<Pixel> {
    let mut corners: Vec<Pixel> = Vec::new();
    // What is before the left edge is not seen there.
    let start = curve.partition_point(|(at, _)| time.x(*at) <= time.left()).saturating_sub(1);
    for (at, band) in curve.iter().skip(start) {
        let y = scale.y(1_000 - u32::from(without(band).min(1_000)));
        let x = time.x(*at);
        match corners.last() {
            Some(&(_, before)) if before == y => {}
            Some(&(last, before)) if last != x => corners.extend([(x, before), (x, y)]),
            // A dip that is narrower than a pixel is seen as well.
            Some(_) | None => corners.push((x, y)),
        }
    }
    corners.extend(corners.last().map(|&(_, y)| (time.right(), y)));
    corners
}

fn ribbon(curve: &Curve, time: &Spans, scale: &NodeScale) -> Vec<Pixel> {
    let mut outline = line(curve, |it| it.p5, time, scale);
    outline.extend(line(curve, |it| it.p95, time, scale).into_iter().rev());
    outline
}
