//! An undisturbed update keeps its promise: never are more nodes without a serving pod than
//! `maxUnavailable`; with surge none is.

use proptest::prelude::*;
use rollcast::record::Record;
use rollcast::time::SimDuration;

use crate::cases::{Case, Update, What, any_settings, case_with};
use crate::checker::check;
use crate::runs::{config, known, run};

/// A DaemonSet that runs everywhere, and one or two new images, the second one after the first
/// rollout is over.
pub(crate) fn undisturbed() -> impl Strategy<Value = Case> {
    let events = prop_oneof![
        Just(vec![(10, What::SetImage(0, 1))]),
        Just(vec![(0, What::SetImage(0, 1))]),
        Just(vec![(10, What::Restart(0))]),
    ];
    case_with(events.boxed(), any_settings().boxed()).prop_map(|mut case| {
        case.deployed = true;
        case
    })
}

/// `maxUnavailable` in nodes, restated.
fn budget(update: Update, nodes: u32) -> u32 {
    match update {
        Update::Unavailable(max) => max,
        Update::UnavailablePercent(percent) => (nodes * percent).div_ceil(100),
        Update::OnDelete | Update::Surge(_) | Update::SurgePercent(_) => 0,
    }
}

/// The most pods that exist beyond one a node. Where calls take time, a pod may turn Ready between
/// the two looks that a sync takes, `manage` and `rollingUpdate`: the latter then deletes the old
/// one and surges onto another node at once, and creates first.
///
/// Source: `pkg/controller/daemon/update.go › rollingUpdate`, `daemon_controller.go › syncNodes`.
fn surge(case: &Case) -> u32 {
    let max = match case.settings.update {
        Update::Surge(max) => max,
        Update::SurgePercent(percent) => (case.nodes * percent).div_ceil(100),
        Update::OnDelete | Update::Unavailable(_) | Update::UnavailablePercent(_) => 0,
    };
    if case.plane == 0 { max } else { 2 * max }
}

fn most_without(record: &Record) -> u32 {
    let points = record.timeline.series[0].points.iter();
    points.map(|point| point.truth.wanted - point.truth.serving).max().unwrap_or(0)
}

/// The most pods that exist beyond one a node and were not asked to terminate.
fn most_beyond(record: &Record, nodes: u32) -> u32 {
    let points = record.timeline.series[0].points.iter();
    let staying = points.map(|point| point.pods - point.truth.terminating);
    staying.max().unwrap_or(0).saturating_sub(nodes)
}

/// What holds of the record of an [`undisturbed`] case.
pub(crate) fn keeps_its_promise(case: &Case, record: &Record) -> Result<(), TestCaseError> {
    let wrong = check(record, known(case));
    prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    let update = case.settings.update;
    prop_assert!(most_without(record) <= budget(update, case.nodes));
    prop_assert!(most_beyond(record, case.nodes) <= surge(case));
    let rollout = &record.summary.daemon_sets[0].rollouts[0];
    prop_assert_eq!(rollout.breached, SimDuration::ZERO);
    // With surge, a pod that settles while another one does may be forgotten.
    let may_hang = update.is_surge() && case.settings.min_ready > 0;
    if update != Update::OnDelete && !may_hang {
        prop_assert!(rollout.finished.is_some());
        prop_assert_eq!(u64::from(case.nodes), record.summary.daemon_sets[0].pods_created);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_undisturbed_update_keeps_its_promise(case in undisturbed()) {
        keeps_its_promise(&case, &run(&case))?;
    }
}
