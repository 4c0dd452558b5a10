//! Which containers of a pod are in trouble, by what a snapshot says of them.

use crate::api::{
    Condition, ContainerState, ContainerStatus, ObjectMeta, Pod, PodPhase, PodSpec, PodStatus,
    Running, Terminated, Waiting,
};
use crate::scenario::ImageFault;
use crate::time::SimTime;
use crate::world::fixture::daemon_set;
use crate::world::snapshot::trouble::troubles;

const NOW: SimTime = SimTime::from_secs(10_000);

const CRASH: ImageFault = ImageFault::Crash;

/// A pod of an init container `init` and containers `main` and `side`, created at this second.
fn pod(created: u64, phase: PodPhase, init: &[ContainerStatus], main: &[ContainerStatus]) -> Pod {
    let container = |name: &str| {
        let mut container = daemon_set("agent").spec.template.spec.containers.remove(0);
        name.clone_into(&mut container.name);
        container
    };
    Pod {
        metadata: ObjectMeta {
            creation_timestamp: Some(SimTime::from_secs(created)),
            ..ObjectMeta::default()
        },
        spec: PodSpec {
            node_name: Some("n".to_owned()),
            init_containers: vec![container("init")],
            containers: vec![container("main"), container("side")],
            ..PodSpec::default()
        },
        status: PodStatus {
            phase,
            init_container_statuses: init.to_vec(),
            container_statuses: main.to_vec(),
            ..PodStatus::default()
        },
    }
}

fn status(name: &str, restart_count: u32, state: ContainerState) -> ContainerStatus {
    ContainerStatus { name: name.to_owned(), restart_count, state, ..ContainerStatus::default() }
}

fn waiting(reason: &str) -> ContainerState {
    let waiting = Some(Waiting { reason: reason.to_owned() });
    ContainerState { waiting, ..ContainerState::default() }
}

fn running() -> ContainerState {
    ContainerState { running: Some(Running::default()), ..ContainerState::default() }
}

fn ended(exit_code: i32, at: Option<u64>) -> ContainerState {
    let finished_at = at.map(SimTime::from_secs);
    let terminated = Some(Terminated { exit_code, finished_at });
    ContainerState { terminated, ..ContainerState::default() }
}

/// Checks container, fault and reason of each trouble.
#[track_caller]
fn check(pod: &Pod, expected: &[(usize, ImageFault, &str)]) {
    let found = troubles(pod, &pod.spec, true, NOW);
    let found: Vec<(usize, ImageFault, &str)> =
        found.iter().map(|it| (it.container, it.fault, it.reason.as_str())).collect();
    assert_eq!(found, expected, "{:?}", pod.status);
}

#[test]
fn a_container_that_waits_is_in_trouble_by_its_reason() {
    let check_main = |name: &str, restarts, reason: &str, expected: &[_]| {
        let status = status(name, restarts, waiting(reason));
        check(&pod(9_990, PodPhase::Pending, &[], &[status]), expected);
    };
    let pull = ImageFault::PullError;
    check_main("side", 1, "CrashLoopBackOff", &[(2, CRASH, "CrashLoopBackOff")]);
    check_main("side", 0, "ImagePullBackOff", &[(2, pull, "ErrImagePull")]);
    check_main("side", 0, "Whatever", &[(2, pull, "Whatever")]);
    check_main("side", 0, "ContainerCreating", &[]);
    check_main("side", 2, "ContainerCreating", &[(2, CRASH, "CrashLoopBackOff")]);
    // One that an admission webhook added is taken for the first.
    check_main("proxy", 4, "CrashLoopBackOff", &[(1, CRASH, "CrashLoopBackOff")]);
    let init = status("init", 4, waiting("CrashLoopBackOff"));
    let expected = [(0, CRASH, "CrashLoopBackOff")];
    check(&pod(9_990, PodPhase::Pending, &[init], &[]), &expected);
}

#[test]
fn a_container_that_ended_is_in_trouble_unless_it_was_to_end() {
    let init = |code| pod(9_990, PodPhase::Pending, &[status("init", 0, ended(code, None))], &[]);
    check(&init(0), &[]);
    check(&init(1), &[(0, CRASH, "CrashLoopBackOff")]);
    let main = pod(9_990, PodPhase::Running, &[], &[status("main", 0, ended(0, None))]);
    check(&main, &[(1, CRASH, "CrashLoopBackOff")]);
}

#[test]
fn an_old_pod_that_is_not_ready_does_not_get_ready() {
    let unready = [(1, ImageFault::NeverReady, ""), (2, ImageFault::NeverReady, "")];
    check(&pod(9_401, PodPhase::Running, &[], &[]), &[]);
    check(&pod(9_400, PodPhase::Running, &[], &[]), &unready);
    let ready = |name, ready| ContainerStatus { ready, ..status(name, 0, running()) };
    let main = [ready("main", true), ready("side", false)];
    check(&pod(9_400, PodPhase::Running, &[], &main), &unready[1..]);
    let gated = [ready("main", true), ready("side", true)];
    check(&pod(9_400, PodPhase::Running, &[], &gated), &unready[..1]);
    let mut pending = pod(9_400, PodPhase::Pending, &[], &[]);
    check(&pending, &[(0, ImageFault::PullError, "ContainerCreating")]);
    pending.status.conditions.push(Condition {
        kind: "PodScheduled".to_owned(),
        status: "True".to_owned(),
        last_transition_time: Some(SimTime::from_secs(9_900)),
        ..Condition::default()
    });
    check(&pending, &[]);
    let explained = pod(9_400, PodPhase::Running, &[], &[]);
    assert_eq!(troubles(&explained, &explained.spec, false, NOW), [], "its node is not Ready");
}

#[test]
fn a_restart_long_ago_is_no_crash_loop() {
    let restarted = |times, at| {
        let last_state = ended(1, Some(at));
        let status = ContainerStatus { last_state, ..status("main", times, running()) };
        pod(9_990, PodPhase::Running, &[], &[status])
    };
    check(&restarted(2, 9_600), &[(1, CRASH, "CrashLoopBackOff")]);
    check(&restarted(2, 9_000), &[]);
    check(&restarted(1, 9_999), &[]);
}
