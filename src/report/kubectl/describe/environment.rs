//! Environment variables, and where their values come from.

use serde_json::Value;

use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::quantities::{amount_of, amounts, list};

/// The variables of a container. `pod` is given for one that exists: then values that refer to its
/// metadata are known.
///
/// Source: `kubectl/pkg/describe/describe.go › describeContainerEnvFrom, describeContainerEnvVars`.
pub(super) fn environment(lines: &mut Lines, container: &Value, pod: Option<&Value>) {
    let from = list(container, "envFrom");
    if !from.is_empty() {
        lines.line(2, "Environment Variables from:");
    }
    for source in from {
        variables_from(lines, source);
    }
    let variables = list(container, "env");
    lines.line(2, if variables.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    for variable in variables {
        let name = variable["name"].as_str().unwrap_or_default();
        match variable.get("valueFrom") {
            Some(from) => value_from(lines, name, from, container, pod),
            None => value(lines, name, variable["value"].as_str().unwrap_or_default()),
        }
    }
}

fn variables_from(lines: &mut Lines, source: &Value) {
    let kinds = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];
    let found = kinds.iter().find_map(|(key, kind)| Some((source.get(key)?, *kind)));
    let (reference, kind) = found.unwrap_or((&Value::Null, ""));
    let (name, optional) = (reference["name"].as_str().unwrap_or_default(), is_optional(reference));
    let prefix = source["prefix"].as_str().filter(|prefix| !prefix.is_empty());
    let prefix = prefix.map(|prefix| format!(" with prefix '{prefix}'")).unwrap_or_default();
    lines.line(3, format_args!("{name}\t{kind}{prefix}\tOptional: {optional}"));
}

/// A value, whose further lines stand below its first one.
fn value(lines: &mut Lines, name: &str, value: &str) {
    for (number, line) in value.split('\n').enumerate() {
        if number == 0 {
            lines.entry(3, name, line);
        } else {
            lines.line(3, format_args!("\t{line}"));
        }
    }
}

fn value_from(lines: &mut Lines, name: &str, from: &Value, container: &Value, pod: Option<&Value>) {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    if let Some(field) = from.get("fieldRef") {
        let version = field["apiVersion"].as_str().unwrap_or("v1");
        let path = text(field, "fieldPath");
        let value = pod.map(|pod| metadata_at(pod, &path)).unwrap_or_default();
        lines.entry(3, name, format_args!("{value} ({version}:{path})"));
    } else if let Some(field) = from.get("resourceFieldRef") {
        let resource = text(field, "resource");
        let value = resource_value(&resource, field, container);
        lines.entry(3, name, format_args!("{value} ({resource})"));
    } else if let Some(key) = from.get("secretKeyRef") {
        let (secret, optional) = (text(key, "name"), is_optional(key));
        let key = text(key, "key");
        let set = format_args!("<set to the key '{key}' in secret '{secret}'>").to_string();
        lines.entry(3, name, format_args!("{set}\tOptional: {optional}"));
    } else if let Some(key) = from.get("configMapKeyRef") {
        let (map, optional) = (text(key, "name"), is_optional(key));
        let key = text(key, "key");
        let set = format_args!("<set to the key '{key}' of config map '{map}'>").to_string();
        lines.entry(3, name, format_args!("{set}\tOptional: {optional}"));
    }
}

/// What kubectl resolves of a pod; nothing of any other field.
///
/// Source: `kubectl/pkg/describe/describe.go › EnvValueRetriever`,
/// `apimachinery/pkg/runtime/conversion.go › DefaultMetaV1FieldSelectorConversion`.
fn metadata_at(pod: &Value, path: &str) -> String {
    let key = match path {
        "metadata.name" => "name",
        "metadata.namespace" => "namespace",
        _ => return String::new(),
    };
    pod["metadata"][key].as_str().unwrap_or_default().to_owned()
}

/// A resource of the container, in units of the divisor, rounded up; without a limit, that of the
/// node.
///
/// Source: `kubectl/pkg/util/resource/resource.go › ExtractContainerResourceValue`.
fn resource_value(resource: &str, field: &Value, container: &Value) -> String {
    let Some((kind, name)) = resource.split_once('.') else { return String::new() };
    let written = amount_of(&amounts(&container["resources"][kind]), name);
    let divisor = amount_of(&amounts(field), "divisor");
    let (amount, divisor) = match name {
        "cpu" => (written.millis(), divisor.millis()),
        _ => (written.units(), divisor.units()),
    };
    let one = if name == "cpu" { 1_000 } else { 1 };
    let divisor = if divisor <= 0 { one } else { divisor };
    let value = amount / divisor + i64::from(amount % divisor != 0);
    if value == 0 && matches!(resource, "limits.cpu" | "limits.memory") {
        return "node allocatable".to_owned();
    }
    value.to_string()
}

fn is_optional(reference: &Value) -> bool {
    reference["optional"].as_bool().unwrap_or(false)
}
