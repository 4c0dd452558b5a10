//! The standard library's binary heap, with no engine around it: the usual way to write one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;

use crate::hold::{Delays, EVENT, Event, Hold, first_times};

pub struct Heap {
    heap: BinaryHeap<Reverse<Entry>>,
    /// Keeps events of the same time in the order in which they were scheduled.
    sequence: u64,
    delays: Delays<u64>,
}

/// Ordered by time and sequence, which differs between any two.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    time: u64,
    sequence: u64,
    event: Event,
}

impl Heap {
    pub fn new(pending: u64) -> Self {
        let mut heap = Self { heap: BinaryHeap::new(), sequence: 0, delays: Delays::new(|d| d) };
        first_times(pending).for_each(|time| heap.push(time, EVENT));
        heap
    }

    #[inline]
    fn push(&mut self, time: u64, event: Event) {
        self.heap.push(Reverse(Entry { time, sequence: self.sequence, event }));
        self.sequence += 1;
    }
}

impl Hold for Heap {
    fn hold(&mut self, steps: u64) -> u64 {
        for _ in 0..steps {
            let Reverse(entry) = self.heap.pop().expect("an event is pending");
            let time = entry.time + self.delays.draw();
            self.push(time, black_box(entry.event));
        }
        steps
    }
}
