//! What helps a rollout that is stuck: each remedy is tried in a run that goes on from there.
//!
//! A run is not taken up where it ended: it is made again, with the remedy as one more event and
//! more time. All draws have names, so everything before that event happens as before.

use std::collections::BTreeSet;

use crate::api::{IntOrPercent, KubernetesVersion, ResourceQuota, Snapshot, UpdateStrategy};
use crate::record::{
    Attempt, Blocker, Cause, DaemonSetSummary, Detail, Hold, KeptBy, Plan, Remedy, RolloutStatus,
    Summary,
};
use crate::scenario::{
    Action, Among, DaemonSetChange, DaemonSetRef, NodeChange, NodeSelection, PodChange, Scenario,
    Take, TimedAction, Until,
};
use crate::time::{SimDuration, SimTime};
use crate::world::{Options, RunLimits, simulate};

/// How much longer a run may go on after a remedy.
const PATIENCE: SimDuration = SimDuration::from_secs(7 * 86_400);

/// How long a person takes to do something about it.
const REACTION: SimDuration = SimDuration::from_secs(60);

/// How many events a run with a remedy may have beyond twice those of the run without: containers
/// that crash again and again would go on for days.
const MOST_FURTHER: u64 = 1_000_000;

/// The most runs that are made for one DaemonSet.
const MOST_RUNS: usize = 6;

/// A rollout that is stuck in a scenario, and when something is done about it.
struct Case<'a> {
    scenario: &'a Scenario,
    daemon_set: DaemonSetRef,
    at: SimDuration,
    /// Nodes that run the current revision.
    updated: u32,
    max_events: u64,
    /// The labels of events that never happened.
    never: BTreeSet<String>,
}

/// Tries what helps each rollout that is stuck at the end of a run, and adds it to the summary.
pub fn advise(scenario: &Scenario, summary: &mut Summary, max_events: u64) {
    let stuck: Vec<usize> = (0..summary.daemon_sets.len())
        .filter(|&index| is_stuck(&summary.daemon_sets[index], summary))
        .collect();
    for index in stuck {
        let advice = advise_one(scenario, summary, index, max_events);
        summary.daemon_sets[index].advice = advice;
    }
}

/// What helps the DaemonSet of this index, whose rollout is stuck at the end of a run.
pub(super) fn advise_one(
    scenario: &Scenario,
    run: &Summary,
    index: usize,
    max_events: u64,
) -> Vec<Attempt> {
    let it = &run.daemon_sets[index];
    let case = Case::of(scenario, run, index, max_events);
    let blockers = blockers(&it.holds);
    let candidates = candidates(&blockers, &ways_back(it), it.budget, it.status.desired);
    case.advice(&candidates, case.wait(run))
}

/// The same if nobody does anything about it.
pub(super) fn wait_for(
    scenario: &Scenario,
    run: &Summary,
    index: usize,
    max_events: u64,
) -> Vec<Attempt> {
    Case::of(scenario, run, index, max_events).wait(run).into_iter().collect()
}

/// When a rollout was complete that only took long, by the advice on it in a run.
pub(super) fn ends_by_itself(advice: &[Attempt], run: &Summary) -> Option<SimDuration> {
    let waited = advice.iter().find(|attempt| attempt.remedies.is_empty());
    waited?.ends_after.map(|after| run.end + REACTION + after)
}

/// The same for a sync that does nothing although the rollout is not complete. In the snapshot
/// nothing takes time.
pub fn advise_plan(plan: &mut Plan, snapshot: &Snapshot, at: SimTime, version: KubernetesVersion) {
    let status = plan.status.rollout_status(0, 0);
    if status == RolloutStatus::Complete || plan.revision.is_none() {
        return;
    }
    let scenario = Scenario::standing_still(snapshot.clone(), at, version);
    let max_events = RunLimits::default().max_events;
    let daemon_set = reference(&plan.daemon_set);
    let case = Case {
        scenario: &scenario,
        daemon_set,
        at: REACTION,
        updated: plan.status.updated,
        max_events,
        never: BTreeSet::new(),
    };
    let undo = [Remedy::RolloutUndo { to_revision: None }];
    let candidates = candidates(&blockers(&plan.holds), &undo, plan.budget, plan.status.desired);
    // A snapshot does not tell what its pods are about to do: that all would end well by itself is
    // no news then, and that it does with a remedy is none either.
    if case.attempt(&[]).ends_after.is_none() {
        plan.advice = case.advice(&candidates, None);
    }
}

/// Whether the last rollout of a DaemonSet does not move any more at the end of a run.
pub(super) fn is_stuck(it: &DaemonSetSummary, run: &Summary) -> bool {
    let last = it.rollouts.last();
    it.deleted.is_none() && !it.on_delete && last.is_some_and(|rollout| rollout.is_stuck(run))
}

/// The revision before the current one; and the last one that was rolled out, if that is another.
///
/// Revisions are numbered in the order of rollouts; one that was gone back to has a new number.
fn ways_back(it: &DaemonSetSummary) -> Vec<Remedy> {
    let Some((current, earlier)) = it.rollouts.split_last() else { return Vec::new() };
    if current.creation {
        return Vec::new();
    }
    let first = if it.rollouts[0].creation { 1 } else { 2 };
    let good = earlier.iter().rposition(|rollout| rollout.finished.is_some());
    let good = good.map_or(1, |place| i64::try_from(place).unwrap_or(0) + first);
    let before = Remedy::RolloutUndo { to_revision: None };
    let further = Remedy::RolloutUndo { to_revision: Some(good) };
    if earlier.last().is_some_and(|rollout| rollout.finished.is_none()) {
        vec![before, further]
    } else {
        vec![before]
    }
}

/// The DaemonSet `namespace/name`.
pub(super) fn reference(key: &str) -> DaemonSetRef {
    let (namespace, name) = key.split_once('/').unwrap_or(("default", key));
    DaemonSetRef { namespace: namespace.to_owned(), name: name.to_owned() }
}

fn blockers(holds: &[Hold]) -> Vec<&Blocker> {
    holds.iter().flat_map(|hold| &hold.causes).collect()
}

/// What may help against each cause, the best first; and a larger budget.
fn candidates(
    blockers: &[&Blocker],
    undo: &[Remedy],
    budget: u32,
    desired: u32,
) -> Vec<Vec<Remedy>> {
    let mut lists: Vec<Vec<Remedy>> = Vec::new();
    for blocker in blockers {
        let mut list = against(blocker, undo, budget == 0);
        // Nodes that refuse a pod are desired: without any of them there is nothing to wait for.
        let leaves_none = |it: &Remedy| {
            let is_refusal = matches!(blocker.cause, Cause::Failed { .. });
            is_refusal
                && matches!(it, Remedy::DeleteNodes(nodes) if nodes.len() >= desired as usize)
        };
        list.retain(|it| !leaves_none(it));
        if !list.is_empty() && !lists.contains(&list) {
            lists.push(list);
        }
    }
    let is_of_node = |it: &&Blocker| {
        matches!(it.cause, Cause::NodeUnreachable | Cause::NodeNotReady | Cause::Terminating { .. })
            || is_evicted(&it.cause)
    };
    let has_bad_nodes = blockers.iter().any(is_of_node);
    let blocked: usize = blockers.iter().map(|it| it.nodes.len()).sum();
    let nodes = u32::try_from(blocked).unwrap_or(u32::MAX).saturating_add(1);
    if budget > 0 && nodes > budget && has_bad_nodes && desired > 0 {
        lists.push(vec![Remedy::MaxUnavailable { nodes, desired }]);
    }
    lists
}

/// Whether a pod failed because its node is under pressure. Any other that fails does not suit its
/// node, and fares no better on the next one.
fn is_evicted(cause: &Cause) -> bool {
    matches!(cause, Cause::Failed { reason, .. } if reason == "Evicted")
}

fn against(blocker: &Blocker, undo: &[Remedy], surges: bool) -> Vec<Remedy> {
    let nodes = blocker.nodes.clone();
    let delete_pods = |force| {
        let (nodes, pods) = (blocker.nodes.clone(), blocker.pods.clone());
        Remedy::DeletePods { nodes, pods, force }
    };
    match &blocker.cause {
        Cause::NodeUnreachable
        | Cause::NodeNotReady
        | Cause::Terminating { kept_by: KeptBy::DeadKubelet } => vec![Remedy::DeleteNodes(nodes)],
        Cause::Image { image, .. } | Cause::CrashLoop { image } | Cause::Probe { image, .. } => {
            undo.iter().cloned().chain([Remedy::FixImage(image.clone())]).collect()
        }
        // The next pod tries its own luck.
        Cause::Hung { .. } => {
            [delete_pods(false)].into_iter().chain(undo.iter().cloned()).collect()
        }
        Cause::NotReady => undo.iter().cloned().chain([delete_pods(false)]).collect(),
        Cause::Unbound => vec![delete_pods(false)],
        Cause::Unschedulable { .. } => {
            let in_place = surges.then_some(Remedy::NoSurge);
            in_place
                .into_iter()
                .chain([Remedy::DrainNodes(nodes)])
                .chain(undo.iter().cloned())
                .chain([delete_pods(false)])
                .collect()
        }
        cause @ Cause::Failed { .. } if is_evicted(cause) => {
            vec![Remedy::RelieveNodes(nodes.clone()), Remedy::DeleteNodes(nodes)]
        }
        Cause::Failed { .. } => undo.iter().cloned().chain([Remedy::DeleteNodes(nodes)]).collect(),
        Cause::Refused { message } => {
            let spare = i64::try_from(nodes.len().max(1)).unwrap_or(i64::MAX);
            let admit = || Remedy::AdmitPods(message.clone());
            let admitted = raised(message, spare).unwrap_or_else(admit);
            [admitted].into_iter().chain(undo.iter().cloned()).collect()
        }
        Cause::NothingWakes | Cause::Expectations => vec![Remedy::Annotate],
        // A kubelet that lives cannot stop them, or is not asked any more.
        Cause::Terminating { kept_by: KeptBy::Containers } => vec![delete_pods(true)],
        Cause::NodeGone
        | Cause::Starting
        | Cause::Settling
        | Cause::Terminating { kept_by: KeptBy::Finalizers(_) }
        | Cause::ControllerAway
        | Cause::Unseen => Vec::new(),
    }
}

/// The quota that refuses pods, with room for some more, if one does.
///
/// Source: `apiserver/pkg/admission/plugin/resourcequota/controller.go › checkRequest`, which says
/// `exceeded quota: NAME, requested: pods=1, used: pods=10, limited: pods=10`.
fn raised(message: &str, spare: i64) -> Option<Remedy> {
    let (_, told) = message.split_once("exceeded quota: ")?;
    let (quota, told) = told.split_once(", requested: ")?;
    let (_, told) = told.split_once("used: ")?;
    let (used, limits) = told.split_once(", limited: ")?;
    let raise = |((of, used), (_, limit)): ((String, i64), (String, i64))| {
        // A quota may be lowered below what is there.
        matches!(of.as_str(), "pods" | "count/pods")
            .then(|| (of, used.max(limit).saturating_add(spare)))
    };
    let hard: Vec<(String, i64)> =
        resources(used).zip(resources(limits)).filter_map(raise).collect();
    (!hard.is_empty()).then(|| Remedy::RaiseQuota { quota: quota.to_owned(), hard })
}

/// `count/pods=10,pods=10`.
fn resources(told: &str) -> impl Iterator<Item = (String, i64)> {
    let pairs = told.split(',').filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(of, amount)| Some((of.to_owned(), amount.parse().ok()?)))
}

/// The labels of events that never happened.
fn never_happened(run: &Summary) -> BTreeSet<String> {
    let never = run.failed_actions.iter().filter(|it| it.at.is_none());
    never.map(|it| it.action.clone()).collect()
}

impl<'a> Case<'a> {
    /// The DaemonSet of this index, and a person's reaction to what it is like at the end of a run.
    fn of(scenario: &'a Scenario, run: &Summary, index: usize, max_events: u64) -> Self {
        let it = &run.daemon_sets[index];
        Self {
            scenario,
            daemon_set: reference(&it.daemon_set),
            at: run.end + REACTION,
            updated: it.status.updated,
            max_events: max_events.min(run.events.saturating_mul(2).saturating_add(MOST_FURTHER)),
            never: never_happened(run),
        }
    }

    /// What comes of it if it is only waited; none if nothing is left to happen.
    fn wait(&self, run: &Summary) -> Option<Attempt> {
        if run.at_rest { None } else { Some(self.attempt(&[])) }
    }

    /// Tries the candidates until one that can be typed ends the rollout. If none does alone, tries
    /// the first of each list together.
    fn advice(&self, candidates: &[Vec<Remedy>], waits: Option<Attempt>) -> Vec<Attempt> {
        let ends = |attempt: &Attempt| attempt.ends_after.is_some();
        if let Some(waits) = waits.filter(ends) {
            return vec![waits];
        }
        let mut tried: Vec<Attempt> = Vec::new();
        let depth = candidates.iter().map(Vec::len).max().unwrap_or(0);
        let by_rank =
            (0..depth).flat_map(|rank| candidates.iter().filter_map(move |it| it.get(rank)));
        for remedy in by_rank.take(MOST_RUNS - 1) {
            let is_budget = matches!(remedy, Remedy::MaxUnavailable { .. });
            if is_budget || !tried.iter().any(Attempt::is_typed_and_helps) {
                tried.push(self.attempt(std::slice::from_ref(remedy)));
            }
        }
        let firsts: Vec<Remedy> = candidates.iter().filter_map(|it| it.first()).cloned().collect();
        if !tried.iter().any(ends) && firsts.len() > 1 {
            let nodes_and_more = |it: &Remedy| !matches!(it, Remedy::MaxUnavailable { .. });
            let together: Vec<Remedy> = firsts.into_iter().filter(nodes_and_more).collect();
            if together.len() > 1 {
                tried.push(self.attempt(&together));
            }
        }
        tried
    }

    fn attempt(&self, remedies: &[Remedy]) -> Attempt {
        let mut scenario = self.scenario.clone();
        let never = |event: &TimedAction| event.wait.is_some() && self.never.contains(&event.label);
        scenario.events.retain(|event| event.at + REACTION <= self.at && !never(event));
        if remedies.iter().any(|it| matches!(it, Remedy::AdmitPods(_))) {
            scenario.events.iter_mut().for_each(|event| self.admit_pods(event));
        }
        scenario.until = Until { limit: self.at + PATIENCE, rollout_complete: true };
        for remedy in remedies {
            scenario.events.push(TimedAction {
                at: self.at,
                repeats: None,
                wait: None,
                event: usize::MAX,
                action: self.action(remedy),
                label: "remedy".to_owned(),
            });
        }
        let limits = RunLimits { max_events: self.max_events };
        let options = Options { detail: Detail::Summary, limits, ..Options::default() };
        let record = simulate(&scenario, &options, |_| ());
        let key = self.daemon_set.key();
        let it = record.summary.daemon_sets.iter().rev().find(|it| it.daemon_set == key);
        let Some(it) = it else {
            return Attempt {
                remedies: remedies.to_vec(),
                ends_after: None,
                before: self.updated,
                updated: 0,
                desired: 0,
            };
        };
        let finished = it.rollouts.last().and_then(|rollout| rollout.finished);
        Attempt {
            remedies: remedies.to_vec(),
            ends_after: finished.map(|at| at.saturating_sub(self.at)),
            before: self.updated,
            updated: it.status.updated,
            desired: it.status.desired,
        }
    }

    /// What refuses pods does so no longer.
    fn admit_pods(&self, event: &mut TimedAction) {
        if let Action::RefusePods(refused) = &mut event.action {
            let until_now = self.at.saturating_sub(event.at);
            refused.duration = Some(refused.duration.map_or(until_now, |it| it.min(until_now)));
        }
    }

    /// The quota of this name as it stands when the remedy comes.
    fn quota(&self, name: &str) -> ResourceQuota {
        let namespace = &self.daemon_set.namespace;
        let applied = self.scenario.events.iter().filter(|event| event.at <= self.at);
        let applied = applied.filter_map(|event| {
            if let Action::ApplyQuota(quota) = &event.action { Some(quota) } else { None }
        });
        let all = self.scenario.resource_quotas.iter().chain(applied);
        let mut named = all.filter(|it| it.namespace == *namespace && it.name == name);
        let last = named.next_back();
        last.cloned().unwrap_or_else(|| ResourceQuota {
            namespace: namespace.clone(),
            name: name.to_owned(),
            pods: None,
            count_pods: None,
        })
    }

    fn action(&self, remedy: &Remedy) -> Action {
        let on =
            |nodes: &[String], change: NodeChange| Action::Nodes { nodes: named(nodes), change };
        let daemon_set = self.daemon_set.clone();
        let change = |change: DaemonSetChange| Action::DaemonSet { daemon_set, change };
        match remedy {
            Remedy::DeleteNodes(nodes) => on(nodes, NodeChange::Leave),
            Remedy::DrainNodes(nodes) => on(nodes, NodeChange::Drain),
            Remedy::RelieveNodes(nodes) => on(nodes, NodeChange::Relieve { kind: None }),
            Remedy::DeletePods { nodes, force, .. } => Action::Pods {
                daemon_set: self.daemon_set.clone(),
                nodes: named(nodes),
                change: if *force { PodChange::ForceDelete } else { PodChange::Delete },
            },
            Remedy::RolloutUndo { to_revision } => {
                change(DaemonSetChange::RolloutUndo { to_revision: *to_revision })
            }
            Remedy::FixImage(image) => Action::MendImage { image: image.clone() },
            Remedy::MaxUnavailable { nodes, .. } => change(in_place(*nodes)),
            Remedy::NoSurge => change(in_place(1)),
            Remedy::RaiseQuota { quota, hard } => {
                let mut raised = self.quota(quota);
                for (resource, limit) in hard {
                    match resource.as_str() {
                        "pods" => raised.pods = Some(*limit),
                        _ => raised.count_pods = Some(*limit),
                    }
                }
                Action::ApplyQuota(raised)
            }
            Remedy::AdmitPods(_) | Remedy::Annotate => change(DaemonSetChange::Annotate),
        }
    }
}

/// No surge, and so many nodes without a pod at most.
fn in_place(nodes: u32) -> DaemonSetChange {
    DaemonSetChange::Patch {
        update_strategy: Some(UpdateStrategy::RollingUpdate {
            max_unavailable: IntOrPercent::Int(nodes),
            max_surge: IntOrPercent::Int(0),
        }),
        min_ready_seconds: None,
    }
}

fn named(nodes: &[String]) -> NodeSelection {
    NodeSelection { among: Among::Names(nodes.to_vec()), take: Take::All }
}
