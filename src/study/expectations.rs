//! Whether what a scenario expects came true.

use crate::record::{
    AlertRule, Breach, CoverSummary, DaemonSetSummary, JointWorst, Rollout, Summary,
};
use crate::scenario::{DaemonSetRef, Expectation};
use crate::time::SimDuration;

/// Every expectation that did not hold, in the order of the scenario.
pub fn evaluate(expectations: &[Expectation], summary: &Summary) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for expectation in expectations {
        if !expectation.cover.is_empty() {
            judge_cover(expectation, summary, &mut breaches);
            continue;
        }
        let meant = |daemon_set: &&DaemonSetSummary| {
            let of = expectation.daemon_set.as_ref();
            of.is_none_or(|name| name.key() == daemon_set.daemon_set)
        };
        // Of several DaemonSets of one name, one after the other, the last one is meant.
        let all = &summary.daemon_sets;
        let is_last =
            |i: usize| all[i + 1..].iter().all(|later| later.daemon_set != all[i].daemon_set);
        let last = all.iter().enumerate().filter(|(i, _)| is_last(*i)).map(|(_, it)| it);
        for daemon_set in last.filter(meant) {
            judge(expectation, daemon_set, summary.end, &mut breaches);
        }
    }
    breaches
}

fn judge(
    expectation: &Expectation,
    summary: &DaemonSetSummary,
    end: SimDuration,
    breaches: &mut Vec<Breach>,
) {
    let mut breach = |field: &str, message: String| {
        let message = format!("{}: {message}", summary.daemon_set);
        breaches.push(Breach { expectation: format!("expect.{field}"), message });
    };
    if let Some(limit) = expectation.rollout_within {
        for rollout in summary.rollouts.iter().filter(|rollout| !rollout.superseded) {
            if let Some(took) = too_long(rollout, limit, end) {
                breach("rolloutWithin", format!("`{}` {took}, expected {limit}", rollout.trigger));
            }
        }
    }
    if let (Some(expected), Some(last)) = (expectation.rollout_completes, summary.rollouts.last()) {
        let completed = last.finished.is_some();
        if completed != expected {
            let verb = |done| if done { "completes" } else { "does not complete" };
            let (is, should) = (verb(completed), verb(expected));
            breach(
                "rolloutCompletes",
                format!("`{}` {is}, expected that it {should}", last.trigger),
            );
        }
    }
    if let Some(limit) = expectation.worst_unavailable {
        for rollout in summary.rollouts.iter().filter(|rollout| !rollout.creation) {
            let worst = rollout.worst;
            if worst.without > limit.scaled_up(worst.wanted) {
                let (without, wanted, at) = (worst.without, worst.wanted, worst.at);
                let what =
                    format!("{without} of {wanted} nodes without a serving pod at {}", shown(at));
                breach("worstUnavailable", format!("{what}, expected at most {limit}"));
            }
        }
    }
    if let (Some(least), Some(last)) =
        (expectation.worst_unavailable_at_least, summary.rollouts.last())
    {
        let worst = last.worst;
        if worst.without < least.scaled_up(worst.wanted) || worst.wanted == 0 {
            let (without, wanted) = (worst.without, worst.wanted);
            let what = format!("at worst {without} of {wanted} nodes without a serving pod");
            breach("worstUnavailableAtLeast", format!("{what}, expected at least {least}"));
        }
    }
    for (field, expected, rule) in [
        ("stuckAlert", expectation.stuck_alert, AlertRule::RolloutStuck),
        ("notScheduledAlert", expectation.not_scheduled_alert, AlertRule::NotScheduled),
        ("misScheduledAlert", expectation.mis_scheduled_alert, AlertRule::MisScheduled),
    ] {
        if let Some(what) = expected.and_then(|expected| wrong_alert(summary, rule, expected)) {
            breach(field, what);
        }
    }
    if let Some(limit) = expectation.longest_gap.filter(|limit| summary.longest_gap > *limit) {
        let longest = summary.longest_gap;
        breach(
            "longestGap",
            format!("a node was without for {}, expected at most {limit}", shown(longest)),
        );
    }
    let updated = summary.status.updated;
    if let Some(least) = expectation.updated_at_least.filter(|least| updated < *least) {
        breach("updatedAtLeast", format!("{updated} nodes updated, expected at least {least}"));
    }
    if let Some(most) = expectation.updated_at_most.filter(|most| updated > *most) {
        breach("updatedAtMost", format!("{updated} nodes updated, expected at most {most}"));
    }
}

/// What is expected of several that stand for each other.
fn judge_cover(expectation: &Expectation, summary: &Summary, breaches: &mut Vec<Breach>) {
    let names: Vec<String> = expectation.cover.iter().map(DaemonSetRef::key).collect();
    let is_meant = |it: &&CoverSummary| {
        it.names.len() == names.len() && names.iter().all(|name| it.names.contains(name))
    };
    let Some(cover) = summary.cover.iter().find(is_meant) else { return };
    let mut breach = |field: &str, message: String| {
        let message = format!("{} together: {message}", names.join(" and "));
        breaches.push(Breach { expectation: format!("expect.{field}"), message });
    };
    let JointWorst { without, wanted, at } = cover.worst;
    if let Some(limit) = expectation.worst_unavailable.filter(|it| without > it.scaled_up(wanted)) {
        let what = format!("{without} of {wanted} nodes without a serving pod at {}", shown(at));
        breach("worstUnavailable", format!("{what}, expected at most {limit}"));
    }
    if let Some(least) = expectation.worst_unavailable_at_least
        && (without < least.scaled_up(wanted) || wanted == 0)
    {
        let what = format!("at worst {without} of {wanted} nodes without a serving pod");
        breach("worstUnavailableAtLeast", format!("{what}, expected at least {least}"));
    }
    let longest = cover.longest_gap;
    if let Some(limit) = expectation.longest_gap.filter(|limit| longest > *limit) {
        let what = format!("a node was without for {}", shown(longest));
        breach("longestGap", format!("{what}, expected at most {limit}"));
    }
}

/// What to say of a rollout that took longer than `limit`, or has lasted longer already.
fn too_long(rollout: &Rollout, limit: SimDuration, end: SimDuration) -> Option<String> {
    let span = |to: SimDuration| to.saturating_sub(rollout.started);
    match rollout.finished {
        Some(finished) => (span(finished) > limit).then(|| format!("took {}", span(finished))),
        None => Some(format!("was not finished when the run ended after {}", shown(span(end)))),
    }
}

/// What to say of an alert that fires although it should not, or the other way round.
fn wrong_alert(summary: &DaemonSetSummary, rule: AlertRule, expected: bool) -> Option<String> {
    let name = rule.name();
    match summary.alert(rule) {
        Some(alert) if !expected => {
            let at = shown(alert.fired);
            Some(format!("{name} fires at {at}, expected that it does not"))
        }
        None if expected => Some(format!("{name} does not fire, expected that it does")),
        Some(_) | None => None,
    }
}

/// A span for people: whole seconds, unless it is shorter than one.
fn shown(span: SimDuration) -> SimDuration {
    if span.as_secs() > 0 { SimDuration::from_secs(span.as_secs()) } else { span }
}
