//! What happens: first when, then what, in the order of time.

use crate::input::{FieldPath, Tree, decode};
use crate::scenario::check::actions::{Actions, Moment};
use crate::scenario::check::cluster::{Cluster, MAX_NODES};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::label::label;
use crate::scenario::check::section::Section;
use crate::scenario::check::selection::Nodes;
use crate::scenario::check::time::Horizon;
use crate::scenario::check::verbs;
use crate::scenario::check::waits::{self, Link, Predecessors};
use crate::scenario::manifests::{Manifests, Objects};
use crate::scenario::valid::{Action, DaemonSetChange, Repeats, TimedAction};
use crate::scenario::written::{self, MapOrText};
use crate::time::SimDuration;
use std::collections::{BTreeMap, BTreeSet};

/// The most events that may be written.
const MAX_EVENTS: usize = 100_000;
/// The most events that may wait: each status that is written lets all of them look.
const MAX_WAITS: usize = 1_000;
/// The most events that a rate may be expected to give.
const MAX_REPEATS: u64 = 10_000_000;

/// The events, as far as they could be read.
#[derive(Debug, Default)]
pub(super) struct Happens {
    /// In the order of time, then of the scenario.
    pub(super) events: Vec<TimedAction>,
    /// How many nodes join each pool at most.
    pub(super) joins: Vec<u64>,
    /// Whether all that bring and label nodes could be read.
    pub(super) nodes_known: bool,
    /// Whether all of them could be read.
    pub(super) complete: bool,
}

impl Happens {
    /// What is known of nodes once all events are: whatever they are labeled.
    pub(super) fn nodes<'a>(&'a self, cluster: &'a Cluster) -> Nodes<'a> {
        static NO_LABELS: BTreeSet<String> = BTreeSet::new();
        Nodes { cluster, joins: &self.joins, set_labels: &NO_LABELS, complete: self.nodes_known }
    }

    /// Whether nodes join, or may do so.
    pub(super) fn somebody_joins(&self) -> bool {
        let joins = |event: &TimedAction| {
            let action = &event.action;
            matches!(
                action,
                Action::Join { .. } | Action::JoinAgain { .. } | Action::ScaleUp { .. }
            )
        };
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
                DaemonSetChange::Patch { .. }
                | DaemonSetChange::Annotate
                | DaemonSetChange::Delete(_) => false,
            },
            Action::Join { .. }
            | Action::JoinAgain { .. }
            | Action::Nodes { .. }
            | Action::UpgradeNodes(_)
            | Action::ApplyQuota(_)
            | Action::Pods { .. }
            | Action::RefusePods(_)
            | Action::StuckTerminating { .. }
            | Action::BreakImage { .. }
            | Action::MendImage { .. }
            | Action::ScaleUp { .. }
            | Action::RestartController { .. }
            | Action::ApiServerOutage { .. } => false,
        };
        !self.complete || self.events.iter().any(updates)
    }
}

/// An event that could be read, before it is known what it means.
struct Read<'a> {
    /// Its index in the scenario.
    index: usize,
    moment: Moment,
    /// The event that it waits for, if it waits.
    after: Option<usize>,
    verb: &'static str,
    written: written::Event,
    tree: &'a Tree,
    path: FieldPath,
    /// What an `apply` applies.
    manifests: Objects,
}

impl Read<'_> {
    fn link(&self) -> Link<'_> {
        Link { index: self.index, path: &self.path, written: &self.written }
    }
}

/// Checks `events:`.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    cluster: &Cluster,
    horizon: &Horizon,
    manifests: &mut Manifests<'_>,
    fleet: &mut Fleet,
) -> Happens {
    let Tree::List(trees) = section.tree else {
        return Happens { complete: true, nodes_known: true, ..Happens::default() };
    };
    let path = &section.path;
    if trees.len() > MAX_EVENTS {
        let message = format!("there are {} events, more than {MAX_EVENTS}", trees.len());
        findings.error("too-many", path, message, "use `rate` for what happens again and again");
        return Happens::default();
    }
    let waits = trees.iter().filter(|tree| tree.get("when").is_some()).count();
    if waits > MAX_WAITS {
        let message = format!("{waits} events have a `when`, more than {MAX_WAITS}");
        findings.error("too-many", path, message, "give events a time, `at`, where you can");
        return Happens::default();
    }
    let (mut read, mut lost) = (Vec::new(), Vec::new());
    // An entry that `--set events[2]=null` took away leaves the numbers of the others alone.
    let there = trees.iter().enumerate().filter(|(_, tree)| **tree != Tree::Null);
    for (index, tree) in there {
        match read_event(findings, tree, path.index(index), horizon) {
            Some(event) => read.push(Read { index, ..event }),
            None => lost.push(tree),
        }
    }
    let lost_ids: Vec<&str> = lost.iter().filter_map(|tree| tree.get("id")?.as_text()).collect();
    find_predecessors(findings, &mut read, &lost_ids);
    for event in &mut read {
        load(findings, event, manifests, fleet);
    }
    if lost.iter().any(|tree| verbs::may_be(tree, &["apply"])) {
        fleet.miss_one();
    }
    let nodes_known = !lost.iter().any(|tree| verbs::may_be(tree, &["join", "scaleUp", "label"]));
    // The sort is stable: what happens at the same time happens in the order of the scenario.
    read.sort_by_key(|event| event.moment.at);
    let joins = joins(&read, cluster);
    check_joins(findings, &joins, path);
    let set_labels = set_labels(&read);
    let nodes = Nodes { cluster, joins: &joins, set_labels: &set_labels, complete: nodes_known };
    let found: Vec<_> =
        read.into_iter().map(|event| happen(findings, event, &nodes, fleet)).collect();
    // An event that means nothing names what could not be read; it might have done anything.
    let complete = lost.is_empty() && found.iter().all(|actions| !actions.is_empty());
    Happens { events: found.into_iter().flatten().collect(), joins, nodes_known, complete }
}

/// Decodes one event, and says when it happens.
fn read_event<'a>(
    findings: &mut Findings,
    tree: &'a Tree,
    path: FieldPath,
    horizon: &Horizon,
) -> Option<Read<'a>> {
    let filled = verbs::completed(tree);
    let verb = verbs::only(findings, tree, &path);
    let written: written::Event = match decode(filled.as_ref().unwrap_or(tree)) {
        Ok(written) => written,
        Err(problems) => {
            for problem in problems {
                findings.push(verbs::explain(problem).below(&path));
            }
            return None;
        }
    };
    let moment = moment(findings, &written, &path, horizon)?;
    let (index, after, manifests) = (0, None, Objects::default());
    Some(Read { index, moment, after, verb: verb?, written, tree, path, manifests })
}

/// Which event each one waits for. One that waits comes no earlier than that.
fn find_predecessors(findings: &mut Findings, events: &mut [Read<'_>], lost: &[&str]) {
    let mut earliest: BTreeMap<usize, SimDuration> =
        events.iter().map(|event| (event.index, event.moment.at)).collect();
    let links: Vec<Link<'_>> = events.iter().map(Read::link).collect();
    let Predecessors { before, order } = waits::predecessors(findings, &links, lost);
    for index in order {
        let after = before.get(&index).and_then(|before| earliest.get(before)).copied();
        if let (Some(after), Some(at)) = (after, earliest.get_mut(&index)) {
            *at = after.max(*at);
        }
    }
    for event in events {
        event.after = before.get(&event.index).copied();
        event.moment.at = earliest.get(&event.index).copied().unwrap_or(event.moment.at);
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
    if written.when.is_some() && written.rate.is_some() {
        let message = "an event that waits happens once, and a `rate` again and again";
        let hint = "remove `when` or `rate`";
        findings.error_on_key("contradiction", &path.key("when"), message, hint);
    }
    match (written.at, written.rate) {
        (None, None) if written.when.is_some() => {
            Some(Moment { at: SimDuration::ZERO, repeats: None })
        }
        (None, None) => {
            let hint =
                "write `at: 1m`, `when: rolloutComplete`, or `rate: 6/h` for again and again";
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
    for loaded in &event.manifests.daemon_sets {
        fleet.expect(loaded, event.moment.at);
    }
}

/// How many nodes join each pool at most.
fn joins(events: &[Read<'_>], cluster: &Cluster) -> Vec<u64> {
    let mut joins = vec![0_u64; cluster.pools.len()];
    for event in events {
        let joins_now = event.written.join.as_ref();
        let Some(MapOrText(join)) = joins_now.or(event.written.scale_up.as_ref()) else { continue };
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
    let wait = event.written.when.as_ref().map(|MapOrText(when)| {
        let tree = event.tree.get("when").unwrap_or(&Tree::Null);
        let section = Section { tree, path: event.path.key("when") };
        waits::wait(findings, when, event.after, &section, fleet)
    });
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
        wait: wait.clone(),
        event: event.index,
        label: note.clone().unwrap_or_else(|| label(&action, nodes.cluster, several)),
        action,
    };
    found.into_iter().map(timed).collect()
}
