//! Events from lists of facts.

use serde_json::{Value, json};

use crate::inspect::event::{Event, EventKind};
use crate::inspect::events::EventLog;
use crate::inspect::moment::Moment;
use crate::inspect::replay::CRASH_LOOP;
use crate::record::{
    ClusterState, DaemonSetState, Fact, FactId, NameId, Names, NodeState, Phase, PodState, Ready,
    Waiting, WaitsOn, What,
};
use crate::time::{SimDuration, SimTime};

/// A record that is made by hand: one pod of one DaemonSet on one node.
struct Story {
    names: Names,
    moment: Moment,
    log: EventLog,
    facts: u32,
    begin: SimTime,
}

impl Story {
    fn new(version: &str, template: Value) -> Self {
        let begin = SimTime::from_secs(1_700_000_000);
        let node = NodeState { name: "n1".to_owned(), ready: Ready::True, ..NodeState::default() };
        let daemon_set = DaemonSetState {
            daemon_set: "kube-system/agent".to_owned(),
            namespace: "kube-system".to_owned(),
            name: "agent".to_owned(),
            ..DaemonSetState::default()
        };
        let mut moment = Moment { now: begin, ..Moment::default() };
        moment.nodes.insert("n1".to_owned(), node.clone());
        moment.daemon_sets.insert(daemon_set.daemon_set.clone(), daemon_set);
        moment.templates.insert(("kube-system".to_owned(), "5d4f".to_owned()), template);
        let start = ClusterState { nodes: vec![node], ..ClusterState::default() };
        let log = EventLog::new(&start, version);
        Self { names: Names::default(), moment, log, facts: 0, begin }
    }

    /// One container `agent` with a startup probe.
    fn of_one(version: &str) -> Self {
        let probe = json!({ "httpGet": { "port": 80 }, "failureThreshold": 2 });
        let container = json!({
            "name": "agent", "image": "agent:1", "imagePullPolicy": "IfNotPresent",
            "startupProbe": probe,
        });
        Self::new(version, json!({ "spec": { "containers": [container] } }))
    }

    fn name(&mut self, name: &str) -> NameId {
        self.names.intern(name)
    }

    fn pod(&mut self) -> NameId {
        self.name("agent-x7k2p")
    }

    /// Tells the log of a fact `millis` after the start, and changes the pod before that.
    fn tell(&mut self, millis: u64, cause: Option<u32>, what: What) -> u32 {
        let at = SimDuration::from_millis(millis);
        self.moment.now = self.begin + at;
        let fact = Fact { id: FactId(self.facts), at, cause: cause.map(FactId), what };
        self.facts += 1;
        self.log.post(&fact, &self.names, &mut self.moment);
        fact.id.0
    }

    /// The pod is created and bound.
    fn create(&mut self, millis: u64) {
        let [daemon_set, node, revision] =
            ["kube-system/agent", "n1", "5d4f"].map(|it| self.names.intern(it));
        let pod = self.pod();
        let state = PodState {
            pod: "agent-x7k2p".to_owned(),
            namespace: "kube-system".to_owned(),
            node: "n1".to_owned(),
            revision: "5d4f".to_owned(),
            created: self.begin,
            ..PodState::default()
        };
        let key = (state.namespace.clone(), state.pod.clone());
        self.moment.pods.insert(key, state);
        self.tell(
            millis,
            None,
            What::PodCreated {
                daemon_set,
                pod,
                node,
                revision,
                template_generation: None,
                limited: SimDuration::ZERO,
            },
        );
        self.tell(millis + 20, None, What::PodBound { pod, node });
    }

    fn state(&mut self) -> &mut PodState {
        self.moment.pods.values_mut().next().unwrap()
    }

    fn wait_on(&mut self, on: WaitsOn) {
        let reason = if on == WaitsOn::CrashBackOff { CRASH_LOOP } else { "" };
        let (reason, detail, since) = (reason.to_owned(), String::new(), self.begin);
        self.state().waiting = Some(Waiting { on, reason, detail, since, retry: None });
    }

    /// What there is so many seconds after the start, a line for each.
    fn shown(&self, seconds: u64) -> String {
        let begin = self.begin;
        let line = |it: &Event| {
            let kind = if it.kind == EventKind::Warning { '!' } else { ' ' };
            let [first, last] = [it.first, it.last].map(|at| at.since(begin).to_string());
            let path = &it.object.field_path;
            let Event { reason, component, message, count, .. } = it;
            format!("{kind} {first} {last} x{count} {component} {path} {reason}: {message}\n")
        };
        self.events(seconds).iter().map(line).collect()
    }

    fn events(&self, seconds: u64) -> Vec<Event> {
        let now = self.begin + SimDuration::from_secs(seconds);
        let mut moment = Moment { now, ..self.moment.clone() };
        self.log.clone().end(&mut moment);
        moment.events
    }
}

#[test]
fn a_pod_is_bound_pulled_started_and_stopped() {
    let sidecar = json!({ "name": "proxy", "image": "proxy:1", "restartPolicy": "Always" });
    let containers = json!([
        { "name": "agent", "image": "agent:1", "imagePullPolicy": "IfNotPresent" },
        { "name": "logs", "image": "logs:1", "imagePullPolicy": "Always" },
    ]);
    let template = json!({ "spec": { "initContainers": [sidecar], "containers": containers } });
    let mut story = Story::new("1.36", template);
    story.create(0);
    let (pod, image) = (story.pod(), story.name("agent:1"));
    story.tell(500, None, What::PodPulling { pod, image });
    let (waited, took) = (SimDuration::from_millis(2_000), SimDuration::from_millis(1_200));
    story.tell(3_700, None, What::PodPulled { pod, image, waited, took });
    story.tell(4_100, None, What::PodStarted { pod });
    story.tell(9_000, None, What::PodReady { pod });
    story.tell(20_000, None, What::PodTerminating { pod, limited: SimDuration::ZERO });
    insta::assert_snapshot!(story.shown(20), @r#"
      20ms 20ms x1 default-scheduler  Scheduled: Successfully assigned kube-system/agent-x7k2p to n1
      500ms 500ms x1 kubelet spec.initContainers{proxy} Pulled: Container image "proxy:1" already present on machine and can be accessed by the pod
      500ms 500ms x1 kubelet spec.initContainers{proxy} Created: Container created
      500ms 500ms x1 kubelet spec.initContainers{proxy} Started: Container started
      500ms 500ms x1 kubelet spec.containers{agent} Pulling: Pulling image "agent:1"
      3s700ms 3s700ms x1 kubelet spec.containers{agent} Pulled: Successfully pulled image "agent:1" in 1.2s (3.2s including waiting).
      4s100ms 4s100ms x1 kubelet spec.containers{agent} Created: Container created
      4s100ms 4s100ms x1 kubelet spec.containers{agent} Started: Container started
      4s100ms 4s100ms x1 kubelet spec.containers{logs} Pulling: Pulling image "logs:1"
      4s100ms 4s100ms x1 kubelet spec.containers{logs} Pulled: Successfully pulled image "logs:1" in 50ms (50ms including waiting).
      4s100ms 4s100ms x1 kubelet spec.containers{logs} Created: Container created
      4s100ms 4s100ms x1 kubelet spec.containers{logs} Started: Container started
      20s 20s x1 kubelet spec.initContainers{proxy} Killing: Stopping container proxy
      20s 20s x1 kubelet spec.containers{agent} Killing: Stopping container agent
      20s 20s x1 kubelet spec.containers{logs} Killing: Stopping container logs
    "#);
    assert_eq!(story.shown(3_600).lines().count(), 15);
    assert_eq!(story.shown(3_601).lines().count(), 10, "an hour after its post an Event is gone");
    assert_eq!(story.shown(3_620), "");
}

#[test]
fn a_container_that_crashes_at_once_does_so_after_longer_and_longer_pauses() {
    let mut story = Story::of_one("1.31");
    story.create(0);
    let pod = story.pod();
    story.wait_on(WaitsOn::CrashBackOff);
    story.tell(
        1_000,
        None,
        What::PodCrashed { pod, init: false, restarts: 0, restart_in: SimDuration::from_secs(10) },
    );
    insta::assert_snapshot!(story.shown(10), @r#"
      20ms 20ms x1 default-scheduler  Scheduled: Successfully assigned kube-system/agent-x7k2p to n1
      1s 1s x1 kubelet spec.containers{agent} Pulled: Container image "agent:1" already present on machine
      1s 1s x1 kubelet spec.containers{agent} Created: Created container agent
      1s 1s x1 kubelet spec.containers{agent} Started: Started container agent
    ! 1s 1s x1 kubelet spec.containers{agent} BackOff: Back-off restarting failed container agent in pod agent-x7k2p_kube-system(0933dbae-f759-853d-8508-e0dd2017c477)
    "#);
    let starts = |story: &Story, seconds| {
        let shown = story.shown(seconds);
        let line = shown.lines().find(|line| line.contains(" Started: ")).unwrap().to_owned();
        line.split(' ').nth(4).unwrap().to_owned()
    };
    // 1 s, and then after 10, 20, 40, 80, 160 and always 300 s.
    for (seconds, expected) in [(11, "x2"), (30, "x2"), (31, "x3"), (71, "x4"), (151, "x5")] {
        assert_eq!(starts(&story, seconds), expected, "{seconds}");
    }
    story.tell(152_000, None, What::PodTerminating { pod, limited: SimDuration::ZERO });
    assert_eq!(starts(&story, 2_000), "x5");
    assert!(!story.shown(2_000).contains("Killing"), "nothing runs between two crashes");
}

#[test]
fn a_container_that_ran_well_is_started_once_more() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let pod = story.pod();
    story.tell(1_000, None, What::PodStarted { pod });
    story.tell(
        60_000,
        None,
        What::PodCrashed {
            pod,
            init: false,
            restarts: 0,
            restart_in: SimDuration::from_millis(700),
        },
    );
    story.tell(
        100_000,
        None,
        What::PodUnhealthy { pod, probe: "startup".into(), restart_in: SimDuration::from_secs(30) },
    );
    insta::assert_snapshot!(story.shown(1_000), @r#"
      20ms 20ms x1 default-scheduler  Scheduled: Successfully assigned kube-system/agent-x7k2p to n1
      1s 2m10s x3 kubelet spec.containers{agent} Pulled: Container image "agent:1" already present on machine and can be accessed by the pod
      1s 2m10s x3 kubelet spec.containers{agent} Created: Container created
      1s 2m10s x3 kubelet spec.containers{agent} Started: Container started
    ! 1m40s 1m40s x2 kubelet spec.containers{agent} Unhealthy: Startup probe failed: HTTP probe failed with statuscode: 503
      1m40s 1m40s x1 kubelet spec.containers{agent} Killing: Container agent failed startup probe, will be restarted
    "#);
}

#[test]
fn an_image_that_cannot_be_pulled_is_asked_for_again() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let (pod, image) = (story.pod(), story.name("agent:1"));
    story.tell(500, None, What::PodPulling { pod, image });
    story.wait_on(WaitsOn::PullBackOff);
    let retry_in = SimDuration::from_secs(10);
    story.tell(
        1_000,
        None,
        What::PodPullFailed { pod, image, reason: "ErrImagePull".into(), retry_in },
    );
    insta::assert_snapshot!(story.shown(71), @r#"
      20ms 20ms x1 default-scheduler  Scheduled: Successfully assigned kube-system/agent-x7k2p to n1
      500ms 1m11s x4 kubelet spec.containers{agent} Pulling: Pulling image "agent:1"
    ! 1s 1m11s x4 kubelet spec.containers{agent} Failed: Failed to pull image "agent:1": rpc error: code = NotFound desc = failed to pull and unpack image "agent:1": failed to resolve reference "agent:1": agent:1: not found
    ! 1s 1m11s x4 kubelet spec.containers{agent} Failed: Error: ErrImagePull
      1s 1m11s x4 kubelet spec.containers{agent} BackOff: Back-off pulling image "agent:1"
    ! 1s 1m11s x4 kubelet spec.containers{agent} Failed: Error: ImagePullBackOff
    "#);
    story.state().waiting = None;
    story.tell(72_000, None, What::PodPulling { pod, image });
    let pulls = |story: &Story| {
        let shown = story.shown(2_000);
        shown.lines().find(|line| line.contains("Pulling: ")).unwrap().to_owned()
    };
    assert!(pulls(&story).contains(" x5 "), "none after that: {}", pulls(&story));
}

#[test]
fn kubelets_post_at_most_25_events_of_a_type_about_a_container_at_once() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let pod = story.pod();
    story.tell(1_000, None, What::PodStarted { pod });
    for crash in 0..20 {
        let restart_in = SimDuration::from_millis(1);
        story.tell(
            2_000 + crash * 10,
            None,
            What::PodCrashed { pod, init: false, restarts: 0, restart_in },
        );
    }
    let shown = story.shown(3);
    let counts: Vec<&str> = shown.lines().skip(1).filter_map(|it| it.split(' ').nth(4)).collect();
    assert_eq!(counts, ["x9", "x8", "x8"], "{shown}");
}

#[test]
fn the_scheduler_counts_and_keeps_its_first_message() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let pod = story.pod();
    for (millis, message) in
        [(1_000, "0/1 nodes: first"), (2_000, "0/1 nodes: second"), (400_000, "0/1 nodes: third")]
    {
        let message = story.name(message);
        story.tell(millis, None, What::PodUnschedulable { pod, message });
    }
    let gates = story.name("Scheduling is blocked due to non-empty scheduling gates");
    story.tell(500_000, None, What::PodUnschedulable { pod, message: gates });
    insta::assert_snapshot!(story.shown(500), @"
      20ms 20ms x1 default-scheduler  Scheduled: Successfully assigned kube-system/agent-x7k2p to n1
    ! 1s 2s x2 default-scheduler  FailedScheduling: 0/1 nodes: first
    ! 6m40s 6m40s x1 default-scheduler  FailedScheduling: 0/1 nodes: third
    ");
}

#[test]
fn who_drove_a_pod_away_says_so() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let pod = story.pod();
    story.tell(1_000, None, What::PodStarted { pod });
    let after = SimDuration::from_secs(20);
    story.tell(2_000, None, What::PodEvictionScheduled { pod, after });
    story.tell(3_000, None, What::PodEvictionCancelled { pod });
    let scheduled = story.tell(4_000, None, What::PodEvictionScheduled { pod, after });
    story.tell(24_000, Some(scheduled), What::PodTerminating { pod, limited: SimDuration::ZERO });
    let shown = story.shown(24);
    let evictions: Vec<&str> =
        shown.lines().filter(|line| line.contains("taint-eviction-controller")).collect();
    assert_eq!(
        evictions,
        [
            "  3s 3s x1 taint-eviction-controller  TaintManagerEviction: Cancelling deletion of Pod \
             kube-system/agent-x7k2p",
            "  24s 24s x1 taint-eviction-controller  TaintManagerEviction: Marking for deletion Pod \
             kube-system/agent-x7k2p",
        ]
    );
}

#[test]
fn nodes_fail_recover_and_are_cordoned() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let (pod, node) = (story.pod(), story.name("n1"));
    story.tell(1_000, None, What::PodStarted { pod });
    story.tell(2_000, None, What::NodeCordoned { node, unschedulable: true });
    story.tell(
        3_000,
        None,
        What::NodePressure { node, condition: "DiskPressure".into(), present: true },
    );
    story.tell(4_000, None, What::NodeFailed { node });
    story.tell(54_000, None, What::PodUnready { pod });
    story.tell(54_000, None, What::NodeReady { node, status: Ready::Unknown });
    story.tell(60_000, None, What::PodTerminating { pod, limited: SimDuration::ZERO });
    story.tell(70_000, None, What::NodeCordoned { node, unschedulable: false });
    story.tell(90_000, None, What::NodeRecovered { node });
    story.tell(91_000, None, What::NodeReady { node, status: Ready::True });
    story.tell(92_000, None, What::NodeShuttingDown { node });
    story.tell(92_000, None, What::NodeReady { node, status: Ready::False });
    story.tell(99_000, None, What::NodeDeleted { node });
    let shown = story.shown(99);
    let from_node: Vec<&str> = shown.lines().skip(4).collect();
    insta::assert_snapshot!(from_node.join("\n"), @"
      2s 2s x1 kubelet  NodeNotSchedulable: Node n1 status is now: NodeNotSchedulable
      3s 3s x1 kubelet  NodeHasDiskPressure: Node n1 status is now: NodeHasDiskPressure
    ! 54s 54s x1 node-controller  NodeNotReady: Node is not ready
      54s 54s x1 node-controller  NodeNotReady: Node n1 status is now: NodeNotReady
      1m30s 1m30s x1 kubelet  Starting: Starting kubelet.
    ! 1m30s 1m30s x1 kubelet  Rebooted: Node n1 has been rebooted, boot id: 71f0510a-0740-86dc-a1f0-fff2ccb1e92a
      1m31s 1m31s x1 kubelet  NodeReady: Node n1 status is now: NodeReady
      1m32s 1m32s x1 kubelet  NodeNotReady: Node n1 status is now: NodeNotReady
      1m39s 1m39s x1 node-controller  RemovingNode: Node n1 event: Removing Node n1 from Controller
    ");
}

#[test]
fn the_controller_s_events_are_counted_as_it_merged_them() {
    let mut story = Story::of_one("1.36");
    let daemon_set = story.name("kube-system/agent");
    let messages = [
        "Created pod: a",
        "(combined from similar events): Created pod: b",
        "(combined from similar events): Created pod: c",
        "Created pod: a",
    ];
    for (second, message) in (1..).zip(messages) {
        let message = story.name(message);
        let reason = "SuccessfulCreate".into();
        let what = What::EventPosted { daemon_set, warning: false, reason, message };
        story.tell(second * 1_000, None, what);
    }
    story.tell(5_000, None, What::ControllerStarted);
    let message = story.name("Created pod: a");
    let reason = "SuccessfulCreate".into();
    story.tell(6_000, None, What::EventPosted { daemon_set, warning: false, reason, message });
    insta::assert_snapshot!(story.shown(6), @"
      1s 4s x2 daemonset-controller  SuccessfulCreate: Created pod: a
      2s 3s x2 daemonset-controller  SuccessfulCreate: (combined from similar events): Created pod: c
      6s 6s x1 daemonset-controller  SuccessfulCreate: Created pod: a
    ");
    assert_eq!(story.events(6)[0].name, "agent.17979cfe71c4ca00");
}

#[test]
fn events_of_one_instant_have_names_of_their_own() {
    let mut story = Story::of_one("1.36");
    story.create(0);
    let pod = story.pod();
    story.tell(1_000, None, What::PodStarted { pod });
    let events = story.events(1);
    let mut names: Vec<&str> = events.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), events.len()), (4, 4));
    assert_eq!(story.state().phase, Phase::Pending);
}
