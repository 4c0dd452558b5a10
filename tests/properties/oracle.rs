//! The controller's loops, restated naively from upstream's text: no tally, no classes.
//!
//! Source: `pkg/controller/daemon/{daemon_controller,update}.go`.

use rollcast::api::PodPhase;
use rollcast::control::daemonset::{Budget, StrategyKind};

use crate::cluster::{Node, Pod};

/// `desired`, `current`, `misscheduled`, `ready`, `available`, `updated`.
pub(crate) fn status(nodes: &[Node], now: u64) -> [u32; 6] {
    let mut counts = [0; 6];
    for node in nodes.iter().filter(|node| node.judged.is_some()) {
        let pods = node.seen();
        let first = pods.first();
        let run = node.should_run();
        let flags = [
            run,
            run && first.is_some(),
            !run && first.is_some(),
            run && first.is_some_and(|pod| pod.ready_since.is_some()),
            run && first.is_some_and(|pod| pod.is_available(now)),
            run && first.is_some_and(|pod| pod.updated),
        ];
        counts.iter_mut().zip(flags).for_each(|(count, flag)| *count += u32::from(flag));
    }
    counts
}

/// What manage asks for without any backoff: nodes that get a pod, and pods to delete, sorted.
pub(crate) fn manage(nodes: &[Node], strategy: StrategyKind, now: u64) -> (Vec<usize>, Vec<u32>) {
    let (mut creates, mut deletes) = (Vec::new(), Vec::new());
    for (index, node) in nodes.iter().enumerate() {
        let pods = node.seen();
        if node.judged.is_none() {
            deletes.extend(pods.iter().filter(|pod| !pod.bound).map(|pod| pod.id));
        } else if pods.is_empty() {
            creates.extend(node.should_run().then_some(index));
        } else if node.should_continue() {
            let needs = should_continue(&pods, node.should_run(), strategy, now, &mut deletes);
            creates.extend(needs.then_some(index));
        } else {
            deletes.extend(pods.iter().filter(|pod| !pod.terminating).map(|pod| pod.id));
        }
    }
    deletes.sort_unstable();
    (creates, deletes)
}

/// The middle branch of `podsShouldBeOnNode`; whether the node needs a pod.
fn should_continue(
    pods: &[&Pod],
    run: bool,
    strategy: StrategyKind,
    now: u64,
    deletes: &mut Vec<u32>,
) -> bool {
    let mut running = Vec::new();
    let mut failed = false;
    for pod in pods.iter().filter(|pod| !pod.terminating) {
        match pod.phase {
            // The first failed pod starts a backoff, which the second one runs into.
            PodPhase::Failed if failed => {}
            PodPhase::Failed | PodPhase::Succeeded => {
                failed |= pod.phase == PodPhase::Failed;
                deletes.push(pod.id);
            }
            PodPhase::Pending | PodPhase::Running | PodPhase::Unknown => running.push(*pod),
        }
    }
    if strategy == StrategyKind::Replace {
        deletes.extend(running.iter().skip(1).map(|pod| pod.id));
        return false;
    }
    if running.len() < 2 {
        return run && running.is_empty();
    }
    let (mut newest, mut oldest): (Option<&Pod>, Option<&Pod>) = (None, None);
    for pod in running {
        let seat = if pod.has_current_hash { &mut newest } else { &mut oldest };
        if seat.is_none() {
            *seat = Some(pod);
        } else {
            deletes.push(pod.id);
        }
    }
    if let (Some(new), Some(old)) = (newest, oldest)
        && (old.ready_since.is_none() || new.is_available(now))
    {
        deletes.push(old.id);
    }
    false
}

/// What a rolling update may pick from, and how many of it.
#[derive(Debug, Default)]
pub(crate) struct Rolling {
    /// Pods that are deleted whatever the budget.
    pub(crate) deletes: Vec<u32>,
    /// Pods of which some are deleted.
    pub(crate) may_delete: Vec<u32>,
    pub(crate) may_delete_count: usize,
    /// Nodes that get a pod whatever the budget.
    pub(crate) creates: Vec<usize>,
    /// Nodes of which some get a pod.
    pub(crate) may_create: Vec<usize>,
    pub(crate) may_create_count: usize,
}

/// The new and the old pod of a node; none if there are several of a kind.
fn updated_pods(node: &Node) -> Option<(Option<&Pod>, Option<&Pod>)> {
    let (mut new, mut old): (Option<&Pod>, Option<&Pod>) = (None, None);
    for pod in node.seen().into_iter().filter(|pod| !pod.terminating) {
        let seat = if pod.updated { &mut new } else { &mut old };
        if seat.replace(pod).is_some() {
            return None;
        }
    }
    Some((new, old))
}

/// `rollingUpdate`; none if it fails because a Node is gone.
pub(crate) fn rolling_update(nodes: &[Node], budget: Budget, now: u64) -> Option<Rolling> {
    // The map holds every node with pods, and every desired one.
    let in_map = nodes.iter().enumerate().filter(|(_, n)| !n.seen().is_empty() || n.should_run());
    if budget.max_surge == 0 {
        Some(replace(in_map, budget, now))
    } else {
        surge(in_map, nodes, budget, now)
    }
}

fn replace<'a>(
    nodes: impl Iterator<Item = (usize, &'a Node)>,
    budget: Budget,
    now: u64,
) -> Rolling {
    let mut plan = Rolling::default();
    let mut unavailable = 0;
    for (_, node) in nodes {
        match updated_pods(node) {
            Some((None, Some(old))) if old.is_available(now) => plan.may_delete.push(old.id),
            Some((None, Some(old))) => {
                plan.deletes.push(old.id);
                unavailable += 1;
            }
            Some((Some(new), None)) if new.is_available(now) => {}
            Some((_, None) | (Some(_), Some(_))) | None => unavailable += 1,
        }
    }
    let room = budget.max_unavailable.saturating_sub(unavailable) as usize;
    plan.may_delete_count = room.min(plan.may_delete.len());
    plan
}

fn surge<'a>(
    in_map: impl Iterator<Item = (usize, &'a Node)>,
    nodes: &[Node],
    budget: Budget,
    now: u64,
) -> Option<Rolling> {
    let mut plan = Rolling::default();
    let (mut surging, mut available) = (0, 0usize);
    for (index, node) in in_map {
        let Some((new, old)) = updated_pods(node) else {
            surging += 1;
            continue;
        };
        available += usize::from(old.or(new).is_some_and(|pod| pod.is_available(now)));
        match (new, old) {
            (_, None) => {}
            (None, Some(_)) if node.judged.is_none() => return None,
            (None, Some(old)) => match (old.is_available(now), node.should_run()) {
                (false, false) => plan.deletes.push(old.id),
                (false, true) => plan.creates.push(index),
                (true, false) => plan.may_delete.push(old.id),
                (true, true) => plan.may_create.push(index),
            },
            (Some(new), Some(old)) if new.is_available(now) => plan.deletes.push(old.id),
            (Some(_), Some(_)) => surging += 1,
        }
    }
    let desired = nodes.iter().filter(|node| node.should_run()).count();
    plan.may_delete_count = available.saturating_sub(desired).min(plan.may_delete.len());
    let room = budget.max_surge.saturating_sub(surging) as usize;
    plan.may_create_count = room.min(plan.may_create.len());
    Some(plan)
}
