//! The scheduler alone: it is given nodes and pods.

use std::sync::Arc;

use crate::control::NodeId;
use crate::engine::Delay;
use crate::scenario::{ClientLimit, NodeSpec, Resources, Scenario, Scheduler as Model};
use crate::time::SimDuration;
use crate::world::api_server::remove_pod;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::fixture::{Fixture, daemon_set, scenario};
use crate::world::scheduler::process::Scheduler;

/// Cycles of 5 ms in a schedule of 25 ms, on nodes with room for one pod.
fn cramped(nodes: u32, client: Option<ClientLimit>) -> Scenario {
    let mut scenario = scenario(nodes);
    let millis = |millis| Delay::constant(SimDuration::from_millis(millis));
    scenario.control_plane.scheduler = Some(Model { client, cycle: millis(5) });
    scenario.latencies.default.schedule = millis(25);
    let room = Arc::new(Resources { pods: 1, ..Resources::UNLIMITED });
    let cramped = |node| NodeSpec { allocatable: Arc::clone(&room), ..node };
    scenario.nodes = scenario.nodes.iter().map(cramped).collect();
    scenario
}

fn start(scenario: &Scenario) -> (Fixture, Scheduler) {
    let fixture = Fixture::new(scenario);
    let mut scheduler = Scheduler::new(scenario);
    for node in fixture.cluster.nodes.ids() {
        scheduler.list_node(node, &fixture.cluster);
    }
    (fixture, scheduler)
}

/// Which pods are bound, as they are.
fn handle(scheduler: &mut Scheduler, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    let Event::Scheduler(step) = event else { return None };
    let bound = scheduler.step(step, cx)?;
    Some(format!("pod {}", bound.0))
}

#[test]
fn one_pod_is_scheduled_after_the_other() {
    let (mut fixture, mut scheduler) = start(&cramped(2, None));
    let agent = fixture.deploy(&daemon_set("agent"));
    for node in 0..2 {
        let pod = fixture.create(agent, node);
        assert!(!scheduler.start_scheduling(pod, &mut fixture.cx()));
    }
    // Half of what the cycle leaves passes before it hears of them, half after the cycle.
    let told = fixture.drive(|event, cx| handle(&mut scheduler, event, cx));
    assert_eq!(told, ["25 pod 0", "30 pod 1"]);
}

#[test]
fn a_pod_without_room_waits_until_another_is_gone() {
    let (mut fixture, mut scheduler) = start(&cramped(1, None));
    let agent = fixture.deploy(&daemon_set("agent"));
    let [first, second] = [0, 0].map(|node| fixture.create(agent, node));
    for pod in [first, second] {
        scheduler.start_scheduling(pod, &mut fixture.cx());
    }
    let mut until_rejected = 0;
    while !scheduler.rejected.contains_key(&second) {
        let (_, event) = fixture.next().expect("it is tried");
        handle(&mut scheduler, event, &mut fixture.cx());
        until_rejected += 1;
    }
    assert!(until_rejected > 3 && fixture.cluster.pod(first).placed);
    let gone = fixture.cx().now;
    remove_pod(first, &mut fixture.cx());
    // It hears of that by its watch, and does not wait for its look at leftovers. That it was tried
    // just before costs a second of back-off.
    let soon = gone + SimDuration::from_secs(5);
    while scheduler.rejected.contains_key(&second) && fixture.cx().now < soon {
        let (_, event) = fixture.next().expect("it is tried again");
        handle(&mut scheduler, event, &mut fixture.cx());
    }
    assert!(fixture.cx().now < soon);
    let told = fixture.drive(|event, cx| handle(&mut scheduler, event, cx));
    assert!(told.iter().any(|it| it.ends_with(" pod 1")), "{told:?}");
}

#[test]
fn bindings_draw_tokens() {
    let client = Some(ClientLimit { millis_per_second: 1_000, burst: 1 });
    let (mut fixture, mut scheduler) = start(&cramped(3, client));
    let agent = fixture.deploy(&daemon_set("agent"));
    for node in 0..3 {
        let pod = fixture.create(agent, node);
        scheduler.start_scheduling(pod, &mut fixture.cx());
    }
    let told = fixture.drive(|event, cx| handle(&mut scheduler, event, cx));
    assert_eq!(told, ["25 pod 0", "1025 pod 1", "2025 pod 2"]);
}

#[test]
fn a_node_that_it_does_not_know_gets_no_pod() {
    let scenario = cramped(1, None);
    let mut fixture = Fixture::new(&scenario);
    let mut scheduler = Scheduler::new(&scenario);
    let agent = fixture.deploy(&daemon_set("agent"));
    let pod = fixture.create(agent, 0);
    scheduler.start_scheduling(pod, &mut fixture.cx());
    for _ in 0..4 {
        let Some((_, event)) = fixture.next() else { break };
        assert_eq!(handle(&mut scheduler, event, &mut fixture.cx()), None);
    }
    assert!(scheduler.rejected.contains_key(&pod));
    assert_eq!(fixture.cluster.pod(pod).node, NodeId(0));
}
