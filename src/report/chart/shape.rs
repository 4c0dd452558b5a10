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
    Series0,
    Series1,
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    Series7,
    Ribbon0,
    Ribbon1,
    Ribbon2,
    Ribbon3,
    Ribbon4,
    Ribbon5,
    Ribbon6,
    Ribbon7,
    Frontier,
    Whisker,
    Dot,
    Hollow,
    Margin,
}

/// Every ink with the class it gets in the SVG.
pub(super) const INKS: [(Ink, &str); 36] = [
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
    (Ink::Series0, "s0"),
    (Ink::Series1, "s1"),
    (Ink::Series2, "s2"),
    (Ink::Series3, "s3"),
    (Ink::Series4, "s4"),
    (Ink::Series5, "s5"),
    (Ink::Series6, "s6"),
    (Ink::Series7, "s7"),
    (Ink::Ribbon0, "b0"),
    (Ink::Ribbon1, "b1"),
    (Ink::Ribbon2, "b2"),
    (Ink::Ribbon3, "b3"),
    (Ink::Ribbon4, "b4"),
    (Ink::Ribbon5, "b5"),
    (Ink::Ribbon6, "b6"),
    (Ink::Ribbon7, "b7"),
    (Ink::Frontier, "frontier"),
    (Ink::Whisker, "whisker"),
    (Ink::Dot, "dot"),
    (Ink::Hollow, "hollow"),
    (Ink::Margin, "margin"),
];

/// The inks of lines that stand side by side, and of the ribbons that go with them.
pub(super) const SERIES: [Ink; 8] = [
    Ink::Series0,
    Ink::Series1,
    Ink::Series2,
    Ink::Series3,
    Ink::Series4,
    Ink::Series5,
    Ink::Series6,
    Ink::Series7,
];
pub(super) const RIBBONS: [Ink; 8] = [
    Ink::Ribbon0,
    Ink::Ribbon1,
    Ink::Ribbon2,
    Ink::Ribbon3,
    Ink::Ribbon4,
    Ink::Ribbon5,
    Ink::Ribbon6,
    Ink::Ribbon7,
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
