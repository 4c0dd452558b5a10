//! What is to be varied. Names and seeds are for whoever varies; here only shapes are looked at.

use crate::api::Share;
use crate::input::Tree;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::section::Section;
use crate::scenario::compare::Compare;
use crate::scenario::written;

/// Checks `compare:`.
pub(super) fn check(findings: &mut Findings, section: &Section<'_>) -> Compare {
    let written: written::Compare = section.decode(findings);
    let goal: written::CompareGoal = section.key("goal").decode(findings);
    Compare {
        vary: vary(findings, &section.key("vary")),
        given: vary(findings, &section.key("given")),
        with_faults: written.with_faults,
        variants: variants(findings, &section.key("variants")),
        seeds: seeds(findings, &section.key("seeds")),
        baseline: written.baseline,
        soak: written.soak.map(|span| span.0),
        within: goal.within.map(|span| span.0),
        worst: goal.worst.map(|amount| amount.0),
        hit: goal.hit.map(|amount| amount.0),
        cheapest: written.cheapest,
        share: share(findings, &section.key("share")),
        confidence: share(findings, &section.key("confidence")),
    }
}

fn share(findings: &mut Findings, section: &Section<'_>) -> Option<Share> {
    let written: Option<written::Share> = section.decode(findings);
    written.map(|it| it.0)
}

/// The entries of a map; anything else is noted.
fn entries<'a>(findings: &mut Findings, section: &Section<'a>, hint: &str) -> &'a [(String, Tree)] {
    match section.tree {
        Tree::Map(entries) => entries,
        Tree::Null => &[],
        Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Text(_) | Tree::List(_) => {
            let message = format!("expected a map, found {}", section.tree.kind());
            findings.error("wrong-type", &section.path, message, hint);
            &[]
        }
    }
}

fn vary(findings: &mut Findings, section: &Section<'_>) -> Vec<(String, Vec<Tree>)> {
    let hint = "write for example `vary: {maxUnavailable: [1, 5%, 10%]}`";
    let mut found = Vec::new();
    for (name, values) in entries(findings, section, hint) {
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
                findings.error("no-values", &section.path.key(name), message, hint);
            }
        }
    }
    found
}

type Variants = Vec<(String, Vec<(String, Tree)>)>;

fn variants(findings: &mut Findings, section: &Section<'_>) -> Variants {
    let hint = "write for example `variants: {surge: {maxSurge: 10%}}`";
    let mut found = Vec::new();
    for (name, changes) in entries(findings, section, hint) {
        if name.trim().is_empty() || name.contains(char::is_control) {
            let message = "a variant needs a name of one line";
            findings.error_on_key("bad-name", &section.path.key(name), message, hint);
        }
        let changes = Section { tree: changes, path: section.path.key(name) };
        let changes = entries(findings, &changes, hint);
        found.push((name.clone(), changes.to_vec()));
    }
    found
}

fn seeds(findings: &mut Findings, section: &Section<'_>) -> Option<String> {
    match section.tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Int(number) => Some(number.to_string()),
        Tree::Null => None,
        Tree::Bool(_) | Tree::Float(_) | Tree::List(_) | Tree::Map(_) => {
            let message = format!("expected seeds, found {}", section.tree.kind());
            findings.error("wrong-type", &section.path, message, "write `1..50`, or `1,5,9`");
            None
        }
    }
}
