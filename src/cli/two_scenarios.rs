//! A change of a scenario: what becomes of each DaemonSet that both versions have.

use std::collections::BTreeSet;

use crate::cli::diff::unchanged;
use crate::cli::diff_args::DiffArgs;
use crate::cli::exit::Failure;
use crate::cli::given::Given;
use crate::cli::side_by_side::{Arm, run_side_by_side};
use crate::cli::sweep::{daemon_sets, refuse};
use crate::scenario::Loaded;
use crate::study::{
    AFTER, BEFORE, Change, Diff, Effect, Place, ProposalError, differs, field_changes,
};

/// What differs between two scenarios in each DaemonSet.
pub(super) fn of_scenarios(args: &DiffArgs, base: &Given, head: &Given) -> Result<Diff, Failure> {
    if args.scenario.is_some() {
        let message = "`--scenario` is for manifests, and BASE and HEAD are scenarios";
        let hint = "leave it out: scenarios have clusters of their own";
        return Err(refuse(ProposalError::new("not-a-manifest", message, hint)));
    }
    let arm = |name, path: &str, side: &Given| Arm {
        name,
        source: side.source.clone(),
        beside: path.to_owned(),
    };
    let (earlier, later) = (arm(BEFORE, &args.base, base), arm(AFTER, &args.head, head));
    let ((was, before), (is, after)) = (earlier.load()?, later.load()?);
    if before.hash == after.hash {
        return Ok(unchanged(args));
    }
    let fields = field_changes(was.tree(), is.tree());
    let (was, is) = (names(&before), names(&after));
    let place = |side: &Given| Some(Place { file: side.source.name().to_owned(), line: 1 });
    let mut changes = Vec::new();
    for name in was.union(&is) {
        let effect = match (was.contains(name), is.contains(name)) {
            (true, false) => {
                changes.push(Change::new(name, Effect::Removed, place(base)));
                continue;
            }
            (false, _) => Effect::Added,
            (true, true) => Effect::Scenario,
        };
        let earlier = (effect == Effect::Scenario).then(|| earlier.clone());
        let arms: Vec<Arm> = earlier.into_iter().chain([later.clone()]).collect();
        let found = run_side_by_side(args, name, &arms)?;
        if effect == Effect::Scenario && !differs(&found.study) {
            continue;
        }
        let (notes, fields, study) = (found.warnings, fields.clone(), Some(found.study));
        let change = Change { fields, study, notes, ..Change::new(name, effect, place(head)) };
        changes.push(change);
    }
    let assumed = changes.iter().find_map(|it| it.study.as_ref());
    let assumed = assumed.map(|study| study.view.assumed.clone()).unwrap_or_default();
    Ok(Diff { changes, assumed, ..unchanged(args) })
}

fn names(loaded: &Loaded) -> BTreeSet<String> {
    daemon_sets(&loaded.scenario).into_iter().collect()
}
