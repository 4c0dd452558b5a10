//! The hold model, whatever runs it: a fixed number of events is pending, and each one that
//! happens schedules one more. The delays are drawn beforehand, so that only the engine is
//! measured.

use rollcast_peers::engine::{Delay, Streams};
use rollcast_peers::time::SimDuration;

/// As large as rollcast's own events.
pub type Event = (u32, u64);

pub const EVENT: Event = (1, 2);

/// No delay is shorter, in microseconds: nexosim schedules nothing at the present instant.
const SHORTEST: u64 = 1;
const LONGEST: u64 = 2_000_000;
/// Delays that are drawn; after the last comes the first again. A power of two.
const DRAWN: u64 = 1 << 14;

/// An engine with its events pending.
pub trait Hold {
    /// Lets at least `steps` events happen, each of which schedules one more. Returns how many
    /// happened: an engine that hands out whole instants may go a little further.
    fn hold(&mut self, steps: u64) -> u64;
}

/// Delays from 0 to 2 s, as the engine takes them.
pub struct Delays<T> {
    drawn: Vec<T>,
    next: usize,
}

impl<T: Copy> Delays<T> {
    /// The same delays for every engine, each converted from microseconds by `of_micros`.
    pub fn new(of_micros: impl Fn(u64) -> T) -> Self {
        let streams = Streams::new(1);
        let [shortest, longest] = [SHORTEST, LONGEST].map(SimDuration::from_micros);
        let delay = Delay::uniform(shortest, longest).expect("they are in order");
        let sample = |ordinal| delay.sample(streams.uniform("hold", 0, ordinal)).as_micros();
        Self { drawn: (0..DRAWN).map(|ordinal| of_micros(sample(ordinal))).collect(), next: 0 }
    }

    #[inline]
    pub fn draw(&mut self) -> T {
        self.next = (self.next + 1) % DRAWN as usize;
        self.drawn[self.next]
    }
}

/// When the events that are pending at the start happen, in microseconds.
pub fn first_times(pending: u64) -> impl Iterator<Item = u64> {
    let streams = Streams::new(2);
    (0..pending).map(move |entity| SHORTEST + streams.bits("fill", entity, 0) % LONGEST)
}
