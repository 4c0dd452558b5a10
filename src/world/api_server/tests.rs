//! The API server alone: what is written, and when those who watch hear of it.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test hands on some events only")]

use crate::api::PodPhase;
use crate::control::NodeId;
use crate::engine::Delay;
use crate::scenario::{ClientLimit, OutageKind};
use crate::time::SimDuration;
use crate::world::api_server::outage::api_server_down;
use crate::world::api_server::pods::{remove_pod, request_deletion};
use crate::world::api_server::server::{DrawFor, request};
use crate::world::event::Event;
use crate::world::fixture::{Fixture, daemon_set, scenario};

#[test]
fn a_change_is_heard_of_after_the_latency_of_the_watch() {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    fixture.create(agent, 0);
    let told = fixture.drive(|event, _| match event {
        Event::SeePod { seen, .. } => Some(format!("exists {}", seen.exists)),
        _ => None,
    });
    assert_eq!(told, ["20 exists true"]);
}

#[test]
fn no_event_of_a_watch_overtakes_another() {
    let mut spread = scenario(20);
    let slow = Delay::uniform(SimDuration::ZERO, SimDuration::from_secs(1));
    spread.control_plane.watch_latency = slow.expect("a delay");
    let mut fixture = Fixture::new(&spread);
    let agent = fixture.deploy(&daemon_set("agent"));
    let created: Vec<_> = (0..20).map(|node| fixture.create(agent, node)).collect();
    let mut heard = Vec::new();
    while let Some((_, event)) = fixture.next() {
        if let Event::SeePod { pod, .. } = event {
            heard.push(pod);
        }
    }
    assert_eq!(heard, created);
}

#[test]
fn what_nobody_can_see_is_not_told() {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    let pod = fixture.bind(agent, 0);
    fixture.drive(|_, _| None);
    fixture.cx().change_pod(pod, |pod| pod.serving = true);
    assert!(fixture.next().is_none());
}

#[test]
fn a_pod_that_was_never_bound_goes_at_once_and_a_bound_one_is_asked() {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    let [pending, bound] = [fixture.create(agent, 0), fixture.bind(agent, 0)];
    assert!(!request_deletion(pending, None, &mut fixture.cx()));
    assert!(!fixture.cluster.pod(pending).exists);
    assert!(request_deletion(bound, None, &mut fixture.cx()), "its kubelet has to stop it");
    assert!(fixture.cluster.pod(bound).exists && fixture.cluster.pod(bound).terminating);
    assert!(!request_deletion(bound, None, &mut fixture.cx()), "it was asked before");
}

#[test]
fn a_pod_that_ends_gives_up_its_place() {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    let [first, second] = [0, 0].map(|node| fixture.bind(agent, node));
    assert_eq!(fixture.cluster.node(NodeId(0)).capacity.usage.pods, 2);
    fixture.cx().change_pod(first, |pod| pod.phase = PodPhase::Failed);
    assert_eq!(fixture.cluster.node(NodeId(0)).capacity.usage.pods, 1);
    remove_pod(second, &mut fixture.cx());
    assert_eq!(fixture.cluster.node(NodeId(0)).capacity.usage.pods, 0);
    assert!(fixture.cluster.usage_is_consistent());
}

#[test]
fn during_an_outage_nothing_is_heard() {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    api_server_down(SimDuration::from_secs(60), OutageKind::Hangs, &mut fixture.cx());
    fixture.create(agent, 0);
    let told = fixture.drive(|event, _| match event {
        Event::SeePod { .. } => Some("pod".to_owned()),
        Event::ApiServerUp { .. } => Some("up".to_owned()),
        _ => None,
    });
    assert_eq!(told, ["60000 up", "60000 pod"]);
}

#[test]
fn requests_wait_for_tokens() {
    let mut limited = scenario(1);
    limited.control_plane.client = Some(ClientLimit { millis_per_second: 2_000, burst: 1 });
    let mut fixture = Fixture::new(&limited);
    let start = fixture.after(SimDuration::ZERO);
    let mut cx = fixture.cx();
    let mut ask = || request(DrawFor::Node(NodeId(0)), &mut cx).carried_out.since(start);
    let sent = [ask(), ask(), ask()];
    assert_eq!(sent.map(|at| at.as_micros() / 1_000), [5, 505, 1_005], "half of 10 ms, and tokens");
}
