//! What is said below the verdicts: that the run was cut short, and what is not as expected.

use crate::record::{Breach, FailedAction, Limit, Summary};
use crate::report::readable::number;

/// Why the run ended before its scenario did, if that is not a matter of `until`.
pub fn cut_short(run: &Summary) -> Option<String> {
    match run.limit_hit? {
        Limit::Time => None,
        Limit::Events => Some(format!(
            "the run was cut short after {} events; --max-events allows more",
            number(run.events)
        )),
        Limit::PodsPerNode => Some(
            "the run was cut short because pods pile up on a node that refuses them: with maxSurge \
             the controller creates the next one without back-off"
                .to_owned(),
        ),
    }
}

/// One line for each action of the scenario that failed or changed nothing: `at 10m, rollout undo
/// agent: error: no last revision to roll back to`.
pub fn failed_actions(run: &Summary) -> Vec<String> {
    run.failed_actions.iter().map(failed_action).collect()
}

/// The line for one of them.
pub fn failed_action(it: &FailedAction) -> String {
    let FailedAction { at, action, message, times } = it;
    let again = if *times > 1 { format!(" ({times} times)") } else { String::new() };
    let when = at.map_or_else(String::new, |at| format!("at {at}, "));
    format!("{when}{action}: {message}{again}")
}

/// One line for each expectation that did not hold: `expect.rolloutWithin: …`.
pub fn broken(breaches: &[Breach]) -> Vec<String> {
    breaches.iter().map(|it| format!("{}: {}", it.expectation, it.message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_cut_short_says_so() {
        let ended_by =
            |limit_hit| cut_short(&Summary { limit_hit, events: 20_000, ..Summary::default() });
        assert_eq!(ended_by(None), None);
        assert_eq!(ended_by(Some(Limit::Time)), None);
        let events = "the run was cut short after 20,000 events; --max-events allows more";
        assert_eq!(ended_by(Some(Limit::Events)).as_deref(), Some(events));
        assert!(ended_by(Some(Limit::PodsPerNode)).unwrap().contains("pods pile up"));
    }

    #[test]
    fn an_action_in_vain_is_told() {
        let failed = |times| FailedAction {
            at: Some(crate::time::SimDuration::from_secs(600)),
            action: "cordon: node-3".to_owned(),
            message: "nodes \"node-3\" not found".to_owned(),
            times,
        };
        let run = Summary { failed_actions: vec![failed(1), failed(4)], ..Summary::default() };
        let line = "at 10m, cordon: node-3: nodes \"node-3\" not found";
        assert_eq!(failed_actions(&run), [line.to_owned(), format!("{line} (4 times)")]);
    }

    #[test]
    fn an_expectation_that_did_not_hold_is_named() {
        let breach = Breach { expectation: "expect.rolloutWithin".into(), message: "late".into() };
        assert_eq!(broken(&[breach]), ["expect.rolloutWithin: late"]);
    }
}
