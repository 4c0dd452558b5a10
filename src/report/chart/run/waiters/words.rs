//! Who said what when, in words.

use crate::inspect::over_time::AwaitedRollout;
use crate::record::{AlertRule, AlertSpan};
use crate::report::chart::canvas::more::and_more;
use crate::report::chart::run::waiters::groups::{Group, GroupRows};
use crate::report::chart::run::words::in_words;
use crate::report::readable::{count, span};

/// More spans of an alert than this are counted and not listed.
const LISTED: usize = 4;

/// What each tool said of each rollout, and each alert; there are so many groups in all.
pub(super) fn describe(groups: &[Group<'_>], all: usize) -> String {
    let about = "Bars from the start of each rollout until tools that wait for it say that it is done, and \
                 when alerts are pending and fire.";
    let sentence = |group: &Group<'_>| {
        let sentence = match &group.rows {
            GroupRows::Rollout(rollout) => of_rollout(rollout),
            GroupRows::Alerts(rules) => of_alerts(rules),
        };
        format!("{}: {sentence}", group.heading)
    };
    let more = and_more(all - groups.len(), "more block");
    let each = groups.iter().map(sentence).chain(more).collect();
    in_words(about, each, groups.iter().map(|it| it.shown.timeline.marks.as_slice()))
}

fn of_rollout(rollout: &AwaitedRollout) -> String {
    let started = rollout.started;
    let truth = match rollout.finished {
        Some(at) => format!("complete after {}", span(at.saturating_sub(started))),
        None => "not complete".to_owned(),
    };
    let said = rollout.waits.iter().map(|wait| match wait.done {
        None if wait.refuses => format!("{} refuses to wait for OnDelete", wait.tool),
        None => format!("{} never says done", wait.tool),
        Some(done) => {
            let after = span(done.saturating_sub(started));
            let early = match wait.missing {
                0 => String::new(),
                missing => format!(", too early: {} missing", count(missing.into(), "node")),
            };
            format!("{} says done after {after}{early}", wait.tool)
        }
    });
    let said: Vec<String> = [truth].into_iter().chain(said).collect();
    format!("{}.", said.join("; "))
}

fn of_alerts(rules: &[(AlertRule, Vec<&AlertSpan>)]) -> String {
    let of_span = |it: &&AlertSpan| {
        let pending = span(it.pending);
        match (it.fired, it.until) {
            (Some(at), Some(until)) => {
                format!("pending at {pending}, fires from {} to {}", span(at), span(until))
            }
            (Some(at), None) => format!("pending at {pending}, fires at {}", span(at)),
            (None, Some(until)) => {
                format!("pending from {pending} to {}, does not fire", span(until))
            }
            (None, None) => format!("pending at {pending}, does not fire"),
        }
    };
    let of_rule = |(rule, spans): &(AlertRule, Vec<&AlertSpan>)| {
        let listed = spans.iter().take(LISTED).map(of_span);
        let more = and_more(spans.len().saturating_sub(LISTED), "more time");
        let told: Vec<String> = listed.chain(more).collect();
        format!("{} {}", rule.name(), told.join("; "))
    };
    let rules: Vec<String> = rules.iter().map(of_rule).collect();
    format!("{}.", rules.join("; "))
}
