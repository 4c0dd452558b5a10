//! The settings of a block: what it changes in its scenario, by the rules of `rollcast compare`.

use crate::docs::{Block, Changes};
use crate::input::{FieldPath, Problem, Tree};
use crate::scenario::Override;
use crate::study::{Assignment, Dimension, Proposal, ProposalError, Variant, Varied, propose};

/// Settings in one picture.
const MOST_SETTINGS: u64 = 12;

/// Where in the block each changed field of the scenario is written.
pub(super) type Places = Vec<(FieldPath, FieldPath)>;

/// Every setting of a block, at least one, or what is wrong with how they are written. `tree` is the
/// scenario.
pub(super) fn settings(
    block: &Block,
    tree: &Tree,
) -> Result<(Vec<Proposal>, Places), Vec<Problem>> {
    let mut reader = Reader { tree, places: Vec::new(), problems: Vec::new() };
    let root = FieldPath::ROOT;
    let always = reader.assignments(&block.set, &root.key("set"));
    let mut dimensions = Vec::new();
    for (name, values) in &block.compare {
        let path = root.key("compare").key(name);
        let each = values
            .iter()
            .enumerate()
            .map(|(index, value)| reader.assignment(name, value, &path.index(index)));
        let each = each.collect();
        match Dimension::new(name.as_str(), each) {
            Ok(dimension) => dimensions.push(dimension),
            Err(error) => reader.wrong(&path, "bad-value", error.to_string()),
        }
    }
    let mut variants = Vec::new();
    for (index, (name, set)) in block.settings.iter().enumerate() {
        let path = root.key("settings").index(index);
        let assignments = reader.assignments(set, &path.key("set"));
        match Variant::new(name.as_str(), assignments) {
            Ok(variant) => variants.push(variant),
            Err(error) => reader.wrong(&path, "bad-value", error.to_string()),
        }
    }
    let Reader { mut places, problems, .. } = reader;
    places.push((root.key("seed"), root.key("seed")));
    if !problems.is_empty() {
        return Err(problems);
    }
    let varied = Varied { dimensions: &dimensions, variants: &variants, ..Varied::default() };
    let key = if block.settings.is_empty() { "compare" } else { "settings" };
    let key = if block.compare.is_empty() && block.settings.is_empty() { "set" } else { key };
    let scenario = [(String::new(), tree)];
    let proposals = propose(&scenario, &always, varied, 1, MOST_SETTINGS);
    proposals.map(|it| (it, places)).map_err(|error| match error.code {
        "too-many-runs" => {
            let message = format!("one picture shows at most {MOST_SETTINGS} settings");
            let problem = Problem::error("too-many-settings", root.key(key), message);
            vec![problem.with_hint("compare fewer values, or write several blocks")]
        }
        _ => vec![of(error, root.key(key))],
    })
}

fn of(error: ProposalError, path: FieldPath) -> Problem {
    Problem::error(error.code, path, error.message).with_hint(error.hint)
}

/// Reads changes, and notes where each is written.
struct Reader<'a> {
    tree: &'a Tree,
    places: Places,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, path: &FieldPath, code: &'static str, message: String) {
        let problem = Problem::error(code, path.clone(), message);
        self.problems.push(problem.with_hint("write each value once, in one line"));
    }

    fn assignments(&mut self, changes: &Changes, path: &FieldPath) -> Vec<Assignment> {
        changes.iter().map(|(name, value)| self.assignment(name, value, &path.key(name))).collect()
    }

    /// A change, which is tried alone to tell which one is wrong.
    fn assignment(&mut self, name: &str, value: &Tree, path: &FieldPath) -> Assignment {
        let assignment = Assignment::new(name, value.clone());
        let alone = std::slice::from_ref(&assignment);
        match propose(&[(String::new(), self.tree)], alone, Varied::default(), 1, 1) {
            Ok(proposals) => {
                let changed = proposals.iter().flat_map(|it| &it.overrides).map(Override::path);
                self.places.extend(changed.map(|it| (it.clone(), path.clone())));
            }
            Err(error) => self.problems.push(of(error, path.clone()).on_key()),
        }
        assignment
    }
}
