//! `availability.svg` of a study: how many nodes serve over time, a line and a ribbon per setting.

use crate::report::chart::log_scale::LogScale;
use crate::report::chart::paint::{Words, paint};
use crate::report::chart::scale::NodeScale;
use crate::report::chart::shape::{Anchor, Ink, Pixel, RIBBONS, SERIES, Shape};
use crate::report::chart::study_labels::{
    MOST_LINES, WIDTH, header, key, notes, seeds, short_names, time_axis, varied_fields,
};
use crate::report::readable::count;
use crate::study::{Band, Study};
use crate::time::SimDuration;

const LEFT: i32 = 72;
const RIGHT: i32 = 600;
const TOP: i32 = 64;
const BOTTOM: i32 = 344;

/// A setting's curve: from when on which band holds.
type Curve = Vec<(SimDuration, Band)>;

/// Nodes with a serving pod since the change as an SVG document: per setting the median over the
/// seeds and a ribbon from p5 to p95, as a share of the nodes wanted.
pub fn bands_svg(study: &Study) -> String {
    let title = format!("{}: nodes with a serving pod, by setting", study.view.title);
    let curves: Vec<Curve> =
        study.curves.iter().take(MOST_LINES).map(|it| it.bands().collect()).collect();
    let end = curves.iter().filter_map(settled).max().unwrap_or(SimDuration::from_secs(60));
    let shown = end + SimDuration::from_micros(end.as_micros() / 4);
    let time = LogScale::new(LEFT, RIGHT, SimDuration::from_secs(1), shown);
    let bands = || curves.iter().flatten().map(|(_, band)| band);
    let most = bands().map(|band| band.p95).max().unwrap_or(0);
    let scale = NodeScale::new(TOP, BOTTOM, 1000 - u32::from(most.min(1000)), 1000);

    let names = short_names(study);
    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, BOTTOM + 82))];
    let fields = varied_fields(study).map_or_else(String::new, |it| format!("; by {it}"));
    let subtitle = format!("median and p5 to p95 over {}{fields}", seeds(study));
    shapes.extend(header(&title, &subtitle));
    shapes.extend(background(&time, &scale));
    for (index, curve) in curves.iter().enumerate() {
        shapes.push(Shape::area(RIBBONS[index], ribbon(curve, &time, &scale)));
    }
    for (index, curve) in curves.iter().enumerate() {
        shapes.push(Shape::line(SERIES[index], line(curve, |it| it.p50, &time, &scale)));
    }
    let inks = SERIES.into_iter().map(Some);
    let keyed: Vec<(Option<Ink>, String)> = inks.zip(names).take(curves.len()).collect();
    shapes.extend(key(&keyed, (RIGHT + 16, TOP)));
    shapes.extend(notes(&below(study, &scale), LEFT, BOTTOM));
    let description = describe(study, &curves);
    let words = Words { title: &title, description: &description };
    paint((WIDTH, BOTTOM + 82), &words, &shapes)
}

/// When the band of a setting changes for the last time.
fn settled(curve: &Curve) -> Option<SimDuration> {
    curve.windows(2).rev().find(|pair| pair[0].1 != pair[1].1).map(|pair| pair[1].0)
}

fn below(study: &Study, scale: &NodeScale) -> Vec<String> {
    let mut notes = vec!["time since the change".to_owned()];
    if scale.low > 0 {
        notes.push(format!("the vertical axis starts at {}, not at 0", percent(scale.low)));
    }
    let more = study.sweep.settings.len().saturating_sub(MOST_LINES) as u64;
    if more > 0 {
        notes.push(format!("{} not drawn", count(more, "more setting")));
    }
    notes
}

fn background(time: &LogScale, scale: &NodeScale) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for share in scale.ticks() {
        let y = scale.y(share);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, percent(share)));
    }
    shapes.extend(time_axis(time, (TOP, BOTTOM)));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, BOTTOM), (RIGHT, BOTTOM)]));
    shapes
}

/// Thousandths as a percentage.
fn percent(share: u32) -> String {
    match share % 10 {
        0 => format!("{}%", share / 10),
        tenth => format!("{}.{tenth}%", share / 10),
    }
}

/// The steps of one of the scale of nodes *without* a pod, upside down.
fn line(
    curve: &Curve,
    share: impl Fn(&Band) -> u16,
    time: &LogScale,
    scale: &NodeScale,
) -> Vec<Pixel> {
    let mut corners: Vec<Pixel> = Vec::new();
    for (at, band) in curve {
        let y = scale.y(1000 - u32::from(share(band).min(1000)));
        let x = time.x(*at);
        match corners.last_mut() {
            Some(last) if last.0 == x => last.1 = y,
            Some(&mut (_, before)) if before != y => corners.extend([(x, before), (x, y)]),
            Some(_) => {}
            None => corners.push((x, y)),
        }
    }
    corners.extend(corners.last().map(|&(_, y)| (time.right, y)));
    corners
}

fn ribbon(curve: &Curve, time: &LogScale, scale: &NodeScale) -> Vec<Pixel> {
    let mut outline = line(curve, |it| it.p5, time, scale);
    outline.extend(line(curve, |it| it.p95, time, scale).into_iter().rev());
    outline
}

fn describe(study: &Study, curves: &[Curve]) -> String {
    let mut sentences = vec![
        "Line chart of the share of nodes with a serving pod since the change, on a logarithmic \
         axis of time, with a ribbon per setting."
            .to_owned(),
    ];
    for (setting, curve) in study.sweep.settings.iter().zip(curves) {
        let lowest = curve.iter().map(|(_, band)| band.p50).max().unwrap_or(0);
        let back = curve.iter().rev().find(|(_, band)| band.p50 > 0).map(|(at, _)| *at);
        let back = back.map_or_else(String::new, |at| {
            format!(", below 100% until about {}", SimDuration::from_secs(at.as_secs()))
        });
        let lowest = percent(1000 - u32::from(lowest.min(1000)));
        sentences.push(format!("{}: median at the lowest {lowest}{back}.", setting.name));
    }
    sentences.join(" ")
}
