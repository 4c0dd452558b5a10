//! The rounds of decoding and repairing.

use crate::input::decode::deserializer::{Node, Path};
use crate::input::decode::error::DecodeError;
use crate::input::decode::explain::{explain, suggests};
use crate::input::decode::repairs::{Repairs, Verdict};
use crate::input::problem::Problem;
use crate::input::tree::Tree;
use serde::de::DeserializeOwned;
use std::cell::Cell;

/// Rounds of decoding, each of which finds at most one problem.
const MAX_ROUNDS: usize = 500;
/// Values that all rounds together may visit before no other round is begun: two seconds.
const MAX_VISITS: usize = 4_000_000;

/// Decodes `tree`, or tells all of its problems.
///
/// As the API server does, a key without a value (`null`) counts as absent. Whole floats (`3.0`)
/// are integers. Errors of custom types may end in `\nhint: …`, which becomes the hint.
///
/// # Errors
///
/// Every problem that can be told apart from the others, at least one and at most 500 (fewer
/// if maps of ten thousands of values are full of them); paths start at `tree`, and
/// positions are left to [`crate::input::locate`].
pub fn decode<T: DeserializeOwned>(tree: &Tree) -> Result<T, Vec<Problem>> {
    let mut repairs = Repairs::default();
    let mut problems = Vec::new();
    let visits = Cell::new(0);
    for _ in 0..MAX_ROUNDS {
        if visits.get() > MAX_VISITS {
            break;
        }
        match T::deserialize(Node::new(tree, &repairs, &Path::Root(&visits))) {
            Ok(value) if problems.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => {
                let verdict = repairs.absorb(&error);
                note(&mut problems, tree, &error, verdict);
                if verdict == Verdict::GiveUp || verdict == Verdict::ReportAndGiveUp {
                    break;
                }
            }
        }
    }
    Err(problems)
}

/// Notes the problem, unless it follows from one that was noted before.
fn note(problems: &mut Vec<Problem>, tree: &Tree, error: &DecodeError, verdict: Verdict) {
    let report = matches!(verdict, Verdict::Report | Verdict::ReportAndGiveUp);
    let problem = explain(tree, error);
    if problems.is_empty() || (report && !problems.iter().any(|told| suggests(told, error))) {
        problems.push(problem);
    }
}
