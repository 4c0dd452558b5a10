//! What a chart is made of: lines, areas and texts, in whole pixels, each in one of a few inks.

/// A place in the image: pixels from the left and from the top.
pub(super) type Pixel = (i32, i32);

/// What a shape stands for; how it looks is the style sheet's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Ground,
    Grid,
    Axis,
    Mark,
    Wanted,
    Floor,
    Serving,
    Status,
    Updated,
    Breach,
    BreachEdge,
    Title,
    Text,
    Small,
    Alarm,
}

/// Every ink with the class it gets in the SVG.
pub(super) const INKS: [(Ink, &str); 15] = [
    (Ink::Ground, "ground"),
    (Ink::Grid, "grid"),
    (Ink::Axis, "axis"),
    (Ink::Mark, "mark"),
    (Ink::Wanted, "wanted"),
    (Ink::Floor, "floor"),
    (Ink::Serving, "serving"),
    (Ink::Status, "status"),
    (Ink::Updated, "updated"),
    (Ink::Breach, "breach"),
    (Ink::BreachEdge, "edge"),
    (Ink::Title, "title"),
    (Ink::Text, "text"),
    (Ink::Small, "small"),
    (Ink::Alarm, "alarm"),
];

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The outline of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An open line through these places.
    Line(Vec<Pixel>),
    /// A filled polygon.
    Area(Vec<Pixel>),
    /// A text whose baseline is at this place.
    Text { at: Pixel, anchor: Anchor, text: String },
}

/// Something to paint; later shapes lie over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) ink: Ink,
    pub(super) form: Form,
}

impl Shape {
    pub(super) fn line(ink: Ink, points: Vec<Pixel>) -> Self {
        Self { ink, form: Form::Line(points) }
    }

    pub(super) fn area(ink: Ink, points: Vec<Pixel>) -> Self {
        Self { ink, form: Form::Area(points) }
    }

    pub(super) fn rect(ink: Ink, (left, top): Pixel, (right, bottom): Pixel) -> Self {
        Self::area(ink, vec![(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    pub(super) fn text(ink: Ink, at: Pixel, anchor: Anchor, text: impl Into<String>) -> Self {
        Self { ink, form: Form::Text { at, anchor, text: text.into() } }
    }
}
