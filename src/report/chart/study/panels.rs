//! Charts with a line per setting: a panel for each circumstance, in which a decision has the same
//! line as in all others.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::fitted;
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::shape::{Anchor, Pixel, Shape};
use crate::report::chart::study::labels::{MOST_LINES, WIDTH, time_axis, time_grid};
use crate::report::chart::study::setting_names::SettingNames;
use crate::report::readable::count;
use crate::study::{Decision, Study};

/// The sides of all panels, in pixels.
pub(super) const LEFT: i32 = 72;
pub(super) const RIGHT: i32 = 600;
/// The rows of a panel that is alone.
const ALONE: Pixel = (64, 344);
/// The first row of several, the height of each, and how far apart they are.
const FIRST: i32 = 84;
const HEIGHT: i32 = 150;
const APART: i32 = 186;
/// More circumstances than this are counted.
const MOST_PANELS: usize = 6;

/// The panels of a chart, and what is not in them.
pub(super) struct Panels {
    pub(super) all: Vec<Panel>,
    /// What short names are values of.
    pub(super) fields: Option<String>,
    /// Circumstances that have no panel.
    more: usize,
    /// Whether there is a frontier, whose lines come first.
    has_frontier: bool,
}

/// A circumstance, or everything.
pub(super) struct Panel {
    /// Empty if the panel is alone.
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
    /// Pixels of its top and its bottom.
    pub(super) rows: Pixel,
    /// Whether the times are written below it.
    is_last: bool,
}

/// A setting in a panel.
#[derive(Clone)]
pub(super) struct Line {
    /// By its index.
    pub(super) setting: usize,
    /// Its name in this chart.
    pub(super) name: String,
    /// Which of the lines it is: that of its decision, if there are several panels.
    pub(super) place: usize,
}

impl Panels {
    /// All settings in one panel if there is one circumstance, or nothing to decide.
    pub(super) fn of(study: &Study) -> Self {
        let circumstances = study.sweep.circumstances();
        let has_frontier = !study.frontier.is_empty();
        if circumstances.len() < 2 || study.decisions.len() < 2 {
            let settings: Vec<usize> = (0..study.sweep.settings.len()).collect();
            let places = places(settings.len(), MOST_LINES, |it| study.frontier.contains(&it));
            let SettingNames { names, fields } = SettingNames::of(study, &settings);
            let lines = lines(settings, names, |setting| places[setting]);
            let panel = Panel { heading: String::new(), lines, rows: ALONE, is_last: true };
            return Self { all: vec![panel], fields, more: 0, has_frontier };
        }
        let decisions = &study.decisions;
        let places = places(decisions.len(), MOST_LINES, |it| is_first(study, &decisions[it]));
        let more = circumstances.len().saturating_sub(MOST_PANELS);
        let shown = circumstances.into_iter().take(MOST_PANELS);
        let tops = (0..).map(|place| FIRST + place * APART);
        let mut panels: Vec<Panel> =
            shown.zip(tops).map(|(it, top)| panel(study, it, top, &places)).collect();
        if let Some(last) = panels.last_mut() {
            last.is_last = true;
        }
        let first: Vec<usize> = panels[0].lines.iter().map(|it| it.setting).collect();
        let SettingNames { fields, .. } = SettingNames::of(study, &first);
        Self { all: panels, fields, more, has_frontier }
    }

    /// The row below the last panel.
    pub(super) fn bottom(&self) -> i32 {
        self.all.last().map_or(ALONE.1, |panel| panel.rows.1)
    }

    pub(super) fn has_many(&self) -> bool {
        self.all.len() > 1
    }

    /// `; by maxUnavailable`, for a subtitle.
    pub(super) fn by(&self) -> String {
        self.fields.as_ref().map_or_else(String::new, |it| format!("; by {it}"))
    }

    /// What is not drawn, if anything: circumstances, and settings of the others that have no line.
    pub(super) fn not_drawn(&self, settings: usize) -> Option<String> {
        let circumstances = (self.more, "more circumstance");
        let missing = [circumstances, (settings, "more setting")];
        let missing = missing.into_iter().filter(|(many, _)| *many > 0);
        let missing: Vec<String> = missing.map(|(many, what)| count(many as u64, what)).collect();
        let is_chosen = settings > 0 && self.has_frontier;
        let choice = if is_chosen { "; the frontier comes first" } else { "" };
        (!missing.is_empty()).then(|| format!("{} not drawn{choice}", missing.join(" and ")))
    }
}

impl Panel {
    pub(super) fn time_axis(&self, time: &LogScale) -> Vec<Shape> {
        if self.is_last { time_axis(time, self.rows) } else { time_grid(time, self.rows) }
    }

    /// Its heading.
    pub(super) fn heading(&self) -> Option<Shape> {
        let text = fitted(&self.heading, Ink::Text, WIDTH - LEFT - 16);
        let at = (LEFT, self.rows.0 - 9);
        (!text.is_empty()).then(|| Shape::text(Ink::Text, at, Anchor::Start, text))
    }
}

fn panel(study: &Study, circumstance: &str, top: i32, places: &[usize]) -> Panel {
    let settings = settings_of(study, circumstance);
    let SettingNames { names, .. } = SettingNames::of(study, &settings);
    let place = |setting| study.decision_of(setting).map_or(0, |decision| places[decision]);
    let lines = lines(settings, names, place);
    let rows = (top, top + HEIGHT);
    Panel { heading: circumstance.to_owned(), lines, rows, is_last: false }
}

/// In the order of their places.
fn lines(settings: Vec<usize>, names: Vec<String>, place: impl Fn(usize) -> usize) -> Vec<Line> {
    let line = |(setting, name)| Line { setting, name, place: place(setting) };
    let mut lines: Vec<Line> = settings.into_iter().zip(names).map(line).collect();
    lines.sort_by_key(|it| it.place);
    lines
}

/// The settings of a circumstance, by their indices.
pub(super) fn settings_of(study: &Study, circumstance: &str) -> Vec<usize> {
    let settings = study.sweep.settings.iter().enumerate();
    settings.filter(|(_, it)| it.circumstance == circumstance).map(|(index, _)| index).collect()
}

/// Whether a decision is on the frontier in any circumstance: what is worth seeing.
pub(super) fn is_first(study: &Study, decision: &Decision) -> bool {
    decision.settings.iter().any(|it| study.frontier.contains(it))
}

/// The places of `many` things of which `most` can be seen: if there are more, these are the first
/// of those that come first, and then of the others. They stay in their order.
pub(super) fn places(many: usize, most: usize, comes_first: impl Fn(usize) -> bool) -> Vec<usize> {
    let (first, others): (Vec<usize>, Vec<usize>) = (0..many).partition(|&it| comes_first(it));
    let mut chosen: Vec<usize> = first.into_iter().chain(others).collect();
    let mut left = chosen.split_off(most.min(many));
    chosen.sort_unstable();
    left.sort_unstable();
    let mut places = vec![0; many];
    for (place, it) in chosen.into_iter().chain(left).enumerate() {
        places[it] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_has_a_place() {
        let check = |many, most, first: &[usize], expected: &[usize]| {
            assert_eq!(places(many, most, |it| first.contains(&it)), expected);
        };
        check(0, 2, &[], &[]);
        check(3, 3, &[2], &[0, 1, 2]);
        check(4, 2, &[], &[0, 1, 2, 3]);
        check(4, 2, &[3], &[0, 2, 3, 1]);
        check(4, 2, &[1, 2, 3], &[2, 0, 1, 3]);
    }
}
