//! Which events of a scenario are about its DaemonSets, and so are not for another one.

use std::collections::{BTreeMap, BTreeSet};

use crate::input::Tree;
use crate::scenario::written::{OF_ONE_DAEMON_SET, VERBS};

/// Verbs after which the pods of a DaemonSet may be other ones.
const UPDATES: [&str; 5] = ["apply", "setImage", "rolloutRestart", "rolloutUndo", "patch"];

/// The events of a scenario, for a DaemonSet that none of them knows of.
#[derive(Debug)]
pub(super) struct Events {
    /// Those that happen without the DaemonSets of the scenario, in its order.
    pub(super) kept: Vec<Tree>,
    /// The verbs of the others, and how many there are of each.
    pub(super) left_out: BTreeMap<&'static str, usize>,
    /// When the first update of a DaemonSet comes, if that is said as a time.
    pub(super) first_update: Option<Tree>,
}

impl Events {
    pub(super) fn of(scenario: &Tree) -> Self {
        let events: Vec<&Tree> = match scenario.get("events") {
            // One that `--set events[2]=null` took away is none.
            Some(Tree::List(events)) => events.iter().filter(|it| **it != Tree::Null).collect(),
            Some(_) | None => Vec::new(),
        };
        let is_out = left_out(&events);
        let (mut kept, mut left_out) = (Vec::new(), BTreeMap::new());
        for (event, is_out) in events.iter().zip(is_out) {
            if is_out {
                *left_out.entry(verb(event).unwrap_or("when")).or_default() += 1;
            } else {
                kept.push((*event).clone());
            }
        }
        let is_update = |event: &&&Tree| verb(event).is_some_and(|verb| UPDATES.contains(&verb));
        let first_update = events.iter().filter(is_update).find_map(|event| event.get("at"));
        Self { kept, left_out, first_update: first_update.cloned() }
    }
}

/// For each event whether it is about DaemonSets, or waits for one that is.
fn left_out(events: &[&Tree]) -> Vec<bool> {
    let mut is_out: Vec<bool> = events.iter().map(|event| is_of_daemon_sets(event)).collect();
    let id = |index: usize| events[index].get("id").and_then(Tree::as_text);
    let waits = (0..events.len()).filter(|&index| events[index].get("when").is_some());
    let mut waits: Vec<usize> = waits.collect();
    let mut lost: BTreeSet<&str> =
        (0..events.len()).filter(|&it| is_out[it]).filter_map(id).collect();
    loop {
        let is_lost =
            |&index: &usize| match events[index].get("when").and_then(|it| it.get("after")) {
                Some(after) => after.as_text().is_some_and(|after| lost.contains(after)),
                // It waits for the event above it.
                None => events[index].get("at").is_none() && index > 0 && is_out[index - 1],
            };
        let (out, still): (Vec<usize>, Vec<usize>) = waits.into_iter().partition(is_lost);
        if out.is_empty() {
            return is_out;
        }
        for index in out {
            is_out[index] = true;
            lost.extend(id(index));
        }
        waits = still;
    }
}

/// Whether an event names a DaemonSet, means the only one, or waits for a rollout.
fn is_of_daemon_sets(event: &Tree) -> bool {
    let waits = ["rolloutComplete", "rolloutStuck"];
    let waits_for_rollout = event.get("when").is_some_and(|when| {
        waits.iter().any(|it| when.get(it).is_some() || when.as_text() == Some(it))
    });
    let names_one = |verb: &str| event.get(verb).is_some_and(|it| it.get("daemonSet").is_some());
    waits_for_rollout
        || verb(event).is_some_and(|verb| OF_ONE_DAEMON_SET.contains(&verb) || names_one(verb))
}

fn verb(event: &Tree) -> Option<&'static str> {
    VERBS.into_iter().find(|verb| event.get(verb).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};

    #[track_caller]
    fn check(events: &str, kept: &str, left_out: &[(&str, usize)]) {
        let tree = |text: &str| {
            let text = format!("{{events: {text}}}");
            read_documents(&Source::new("x", text), &Limits::WRITTEN).unwrap().remove(0).tree
        };
        let found = Events::of(&tree(events));
        assert_eq!(Some(&Tree::List(found.kept)), tree(kept).get("events"));
        assert_eq!(found.left_out.into_iter().collect::<Vec<_>>(), left_out);
    }

    #[test]
    fn events_of_nodes_are_kept() {
        for event in [
            "{at: 1m, fail: node-1}",
            "{at: 1m, refusePods: denied}",
            "{at: 1m, refusePods: {message: denied, namespace: ops}}",
            "{at: 1m, stuckTerminating: {nodes: node-1}}",
            "{at: 1m, breakImage: 'a:2'}",
            "{when: {delay: 5m}, fail: node-1}",
        ] {
            check(&format!("[{event}, null]"), &format!("[{event}]"), &[]);
        }
    }

    #[test]
    fn events_that_name_a_daemon_set_are_not() {
        for (event, verb) in [
            ("{at: 1m, annotate: other}", "annotate"),
            ("{at: 1m, delete: {}}", "delete"),
            ("{at: 1m, failPods: {nodes: all}}", "failPods"),
            ("{at: 1m, setImage: 'a:2'}", "setImage"),
            ("{at: 1m, refusePods: {message: denied, daemonSet: ops/other}}", "refusePods"),
            ("{at: 1m, stuckTerminating: {daemonSet: other}}", "stuckTerminating"),
            ("{at: 1m, when: rolloutComplete, fail: node-1}", "fail"),
            ("{when: {rolloutStuck: {daemonSet: ops/other}}, fail: node-1}", "fail"),
        ] {
            check(&format!("[{event}]"), "[]", &[(verb, 1)]);
        }
    }

    #[test]
    fn what_waits_for_such_an_event_is_not_either() {
        let events = "[{when: {after: b}, reboot: node-2}, {at: 1m, setImage: 'a:2', id: a}, \
                      {when: {delay: 1m}, fail: node-1, id: b}, {when: {after: c}, cordon: all}, \
                      {at: 2m, when: {delay: 1m}, drain: all, id: c}]";
        let kept =
            "[{when: {after: c}, cordon: all}, {at: 2m, when: {delay: 1m}, drain: all, id: c}]";
        check(events, kept, &[("fail", 1), ("reboot", 1), ("setImage", 1)]);
    }

    /// The schema knows what may be written behind each verb.
    #[test]
    fn no_verb_is_forgotten_that_means_a_daemon_set() {
        let schema = crate::scenario::json_schema();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let definitions = &schema["definitions"];
        // Those that a part of it refers to.
        let below = |part: &serde_json::Value| -> Vec<serde_json::Value> {
            let text = part.to_string();
            let names = text.split("#/definitions/").skip(1).filter_map(|it| it.split('"').next());
            names.map(|name| definitions[name].clone()).collect()
        };
        let names_one = |verb: &&&str| {
            let first = below(&definitions["Event"]["properties"][**verb]);
            assert!(!first.is_empty(), "{verb}");
            let all: Vec<_> = first.iter().flat_map(&below).chain(first.clone()).collect();
            all.iter().any(|it| it["properties"].get("daemonSet").is_some())
        };
        let mut found: Vec<&str> = VERBS.iter().filter(names_one).copied().collect();
        // Pods of any DaemonSet, if none is named.
        found.retain(|verb| !["refusePods", "stuckTerminating"].contains(verb));
        let mut expected: Vec<&str> = OF_ONE_DAEMON_SET.to_vec();
        expected.retain(|verb| *verb != "apply");
        assert_eq!(found, expected);
    }
}
