//! `availability.svg` of a study: how many nodes serve over time, a line and a ribbon per setting.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::look::Look;
use crate::report::chart::canvas::paint::{Words, paint};
use crate::report::chart::canvas::scale::NodeScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::labels::{MOST_LINES, WIDTH, header, key, notes, percent, seeds};
use crate::report::chart::study::panels::{LEFT, Line, Panel, Panels, RIGHT};
use crate::study::{Band, Study};
use crate::time::SimDuration;

/// A setting's curve: from when on which band holds.
type Curve = Vec<(SimDuration, Band)>;

/// The bands of all panels.
struct Drawn<'a> {
    panel: &'a Panel,
    curves: Vec<(&'a Line, Curve)>,
}

/// Nodes with a serving pod since the change as an SVG document: per setting the median over the
/// seeds and a ribbon from p5 to p95, as a share of the nodes wanted. Of several circumstances each
/// has a panel, those with bad images, too: there it shows what they do.
pub fn bands_svg(study: &Study) -> String {
    let title = format!("{}: nodes with a serving pod, by setting", study.view.title);
    let panels = Panels::of(study);
    let drawn: Vec<Drawn<'_>> = panels.all.iter().map(|it| curves_of(study, it)).collect();
    let curves = || drawn.iter().flat_map(|it| &it.curves).map(|(_, curve)| curve);
    let end = curves().filter_map(settled).max().unwrap_or(SimDuration::from_secs(60));
    let shown = end + SimDuration::from_micros(end.as_micros() / 4);
    let time = LogScale::new(LEFT, RIGHT, SimDuration::from_secs(1), shown);
    let most = curves().flatten().map(|(_, band)| band.p95).max().unwrap_or(0);
    let scale =
        |(top, bottom): Pixel| NodeScale::new(top, bottom, 1000 - u32::from(most.min(1000)), 1000);

    let bottom = panels.bottom();
    let mut shapes = vec![Shape::rect(Ink::Ground, (0, 0), (WIDTH, bottom + 82))];
    let subtitle = format!("median and p5 to p95 over {}{}", seeds(study), panels.by());
    shapes.extend(header(&title, &subtitle));
    for it in &drawn {
        shapes.extend(panel(it, &time, &scale(it.panel.rows)));
    }
    shapes.extend(key(&keyed(&drawn), (RIGHT + 16, panels.all[0].rows.0)));
    let lowest = scale(panels.all[0].rows).low;
    shapes.extend(notes(&below(&panels, &drawn, lowest), LEFT, bottom));
    let description = describe(study, &drawn);
    let words = Words { name: &title, title: &title, description: &description };
    paint((WIDTH, bottom + 82), &words, &shapes, &Look::default())
}

/// Those that there are inks for.
fn curves_of<'a>(study: &Study, panel: &'a Panel) -> Drawn<'a> {
    let lines = panel.lines.iter().filter(|it| it.place < MOST_LINES);
    let curves = lines.map(|it| (it, study.curves[it.setting].bands().collect())).collect();
    Drawn { panel, curves }
}

/// When the band of a setting changes for the last time.
fn settled(curve: &Curve) -> Option<SimDuration> {
    curve.windows(2).rev().find(|pair| pair[0].1 != pair[1].1).map(|pair| pair[1].0)
}

fn panel(Drawn { panel, curves }: &Drawn<'_>, time: &LogScale, scale: &NodeScale) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = panel.heading().into_iter().collect();
    shapes.extend(background(panel, time, scale));
    for (it, curve) in curves {
        shapes.push(Shape::area(Ink::Ribbon(it.place as u8), ribbon(curve, time, scale)));
    }
    for (it, curve) in curves {
        shapes
            .push(Shape::line(Ink::Series(it.place as u8), line(curve, |it| it.p50, time, scale)));
    }
    shapes
}

/// Each line once, whichever panels it is in.
fn keyed(drawn: &[Drawn<'_>]) -> Vec<(Option<Ink>, String)> {
    let lines = || drawn.iter().flat_map(|it| &it.curves).map(|(line, _)| *line);
    let name = |(place, ink)| {
        let line = lines().find(|it| it.place == place)?;
        Some((Some(ink), line.name.clone()))
    };
    (0..8).map(Ink::Series).enumerate().filter_map(name).collect()
}

fn below(panels: &Panels, drawn: &[Drawn<'_>], lowest: u32) -> Vec<String> {
    let mut notes = vec!["time since the change".to_owned()];
    if lowest > 0 {
        notes.push(format!("the vertical axis starts at {}, not at 0", percent(lowest)));
    }
    let settings: usize = drawn.iter().map(|it| it.panel.lines.len() - it.curves.len()).sum();
    notes.extend(panels.not_drawn(settings));
    notes
}

fn background(panel: &Panel, time: &LogScale, scale: &NodeScale) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for share in scale.ticks() {
        let y = scale.y(share);
        shapes.push(Shape::line(Ink::Grid, vec![(LEFT, y), (RIGHT, y)]));
        shapes.push(Shape::text(Ink::Small, (LEFT - 8, y + 4), Anchor::End, percent(share)));
    }
    shapes.extend(panel.time_axis(time));
    shapes.push(Shape::line(Ink::Axis, vec![(LEFT, panel.rows.1), (RIGHT, panel.rows.1)]));
    shapes
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

fn describe(study: &Study, drawn: &[Drawn<'_>]) -> String {
    let mut sentences = vec![
        "Line chart of the share of nodes with a serving pod since the change, on a logarithmic \
         axis of time, with a ribbon per setting."
            .to_owned(),
    ];
    for (line, curve) in drawn.iter().flat_map(|it| &it.curves) {
        let name = &study.sweep.settings[line.setting].name;
        let lowest = curve.iter().map(|(_, band)| band.p50).max().unwrap_or(0);
        let lowest = percent(1000 - u32::from(lowest.min(1000)));
        sentences.push(format!("{name}: median at the lowest {lowest}{}.", back(curve)));
    }
    sentences.join(" ")
}

/// Until when the median is below 100%, if it is at all.
fn back(curve: &Curve) -> String {
    let is_below = |(_, band): &&(SimDuration, Band)| band.p50 > 0;
    let Some((at, _)) = curve.iter().rev().find(is_below) else { return String::new() };
    match curve.last().filter(is_below) {
        Some((_, band)) => {
            format!(", {} at the end", percent(1000 - u32::from(band.p50.min(1000))))
        }
        None => format!(", below 100% until about {}", SimDuration::from_secs(at.as_secs())),
    }
}
