//! `availability.svg`: how many nodes had a serving pod, over the time of a run.

use crate::record::{Point, Timeline};
use crate::report::chart::describe::describe;
use crate::report::chart::labels::fitted;
use crate::report::chart::life::{Life, lives};
use crate::report::chart::marks::Marks;
use crate::report::chart::paint::{Words, paint};
use crate::report::chart::panel::Panel;
use crate::report::chart::scale::TimeScale;
use crate::report::chart::shape::{Anchor, Ink, Pixel, Shape};
use crate::report::readable::{count, number, span};
use crate::time::SimDuration;

/// The width of the picture and the sides of the plots, in pixels.
const WIDTH: i32 = 800;
const LEFT: i32 = 72;
const RIGHT: i32 = 624;
/// From the top to the subtitle's baseline and to the marks, in pixels.
const SUBTITLE: i32 = 44;
const HEADER: i32 = 58;
/// What a broken promise in words needs at the right of the subtitle or of a name, in pixels.
const ALARM: i32 = 300;
/// Height of a row of notes below the plots, in pixels.
const NOTE_ROW: i32 = 16;
/// Heights of a plot that is alone, of one of many, and of the name above each, in pixels.
const ONE_PLOT: i32 = 250;
const ONE_OF_MANY: i32 = 130;
const PLOT_NAME: i32 = 30;

/// More DaemonSets than this are counted and not drawn.
const MOST_PLOTS: usize = 12;

/// Availability over time as an SVG document: for each DaemonSet the nodes on which a pod truly
/// serves, what the status says, how many were wanted and how many promised, with breaches of the
/// promise filled and what the scenario did marked.
///
/// Where nothing happens any more, the picture ends before the run does, and says so. While a
/// DaemonSet is first rolled out, nothing is promised yet; when it is deleted its lines end. The picture depends on `timeline` and
/// `title` alone: the same gives the same bytes. The ids in the document are made of `title`, so
/// two charts on one page need different titles.
pub fn availability_svg(timeline: &Timeline, title: &str) -> String {
    let lives = lives(&timeline.series);
    let end = run_end(timeline);
    let changed = last_change(timeline, &lives);
    let time = TimeScale::new(LEFT, RIGHT, shown_until(changed, end));
    let marks = Marks::new(&timeline.marks, &time, WIDTH);
    let plots = plots(lives.len().clamp(1, MOST_PLOTS), HEADER + marks.height());
    let panels: Vec<Panel<'_>> = (plots.iter().enumerate())
        .map(|(index, &rows)| Panel::new(lives.get(index), time, rows))
        .collect();
    let bottom = plots.last().map_or(HEADER, |plot| plot.1);

    let mut shapes = header(title, &lives);
    shapes.extend(panels.iter().flat_map(Panel::background));
    shapes.extend(marks.shapes(HEADER, bottom));
    shapes.extend(names(&lives, &plots));
    shapes.extend(panels.iter().flat_map(Panel::foreground));
    shapes.extend(alarms(&panels, &plots));
    shapes.extend(time_axis(&time, bottom));
    let mut notes = vec![time_note(changed, end, &time)];
    notes.extend(axis_note(&panels));
    notes.extend(marks.note());
    notes.extend(more_note(lives.len()));
    let height = bottom + 26 + NOTE_ROW * i32::try_from(notes.len()).unwrap_or(0) + 6;
    shapes.extend(note_shapes(&notes, bottom));
    shapes.insert(0, Shape::rect(Ink::Ground, (0, 0), (WIDTH, height)));
    let description = describe(timeline, &lives, end);
    paint((WIDTH, height), &Words { title, description: &description }, &shapes)
}

/// When the run ended, or the last thing in the record if that is later.
fn run_end(timeline: &Timeline) -> SimDuration {
    let points = timeline.series.iter().filter_map(|it| it.points.last()).map(|it| it.at);
    let marks = timeline.marks.iter().map(|it| it.at);
    points.chain(marks).fold(timeline.end, SimDuration::max)
}

/// When anything of a rollout changed for the last time, or anything else that the picture shows.
/// Where a rollout goes on and takes nothing away, as with `maxSurge`, only its pods change.
fn last_change(timeline: &Timeline, lives: &[Life<'_>]) -> SimDuration {
    let seen = |it: &Point| (it.truth, it.floor, it.status.available, it.status.updated, it.pods);
    let steps = lives.iter().flat_map(|it| it.points.windows(2));
    let changes = steps.filter(|it| seen(&it[0]) != seen(&it[1])).map(|it| it[1].at);
    changes.chain(timeline.marks.iter().map(|it| it.at)).max().unwrap_or_default()
}

/// A little after the last change, if the run goes on for much longer; else the end of the run,
/// but never right at the last change: what it led to would not be seen.
fn shown_until(changed: SimDuration, end: SimDuration) -> SimDuration {
    let after = |part: u64| changed + SimDuration::from_micros(changed.as_micros() / part);
    if !changed.is_zero() && end > after(3) { after(12) } else { end.max(after(50)) }
}

/// The upper and the lower pixel row of each plot.
fn plots(many: usize, top: i32) -> Vec<Pixel> {
    if many == 1 {
        return vec![(top, top + ONE_PLOT)];
    }
    let mut next = top;
    let plot = |_| {
        let plot_top = next + PLOT_NAME;
        next = plot_top + ONE_OF_MANY;
        (plot_top, next)
    };
    (0..many).map(plot).collect()
}

fn header(title: &str, lives: &[Life<'_>]) -> Vec<Shape> {
    let subtitle = match lives {
        [one] => format!("{}: nodes with a serving pod", one.name),
        _ => "Nodes with a serving pod".to_owned(),
    };
    let wide = WIDTH - 32;
    vec![
        Shape::text(Ink::Title, (16, 26), Anchor::Start, fitted(title, 16, wide)),
        Shape::text(Ink::Small, (16, SUBTITLE), Anchor::Start, fitted(&subtitle, 11, wide - ALARM)),
    ]
}

/// The broken promises in words: in the row of the subtitle, or of each plot's name.
fn alarms(panels: &[Panel<'_>], plots: &[Pixel]) -> Vec<Shape> {
    if let [panel] = panels {
        return panel.alarm((WIDTH - 16, SUBTITLE));
    }
    panels.iter().zip(plots).flat_map(|(panel, &(top, _))| panel.alarm((RIGHT, top - 6))).collect()
}

/// The name of each DaemonSet above its plot, if there are several.
fn names(lives: &[Life<'_>], plots: &[Pixel]) -> Vec<Shape> {
    if lives.len() < 2 {
        return Vec::new();
    }
    let name = |(it, &(top, _)): (&Life<'_>, &Pixel)| {
        let name = fitted(&it.name, 12, RIGHT - 16 - ALARM);
        Shape::text(Ink::Text, (16, top - 6), Anchor::Start, name)
    };
    lives.iter().zip(plots).map(name).collect()
}

fn time_axis(time: &TimeScale, bottom: i32) -> Vec<Shape> {
    let tick = |at: SimDuration| {
        let x = time.x(at);
        let label = Shape::text(Ink::Small, (x, bottom + 20), Anchor::Middle, at.to_string());
        [Shape::line(Ink::Axis, vec![(x, bottom), (x, bottom + 6)]), label]
    };
    time.ticks(7).into_iter().flat_map(tick).collect()
}

fn time_note(changed: SimDuration, end: SimDuration, time: &TimeScale) -> String {
    if time.end >= end {
        return "time since the start of the run".to_owned();
    }
    format!(
        "time since the start of the run; nothing changes between {} and its end at {}",
        span(changed),
        span(end)
    )
}

fn axis_note(panels: &[Panel<'_>]) -> Option<String> {
    let starts: Vec<u32> = panels.iter().filter_map(Panel::starts_at).collect();
    match starts[..] {
        [] => None,
        [one] if panels.len() == 1 => {
            Some(format!("the vertical axis starts at {}, not at 0", number(one.into())))
        }
        _ => Some("vertical axes with a zigzag do not start at 0".to_owned()),
    }
}

fn more_note(series: usize) -> Option<String> {
    let more = series.saturating_sub(MOST_PLOTS);
    (more > 0).then(|| format!("{} not drawn", count(more as u64, "more DaemonSet")))
}

fn note_shapes(notes: &[String], bottom: i32) -> Vec<Shape> {
    let rows = (0..).map(|row| bottom + 26 + NOTE_ROW / 2 + 4 + row * NOTE_ROW);
    let note = |(note, y): (&String, i32)| {
        Shape::text(Ink::Small, (LEFT, y), Anchor::Start, note.as_str())
    };
    notes.iter().zip(rows).map(note).collect()
}
