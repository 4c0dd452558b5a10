//! rollcast's engine, built from its sources alone: all of rollcast would take minutes.

#[path = "../../../src/engine/mod.rs"]
pub mod engine;
#[path = "../../../src/time.rs"]
pub mod time;
