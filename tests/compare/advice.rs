//! What people are told, whole: one comparison for each kind of question.

use std::fmt::Write as _;

use serde_json::Value;

use crate::messages::check;
use crate::tool::{FLEET, Folder};

/// A fleet, what happens in it beside the update, what else its scenario says, and what is asked.
struct Asked {
    about: &'static str,
    events: &'static str,
    rest: &'static str,
    arguments: &'static [&'static str],
}

const DECISIONS: &str = "--vary=maxUnavailable=1,10%,50%";
const CRASHES: &str =
    "  - {at: 30s, breakImage: {image: 'example.com/agent:2', fault: crash, after: 90s}}\n";

const ALL: [Asked; 13] = [
    Asked {
        about: "an image that crashes after it was ready",
        events: CRASHES,
        rest: "",
        arguments: &[DECISIONS, "--within=1h"],
    },
    Asked {
        about: "the same, by how far it gets",
        events: CRASHES,
        rest: "",
        arguments: &["--vary=maxUnavailable=1,50%", "--vary=minReadySeconds=0,120", "--hit=10%"],
    },
    Asked { about: "the same without a goal", events: CRASHES, rest: "", arguments: &[DECISIONS] },
    Asked {
        about: "nodes that are dead",
        events: "  - {at: 0s, fail: {pool: node, count: 3}}\n",
        rest: "until: {limit: 2h}\n",
        arguments: &[
            "--set=daemonSets[0].spec.template.spec.tolerations=[{operator: Exists}]",
            DECISIONS,
            "--within=1h",
        ],
    },
    Asked {
        about: "no room for a surge",
        events: "",
        rest: "until: {limit: 2h}\n",
        arguments: &[
            "--set=cluster={nodePools: [{name: node, count: 18}, {name: full, count: 2, \
             otherPods: {count: 10, requests: {cpu: 3700m}}}]}",
            "--set=daemonSets[0].spec.template.spec.containers[0].resources={requests: {cpu: \
             200m}}",
            "--vary=maxSurge=1,10%",
            "--variant=no surge=maxUnavailable=10%",
            "--within=30m",
        ],
    },
    Asked {
        about: "another DaemonSet that is stuck",
        events: "  - {at: 30s, breakImage: {image: 'example.com/other:2', fault: neverReady}}\n  \
                 - {at: 1m, setImage: {daemonSet: other, image: 'example.com/other:2'}}\n",
        rest: "",
        arguments: &[DECISIONS, "--within=10m"],
    },
    Asked {
        about: "a second update before the first is complete",
        events: "  - {at: 2m, setImage: 'example.com/agent:3'}\n",
        rest: "",
        arguments: &[DECISIONS, "--within=10m", "--worst=10%"],
    },
    Asked {
        about: "an autoscaler that adds nodes meanwhile",
        events: "  - {at: 2m, scaleUp: {pool: node, count: 10}}\n",
        rest: "",
        arguments: &[DECISIONS, "--within=5m"],
    },
    Asked {
        about: "a limit shorter than the rollout",
        events: "",
        rest: "until: {limit: 3m}\n",
        arguments: &[DECISIONS, "--worst=50%"],
    },
    Asked {
        about: "settings that are the same on so few nodes",
        events: "",
        rest: "",
        arguments: &["--set=cluster.nodes=4", "--vary=maxUnavailable=1,25%,50%", "--within=10m"],
    },
    Asked {
        about: "good and bad images",
        events: "",
        rest: "",
        arguments: &[
            "--vary=maxUnavailable=1,10%,50%",
            "--vary=minReadySeconds=0,120",
            "--with-fault=crash:90s,neverReady",
            "--within=1h",
            "--hit=10%",
        ],
    },
    Asked {
        about: "circumstances in all of which a setting is good",
        events: "",
        rest: "",
        arguments: &["--vary=maxUnavailable=1,10%,50%", "--vary=nodes=10,40", "--within=6m"],
    },
    Asked {
        about: "circumstances in all of which no setting is good",
        events: "",
        rest: "",
        arguments: &[
            "--vary=maxUnavailable=1,5",
            "--given=nodes=10,40",
            "--within=5m",
            "--worst=10%",
        ],
    },
];

fn folder(Asked { events, rest, about, .. }: &Asked) -> Folder {
    let fleet = if *about == "another DaemonSet that is stuck" {
        let (head, tail) = FLEET.split_once("events:").unwrap();
        let other = head.split_once("daemonSets:\n").unwrap().1.replace("agent", "other");
        let tail = tail
            .replace("'example.com/agent:2'", "{daemonSet: agent, image: 'example.com/agent:2'}");
        format!("{head}{other}events:{tail}")
    } else {
        FLEET.to_owned()
    };
    Folder::with(&format!("{fleet}{events}{rest}"))
}

fn ask(asked: &Asked) -> (Folder, Vec<&'static str>) {
    let fixed: &[&str] = &["compare", "fleet.yaml", "--quiet", "--seeds=1..60"];
    (folder(asked), [fixed, asked.arguments].concat())
}

#[test]
fn advice_is_right_in_every_kind_of_sweep() {
    let mut text = String::new();
    for asked in &ALL {
        let (folder, arguments) = ask(asked);
        let printed = folder.print(&arguments);
        let command = arguments.join(" ");
        writeln!(text, "# {}\n$ rollcast {command}\n{printed}", asked.about).unwrap();
        let table = printed.lines().filter(|line| !line.contains('='));
        let widest = table.map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 80, "{}: {widest} columns", asked.about);
    }
    check("advice.txt", text.trim_end());
}

/// The advice of a sweep as an object; another goal needs no further runs.
fn json(about: &str, more: &[&[&str]]) -> Vec<Value> {
    let asked = ALL.iter().find(|it| it.about == about).unwrap();
    let (folder, arguments) = ask(asked);
    let print = |more: &&[&str]| {
        let fixed: &[&str] = &["--resume", "--output=json"];
        let printed = folder.print(&[&arguments[..], more, fixed].concat());
        serde_json::from_str(&printed).unwrap()
    };
    [&&[][..]].into_iter().chain(more).map(print).collect()
}

fn figure<'a>(study: &'a Value, setting: &str, name: &str) -> &'a Value {
    let settings = study["settings"].as_array().unwrap();
    &settings.iter().find(|it| it["setting"] == setting).unwrap()["figures"][name]
}

/// 20 nodes: with `minReadySeconds` longer than it takes to crash, the budget is all that is hit.
#[test]
fn a_bad_image_hits_no_more_than_the_budget_where_min_ready_seconds_are_long_enough() {
    let more: [&[&str]; 2] = [&["--cheapest=duration"], &["--cheapest=surgePods"]];
    let found = json("good and bad images", &more);
    let [study, quick, room] = found.as_slice() else { panic!("{found:?}") };
    for (share, nodes) in [("1", 1), ("10%", 2), ("50%", 10)] {
        let named = |rest: &str| format!("maxUnavailable={share}, minReadySeconds={rest}");
        let hit = |setting: &str| figure(study, setting, "hit_nodes");
        assert_eq!(hit(&named("120, crash:1m30s"))["max"], nodes);
        assert_eq!(hit(&named("120, neverReady"))["max"], nodes);
        assert_eq!(hit(&named("0, good image"))["max"], 0);
        assert!(hit(&named("0, crash:1m30s"))["min"].as_u64().unwrap() > nodes, "{share}");
        let after = figure(study, &named("120, crash:1m30s"), "hit_after_us");
        // It crashes 90 s after it has started, and the next one is not touched.
        let after = after["p50"].as_u64().unwrap() / 1_000_000;
        assert!((90..200).contains(&after), "{after}");
    }
    assert_eq!(study["recommended"], "maxUnavailable=1, minReadySeconds=120");
    assert_eq!(quick["recommended"], "maxUnavailable=10%, minReadySeconds=120");
    // Both cost the same room, which is none: the fewest unavailable nodes decide.
    assert_eq!(room["recommended"], "maxUnavailable=1, minReadySeconds=120");
}

#[test]
fn a_surge_hits_nobody_before_the_new_pod_is_available() {
    let asked = Asked {
        about: "",
        events: "",
        rest: "",
        arguments: &[
            "--vary=maxSurge=10%",
            "--vary=minReadySeconds=0,120",
            "--with-fault=crash:90s,neverReady",
        ],
    };
    let (folder, arguments) = ask(&asked);
    let printed = folder.print(&[&arguments[..], &["--output=json"]].concat());
    let study: Value = serde_json::from_str(&printed).unwrap();
    let most = |setting: &str, name: &str| figure(&study, setting, name)["max"].as_u64().unwrap();
    for (setting, is_hit) in [
        ("maxSurge=10%, minReadySeconds=0, neverReady", false),
        ("maxSurge=10%, minReadySeconds=120, crash:1m30s", false),
        ("maxSurge=10%, minReadySeconds=0, crash:1m30s", true),
    ] {
        assert_eq!(most(setting, "hit_nodes") > 0, is_hit, "{setting}");
        // For a moment a new pod may be there before the old one of another node is asked to go.
        assert!((2..=3).contains(&most(setting, "surge_pods")), "{setting}");
    }
}

/// What differs is compared with the same decision in the same circumstance.
#[test]
fn settings_are_compared_within_their_circumstance() {
    let study = &json("circumstances in all of which a setting is good", &[])[0];
    let settings = study["settings"].as_array().unwrap();
    for it in settings {
        let is_base = it["decision"] == "maxUnavailable=1";
        assert_eq!(it["differences"].as_object().unwrap().is_empty(), is_base, "{it}");
    }
    assert_eq!(study["differences_shown"], 2 * 2 * 4);
    assert_eq!(study["recommended"], "maxUnavailable=10%");
    let none = &json("circumstances in all of which no setting is good", &[])[0];
    assert_eq!(none["recommended"], Value::Null);
}

/// 10 % of 25 nodes are 2.5: a limit of 10 % allows two, though `maxUnavailable: 10%` takes three.
#[test]
fn a_share_of_a_goal_rounds_down() {
    let folder = Folder::new();
    let arguments = [
        "compare",
        "fleet.yaml",
        "--set=cluster.nodes=25",
        "--worst=10%",
        "--quiet",
        "--vary=maxUnavailable=2,10%",
        "--output=json",
    ];
    let study: Value = serde_json::from_str(&folder.print(&arguments)).unwrap();
    let reaches = |setting: usize| &study["settings"][setting]["verdict"]["reaches"];
    assert_eq!((reaches(0), reaches(1)), (&"yes".into(), &"no".into()));
}

/// A study of ten nodes with these events, as an object.
fn study(events: &str, rest: &str, arguments: &[&str]) -> Value {
    let fleet = FLEET.replace("nodes: 20", "nodes: 10");
    let folder = Folder::with(&format!("{fleet}{events}{rest}"));
    let fixed = ["compare", "fleet.yaml", "--quiet", "--output=json", "--seeds=1..60"];
    serde_json::from_str(&folder.print(&[&fixed[..], arguments].concat())).unwrap()
}

/// Whatever happens afterwards, and whatever `minReadySeconds` are.
#[test]
fn a_bad_image_that_is_never_ready_hits_the_whole_budget() {
    for (events, rest) in [
        ("  - {at: 6m, rolloutUndo: agent}\n", ""),
        ("  - {at: 20m, reboot: all}\n", ""),
        ("  - {at: 21m, mendImage: 'example.com/agent:2'}\n", "until: 60m\n"),
    ] {
        let faults = "--with-fault=neverReady,pullError,crash";
        let vary = ["--vary=maxUnavailable=3", "--vary=minReadySeconds=0,600", faults];
        let study = study(events, rest, &vary);
        for setting in study["settings"].as_array().unwrap() {
            let hit = &setting["figures"]["hit_nodes"];
            let is_good = setting["circumstance"] == "good image";
            let expected = if is_good { 0 } else { 3 };
            assert_eq!(hit["p50"], expected, "{events}: {setting}");
        }
    }
}

/// They were out before the update, which keeps them out.
#[test]
fn nodes_that_an_update_finds_without_service_are_hit_if_its_pods_fail() {
    let events = "  - {at: 50s, unready: {nodes: all}}\n  - {at: 90s, ready: {nodes: all}}\n";
    let arguments = ["--with-fault=neverReady", "--hit=20%"];
    let study = study(events, "", &arguments);
    assert_eq!(figure(&study, "neverReady", "hit_nodes")["min"], 10);
    assert_eq!(figure(&study, "good image", "hit_nodes")["max"], 0);
    assert_eq!(study["recommended"], Value::Null);
}

/// Four are 40 % of ten nodes and 10 % of forty; 20 % are more nodes of forty, and always 20 %.
#[test]
fn the_cheapest_by_hits_is_judged_by_shares_of_the_fleet() {
    let vary = ["--vary=maxUnavailable=4,20%", "--given=nodes=10,40", "--with-fault=neverReady"];
    let view = ["--hit=50%", "--cheapest=hit"];
    let study = study("", "", &[&vary[..], &view].concat());
    let hit = |setting: &str| figure(&study, setting, "hit_nodes")["p50"].as_u64();
    let most = |decision: &str| hit(&format!("maxUnavailable={decision}, nodes=40, neverReady"));
    assert_eq!((most("4"), most("20%")), (Some(4), Some(8)));
    assert_eq!(study["recommended"], "maxUnavailable=20%");
}

/// What happens to nodes and pods meanwhile is not the image's.
#[test]
fn a_good_image_hits_nobody() {
    for events in [
        "  - {at: 7m, unready: {nodes: [node-3]}}\n",
        "  - {at: 2m, pressure: {nodes: [node-3], kind: memory, evict: true}}\n",
        "  - {at: 90s, reboot: {nodes: all, duration: 5m}}\n",
        "  - {at: 2m, fail: {count: 2}}\n  - {at: 6m, recover: all}\n",
        "  - {at: 70s, setImage: 'example.com/agent:3'}\n",
    ] {
        for rest in ["", "latencies: {imagePull: 10m}\nuntil: 8m\n"] {
            let study = study(events, rest, &["--vary=maxUnavailable=3"]);
            let setting = &study["settings"][0]["figures"];
            assert_eq!(setting["hit_nodes"]["max"], 0, "{events}{rest}");
            assert_eq!(setting["surge_pods"]["max"], 0, "{events}{rest}");
        }
    }
}

/// A later bad update counts from its own start.
#[test]
fn hits_are_timed_from_the_update_that_hits() {
    let events = "  - {at: 30s, breakImage: {image: 'example.com/agent:3', fault: neverReady}}\n  \
                  - {at: 60m, setImage: 'example.com/agent:3'}\n";
    let study = study(events, "", &["--vary=maxUnavailable=3"]);
    let after = &study["settings"][0]["figures"]["hit_after_us"]["max"];
    assert!(after.as_u64().unwrap() < 60_000_000, "{after}");
}

/// Whoever tries bad images wants good ones to be rolled out.
#[test]
fn a_good_image_must_be_complete_where_bad_ones_are_tried() {
    let refuses = "  - {at: 61s, refusePods: {message: quota}}\n";
    let asked = ["--vary=maxUnavailable=1", "--hit=10%", "--with-fault=neverReady"];
    let study = study(refuses, "until: 2h\n", &asked);
    assert_eq!(study["recommended"], Value::Null, "{}", study["advice"]);
}

/// No setting is good in both, and in one of them it is not known yet.
#[test]
fn a_circumstance_of_which_too_little_is_known_is_not_given_up() {
    let arguments =
        ["--vary=maxUnavailable=1,2", "--given=nodes=10,100", "--within=8m", "--seeds=1..10"];
    let folder = Folder::new();
    let fixed = ["compare", "fleet.yaml", "--quiet"];
    let printed = folder.print(&[&fixed[..], &arguments].concat());
    assert!(printed.contains("nodes=10: too few seeds to tell"), "{printed}");
    assert!(printed.contains("nodes=100: none"), "{printed}");
}
