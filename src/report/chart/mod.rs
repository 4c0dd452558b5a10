//! Charts as SVG and PNG: drawn with plotters, colored by classes, readable in light and dark, by eyes
//! and by screen readers, and equal to the byte for equal records.
//!
//! A chart is laid out as a list of shapes in whole pixels, then painted. `canvas` has what all
//! pictures share; `run` draws what happened in runs, `study` what a comparison found.

mod canvas;
mod run;
mod study;

pub use canvas::font::{Weight, ascent, descent, text_width};
pub use canvas::look::{Chart, Look, Made, Size, SizeError, Theme};
pub use canvas::png::{PngError, png};
pub use run::{
    Awaited, Loaded, Part, Phased, Shown, Tracked, availability, duration, gantt, gaps, limits,
    raster, setting, states, waiters,
};
pub use study::{availability_by_setting, duration_by_setting, gaps_by_setting, hit};

#[cfg(test)]
mod tests;
