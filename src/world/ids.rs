//! Small numbers that stand for things, and tables of those things.
//!
//! Numbers are given out in order and never reused, so a table is a vector and a look-up is an
//! index.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// Defines a number that stands for a thing of its own kind.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub(in crate::world) struct $name(pub(in crate::world) u32);

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A DaemonSet object; one that is deleted and created again is another.
    DaemonSetId,
    /// One state of a DaemonSet's spec.
    SpecId,
    /// One state of a node's labels and taints.
    VersionId,
    /// A value of the label `controller-revision-hash`.
    HashId,
    /// A pod template; equal templates have equal ids.
    TemplateId,
    /// A container image; equal names have equal ids.
    ImageId,
}

/// Things by the numbers that stand for them.
#[derive(Clone, Debug)]
pub(in crate::world) struct Table<I, T> {
    rows: Vec<T>,
    ids: PhantomData<I>,
}

impl<I, T> Table<I, T> {
    pub(in crate::world) fn new() -> Self {
        Self { rows: Vec::new(), ids: PhantomData }
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Copy + From<u32> + Into<u32>, T> Table<I, T> {
    /// The number that the next thing will get.
    ///
    /// # Panics
    /// If there are 2^32 things.
    pub(in crate::world) fn next_id(&self) -> I {
        I::from(u32::try_from(self.rows.len()).expect("fewer than 2^32 things of a kind"))
    }

    /// Adds a thing and gives it its number.
    pub(in crate::world) fn push(&mut self, row: T) -> I {
        let id = self.next_id();
        self.rows.push(row);
        id
    }

    /// Every number that was given out so far, in order.
    pub(in crate::world) fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        let next: u32 = self.next_id().into();
        (0..next).map(I::from)
    }

    pub(in crate::world) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The number of the first thing that is wanted.
    pub(in crate::world) fn find(&self, is_wanted: impl Fn(&T) -> bool) -> Option<I> {
        self.ids().find(|&id| is_wanted(&self[id]))
    }

    /// None for a number that has no row.
    pub(in crate::world) fn get(&self, id: I) -> Option<&T> {
        self.rows.get(place(id))
    }

    /// The row of a number, after rows like `new()` for all numbers before it that have none.
    pub(in crate::world) fn ensure(&mut self, id: I, new: impl FnMut() -> T) -> &mut T {
        if self.rows.len() <= place(id) {
            self.rows.resize_with(place(id) + 1, new);
        }
        &mut self.rows[place(id)]
    }

    /// All rows, in the order of their numbers.
    pub(in crate::world) fn rows(&self) -> &[T] {
        &self.rows
    }

    pub(in crate::world) fn clear(&mut self) {
        self.rows.clear();
    }
}

impl<I: Copy + Into<u32>, T> Index<I> for Table<I, T> {
    type Output = T;

    #[inline]
    fn index(&self, id: I) -> &T {
        &self.rows[place(id)]
    }
}

impl<I: Copy + Into<u32>, T> IndexMut<I> for Table<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[place(id)]
    }
}

#[inline]
fn place(id: impl Into<u32>) -> usize {
    id.into() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_out_in_order() {
        let mut names: Table<SpecId, &str> = Table::new();
        assert_eq!((names.push("a"), names.push("b")), (SpecId(0), SpecId(1)));
        assert_eq!((names[SpecId(1)], names.get(SpecId(2))), ("b", None));
        assert_eq!(names.ids().collect::<Vec<_>>(), [SpecId(0), SpecId(1)]);
    }

    #[test]
    fn a_row_that_is_ensured_fills_the_gap_before_it() {
        let mut counts: Table<SpecId, u32> = Table::new();
        *counts.ensure(SpecId(2), || 7) += 1;
        *counts.ensure(SpecId(1), || 9) += 1;
        assert_eq!(counts.iter().copied().collect::<Vec<_>>(), [7, 8, 8]);
    }
}
