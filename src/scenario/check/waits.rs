//! What events wait for: which event comes before which, and whose rollout is meant.

use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::{Findings, known};
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::section::Section;
use crate::scenario::valid::{RolloutWait, Wait};
use crate::scenario::written::{self, MapOrText};
use crate::time::SimDuration;
use std::collections::{BTreeMap, BTreeSet};

/// An event, as far as others wait for it and it for others.
pub(super) struct Link<'a> {
    /// Its index in the scenario.
    pub(super) index: usize,
    pub(super) path: &'a FieldPath,
    pub(super) written: &'a written::Event,
}

/// Which event each one waits for, by their indices in the scenario, and all of them in an order in
/// which each comes after the one that it waits for.
pub(super) struct Predecessors {
    pub(super) before: BTreeMap<usize, usize>,
    pub(super) order: Vec<usize>,
}

/// What waits for what, among events in the order of the scenario. A `when` that does not say it
/// means the event written above, unless it has an `at`. `lost` are the ids of events that could not
/// be read.
pub(super) fn predecessors(
    findings: &mut Findings,
    events: &[Link<'_>],
    lost: &[&str],
) -> Predecessors {
    let ids = ids(findings, events);
    let mut before = BTreeMap::new();
    let above = std::iter::once(None).chain(events.iter().map(Some));
    for (event, above) in events.iter().zip(above) {
        let Some(MapOrText(when)) = &event.written.when else { continue };
        let target = match &when.after {
            None if event.written.at.is_some() => None,
            None => above.map(|above| above.index),
            Some(id) => {
                let target = ids.get(id.as_str()).copied();
                if target.is_none() && !lost.contains(&id.as_str()) {
                    let path = event.path.key("when").key("after");
                    let message = format!("there is no event with the id `{id}`");
                    let hint = if ids.is_empty() {
                        format!("write `id: {id}` at the event that comes before")
                    } else {
                        known(id, "id", ids.keys().copied())
                    };
                    findings.error("unknown-id", &path, message, hint);
                }
                target
            }
        };
        before.extend(target.map(|target| (event.index, target)));
    }
    let order = untangle(findings, events, &mut before);
    Predecessors { before, order }
}

fn ids<'a>(findings: &mut Findings, events: &[Link<'a>]) -> BTreeMap<&'a str, usize> {
    let mut ids = BTreeMap::new();
    for event in events {
        let Some(id) = &event.written.id else { continue };
        if ids.insert(id.as_str(), event.index).is_some() {
            let message = format!("there are two events with the id `{id}`");
            let hint = "give one of them another id";
            findings.error("duplicate-name", &event.path.key("id"), message, hint);
        }
    }
    ids
}

/// The events in an order in which each comes after the one that it waits for. Events that wait for
/// each other never happen: that is noted, and one of them waits no more.
fn untangle(
    findings: &mut Findings,
    events: &[Link<'_>],
    before: &mut BTreeMap<usize, usize>,
) -> Vec<usize> {
    let (mut order, mut done) = (Vec::new(), BTreeSet::<usize>::new());
    for event in events {
        let (mut chain, mut at) = (Vec::new(), Some(event));
        let mut on_chain = BTreeSet::new();
        while let Some(link) = at.filter(|link| !done.contains(&link.index)) {
            if !on_chain.insert(link.index) {
                let path = link.path.key("when").key("after");
                let message = "this event waits for itself, at once or by others";
                findings.error("contradiction", &path, message, "let one of them have an `at`");
                before.remove(&link.index);
                break;
            }
            chain.push(link.index);
            let next = before.get(&link.index);
            at = next.and_then(|next| {
                let found = events.binary_search_by_key(next, |link| link.index);
                found.ok().map(|found| &events[found])
            });
        }
        done.extend(&chain);
        order.extend(chain.into_iter().rev());
    }
    order
}

/// What an event waits for, in its order: `after`, the rollout, `delay`.
pub(super) fn wait(
    findings: &mut Findings,
    when: &written::When,
    after: Option<usize>,
    section: &Section<'_>,
    fleet: &Fleet,
) -> Wait {
    let path = &section.path;
    let written::When { rollout_complete, rollout_stuck, delay, .. } = when;
    if *when == written::When::default() {
        let hint = "write `rolloutComplete`, `rolloutStuck`, `after: ID` or `delay: 5m`";
        findings.error("missing-field", path, "this `when` does not say what it waits for", hint);
    }
    let rollout = match (rollout_complete, rollout_stuck) {
        (Some(_), Some(_)) => {
            let message = "a rollout cannot be complete and stuck at the same time";
            let hint = "write one event for each";
            findings.error_on_key("contradiction", &path.key("rolloutStuck"), message, hint);
            None
        }
        (Some(MapOrText(complete)), None) => {
            let name = complete.daemon_set.as_deref();
            let path = section.path_of_daemon_set("rolloutComplete");
            fleet.find_or_only(findings, name, &path).map(RolloutWait::Complete)
        }
        (None, Some(MapOrText(stuck))) => {
            if stuck.no_progress.0.is_zero() {
                let message = "a rollout is not stuck at once";
                let hint = "write how long it makes no progress, such as `10m`";
                findings.error("out-of-range", &path.key("rolloutStuck").key("for"), message, hint);
            }
            let stuck_for = |it| RolloutWait::Stuck(it, stuck.no_progress.0);
            let name = stuck.daemon_set.as_deref();
            let path = section.path_of_daemon_set("rolloutStuck");
            fleet.find_or_only(findings, name, &path).map(stuck_for)
        }
        (None, None) => None,
    };
    Wait { after, rollout, delay: delay.map_or(SimDuration::ZERO, |delay| delay.0) }
}

impl Section<'_> {
    /// Where the DaemonSet of a condition is written: in its map, or alone.
    fn path_of_daemon_set(&self, condition: &str) -> FieldPath {
        let path = self.path.key(condition);
        match self.tree.get(condition) {
            Some(Tree::Map(_)) => path.key("daemonSet"),
            _ => path,
        }
    }
}
