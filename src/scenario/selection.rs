//! Which nodes an action is for.

use std::collections::BTreeSet;

use crate::api::{IntOrPercent, LabelSelector, Labels};
use crate::scenario::valid::PoolId;

/// Which nodes an action is for; those that exist when it happens count.
#[derive(Clone, Debug)]
pub struct NodeSelection {
    pub among: Among,
    /// How many of them.
    pub take: Take,
}

/// A set of nodes.
#[derive(Clone, Debug)]
pub enum Among {
    All,
    Names(Vec<String>),
    /// Nodes of a pool.
    Pool(PoolId),
    /// Nodes whose labels match.
    Labels(LabelSelector),
}

/// How many of a set of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    All,
    /// So many, drawn by the seed; all if there are fewer.
    Count(u32),
    /// A share in percent (0 to 100), rounded up, drawn by the seed.
    Percent(u32),
}

/// What of a node decides whether it is among a set.
#[derive(Clone, Copy, Debug)]
pub struct NodeTraits<'a> {
    pub name: &'a str,
    /// Its pool, if it has one.
    pub pool: Option<PoolId>,
    pub labels: &'a Labels,
}

impl Among {
    /// Tells nodes of the set from others.
    pub fn test(&self) -> impl Fn(&NodeTraits<'_>) -> bool {
        let names: BTreeSet<&str> = match self {
            Self::Names(names) => names.iter().map(String::as_str).collect(),
            Self::All | Self::Pool(_) | Self::Labels(_) => BTreeSet::new(),
        };
        move |node| match self {
            Self::All => true,
            Self::Names(_) => names.contains(node.name),
            Self::Pool(pool) => node.pool == Some(*pool),
            Self::Labels(selector) => selector.matches(node.labels),
        }
    }
}

impl Take {
    /// How many are drawn of a set of `among` nodes; none if all of them are meant.
    pub fn drawn_of(self, among: usize) -> Option<usize> {
        let all = u32::try_from(among).unwrap_or(u32::MAX);
        let many = match self {
            Self::All => return None,
            Self::Count(count) => count,
            Self::Percent(percent) => IntOrPercent::Percent(percent).scaled_up(all),
        };
        (many < all).then_some(many as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_drawn_unless_all_are_meant() {
        let check = |take: Take, among, expected| {
            assert_eq!(take.drawn_of(among), expected, "{take:?} of {among}");
        };
        check(Take::All, 3, None);
        check(Take::Count(0), 3, Some(0));
        check(Take::Count(2), 3, Some(2));
        check(Take::Count(3), 3, None);
        check(Take::Percent(34), 3, Some(2));
        check(Take::Percent(67), 3, None);
        check(Take::Percent(0), 0, None);
    }

    #[test]
    fn a_set_has_its_nodes() {
        let labels: Labels = [("a", "b")].into_iter().collect();
        let node = NodeTraits { name: "n", pool: Some(PoolId(1)), labels: &labels };
        let check = |among: Among, expected| assert_eq!(among.test()(&node), expected, "{among:?}");
        check(Among::All, true);
        check(Among::Names(vec!["m".to_owned(), "n".to_owned()]), true);
        check(Among::Names(vec!["m".to_owned()]), false);
        check(Among::Pool(PoolId(1)), true);
        check(Among::Pool(PoolId(0)), false);
        let selector = |value: &str| LabelSelector {
            match_labels: [("a", value)].into_iter().collect(),
            ..LabelSelector::default()
        };
        check(Among::Labels(selector("b")), true);
        check(Among::Labels(selector("c")), false);
    }
}
