//! What is hidden or made up so that decoding can go on after an error.

use crate::input::decode::error::{DecodeError, Kind};
use crate::input::path::{FieldPath, Segment};
use std::collections::BTreeMap;

/// The repairs at and below one value.
#[derive(Debug, Default)]
pub(super) struct Repairs {
    pub(super) state: State,
    /// List items before this one are hidden: no more can be found out about them.
    pub(super) first_item: usize,
    keys: BTreeMap<String, Repairs>,
    items: BTreeMap<usize, Repairs>,
}

/// What happens to a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// It is shown as it is.
    #[default]
    Kept,
    /// It is hidden: it was reported.
    Cut,
    /// A placeholder is shown in its place: it is required, and was reported.
    Filled,
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Tell it and decode again.
    Report,
    /// It follows from a repair; decode again.
    Quiet,
    /// Tell it; nothing more can be found out.
    ReportAndGiveUp,
    /// It follows from a repair, and nothing more can be found out.
    GiveUp,
}

static NONE: Repairs =
    Repairs { state: State::Kept, first_item: 0, keys: BTreeMap::new(), items: BTreeMap::new() };

impl Repairs {
    pub(super) fn key(&self, key: &str) -> &Self {
        self.keys.get(key).unwrap_or(&NONE)
    }

    pub(super) fn item(&self, index: usize) -> &Self {
        self.items.get(&index).unwrap_or(&NONE)
    }

    /// The keys whose values are made up.
    pub(super) fn filled_keys(&self) -> impl Iterator<Item = (&str, &Self)> {
        let filled = self.keys.iter().filter(|(_, below)| below.state == State::Filled);
        filled.map(|(key, below)| (key.as_str(), below))
    }

    /// Repairs what caused `error`, so that it does not come again.
    pub(super) fn absorb(&mut self, error: &DecodeError) -> Verdict {
        let path = &error.path.clone().unwrap_or_default();
        self.hide_items_before(path);
        if let Some(filled) = self.topmost_filled(path) {
            return self.absorb_in_placeholder(error, path, &filled);
        }
        match &error.kind {
            Kind::MissingField(name) => self.fill(path, name),
            Kind::WrongLength { .. } | Kind::NotOneVariant { .. } if self.has_cuts_in(path) => {
                self.cut(path, Verdict::Quiet)
            }
            Kind::UnknownField { .. }
            | Kind::UnknownVariant { .. }
            | Kind::NotOneVariant { .. }
            | Kind::WrongType { .. }
            | Kind::WrongValue { .. }
            | Kind::WrongLength { .. }
            | Kind::Custom(_) => self.cut(path, Verdict::Report),
        }
    }

    /// An error about something made up: make up more, or hide the value it was made up for.
    fn absorb_in_placeholder(
        &mut self,
        error: &DecodeError,
        path: &FieldPath,
        filled: &FieldPath,
    ) -> Verdict {
        match (&error.kind, filled.parent()) {
            (Kind::MissingField(name), _) => match self.fill(path, name) {
                Verdict::Report | Verdict::Quiet => Verdict::Quiet,
                Verdict::ReportAndGiveUp | Verdict::GiveUp => Verdict::GiveUp,
            },
            (_, Some(parent)) => self.cut(&parent, Verdict::Quiet),
            (_, None) => Verdict::GiveUp,
        }
    }

    /// Makes up a required field; it is news unless its value was hidden before.
    fn fill(&mut self, map: &FieldPath, name: &str) -> Verdict {
        let place = self.place(&map.key(name));
        match std::mem::replace(&mut place.state, State::Filled) {
            State::Kept => Verdict::Report,
            State::Cut => Verdict::Quiet,
            State::Filled => Verdict::GiveUp,
        }
    }

    fn cut(&mut self, path: &FieldPath, verdict: Verdict) -> Verdict {
        let place = self.place(path);
        let already = place.state == State::Cut;
        *place = Self { state: State::Cut, ..Self::default() };
        match verdict {
            Verdict::Report if path.is_root() => Verdict::ReportAndGiveUp,
            Verdict::Quiet if path.is_root() => Verdict::GiveUp,
            _ if already => Verdict::GiveUp,
            Verdict::Report | Verdict::Quiet | Verdict::ReportAndGiveUp | Verdict::GiveUp => {
                verdict
            }
        }
    }

    /// Lists are decoded in order, so the items before one with an error are right, or were told
    /// of. Decoding them again and again would take quadratic time.
    fn hide_items_before(&mut self, path: &FieldPath) {
        let mut place = self;
        for segment in path.segments() {
            if let Segment::Index(index) = segment {
                place.first_item = *index;
                place.items = place.items.split_off(index);
            }
            place = place.step_mut(segment);
        }
    }

    fn place(&mut self, path: &FieldPath) -> &mut Self {
        path.segments().iter().fold(self, Self::step_mut)
    }

    fn topmost_filled(&self, path: &FieldPath) -> Option<FieldPath> {
        let mut place = self;
        let mut walked = FieldPath::ROOT;
        for segment in path.segments() {
            place = place.step(segment);
            walked.push(segment.clone());
            if place.state == State::Filled {
                return Some(walked);
            }
        }
        None
    }

    fn has_cuts_in(&self, path: &FieldPath) -> bool {
        let place = path.segments().iter().fold(self, |place, segment| place.step(segment));
        let mut below = place.keys.values().chain(place.items.values());
        place.first_item > 0 || below.any(|repairs| repairs.state == State::Cut)
    }

    fn step_mut(&mut self, segment: &Segment) -> &mut Self {
        match segment {
            Segment::Key(key) => self.keys.entry(key.clone()).or_default(),
            Segment::Index(index) => self.items.entry(*index).or_default(),
        }
    }

    fn step(&self, segment: &Segment) -> &Self {
        match segment {
            Segment::Key(key) => self.key(key),
            Segment::Index(index) => self.item(*index),
        }
    }
}
