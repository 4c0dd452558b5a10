//! The loop: takes events out in order and hands them to a model, within limits.
//!
//! What lives here: [`Model`] (what happens), [`Agenda`] (what is to happen), [`Simulation`] (makes
//! it happen) and how a run can end. It does not know what any event means.

use std::ops::ControlFlow;

use crate::engine::queue::Queue;
use crate::time::{SimDuration, SimTime};

/// An event that knows its place among the events of the same instant.
pub trait Ranked {
    /// Lower ranks happen first; equal ranks in the order they were scheduled.
    fn rank(&self) -> u8;
}

/// What is simulated: a state that changes only when events happen.
pub trait Model {
    /// What can happen.
    type Event: Ranked;

    /// `event` happens `now`. Whatever follows from it is put on the `agenda`, now or later.
    fn handle(&mut self, now: SimTime, event: Self::Event, agenda: &mut Agenda<Self::Event>);

    /// Everything of the instant `now` has happened. Called once for each instant that had an
    /// event, before the clock moves on and before a run ends as drained or at its time limit.
    ///
    /// It has no agenda, so it can watch and not act; `Break` ends the run as
    /// [`Ended::Stopped`].
    fn instant_ended(&mut self, now: SimTime) -> ControlFlow<()>;
}

/// The events that are to happen.
pub struct Agenda<E> {
    queue: Queue<E>,
}

impl<E: Ranked> Agenda<E> {
    /// Nothing to do, at [`SimTime::ZERO`].
    pub fn new() -> Self {
        Self { queue: Queue::new() }
    }

    /// `event` will happen at `time`; at [`SimTime::MAX`], never.
    ///
    /// # Panics
    ///
    /// If `time` is before [`Agenda::now`].
    #[inline]
    pub fn at(&mut self, time: SimTime, event: E) {
        if time < SimTime::MAX {
            self.queue.push(time, event.rank(), event);
        }
    }

    /// `event` will happen once `delay` has passed; never if that is too long.
    #[inline]
    pub fn after(&mut self, delay: SimDuration, event: E) {
        self.at(self.now() + delay, event);
    }

    /// Takes out the next event and when it was to happen, which is now from then on.
    pub fn take(&mut self) -> Option<(SimTime, E)> {
        self.queue.pop()
    }

    /// The time of the event that is being handled.
    #[inline]
    pub const fn now(&self) -> SimTime {
        self.queue.now()
    }

    /// How many events are yet to happen.
    pub const fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether nothing is left to happen.
    pub const fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl<E: Ranked> Default for Agenda<E> {
    fn default() -> Self {
        Self::new()
    }
}

/// How far a run may go. Every run has all three limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events at this instant still happen, later ones do not.
    pub until: SimTime,
    /// How many events may happen in all.
    pub max_events: u64,
    /// How many events may happen at one instant: a model whose events schedule each other
    /// without time passing would never come to an end.
    pub max_events_per_instant: u64,
}

impl Default for Limits {
    /// No limit of time, ten billion events, fifty million at one instant.
    fn default() -> Self {
        Self { until: SimTime::MAX, max_events: 10_000_000_000, max_events_per_instant: 50_000_000 }
    }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Nothing was left to happen.
    Drained,
    /// The model asked for it, once the last instant was over.
    Stopped,
    /// The next event is later than [`Limits::until`].
    TimeLimit,
    /// [`Limits::max_events`] or [`Limits::max_events_per_instant`] was reached with another
    /// event due. If that was in the middle of an instant, its end was not announced.
    EventLimit,
}

/// How a run ended.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Why.
    pub ended: Ended,
    /// When: [`Limits::until`] for [`Ended::TimeLimit`], else the time of the last event.
    pub at: SimTime,
    /// How many events happened.
    pub events: u64,
}

/// A model, its agenda and how far it came.
pub struct Simulation<M: Model> {
    /// What is simulated.
    pub model: M,
    /// What is yet to happen.
    pub agenda: Agenda<M::Event>,
    limits: Limits,
    events: u64,
    /// Events since the clock last moved; zero once the end of their instant was announced.
    events_this_instant: u64,
}

impl<M: Model> Simulation<M> {
    /// `model` with what is on its `agenda` at the start.
    pub const fn new(model: M, agenda: Agenda<M::Event>, limits: Limits) -> Self {
        Self { model, agenda, limits, events: 0, events_this_instant: 0 }
    }

    /// How many events have happened.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Lets events happen until the run ends. Calling it again goes on where it stopped.
    pub fn run(&mut self) -> Finished {
        loop {
            if let ControlFlow::Break(finished) = self.step() {
                return finished;
            }
        }
    }

    /// Lets one event happen, after announcing the end of the instant before it if the clock
    /// moves; or says how the run ended.
    #[inline]
    pub fn step(&mut self) -> ControlFlow<Finished> {
        let now = self.agenda.now();
        let next = self.agenda.queue.peek_time();
        if next != Some(now) && self.close_instant(now).is_break() {
            return self.finished(Ended::Stopped, now);
        }
        match next {
            None => self.finished(Ended::Drained, now),
            Some(at) if at > self.limits.until => {
                self.finished(Ended::TimeLimit, self.limits.until)
            }
            Some(_) if self.is_exhausted() => self.finished(Ended::EventLimit, now),
            Some(_) => self.handle_next(),
        }
    }

    #[inline]
    fn handle_next(&mut self) -> ControlFlow<Finished> {
        if let Some((now, event)) = self.agenda.take() {
            self.events += 1;
            self.events_this_instant += 1;
            self.model.handle(now, event, &mut self.agenda);
        }
        ControlFlow::Continue(())
    }

    /// Announces the end of the instant `now`, if anything happened at it.
    #[inline]
    fn close_instant(&mut self, now: SimTime) -> ControlFlow<()> {
        if std::mem::take(&mut self.events_this_instant) == 0 {
            return ControlFlow::Continue(());
        }
        self.model.instant_ended(now)
    }

    #[inline]
    const fn is_exhausted(&self) -> bool {
        self.events >= self.limits.max_events
            || self.events_this_instant >= self.limits.max_events_per_instant
    }

    const fn finished(&self, ended: Ended, at: SimTime) -> ControlFlow<Finished> {
        ControlFlow::Break(Finished { ended, at, events: self.events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ring at a time and rank, and again `again` times after `every`.
    #[derive(Clone, Copy)]
    struct Ring {
        name: char,
        rank: u8,
        again: u32,
        every: u64,
    }

    impl Ranked for Ring {
        fn rank(&self) -> u8 {
            self.rank
        }
    }

    /// Writes down what rings, and `|` with the second where an instant ends.
    #[derive(Default)]
    struct Bells {
        heard: String,
        stop_at: Option<SimTime>,
    }

    impl Model for Bells {
        type Event = Ring;

        fn handle(&mut self, now: SimTime, ring: Ring, agenda: &mut Agenda<Ring>) {
            assert_eq!(now, agenda.now());
            self.heard.push(ring.name);
            if ring.again > 0 {
                let next = Ring { again: ring.again - 1, ..ring };
                agenda.after(SimDuration::from_secs(ring.every), next);
            }
        }

        fn instant_ended(&mut self, now: SimTime) -> ControlFlow<()> {
            self.heard += "|";
            self.heard += &now.as_secs().to_string();
            self.heard += " ";
            if self.stop_at == Some(now) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    }

    fn bell(name: char, rank: u8, again: u32, every: u64) -> Ring {
        Ring { name, rank, again, every }
    }

    /// Runs bells that first ring at the given seconds and compares what was heard and the end.
    fn check(
        rings: &[(u64, Ring)],
        limits: Limits,
        stop_at: Option<u64>,
        heard: &str,
        (ended, at, events): (Ended, u64, u64),
    ) {
        let mut agenda = Agenda::new();
        for (second, ring) in rings {
            agenda.at(SimTime::from_secs(*second), *ring);
        }
        let model = Bells { heard: String::new(), stop_at: stop_at.map(SimTime::from_secs) };
        let mut simulation = Simulation::new(model, agenda, limits);
        let finished = simulation.run();
        assert_eq!(simulation.model.heard.trim_end(), heard);
        assert_eq!(finished, Finished { ended, at: SimTime::from_secs(at), events });
        assert_eq!(simulation.events(), events);
    }

    fn until(second: u64) -> Limits {
        Limits { until: SimTime::from_secs(second), ..Limits::default() }
    }

    #[test]
    fn a_run_ends_when_nothing_is_left() {
        check(&[], Limits::default(), None, "", (Ended::Drained, 0, 0));
        let rings = [(0, bell('b', 2, 0, 0)), (0, bell('a', 1, 1, 0)), (5, bell('c', 0, 0, 0))];
        check(&rings, Limits::default(), None, "aab|0 c|5", (Ended::Drained, 5, 4));
    }

    /// What takes too long for any run is not waited for.
    #[test]
    fn a_run_ends_although_something_never_happens() {
        let never = SimTime::MAX.as_secs() + 1;
        let rings = [(1, bell('a', 0, 0, 0)), (never, bell('b', 0, 0, 0))];
        check(&rings, Limits::default(), None, "a|1", (Ended::Drained, 1, 1));
    }

    #[test]
    fn events_at_the_time_limit_still_happen() {
        let rings = [(1, bell('a', 0, 9, 2))];
        check(&rings, until(3), None, "a|1 a|3", (Ended::TimeLimit, 3, 2));
        check(&rings, until(4), None, "a|1 a|3", (Ended::TimeLimit, 4, 2));
        check(&rings, until(0), None, "", (Ended::TimeLimit, 0, 0));
    }

    #[test]
    fn a_model_stops_the_run_once_the_instant_is_over() {
        let rings = [(1, bell('a', 0, 9, 1)), (2, bell('b', 1, 2, 0))];
        check(&rings, Limits::default(), Some(2), "a|1 abbb|2", (Ended::Stopped, 2, 5));
    }

    #[test]
    fn a_model_that_never_lets_time_pass_is_ended() {
        let rings = [(1, bell('a', 0, u32::MAX, 0))];
        let per_instant = Limits { max_events_per_instant: 4, ..Limits::default() };
        check(&rings, per_instant, None, "aaaa", (Ended::EventLimit, 1, 4));
        let in_all = Limits { max_events: 3, ..Limits::default() };
        check(&rings, in_all, None, "aaa", (Ended::EventLimit, 1, 3));
    }

    #[test]
    fn limits_that_are_just_enough_do_not_end_a_run() {
        let rings = [(1, bell('a', 0, 3, 0)), (2, bell('b', 0, 0, 0))];
        let limits = Limits { max_events: 5, max_events_per_instant: 4, ..Limits::default() };
        check(&rings, limits, None, "aaaa|1 b|2", (Ended::Drained, 2, 5));
    }

    #[test]
    fn a_step_is_one_event() {
        let mut agenda = Agenda::new();
        agenda.at(SimTime::from_secs(1), bell('a', 0, 1, 1));
        let mut simulation = Simulation::new(Bells::default(), agenda, Limits::default());
        for expected in ["a", "a|1 a"] {
            assert!(simulation.step().is_continue());
            assert_eq!(simulation.model.heard, expected);
        }
        assert!(simulation.step().is_break());
        assert!(simulation.agenda.is_empty());
    }
}
