//! Manifests in place of scenarios: what is made of them, what is said about it, and what is told of
//! texts that are neither.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

#[path = "shared/tool.rs"]
mod tool;

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

const AGENT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: monitoring}
spec:
  selector: {matchLabels: {app: agent}}
  updateStrategy: {rollingUpdate: {maxUnavailable: 10%}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {disk: ssd}
      containers:
        - name: main
          image: example.com/agent:1
          readinessProbe: {httpGet: {path: /, port: 80}}
";
const OTHERS: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a: b}
---
";

fn run(folder: &TempDir, arguments: &[&str], input: &str) -> (i32, String, String) {
    tool::run(folder.path(), arguments, input)
}

#[test]
fn a_stream_of_manifests_is_rolled_out() {
    let folder = tempfile::tempdir().unwrap();
    let stream = format!("{OTHERS}{AGENT}");
    let (code, printed, told) = run(&folder, &["run", "-", "--nodes", "30"], &stream);
    assert_eq!(code, 0, "{told}");
    assert!(printed.contains("agent: finished after"), "{printed}");
    assert!(printed.contains("worst moment 3 of 30 nodes"), "{printed}");
    let assumed = "\
assumed: 30 nodes that the pods belong on, with the label disk=ssd, of 4 cores and 16Gi (--nodes N)
assumed: the rollout is a restart (--image NAME for an update, --save FILE for anything else)
assumed: latencies.imagePull, containerStart, ready and terminate are defaults of rollcast, not measured (--set latencies.ready=20s)
assumed: no bad days (perRun), no slow nodes (slowNodes), nothing that never comes (never)
assumed: the luck of seed 1 (--seed N; --seeds 1..20 for a spread)
note: 1 object is passed over: ConfigMap
";
    assert!(told.starts_with(assumed), "{told}");
    // The same objects as JSON in a List, as `kubectl get -o json` prints them.
    let list = r#"{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "apps/v1", "kind":
        "DaemonSet", "metadata": {"name": "a"}, "spec": {"selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c",
        "image": "x:1"}]}}}}]}"#;
    let (code, printed, told) = run(&folder, &["run", "-", "-q", "--image=x:2"], list);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.contains("a: finished after") && printed.contains("of 100 nodes"), "{printed}");
    // Objects one after the other, as `kubectl get -f DIR -o json` prints them.
    let item = list.split_once('[').and_then(|(_, it)| it.strip_suffix("]}")).unwrap();
    let pretty = serde_json::from_str::<Value>(item).map(|it| format!("{it:#}")).unwrap();
    let both = format!("{}{item}\n\n{pretty}\n", r#"{"apiVersion": "v1", "kind": "Secret"}"#)
        .replacen("\"a\"", "\"first\"", 1);
    let (code, printed, told) = run(&folder, &["run", "-", "-q"], &both);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.contains("first: finished") && printed.contains("a: finished"), "{printed}");
    let (code, printed, told) = run(&folder, &["compare", "-", "-q", "--seeds=1..2"], list);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.contains("maxUnavailable=33%") && printed.contains("  33 "), "{printed}");
}

#[test]
fn several_daemon_sets_are_rolled_out_or_those_that_an_image_belongs_to() {
    let folder = tempfile::tempdir().unwrap();
    let second = AGENT.replace("agent", "other");
    let stream = format!("{AGENT}---\n{second}");
    let (code, printed, told) = run(&folder, &["run", "-", "--nodes=10", "-q"], &stream);
    assert_eq!(code, 0, "{told}");
    assert_eq!(printed.matches("finished after").count(), 2, "{printed}");
    let image = "--image=example.com/other:2";
    let (_, printed, _) = run(&folder, &["run", "-", "--nodes=10", "-q", image], &stream);
    assert!(printed.contains("other: finished after"), "{printed}");
    assert!(!printed.contains("agent: finished after"), "{printed}");
    // One that fits no node does not keep the other from being answered.
    let never = second.replace(
        "containers:",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
         {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: NotIn, values: \
         [ssd]}]}]}}}\n      containers:",
    );
    let stream = format!("{AGENT}---\n{never}");
    let (code, printed, told) = run(&folder, &["run", "-", "--nodes=10"], &stream);
    assert_eq!(code, 0, "{told}");
    assert!(
        printed.contains("agent: finished") && !printed.contains("other: finished"),
        "{printed}"
    );
    let note = "note: no node can be one that `monitoring/other` asks for: its nodeSelector asks for \
                disk=ssd; the term of its nodeAffinity asks for disk NotIn [ssd]; its pods run nowhere\n";
    assert!(told.contains(note), "{told}");
}

#[test]
fn a_list_of_one_kind_and_a_large_stream_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let item = AGENT.replace("apiVersion: apps/v1\nkind: DaemonSet\n", "").replace('\n', "\n  ");
    let list = format!("apiVersion: apps/v1\nkind: DaemonSetList\nitems:\n- {item}\n");
    let (code, printed, told) = run(&folder, &["run", "-", "-q", "--nodes=5"], &list);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.contains("agent: finished after"), "{printed}");
    // Six megabytes of other objects.
    let others = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {}}}\n---\n",
        "x".repeat(6 << 20)
    );
    let large = others + AGENT;
    let (code, printed, told) = run(&folder, &["run", "-", "-q", "--nodes=5"], &large);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.contains("agent: finished after"), "{printed}");
    fs::write(folder.path().join("huge.yaml"), "# nothing\n".repeat(7 << 20)).unwrap();
    let (code, _, told) = run(&folder, &["run", "huge.yaml", "-q"], "");
    assert_eq!(code, 2);
    assert!(told.contains("the file has more than the 64.0 MiB that are read"), "{told}");
    // Folders and files are called as they are given.
    fs::create_dir_all(folder.path().join("chart/sub")).unwrap();
    fs::write(folder.path().join("chart/Chart.yaml"), "name: a").unwrap();
    let (_, _, told) = run(&folder, &["run", "chart"], "");
    assert!(told.contains("helm template chart | rollcast run -"), "{told}");
    fs::write(folder.path().join("chart/sub/a.yaml"), AGENT.replace("10%", "ten")).unwrap();
    let (_, _, told) = run(&folder, &["check", "chart/sub/a.yaml"], "");
    assert!(told.contains(" --> chart/sub/a.yaml:6:52"), "{told}");
    let (code, _, told) = run(&folder, &["run", "-", "--set=cluster.nodes=50"], AGENT);
    assert!(code == 2 && told.contains("hint: use `--nodes 200`"), "{told}");
    let (code, _, told) = run(&folder, &["check", "-"], AGENT);
    assert!(code == 0 && told.contains("<stdin>: ok"), "{told}");
    let unnamed = AGENT.replace("{name: agent,", "{generateName: agent-,");
    let (code, _, told) = run(&folder, &["run", "-"], &unnamed);
    assert!(code == 2 && told.contains("write `metadata.name`"), "{told}");
    for nodes in ["0", "abc", "100000000", "-1"] {
        let (code, _, told) = run(&folder, &["run", "-", &format!("--nodes={nodes}")], AGENT);
        assert_eq!(code, 2);
        assert!(told.contains("write one from 1 to 2000000"), "{told}");
    }
}

#[test]
fn check_asks_about_update_strategies() {
    let folder = tempfile::tempdir().unwrap();
    let probe = "          readinessProbe: {httpGet: {path: /, port: 80}}\n";
    let check = |manifest: &str, nodes: &str, expected: &[&str]| {
        let (code, json, told) =
            run(&folder, &["check", "-", "-o", "json", "--nodes", nodes], manifest);
        assert_eq!(code, 0, "{told}");
        let json: Value = serde_json::from_str(&json).unwrap();
        let problems = json["files"][0]["problems"].as_array().unwrap().iter();
        let codes: Vec<&str> = problems.map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!(codes, expected, "{manifest}");
    };
    check(AGENT, "1000", &[]);
    check(&AGENT.replace("10%", "100%"), "30", &["all-at-once"]);
    check(&AGENT.replace("10%", "67%"), "2", &["all-at-once"]);
    check(&AGENT.replace("10%", "67%"), "30", &[]);
    check(&AGENT.replace("10%", "1"), "1000", &["one-by-one"]);
    check(&AGENT.replace("10%", "1"), "100", &[]);
    let surge = |amount: &str| AGENT.replace("10%", &format!("0, maxSurge: {amount}"));
    check(&surge("1"), "1000", &["one-by-one"]);
    check(&surge("100%"), "1000", &[]);
    check(&AGENT.replace(probe, ""), "30", &["nothing-tells-readiness"]);
    check(&AGENT.replace("readinessProbe", "livenessProbe"), "30", &["nothing-tells-readiness"]);
    check(&AGENT.replace("readinessProbe", "startupProbe"), "30", &[]);
    let init = format!(
        "      initContainers:\n        - name: side\n          image: b\n          \
         restartPolicy: Always\n{probe}      containers:"
    );
    check(&AGENT.replace(probe, "").replace("      containers:", &init), "30", &[]);
    // Pods of a DaemonSet without a selector are on both pools.
    let of = |name: &str, disk: &str| AGENT.replace("agent", name).replace("{disk: ssd}", disk);
    let all = [of("a", "{disk: ssd}"), of("b", "{disk: hdd}"), of("c", "{}")].join("---\n");
    let set = "--set=daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable=100";
    let (_, _, told) = run(&folder, &["check", "-", set], &all);
    assert_eq!(told.matches("warning[all-at-once]").count(), 2, "{told}");
    assert!(told.contains("assumed: 100 nodes for monitoring/b and monitoring/c"), "{told}");
    let waits = "spec:\n  minReadySeconds: 5\n  selector:";
    check(&AGENT.replace(probe, "").replacen("spec:\n  selector:", waits, 1), "30", &[]);
    let no_history = "spec:\n  revisionHistoryLimit: 0\n  selector:";
    check(&AGENT.replacen("spec:\n  selector:", no_history, 1), "30", &["no-undo"]);
    let on_delete = AGENT.replace("{rollingUpdate: {maxUnavailable: 10%}}", "{type: OnDelete}");
    check(&on_delete.replace(probe, ""), "1000", &[]);
    let (_, _, told) = run(&folder, &["check", "-"], &AGENT.replace("10%", "100%"));
    let expected =
        "warning[all-at-once]: monitoring/agent: maxUnavailable 100% is all of 100 nodes";
    assert!(told.contains(expected) && told.contains("hint: allow a part"), "{told}");
    // What the manifest is refused for has a code and a hint for programs, too.
    let refused = ["check", "-", "-o", "json", "--image=a b"];
    let (code, json, _) = run(&folder, &refused, AGENT);
    let json: Value = serde_json::from_str(&json).unwrap();
    let problem = &json["files"][0]["problems"][0];
    assert_eq!((code, &problem["code"]), (2, &Value::from("bad-image")));
    assert_eq!(problem["message"], "`--image a b`: an image has no blanks");
    assert!(problem["hint"].as_str().unwrap().starts_with("write `registry/"), "{problem}");
}

#[test]
fn what_is_set_is_not_assumed() {
    let folder = tempfile::tempdir().unwrap();
    let told = |arguments: &[&str], input: &str| {
        let (code, printed, told) = run(&folder, arguments, input);
        assert_eq!(code, 0, "{told}");
        (printed, told)
    };
    let (_, pool) = told(&["run", "-", "--set=cluster.nodePools[0].count=10"], AGENT);
    assert!(!pool.contains("100 nodes") && pool.contains("assumed: the rollout is"), "{pool}");
    let (_, events) = told(&["check", "-", "--set=events=[]"], AGENT);
    assert!(
        !events.contains("the rollout is") && events.contains("assumed: 100 nodes"),
        "{events}"
    );
    let (_, ready) = told(&["run", "-", "--set=latencies.ready=20s", "--set=seed=3"], AGENT);
    assert!(ready.contains("(--set latencies.imagePull=20s)"), "{ready}");
    assert!(!ready.contains("the luck of seed"), "{ready}");
    let class = AGENT.replace("nodeSelector:", "priorityClassName: high\n      nodeSelector:");
    let (_, class) = told(&["run", "-", "--set=priorityClasses.high.value=7"], &class);
    assert!(!class.contains("PriorityClass"), "{class}");
    for varied in
        ["--set=nodes=10", "--given=nodes=10,20", "--vary=nodes=10,20", "--variant=a=nodes=9"]
    {
        let (_, told) = told(&["compare", "-", "--seeds=1..2", varied], AGENT);
        assert!(!told.contains("100 nodes"), "{varied}: {told}");
        assert!(told.contains("assumed: the rollout is a restart"), "{varied}: {told}");
    }
    // Questions are about what runs.
    let budget = "--set=daemonSets[0].manifest.spec.updateStrategy.rollingUpdate.maxUnavailable=";
    let (_, fine) = told(&["check", "-", &format!("{budget}10%")], &AGENT.replace("10%", "100%"));
    assert!(!fine.contains("all-at-once"), "{fine}");
    let few = ["check", "-", "--set=cluster.nodePools[0].count=10", &format!("{budget}10")];
    let (_, few) = told(&few, AGENT);
    assert!(few.contains("maxUnavailable 10 is all of 10 nodes"), "{few}");
    // What the note on OnDelete says does what it says.
    let on_delete = AGENT.replace("{rollingUpdate: {maxUnavailable: 10%}}", "{type: OnDelete}");
    let set = "daemonSets[0].manifest.spec.updateStrategy.type=RollingUpdate";
    let (_, note) = told(&["run", "-"], &on_delete);
    assert!(note.contains(&format!("`--set {set}` shows")), "{note}");
    let set = format!("--set={set}");
    let (printed, note) = told(&["compare", "-", "--seeds=1..2", &set], &on_delete);
    assert!(
        !note.contains("OnDelete") && printed.contains("maxUnavailable=33%"),
        "{printed}{note}"
    );
    // It finds the DaemonSet in a list of lists, too, and the labels that it sets are there.
    let object = AGENT.replace('\n', "\n      ");
    let nested = format!(
        "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: List\n    items:\n    \
         - {object}\n"
    );
    let set = "--set=daemonSets[0].manifest.spec.template.spec.nodeSelector={disk: hdd}";
    let (printed, labels) = told(&["run", "-", set], &nested);
    assert!(printed.contains("agent: finished after"), "{printed}");
    assert!(labels.contains("with the label disk=hdd"), "{labels}");
}

#[test]
fn many_seeds_are_summed_up_behind_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let run_with =
        |more: &[&str]| run(&folder, &[&["run", "-", "--nodes=30", "-q"], more].concat(), AGENT);
    let (code, alone, told) = run_with(&["--seed=4"]);
    assert_eq!(code, 0, "{told}");
    let summary = fs::read_to_string(folder.path().join("results/agent/summary.json")).unwrap();
    let (code, printed, told) = run_with(&["--seeds=4..9"]);
    assert_eq!(code, 0, "{told}");
    let files = fs::read_to_string(folder.path().join("results/agent/summary.json")).unwrap();
    assert_eq!(summary, files, "files are those of the first seed");
    let block = printed.strip_prefix(&alone).unwrap();
    let lines: Vec<&str> = block.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "with seeds 4..9, median (min - max):"), "{block}");
    assert!(
        lines[1].starts_with("agent: done after ") && lines[1].contains("all 6 seeds"),
        "{block}"
    );
    let (_, json, _) = run_with(&["--seeds=4..9", "-o", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let over = &json["over_seeds"]["daemon_sets"][0];
    let took = |key: &str| over["duration_us"][key].as_u64().unwrap();
    assert_eq!((&over["done"], over["never"].as_array().unwrap().len()), (&Value::from(6), 0));
    assert!(took("min") <= took("p50") && took("p50") <= took("max") && took("min") < took("max"));
    // Each seed gives what it gives alone.
    let (_, nine, _) = run_with(&["--seed=9", "-o", "json"]);
    let nine: Value = serde_json::from_str(&nine).unwrap();
    let nine =
        nine["daemon_sets"][0]["rollouts"].as_array().unwrap().last().unwrap()["duration_us"]
            .clone();
    let (_, both, _) = run_with(&["--seeds=9,4", "-o", "json"]);
    let both: Value = serde_json::from_str(&both).unwrap();
    let span = &both["over_seeds"]["daemon_sets"][0]["duration_us"];
    assert!(span["min"] == nine || span["max"] == nine, "{span} {nine}");
    // An expectation counts with each seed.
    let scenario = "cluster: {nodes: 9}\ndaemonSets: [a.yaml]\nevents: [{at: 1m, rolloutRestart: \
                    agent}]\nexpect: {rolloutWithin: 1s}\n";
    fs::write(folder.path().join("a.yaml"), AGENT.replace("      nodeSelector: {disk: ssd}\n", ""))
        .unwrap();
    let (code, printed, told) = run(&folder, &["run", "-", "-q", "--seeds=1,2"], scenario);
    assert_eq!(code, 3, "{told}");
    assert!(printed.contains("not as expected with 2 seeds (the first is 1)"), "{printed}");
    for (wrong, expected) in [
        (&["--seeds=1..3", "--seed=1"][..], "cannot be used with '--seed <N>'"),
        (&["--seeds=auto"], "--seeds: `auto` is not a seed"),
        (&["--seeds=3..1"], "write `1..3`"),
        (&["--seeds="], "names no seed"),
    ] {
        let (code, printed, told) = run_with(wrong);
        assert_eq!((code, printed.as_str()), (2, ""), "{told}");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn what_is_saved_runs_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ds.yaml"), AGENT).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let save = ["run", "ds.yaml", "--image=example.com/agent:2", "--save=out/fleet.yaml", "-q"];
    let (code, first, told) = run(&folder, &save, "");
    assert_eq!((code, told.as_str()), (0, ""));
    let text = fs::read_to_string(folder.path().join("out/fleet.yaml")).unwrap();
    assert!(text.contains("\"disk\": \"ssd\"") && text.contains("count: 100"), "{text}");
    let (code, again, told) = run(&folder, &["run", "out/fleet.yaml", "-q"], "");
    assert_eq!((code, told.as_str()), (0, ""));
    assert_eq!(first, again);
    // Two files are written, which is said; of several DaemonSets the scenario has the name of
    // their file, not of its copy.
    fs::write(
        folder.path().join("two.yaml"),
        format!("{AGENT}---\n{}", AGENT.replace("agent", "b")),
    )
    .unwrap();
    let (code, _, told) = run(&folder, &["run", "two.yaml", "--save=out/copy.yaml"], "");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("note: wrote out/copy.yaml and out/copy-manifest.yaml\n"), "{told}");
    let text = fs::read_to_string(folder.path().join("out/copy.yaml")).unwrap();
    assert!(
        text.starts_with("# Made by rollcast from two.yaml.") && text.contains("\nname: \"two\"\n")
    );
    // Nothing that is there is overwritten, not even the manifest, and no folder is made.
    fs::write(folder.path().join("keep-manifest.yaml"), "mine").unwrap();
    for (target, expected) in [
        ("ds.yaml", "ds.yaml is there already"),
        ("out/fleet.yaml", "out/fleet.yaml is there already"),
        ("keep.yaml", "keep-manifest.yaml is there already"),
        ("nowhere/x.yaml", "there is no folder nowhere"),
        ("out", "out is there already"),
        ("..", "names no file"),
    ] {
        let save = format!("--save={target}");
        let (code, printed, told) = run(&folder, &["run", "ds.yaml", "-q", &save], "");
        assert_eq!((code, printed.as_str()), (2, ""), "{target}: {told}");
        assert!(told.contains(expected), "{target}: {told}");
    }
    let kept = ["ds.yaml", "keep-manifest.yaml"]
        .map(|it| fs::read_to_string(folder.path().join(it)).unwrap());
    assert_eq!(kept, [AGENT, "mine"]);
    assert!(!folder.path().join("keep.yaml").exists() && !folder.path().join("nowhere").exists());
}

#[test]
fn a_comparison_tries_the_settings_that_people_try() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["compare", "-", "--nodes=40", "--seeds=1..3"];
    let (code, printed, told) = run(&folder, &more, AGENT);
    assert_eq!(code, 0, "{told}");
    let settings = ["1 ", "5%", "10%", "25%", "33%"].map(|it| format!("maxUnavailable={it}"));
    for setting in settings.iter().map(String::as_str).chain(["maxSurge=10%"]) {
        assert!(printed.contains(setting), "{setting}: {printed}");
    }
    assert!(told.contains("assumed: 40 nodes"), "{told}");
    // Of several DaemonSets, all have the setting.
    let second = AGENT.replace("agent", "other").replace("10%", "3");
    let several = format!("{AGENT}---\n{second}");
    let json = [&more[..], &["--vary=maxUnavailable=100%", "-o", "json"]].concat();
    for name in ["monitoring/agent", "monitoring/other"] {
        let asked = [&json[..], &["--daemonset", name]].concat();
        let (code, printed, told) = run(&folder, &asked, &several);
        assert_eq!(code, 0, "{told}");
        let json: Value = serde_json::from_str(&printed).unwrap();
        let worst = &json["settings"][0]["figures"]["worst_unavailable_nodes"]["max"];
        assert_eq!(*worst, 40, "{name}");
    }
    let two = [&more[..], &["--vary=maxUnavailable=5"]].concat();
    let (_, _, told) = run(
        &folder,
        &two,
        &several.replace("nodeSelector", "hostNetwork: true\n      nodeSelector"),
    );
    assert!(told.contains("note: each setting is that of all DaemonSets"), "{told}");
    assert!(
        told.contains("note: monitoring/agent and monitoring/other: on the node's network"),
        "{told}"
    );
    // The manifest's own setting is the one that others are compared with.
    let own = AGENT.replace("10%", "15%");
    let json = [&more[..], &["-q", "-o", "json"]].concat();
    let (_, printed, told) = run(&folder, &json, &own);
    let json: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{told}"));
    let names: Vec<&str> = json["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["setting"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"as written") && names.len() == 7, "{names:?}");
    assert_eq!(json["baseline"], "as written", "{printed}");
    // Two pods do not fit where a port of the node is taken.
    let port = AGENT.replace(
        "- name: main",
        "- name: main\n          ports: [{containerPort: 80, hostPort: 80}]",
    );
    let (code, printed, told) = run(&folder, &more, &port);
    assert_eq!(code, 0, "{told}");
    assert!(!printed.contains("maxSurge"), "{printed}");
    let (code, printed, _) = run(&folder, &["check", "-", "--nodes=40"], AGENT);
    assert_eq!(code, 0);
    assert!(printed.contains("maxUnavailable 10% of 40 nodes is 4;"), "{printed}");
}

#[test]
fn what_is_neither_a_scenario_nor_a_manifest_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Node, metadata: \
                   {name: a}}]}";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    let inputs: [(&str, &[&str], &str); 16] = [
        ("a Compose file", &["--nodes=5"], "services: {a: {image: b}}\n"),
        ("a table", &[], "NAME   DESIRED   CURRENT\na      3         3\n"),
        ("what the API server says", &["--image=a:2"], "Error from server (NotFound): no\n"),
        ("an HTML page", &[], "<!DOCTYPE html>\n<html></html>\n"),
        ("an object without a kind", &[], "apiVersion: v1\nmetadata: {name: a}\n"),
        ("a bad image", &["--image=example.com/agent:"], AGENT),
        (
            "nodes that cannot be",
            &[],
            &AGENT.replace(
                "containers:",
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: NotIn, values: \
                 [ssd]}]}]}}}\n      containers:",
            ),
        ),
        (
            "cut off JSON",
            &[],
            "{\"kind\": \"Secret\", \"apiVersion\": \"v1\"}\n{\"kind\": \"DaemonSet\",\n",
        ),
        ("nothing", &["--nodes=5"], ""),
        ("a Deployment", &["--nodes=5"], deployment),
        ("what Helm says", &[], "Error: INSTALLATION FAILED: chart not found\n"),
        ("a template", &[], "kind: DaemonSet\nname: {{ .Values.name }}\n"),
        ("a cluster", &[], cluster),
        (
            "another image",
            &["--image=other:2"],
            &AGENT.replace("- name: main", "- {name: b, image: b}\n        - name: main"),
        ),
        ("a scenario", &["--nodes=5"], "cluster: {nodes: 3}\n"),
        ("a bad manifest", &[], &AGENT.replace("10%", "ten")),
    ];
    let mut text = String::new();
    for (what, more, input) in inputs {
        let (code, printed, told) = run(&folder, &[&["run", "-", "-q"], more].concat(), input);
        assert_eq!((code, printed.as_str()), (2, ""), "{what}: {told}");
        writeln!(text, "# {what}\n{told}").unwrap();
    }
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(
        text.trim_end(),
        snapbox::Data::read_from(std::path::Path::new("tests/given.txt"), None),
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is half-written");
}
