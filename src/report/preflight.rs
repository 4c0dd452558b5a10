//! What can be told of a scenario before it is run, in a sentence per update.

use crate::record::{Blocker, Cause, DaemonSetSummary};
use crate::report::cause;
use crate::report::readable::{count, number, part, span};
use crate::report::verdict::waiting;
use crate::study::{Budget, Estimate, Fate, Forecast, Hang, Preflight};
use crate::time::SimDuration;

/// A run that takes so much longer than the medians say is told of.
const A_MINUTE: SimDuration = SimDuration::from_secs(60);

/// A line for the first update of each DaemonSet: what is allowed, whether it is enough, how long
/// it takes at least, or why it hangs. A line for each other rollout.
pub fn preflight_lines(preflight: &Preflight) -> Vec<String> {
    let Preflight { estimates, forecasts, .. } = preflight;
    let mut lines = Vec::new();
    for (index, estimate) in estimates.iter().enumerate() {
        if forecast_of(estimate, forecasts).is_some() || !is_known_to_hang(estimate, forecasts) {
            lines.push(line(estimate, forecast_of(estimate, forecasts)));
        }
        // A DaemonSet that is created later comes after all others.
        let is_own = |it: &&Forecast| it.daemon_set == estimate.daemon_set;
        let is_first = estimates[..index].iter().all(|it| it.daemon_set != estimate.daemon_set);
        let own = forecasts.iter().filter(is_own).filter(|_| is_first);
        lines.extend(own.filter(|it| !is_told(it, estimates)).filter_map(further_line));
    }
    let is_late = |it: &&Forecast| estimates.iter().all(|of| of.daemon_set != it.daemon_set);
    lines.extend(forecasts.iter().filter(is_late).filter_map(further_line));
    lines
}

/// What a simulation says of the update that is estimated.
fn forecast_of<'a>(it: &Estimate, forecasts: &'a [Forecast]) -> Option<&'a Forecast> {
    forecasts.iter().find(|forecast| tells_of(forecast, it))
}

fn tells_of(forecast: &Forecast, it: &Estimate) -> bool {
    !it.trigger.is_empty()
        && forecast.daemon_set == it.daemon_set
        && forecast.trigger == it.trigger
        && (forecast.at == it.at || it.waits && forecast.at > it.at)
}

fn is_told(forecast: &Forecast, estimates: &[Estimate]) -> bool {
    estimates.iter().any(|it| tells_of(forecast, it))
}

/// Whether a rollout of the DaemonSet hangs: of an update that the scenario does not make, no
/// duration is told then.
fn is_known_to_hang(it: &Estimate, forecasts: &[Forecast]) -> bool {
    let last = forecasts.iter().rfind(|forecast| forecast.daemon_set == it.daemon_set);
    last.is_some_and(|forecast| matches!(forecast.fate, Fate::Hangs(_)))
}

fn line(it: &Estimate, forecast: Option<&Forecast>) -> String {
    let update = match it.trigger.as_str() {
        "" => "an update without new images".to_owned(),
        trigger => match forecast {
            None if it.waits => format!("{trigger} at {} or later", span(it.at)),
            _ => format!("{trigger} at {}", span(forecast.map_or(it.at, |forecast| forecast.at))),
        },
    };
    let Some(budget) = &it.budget else {
        return format!("{}: OnDelete: {update} replaces no pod by itself", it.daemon_set);
    };
    let fate = forecast.map_or(&Fate::Untold, |forecast| &forecast.fate);
    let mut clauses = match fate {
        Fate::Hangs(hang) => hanging(hang, false).chain(spent(it, budget)).collect(),
        Fate::Completes(after) => moving(it, budget, Some(*after)),
        Fate::Untold => moving(it, budget, None),
    };
    clauses.extend(forecast.and_then(preempting));
    format!("{}: {update}: {}", it.daemon_set, clauses.join("; "))
}

/// A rollout of which arithmetic tells nothing, if there is something to say.
fn further_line(it: &Forecast) -> Option<String> {
    let mut clauses: Vec<String> = match &it.fate {
        Fate::Hangs(hang) => hanging(hang, it.creation).collect(),
        Fate::Completes(after) => vec![takes(*after)],
        Fate::Untold => Vec::new(),
    };
    clauses.extend(preempting(it));
    if clauses.is_empty() {
        return None;
    }
    let (what, at) = (&it.trigger, span(it.at));
    Some(format!("{}: {what} at {at}: {}", it.daemon_set, clauses.join("; ")))
}

/// `hangs at 0 of 6 nodes: budget 1 is spent by node-2: …; what helps: …`.
fn hanging(hang: &Hang, creation: bool) -> impl Iterator<Item = String> {
    let DaemonSetSummary { status, advice, daemon_set, .. } = &hang.state;
    let desired = u64::from(status.desired);
    let all_updated = creation || status.all_updated();
    let done = if all_updated { status.available } else { status.updated };
    let what = if status.all_updated() && !creation { " available, all updated" } else { "" };
    let verb = if hang.is_sure { "hangs" } else { "may hang, and does with this seed," };
    let until = hang.until.map_or_else(String::new, |until| format!(" until {}", span(until)));
    let why = hang.rollout().map_or_else(String::new, |rollout| waiting(&hang.state, rollout));
    let hangs = format!("{verb} at {}{what}{until}{why}", part(done.into(), desired, "node"));
    let blocked: usize = hang.without_budget.iter().map(|it| it.nodes.len()).sum();
    let without_budget = (blocked > 0).then(|| {
        let nodes = part(blocked as u64, desired.max(blocked as u64), "node");
        if hang.without_budget.iter().all(|more| is_known(more, &hang.state)) {
            return format!("the same on {nodes} if all were updated at once");
        }
        let causes = cause::of_blockers(&hang.without_budget).join(", and ");
        format!("if all were updated at once, {nodes} would hang: {causes}")
    });
    let advice = hang.until.is_none().then(|| cause::advice(advice, daemon_set)).flatten();
    [Some(hangs), without_budget, advice].into_iter().flatten()
}

fn takes(after: SimDuration) -> String {
    format!("a run takes {}", span(after))
}

/// Whether a cause is one of those that hold the rollout anyway.
fn is_known(more: &Blocker, state: &DaemonSetSummary) -> bool {
    let refused = |it: &Blocker| matches!(it.cause, Cause::Refused { .. });
    let same = |it: &Blocker| it.cause == more.cause && it.shortages == more.shortages;
    let mut known = state.holds.iter().flat_map(|hold| &hold.causes);
    known.any(|it| same(it) || refused(it) && refused(more))
}

/// `fits only by preempting pods of others on 6 nodes`.
fn preempting(it: &Forecast) -> Option<String> {
    let nodes = count(it.preempts.into(), "node");
    (it.preempts > 0).then(|| format!("fits only by preempting pods of others on {nodes}"))
}

/// What is allowed, and how long it takes; `after` is what a simulation says.
fn moving(it: &Estimate, budget: &Budget, after: Option<SimDuration>) -> Vec<String> {
    if it.nodes_change {
        let allowed = format!("{} {}", budget.field, budget.written);
        let takes = after.map_or_else(|| "so run it".to_owned(), takes);
        return vec![allowed, format!("nodes change before the update, {takes}")];
    }
    if it.desired == 0 {
        return vec!["no node is eligible".to_owned()];
    }
    let mut clauses = spent(it, budget);
    if budget.free == 0 {
        match after {
            Some(after) => clauses.push(takes(after)),
            None => clauses.insert(0, stalls(it, budget)),
        }
        return clauses;
    }
    if budget.may_hang {
        clauses.push("may hang: the wake-up after minReadySeconds can be lost".to_owned());
    }
    if budget.rounds == 0 {
        clauses.push("no old pod is replaced".to_owned());
        return clauses;
    }
    let rounds = count(budget.rounds.into(), "round");
    let least = match budget.at_least {
        SimDuration::ZERO => String::new(),
        least => format!(" at least {},", span(least)),
    };
    clauses.push(format!("{rounds},{least} about {} by medians", span(budget.by_medians)));
    // Something else than the pods decides then.
    let is_late = |after: &SimDuration| *after > budget.by_medians.times(2) + A_MINUTE;
    clauses.extend(after.filter(is_late).map(takes));
    clauses
}

/// What is allowed, and what dead nodes spend of it.
fn spent(it: &Estimate, budget: &Budget) -> Vec<String> {
    if it.nodes_change || it.desired == 0 {
        return vec![format!("{} {}", budget.field, budget.written)];
    }
    let mut clauses = vec![allowed(it, budget)];
    if it.dead > 0 && budget.free > 0 && !budget.is_surge {
        let spent = count(it.dead.into(), "dead node");
        let verb = if it.dead == 1 { "spends" } else { "spend" };
        let free = number(budget.free.into());
        let (at_least, at_most) =
            if it.dead_at_least { ("at least ", "at most ") } else { ("", "") };
        clauses.push(format!("{at_least}{spent} {verb} of it, {at_most}{free} left"));
    }
    clauses.extend(gone(it));
    clauses
}

/// `stalls at 0/288: 20 unavailable >= 15; use >= 21 or 7%`.
fn stalls(it: &Estimate, budget: &Budget) -> String {
    let (dead, desired) = (number(it.dead.into()), number(it.desired.into()));
    let at_least = if it.dead_at_least { "at least " } else { "" };
    let advice = budget.least.map_or_else(String::new, |(least, percent)| {
        let percent = percent.map_or_else(String::new, |percent| format!(" or {percent}%"));
        format!("; use >= {}{percent}", number(least.into()))
    });
    let allowed = number(budget.nodes.into());
    format!("stalls at 0/{desired}: {at_least}{dead} unavailable >= {allowed}{advice}")
}

/// `maxUnavailable 10% of 15 nodes is 2, rounded up`.
fn allowed(it: &Estimate, budget: &Budget) -> String {
    let Budget { field, written, nodes, .. } = budget;
    let desired = count(it.desired.into(), "node");
    let whole = written.to_string();
    let Some(share) = whole.strip_suffix('%') else {
        return format!("{field} {written} of {desired}");
    };
    let exact = share.parse::<u64>().unwrap_or(0) * u64::from(it.desired);
    let rounded = if exact.is_multiple_of(100) { "" } else { ", rounded up" };
    format!("{field} {written} of {desired} is {}{rounded}", number((*nodes).into()))
}

/// Nodes on which no pod belongs need none, so nothing waits for them.
fn gone(it: &Estimate) -> Option<String> {
    let dead = part(it.awaited.into(), it.desired.into(), "node");
    let are = if it.awaited == 1 { "is" } else { "are" };
    let at_least = if it.dead_at_least { "at least " } else { "" };
    (it.awaited > 0).then(|| format!("it cannot complete while {at_least}{dead} {are} dead"))
}
