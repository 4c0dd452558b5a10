//! `duration.svg`: how long a rollout takes against its worst moment, a point per setting.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::fitted;
use crate::report::chart::canvas::look::{Chart, Look};
use crate::report::chart::canvas::points::{dot, place};
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::canvas::sheet::Sheet;
use crate::report::chart::study::duration_words::{describe, late_notes, legend, notes};
use crate::report::chart::study::frontiers::{Frontier, frontiers, group_label};
use crate::report::chart::study::plane::{Placed, Plane};
use crate::report::chart::study::scatter::Scatter;
use crate::report::chart::study::setting_names::SettingNames;
use crate::report::chart::study::words::{subtitle, title};
use crate::study::Study;

/// The height of the picture without its header and notes, in pixels.
const USUAL: i32 = 320;
/// Room for the notes that tell which labels had no room, in pixels.
const LATE_NOTES: i32 = 32;
/// The least height of the plot, in pixels.
const LEAST: i32 = 200;
/// Longer labels are cut.
const WIDEST_LABEL: i32 = 260;

/// Duration against the worst moment: a point per setting at the medians, whiskers over the range of the
/// seeds, the frontier behind them, and settings that stall in a margin at the right, if any do.
/// Circumstances and clusters of different sizes have a frontier each.
pub fn duration_by_setting(study: &Study, look: &Look) -> Chart {
    let scatter = Scatter::of(study);
    let SettingNames { names, fields } = SettingNames::of(study, &scatter.settings);
    let mut sheet = Sheet::new(
        look,
        (&study.view.title, "duration"),
        &title(study, "duration against the worst moment"),
        &subtitle(study, look, &legend(&scatter), fields.as_deref()),
    );
    for note in notes(&scatter) {
        sheet.note(&note);
    }
    let mut area = sheet.area(USUAL, LEAST);
    if look.height().is_some() {
        area = area.inside(0, 0, 0, LATE_NOTES);
    }
    let plane = Plane::of(&scatter, &area);
    let points = Points::of(&scatter, &names, &plane);
    for note in late_notes(points.unlabeled(), points.is_some_off_line()) {
        sheet.note(&note);
    }
    sheet.extend(plane.background());
    sheet.extend(points.shapes());
    let axis_name = fitted(plane.axis_name(), Ink::Small, area.width());
    let at = (area.left, area.top + 12);
    sheet.extend([Shape::text(Ink::Small, at, Anchor::Start, axis_name)]);
    sheet.finish(area, describe(&scatter))
}

/// All settings in their places, with their labels.
struct Points {
    placed: Vec<Placed>,
    frontiers: Vec<Frontier>,
    /// Those of the frontiers, then those of the settings, each if there is room for it.
    labels: Vec<(String, Option<Pixel>)>,
}

impl Points {
    fn of(scatter: &Scatter<'_>, names: &[String], plane: &Plane) -> Self {
        let place_of = |&setting: &usize| plane.placed(scatter.study, setting);
        let placed: Vec<Placed> = scatter.settings.iter().map(place_of).collect();
        let frontiers = frontiers(scatter.study, &placed);
        let mut points: Vec<(Pixel, String)> = Vec::new();
        // What a frontier is of must have its place; settings can do without a label.
        if scatter.has_groups() {
            points.extend(frontiers.iter().filter_map(group_label));
        }
        points.extend(placed.iter().map(|it| it.at).zip(names.iter().cloned()));
        let widest = WIDEST_LABEL.min(plane.plot.width() / 3);
        for (_, name) in &mut points {
            *name = fitted(name, Ink::Small, widest);
        }
        let lines: Vec<&[Pixel]> = frontiers.iter().map(|it| it.line.as_slice()).collect();
        let starts = place(&points, &lines, plane.room());
        let labels = points.into_iter().map(|(_, name)| name).zip(starts).collect();
        Self { placed, frontiers, labels }
    }

    /// How many settings have no label.
    fn unlabeled(&self) -> usize {
        let settings = self.labels.iter().skip(self.labels.len() - self.placed.len());
        settings.filter(|(_, at)| at.is_none()).count()
    }

    /// Whether something on a frontier is not on its line.
    fn is_some_off_line(&self) -> bool {
        let on_line = |at| self.frontiers.iter().any(|frontier| frontier.line.contains(&at));
        self.placed.iter().any(|it| it.on_frontier && !on_line(it.at))
    }

    fn shapes(self) -> Vec<Shape> {
        let lines = self.frontiers.into_iter().filter(|it| it.line.len() > 1);
        let mut shapes: Vec<Shape> = lines.map(|it| Shape::line(Ink::Frontier, it.line)).collect();
        shapes.extend(self.placed.iter().flat_map(whiskers));
        // Where two stand at one place, the one on the frontier is seen.
        for on_frontier in [false, true] {
            let dots = self.placed.iter().filter(|it| it.on_frontier == on_frontier);
            shapes.extend(dots.map(|it| dot(it.at, on_frontier)));
        }
        let text = |(name, at): (String, Option<Pixel>)| {
            at.map(|at| Shape::text(Ink::Small, at, Anchor::Start, name))
        };
        shapes.extend(self.labels.into_iter().filter_map(text));
        shapes
    }
}

fn whiskers(it: &Placed) -> Vec<Shape> {
    let (x, y) = it.at;
    let mut lines = Vec::new();
    if it.across.0 != it.across.1 {
        lines.push(vec![(it.across.0, y), (it.across.1, y)]);
        lines.extend([it.across.0, it.across.1].map(|x| vec![(x, y - 3), (x, y + 3)]));
    }
    if it.down.0 != it.down.1 {
        lines.push(vec![(x, it.down.0), (x, it.down.1)]);
        lines.extend([it.down.0, it.down.1].map(|y| vec![(x - 3, y), (x + 3, y)]));
    }
    lines.into_iter().map(|line| Shape::line(Ink::Whisker, line)).collect()
}
