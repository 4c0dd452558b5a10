//! One window for all runs of a sweep: what counts in it, what is cut off, and who asks for it.

use serde_json::Value;

use crate::tool::{FLEET, Folder};

const VARY: &str = "--vary=maxUnavailable=1,10%,50%";

/// The fleet with more events, and what else its scenario says.
fn fleet(events: &str, rest: &str) -> Folder {
    Folder::with(&format!("{FLEET}{events}{rest}"))
}

/// The same whose pods belong on nodes that are dead, too.
fn tolerant_fleet(events: &str, rest: &str) -> Folder {
    let tolerant = "tolerations: [{operator: Exists}]\n          containers:";
    Folder::with(&format!("{}{events}{rest}", FLEET.replace("containers:", tolerant)))
}

/// From the update on, containers of the new image run, and crash after this time.
fn crashes_after(span: &str) -> String {
    let broken = format!("image: 'example.com/agent:2', fault: crash, after: {span}");
    format!("  - {{at: 30s, breakImage: {{{broken}}}}}\n")
}

fn compare(folder: &Folder, more: &[&str]) -> Value {
    let arguments =
        [&["compare", "fleet.yaml", "--seeds=1..10", "--quiet", "--output=json"], more].concat();
    serde_json::from_str(&folder.print(&arguments)).unwrap()
}

/// What is printed from the first table on.
fn below_heading(printed: &str) -> &str {
    &printed[printed.find("SETTING").unwrap()..]
}

/// A figure of a setting, by its index.
fn figure<'a>(study: &'a Value, setting: usize, name: &str) -> &'a Value {
    &study["settings"][setting]["figures"][name]
}

/// The column of a CSV, a value per run.
fn column<'a>(csv: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = csv.lines();
    let place = lines.next().unwrap().split(',').position(|it| it == name).unwrap();
    lines.map(|line| line.split(',').nth(place).unwrap()).collect()
}

#[test]
fn an_image_that_crashes_after_it_was_ready_is_recommended_nowhere() {
    // One node is always enough to be ready at the same time as all others.
    for nodes in ["1", "3", "20"] {
        let folder = fleet(&crashes_after("90s"), "");
        let nodes = format!("--set=nodes={nodes}");
        let study = compare(&folder, &[VARY, &nodes, "--within=1h"]);
        assert_eq!(study["recommended"], Value::Null, "{nodes}: {}", study["advice"]);
        let ends: Vec<&str> =
            study["advice"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(ends.iter().filter(|line| line.starts_with("not ")).count(), 3, "{ends:?}");
        let (lost, all) = (&study["settings"][2]["lost"], &study["settings"][2]["runs"]);
        assert_eq!(
            lost, all,
            "{nodes}: half of the nodes at a time are complete before the first crash"
        );
        assert!(study["frontier"].as_array().unwrap().is_empty());
    }
}

#[test]
fn nodes_that_crash_and_come_back_before_the_end_are_lost_nevertheless() {
    let folder = fleet(&crashes_after("5m"), "");
    let study = compare(&folder, &["--vary=maxUnavailable=50%", "--soak=7m"]);
    assert_eq!(figure(&study, 0, "lost_again_nodes")["p50"], 20);
    assert_eq!(study["settings"][0]["complete"], 0);
    // What comes after the window nobody sees.
    let study = compare(&folder, &["--vary=maxUnavailable=50%", "--soak=30s"]);
    assert_eq!(figure(&study, 0, "lost_again_nodes")["p50"], 0);
    assert_eq!(study["settings"][0]["complete"], study["settings"][0]["runs"]);
}

#[test]
fn the_scenario_may_say_how_long_to_watch() {
    let wish = |soak: &str| fleet("", &format!("compare: {{soak: {soak}}}\n"));
    let of = |folder: &Folder, more: &[&str]| compare(folder, more)["window_us"].as_u64().unwrap();
    let (short, long) = (of(&wish("1m"), &[]), of(&wish("21m"), &[]));
    assert_eq!(long - short, 20 * 60_000_000);
    assert_eq!(of(&wish("1m"), &["--soak=21m"]), long, "an option goes before what is wished");
    assert_eq!(of(&fleet("", ""), &[]), of(&wish("10m"), &[]), "the default");
}

#[test]
fn a_good_rollout_is_not_lost_because_other_things_happen_after_it() {
    let later = "  - {at: 6m, unready: {daemonSet: agent, nodes: [node-3, node-4]}}
  - {at: 7m, ready: {daemonSet: agent, nodes: [node-3, node-4]}}
  - {at: 6m, deletePods: {daemonSet: agent, nodes: node-5}}
  - {at: 8m, fail: {pool: node, count: 2}}
";
    let study = compare(&tolerant_fleet(later, ""), &["--vary=maxUnavailable=50%"]);
    let setting = &study["settings"][0];
    assert_eq!(setting["complete"], setting["runs"], "{setting}");
    assert_eq!(figure(&study, 0, "still_out_nodes")["p50"], 2, "the nodes that failed");
    let expected: Value = serde_json::json!(["min", "p5", "p50", "p95", "max"]);
    assert_eq!(figure(&study, 0, "node_time_without_us")["at_least"], expected);
    assert_eq!(figure(&study, 0, "gap_max_us")["at_least"], expected);
    assert_eq!(figure(&study, 0, "gap_p50_us")["at_least"], serde_json::json!([]));
}

#[test]
fn every_run_is_observed_from_the_change_until_the_same_moment() {
    for (events, rest) in [
        (String::new(), ""),
        (crashes_after("90s"), ""),
        (
            "  - {at: 30s, breakImage: {image: 'example.com/agent:2', fault: neverReady}}\n"
                .to_owned(),
            "",
        ),
        (String::new(), "until: 30m\n"),
        (String::new(), "until: {limit: 3m}\n"),
    ] {
        let folder = fleet(&events, rest);
        let csv =
            folder.print(&["compare", "fleet.yaml", VARY, "-q", "--seeds=1..10", "--output=csv"]);
        let observed = column(&csv, "observed_us");
        assert_eq!(observed.len(), 30);
        assert!(observed.iter().all(|it| *it == observed[0]), "{events}{rest}: {observed:?}");
    }
}

#[test]
fn what_was_cut_off_is_not_never() {
    let folder = fleet("", "until: {limit: 2m}\n");
    let vary = "--vary=maxUnavailable=1,100%";
    let printed = folder.print(&["compare", "fleet.yaml", vary, "--quiet"]);
    let table = below_heading(&printed);
    assert!(table.contains("> 1m ") && !table.contains("never"), "{table}");
    let csv = folder.print(&["compare", "fleet.yaml", vary, "--quiet", "--output=csv"]);
    assert!(column(&csv, "duration_us")[..10].iter().all(|it| it.is_empty()), "{csv}");
    assert!(column(&csv, "at_rest")[..10].iter().all(|it| *it == "0"), "{csv}");
    let study = compare(&folder, &[vary]);
    let slow = figure(&study, 0, "duration_us");
    assert_eq!((&slow["p50"], slow["at_least"].as_array().unwrap().len()), (&60_000_000.into(), 5));
}

#[test]
fn never_is_said_of_what_is_at_rest() {
    let dead = "  - {at: 0s, fail: {pool: node, count: 3}}\n";
    let folder = tolerant_fleet(dead, "until: {limit: 2h}\n");
    let study = compare(&folder, &["--vary=maxUnavailable=1,50%"]);
    for setting in [0, 1] {
        let duration = figure(&study, setting, "duration_us");
        assert!(["min", "p50", "max"].iter().all(|it| duration[it] == Value::Null), "{duration}");
        assert_eq!(duration["at_least"], serde_json::json!([]));
        assert_eq!(figure(&study, setting, "still_out_nodes")["p50"], 3);
    }
    // The dead nodes spend a budget of one, and do not stop a larger one.
    assert_eq!(figure(&study, 0, "not_updated_nodes")["p50"], 20);
    assert_eq!(figure(&study, 0, "live_updated_us")["p50"], Value::Null);
    assert_eq!(figure(&study, 1, "not_updated_nodes")["p50"], 3);
    assert!(figure(&study, 1, "live_updated_us")["p95"].as_u64().unwrap() < 120_000_000);
    let args = ["compare", "fleet.yaml", "--vary=maxUnavailable=1,50%", "-q", "--wide"];
    let table = folder.print(&args);
    assert!(table.contains("never") && table.contains("≥ 2h"), "{table}");
}

#[test]
fn a_goal_later_than_the_end_is_refused_and_one_before_it_is_waited_for() {
    for until in ["10m", "{limit: 10m}"] {
        let folder = fleet("", &format!("until: {until}\n"));
        let run = |within: &str| {
            let within = format!("--within={within}");
            folder.run(&["compare", "fleet.yaml", "--seeds=1..2", "-q", &within])
        };
        for within in ["9m1s", "10m", "3h"] {
            let (code, printed, told) = run(within);
            assert_eq!((code, printed.as_str()), (2, ""));
            assert!(told.starts_with("error[goal-beyond-end]"), "{told}");
        }
        assert_eq!(run("9m").0, 0);
        let check = folder.run(&["check", "fleet.yaml", "--set=compare.goal.within=11m"]);
        assert_eq!(check.0, 2, "{check:?}");
    }
    // Whoever asks whether it takes at most an hour is not told after half of it.
    let study = compare(&fleet("", ""), &["--within=1h"]);
    assert_eq!(study["window_us"], (1 + 60 + 10) * 60_000_000_u64);
}

#[test]
fn a_scenario_without_a_rollout_says_so() {
    let (fleet, _) = FLEET.split_once("events:").unwrap();
    let folder = Folder::with(fleet);
    for goal in [&[][..], &["--within=5m"]] {
        let arguments = [&["compare", "fleet.yaml", VARY, "--quiet"], goal].concat();
        let printed = folder.print(&arguments);
        let table = below_heading(&printed);
        assert!(table.contains("there is no rollout in any run"), "{table}");
        assert!(!table.contains("DURATION  ") || !table.contains("never"), "{table}");
        assert!(!table.contains("recommended"), "{table}");
    }
    // Where only one of two scenarios has none, it is named.
    let one = Folder::new();
    std::fs::write(one.path("still.yaml"), fleet).unwrap();
    let table = one.print(&[
        "compare",
        "fleet.yaml",
        "still.yaml",
        "--seeds=1..60",
        "--quiet",
        "--within=1h",
    ]);
    assert!(table.contains("not still: has no rollout in 60 of 60 seeds"), "{table}");
    assert!(table.contains("recommended for at most 1h: fleet"), "{table}");
}

#[test]
fn a_sweep_does_not_go_on_with_another_window() {
    let folder = Folder::new();
    let sweep = ["compare", "fleet.yaml", "--seeds=1..4", "--out=it", "-q"];
    folder.print(&sweep);
    let (code, _, told) = folder.run(&[&sweep[..], &["--resume", "--soak=1m"]].concat());
    assert_eq!(code, 2);
    assert!(told.contains("its runs are observed for"), "{told}");
    folder.print(&[&sweep[..], &["--resume"]].concat());
}

/// What is deleted and created anew is judged by its last life, as `run` and `expect` do.
#[test]
fn the_last_life_of_a_daemon_set_counts() {
    let (fleet, _) = FLEET.split_once("events:").unwrap();
    let (_, agent) = FLEET.split_once("daemonSets:\n  - ").unwrap();
    let (agent, _) = agent.split_once("events:").unwrap();
    let agent = agent.replace("\n    ", "\n      ");
    let events = format!(
        "events:\n  - {{at: 30s, setImage: 'example.com/agent:2'}}\n  - {{at: 20m, delete: agent}}
  - at: 21m\n    apply:\n      {agent}
  - {{at: 30m, breakImage: {{image: 'example.com/agent:3', fault: pullError}}}}
  - {{at: 30m, setImage: 'example.com/agent:3'}}\nuntil: 1h\n"
    );
    let study = compare(&Folder::with(&format!("{fleet}{events}")), &["--vary=minReadySeconds=0"]);
    assert_eq!(study["settings"][0]["complete"], 0, "{}", study["settings"][0]);
}
