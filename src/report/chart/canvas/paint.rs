//! Shapes to SVG: plotters draws each ink in a color of its own, and one pass over what it wrote
//! turns these colors into classes, since plotters knows neither style sheets nor dark screens.
//!
//! The pass also drops the attributes that the style sheet sets, writes lines as relative paths and
//! joins what has the same ink: a tenth of the size.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::chart::canvas::ink::{Brush, Ink};
use crate::report::chart::canvas::look::{Look, Made};
use crate::report::chart::canvas::shape::{Anchor, Form, Pixel, Shape};
use crate::report::chart::canvas::style_sheet::style_sheet;
use crate::report::xml::{escape, printable};

/// The first four digits of the colors that stand for inks; the last two say which of those used.
const SENTINEL: &str = "#C0DE";

/// What a screen reader says in place of the picture.
pub(in crate::report::chart) struct Words<'a> {
    /// What the id of the document is made of.
    pub(in crate::report::chart) name: &'a str,
    pub(in crate::report::chart) title: &'a str,
    pub(in crate::report::chart) description: &'a str,
}

/// The shapes as an SVG document of this size, ending with a line break.
pub(in crate::report::chart) fn paint(
    (width, height): Pixel,
    words: &Words<'_>,
    shapes: &[Shape],
    look: &Look,
) -> String {
    let id = format!("rollcast-{}", slug(words.name));
    let (title, description) = (escape(words.title), escape(words.description));
    let inks: BTreeSet<Ink> = shapes.iter().map(|shape| shape.ink).collect();
    let style = style_sheet(&id, &inks, look.theme);
    let inks: Vec<Ink> = inks.into_iter().collect();
    let drawn = classed(&drawn((width, height), shapes, &inks), &inks);
    let made = metadata(&look.made);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-desc\">{description}</desc>\n\
         {made}{style}{drawn}</svg>\n"
    )
}

/// Where the picture comes from, in the terms of Dublin Core.
fn metadata(made: &Made) -> String {
    let Made { command, version, seed } = made;
    if command.is_empty() {
        return String::new();
    }
    let source = escape(&format!("{command} (seed {seed})"));
    let creator = escape(&format!("rollcast {version}"));
    format!(
        "<metadata><dc:source xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{source}</dc:source>\
         <dc:creator xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{creator}</dc:creator></metadata>\n"
    )
}

/// Letters and digits of `text`, for an id: `node-exporter`.
fn slug(text: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let slug: String = text.chars().take(60).map(plain).collect();
    let words: Vec<&str> = slug.split('-').filter(|it| !it.is_empty()).collect();
    words.join("-")
}

/// What plotters makes of the shapes.
fn drawn((width, height): Pixel, shapes: &[Shape], inks: &[Ink]) -> String {
    let mut svg = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        for shape in shapes {
            draw(&area, shape, inks).expect("memory takes every shape");
        }
        area.present().expect("memory takes every shape");
    }
    svg
}

type DrawingBoard<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(
    area: &DrawingBoard<'_>,
    shape: &Shape,
    inks: &[Ink],
) -> Result<(), Box<dyn std::error::Error>> {
    let color = sentinel(shape.ink, inks);
    match &shape.form {
        Form::Line(points) => area.draw(&PathElement::new(points.clone(), color))?,
        Form::Area(points) => area.draw(&Polygon::new(points.clone(), color))?,
        Form::Text { at, anchor, text } => {
            let anchor = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let style = ("sans-serif", 12).into_text_style(area).color(&color);
            let style = style.pos(Pos::new(anchor, VPos::Bottom));
            // On one line, or `classed` would lose the rest.
            area.draw(&Text::new(printable(text), *at, style))?;
        }
    }
    Ok(())
}

/// The color that stands for an ink until it is replaced by a class.
fn sentinel(ink: Ink, inks: &[Ink]) -> RGBColor {
    let place = inks.iter().position(|it| *it == ink).unwrap_or(0);
    RGBColor(0xC0, 0xDE, u8::try_from(place).unwrap_or(u8::MAX))
}

/// The body of plotters' document with classes for colors and the style sheet's attributes left
/// out. Plotters writes one element a line, and texts on a line of their own.
fn classed(svg: &str, inks: &[Ink]) -> String {
    let mut out = String::with_capacity(svg.len() / 4);
    // The path that is being written.
    let mut open: Option<Ink> = None;
    let mut lines = svg.lines();
    while let Some(line) = lines.next() {
        let Some(ink) = ink(line, inks) else { continue };
        let is_text = line.starts_with("<text");
        if open.is_some_and(|it| is_text || it != ink || !can_be_joined(ink)) {
            out.push_str("\"/>\n");
            open = None;
        }
        let class = ink.style().class;
        if is_text {
            let anchor = match attribute(line, "text-anchor") {
                "start" => String::new(),
                anchor => format!(" text-anchor=\"{anchor}\""),
            };
            let (x, y) = (attribute(line, "x"), attribute(line, "y"));
            let text = lines.next().unwrap_or_default();
            let start = format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>");
            push(&mut out, format_args!("{start}{text}</text>\n"));
        } else {
            let close = if line.starts_with("<polygon") { "z" } else { "" };
            let path = relative(attribute(line, "points"));
            if open.is_none() {
                push(&mut out, format_args!("<path class=\"{class}\" d=\""));
            }
            push(&mut out, format_args!("{path}{close}"));
            open = Some(ink);
        }
    }
    if open.is_some() {
        out.push_str("\"/>\n");
    }
    out
}

/// Whether two shapes look the same as one: not where what lies below is seen through both.
fn can_be_joined(ink: Ink) -> bool {
    match ink.style().brush {
        Brush::Glaze | Brush::Highlight { .. } | Brush::Ring { .. } => false,
        Brush::Line { .. } | Brush::Fill | Brush::Hatch { .. } | Brush::Text { .. } => true,
    }
}

/// The ink in which plotters drew this element.
fn ink(element: &str, inks: &[Ink]) -> Option<Ink> {
    let start = element.find(SENTINEL)? + SENTINEL.len();
    let place = u8::from_str_radix(element.get(start..start + 2)?, 16).ok()?;
    inks.get(usize::from(place)).copied()
}

/// The value of an attribute; nothing if the element has none of this name.
fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    let value = element.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest);
    value.and_then(|rest| rest.split_once('"')).map_or("", |(value, _)| value)
}

/// Points `x,y x,y …` as a path of relative steps: `M10 20h5v-3`.
fn relative(points: &str) -> String {
    let number = |text: &str| text.parse::<i32>().unwrap_or(0);
    let places = points.split_whitespace().filter_map(|it| it.split_once(','));
    let mut path = String::new();
    let mut last: Option<Pixel> = None;
    for (x, y) in places.map(|(x, y)| (number(x), number(y))) {
        match last.map(|(from_x, from_y)| (x - from_x, y - from_y)) {
            None => push(&mut path, format_args!("M{x} {y}")),
            Some((0, 0)) => {}
            Some((right, 0)) => push(&mut path, format_args!("h{right}")),
            Some((0, down)) => push(&mut path, format_args!("v{down}")),
            Some((right, down)) => push(&mut path, format_args!("l{right} {down}")),
        }
        last = Some((x, y));
    }
    path
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shapes: &[Shape], expected: &str) {
        let inks = [Ink::Ground, Ink::Axis, Ink::Text, Ink::Serving, Ink::Ribbon(0)];
        assert_eq!(classed(&drawn((100, 100), shapes, &inks), &inks), expected);
    }

    #[test]
    fn colors_become_classes_and_lines_become_relative() {
        check(
            &[Shape::line(Ink::Serving, vec![(1, 2), (11, 2), (11, 2), (11, 0), (12, 1)])],
            "<path class=\"serving\" d=\"M1 2h10v-2l1 1\"/>\n",
        );
        check(
            &[Shape::rect(Ink::Ground, (0, 0), (5, 5))],
            "<path class=\"ground\" d=\"M0 0h5v5h-5z\"/>\n",
        );
        check(&[Shape::line(Ink::Axis, Vec::new())], "<path class=\"axis\" d=\"\"/>\n");
    }

    #[test]
    fn shapes_of_one_ink_are_one_path_unless_they_are_seen_through() {
        let two =
            |ink| [Shape::line(ink, vec![(0, 0), (1, 0)]), Shape::line(ink, vec![(0, 9), (1, 9)])];
        check(&two(Ink::Axis), "<path class=\"axis\" d=\"M0 0h1M0 9h1\"/>\n");
        check(
            &two(Ink::Ribbon(0)),
            "<path class=\"b0\" d=\"M0 0h1\"/>\n<path class=\"b0\" d=\"M0 9h1\"/>\n",
        );
    }

    #[test]
    fn texts_are_escaped_and_stay_on_their_line() {
        check(
            &[Shape::text(Ink::Text, (7, 9), Anchor::End, "<&>\"' a\nb\u{1}\u{ffff}🚀")],
            "<text class=\"text\" x=\"7\" y=\"9\" text-anchor=\"end\">&lt;&amp;&gt;&quot;&apos; \
             a b\u{fffd}\u{fffd}🚀</text>\n",
        );
    }

    #[test]
    fn ids_are_plain() {
        assert_eq!(slug("Node exporter: 5 % <&>"), "node-exporter-5");
        assert_eq!(slug("🚀"), "");
    }
}
