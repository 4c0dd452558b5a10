//! What `--set` changes, and where its problems are shown.

use crate::scenario::Action;
use crate::scenario::tests::{AGENT, load, valid};

const START: &str = "cluster: {nodes: 3}\nevents: []\n";

/// A manifest that is itself the entry of a list, or of `apply`.
fn inline(indent: &str) -> String {
    AGENT.lines().flat_map(|line| [indent, line, "\n"]).collect()
}

#[track_caller]
fn check_seconds(daemon_sets: &str, path: &str) {
    let text = format!("{START}{daemon_sets}");
    let set = format!("daemonSets[0].{path}spec.minReadySeconds=3");
    let loaded = load(&text, &[&set]).unwrap_or_else(|report| panic!("{}", report.render(false)));
    let seconds = loaded.scenario.daemon_sets[0].spec.min_ready_seconds;
    assert_eq!((seconds, loaded.warnings.problems().count()), (3, 0), "{set}");
}

#[test]
fn both_ways_to_write_the_path_reach_every_manifest() {
    let bare = format!("daemonSets:\n-\n{}", inline("  "));
    let wrapped = format!("daemonSets:\n- manifest:\n{}", inline("    "));
    let named = "daemonSets: [agent.yaml]\n";
    let under_key = "daemonSets: [{manifest: agent.yaml}]\n";
    for daemon_sets in [&*bare, &*wrapped, named, under_key] {
        check_seconds(daemon_sets, "manifest.");
        check_seconds(daemon_sets, "");
    }
    let other = load(&format!("{START}{bare}"), &["daemonSets[0].manifest=second.yaml"]).unwrap();
    assert_eq!(other.scenario.daemon_sets[0].metadata.name, "second");
}

#[test]
fn a_manifest_may_stand_directly_below_apply() {
    let text = "cluster: {nodes: 3}\nevents:\n- at: 1m\n  apply:\n".to_owned() + &inline("    ");
    assert_eq!(valid(&text).events[0].label, "apply agent");
    let set = "events[0].apply.manifest.spec.minReadySeconds=3";
    let loaded = load(&text, &[set]).unwrap();
    let Action::Apply(agent) = &loaded.scenario.events[0].action else { panic!() };
    assert_eq!(agent.spec.min_ready_seconds, 3);
}

#[test]
fn a_key_that_only_an_option_makes_is_shown_in_the_option() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";
    let report = load(text, &["expct.rolloutWithin=1m"]).unwrap_err();
    assert!(report.render(false).contains("--set:1:21"), "{}", report.render(false));
    let report = load(text, &["daemonSets[0].manifest.spc.x=1"])
        .unwrap_or_else(|report| panic!("{}", report.render(false)));
    assert!(
        report.warnings.render(false).contains("--set:1:"),
        "{}",
        report.warnings.render(false)
    );
}

#[test]
fn null_takes_a_field_away() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nseed: 7\nexpect: {rolloutWithin: 1m}\n\
                events:\n- {at: 1m, fail: node-1}\n";
    for set in ["expect=null", "expect=", "expect=~"] {
        assert!(load(text, &[set]).unwrap().scenario.expectations.is_empty(), "{set}");
    }
    let verb = ["events[0].fail=null", "events[0].leave=node-2"];
    assert_eq!(load(text, &verb).unwrap().scenario.events[0].label, "leave: node-2");
}

#[test]
fn null_takes_an_event_away() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n\
                events:\n- {at: 1m, fail: node-1}\n- {at: 2m, recover: node-1}\n";
    for set in ["events[1]=null", "events[1]="] {
        assert_eq!(load(text, &[set]).unwrap().scenario.events.len(), 1, "{set}");
    }
}

#[test]
fn a_version_keeps_its_text() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";
    let report = load(text, &["kubernetes=1.30"]).unwrap_err().render(false);
    assert!(report.contains("`1.30`"), "{report}");
    assert!(load(text, &["kubernetes=1.31"]).is_ok());
}

#[test]
fn an_invalid_manifest_has_no_further_consequences() {
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\nexpect: {rolloutWithin: 1m}\n\
                events: [{at: 1m, setImage: x/agent:v2}]\n";
    let report = load(text, &["daemonSets[0].spec.minReadySeconds=-1"]).unwrap_err();
    assert_eq!(report.problems().count(), 1, "{}", report.render(false));
}

#[test]
fn a_surge_cannot_share_a_host_port() {
    let strategy = "daemonSets[0].spec.updateStrategy={type: RollingUpdate, rollingUpdate: \
                    {maxSurge: 1, maxUnavailable: 0}}";
    let ports =
        "daemonSets[0].spec.template.spec.containers[0].ports=[{containerPort: 53, hostPort: 53}]";
    let text = "cluster: {nodes: 3}\ndaemonSets: [agent.yaml]\n";
    let warned = |sets: &[&str]| {
        let loaded = load(text, sets).unwrap_or_else(|report| panic!("{}", report.render(false)));
        loaded.warnings.problems().filter(|problem| problem.code == "surge-on-host-port").count()
    };
    assert_eq!(warned(&[strategy, ports]), 1);
    assert_eq!(warned(&[strategy]), 0);
    assert_eq!(warned(&[ports]), 0);
}
