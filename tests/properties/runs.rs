//! Random scenarios, run to their ends.

use proptest::prelude::*;
use rollcast::record::Record;
use rollcast::time::SimDuration;
use rollcast::world::{Options, RunLimits, simulate};

use crate::cases::{Case, any_case, any_gentle, any_settings, case_with};
use crate::checker::{Known, check};

/// More events than any of these small runs has.
const MAX_EVENTS: u64 = 300_000;

pub(crate) fn run(case: &Case) -> Record {
    let limits = RunLimits { max_events: MAX_EVENTS };
    simulate(&case.scenario(), &Options { limits, ..Options::default() }, |_| {})
}

fn known(case: &Case) -> Known {
    Known {
        one_pod_a_node: case.is_single_without_surge(),
        sees_every_pod: !case.deployed,
        strict: false,
        pods_before: if case.deployed { case.nodes } else { 0 },
        limit: SimDuration::from_secs(1_800),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_are_consistent(case in any_case()) {
        let record = run(&case);
        prop_assert_ne!(record.summary.limit_hit, Some("events"), "a run without end");
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
    }

    /// Whatever goes wrong for a while, in the end every node has the current pod.
    #[test]
    fn rollouts_come_to_their_end(case in gentle_case()) {
        let record = run(&case);
        let wrong = check(&record, known(&case));
        prop_assert!(wrong.0.is_empty(), "{}", wrong.0.join("\n"));
        let summary = &record.summary.daemon_sets[0];
        let status = summary.status;
        let counts = [status.current, status.ready, status.updated, status.available];
        let point = record.timeline.series[0].points.last().unwrap();
        prop_assert_eq!(counts, [status.desired; 4], "status");
        let truth = [point.truth.wanted, point.truth.serving, point.truth.serving_updated, point.pods];
        prop_assert_eq!(truth, [status.desired; 4], "truth");
        prop_assert!(summary.rollouts.last().is_none_or(|last| last.finished.is_some()));
        prop_assert!(summary.holds.is_empty(), "{:?}", summary.holds);
    }
}

/// Nothing that stays broken: all machines work again before the end.
fn gentle_case() -> impl Strategy<Value = Case> {
    use crate::cases::{Change, Some, Update, What};
    let events = prop::collection::vec((0..300u16, any_gentle()), 1..8).prop_map(|mut events| {
        events.push((400, What::Nodes(Some::All, Change::Recover)));
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
        case
    })
}

#[test]
#[ignore = "a hunt"]
fn hunt() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let n: usize = std::env::var("HUNT").ok().and_then(|n| n.parse().ok()).unwrap_or(2000);
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen: std::collections::BTreeMap<String, (usize, usize, String)> = Default::default();
    for gentle in [false, true] {
    for _ in 0..n {
        let case: Case = if gentle { gentle_case().boxed() } else { any_case().boxed() }.new_tree(&mut runner).unwrap().current();
        let result = std::panic::catch_unwind(|| {
            let record = run(&case);
            let mut wrong = check(&record, known(&case)).0;
            if record.summary.limit_hit == Some("events") { wrong.push("endless".into()); }
            if gentle {
                let summary = &record.summary.daemon_sets[0];
                let status = summary.status;
                let counts = [status.current, status.ready, status.updated, status.available];
                let point = record.timeline.series[0].points.last().unwrap();
                if counts != [status.desired; 4] { wrong.push(format!("gentle status {status:?}")); }
                let truth = [point.truth.wanted, point.truth.serving, point.truth.serving_updated, point.pods];
                if truth != [status.desired; 4] { wrong.push(format!("gentle truth {truth:?} {}", status.desired)); }
                if !summary.rollouts.last().is_none_or(|last| last.finished.is_some()) { wrong.push("gentle unfinished".into()); }
                if !summary.holds.is_empty() { wrong.push("gentle holds".into()); }
            }
            wrong
        });
        let wrong = match result { Ok(wrong) => wrong, Err(e) => vec![format!("PANIC {}", e.downcast_ref::<String>().cloned().or(e.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default())] };
        for w in wrong {
            let key: String = w.chars().filter(|c| !c.is_ascii_digit()).take(if w.starts_with("PANIC") {80} else {40}).collect();
            let size = case.events.len() * 100 + case.nodes as usize;
            let entry = seen.entry(key).or_insert((0, usize::MAX, String::new()));
            entry.0 += 1;
            if size < entry.1 { entry.1 = size; entry.2 = format!("{w}\n    {case:?}"); }
        }
    }
    }
    for (key, (count, _, example)) in seen { println!("=== {count} x {key}\n  {example}"); }
}
