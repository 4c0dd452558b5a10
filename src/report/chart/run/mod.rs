//! Charts of runs.

mod availability;
mod describe;
mod life;
mod marks;
mod panel;
mod setting;
mod shown;
mod steps;
mod window;

pub use availability::availability;
pub use shown::{Part, Shown};
