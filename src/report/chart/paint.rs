//! Shapes to SVG: plotters draws each ink in a color of its own, and one pass over what it wrote
//! turns these colors into classes, since plotters knows neither style sheets nor dark screens.
//!
//! The pass also drops the attributes that the style sheet sets and writes lines as relative
//! paths, a third of the size.

use std::fmt::Write as _;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::chart::shape::{Anchor, Form, INKS, Ink, Pixel, Shape};
use crate::report::chart::study_style;
use crate::report::xml::{escape, printable};

/// The first four digits of the colors that stand for inks; the last two are the ink's number.
const SENTINEL: &str = "#C0DE";

/// What is the same in light and dark; `@` stands for the document's id, since the style sheet of
/// an SVG inside a page would otherwise style the page.
const STYLE: &str = "\
@ text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:12px}
@ .title{font-size:16px;font-weight:600}
@ .small{font-size:11px}
@ .alarm{font-weight:600}
@ .alarm,@ .small,@ .text{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}
@ path{fill:none;stroke-width:1px}
@ .wanted{stroke-width:4px}
@ .serving{stroke-width:2px}
@ .status{stroke-width:2px;stroke-dasharray:3 2}
@ .updated{stroke-width:1.5px;stroke-dasharray:8 2 2 2}
@ .floor{stroke-dasharray:7 4}
@ .edge{stroke-width:4px}
";

/// Colors by class: the property, the color in light, the color in dark. Okabe–Ito colors; no two
/// lines differ by color alone. No CSS variables: not every converter knows them.
const COLORS: [(&str, &str, &str, &str); 19] = [
    ("ground", "fill", "#fff", "#14171c"),
    ("grid", "stroke", "#e8eaed", "#2a2f37"),
    ("axis", "stroke", "#6b7280", "#8b949e"),
    ("mark", "stroke", "#a3a9b3", "#5d6570"),
    ("wanted", "stroke", "#d5d9de", "#414852"),
    ("floor", "stroke", "#000", "#fff"),
    ("serving", "stroke", "#0072b2", "#56b4e9"),
    ("status", "stroke", "#e69f00", "#e69f00"),
    ("updated", "stroke", "#009e73", "#009e73"),
    ("tint", "fill", "#fbdcc8", "#5a2c10"),
    ("hatch", "stroke", "#d55e00", "#ff8b3d"),
    ("edge", "stroke", "#d55e00", "#ff8b3d"),
    ("title", "fill", "#111418", "#f0f3f6"),
    ("text", "fill", "#111418", "#f0f3f6"),
    ("text", "stroke", "#fff", "#14171c"),
    ("small", "fill", "#565d67", "#a9b1bb"),
    ("small", "stroke", "#fff", "#14171c"),
    ("alarm", "fill", "#a34700", "#ff9d5c"),
    ("alarm", "stroke", "#fff", "#14171c"),
];

/// What a screen reader says in place of the picture.
pub(super) struct Words<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
}

/// The shapes as an SVG document of this size, ending with a line break.
pub(super) fn paint((width, height): Pixel, words: &Words<'_>, shapes: &[Shape]) -> String {
    let id = format!("rollcast-{}", slug(words.title));
    let (title, description) = (escape(words.title), escape(words.description));
    let (style, hatch) = (style(&id, is_study(shapes)), hatch(&id));
    let drawn = classed(&drawn((width, height), shapes));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-desc\">{description}</desc>\n\
         {style}{hatch}{drawn}</svg>\n"
    )
}

/// Letters and digits of `text`, for an id: `node-exporter`.
fn slug(text: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let slug: String = text.chars().take(60).map(plain).collect();
    let words: Vec<&str> = slug.split('-').filter(|it| !it.is_empty()).collect();
    words.join("-")
}

/// Whether inks of studies are used: only then does the style sheet say how they look.
fn is_study(shapes: &[Shape]) -> bool {
    shapes.iter().any(|it| it.ink as u8 > Ink::Alarm as u8)
}

fn style(id: &str, is_study: bool) -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    let (shared, more) = if is_study {
        (study_style::STYLE, study_style::COLORS.as_slice())
    } else {
        ("", [].as_slice())
    };
    for (class, property, in_light, in_dark) in COLORS.iter().chain(more) {
        push(&mut light, format_args!("@ .{class}{{{property}:{in_light}}}\n"));
        if in_dark != in_light {
            push(&mut dark, format_args!("@ .{class}{{{property}:{in_dark}}}\n"));
        }
    }
    let breach = format!("@ .breach{{fill:url(#{id}-hatch)}}\n");
    let sheet =
        format!("{STYLE}{shared}{light}{breach}@media (prefers-color-scheme:dark){{\n{dark}}}\n");
    format!("<style>\n{}</style>\n", sheet.replace("@ ", &format!("#{id} ")))
}

/// The fill of broken promises: a tint with slanted lines, so that it is not told by color alone.
fn hatch(id: &str) -> String {
    format!(
        "<defs><pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" \
         patternUnits=\"userSpaceOnUse\"><path class=\"tint\" d=\"M0 0h6v6h-6z\"/>\
         <path class=\"hatch\" d=\"M-1 1l2-2M0 6l6-6M5 7l2-2\"/></pattern></defs>\n"
    )
}

/// What plotters makes of the shapes.
fn drawn((width, height): Pixel, shapes: &[Shape]) -> String {
    let mut svg = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        for shape in shapes {
            draw(&area, shape).expect("memory takes every shape");
        }
        area.present().expect("memory takes every shape");
    }
    svg
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(area: &Area<'_>, shape: &Shape) -> Result<(), Box<dyn std::error::Error>> {
    let color = sentinel(shape.ink);
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
fn sentinel(ink: Ink) -> RGBColor {
    RGBColor(0xC0, 0xDE, ink as u8)
}

/// The body of plotters' document with classes for colors and the style sheet's attributes left
/// out. Plotters writes one element a line, and texts on a line of their own.
fn classed(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len() / 2);
    let mut lines = svg.lines();
    while let Some(line) = lines.next() {
        let Some(class) = class(line) else { continue };
        if line.starts_with("<text") {
            let anchor = match attribute(line, "text-anchor") {
                "start" => String::new(),
                anchor => format!(" text-anchor=\"{anchor}\""),
            };
            let (x, y) = (attribute(line, "x"), attribute(line, "y"));
            let text = lines.next().unwrap_or_default();
            let open = format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>");
            push(&mut out, format_args!("{open}{text}</text>\n"));
        } else {
            let close = if line.starts_with("<polygon") { "z" } else { "" };
            let path = relative(attribute(line, "points"));
            push(&mut out, format_args!("<path class=\"{class}\" d=\"{path}{close}\"/>\n"));
        }
    }
    out
}

/// The class of the ink in which plotters drew this element.
fn class(element: &str) -> Option<&'static str> {
    let start = element.find(SENTINEL)? + SENTINEL.len();
    let ink = u8::from_str_radix(element.get(start..start + 2)?, 16).ok()?;
    INKS.iter().find(|(it, _)| *it as u8 == ink).map(|&(_, class)| class)
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

    fn check(shape: Shape, expected: &str) {
        assert_eq!(classed(&drawn((100, 100), &[shape])), expected);
    }

    #[test]
    fn colors_become_classes_and_lines_become_relative() {
        check(
            Shape::line(Ink::Serving, vec![(1, 2), (11, 2), (11, 2), (11, 0), (12, 1)]),
            "<path class=\"serving\" d=\"M1 2h10v-2l1 1\"/>\n",
        );
        check(
            Shape::rect(Ink::Ground, (0, 0), (5, 5)),
            "<path class=\"ground\" d=\"M0 0h5v5h-5z\"/>\n",
        );
        check(Shape::line(Ink::Axis, Vec::new()), "<path class=\"axis\" d=\"\"/>\n");
    }

    #[test]
    fn texts_are_escaped_and_stay_on_their_line() {
        check(
            Shape::text(Ink::Text, (7, 9), Anchor::End, "<&>\"' a\nb\u{1}\u{ffff}🚀"),
            "<text class=\"text\" x=\"7\" y=\"9\" text-anchor=\"end\">&lt;&amp;&gt;&quot;&apos; \
             a b\u{fffd}\u{fffd}🚀</text>\n",
        );
    }

    #[test]
    fn every_ink_has_a_class() {
        for (ink, expected) in INKS {
            let line = format!("stroke=\"#C0DE{:02X}\"", ink as u8);
            assert_eq!(class(&line), Some(expected));
        }
    }

    #[test]
    fn ids_are_plain() {
        assert_eq!(slug("Node exporter: 5 % <&>"), "node-exporter-5");
        assert_eq!(slug("🚀"), "");
    }
}
