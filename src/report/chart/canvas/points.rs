//! Points in a plane, and their names beside them.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::ink::Ink;
use crate::report::chart::canvas::labels::text_width;
use crate::report::chart::canvas::shape::{Pixel, Shape};

/// How far a point reaches, with the space around it, in pixels.
const RADIUS: i32 = 6;
/// How far a name reaches above and below its baseline, in pixels.
const ABOVE: i32 = 10;
const BELOW: i32 = 3;

/// A disk, or a ring.
pub(in crate::report::chart) fn dot((x, y): Pixel, is_filled: bool) -> Shape {
    let corners = [(5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2), (-2, -5), (2, -5), (5, -2)];
    let corners = corners.iter().map(|(right, down)| (x + right, y + down)).collect();
    Shape::area(if is_filled { Ink::Dot } else { Ink::Hollow }, corners)
}

/// Where the names of points begin, so that none lies on another or on a point, the first points
/// first; where there is no room, there is no name.
pub(in crate::report::chart) fn place(
    points: &[(Pixel, String)],
    within: &Area,
) -> Vec<Option<Pixel>> {
    let around = |&((x, y), _): &(Pixel, String)| Area {
        left: x - RADIUS,
        top: y - RADIUS,
        right: x + RADIUS,
        bottom: y + RADIUS,
    };
    let mut taken: Vec<Area> = points.iter().map(around).collect();
    let place = |((x, y), name): &(Pixel, String)| {
        let width = text_width(name, Ink::Small);
        let area = |&(left, baseline): &Pixel| Area {
            left,
            top: baseline - ABOVE,
            right: left + width,
            bottom: baseline + BELOW,
        };
        let found = starts((*x, *y), width).into_iter().find(|start| {
            let area = area(start);
            is_within(&area, within) && taken.iter().all(|it| are_apart(it, &area))
        });
        taken.extend(found.iter().map(area));
        found
    };
    points.iter().map(place).collect()
}

/// Beside a point, the best place first.
fn starts((x, y): Pixel, width: i32) -> [Pixel; 6] {
    [
        (x + 10, y + 4),
        (x + 8, y - 8),
        (x + 8, y + 17),
        (x - 10 - width, y + 4),
        (x - 8 - width, y - 8),
        (x - 8 - width, y + 17),
    ]
}

fn is_within(it: &Area, all: &Area) -> bool {
    it.left >= all.left && it.right <= all.right && it.top >= all.top && it.bottom <= all.bottom
}

fn are_apart(one: &Area, other: &Area) -> bool {
    one.right <= other.left
        || other.right <= one.left
        || one.bottom <= other.top
        || other.bottom <= one.top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_off_points_and_each_other() {
        let within = Area { left: 0, top: 0, right: 100, bottom: 100 };
        let point = |x, y| ((x, y), "10%".to_owned());
        let places = place(&[point(20, 50), point(26, 50), point(90, 50)], &within);
        let width = text_width("10%", Ink::Small);
        assert_eq!(places, [Some((28, 42)), Some((36, 54)), Some((80 - width, 54))]);
        let crowd: Vec<_> = (0..40).map(|_| point(50, 50)).collect();
        let named = place(&crowd, &within).into_iter().flatten().count();
        assert!((1..=6).contains(&named), "{named}");
    }
}
