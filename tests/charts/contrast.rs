//! Texts can be told from what they lie on, in light and in dark.
//!
//! A text is held against what lies topmost below it, at places all over its room: the ground, or
//! an area. Where a text has an edge that keeps it off lines, it is held against that as well.

use std::collections::BTreeSet;

use roxmltree::Node;

use crate::Beside;
use crate::path::{Pixel, contains};
use crate::picture::{Area, Form, Picture};
use crate::style::Theme;

/// Red, green and blue.
type Rgb = [u8; 3];

/// The least contrast of text, by WCAG 2 at level AA.
const LEAST: f64 = 4.5;

pub(crate) fn texts(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let mut found = Vec::new();
    for theme in picture.sheet.themes() {
        for (index, class, text, area) in picture.texts() {
            let Some(ink) = color(picture, ("text", class), "fill", theme) else {
                found.push(format!("\"{text}\" has no color in {theme:?}"));
                continue;
            };
            let mut grounds = below(picture, index, area, theme);
            if grounds.is_empty() {
                found.push(format!("\"{text}\" has no ground in {theme:?}"));
            }
            grounds.extend(color(picture, ("text", class), "stroke", theme));
            let ratios = grounds.iter().map(|&ground| (contrast(ink, ground), ground));
            let low = ratios.filter(|it| it.0 < LEAST).min_by(|a, b| a.0.total_cmp(&b.0));
            found.extend(low.map(|(ratio, ground)| {
                format!("\"{text}\" has a contrast of {ratio:.2} with {ground:?} in {theme:?}")
            }));
        }
    }
    found
}

/// An area with the colors that it has; several if it is hatched.
struct Filled<'a> {
    parts: Vec<&'a [Pixel]>,
    colors: Vec<Rgb>,
    opacity: f64,
}

/// Every color that is seen below a text.
fn below(picture: &Picture<'_>, index: usize, area: &Area, theme: Theme) -> BTreeSet<Rgb> {
    let filled: Vec<Filled<'_>> = picture.drawn[..index]
        .iter()
        .filter_map(|it| match &it.form {
            Form::Path(parts) => filled(picture, &it.class, parts, area, theme),
            Form::Text { .. } => None,
        })
        .collect();
    let mut seen = BTreeSet::new();
    let rows = [area.top + 1, i32::midpoint(area.top, area.bottom), area.bottom - 1];
    let columns = (area.left..area.right).step_by(3);
    for place in columns.flat_map(|x| rows.map(|y| (x, y))) {
        let mut colors = Vec::new();
        let here = |it: &&Filled<'_>| it.parts.iter().any(|part| contains(part, place));
        for it in filled.iter().filter(here) {
            colors = over(&colors, it);
        }
        seen.extend(colors);
    }
    seen
}

/// The parts of a path that are filled and meet this area.
fn filled<'a>(
    picture: &Picture<'_>,
    class: &str,
    parts: &'a [Vec<Pixel>],
    area: &Area,
    theme: Theme,
) -> Option<Filled<'a>> {
    let path = ("path", class);
    let colors = match picture.sheet.value(path, "fill", theme)? {
        "none" => return None,
        hatch if hatch.starts_with("url(#") => hatched(picture, hatch, theme),
        _ => vec![color(picture, path, "fill", theme)?],
    };
    let meets = |part: &&Vec<Pixel>| room(part).is_some_and(|it| it.meets(area));
    let parts: Vec<&[Pixel]> = parts.iter().filter(meets).map(Vec::as_slice).collect();
    let opacity = picture.sheet.value(path, "fill-opacity", theme);
    let opacity = opacity.map_or(1.0, |it| it.parse().expect("an opacity is a number"));
    (!parts.is_empty()).then_some(Filled { parts, colors, opacity })
}

fn room(part: &[Pixel]) -> Option<Area> {
    let (columns, rows) = (part.iter().map(|it| it.0), part.iter().map(|it| it.1));
    Some(Area {
        left: columns.clone().min()?,
        top: rows.clone().min()?,
        right: columns.max()?,
        bottom: rows.max()?,
    })
}

/// The colors of a pattern: what its tile is filled with, and its lines.
fn hatched(picture: &Picture<'_>, url: &str, theme: Theme) -> Vec<Rgb> {
    let id = url.trim_start_matches("url(#").trim_end_matches(')');
    let pattern = picture.document.descendants().find(|it| it.attribute("id") == Some(id));
    let paths = pattern.into_iter().flat_map(|it| it.children().filter(Node::is_element));
    let classes = paths.filter_map(|it| it.attribute("class"));
    let colors = classes.flat_map(|class| {
        ["fill", "stroke"].into_iter().filter_map(|it| color(picture, ("path", class), it, theme))
    });
    colors.collect()
}

/// What is seen where an area lies over these colors.
fn over(below: &[Rgb], Filled { colors, opacity, .. }: &Filled<'_>) -> Vec<Rgb> {
    if *opacity >= 1.0 {
        return colors.clone();
    }
    let mix = |(lower, upper): (u8, u8)| {
        let mixed = f64::from(lower) * (1.0 - opacity) + f64::from(upper) * opacity;
        (0..=u8::MAX).find(|it| f64::from(*it) >= mixed - 0.5).unwrap_or(u8::MAX)
    };
    let mixes = below.iter().flat_map(|lower| {
        colors.iter().map(move |upper| [0, 1, 2].map(|it| mix((lower[it], upper[it]))))
    });
    mixes.collect()
}

/// `#fff` or `#14171c`.
fn color(
    picture: &Picture<'_>,
    element: (&str, &str),
    property: &str,
    theme: Theme,
) -> Option<Rgb> {
    let digits = picture.sheet.value(element, property, theme)?.strip_prefix('#')?;
    let digits: Vec<u8> =
        digits.chars().map(|it| it.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    match digits[..] {
        [red, green, blue] => Some([red, green, blue].map(|it| it * 17)),
        [_, _, _, _, _, _] => Some([0, 2, 4].map(|it| digits[it] * 16 + digits[it + 1])),
        _ => None,
    }
}

/// The contrast of two colors, by WCAG 2: 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2])
}

#[test]
fn contrasts_are_those_of_wcag() {
    let check = |one, other, expected: &str| {
        assert_eq!(format!("{:.2}", contrast(one, other)), expected);
        assert_eq!(format!("{:.2}", contrast(other, one)), expected);
    };
    check([0, 0, 0], [255, 255, 255], "21.00");
    check([255, 255, 255], [255, 255, 255], "1.00");
    // The grays on both sides of the limit on white.
    check([118, 118, 118], [255, 255, 255], "4.54");
    check([119, 119, 119], [255, 255, 255], "4.48");
}
