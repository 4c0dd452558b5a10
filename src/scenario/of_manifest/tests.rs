//! What is made of manifests, and what nothing is made of.

use super::*;
use crate::input::{Limits, Source, read_documents};

const AGENT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {kubernetes.io/os: linux, disk: ssd}
      containers:
        - {name: main, image: 'example.com:5000/agent:1'}
        - {name: side, image: example.com/side@sha256:0}
";

fn made(manifest: &str, image: Option<&str>) -> Result<MadeScenario, OfManifestError> {
    let documents = read_documents(&Source::new("ds.yaml", manifest), &Limits::WRITTEN);
    let documents = documents.unwrap();
    assert!(are_manifests(&documents));
    scenario_of(&documents, OfManifest { file: "ds.yaml", origin: "ds.yaml", nodes: 7, image })
}

#[test]
fn a_manifest_becomes_a_scenario_that_can_be_read() {
    let text = made(AGENT, Some("example.com/side:2")).unwrap().text;
    assert!(text.contains("name: \"agent\"") && text.contains("\"disk\": \"ssd\""), "{text}");
    let event =
        "setImage: {daemonSet: \"kube-system/agent\", images: {\"side\": \"example.com/side:2\"}}";
    assert!(text.contains(event) && text.contains("maxSurge=10%"), "{text}");
    let restart = made(AGENT, None).unwrap().text;
    assert!(restart.contains("rolloutRestart: {daemonSet: \"kube-system/agent\"}"), "{restart}");
}

#[test]
fn what_no_scenario_is_made_of_is_told() {
    let wrong = made(AGENT, Some("other:2"));
    assert!(matches!(wrong, Err(OfManifestError::UnknownImage { .. })), "{wrong:?}");
    let cluster = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node}]}";
    assert_eq!(made(cluster, None), Err(OfManifestError::Snapshot));
}

/// A manifest with this pod spec besides its container, called `name`.
fn manifest(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {name}}}\nspec:\n  selector: \
         {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
         spec:\n      {spec}\n      initContainers: [{{name: init, image: 'example.com/init:1'}}]\n      \
         containers: [{{name: main, image: 'nginx:1', resources: {{limits: {{cpu: 3, \
         nvidia.com/gpu: 1}}}}}}]\n"
    )
}

#[test]
fn containers_get_an_image_of_their_repository_init_containers_too() {
    let check = |image: &str, expected: &[&str], replaced: Option<&str>| {
        let made = made(&manifest("a", "hostPID: true"), Some(image)).unwrap();
        let containers: Vec<_> = expected.iter().map(|&it| it.to_owned()).collect();
        let update = AssumedUpdate {
            daemon_set: "default/a".to_owned(),
            containers,
            replaced: replaced.map(str::to_owned),
        };
        assert_eq!(made.updates, [update], "{image}");
    };
    check("example.com/init:2", &["init"], None);
    check("docker.io/library/nginx:2", &["main"], None);
    check("main=example.com/init:2", &["main"], Some("nginx:1"));
    check("*=x:2", &["main", "init"], Some("nginx:1"));
    check("example.com/new:2", &["main"], Some("nginx:1"));
    let all = format!("{}---\n{}", manifest("a", "hostPID: true"), manifest("b", "hostPID: true"));
    let both = made(&all, Some("init=example.com/init:2")).unwrap();
    assert_eq!(both.updates.len(), 2);
    assert_eq!(both.text.matches("images: {\"init\": \"example.com/init:2\"}").count(), 2);
    assert!(matches!(made(&all, Some("x:2")), Err(OfManifestError::UnknownImage { .. })));
    assert!(matches!(made(&all, Some("c=x:2")), Err(OfManifestError::UnknownContainer { .. })));
}

#[test]
fn nodes_are_of_as_few_kinds_as_pods_allow_and_large_enough() {
    let windows = manifest("w", "nodeSelector: {kubernetes.io/os: windows}");
    let ssd = manifest("s", "nodeSelector: {disk: ssd}");
    let named = manifest("one", "nodeName: worker-7");
    let all = [windows, ssd, named, manifest("any", "hostPID: true")].join("---\n");
    let nodes = made(&all, None).unwrap().nodes;
    let shown: Vec<_> =
        nodes.iter().map(|it| (it.count, it.names.join(","), it.daemon_sets.join(","))).collect();
    let text = |count, names: &str, of: &str| (count, names.to_owned(), of.to_owned());
    let expected = [
        text(7, "", "default/w,default/s,default/any"),
        text(1, "worker-7", "default/one,default/any"),
    ];
    assert_eq!(shown, expected);
    // Three of them fit twice, and extended resources are there.
    assert_eq!((nodes[0].cores.units(), nodes[0].others["nvidia.com/gpu"].units()), (18, 6));
    let one = manifest("a", "nodeSelector: {disk: ssd}");
    let other = manifest("b", "nodeSelector: {disk: hdd}");
    let apart = made(&format!("{one}---\n{other}"), None).unwrap();
    let pools: Vec<_> = apart.nodes.iter().map(|it| (it.pool.as_str(), it.count)).collect();
    assert_eq!(pools, [("node", 7), ("node-b", 7)]);
    let never = made(
        &one.replace(
            "disk: ssd}",
            "disk: ssd}\n      affinity: {nodeAffinity: \
        {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: \
        [{key: disk, operator: NotIn, values: [ssd]}]}]}}}",
        ),
        None,
    );
    let told = never.unwrap_err().to_string();
    let expected = "no node can be one that `default/a` asks for: its nodeSelector asks for \
                    disk=ssd; the term of its nodeAffinity asks for disk NotIn [ssd]";
    assert_eq!(told, expected);
}

#[test]
fn a_daemon_set_counts_wherever_its_pods_belong() {
    let port = |name: &str, spec: &str| {
        let ports = "image: 'nginx:1', ports: [{containerPort: 80, hostPort: 80}]";
        manifest(name, spec).replace("image: 'nginx:1'", ports)
    };
    let all = [
        manifest("a", "nodeSelector: {disk: ssd}"),
        port("b", "nodeSelector: {disk: hdd}"),
        port("c", "hostPID: true"),
    ];
    let made = made(&all.join("---\n"), None).unwrap();
    let there: Vec<_> = made.nodes.iter().map(|it| it.daemon_sets.join(",")).collect();
    assert_eq!(there, ["default/a,default/c", "default/b,default/c"]);
    let shared = made.shared_ports.iter().map(|it| it.daemon_sets.join(","));
    assert_eq!(shared.collect::<Vec<_>>(), ["default/b,default/c"]);
}

#[test]
fn no_node_of_a_pool_has_the_name_that_pods_ask_for() {
    let pools = |named: &str| {
        let all = [manifest("b", "hostPID: true"), manifest("a", &format!("nodeName: {named}"))];
        let made = made(&all.join("---\n"), None).unwrap();
        made.nodes.iter().find(|it| it.names.is_empty()).unwrap().pool.clone()
    };
    assert_eq!([pools("node-1"), pools("node-12"), pools("node-b")], ["node-b", "node-b", "node"]);
    let second = [
        manifest("b", "nodeSelector: {disk: ssd}"),
        manifest("c", "nodeSelector: {disk: hdd}"),
        manifest("a", "nodeName: node-b-2"),
    ];
    let made = made(&second.join("---\n"), None).unwrap();
    let pools = made.nodes.iter().filter(|it| it.names.is_empty()).map(|it| it.pool.as_str());
    assert_eq!(pools.collect::<Vec<_>>(), ["node", "node-c"]);
}

#[test]
fn of_several_daemon_sets_those_that_no_node_fulfils_are_told_and_not_updated() {
    let never = manifest(
        "never",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
         {nodeSelectorTerms: [{matchExpressions: [{key: cpus, operator: Gt, values: ['9']}, {key: \
         cpus, operator: Lt, values: ['9']}]}]}}}",
    );
    let image = Some("init=example.com/init:2");
    let alone = made(&never, image).unwrap_err();
    assert!(matches!(alone, OfManifestError::Unfulfilled(_)), "{alone}");
    let beside = made(&format!("{never}---\n{}", manifest("a", "hostPID: true")), image).unwrap();
    let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>().join(",");
    let updated = names(beside.updates.iter().map(|it| &it.daemon_set).collect());
    let told = names(beside.unfulfilled.iter().map(|it| &it.daemon_set).collect());
    assert_eq!((updated.as_str(), told.as_str()), ("default/a", "default/never"));
    assert_eq!(names(beside.nodes[0].daemon_sets.iter().collect()), "default/a");
}

#[test]
fn a_node_that_several_ask_for_by_name_is_there_once() {
    let nodes = |all: &[(&str, &str)]| {
        let all: Vec<String> = all.iter().map(|(name, spec)| manifest(name, spec)).collect();
        let made = made(&all.join("---\n"), None).unwrap();
        let shown: Vec<String> = (made.nodes.iter())
            .map(|it| format!("{}: {}", it.names.join(","), it.daemon_sets.join(",")))
            .collect();
        let reasons: Vec<String> = made.unfulfilled.iter().map(ToString::to_string).collect();
        (shown, reasons)
    };
    let in_both = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                   {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, \
                   operator: In, values: [n1, n2]}]}]}}}";
    let text = |all: &[&str]| all.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let none = || text(&[]);
    // One of two nodes has a label for another DaemonSet.
    let found =
        nodes(&[("a", in_both), ("b", "nodeSelector: {kubernetes.io/hostname: n2, disk: ssd}")]);
    assert_eq!(found, (text(&["n1: default/a", "n2: default/a,default/b"]), none()));
    // The other way round, and three of them.
    let found = nodes(&[("b", "nodeName: n2"), ("a", in_both), ("c", "nodeName: n2")]);
    assert_eq!(found, (text(&["n2: default/b,default/a,default/c", "n1: default/a"]), none()));
    // A node has one label of a kind.
    let ssd = "nodeSelector: {kubernetes.io/hostname: n1, disk: ssd}";
    let hdd = "nodeSelector: {kubernetes.io/hostname: n1, disk: hdd}";
    let refusal = "no node can be one that `default/b` asks for: its nodeSelector asks for \
                   disk=hdd, kubernetes.io/hostname=n1; `default/a` asks for other labels of the \
                   node n1";
    assert_eq!(nodes(&[("a", ssd), ("b", hdd)]), (text(&["n1: default/a"]), text(&[refusal])));
    // Then another term counts that can be fulfilled, by name or not.
    let terms = |other: &str| {
        let own = "{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n1]}, \
                   {key: disk, operator: In, values: [hdd]}]}";
        format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             {{nodeSelectorTerms: [{own}, {{matchExpressions: [{other}]}}]}}}}}}"
        )
    };
    let by_name = terms("{key: kubernetes.io/hostname, operator: In, values: [n2]}");
    let found = nodes(&[("a", ssd), ("b", &by_name)]);
    assert_eq!(found, (text(&["n1: default/a", "n2: default/b"]), none()));
    let found = nodes(&[("a", ssd), ("b", &terms("{key: gpu, operator: Exists}"))]);
    assert_eq!(found, (text(&["n1: default/a", ": default/b"]), none()));
    // A pool has no node of a name that is asked for.
    let found = nodes(&[("a", "hostPID: true"), ("b", "nodeName: node-1")]);
    assert_eq!(found, (text(&[": default/a", "node-1: default/a,default/b"]), none()));
}

#[test]
fn what_a_cluster_surely_has_is_assumed() {
    let class = "priorityClassName: high";
    let text = made(&manifest("a", class), None).unwrap().text;
    assert!(text.contains("priorityClasses:\n  \"high\": {value: 0}"), "{text}");
    let there =
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 5\n";
    let beside = made(&format!("{there}---\n{}", manifest("a", class)), None).unwrap();
    assert_eq!(beside.priority_classes, [""; 0]);
    let system = made(&manifest("a", "priorityClassName: system-node-critical"), None).unwrap();
    assert_eq!(system.priority_classes, [""; 0]);
}

#[test]
fn two_daemon_sets_that_want_one_port_are_told() {
    let port = |name: &str, ip: &str| {
        manifest(name, "hostPID: true").replace(
            "image: 'nginx:1'",
            &format!("image: 'nginx:1', ports: [{{containerPort: 1, hostPort: 80, hostIP: {ip}}}]"),
        )
    };
    let shared = |one: &str, other: &str| {
        let both = format!("{}---\n{}", port("a", one), port("b", other));
        made(&both, None).unwrap().shared_ports.len()
    };
    assert_eq!([shared("0.0.0.0", "10.0.0.1"), shared("10.0.0.1", "10.0.0.2")], [1, 0]);
}

#[test]
fn the_own_setting_is_tried_and_others_are_compared_with_it() {
    let check = |strategy: &str, expected: &[&str]| {
        let strategy = format!("  updateStrategy: {{rollingUpdate: {strategy}}}\n  template:");
        let manifest = manifest("a", "hostPID: true").replacen("  template:", &strategy, 1);
        let text = made(&manifest, None).unwrap().text;
        for line in expected {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(text.contains("as written: {}"), expected.len() == 2, "{text}");
    };
    check("{maxUnavailable: 10%}", &["  baseline: maxUnavailable=10%\n"]);
    check("{maxUnavailable: 1}", &["  baseline: maxUnavailable=1\n"]);
    check("{maxUnavailable: 0, maxSurge: 10%}", &["  baseline: maxSurge=10%\n"]);
    check("{maxUnavailable: 15%}", &["    as written: {}\n", "  baseline: as written\n"]);
    check(
        "{maxUnavailable: 0, maxSurge: 1}",
        &["    as written: {}\n", "  baseline: as written\n"],
    );
}

#[test]
fn of_one_name_the_last_is_applied_and_nodes_beside_a_daemon_set_are_no_cluster() {
    let twice = format!("{AGENT}---\n{}", AGENT.replace("disk: ssd", "disk: hdd"));
    let made_of_both = made(&twice, None).unwrap();
    assert_eq!(made_of_both.nodes[0].labels.get("disk"), Some("hdd"));
    assert_eq!(made_of_both.updates.len(), 1);
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n";
    let beside = made(&format!("{node}---\n{AGENT}"), None).unwrap();
    assert_eq!(beside.passed_over, [("Node".to_owned(), 1)].into());
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
    let cluster = made(&format!("{node}---\n{pod}---\n{AGENT}"), None);
    assert_eq!(cluster, Err(OfManifestError::Snapshot));
}
