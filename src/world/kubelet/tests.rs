//! Kubelets alone: each is given pods, a clock and nothing else.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test hands on some events only")]

use crate::control::{NodeId, PodId};
use crate::engine::{Delay, Factor};
use crate::scenario::{ImageFault, Kubelet, KubeletModel, StartDelays};
use crate::time::SimDuration;
use crate::world::cx::Cx;
use crate::world::event::Event;
use crate::world::fixture::{Fixture, daemon_set, scenario};
use crate::world::kubelet::kubelets::Kubelets;

fn millis(millis: u64) -> Delay {
    Delay::constant(SimDuration::from_millis(millis))
}

/// A kubelet whose every station takes a time of its own.
fn slow() -> Kubelet {
    Kubelet::On(Box::new(KubeletModel {
        volumes: millis(100),
        start: Some(StartDelays { sandbox: millis(300), container: millis(200) }),
        init_run: millis(0),
        pre_stop: millis(0),
        cleanup: millis(500),
        parallel_pulls: Some(1),
        registry_pulls: None,
        network: None,
    }))
}

/// Hands kubelets what is theirs, and passes over what others hear.
fn handle(kubelets: &mut Kubelets, event: Event, cx: &mut Cx<'_>) -> Option<String> {
    match event {
        Event::Pod { pod, epoch, step } if cx.cluster.is_current(pod, epoch) => {
            kubelets.pod_step(pod, step, cx);
            Some(format!("{step:?}"))
        }
        Event::Pull { node, ticket, step } => {
            kubelets.pull_step(node, ticket, step, cx);
            Some(format!("Pull {step:?}"))
        }
        _ => None,
    }
}

fn bound(kubelet: &Kubelet) -> (Fixture, Kubelets, PodId) {
    let mut fixture = Fixture::new(&scenario(1));
    let agent = fixture.deploy(&daemon_set("agent"));
    let pod = fixture.bind(agent, 0);
    (fixture, Kubelets::new(kubelet, Factor::ONE), pod)
}

#[test]
fn a_kubelet_that_is_off_pulls_starts_and_is_ready() {
    let (mut fixture, mut kubelets, pod) = bound(&Kubelet::Off);
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert_eq!(told, ["2000 Pulled", "3000 Started"]);
    let start = fixture.after(SimDuration::ZERO);
    assert_eq!(fixture.cluster.pod(pod).ready_since, Some(start + SimDuration::from_secs(3)));
    assert!(fixture.cluster.pod(pod).serving);
}

#[test]
fn a_pod_passes_its_stations_one_by_one() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    let (running, before) = told.split_last().expect("it runs");
    assert_eq!(
        before,
        [
            "20 Arrived",
            "420 Prepare { container: 0 }",
            "2420 Pull End",
            "2620 Launched { container: 0 }",
        ]
    );
    // The kubelet notices at its next look, and tells the API server 10 ms later.
    let (at, step) = running.split_once(' ').expect("a time");
    assert_eq!(step, "Running");
    assert!((2_630..3_640).contains(&at.parse::<u64>().expect("milliseconds")), "{running}");
    assert!(fixture.cluster.pod(pod).serving);
    assert_eq!(
        fixture.facts(),
        ["PodCreated", "PodPulling", "PodPulled", "PodStarted", "PodReady"]
    );
}

#[test]
fn what_is_pulled_already_is_not_pulled_again() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    let image = fixture.cluster.images.intern("agent:1");
    fixture.cluster.nodes[NodeId(0)].images.push(image);
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert_eq!(told[2], "620 Launched { container: 0 }");
}

#[test]
fn a_pull_that_fails_waits_until_the_image_is_mended() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    fixture.cluster.image_faults.add("agent:*", ImageFault::PullError, None);
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert_eq!(told.last().expect("a pull"), "920 Pull End");
    assert!(fixture.cluster.pod(pod).broken.is_some());
    fixture.cluster.image_faults.remove("agent:*");
    kubelets.mend_pod(pod, &mut fixture.cx());
    fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert!(fixture.cluster.pod(pod).serving && fixture.cluster.pod(pod).broken.is_none());
}

#[test]
fn a_pod_that_was_told_to_stop_ends_before_its_object_goes() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    let told_at = fixture.cx().now;
    kubelets.delete_pod(pod, None, &mut fixture.cx());
    assert!(!fixture.cluster.pod(pod).serving && fixture.cluster.pod(pod).exists);
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    // 20 ms until it hears, 3 s until they have stopped, 500 ms to clean up, two requests of 10 ms.
    let since = |millis: u64| {
        (told_at + SimDuration::from_millis(millis)).since(fixture.after(SimDuration::ZERO))
    };
    let expected = [(3_030, "Ended { failed: false }"), (3_540, "Stopped")];
    let expected = expected.map(|(at, step)| format!("{} {step}", since(at).as_micros() / 1_000));
    assert_eq!(told, expected);
    assert!(!fixture.cluster.pod(pod).exists);
}

#[test]
fn a_pull_is_broken_off_when_its_pod_is_told_to_stop() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    for _ in 0..4 {
        let Some((_, event)) = fixture.next() else { panic!("the pod arrives and pulls") };
        handle(&mut kubelets, event, &mut fixture.cx());
    }
    kubelets.delete_pod(pod, None, &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    let steps: Vec<&str> = told.iter().filter_map(|it| Some(it.split_once(' ')?.1)).collect();
    assert_eq!(steps, ["Ended { failed: true }", "Stopped", "Pull End"]);
    assert!(fixture.cluster.node(NodeId(0)).images.is_empty(), "nothing was fetched");
}

#[test]
fn a_dead_machine_hears_of_nothing() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    kubelets.stop_machine(NodeId(0), &mut fixture.cx());
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let seen = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    kubelets.delete_pod(pod, None, &mut fixture.cx());
    let deleted = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert_eq!((seen, deleted), (vec![], vec![]));
    assert!(fixture.cluster.pod(pod).exists, "nobody takes its object away");
}

#[test]
fn what_was_under_way_ends_with_its_machine() {
    let (mut fixture, mut kubelets, pod) = bound(&slow());
    kubelets.kubelet_sees(pod, &mut fixture.cx());
    let (_, event) = fixture.next().expect("a change that is heard of");
    handle(&mut kubelets, event, &mut fixture.cx());
    kubelets.stop_machine(NodeId(0), &mut fixture.cx());
    let told = fixture.drive(|event, cx| handle(&mut kubelets, event, cx));
    assert_eq!(told, [""; 0]);
}
