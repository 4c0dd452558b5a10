//! Results of scenarios, and the tools that read exports.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rollcast::inspect::Run;
use serde_json::Value;
use tempfile::TempDir;

use crate::tool::run;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The results of a scenario, and a folder beside them for exports.
pub(crate) struct Results {
    folder: TempDir,
}

impl Results {
    /// Runs `scenarios/NAME.yaml`.
    pub(crate) fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("results");
        let scenario = format!("scenarios/{name}.yaml");
        let args = ["run", &scenario, "--quiet", "--out", out.to_str().unwrap()];
        let (code, _, errors) = run(root(), &args, "");
        assert!(code == 0 || code == 3, "{name}: {errors}");
        Self { folder }
    }

    /// Where exports go.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder().join("results").join(file)).unwrap()
    }

    pub(crate) fn record(&self) -> Run {
        Run::read(&self.text("facts.jsonl")).unwrap()
    }

    pub(crate) fn summary(&self) -> Value {
        serde_json::from_str(&self.text("summary.json")).unwrap()
    }

    /// Exports to a file of this name.
    pub(crate) fn export(&self, what: &str, file: &str, more: &[&str]) -> PathBuf {
        let out = self.folder().join(file);
        let mut args = vec!["export", what, "results", "--out", file];
        args.extend(more);
        let (code, _, errors) = run(self.folder(), &args, "");
        assert_eq!(code, 0, "{args:?}: {errors}");
        out
    }
}

/// What a program says that may not be there; then a line tells that it was not asked.
#[expect(clippy::print_stderr, reason = "whoever reads the tests should know")]
pub(crate) fn ask(program: &str, args: &[&str], folder: &Path, input: &[u8]) -> Option<Output> {
    use std::io::Write as _;
    use std::process::Stdio;

    let mut command = Command::new(program);
    command.args(args).current_dir(folder).stdin(Stdio::piped());
    let Ok(mut child) = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() else {
        eprintln!("skipped: there is no {program} here");
        return None;
    };
    // One that has seen enough may be gone.
    let _ = child.stdin.take().unwrap().write_all(input);
    Some(child.wait_with_output().unwrap())
}

/// What a program said, for messages.
pub(crate) fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
