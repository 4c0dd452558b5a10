//! From the text of a scenario to a valid one, or to everything that is wrong with it.

use crate::engine::fnv1a64;
use crate::input::{FieldPath, Limits, Problem, Source, Tree, read_documents};
use crate::scenario::check::{self, Findings};
use crate::scenario::manifests::{Files, Manifests};
use crate::scenario::overrides::{self, Override};
use crate::scenario::report::{Report, Sources};
use crate::scenario::valid::Scenario;

/// A valid scenario, and what else reading it told.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub scenario: Scenario,
    /// What is suspicious; has no errors.
    pub warnings: Report,
    /// FNV-1a, 64 bit, of all that was read: equal scenarios have equal hashes, however they are
    /// written.
    pub hash: u64,
}

/// Reads a scenario, with its manifests through `files`, and with fields changed by `overrides`
/// in their order.
///
/// # Errors
///
/// Everything that is wrong, in the scenario and in the manifests.
pub fn read(
    source: Source,
    files: &dyn Files,
    overrides: &[Override],
) -> Result<Box<Loaded>, Report> {
    read_with(source, files, overrides, true)
}

/// The same for whoever does not show warnings: their places are not looked up, which takes as long
/// as everything else.
pub fn read_again(
    source: Source,
    files: &dyn Files,
    overrides: &[Override],
) -> Result<Box<Loaded>, Report> {
    read_with(source, files, overrides, false)
}

fn read_with(
    source: Source,
    files: &dyn Files,
    overrides: &[Override],
    shows_warnings: bool,
) -> Result<Box<Loaded>, Report> {
    let name = default_name(source.name());
    let mut sources = Sources::default();
    sources.add(source, Limits::WRITTEN);
    let Some(mut tree) = scenario_tree(&mut sources) else { return Err(sources.finish()) };
    let changes = overrides::apply(&mut tree, overrides, &mut sources);
    let mut findings = Findings::default();
    let mut manifests = Manifests::new(files, &mut sources, changes);
    let scenario = check::scenario(&mut findings, &tree, &mut manifests, &name);
    let canonical = tree.to_canonical_json() + &manifests.into_canonical();
    sources.report(Sources::SCENARIO, findings.into_problems());
    let is_fine = scenario.is_some() && !sources.has_errors();
    let report = if is_fine && !shows_warnings { Report::default() } else { sources.finish() };
    match scenario {
        Some(scenario) if !report.has_errors() => {
            Ok(Box::new(Loaded { scenario, warnings: report, hash: fnv1a64(canonical.as_bytes()) }))
        }
        _ => Err(report),
    }
}

/// The file's name without folder and ending.
fn default_name(source: &str) -> String {
    let file = source.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    if stem.is_empty() || stem.starts_with('<') { "scenario".to_owned() } else { stem.to_owned() }
}

/// The document, if it can be read and looks like a scenario.
fn scenario_tree(sources: &mut Sources) -> Option<Tree> {
    let read = read_documents(sources.source(Sources::SCENARIO), &Limits::WRITTEN);
    let problem = match read {
        Err(problem) => problem,
        Ok(documents) => match <[_; 1]>::try_from(documents) {
            Err(documents) => several_documents(&documents),
            Ok([document]) => {
                sources.report(Sources::SCENARIO, document.warnings);
                match not_a_scenario(&document.tree) {
                    None => return Some(document.tree),
                    Some(problem) => problem.in_document(document.index),
                }
            }
        },
    };
    sources.report(Sources::SCENARIO, [problem]);
    None
}

fn several_documents(documents: &[crate::input::Document]) -> Problem {
    let message = format!("a scenario is one document, this file has {}", documents.len());
    let hint = "put manifests into files of their own, or under `daemonSets`";
    let second = documents.get(1).map_or(0, |document| document.index);
    Problem::error("several-documents", FieldPath::ROOT, message)
        .with_hint(hint)
        .in_document(second)
}

/// What a document is that cannot be a scenario.
fn not_a_scenario(tree: &Tree) -> Option<Problem> {
    let refuse = |path: FieldPath, message: String, hint: &str| {
        Some(Problem::error("not-a-scenario", path, message).with_hint(hint))
    };
    if !matches!(tree, Tree::Map(_)) {
        let message = format!("a scenario is a map, this is {}", tree.kind());
        return refuse(FieldPath::ROOT, message, "start with `cluster: {nodes: 20}`");
    }
    let kind = tree.get("kind").and_then(Tree::as_text)?;
    tree.get("apiVersion")?;
    let message = format!("this is a manifest of a {kind}, not a scenario");
    let hint = "name it in a scenario: `daemonSets: [FILE]`";
    refuse(FieldPath::ROOT.key("kind"), message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        assert_eq!(default_name(source), expected, "{source}");
    }

    #[test]
    fn a_scenario_is_called_like_its_file() {
        check("scenarios/node-exporter.yaml", "node-exporter");
        check("a.b.yaml", "a");
        check("<stdin>", "scenario");
        check("x/.yaml", "scenario");
        check("plain", "plain");
    }
}
