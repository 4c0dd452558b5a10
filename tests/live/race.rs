//! Whether the controller hears of its own creations before it has their answers.

use crate::experiments::{Phase, find};
use crate::figure::Figure;
use crate::latencies::Latencies;
use crate::simulated::simulated;

/// A sync that has created pods goes on to the rolling update if all of them were seen by then, and
/// may delete 250 more while those are not Ready yet. So no number bounds the nodes without a pod:
/// 269, 269 and 250 were measured with 500 nodes and `maxUnavailable: 100%`. Two of three: between 9
/// and 99 % of all, at a confidence of 95 %.
#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimization: cargo test --release --test live"
)]
fn some_rollouts_have_more_nodes_without_a_pod_than_a_sync_deletes_and_some_do_not() {
    let experiment = find("E3-100").unwrap();
    let runs = &simulated(&experiment, Latencies::AsMeasured, 100)[&Phase::Update];
    let key = ("agent-a".to_owned(), Figure::WorstByPods);
    let worst: Vec<f64> = runs.iter().map(|figures| figures[&key]).collect();
    let won = worst.iter().filter(|&&worst| worst > 250.0).count();
    assert!((9..=99).contains(&won), "{won} of 100: {worst:?}");
    assert!(worst.iter().all(|worst| (250.0..=272.0).contains(worst)), "{worst:?}");
    let as_measured = worst.iter().filter(|&&worst| (265.0..=272.0).contains(&worst)).count();
    assert!(as_measured * 2 > won, "{worst:?}");
}
