//! `waiters.svg`: when tools say that a rollout is done, when it truly was, and when alerts fired.

mod chart;
mod groups;
mod lines;
mod words;

pub use chart::{Awaited, waiters};
