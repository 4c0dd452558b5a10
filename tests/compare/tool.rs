//! The tool, run in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A rollout on 20 nodes that takes about a minute at 10%. Written out, as `job.yaml` shows it.
pub(crate) const FLEET: &str = "\
cluster: {nodes: 20}
daemonSets:
  - apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: agent}
    spec:
      selector: {matchLabels: {app: agent}}
      template:
        metadata: {labels: {app: agent}}
        spec:
          containers: [{name: main, image: 'example.com/agent:1'}]
events:
  - {at: 1m, setImage: 'example.com/agent:2'}
";

/// A folder with `fleet.yaml` in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self::with(FLEET)
    }

    pub(crate) fn with(scenario: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("fleet.yaml"), scenario).expect("it can be written");
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcast"));
        command.args(arguments).current_dir(self.0.path()).env_remove("JOB_COMPLETION_INDEX");
        command
    }

    /// Runs the tool; its exit code, standard output and standard error.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        told(&self.command(arguments).output().expect("the tool can be run"))
    }

    /// Runs the tool, which must succeed; its standard output.
    #[track_caller]
    pub(crate) fn print(&self, arguments: &[&str]) -> String {
        let (code, printed, told) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {told}");
        printed
    }

    /// What comparisons of `fleet.yaml` print, each behind its command.
    #[track_caller]
    pub(crate) fn transcript(&self, comparisons: &[&[&str]]) -> String {
        let print = |arguments: &&[&str]| {
            let full = [&["compare", "fleet.yaml", "-q"], *arguments].concat();
            format!("$ rollcast {}\n{}", full.join(" "), self.print(&full))
        };
        comparisons.iter().map(print).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the tool can be run")
    }
}

pub(crate) fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// The names and contents of all files in a folder.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read_to_string(entry.path()).expect("a text"))
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}

/// Asserts that two folders hold the same, and says in which file they do not.
#[track_caller]
pub(crate) fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    let names = |files: &[(String, String)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&one), names(&other));
    for ((name, one), (_, other)) in one.iter().zip(&other) {
        assert!(one == other, "{name} differs");
    }
}
