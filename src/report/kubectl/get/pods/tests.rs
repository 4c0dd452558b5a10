//! READY, STATUS and RESTARTS of pods of all kinds.

use serde_json::json;

use super::*;

/// READY, STATUS and RESTARTS of a pod, 1000 s after the epoch.
fn check(spec: &Value, status: &Value, expected: &str) {
    let object = json!({"metadata": {"name": "p"}, "spec": spec, "status": status});
    let row = cells("p".to_owned(), &object, SimTime::from_secs(1_000)).cells;
    assert_eq!(row[1..4].join(" "), expected);
}

fn one() -> Value {
    json!({"containers": [{"name": "c"}]})
}

#[test]
fn a_pod_without_containers_shows_its_phase_or_reason() {
    check(&one(), &json!({"phase": "Pending"}), "0/1 Pending 0");
    let refused = json!({"phase": "Failed", "reason": "OutOfcpu"});
    check(&one(), &refused, "0/1 OutOfcpu 0");
    let gated = json!({"phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]});
    check(&one(), &gated, "0/1 SchedulingGated 0");
}

#[test]
fn containers_have_the_last_word_and_the_first_the_very_last() {
    let of = |states: Value| json!({"phase": "Running", "containerStatuses": states});
    let waiting = json!({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 5,
        "lastState": {"terminated": {"finishedAt": "1970-01-01T00:14:37Z"}}});
    let running = json!({"ready": true, "state": {"running": {}}, "restartCount": 1});
    let over = |reason: &str, code: u64| json!({"state": {"terminated": {"reason": reason, "exitCode": code}}});
    let two = json!({"containers": [{"name": "c"}, {"name": "d"}]});
    check(&one(), &of(json!([waiting])), "0/1 CrashLoopBackOff 5 (2m3s ago)");
    check(&two, &of(json!([running, waiting])), "1/2 CrashLoopBackOff 6 (2m3s ago)");
    check(&two, &of(json!([over("Error", 1), waiting])), "0/2 Error 5 (2m3s ago)");
    check(&two, &of(json!([running, over("Completed", 0)])), "1/2 NotReady 1");
    check(&one(), &of(json!([over("", 3)])), "0/1 ExitCode:3 0");
    check(&one(), &of(json!([running])), "1/1 Running 1");
    check(&two, &of(json!([{"state": {"running": {}}}, running])), "1/2 Running 1");
}

#[test]
fn initialization_is_counted() {
    let spec = json!({"containers": [{"name": "c"}],
        "initContainers": [{"name": "a"}, {"name": "s", "restartPolicy": "Always"}, {"name": "b"}]});
    let of = |states: Value| {
        let main = json!([{"state": {"waiting": {"reason": "PodInitializing"}}}]);
        json!({"phase": "Pending", "initContainerStatuses": states, "containerStatuses": main})
    };
    let done =
        json!({"name": "a", "state": {"terminated": {"reason": "Completed", "exitCode": 0}}});
    let side = json!({"name": "s", "started": true, "ready": true, "state": {"running": {}}});
    let waits = |name: &str, reason: &str| json!({"name": name, "state": {"waiting": {"reason": reason}}, "restartCount": 2});
    check(&spec, &of(json!([waits("a", "PodInitializing")])), "0/2 Init:0/3 2");
    check(&spec, &of(json!([waits("a", "ErrImagePull")])), "0/2 Init:ErrImagePull 2");
    let third = json!([done, side, waits("b", "PodInitializing")]);
    check(&spec, &of(third), "1/2 Init:2/3 2");
    let failed =
        json!([{"name": "a", "state": {"terminated": {"reason": "Error", "exitCode": 1}}}]);
    check(&spec, &of(failed), "0/2 Init:Error 0");
    let last = json!({"name": "b", "state": {"terminated": {"exitCode": 0}}, "restartCount": 4});
    check(&spec, &of(json!([done, side, last])), "1/2 PodInitializing 0");
}

#[test]
fn terminating_hides_all_but_the_end() {
    let status = |phase: &str| json!({"phase": phase});
    let row = |status: Value| {
        let metadata = json!({"deletionTimestamp": "1970-01-01T00:00:09Z"});
        let object = json!({"metadata": metadata, "spec": one(), "status": status});
        cells("p".to_owned(), &object, SimTime::from_secs(10)).cells[2].clone()
    };
    assert_eq!(row(status("Running")), "Terminating");
    assert_eq!(row(status("Pending")), "Terminating");
    assert_eq!(row(status("Succeeded")), "Succeeded");
    assert_eq!(row(json!({"phase": "Running", "reason": "NodeLost"})), "Unknown");
}

#[test]
fn a_wide_row_tells_where_a_pod_is() {
    let spec = json!({"nodeName": "n1", "readinessGates": [{"conditionType": "x"}, {"conditionType": "y"}]});
    let conditions = json!([{"type": "x", "status": "True"}]);
    let object = json!({"spec": spec, "status": {"podIP": "10.0.0.5", "conditions": conditions}});
    let wide = cells("p".to_owned(), &object, SimTime::ZERO).wide;
    assert_eq!(wide, ["10.0.0.5", "n1", "<none>", "1/2"]);
    let wide = cells("p".to_owned(), &json!({}), SimTime::ZERO).wide;
    assert_eq!(wide, ["<none>", "<none>", "<none>", "<none>"]);
}
