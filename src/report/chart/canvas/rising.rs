//! Lines of shares that rise with a span of time, from left to right.

use crate::report::chart::canvas::shape::Pixel;

/// From the lower left a step up at each place, then on to the column `right`. Neither columns nor
/// rows of the places go back.
pub(in crate::report::chart) fn rising(
    from: Pixel,
    right: i32,
    places: impl IntoIterator<Item = Pixel>,
) -> Vec<Pixel> {
    let mut line = vec![from];
    let mut y = from.1;
    for (x, next) in places {
        match line.last_mut() {
            _ if next == y => {}
            Some(last) if last.0 == x => last.1 = next,
            _ => line.extend([(x, y), (x, next)]),
        }
        y = next;
    }
    line.push((right, y));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_step_up_and_go_on_to_the_right() {
        let check = |places: &[Pixel], expected: &[Pixel]| {
            assert_eq!(rising((0, 100), 50, places.iter().copied()), expected);
        };
        check(&[], &[(0, 100), (50, 100)]);
        check(
            &[(10, 80), (20, 80), (20, 60), (20, 50), (30, 0)],
            &[(0, 100), (10, 100), (10, 80), (20, 80), (20, 50), (30, 50), (30, 0), (50, 0)],
        );
    }

    #[test]
    fn what_is_there_at_once_begins_above() {
        assert_eq!(rising((0, 100), 50, [(0, 40), (10, 20)])[..2], [(0, 40), (10, 40)]);
    }
}
