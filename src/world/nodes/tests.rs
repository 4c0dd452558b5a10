//! The controllers of nodes alone: they are given leases, conditions and taints.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test hands on some events only")]

use crate::api::{Taint, TaintEffect};
use crate::control::NodeId;
use crate::control::node_lifecycle::NodeHealth;
use crate::scenario::{NodeLifecycle as Model, Scenario};
use crate::time::SimDuration;
use crate::world::api_server::set_taints;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::fixture::{Fixture, daemon_set, scenario};
use crate::world::nodes::controllers::Nodes;
use crate::world::nodes::eviction::TaintEviction;
use crate::world::nodes::lifecycle::NodeLifecycle;

const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

fn watched(nodes: u32) -> Scenario {
    let mut scenario = scenario(nodes);
    scenario.control_plane.node_lifecycle = Some(Model::default());
    scenario
}

fn start(nodes: u32) -> (Fixture, NodeLifecycle) {
    let scenario = watched(nodes);
    let fixture = Fixture::new(&scenario);
    let model = scenario.control_plane.node_lifecycle.as_ref();
    let mut lifecycle = NodeLifecycle::new(model, fixture.settings());
    for node in fixture.cluster.nodes.ids() {
        lifecycle.count(node, &fixture.cluster);
    }
    (fixture, lifecycle)
}

fn handle(lifecycle: &mut NodeLifecycle, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    match event {
        Event::MonitorPass => lifecycle.monitor_pass(cx),
        Event::ZonePoll { zone } => lifecycle.zone_poll(zone, cx),
        _ => {}
    }
    None
}

fn tainted(fixture: &Fixture) -> Vec<u32> {
    let has = |node: &NodeId| {
        let taints = &fixture.cluster.version_of(*node).taints;
        taints.iter().any(|it| it.key == UNREACHABLE && it.effect == TaintEffect::NoExecute)
    };
    fixture.cluster.nodes.ids().filter(has).map(|node| node.0).collect()
}

fn turn(node: u32, health: NodeHealth, fixture: &mut Fixture, lifecycle: &mut NodeLifecycle) {
    fixture.cluster.nodes[NodeId(node)].conditions.health = health;
    lifecycle.touch(NodeId(node), &mut fixture.cx());
}

#[test]
fn a_lease_that_is_not_renewed_is_noticed_in_a_pass_after_its_grace_period() {
    let (fixture, lifecycle) = start(1);
    let renewed = fixture.after(SimDuration::from_secs(100));
    let noticed = lifecycle.unknown_at(renewed).expect("somebody looks");
    let after = noticed.since(renewed);
    // 1.36: 50 s of grace, and passes every 5 s.
    assert!(after > SimDuration::from_secs(50) && after <= SimDuration::from_secs(55), "{after}");
    assert_eq!(lifecycle.next_pass(noticed), noticed, "it is one of the passes");
    let off = NodeLifecycle::new(None, fixture.settings());
    assert_eq!((off.unknown_at(renewed), off.next_pass(renewed)), (None, renewed));
}

#[test]
fn silent_nodes_of_a_zone_are_tainted_one_in_ten_seconds() {
    let (mut fixture, mut lifecycle) = start(10);
    for node in [2, 5, 7] {
        turn(node, NodeHealth::Unknown, &mut fixture, &mut lifecycle);
    }
    let mut when = Vec::new();
    while let Some((at, event)) = fixture.next() {
        let before = tainted(&fixture).len();
        handle(&mut lifecycle, event, &mut fixture.cx());
        if tainted(&fixture).len() > before {
            when.push(at.as_secs());
        }
    }
    assert_eq!(tainted(&fixture), [2, 5, 7]);
    let gaps: Vec<u64> = when.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(gaps, [10, 10]);
}

#[test]
fn a_node_that_is_ready_again_loses_the_taint() {
    let (mut fixture, mut lifecycle) = start(5);
    turn(0, NodeHealth::Unknown, &mut fixture, &mut lifecycle);
    fixture.drive(|event, cx| handle(&mut lifecycle, event, cx));
    assert_eq!(tainted(&fixture), [0]);
    turn(0, NodeHealth::Ready, &mut fixture, &mut lifecycle);
    fixture.drive(|event, cx| handle(&mut lifecycle, event, cx));
    assert_eq!(tainted(&fixture), [0; 0]);
}

#[test]
fn when_no_node_is_heard_from_none_is_tainted() {
    let (mut fixture, mut lifecycle) = start(3);
    for node in 0..3 {
        turn(node, NodeHealth::Unknown, &mut fixture, &mut lifecycle);
    }
    fixture.drive(|event, cx| handle(&mut lifecycle, event, cx));
    assert_eq!(tainted(&fixture), [0; 0]);
}

#[test]
fn a_pod_that_does_not_tolerate_a_taint_is_evicted() {
    let mut fixture = Fixture::new(&watched(1));
    let mut eviction = TaintEviction::default();
    let agent = fixture.deploy(&daemon_set("agent"));
    let pod = fixture.bind(agent, 0);
    let taint = Taint {
        key: "maintenance".to_owned(),
        value: String::new(),
        effect: TaintEffect::NoExecute,
    };
    set_taints(NodeId(0), vec![taint], &mut fixture.cx());
    eviction.look_at_taints(NodeId(0), &mut fixture.cx());
    let mut evicted = Vec::new();
    while let Some((_, event)) = fixture.next() {
        if let Event::EvictPod { pod } = event
            && eviction.is_over(pod, &mut fixture.cx())
        {
            evicted.push(pod);
        }
    }
    assert_eq!(evicted, [pod]);
}

#[test]
fn a_drain_cordons_at_once_and_a_machine_that_dies_is_noticed_later() {
    let scenario = watched(3);
    let mut fixture = Fixture::new(&scenario);
    let mut nodes = Nodes::new(&scenario, fixture.settings());
    nodes.drain(NodeId(0), &mut fixture.cx());
    assert!(fixture.cluster.node(NodeId(0)).conditions.unschedulable);
    nodes.fail_node(NodeId(1), &mut fixture.cx());
    assert!(!fixture.cluster.node(NodeId(1)).alive);
    let mut noticed = None;
    while let Some((at, event)) = fixture.next() {
        if let Event::Node { node, epoch, step } = event {
            nodes.node_step(node, epoch, step, &mut fixture.cx());
        }
        let health = fixture.cluster.node(NodeId(1)).conditions.health;
        if noticed.is_none() && health == NodeHealth::Unknown {
            noticed = Some(at.as_secs());
        }
    }
    assert!((40..=55).contains(&noticed.expect("it is noticed")), "{noticed:?}");
}
