//! nexosim on one thread: a model with an input that schedules itself.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit, Simulation};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::hold::{Delays, EVENT, Event, Hold, first_times};

pub struct NexoSim {
    simulation: Simulation,
    happened: Arc<AtomicU64>,
}

/// Schedules each event again, and counts. Nothing of it is ever saved.
#[derive(Serialize, Deserialize)]
struct Again {
    #[serde(skip, default = "delays")]
    delays: Delays<Duration>,
    #[serde(skip)]
    happened: Arc<AtomicU64>,
}

fn delays() -> Delays<Duration> {
    Delays::new(Duration::from_micros)
}

#[Model]
impl Again {
    #[nexosim(schedulable)]
    fn happen(&mut self, event: Event, context: &Context<Self>) {
        self.happened.fetch_add(1, Ordering::Relaxed);
        let delay = self.delays.draw();
        context
            .schedule_event(delay, schedulable!(Self::happen), black_box(event))
            .expect("it is in the future");
    }
}

impl NexoSim {
    pub fn new(pending: u64) -> Self {
        let happened = Arc::new(AtomicU64::new(0));
        let again = Again { delays: delays(), happened: Arc::clone(&happened) };
        let mailbox = Mailbox::new();
        let mut bench = SimInit::with_num_threads(1);
        let start = EventSource::new().connect(Again::happen, &mailbox).register(&mut bench);
        let simulation = bench
            .add_model(again, mailbox, "again")
            .init(MonotonicTime::EPOCH)
            .expect("the model has a name of its own");
        let scheduler = simulation.scheduler();
        for time in first_times(pending) {
            scheduler
                .schedule_event(Duration::from_micros(time), &start, EVENT)
                .expect("it is in the future");
        }
        Self { simulation, happened }
    }
}

impl Hold for NexoSim {
    fn hold(&mut self, steps: u64) -> u64 {
        let before = self.happened.load(Ordering::Relaxed);
        loop {
            self.simulation.step().expect("an event is pending");
            let happened = self.happened.load(Ordering::Relaxed) - before;
            if happened >= steps {
                return happened;
            }
        }
    }
}
