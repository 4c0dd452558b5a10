//! Tolerations, taints, and constraints on how pods spread.

use serde_json::Value;

use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::label_selector::cell;

/// Tolerations, one a line, by their keys. `title` may be indented.
///
/// Source: `kubectl/pkg/describe/describe.go › printTolerationsMultilineWithIndent`.
pub(super) fn tolerations(lines: &mut Lines, title: &str, tolerations: &Value) {
    let mut all: Vec<&Value> = tolerations.as_array().into_iter().flatten().collect();
    all.sort_by_key(|it| it["key"].as_str().unwrap_or_default());
    let all: Vec<String> = all.into_iter().map(toleration).collect();
    lines.entries(title, &all);
}

fn toleration(it: &Value) -> String {
    let text = |key: &str| it[key].as_str().unwrap_or_default();
    let (key, value, effect) = (text("key"), text("value"), text("effect"));
    let mut written = key.to_owned();
    if !value.is_empty() {
        written = format!("{written}={value}");
    }
    if !effect.is_empty() {
        written = format!("{written}:{effect}");
    }
    if text("operator") == "Exists" && value.is_empty() {
        let blank = if key.is_empty() && effect.is_empty() { "" } else { " " };
        written = format!("{written}{blank}op=Exists");
    }
    match it["tolerationSeconds"].as_i64() {
        Some(seconds) => format!("{written} for {seconds}s"),
        None => written,
    }
}

/// Taints of a node, by effect and key.
///
/// Source: `kubectl/pkg/describe/describe.go › printTaintsMultilineWithIndent`,
/// `api/core/v1/taint.go › ToString`.
pub(super) fn taints(lines: &mut Lines, taints: &Value) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<&Value> = taints.as_array().into_iter().flatten().collect();
    all.sort_by_key(|it| format!("{},{}", text(it, "effect"), text(it, "key")));
    let written = |it: &Value| {
        let (key, value, effect) = (text(it, "key"), text(it, "value"), text(it, "effect"));
        match (value.is_empty(), effect.is_empty()) {
            (true, true) => key,
            (true, false) => format!("{key}:{effect}"),
            (false, true) => format!("{key}={value}:"),
            (false, false) => format!("{key}={value}:{effect}"),
        }
    };
    let all: Vec<String> = all.into_iter().map(written).collect();
    lines.entries("Taints", &all);
}

/// How pods are to spread; nothing without such a constraint. `title` may be indented.
pub(super) fn topology_spread(lines: &mut Lines, indent: &str, constraints: &Value) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<&Value> = constraints.as_array().into_iter().flatten().collect();
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|it| text(it, "topologyKey"));
    let written = |it: &Value| {
        let (key, otherwise) = (text(it, "topologyKey"), text(it, "whenUnsatisfiable"));
        let skew = it["maxSkew"].as_i64().unwrap_or(0);
        let of = it.get("labelSelector").map(cell);
        let of = of.map(|it| format!(" for selector {it}")).unwrap_or_default();
        format!("{key}:{otherwise} when max skew {skew} is exceeded{of}")
    };
    let all: Vec<String> = all.into_iter().map(written).collect();
    lines.entries(&format!("{indent}Topology Spread Constraints"), &all);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tolerations_and_taints_are_sorted() {
        let mut lines = Lines::of("1.36");
        let all = json!([
            { "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute" },
            { "operator": "Exists" },
            { "key": "a", "value": "b", "effect": "NoSchedule" },
            { "key": "c", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 },
            { "key": "d" },
        ]);
        tolerations(&mut lines, "Tolerations", &all);
        taints(
            &mut lines,
            &json!([
                { "key": "z", "effect": "NoExecute" },
                { "key": "b", "value": "1", "effect": "NoSchedule" },
                { "key": "a", "effect": "NoSchedule" },
            ]),
        );
        tolerations(&mut lines, "None", &Value::Null);
        insta::assert_snapshot!(lines.finish(), @r"
        Tolerations:  op=Exists
                      a=b:NoSchedule
                      c:NoExecute op=Exists for 300s
                      d
                      node.kubernetes.io/not-ready:NoExecute op=Exists
        Taints:       z:NoExecute
                      a:NoSchedule
                      b=1:NoSchedule
        None:         <none>
        ");
    }
}
