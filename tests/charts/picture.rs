//! A picture, read and measured: its texts, its areas and its style sheet.

use roxmltree::{Document, Node};

use rollcast::report::chart::{Weight, ascent, descent, text_width};

use crate::path::{Pixel, corners};
use crate::style::{Sheet, Theme};

/// The room that something takes; right and bottom are the first pixels outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Area {
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// What is drawn, in the order in which it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) class: String,
    pub(crate) form: Form,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    Text {
        text: String,
        area: Area,
    },
    /// The corners of each part.
    Path(Vec<Vec<Pixel>>),
}

pub(crate) struct Picture<'a> {
    pub(crate) svg: &'a str,
    pub(crate) document: Document<'a>,
    pub(crate) sheet: Sheet,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) drawn: Vec<Drawn>,
}

impl<'a> Picture<'a> {
    pub(crate) fn read(svg: &'a str) -> Result<Self, String> {
        let document = Document::parse(svg).map_err(|error| format!("it is no XML: {error}"))?;
        let root = document.root_element();
        let style = root.children().find(|it| it.has_tag_name("style"));
        let sheet = Sheet::read(style.and_then(|it| it.text()).unwrap_or_default());
        let (width, height) = (number(&root, "width")?, number(&root, "height")?);
        let mut drawn = Vec::new();
        for node in root.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "title" | "desc" | "metadata" | "style" | "defs" => {}
                "text" => drawn.push(text(&node, &sheet)?),
                "path" => drawn.push(path(&node)?),
                other => return Err(format!("an element that is not known: {other}")),
            }
        }
        Ok(Self { svg, document, sheet, width, height, drawn })
    }

    /// The text of an element that there is one of: `title`, `desc`.
    pub(crate) fn words(&self, name: &str) -> &str {
        let node = self.document.root_element().children().find(|it| it.has_tag_name(name));
        node.and_then(|it| it.text()).unwrap_or_default()
    }

    /// The texts: where in the order, class, text, area.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (usize, &str, &str, &Area)> {
        self.drawn.iter().enumerate().filter_map(|(index, drawn)| match &drawn.form {
            Form::Text { text, area } => Some((index, drawn.class.as_str(), text.as_str(), area)),
            Form::Path(_) => None,
        })
    }
}

fn text(node: &Node<'_, '_>, sheet: &Sheet) -> Result<Drawn, String> {
    let class = class(node)?;
    let text = node.text().unwrap_or_default().to_owned();
    let style = |property| sheet.value(("text", &class), property, Theme::Light);
    let size = style("font-size").and_then(|it| it.strip_suffix("px")?.parse().ok());
    let size: i32 = size.ok_or_else(|| format!("\"{text}\" has no size in whole pixels"))?;
    let weight = match style("font-weight") {
        Some("600") => Weight::SemiBold,
        None | Some("400") => Weight::Regular,
        Some(other) => return Err(format!("\"{text}\" has a weight that is not known: {other}")),
    };
    let (x, y, width) = (number(node, "x")?, number(node, "y")?, text_width(&text, size, weight));
    let left = match node.attribute("text-anchor") {
        None | Some("start") => x,
        // At an odd width half a pixel more.
        Some("middle") => x - (width + 1) / 2,
        Some("end") => x - width,
        Some(other) => return Err(format!("\"{text}\" has an anchor that is not known: {other}")),
    };
    let (top, bottom) = (y - ascent(size), y + descent(size));
    let area = Area { left, top, right: left + width, bottom };
    Ok(Drawn { class, form: Form::Text { text, area } })
}

fn path(node: &Node<'_, '_>) -> Result<Drawn, String> {
    let parts = corners(node.attribute("d").unwrap_or_default())?;
    Ok(Drawn { class: class(node)?, form: Form::Path(parts) })
}

fn class(node: &Node<'_, '_>) -> Result<String, String> {
    let class = node.attribute("class").map(str::to_owned);
    class.ok_or_else(|| format!("a {} has no class", node.tag_name().name()))
}

fn number(node: &Node<'_, '_>, name: &str) -> Result<i32, String> {
    let value = node.attribute(name).unwrap_or_default();
    let tag = node.tag_name().name();
    value.parse().map_err(|_| format!("{name} of a {tag} is not in whole pixels: {value:?}"))
}
