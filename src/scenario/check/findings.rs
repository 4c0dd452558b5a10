//! Where the checks put what they find in the scenario.

use crate::input::{FieldPath, Problem, Tree, decode, did_you_mean};
use serde::de::DeserializeOwned;

/// The problems of the scenario itself, in the order in which they were found.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Findings {
    problems: Vec<Problem>,
}

impl Findings {
    /// Notes an error about the value at `path`.
    pub(in crate::scenario) fn error(
        &mut self,
        code: &'static str,
        path: &FieldPath,
        message: impl Into<String>,
        hint: impl Into<Box<str>>,
    ) {
        self.problems.push(Problem::error(code, path.clone(), message).with_hint(hint));
    }

    /// Notes an error about the key at `path`.
    pub(in crate::scenario) fn error_on_key(
        &mut self,
        code: &'static str,
        path: &FieldPath,
        message: impl Into<String>,
        hint: impl Into<Box<str>>,
    ) {
        self.problems.push(Problem::error(code, path.clone(), message).with_hint(hint).on_key());
    }

    /// Notes a warning about the value at `path`.
    pub(in crate::scenario) fn warning(
        &mut self,
        code: &'static str,
        path: &FieldPath,
        message: impl Into<String>,
        hint: impl Into<Box<str>>,
    ) {
        self.problems.push(Problem::warning(code, path.clone(), message).with_hint(hint));
    }

    /// Notes a problem as it is.
    pub(in crate::scenario) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Decodes a part of the scenario, or notes what is wrong with it.
    pub(in crate::scenario) fn decode<T: DeserializeOwned>(
        &mut self,
        tree: &Tree,
        path: &FieldPath,
    ) -> Option<T> {
        let decoded = decode(tree);
        decoded
            .map_err(|problems| self.problems.extend(problems.into_iter().map(|p| p.below(path))))
            .ok()
    }

    /// Whether a problem of this kind was noted.
    pub(in crate::scenario) fn has(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// Everything that was found.
    pub(in crate::scenario) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// What to write instead of a name that nothing has: the nearest that something has, or all.
pub(in crate::scenario) fn known<'a>(
    written: &str,
    what: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match (did_you_mean(written, names.iter().copied()), names.as_slice()) {
        (Some(name), _) => format!("did you mean `{name}`?"),
        (None, []) => format!("there is no {what}"),
        (None, [only]) => format!("the only {what} is `{only}`"),
        (None, several) => format!("there are {}", listed(several)),
    }
}

/// `a`, `b` and `c`, with at most five names.
pub(in crate::scenario) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    match (quoted.split_last(), names.len().saturating_sub(5)) {
        (None, _) => "none".to_owned(),
        (Some((only, [])), 0) => only.clone(),
        (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
        (Some(_), more) => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// The first thing wrong with a name under these rules of Kubernetes, without the pattern.
pub(in crate::scenario) fn first_problem(problems: Vec<String>) -> Option<String> {
    problems.into_iter().next().map(|why| match why.split_once(" (e.g.") {
        Some((rule, _)) => rule.to_owned(),
        None => why,
    })
}
