//! The text that tells whether two pod templates are the same.
//!
//! What lives here: [`canonical_template`]. In a cluster two templates are the same revision if the
//! API server stores the same bytes, and it stores them with defaults filled in and quantities
//! rewritten. So that `imagePullPolicy: IfNotPresent` added to a manifest starts no rollout here
//! either, the same is done to the tree. It covers the defaults that manifests spell out; it is no
//! schema of the whole pod.

use crate::input::Tree;

/// JSON of a template with sorted keys, without what is absent in other words (`null`, empty
/// lists), and with defaults filled in.
pub(super) fn canonical_template(template: &Tree) -> String {
    let mut template = without_absent(template);
    remove(&mut template, "$patch");
    let spec = child(&mut template, "spec");
    fill_pod_spec(spec);
    template.to_canonical_json()
}

fn fill_pod_spec(spec: &mut Tree) {
    for (key, value) in POD_SPEC {
        default(spec, key, text(value));
    }
    default(spec, "terminationGracePeriodSeconds", Tree::Int(30));
    default(spec, "securityContext", empty());
    same_account(spec);
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if spec.get(key) == Some(&Tree::Bool(false)) {
            remove(spec, key);
        }
    }
    each(spec, "containers", fill_container);
    each(spec, "initContainers", fill_container);
    each(spec, "volumes", fill_volume);
    each_value(spec, "overhead", canonical_quantity);
}

const POD_SPEC: [(&str, &str); 3] = [
    ("restartPolicy", "Always"),
    ("dnsPolicy", "ClusterFirst"),
    ("schedulerName", "default-scheduler"),
];

/// `serviceAccount` is the old name of `serviceAccountName`; the API server writes both.
fn same_account(spec: &mut Tree) {
    let old = spec.get("serviceAccount").cloned();
    if let Some(name) = spec.get("serviceAccountName").cloned().or(old) {
        default(spec, "serviceAccountName", name.clone());
        default(spec, "serviceAccount", name);
    }
}

fn fill_container(container: &mut Tree) {
    let image = container.get("image").and_then(Tree::as_text).unwrap_or_default();
    let policy = if super::defaults::wants_newest(image) { "Always" } else { "IfNotPresent" };
    default(container, "imagePullPolicy", text(policy));
    default(container, "terminationMessagePath", text("/dev/termination-log"));
    default(container, "terminationMessagePolicy", text("File"));
    default(container, "resources", empty());
    each(container, "ports", |port| default(port, "protocol", text("TCP")));
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        within(container, probe, fill_probe);
    }
    within(container, "lifecycle", |lifecycle| {
        for hook in ["postStart", "preStop"] {
            within(lifecycle, hook, |hook| within(hook, "httpGet", fill_http_get));
        }
    });
    within(container, "resources", |resources| {
        each_value(resources, "limits", canonical_quantity);
        each_value(resources, "requests", canonical_quantity);
    });
    each(container, "env", |var| {
        within(var, "valueFrom", |source| {
            within(source, "fieldRef", |field| default(field, "apiVersion", text("v1")));
        });
    });
}

fn fill_probe(probe: &mut Tree) {
    for (key, value) in [
        ("timeoutSeconds", 1),
        ("periodSeconds", 10),
        ("successThreshold", 1),
        ("failureThreshold", 3),
    ] {
        default(probe, key, Tree::Int(value));
    }
    within(probe, "httpGet", fill_http_get);
}

fn fill_http_get(action: &mut Tree) {
    default(action, "path", text("/"));
    default(action, "scheme", text("HTTP"));
}

/// 420 is 0644, what files of a volume may be used for unless it says otherwise.
fn fill_volume(volume: &mut Tree) {
    within(volume, "hostPath", |path| default(path, "type", text("")));
    for source in ["secret", "configMap", "projected", "downwardAPI"] {
        within(volume, source, |source| default(source, "defaultMode", Tree::Int(420)));
    }
}

fn canonical_quantity(value: &mut Tree) {
    let written = match value {
        Tree::Text(text) => text.clone(),
        Tree::Int(number) => number.to_string(),
        Tree::Float(number) => number.to_string(),
        Tree::Null | Tree::Bool(_) | Tree::List(_) | Tree::Map(_) => return,
    };
    if let Ok(quantity) = written.parse::<super::quantity::Quantity>() {
        *value = Tree::Text(quantity.to_string());
    }
}

fn without_absent(tree: &Tree) -> Tree {
    let absent = |tree: &Tree| *tree == Tree::Null || *tree == Tree::List(Vec::new());
    match tree {
        Tree::Map(entries) => {
            let present = entries.iter().filter(|(_, value)| !absent(value));
            Tree::Map(present.map(|(key, value)| (key.clone(), without_absent(value))).collect())
        }
        Tree::List(items) => Tree::List(items.iter().map(without_absent).collect()),
        Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Text(_) => tree.clone(),
    }
}

fn text(value: &str) -> Tree {
    Tree::Text(value.to_owned())
}

fn empty() -> Tree {
    Tree::Map(Vec::new())
}

/// Sets `key` unless it has a value; does nothing if `tree` is no map.
fn default(tree: &mut Tree, key: &str, value: Tree) {
    if let Tree::Map(entries) = tree
        && !entries.iter().any(|(name, _)| name == key)
    {
        entries.push((key.to_owned(), value));
    }
}

fn remove(tree: &mut Tree, key: &str) {
    if let Tree::Map(entries) = tree {
        entries.retain(|(name, _)| name != key);
    }
}

/// The value of `key`, an empty map if there is none; `tree` itself if it is no map.
fn child<'a>(tree: &'a mut Tree, key: &str) -> &'a mut Tree {
    default(tree, key, empty());
    let position = match tree {
        Tree::Map(entries) => entries.iter().position(|(name, _)| name == key),
        Tree::Null
        | Tree::Bool(_)
        | Tree::Int(_)
        | Tree::Float(_)
        | Tree::Text(_)
        | Tree::List(_) => None,
    };
    match (tree, position) {
        (Tree::Map(entries), Some(position)) => &mut entries[position].1,
        (tree, _) => tree,
    }
}

/// Changes the value of `key` if there is one.
fn within(tree: &mut Tree, key: &str, change: impl Fn(&mut Tree)) {
    if tree.get(key).is_some() {
        change(child(tree, key));
    }
}

/// Changes every item of the list behind `key`.
fn each(tree: &mut Tree, key: &str, change: impl Fn(&mut Tree)) {
    within(tree, key, |list| {
        if let Tree::List(items) = list {
            items.iter_mut().for_each(&change);
        }
    });
}

/// Changes every value of the map behind `key`.
fn each_value(tree: &mut Tree, key: &str, change: impl Fn(&mut Tree)) {
    within(tree, key, |map| {
        if let Tree::Map(entries) = map {
            for (_, value) in entries {
                change(value);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &str, right: &str, same: bool) {
        let canonical = |spec: &str| {
            let json = format!(r#"{{"metadata":{{"labels":{{"a":"b"}}}},"spec":{spec}}}"#);
            canonical_template(&serde_json::from_str::<serde_json::Value>(&json).unwrap().into())
        };
        assert_eq!(canonical(left) == canonical(right), same, "{left} and {right}");
    }

    #[test]
    fn writing_out_a_default_is_no_change() {
        check(r#"{"containers":[]}"#, r#"{"containers":null,"dnsPolicy":"ClusterFirst"}"#, true);
        check(
            r#"{"containers":[{"name":"a","image":"b:1"}]}"#,
            r#"{"containers":[{"image":"b:1","imagePullPolicy":"IfNotPresent","name":"a","resources":{}}]}"#,
            true,
        );
        check(
            r#"{"containers":[{"resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}}}]}"#,
            r#"{"containers":[{"resources":{"limits":{"cpu":1,"memory":"1Gi"}}}]}"#,
            true,
        );
        check(r#"{"serviceAccount":"x"}"#, r#"{"serviceAccountName":"x"}"#, true);
        check(r#"{"hostNetwork":false}"#, "{}", true);
    }

    #[test]
    fn anything_else_is_a_change() {
        check(r#"{"containers":[{"image":"b:1"}]}"#, r#"{"containers":[{"image":"b:2"}]}"#, false);
        check(r#"{"tolerations":[{"operator":"Exists"}]}"#, "{}", false);
        check(r#"{"terminationGracePeriodSeconds":60}"#, "{}", false);
        check(r#"{"x":[{"a":1},{"b":2}]}"#, r#"{"x":[{"b":2},{"a":1}]}"#, false);
    }
}
