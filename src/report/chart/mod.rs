//! Charts as SVG: drawn with plotters, colored by classes, readable in light and dark, by eyes
//! and by screen readers, and equal to the byte for equal records.
//!
//! A chart is laid out as a list of shapes in whole pixels, then painted. Only
//! `paint` knows plotters and the SVG that it writes.

mod availability;
mod bands;
mod describe;
mod frontier;
mod gaps;
mod labels;
mod life;
mod log_scale;
mod marks;
mod paint;
mod panel;
mod scale;
mod shape;
mod steps;
mod study_labels;
mod study_style;

pub use availability::availability_svg;
pub use bands::bands_svg;
pub use frontier::frontier_svg;
pub use gaps::gaps_svg;

#[cfg(test)]
mod tests;
