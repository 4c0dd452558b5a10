//! Containers of pods of all kinds.

use serde_json::json;

use super::*;
use crate::record::NodeState;

fn at(second: u64) -> SimTime {
    SimTime::from_secs(second)
}

fn moment(now: u64, spec: &Value) -> Moment {
    let template = json!({"metadata": {}, "spec": spec});
    let key = ("ns".to_owned(), "h".to_owned());
    Moment { now: at(now), templates: [(key, template)].into(), ..Moment::default() }
}

fn pod(phase: Phase) -> PodState {
    PodState {
        namespace: "ns".to_owned(),
        revision: "h".to_owned(),
        bound: Some(at(1)),
        phase,
        ..PodState::default()
    }
}

fn one() -> Value {
    json!({"containers": [{"name": "c", "image": "i"}]})
}

fn initialized() -> Value {
    json!({
        "initContainers": [
            {"name": "a", "image": "ia"},
            {"name": "side", "image": "is", "restartPolicy": "Always"},
            {"name": "b", "image": "ib"},
        ],
        "containers": [{"name": "c", "image": "ic"}, {"name": "d", "image": "id"}],
    })
}

fn waits(on: WaitsOn, reason: &str, image: &str) -> Waiting {
    let (reason, detail) = (reason.to_owned(), image.to_owned());
    Waiting { on, reason, detail, since: at(100), retry: Some(at(110)) }
}

/// In words: those that initialize, `|`, the others; `+` marks what is ready.
fn words(moment: &Moment, pod: &PodState) -> String {
    let word = |it: &Container| {
        let state = match &it.state {
            ContainerState::Waiting(reason) => reason.clone(),
            ContainerState::Running(_) => "runs".to_owned(),
            ContainerState::Terminated { exit_code, .. } => format!("exit {exit_code}"),
        };
        let ready = if it.ready { "+" } else { "" };
        let restarts = if it.restarts > 0 { format!(" x{}", it.restarts) } else { String::new() };
        format!("{state}{ready}{restarts}")
    };
    let Containers { init, main } = moment.containers_of(pod);
    let list = |all: Vec<Container>| all.iter().map(word).collect::<Vec<_>>().join(", ");
    format!("{} | {}", list(init), list(main))
}

#[test]
fn containers_are_created_in_their_turn() {
    let mut starting = pod(Phase::Pending);
    assert_eq!(words(&moment(9, &one()), &starting), " | ContainerCreating");
    let fresh = "PodInitializing, PodInitializing, PodInitializing | \
                 PodInitializing, PodInitializing";
    assert_eq!(words(&moment(9, &initialized()), &starting), fresh);
    starting.waiting = Some(waits(WaitsOn::Pull, "Pulling", "ib"));
    let third = "exit 0+, runs+, PodInitializing | PodInitializing, PodInitializing";
    assert_eq!(words(&moment(9, &initialized()), &starting), third);
    starting.waiting = Some(waits(WaitsOn::Pull, "Pulling", "ic"));
    let done = "exit 0+, runs+, exit 0+ | PodInitializing, PodInitializing";
    assert_eq!(words(&moment(9, &initialized()), &starting), done);
    starting.bound = None;
    assert_eq!(words(&moment(9, &one()), &starting), " | ");
}

#[test]
fn an_image_that_cannot_be_pulled_is_tried_again() {
    let mut stuck = pod(Phase::Pending);
    stuck.waiting = Some(waits(WaitsOn::PullBackOff, "ErrImagePull", "i"));
    let check = |now, expected: &str| {
        assert_eq!(words(&moment(now, &one()), &stuck), format!(" | {expected}"), "{now}");
    };
    check(100, "ErrImagePull");
    check(119, "ErrImagePull");
    check(120, "ImagePullBackOff");
    check(129, "ImagePullBackOff");
    check(130, "ErrImagePull");
    check(140, "ImagePullBackOff");
    stuck.waiting = Some(waits(WaitsOn::PullBackOff, "ErrImageNeverPull", "i"));
    assert_eq!(words(&moment(500, &one()), &stuck), " | ErrImageNeverPull");
}

#[test]
fn a_crash_loop_counts_its_restarts() {
    let mut broken = pod(Phase::Running);
    broken.waiting = Some(waits(WaitsOn::CrashBackOff, CRASH_LOOP, "id"));
    let spec = initialized();
    let expected = "exit 0+, runs+, exit 0+ | runs+, CrashLoopBackOff x2";
    assert_eq!(words(&moment(131, &spec), &broken), expected);
    let containers = moment(131, &spec).containers_of(&broken);
    assert_eq!(containers.main[1].ended, Some(at(130)));
    broken.restarts = 2;
    broken.waiting = Some(waits(WaitsOn::Unmodeled, "CreateContainerConfigError", "i"));
    let unmodeled = " | CreateContainerConfigError x2";
    assert_eq!(words(&moment(131, &one()), &broken), unmodeled);
    let mut initializes = pod(Phase::Pending);
    initializes.waiting = Some(waits(WaitsOn::CrashBackOff, CRASH_LOOP, ""));
    let expected = "CrashLoopBackOff, PodInitializing, PodInitializing | \
                    PodInitializing, PodInitializing";
    assert_eq!(words(&moment(105, &spec), &initializes), expected);
}

#[test]
fn a_container_that_is_started_again_once_runs_after_that() {
    let mut broken = pod(Phase::Running);
    for (on, reason) in [(WaitsOn::CrashBackOff, "Error"), (WaitsOn::ProbeBackOff, "liveness")] {
        broken.waiting = Some(waits(on, reason, ""));
        assert_eq!(words(&moment(109, &one()), &broken), " | CrashLoopBackOff");
        assert_eq!(words(&moment(110, &one()), &broken), " | runs x1");
    }
    broken.waiting = Some(waits(WaitsOn::CrashBackOff, "Error", ""));
    if let Some(waiting) = &mut broken.waiting {
        waiting.retry = Some(at(101));
    }
    assert_eq!(words(&moment(100, &one()), &broken), " | exit 1");
    assert_eq!(words(&moment(101, &one()), &broken), " | runs x1");
}

/// A container without a readiness probe is ready as soon as it runs.
#[test]
fn probes_keep_their_containers_from_being_ready() {
    let running = pod(Phase::Running);
    let container = |name: &str| json!({"name": name, "image": name});
    let probed = |name: &str| json!({"name": name, "image": name, "readinessProbe": {"exec": {}}});
    let check = |containers: [Value; 3], expected: &str| {
        let spec = json!({"containers": containers});
        assert_eq!(words(&moment(9, &spec), &running), expected);
    };
    check([container("a"), container("b"), container("c")], " | runs, runs+, runs+");
    check([container("a"), probed("b"), container("c")], " | runs+, runs, runs+");
    check([probed("a"), container("b"), probed("c")], " | runs, runs+, runs");
}

#[test]
fn containers_of_a_silent_node_stay_ready() {
    let mut running = pod(Phase::Running);
    running.node = "n".to_owned();
    running.unready_since = Some(at(50));
    let mut moment = moment(60, &one());
    assert_eq!(words(&moment, &running), " | runs");
    let node = |ready| NodeState { ready, ready_since: Some(at(50)), ..NodeState::default() };
    moment.nodes.insert("n".to_owned(), node(Ready::Unknown));
    assert_eq!(words(&moment, &running), " | runs+");
    moment.nodes.insert("n".to_owned(), node(Ready::False));
    assert_eq!(words(&moment, &running), " | runs");
    running.ready_since = Some(at(55));
    running.restarts = 1;
    assert_eq!(words(&moment, &running), " | runs+ x1");
}

#[test]
fn containers_end_with_their_pod() {
    let mut over = pod(Phase::Failed);
    assert_eq!(words(&moment(9, &one()), &over), " | ContainerCreating");
    over.started = Some(at(3));
    assert_eq!(words(&moment(9, &one()), &over), " | exit 143");
    over.phase = Phase::Succeeded;
    assert_eq!(
        words(&moment(9, &initialized()), &over),
        "exit 0+, exit 0+, exit 0+ | exit 0, exit 0"
    );
    over.reason = "Evicted".to_owned();
    assert_eq!(words(&moment(9, &one()), &over), " | ");
    let lost = PodState { reason: "NodeLost".to_owned(), ..pod(Phase::Running) };
    assert_eq!(words(&moment(9, &one()), &lost), " | runs");
}
