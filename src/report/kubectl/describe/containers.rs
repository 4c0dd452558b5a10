//! Containers: of a template what is written, of a pod also how they are.

use serde_json::Value;

use crate::report::kubectl::describe::environment::environment;
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::probes::probe;
use crate::report::kubectl::describe::quantities::{amounts, list};
use crate::report::kubectl::describe::times::long_time;

/// Containers with a title; those of a template (without a pod) are indented.
///
/// Source: `kubectl/pkg/describe/describe.go › describeContainers`.
pub(super) fn containers(
    lines: &mut Lines,
    title: &str,
    containers: &[Value],
    pod: Option<(&Value, &[Value])>,
) {
    let none = if containers.is_empty() { " <none>" } else { "" };
    let indent = if pod.is_some() { "" } else { "  " };
    lines.line(0, format_args!("{indent}{title}:{none}"));
    for container in containers {
        let name = &container["name"];
        let status = pod.and_then(|(_, all)| all.iter().find(|it| it["name"] == *name));
        let indent = if pod.is_some() { "" } else { " " };
        lines.line(1, format_args!("{indent}{}:", name.as_str().unwrap_or_default()));
        basics(lines, container, status);
        command(lines, container);
        if let Some(status) = status {
            state(lines, status);
        }
        resources(lines, &container["resources"]);
        for (title, key) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if let Some(written) = container.get(key) {
                lines.entry(2, title, probe(written));
            }
        }
        environment(lines, container, pod.map(|(pod, _)| pod));
        mounts(lines, container);
    }
}

fn basics(lines: &mut Lines, container: &Value, status: Option<&Value>) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    if let Some(status) = status {
        lines.entry(2, "Container ID", text(status, "containerID"));
    }
    lines.entry(2, "Image", text(container, "image"));
    if let Some(status) = status {
        lines.entry(2, "Image ID", text(status, "imageID"));
    }
    for (title, key) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let of = |port: &Value| {
            let number = port[key].as_i64().unwrap_or(0);
            format!("{number}/{}", port["protocol"].as_str().unwrap_or("TCP"))
        };
        let ports: Vec<String> = list(container, "ports").iter().map(of).collect();
        let plural = if ports.len() > 1 { "s" } else { "" };
        let ports = if ports.is_empty() { "<none>".to_owned() } else { ports.join(", ") };
        lines.entry(2, &format!("{title}{plural}"), ports);
    }
    seccomp_profile(lines, container, [2, 3]);
}

/// The seccomp profile of a container, or of a pod.
pub(super) fn seccomp_profile(lines: &mut Lines, of: &Value, levels: [usize; 2]) {
    let Some(profile) = of["securityContext"].get("seccompProfile") else { return };
    let kind = profile["type"].as_str().unwrap_or_default();
    lines.entry(levels[0], "SeccompProfile", kind);
    if kind == "Localhost" {
        let name = profile["localhostProfile"].as_str().unwrap_or_default();
        lines.entry(levels[1], "LocalhostProfile", name);
    }
}

fn command(lines: &mut Lines, container: &Value) {
    for (title, key) in [("Command", "command"), ("Args", "args")] {
        let words = list(container, key);
        if !words.is_empty() {
            lines.line(2, format_args!("{title}:"));
        }
        for line in words.iter().filter_map(Value::as_str).flat_map(|word| word.split('\n')) {
            lines.line(3, line);
        }
    }
}

/// Source: `kubectl/pkg/describe/describe.go › describeContainerState, describeStatus`.
fn state(lines: &mut Lines, status: &Value) {
    one_state(lines, "State", &status["state"]);
    if status["lastState"].get("terminated").is_some() {
        one_state(lines, "Last State", &status["lastState"]);
    }
    let ready = if status["ready"].as_bool().unwrap_or(false) { "True" } else { "False" };
    lines.entry(2, "Ready", ready);
    lines.entry(2, "Restart Count", status["restartCount"].as_u64().unwrap_or(0));
}

fn one_state(lines: &mut Lines, title: &str, state: &Value) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let maybe = |lines: &mut Lines, title: &str, text: String| {
        if !text.is_empty() {
            lines.entry(3, title, text);
        }
    };
    if let Some(running) = state.get("running") {
        lines.entry(2, title, "Running");
        lines.entry(3, "Started", long_time(&running["startedAt"]));
    } else if let Some(ended) = state.get("terminated") {
        lines.entry(2, title, "Terminated");
        maybe(lines, "Reason", text(ended, "reason"));
        maybe(lines, "Message", text(ended, "message"));
        lines.entry(3, "Exit Code", ended["exitCode"].as_i64().unwrap_or(0));
        let signal = ended["signal"].as_i64().filter(|signal| *signal > 0);
        maybe(lines, "Signal", signal.map(|signal| signal.to_string()).unwrap_or_default());
        lines.entry(3, "Started", long_time(&ended["startedAt"]));
        lines.entry(3, "Finished", long_time(&ended["finishedAt"]));
    } else {
        lines.entry(2, title, "Waiting");
        maybe(lines, "Reason", text(&state["waiting"], "reason"));
    }
}

fn resources(lines: &mut Lines, resources: &Value) {
    for (title, key) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = amounts(&resources[key]);
        if !amounts.is_empty() {
            lines.line(2, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            lines.entry(3, &name, amount);
        }
    }
}

/// Source: `kubectl/pkg/describe/describe.go › describeContainerVolumes`.
fn mounts(lines: &mut Lines, container: &Value) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let sorted = |key: &str, by: &str| {
        let mut all: Vec<&Value> = list(container, key).iter().collect();
        all.sort_by_key(|it| text(it, by));
        all
    };
    let mounts = sorted("volumeMounts", "mountPath");
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    lines.line(2, format_args!("Mounts:{none}"));
    for mount in mounts {
        let (path, name) = (text(mount, "mountPath"), text(mount, "name"));
        let access = if mount["readOnly"].as_bool().unwrap_or(false) { "ro" } else { "rw" };
        let sub_path = text(mount, "subPath");
        let sub_path = if sub_path.is_empty() { sub_path } else { format!(",path={sub_path:?}") };
        lines.line(3, format_args!("{path} from {name} ({access}{sub_path})"));
    }
    let devices = sorted("volumeDevices", "devicePath");
    if !devices.is_empty() {
        lines.line(2, format_args!("Devices:{none}"));
    }
    for device in devices {
        lines.line(3, format_args!("{} from {}", text(device, "devicePath"), text(device, "name")));
    }
}
