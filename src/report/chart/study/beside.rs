//! Names beside the lines of steps that they are of.

use crate::report::chart::canvas::area::Area;
use crate::report::chart::canvas::shape::Pixel;

/// At which heights a name may stand, in percent of the plot from its top, the best first.
const HEIGHTS: [i32; 15] = [50, 40, 60, 32, 68, 46, 54, 25, 75, 36, 64, 18, 82, 12, 88];
/// From a line to its name, and from a name to what is not its line, in pixels.
const TO_NAME: i32 = 7;
const CLEAR: i32 = 4;
/// The height of a name above and below its middle, in pixels.
const HALF: i32 = 8;

/// The left ends and the baselines of names of these widths, one for each line, so that none lies on a
/// line or on another name; none if that is not possible. Each line ascends from left to right in steps.
pub(super) fn beside(lines: &[Vec<Pixel>], widths: &[i32], plot: &Area) -> Option<Vec<Pixel>> {
    let mut taken: Vec<Area> = Vec::new();
    let mut found = Vec::new();
    for (line, width) in lines.iter().zip(widths) {
        let places = HEIGHTS.iter().filter_map(|percent| {
            let y = plot.top + plot.height() * percent / 100;
            column(line, y).map(|x| (x, y))
        });
        let mut sides =
            places.flat_map(|(x, y)| [(x, x + TO_NAME, y), (x, x - TO_NAME - width, y)]);
        let (at, area) = sides.find_map(|(x, left, y)| {
            let name = Area { left, top: y - HALF, right: left + width, bottom: y + HALF };
            let is_free = is_within(&name, plot)
                && taken.iter().all(|it| !overlap(it, &name))
                && lines.iter().all(|it| !crosses(it, &name))
                && is_alone(lines, line, x, &name);
            is_free.then_some(((left, y + 4), name))
        })?;
        taken.push(area);
        found.push(at);
    }
    Some(found)
}

/// Where a line passes a height.
fn column(line: &[Pixel], y: i32) -> Option<i32> {
    let passes = |it: &&[Pixel]| it[0].1 >= y && y > it[1].1;
    line.windows(2).find(passes).map(|it| it[0].0)
}

/// Whether no other line passes so near that the name could be meant for it.
fn is_alone(lines: &[Vec<Pixel>], own: &[Pixel], x: i32, name: &Area) -> bool {
    let near = Area { left: x - CLEAR, right: x + CLEAR, ..*name };
    lines.iter().all(|it| it.as_slice() == own || !crosses(it, &near))
}

fn is_within(it: &Area, plot: &Area) -> bool {
    plot.left + CLEAR <= it.left
        && it.right <= plot.right
        && plot.top <= it.top
        && it.bottom <= plot.bottom
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.left < other.right + CLEAR
        && other.left < one.right + CLEAR
        && one.top < other.bottom
        && other.top < one.bottom
}

/// Whether a line of steps passes through an area.
fn crosses(line: &[Pixel], area: &Area) -> bool {
    let within =
        |from: i32, to: i32, low: i32, high: i32| from.min(to) <= high && low <= from.max(to);
    line.windows(2).any(|it| {
        within(it[0].0, it[1].0, area.left, area.right)
            && within(it[0].1, it[1].1, area.top, area.bottom)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Area = Area { left: 0, top: 0, right: 200, bottom: 100 };

    fn step(x: i32) -> Vec<Pixel> {
        vec![(0, 100), (x, 100), (x, 0), (200, 0)]
    }

    #[test]
    fn names_stand_beside_their_lines() {
        let lines = [step(50), step(120)];
        assert_eq!(beside(&lines, &[30, 30], &PLOT), Some(vec![(57, 54), (127, 54)]));
        assert_eq!(beside(&lines, &[30, 90], &PLOT), None, "as wide as neither side");
        assert_eq!(
            beside(&[step(50), step(190)], &[30, 60], &PLOT),
            Some(vec![(57, 54), (123, 54)])
        );
    }

    #[test]
    fn lines_too_near_to_be_told_apart_have_no_names() {
        assert_eq!(beside(&[step(50), step(52)], &[30, 30], &PLOT), None);
        assert_eq!(beside(&[step(50)], &[300], &PLOT), None);
        assert_eq!(
            beside(&[vec![(0, 100), (200, 100)]], &[30], &PLOT),
            None,
            "it passes no height"
        );
    }
}
