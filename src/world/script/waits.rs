//! Actions that wait for something, and when it is time for them.

use crate::record::Tracker;
use crate::scenario::{DaemonSetRef, RolloutWait, TimedAction, Wait};
use crate::time::SimTime;
use crate::world::cx::Cx;
use crate::world::event::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The actions that wait.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// Which actions follow on an event that has not happened yet, by its index in the scenario.
    followers: BTreeMap<usize, Vec<u32>>,
    /// Those that wait for a rollout now.
    watching: Vec<Watching>,
    /// Events that may never happen.
    uncertain: BTreeSet<usize>,
    /// Those that are on the agenda: to begin to wait, or to happen.
    planned: BTreeSet<u32>,
}

/// An action that waits for a rollout.
#[derive(Debug)]
struct Watching {
    action: u32,
    /// When it began to wait.
    since: SimTime,
    /// When it looks again by itself.
    looks_at: Option<SimTime>,
}

/// What an action finds that looks whether it is time.
enum Look {
    Now,
    /// Unless something happens before.
    At(SimTime),
    /// Not before something happens.
    Later,
}

impl Waits {
    pub(super) fn new(actions: &[TimedAction]) -> Self {
        let mut followers: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (index, action) in (0..).zip(actions) {
            if let Some(after) = action.wait.as_ref().and_then(|wait| wait.after) {
                followers.entry(after).or_default().push(index);
            }
        }
        Self { followers, uncertain: uncertain_events(actions), ..Self::default() }
    }

    /// An event has happened: the actions that follow on it begin to wait, the first time.
    pub(super) fn happened(&mut self, event: usize, actions: &[TimedAction], cx: &mut Cx<'_>) {
        for index in self.followers.remove(&event).unwrap_or_default() {
            let earliest = cx.settings.start + actions[index as usize].at;
            self.planned.insert(index);
            cx.at(cx.now.max(earliest), Event::Await { index });
        }
    }

    /// An action happens, whether it waited or not.
    pub(super) fn happens(&mut self, action: u32) {
        self.planned.remove(&action);
    }

    /// Whether nothing is about to happen of what may never happen.
    pub(super) fn are_idle(&self) -> bool {
        self.planned.is_empty()
    }

    /// Whether an action happens for certain, if the run lasts.
    pub(super) fn is_certain(&self, action: &TimedAction) -> bool {
        !self.uncertain.contains(&action.event)
    }

    /// What an action waits for at the end of the run, as a sentence.
    pub(super) fn in_vain(&self, action: &TimedAction, actions: &[TimedAction]) -> Option<String> {
        let wait = action.wait.as_ref()?;
        let first = wait.after.filter(|after| self.followers.contains_key(after));
        let first = first.and_then(|after| actions.iter().find(|it| it.event == after));
        let waits_for = match (first, &wait.rollout) {
            (Some(first), _) => format!("`{}`", first.label),
            (None, Some(RolloutWait::Complete(it))) => {
                format!("the rollout of {} to complete", it.name)
            }
            (None, Some(RolloutWait::Stuck(it, no_progress))) => {
                format!("the rollout of {} to make no progress for {no_progress}", it.name)
            }
            (None, None) => format!("{} to pass", wait.delay),
        };
        Some(format!("it did not happen: when the run ended it waited for {waits_for}"))
    }

    /// Whether any waits for a rollout.
    pub(super) fn is_watching(&self) -> bool {
        !self.watching.is_empty()
    }

    /// An action begins to wait, or it is time to look again.
    pub(super) fn look(&mut self, action: u32, wait: &Wait, cx: &mut Cx<'_>) {
        if wait.rollout.is_none() {
            return self.let_happen(action, wait, cx);
        }
        self.planned.remove(&action);
        match self.watching.iter_mut().find(|it| it.action == action) {
            Some(watching) => watching.looks_at = None,
            None => self.watching.push(Watching { action, since: cx.now, looks_at: None }),
        }
    }

    /// A status was written, or an action looks: those whose time has come are let go.
    pub(super) fn look_at_rollouts(&mut self, actions: &[TimedAction], cx: &mut Cx<'_>) {
        let mut index = 0;
        while let Some(watching) = self.watching.get_mut(index) {
            let action = watching.action;
            let Some(wait) = &actions[action as usize].wait else { return };
            match look_at(wait, watching.since, cx) {
                Look::Now => {
                    self.watching.remove(index);
                    self.let_happen(action, wait, cx);
                    continue;
                }
                Look::At(at) if watching.looks_at.is_none() => {
                    watching.looks_at = Some(at);
                    cx.at(at, Event::Await { index: action });
                }
                Look::At(_) | Look::Later => {}
            }
            index += 1;
        }
    }

    fn let_happen(&mut self, action: u32, wait: &Wait, cx: &mut Cx<'_>) {
        self.planned.insert(action);
        cx.at(cx.now + wait.delay, Event::Action { index: action, ordinal: 0 });
    }
}

/// Whether what an action waits for is true.
fn look_at(wait: &Wait, began: SimTime, cx: &mut Cx<'_>) -> Look {
    match &wait.rollout {
        None => Look::Now,
        Some(RolloutWait::Complete(daemon_set)) => match tracker(daemon_set, cx) {
            Some(tracker) if tracker.is_rolled_out() => Look::Now,
            _ => Look::Later,
        },
        Some(RolloutWait::Stuck(daemon_set, no_progress)) => {
            let quiet_since = tracker(daemon_set, cx).and_then(Tracker::quiet_since);
            let from = quiet_since.map(|since| (cx.settings.start + since).max(began));
            match from.map(|from| from + *no_progress) {
                None => Look::Later,
                Some(at) if at <= cx.now => Look::Now,
                Some(at) => Look::At(at),
            }
        }
    }
}

fn tracker<'a>(daemon_set: &DaemonSetRef, cx: &'a mut Cx<'_>) -> Option<&'a Tracker> {
    let id = cx.cluster.find(daemon_set)?;
    Some(cx.tracker(id))
}

/// The events that may never happen: they wait for a rollout to get stuck, or for such an event.
fn uncertain_events(actions: &[TimedAction]) -> BTreeSet<usize> {
    let by_event: BTreeMap<usize, &TimedAction> =
        actions.iter().map(|action| (action.event, action)).collect();
    let mut is_uncertain: BTreeMap<usize, bool> = BTreeMap::new();
    for action in actions {
        let mut chain = Vec::new();
        let mut next = Some(action.event);
        while let Some(event) = next.filter(|event| !is_uncertain.contains_key(event)) {
            chain.push(event);
            next = by_event.get(&event).and_then(|action| action.wait.as_ref()?.after);
        }
        let mut uncertain = next.is_some_and(|event| is_uncertain[&event]);
        for event in chain.into_iter().rev() {
            uncertain |= by_event.get(&event).is_some_and(|action| waits_for_trouble(action));
            is_uncertain.insert(event, uncertain);
        }
    }
    is_uncertain.into_iter().filter_map(|(event, is)| is.then_some(event)).collect()
}

fn waits_for_trouble(action: &TimedAction) -> bool {
    let rollout = action.wait.as_ref().and_then(|wait| wait.rollout.as_ref());
    matches!(rollout, Some(RolloutWait::Stuck(..)))
}
