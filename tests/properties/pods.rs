//! Strategies for random pods and nodes.

use proptest::prelude::*;
use rollcast::api::PodPhase;
use rollcast::control::daemonset::{Eligibility, StrategyKind};

use crate::cluster::{NOW, Node, Pod};

pub(crate) fn any_judged() -> impl Strategy<Value = Option<Eligibility>> {
    let judged = |should_run, should_continue| Some(Eligibility { should_run, should_continue });
    prop_oneof![
        1 => Just(None),
        6 => Just(judged(true, true)),
        2 => Just(judged(false, true)),
        1 => Just(judged(false, false)),
    ]
}

pub(crate) fn any_strategy() -> impl Strategy<Value = StrategyKind> {
    prop_oneof![Just(StrategyKind::Replace), Just(StrategyKind::Surge)]
}

fn any_pod() -> impl Strategy<Value = Pod> {
    let phase = prop_oneof![
        2 => Just(PodPhase::Pending),
        6 => Just(PodPhase::Running),
        1 => Just(PodPhase::Unknown),
        2 => Just(PodPhase::Failed),
        1 => Just(PodPhase::Succeeded),
    ];
    let ready_since = prop::option::weighted(0.7, NOW - 20..NOW + 1);
    let flags = (prop::bool::weighted(0.85), prop::bool::weighted(0.2), 0..3u8);
    (phase, ready_since, flags, 0..4u64, 0..3u8).prop_map(
        |(phase, ready_since, (bound, terminating, revision), created, name)| Pod {
            id: 0,
            name: format!("pod-{name}"),
            created: NOW - 100 + created,
            bound,
            phase,
            ready_since,
            terminating,
            has_current_hash: revision == 2,
            updated: revision > 0,
        },
    )
}

fn any_node() -> impl Strategy<Value = Node> {
    (any_judged(), prop::collection::vec(any_pod(), 0..4))
        .prop_map(|(judged, pods)| Node { judged, pods })
}

/// Nodes whose pods are numbered through.
pub(crate) fn any_nodes(most: usize) -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec(any_node(), 1..=most).prop_map(|mut nodes| {
        number_through(&mut nodes, 0);
        nodes
    })
}

/// One node whose pods have numbers from `first` on.
pub(crate) fn any_node_from(first: u32) -> impl Strategy<Value = Node> {
    any_node().prop_map(move |mut node| {
        number_through(std::slice::from_mut(&mut node), first);
        node
    })
}

/// Gives every pod its number, and a name that no other pod has.
pub(crate) fn number_through(nodes: &mut [Node], first: u32) {
    for (pod, id) in nodes.iter_mut().flat_map(|node| &mut node.pods).zip(first..) {
        pod.id = id;
        pod.name = format!("{}-{id}", pod.name);
    }
}
