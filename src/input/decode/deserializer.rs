//! serde's view of a tree, as the repairs leave it.

use crate::input::decode::error::{DecodeError, Kind};
use crate::input::decode::placeholder::Placeholder;
use crate::input::decode::repairs::{Repairs, State};
use crate::input::path::{FieldPath, Segment};
use crate::input::tree::Tree;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::Cell;

/// The way to the value being decoded, kept on the stack: it is needed only when there is an
/// error.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// The tree itself, and how many values were visited so far.
    Root(&'a Cell<usize>),
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn count_visits(&self, visits: usize) {
        let mut here = self;
        loop {
            here = match here {
                Path::Root(total) => return total.set(total.get().saturating_add(visits)),
                Path::Key(above, _) | Path::Index(above, _) => above,
            };
        }
    }
}

impl From<&Path<'_>> for FieldPath {
    fn from(path: &Path<'_>) -> Self {
        let mut segments = Vec::new();
        let mut here = path;
        loop {
            here = match here {
                Path::Root(_) => break,
                Path::Key(above, key) => {
                    segments.push(Segment::Key((*key).to_owned()));
                    above
                }
                Path::Index(above, index) => {
                    segments.push(Segment::Index(*index));
                    above
                }
            };
        }
        segments.reverse();
        Self::from(segments)
    }
}

/// One value of the tree.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    tree: &'a Tree,
    repairs: &'a Repairs,
    path: &'a Path<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn new(tree: &'a Tree, repairs: &'a Repairs, path: &'a Path<'a>) -> Self {
        Self { tree, repairs, path }
    }

    fn wrong_type<'de, V: Visitor<'de>>(&self, visitor: &V) -> DecodeError {
        DecodeError::invalid_type(Unexpected::Other(self.tree.kind()), visitor)
    }

    fn visit_items<'de, V: Visitor<'de>>(
        self,
        items: &[Tree],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let first = self.repairs.first_item;
        self.path.count_visits(items.len().saturating_sub(first));
        let mut access = Items { node: self, list: items, next: first };
        let value = visitor.visit_seq(&mut access)?;
        match access.left() {
            0 => Ok(value),
            left => Err(DecodeError::invalid_length(items.len(), &Shorter(items.len() - left))),
        }
    }

    /// The entries that are in sight. A key without a value is absent, unless it is unknown.
    fn entries(self, known: Option<&'static [&'static str]>) -> Entries<'a> {
        let written: &[_] = if let Tree::Map(entries) = self.tree { entries } else { &[] };
        self.path.count_visits(written.len());
        let in_sight = written.iter().filter(|(key, value)| {
            let kept = self.repairs.key(key).state == State::Kept;
            let unknown = known.is_some_and(|known| !known.contains(&key.as_str()));
            kept && (*value != Tree::Null || unknown)
        });
        let mut entries: Vec<_> = in_sight.map(|(key, value)| (&**key, Some(value))).collect();
        entries.extend(self.repairs.filled_keys().map(|(key, _)| (key, None)));
        Entries::new(entries, self.repairs, self.path)
    }
}

/// Says how long a list must be.
struct Shorter(usize);

impl serde::de::Expected for Shorter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a list of {}", self.0)
    }
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Int(value) => visit_integer(*value, visitor),
            Tree::Float(value) if value.is_finite() => visitor.visit_f64(*value),
            Tree::Float(_) => {
                Err(DecodeError::invalid_type(Unexpected::Other(""), &"a finite number"))
            }
            Tree::Text(text) => visitor.visit_str(text),
            Tree::List(items) => self.visit_items(items, visitor),
            Tree::Map(_) => visitor.visit_map(self.entries(None)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if *self.tree == Tree::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    /// serde's derived structs also take lists, field by field; people never mean that.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if !matches!(self.tree, Tree::Map(_)) {
            return Err(self.wrong_type(&visitor));
        }
        visitor.visit_map(self.entries(Some(fields)))
    }

    /// Text for a variant without content, or a map with the variant as its only key.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.tree {
            Tree::Text(name) => visitor.visit_enum(Variant { node: self, name, value: None }),
            Tree::Map(entries) => {
                let in_sight: Vec<_> = entries
                    .iter()
                    .filter(|(key, _)| self.repairs.key(key).state == State::Kept)
                    .collect();
                if let [(name, value)] = in_sight[..] {
                    return visitor.visit_enum(Variant { node: self, name, value: Some(value) });
                }
                let found = in_sight.iter().map(|(key, _)| key.clone()).collect();
                Err(DecodeError::new(Kind::NotOneVariant { known: variants, found }))
            }
            Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::List(_) => {
                Err(self.wrong_type(&visitor))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree {
            Tree::Float(value) => visit_whole(*value, visitor),
            Tree::Null
            | Tree::Bool(_)
            | Tree::Int(_)
            | Tree::Text(_)
            | Tree::List(_)
            | Tree::Map(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_i64(visitor)
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, DecodeError> {
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(unsigned), _) => visitor.visit_u64(unsigned),
        (Err(_), Ok(signed)) => visitor.visit_i64(signed),
        (Err(_), Err(_)) => visitor.visit_i128(value),
    }
}

/// A float for an integer field: Go writes `3.0` as `3`, so it passes if it is whole.
fn visit_whole<'de, V: Visitor<'de>>(value: f64, visitor: V) -> Result<V::Value, DecodeError> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() != 0.0 || value.abs() > EXACT {
        return visitor.visit_f64(value);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and exact below 2^53")]
    visit_integer(value as i128, visitor)
}

struct Items<'a> {
    node: Node<'a>,
    list: &'a [Tree],
    next: usize,
}

impl Items<'_> {
    fn advance(&mut self) -> Option<(usize, &Tree)> {
        while let Some(item) = self.list.get(self.next) {
            let index = self.next;
            self.next += 1;
            if self.node.repairs.item(index).state == State::Kept {
                return Some((index, item));
            }
        }
        None
    }

    fn left(&mut self) -> usize {
        std::iter::from_fn(|| self.advance().map(|_| ())).count()
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        let Node { repairs, path: above, .. } = self.node;
        let Some((index, item)) = self.advance() else { return Ok(None) };
        let path = Path::Index(above, index);
        let node = Node::new(item, repairs.item(index), &path);
        seed.deserialize(node).map(Some).map_err(|error| error.at(&path))
    }
}

/// The entries of a map; one without a tree is made up.
pub(super) struct Entries<'a> {
    rest: std::vec::IntoIter<(&'a str, Option<&'a Tree>)>,
    value: Option<(&'a str, Option<&'a Tree>)>,
    repairs: &'a Repairs,
    path: &'a Path<'a>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(
        entries: Vec<(&'a str, Option<&'a Tree>)>,
        repairs: &'a Repairs,
        path: &'a Path<'a>,
    ) -> Self {
        Self { rest: entries.into_iter(), value: None, repairs, path }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = DecodeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DecodeError> {
        self.value = self.rest.next();
        let Some((key, _)) = self.value else { return Ok(None) };
        let path = Path::Key(self.path, key);
        seed.deserialize(key.into_deserializer())
            .map(Some)
            .map_err(|e: DecodeError| e.at_key(&path))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DecodeError> {
        let (key, value) =
            self.value.take().ok_or_else(|| DecodeError::custom("a value without its key"))?;
        let path = Path::Key(self.path, key);
        let repairs = self.repairs.key(key);
        let decoded = match value {
            Some(tree) => seed.deserialize(Node::new(tree, repairs, &path)),
            None => seed.deserialize(Placeholder::new(repairs, &path)),
        };
        decoded.map_err(|error| error.at(&path))
    }
}

/// The variant of an enum; its value is behind its name, or there is only the name.
struct Variant<'a> {
    node: Node<'a>,
    name: &'a str,
    value: Option<&'a Tree>,
}

/// What a variant that is written without a value holds.
static EMPTY_MAP: Tree = Tree::Map(Vec::new());

impl<'a> Variant<'a> {
    fn path(&self) -> Path<'a> {
        match self.value {
            Some(_) => Path::Key(self.node.path, self.name),
            None => *self.node.path,
        }
    }

    /// The content as a map or list; nothing is an empty map, so that `restart:` may be written
    /// for a variant whose fields all have defaults.
    fn decode<T>(
        self,
        read: impl FnOnce(Node<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let path = self.path();
        let written = self.value.filter(|value| **value != Tree::Null);
        let repairs = self.node.repairs.key(self.name);
        let node = Node::new(written.unwrap_or(&EMPTY_MAP), repairs, &path);
        read(node).map_err(|error| error.at(&path))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), DecodeError> {
        let path = self.path();
        let name = seed.deserialize(self.name.into_deserializer());
        let on_key = self.value.is_some();
        let place = |error: DecodeError| if on_key { error.at_key(&path) } else { error.at(&path) };
        name.map(|name| (name, self)).map_err(place)
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        let path = self.path();
        match self.value {
            None | Some(Tree::Null) => Ok(()),
            Some(Tree::Map(entries)) if entries.is_empty() => Ok(()),
            Some(_) => Err(DecodeError::invalid_type(Unexpected::Other(""), &"nothing").at(&path)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, DecodeError> {
        self.decode(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.decode(|node| node.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.decode(|node| node.deserialize_struct("", fields, visitor))
    }
}
