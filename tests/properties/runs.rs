//! Random scenarios, run to their ends.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rollcast::record::{Limit, Record};
use rollcast::time::SimDuration;
use rollcast::world::{Options, RunLimits, simulate};

use crate::cases::{
    self, Case, Change, Update, What, any_case_without_mending, any_gentle, any_settings, case_with,
};
use crate::checker::{Client, Known, check};

/// More events than any of these small runs has.
pub(crate) const MAX_EVENTS: u64 = 300_000;

pub(crate) fn run(case: &Case) -> Record {
    let limits = RunLimits { max_events: MAX_EVENTS };
    simulate(&case.scenario(), &Options { limits, ..Options::default() }, |_| {})
}

pub(crate) fn known(case: &Case) -> Known {
    Known {
        one_pod_a_node: case.is_single_without_surge(),
        sees_every_pod: !case.deployed,
        pods_before: if case.deployed { case.nodes } else { 0 },
        pending_before: false,
        limit: SimDuration::from_secs(1_800),
        client: client(case),
    }
}

/// The client of the controller in [`crate::cases`], restated.
fn client(case: &Case) -> Option<Client> {
    let client = |per_second: u64, burst, spread| Client {
        millis_per_second: per_second * 1_000,
        burst,
        spread: SimDuration::from_millis(spread),
    };
    match case.plane {
        0 => None,
        1 => Some(client(20, 30, 15)),
        _ => Some(client(2, 3, 1_400)),
    }
}

/// The same cases in every run of the test.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn records_are_consistent(case in any_case_without_mending()) {
        let record = run(&case);
        prop_assert_ne!(record.summary.limit_hit, Some(Limit::Events), "a run without end");
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    }

    /// Whatever goes wrong for a while, in the end every node has the current pod.
    #[test]
    fn rollouts_come_to_their_end(case in gentle_case()) {
        let record = run(&case);
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
        has_ended_well(&record)?;
    }
}

/// Every node that should has the current pod, and everybody knows.
pub(crate) fn has_ended_well(record: &Record) -> Result<(), TestCaseError> {
    let summary = &record.summary.daemon_sets[0];
    let status = summary.status;
    let counts = [status.current, status.ready, status.updated, status.available];
    let point = record.timeline.series[0].points.last().unwrap();
    prop_assert_eq!(counts, [status.desired; 4], "status");
    let truth = [point.truth.wanted, point.truth.serving, point.truth.serving_updated, point.pods];
    prop_assert_eq!(truth, [status.desired; 4], "truth");
    prop_assert!(summary.rollouts.last().is_none_or(|last| last.finished.is_some()));
    prop_assert!(summary.holds.is_empty(), "{:?}", summary.holds);
    Ok(())
}

/// Nothing that stays broken: images work, and all machines work again before the end.
pub(crate) fn gentle_case() -> impl Strategy<Value = Case> {
    let events = prop::collection::vec((0..300u16, any_gentle()), 1..8).prop_map(|mut events| {
        for change in [Change::Recover, Change::Untaint, Change::Label(true)] {
            events.push((400, What::Nodes(cases::Some::All, change)));
        }
        // Wakes the controller, whose status may be stale, and replaces what is not Ready.
        events.push((500, What::Pods(0, cases::Some::All, 0)));
        events
    });
    let settings = any_settings().prop_map(|mut settings| {
        if settings.update == Update::OnDelete {
            settings.update = Update::Unavailable(2);
        }
        settings
    });
    case_with(events.boxed(), settings.boxed()).prop_map(|mut case| {
        case.until_complete = false;
        if case.settings.update.is_surge() {
            // Such an update may hang: see `tests/semantics.rs`.
            case.settings.min_ready = 0;
            case.events.retain(|(_, what)| !matches!(what, What::MinReady(_, _)));
        }
        case
    })
}
