//! What a text is that holds neither a scenario nor a DaemonSet, and what to run to get one: people
//! give what stands beside the manifest, or what a command printed in its place.

mod objects;
mod text;

use crate::api::objects_in;
use crate::input::{Document, Problem, Source};

/// What a text is, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// A sentence without its subject: `is a Compose file`.
    pub what: String,
    pub hint: String,
}

/// What a source is, as it was read, if it is known and nothing that can be simulated.
pub fn foreign(source: &Source, read: &Result<Vec<Document>, Problem>) -> Option<Foreign> {
    let told = text::first_line(source);
    match read {
        Ok(documents) if hold_daemon_set(documents) => {
            let is_object = |it: &Document| it.tree.get("kind").is_some();
            if documents.iter().all(is_object) { None } else { text::stray_line(source) }
        }
        Ok(documents) => told.or_else(|| objects::named(documents, source.name())),
        Err(_) => told.or_else(|| text::stray_line(source)),
    }
}

impl Foreign {
    /// Whether a command before it failed, in place of printing what it was to.
    pub fn is_failure(&self) -> bool {
        self.hint == text::FAILED
    }
}

fn new(what: impl Into<String>, hint: impl Into<String>) -> Foreign {
    Foreign { what: what.into(), hint: hint.into() }
}

fn hold_daemon_set(documents: &[Document]) -> bool {
    let kinds = objects_in(documents).into_iter().filter_map(|it| objects::kind(it.tree));
    kinds.into_iter().any(|(_, kind)| kind == "DaemonSet")
}

#[cfg(test)]
mod tests;
