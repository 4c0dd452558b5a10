//! What happens: first when, then what, in the order of time.

use super::actions::{Actions, Moment};
use super::cluster::{Cluster, MAX_NODES};
use super::findings::{Findings, listed};
use super::fleet::Fleet;
use super::label::label;
use super::selection::Nodes;
use super::time::Horizon;
use crate::api::Loaded;
use crate::input::{FieldPath, Tree};
use crate::scenario::manifests::{Manifests, is_manifest};
use crate::scenario::valid::{Action, DaemonSetChange, Repeats, TimedAction};
use crate::scenario::written::{self, OrText, VERBS};
use crate::time::SimDuration;
use std::collections::BTreeSet;

/// The most events that may be written.
const MAX_EVENTS: usize = 100_000;
/// The most events that a rate may be expected to give.
const MAX_REPEATS: u64 = 10_000_000;

/// The events, as far as they could be read.
#[derive(Debug, Default)]
pub(super) struct Happens {
    /// In the order of time, then of the scenario.
    pub(super) events: Vec<TimedAction>,
    /// How many nodes join each pool at most.
    pub(super) joins: Vec<u64>,
    /// Whether all of them could be read.
    pub(super) complete: bool,
}

impl Happens {
    /// Whether nodes join, or may do so.
    pub(super) fn somebody_joins(&self) -> bool {
        let joins = |event: &TimedAction| matches!(event.action, Action::Join { .. });
        !self.complete || self.events.iter().any(joins)
    }

    /// Whether a DaemonSet's template may change, so that there is a rollout.
    pub(super) fn somebody_updates(&self) -> bool {
        let updates = |event: &TimedAction| match &event.action {
            Action::Apply(_) => true,
            Action::DaemonSet { change, .. } => match change {
                DaemonSetChange::SetImage(_)
                | DaemonSetChange::RolloutRestart
                | DaemonSetChange::RolloutUndo { .. } => true,
                DaemonSetChange::Patch { .. } | DaemonSetChange::Delete(_) => false,
            },
            Action::Join { .. }
            | Action::Nodes { .. }
            | Action::Pods { .. }
            | Action::BreakImage { .. }
            | Action::MendImage { .. } => false,
        };
        !self.complete || self.events.iter().any(updates)
    }
}

/// An event that could be read, before it is known what it means.
struct Read<'a> {
    moment: Moment,
    verb: &'static str,
    written: written::Event,
    tree: &'a Tree,
    path: FieldPath,
    /// What an `apply` applies.
    manifests: Vec<Loaded>,
}

/// Checks `events:`.
pub(super) fn check(
    findings: &mut Findings,
    tree: &Tree,
    (cluster, horizon, manifests): (&Cluster, &Horizon, &mut Manifests<'_>),
    fleet: &mut Fleet,
) -> Happens {
    let Some(Tree::List(trees)) = tree.get("events") else {
        return Happens { complete: true, ..Happens::default() };
    };
    let list = FieldPath::ROOT.key("events");
    if trees.len() > MAX_EVENTS {
        let message = format!("there are {} events, more than {MAX_EVENTS}", trees.len());
        findings.error("too-many", &list, message, "use `rate` for what happens again and again");
        return Happens::default();
    }
    // An entry that `--set events[2]=null` took away leaves the numbers of the others alone.
    let is_there = |(_, tree): &(usize, &Tree)| **tree != Tree::Null;
    let mut read: Vec<_> = trees
        .iter()
        .enumerate()
        .filter(is_there)
        .filter_map(|(index, tree)| read_event(findings, (tree, list.index(index)), horizon))
        .collect();
    let complete = read.len() == trees.iter().enumerate().filter(is_there).count();
    for event in &mut read {
        load(findings, event, manifests, fleet);
    }
    if !complete {
        fleet.miss_one();
    }
    // The sort is stable: what happens at the same time happens in the order of the scenario.
    read.sort_by_key(|event| event.moment.at);
    let joins = joins(&read, cluster);
    check_joins(findings, &joins, &list);
    let set_labels = set_labels(&read);
    let nodes = Nodes { cluster, joins: &joins, set_labels: &set_labels, complete };
    let found: Vec<_> =
        read.into_iter().map(|event| happen(findings, event, &nodes, fleet)).collect();
    // An event that means nothing names what could not be read; it might have done anything.
    let complete = complete && found.iter().all(|actions| !actions.is_empty());
    Happens { events: found.into_iter().flatten().collect(), joins, complete }
}

/// Decodes one event, and says when it happens.
fn read_event<'a>(
    findings: &mut Findings,
    (tree, path): (&'a Tree, FieldPath),
    horizon: &Horizon,
) -> Option<Read<'a>> {
    let filled = completed(tree);
    let verb = only_verb(findings, tree, &path);
    let written: written::Event = findings.decode(filled.as_ref().unwrap_or(tree), &path)?;
    let moment = moment(findings, &written, &path, horizon)?;
    Some(Read { moment, verb: verb?, written, tree, path, manifests: Vec::new() })
}

/// The event as it is decoded: with `{}` behind a verb that is written alone, as
/// `rolloutRestart:` may, and with a manifest that stands directly below `apply` under its key.
fn completed(tree: &Tree) -> Option<Tree> {
    let Tree::Map(entries) = tree else { return None };
    let verbs = verbs(entries);
    let complete = |(key, value): &(String, Tree)| {
        let value = if *value == Tree::Null && verbs.contains(&key.as_str()) {
            Tree::Map(Vec::new())
        } else if key == "apply" && is_manifest(value) {
            Tree::Map(vec![("manifest".to_owned(), value.clone())])
        } else {
            value.clone()
        };
        (key.clone(), value)
    };
    Some(Tree::Map(entries.iter().map(complete).collect()))
}

/// The verbs that are written. One without a value is meant only if there is no other: `null`
/// takes a field away.
fn verbs(entries: &[(String, Tree)]) -> Vec<&'static str> {
    let verb_of = |(key, _): &(String, Tree)| VERBS.iter().find(|verb| *verb == key).copied();
    let with_value = entries.iter().filter(|(_, value)| *value != Tree::Null);
    let verbs: Vec<_> = with_value.filter_map(verb_of).collect();
    if verbs.is_empty() { entries.iter().filter_map(verb_of).collect() } else { verbs }
}

/// The verb of an event, which must have exactly one.
fn only_verb(findings: &mut Findings, tree: &Tree, path: &FieldPath) -> Option<&'static str> {
    let Tree::Map(entries) = tree else { return None };
    let verbs = verbs(entries);
    match verbs.as_slice() {
        [only] => Some(only),
        [] => {
            // A misspelt verb is an unknown field, which is told with what it should be.
            let times = ["at", "rate", "until", "note"];
            if entries.iter().all(|(key, _)| times.contains(&key.as_str())) {
                let hint = format!("write one of the verbs {}", VERBS.join(", "));
                findings.error("missing-verb", path, "this event does not say what happens", hint);
            }
            None
        }
        [first, second, ..] => {
            let message = format!("this event has {} verbs: {}", verbs.len(), listed(&verbs));
            let hint = format!("write one event for `{first}` and another for `{second}`");
            findings.error("several-verbs", &path.key(*second), message, hint);
            None
        }
    }
}

/// When an event happens.
fn moment(
    findings: &mut Findings,
    written: &written::Event,
    path: &FieldPath,
    horizon: &Horizon,
) -> Option<Moment> {
    if let Some(at) = written.at {
        horizon.check_time(findings, at.0, &path.key("at"));
    }
    match (written.at, written.rate) {
        (None, None) => {
            let hint = "write `at: 1m`, or `rate: 6/h` for again and again";
            findings.error("missing-field", path, "this event does not say when", hint);
            None
        }
        (Some(at), None) => {
            if written.until.is_some() {
                let message = "`until` ends a `rate`, and this event has none";
                let hint = "remove `until`, or write `rate`";
                findings.error("contradiction", &path.key("until"), message, hint);
            }
            Some(Moment { at: at.0, repeats: None })
        }
        (at, Some(rate)) => {
            let at = at.map_or(SimDuration::ZERO, |at| at.0);
            Some(Moment { at, repeats: Some(repeats(findings, at, rate, written, path, horizon)) })
        }
    }
}

fn repeats(
    findings: &mut Findings,
    at: SimDuration,
    rate: written::Rate,
    written: &written::Event,
    path: &FieldPath,
    horizon: &Horizon,
) -> Repeats {
    let until = written.until.map_or(horizon.until.limit, |until| until.0);
    if written.until.is_some() {
        horizon.check_time(findings, until, &path.key("until"));
    }
    if written.until.is_some() && until <= at {
        let message = format!("it ends at {until}, not after it begins at {at}");
        findings.error("contradiction", &path.key("until"), message, "write a later `until`");
    }
    let mean_interval = rate.mean_interval;
    let span = until.as_micros().saturating_sub(at.as_micros());
    let expected = span / mean_interval.as_micros().max(1);
    if expected > MAX_REPEATS {
        let message = format!("this gives about {expected} events until {until}");
        let hint = format!("at most {MAX_REPEATS}: lower the `rate`, or write an earlier `until`");
        findings.error("too-many", &path.key("rate"), message, hint);
    }
    Repeats { mean_interval, until }
}

/// Loads what an event applies.
fn load(
    findings: &mut Findings,
    event: &mut Read<'_>,
    manifests: &mut Manifests<'_>,
    fleet: &mut Fleet,
) {
    if event.verb != "apply" {
        return;
    }
    let tree = event.tree.get("apply").unwrap_or(&Tree::Null);
    match manifests.entry(findings, tree, &event.path.key("apply")) {
        Some(loaded) => event.manifests = loaded,
        None => fleet.miss_one(),
    }
    for loaded in &event.manifests {
        fleet.expect(loaded, event.moment.at);
    }
}

/// How many nodes join each pool at most.
fn joins(events: &[Read<'_>], cluster: &Cluster) -> Vec<u64> {
    let mut joins = vec![0_u64; cluster.pools.len()];
    for event in events {
        let Some(OrText(join)) = &event.written.join else { continue };
        let pool = match &join.pool {
            Some(name) => cluster.pool(name).map(|id| id.0),
            None => Some(0),
        };
        let Some(joining) = pool.and_then(|pool| joins.get_mut(pool)) else { continue };
        let many = if event.moment.repeats.is_some() { u64::MAX } else { u64::from(join.count) };
        *joining = joining.saturating_add(many);
    }
    joins
}

/// Too many nodes for memory.
fn check_joins(findings: &mut Findings, joins: &[u64], path: &FieldPath) {
    let bounded = joins.iter().filter(|count| **count < u64::MAX);
    let total: u64 = bounded.fold(0, |total, count| total.saturating_add(*count));
    if total > MAX_NODES {
        let message = format!("{total} nodes join, more than {MAX_NODES}");
        findings.error("too-many", path, message, "let fewer nodes join");
    }
}

/// The keys of labels that events set.
fn set_labels(events: &[Read<'_>]) -> BTreeSet<String> {
    let labels = events.iter().filter_map(|event| event.written.label.as_ref());
    labels.flat_map(|label| label.labels.keys().cloned()).collect()
}

/// What an event means at its time.
fn happen(
    findings: &mut Findings,
    event: Read<'_>,
    nodes: &Nodes<'_>,
    fleet: &mut Fleet,
) -> Vec<TimedAction> {
    let mut actions = Actions {
        findings,
        nodes,
        fleet,
        moment: event.moment,
        tree: event.tree,
        path: event.path.key(event.verb),
    };
    let found = match event.verb {
        "apply" => actions.apply(event.manifests),
        _ => actions.action(&event.written).into_iter().collect(),
    };
    let note = event.written.note;
    let several = fleet.had_several();
    let timed = |action| TimedAction {
        at: event.moment.at,
        repeats: event.moment.repeats,
        label: note.clone().unwrap_or_else(|| label(&action, nodes.cluster, several)),
        action,
    };
    found.into_iter().map(timed).collect()
}
