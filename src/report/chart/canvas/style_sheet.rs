//! The style sheet of a picture: rules for the inks that it uses, and tiles for its hatches.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::report::chart::canvas::font::Weight;
use crate::report::chart::canvas::ink::{Brush, Color, GROUND, Ink, Style};
use crate::report::chart::canvas::look::Theme;

/// The fonts of texts. All are narrower than the one that texts are measured with.
const FONTS: &str =
    "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,'DejaVu Sans',sans-serif";

/// A `<style>` element, and the `<defs>` that it refers to. Every rule begins with the `id` of the
/// document: inside a page, the style sheet of an SVG would otherwise style the page.
pub(super) fn style_sheet(id: &str, inks: &BTreeSet<Ink>, theme: Theme) -> String {
    let styles: Vec<Style> = inks.iter().map(|ink| ink.style()).collect();
    let mut rules = vec![format!("text{{font-family:{FONTS}}}"), "path{fill:none}".to_owned()];
    rules.extend(styles.iter().filter_map(shape_rule));
    let hatched = styles.iter().filter(|it| matches!(it.brush, Brush::Hatch { .. }));
    rules.extend(hatched.map(|it| format!(".{0}{{fill:url(#{id}-{0})}}", it.class)));
    let colors: Vec<Rule> = styles.iter().flat_map(color_rules).collect();
    let is_dark = theme == Theme::Dark;
    rules.extend(colors.iter().map(|it| it.text(is_dark)));
    let scoped = |rules: &[String]| -> String {
        rules.iter().fold(String::new(), |mut all, rule| {
            let _ = writeln!(all, "#{id} {rule}");
            all
        })
    };
    let mut sheet = scoped(&rules);
    if theme == Theme::Auto {
        let differ = colors.iter().filter(|it| it.color.0 != it.color.1);
        let dark: Vec<String> = differ.map(|it| it.text(true)).collect();
        let _ = writeln!(sheet, "@media (prefers-color-scheme:dark){{\n{}}}", scoped(&dark));
    }
    format!("<style>\n{sheet}</style>\n{}", tiles(id, &styles))
}

/// A color of a class.
struct Rule {
    selector: String,
    property: &'static str,
    color: Color,
}

impl Rule {
    fn text(&self, is_dark: bool) -> String {
        let Self { selector, property, color: (light, dark) } = self;
        format!("{selector}{{{property}:{}}}", if is_dark { dark } else { light })
    }
}

/// What is the same in light and dark.
fn shape_rule(Style { class, brush, .. }: &Style) -> Option<String> {
    let rule = match brush {
        Brush::Fill | Brush::Hatch { .. } => return None,
        Brush::Line { width, dash: "" } => format!("stroke-width:{width}px"),
        Brush::Line { width, dash } => format!("stroke-width:{width}px;stroke-dasharray:{dash}"),
        Brush::Highlight { width } => {
            format!("stroke-width:{width}px;stroke-opacity:.35;stroke-linejoin:round")
        }
        Brush::Glaze => "fill-opacity:.18".to_owned(),
        Brush::Ring { .. } => "stroke-width:1.5px".to_owned(),
        Brush::Text { size, weight, on_lines } => {
            let weight = match weight {
                Weight::Regular => "",
                Weight::SemiBold => ";font-weight:600",
            };
            let edge = ";paint-order:stroke;stroke-width:4px;stroke-linejoin:round";
            let edge = if *on_lines { edge } else { "" };
            format!("font-size:{size}px{weight}{edge}")
        }
    };
    Some(format!(".{class}{{{rule}}}"))
}

fn color_rules(Style { class, color, brush }: &Style) -> Vec<Rule> {
    let rule = |selector: String, property, color| Rule { selector, property, color };
    let class = format!(".{class}");
    match *brush {
        Brush::Line { .. } | Brush::Highlight { .. } => vec![rule(class, "stroke", *color)],
        Brush::Fill | Brush::Glaze => vec![rule(class, "fill", *color)],
        Brush::Ring { edge } => {
            vec![rule(class.clone(), "fill", *color), rule(class, "stroke", edge)]
        }
        Brush::Hatch { color: lines, .. } => vec![
            rule(format!("{class}-tint"), "fill", *color),
            rule(format!("{class}-lines"), "stroke", lines),
        ],
        Brush::Text { on_lines, .. } => {
            let edge = on_lines.then(|| rule(class.clone(), "stroke", GROUND));
            [rule(class, "fill", *color)].into_iter().chain(edge).collect()
        }
    }
}

/// Six pixels square, repeated over an area.
fn tiles(id: &str, styles: &[Style]) -> String {
    let mut tiles = String::new();
    for Style { class, brush, .. } in styles {
        let Brush::Hatch { lines, .. } = brush else { continue };
        let _ = writeln!(
            tiles,
            "<pattern id=\"{id}-{class}\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\"><path class=\"{class}-tint\" d=\"M0 0h6v6h-6z\"/>\
             <path class=\"{class}-lines\" d=\"{lines}\"/></pattern>"
        );
    }
    if tiles.is_empty() { tiles } else { format!("<defs>\n{tiles}</defs>\n") }
}
