//! What arithmetic says about an update holds in runs of it.

use rollcast::input::{Limits, Source};
use rollcast::scenario::{Action, Files, Override, Scenario, TimedAction, read};
use rollcast::study::{arithmetic, figures_of};
use rollcast::world::{Options, simulate};

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
    for estimate in arithmetic(scenario) {
        let later = |timed: &TimedAction| {
            timed.at > estimate.at && matches!(timed.action, Action::Nodes { .. })
        };
        if scenario.events.iter().any(later) {
            continue;
        }
        let Some(budget) = &estimate.budget else { continue };
        let figures = figures_of(&record, Some(&estimate.daemon_set));
        if estimate.trigger.is_empty() {
            continue;
        }
        if let Some(duration) = figures.duration.filter(|_| budget.free > 0) {
            assert!(duration >= budget.at_least, "{name}: {duration} in {estimate:?}");
            if is_typical && scenario.events.iter().all(|timed| timed.at == estimate.at) {
                let (ran, about) = (duration.as_micros(), budget.by_medians.as_micros());
                let is_near = ran * 2 <= about * 3 && about * 2 <= ran * 3;
                assert!(is_near, "{name}: {duration} is not about {}", budget.by_medians);
            }
        }
        if budget.free == 0 && estimate.desired > 0 {
            assert_eq!((figures.duration, figures.updated), (None, 0), "{name}: {estimate:?}");
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
            check(&path.display().to_string(), &scenario(&text, &[]), true);
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
        let estimate = &arithmetic(&scenario)[0];
        assert_eq!(estimate.desired, nodes);
        check(budget, &scenario, false);
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
        let estimate = &arithmetic(&scenario)[0];
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
        let figures = figures_of(&record, None);
        (figures.worst, figures.wanted)
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
    let estimate = &arithmetic(&scenario)[0];
    assert_eq!((estimate.at.as_secs(), estimate.trigger.as_str()), (60, "set image main=2"));
}

#[test]
fn check_answers_without_a_run() {
    let tolerant = FLEET
        .replace("        spec:\n", "        spec:\n          tolerations: [{operator: Exists}]\n");
    let dead = "  - {at: 10s, fail: {count: 20}}\n";
    let folder = Folder::with(&tolerant.replace("events:\n", &format!("events:\n{dead}")));
    let path = "daemonSets[0].spec.updateStrategy.rollingUpdate";
    let check = |sets: &[&str], expected: &str| {
        let sets: Vec<String> = sets.iter().map(|set| format!("--set={set}")).collect();
        let mut arguments = vec!["check", "fleet.yaml"];
        arguments.extend(sets.iter().map(String::as_str));
        assert_eq!(folder.print(&arguments), format!("default/agent: {expected}\n"));
    };
    let late = "events[1].at=5m";
    let nodes = "cluster.nodes=288";
    check(
        &[nodes, late, &format!("{path}.maxUnavailable=5%")],
        "set image main=2 at 5m: stalls at 0/288: 20 unavailable >= 15; use >= 21 \
         or 7%; maxUnavailable 5% of 288 nodes is 15, rounded up; it cannot complete while 20 of \
         288 nodes are dead",
    );
    check(
        &[nodes, late, &format!("{path}.maxUnavailable=7%"), "latencies.imagePull=10s"],
        "set image main=2 at 5m: maxUnavailable 7% of 288 nodes is 21, rounded up; \
         20 dead nodes spend of it, 1 left; it cannot complete while 20 of 288 nodes are dead; \
         268 rounds, at least 44m40s, about 54m5s by medians",
    );
    let none = "daemonSets[0].spec.template.spec.tolerations=[]";
    check(
        &["cluster.nodes=10", late, none, "events[0].fail.count=1"],
        "set image main=2 at 5m: stalls at 0/9: 1 unavailable >= 1; use >= 2 or 12%; \
         maxUnavailable 1 of 9 nodes",
    );
    check(
        &[
            "cluster.nodes=10",
            late,
            none,
            "events[0]={at: 10s, shutdown: {nodes: [node-2]}}",
            "latencies.imagePull=10s",
        ],
        "set image main=2 at 5m: maxUnavailable 1 of 9 nodes; 9 rounds, at least 1m30s, about \
         1m48s by medians",
    );
    check(
        &[
            "events[0].fail.count=0",
            &format!("{path}.maxUnavailable=0"),
            &format!("{path}.maxSurge=2"),
            "daemonSets[0].spec.template.spec.containers[0].ports=[{containerPort: 80, hostPort: 80}]",
        ],
        "set image main=2 at 1m: maxSurge 2 of 20 nodes; hangs: the old pod has \
         host port 80 until the new one is available; use maxUnavailable",
    );
    check(
        &[
            "events[0].fail.count=0",
            &format!("{path}.maxUnavailable=0"),
            &format!("{path}.maxSurge=2"),
            "daemonSets[0].spec.template.spec.containers[0].resources={requests: {cpu: 3}}",
        ],
        "set image main=2 at 1m: maxSurge 2 of 20 nodes; hangs on 20 of 20 nodes: \
         a second pod requests more than is left",
    );
}
