//! What was lost, in a clause each: pods outside of rollouts, nodes, neighbors, joint coverage.

use crate::record::{
    Alike, CoverSummary, DaemonSetSummary, Loss, LostPods, NodeOff, Off, PreemptedPods, Summary,
    TwoAtOnce,
};
use crate::report::kubectl::{name, several_namespaces};
use crate::report::readable::{count, listed, number, part, span};
use crate::time::SimDuration;

/// How many nodes a clause names.
const NAMED: usize = 3;

/// What a DaemonSet lost, and cost others.
pub(super) fn clauses(it: &DaemonSetSummary) -> Vec<String> {
    let losses = &it.losses;
    let mut clauses = Vec::new();
    clauses.extend(removed(&losses.lost));
    clauses.extend(lost(&losses.lost));
    clauses.extend(losses.two_at_once.as_ref().map(two_at_once));
    for why in [Off::Down, Off::Unreachable, Off::NotReady] {
        clauses.extend(off(why, it));
    }
    clauses.extend(preempted(&losses.preempted));
    clauses
}

/// Nodes to which an update of the DaemonSet brings no pod again.
fn removed(lost: &[LostPods]) -> Option<String> {
    let by_update = lost.iter().find(|it| it.loss == Loss::Update)?;
    let nodes = Some(&by_update.for_good).filter(|nodes| !nodes.is_empty())?;
    Some(format!("the update removed the agent from {} for good", named(nodes)))
}

/// Pods that no update took.
fn lost(lost: &[LostPods]) -> Option<String> {
    let outside = lost.iter().filter(|it| it.loss != Loss::Update);
    let causes: Vec<String> = outside.map(lost_to).collect();
    (!causes.is_empty()).then(|| format!("lost outside a rollout: {}", causes.join(", ")))
}

fn lost_to(it: &LostPods) -> String {
    let why = match it.loss {
        Loss::Update => "to the update",
        Loss::Labels => "to changed labels",
        Loss::Taints => "to taints",
        Loss::Deleted => "deleted by hand",
        Loss::Evicted => "evicted",
        Loss::Preempted => "preempted by more important ones",
        Loss::NodeGone if it.nodes.len() == 1 => "with its node",
        Loss::NodeGone => "with their nodes",
    };
    let for_good = match it.for_good.len() {
        0 => String::new(),
        all if all == it.nodes.len() => ", for good".to_owned(),
        some => format!(", for good on {}", part(some as u64, it.nodes.len() as u64, "node")),
    };
    let pods = count(it.pods.into(), "pod");
    format!("{pods} {why}{for_good} ({})", named(&it.nodes))
}

fn two_at_once(it: &TwoAtOnce) -> String {
    let nodes = match it.nodes.as_slice() {
        [only] => only.clone(),
        many => format!("each of {}", count(many.len() as u64, "node")),
    };
    format!("two pods on {nodes} {}", lasting(it.shortest, it.longest))
}

/// `for 4m`, or `for up to 4m` if it was less elsewhere.
fn lasting(shortest: SimDuration, longest: SimDuration) -> String {
    let up_to = if span(shortest) == span(longest) { "" } else { "up to " };
    format!("for {up_to}{}", span(longest))
}

/// Nodes that were off. Where a snapshot shows that, and it is why the rollout waits, that was said
/// already.
fn off(why: Off, it: &DaemonSetSummary) -> Option<String> {
    let is_told = |off: &NodeOff| {
        let mut causes = it.holds.iter().flat_map(|hold| &hold.causes);
        why != Off::Down && causes.any(|cause| cause.nodes.contains(&off.node))
    };
    let all = it.losses.nodes_off.iter();
    let nodes: Vec<&NodeOff> = all.filter(|off| off.why == why && !is_told(off)).collect();
    let names: Vec<String> = nodes.iter().map(|it| it.node.clone()).collect();
    let shortest = nodes.iter().map(|it| it.off).min()?;
    let longest = nodes.iter().map(|it| it.off).max()?;
    let state = match why {
        Off::Down => "off",
        Off::Unreachable => "unreachable",
        Off::NotReady => "NotReady",
    };
    let verb = if nodes.len() == 1 { "was" } else { "were" };
    Some(format!("{} {verb} {state} {}", named(&names), lasting(shortest, longest)))
}

fn preempted(all: &[PreemptedPods]) -> Option<String> {
    let mut nodes: Vec<String> = Vec::new();
    for node in all.iter().flat_map(|it| &it.nodes) {
        if !nodes.contains(node) {
            nodes.push(node.clone());
        }
    }
    let whose: Vec<String> =
        all.iter().map(|it| format!("{} of {}", count(it.pods.into(), "pod"), it.whose)).collect();
    let place = match nodes.as_slice() {
        [] => return None,
        [only] => only.clone(),
        many => format!("{} ({})", count(many.len() as u64, "node"), named(many)),
    };
    Some(format!("pods of others were preempted on {place}: {}", whose.join(", ")))
}

/// For how long a node was off in the run, if it was.
pub(super) fn off_time(it: &DaemonSetSummary, node: &str) -> Option<SimDuration> {
    it.losses.nodes_off.iter().find(|off| off.node == node).map(|off| off.off)
}

/// How those that stand for each other covered their nodes, told of the last one of them.
pub(super) fn cover_clauses(it: &DaemonSetSummary, run: &Summary) -> Vec<String> {
    let key = it.key();
    let ends_with = |cover: &&CoverSummary| match cover.daemon_sets.as_slice() {
        [_, .., last] => *last == key,
        [] | [_] => false,
    };
    run.cover.iter().filter(ends_with).flat_map(|cover| covered(cover, run)).collect()
}

fn covered(cover: &CoverSummary, run: &Summary) -> Vec<String> {
    let several = several_namespaces(&run.daemon_sets);
    let shown = |key: &String| if several { key.clone() } else { name(key).to_owned() };
    let members = match cover.why {
        Alike::Name => cover.daemon_sets.iter().take(1).map(shown).collect::<Vec<_>>(),
        Alike::Asked | Alike::HostPort(_) | Alike::Image(_) => {
            cover.daemon_sets.iter().map(shown).collect()
        }
    };
    let any = listed(&members, "or");
    let mut clauses = Vec::new();
    match cover.blackout {
        Some(dark) => {
            let until = if dark.until == run.end {
                "until the end".to_owned()
            } else {
                format!("to {}", span(dark.until))
            };
            clauses.push(format!(
                "from {} {until} no node had a serving pod of {any}",
                span(dark.from)
            ));
        }
        None if cover.worst.without > 0 => {
            let nodes = part(cover.worst.without.into(), cover.worst.wanted.into(), "node");
            let at = span(cover.worst.at);
            clauses.push(format!("worst moment {nodes} without a serving pod of {any}, at {at}"));
        }
        None => clauses.push(format!("no node lost its last serving pod of {any}")),
    }
    if let Some((node, gap)) = cover.slowest.as_ref().filter(|(_, gap)| !gap.is_zero()) {
        clauses.push(format!("longest gap {} on {node}", span(*gap)));
    }
    clauses.extend(cover.two_at_once.as_ref().map(two_at_once));
    clauses
}

/// The first names of a list, and how many more there are.
fn named(nodes: &[String]) -> String {
    let rest = nodes.len().saturating_sub(NAMED);
    if rest == 0 {
        return listed(nodes, "and");
    }
    format!("{} and {} more", nodes[..NAMED].join(", "), number(rest as u64))
}
