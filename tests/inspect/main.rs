//! A record tells the whole run: any moment of it can be rebuilt, and asked.

mod moments;
#[path = "../shared/rebuilt.rs"]
mod rebuilt;
#[path = "../shared/recorded.rs"]
mod recorded;
#[path = "../shared/shipped.rs"]
mod shipped;
