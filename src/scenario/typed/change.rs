//! From a text to the events of a scenario.

use crate::api::Snapshot;
use crate::input::{Limits, Source, Tree, did_you_mean, read_documents};
use crate::scenario::typed::commands::{events_of, scalar, text, verb};
use crate::scenario::typed::error::TypedError;
use crate::scenario::typed::objects::Objects;
use crate::scenario::typed::words::Command;

/// Fields that can be set by name.
const FIELDS: [&str; 4] = ["maxUnavailable", "maxSurge", "minReadySeconds", "image"];

/// A change that somebody considers.
#[derive(Clone, Debug, PartialEq)]
pub struct TypedChange {
    /// As it was typed.
    pub text: String,
    /// What happens, all at the same time: maps with a verb, as the events of a scenario.
    pub events: Vec<Tree>,
}

/// Reads a change of the cluster of a snapshot. Where it names no DaemonSet, `subject` is meant, or
/// the only one.
///
/// # Errors
///
/// Why it cannot be tried.
pub fn typed_change(
    typed: &str,
    snapshot: &Snapshot,
    subject: Option<&str>,
) -> Result<TypedChange, TypedError> {
    let typed = typed.trim();
    let objects = Objects { snapshot, subject };
    let events = if typed.starts_with('{') {
        vec![event(typed)?]
    } else {
        let mut events = Vec::new();
        for command in Command::all(typed)? {
            match fields(&command)? {
                Some(fields) => events.extend(set(&fields, objects)?),
                None => events.extend(events_of(&command, objects)?),
            }
        }
        events
    };
    if events.is_empty() {
        return Err(TypedError::Empty);
    }
    Ok(TypedChange { text: typed.to_owned(), events })
}

/// The fields that a command sets, if it does nothing else.
fn fields(command: &Command) -> Result<Option<Vec<(&str, &str)>>, TypedError> {
    if !command.words.first().is_some_and(|word| word.contains('=')) {
        return Ok(None);
    }
    command.words.iter().map(|word| field(word)).collect::<Result<_, _>>().map(Some)
}

fn field(word: &str) -> Result<(&str, &str), TypedError> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    if FIELDS.contains(&name) {
        return Ok((name, value));
    }
    Err(TypedError::Field { name: name.to_owned(), near: did_you_mean(name, FIELDS) })
}

/// The events that set fields of the DaemonSet that is meant. Whoever sets one of maxUnavailable and
/// maxSurge gets 0 for the other: the API server does not take both.
fn set(fields: &[(&str, &str)], objects: Objects<'_>) -> Result<Vec<Tree>, TypedError> {
    let subject = objects.subject()?;
    let budget = ["maxUnavailable", "maxSurge"];
    let field = budget.into_iter().find(|name| fields.iter().any(|(field, _)| field == name));
    if let Some(field) = field.filter(|_| objects.is_on_delete(&subject)) {
        return Err(TypedError::OnDelete { field, daemon_set: subject });
    }
    let daemon_set = text(&subject);
    let value = |name: &str| fields.iter().rev().find(|it| it.0 == name).map(|it| scalar(it.1));
    let mut events = Vec::new();
    let budget = match (value("maxUnavailable"), value("maxSurge")) {
        (None, None) => None,
        (unavailable, surge) => Some(Tree::map([
            ("maxUnavailable", unavailable.unwrap_or(Tree::Int(0))),
            ("maxSurge", surge.unwrap_or(Tree::Int(0))),
        ])),
    };
    let strategy =
        budget.map(|it| Tree::map([("type", text("RollingUpdate")), ("rollingUpdate", it)]));
    let min_ready = value("minReadySeconds");
    if strategy.is_some() || min_ready.is_some() {
        let strategy = strategy.map(|it| ("updateStrategy", it));
        let min_ready = min_ready.map(|it| ("minReadySeconds", it));
        let named = ("daemonSet", daemon_set.clone());
        events.push(verb("patch", Tree::map([named].into_iter().chain(strategy).chain(min_ready))));
    }
    if let Some(image) = fields.iter().rev().find(|it| it.0 == "image") {
        let change = Tree::map([("daemonSet", daemon_set), ("image", text(image.1))]);
        events.push(verb("setImage", change));
    }
    Ok(events)
}

/// An event as in a scenario.
fn event(typed: &str) -> Result<Tree, TypedError> {
    let bad = |why: String| TypedError::Event(why);
    let documents = read_documents(&Source::new("--try", typed), &Limits::WRITTEN);
    let documents = documents.map_err(|problem| bad(problem.message))?;
    let mut trees = documents.into_iter().map(|document| document.tree);
    match (trees.next(), trees.next()) {
        (Some(tree @ Tree::Map(_)), None) => Ok(tree),
        _ => Err(bad("it is no map".to_owned())),
    }
}

#[cfg(test)]
mod tests;
