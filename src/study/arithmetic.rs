//! What follows from numbers alone, without a run: the budget after rounding, whether dead nodes
//! already spend it, whether a surge can work, how long an update takes at least.

use crate::api::{IntOrPercent, UpdateStrategy};
use crate::scenario::Scenario;
use crate::study::before::{Before, before_updates, rolls};
use crate::study::replacement::{Luck, Replacements};
use crate::time::SimDuration;

/// What can be told of an update of a DaemonSet before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// `namespace/name`.
    pub daemon_set: String,
    /// What starts the update: `set image agent=v2`; empty if the scenario updates nothing.
    pub trigger: String,
    /// When, since the start of the run.
    pub at: SimDuration,
    /// Nodes on which a pod belongs.
    pub desired: u32,
    /// Nodes that are dead and counted as unavailable.
    pub dead: u32,
    /// Whether these are among the desired ones, so that the update waits for them.
    pub dead_desired: bool,
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
    /// many.
    pub least: (u32, Option<u32>),
    /// Pods are replaced in at least so many rounds.
    pub rounds: u32,
    /// So long at least, whatever the luck.
    pub at_least: SimDuration,
    /// So long if every phase took its median on each node.
    pub by_medians: SimDuration,
    /// Whether second pods find a place; only for a surge.
    pub surge: Option<Fit>,
}

/// Whether a second pod finds a place beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// On every node.
    Everywhere,
    /// On none: the old pod has this port of the node until the new one is available.
    HostPort(u16),
    /// Not on so many nodes: requests are more than what is left.
    TooSmall(u32),
}

/// Estimates the first update of each DaemonSet that runs at the start.
pub fn arithmetic(scenario: &Scenario) -> Vec<Estimate> {
    before_updates(scenario).iter().map(|before| estimate(scenario, before)).collect()
}

fn estimate(scenario: &Scenario, before: &Before) -> Estimate {
    let healthy = u32::try_from(before.healthy.len()).unwrap_or(u32::MAX);
    let desired = healthy.saturating_add(if before.dead_desired { before.dead } else { 0 });
    Estimate {
        daemon_set: before.daemon_set.key(),
        trigger: before.trigger.clone(),
        at: before.at,
        desired,
        dead: before.dead,
        dead_desired: before.dead_desired,
        budget: rolls(&before.daemon_set).then(|| budget(scenario, before, desired, healthy)),
    }
}

fn budget(scenario: &Scenario, before: &Before, desired: u32, healthy: u32) -> Budget {
    let (field, written) = match before.daemon_set.spec.update_strategy {
        UpdateStrategy::RollingUpdate { max_surge, .. } if !max_surge.is_zero() => {
            ("maxSurge", max_surge)
        }
        UpdateStrategy::RollingUpdate { max_unavailable, .. } => {
            ("maxUnavailable", max_unavailable)
        }
        UpdateStrategy::OnDelete => ("maxUnavailable", IntOrPercent::Int(0)),
    };
    let nodes = written.scaled_up(desired);
    let is_surge = field == "maxSurge";
    // Dead nodes spend maxUnavailable for ever. They get no second pod, so they spend no surge.
    let free = if is_surge { nodes } else { nodes.saturating_sub(before.dead) };
    let least = before.dead.saturating_add(1);
    let rounds = if free == 0 { 0 } else { healthy.div_ceil(free) };
    let lasts = |luck| Replacements { scenario, before, is_surge, luck }.last(rounds);
    Budget {
        field,
        written,
        nodes,
        free,
        least: (least, least_percent(least, desired)),
        rounds,
        at_least: lasts(Luck::Best),
        by_medians: lasts(Luck::Median),
        surge: is_surge.then(|| fit(scenario, before)),
    }
}

/// The smallest percentage that is at least so many of `desired` nodes, rounded up.
fn least_percent(nodes: u32, desired: u32) -> Option<u32> {
    (1..=100).find(|percent| IntOrPercent::Percent(*percent).scaled_up(desired) >= nodes)
}

/// Whether a second pod finds a place on the nodes that are to be updated.
///
/// Sources: `pkg/scheduler/framework/plugins/nodeports/node_ports.go › Fits` and
/// `noderesources/fit.go › fitsRequest`.
fn fit(scenario: &Scenario, before: &Before) -> Fit {
    let spec = &before.daemon_set.spec.template.spec;
    if let Some(port) = spec.host_ports().find_map(|port| port.host_port) {
        return Fit::HostPort(port);
    }
    let requests = spec.requests();
    let of = |name: &str| requests.get(name).copied().unwrap_or(crate::api::Quantity::ZERO);
    let (cpu, memory) = (of("cpu").millis(), of("memory").units());
    let fits = |place: &usize| {
        let node = &scenario.nodes[*place];
        let (all, others) = (&node.allocatable, &node.other_pods.requests);
        others.cpu.millis().saturating_add(cpu.saturating_mul(2)) <= all.cpu.millis()
            && others.memory.units().saturating_add(memory.saturating_mul(2)) <= all.memory.units()
            && others.pods.saturating_add(2) <= all.pods
    };
    match before.healthy.iter().filter(|place| !fits(place)).count() {
        0 => Fit::Everywhere,
        many => Fit::TooSmall(u32::try_from(many).unwrap_or(u32::MAX)),
    }
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
