//! Objects read back as what they were made of.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::{ControllerRevision, Node, Pod, PodPhase, Taint, TaintEffect};
use crate::inspect::Moment;
use crate::record::{
    DaemonSetState, NodeState, Phase, PodState, Ready, RevisionState, StatusCounts, Waiting,
    WaitsOn,
};
use crate::report::objects::{
    controller_revision_object, daemon_set_object, node_object, object_json, object_yaml,
    pod_object,
};
use crate::time::SimTime;

fn at(second: u64) -> SimTime {
    SimTime::from_secs(second)
}

fn labels(key: &str, value: &str) -> BTreeMap<String, String> {
    [(key.to_owned(), value.to_owned())].into()
}

fn template() -> Value {
    json!({
        "metadata": {"labels": {"app": "agent"}, "annotations": {"a": "b"}},
        "spec": {
            "containers": [{"name": "c", "image": "agent:2"}],
            "terminationGracePeriodSeconds": 45,
        },
    })
}

fn moment(pod: PodState) -> Moment {
    let mut moment =
        Moment { now: at(1_000), kubernetes_version: "1.36".into(), ..Moment::default() };
    let key = ("ns".to_owned(), "h2".to_owned());
    moment.templates.insert(key, template());
    let daemon_set = DaemonSetState {
        daemon_set: "ns/agent (2)".into(),
        name: "agent".into(),
        namespace: "ns".into(),
        ..DaemonSetState::default()
    };
    moment.daemon_sets.insert(daemon_set.daemon_set.clone(), daemon_set);
    moment.pods.insert((pod.namespace.clone(), pod.pod.clone()), pod);
    moment
}

fn pod() -> PodState {
    PodState {
        pod: "agent-x".into(),
        namespace: "ns".into(),
        daemon_set: "ns/agent (2)".into(),
        node: "n1".into(),
        revision: "h2".into(),
        template_generation: Some(2),
        created: at(100),
        ..PodState::default()
    }
}

fn read(pod: &PodState) -> Pod {
    let moment = moment(pod.clone());
    Pod::from_tree(&pod_object(&moment, pod).into()).unwrap()
}

#[test]
fn a_pod_that_waits_for_the_scheduler_is_pinned() {
    let found = read(&pod());
    assert_eq!((found.spec.node_name.as_deref(), found.target_node()), (None, Some("n1")));
    assert_eq!(found.status.phase, PodPhase::Pending);
    assert!(found.status.conditions.is_empty() && found.status.container_statuses.is_empty());
    assert_eq!(found.spec.tolerations.len(), 6);
    assert_eq!(found.metadata.creation_timestamp, Some(at(100)));
    let labels: Vec<(&str, &str)> = found.metadata.labels.iter().collect();
    let expected =
        [("app", "agent"), ("controller-revision-hash", "h2"), ("pod-template-generation", "2")];
    assert_eq!(labels, expected);
    let message = "0/1 nodes are available: 1 Insufficient cpu.".to_owned();
    let unschedulable = Waiting {
        on: WaitsOn::Scheduler,
        reason: "Unschedulable".into(),
        detail: message.clone(),
        since: at(101),
        retry: None,
    };
    let found = read(&PodState { waiting: Some(unschedulable), ..pod() });
    let said = &found.status.conditions[0];
    assert_eq!((said.kind.as_str(), said.status.as_str()), ("PodScheduled", "False"));
    assert_eq!((said.reason.as_str(), &said.message), ("Unschedulable", &message));
}

#[test]
fn a_running_pod_is_ready_since_it_was() {
    let running = PodState {
        phase: Phase::Running,
        bound: Some(SimTime::from_micros(101_900_000)),
        started: Some(at(110)),
        ready_since: Some(at(112)),
        ..pod()
    };
    let found = read(&running);
    assert_eq!(found.spec.node_name.as_deref(), Some("n1"));
    assert_eq!(found.status.phase, PodPhase::Running);
    assert_eq!((found.scheduled_at(), found.started_at()), (Some(at(101)), Some(at(110))));
    assert_eq!(
        (found.ready_since(), found.containers_ready_since()),
        (Some(at(112)), Some(at(112)))
    );
    let unready = PodState { ready_since: None, unready_since: Some(at(120)), ..running };
    let found = read(&unready);
    let ready = found.ready_condition().unwrap();
    assert_eq!((ready.status.as_str(), ready.last_transition_time), ("False", Some(at(120))));
    assert_eq!(found.containers_ready_since(), None);
}

#[test]
fn a_pod_that_is_deleted_has_its_grace_period() {
    let going = PodState {
        phase: Phase::Running,
        bound: Some(at(101)),
        deleted: Some(SimTime::from_micros(200_700_000)),
        finalizers: vec!["example.com/x".into()],
        ..pod()
    };
    let found = read(&going).metadata;
    assert_eq!(found.deletion_timestamp, Some(at(245)));
    assert_eq!(found.deletion_grace_period_seconds, 45);
    assert_eq!(found.finalizers, ["example.com/x"]);
}

#[test]
fn owners_and_owned_have_one_identifier() {
    let moment = moment(pod());
    let owner = daemon_set_object(&moment.daemon_sets["ns/agent (2)"]);
    let found = read(&pod()).metadata;
    let reference = found.controller_ref().unwrap();
    assert_eq!((reference.kind.as_str(), reference.name.as_str()), ("DaemonSet", "agent"));
    assert_eq!(owner["metadata"]["uid"], reference.uid);
    let revision = RevisionState { owner: Some("ns/agent (2)".into()), ..RevisionState::default() };
    let revision = controller_revision_object(&revision);
    assert_eq!(revision["metadata"]["ownerReferences"][0]["uid"], reference.uid);
    let orphan = read(&PodState { orphan: true, ..pod() });
    assert_eq!(orphan.metadata.controller_ref(), None);
}

#[test]
fn a_node_is_what_it_was() {
    let state = NodeState {
        name: "n1".into(),
        created: at(50),
        labels: labels("zone", "a"),
        taints: vec!["k=v:NoSchedule".into(), "node.kubernetes.io/unreachable:NoExecute".into()],
        unschedulable: true,
        allocatable: labels("cpu", "3900m"),
        ready: Ready::Unknown,
        ready_since: Some(at(70)),
        pressures: vec!["DiskPressure".into()],
    };
    let found = Node::from_tree(&node_object(&moment(pod()), &state).into()).unwrap();
    assert_eq!((found.metadata.name.as_str(), found.spec.unschedulable), ("n1", true));
    let taint = Taint { key: "k".into(), value: "v".into(), effect: TaintEffect::NoSchedule };
    assert_eq!(found.spec.taints[0], taint);
    assert_eq!(found.spec.taints[1].to_string(), state.taints[1]);
    assert_eq!(found.status.allocatable["cpu"].millis(), 3_900);
    let condition = |found: &Node, kind: &str| {
        let mut all = found.status.conditions.iter();
        all.find(|it| it.kind == kind).map(|it| it.status.clone()).unwrap()
    };
    assert_eq!(condition(&found, "Ready"), "Unknown");
    assert_eq!(found.status.conditions[3].last_transition_time, Some(at(70)));
    let ready = NodeState { ready: Ready::True, ..state };
    let found = Node::from_tree(&node_object(&moment(pod()), &ready).into()).unwrap();
    let all = ["Ready", "DiskPressure", "MemoryPressure", "PIDPressure"];
    assert_eq!(all.map(|it| condition(&found, it)), ["True", "True", "False", "False"]);
}

#[test]
fn a_revision_keeps_its_template() {
    let state = RevisionState {
        namespace: "ns".into(),
        name: "agent-h2".into(),
        hash: "h2".into(),
        number: 7,
        template: template(),
        ..RevisionState::default()
    };
    let object = controller_revision_object(&state);
    assert_eq!(object["data"]["spec"]["template"]["$patch"], "replace");
    let found = ControllerRevision::from_tree(&object.into()).unwrap();
    assert_eq!(
        (found.revision, found.metadata.labels.get("controller-revision-hash")),
        (7, Some("h2"))
    );
    assert_eq!(found.template, template().into());
}

#[test]
fn counts_that_are_zero_are_left_out_as_in_go() {
    let status = StatusCounts { desired: 3, available: 2, ..StatusCounts::default() };
    let state =
        DaemonSetState { status, template_generation: Some(4), ..DaemonSetState::default() };
    let object = daemon_set_object(&state);
    let expected = json!({
        "currentNumberScheduled": 0,
        "desiredNumberScheduled": 3,
        "numberAvailable": 2,
        "numberMisscheduled": 0,
        "numberReady": 0,
    });
    assert_eq!(object["status"], expected);
    let annotation = "deprecated.daemonset.template.generation";
    assert_eq!(object["metadata"]["annotations"][annotation], "4");
}

/// Both ways of printing are made of the same object; that each reads back is tested elsewhere.
#[test]
fn objects_are_printed_with_sorted_keys() {
    let pod = pod();
    let object = pod_object(&moment(pod.clone()), &pod);
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(first(object_yaml(&object)), "apiVersion: v1");
    assert_eq!(object_json(&object).lines().nth(1), Some("    \"apiVersion\": \"v1\","));
}
