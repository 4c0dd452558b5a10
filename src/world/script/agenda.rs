//! When the scenario acts, and how far it is.

use crate::engine::Delay;
use crate::record::{Recorder, What};
use crate::scenario::{Action, Repeats, Scenario, TimedAction, Wait};
use crate::time::{SimDuration, SimTime};
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::script::actions::{Doing, Reach};
use crate::world::script::waits::Waits;
use crate::world::settings::Settings;

/// What the scenario does, and how far it is.
pub(in crate::world) struct Script {
    actions: Vec<TimedAction>,
    /// Which of them have happened; of processes it is not kept.
    happened: Vec<bool>,
    waits: Waits,
    /// Actions that are still to happen, without processes and what may never happen.
    left: usize,
}

impl Script {
    pub(in crate::world) fn new(scenario: &Scenario) -> Self {
        let actions = scenario.events.clone();
        let waits = Waits::new(&actions);
        let is_certain = |timed: &&TimedAction| timed.repeats.is_none() && waits.is_certain(timed);
        let left = actions.iter().filter(is_certain).count();
        Self { happened: vec![false; actions.len()], actions, waits, left }
    }

    /// Whether everything has happened that happens once.
    pub(in crate::world) fn is_over(&self) -> bool {
        self.left == 0 && self.waits.are_idle()
    }

    /// Puts every action of the scenario on the agenda.
    pub(in crate::world) fn begin(&self, cx: &mut Cx<'_>) {
        for (index, timed) in (0..).zip(&self.actions) {
            let first = cx.settings.start + timed.at;
            let at = match (timed.repeats, &timed.wait) {
                (None, None) => Some(first),
                (None, Some(Wait { after: None, .. })) => {
                    cx.at(first, Event::Await { index });
                    None
                }
                (None, Some(_)) => None,
                (Some(repeats), _) => next_repeat(index, 0, first, repeats, cx),
            };
            if let Some(at) = at {
                cx.at(at, Event::Action { index, ordinal: 0 });
            }
        }
    }

    /// An action begins to wait, or looks again whether its time has come.
    pub(in crate::world) fn wait(&mut self, index: u32, cx: &mut Cx<'_>) {
        if let Some(wait) = &self.actions[index as usize].wait {
            self.waits.look(index, wait, cx);
            self.waits.look_at_rollouts(&self.actions, cx);
        }
    }

    /// DaemonSets were written: the time of actions that wait for a rollout may have come.
    pub(in crate::world) fn see_rollouts(&mut self, cx: &mut Cx<'_>) {
        if self.waits.is_watching() {
            self.waits.look_at_rollouts(&self.actions, cx);
        }
    }

    /// Records which actions waited in vain for something.
    pub(in crate::world) fn record_what_never_happened(&self, record: &mut Recorder) {
        for (action, happened) in self.actions.iter().zip(&self.happened) {
            let message = if *happened { None } else { self.waits.in_vain(action, &self.actions) };
            if let Some(message) = message {
                record.never_happened(&action.label, message);
            }
        }
    }

    /// An action of the scenario is due.
    pub(in crate::world) fn act(
        &mut self,
        index: u32,
        ordinal: u32,
        reach: &mut Reach<'_>,
        cx: &mut Cx<'_>,
    ) {
        let TimedAction { action, repeats, label, .. } = self.actions[index as usize].clone();
        self.happened[index as usize] = true;
        self.waits.happens(index);
        match repeats {
            None if self.waits.is_certain(&self.actions[index as usize]) => self.left -= 1,
            None => {}
            Some(repeats) => {
                if let Some(at) = next_repeat(index, ordinal + 1, cx.now, repeats, cx) {
                    cx.because(None).at(at, Event::Action { index, ordinal: ordinal + 1 });
                }
            }
        }
        cx.record.mark(cx.now, &label);
        let cause =
            cx.record.fact(cx.now, None, |names| What::Scenario { text: names.intern(&label) });
        let doing = Doing { label: &label, index, ordinal, repeats: repeats.is_some() };
        reach.carry_out(&action, doing, &mut cx.because(Some(cause)));
        // An upgrade of nodes has happened once it is over.
        if !matches!(action, Action::UpgradeNodes(_)) {
            self.happened(index, cx);
        }
    }

    /// What an action does is done: those that wait for it begin to do so.
    pub(in crate::world) fn happened(&mut self, index: u32, cx: &mut Cx<'_>) {
        self.waits.happened(self.actions[index as usize].event, &self.actions, cx);
    }
}

/// When a process next acts, if it does before its end: exponential intervals, each drawn by its
/// own name.
fn next_repeat(
    index: u32,
    ordinal: u32,
    after: SimTime,
    repeats: Repeats,
    cx: &Cx<'_>,
) -> Option<SimTime> {
    let Settings { start, streams, .. } = cx.settings;
    let draw = streams.uniform("process", u64::from(index), u64::from(ordinal));
    let interval = Delay::exponential(repeats.mean_interval).ok()?.sample(draw);
    let at = after + interval.max(SimDuration::from_micros(1));
    (at <= *start + repeats.until).then_some(at)
}
