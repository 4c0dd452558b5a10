//! `rollcast chart`, `run --charts` and `verify`.

use std::fs;
use std::path::Path;
#[cfg(feature = "png")]
use std::process::Command;

use tempfile::TempDir;

use crate::tool::run;

/// Every kind that one run has.
const KINDS: &str = "availability,states,raster,gantt,gaps,limits,waiters";

/// The results of a shipped scenario in a folder `r`, with these charts.
fn results(scenario: &str, charts: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}/scenarios/{scenario}.yaml", env!("CARGO_MANIFEST_DIR"));
    let arguments = ["run", &path, "--out", "r", "--quiet", "--charts", charts];
    let (code, _, said) = run(folder.path(), &arguments, "");
    assert!(code == 0 || code == 3, "{said}");
    folder
}

fn bytes(folder: &TempDir, name: &str) -> Vec<u8> {
    let path = folder.path().join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs the tool in a folder; it ends with `code`. What it printed, and what it said.
fn told(folder: &TempDir, line: &str, code: i32) -> (String, String) {
    let arguments: Vec<&str> = line.split(' ').collect();
    let (found, printed, said) = run(folder.path(), &arguments, "");
    assert_eq!(found, code, "{line}: {said}");
    (printed, said)
}

#[test]
fn charts_of_a_run_are_those_of_its_record() {
    for scenario in ["is-it-done", "surge", "bad-image", "min-ready-seconds"] {
        let drawn = results(scenario, KINDS);
        let (page, said) = told(&drawn, &format!("chart r --kind {KINDS} --out again"), 0);
        assert_eq!(said, "");
        for kind in KINDS.split(',') {
            let name = format!("{kind}.svg");
            let same =
                bytes(&drawn, &format!("r/{name}")) == bytes(&drawn, &format!("again/{name}"));
            assert!(same, "{scenario}: {name} differs");
            let alt = String::from_utf8(bytes(&drawn, &format!("again/{kind}.alt.txt"))).unwrap();
            let snippet = format!("]({})", Path::new("again").join(&name).display());
            let line = page.lines().find(|line| line.ends_with(&snippet)).unwrap();
            assert_eq!(line.replace('\\', ""), format!("![{}{snippet}", alt.trim_end()));
        }
        let (verified, _) = told(
            &drawn,
            &format!(
                "verify r --scenario {}/scenarios/{scenario}.yaml",
                env!("CARGO_MANIFEST_DIR")
            ),
            0,
        );
        assert!(verified.contains("the same"), "{verified}");
    }
}

#[test]
fn a_chart_that_was_changed_is_no_result_of_its_scenario() {
    let drawn = results("surge", "states");
    let svg = String::from_utf8(bytes(&drawn, "r/states.svg")).unwrap();
    fs::write(drawn.path().join("r/states.svg"), svg.replacen("surge", "purge", 1)).unwrap();
    let scenario = format!("{}/scenarios/surge.yaml", env!("CARGO_MANIFEST_DIR"));
    let (printed, said) = told(&drawn, &format!("verify r --scenario {scenario}"), 3);
    assert!((printed + &said).contains("states.svg"));
}

#[test]
fn only_charts_of_rollcast_are_replaced() {
    let folder = results("surge", "states,raster");
    // As other programs sign their pictures.
    let mine =
        "<svg xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator>me</dc:creator></svg>";
    fs::write(folder.path().join("r/gantt.svg"), mine).unwrap();
    told(&folder, "chart r --kind states,raster --format png --out r", 0);
    let scenario = format!("{}/scenarios/surge.yaml", env!("CARGO_MANIFEST_DIR"));
    told(&folder, &format!("run {scenario} --out r --quiet --charts raster"), 0);
    let is_there = |name: &str| folder.path().join("r").join(name).exists();
    assert!(is_there("gantt.svg") && is_there("raster.svg") && is_there("raster.alt.txt"));
    assert!(!is_there("states.svg") && !is_there("states.png") && !is_there("states.alt.txt"));
    assert!(!is_there("raster.png"), "it is of the run before");
}

#[test]
fn a_run_is_kept_if_it_has_no_such_chart() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = format!("{}/scenarios/nodes-come-and-go.yaml", env!("CARGO_MANIFEST_DIR"));
    let arguments = ["run", &scenario, "--out", "r", "--charts", "gantt,states"];
    let (code, _, said) = run(folder.path(), &arguments, "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("note: no gantt: this run has no rollout\n"), "{said}");
    assert!(folder.path().join("r/states.svg").exists());
}

#[test]
fn nothing_is_written_where_a_folder_is_in_the_way() {
    let folder = results("surge", "none");
    fs::create_dir_all(folder.path().join("p/states.svg")).unwrap();
    let (_, said) = told(&folder, "chart r --kind states,raster --out p", 1);
    assert_eq!(said, "error: cannot write p/states.svg: a folder is in the way\n");
    assert_eq!(fs::read_dir(folder.path().join("p")).unwrap().count(), 1);
}

#[test]
fn pictures_with_other_options_leave_those_of_the_run_alone() {
    let folder = results("surge", "availability");
    let (page, _) = told(&folder, "chart r --kind availability --theme dark", 0);
    assert!(page.ends_with("](availability.svg)\n"), "{page}");
    let scenario = format!("{}/scenarios/surge.yaml", env!("CARGO_MANIFEST_DIR"));
    told(&folder, &format!("verify r --scenario {scenario}"), 0);
}

#[test]
fn without_charts_there_are_none() {
    let drawn = results("surge", "none");
    let entries = fs::read_dir(drawn.path().join("r")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(names, ["facts.jsonl", "run.json", "summary.json", "timeline.csv"]);
}

/// Two runs of the tool, one of them without a home, without fonts and without anything else that
/// an environment has.
#[cfg(feature = "png")]
#[test]
fn png_files_depend_on_nothing_of_the_machine() {
    let drawn = results("surge", "none");
    let draw = |out: &str, environment: &[(&str, &str)], is_bare: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcast"));
        if is_bare {
            command.env_clear();
        }
        let arguments = ["chart", "r", "--kind", KINDS, "--format", "png", "--out", out];
        let status = command
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(drawn.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    };
    draw("a", &[], false);
    draw("b", &[("HOME", "/nonexistent"), ("FONTCONFIG_PATH", "/nonexistent")], true);
    for kind in KINDS.split(',') {
        let [one, other] = ["a", "b"].map(|out| bytes(&drawn, &format!("{out}/{kind}.png")));
        assert!(one == other && one.starts_with(b"\x89PNG"), "{kind}");
        let text = String::from_utf8_lossy(&one).into_owned();
        let command =
            format!("rollcast run surge.yaml; rollcast chart results/surge --kind {kind} (seed 1)");
        assert!(text.contains(&command), "{kind}: the command is not in the file");
        assert!(text.contains(concat!("rollcast ", env!("CARGO_PKG_VERSION"))), "{kind}");
    }
}

#[test]
fn one_chart_may_go_to_standard_output_or_into_a_file_of_any_name() {
    let drawn = results("surge", "none");
    let (svg, said) = told(&drawn, "chart r -k states -o -", 0);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && said.is_empty());
    let (page, _) = told(&drawn, "chart r -k states -o pictures/mine.svg", 0);
    assert!(page.ends_with("](pictures/mine.svg)\n"), "{page}");
    assert_eq!(bytes(&drawn, "pictures/mine.svg"), svg.into_bytes());
    assert!(!bytes(&drawn, "pictures/mine.alt.txt").is_empty());
    let (svg, _) = told(&drawn, "chart r -k states -o - --size 1200x675 --theme dark --title T", 0);
    assert!(svg.contains("width=\"1200\" height=\"675\"") && svg.contains(">T</text>"), "{svg}");
    assert!(!svg.contains("prefers-color-scheme"), "a dark picture is always dark");
}

#[test]
fn a_part_of_the_run_and_of_the_nodes_can_be_drawn() {
    let drawn = results("surge", "none");
    let (svg, _) = told(&drawn, "chart r -k raster -o - --nodes worker-1* --from 30s --to 1m", 0);
    assert!(svg.contains(">worker-12</text>") && !svg.contains(">worker-2</text>"), "{svg}");
    assert!(svg.contains(">45s</text>") && !svg.contains(">1m15s</text>"), "{svg}");
    let shown = "The picture shows 30s to 1m; what follows is of the whole run. ";
    assert!(svg.contains(&format!(">{shown}")), "{svg}");
}

#[test]
fn a_gantt_chart_is_of_the_rollout_that_is_under_way() {
    let drawn = results("bad-image", "none");
    let [bad, last] = ["chart r -k gantt -o - --from 2m", "chart r -k gantt -o -"]
        .map(|line| told(&drawn, line, 0).0);
    assert!(bad.contains("started at 1m and was not complete"), "{bad}");
    assert!(last.contains("started at 6m and was complete"), "{last}");
    let complete = results("workers-by-affinity", "none");
    let (_, said) = told(&complete, "chart r -k gantt -o - --from 1m", 2);
    assert!(said.contains("gantt: no rollout is under way from then on"), "{said}");
}

#[test]
fn several_runs_are_one_picture() {
    let folder = results("surge", "none");
    let scenario = format!("{}/scenarios/surge.yaml", env!("CARGO_MANIFEST_DIR"));
    let arguments = ["run", &scenario, "--out", "s", "--quiet", "--seed", "2"];
    assert_eq!(run(folder.path(), &arguments, "").0, 0);
    for kind in ["availability", "states", "raster", "gantt", "gaps", "duration", "waiters"] {
        let (svg, _) = told(&folder, &format!("chart r s -k {kind} -o -"), 0);
        assert!(svg.contains("seed 1") && svg.contains("seed 2"), "{kind}: {svg}");
        let (named, _) = told(&folder, &format!("chart r s -k {kind} -o - --names one,two"), 0);
        assert!(named.contains("one") && named.contains("two"), "{kind}: {named}");
    }
    let (page, _) = told(&folder, "chart r s -k states", 0);
    assert!(page.ends_with("](states.svg)\n"), "{page}");
    assert!(folder.path().join("states.alt.txt").is_file());
}

/// A command line, what it says, and its exit code.
fn refusal(folder: &TempDir, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    let (code, printed, said) = run(folder.path(), &arguments, "");
    assert!(code == 2 && printed.is_empty(), "{line}: exit code {code}, {printed}");
    format!("$ rollcast {line}\n{said}\n")
}

#[test]
fn what_cannot_be_drawn_is_refused_with_a_reason() {
    let folder = results("surge", "none");
    let facts = String::from_utf8(bytes(&folder, "r/facts.jsonl")).unwrap();
    let copy = |name: &str, facts: &str| {
        let to = folder.path().join(name);
        fs::create_dir(&to).unwrap();
        for file in ["run.json", "summary.json"] {
            fs::copy(folder.path().join("r").join(file), to.join(file)).unwrap();
        }
        fs::write(to.join("facts.jsonl"), facts).unwrap();
    };
    copy("truncated", &facts[..facts.len() * 2 / 3]);
    copy("older", &facts.lines().filter(|it| it.contains("\"id\"")).collect::<Vec<_>>().join("\n"));
    copy("newer", &facts.replacen("\"record\":2", "\"record\":99", 1));
    copy("foreign", "{\"kind\":\"List\"}\n");
    copy("alone", &facts);
    fs::remove_file(folder.path().join("alone/summary.json")).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let other = format!("{}/scenarios/bad-image.yaml", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(run(folder.path(), &["run", &other, "--out", "o", "--quiet"], "").0, 0);
    let lines = [
        "chart truncated",
        "chart older",
        "chart newer",
        "chart foreign",
        "chart alone",
        "chart empty",
        "chart nowhere",
        "chart r --kind state",
        "chart r --kind hit",
        "chart r --kind duration",
        "chart r --daemonset agent",
        "chart r --nodes worker-99 --kind raster",
        "chart r --from 2m --to 1m",
        "chart r --from 5h",
        "chart r --names a,b",
        "chart r o --kind states",
        "chart r r --names a,a",
        "chart r --to 0s",
        "chart r -o x.jpg",
        "chart r --size 10x10",
        "chart r --size big",
        "chart r -o x.png --format svg --kind states",
        "chart r -o x.svg --kind states,raster",
        "run r/none.yaml --charts stats",
    ];
    let found: String = lines.iter().map(|line| refusal(&folder, line)).collect();
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/refusals.txt");
    let expected = snapbox::Data::read_from(&expected, Some(snapbox::data::DataFormat::Text));
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(found, expected.raw());
    let pictures = ["states.svg", "raster.svg", "availability.svg"];
    assert!(pictures.iter().all(|it| !folder.path().join("r").join(it).exists()));
}
