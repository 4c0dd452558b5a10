//! A folder to run the commands of a page in: what a clone has, and the tool on the path.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::ROOT;

/// What commands on pages read.
const SHARED: [&str; 4] = ["docs", "examples", "results", "scenarios"];

pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        for name in SHARED {
            copy(&Path::new(ROOT).join(name), &folder.path().join(name));
        }
        fs::copy(Path::new(ROOT).join("README.md"), folder.path().join("README.md"))
            .expect("the temporary folder can be written");
        let tools = folder.path().join("bin");
        fs::create_dir(&tools).expect("the temporary folder can be written");
        symlink(env!("CARGO_BIN_EXE_rollcast"), tools.join("rollcast"))
            .expect("links are possible");
        Self { folder }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text)
            .expect("the temporary folder can be written");
    }

    /// Runs a line of shell. A pipe fails if any of its commands fails; errors are printed where
    /// the rest is.
    pub(crate) fn run(&self, command: &str) -> Output {
        let command = command.replace("cargo run --release -- ", "rollcast ");
        let path = env::var_os("PATH").unwrap_or_default();
        let tools: Vec<PathBuf> =
            [self.folder.path().join("bin")].into_iter().chain(env::split_paths(&path)).collect();
        let mut shell = Command::new("bash");
        shell.args(["-o", "pipefail", "-c", &format!("exec 2>&1\n{command}")]);
        shell.env("PATH", env::join_paths(tools).expect("the path has no colon"));
        shell.current_dir(self.folder.path()).output().expect("there is a bash")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the temporary folder can be written");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the temporary folder can be written");
        }
    }
}
