//! What people are told about spoiled records and wrong command lines, word by word.
//!
//! All of it stands in `messages.txt`. Regenerate with `SNAPSHOTS=overwrite cargo test --test records`,
//! and read what changed: would you know what to do?

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::daemon_set::{AGENT, DaemonSet};
use crate::tool::run;

fn scenario() -> String {
    let agent =
        DaemonSet { namespace: "default", container_name: "main", image: "agent:1", ..AGENT };
    format!(
        "cluster: {{nodes: 3}}\ndaemonSets:\n  - {agent}\nevents:\n  - {{at: 1m, setImage: 'agent:2'}}\n"
    )
}

/// A line of a record of 0.1.
const OLD: &str = r#"{"id":0,"at_us":120000000,"cause":null,"what":"scenario","text":"set image"}"#;

/// A folder with the results of a run, and all that is told of what is done to them.
struct Told {
    folder: TempDir,
    facts: String,
    summary: String,
    text: String,
}

impl Told {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("fleet.yaml"), scenario()).unwrap();
        let arguments = ["run", "fleet.yaml", "--out", "r", "--quiet"];
        let (code, _, said) = run(folder.path(), &arguments, "");
        assert_eq!(code, 0, "{said}");
        let read = |name: &str| fs::read_to_string(folder.path().join("r").join(name)).unwrap();
        let (facts, summary) = (read("facts.jsonl"), read("summary.json"));
        Self { folder, facts, summary, text: String::new() }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join("r").join(name), bytes).unwrap();
    }

    /// A command line, and what the tool says to it.
    fn ask(&mut self, what: &str, line: &str) {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (code, output, errors) = run(self.folder.path(), &arguments, "");
        let _ =
            write!(self.text, "# {what}\n$ rollcast {line}\n{output}{errors}exit code {code}\n\n");
    }

    /// The record when this is in it.
    fn facts(&mut self, what: &str, bytes: impl AsRef<[u8]>) {
        self.write("facts.jsonl", bytes);
        self.ask(what, "get ds r");
        self.write("facts.jsonl", &self.facts);
    }

    /// The record with the first of one text as another.
    fn edited(&mut self, what: &str, from: &str, to: &str) {
        assert!(self.facts.contains(from), "{from}");
        let facts = self.facts.replacen(from, to, 1);
        self.facts(what, facts);
    }

    /// The same of the summary.
    fn of_summary(&mut self, what: &str, from: &str, to: &str) {
        assert!(self.summary.contains(from), "{from}");
        self.write("summary.json", self.summary.replacen(from, to, 1));
        self.ask(what, "why r finish");
        self.write("summary.json", &self.summary);
    }
}

fn records(told: &mut Told) {
    let facts = told.facts.clone();
    told.facts("nothing is in it", "");
    told.facts("it has no header", facts.split_once('\n').unwrap().1);
    told.facts("rollcast 0.1 wrote it", format!("{OLD}\n"));
    told.facts("a byte order mark", format!("\u{feff}{facts}"));
    told.facts("line breaks of Windows", facts.replace('\n', "\r\n"));
    told.facts("it is cut in a line", &facts[..facts.len() - 30]);
    told.facts("the last line break is gone", facts.trim_end());
    told.facts("no UTF-8", [facts.as_bytes(), b"{\"id\":\"\xff\"}\n"].concat());
    told.edited("a later version", "\"record\":2", "\"record\":3,\"more\":0");
    told.edited("a header of other types", "\"seed\":1", "\"seed\":\"one\"");
    told.edited("an object of another type", "\"labels\":{", "\"labels\":[{");
    told.edited("an object twice", "\"name\":\"node-2\"", "\"name\":\"node-1\"");
    told.edited("an object without a name", "\"name\":\"node-2\"", "\"nam\":\"node-2\"");
    told.edited("an unknown kind", "\"start\":\"node\"", "\"start\":\"n\\u001b[2J\"");
    told.edited("an unknown fact", "\"what\":\"podReady\"", "\"what\":\"podRady\"");
    told.edited("a fact without its key", "\"creates\":", "\"crates\":");
    told.edited("a fact of another type", "\"creates\":", "\"creates\":-1,\"was\":");
    told.edited("a name that acts", "\"pod\":\"agent-", "\"pod\":\"\\u001b[2Jagent-");
    told.edited("an id out of order", "\"id\":3,", "\"id\":4,");
    told.edited(
        "a cause of its own",
        "\"cause\":1,\"what\":\"synced\"",
        "\"cause\":3,\"what\":\"synced\"",
    );
    told.edited("a fact of later", "\"at_us\":", "\"at_us\":9");
    told.edited("a fact in ten thousand years", "\"at_us\":", "\"at_us\":9999999999");
    told.edited(
        "a changed object of other types",
        "\"object\":{",
        "\"object\":{\"generation\":\"2\",",
    );
}

fn packed(told: &mut Told) {
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(told.facts.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    fs::remove_file(told.folder.path().join("r/facts.jsonl")).unwrap();
    told.write("facts.jsonl.gz", &gz[..gz.len() / 2]);
    told.ask("a packed record that is cut", "get ds r");
    told.write("facts.jsonl.gz", &told.facts);
    told.ask("a packed record that is none", "get ds r");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::default());
    for _ in 0..32 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    told.write("facts.jsonl.gz", bomb.finish().unwrap());
    told.ask("a packed record that is large once it is unpacked", "get ds r");
    told.write("facts.jsonl.gz", &gz);
    told.ask("a packed record", "get ds r");
    fs::remove_file(told.folder.path().join("r/facts.jsonl.gz")).unwrap();
    told.ask("no record", "get ds r");
    told.write("facts.jsonl", &told.facts);
}

fn beside(told: &mut Told) {
    told.of_summary("a summary that is cut", "\"digest\"", "\0");
    told.of_summary("a summary of other types", "\"daemon_sets\": [", "\"daemon_sets\": [1, ");
    told.of_summary("a summary of another run", "\"digest\": \"", "\"digest\": \"0");
    told.of_summary("an end in ten thousand years", "\"end_us\": ", "\"end_us\": 9999999999");
    told.of_summary("a fact that is not there", "\"decided_by\": [", "\"decided_by\": [999999, ");
    told.write("run.json", "{\"scenario\": 5");
    told.ask("a broken run.json", "verify r");
    fs::remove_file(told.folder.path().join("r/run.json")).unwrap();
    told.ask("no run.json", "verify r");
    fs::remove_file(told.folder.path().join("r/summary.json")).unwrap();
    told.ask("no summary", "why r finish");
    told.ask("a question without a need for it", "get ds r");
    told.write("summary.json", &told.summary);
}

fn command_lines(told: &mut Told) {
    told.ask("before the start", "get ds r --at -1s");
    told.ask("no time", "get ds r --at soon");
    told.ask("a time that is no time", "describe ds r --at 1e9h");
    told.ask("after the end", "rollout history r --at 9999999h");
    told.ask("after the end", "why r stall --at 9999999h");
    told.ask("after the end", "export openmetrics r --until 9999999h");
    told.ask("ends before it begins", "get ds r -w --at 2m --until 1m");
    told.ask("a folder of something else", "get ds .");
    fs::create_dir(told.folder.path().join("c")).unwrap();
    fs::write(told.folder.path().join("c/compare.json"), "{}").unwrap();
    told.ask("a folder of a comparison", "why c stall");
    told.ask("no folder", "describe ds nowhere");
    told.ask("a file of something else", "get ds r/summary.json");
}

#[test]
fn spoiled_records_and_wrong_command_lines_are_told_apart() {
    let mut told = Told::new();
    records(&mut told);
    packed(&mut told);
    command_lines(&mut told);
    beside(&mut told);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records/messages.txt");
    let expected = snapbox::Data::read_from(&golden, None).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(told.text, expected);
}
