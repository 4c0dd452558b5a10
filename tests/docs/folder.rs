//! A folder with a scenario and a page.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::daemon_set::AGENT;
use crate::tool;

/// A folder in which the tool is run.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    /// With the scenario `fleet.yaml`, which names a manifest, and these pages.
    pub(crate) fn new(pages: &[(&str, &str)]) -> Self {
        let folder = Self { folder: tempfile::tempdir().unwrap() };
        folder.write("ds.yaml", &AGENT.to_string());
        let events = "events:\n  - {at: 1m, setImage: 'agent:v2'}\n";
        folder.write(
            "fleet.yaml",
            &format!("cluster: {{nodes: 6}}\ndaemonSets: [ds.yaml]\n{events}"),
        );
        for (name, text) in pages {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Puts a text in place of another that is in a file.
    #[track_caller]
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
        self.write(name, &text.replacen(from, to, 1));
    }

    pub(crate) fn is_there(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// What the files of a folder hold, by their names.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = self.path(folder).read_dir().unwrap().map(Result::unwrap);
        let named = entries.map(|it| it.file_name().into_string().unwrap());
        named.map(|name| (name.clone(), fs::read(self.path(folder).join(name)).unwrap())).collect()
    }

    /// Runs `rollcast docs`: the exit code, standard output, standard error.
    pub(crate) fn docs(&self, arguments: &[&str]) -> (i32, String, String) {
        tool::run(self.folder.path(), &[&["docs"], arguments].concat(), "")
    }

    /// Runs it; all is well.
    #[track_caller]
    pub(crate) fn drawn(&self, arguments: &[&str]) -> String {
        let (code, printed, told) = self.docs(arguments);
        assert_eq!((code, printed.as_str()), (0, ""), "{told}");
        told
    }
}
