//! Charts as SVG: drawn with plotters, colored by classes, readable in light and dark, by eyes
//! and by screen readers, and equal to the byte for equal records.
//!
//! A chart is laid out as a list of shapes in whole pixels, then painted. Only
//! `paint` knows plotters and the SVG that it writes.

mod availability;
mod describe;
mod labels;
mod marks;
mod paint;
mod panel;
mod scale;
mod shape;
mod steps;

pub use availability::availability_svg;

#[cfg(test)]
mod tests;
