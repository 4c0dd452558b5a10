//! What is read of a change, and what is told of what cannot be read.

use std::fmt::Write as _;

use crate::{BASE, Folder, SMALL, golden, strategy};

#[test]
fn sides_are_files_folders_and_streams() {
    let head = BASE.replace("agent:1", "agent:2");
    let list = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}";
    let folder = Folder::with(&[
        ("base/b/ds.yaml", BASE),
        ("base/a.json", list),
        ("base/values.yaml", "image: {tag: 1}\n"),
        ("base/empty.yml", "# nothing\n"),
        ("base/notes.txt", "not YAML: ["),
        ("head/x.yml", &head),
        ("head.yaml", &head),
    ]);
    let run = |base: &str, side: &str| {
        let (code, printed, told) = folder.diff(&[&[base, side], &SMALL[..]].concat(), &head);
        assert_eq!((code, told.as_str()), (0, ""), "{base} {side}");
        let places = ["head/x.yml", "<stdin>"];
        places.iter().fold(printed, |text, place| text.replace(place, "head.yaml"))
    };
    let expected = run("base/b/ds.yaml", "head.yaml");
    assert!(expected.contains("agent:2` (`head.yaml:13`)"), "{expected}");
    for (base, side) in [("base", "head"), ("base", "head.yaml"), ("base/b", "-")] {
        assert_eq!(run(base, side), expected, "{base} {side}");
    }
    assert!(run("/dev/null", "head").contains("it is new"));
    assert!(run("base", "/dev/null").contains("it is removed"));
}

/// As `kubectl get --raw` prints lists of one kind.
#[test]
fn items_of_a_list_need_not_say_what_they_are() {
    let item = |image: &str| {
        let item = BASE.replace("agent:1", image).replace("apiVersion: apps/v1\n", "");
        let item = item.replace("kind: DaemonSet\n", "").replace('\n', "\n  ");
        format!("apiVersion: apps/v1\nkind: DaemonSetList\nitems:\n- {}\n", item.trim_end())
    };
    let (base, head) = (item("agent:1"), item("agent:2"));
    let folder = Folder::with(&[
        ("base.yaml", &base),
        ("head.yaml", &head),
        ("base/list.yaml", &base),
        ("head/list.yaml", &head),
    ]);
    for (base, head, file) in
        [("base.yaml", "head.yaml", "head.yaml"), ("base", "head", "head/list.yaml")]
    {
        let (code, printed, told) = folder.diff(&[&[base, head], &SMALL[..]].concat(), "");
        assert_eq!((code, told.as_str()), (0, ""), "{printed}");
        assert!(printed.contains(&format!("agent:2` (`{file}:14`)")), "{printed}");
    }
}

/// What others wrote stays text: no mark-up, no mention, no end of a code span.
#[test]
fn a_manifest_cannot_write_the_comment() {
    let value = "`` | <img src=x> @somebody\\n\\n# Merged";
    let head = BASE.to_owned() + &format!("          env: [{{name: A, value: \"{value}\"}}]\n");
    let bad = BASE.replace("maxUnavailable: 1", "maxUnavailable: \"<b>@all</b>\"");
    for head in [head, bad] {
        let folder = Folder::with(&[("base.yaml", BASE), ("head.yaml", &head)]);
        let (_, printed, _) = folder.diff(&[&["base.yaml", "head.yaml"], &SMALL[..]].concat(), "");
        assert!(printed.contains('@'), "{printed}");
        assert!(!printed.lines().any(|line| line.starts_with("# ")), "{printed}");
        for line in printed.lines().filter(|line| line.contains('@')) {
            // Every run of other backticks is shorter than the fence around it.
            let fence = line.split(|it| it != '`').map(str::len).max().unwrap();
            let inside = line.split(&"`".repeat(fence)).nth(1).unwrap_or_default();
            assert!(inside.contains('@'), "{line}");
        }
    }
}

#[test]
fn bad_input_is_told() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";
    let error = "Error: INSTALLATION FAILED: chart not found\n";
    let folder = Folder::with(&[
        ("base.yaml", BASE),
        ("head.yaml", &BASE.replace("agent:1", "agent:2")),
        ("deployment.yaml", deployment),
        ("error.txt", error),
        ("scenario.yaml", "cluster: {nodes: 3}\n"),
        ("twice.yaml", &format!("{BASE}---\n{BASE}")),
        ("broken.yaml", &strategy(BASE, "{maxUnavailable: ten}")),
        ("kruise.yaml", &BASE.replace("apps/v1", "apps.kruise.io/v1alpha1")),
        ("template.yaml", "kind: DaemonSet\nname: {{ .Values.name }}\n"),
        ("half.yaml", &format!("{BASE}---\nimage: {{tag: 1}}\n")),
        (
            "class.yaml",
            &format!(
                "{BASE}---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: a}}\n"
            ),
        ),
        ("no-manifests/values.yaml", "a: 1\n"),
        ("no-files/README.md", "# nothing\n"),
        ("broken-folder/a.yaml", "a: [\n"),
        ("broken-folder/b.yaml", "kind: DaemonSet\nname: {{ .Values.name }}\n"),
    ]);
    let inputs: [(&[&str], &str); 27] = [
        (&["base.yaml", "-"], ""),
        (&["base.yaml", "-"], "# only a comment\n"),
        (&["deployment.yaml", "-"], deployment),
        (&["base.yaml", "-"], error),
        (&["error.txt", "base.yaml"], ""),
        (&["base.yaml", "missing.yaml"], ""),
        (&["missing", "head.yaml"], ""),
        (&["no-manifests", "head.yaml"], ""),
        (&["base.yaml", "no-files"], ""),
        (&["base.yaml", "broken-folder"], ""),
        (&["scenario.yaml", "head.yaml"], ""),
        (&["base.yaml", "scenario.yaml"], ""),
        (&["base.yaml", "twice.yaml"], ""),
        (&["broken.yaml", "head.yaml"], ""),
        (&["base.yaml", "kruise.yaml"], ""),
        (&["kruise.yaml", "/dev/null"], ""),
        (&["base.yaml", "template.yaml"], ""),
        (&["base.yaml", "half.yaml"], ""),
        (&["base.yaml", "class.yaml"], ""),
        (&["-", "-"], BASE),
        (&["base.yaml", "head.yaml", "--scenario=head.yaml"], ""),
        (&["base.yaml", "head.yaml", "--scenario=missing.yaml"], ""),
        (&["base.yaml", "head.yaml", "--nodes=0"], ""),
        (&["base.yaml", "head.yaml", "--nodes=5,5"], ""),
        (&["base.yaml", "head.yaml", "--seeds=5..1"], ""),
        (&["base.yaml", "head.yaml", "--seeds=auto"], ""),
        (&["base.yaml", "head.yaml", "--set=latencies.redy=5s"], ""),
    ];
    let mut text = String::new();
    for (arguments, input) in inputs {
        let (code, printed, told) = folder.diff(arguments, input);
        let piped = if input.is_empty() { "" } else { "printf … | " };
        writeln!(
            text,
            "$ {piped}rollcast diff {}\n{printed}{told}exit code: {code}\n",
            arguments.join(" ")
        )
        .unwrap();
    }
    golden("bad-input.txt", &text);
}
