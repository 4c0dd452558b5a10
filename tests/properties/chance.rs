//! Random scenarios in which runs and nodes differ, and some things never come.

use proptest::prelude::*;
use rollcast::engine::{Factor, Spread};
use rollcast::record::{Limit, Record};
use rollcast::scenario::{Kubelet, Phase, SlowNodes};
use rollcast::world::{Options, RunLimits, simulate};

use crate::cases::{Case, any_case};
use crate::checker::check;
use crate::kubelets::{MAX_EVENTS, kubelets};
use crate::runs::{config, known};

/// A run of a case with bad days and slow nodes, and with this probability that something never
/// comes. Kubelets of kind zero are off.
fn run(case: &Case, kind: u64, never: f64) -> Record {
    let mut scenario = case.scenario();
    scenario.kubelet = if kind == 0 { Kubelet::OFF } else { kubelets(kind) };
    let latencies = &mut scenario.latencies;
    let spread = Spread::of_sigma(1.0).unwrap();
    latencies.per_run = Phase::ALL.map(|phase| (phase, spread)).into();
    latencies.slow_nodes = Some(SlowNodes { share: 0.3, factor: Factor::new(5.0).unwrap() });
    let default = &mut latencies.default;
    for delay in [
        &mut default.image_pull,
        &mut default.container_start,
        &mut default.ready,
        &mut default.node_ready,
    ] {
        *delay = delay.clone().or_never(never).unwrap();
    }
    let limits = RunLimits { max_events: MAX_EVENTS };
    simulate(&scenario, &Options { limits, ..Options::default() }, |_| {})
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn records_are_consistent(
        case in any_case(),
        kind in 0..420u64,
        off in any::<bool>(),
        never in 0.0..=1.0,
    ) {
        let record = run(&case, if off { 0 } else { kind }, never);
        prop_assert_ne!(record.summary.limit_hit, Some(Limit::Events), "a run without end");
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    }
}
