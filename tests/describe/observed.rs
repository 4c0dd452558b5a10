//! What kubectl 1.32.4 printed for objects that a small server gave it, to the byte.

use std::path::Path;

use rollcast::api::parse_rfc3339;
use rollcast::inspect::{Event, EventKind, InvolvedObject};
use rollcast::report::kubectl::describe::{
    Clock, PodPhases, describe_daemon_set, describe_node, describe_pod,
};
use rollcast::time::SimTime;
use serde_json::Value;

/// The objects, and when each of them was described.
struct Observed {
    objects: Vec<Value>,
    now: Value,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/describe/kubectl-1.32")
}

#[expect(clippy::disallowed_methods, reason = "a test reads what it compares with")]
fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn observed() -> Observed {
    let mut read: Value = serde_json::from_str(&text("objects.json")).unwrap();
    let Value::Array(objects) = read["objects"].take() else { panic!("objects are a list") };
    Observed { objects, now: read["now"].take() }
}

/// An Event object as the record's own type.
fn event(object: &Value) -> Event {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let time = |it: &Value| it.as_str().and_then(parse_rfc3339).unwrap_or_default();
    let is_new = object["eventTime"].is_string();
    let (first, last, count, component) = if is_new {
        let first = time(&object["eventTime"]);
        let last = time(&object["series"]["lastObservedTime"]).max(first);
        (first, last, &object["series"]["count"], &object["reportingComponent"])
    } else {
        let [first, last] = ["firstTimestamp", "lastTimestamp"].map(|key| time(&object[key]));
        (first, last, &object["count"], &object["source"]["component"])
    };
    let of = &object["involvedObject"];
    let kinds = ["DaemonSet", "Pod", "Node"];
    Event {
        namespace: text(&object["metadata"]["namespace"]),
        name: text(&object["metadata"]["name"]),
        kind: if object["type"] == "Normal" { EventKind::Normal } else { EventKind::Warning },
        reason: text(&object["reason"]),
        object: InvolvedObject {
            kind: kinds.into_iter().find(|kind| of["kind"] == *kind).unwrap(),
            namespace: text(&of["namespace"]),
            name: text(&of["name"]),
            field_path: String::new(),
        },
        message: text(&object["message"]),
        component: text(component),
        host: String::new(),
        first,
        last,
        count: count.as_u64().and_then(|it| u32::try_from(it).ok()).unwrap_or(1),
    }
}

impl Observed {
    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(move |it| it["kind"] == kind)
    }

    /// What we print for an object.
    fn ours(&self, object: &Value, events: &[Event]) -> String {
        let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
        let about = |it: &&Event| *kind == it.object.kind && *name == it.object.name.as_str();
        let events: Vec<&Event> = events.iter().filter(about).collect();
        let seconds = self.now[name.as_str().unwrap()].as_u64().unwrap();
        let clock = Clock { now: SimTime::from_secs(seconds), kubernetes_version: "1.32" };
        match kind.as_str().unwrap() {
            "DaemonSet" => {
                let owned: Vec<&Value> = self
                    .of_kind("Pod")
                    .filter(|it| it["metadata"]["ownerReferences"][0]["name"] == *name)
                    .collect();
                let count =
                    |phase: &str| owned.iter().filter(|it| it["status"]["phase"] == phase).count();
                let phases = PodPhases {
                    running: count("Running"),
                    pending: count("Pending"),
                    succeeded: count("Succeeded"),
                    failed: count("Failed"),
                };
                describe_daemon_set(object, phases, &events, &clock)
            }
            "Pod" => describe_pod(object, &events, &clock),
            _ => {
                let runs = |it: &&Value| {
                    it["spec"]["nodeName"] == *name && it["status"]["phase"] != "Failed"
                };
                let pods: Vec<Value> = self.of_kind("Pod").filter(runs).cloned().collect();
                describe_node(object, &pods, &events, &clock)
            }
        }
    }
}

#[test]
fn objects_are_described_as_kubectl_described_them() {
    let observed = observed();
    let events: Vec<Event> = observed.of_kind("Event").map(event).collect();
    let mut compared = 0;
    for object in observed.objects.iter().filter(|it| it["kind"] != "Event") {
        let name = object["metadata"]["name"].as_str().unwrap();
        assert_eq!(observed.ours(object, &events), text(&format!("{name}.txt")), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 8);
}
