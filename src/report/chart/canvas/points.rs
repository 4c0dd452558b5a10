//! Points in a plane and their labels.

use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::shape::{Pixel, Shape};

/// A disk, or a ring.
pub(in crate::report::chart) fn dot((x, y): Pixel, is_filled: bool) -> Shape {
    let corners = [(5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2), (-2, -5), (2, -5), (5, -2)];
    let corners = corners.iter().map(|(right, down)| (x + right, y + down)).collect();
    Shape::area(if is_filled { Ink::Dot } else { Ink::Hollow }, corners)
}

/// Two corners of a rectangle.
type Corners = (Pixel, Pixel);

/// Where labels can stand.
struct Room {
    min: Pixel,
    max: Pixel,
    taken: Vec<Corners>,
}

/// Places labels beside points so that no label lies on another or on a point, and on a line only where
/// there is no other place; the first points first. Where there is no room, there is no label.
pub(in crate::report::chart) fn place(
    points: &[(Pixel, String)],
    lines: &[&[Pixel]],
    (min, max): Corners,
) -> Vec<Option<Pixel>> {
    let around = |&((x, y), _): &(Pixel, String)| ((x - 6, y - 6), (x + 6, y + 6));
    let mut room = Room { min, max, taken: points.iter().map(around).collect() };
    let lines: Vec<Corners> = lines.iter().flat_map(|line| line.windows(2).map(wide)).collect();
    let mut placed = Vec::new();
    for (at, text) in points {
        let width = text_width(text, Ink::Small);
        let area =
            |&(left, baseline): &Pixel| ((left, baseline - 10), (left + width, baseline + 3));
        let is_free = |start: &&Pixel| room.has(area(start));
        let is_off_lines = |start: &&Pixel| lines.iter().all(|it| are_apart(*it, area(start)));
        let starts = starts(*at, width);
        let free = || starts.iter().filter(is_free);
        let found = free().find(is_off_lines).or_else(|| free().next()).copied();
        room.taken.extend(found.iter().map(area));
        placed.push(found);
    }
    placed
}

/// Left ends and baselines around a point, the best first.
fn starts((x, y): Pixel, width: i32) -> [Pixel; 6] {
    [
        (x + 8, y - 8),
        (x + 8, y + 17),
        (x + 10, y + 4),
        (x - 10 - width, y + 4),
        (x - 8 - width, y - 8),
        (x - 8 - width, y + 17),
    ]
}

impl Room {
    fn has(&self, (low, high): Corners) -> bool {
        low.0 >= self.min.0
            && high.0 <= self.max.0
            && low.1 >= self.min.1
            && high.1 <= self.max.1
            && self.taken.iter().all(|it| are_apart(*it, (low, high)))
    }
}

fn are_apart((low, high): Corners, ((left, top), (right, bottom)): Corners) -> bool {
    high.0 <= left || right <= low.0 || high.1 <= top || bottom <= low.1
}

/// What a part of a line covers, as wide as it is drawn.
fn wide(part: &[Pixel]) -> Corners {
    let (from, to) = (part[0], part[1]);
    let low = (from.0.min(to.0) - 3, from.1.min(to.1) - 3);
    (low, (from.0.max(to.0) + 3, from.1.max(to.1) + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_off_each_other_and_off_lines() {
        let room = ((0, 0), (400, 200));
        let two = [((100, 100), "one".to_owned()), ((100, 100), "two".to_owned())];
        assert_eq!(place(&two, &[], room), [Some((108, 92)), Some((108, 117))]);
        let line = [(100, 90), (300, 90)];
        assert_eq!(place(&two[..1], &[&line], room), [Some((108, 117))]);
        let everywhere = [(0, 100), (400, 100)];
        let wide = [(0, 60), (400, 60), (400, 140), (0, 140)];
        let found = place(&two[..1], &[&everywhere, &wide], ((0, 96), (400, 104)));
        assert_eq!(found, [None], "it is too low for a label");
    }
}
