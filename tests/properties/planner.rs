//! Random clusters: plans against the oracle, tallies kept up to date against ones from scratch.

use proptest::prelude::*;
use rollcast::api::PodPhase;
use rollcast::control::daemonset::{
    Budget, FailedPodBackoff, HoldReason, ManagePlan, RollingError, RollingPlan, StrategyKind,
    Tally, manage, rolling_update,
};
use rollcast::control::{NodeId, PodId};
use rollcast::time::SimTime;

use crate::cluster::{NOW, Node, Pod, judge, node_of, rules, tally};
use crate::oracle;
use crate::pods::{any_node_from, any_nodes, any_strategy};
use crate::runs::config;

/// Everything that is decided about a cluster.
type Decided = (ManagePlan, Result<RollingPlan, RollingError>);

fn any_budget() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![(0..6u32).prop_map(|max| (max, 0)), (1..6u32).prop_map(|max| (0, max))]
}

pub(crate) fn budget((max_unavailable, max_surge): (u32, u32)) -> Budget {
    Budget { max_unavailable, max_surge }
}

pub(crate) fn decide(tally: &Tally, budget: Budget, now: u64) -> Decided {
    let backoff = FailedPodBackoff::default();
    let plan = manage(tally, &backoff, 1, SimTime::from_secs(now));
    (plan, rolling_update(tally, budget))
}

fn counts(tally: &Tally) -> [u32; 6] {
    let sum = tally.status();
    [sum.desired, sum.current, sum.misscheduled, sum.ready, sum.available, sum.updated]
}

fn ids(pods: &[PodId]) -> Vec<u32> {
    let mut ids: Vec<u32> = pods.iter().map(|&PodId(id)| id).collect();
    ids.sort_unstable();
    ids
}

fn indices(nodes: &[NodeId]) -> Vec<usize> {
    let mut indices: Vec<usize> = nodes.iter().map(|node| node.index()).collect();
    indices.sort_unstable();
    indices
}

/// Every property of the plans for one cluster.
pub(crate) fn check_plans(nodes: &[Node], strategy: StrategyKind, budget: Budget, tally: &Tally) {
    let (managed, rolling) = decide(tally, budget, NOW);
    assert_eq!(counts(tally), oracle::status(nodes, NOW), "status");
    let (creates, deletes) = oracle::manage(nodes, strategy, NOW);
    assert_eq!(indices(&managed.creates), creates, "manage creates");
    assert_eq!(ids(&managed.deletes), deletes, "manage deletes");
    check_disjoint(nodes, strategy, &managed);
    let expected = oracle::rolling_update(nodes, budget, NOW);
    assert_eq!(rolling.is_ok(), expected.is_some(), "rolling update fails: {rolling:?}");
    if let (Ok(plan), Some(expected)) = (rolling, expected) {
        check_rolling(&plan, &expected);
        check_holds(nodes, budget, &plan, &expected);
    }
}

/// A node where manage deletes gets a new pod in the same plan only with surge, and only if no pod
/// runs there.
fn check_disjoint(nodes: &[Node], strategy: StrategyKind, plan: &ManagePlan) {
    for &pod in &plan.deletes {
        let index = node_of(nodes, pod);
        if plan.creates.iter().any(|node| node.index() == index) {
            assert_eq!(strategy, StrategyKind::Surge, "created and deleted on one node");
            let runs = |pod: &Pod| !pod.terminating && !pod.phase.is_terminal();
            assert!(!nodes[index].pods.iter().any(runs), "created beside a running pod");
        }
    }
}

fn check_rolling(plan: &RollingPlan, expected: &oracle::Rolling) {
    let chosen = |id: &u32| !expected.deletes.contains(id);
    let deletes = ids(&plan.deletes);
    assert!(expected.deletes.iter().all(|id| deletes.contains(id)), "unconditional deletes");
    let optional: Vec<u32> = deletes.into_iter().filter(chosen).collect();
    assert_eq!(optional.len(), expected.may_delete_count, "deletes within the budget");
    assert!(optional.iter().all(|id| expected.may_delete.contains(id)), "deletes of candidates");
    let creates = indices(&plan.creates);
    assert!(expected.creates.iter().all(|node| creates.contains(node)), "unconditional creates");
    let chosen = |node: &usize| !expected.creates.contains(node);
    let optional: Vec<usize> = creates.into_iter().filter(chosen).collect();
    assert_eq!(optional.len(), expected.may_create_count, "creates within the budget");
    assert!(optional.iter().all(|node| expected.may_create.contains(node)), "creates: candidates");
}

/// Every available old pod that waits for its turn is counted by a hold, and holds never count
/// more nodes than there are.
fn check_holds(nodes: &[Node], budget: Budget, plan: &RollingPlan, expected: &oracle::Rolling) {
    let held = |reason| {
        let of = plan.holds.iter().filter(|hold| hold.reason == reason);
        of.map(|hold| hold.nodes as usize).sum::<usize>()
    };
    assert!(plan.holds.iter().all(|hold| hold.nodes > 0), "an empty hold: {:?}", plan.holds);
    let total = nodes.len();
    assert!(plan.holds.iter().all(|hold| hold.nodes as usize <= total), "{:?}", plan.holds);
    let undeleted = expected.may_delete.len() - expected.may_delete_count;
    let uncreated = expected.may_create.len() - expected.may_create_count;
    if budget.max_surge == 0 {
        assert_eq!(held(HoldReason::BudgetSpent), undeleted, "nodes that wait for their turn");
    } else {
        assert_eq!(held(HoldReason::BudgetSpent), uncreated, "nodes that wait for their turn");
        assert_eq!(held(HoldReason::NotEnoughAvailable), undeleted, "nodes outside desired");
    }
}

/// What a plan is apart from which nodes it picked.
fn numbers((managed, rolling): &Decided) -> impl PartialEq + std::fmt::Debug + use<> {
    let rolling = rolling.as_ref().ok();
    (
        (managed.creates.len(), managed.deletes.len(), managed.failed.len()),
        (managed.succeeded.len(), managed.requeue_after),
        rolling.map(|plan| (plan.creates.len(), plan.deletes.len(), plan.holds.clone())),
    )
}

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    /// The node of this number looks different from now on.
    Change(usize, Node),
    /// So many seconds pass.
    Wait(u64),
}

fn any_history() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..5usize, 0..100_000u32)
            .prop_flat_map(|(i, first)| any_node_from(first * 8).prop_map(move |n| Step::Change(i, n))),
        1 => (1..15u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn plans_are_what_upstreams_loops_would_do(
        nodes in any_nodes(6), strategy in any_strategy(), limits in any_budget(),
    ) {
        let tally = tally(&nodes, |_| 0, NOW, rules(strategy));
        check_plans(&nodes, strategy, budget(limits), &tally);
    }

    #[test]
    fn a_tally_kept_up_to_date_is_one_from_scratch(
        history in any_history(), strategy in any_strategy(), limits in any_budget(),
    ) {
        let (rules, budget) = (rules(strategy), budget(limits));
        // Not in the order of their numbers, and two are alike.
        let key = |index: usize| index as u64 * 3 % 5 % 4;
        let mut nodes = vec![Node::default(); 5];
        let mut now = NOW;
        let mut kept = tally(&nodes, key, now, rules);
        for step in history {
            match step {
                Step::Wait(seconds) => now += seconds,
                Step::Change(index, node) => {
                    nodes[index] = node;
                    judge(&mut kept, index, &nodes[index], key(index), now, rules);
                }
            }
            while let Some(node) = kept.next_due(SimTime::from_secs(now)) {
                judge(&mut kept, node.index(), &nodes[node.index()], key(node.index()), now, rules);
            }
            let scratch = tally(&nodes, key, now, rules);
            prop_assert_eq!(kept.status(), scratch.status());
            prop_assert_eq!(decide(&kept, budget, now), decide(&scratch, budget, now));
        }
    }

    #[test]
    fn the_picking_order_changes_which_nodes_and_not_how_many(
        nodes in any_nodes(8), strategy in any_strategy(), limits in any_budget(), salt: u64,
    ) {
        let budget = budget(limits);
        let mix = |i: usize| (i as u64 + 1).wrapping_mul(salt | 1).rotate_left(17);
        let [a, b] = [
            tally(&nodes, |_| 0, NOW, rules(strategy)),
            tally(&nodes, mix, NOW, rules(strategy)),
        ];
        prop_assert_eq!(a.status(), b.status());
        let [a, b] = [decide(&a, budget, NOW), decide(&b, budget, NOW)];
        prop_assert_eq!(numbers(&a), numbers(&b));
    }

    #[test]
    fn manage_comes_to_rest(nodes in any_nodes(6), strategy in any_strategy()) {
        let mut nodes = nodes;
        let mut backoff = FailedPodBackoff::default();
        let now = SimTime::from_secs(NOW);
        let mut rounds = 0;
        loop {
            let tally = tally(&nodes, |_| 0, NOW, rules(strategy));
            let plan = manage(&tally, &backoff, 1, now);
            for failed in &plan.failed {
                backoff.advance(1, failed.node, now);
            }
            if plan.creates.is_empty() && plan.deletes.is_empty() {
                break;
            }
            apply(&mut nodes, &plan, 10_000 * (rounds + 1));
            rounds += 1;
            prop_assert!(rounds <= 3, "still acts after {} rounds: {:?}", rounds, plan);
        }
    }
}

/// The plan takes effect at once.
fn apply(nodes: &mut [Node], plan: &ManagePlan, first: u32) {
    for node in nodes.iter_mut() {
        node.pods.retain(|pod| !plan.deletes.contains(&PodId(pod.id)));
    }
    for (node, id) in plan.creates.iter().zip(first..) {
        nodes[node.index()].pods.push(Pod {
            id,
            name: format!("new-{id}"),
            created: NOW,
            bound: false,
            phase: PodPhase::Pending,
            ready_since: None,
            terminating: false,
            has_current_hash: true,
            updated: true,
        });
    }
}
