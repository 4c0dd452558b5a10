//! Which pods must leave a node so that a more important one can be placed.
//!
//! Source: `pkg/scheduler/framework/preemption/preemption.go › Evaluator.Preempt` and
//! `pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go › SelectVictimsOnNode,
//! PodEligibleToPreemptOthers`.

use std::cmp::Reverse;

use crate::control::ids::PodId;
use crate::control::scheduler::fit::{NodeFacts, Rejection, fit};
use crate::control::scheduler::needs::PodNeeds;
use crate::time::SimTime;

/// A pod that is bound to the node.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    pub id: PodId,
    /// What it has taken.
    pub needs: &'a PodNeeds,
    /// When its kubelet first saw it.
    pub started: SimTime,
    /// Whether it is leaving already, on behalf of a more important pod.
    pub is_preempted: bool,
}

/// What becomes of an attempt to make room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preemption {
    /// These must leave, least important last; the pod then waits until they are gone.
    Victims(Vec<PodId>),
    /// No other pod's leaving helps.
    NotHelpful,
    /// No less important pod is there.
    NoVictims,
    /// Even without the less important pods it does not fit.
    NotEnough(Rejection),
    /// The pod may not make others leave.
    PolicyNever,
    /// It waits already for others to leave.
    VictimsLeaving,
}

/// Looks for the fewest and least important pods that must leave for `pod`, which was rejected for
/// `why`.
///
/// All less important pods are taken away; then as many as possible are put back, the more important
/// before the less; who cannot be put back must leave. Disruption budgets are left out.
pub fn preempt(
    pod: &PodNeeds,
    node: Option<&NodeFacts<'_>>,
    why: &Rejection,
    others: &[Bound<'_>],
) -> Preemption {
    if !pod.may_preempt {
        return Preemption::PolicyNever;
    }
    let lower = |other: &&Bound<'_>| other.needs.priority < pod.priority;
    if others.iter().filter(lower).any(|other| other.is_preempted) {
        return Preemption::VictimsLeaving;
    }
    let (Some(node), true) = (node, why.is_resolvable) else { return Preemption::NotHelpful };
    let mut candidates: Vec<&Bound<'_>> = others.iter().filter(lower).collect();
    if candidates.is_empty() {
        return Preemption::NoVictims;
    }
    candidates.sort_by_key(|other| (Reverse(other.needs.priority), other.started, other.id));
    victims(pod, node, &candidates).map_or_else(Preemption::NotEnough, Preemption::Victims)
}

fn victims(
    pod: &PodNeeds,
    node: &NodeFacts<'_>,
    candidates: &[&Bound<'_>],
) -> Result<Vec<PodId>, Rejection> {
    let mut usage = node.usage.clone();
    for other in candidates {
        usage.remove(other.needs);
    }
    fit(pod, Some(&NodeFacts { usage: &usage, ..*node }))?;
    let mut victims = Vec::new();
    for other in candidates {
        usage.add(other.needs);
        if fit(pod, Some(&NodeFacts { usage: &usage, ..*node })).is_err() {
            usage.remove(other.needs);
            victims.push(other.id);
        }
    }
    Ok(victims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Labels;
    use crate::control::scheduler::fit::{Plugin, Reason};
    use crate::control::scheduler::needs::{NodeUsage, Resources};

    fn needs(priority: i32, cpu_millis: i64) -> PodNeeds {
        let requests = Resources { cpu_millis, ..Resources::default() };
        PodNeeds { requests, priority, may_preempt: true, ..PodNeeds::default() }
    }

    /// A node of one core with pods of these priorities and sizes; who must leave for a pod of
    /// priority 10 and `cpu` thousandths of a core?
    fn check(others: &[(i32, i64)], cpu: i64, expected: &Preemption) {
        let pods: Vec<PodNeeds> = others.iter().map(|(p, size)| needs(*p, *size)).collect();
        let mut usage = NodeUsage::default();
        for pod in &pods {
            usage.add(pod);
        }
        let bound: Vec<Bound<'_>> = (0..).zip(&pods).map(|(i, needs)| bound(i, needs)).collect();
        let facts = NodeFacts {
            name: "n",
            labels: &Labels::default(),
            taints: &[],
            unschedulable: false,
            allocatable: &needs(0, 1_000).requests,
            max_pods: 110,
            usage: &usage,
        };
        let pod = needs(10, cpu);
        let why = fit(&pod, Some(&facts)).unwrap_err();
        assert_eq!(&preempt(&pod, Some(&facts), &why, &bound), expected, "{others:?}");
    }

    fn bound(i: u32, needs: &PodNeeds) -> Bound<'_> {
        let started = SimTime::from_secs(u64::from(i));
        Bound { id: PodId(i), needs, started, is_preempted: false }
    }

    fn leave(ids: &[u32]) -> Preemption {
        Preemption::Victims(ids.iter().map(|id| PodId(*id)).collect())
    }

    #[test]
    fn the_least_important_pods_leave() {
        check(&[(5, 500), (1, 0), (4, 500)], 500, &leave(&[2]));
        check(&[(4, 500), (1, 0), (5, 500)], 500, &leave(&[0]));
        check(&[(4, 500), (1, 0), (4, 500)], 500, &leave(&[2]));
        check(&[(5, 500), (1, 0), (4, 500)], 501, &leave(&[0, 2]));
    }

    #[test]
    fn who_can_stay_stays() {
        check(&[(1, 100), (1, 0), (1, 600), (1, 200), (1, 100)], 300, &leave(&[3, 4]));
    }

    #[test]
    fn equal_or_more_important_pods_never_leave() {
        check(&[(10, 500), (0, 0), (11, 500)], 1_000, &insufficient(true));
        check(&[(10, 500), (10, 0), (11, 500)], 500, &Preemption::NoVictims);
        check(&[(1, 500)], 1_001, &Preemption::NotHelpful);
    }

    fn insufficient(is_resolvable: bool) -> Preemption {
        Preemption::NotEnough(Rejection {
            plugin: Plugin::NodeResourcesFit,
            reasons: vec![Reason::Insufficient("cpu".to_owned())],
            is_resolvable,
        })
    }

    #[test]
    fn a_pod_that_may_not_or_did_already_makes_nobody_leave() {
        let why = fit(&needs(1, 1), None).unwrap_err();
        let lower = needs(0, 1);
        let mut leaving = bound(0, &lower);
        leaving.is_preempted = true;
        let check = |pod: &PodNeeds, others: &[Bound<'_>], expected: &Preemption| {
            assert_eq!(&preempt(pod, None, &why, others), expected);
        };
        check(&needs(1, 1), &[leaving], &Preemption::VictimsLeaving);
        check(&needs(1, 1), &[], &Preemption::NotHelpful);
        let never = PodNeeds { may_preempt: false, ..needs(1, 1) };
        check(&never, &[], &Preemption::PolicyNever);
    }
}
