//! (to be written)
mod valid;
pub use valid::*;
