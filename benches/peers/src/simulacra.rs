//! simulacra: its queue alone, and its simulation one step after the other.

use std::hint::black_box;

use simulacra::{Duration, EventQueue, Simulation, Time};

use crate::hold::{Delays, EVENT, Event, Hold, first_times};

pub struct Bare {
    queue: EventQueue<Event>,
    delays: Delays<Duration>,
}

impl Bare {
    pub fn new(pending: u64) -> Self {
        let mut queue = EventQueue::new();
        for time in first_times(pending) {
            queue.schedule(Time::from_micros(time), EVENT);
        }
        Self { queue, delays: Delays::new(Duration::from_micros) }
    }
}

impl Hold for Bare {
    fn hold(&mut self, steps: u64) -> u64 {
        for _ in 0..steps {
            let due = self.queue.pop().expect("an event is pending");
            self.queue.schedule(due.time + self.delays.draw(), black_box(due.event));
        }
        steps
    }
}

pub struct Whole {
    simulation: Simulation<Event>,
    delays: Delays<Duration>,
}

impl Whole {
    pub fn new(pending: u64) -> Self {
        let mut simulation = Simulation::new();
        for time in first_times(pending) {
            simulation.schedule(Time::from_micros(time), EVENT);
        }
        Self { simulation, delays: Delays::new(Duration::from_micros) }
    }
}

impl Hold for Whole {
    fn hold(&mut self, steps: u64) -> u64 {
        for _ in 0..steps {
            let due = self.simulation.step().expect("an event is pending");
            self.simulation.schedule_in(self.delays.draw(), black_box(due.event));
        }
        steps
    }
}
