//! `rollcast diff`: what reviewers are told of a change, word by word, in every format.
//!
//! Regenerate with `SNAPSHOTS=overwrite cargo test --test diff`, and read what changed: would you know
//! what to do?

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]

#[path = "diff/frame.rs"]
mod frame;
#[path = "diff/input.rs"]
mod input;
#[path = "shared/tool.rs"]
mod tool;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

/// A DaemonSet that is updated node by node.
const BASE: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: ops}
spec:
  selector: {matchLabels: {app: agent}}
  updateStrategy:
    rollingUpdate: {maxUnavailable: 1}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
        - name: main
          image: example.com/agent:1
";

/// What keeps the runs short.
const SMALL: [&str; 2] = ["--nodes=10", "--seeds=1..12"];

struct Folder(TempDir);

impl Folder {
    /// A folder with these files.
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    /// Runs `rollcast diff`; its exit code, standard output and standard error.
    fn diff(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        tool::run(self.0.path(), &[&["diff"], arguments].concat(), input)
    }
}

/// Compares with `tests/diff/NAME`.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff").join(name);
    let expected = snapbox::Data::read_from(&path, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(text.trim_end().to_owned() + "\n", expected);
}

/// BASE against `head` in Markdown, as `tests/diff/NAME.md` has it.
#[track_caller]
fn check(name: &str, base: &str, head: &str, more: &[&str], code: i32) -> String {
    let folder = Folder::with(&[("base.yaml", base), ("head.yaml", head)]);
    let arguments = [&["base.yaml", "head.yaml"], &SMALL[..], more].concat();
    let (ended, printed, told) = folder.diff(&arguments, "");
    assert_eq!(ended, code, "{printed}{told}");
    let told = if told.is_empty() { told } else { format!("\n(standard error)\n{told}") };
    golden(&format!("{name}.md"), &(printed.clone() + &told));
    printed
}

fn strategy(manifest: &str, fields: &str) -> String {
    manifest.replace("{maxUnavailable: 1}", fields)
}

#[test]
fn nothing_is_said_where_no_rollout_is_affected() {
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        // Another order, defaults written out, labels, another history, and an object beside it.
        (
            "head.yaml",
            "
kind: ConfigMap
apiVersion: v1
metadata: {name: a}
---
kind: DaemonSet
apiVersion: apps/v1
metadata: {name: agent, namespace: ops, labels: {team: a}}
spec:
  revisionHistoryLimit: 3
  minReadySeconds: 0
  selector: {matchLabels: {app: agent}}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      restartPolicy: Always
      containers: [{name: main, image: 'example.com/agent:1', imagePullPolicy: IfNotPresent}]
",
        ),
        ("kruise.yaml", &BASE.replace("apps/v1", "apps.kruise.io/v1alpha1")),
    ]);
    for format in ["markdown", "json", "sarif", "junit"] {
        for head in ["base.yaml", "head.yaml"] {
            let ended = folder.diff(&["base.yaml", head, "-o", format, "--worst=0"], "");
            assert_eq!(ended, (0, String::new(), String::new()), "{format} {head}");
        }
    }
    // What is written alike is not judged.
    let ended = folder.diff(&["kruise.yaml", "kruise.yaml"], "");
    assert_eq!(ended, (0, String::new(), String::new()));
}

#[test]
fn a_better_strategy_is_said_to_be() {
    let printed = check("better", BASE, &strategy(BASE, "{maxUnavailable: 50%}"), &[], 0);
    assert!(printed.contains("no rollout now; the next one changes"), "{printed}");
}

#[test]
fn a_worse_change_misses_its_goal() {
    let base = strategy(BASE, "{maxUnavailable: 50%}");
    let head = BASE.replace("agent:1", "agent:2");
    let goal = ["--within=90s", "--worst=60%"];
    let printed = check("worse", &base, &head, &goal, 3);
    assert!(printed.contains("misses the goal") && printed.contains("longer"), "{printed}");
    // The other way round it is reached.
    let printed = check("reached", &head, &base, &["--within=5m", "--worst=60%"], 0);
    assert!(printed.contains("unavailable: reached"), "{printed}");
    // What stops a few seeds is not why.
    let printed = check("mostly-reached", &head, &base, &["--within=55s", "--share=50%"], 0);
    assert!(printed.contains("reached: 11 of 12 seeds, so at least"), "{printed}");
}

#[test]
fn each_part_of_a_goal_is_judged_alone() {
    let head = strategy(BASE, "{maxUnavailable: 50%}");
    let folder = Folder::with(&[("base.yaml", BASE), ("head.yaml", &head)]);
    let goal = ["--within=55s", "--worst=4", "--share=50%", "-o=junit"];
    let arguments = [&["base.yaml", "head.yaml"], &SMALL[..], &goal].concat();
    let (code, printed, told) = folder.diff(&arguments, "");
    assert_eq!((code, told.as_str()), (3, ""));
    assert!(printed.contains("name=\"within: at most 55s\"/>"), "{printed}");
    golden("parts.junit.xml", &printed);
}

#[test]
fn a_new_image_is_rolled_out_as_any_other() {
    let printed = check("image", BASE, &BASE.replace("agent:1", "agent:2"), &[], 0);
    assert!(printed.contains("the same, with each seed"), "{printed}");
}

#[test]
fn what_changes_only_the_pods_starts_a_rollout() {
    let head = BASE.to_owned()
        + "          env: [{name: LEVEL, value: debug}]\n      terminationGracePeriodSeconds: 5\n";
    check("pods", BASE, &head, &[], 0);
}

#[test]
fn a_surge_beside_a_host_port_is_found_before_it_hangs() {
    let port = "          ports: [{containerPort: 80, hostPort: 80}]\n";
    let surge = "{maxSurge: 10%, maxUnavailable: 0}";
    // The pods of before do not have the port: only the rollout after that hangs.
    let head = strategy(BASE, surge) + port;
    let printed = check("surge-and-port", BASE, &head, &[], 0);
    assert!(printed.contains("The rollout after that"), "{printed}");
    assert!(printed.contains("gets stuck in 12 of 12 seeds"), "{printed}");
    let base = BASE.to_owned() + port;
    let printed = check("surge-beside-port", &base, &strategy(&base, surge), &["--within=1h"], 3);
    assert!(printed.contains("the next one does not complete"), "{printed}");
}

#[test]
fn what_waits_for_somebody_is_not_simulated() {
    let on_delete = BASE.replace("rollingUpdate: {maxUnavailable: 1}", "type: OnDelete");
    check("on-delete", BASE, &on_delete.replace("agent:1", "agent:2"), &[], 0);
    check("to-on-delete", BASE, &on_delete, &[], 0);
    check("from-on-delete", &on_delete, BASE, &[], 0);
    // Nobody asked for an update of what is new, and nothing would come of it.
    let nothing = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n";
    let printed = check("new-on-delete", nothing, &on_delete, &["--within=10m"], 0);
    assert!(printed.contains("`ops/agent`: it is new\n"), "{printed}");
    // What only a rollout would pay attention to.
    let later = on_delete.replace("spec:\n  selector", "spec:\n  minReadySeconds: 60\n  selector");
    let folder = Folder::with(&[("base.yaml", &on_delete), ("head.yaml", &later)]);
    let ended = folder.diff(&["base.yaml", "head.yaml"], "");
    assert_eq!(ended, (0, String::new(), String::new()));
}

/// Nodes that cannot be are told as that, not as a rollout that takes no time.
#[test]
fn pods_that_belong_on_no_node_are_told() {
    let nowhere = "    spec:\n      nodeSelector: {disk: ssd}\n      affinity: {nodeAffinity: \
                   {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                   [{matchExpressions: [{key: disk, operator: DoesNotExist}]}]}}}\n";
    let base = BASE.replace("    spec:\n", nowhere);
    check("nowhere", &base, &base.replace("agent:1", "agent:2"), &[], 0);
    let printed = check("to-nowhere", BASE, &base, &[], 0);
    assert!(printed.contains("`ops/agent`: its pods leave all nodes\n"), "{printed}");
}

/// What is gone has no line: that of the list it was in is told, not one of another item.
#[test]
fn an_item_that_is_gone_is_not_another_one() {
    let sidecar = "        - name: sidecar\n          image: example.com/sidecar:1\n";
    let base = BASE.replace("        - name: main\n", &format!("{sidecar}        - name: main\n"));
    let printed = check("gone", &base, BASE, &[], 0);
    assert!(printed.contains("→ nothing (`head.yaml:11`)"), "{printed}");
}

/// A class that goes away is felt by the next pods that name it, and by nobody else.
#[test]
fn what_stands_beside_a_daemon_set_matters_to_its_next_rollout() {
    let named = BASE.replace("    spec:\n", "    spec:\n      priorityClassName: vital\n");
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: vital}\n\
                 value: 1000\n";
    let other = BASE.replace("agent", "other");
    let base = format!("{named}---\n{other}---\n{class}");
    let printed = check("beside", &base, &format!("{named}---\n{other}"), &[], 0);
    assert!(printed.contains("no PriorityClass with name vital was found"), "{printed}");
    assert!(!printed.contains("ops/other"), "{printed}");
}

/// Quotas of one name in two namespaces are two.
#[test]
fn a_quota_is_one_of_its_namespace() {
    let named = BASE.replace("    spec:\n", "    spec:\n      priorityClassName: vital\n");
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: vital}\n\
                 value: 1000\n";
    let quota = |namespace: &str, pods: u32| {
        format!(
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: pods, namespace: {namespace}}}\n\
             spec: {{hard: {{pods: {pods}}}}}\n"
        )
    };
    let all =
        |quotas: &[String]| [&[named.clone(), class.to_owned()], quotas].concat().join("---\n");
    let base = all(&[quota("ops", 5), quota("other", 5)]);
    let printed = check("quota", &base, &all(&[quota("other", 5)]), &[], 0);
    assert!(printed.contains("Note: `ResourceQuota ops/pods` is gone."), "{printed}");
    let printed = check("quota-lower", &all(&[quota("ops", 10)]), &base, &[], 0);
    assert!(printed.contains("`ResourceQuota ops/pods` is changed"), "{printed}");
    assert!(printed.contains("`ResourceQuota other/pods` is new"), "{printed}");
}

#[test]
fn what_the_api_server_refuses_is_a_finding_and_bad_input() {
    let surge = strategy(BASE, "{maxSurge: 10%, maxUnavailable: 10%}");
    let printed = check("refused", BASE, &surge, &[], 2);
    assert!(printed.contains("the API server refuses HEAD"), "{printed}");
    let selector = BASE.replace("app: agent", "app: other");
    let printed = check("selector", BASE, &selector, &[], 2);
    assert!(printed.contains("field is immutable"), "{printed}");
    // Both of its messages, in its order.
    let selector = BASE.replace("{matchLabels: {app: agent}}", "{matchLabels: {app: other}}");
    let printed = check("selector-and-labels", BASE, &selector, &[], 2);
    assert!(printed.contains("`selector` does not match template `labels`"), "{printed}");
    // Others are told of all the same.
    let other = BASE.replace("agent", "other");
    let (base, head) = (format!("{BASE}---\n{other}"), other.replace("other:1", "other:2"));
    let printed = check("refused-and-other", &base, &format!("{surge}---\n{head}"), &[], 2);
    assert!(printed.contains("`ops/other`: merging this starts a rollout"), "{printed}");
}

#[test]
fn several_daemon_sets_are_told_one_by_one() {
    let of = |name: &str| BASE.replace("agent", name);
    let base = [BASE, &of("same"), &of("gone"), &of("moved")].join("---\n");
    let moved = of("moved").replace("    spec:\n", "    spec:\n      nodeSelector: {disk: ssd}\n");
    let head = [&BASE.replace("agent:1", "agent:2"), &of("same"), &of("new"), &moved];
    check("several", &base, &head.map(String::as_str).join("---\n"), &[], 0);
}

#[test]
fn each_number_of_nodes_is_a_circumstance() {
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        ("head.yaml", &strategy(BASE, "{maxUnavailable: 25%}")),
    ]);
    let sizes = ["base.yaml", "head.yaml", "--nodes=4,20", "--seeds=1..12", "--worst=3"];
    let (code, printed, told) = folder.diff(&sizes, "");
    assert_eq!((code, told.as_str()), (3, ""));
    golden("sizes.md", &printed);
}

#[test]
fn two_scenarios_are_compared_daemon_set_by_daemon_set() {
    let scenario = "
cluster: {nodes: 10}
daemonSets: [agent.yaml, other.yaml]
events:
  - {at: 1m, setImage: {daemonSet: agent, image: 'example.com/agent:2'}}
";
    let head = scenario.replace(
        "  - {at: 1m",
        "  - {at: 30s, patch: {daemonSet: agent, updateStrategy: \
         {rollingUpdate: {maxUnavailable: 5}}}}\n  - {at: 1m",
    );
    let folder = Folder::with(&[
        ("base.yaml", scenario),
        ("head.yaml", &head),
        ("agent.yaml", BASE),
        ("other.yaml", &BASE.replace("agent", "other")),
    ]);
    let (code, printed, told) = folder.diff(&["base.yaml", "head.yaml", "--seeds=1..12"], "");
    assert_eq!((code, told.as_str()), (0, ""), "{printed}");
    assert!(!printed.contains("other"), "{printed}");
    golden("scenarios.md", &printed);
    let same = folder.diff(&["base.yaml", "base.yaml"], "");
    assert_eq!(same, (0, String::new(), String::new()));
}

#[test]
fn programs_get_all_figures() {
    let of = |name: &str| BASE.replace("agent", name);
    let refused = strategy(&of("refused"), "{maxUnavailable: 0}");
    let base = [BASE, &of("gone"), &of("refused")].join("---\n");
    let head = BASE.replace("agent:1", "agent:2");
    let head = [strategy(&head, "{maxUnavailable: 50%}"), of("new"), refused].join("---\n");
    let folder = Folder::with(&[("base.yaml", &base), ("head.yaml", &head)]);
    let run = |format: &str, more: &[&str]| {
        let arguments = [&["base.yaml", "head.yaml", "-o", format], &SMALL[..], more].concat();
        let (code, printed, _) = folder.diff(&arguments, "");
        assert_eq!(code, 2);
        printed
    };
    let printed = run("json", &["--worst=1"]);
    let json: Value = serde_json::from_str(&printed).unwrap();
    let effects = json["daemon_sets"].as_array().unwrap().iter().map(|it| &it["effect"]);
    let effects: Vec<&str> = effects.map(|it| it.as_str().unwrap()).collect();
    assert_eq!(effects, ["refused", "rollout", "added", "removed"]);
    assert_eq!((&json["format"], &json["goal_missed"]), (&Value::from(1), &Value::from(true)));
    let after = &json["daemon_sets"][1]["circumstances"][0]["after"];
    assert_eq!(after["figures"]["worst_unavailable_nodes"]["p50"], 5);
    golden("diff.json", &printed);
    golden("diff.sarif", &run("sarif", &["--worst=1"]));
    golden("diff.junit.xml", &run("junit", &["--worst=1", "--within=1h"]));
    golden("no-goal.junit.xml", &run("junit", &[]));
    check_sarif(&serde_json::from_str(&run("sarif", &["--worst=1"])).unwrap());
}

#[test]
fn the_number_of_threads_does_not_show() {
    let head = strategy(&BASE.replace("agent:1", "agent:2"), "{maxUnavailable: 30%}");
    let folder = Folder::with(&[("base.yaml", BASE), ("head.yaml", &head)]);
    let run = |jobs| {
        let more = [&["base.yaml", "head.yaml", "-o", "json", jobs], &SMALL[..]].concat();
        folder.diff(&more, "")
    };
    let one = run("--jobs=1");
    assert_eq!(one.0, 0, "{}", one.2);
    assert_eq!(run("--jobs=3"), one);
}

/// What the schema of SARIF 2.1.0 requires of what is there, and what GitHub does.
fn check_sarif(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(run["tool"]["driver"]["name"].is_string());
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 5, "{results:?}");
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["shortDescription"]["text"].is_string());
        let level = result["level"].as_str().unwrap();
        assert!(["note", "warning", "error"].contains(&level), "{level}");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(
            ["head.yaml", "base.yaml"]
                .contains(&place["artifactLocation"]["uri"].as_str().unwrap())
        );
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0, "{result}");
    }
}

/// A comment has a limit, whatever the change: it is said what is left out.
#[test]
fn a_comment_is_never_too_large() {
    let long = "x".repeat(5_000);
    let of = |number: usize, image: &str, value: &str| {
        let env = format!("          env: [{{name: A, value: '{value}'}}]\n");
        BASE.replace("agent", &format!("agent-{number}")).replace(":1\n", &format!(":{image}\n"))
            + &env
    };
    let all = |image: &str, value: &str| {
        (0..100).map(|it| of(it, image, value)).collect::<Vec<_>>().join("---\n")
    };
    let folder = Folder::with(&[("base.yaml", &all("1", "a")), ("head.yaml", &all("2", &long))]);
    let sizes = ["base.yaml", "head.yaml", "--nodes=3,4,5", "--seeds=1..2"];
    let (code, printed, told) = folder.diff(&sizes, "");
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(printed.len() < 60_000 && printed.len() > 30_000, "{}", printed.len());
    assert!(printed.contains("This change touches 100 DaemonSets."), "{printed}");
    let shown = printed.matches("\n### ").count();
    let left_out = format!("The details of {} DaemonSets are left out", 100 - shown);
    assert!(printed.contains(&left_out), "{shown}");
    assert!(printed.trim_end().ends_with("</details>"));
    let (_, json, _) = folder.diff(&[&sizes[..], &["-o", "json"]].concat(), "");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["daemon_sets"].as_array().unwrap().len(), 100);
    assert_eq!(json["daemon_sets"][0]["fields"][1]["head"], long.as_str());
    // Whatever names are like, refused or not.
    let odd =
        |it: usize| BASE.replace("name: agent,", &format!("name: '{}{it}',", "ä`|".repeat(90)));
    let all = (0..300).map(odd).collect::<Vec<_>>().join("---\n");
    let folder = Folder::with(&[("base.yaml", BASE), ("head.yaml", &all)]);
    let (code, printed, _) = folder.diff(&["base.yaml", "head.yaml"], "");
    assert_eq!(code, 2);
    assert!(printed.len() < 60_000 && printed.contains("This change touches 301"), "{printed}");
}
