//! What follows from numbers alone, in a sentence per DaemonSet.

use crate::report::readable::{count, number, part, span};
use crate::study::{Budget, Estimate, Fit};
use crate::time::SimDuration;

/// A line per estimate: what is allowed, whether it is enough, how long it takes at least.
pub fn estimate_lines(estimates: &[Estimate]) -> Vec<String> {
    estimates.iter().map(line).collect()
}

fn line(it: &Estimate) -> String {
    let update = match it.trigger.as_str() {
        "" => "an update without new images".to_owned(),
        trigger if it.waits => format!("{trigger} at {} or later", span(it.at)),
        trigger => format!("{trigger} at {}", span(it.at)),
    };
    let Some(budget) = &it.budget else {
        return format!("{}: OnDelete: {update} replaces no pod by itself", it.daemon_set);
    };
    format!("{}: {update}: {}", it.daemon_set, clauses(it, budget).join("; "))
}

fn clauses(it: &Estimate, budget: &Budget) -> Vec<String> {
    if it.nodes_change {
        let allowed = format!("{} {}", budget.field, budget.written);
        return vec![allowed, "nodes change before the update, so run it".to_owned()];
    }
    if it.desired == 0 {
        return vec!["no node is eligible".to_owned()];
    }
    let allowed = allowed(it, budget);
    if budget.free == 0 {
        return [stalls(it, budget), allowed].into_iter().chain(gone(it)).collect();
    }
    let mut clauses = vec![allowed];
    clauses.extend(budget.surge.and_then(|fit| hindrance(fit, it.desired)));
    if it.dead > 0 && budget.surge.is_none() {
        let spent = count(it.dead.into(), "dead node");
        let verb = if it.dead == 1 { "spends" } else { "spend" };
        let free = number(budget.free.into());
        let (at_least, at_most) =
            if it.dead_at_least { ("at least ", "at most ") } else { ("", "") };
        clauses.push(format!("{at_least}{spent} {verb} of it, {at_most}{free} left"));
    }
    clauses.extend(gone(it));
    if budget.may_hang {
        clauses.push("may hang: the wake-up after minReadySeconds can be lost".to_owned());
    }
    if budget.rounds == 0 {
        clauses.push("no old pod is replaced".to_owned());
    } else if matches!(budget.surge, None | Some(Fit::Everywhere)) {
        let rounds = count(budget.rounds.into(), "round");
        let least = match budget.at_least {
            SimDuration::ZERO => String::new(),
            least => format!(" at least {},", span(least)),
        };
        clauses.push(format!("{rounds},{least} about {} by medians", span(budget.by_medians)));
    }
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

fn hindrance(fit: Fit, desired: u32) -> Option<String> {
    match fit {
        Fit::Everywhere => None,
        Fit::HostPort(port) => Some(format!(
            "hangs: the old pod has host port {port} until the new one is available; use \
             maxUnavailable"
        )),
        Fit::TooSmall(nodes) => {
            let nodes = part(nodes.into(), desired.into(), "node");
            Some(format!("hangs on {nodes}: a second pod requests more than is left"))
        }
    }
}
