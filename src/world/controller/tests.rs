//! The controller alone: it is given a cache, and an API server that does what it is asked.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test hands on some events only")]

use crate::api::{DaemonSet, DaemonSetSpec};
use crate::scenario::{NodeSpec, Scenario};
use crate::time::SimDuration;
use crate::world::api_server::{
    Resource, create_pod, new_node, replace_spec, request_deletion, write_status,
};
use crate::world::controller::process::Controller;
use crate::world::controller::sync::SyncError;
use crate::world::cx::Cx;
use crate::world::event::{ApiCall, Event};
use crate::world::fixture::{Fixture, daemon_set, scenario};
use crate::world::ids::DaemonSetId;

/// A controller that has listed the nodes and a DaemonSet without pods.
fn start(scenario: &Scenario, written: &DaemonSet) -> (Fixture, Controller, DaemonSetId) {
    let mut fixture = Fixture::new(scenario);
    let mut controller = Controller::default();
    for node in fixture.cluster.nodes.ids() {
        let version = fixture.cluster.node(node).version;
        controller.cache_node(node, Some(version));
    }
    let id = fixture.deploy(written);
    controller.list_daemon_set(id, &fixture.cluster);
    for node in fixture.cluster.nodes.ids() {
        controller.touch(id, node);
    }
    (fixture, controller, id)
}

/// Hands the controller what is its, and does at the API server what it asks for. Pods that were
/// created are Ready at once.
fn handle(controller: &mut Controller, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    match event {
        Event::Sync => controller.process_queue(cx),
        Event::SeePod { pod, seen } => controller.see_pod(pod, seen, cx),
        Event::SeeNode { node, version } => controller.see_node(node, version, cx),
        Event::SeeDaemonSet { daemon_set, seen } => {
            controller.see_daemon_set(daemon_set, seen, cx);
        }
        Event::Release { daemon_set } => controller.release(daemon_set, cx),
        Event::NodeUpdates => controller.process_node_updates(cx),
        Event::Resume { daemon_set, .. } => controller.resume(daemon_set, cx),
        Event::ApiCall { daemon_set, call, rest, .. } => {
            let told = serve(controller, daemon_set, call, cx);
            controller.carried_out(daemon_set, rest, cx);
            return told;
        }
        _ => {}
    }
    None
}

fn serve(
    controller: &mut Controller,
    id: DaemonSetId,
    call: ApiCall,
    cx: &mut Cx<'_>,
) -> Option<String> {
    match call {
        ApiCall::CreatePod { node, spec, hash } => {
            let pod = create_pod(id, node, spec, hash, cx)?;
            let now = cx.now;
            cx.change_pod(pod, |pod| {
                pod.bound = true;
                pod.ready_since = Some(now);
            });
            controller.await_own_write(id, Resource::Pods, cx);
            Some(format!("create on {}", node.0))
        }
        ApiCall::DeletePod { pod } => {
            request_deletion(pod, None, cx);
            Some(format!("delete pod {}", pod.0))
        }
        ApiCall::WriteStatus { status, observed } => {
            write_status(id, status, observed, cx);
            controller.await_own_write(id, Resource::DaemonSets, cx);
            Some(format!("status {} of {}", status.available, status.desired))
        }
    }
}

/// The same with an API server that refuses the eleventh pod and all after it, for a minute.
fn handle_with_quota(controller: &mut Controller, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    let is_full = cx.cluster.pods.rows().len() >= 10;
    if let Event::ApiCall { daemon_set, call: call @ ApiCall::CreatePod { .. }, rest, .. } = event
        && is_full
        && cx.elapsed() < SimDuration::from_secs(60)
    {
        let why = SyncError::Refused("exceeded quota".to_owned());
        controller.call_failed(daemon_set, call, why);
        controller.carried_out(daemon_set, rest, cx);
        return Some("refused".to_owned());
    }
    handle(controller, event, cx)
}

/// 20 pods of which ten may be created: after 1, 2, 4 and 3 of the 8, five are refused and five not
/// asked for. Nothing wakes the controller when there may be more: it is at its back-off then.
#[test]
fn after_a_refusal_the_rest_is_not_asked_for_until_the_key_comes_back() {
    let (mut fixture, mut controller, id) = start(&scenario(20), &daemon_set("agent"));
    controller.enqueue(id, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle_with_quota(&mut controller, event, cx));
    let times = |words: &str| {
        let all = told.iter().filter_map(|told| told.split_once(' '));
        let meant = all.filter(|(_, its)| its.starts_with(words));
        meant.filter_map(|(at, _)| at.parse().ok()).collect::<Vec<u64>>()
    };
    let [created, refused] = ["create", "refused"].map(times);
    assert_eq!(created[..10], [15, 25, 25, 35, 35, 35, 35, 45, 45, 45], "{told:?}");
    assert_eq!(refused[..5], [45; 5], "{told:?}");
    // After that one try a sync, later and later.
    let retries = &refused[5..];
    assert!(retries.windows(2).all(|pair| pair[0] < pair[1]), "{refused:?}");
    assert!((8..16).contains(&retries.len()), "{refused:?}");
    assert_eq!(created.len(), 20);
    assert!((60_000..90_000).contains(&created[10]), "{created:?}");
    assert!(controller.is_idle());
}

#[test]
fn every_node_gets_a_pod_and_the_status_says_so() {
    let (mut fixture, mut controller, id) = start(&scenario(3), &daemon_set("agent"));
    controller.enqueue(id, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut controller, event, cx));
    let calls: Vec<&str> = told.iter().filter_map(|it| Some(it.split_once(' ')?.1)).collect();
    let created = calls.iter().filter(|call| call.starts_with("create")).count();
    assert_eq!(created, 3, "{told:?}");
    assert_eq!(calls.last(), Some(&"status 3 of 3"), "{told:?}");
    assert!(controller.is_idle());
}

#[test]
fn creations_come_in_batches_of_one_two_and_four() {
    let (mut fixture, mut controller, id) = start(&scenario(7), &daemon_set("agent"));
    controller.enqueue(id, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut controller, event, cx));
    let at = |told: &&String| told.split_once(' ').map(|it| it.0.to_owned());
    let creations: Vec<String> =
        told.iter().filter(|it| it.contains("create")).filter_map(|it| at(&it)).collect();
    // The first call waits for the revision, which is a request of its own; a call is carried out
    // when half of its time is over.
    assert_eq!(creations, ["15", "25", "25", "35", "35", "35", "35"]);
}

#[test]
fn a_cache_that_shows_all_pods_asks_for_nothing() {
    let (mut fixture, mut controller, id) = start(&scenario(2), &daemon_set("agent"));
    controller.enqueue(id, &mut fixture.cx());
    fixture.drive(|event, cx| handle(&mut controller, event, cx));
    controller.enqueue(id, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut controller, event, cx));
    assert_eq!(told, [""; 0]);
}

#[test]
fn a_new_template_takes_one_node_at_a_time() {
    let (mut fixture, mut controller, id) = start(&scenario(3), &daemon_set("agent"));
    controller.enqueue(id, &mut fixture.cx());
    fixture.drive(|event, cx| handle(&mut controller, event, cx));
    let mut template = fixture.cluster.spec_of(id).written.template.clone();
    template.canonical = "2".to_owned();
    let spec = DaemonSetSpec { template, ..fixture.cluster.spec_of(id).written.clone() };
    replace_spec(id, spec, "update", &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut controller, event, cx));
    let deletions = told.iter().filter(|it| it.contains("delete")).count();
    // The pod goes on terminating: nobody stops it here.
    assert_eq!(deletions, 1, "{told:?}");
}

#[test]
fn a_process_that_is_away_hears_nothing_and_the_next_one_lists_everything() {
    let (mut fixture, mut controller, id) = start(&scenario(1), &daemon_set("agent"));
    controller.stop(SimDuration::from_secs(5), &mut fixture.cx());
    let seen = fixture.cluster.cached_daemon_set(id);
    controller.see_daemon_set(id, seen, &mut fixture.cx());
    new_node(&NodeSpec::named("n2"), &mut fixture.cx());
    let Some((at, Event::Relist { process })) = fixture.next() else { panic!("a new process") };
    assert_eq!(at, SimDuration::from_secs(5));
    assert!(controller.is_idle(), "nothing was queued meanwhile");
    controller.relist(process, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut controller, event, cx));
    assert_eq!(
        told.last().map(|it| it.split_once(' ').map(|it| it.1)),
        Some(Some("status 2 of 2"))
    );
}
