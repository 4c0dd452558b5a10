//! Charts with a line per setting: a panel for each circumstance, in which a decision has the same
//! line as in all others.

use crate::report::chart::canvas::ink::MOST_SERIES;
use crate::report::chart::study::setting_names::SettingNames;
use crate::report::readable::count;
use crate::study::{Decision, Study};

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
    /// At most so many panels; all settings in one if there is one circumstance, or nothing to decide.
    pub(super) fn of(study: &Study, most: usize) -> Self {
        let circumstances = study.sweep.circumstances();
        let has_frontier = !study.frontier.is_empty();
        if circumstances.len() < 2 || study.decisions.len() < 2 {
            let settings: Vec<usize> = (0..study.sweep.settings.len()).collect();
            let places = places(settings.len(), MOST_SERIES, |it| study.frontier.contains(&it));
            let SettingNames { names, fields } = SettingNames::of(study, &settings);
            let lines = lines(settings, names, |setting| places[setting]);
            let panel = Panel { heading: String::new(), lines };
            return Self { all: vec![panel], fields, more: 0, has_frontier };
        }
        let decisions = &study.decisions;
        let places = places(decisions.len(), MOST_SERIES, |it| is_first(study, &decisions[it]));
        let more = circumstances.len().saturating_sub(most);
        let shown = circumstances.into_iter().take(most);
        let all: Vec<Panel> = shown.map(|it| panel(study, it, &places)).collect();
        let first: Vec<usize> = all[0].lines.iter().map(|it| it.setting).collect();
        let SettingNames { fields, .. } = SettingNames::of(study, &first);
        Self { all, fields, more, has_frontier }
    }

    pub(super) fn has_many(&self) -> bool {
        self.all.len() > 1
    }

    /// What is not drawn, if anything: circumstances, and settings of the others that have no line.
    pub(super) fn not_drawn(&self, settings: usize) -> Option<String> {
        not_drawn(self.more, settings, self.has_frontier)
    }
}

/// Circumstances and settings that are not drawn, if there are any, and how others were chosen.
pub(super) fn not_drawn(
    circumstances: usize,
    settings: usize,
    has_frontier: bool,
) -> Option<String> {
    let missing = [(circumstances, "more circumstance"), (settings, "more setting")];
    let missing = missing.into_iter().filter(|(many, _)| *many > 0);
    let missing: Vec<String> = missing.map(|(many, what)| count(many as u64, what)).collect();
    let is_chosen = settings > 0 && has_frontier;
    let choice = if is_chosen { "; the frontier comes first" } else { "" };
    (!missing.is_empty()).then(|| format!("{} not drawn{choice}", missing.join(" and ")))
}

fn panel(study: &Study, circumstance: &str, places: &[usize]) -> Panel {
    let settings = settings_of(study, circumstance);
    let SettingNames { names, .. } = SettingNames::of(study, &settings);
    let place = |setting| study.decision_of(setting).map_or(0, |decision| places[decision]);
    let lines = lines(settings, names, place);
    Panel { heading: circumstance.to_owned(), lines }
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
