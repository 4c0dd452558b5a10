//! Charts of comparisons.

mod bands;
mod frontier;
mod frontier_words;
mod gaps;
mod hit;
mod hit_rows;
mod labels;
mod panels;
mod scatter;
mod setting_names;

pub use bands::bands_svg;
pub use frontier::frontier_svg;
pub use gaps::gaps_svg;
pub use hit::hit_svg;
