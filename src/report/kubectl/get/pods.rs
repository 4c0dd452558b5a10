//! Rows of `kubectl get pods`.

use serde_json::Value;

use crate::api::parse_rfc3339;
use crate::inspect::is_sidecar;
use crate::report::kubectl::age::age;
use crate::report::kubectl::get::row::{Cells, ago, count, items, or, text};
use crate::time::SimTime;

pub(super) const HEADERS: [&str; 5] = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"];
pub(super) const WIDE: [&str; 4] = ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"];

/// Source: `printers.go › printPod`.
pub(super) fn cells(name: String, object: &Value, now: SimTime) -> Cells {
    let (spec, status) = (&object["spec"], &object["status"]);
    let summary = Summary::of(object);
    let cells = vec![
        name,
        format!("{}/{}", summary.ready, summary.total),
        summary.reason,
        restarts(summary.restarts, summary.restarted, now),
        ago(now, &object["metadata"]["creationTimestamp"]),
    ];
    let wide = vec![
        or(&status["podIP"], "<none>"),
        or(&spec["nodeName"], "<none>"),
        or(&status["nominatedNodeName"], "<none>"),
        gates(spec, status),
    ];
    Cells { cells, wide }
}

fn restarts(count: u64, latest: Option<SimTime>, now: SimTime) -> String {
    match latest {
        Some(latest) if count > 0 => format!("{count} ({} ago)", age(now, latest)),
        _ => count.to_string(),
    }
}

/// How many readiness gates hold.
fn gates(spec: &Value, status: &Value) -> String {
    let gates = items(&spec["readinessGates"]);
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let holds = |gate: &&Value| condition(status, text(&gate["conditionType"]));
    format!("{}/{}", gates.iter().filter(holds).count(), gates.len())
}

/// Whether a condition is `True`.
fn condition(status: &Value, kind: &str) -> bool {
    items(&status["conditions"]).iter().any(|it| it["type"] == kind && it["status"] == "True")
}

/// What the statuses of the containers come to.
struct Summary {
    ready: usize,
    total: usize,
    reason: String,
    restarts: u64,
    restarted: Option<SimTime>,
}

/// The restarts of some containers, and when the latest of them ended before its.
#[derive(Clone, Copy, Default)]
struct Restarts {
    count: u64,
    latest: Option<SimTime>,
}

impl Restarts {
    fn add(&mut self, container: &Value) {
        let ended = &container["lastState"]["terminated"]["finishedAt"];
        self.count += count(&container["restartCount"]);
        self.latest = self.latest.max(ended.as_str().and_then(parse_rfc3339));
    }
}

impl Summary {
    fn of(object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        let sidecars = items(&spec["initContainers"]).iter().filter(|it| is_sidecar(it)).count();
        let gated = |it: &Value| it["type"] == "PodScheduled" && it["reason"] == "SchedulingGated";
        let reason = if items(&status["conditions"]).iter().any(gated) {
            "SchedulingGated".to_owned()
        } else {
            or(&status["reason"], text(&status["phase"]))
        };
        let mut summary = Self {
            ready: 0,
            total: items(&spec["containers"]).len() + sidecars,
            reason,
            restarts: 0,
            restarted: None,
        };
        let (initializing, of_sidecars) = summary.look_at_init(spec, status);
        if !initializing || condition(status, "Initialized") {
            summary.look_at_main(status, of_sidecars);
        }
        if object["metadata"]["deletionTimestamp"].is_string() {
            let phase = text(&status["phase"]);
            if status["reason"] == "NodeLost" {
                "Unknown".clone_into(&mut summary.reason);
            } else if phase != "Failed" && phase != "Succeeded" {
                "Terminating".clone_into(&mut summary.reason);
            }
        }
        summary
    }

    /// Whether the pod is being initialized, and the restarts of its sidecars.
    fn look_at_init(&mut self, spec: &Value, status: &Value) -> (bool, Restarts) {
        let written = items(&spec["initContainers"]);
        let (mut all, mut of_sidecars) = (Restarts::default(), Restarts::default());
        let mut initializing = false;
        for (index, it) in items(&status["initContainerStatuses"]).iter().enumerate() {
            let is_sidecar = written.iter().any(|w| w["name"] == it["name"] && is_sidecar(w));
            all.add(it);
            if is_sidecar {
                of_sidecars.add(it);
            }
            let state = &it["state"];
            let (waits, over) = (&state["waiting"]["reason"], &state["terminated"]);
            if over.is_object() && over["exitCode"] == 0 {
                continue;
            }
            if is_sidecar && it["started"] == true {
                self.ready += usize::from(it["ready"] == true);
                continue;
            }
            initializing = true;
            self.reason = if over.is_object() {
                format!("Init:{}", ended(over))
            } else if waits.is_string() && waits != "PodInitializing" && waits != "" {
                format!("Init:{}", text(waits))
            } else {
                format!("Init:{index}/{}", written.len())
            };
            break;
        }
        (self.restarts, self.restarted) = (all.count, all.latest);
        (initializing, of_sidecars)
    }

    /// The containers from the last to the first: the first one has the last word.
    fn look_at_main(&mut self, status: &Value, mut restarts: Restarts) {
        let mut runs = false;
        for it in items(&status["containerStatuses"]).iter().rev() {
            restarts.add(it);
            let state = &it["state"];
            let waits = text(&state["waiting"]["reason"]);
            if !waits.is_empty() {
                waits.clone_into(&mut self.reason);
            } else if state["terminated"].is_object() {
                self.reason = ended(&state["terminated"]);
            } else if it["ready"] == true && state["running"].is_object() {
                runs = true;
                self.ready += 1;
            }
        }
        if self.reason == "Completed" && runs {
            let is_ready = condition(status, "Ready");
            if is_ready { "Running" } else { "NotReady" }.clone_into(&mut self.reason);
        }
        (self.restarts, self.restarted) = (restarts.count, restarts.latest);
    }
}

/// Why a container is over.
fn ended(terminated: &Value) -> String {
    match (text(&terminated["reason"]), count(&terminated["signal"])) {
        ("", 0) => format!("ExitCode:{}", terminated["exitCode"].as_i64().unwrap_or_default()),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
