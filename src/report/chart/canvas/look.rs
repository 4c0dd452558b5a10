//! How a picture is to look, and what it says of its making.

/// What a picture is drawn for. The default is 800 pixels wide, as high as it needs, light or dark as
/// the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub size: Option<Size>,
    pub theme: Theme,
    /// In place of the usual title.
    pub title: Option<String>,
    pub made: Made,
}

/// Width and height of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: Option<u16>,
}

/// The colors of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub const WIDTHS: std::ops::RangeInclusive<u16> = 360..=4_096;
    /// The heights of pictures, in pixels.
    pub const HEIGHTS: std::ops::RangeInclusive<u16> = 200..=4_096;
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
