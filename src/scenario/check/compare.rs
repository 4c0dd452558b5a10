//! What is to be varied. Names and seeds are for whoever varies; here only shapes are looked at.

use super::findings::Findings;
use crate::input::{FieldPath, Tree};
use crate::scenario::compare::Compare;
use crate::scenario::written;

/// Checks `compare:`.
pub(super) fn check(findings: &mut Findings, (tree, path): (&Tree, FieldPath)) -> Compare {
    if *tree == Tree::Null {
        return Compare::default();
    }
    let written: written::Compare = findings.decode(tree, &path).unwrap_or_default();
    let part = |name: &str| (tree.get(name).unwrap_or(&Tree::Null), path.key(name));
    let goal: written::CompareGoal = match part("goal") {
        (Tree::Null, _) => written::CompareGoal::default(),
        (tree, path) => findings.decode(tree, &path).unwrap_or_default(),
    };
    Compare {
        vary: vary(findings, part("vary")),
        variants: variants(findings, part("variants")),
        seeds: seeds(findings, part("seeds")),
        baseline: written.baseline,
        within: goal.within.map(|span| span.0),
        worst: goal.worst.map(|amount| amount.0),
    }
}

/// The entries of a map; anything else is noted.
fn entries<'a>(
    findings: &mut Findings,
    (tree, path): (&'a Tree, &FieldPath),
    hint: &str,
) -> &'a [(String, Tree)] {
    match tree {
        Tree::Map(entries) => entries,
        Tree::Null => &[],
        Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Text(_) | Tree::List(_) => {
            let message = format!("expected a map, found {}", tree.kind());
            findings.error("wrong-type", path, message, hint);
            &[]
        }
    }
}

fn vary(findings: &mut Findings, (tree, path): (&Tree, FieldPath)) -> Vec<(String, Vec<Tree>)> {
    let hint = "write for example `vary: {maxUnavailable: [1, 5%, 10%]}`";
    let mut found = Vec::new();
    for (name, values) in entries(findings, (tree, &path), hint) {
        match values {
            Tree::List(values) if !values.is_empty() => found.push((name.clone(), values.clone())),
            Tree::Null
            | Tree::Bool(_)
            | Tree::Int(_)
            | Tree::Float(_)
            | Tree::Text(_)
            | Tree::List(_)
            | Tree::Map(_) => {
                let message = format!("`{name}` needs a list of values");
                findings.error("no-values", &path.key(name), message, hint);
            }
        }
    }
    found
}

type Variants = Vec<(String, Vec<(String, Tree)>)>;

fn variants(findings: &mut Findings, (tree, path): (&Tree, FieldPath)) -> Variants {
    let hint = "write for example `variants: {surge: {maxSurge: 10%}}`";
    let mut found = Vec::new();
    for (name, changes) in entries(findings, (tree, &path), hint) {
        if name.trim().is_empty() || name.contains(char::is_control) {
            let message = "a variant needs a name of one line";
            findings.error_on_key("bad-name", &path.key(name), message, hint);
        }
        let changes = entries(findings, (changes, &path.key(name)), hint);
        found.push((name.clone(), changes.to_vec()));
    }
    found
}

fn seeds(findings: &mut Findings, (tree, path): (&Tree, FieldPath)) -> Option<String> {
    match tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Int(number) => Some(number.to_string()),
        Tree::Null => None,
        Tree::Bool(_) | Tree::Float(_) | Tree::List(_) | Tree::Map(_) => {
            let message = format!("expected seeds, found {}", tree.kind());
            findings.error("wrong-type", &path, message, "write `1..50`, or `1,5,9`");
            None
        }
    }
}
