//! Charts as SVG: drawn with plotters, colored by classes, readable in light and dark, by eyes
//! and by screen readers, and equal to the byte for equal records.
//!
//! A chart is laid out as a list of shapes in whole pixels, then painted. Only
//! `paint` knows plotters and the SVG that it writes.

mod availability;
mod bands;
mod describe;
mod frontier;
mod frontier_words;
mod gaps;
mod hit;
mod hit_rows;
mod labels;
mod life;
mod log_scale;
mod marks;
mod paint;
mod panel;
mod scale;
mod scatter;
mod setting_names;
mod shape;
mod steps;
mod study_labels;
mod study_panels;
mod study_style;

pub use availability::availability_svg;
pub use bands::bands_svg;
pub use frontier::frontier_svg;
pub use gaps::gaps_svg;
pub use hit::hit_svg;

#[cfg(test)]
mod tests;
