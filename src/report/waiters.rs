//! What the tools that wait for a rollout say, in a clause.

use crate::record::{Done, ON_DELETE_ERROR, Rollout, Waiter};
use crate::report::readable::{listed, part, span};

/// Who says that the rollout is done and who never does, where they do not agree.
pub(super) fn clauses(rollout: &Rollout) -> Vec<String> {
    let answers = &rollout.answers;
    if answers.agree() {
        return Vec::new();
    }
    let of = |is_meant: &dyn Fn(Option<Done>) -> bool| -> Vec<&str> {
        let meant = Waiter::ALL.into_iter().filter(|&waiter| is_meant(answers.of(waiter)));
        let meant = meant.filter(|&waiter| !(answers.refused() && waiter == Waiter::Kubectl));
        meant.flat_map(Waiter::tools).map(|tool| tool.name()).collect()
    };
    let mut moments: Vec<Done> = Waiter::ALL.iter().filter_map(|&it| answers.of(it)).collect();
    moments.sort_by_key(|done| done.at);
    moments.dedup();
    let mut clauses: Vec<String> = moments
        .into_iter()
        .map(|done| {
            let who = of(&|answer| answer == Some(done));
            let say = if who.len() == 1 { "says" } else { "say" };
            let early = if done.missing == 0 {
                String::new()
            } else {
                let missing = part(done.missing.into(), done.wanted.into(), "node");
                format!(", while {missing} had no serving pod of the new revision")
            };
            format!("{} {say} that it is done at {}{early}", listed(&who, "and"), span(done.at))
        })
        .collect();
    let never = of(&|answer| answer.is_none());
    if !never.is_empty() {
        let ever = if never.len() == 1 { "never does" } else { "never do" };
        clauses.push(format!("{} {ever}", listed(&never, "and")));
    }
    if answers.refused() {
        clauses.push(format!("kubectl: `error: {ON_DELETE_ERROR}`"));
    }
    clauses
}
