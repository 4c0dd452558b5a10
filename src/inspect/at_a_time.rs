//! How many stretches of time go on at a time.

use std::collections::BTreeMap;

use crate::time::SimDuration;

/// How many there are from each instant on, where that changes; none before the first one.
pub(in crate::inspect) fn at_a_time(
    stretches: impl Iterator<Item = (SimDuration, SimDuration)>,
) -> Vec<(SimDuration, u32)> {
    let mut changes = BTreeMap::<SimDuration, i64>::new();
    for (from, until) in stretches {
        *changes.entry(from).or_default() += 1;
        *changes.entry(until).or_default() -= 1;
    }
    let mut number = 0_i64;
    let step = |(at, change): (SimDuration, i64)| {
        number += change;
        (at, u32::try_from(number).unwrap_or_default())
    };
    changes.into_iter().filter(|(_, change)| *change != 0).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_that_touch_are_one() {
        let stretch = |from, until| (SimDuration::from_secs(from), SimDuration::from_secs(until));
        let all = [stretch(3, 5), stretch(1, 3), stretch(2, 4), stretch(2, 2)];
        let expected = [(1, 1), (2, 2), (4, 1), (5, 0)];
        let expected = expected.map(|(at, number)| (SimDuration::from_secs(at), number));
        assert_eq!(at_a_time(all.into_iter()), expected);
    }
}
