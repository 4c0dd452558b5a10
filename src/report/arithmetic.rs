//! What follows from numbers alone, in a sentence per DaemonSet.

use crate::report::people::{count, number, part, span};
use crate::study::{Budget, Estimate, Fit};
use crate::time::SimDuration;

/// A line per estimate: what is allowed, whether it is enough, how long it takes at least.
pub fn arithmetic_lines(estimates: &[Estimate]) -> Vec<String> {
    estimates.iter().map(line).collect()
}

fn line(it: &Estimate) -> String {
    let update = match it.trigger.as_str() {
        "" => "an update".to_owned(),
        trigger => format!("{trigger} at {}", span(it.at)),
    };
    let Some(budget) = &it.budget else {
        return format!("{}: OnDelete: {update} replaces no pod by itself", it.daemon_set);
    };
    format!("{}: {update}: {}", it.daemon_set, clauses(it, budget).join("; "))
}

fn clauses(it: &Estimate, budget: &Budget) -> Vec<String> {
    if it.desired == 0 {
        return vec!["no node is eligible".to_owned()];
    }
    let allowed = allowed(it, budget);
    if budget.free == 0 {
        return [stalls(it, budget), allowed].into_iter().chain(gone(it)).collect();
    }
    let mut clauses = vec![allowed];
    clauses.extend(budget.surge.and_then(|fit| hindrance(fit, it.desired)));
    if it.dead > 0 {
        let spent = count(it.dead.into(), "dead node");
        let verb = if it.dead == 1 { "spends" } else { "spend" };
        if budget.surge.is_none() {
            clauses.push(format!("{spent} {verb} of it, {} left", number(budget.free.into())));
        }
        clauses.extend(gone(it));
    }
    if matches!(budget.surge, None | Some(Fit::Everywhere)) {
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
    let (least, percent) = budget.least;
    let percent = percent.map_or_else(String::new, |percent| format!(" or {percent}%"));
    format!(
        "stalls at 0/{desired}: {dead} unavailable >= {}; use >= {}{percent}",
        number(budget.nodes.into()),
        number(least.into())
    )
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
    let dead = part(it.dead.into(), it.desired.into(), "node");
    let are = if it.dead == 1 { "is" } else { "are" };
    it.dead_desired.then(|| format!("it cannot complete while {dead} {are} dead"))
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
