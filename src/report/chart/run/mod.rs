//! Charts of runs.

mod availability;
mod columns;
mod describe;
mod gaps;
mod life;
mod marks;
mod panel;
mod plots;
mod raster;
mod raster_words;
mod setting;
mod shown;
mod state_words;
mod states;
mod steps;
mod tracked;
mod window;

pub use availability::availability;
pub use gaps::gaps;
pub use raster::raster;
pub use setting::setting;
pub use shown::{Part, Shown};
pub use states::states;
pub use tracked::Tracked;
