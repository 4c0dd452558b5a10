//! What is typed, and the events that come of it.

use super::*;
use crate::api::snapshot_from_documents;

const CLUSTER: &str = "\
{apiVersion: v1, kind: List, items: [
  {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent, namespace: a}, spec: &s {
    selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {
      containers: [{name: c, image: 'i:1'}]}}}},
  {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent, namespace: b}, spec: *s},
  {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: other, namespace: b}, spec: *s},
  {apiVersion: v1, kind: Node, metadata: {name: n1}},
  {apiVersion: v1, kind: Node, metadata: {name: n2}},
  {apiVersion: v1, kind: Pod, metadata: {name: other-1, namespace: b, ownerReferences: [
    {apiVersion: apps/v1, kind: DaemonSet, name: other, uid: u, controller: true}]},
    spec: {nodeName: n2, containers: [{name: c, image: 'i:1'}]}},
  {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: b},
    spec: {nodeName: n2, containers: [{name: c, image: 'i:1'}]}}]}";

fn cluster() -> Snapshot {
    let documents = read_documents(&Source::new("cluster", CLUSTER), &Limits::SNAPSHOT).unwrap();
    snapshot_from_documents(&documents).unwrap().0
}

fn typed(text: &str, subject: Option<&str>) -> Result<String, TypedError> {
    let change = typed_change(text, &cluster(), subject)?;
    let events: Vec<String> = change.events.iter().map(Tree::to_canonical_json).collect();
    Ok(events.join(" ").replace('"', ""))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(typed(text, Some("b/other")).unwrap(), expected, "{text}");
}

#[test]
fn commands_become_events() {
    check("delete node n1 n2", "{leave:[n1,n2]}");
    check("kubectl delete node/n1 node/n2", "{leave:[n1,n2]}");
    let pods = "deletePods:{daemonSet:b/other,force:true,nodes:[n2]}";
    check("kubectl delete pod other-1 -n b --force --grace-period=0", &format!("{{{pods}}}"));
    check("delete ds agent -n a --cascade=orphan", "{delete:{cascade:orphan,daemonSet:a/agent}}");
    check("drain n1 --ignore-daemonsets && cordon node/n2", "{drain:[n1]} {cordon:[n2]}");
    check("uncordon n1; reboot n2", "{uncordon:[n1]} {reboot:{nodes:[n2]}}");
    check("recover node n1", "{recover:[n1]}");
    check(
        "rollout undo ds/other --to-revision=3",
        "{rolloutUndo:{daemonSet:b/other,toRevision:3}}",
    );
    check("rollout undo daemonset other --to-revision=0", "{rolloutUndo:{daemonSet:b/other}}");
    check("rollout restart ds/agent -n b", "{rolloutRestart:{daemonSet:b/agent}}");
    check("set image ds/other c=i:2", "{setImage:{daemonSet:b/other,images:{c:i:2}}}");
    check("taint node n1 a=b:NoSchedule", "{taint:{nodes:[n1],taint:a=b:NoSchedule}}");
    check("taint nodes n1 a:NoExecute-", "{untaint:{nodes:[n1],taint:a:NoExecute}}");
    check("label node n1 a=b c-", "{label:{labels:{a:b,c:null},nodes:[n1]}}");
    check("annotate ds/other wake=1 --overwrite", "{annotate:{daemonSet:b/other}}");
    check("{recover: n1}", "{recover:n1}");
}

/// What is printed as a remedy can be pasted.
#[test]
fn patches_may_be_pasted() {
    let patch = r#"{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":2}}}}"#;
    check(
        &format!("kubectl patch daemonset/other -n b -p '{patch}'"),
        "{patch:{daemonSet:b/other,updateStrategy:{rollingUpdate:{maxUnavailable:2}}}}",
    );
}

#[test]
fn fields_are_of_the_daemon_set_that_is_meant() {
    let strategy = |budget: &str| {
        format!(
            "{{patch:{{daemonSet:b/other,updateStrategy:{{rollingUpdate:{{{budget}}},type:RollingUpdate}}}}}}"
        )
    };
    check("maxUnavailable=10%", &strategy("maxSurge:0,maxUnavailable:10%"));
    check("maxSurge=1", &strategy("maxSurge:1,maxUnavailable:0"));
    check(
        "minReadySeconds=30 image=i:3",
        "{patch:{daemonSet:b/other,minReadySeconds:30}} {setImage:{daemonSet:b/other,image:i:3}}",
    );
    assert_eq!(
        typed("rollout undo ds/agent", Some("b/agent")),
        Ok("{rolloutUndo:{daemonSet:b/agent}}".to_owned())
    );
    let all = "a/agent, b/agent, b/other".to_owned();
    assert_eq!(typed("maxSurge=1", None), Err(TypedError::WhichDaemonSet(all)));
}

#[test]
fn what_cannot_be_tried_is_told() {
    let check = |text: &str, expected: &str, hint: &str| {
        let error = typed(text, Some("b/other")).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{text}: {error}");
        assert!(error.hint().contains(hint), "{text}: {}", error.hint());
    };
    check(" ", "it is empty", "maxUnavailable=10%");
    check("kubectl", "it is empty", "maxUnavailable=10%");
    check("remove node n1", "`remove node n1` is no command that can be tried", "`delete`?");
    check("explode n1", "`explode n1` is no command that can be tried", "`delete node n5`");
    check("delte node n1", "`delte node n1` is no command that can be tried", "`delete`?");
    check(
        "maxUnavailible=1",
        "`maxUnavailible` is no field that can be tried",
        "`maxUnavailable`?",
    );
    check("replicas=1", "`replicas` is no field that can be tried", "minReadySeconds");
    check("delete node n11", "the snapshot has no node `n11`", "did you mean `n1`?");
    check("delete node", "`delete` needs a kind and a name", "`delete node n5`");
    check("delete deployment web", "`delete` of `deployment` is not followed here", "ds/agent");
    check("delete pod other-2", "the snapshot has no pod `other-2`", "`other-1`?");
    check("delete pod web", "the pod `web` is no DaemonSet's", "ds/agent");
    check("rollout undo ds/agent", "DaemonSet `agent` is in several namespaces: a, b", "-n");
    check(
        "rollout undo ds/other -n a",
        "the snapshot has no DaemonSet `other` in namespace `a`",
        "-n b",
    );
    check("patch ds/other -p '{spec: {}, metadata: {}}'", "a patch of `metadata` is not", "");
    check("patch ds/other --type=json -p '[]'", "`--type=json` is not followed here", "");
    check("rollout undo deployment/x", "`rollout undo` of `deployment` is not followed here", "");
    check("rollout undo ds/othre", "the snapshot has no DaemonSet `othre`", "`other`?");
    check("set image ds/other", "`set image` needs images such as `agent=registry", "");
    check("patch ds/other", "`patch` needs `-p PATCH`", "");
    check(
        "patch ds/other -p '{spec: {template: {}}}'",
        "a patch of `spec.template` is not",
        "image",
    );
    check("patch ds/other -p '{'", "the patch cannot be read: ", "");
    check("drain", "`drain` needs the name of a node", "");
    check("taint node n1", "`taint` needs a taint such as", "");
    check("delete pod -l x=y", "`-l` is not followed here", "leave it out");
    check("{a", "the event cannot be read: ", "{recover: n5}");
}
