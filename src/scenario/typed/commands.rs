//! What each command means: events with the verbs of scenarios.

use crate::input::{Limits, Source, Tree, did_you_mean, read_documents};
use crate::scenario::typed::error::TypedError;
use crate::scenario::typed::objects::{Kind, Objects};
use crate::scenario::typed::words::Command;

/// Words that begin a command.
const VERBS: [&str; 12] = [
    "delete", "drain", "cordon", "uncordon", "taint", "label", "rollout", "set", "patch",
    "annotate", "recover", "reboot",
];

/// Words that people write, and the command for them.
const SYNONYMS: [(&str, &str); 6] = [
    ("remove", "delete"),
    ("repair", "recover"),
    ("restart", "rollout restart"),
    ("rollback", "rollout undo"),
    ("undo", "rollout undo"),
    ("image", "set image"),
];

/// Fields of a DaemonSet's spec that a patch may change.
const PATCHED: [&str; 2] = ["updateStrategy", "minReadySeconds"];

/// The events of a command.
pub(super) fn events_of(command: &Command, objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Err(TypedError::Empty),
        ["delete", rest @ ..] => delete(command, rest, objects),
        ["drain", names @ ..] => on_nodes("drain", names, objects),
        ["cordon", names @ ..] => on_nodes("cordon", names, objects),
        ["uncordon", names @ ..] => on_nodes("uncordon", names, objects),
        ["recover", names @ ..] => on_nodes("recover", names, objects),
        ["reboot", names @ ..] => {
            let nodes = ("nodes", list(&nodes(names, "reboot", objects)?));
            Ok(vec![verb("reboot", Tree::map([nodes]))])
        }
        ["taint", rest @ ..] => taint(rest, objects),
        ["label", rest @ ..] => label(rest, objects),
        ["rollout", "restart", rest @ ..] => {
            let (daemon_set, _) = daemon_set("rollout restart", command, rest, objects)?;
            Ok(vec![verb("rolloutRestart", Tree::map([daemon_set]))])
        }
        ["rollout", "undo", rest @ ..] => {
            let (daemon_set, _) = daemon_set("rollout undo", command, rest, objects)?;
            let to = command.flag("--to-revision").map(|it| ("toRevision", scalar(it)));
            // Revision 0 is the one before the current, as for kubectl.
            let to = to.filter(|(_, revision)| *revision != Tree::Int(0));
            Ok(vec![verb("rolloutUndo", Tree::map([daemon_set].into_iter().chain(to)))])
        }
        ["set", "image", rest @ ..] => set_image(command, rest, objects),
        ["patch", rest @ ..] => patch(command, rest, objects),
        ["annotate", rest @ ..] => {
            let (daemon_set, _) = daemon_set("annotate", command, rest, objects)?;
            Ok(vec![verb("annotate", Tree::map([daemon_set]))])
        }
        [first, ..] => {
            let known = SYNONYMS.iter().find(|(word, _)| word == first).map(|(_, it)| *it);
            let near = known.or_else(|| did_you_mean(first, VERBS).filter(|near| near != first));
            Err(TypedError::Command { written: words.join(" "), near })
        }
    }
}

fn delete(command: &Command, rest: &[&str], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let (kind, names) = kind_and_names("delete", rest)?;
    let namespace = command.flag("--namespace");
    match kind {
        Kind::Node => Ok(vec![verb("leave", list(&objects.nodes(&names)?))]),
        Kind::Pod => {
            let force = command.has("--force");
            let event = |(daemon_set, nodes): (String, Vec<String>)| {
                let force = force.then_some(("force", Tree::Bool(true)));
                let of = [("daemonSet", text(&daemon_set)), ("nodes", list(&nodes))];
                verb("deletePods", Tree::map(of.into_iter().chain(force)))
            };
            let of_pods = objects.nodes_of_pods(&names, namespace)?;
            Ok(of_pods.into_iter().map(event).collect())
        }
        Kind::DaemonSet => {
            let cascade = command.flag("--cascade");
            let event = |name: &String| {
                let cascade = cascade.map(|it| ("cascade", text(it)));
                let daemon_set = ("daemonSet", text(&objects.daemon_set(name, namespace)?));
                Ok(verb("delete", Tree::map([daemon_set].into_iter().chain(cascade))))
            };
            names.iter().map(event).collect()
        }
    }
}

/// A verb whose nodes stand right behind it.
fn on_nodes(name: &str, names: &[&str], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    Ok(vec![verb(name, list(&nodes(names, name, objects)?))])
}

/// Nodes as `kubectl drain` takes them, with or without their kind.
fn nodes(names: &[&str], command: &str, objects: Objects<'_>) -> Result<Vec<String>, TypedError> {
    let names = match names {
        [kind, rest @ ..] if Kind::of(kind) == Some(Kind::Node) && !rest.is_empty() => rest,
        all => all,
    };
    if names.is_empty() {
        let command = command.to_owned();
        return Err(TypedError::Missing { command, what: "the name of a node" });
    }
    let bare = |name: &&str| name.strip_prefix("node/").unwrap_or(name).to_owned();
    objects.nodes(&names.iter().map(bare).collect::<Vec<_>>())
}

fn taint(rest: &[&str], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let (names, taints) =
        nodes_and_changes("taint", "a taint such as `key=value:NoSchedule`", rest)?;
    let nodes = list(&nodes(names, "taint", objects)?);
    let event = |written: &&str| {
        let (name, taint) = match written.strip_suffix('-') {
            Some(taint) => ("untaint", taint),
            None => ("taint", *written),
        };
        verb(name, Tree::map([("nodes", nodes.clone()), ("taint", text(taint))]))
    };
    Ok(taints.iter().map(event).collect())
}

fn label(rest: &[&str], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let (names, labels) = nodes_and_changes("label", "a label such as `key=value`", rest)?;
    let nodes = list(&nodes(names, "label", objects)?);
    let label = |written: &&str| match written.split_once('=') {
        Some((key, value)) => (key.to_owned(), text(value)),
        None => (written.trim_end_matches('-').to_owned(), Tree::Null),
    };
    let labels = Tree::Map(labels.iter().map(label).collect());
    Ok(vec![verb("label", Tree::map([("nodes", nodes), ("labels", labels)]))])
}

/// Nodes, and what is set on them or taken away: it has a `=` or a `:`, or ends with `-`.
fn nodes_and_changes<'a>(
    command: &str,
    what: &'static str,
    rest: &'a [&'a str],
) -> Result<(&'a [&'a str], &'a [&'a str]), TypedError> {
    let is_change = |word: &&str| word.contains(['=', ':']) || word.ends_with('-');
    let first = rest.iter().position(is_change).unwrap_or(rest.len());
    let (nodes, changes) = rest.split_at(first);
    if changes.is_empty() {
        return Err(TypedError::Missing { command: command.to_owned(), what });
    }
    Ok((nodes, changes))
}

fn set_image(
    command: &Command,
    rest: &[&str],
    objects: Objects<'_>,
) -> Result<Vec<Tree>, TypedError> {
    let (daemon_set, rest) = daemon_set("set image", command, rest, objects)?;
    let image = |word: &&str| {
        let (container, image) = word.split_once('=')?;
        Some((container.to_owned(), text(image)))
    };
    let images: Option<Vec<(String, Tree)>> = rest.iter().map(image).collect();
    match images.filter(|it| !it.is_empty()) {
        Some(images) => {
            Ok(vec![verb("setImage", Tree::map([daemon_set, ("images", Tree::Map(images))]))])
        }
        None => Err(TypedError::Missing {
            command: "set image".to_owned(),
            what: "images such as `agent=registry.example/agent:2.0`",
        }),
    }
}

fn patch(command: &Command, rest: &[&str], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let (daemon_set, _) = daemon_set("patch", command, rest, objects)?;
    if let Some(kind) = command.flag("--type").filter(|kind| *kind == "json") {
        return Err(TypedError::Flag(format!("--type={kind}")));
    }
    let missing = || TypedError::Missing { command: "patch".to_owned(), what: "`-p PATCH`" };
    let written = command.flag("--patch").ok_or_else(missing)?;
    let documents = read_documents(&Source::new("--patch", written), &Limits::WRITTEN);
    let documents = documents.map_err(|problem| TypedError::Patch(problem.message))?;
    let tree = documents.into_iter().next().map(|document| document.tree).unwrap_or_default();
    let Tree::Map(entries) = &tree else {
        return Err(TypedError::Patch(format!("it is {}, not a map", tree.kind())));
    };
    let spec = match entries.as_slice() {
        [(key, Tree::Map(spec))] if key == "spec" => spec,
        [] => return Err(missing()),
        several => {
            let other = several.iter().find(|(key, _)| key != "spec").unwrap_or(&several[0]);
            return Err(TypedError::PatchedField(other.0.clone()));
        }
    };
    if let Some((field, _)) = spec.iter().find(|(field, _)| !PATCHED.contains(&field.as_str())) {
        return Err(TypedError::PatchedField(format!("spec.{field}")));
    }
    let (key, daemon_set) = daemon_set;
    let named = [(key.to_owned(), daemon_set)];
    let change = named.into_iter().chain(spec.iter().cloned()).collect();
    Ok(vec![verb("patch", Tree::Map(change))])
}

/// The DaemonSet of a command, `ds/NAME` or `ds NAME`, and the words behind it.
fn daemon_set<'a>(
    name: &str,
    command: &Command,
    rest: &'a [&'a str],
    objects: Objects<'_>,
) -> Result<((&'static str, Tree), &'a [&'a str]), TypedError> {
    let missing =
        || TypedError::Missing { command: name.to_owned(), what: "a DaemonSet, `ds/NAME`" };
    let (kind, written, rest) = match rest {
        [] => return Err(missing()),
        [first, rest @ ..] => match (first.split_once('/'), rest) {
            (Some((kind, written)), rest) => (kind, written, rest),
            (None, [written, rest @ ..]) => (*first, *written, rest),
            (None, []) => return Err(missing()),
        },
    };
    if Kind::of(kind) != Some(Kind::DaemonSet) {
        let (command, kind) = (name.to_owned(), kind.to_owned());
        return Err(TypedError::Kind { command, kind });
    }
    let key = objects.daemon_set(written, command.flag("--namespace"))?;
    Ok((("daemonSet", text(&key)), rest))
}

/// `node a b`, `node/a node/b`.
fn kind_and_names(command: &str, words: &[&str]) -> Result<(Kind, Vec<String>), TypedError> {
    let kind = |written: &str| {
        let (command, kind) = (command.to_owned(), written.to_owned());
        Kind::of(written).ok_or(TypedError::Kind { command, kind })
    };
    let missing = || TypedError::Missing { command: command.to_owned(), what: "a kind and a name" };
    let [first, rest @ ..] = words else { return Err(missing()) };
    let Some((of, _)) = first.split_once('/') else {
        let names: Vec<String> = rest.iter().map(|&it| it.to_owned()).collect();
        return if names.is_empty() { Err(missing()) } else { Ok((kind(first)?, names)) };
    };
    let name = |word: &&str| match word.split_once('/') {
        Some((other, name)) if other == of => Ok(name.to_owned()),
        Some(_) | None => {
            let kind = format!("{of} and {word}");
            Err(TypedError::Kind { command: command.to_owned(), kind })
        }
    };
    Ok((kind(of)?, words.iter().map(name).collect::<Result<_, _>>()?))
}

/// An event with this verb.
pub(super) fn verb(name: &str, change: Tree) -> Tree {
    Tree::map([(name, change)])
}

pub(super) fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

/// A whole number, or text.
pub(super) fn scalar(written: &str) -> Tree {
    written.parse().map_or_else(|_| text(written), Tree::Int)
}

fn list(names: &[String]) -> Tree {
    Tree::List(names.iter().map(|name| text(name)).collect())
}
