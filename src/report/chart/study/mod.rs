//! Charts of comparisons.

mod availability;
mod availability_words;
mod beside;
mod chosen;
mod distribution;
mod duration;
mod duration_words;
mod figures;
mod frontiers;
mod gaps;
mod hit;
mod hit_rows;
mod hit_words;
mod panels;
mod plane;
mod scatter;
pub(super) mod setting_names;
mod words;

pub use availability::availability as availability_by_setting;
pub use duration::duration_by_setting;
pub use gaps::gaps as gaps_by_setting;
pub use hit::hit;
