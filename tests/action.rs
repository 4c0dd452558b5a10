//! The action for pull requests, without GitHub: its script with a `gh` that only writes down what
//! it is called with.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use rollcast::input::{Limits, Source, Tree, read_documents};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const AGENT: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers: [{name: main, image: 'example.com/agent:1'}]
";

/// Writes down its arguments and the comment; says what `FAKE_COMMENTS` has, or fails.
const GH: &str = "\
#!/bin/sh
echo \"gh $*\" >> \"$CALLS\"
if [ \"$GH_TOKEN\" != secret ]; then echo 'HTTP 401' >&2; exit 1; fi
for it in \"$@\"; do
  case $it in body=@*) cp \"${it#body=@}\" \"$CALLS.body\";; esac
done
if [ -n \"$FAKE_FAILURE\" ]; then echo 'HTTP 403' >&2; exit 1; fi
case \"$*\" in *--paginate*) printf '%s' \"$FAKE_COMMENTS\";; esac
";

/// Two checkouts, and what the runner of a workflow has.
struct Runner {
    folder: TempDir,
}

/// How a step ended.
struct Step {
    code: i32,
    log: String,
    summary: String,
    output: String,
    /// What `gh` was called with, a line each.
    calls: Vec<String>,
    comment: String,
}

impl Runner {
    fn new(base: &str, head: &str) -> Self {
        let runner = Self { folder: tempfile::tempdir().unwrap() };
        for (side, text) in [("base", base), ("head", head)] {
            fs::create_dir_all(runner.path(side).join("deploy")).unwrap();
            if !text.is_empty() {
                fs::write(runner.path(side).join("deploy/ds.yaml"), text).unwrap();
            }
        }
        fs::create_dir(runner.path("bin")).unwrap();
        fs::write(runner.path("bin/gh"), GH).unwrap();
        fs::set_permissions(runner.path("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink(env!("CARGO_BIN_EXE_rollcast"), runner.path("bin/rollcast")).unwrap();
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the script with these variables beside those that are always there.
    fn step(&self, variables: &[(&str, &str)]) -> Step {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        for name in ["summary", "output", "calls", "calls.body"] {
            let _ = fs::remove_file(self.path(name));
        }
        let output = Command::new("bash")
            .arg(Path::new(ROOT).join(".github/diff-action.sh"))
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("CALLS", self.path("calls"))
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_REPOSITORY", "owner/repository")
            .env("GH_TOKEN", "secret")
            .envs([("ROLLCAST_BASE", "base"), ("ROLLCAST_HEAD", "head"), ("PR_NUMBER", "7")])
            .envs([("ROLLCAST_PATH", "deploy"), ("ROLLCAST_ARGS", "--nodes 5 --seeds 1..3")])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let read = |name: &str| fs::read_to_string(self.path(name)).unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // The runner reads it apart from the log, where nothing stops commands.
        assert_eq!(text(&output.stderr), "");
        Step {
            code: output.status.code().unwrap_or(-1),
            log: text(&output.stdout),
            summary: read("summary"),
            output: read("output"),
            calls: read("calls").lines().map(str::to_owned).collect(),
            comment: read("calls.body"),
        }
    }
}

fn updated() -> String {
    AGENT.replace("agent:1", "agent:2")
}

#[test]
fn the_answer_is_in_the_step_summary() {
    let step = Runner::new(AGENT, &updated()).step(&[]);
    assert_eq!(step.code, 0, "{}", step.log);
    let start = "### `default/agent`: merging this starts a rollout\n";
    assert!(step.summary.starts_with(start), "{}", step.summary);
    assert!(step.summary.contains("(`head/deploy/ds.yaml:9`)"), "{}", step.summary);
    assert!(step.output.starts_with("affected=true\nexit-code=0\nreport="), "{}", step.output);
    assert_eq!(step.calls, [""; 0], "nobody asked for a comment");
    let step = Runner::new(AGENT, AGENT).step(&[]);
    assert_eq!((step.code, step.summary.as_str()), (0, "No rollout is affected.\n"));
    assert!(step.output.starts_with("affected=false\n"), "{}", step.output);
}

#[test]
fn one_comment_is_kept_up_to_date() {
    let runner = Runner::new(AGENT, &updated());
    let comment = ("ROLLCAST_COMMENT", "true");
    let step = runner.step(&[comment]);
    assert_eq!(step.code, 0, "{}", step.log);
    let [listed, posted] = step.calls.as_slice() else { panic!("{:?}", step.calls) };
    assert!(listed.contains("--paginate repos/owner/repository/issues/7/comments"), "{listed}");
    let post = "gh api --silent -X POST repos/owner/repository/issues/7/comments -F body=@";
    assert!(posted.starts_with(post), "{posted}");
    assert_eq!(step.comment, format!("<!-- rollcast diff -->\n{}", step.summary));
    let step = runner.step(&[comment, ("FAKE_COMMENTS", "42\n43\n")]);
    let patch = "gh api --silent -X PATCH repos/owner/repository/issues/comments/42 -F body=@";
    assert!(step.calls[1].starts_with(patch), "{:?}", step.calls);
    // What is no longer so does not stay.
    let runner = Runner::new(AGENT, AGENT);
    let step = runner.step(&[comment, ("FAKE_COMMENTS", "42")]);
    assert!(step.calls[1].starts_with(patch), "{:?}", step.calls);
    assert_eq!(step.comment, "<!-- rollcast diff -->\nNo rollout is affected any more.\n");
    let step = runner.step(&[comment]);
    assert_eq!(step.calls.len(), 1, "{:?}", step.calls);
    // Outside of pull requests there is nowhere to comment.
    let step = Runner::new(AGENT, &updated()).step(&[comment, ("PR_NUMBER", "")]);
    assert_eq!((step.code, step.calls.len()), (0, 0));
}

#[test]
fn a_token_that_only_reads_is_no_failure() {
    let runner = Runner::new(AGENT, &updated());
    let step = runner.step(&[("ROLLCAST_COMMENT", "true"), ("FAKE_FAILURE", "1")]);
    assert_eq!(step.code, 0, "{}", step.log);
    assert!(step.log.contains("::notice::rollcast may not comment"), "{}", step.log);
    assert!(step.summary.contains("merging this starts a rollout"), "{}", step.summary);
}

#[test]
fn goals_and_bad_input_fail_the_step() {
    let runner = Runner::new(AGENT, &updated());
    let step = runner.step(&[("ROLLCAST_ARGS", "--nodes 5 --seeds 1..12 --worst 0")]);
    assert_eq!(step.code, 3, "{}", step.log);
    assert!(step.summary.contains("misses the goal"), "{}", step.summary);
    let refused = AGENT.replace("  template:", "  minReadySeconds: -1\n  template:");
    let step = Runner::new(AGENT, &refused).step(&[("ROLLCAST_COMMENT", "true")]);
    assert_eq!((step.code, step.calls.len()), (2, 2), "{}", step.log);
    assert!(step.comment.contains("the API server refuses HEAD"), "{}", step.comment);
    let step = Runner::new(AGENT, "").step(&[("ROLLCAST_COMMENT", "true")]);
    assert_eq!((step.code, step.calls.len()), (2, 0), "{}", step.log);
    assert!(step.summary.contains("    error[no-manifests]"), "{}", step.summary);
}

#[test]
fn charts_are_rendered_in_both_checkouts() {
    let runner = Runner::new(AGENT, &updated());
    let step = runner.step(&[("ROLLCAST_RENDER", "cat deploy/*.yaml | cat")]);
    assert_eq!(step.code, 0, "{}", step.log);
    assert!(step.summary.contains("`example.com/agent:2`"), "{}", step.summary);
    let step = runner.step(&[("ROLLCAST_RENDER", "cat missing.yaml | cat")]);
    assert_eq!(step.code, 2, "{}", step.log);
    assert!(step.summary.contains("    rollcast: the render command failed in base"));
    // What is not there before the change is new.
    let runner = Runner::new("", AGENT);
    for variables in [
        vec![("ROLLCAST_PATH", "deploy/ds.yaml")],
        vec![("ROLLCAST_RENDER", "cat deploy/*.yaml 2>&1 || true; : ")],
    ] {
        if variables[0].0 == "ROLLCAST_RENDER" {
            fs::write(runner.path("base/deploy/ds.yaml"), "").unwrap();
        }
        let step = runner.step(&variables);
        assert!(step.summary.contains("`default/agent`: it is new"), "{}", step.log);
    }
}

#[test]
fn arguments_may_stand_in_lines() {
    let lines = ("ROLLCAST_ARGS", "--nodes 5\n\n  --seeds 1..12\n--worst 0\n");
    let step = Runner::new(AGENT, &updated()).step(&[lines]);
    assert_eq!(step.code, 3, "{}", step.log);
    assert!(step.summary.contains("On 5 nodes"), "{}", step.summary);
}

/// What the action does if nobody says anything to it.
#[test]
fn two_checkouts_side_by_side_need_no_inputs() {
    let action = action();
    let step = steps(&action).last().and_then(|it| it.get("env")).unwrap();
    let Tree::Map(variables) = step else { panic!("the step has no environment") };
    let default = |value: &Tree| {
        let name = value.as_text().unwrap().strip_prefix("${{ inputs.")?.strip_suffix(" }}")?;
        let input = action.get("inputs").unwrap().get(name).unwrap();
        Some(input.get("default").and_then(Tree::as_text).unwrap_or_default().to_owned())
    };
    let found = variables.iter().filter(|(name, _)| name.starts_with("ROLLCAST_"));
    let found = found.map(|(name, value)| (name.as_str(), default(value).unwrap()));
    let defaults: Vec<(&str, String)> = found.collect();
    assert_eq!(defaults.len(), 6, "{defaults:?}");
    let defaults: Vec<(&str, &str)> = defaults.iter().map(|(it, to)| (*it, to.as_str())).collect();
    let step = Runner::new(AGENT, &updated()).step(&defaults);
    assert_eq!((step.code, step.calls.len()), (0, 0), "{}", step.log);
    let changed = "`example.com/agent:1` → `example.com/agent:2` (`head/./deploy/ds.yaml:9`)";
    assert!(step.summary.contains(changed), "{}", step.summary);
}

/// What a chart makes helm print may be anything, and helm is not to comment.
#[test]
fn the_render_command_has_no_token_and_gives_no_commands() {
    let runner = Runner::new(AGENT, &updated());
    let render = "echo \"::error::hacked ${GH_TOKEN:-no token}\" >&2; cat deploy/*.yaml";
    let comment = ("ROLLCAST_COMMENT", "true");
    let broken = format!("{render}; exit 1");
    for (render, code, calls) in [(render, 0, 2), (broken.as_str(), 2, 0)] {
        let step = runner.step(&[("ROLLCAST_RENDER", render), comment]);
        assert_eq!((step.code, step.calls.len()), (code, calls), "{}", step.log);
        let mut lines = step.log.lines();
        let first = lines.next().unwrap();
        let token = first.strip_prefix("::stop-commands::").unwrap();
        let quiet: Vec<&str> = lines.take_while(|it| *it != format!("::{token}::")).collect();
        assert!(quiet.contains(&"::error::hacked no token"), "{}", step.log);
        assert_eq!(step.log.matches("hacked").count(), quiet.concat().matches("hacked").count());
    }
}

fn action() -> Tree {
    let text = fs::read_to_string(Path::new(ROOT).join("action.yml")).unwrap();
    let documents = read_documents(&Source::new("action.yml", text), &Limits::SNAPSHOT);
    documents.unwrap().remove(0).tree
}

fn steps(action: &Tree) -> &[Tree] {
    match action.get("runs").and_then(|runs| runs.get("steps")) {
        Some(Tree::List(steps)) => steps,
        _ => panic!("the action has no steps"),
    }
}

/// Text of a pull request is never code: not for a shell, and not for the runner.
#[test]
fn nothing_of_a_pull_request_is_run() {
    let bad = AGENT.replace("agent:1", "$(touch hacked)`touch hacked`\\n::error::hacked");
    let runner = Runner::new(AGENT, &bad.replace("'example", "\"example").replace("'}", "\"}"));
    let arguments = "--nodes 5 --seeds 1..3 --set $(touch${IFS}hacked)=1 ; touch hacked";
    for variables in [&[("ROLLCAST_COMMENT", "true")][..], &[("ROLLCAST_ARGS", arguments)]] {
        let step = runner.step(variables);
        assert!(!runner.path("hacked").exists(), "{}", step.log);
        let mut lines = step.log.lines().skip_while(|line| !line.starts_with("::stop-commands::"));
        let token = lines.next().unwrap().trim_start_matches("::stop-commands::").to_owned();
        let resumed = lines.position(|line| line == format!("::{token}::"));
        assert!(resumed.is_some(), "{}", step.log);
    }
    let action = action();
    assert_eq!(steps(&action).len(), 2);
    for step in steps(&action) {
        let run = step.get("run").and_then(Tree::as_text).unwrap();
        assert!(!run.contains("${{"), "{run}");
    }
}
