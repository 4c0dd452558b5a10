//! The critical path of a rollout in words.

use crate::inspect::phases::{PhaseKind, Share};
use crate::inspect::why::{Finish, Look, Visit};
use crate::report::readable::{number, span};
use crate::report::table::layout;
use crate::report::why::phases::longest;
use crate::report::why::pod::told_at;
use crate::time::SimDuration;

/// The most nodes of a path that are shown.
const MOST_NODES: usize = 40;

/// What each phase has of the duration, what a tenth less of it saves, and the nodes on the path.
pub fn finish_text(look: &Look<'_>, finish: &Finish<'_>) -> String {
    let took = finish.finished.saturating_sub(finish.started);
    let shares = permille(&finish.shares, took);
    let top: Vec<String> = finish.shares.iter().zip(&shares).take(3).map(top_words).collect();
    let mut text = format!(
        "{}: {}, complete at {} after {}: {}\n\n",
        finish.daemon_set,
        finish.rollout.trigger,
        span(finish.finished),
        span(took),
        top.join(", ")
    );
    let header = ["PHASE", "TIME", "SHARE", "A TENTH LESS SAVES AT MOST"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for (share, permille) in finish.shares.iter().zip(&shares) {
        rows.push(vec![
            share.kind.name().to_owned(),
            span(share.time),
            percent(*permille),
            span(tenth(share.time)),
        ]);
    }
    rows.push(vec!["all".to_owned(), span(took), percent(1000), span(tenth(took))]);
    text.push_str(&layout(&rows));
    if let Some(first) = finish.steps.first().filter(|step| step.kind == PhaseKind::Scenario)
        && let Some(fact) = look.run.fact(first.fact)
    {
        text.extend(["\nThe path begins after ", &told_at(look, fact), ".\n"]);
    }
    if !finish.visits.is_empty() {
        text.push_str("\nThe path, each node waiting for the one before it:\n");
        text.push_str(&nodes(&finish.visits));
    }
    text
}

fn top_words((share, permille): (&Share, &u64)) -> String {
    format!("{} {}", percent(*permille), share.kind.name())
}

fn nodes(visits: &[Visit]) -> String {
    let header = ["NODE", "FROM", "UNTIL", "TOOK", "LONGEST"].map(str::to_owned).to_vec();
    let row = |visit: &Visit| {
        let took = visit.until.saturating_sub(visit.from);
        let times = [visit.from, visit.until, took].map(span);
        let [from, until, took] = times;
        vec![visit.node.clone(), from, until, took, longest(&visit.phases, 3)]
    };
    let rows = visits.iter().take(MOST_NODES).map(row);
    let mut text = layout(&std::iter::once(header).chain(rows).collect::<Vec<_>>());
    let rest = visits.len().saturating_sub(MOST_NODES);
    if rest > 0 {
        text.extend(["and ", &number(rest as u64), " more\n"]);
    }
    text
}

/// The tenth part of a time, rounded down.
pub(super) fn tenth(time: SimDuration) -> SimDuration {
    SimDuration::from_micros(time.as_micros() / 10)
}

/// The thousandths that each share has of the whole; they add up to 1,000, since what is cut off goes
/// to those that lose most by it.
pub(super) fn permille(shares: &[Share], whole: SimDuration) -> Vec<u64> {
    let whole = u128::from(whole.as_micros().max(1));
    let exact = |share: &Share| u128::from(share.time.as_micros()) * 1000;
    let low = |parts: u128| u64::try_from(parts).unwrap_or(u64::MAX);
    let mut parts: Vec<u64> = shares.iter().map(|share| low(exact(share) / whole)).collect();
    let missing = 1000u64.saturating_sub(parts.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(exact(&shares[index]) % whole));
    for index in order.into_iter().take(usize::try_from(missing).unwrap_or(usize::MAX)) {
        parts[index] += 1;
    }
    parts
}

/// `62.5%`.
fn percent(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_add_up() {
        let shares = [1, 1, 1]
            .map(|seconds| Share { kind: PhaseKind::Pull, time: SimDuration::from_secs(seconds) });
        assert_eq!(permille(&shares, SimDuration::from_secs(3)), [334, 333, 333]);
        assert_eq!(percent(334), "33.4%");
        assert!(permille(&[], SimDuration::ZERO).is_empty());
    }
}
