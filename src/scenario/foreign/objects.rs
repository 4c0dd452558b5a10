//! What documents are that hold no DaemonSet: files of other tools, and objects that something else
//! makes DaemonSets of.

use crate::api::objects_in;
use crate::input::{Document, Tree};
use crate::scenario::foreign::{Foreign, new};

const TEMPLATE: &str = "render the chart: helm template DIR | rollcast run -";
const KUSTOMIZE: &str = "build it: kubectl kustomize DIR | rollcast run -";

/// Kinds of objects that are no DaemonSet but lead to one: group, kind, what it is, what to run. The
/// group of the core is empty.
const KINDS: [(&str, &str, &str, &str); 10] = [
    ("kustomize.config.k8s.io", "Kustomization", "is a kustomization", KUSTOMIZE),
    ("kustomize.config.k8s.io", "Component", "is a component of a kustomization", KUSTOMIZE),
    (
        "kustomize.toolkit.fluxcd.io",
        "Kustomization",
        "is a Kustomization of Flux",
        "build what it points to: kubectl kustomize DIR | rollcast run -",
    ),
    (
        "helm.toolkit.fluxcd.io",
        "HelmRelease",
        "is a HelmRelease of Flux",
        "render its chart: helm template CHART -f VALUES | rollcast run -",
    ),
    (
        "helm.cattle.io",
        "HelmChart",
        "is a HelmChart of K3s",
        "render its chart: helm template CHART -f VALUES | rollcast run -",
    ),
    (
        "argoproj.io",
        "Application",
        "is an Application of Argo CD",
        "print what it makes: argocd app manifests NAME | rollcast run -",
    ),
    (
        "argoproj.io",
        "ApplicationSet",
        "is an ApplicationSet of Argo CD",
        "print what one makes: argocd app manifests NAME | rollcast run -",
    ),
    (
        "template.openshift.io",
        "Template",
        "is a Template of OpenShift",
        "process it: oc process -f FILE | rollcast run -",
    ),
    (
        "",
        "Template",
        "is a Template of OpenShift",
        "process it: oc process -f FILE | rollcast run -",
    ),
    ("", "Status", "is an answer of the API server", "see why the request before it failed"),
];

/// Keys of values of a chart, of which two must be there.
const VALUES: [&str; 14] = [
    "image",
    "resources",
    "nodeSelector",
    "tolerations",
    "affinity",
    "serviceAccount",
    "replicaCount",
    "podAnnotations",
    "fullnameOverride",
    "nameOverride",
    "updateStrategy",
    "podSecurityContext",
    "global",
    "rbac",
];

/// What these documents are, if it is known.
pub(super) fn named(documents: &[Document], name: &str) -> Option<Foreign> {
    let objects = objects_in(documents);
    let kinds: Vec<(&str, &str)> = objects.iter().filter_map(|it| kind(it.tree)).collect();
    if let Some(written) = kinds.iter().map(|it| it.1).find(|it| is_misspelled(it)) {
        return Some(new(
            format!("has an object of `kind: {written}`, which is not known"),
            "write `kind: DaemonSet`",
        ));
    }
    let known = objects.iter().find_map(|it| of_kind(it.tree));
    if objects.is_empty() && !documents.is_empty() {
        return Some(new("is an empty list", "see what there is: kubectl get ds -A"));
    }
    match kinds.first() {
        None => documents.iter().find_map(|it| of_map(&it.tree, name)),
        Some((version, kind)) => known.or_else(|| {
            let are_custom = kinds.iter().all(|(version, _)| is_custom(group(version)));
            are_custom.then(|| custom(group(version), kind))
        }),
    }
}

/// The version and the kind of an object; charts have a value `kind`, too.
pub(super) fn kind(tree: &Tree) -> Option<(&str, &str)> {
    let text = |key: &str| tree.get(key).and_then(Tree::as_text);
    let kind = text("kind").filter(|_| !are_values(tree))?;
    Some((text("apiVersion").unwrap_or_default(), kind))
}

fn are_values(tree: &Tree) -> bool {
    let has = |key: &str| tree.get(key).is_some();
    !has("apiVersion") && VALUES.iter().filter(|key| has(key)).count() >= 2
}

/// `Daemonset`, `daemonSet`, `DaemonSets`.
fn is_misspelled(kind: &str) -> bool {
    let plain = kind.to_lowercase().replace(['-', '_', ' '], "");
    kind != "DaemonSet" && matches!(plain.as_str(), "daemonset" | "daemonsets" | "demonset" | "ds")
}

fn of_kind(object: &Tree) -> Option<Foreign> {
    let (version, kind) = kind(object)?;
    let is_it = |(of, it, ..): &&(&str, &str, &str, &str)| *it == kind && *of == group(version);
    let (_, _, what, hint) = KINDS.iter().find(is_it)?;
    let message = object.get("message").and_then(Tree::as_text).filter(|_| kind == "Status");
    let what = message.map_or_else(|| (*what).to_owned(), |it| format!("{what}: {it}"));
    Some(new(what, *hint))
}

/// Objects of others, of which an operator may make a DaemonSet; who has others beside them is told
/// what there is.
fn custom(group: &str, kind: &str) -> Foreign {
    let hint = "if an operator makes a DaemonSet of it: kubectl get ds -A -o yaml | rollcast run -";
    new(format!("has no DaemonSet, but {kind} of {group}"), hint)
}

fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io")
}

/// What a document without a kind is.
fn of_map(tree: &Tree, name: &str) -> Option<Foreign> {
    let Tree::Map(entries) = tree else { return of_other(tree) };
    let has = |key: &str| tree.get(key).is_some();
    if has("cluster") || has("daemonSets") {
        return None;
    }
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    if entries.is_empty() {
        return Some(new("is empty: `{}`", "see why the command before it printed nothing else"));
    }
    if has("services") && (has("version") || is_map_of_maps(tree.get("services"))) {
        return Some(new(
            "is a Compose file",
            "rollcast simulates a DaemonSet: kompose convert --controller daemonSet makes one",
        ));
    }
    if has("resources") && matches!(tree.get("resources"), Some(Tree::List(_)))
        || file.starts_with("kustomization.")
    {
        return Some(new("is a kustomization", KUSTOMIZE));
    }
    if has("apiVersion") && has("name") && has("version") {
        return Some(new("is the metadata of a Helm chart (Chart.yaml)", TEMPLATE));
    }
    if has("message") && (has("documentation_url") || has("code") || has("status")) {
        let message = tree.get("message").and_then(Tree::as_text).unwrap_or_default();
        return Some(new(format!("is an error message: {message}"), "see why the request failed"));
    }
    if are_values(tree) || (!has("apiVersion") && file.starts_with("values")) {
        return Some(new("holds the values of a Helm chart", TEMPLATE));
    }
    if entries.iter().all(|(_, value)| is_test_snapshot(value)) {
        return Some(new("is a snapshot of tests", TEMPLATE));
    }
    None
}

/// What a document is that is no map.
fn of_other(tree: &Tree) -> Option<Foreign> {
    let Tree::List(items) = tree else { return None };
    if items.is_empty() {
        let hint = "see why the command before it printed nothing else";
        return Some(new("is an empty list: `[]`", hint));
    }
    if items.iter().all(|it| kind(it).is_some()) {
        return Some(new(
            "is a plain list of objects, which kubectl does not take",
            "give them one after the other: jq '.[]' FILE | rollcast run -",
        ));
    }
    let is_play = items.iter().all(|it| it.get("hosts").is_some());
    is_play.then(|| new("is a playbook of Ansible", "give the manifest that it applies"))
}

fn is_map_of_maps(tree: Option<&Tree>) -> bool {
    let Some(Tree::Map(entries)) = tree else { return false };
    entries.iter().all(|(_, it)| matches!(it, Tree::Map(_)))
}

/// Numbered texts, as helm-unittest keeps them.
fn is_test_snapshot(tree: &Tree) -> bool {
    let Tree::Map(entries) = tree else { return false };
    let is_numbered = |(key, value): &(String, Tree)| {
        key.parse::<u32>().is_ok() && matches!(value, Tree::Text(_))
    };
    !entries.is_empty() && entries.iter().all(is_numbered)
}
