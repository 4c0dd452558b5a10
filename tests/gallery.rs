//! `results/README.md`: every shipped scenario with what it shows, its verdict and its chart.
//!
//! It is made of what is committed. Write it anew with `SNAPSHOTS=overwrite cargo test --test gallery`
//! after results have changed.

#![expect(clippy::disallowed_methods, reason = "files are what is tested here")]
#![expect(clippy::unwrap_used, reason = "a result that cannot be read is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rollcast::report::markdown::image;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const HEAD: &str = "\
# Results

What `rollcast run` makes of every scenario in this repository, to the byte: CI runs them all again and
compares. Each folder has the chart, the timeline, the summary and the facts of its run;
[docs/charts.md](../docs/charts.md) shows the other kinds of charts, and `rollcast chart results/NAME`
draws them. [choosing-max-unavailable](choosing-max-unavailable/README.md) compares settings over many
seeds.

## One rollout under four settings

node-exporter gets a new image on 100 nodes: one at a time, 10% at a time, 25% at a time, and with a
new pod beside each old one on 10% of the nodes.

";

/// The charts of one rollout under four settings.
const FOUR: [&str; 2] = ["four-settings-availability", "four-settings-states"];

fn read(path: &str) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The scenarios by their names, in order.
fn scenarios() -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join("scenarios")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect();
    names.sort_unstable();
    names
}

/// What a scenario says of itself.
fn description(name: &str) -> String {
    let text = read(&format!("scenarios/{name}.yaml"));
    let from = text.lines().skip_while(|line| !line.starts_with("description:"));
    let mut words = Vec::new();
    for (index, line) in from.enumerate() {
        if index > 0 && !line.starts_with(' ') {
            break;
        }
        words.extend(line.trim_start_matches("description:").split_whitespace());
    }
    let is_style = |word: &&str| ["|", ">", ">-", "|-"].contains(word);
    let words: Vec<&str> = words.into_iter().filter(|word| !is_style(word)).collect();
    words.join(" ").trim_matches(['"', '\'']).to_owned()
}

fn picture(alt: &str, svg: &str) -> String {
    image(&read(alt), svg) + "\n"
}

fn gallery() -> String {
    let mut page = HEAD.to_owned();
    for name in FOUR {
        let alt = format!("docs/charts/{name}.alt.txt");
        page += &picture(&alt, &format!("../docs/charts/{name}.svg"));
        page.push('\n');
    }
    for name in scenarios() {
        let summary: Value =
            serde_json::from_str(&read(&format!("results/{name}/summary.json"))).unwrap();
        let daemon_sets = summary["daemon_sets"].as_array().unwrap();
        let verdicts = daemon_sets.iter().map(|it| it["verdict"].as_str().unwrap());
        let verdicts = verdicts.map(|it| format!("> {it}\n")).collect::<Vec<_>>().join(">\n");
        let chart = picture(
            &format!("results/{name}/availability.alt.txt"),
            &format!("{name}/availability.svg"),
        );
        let about = description(&name);
        assert!(!about.is_empty(), "{name} has no description");
        writeln!(page, "## [{name}](../scenarios/{name}.yaml)\n\n{about}\n\n{verdicts}\n{chart}")
            .unwrap();
    }
    page.trim_end().to_owned() + "\n"
}

#[test]
fn the_gallery_shows_what_is_committed() {
    let path = Path::new(ROOT).join("results/README.md");
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(gallery(), expected);
}
