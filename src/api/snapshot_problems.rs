//! What is said of a text that is no snapshot, or of one in which something is missing.
//!
//! What lives here: the words. When they are said is decided in `snapshot.rs`.

use crate::api::manifest::counted;
use crate::api::snapshot::{ObjectKey, Place, Snapshot, UnreadPod};
use crate::input::{FieldPath, Problem, Tree};

/// What prints a snapshot; part of hints.
const COMMAND: &str = "kubectl get ds,nodes,pods,controllerrevisions -A -o json";

/// What to do about a value that no known cluster prints.
pub(super) const EDITED: &str =
    "was the file edited, or is the cluster newer than this version of rollcast?";

/// The hint that tells how a snapshot is made.
pub(super) fn prints_one() -> String {
    format!("`{COMMAND}` prints a snapshot")
}

/// The API server's answer when it has no objects to give.
pub(super) fn status(tree: &Tree) -> Problem {
    let said = tree.get("message").and_then(Tree::as_text).unwrap_or("no message");
    let message = format!("this is an answer of the API server instead of objects: {said}");
    Problem::error("not-a-snapshot", FieldPath::ROOT.key("kind"), message).with_hint(prints_one())
}

/// What the API server prints for people.
pub(super) fn table() -> Problem {
    let message = "this is a table for people to read, without the objects themselves";
    Problem::error("not-a-snapshot", FieldPath::ROOT.key("kind"), message).with_hint(prints_one())
}

pub(super) fn nameless(kind: &str) -> Problem {
    let message = format!("this `{kind}` has no name");
    let path = FieldPath::ROOT.key("metadata").key("name");
    Problem::error("missing-name", path, message)
        .with_hint("every object of a cluster has one: was the file edited?")
}

pub(super) fn duplicate(key: &ObjectKey, first: &Place, document: usize) -> Problem {
    let ObjectKey { kind, namespace, name } = key;
    let slash = if namespace.is_empty() { "" } else { "/" };
    let path = if first.path.is_root() { String::new() } else { format!("`{}`", first.path) };
    let document = match first.document {
        same if same == document => String::new(),
        other => format!("document {}", other + 1),
    };
    let of = if path.is_empty() || document.is_empty() { "" } else { " of " };
    let message = format!(
        "the {kind} `{namespace}{slash}{name}` is there twice, first as {path}{of}{document}"
    );
    Problem::error("duplicate-object", FieldPath::ROOT.key("metadata").key("name"), message)
        .with_hint("a snapshot shows one cluster at one moment: print it with a single command")
}

/// That there is no DaemonSet, and what there is.
pub(super) fn no_daemon_set(snapshot: &Snapshot) -> Problem {
    let mut kinds = snapshot.skipped.clone();
    for (kind, count) in [
        ("Node", snapshot.nodes.len()),
        ("Pod", snapshot.pods.len()),
        ("ControllerRevision", snapshot.revisions.len()),
    ] {
        if count > 0 {
            *kinds.entry(kind.to_owned()).or_default() += count;
        }
    }
    let message = match counted(&kinds) {
        found if found.is_empty() => "there is no DaemonSet in this snapshot: it is empty".into(),
        found => format!("there is no DaemonSet in this snapshot: found {found}"),
    };
    Problem::error("no-daemon-set", FieldPath::ROOT, message).with_hint(prints_one())
}

pub(super) fn no_node() -> Problem {
    let message = "there is no Node in this snapshot, so no DaemonSet desires any pod";
    Problem::warning("no-nodes", FieldPath::ROOT, message).with_hint(add("nodes"))
}

/// That no pod is there although a DaemonSet counted some.
pub(super) fn no_pod() -> Problem {
    let message = "there is no Pod in this snapshot, so every node looks as if it lacked one";
    Problem::warning("no-pods", FieldPath::ROOT, message).with_hint(add("pods"))
}

/// What `kubectl get all` leaves out.
pub(super) fn no_revision() -> Problem {
    let message = "there is no ControllerRevision in this snapshot, so every template looks new";
    Problem::warning("no-revisions", FieldPath::ROOT, message)
        .with_hint(format!("{}; `all` leaves them out", add("controllerrevisions")))
}

fn add(kind: &str) -> String {
    format!("add `{kind}` to what is printed: `{COMMAND}`")
}

/// That pods of others are left out, and why the first of them is.
pub(super) fn unread(first: &UnreadPod, pods: usize) -> Problem {
    let (noun, verb) = if pods == 1 { ("pod", "is") } else { ("pods", "are") };
    let message = |why: &str| format!("{pods} {noun} of no DaemonSet here {verb} left out: {why}");
    first.warning(message).with_hint(
        "a plan does not depend on them; in a run the room that they take on their nodes is free",
    )
}
