//! The verb of an event: exactly one, and what was meant if it is another word.

use crate::input::{FieldPath, Problem, Tree};
use crate::scenario::check::findings::{Findings, listed};
use crate::scenario::manifests::is_manifest;
use crate::scenario::written::VERBS;

/// Words that people write, and the verb for them.
const SYNONYMS: [(&str, &str); 35] = [
    ("add", "join"),
    ("addNodes", "join"),
    ("create", "apply"),
    ("crash", "breakImage"),
    ("down", "fail"),
    ("evict", "deletePods"),
    ("image", "setImage"),
    ("forbid", "refusePods"),
    ("forceDelete", "deletePods"),
    ("hang", "stuckTerminating"),
    ("quota", "apply"),
    ("reimage", "reregister"),
    ("terminating", "stuckTerminating"),
    ("webhook", "refusePods"),
    ("kill", "fail"),
    ("killPods", "deletePods"),
    ("remove", "leave"),
    ("removeNodes", "leave"),
    ("interrupt", "spotInterruption"),
    ("leaderChange", "restartController"),
    ("outage", "apiServerOutage"),
    ("reclaim", "spotInterruption"),
    ("stop", "shutdown"),
    ("replace", "apply"),
    ("restart", "rolloutRestart"),
    ("rollback", "rolloutUndo"),
    ("rollout", "setImage"),
    ("scale", "join"),
    ("set", "setImage"),
    ("undo", "rolloutUndo"),
    ("unlabel", "label"),
    ("up", "recover"),
    ("nodeUpgrade", "upgradeNodes"),
    ("update", "setImage"),
    ("upgrade", "setImage"),
];

/// The problem of an event with a hint that knows the verbs.
pub(super) fn explain(problem: Problem) -> Problem {
    let at_event = problem.path.segments().len() == 1;
    if problem.code != "unknown-field" || !at_event {
        return problem;
    }
    let word = problem.path.to_string();
    if matches!(word.as_str(), "pause" | "resume") {
        let hint = format!(
            "kubectl says `error: daemonsets.apps \"NAME\" {}ing is not supported`: `patch` the \
             update strategy to `OnDelete`, and back",
            word.trim_end_matches('e')
        );
        return problem.with_hint(hint);
    }
    if let Some((_, verb)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == word) {
        return problem.with_hint(format!("the verb for it is `{verb}`"));
    }
    let helps = problem.hint.as_deref().is_some_and(|hint| hint.starts_with("did you mean"));
    if helps { problem } else { problem.with_hint(all()) }
}

fn all() -> String {
    format!("the verbs are {}", VERBS.join(", "))
}

/// Whether an event that could not be read may have one of these verbs.
pub(super) fn may_be(tree: &Tree, verbs: &[&str]) -> bool {
    let has = |verb: &&str| tree.get(verb).is_some();
    verbs.iter().any(has) || !VERBS.iter().any(has)
}

/// The event as it is decoded: with `{}` behind a verb that is written alone, as
/// `rolloutRestart:` may, and with a manifest that stands directly below `apply` under its key.
pub(super) fn completed(tree: &Tree) -> Option<Tree> {
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
pub(super) fn only(findings: &mut Findings, tree: &Tree, path: &FieldPath) -> Option<&'static str> {
    let Tree::Map(entries) = tree else { return None };
    let verbs = verbs(entries);
    match verbs.as_slice() {
        [only] => Some(only),
        [] => {
            // A misspelt verb is an unknown field, which is told with what it should be.
            let times = ["at", "when", "rate", "until", "id", "note"];
            if entries.iter().all(|(key, _)| times.contains(&key.as_str())) {
                findings.error("missing-verb", path, "this event does not say what happens", all());
            }
            None
        }
        [first, second, ..] => {
            let message = format!("this event has {} verbs: {}", verbs.len(), listed(&verbs));
            let hint = format!("write one event for `{first}` and another for `{second}`");
            findings.error_on_key("several-verbs", &path.key(*second), message, hint);
            None
        }
    }
}
