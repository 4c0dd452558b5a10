//! The garbage collector alone: DaemonSets are deleted, and pods stop when it asks for that.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test hands on some events only")]

use crate::scenario::{Cascade, ClientLimit, OutageKind, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{api_server_down, delete_daemon_set, remove_pod, request_deletion};
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::fixture::{Fixture, daemon_set, scenario};
use crate::world::garbage_collector::GarbageCollector;
use crate::world::ids::DaemonSetId;

/// The limits of a real controller manager.
fn limited(nodes: u32) -> Scenario {
    let mut scenario = scenario(nodes);
    scenario.control_plane.client = Some(ClientLimit { millis_per_second: 20_000, burst: 30 });
    scenario
}

/// A DaemonSet with a pod on every node and a revision.
fn start(scenario: &Scenario) -> (Fixture, GarbageCollector, DaemonSetId) {
    let mut fixture = Fixture::new(scenario);
    let id = fixture.deploy(&daemon_set("agent"));
    for node in fixture.cluster.nodes.ids() {
        fixture.bind(id, node.0);
    }
    let spec = fixture.cluster.daemon_sets[id].spec;
    fixture.cluster.new_revision(id, spec, 1, SimTime::ZERO);
    fixture.drive(|_, _| None);
    (fixture, GarbageCollector::new(&scenario.control_plane), id)
}

/// Deletes the DaemonSet, and tells what of it goes when: in milliseconds since then.
fn delete(
    fixture: &mut Fixture,
    collector: &mut GarbageCollector,
    id: DaemonSetId,
    cascade: Cascade,
) -> Vec<(u64, String)> {
    delete_daemon_set(id, cascade, &mut fixture.cx());
    let began = fixture.cx().elapsed().as_micros() / 1_000;
    let deletion = fixture.cx().api.deletions.pop().expect("a deletion");
    assert!(collector.owner_deleted(deletion, &mut fixture.cx()).is_empty());
    assert!(!collector.is_idle());
    let told = fixture.drive(|event, cx| handle(collector, event, cx));
    assert!(collector.is_idle());
    let since = |told: &String| {
        let (at, words) = told.split_once(' ')?;
        let at: u64 = at.parse().ok()?;
        Some((at - began, words.to_owned()))
    };
    told.iter().filter_map(since).collect()
}

/// Hands on what is the collector's. A pod that is deleted is gone a second later.
fn handle(collector: &mut GarbageCollector, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    match event {
        Event::GarbageCollector(step) => {
            let pod = collector.step(step, cx)?;
            request_deletion(pod, None, cx);
            let at = cx.now + SimDuration::from_secs(1);
            cx.at(at, Event::EndPod { pod, epoch: 0 });
            Some("delete".to_owned())
        }
        Event::EndPod { pod, .. } => {
            remove_pod(pod, cx);
            None
        }
        Event::SeePod { seen, .. } if seen.exists && seen.owner.is_none() => {
            Some("let go".to_owned())
        }
        Event::SeeDaemonSet { seen, .. } if !seen.exists => Some("gone".to_owned()),
        _ => None,
    }
}

/// When each of what is told in these words happened.
fn times(told: &[(u64, String)], words: &str) -> Vec<u64> {
    told.iter().filter(|(_, it)| it == words).map(|(at, _)| *at).collect()
}

#[test]
fn in_the_background_two_requests_a_pod_make_20_pods_a_second() {
    let (mut fixture, mut collector, id) = start(&limited(60));
    let told = delete(&mut fixture, &mut collector, id, Cascade::Background);
    let deleted = times(&told, "delete");
    assert_eq!(deleted.len(), 60);
    assert_eq!(times(&told, "gone"), [20], "the object went at once");
    let at_once = deleted.iter().filter(|&&at| at < 400).count();
    assert!((19..=20).contains(&at_once), "{deleted:?}");
    assert!((2_300..2_500).contains(&deleted[59]), "{deleted:?}");
}

#[test]
fn in_the_foreground_three_requests_a_pod_make_13_pods_a_second() {
    let (mut fixture, mut collector, id) = start(&limited(60));
    let told = delete(&mut fixture, &mut collector, id, Cascade::Foreground);
    let deleted = times(&told, "delete");
    assert_eq!(deleted.len(), 60);
    assert!((3_800..4_000).contains(&deleted[59]), "{deleted:?}");
    let [gone] = times(&told, "gone")[..] else { panic!("{told:?}") };
    // A second for the pod, then three requests and two watches.
    assert!((1_000..1_150).contains(&(gone - deleted[59])), "{gone} {deleted:?}");
    assert!(fixture.cluster.revisions.is_empty());
}

#[test]
fn letting_go_takes_one_request_a_pod_and_then_the_object_goes() {
    let (mut fixture, mut collector, id) = start(&limited(60));
    let told = delete(&mut fixture, &mut collector, id, Cascade::Orphan);
    let let_go = times(&told, "let go");
    assert_eq!(let_go.len(), 60);
    let at_once = let_go.iter().filter(|&&at| at < 60).count();
    assert!((29..=30).contains(&at_once), "{let_go:?}");
    // 61 requests, 30 of them at once and then 40 a second.
    assert!((750..850).contains(&let_go[59]), "{let_go:?}");
    let [gone] = times(&told, "gone")[..] else { panic!("{told:?}") };
    assert!((let_go[59]..let_go[59] + 100).contains(&gone), "{gone} {let_go:?}");
    assert!(fixture.cluster.revisions.iter().all(|revision| revision.owner.is_none()));
}

#[test]
fn a_client_without_a_limit_waits_for_nothing_but_answers() {
    let (mut fixture, mut collector, id) = start(&scenario(60));
    let told = delete(&mut fixture, &mut collector, id, Cascade::Background);
    let deleted = times(&told, "delete");
    // 20 workers, two requests of 10 ms for each of 61 objects.
    assert!(deleted[59] - deleted[0] <= 60, "{deleted:?}");
}

#[test]
fn requests_that_fail_are_made_again_when_the_api_server_answers() {
    let (mut fixture, mut collector, id) = start(&limited(3));
    api_server_down(SimDuration::from_secs(60), OutageKind::Refused, &mut fixture.cx());
    let told = delete(&mut fixture, &mut collector, id, Cascade::Background);
    let deleted = times(&told, "delete");
    assert!(deleted.len() == 3 && deleted[0] >= 60_000, "{deleted:?}");
}

#[test]
fn a_pod_that_is_created_after_its_owner_is_found() {
    let (mut fixture, mut collector, id) = start(&limited(3));
    delete(&mut fixture, &mut collector, id, Cascade::Background);
    let pod = fixture.bind(id, 0);
    collector.pod_created(pod, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut collector, event, cx));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(!fixture.cluster.pod(pod).exists && collector.is_idle());
}

#[test]
fn where_requests_take_no_time_all_is_one_instant() {
    let mut instant = scenario(3);
    instant.control_plane.request_latency = crate::engine::Delay::ZERO;
    let (mut fixture, mut collector, id) = start(&instant);
    delete_daemon_set(id, Cascade::Background, &mut fixture.cx());
    let deletion = fixture.cx().api.deletions.pop().expect("a deletion");
    let pods = collector.owner_deleted(deletion, &mut fixture.cx());
    assert_eq!(pods.len(), 3);
    assert!(collector.is_idle() && fixture.cluster.revisions.is_empty());
}
