//! `gaps.svg`: for how long nodes are without a serving pod, as a distribution per setting.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::{log_time_axis, node_axis};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::key::{Entry, KEY_ROW, key_column};
use crate::report::chart::canvas::labels::{fitted, text_width};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::panes::Panes;
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::canvas::sheet::Sheet;
use crate::report::chart::study::beside::beside;
use crate::report::chart::study::distribution::{Group, groups};
use crate::report::chart::study::panels::Panels;
use crate::report::chart::study::words::{seeds, subtitle, title};
use crate::report::readable::span;
use crate::study::{Metric, NEVER, Study};
use crate::time::SimDuration;

/// Heights of a plot that is alone and of one of many, and the least height, in pixels.
const ALONE: i32 = 280;
const ONE_OF_MANY: i32 = 150;
const LOWEST: i32 = 150;
/// The least height of a plot, in pixels.
const LEAST: i32 = 100;
/// The longest time on the axis is at most so many times the shortest.
const WIDEST: u64 = 1_000;
/// More circumstances than this are counted.
const MOST_PANELS: usize = 6;
/// Room for the numbers of the axis, and above the plot for its line at 100%, in pixels.
const NUMBERS: i32 = 42;
const HEADROOM: i32 = 4;
/// From a plot to the names at its right, and the sample of a line there, in pixels.
const TO_KEY: i32 = 14;
const SAMPLE: i32 = 32;

/// The plots and what they are drawn with.
struct Picture<'a> {
    panels: &'a Panels,
    /// One for each panel.
    groups: Vec<Vec<Group<'a>>>,
    panes: Panes,
}

/// The distribution of gaps per node: of all nodes in all runs of a setting, how many were without a
/// serving pod for at most so long. Of several circumstances each has a plot.
pub fn gaps(study: &Study, look: &Look) -> Chart {
    let panels = Panels::of(study, most_panels(look));
    let groups = panels.all.iter().map(|it| groups(study, it, &panels)).collect();
    let picture = Picture { panels: &panels, groups, panes: Panes::stacked(panels.all.len()) };
    let what = "Share of nodes without for at most this long";
    let mut sheet = Sheet::new(
        look,
        (&study.view.title, "gaps"),
        &title(study, "how long nodes are without a serving pod"),
        &subtitle(study, look, what, panels.fields.as_deref()),
    );
    sheet.note("time of a node without a serving pod, in the whole run");
    if let Some(note) = picture.not_drawn() {
        sheet.note(&note);
    }
    let one = if panels.has_many() { ONE_OF_MANY } else { ALONE };
    // As high as its names, however low the picture should be.
    let names = HEADROOM + picture.panes.height(picture.names_height());
    let area = sheet.area(picture.panes.height(one), names.max(picture.panes.height(LEAST)));
    sheet.extend(picture.shapes(&area));
    sheet.finish(area, describe(study, &picture.groups))
}

/// As many plots as are not too low to read.
fn most_panels(look: &Look) -> usize {
    let header_and_notes = 130;
    let Some(height) = look.height() else { return MOST_PANELS };
    usize::try_from((height - header_and_notes) / LOWEST).unwrap_or(0).clamp(1, MOST_PANELS)
}

impl Picture<'_> {
    fn not_drawn(&self) -> Option<String> {
        let shown: usize = self.groups.iter().flatten().map(|group| group.lines.len()).sum();
        let all: usize = self.panels.all.iter().map(|it| it.lines.len()).sum();
        self.panels.not_drawn(all - shown)
    }

    /// The height of the names of all lines at the right of a plot.
    fn names_height(&self) -> i32 {
        let most = self.groups.iter().map(Vec::len).max().unwrap_or(0);
        i32::try_from(most).unwrap_or(0) * KEY_ROW
    }

    /// With names beside the lines if there is room for all of them, otherwise at the right.
    fn shapes(&self, area: &Area) -> Vec<Shape> {
        let wide = self.panes.areas(&area.inside(NUMBERS, HEADROOM, 0, 0));
        let places = || wide.iter().enumerate();
        let beside: Option<Vec<Vec<Shape>>> =
            places().map(|(place, plot)| self.names_beside(place, plot)).collect();
        let Some(names) = beside else { return self.with_keys(area) };
        let plots = places().flat_map(|(place, plot)| self.plot(place, plot));
        plots.chain(names.into_iter().flatten()).collect()
    }

    fn with_keys(&self, area: &Area) -> Vec<Shape> {
        let names = (0..self.groups.len()).flat_map(|place| self.named(place));
        let widest = names.map(|(_, name)| text_width(&name, Ink::Small)).max().unwrap_or(0);
        let widest = (widest + SAMPLE + 2).min(area.width() / 3);
        let plots = self.panes.areas(&area.inside(NUMBERS, HEADROOM, widest + TO_KEY, 0));
        let draw = |(place, plot): (usize, &Area)| {
            let columns = (plot.right + TO_KEY, area.right);
            [self.plot(place, plot), self.key(place, columns, plot)].concat()
        };
        plots.iter().enumerate().flat_map(draw).collect()
    }

    /// The inks of the lines of a plot, and what they are called.
    fn named(&self, place: usize) -> Vec<(Ink, String)> {
        let settings = self.panels.all[place].lines.len();
        self.groups[place].iter().map(|it| (it.ink, it.name(settings))).collect()
    }

    /// The names of all lines of a plot, at its right.
    fn key(&self, place: usize, columns: Pixel, plot: &Area) -> Vec<Shape> {
        let entries = self.named(place).into_iter().map(|(ink, name)| Entry::line(ink, name));
        key_column(&entries.collect::<Vec<_>>(), columns, plot.top + KEY_ROW / 2)
    }

    fn time(&self, plot: &Area) -> LogScale {
        let all = self.groups.iter().flatten();
        let spans = || all.clone().flat_map(|it| &it.distribution.below).map(|(span, _)| *span);
        let low = spans().min().unwrap_or(SimDuration::from_secs(1)).as_micros() / 10 * 9;
        let high = spans().max().unwrap_or(SimDuration::from_secs(60)).as_micros();
        // Nodes that a bad image does not reach are without a pod for no time at all.
        let low = low.max(high / WIDEST);
        let high = high.saturating_add(high / 8);
        let micros = SimDuration::from_micros;
        LogScale::new(plot.left, plot.right, micros(low), micros(high))
    }

    fn plot(&self, place: usize, plot: &Area) -> Vec<Shape> {
        let (time, scale) = (self.time(plot), scale(plot));
        let mut shapes = log_time_axis(&time, (plot.top, plot.bottom));
        if !self.panes.is_lowest(place) {
            shapes.retain(|it| it.ink == Ink::Grid);
        }
        shapes.extend(node_axis(&scale, plot, |it| format!("{it}%")));
        if self.panes.has_headings() {
            let heading = fitted(&self.panels.all[place].heading, Ink::Text, plot.width());
            let at = (plot.left, plot.top - 6);
            shapes.push(Shape::text(Ink::Text, at, Anchor::Start, heading));
        }
        let line = |it: &Group<'_>| Shape::line(it.ink, it.distribution.line(&time, &scale));
        shapes.extend(self.groups[place].iter().map(line));
        shapes
    }

    fn names_beside(&self, place: usize, plot: &Area) -> Option<Vec<Shape>> {
        let (time, scale) = (self.time(plot), scale(plot));
        let line = |it: &Group<'_>| it.distribution.line(&time, &scale);
        let lines: Vec<Vec<Pixel>> = self.groups[place].iter().map(line).collect();
        let names: Vec<String> = self.named(place).into_iter().map(|(_, name)| name).collect();
        let widths: Vec<i32> = names.iter().map(|it| text_width(it, Ink::Text)).collect();
        let places = beside(&lines, &widths, plot)?;
        let name = |(at, name)| Shape::text(Ink::Text, at, Anchor::Start, name);
        Some(places.into_iter().zip(names).map(name).collect())
    }
}

/// In percent.
fn scale(plot: &Area) -> NodeScale {
    NodeScale::new(plot.top, plot.bottom, 0, 100)
}

/// The figures of each setting that is drawn, as `compare.json` has them.
fn describe(study: &Study, groups: &[Vec<Group<'_>>]) -> String {
    let mut sentences = vec![format!(
        "Cumulative distribution of the time that a node is without a serving pod, on a \
         logarithmic axis, a line per setting, with medians over {}.",
        seeds(study)
    )];
    for line in groups.iter().flatten().flat_map(|it| &it.lines) {
        let result = &study.comparison.results[line.setting];
        let at = |metric| {
            let spread = result.spread(metric).unwrap_or_default();
            match spread.shown()[1] {
                (NEVER, _) => "longer than was observed".to_owned(),
                (micros, true) => format!("at least {}", span(SimDuration::from_micros(micros))),
                (micros, false) => format!("at most {}", span(SimDuration::from_micros(micros))),
            }
        };
        let name = &study.sweep.settings[line.setting].name;
        let [half, most] = [Metric::GapP50, Metric::GapP99].map(at);
        sentences.push(format!("{name}: half of the nodes {half}, 99 of 100 {most}."));
    }
    sentences.join(" ")
}
