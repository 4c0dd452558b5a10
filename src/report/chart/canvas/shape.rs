//! What a picture is made of: lines, areas and texts, in whole pixels, each in one of a few inks.

use crate::report::chart::canvas::ink::Ink;

/// A place in the picture: pixels from the left and from the top.
pub(in crate::report::chart) type Pixel = (i32, i32);

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::chart) enum Anchor {
    Start,
    Middle,
    End,
}

/// The outline of a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report::chart) enum Form {
    /// An open line through these places.
    Line(Vec<Pixel>),
    /// A filled polygon.
    Area(Vec<Pixel>),
    /// A text whose baseline is at this place.
    Text { at: Pixel, anchor: Anchor, text: String },
}

/// Something to paint; later shapes lie over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report::chart) struct Shape {
    pub(in crate::report::chart) ink: Ink,
    pub(in crate::report::chart) form: Form,
}

impl Shape {
    pub(in crate::report::chart) fn line(ink: Ink, points: Vec<Pixel>) -> Self {
        Self { ink, form: Form::Line(points) }
    }

    pub(in crate::report::chart) fn area(ink: Ink, points: Vec<Pixel>) -> Self {
        Self { ink, form: Form::Area(points) }
    }

    /// The rectangle between two corners.
    pub(in crate::report::chart) fn rect(
        ink: Ink,
        (left, top): Pixel,
        (right, bottom): Pixel,
    ) -> Self {
        Self::area(ink, vec![(left, top), (right, top), (right, bottom), (left, bottom)])
    }

    pub(in crate::report::chart) fn text(
        ink: Ink,
        at: Pixel,
        anchor: Anchor,
        text: impl Into<String>,
    ) -> Self {
        Self { ink, form: Form::Text { at, anchor, text: text.into() } }
    }

    /// The same, so many pixels further down.
    pub(in crate::report::chart) fn lowered(mut self, down: i32) -> Self {
        match &mut self.form {
            Form::Line(points) | Form::Area(points) => {
                for point in points {
                    point.1 += down;
                }
            }
            Form::Text { at, .. } => at.1 += down,
        }
        self
    }
}
