//! The scenarios that ship with the project, and the files beside them.

#![expect(clippy::disallowed_methods, reason = "tests read the shipped scenarios")]

use std::fs;
use std::path::{Path, PathBuf};

use rollcast::input::{Limits, Source};
use rollcast::scenario::{Files, Loaded, Override, read};

/// Files in a folder.
struct Beside(PathBuf);

impl Files for Beside {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(path)).map_err(|error| error.to_string())
    }
}

/// The paths of all scenarios, those of incidents after the others, in the order of their names.
pub(crate) fn paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    for folder in [root.clone(), root.join("incidents")] {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect();
        files.sort();
        found.extend(files);
    }
    assert!(found.len() > 30, "the shipped scenarios");
    found
}

/// A scenario as `run` reads it.
pub(crate) fn load(path: &Path, overrides: &[Override]) -> Box<Loaded> {
    let beside = Beside(path.parent().unwrap().to_owned());
    let name = path.file_name().unwrap().to_string_lossy();
    let source = Source::from_bytes(&*name, fs::read(path).unwrap());
    read(source, &beside, overrides).unwrap_or_else(|report| panic!("{}", report.render(false)))
}
