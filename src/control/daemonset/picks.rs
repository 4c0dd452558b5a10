//! Nodes that a decision may pick from, in picking order.

use std::collections::BTreeSet;

use crate::control::ids::NodeId;

/// A node's place in the picking order; lower goes first. Ties go by [`NodeId`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey(pub u64);

/// Nodes in picking order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Picks(BTreeSet<(OrderKey, NodeId)>);

impl Picks {
    pub(super) fn insert(&mut self, key: OrderKey, node: NodeId) {
        self.0.insert((key, node));
    }

    pub(super) fn remove(&mut self, key: OrderKey, node: NodeId) {
        self.0.remove(&(key, node));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = NodeId> {
        self.0.iter().map(|&(_, node)| node)
    }
}

/// The nodes of two sets as if they were one, each of them once.
pub(super) fn merged(a: &Picks, b: &Picks) -> impl Iterator<Item = NodeId> {
    let (mut a, mut b) = (a.0.iter().peekable(), b.0.iter().peekable());
    std::iter::from_fn(move || {
        let least = [a.peek(), b.peek()].into_iter().flatten().min().copied()?;
        a.next_if_eq(&least);
        b.next_if_eq(&least);
        Some(least.1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sets_are_merged_in_picking_order() {
        let picks = |places: &[(u64, u32)]| {
            Picks(places.iter().map(|&(key, node)| (OrderKey(key), NodeId(node))).collect())
        };
        let (a, b) = (picks(&[(1, 4), (3, 0), (9, 2)]), picks(&[(1, 3), (3, 0), (5, 1)]));
        assert_eq!(merged(&a, &b).collect::<Vec<_>>(), [3, 4, 0, 1, 2].map(NodeId));
        assert_eq!(merged(&Picks::default(), &b).collect::<Vec<_>>(), [3, 0, 1].map(NodeId));
    }
}
