//! rollcast's own: the queue alone, and the loop around it that hands events to a model.

use std::hint::black_box;
use std::ops::ControlFlow;

use rollcast_peers::engine::{Agenda, Limits, Model, Queue, Ranked, Simulation};
use rollcast_peers::time::{SimDuration, SimTime};

use crate::hold::{Delays, EVENT, Event, Hold, first_times};

pub struct Bare {
    queue: Queue<Event>,
    delays: Delays<SimDuration>,
}

impl Bare {
    pub fn new(pending: u64) -> Self {
        let mut queue = Queue::new();
        first_times(pending).for_each(|time| queue.push(SimTime::from_micros(time), 0, EVENT));
        Self { queue, delays: Delays::new(SimDuration::from_micros) }
    }
}

impl Hold for Bare {
    fn hold(&mut self, steps: u64) -> u64 {
        for _ in 0..steps {
            let (now, event) = self.queue.pop().expect("an event is pending");
            self.queue.push(now + self.delays.draw(), 0, black_box(event));
        }
        steps
    }
}

pub struct Whole(Simulation<Again>);

/// Schedules each event again.
struct Again {
    delays: Delays<SimDuration>,
}

struct Happening(Event);

impl Ranked for Happening {
    fn rank(&self) -> u8 {
        0
    }
}

impl Model for Again {
    type Event = Happening;

    #[inline]
    fn handle(&mut self, _: SimTime, event: Happening, agenda: &mut Agenda<Happening>) {
        agenda.after(self.delays.draw(), Happening(black_box(event.0)));
    }

    fn instant_ended(&mut self, _: SimTime) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Whole {
    pub fn new(pending: u64) -> Self {
        let mut agenda = Agenda::new();
        first_times(pending)
            .for_each(|time| agenda.at(SimTime::from_micros(time), Happening(EVENT)));
        let model = Again { delays: Delays::new(SimDuration::from_micros) };
        Self(Simulation::new(model, agenda, Limits::default()))
    }
}

impl Hold for Whole {
    fn hold(&mut self, steps: u64) -> u64 {
        for _ in 0..steps {
            assert!(self.0.step().is_continue(), "an event is pending");
        }
        steps
    }
}
