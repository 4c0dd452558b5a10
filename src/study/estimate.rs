//! What follows from numbers alone, without a run: the budget after rounding, whether dead nodes
//! already spend it, how long an update takes at least.

use crate::api::{IntOrPercent, UpdateStrategy};
use crate::control::daemonset;
use crate::scenario::Scenario;
use crate::study::pod_replacement::{Luck, Replacements};
use crate::study::update_start::{UpdateStart, update_starts};
use crate::time::SimDuration;

/// What can be told of an update of a DaemonSet before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// `namespace/name`.
    pub daemon_set: String,
    /// What starts the update: `set image agent=v2`; empty if the scenario updates nothing.
    pub trigger: String,
    /// When, since the start of the run; the earliest time if it waits for something.
    pub at: SimDuration,
    /// Whether it waits for something, so that nobody knows when it begins.
    pub waits: bool,
    /// Nodes on which a pod belongs.
    pub desired: u32,
    /// Nodes that are dead and counted as unavailable.
    pub dead: u32,
    /// Whether there may be more of them.
    pub dead_at_least: bool,
    /// Dead nodes among the desired ones, noticed or not: the update waits for them.
    pub awaited: u32,
    /// Whether events before it make it untold on which nodes pods belong, so that no number of
    /// nodes means anything.
    pub nodes_change: bool,
    /// What the update strategy allows; none for `OnDelete`.
    pub budget: Option<Budget>,
}

/// What an update strategy allows, in nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// `maxUnavailable` or `maxSurge`, whichever is not zero.
    pub field: &'static str,
    /// As it is written.
    pub written: IntOrPercent,
    /// After rounding up.
    pub nodes: u32,
    /// What dead nodes leave of it; zero if the update cannot begin.
    pub free: u32,
    /// The smallest number of nodes that lets it move, and the smallest percentage that is as
    /// many; none if no budget would, because every node is dead.
    pub least: Option<(u32, Option<u32>)>,
    /// Pods are replaced in at least so many rounds.
    pub rounds: u32,
    /// So long at least, whatever the luck, unless something happens meanwhile; zero if nothing
    /// can be said.
    pub at_least: SimDuration,
    /// So long if every phase took its median on each node.
    pub by_medians: SimDuration,
    /// Whether a new pod comes before the old one goes.
    pub is_surge: bool,
    /// Whether the wake-up after `minReadySeconds` may be lost.
    ///
    /// Source: `client-go/util/workqueue/delaying_queue.go › insert`: of two the earlier is kept,
    /// and with surge `updateDaemonSetStatus` looks at old pods, so it asks for no other.
    pub may_hang: bool,
}

/// Estimates the first update of each DaemonSet that runs at the start.
pub fn estimates(scenario: &Scenario) -> Vec<Estimate> {
    update_starts(scenario).iter().map(|update| estimate(scenario, update)).collect()
}

fn estimate(scenario: &Scenario, update: &UpdateStart) -> Estimate {
    let healthy = u32::try_from(update.healthy.len()).unwrap_or(u32::MAX);
    let dead = &update.dead;
    let desired = healthy.saturating_add(if dead.desired { dead.spend } else { 0 });
    Estimate {
        daemon_set: update.daemon_set.key(),
        trigger: update.trigger.to_owned(),
        at: update.at,
        waits: update.waits,
        desired,
        dead: dead.spend,
        dead_at_least: !dead.is_counted,
        awaited: if dead.desired { dead.all } else { 0 },
        nodes_change: update.nodes_change,
        budget: budget(scenario, update, desired),
    }
}

fn budget(scenario: &Scenario, update: &UpdateStart, desired: u32) -> Option<Budget> {
    let strategy = update.daemon_set.spec.update_strategy;
    let UpdateStrategy::RollingUpdate { max_unavailable, .. } = strategy else { return None };
    let allowed = daemonset::Budget::of(strategy, desired);
    let (field, written, nodes) = match strategy.surge() {
        Some(max_surge) => ("maxSurge", max_surge, allowed.max_surge),
        None => ("maxUnavailable", max_unavailable, allowed.max_unavailable),
    };
    let is_surge = strategy.surge().is_some();
    // Dead nodes spend maxUnavailable for ever. They get no second pod, so they spend no surge.
    let free = if is_surge { nodes } else { nodes.saturating_sub(update.dead.spend) };
    let least = update.dead.spend.saturating_add(1);
    let replaced = u32::try_from(update.replaced.len()).unwrap_or(u32::MAX);
    let rounds = if free == 0 { 0 } else { replaced.div_ceil(free) };
    let lasts = |luck| Replacements { scenario, update, is_surge, luck }.last(rounds);
    Some(Budget {
        field,
        written,
        nodes,
        free,
        least: (!update.healthy.is_empty()).then(|| (least, least_percent(least, desired))),
        rounds,
        at_least: if update.is_sure { lasts(Luck::Best) } else { SimDuration::ZERO },
        by_medians: lasts(Luck::Median),
        is_surge,
        may_hang: is_surge && nodes > 1 && update.daemon_set.spec.min_ready_seconds > 0,
    })
}

/// The smallest percentage that is at least so many of `desired` nodes, rounded up.
fn least_percent(nodes: u32, desired: u32) -> Option<u32> {
    (1..=100).find(|percent| IntOrPercent::Percent(*percent).scaled_up(desired) >= nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_percentage_counts_the_rounding() {
        let check = |nodes, desired, expected| assert_eq!(least_percent(nodes, desired), expected);
        check(21, 288, Some(7));
        check(3, 30, Some(7));
        check(1, 5_000, Some(1));
        check(5, 4, None);
    }
}
