//! The properties of [`crate::runs`] and [`crate::budgets`] with kubelets that take their time.

use proptest::prelude::*;
use rollcast::engine::Delay;
use rollcast::record::{Limit, Record};
use rollcast::scenario::{ClientLimit, Kubelet, KubeletModel, Network, StartDelays};
use rollcast::time::SimDuration;
use rollcast::world::{Options, RunLimits, simulate};

use crate::budgets::{keeps_its_promise, undisturbed};
use crate::cases::{Case, any_case};
use crate::checker::check;
use crate::runs::{config, gentle_case, has_ended_well, known};

pub(crate) const MAX_EVENTS: u64 = 500_000;

/// Kubelets of one kind or another, and networks for some.
pub(crate) fn kubelets(kind: u64) -> Kubelet {
    let spread =
        |millis: u64| Delay::uniform(SimDuration::ZERO, SimDuration::from_millis(millis)).unwrap();
    let network = Network {
        images: vec![("agent:v1".to_owned(), 200_000_000)],
        usual_size: 80_000_000,
        registry: (!kind.is_multiple_of(3)).then_some(50_000_000),
        registry_requests: kind.is_multiple_of(5).then_some(500),
        node: (!kind.is_multiple_of(4)).then_some(20_000_000),
        unpack: Some(100_000_000),
    };
    Kubelet::On(Box::new(KubeletModel {
        volumes: spread(50),
        start: kind
            .is_multiple_of(2)
            .then(|| StartDelays { sandbox: spread(1_000), container: spread(500) }),
        init_run: spread(2_000),
        pre_stop: spread(8_000),
        cleanup: spread(1_500),
        parallel_pulls: [Some(1), Some(2), None][(kind % 7 % 3) as usize],
        registry_pulls: kind
            .is_multiple_of(2)
            .then_some(ClientLimit { millis_per_second: 5_000, burst: 10 }),
        network: kind.is_multiple_of(2).then_some(network),
    }))
}

fn run(case: &Case, kind: u64) -> Record {
    let mut scenario = case.scenario();
    scenario.kubelet = kubelets(kind);
    let limits = RunLimits { max_events: MAX_EVENTS };
    simulate(&scenario, &Options { limits, ..Options::default() }, |_| {})
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn records_are_consistent(case in any_case(), kind in 0..420u64) {
        let record = run(&case, kind);
        prop_assert_ne!(record.summary.limit_hit, Some(Limit::Events), "a run without end");
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    }

    #[test]
    fn rollouts_come_to_their_end(case in gentle_case(), kind in 0..420u64) {
        let record = run(&case, kind);
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
        has_ended_well(&record)?;
    }

    #[test]
    fn an_undisturbed_update_keeps_its_promise(case in undisturbed(), kind in 0..420u64) {
        keeps_its_promise(&case, &run(&case, kind))?;
    }
}
