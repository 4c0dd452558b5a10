//! What arithmetic says about an update holds in runs of it.

use rollcast::input::{Limits, Source};
use rollcast::report::preflight::preflight_lines;
use rollcast::scenario::{Action, Files, Override, Scenario, TimedAction, read};
use rollcast::study::{Fate, Preflight, estimates, metrics_of, preflight};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};
use crate::tool::{FLEET, Folder};

struct Shipped;

impl Files for Shipped {
    fn read(&self, path: &str, _: &Limits) -> Result<Vec<u8>, String> {
        std::fs::read(format!("{}/scenarios/{path}", env!("CARGO_MANIFEST_DIR")))
            .map_err(|error| error.to_string())
    }
}

fn scenario(text: &str, sets: &[String]) -> Scenario {
    let sets: Vec<Override> = sets.iter().map(|it| Override::parse(it).unwrap()).collect();
    read(Source::new("x.yaml", text), &Shipped, &sets).unwrap().scenario
}

/// No run is quicker than the bound, and none moves that was said to stall, as long as nothing
/// happens to nodes after the update. If nothing else happens at all, a typical run takes about
/// as long as medians say.
#[track_caller]
fn check(name: &str, scenario: &Scenario, is_typical: bool) {
    let record = simulate(scenario, &Options::default(), |_| ());
    // Arithmetic knows no rollout that is stuck until an event that waits for that.
    let is_typical = is_typical && scenario.events.iter().all(|timed| timed.wait.is_none());
    for estimate in estimates(scenario) {
        let later = |timed: &TimedAction| {
            timed.at > estimate.at && matches!(timed.action, Action::Nodes { .. })
        };
        if estimate.nodes_change || scenario.events.iter().any(later) {
            continue;
        }
        let Some(budget) = &estimate.budget else { continue };
        let metrics = metrics_of(&record, Some(&estimate.daemon_set));
        if estimate.trigger.is_empty() {
            continue;
        }
        if let Some(duration) = metrics.duration.filter(|_| budget.free > 0) {
            assert!(duration >= budget.at_least, "{name}: {duration} in {estimate:?}");
            if is_typical && scenario.events.iter().all(|timed| timed.at == estimate.at) {
                let (ran, about) = (duration.as_micros(), budget.by_medians.as_micros());
                let is_near = ran * 2 <= about * 3 && about * 2 <= ran * 3;
                assert!(is_near, "{name}: {duration} is not about {}", budget.by_medians);
            }
        }
        if budget.free == 0 && estimate.desired > 0 {
            assert_eq!((metrics.duration, metrics.updated), (None, 0), "{name}: {estimate:?}");
        }
    }
}

#[test]
fn bounds_hold_in_the_shipped_scenarios() {
    let folder = format!("{}/scenarios", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let is_scenario = path.extension().is_some_and(|it| it == "yaml");
        if is_scenario && !path.ends_with("from-snapshot.yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let scenario = scenario(&text, &[]);
            // On a bad day a run takes longer than its medians say.
            let is_usual = scenario.latencies.per_run.is_empty();
            check(&path.display().to_string(), &scenario, is_usual);
        }
    }
}

#[test]
fn bounds_hold_for_many_budgets() {
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate.maxUnavailable";
    for (nodes, budget, ready) in
        [(1, "1", 0), (7, "3", 10), (20, "10%", 0), (20, "33%", 60), (50, "100%", 5)]
    {
        let sets = [
            format!("cluster.nodes={nodes}"),
            format!("{path}={budget}"),
            format!("daemonSets[0].spec.minReadySeconds={ready}"),
        ];
        let scenario = scenario(FLEET, &sets);
        let estimate = &estimates(&scenario)[0];
        assert_eq!(estimate.desired, nodes);
        check(budget, &scenario, false);
    }
}

/// Where runs differ, some are quicker than any bound by the latencies as they are written; slow
/// nodes make none quicker, and the medians longer.
#[test]
fn bounds_hold_on_good_days() {
    let of = |keys: &[&str]| {
        let constant = ["imagePull", "containerStart", "terminate"];
        let sets = constant.iter().map(|phase| format!("latencies.{phase}=10s"));
        let sets: Vec<String> = sets.chain(keys.iter().map(|&it| it.to_owned())).collect();
        let budget = estimates(&scenario(FLEET, &sets))[0].budget.clone().unwrap();
        (budget.at_least, budget.by_medians)
    };
    let (least, medians) = of(&[]);
    assert_eq!(least, SimDuration::from_secs(600));
    let days: Vec<String> = ["imagePull", "containerStart", "terminate"]
        .map(|phase| format!("latencies.perRun.{phase}.sigma=0.5"))
        .into();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    // What is left is what the controller's client takes.
    assert_eq!(of(&days), (SimDuration::from_millis(500), medians));
    let (slow_least, slow_medians) = of(&["latencies.slowNodes={share: 50%, factor: 3}"]);
    assert_eq!(slow_least, least);
    let ratio = slow_medians.as_micros() * 100 / medians.as_micros();
    assert!((190..=200).contains(&ratio), "{ratio}%");
    for seed in 1..=10 {
        let seed = format!("seed={seed}");
        let sets: Vec<String> =
            days.iter().map(|&it| it.to_owned()).chain([seed.clone()]).collect();
        check(&seed, &scenario(FLEET, &sets), false);
    }
}

/// Pods that stay on silent nodes spend the budget although none belongs there any more; pods that
/// were ended in order do not.
#[test]
fn dead_nodes_spend_what_runs_say() {
    let fleet = FLEET.replace("events:\n", "events:\n  - {at: 10s, fail: node-2}\n");
    for event in [
        "{at: 10s, fail: node-2}",
        "{at: 10s, fail: [node-2, node-7, node-9]}",
        "{at: 10s, shutdown: node-2}",
    ] {
        let sets = [
            format!("events[0]={event}"),
            "events[1].at=5m".to_owned(),
            "cluster.nodes=10".to_owned(),
        ];
        let scenario = scenario(&fleet, &sets);
        let estimate = &estimates(&scenario)[0];
        let record = simulate(&scenario, &Options::default(), |_| ());
        let status = record.summary.daemon_sets[0].status;
        assert_eq!(estimate.desired, status.desired, "{event}");
        let moves = estimate.budget.as_ref().is_some_and(|budget| budget.free > 0);
        assert_eq!(moves, status.updated > 0, "{event}");
    }
}

/// Nodes that join after the worst moment were not there then.
#[test]
fn the_worst_moment_counts_the_nodes_of_that_moment() {
    let wanted = |sets: &[&str]| {
        let sets: Vec<String> =
            sets.iter().chain(&["until=15m"]).map(|it| (*it).to_owned()).collect();
        let fleet = FLEET.to_owned() + "  - {at: 10m, join: 20}\n";
        let record = simulate(&scenario(&fleet, &sets), &Options::default(), |_| ());
        let metrics = metrics_of(&record, None);
        (metrics.worst, metrics.wanted)
    };
    assert_eq!(wanted(&[]), (1, 20));
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate";
    let surge = [&format!("{path}.maxSurge=1")[..], &format!("{path}.maxUnavailable=0")];
    assert_eq!(wanted(&surge), (0, 40), "there is no worst moment, so the end counts");
}

/// An image that is there already updates nothing.
#[test]
fn an_image_that_is_there_begins_no_update() {
    let events = "events:\n  - {at: 30s, setImage: 'example.com/agent:1'}\n";
    let scenario = scenario(&FLEET.replace("events:\n", events), &[]);
    let estimate = &estimates(&scenario)[0];
    assert_eq!((estimate.at.as_secs(), estimate.trigger.as_str()), (60, "set image main=2"));
}

/// What arithmetic tells, beside what a simulation does.
#[test]
fn check_tells_of_budgets_and_dead_nodes() {
    let tolerant = FLEET
        .replace("        spec:\n", "        spec:\n          tolerations: [{operator: Exists}]\n");
    let dead = "  - {at: 10s, fail: {count: 20}}\n";
    let folder = Folder::with(&tolerant.replace("events:\n", &format!("events:\n{dead}")));
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate";
    let check = |sets: &[&str], expected: &[&str]| {
        let sets: Vec<String> = sets.iter().map(|set| format!("--set={set}")).collect();
        let mut arguments = vec!["check", "fleet.yaml"];
        arguments.extend(sets.iter().map(String::as_str));
        let printed = folder.print(&arguments);
        let missing = expected.iter().find(|part| !printed.contains(**part));
        assert_eq!(missing, None, "{printed}");
    };
    let late = "events[1].at=5m";
    let nodes = "cluster.nodes=288";
    check(
        &[nodes, late, &format!("{path}.maxUnavailable=5%")],
        &[
            "default/agent: set image main=2 at 5m: hangs at 0 of 288 nodes: budget 15 is spent by ",
            "what helps: kubectl delete node ",
            r#""maxUnavailable":21}}}}' (or 7%) updates 268 of 288; "#,
            "; maxUnavailable 5% of 288 nodes is 15, rounded up; it cannot complete while 20 of 288 \
             nodes are dead\n",
        ],
    );
    check(
        &[nodes, late, &format!("{path}.maxUnavailable=7%"), "latencies.imagePull=10s"],
        &[
            "default/agent: set image main=2 at 5m: hangs at 268 of 288 nodes: waiting for",
            "; maxUnavailable 7% of 288 nodes is 21, rounded up; 20 dead nodes spend of it, 1 left; \
             it cannot complete while 20 of 288 nodes are dead\n",
        ],
    );
    let none = "daemonSets[0].spec.template.spec.tolerations=[]";
    check(
        &["cluster.nodes=10", late, none, "events[0].fail.count=1"],
        &["hangs at 0 of 9 nodes: budget 1 is spent by ", "; maxUnavailable 1 of 9 nodes\n"],
    );
    check(
        &[
            "cluster.nodes=10",
            late,
            none,
            "events[0]={at: 10s, shutdown: {nodes: [node-2]}}",
            "latencies.imagePull=10s",
        ],
        &[
            "default/agent: set image main=2 at 5m: maxUnavailable 1 of 9 nodes; 9 rounds, at least \
           1m30s, about 1m48s by medians\n",
        ],
    );
}

const A: DaemonSet<'_> =
    DaemonSet { name: "a", namespace: "default", container_name: "main", image: "x/a:1", ..AGENT };
const B: DaemonSet<'_> = DaemonSet { name: "b", ..A };

/// Everything is as it is unless a scenario says otherwise.
pub(crate) const REAL: Setting<'_> = Setting {
    until: "",
    control_plane: "",
    kubelet: "",
    latencies: "",
    daemon_sets: Some(&[A]),
    ..SETTING
};

fn load(setting: &Setting<'_>, events: &[&str]) -> Scenario {
    let lines: Vec<String> = events.iter().map(|event| format!("  - {event}\n")).collect();
    setting.load(&lines.concat())
}

const ON_OLD: &str = "nodeSelector: {rollcast.dev/pool: old}";
const ON_FRESH: &str = "nodeSelector: {rollcast.dev/pool: fresh}";
const MANY: &str = "updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}";

/// What is shared by all nodes or comes with every pull lasts as long in runs.
#[test]
fn what_takes_long_in_runs_is_in_the_bound() {
    let check = |nodes: u32, keys: &str, least: u64| {
        let setting = Setting {
            until: "{rolloutComplete: true, limit: 3h}",
            nodes,
            keys,
            daemon_sets: Some(&[DaemonSet { spec: MANY, ..A }]),
            ..REAL
        };
        let scenario = load(&setting, &["{at: 10m, setImage: 'x/a:2'}"]);
        let record = simulate(&scenario, &Options::default(), |_| ());
        let ran = metrics_of(&record, None).duration.unwrap();
        let budget = estimates(&scenario)[0].budget.clone().unwrap();
        assert!(budget.at_least.as_secs() >= least, "{keys}: {budget:?}");
        assert!(budget.at_least <= ran, "{keys}: {ran} in {budget:?}");
        assert!(ran.as_micros() * 2 <= budget.by_medians.as_micros() * 3, "{keys}: {ran}");
    };
    // 80 s to receive and 100 s to unpack.
    let sizes = "images: {'x/*': {size: 10GB}}";
    check(1, &format!("{sizes}\nnetwork: {{node: {{bandwidth: 1Gbit/s}}, unpack: 100MB/s}}"), 180);
    check(40, "images: {'x/*': {size: 1MB}}\nnetwork: {registry: {requestsPerSecond: 1}}", 39);
    check(60, "controlPlane: {scheduler: {kubeApiQps: 1, kubeApiBurst: 2}}", 58);
}

/// Pods that are not available are replaced beyond the budget, and so are images that a node has
/// already; a bound that forgot them would be broken.
#[test]
fn the_bound_knows_what_happened_before() {
    let setting = Setting {
        until: "{rolloutComplete: true, limit: 3h}",
        cluster: "nodePools: [{name: old, count: 10}, {name: fresh, count: 10}]",
        keys: "images: {'x/*': {size: 1GB}}",
        ..REAL
    };
    let check = |daemon_sets: &[DaemonSet<'_>], events: &[&str], bounds: &[bool]| {
        let scenario = load(&Setting { daemon_sets: Some(daemon_sets), ..setting }, events);
        let record = simulate(&scenario, &Options::default(), |_| ());
        for (estimate, bound) in estimates(&scenario).iter().zip(bounds) {
            let budget = estimate.budget.as_ref().unwrap();
            assert_eq!(!budget.at_least.is_zero(), *bound, "{events:?}: {estimate:?}");
            let ran = metrics_of(&record, Some(&estimate.daemon_set)).duration;
            assert!(ran.is_some_and(|ran| ran >= budget.at_least), "{events:?}: {ran:?}");
        }
    };
    let slow = DaemonSet { spec: "minReadySeconds: 60", ..A };
    let update = "{at: 10m, setImage: {daemonSet: a, image: 'x/a:2'}}";
    check(&[slow], &[update], &[true]);
    check(&[slow], &["{at: 9m, unready: {daemonSet: a, nodes: all}}", update], &[false]);
    check(&[slow], &["{at: 9m, failPods: {daemonSet: a, nodes: all}}", update], &[false]);
    let moved = DaemonSet { pod: ON_FRESH, image: "x/a:2", ..A };
    let apply = format!("{{at: 10m, apply: {moved}}}");
    check(&[DaemonSet { pod: ON_OLD, ..A }], &[&apply], &[false]);
    check(&[A], &[&apply], &[true]);
    let other = DaemonSet { spec: MANY, ..B };
    let earlier = "{at: 1m, setImage: {daemonSet: b, image: 'x/a:2'}}";
    check(&[A, other], &[earlier, update], &[true, true]);
}

/// An image is known to the nodes whose pods have it, not to the whole cluster.
#[test]
fn an_image_is_pulled_where_it_was_not() {
    let check = |pod: &str, least: u64, most: u64| {
        let a = DaemonSet { pod: ON_FRESH, ..A };
        let b = DaemonSet { pod, image: "x/a:2", ..B };
        let setting = Setting {
            cluster: "nodePools: [{name: old, count: 10}, {name: fresh, count: 10}]",
            latencies: "imagePull: 1m",
            daemon_sets: Some(&[a, b]),
            ..REAL
        };
        let events = ["{at: 10m, setImage: {daemonSet: a, image: 'x/a:2'}}"];
        let scenario = load(&setting, &events);
        let took = estimates(&scenario)[0].budget.as_ref().unwrap().by_medians.as_secs();
        assert!((least..most).contains(&took), "{pod}: {took}");
    };
    check(ON_OLD, 600, 700);
    check(ON_FRESH, 0, 100);
}

/// A line of `check` per case.
#[test]
fn what_is_not_told_is_not_claimed() {
    let check = |spec: &str, pod: &str, events: &[&str], expected: &str| {
        let daemon_sets = &[DaemonSet { spec, pod, ..A }];
        let setting = Setting { nodes: 5, daemon_sets: Some(daemon_sets), ..REAL };
        let scenario = load(&setting, events);
        let lines =
            preflight_lines(&Preflight { estimates: estimates(&scenario), ..Preflight::default() });
        assert_eq!(lines, [format!("default/a: {expected}")], "{events:?}");
    };
    let update = "{at: 10m, setImage: 'x/a:2'}";
    let untold = "set image main=2 at 10m: maxUnavailable 1; nodes change before the update, so \
                  run it";
    let ssd = "nodeSelector: {disk: ssd}";
    let label = "{at: 1m, label: {nodes: {percent: 50%}, labels: {disk: ssd}}}";
    check("", ssd, &[label, update], untold);
    let tolerant = "tolerations: [{operator: Exists}]";
    for event in [
        "{at: 1m, taint: {nodes: {percent: 50%}, taint: 'x=y:NoExecute'}}",
        "{at: 1m, join: 3}",
        "{at: 1m, leave: {count: 3}}",
    ] {
        check("", tolerant, &[event, update], untold);
    }
    let fail = "{at: 1m, fail: [node-1, node-2]}";
    check("", tolerant, &[fail, "{at: 2m, recover: {count: 4}}", update], untold);
    let all = "{at: 1m, fail: all}";
    check(
        "",
        tolerant,
        &[all, update],
        "set image main=2 at 10m: stalls at 0/5: 5 unavailable >= 1; maxUnavailable 1 of 5 nodes; \
         it cannot complete while 5 of 5 nodes are dead",
    );
    let two = "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}";
    check(
        two,
        tolerant,
        &["{at: 1m, fail: {count: 1}}", "{at: 2m, fail: {count: 1}}", update],
        "set image main=2 at 10m: maxUnavailable 2 of 5 nodes; at least 1 dead node spends of it, \
         at most 1 left; it cannot complete while at least 1 of 5 nodes is dead; 4 rounds, about \
         40s by medians",
    );
    // Nobody has noticed it yet.
    check(
        two,
        tolerant,
        &["{at: 595s, fail: node-1}", update],
        "set image main=2 at 10m: maxUnavailable 2 of 5 nodes; it cannot complete while 1 of 5 \
         nodes is dead; 3 rounds, about 30s by medians",
    );
    check(
        "minReadySeconds: 30, updateStrategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}",
        "",
        &[update],
        "set image main=2 at 10m: maxSurge 2 of 5 nodes; may hang: the wake-up after \
         minReadySeconds can be lost; 3 rounds, at least 1m30s, about 1m57s by medians",
    );
    // There is no update of pods that are there, so the start is told.
    let start = "an update without new images: maxUnavailable 1 of 5 nodes; 5 rounds, about \
                 10s by medians";
    let apply = format!("{{at: 10m, apply: {}}}", DaemonSet { image: "x/a:2", ..A });
    check("", "", &["{at: 1m, delete: a}", &apply], start);
    check("", "", &["{at: 1m, leave: [node-1, node-2]}"], start);
}

/// Old and new pod need not be alike, and others are there, too.
#[test]
fn a_second_pod_fits_beside_the_first() {
    let spec = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let check = |(old, new): (&str, &str), pod: &str, other: &str, fits: bool| {
        let like = |container| DaemonSet { spec, pod, image: "i", container, ..A };
        let b = DaemonSet { image: "i", container: other, ..B };
        let setting = Setting {
            until: "30m",
            cluster: "nodePools: [{name: pool, count: 3, allocatable: {cpu: 4}, \
                      otherPods: {count: 1, requests: {cpu: 1}}}]",
            daemon_sets: Some(&[like(old), b]),
            ..REAL
        };
        let scenario = load(&setting, &[&format!("{{at: 10m, apply: {}}}", like(new))]);
        let checked = preflight(&scenario);
        let told = checked.forecasts.iter().any(|it| matches!(it.fate, Fate::Completes(_)));
        assert_eq!(told, fits, "{old} {new} {other}");
        let record = simulate(&scenario, &Options::default(), |_| ());
        let is_complete = metrics_of(&record, Some("default/a")).duration.is_some();
        assert_eq!(is_complete, fits, "{old} {new} {other}");
    };
    let (one, two) = ("resources: {requests: {cpu: 1}}", "resources: {requests: {cpu: 2}}");
    let half = "resources: {requests: {cpu: 500m}}";
    check((two, half), "", half, true);
    check((half, two), "", half, true);
    check((two, one), "", half, false);
    check((half, one), "", two, false);
    let critical = "priorityClassName: system-node-critical";
    check((two, one), critical, half, true);
    let port = |port: u16| format!("ports: [{{containerPort: 80, hostPort: {port}}}]");
    check(("ports: []", &port(80)), "", half, true);
    check((&port(81), &port(80)), "", half, true);
    check((&port(80), &port(80)), "", half, false);
}

/// Events are gone through once for all DaemonSets, and draws need no list of nodes each: this would
/// take minutes and gigabytes.
#[test]
fn thousands_of_draws_are_gone_through_once() {
    let events: Vec<String> =
        (0..5_000).map(|second| format!("{{at: {second}s, fail: {{count: 2}}}}")).collect();
    let names: Vec<(String, String)> =
        (0..50).map(|number| (format!("a{number}"), format!("x/a{number}:1"))).collect();
    let daemon_sets: Vec<DaemonSet<'_>> =
        names.iter().map(|(name, image)| DaemonSet { name, image, ..A }).collect();
    let mut events: Vec<&str> = events.iter().map(String::as_str).collect();
    events.push("{at: 2h, setImage: {daemonSet: a7, image: 'x/a:2'}}");
    let setting = Setting { until: "3h", nodes: 1_000, daemon_sets: Some(&daemon_sets), ..REAL };
    let estimates = estimates(&load(&setting, &events));
    let dead = |index: usize| (estimates[index].dead, estimates[index].dead_at_least);
    assert_eq!((dead(7), dead(49)), ((2, true), (0, false)));
}
