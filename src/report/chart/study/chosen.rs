//! Which settings have a plot of their own, and how the plots stand.

use crate::report::chart::canvas::panes::Panes;
use crate::report::chart::study::panels::{is_first, not_drawn, places, settings_of};
use crate::study::Study;

/// More plots than this are too many to look at.
pub(super) const MOST_PLOTS: usize = 12;
/// More circumstances than this are counted if there are several decisions.
const MOST_CIRCUMSTANCES: usize = 4;
/// The least width of a plot if the decisions of a circumstance stand in one row, in pixels.
const NARROWEST: i32 = 150;

/// How much room there is for plots.
pub(super) struct Room {
    /// In pixels.
    pub(super) width: i32,
    pub(super) rows: usize,
    /// In all.
    pub(super) plots: usize,
}

/// Settings that are drawn, in the order of their plots.
pub(super) struct Chosen {
    pub(super) settings: Vec<usize>,
    pub(super) panes: Panes,
    /// What is not drawn, if anything.
    pub(super) note: Option<String>,
}

impl Chosen {
    /// A row for each circumstance, a column for each decision, as far as there is room. The frontier
    /// comes first.
    pub(super) fn of(study: &Study, room: &Room) -> Self {
        let circumstances = study.sweep.circumstances();
        if circumstances.len() < 2 || study.decisions.len() < 2 {
            return Self::of_all(study, room);
        }
        let rows = circumstances.len().min(MOST_CIRCUMSTANCES).min(room.plots);
        let columns = (room.plots / rows).max(1);
        let first = |it: usize| is_first(study, &study.decisions[it]);
        let places = places(study.decisions.len(), columns, first);
        let is_drawn = |setting: &usize| {
            study.decision_of(*setting).is_some_and(|decision| places[decision] < columns)
        };
        let settings: Vec<usize> = (circumstances.iter().take(rows))
            .flat_map(|it| settings_of(study, it).into_iter().filter(is_drawn))
            .collect();
        let row = columns.min(study.decisions.len());
        let fits = i32::try_from(row).is_ok_and(|row| row * NARROWEST <= room.width);
        let panes = if fits && rows <= room.rows && settings.len() == row * rows {
            Panes::in_columns(settings.len(), row)
        } else {
            Panes::side_by_side(settings.len(), room.width)
        };
        Self::with(study, settings, panes)
    }

    /// In the order of the settings.
    fn of_all(study: &Study, room: &Room) -> Self {
        let many = study.sweep.settings.len();
        let places = places(many, room.plots, |it| study.frontier.contains(&it));
        let settings: Vec<usize> = (0..many).filter(|&it| places[it] < room.plots).collect();
        let panes = Panes::side_by_side(settings.len(), room.width);
        Self::with(study, settings, panes)
    }

    fn with(study: &Study, settings: Vec<usize>, panes: Panes) -> Self {
        let more = study.sweep.settings.len() - settings.len();
        let note = not_drawn(0, more, !study.frontier.is_empty());
        Self { settings, panes, note }
    }
}
