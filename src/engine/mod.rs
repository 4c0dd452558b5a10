//! A small, deterministic discrete-event kernel.
//!
//! What lives here: the queue of pending events ([`Queue`]), the loop that hands them to a model
//! ([`Simulation`]), random numbers that have names ([`Streams`]), how long things take
//! ([`Delay`]) and how many times as long ([`Factor`]). It knows simulated time and nothing else:
//! no nodes, no pods, no files, no clock on the wall. Whatever an event means is the [`Model`]'s
//! business.

mod delay;
mod factor;
mod hash;
mod normal;
mod queue;
mod rng;
mod run;
mod wheel;

pub use delay::{Delay, DelayError, LONGEST_TAIL};
pub use factor::{Factor, Spread};
pub use hash::{fnv1a64, fnv1a64_chain};
pub use queue::Queue;
pub use rng::{Purpose, Streams, Uniform};
pub use run::{Agenda, Ended, Finished, Limits, Model, Ranked, Simulation};
