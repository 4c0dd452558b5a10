//! `gaps.svg` of runs: for how long nodes were without a serving pod.

use crate::inspect::over_time::{NodeGap, NodeGaps};
use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::axes::node_axis;
use crate::report::chart::canvas::ink::{Ink, MOST_SERIES};
use crate::report::chart::canvas::key::{Entry, key_row};
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::more::{not_drawn, sentences};
use crate::report::chart::canvas::rising::rising;
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Pixel, Shape};
use crate::report::chart::canvas::sheet::EDGE;
use crate::report::chart::canvas::spans::Spans;
use crate::report::chart::run::shown::{Part, sheet};
use crate::report::chart::run::tracked::{Tracked, track_panes};
use crate::report::readable::{count, part, span};
use crate::time::SimDuration;

/// The usual and the least height of the plot, and the room for the numbers at its left, in pixels.
const HEIGHT: i32 = 260;
const LEAST: i32 = 60;
const NUMBERS: i32 = 42;
/// Between the key and the plot, in pixels.
const BELOW_KEY: i32 = 10;

/// One line: the gaps of a DaemonSet in a run.
struct Gaps<'a> {
    name: &'a str,
    gaps: NodeGaps,
}

/// The share of nodes that were without a serving pod for up to so long in all, by time: a line per
/// DaemonSet of a run, or per run. Where nodes are still without one at the end of the run a line ends
/// below 100 %.
pub fn gaps(runs: &[Tracked<'_>], part: &Part, look: &Look) -> Chart {
    let panes = track_panes(runs, part);
    let lines: Vec<Gaps<'_>> = (panes.iter())
        .map(|pane| Gaps { name: &pane.heading, gaps: pane.content.gaps() })
        .filter(|line| !line.gaps.0.is_empty())
        .collect();
    let shown: Vec<_> = runs.iter().map(|run| run.shown).collect();
    let names: Vec<&str> = panes.iter().map(|it| it.daemon_set).collect();
    let what = "time of nodes without a serving pod, in all";
    let mut sheet = sheet(look, ("gaps", what), &shown, &names);
    sheet.note("share of the nodes that were without a serving pod for up to so long");
    let drawn = &lines[..lines.len().min(MOST_SERIES)];
    sheet.notes(drawn.iter().filter_map(Gaps::open));
    let more = not_drawn(lines.len() - drawn.len(), "more line");
    sheet.notes(more);
    let inks = (0..).map(Ink::Series);
    let entries = inks.clone().zip(drawn).map(|(ink, it)| Entry::line(ink, it.in_short()));
    let entries: Vec<Entry> = entries.collect();
    let (key, key_height) = key_row(&entries, (EDGE, sheet.width() - EDGE), 0);
    let above = key_height + BELOW_KEY;
    let area = sheet.area(above + HEIGHT, above + LEAST);
    sheet.extend(key.into_iter().map(|it| it.lowered(area.top)));
    let plot = area.inside(NUMBERS, above, 8, 0);
    let time = spans(&lines, &plot);
    let shares = NodeScale::new(plot.top + 6, plot.bottom, 0, 1_000);
    sheet.extend(node_axis(&shares, &plot, |share| format!("{}%", share / 10)));
    sheet.extend(time.axis(plot.bottom));
    for (ink, gaps) in inks.zip(drawn) {
        sheet.extend([Shape::line(ink, gaps.line(&time, &shares))]);
    }
    let description = format!(
        "Lines of the share of nodes that were without a serving pod for up to so \
         long. {}",
        sentences(&lines, "more line", Gaps::described).join(" ")
    );
    sheet.finish(area, description)
}

/// The axis of times.
fn spans(lines: &[Gaps<'_>], plot: &Area) -> Spans {
    let totals = || lines.iter().flat_map(|it| &it.gaps.0).map(|it| it.total);
    let second = SimDuration::from_secs(1);
    let least = totals().filter(|it| !it.is_zero()).min().unwrap_or(second);
    let most = totals().max().filter(|it| !it.is_zero()).unwrap_or(second);
    Spans::fitting((plot.left, plot.right), least, most)
}

impl Gaps<'_> {
    /// From the left: nodes that were never without are at the edge.
    fn line(&self, time: &Spans, shares: &NodeScale) -> Vec<Pixel> {
        let all = self.gaps.0.len() as u64;
        let closed = self.gaps.0.iter().filter(|it| !it.is_open);
        let place = |(below, gap): (u64, &NodeGap)| {
            let share = u32::try_from(below * 1_000 / all).unwrap_or(1_000);
            (time.x(gap.total), shares.y(share))
        };
        rising((time.left(), shares.bottom), time.right(), (1..).zip(closed).map(place))
    }

    /// For the key.
    fn in_short(&self) -> String {
        format!("{}: half {}, {}", self.name, up_to(self.at(50)), self.longest())
    }

    fn longest(&self) -> String {
        if self.open_ones() > 0 {
            "some still without one".to_owned()
        } else {
            format!("longest {}", span(self.at(100)))
        }
    }

    fn described(&self) -> String {
        let nodes = count(self.gaps.0.len() as u64, "node");
        let (name, half, most) = (self.name, up_to(self.at(50)), up_to(self.at(90)));
        let rest = match self.open() {
            Some(open) => format!(". {open}."),
            None => format!("; the longest {}.", span(self.at(100))),
        };
        format!("{name}: time without of {nodes}: half {half}, nine in ten {most}{rest}")
    }

    /// What so many percent of the nodes do not exceed.
    fn at(&self, percent: usize) -> SimDuration {
        self.gaps.quantile(percent).unwrap_or_default()
    }

    /// Nodes that are still without a pod, in words.
    fn open(&self) -> Option<String> {
        let open = self.open_ones() as u64;
        let all = self.gaps.0.len() as u64;
        let of = part(open, all, "node");
        (open > 0).then(|| format!("{}: {of} still without a serving pod at the end", self.name))
    }

    fn open_ones(&self) -> usize {
        self.gaps.0.iter().filter(|it| it.is_open).count()
    }
}

/// `up to 12s`; `none`.
fn up_to(time: SimDuration) -> String {
    if time.is_zero() { "none".to_owned() } else { format!("up to {}", span(time)) }
}
