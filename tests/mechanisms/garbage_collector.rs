//! What becomes of the pods of a deleted DaemonSet, and how fast.

use rollcast::record::{Fact, Record, What};
use rollcast::time::SimDuration;

use crate::runs::check_points;
use crate::scenario::{SETTING, Setting};

/// A real control plane, on which pods stop within a second.
const REAL: Setting<'_> = Setting {
    until: "{rolloutComplete: false, limit: 100s}",
    control_plane: "{requestLatency: 5ms, watchLatency: 2ms}",
    ..SETTING
};

/// The DaemonSet is deleted after a minute.
fn delete(nodes: u32, cascade: &str) -> Record {
    let event = format!("  - {{at: 60s, delete: {{daemonSet: agent, cascade: {cascade}}}}}");
    Setting { nodes, ..REAL }.run(&event)
}

/// When facts of a kind happened, in milliseconds since the deletion.
fn times(record: &Record, is_meant: fn(&What) -> bool) -> Vec<u64> {
    let at = |fact: &Fact| fact.at.as_micros() / 1_000 - 60_000;
    record.facts.iter().filter(|fact| is_meant(&fact.what)).map(at).collect()
}

fn check(nodes: u32, cascade: &str, at_once: usize, last: [u64; 2]) {
    let record = delete(nodes, cascade);
    let asked = times(&record, |what| matches!(what, What::PodTerminating { .. }));
    assert_eq!(asked.len(), nodes as usize);
    let first = asked.iter().filter(|&&at| at < asked[0] + 20).count();
    assert!(first.abs_diff(at_once) <= 1, "{first} at once: {asked:?}");
    let latest = asked[asked.len() - 1];
    let [from, to] = last;
    assert!((from..=to).contains(&latest), "{cascade} {nodes}: {latest}, of {asked:?}");
    let gone = times(&record, |what| matches!(what, What::PodRemoved { .. }));
    assert_eq!(gone.len(), nodes as usize);
}

/// Measured with 1.36: 2.33 to 2.53 s for 60 pods, 14.3 s for 300; a GET and a DELETE of each at 40
/// requests a second. The first 30 requests are 20 GETs and ten DELETEs.
#[test]
fn in_the_background_pods_are_deleted_at_20_a_second() {
    check(60, "background", 10, [2_300, 2_530]);
    check(300, "background", 10, [14_200, 14_500]);
}

/// Measured with 1.36: 3.83 to 3.97 s for 60 pods, 21.9 s for 300; a GET of the DaemonSet more.
#[test]
fn in_the_foreground_pods_are_deleted_at_13_a_second() {
    check(60, "foreground", 1, [3_800, 3_980]);
    check(300, "foreground", 1, [21_750, 22_000]);
}

/// Measured with 1.36: how many of 60 and of 300 pods had been asked to go after so many
/// milliseconds, at least and at most.
#[test]
fn pods_are_deleted_in_bursts() {
    let check = |cascade: &str, measured: [(u64, usize, usize); 6]| {
        for nodes in [60, 300] {
            let record = delete(nodes, cascade);
            let asked = times(&record, |what| matches!(what, What::PodTerminating { .. }));
            for (after, least, most) in measured {
                let count = asked.iter().filter(|&&at| at <= after).count();
                assert!(
                    (least - 2..=most + 2).contains(&count),
                    "{cascade} {nodes}: {count} after {after} ms"
                );
            }
        }
    };
    let background = [
        (300, 19, 20),
        (800, 20, 20),
        (1_000, 27, 29),
        (1_300, 36, 39),
        (1_600, 39, 39),
        (2_000, 42, 48),
    ];
    check("background", background);
    let foreground = [
        (600, 11, 13),
        (1_000, 19, 20),
        (1_600, 19, 20),
        (2_000, 26, 29),
        (2_300, 37, 40),
        (3_000, 39, 40),
    ];
    check("foreground", foreground);
}

/// The controller returns early: nobody writes a status until the object goes with its last pod.
#[test]
fn in_the_foreground_the_status_stays_as_it_was() {
    let record = delete(60, "foreground");
    let expected = [
        "61s desired=60 ready=60 wanted=0",
        "64s desired=60 ready=60 wanted=0",
        "66s desired=0 pods=0",
    ];
    check_points(&record, 0, &expected, "foreground");
    let written = times(&record, |what| matches!(what, What::StatusWritten { .. }));
    assert!(written.is_empty(), "{written:?}");
}

/// A request for each pod, all at the same time, and the revision: 61 at 40 a second after the
/// first 30. Measured with 10 pods: all within 46 ms, the DaemonSet 8 ms later.
#[test]
fn pods_are_let_go_of_at_40_a_second() {
    let of = |nodes| {
        let let_go = |what: &What| matches!(what, What::PodOwnerChanged { owned: false, .. });
        times(&delete(nodes, "orphan"), let_go)
    };
    assert_eq!(of(10), [7; 10]);
    let let_go = of(60);
    assert_eq!(let_go.len(), 60);
    assert!((755..=785).contains(&let_go[59]), "{let_go:?}");
}

/// A run that ends with its rollouts waits until all pods were asked to stop.
#[test]
fn a_run_does_not_end_while_pods_are_still_to_be_deleted() {
    let event = "  - {at: 60s, delete: {daemonSet: agent}}";
    let record = Setting { nodes: 60, until: "rolloutComplete", ..REAL }.run(event);
    let asked = times(&record, |what| matches!(what, What::PodTerminating { .. }));
    assert_eq!(asked.len(), 60);
    let end = record.summary.end;
    assert!(end < SimDuration::from_secs(70), "{end}");
}
