//! The plane of `duration.svg`: which duration and which worst moment is where.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::{log_time_axis, node_axis, numbers_width};
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::figures;
use crate::report::chart::study::scatter::Scatter;
use crate::report::chart::study::words::percent;
use crate::report::readable::number;
use crate::study::{NEVER, Study};
use crate::time::SimDuration;

/// Room for what the vertical axis counts, in pixels.
const AXIS_NAME: i32 = 24;
/// The margin for what never completes, and between it and the plot, in pixels.
const MARGIN: i32 = 78;
const TO_MARGIN: i32 = 14;

/// A setting in the plot.
pub(super) struct Placed {
    pub(super) setting: usize,
    pub(super) at: Pixel,
    /// Ends of the whiskers: columns and rows.
    pub(super) across: Pixel,
    pub(super) down: Pixel,
    pub(super) on_frontier: bool,
}

/// Where values are.
pub(super) struct Plane {
    time: LogScale,
    nodes: NodeScale,
    pub(super) plot: Area,
    /// Where settings stand that do not complete, if there are any.
    margin: Option<Area>,
    /// Whether there is no plot beside it.
    is_empty: bool,
    /// What numbers on the vertical axis are.
    word: fn(u32) -> String,
}

impl Plane {
    pub(super) fn of(scatter: &Scatter<'_>, area: &Area) -> Self {
        let study = scatter.study;
        let settings = || scatter.settings.iter().copied();
        let durations = settings().flat_map(|it| figures::duration(study, it).shown());
        let durations = durations.map(|(micros, _)| micros);
        let stalls = durations.clone().any(|it| it == NEVER);
        let complete: Vec<u64> = durations.filter(|it| *it != NEVER).collect();
        let worst = settings().map(|it| figures::worst(study, it).shown()[2].0).max().unwrap_or(1);
        let worst = u32::try_from(worst.saturating_add((worst / 12).max(1))).unwrap_or(u32::MAX);
        let is_shares = study.compares_shares();
        let numbers =
            if is_shares { text_width("99.9%", Ink::Small) + 10 } else { numbers_width(worst) };
        // Where nothing completes, there is nothing but the margin.
        let is_empty = stalls && complete.is_empty();
        let right = if stalls && !is_empty { MARGIN + TO_MARGIN } else { 0 };
        let plot = area.inside(numbers, AXIS_NAME, right, 0);
        let left = if is_empty { plot.left } else { plot.right + TO_MARGIN };
        let margin = stalls.then_some(Area { left, right: area.right, ..plot });
        Self {
            time: time(&complete, &plot),
            nodes: NodeScale::new(plot.top, plot.bottom, 0, worst),
            plot,
            margin,
            is_empty,
            word: if is_shares { percent } else { |it| number(it.into()) },
        }
    }

    pub(super) fn placed(&self, study: &Study, setting: usize) -> Placed {
        let (duration, worst) = (figures::duration(study, setting), figures::worst(study, setting));
        let column = |micros: u64| match (micros, self.margin) {
            (NEVER, Some(margin)) => i32::midpoint(margin.left, margin.right),
            (micros, _) => self.time.x(SimDuration::from_micros(micros)),
        };
        let row = |value: u64| self.nodes.y(u32::try_from(value).unwrap_or(u32::MAX));
        let [(fastest, _), _, (slowest, _)] = duration.shown();
        let [(least, _), _, (most, _)] = worst.shown();
        Placed {
            setting,
            at: (column(duration.p50), row(worst.p50)),
            across: (column(fastest), column(slowest)),
            down: (row(most), row(least)),
            on_frontier: study.frontier.contains(&setting),
        }
    }

    pub(super) fn background(&self) -> Vec<Shape> {
        let plot = &self.plot;
        let mut shapes = Vec::new();
        if let Some(margin) = self.margin {
            let middle = i32::midpoint(margin.left, margin.right);
            let corners = ((margin.left, margin.top), (margin.right, margin.bottom));
            let at = (middle, margin.bottom + 20);
            shapes.push(Shape::rect(Ink::Margin, corners.0, corners.1));
            shapes.push(Shape::text(Ink::Small, at, Anchor::Middle, "incomplete"));
        }
        if !self.is_empty {
            shapes.extend(log_time_axis(&self.time, (plot.top, plot.bottom)));
        }
        shapes.extend(node_axis(&self.nodes, plot, self.word));
        shapes
    }

    pub(super) fn axis_name(&self) -> &'static str {
        if (self.word)(0).ends_with('%') {
            "share of nodes without a serving pod at the worst moment"
        } else {
            "nodes without a serving pod at the worst moment"
        }
    }

    /// Where labels may be: not on the axes.
    pub(super) fn room(&self) -> (Pixel, Pixel) {
        let right = self.margin.unwrap_or(self.plot).right;
        ((self.plot.left + 2, self.plot.top), (right, self.plot.bottom - 1))
    }
}

/// A scale with room at both sides of these durations, in microseconds.
fn time(durations: &[u64], plot: &Area) -> LogScale {
    let least = durations.iter().min().copied().unwrap_or(1_000_000);
    let most = durations.iter().max().copied().unwrap_or(60_000_000);
    let micros = SimDuration::from_micros;
    let (low, high) = (micros(least / 5 * 4), micros(most.saturating_add(most / 4)));
    LogScale::new(plot.left, plot.right, low, high)
}
