//! How a picture is to look, and what it says of its making.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::Deserialize;

use crate::time::SimDuration;

/// What a picture is drawn for. The default is 800 pixels wide, as high as it needs, light or dark as
/// the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub size: Option<Size>,
    pub theme: Theme,
    /// In place of the usual title.
    pub title: Option<String>,
    /// From when to when, if the picture shows a part of a run: its description is of the whole run.
    pub shown: Option<(SimDuration, SimDuration)>,
    pub made: Made,
}

/// Width and height of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: Option<u16>,
}

/// The colors of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As whoever looks at it prefers: light, or dark.
    #[default]
    Auto,
    Light,
    Dark,
}

/// Where a picture comes from, for its metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// What has to be typed to make it again.
    pub command: String,
    /// The version of rollcast that simulated what it shows.
    pub version: String,
    /// The seed, or the seeds: `1`, `1..100`.
    pub seed: String,
}

/// A picture that is drawn, and the same in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    /// An SVG document that ends with a line break.
    pub svg: String,
    /// What it shows, in sentences: its `<desc>`.
    pub alt: String,
}

impl Size {
    /// The widths of pictures, in pixels.
    pub const WIDTHS: RangeInclusive<u16> = 360..=4_096;
    /// The heights of pictures, in pixels.
    pub const HEIGHTS: RangeInclusive<u16> = 200..=4_096;
}

/// Why a text is no size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    #[error("expected a width and a height in pixels, such as `1200x675`, or a width alone")]
    NotASize,
    #[error("a picture is {} to {} pixels wide", Size::WIDTHS.start(), Size::WIDTHS.end())]
    Width,
    #[error("a picture is {} to {} pixels high", Size::HEIGHTS.start(), Size::HEIGHTS.end())]
    Height,
}

/// `800x450`, or `800` alone; `X` and `×` stand for `x`.
impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let side = |text: &str| text.trim().parse().map_err(|_| SizeError::NotASize);
        let (width, height) = match text.split_once(['x', 'X', '×']) {
            Some((width, height)) => (side(width)?, Some(side(height)?)),
            None => (side(text)?, None),
        };
        if !Self::WIDTHS.contains(&width) {
            return Err(SizeError::Width);
        }
        if height.is_some_and(|height| !Self::HEIGHTS.contains(&height)) {
            return Err(SizeError::Height);
        }
        Ok(Self { width, height })
    }
}

impl Look {
    /// The width of the picture, in pixels.
    pub(in crate::report::chart) fn width(&self) -> i32 {
        self.size.map_or(800, |size| size.width.into())
    }

    /// The height of the picture, in pixels, if it is given.
    pub(in crate::report::chart) fn height(&self) -> Option<i32> {
        self.size.and_then(|size| size.height).map(i32::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let size = |width, height| Ok(Size { width, height });
        assert_eq!("1200x675".parse(), size(1200, Some(675)));
        assert_eq!("600 × 400".parse(), size(600, Some(400)));
        assert_eq!("600".parse(), size(600, None));
        for wrong in ["", "x", "600x", "99999x1", "6e2", "-600x400", "600x400x200"] {
            assert_eq!(wrong.parse::<Size>(), Err(SizeError::NotASize), "{wrong}");
        }
        for wrong in ["0x0", "100x300", "4097"] {
            assert_eq!(wrong.parse::<Size>(), Err(SizeError::Width), "{wrong}");
        }
        assert_eq!("600x5".parse::<Size>(), Err(SizeError::Height));
    }
}
