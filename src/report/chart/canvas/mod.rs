//! What all pictures share, whatever they show: shapes in whole pixels, their inks, scales, places for
//! labels, and the SVG document. Only `paint` knows plotters and the SVG that it writes.

pub(super) mod area;
pub(super) mod axes;
pub(super) mod font;
pub(super) mod ink;
pub(super) mod key;
pub(super) mod labels;
pub(super) mod log_scale;
pub(super) mod look;
pub(super) mod more;
pub(super) mod paint;
pub(super) mod panes;
pub(super) mod png;
pub(super) mod points;
pub(super) mod rising;
pub(super) mod scale;
pub(super) mod shape;
pub(super) mod sheet;
pub(super) mod spans;
mod style_sheet;
