//! `SimCore`, the engine of `DSLab`: a component that emits events to itself.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use serde::Serialize;
use simcore::{Event, EventHandler, Simulation, SimulationContext, cast};

use crate::hold::{self, Delays, EVENT, Hold, first_times};

const SECOND: f64 = 1e6;

pub struct SimCore(Simulation);

#[derive(Clone, Serialize)]
struct Happening {
    event: hold::Event,
}

/// Emits each event again.
struct Again {
    context: SimulationContext,
    delays: Delays<f64>,
}

impl EventHandler for Again {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Happening { event } => {
                let delay = self.delays.draw();
                self.context.emit_self(Happening { event: black_box(event) }, delay);
            }
        });
    }
}

impl SimCore {
    pub fn new(pending: u64) -> Self {
        let mut simulation = Simulation::new(1);
        let context = simulation.create_context("again");
        for time in first_times(pending) {
            context.emit_self(Happening { event: EVENT }, time as f64 / SECOND);
        }
        let again = Again { context, delays: Delays::new(|delay| delay as f64 / SECOND) };
        simulation.add_handler("again", Rc::new(RefCell::new(again)));
        Self(simulation)
    }
}

impl Hold for SimCore {
    fn hold(&mut self, steps: u64) -> u64 {
        assert!(self.0.steps(steps), "an event is pending");
        steps
    }
}
