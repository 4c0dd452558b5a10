//! Where in the text a path leads.
//!
//! Trees carry no positions: almost none is ever shown. When there are problems, the text is
//! parsed once more and walked along their paths only. The library tells a position nowhere but
//! in an error, so the walk fails on purpose at each step, notes the place, and goes on:
//!
//! - a key is read by a visitor that always fails, which still consumes the key;
//! - a value is asked to be an enum, which consumes a scalar or an alias, but not a list or map.

use crate::input::locate_json;
use crate::input::path::{FieldPath, Segment};
use crate::input::problem::{Position, Problem};
use crate::input::skim;
use crate::input::source::{Limits, Source};
use crate::input::syntax::split_place;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::collections::BTreeMap;
use std::fmt;

/// Gives every problem that has no position the one of its key or value. A path that is nowhere
/// in the text (a missing field, a merged or aliased value) gets the place of the nearest value
/// above it that is.
///
/// Does nothing for a source that is beyond `limits`: it must not be parsed. Takes the time of two
/// parses of the source, however many problems there are; for JSON that of a look at each byte.
pub fn locate(source: &Source, limits: &Limits, problems: &mut [Problem]) {
    if source.check(limits).is_err() {
        return;
    }
    let mut wanted: BTreeMap<usize, Wanted> = BTreeMap::new();
    for (index, problem) in problems.iter().enumerate().filter(|(_, p)| p.at.is_none()) {
        wanted.entry(problem.document).or_default().add(&problem.path, index);
    }
    let Some((&last, _)) = wanted.last_key_value() else { return };
    if locate_json::locate(source.text(), problems, &wanted).is_some() {
        return;
    }
    if source.check_structure(limits).is_err() {
        return;
    }
    let mut document = 0;
    for part in skim::parts(source.text()) {
        let first_document = document;
        let parse = || serde_yaml::Deserializer::from_str(part);
        for (first, second) in parse().zip(parse()) {
            if let Some(wanted) = wanted.get(&document) {
                locate_in(problems, wanted, first, second);
            }
            document += 1;
            if document > last {
                break;
            }
        }
        let start = source.position(source.offset_of(part).unwrap_or(0));
        for wanted in wanted.range(first_document..document).map(|(_, wanted)| wanted) {
            wanted.shift(problems, start);
        }
        if document > last {
            break;
        }
    }
}

/// Gives the problems of a document their places in the part of the source that it is in.
fn locate_in<'de, D: Deserializer<'de>>(
    problems: &mut [Problem],
    wanted: &Wanted,
    first: D,
    second: D,
) {
    let start = Probe::default().run(|probe| probe.deserialize(first).map(Some));
    let Some(start) = start else { return };
    note(problems, wanted, start, start);
    // A document that cannot be parsed to its end has told its places up to there.
    let _ = Walk { problems, wanted, start }.deserialize(second);
}

/// The paths of a document's problems, as a tree of steps.
#[derive(Default)]
pub(super) struct Wanted {
    problems: Vec<usize>,
    pub(super) below: BTreeMap<Segment, Wanted>,
}

impl Wanted {
    fn add(&mut self, path: &FieldPath, problem: usize) {
        let mut place = self;
        for segment in path.segments() {
            place = place.below.entry(segment.clone()).or_default();
        }
        place.problems.push(problem);
    }

    /// Moves the places from a part of the source that begins at `start` to the source.
    fn shift(&self, problems: &mut [Problem], start: Position) {
        for &index in &self.problems {
            problems[index].at = problems[index].at.map(|at| at.from(start));
        }
        self.below.values().for_each(|below| below.shift(problems, start));
    }

    fn last_index(&self) -> Option<usize> {
        self.below.keys().rev().find_map(|segment| match segment {
            Segment::Index(index) => Some(*index),
            Segment::Key(_) => None,
        })
    }
}

/// Notes the place of a step for its own problems, and for those below until they get theirs.
pub(super) fn note(problems: &mut [Problem], wanted: &Wanted, key: Position, value: Position) {
    for &index in &wanted.problems {
        let problem = &mut problems[index];
        problem.at = Some(if problem.on_key { key } else { value });
    }
    for below in wanted.below.values() {
        note(problems, below, key, key);
    }
}

/// Walks into a list or map along the wanted steps.
struct Walk<'walk> {
    problems: &'walk mut [Problem],
    wanted: &'walk Wanted,
    /// Where the list or map starts.
    start: Position,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        if self.wanted.below.is_empty() {
            return value.deserialize_ignored_any(IgnoredAny).map(|IgnoredAny| ());
        }
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut key = String::new();
        loop {
            key.clear();
            let key_at = match map.next_key_seed(FailingKey(&mut key)) {
                Ok(None) => return Ok(()),
                Ok(Some(never)) => match never {},
                Err(error) => place_of(&error),
            };
            match self.wanted.below.get(&Segment::Key(key.clone())) {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(wanted) => {
                    let mut probe = Probe::default();
                    let value_at = probe.run(|probe| map.next_value_seed(probe).map(Some));
                    let Some(value_at) = value_at else { return Ok(()) };
                    note(self.problems, wanted, key_at, value_at);
                    if probe.left_in_place && value_at > key_at {
                        let problems = &mut *self.problems;
                        map.next_value_seed(Walk { problems, wanted, start: value_at })?;
                    }
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let nothing = Wanted::default();
        let mut furthest = self.start;
        for index in 0..=self.wanted.last_index().unwrap_or(0) {
            let wanted = self.wanted.below.get(&Segment::Index(index)).unwrap_or(&nothing);
            let mut probe = Probe::default();
            let Some(at) = probe.run(|probe| items.next_element_seed(probe)) else {
                return Ok(());
            };
            note(self.problems, wanted, at, at);
            // An alias leads back to what was read before. (One that leads into the item just
            // before it is taken for an item: the places after it in this list may be wrong.)
            if probe.left_in_place && at > furthest {
                let problems = &mut *self.problems;
                items.next_element_seed(Walk { problems, wanted, start: at })?;
            }
            furthest = furthest.max(at);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// The place that an error of the library names; it leaves out the very first one.
fn place_of(error: &impl fmt::Display) -> Position {
    let text = error.to_string();
    split_place(&text).1.unwrap_or(Position { line: 1, column: 1 })
}

/// What no seed here ever returns.
enum Never {}

/// Reads a key into the string and fails.
struct FailingKey<'key>(&'key mut String);

impl<'de> DeserializeSeed<'de> for FailingKey<'_> {
    type Value = Never;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Never, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for FailingKey<'_> {
    type Value = Never;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Never, E> {
        self.0.push_str(key);
        Err(E::custom("here"))
    }
}

/// Fails at a value; a list or map that was not reached through an alias stays to be read.
struct Probe {
    left_in_place: bool,
}

impl Default for Probe {
    fn default() -> Self {
        Self { left_in_place: true }
    }
}

impl Probe {
    /// The place of the value that `read` gives to the probe; `None` if there is no value.
    fn run<E: Error>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Option<Never>, E>,
    ) -> Option<Position> {
        match read(self) {
            Ok(None) => None,
            Ok(Some(never)) => match never {},
            Err(error) => Some(place_of(&error)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Probe {
    type Value = Never;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Never, D::Error> {
        value.deserialize_enum("", &[], self)
    }
}

impl<'de> Visitor<'de> for &mut Probe {
    type Value = Never;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing")
    }

    /// A scalar, or anything with a tag of its own: consumed.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Never, A::Error> {
        self.left_in_place = false;
        let (IgnoredAny, content) = access.variant()?;
        // A scalar has no content besides itself and says so, a tagged value has; either way it
        // is consumed.
        let _ = content.newtype_variant::<IgnoredAny>();
        Err(A::Error::custom("here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, document: usize, path: &str, key: [usize; 2], value: [usize; 2]) {
        let path: FieldPath = path.parse().unwrap();
        let problem = Problem::error("x", path, "x").in_document(document);
        let mut problems = [problem.clone().on_key(), problem];
        locate(&Source::new("x", text), &Limits::default(), &mut problems);
        let found = problems.map(|problem| problem.at.map(|at| [at.line, at.column]));
        assert_eq!(found, [Some(key), Some(value)], "in {text:?}");
    }

    #[test]
    fn finds_keys_and_values() {
        check("a: 1\nb:\n  c: x\n  d: [1, {e: 2}]\n", 0, "a", [1, 1], [1, 4]);
        check("a: 1\nb:\n  c: x\n  d: [1, {e: 2}]\n", 0, "b", [2, 1], [3, 3]);
        check("a: 1\nb:\n  c: x\n  d: [1, {e: 2}]\n", 0, "b.c", [3, 3], [3, 6]);
        check("a: 1\nb:\n  c: x\n  d: [1, {e: 2}]\n", 0, "b.d[1].e", [4, 11], [4, 14]);
        check("- 1\n- x: 1\n- 3", 0, "[2]", [3, 3], [3, 3]);
        check("- 1\n- x: 1\n- 3", 0, "[1].x", [2, 3], [2, 6]);
        check("a:\n- x: 1\n- y: 2\nb: &l\n- &i {z: 1}\n- {z: 2}\n", 0, "a[1].y", [3, 3], [3, 6]);
        check("a:\n- x: 1\n- y: 2\nb: &l\n- &i {z: 1}\n- {z: 2}\n", 0, "b[0].z", [5, 7], [5, 10]);
        check("a:\n- x: 1\n- y: 2\nb: &l\n- &i {z: 1}\n- {z: 2}\n", 0, "b[1].z", [6, 4], [6, 7]);
        check("a: 1\n---\n# c\nb: 2\n", 1, "b", [4, 1], [4, 4]);
        check("é: ü\r\nb: 2", 0, "b", [2, 1], [2, 4]);
        check("{\"a\": {\"b\": [true]}}", 0, "a.b[0]", [1, 14], [1, 14]);
    }

    #[test]
    fn falls_back_to_what_is_there() {
        check("a: 1\nb:\n  c: x\n", 0, "b.missing", [2, 1], [2, 1]);
        check("a: 1\nb:\n  c: x\n", 0, "b.c.d", [3, 3], [3, 3]);
        check("# c\n\na: 1\n", 0, "zzz", [3, 1], [3, 1]);
    }

    #[test]
    fn is_not_led_astray_by_aliases_and_tags() {
        let text = "x: &x {k: 1}\ny: *x\nz: {k: !t [1, 2]}\nw: [*x, {k: 3}]\n";
        check(text, 0, "x.k", [1, 8], [1, 11]);
        check(text, 0, "y.k", [2, 1], [2, 1]);
        check(text, 0, "z.k[1]", [3, 5], [3, 5]);
        check(text, 0, "w[1].k", [4, 10], [4, 13]);
    }

    #[test]
    fn the_last_of_duplicate_keys_counts() {
        check("a: 1\na: 2\n", 0, "a", [2, 1], [2, 4]);
    }
}
