//! The files of `examples/` make what a single comparison makes, byte for byte.
//!
//! Scripts are run as they are, in the environment that their system would give them; of files for
//! systems that are not here, each command is run.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value;
use tempfile::TempDir;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// What GNU parallel does with the arguments that `parallel.sh` gives it, one after the other.
const PARALLEL: &str = "#!/usr/bin/env bash
set -euo pipefail
while [[ $1 == --* ]]; do shift 2; done
failed=0
while read -r argument; do \"${@//'{}'/$argument}\" || failed=1; done
exit $failed
";

/// The examples in a folder of their own, for a smaller fleet, with the finished comparison in `whole`.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for name in ["Snakefile", "argo-workflow.yaml", "fleet.yaml", "parallel.sh", "slurm.sh"] {
            fs::copy(Path::new(EXAMPLES).join(name), folder.path(name)).unwrap();
        }
        let scenario = folder.read("fleet.yaml");
        assert!(scenario.contains("{nodes: 20}"));
        fs::write(folder.path("fleet.yaml"), scenario.replace("{nodes: 20}", "{nodes: 3}"))
            .unwrap();
        fs::create_dir(folder.path("bin")).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rollcast"), folder.path("bin/rollcast"))
            .unwrap();
        folder.shell("rollcast compare fleet.yaml --quiet --out whole");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, program: &str) -> Command {
        let path =
            format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).env("PATH", path);
        command
    }

    /// Runs a command as a shell reads it.
    #[track_caller]
    fn shell(&self, command: &str) {
        succeed(command, &self.command("bash").args(["-euc", command]).output().unwrap());
    }

    /// Whether the files in `joined` are those of the single comparison.
    #[track_caller]
    fn assert_same(&self, joined: &str) {
        let names = |folder: &str| {
            let entries = fs::read_dir(self.path(folder)).unwrap().flatten();
            let mut names: Vec<String> =
                entries.map(|it| it.file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(names("whole"), names(joined));
        for name in names("whole") {
            let [one, other] =
                ["whole", joined].map(|folder| fs::read(self.path(folder).join(&name)).unwrap());
            assert!(one == other, "{name} differs");
        }
    }
}

#[track_caller]
fn succeed(what: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
}

/// What follows `mark` in a text, up to `end`.
fn between<'a>(text: &'a str, mark: &str, end: &str) -> &'a str {
    text.split_once(mark).and_then(|(_, rest)| rest.split_once(end)).unwrap().0
}

#[test]
fn an_array_of_slurm_jobs_makes_the_whole() {
    let folder = Folder::new();
    let script = folder.read("slurm.sh");
    let (first, last) = between(&script, "\n#SBATCH --array=", "\n").split_once('-').unwrap();
    let (first, last): (u32, u32) = (first.parse().unwrap(), last.parse().unwrap());
    // One of them is started twice.
    for task in (first..=last).chain([first]) {
        let mut job = folder.command("bash");
        job.arg("slurm.sh").env("SLURM_CPUS_PER_TASK", "1");
        job.env("SLURM_ARRAY_TASK_ID", task.to_string());
        job.env("SLURM_ARRAY_TASK_MIN", first.to_string());
        job.env("SLURM_ARRAY_TASK_COUNT", (last - first + 1).to_string());
        succeed("slurm.sh", &job.output().unwrap());
    }
    folder.shell(between(&script, "--wrap '", "'"));
    folder.assert_same("results/fleet-compare");
}

#[test]
fn parts_of_gnu_parallel_make_the_whole() {
    let folder = Folder::new();
    let version = Command::new("parallel").arg("--version").output();
    if !version.is_ok_and(|it| it.stdout.starts_with(b"GNU parallel")) {
        fs::write(folder.path("bin/parallel"), PARALLEL).unwrap();
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path("bin/parallel"), executable).unwrap();
    }
    folder.shell("./parallel.sh 5");
    folder.assert_same("results/fleet-compare");
    assert_eq!(fs::read_dir(folder.path("parts")).unwrap().count(), 5);
}

/// The commands of the rules `part` and `merge`, with what Snakemake puts in for names.
#[test]
fn the_commands_of_the_snakefile_make_the_whole() {
    let folder = Folder::new();
    let text = folder.read("Snakefile");
    let parts: u32 = between(&text, "\nPARTS = ", "\n").parse().unwrap();
    let shell = |rule: &str| -> String {
        let after = text.split_once(&format!("rule {rule}:\n")).unwrap().1;
        let lines = after.split_once("shell:\n").unwrap().1.lines();
        let strings = lines.take_while(|line| line.trim().starts_with('"'));
        strings.map(|line| line.trim().trim_matches('"')).collect()
    };
    let output = |part: u32| format!("parts/runs-{part}.jsonl");
    assert!(text.contains("\"parts/runs-{k}.jsonl\""), "{text}");
    fs::create_dir(folder.path("parts")).unwrap();
    for part in 1..=parts {
        let command = shell("part")
            .replace("{input}", "fleet.yaml")
            .replace("{wildcards.k}", &part.to_string())
            .replace("{PARTS}", &parts.to_string())
            .replace("{threads}", "1")
            .replace("{output}", &output(part));
        folder.shell(&command);
    }
    let all: Vec<String> = (1..=parts).map(output).collect();
    folder.shell(&shell("merge").replace("{input}", &all.join(" ")));
    folder.assert_same("results/fleet-compare");
    assert!(folder.path(between(&text, "rule all:\n    input:\n        \"", "\"")).exists());
}

/// The commands of the containers, with folders here for the volumes that they mount.
#[test]
fn the_containers_of_the_argo_workflow_make_the_whole() {
    let folder = Folder::new();
    let workflow: Value = serde_yaml::from_str(&folder.read("argo-workflow.yaml")).unwrap();
    let templates = workflow["spec"]["templates"].as_sequence().unwrap();
    let template = |name: &str| templates.iter().find(|it| it["name"] == *name).unwrap();
    let parts = &template("sweep")["steps"][0][0]["withSequence"];
    let [first, last] =
        ["start", "end"].map(|key| parts[key].as_str().unwrap().parse::<u32>().unwrap());
    let run = |name: &str, part: u32| {
        let container = &template(name)["container"];
        let mounts = container["volumeMounts"].as_sequence().unwrap();
        let words =
            |key: &str| container[key].as_sequence().unwrap().iter().map(|it| it.as_str().unwrap());
        let put_in = |word: &str| {
            let word = word.replace("{{inputs.parameters.part}}", &part.to_string());
            assert!(!word.contains("{{"), "{word}");
            mounts.iter().fold(word, |word, mount| {
                let (at, volume) =
                    (mount["mountPath"].as_str().unwrap(), mount["name"].as_str().unwrap());
                word.replace(&format!("{at}/"), &format!("{volume}/"))
            })
        };
        let mut command = folder.command(words("command").next().unwrap());
        let output = command.args(words("args").map(put_in)).output().unwrap();
        succeed(name, &output);
    };
    fs::create_dir(folder.path("scenario")).unwrap();
    fs::copy(folder.path("fleet.yaml"), folder.path("scenario/fleet.yaml")).unwrap();
    for part in first..=last {
        run("part", part);
    }
    run("merge", 0);
    folder.assert_same("out/joined");
}
