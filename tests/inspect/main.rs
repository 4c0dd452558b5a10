//! A record tells the whole run: any moment of it can be rebuilt, and asked.

#[path = "../shared/shipped.rs"]
mod shipped;

mod rebuilt;
