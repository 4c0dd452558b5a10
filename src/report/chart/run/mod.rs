//! Charts of runs.

mod availability;
mod availability_words;
mod columns;
mod duration;
mod gantt;
mod gaps;
mod life;
mod limits;
mod marks;
mod pane;
mod panel;
mod plots;
mod raster;
mod raster_cells;
mod raster_words;
mod rows;
mod setting;
mod shown;
mod state_words;
mod states;
mod steps;
mod tracked;
mod waiters;
mod window;
mod words;

pub use availability::availability;
pub use duration::duration;
pub use gantt::{Phased, gantt};
pub use gaps::gaps;
pub use limits::{Loaded, limits};
pub use raster::raster;
pub use setting::setting;
pub use shown::{Part, Shown};
pub use states::states;
pub use tracked::Tracked;
pub use waiters::{Awaited, waiters};
