//! Snapshots of clusters in few words.
//!
//! Each line is an object, its words in any order after the first:
//!
//! * `ds [NAME]`, then `maxUnavailable=1`, `maxSurge=10%` (which sets the other to 0), `OnDelete`,
//!   `minReady=10`, `limit=1`, `generation=-` (no annotation), `deleting`, `selector=`,
//!   `finalizer=x`,
//!   `collisions=1`. Its template is `v2`, its template generation 2.
//! * `node NAME`, or `node 300*a` for `a-1` to `a-300`, then taints `key=value:Effect` and
//!   conditions `Type=Status`; it is Ready unless said otherwise.
//! * `rev NAME NUMBER TEMPLATE`, then `hash=-` (no label) or `hash=x`, `orphan`, `foreign`. The hash
//!   is what follows `-` in its name unless said otherwise.
//! * `pod NAME NODE`, where `=NODE` is pinned to the node and not bound, `=a,b` to two, and `-` has
//!   no node; then `old` or `new` (hash and generation), `hash=x`, `gen=07`, a state (`ready@30` for
//!   so many seconds, `ready` since nobody knows when, `unready`, `pending`, `failed`,
//!   `succeeded`), `@100` (its age in seconds),
//!   `waiting=CrashLoopBackOff`, `restarts=3`, `ended@30` (its container's last run, so many seconds
//!   ago), `unschedulable`, `terminating`, `overdue` (for a day), `ends@25` (its grace period, in so
//!   many seconds), `orphan`, `foreign`, `other` (labels
//!   that the selector does not match).

use rollcast::api::format_rfc3339;
use rollcast::time::{SimDuration, SimTime};
use serde_json::{Value, json};

/// 2026-03-01T12:00:00Z, when the sync happens.
pub(crate) const NOW: SimTime = SimTime::from_secs(1_772_366_400);

/// What `kubectl get ds,nodes,pods,controllerrevisions -A -o json` would print.
pub(crate) fn snapshot(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let items: Vec<Value> = lines.flat_map(objects).collect();
    json!({ "apiVersion": "v1", "kind": "List", "items": items })
}

fn objects(line: &str) -> Vec<Value> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[0] {
        "ds" => vec![daemon_set(&words[1..])],
        "node" => match words[1].split_once('*') {
            Some((count, name)) => (1..=count.parse::<u32>().unwrap())
                .map(|number| node(&format!("{name}-{number}"), &words[2..]))
                .collect(),
            None => vec![node(words[1], &words[2..])],
        },
        "rev" => vec![revision(&words[1..])],
        "pod" => vec![pod(&words[1..])],
        other => panic!("no object {other}"),
    }
}

fn daemon_set(words: &[&str]) -> Value {
    let name = words
        .first()
        .filter(|word| !word.contains('=') && !["OnDelete", "deleting"].contains(word))
        .unwrap_or(&"agent");
    let mut it = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": { "name": name, "namespace": "default", "uid": format!("uid-{name}"),
            "generation": 2, "creationTimestamp": before("5000"),
            "annotations": { "deprecated.daemonset.template.generation": "2" } },
        "spec": { "selector": { "matchLabels": { "app": name } }, "template": template(name, "v2"),
            "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": {} } },
        "status": { "observedGeneration": 2 },
    });
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let number = || value.parse::<i64>().unwrap();
        let share = || value.parse::<u32>().map_or(json!(value), |number| json!(number));
        let rolling = &mut it["spec"]["updateStrategy"]["rollingUpdate"];
        match key {
            "maxUnavailable" => *rolling = json!({ "maxUnavailable": share(), "maxSurge": 0 }),
            "maxSurge" => *rolling = json!({ "maxUnavailable": 0, "maxSurge": share() }),
            "OnDelete" => it["spec"]["updateStrategy"] = json!({ "type": "OnDelete" }),
            "minReady" => it["spec"]["minReadySeconds"] = json!(number()),
            "limit" => it["spec"]["revisionHistoryLimit"] = json!(number()),
            "generation" => it["metadata"]["annotations"] = json!({}),
            "deleting" => it["metadata"]["deletionTimestamp"] = before("10"),
            "finalizer" => it["metadata"]["finalizers"] = json!([value]),
            "selector" => it["spec"]["selector"] = json!({}),
            "collisions" => it["status"]["collisionCount"] = json!(number()),
            own => assert_eq!(own, *name, "no word of a DaemonSet"),
        }
    }
    it
}

fn template(name: &str, version: &str) -> Value {
    json!({ "metadata": { "labels": { "app": name } },
        "spec": { "containers": [{ "name": "c", "image": format!("{name}:{version}") }] } })
}

fn node(name: &str, words: &[&str]) -> Value {
    let (mut taints, mut conditions) = (vec![], vec![]);
    for word in words {
        let (key, value) = word.split_once('=').unwrap();
        match value.split_once(':') {
            Some((value, effect)) => {
                taints.push(json!({ "key": key, "value": value, "effect": effect }));
            }
            None => conditions.push(json!({ "type": key, "status": value })),
        }
    }
    // The first of a type counts.
    conditions.push(json!({ "type": "Ready", "status": "True" }));
    json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": name },
        "spec": { "taints": taints },
        "status": { "conditions": conditions } })
}

fn revision(words: &[&str]) -> Value {
    let (name, number, version) = (words[0], words[1].parse::<i64>().unwrap(), words[2]);
    let (owner, hash) = name.split_once('-').unwrap();
    let mut stored = template(owner, version);
    stored["$patch"] = json!("replace");
    let mut it = json!({
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": { "name": name, "namespace": "default", "ownerReferences": owners(owner),
            "labels": { "app": owner, "controller-revision-hash": hash } },
        "revision": number, "data": { "spec": { "template": stored } },
    });
    for word in &words[3..] {
        match (*word, word.strip_prefix("hash=")) {
            (_, Some("-")) => it["metadata"]["labels"] = json!({ "app": owner }),
            (_, Some(hash)) => it["metadata"]["labels"]["controller-revision-hash"] = json!(hash),
            ("orphan", _) => it["metadata"]["ownerReferences"] = json!([]),
            ("foreign", _) => it["metadata"]["ownerReferences"] = owners("foreign"),
            (other, _) => panic!("no word of a revision: {other}"),
        }
    }
    it
}

fn owners(name: &str) -> Value {
    json!([{ "apiVersion": "apps/v1", "kind": "DaemonSet", "name": name,
        "uid": format!("uid-{name}"), "controller": true }])
}

fn pod(words: &[&str]) -> Value {
    let (name, target) = (words[0], words[1]);
    let owner = name.split_once('-').map_or("agent", |(owner, _)| owner);
    let mut it = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name, "namespace": "default", "labels": { "app": owner },
            "creationTimestamp": before("1000"), "ownerReferences": owners(owner) },
        "spec": placed(target), "status": { "phase": "Running" },
    });
    for word in &words[2..] {
        pod_word(&mut it, word);
    }
    it
}

fn placed(target: &str) -> Value {
    let Some(pinned) = target.strip_prefix('=') else {
        return if target == "-" { json!({}) } else { json!({ "nodeName": target }) };
    };
    let names: Vec<&str> = pinned.split(',').collect();
    json!({ "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{ "matchFields": [
            { "key": "metadata.name", "operator": "In", "values": names }] }] } } } })
}

fn pod_word(it: &mut Value, word: &str) {
    let (key, value) = word.split_once(['=', '@']).unwrap_or((word, ""));
    let labels = &mut it["metadata"]["labels"];
    let (hash, generation) = ("controller-revision-hash", "pod-template-generation");
    match key {
        "old" => (labels[hash], labels[generation]) = (json!("old"), json!("1")),
        "new" => (labels[hash], labels[generation]) = (json!("new"), json!("2")),
        "hash" => labels[hash] = json!(value),
        "gen" => labels[generation] = json!(value),
        "other" => labels["app"] = json!("other"),
        "ready" if value.is_empty() => it["status"]["conditions"] = ready(&json!(null)),
        "ready" => it["status"]["conditions"] = ready(&before(value)),
        "unready" => {}
        "pending" => it["status"]["phase"] = json!("Pending"),
        "failed" => it["status"]["phase"] = json!("Failed"),
        "succeeded" => it["status"]["phase"] = json!("Succeeded"),
        "" => it["metadata"]["creationTimestamp"] = before(value),
        "waiting" => {
            container(it)["state"] = json!({ "waiting": { "reason": value } });
        }
        "restarts" => container(it)["restartCount"] = json!(value.parse::<u32>().unwrap()),
        "ended" => {
            let ended = json!({ "exitCode": 1, "finishedAt": before(value) });
            container(it)["lastState"] = json!({ "terminated": ended });
        }
        "unschedulable" => {
            let scheduled = json!({ "type": "PodScheduled", "status": "False",
                "reason": "Unschedulable", "message": "0/3 nodes are available: 3 too far away." });
            it["status"]["conditions"] = json!([scheduled]);
        }
        "overdue" => it["metadata"]["deletionTimestamp"] = before("86400"),
        "ends" => {
            let at = NOW + SimDuration::from_secs(value.parse().unwrap());
            it["metadata"]["deletionTimestamp"] = json!(format_rfc3339(at));
            it["metadata"]["deletionGracePeriodSeconds"] = json!(30);
        }
        "terminating" => it["metadata"]["deletionTimestamp"] = before("5"),
        "orphan" => it["metadata"]["ownerReferences"] = json!([]),
        "foreign" => it["metadata"]["ownerReferences"] = owners("foreign"),
        other => panic!("no word of a pod: {other}"),
    }
}

/// The status of the pod's only container: it runs, and is ready if the pod is.
fn container(it: &mut Value) -> &mut Value {
    let status = &mut it["status"];
    if status["containerStatuses"].is_null() {
        let ready = !status["conditions"].is_null();
        let running = json!({ "running": {} });
        status["containerStatuses"] =
            json!([{ "name": "c", "ready": ready, "restartCount": 0, "state": running }]);
    }
    &mut status["containerStatuses"][0]
}

fn ready(since: &Value) -> Value {
    json!([{ "type": "Ready", "status": "True", "lastTransitionTime": since }])
}

/// So many seconds before now, as the API server writes it.
fn before(seconds: &str) -> Value {
    let age = SimDuration::from_secs(seconds.parse().unwrap());
    let at = NOW.as_micros() - age.as_micros();
    json!(format_rfc3339(SimTime::from_micros(at)))
}
