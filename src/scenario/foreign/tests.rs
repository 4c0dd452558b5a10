//! Texts of all kinds, and what they are taken for.

use super::*;
use crate::input::{Limits, read_documents};

fn found(name: &str, text: &str) -> Option<Foreign> {
    let source = Source::from_bytes(name, text.as_bytes().to_vec());
    foreign(&source, &read_documents(&source, &Limits::WRITTEN))
}

fn check(name: &str, text: &str, what: &str, hint: &str) {
    let found = found(name, text).unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(found.what.contains(what) && found.hint.contains(hint), "{text}: {found:?}");
}

const DAEMON_SET: &str = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\n";

#[test]
fn what_commands_print_in_place_of_a_manifest_is_told() {
    check("<stdin>", " \n", "nothing came through the pipe", "failed");
    for error in [
        "Error: INSTALLATION FAILED: chart not found\n",
        "Error from server (NotFound): daemonsets.apps \"foo\" not found\n",
        "error: the server doesn't have a resource type \"dss\"\n",
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
        "No resources found in default namespace.\n",
        "404: Not Found",
    ] {
        check("<stdin>", error, &format!("error message: {}", error.trim()), "failed");
    }
    let table = "NAME   DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE\na   3 3 3 3 3 <none> 1d\n";
    check("<stdin>", table, "table", "-o yaml");
    check("<stdin>", "NAMESPACE   NAME   PORT(S)\nx y z\n", "table", "-o yaml");
    check("<stdin>", "Name:  a\nSelector:  app=a\n", "kubectl describe", "-o yaml");
    check("<stdin>", "daemonset.apps/a created\n", "by name", "-o yaml");
    check("<stdin>", "<!DOCTYPE html>\n<html></html>\n", "HTML", "raw");
    check(
        "<stdin>",
        "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"message\": \"no\"}",
        "API server: no",
        "request",
    );
    check(
        "<stdin>",
        "{\"message\": \"Not Found\", \"documentation_url\": \"x\"}",
        "Not Found",
        "request",
    );
    check(
        "<stdin>",
        "NAME: a\nSTATUS: pending-install\nMANIFEST:\n---\nkind: Pod\n",
        "helm install",
        "helm template",
    );
    let log = "W1127 10:00:00.000000   12 warnings.go:70] old\n";
    check("<stdin>", &format!("{DAEMON_SET}---\n{log}\n"), "message in line 5", "2>&1");
    check(
        "<stdin>",
        &format!("WARNING: group-readable. Location: x\n---\n{DAEMON_SET}"),
        "line 1",
        "2>&1",
    );
    check("<stdin>", &format!("WARNING: careful\n---\n{DAEMON_SET}"), "line 1", "2>&1");
    check("a.yaml", &format!("<<<<<<< HEAD\n{DAEMON_SET}"), "merge conflict", "resolve");
}

#[test]
fn objects_in_a_list_are_told_as_those_beside_each_other() {
    let list = |items: &str| format!("apiVersion: v1\nkind: List\nitems: [{items}]\n");
    let release = "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease}";
    check("<stdin>", &list(release), "HelmRelease of Flux", "helm template");
    let nested = list(&format!("{{apiVersion: v1, kind: List, items: [{release}]}}"));
    check("<stdin>", &nested, "HelmRelease of Flux", "helm template");
    check("<stdin>", &list(""), "empty list", "kubectl get ds -A");
    let monitor = "{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor}";
    check("<stdin>", &list(monitor), "ServiceMonitor of monitoring.coreos.com", "operator");
    let service = "{apiVersion: v1, kind: Service}";
    assert_eq!(found("<stdin>", &list(&format!("{monitor}, {service}"))), None);
}

#[test]
fn files_of_other_tools_are_told() {
    check("x", "services: {a: {image: b}}\n", "Compose", "kompose");
    check("x", "version: '3'\nservices:\n", "Compose", "kompose");
    check("x", "resource \"kubernetes_manifest\" \"a\" {\n}\n", "Terraform", "kubectl get");
    check("main.tf", "locals {\n}\n", "Terraform", "kubectl get");
    check(
        "x",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
        "kustomization",
        "kubectl kustomize",
    );
    check("kustomization.yaml", "namespace: a\n", "kustomization", "kubectl kustomize");
    check("x", "resources: [a.yaml]\n", "kustomization", "kubectl kustomize");
    check("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n", "Chart.yaml", "helm template");
    check("x", "image: {tag: a}\nresources: {}\n", "values", "helm template");
    check("x", "kind: DaemonSet\nimage: {tag: a}\nresources: {}\n", "values", "helm template");
    check(
        "x",
        "apiVersion: operator.tigera.io/v1\nkind: Installation\n",
        "Installation",
        "operator",
    );
    check("values-prod.yaml", "a: 1\n", "values", "helm template");
    check("x", "apiVersion: template.openshift.io/v1\nkind: Template\n", "Template", "oc process");
    check("x", "apiVersion: v1\nkind: Template\n", "Template of OpenShift", "oc process");
    let other = "apiVersion: gateway.networking.x/v1\nkind: Template\n";
    check("x", other, "no DaemonSet, but Template of gateway.networking.x", "operator");
    check(
        "x",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n",
        "Flux",
        "helm template",
    );
    check(
        "x",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n",
        "Argo CD",
        "argocd app manifests",
    );
    check("x", "apiVersion: apps/v1\nkind: Daemonset\n", "`kind: Daemonset`", "`kind: DaemonSet`");
    check("x", "matches:\n  1: |\n    a\n", "snapshot of tests", "helm template");
    check("x", "[{\"kind\": \"DaemonSet\", \"apiVersion\": \"apps/v1\"}]", "plain list", "jq");
    check("x", "- hosts: all\n  tasks: []\n", "playbook", "manifest");
    check("x", "{}", "empty", "printed nothing");
    check("x", "[]", "empty", "printed nothing");
    let source = Source::from_bytes("chart.tgz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec());
    let read = read_documents(&source, &Limits::WRITTEN);
    assert!(foreign(&source, &read).unwrap().what.contains("gzip"));
}

#[test]
fn what_can_be_simulated_and_what_nobody_knows_is_left_alone() {
    for text in [
        DAEMON_SET,
        "cluster: {nodes: 3}\ndaemonSets: [a.yaml]\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: apps/v1, kind: DaemonSet}]\n",
        "apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n---\napiVersion: apps/v1\nkind: Deployment\n",
        "a: [1\n",
        "foo: bar\n",
        "# only a comment\n",
    ] {
        assert_eq!(found("x.yaml", text), None, "{text}");
    }
}
