//! Random scenarios on nodes with little room, with a scheduler.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rollcast::engine::Delay;
use rollcast::record::{Fact, Limit, Record, What};
use rollcast::scenario::{NodeSpec, Resources, Scenario, Scheduler};
use rollcast::time::SimDuration;
use rollcast::world::{Options, RunLimits, simulate};

use crate::cases::any_case_without_mending;
use crate::checker::check;
use crate::runs::{MAX_EVENTS, config, known};

/// The scenario on nodes with room for so many pods.
fn cramped(mut scenario: Scenario, pods: u32) -> Scenario {
    let room = Arc::new(Resources { pods, ..Resources::UNLIMITED });
    let with_room = |node| NodeSpec { allocatable: Arc::clone(&room), ..node };
    scenario.nodes = scenario.nodes.iter().map(with_room).collect();
    for pool in &mut scenario.pools {
        pool.allocatable = Arc::clone(&room);
    }
    let cycle = Delay::constant(SimDuration::from_millis(300));
    scenario.control_plane.scheduler = Some(Scheduler { client: None, cycle });
    scenario
}

/// The nodes that ever had more pods than they may have, as the facts tell it: bound, and neither
/// gone nor ended.
fn overfull(record: &Record, limit: usize) -> Vec<&str> {
    let mut on_nodes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut overfull = Vec::new();
    let name = |id| record.names.get(id);
    for Fact { what, .. } in &record.facts {
        match *what {
            What::PodBound { pod, node } => {
                let pods = on_nodes.entry(name(node)).or_default();
                pods.push(name(pod));
                if pods.len() > limit {
                    overfull.push(name(node));
                }
            }
            What::PodFailed { pod, .. } | What::PodRemoved { pod } => {
                for pods in on_nodes.values_mut() {
                    pods.retain(|other| *other != name(pod));
                }
            }
            _ => {}
        }
    }
    overfull
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn with_a_scheduler_no_node_has_more_pods_than_it_may(case in any_case_without_mending(), pods in 1..3_u32) {
        let scenario = cramped(case.scenario(), pods);
        let limits = RunLimits { max_events: MAX_EVENTS };
        let record = simulate(&scenario, &Options { limits, ..Options::default() }, |_| {});
        prop_assert_ne!(record.summary.limit_hit, Some(Limit::Events), "a run without end");
        prop_assert_eq!(check(&record, known(&case)).0, Vec::<String>::new());
        if !case.deployed {
            prop_assert_eq!(overfull(&record, pods as usize), Vec::<&str>::new());
        }
    }
}
