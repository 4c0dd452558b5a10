//! Every small cluster there is, instead of random ones.

use std::io::Write as _;

use rollcast::api::PodPhase;
use rollcast::control::daemonset::{Eligibility, StrategyKind};

use crate::cluster::{NOW, Node, Pod, rules, tally};
use crate::planner::{budget, check_plans};
use crate::pods::number_through;

const STRATEGIES: [(StrategyKind, &[(u32, u32)]); 2] = [
    (StrategyKind::Replace, &[(1, 0), (2, 0)]),
    // A surge of a percentage of no nodes is none: then the branch without surge runs.
    (StrategyKind::Surge, &[(0, 1), (0, 2), (1, 0)]),
];

/// The four answers to whether a pod belongs on a node.
fn judgments() -> [Option<Eligibility>; 4] {
    let judged = |should_run, should_continue| Some(Eligibility { should_run, should_continue });
    [None, judged(true, true), judged(false, true), judged(false, false)]
}

/// A pod by a word of three letters: revision (`n`ew, `g`eneration only, `o`ld), state (`a`vailable,
/// `s`ettling, `u`nready, `p`ending and unbound, `f`ailed, `c`ompleted), `t`erminating or not.
fn pod(word: &str) -> Pod {
    let letters: Vec<char> = word.chars().collect();
    let (phase, ready_since) = match letters[1] {
        'a' => (PodPhase::Running, Some(NOW - 10)),
        's' => (PodPhase::Running, Some(NOW - 9)),
        'u' => (PodPhase::Running, None),
        'p' => (PodPhase::Pending, None),
        'f' => (PodPhase::Failed, None),
        'c' => (PodPhase::Succeeded, None),
        other => panic!("no state {other}"),
    };
    Pod {
        id: 0,
        name: word.to_owned(),
        created: NOW - 100,
        bound: letters[1] != 'p',
        phase,
        ready_since,
        terminating: letters[2] == 't',
        has_current_hash: letters[0] == 'n',
        updated: letters[0] != 'o',
    }
}

/// Every node with at most `most` pods of these kinds.
fn nodes(kinds: &[&str], most: usize) -> Vec<Node> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..most {
        let until = sets.len();
        for i in from..until {
            let least = sets[i].last().copied().unwrap_or(0);
            for kind in least..kinds.len() {
                let mut set = sets[i].clone();
                set.push(kind);
                sets.push(set);
            }
        }
        from = until;
    }
    let pods = |set: &Vec<usize>| set.iter().map(|&kind| pod(kinds[kind])).collect::<Vec<_>>();
    let all = judgments().into_iter();
    all.flat_map(|judged| sets.iter().map(move |set| Node { judged, pods: pods(set) })).collect()
}

/// Checks every cluster of `count` such nodes, whatever their order; returns how many plans.
fn check(count: usize, of: &[Node]) -> usize {
    let mut chosen = vec![0; count];
    let mut plans = 0;
    loop {
        let mut world: Vec<Node> = chosen.iter().map(|&i| of[i].clone()).collect();
        number_through(&mut world, 0);
        plans += check_world(&world);
        let Some(place) = chosen.iter().rposition(|&i| i + 1 < of.len()) else { return plans };
        let next = chosen[place] + 1;
        chosen[place..].fill(next);
    }
}

fn check_world(world: &[Node]) -> usize {
    let mut plans = 0;
    for (strategy, budgets) in STRATEGIES {
        let tally = tally(world, |_| 0, NOW, rules(strategy));
        for &limits in budgets {
            check_plans(world, strategy, budget(limits), &tally);
            plans += 1;
        }
    }
    plans
}

#[test]
fn every_cluster_of_up_to_three_nodes() {
    let all = ["na-", "ns-", "nu-", "np-", "nf-", "nc-", "nat", "nft", "ga-", "gu-"];
    let old = ["oa-", "os-", "ou-", "op-", "of-", "oat", "out"];
    let kinds: Vec<&str> = all.into_iter().chain(old).collect();
    let few = ["na-", "nu-", "oa-", "ou-", "oat"];
    let plans = [
        check(1, &nodes(&kinds, 3)),
        check(2, &nodes(&["na-", "nu-", "nf-", "ga-", "oa-", "ou-", "op-", "oat"], 2)),
        check(3, &nodes(&few, 1)),
        check(3, &nodes(&["na-", "nu-", "oa-"], 2)),
    ];
    // Written past the test harness, which would keep the figure to itself.
    writeln!(std::io::stdout(), "small worlds: {} plans {plans:?}", plans.iter().sum::<usize>())
        .unwrap();
    assert!(plans.iter().all(|&plans| plans > 1_000), "{plans:?}");
}
