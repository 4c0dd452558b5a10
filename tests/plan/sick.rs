//! Sick clusters: what a snapshot shows lasts until an event changes it.

use rollcast::api::KubernetesVersion::V1_36;
use rollcast::record::{Belief, Record, What};
use rollcast::report::beliefs::beliefs_note;
use rollcast::study::{Fate, preflight};
use rollcast::time::SimDuration;

use crate::{go_on_until, plan, scenario};

/// A pod on node `a` that is in trouble: what a snapshot says of pod and node, and what helps.
struct Cause {
    pod: &'static str,
    node: &'static str,
    belief: Belief,
    /// How old the pod is, in seconds.
    ages: &'static [&'static str],
    remedy: &'static str,
}

const AGES: &[&str] = &["100", "5000"];
const OLD: &[&str] = &["5000"];

const CAUSES: [Cause; 11] = [
    Cause {
        pod: "a new waiting=CrashLoopBackOff restarts=12",
        node: "",
        belief: Belief::Crashes,
        ages: AGES,
        remedy: "mendImage: \"agent:*\"",
    },
    Cause {
        pod: "a new unready restarts=3",
        node: "",
        belief: Belief::Crashes,
        ages: AGES,
        remedy: "mendImage: \"agent:*\"",
    },
    Cause {
        pod: "a new pending waiting=ImagePullBackOff",
        node: "",
        belief: Belief::CannotStart,
        ages: AGES,
        remedy: "mendImage: \"agent:*\"",
    },
    Cause {
        pod: "a new pending waiting=CreateContainerConfigError",
        node: "",
        belief: Belief::CannotStart,
        ages: AGES,
        remedy: "setImage: {image: \"agent:v3\"}",
    },
    Cause {
        pod: "a new pending waiting=ContainerCreating",
        node: "",
        belief: Belief::StaysPending,
        ages: OLD,
        remedy: "mendImage: \"agent:*\"",
    },
    Cause {
        pod: "a new unready",
        node: "",
        belief: Belief::StaysUnready,
        ages: OLD,
        remedy: "ready: {nodes: a}",
    },
    Cause {
        pod: "a new unready restarts=0",
        node: "",
        belief: Belief::StaysUnready,
        ages: OLD,
        remedy: "mendImage: \"agent:*\"",
    },
    Cause {
        pod: "a new pending",
        node: "Ready=False",
        belief: Belief::StaysNotReady,
        ages: AGES,
        remedy: "recover: a",
    },
    Cause {
        pod: "a new unready",
        node: "Ready=Unknown",
        belief: Belief::StaysNotReady,
        ages: AGES,
        remedy: "recover: a",
    },
    Cause {
        pod: "=a new pending unschedulable",
        node: "",
        belief: Belief::StaysUnscheduled,
        ages: AGES,
        remedy: "deletePods: {nodes: a}",
    },
    Cause {
        pod: "a old unready overdue",
        node: "",
        belief: Belief::StaysTerminating,
        ages: OLD,
        remedy: "recover: a",
    },
];

/// What else the remedy takes.
fn before(cause: &Cause) -> &'static str {
    let reboot = cause.belief == Belief::StaysTerminating;
    if reboot { "{at: 59m, fail: a}, " } else { "" }
}

fn cluster(strategy: &str, cause: &Cause, age: &str) -> String {
    format!(
        "ds {strategy}\nnode a {}\nnode b\nnode c\nrev agent-old 1 v1\nrev agent-new 2 v2
        pod agent-p {} @{age}\npod agent-q b old ready@5\npod agent-r c old ready@5",
        cause.node, cause.pod
    )
}

#[track_caller]
fn run(cluster: &str, more: &str) -> Record {
    go_on_until(cluster, more, 0, SimDuration::from_secs(7_200))
}

fn available(record: &Record) -> u32 {
    record.summary.daemon_sets[0].status.available
}

/// For two hours nothing gets well; and with the remedy everything does.
#[test]
fn what_is_sick_stays_so_until_an_event_heals_it() {
    let (mut clusters, mut hanging) = (0, 0);
    for cause in &CAUSES {
        for strategy in ["maxUnavailable=1", "maxSurge=1", "OnDelete"] {
            for age in cause.ages {
                for kubelet in ["on", "off"] {
                    hanging += u32::from(check_cause(cause, strategy, age, kubelet));
                }
                clusters += 1;
            }
        }
    }
    assert!(clusters >= 30, "{clusters} clusters");
    assert!(hanging >= 30, "{hanging} updates hang");
}

/// Says whether a restart of the rollout hangs.
fn check_cause(cause: &Cause, strategy: &str, age: &str, kubelet: &str) -> bool {
    let cluster = cluster(strategy, cause, age);
    let planned = plan("agent", V1_36, &cluster);
    assert_eq!((planned.error, planned.status.desired), (None, 3), "{cluster}");
    let switch = format!("kubelet: {kubelet}");
    let record = run(&cluster, &switch);
    assert_eq!(available(&record), 2, "it stays sick, kubelet {kubelet}:\n{cluster}");
    let hangs = check_preflight(&cluster, &switch, strategy);
    let beliefs: Vec<Belief> = record.summary.beliefs.iter().map(|it| it.belief).collect();
    assert_eq!(beliefs, [cause.belief], "{cluster}");
    let events = format!("{switch}\nevents: [{}{{at: 1h, {}}}]", before(cause), cause.remedy);
    let record = run(&cluster, &events);
    let status = record.summary.daemon_sets[0].status;
    let updated = if strategy == "OnDelete" { status.updated.max(3) } else { status.updated };
    let heals_new = !cause.remedy.starts_with("setImage") || strategy != "OnDelete";
    if heals_new {
        assert_eq!((status.available, updated), (3, 3), "{}: {cluster}", cause.remedy);
    }
    hangs
}

/// What a check says of an update that meets the sick pod is what a run says.
#[track_caller]
fn check_preflight(cluster: &str, switch: &str, strategy: &str) -> bool {
    let restart = format!("{switch}\nevents: [{{at: 1m, rolloutRestart: agent}}]");
    let Record { summary, .. } = run(cluster, &restart);
    let last = summary.daemon_sets[0].rollouts.last().unwrap();
    let checked = preflight(&scenario(cluster, &restart, SimDuration::from_secs(7_200)));
    match &checked.forecasts.last().unwrap().fate {
        Fate::Hangs(hang) => {
            assert!(last.is_stuck(&summary), "{cluster}: {last:?}");
            let mut blockers = hang.state.holds.iter().flat_map(|hold| &hold.causes);
            assert!(blockers.any(|it| it.nodes.contains(&"a".to_owned())), "{cluster}: {hang:?}");
            true
        }
        Fate::Completes(_) => {
            assert!(last.finished.is_some(), "{cluster}: {last:?}");
            false
        }
        Fate::Untold => {
            assert_eq!(strategy, "OnDelete");
            false
        }
    }
}

const USUAL: &str = "ds maxUnavailable=1\nrev agent-old 1 v1\nrev agent-new 2 v2\nnode b\n";

/// One pod may be unavailable, and one is: the old pod of node b waits for ever.
#[test]
fn what_is_sick_holds_a_rollout() {
    let updated = |rest: &str| {
        let record = run(&format!("{USUAL}pod agent-q b old ready@5\n{rest}"), "");
        record.summary.daemon_sets[0].status.updated
    };
    assert_eq!(updated("node a\npod agent-p a new waiting=CrashLoopBackOff restarts=12 @240"), 1);
    assert_eq!(updated("node a Ready=False\npod agent-p a new pending @240"), 1);
    assert_eq!(updated("node a\npod agent-p a old ready@5 overdue"), 0);
    assert_eq!(updated("node a\npod agent-p a new ready@5"), 2, "nothing is sick");
}

/// The second pod crashes on its node as the first did; with another image, or elsewhere, none does.
#[test]
fn a_replacement_from_the_same_image_crashes_on_that_node() {
    let sick = "node a\npod agent-p a new waiting=CrashLoopBackOff restarts=2 @99
        pod agent-q b new ready@5";
    let cluster = format!("{USUAL}{sick}");
    let deleted = "events: [{at: 1m, deletePods: {nodes: all}}]";
    for kubelet in ["on", "off"] {
        let end =
            |events: &str| available(&run(&cluster, &format!("kubelet: {kubelet}\n{events}")));
        assert_eq!(end(deleted), 1, "that of node b is well again");
        assert_eq!(end("events: [{at: 1m, rolloutRestart: agent}]"), 1);
        assert_eq!(end("events: [{at: 1m, fail: a}, {at: 2m, recover: a}]"), 1);
        assert_eq!(end("events: [{at: 1m, setImage: {image: \"agent:v3\"}}]"), 2);
    }
}

/// `pkg/kubelet/kuberuntime/kuberuntime_manager.go › doBackOff`: 10 s after the first restart,
/// doubled up to 5 minutes, from the end of the container on.
#[test]
fn a_crash_loop_goes_on_with_its_pause() {
    let restart_in = |pod: &str| {
        let record = run(
            &format!("{USUAL}pod agent-q b new ready@0\nnode a\npod agent-p a new unready {pod}"),
            "",
        );
        let crashed = |what: &What| match what {
            What::PodCrashed { restart_in, .. } => Some(restart_in.as_secs()),
            _ => None,
        };
        record.facts.iter().find_map(|fact| crashed(&fact.what)).unwrap()
    };
    let waits = "waiting=CrashLoopBackOff";
    assert_eq!(restart_in(&format!("{waits} restarts=12")), 300);
    assert_eq!(restart_in(&format!("{waits} restarts=12 ended@100")), 200);
    assert_eq!(restart_in(&format!("{waits} restarts=1 ended@4")), 6);
    assert_eq!(restart_in(&format!("{waits} restarts=3 ended@0")), 40);
    assert_eq!(restart_in(&format!("{waits} restarts=4000000000 ended@1000000")), 300);
    // And it is started when it is due, once its image is mended.
    let cluster = format!(
        "{USUAL}node a\npod agent-p a new {waits} restarts=12 ended@100\npod agent-q b new ready@0"
    );
    let record = run(&cluster, "kubelet: off\nevents: [{at: 150s, mendImage: \"agent:*\"}]");
    let started = |what: &What| matches!(what, What::PodStarted { .. });
    let at = record.facts.iter().find(|fact| started(&fact.what)).unwrap().at;
    assert_eq!(at.as_secs(), 200);
}

/// A kubelet that says it is not Ready has not died: what serves goes on, and is not restarted.
#[test]
fn what_serves_on_a_node_that_is_not_ready_goes_on() {
    let cluster =
        format!("{USUAL}node a Ready=False\npod agent-p a new ready@5\npod agent-q b new ready@5");
    let longest_gap = |events: &str| run(&cluster, events).summary.daemon_sets[0].longest_gap;
    assert_eq!(longest_gap(""), SimDuration::ZERO);
    assert_eq!(longest_gap("events: [{at: 1h, recover: a}]"), SimDuration::ZERO);
    let dies = longest_gap("events: [{at: 1h, fail: a}]");
    assert_ne!(dies, SimDuration::ZERO, "the machine can still die");
}

/// The grace period of a pod that was asked to terminate goes on, and does not begin anew.
#[test]
fn a_grace_period_does_not_begin_anew() {
    let cluster =
        format!("{USUAL}node a\npod agent-p a old unready ends@25\npod agent-q b new ready@0");
    let record = run(&cluster, "kubelet: off\nlatencies: {terminate: 28s}");
    let gone = |what: &What| matches!(what, What::PodRemoved { .. });
    let at = record.facts.iter().find(|fact| gone(&fact.what)).unwrap().at;
    assert_eq!(at.as_secs(), 23, "it was asked 5 s before the snapshot");
}

/// `pkg/controller/garbagecollector/garbagecollector.go › attemptToDeleteItem`: what a DaemonSet
/// owns goes before it, after it, or not at all.
#[test]
fn a_daemon_set_that_is_being_deleted_goes_on_going() {
    let pods = |words: &str| {
        let cluster = format!(
            "ds {words}\nrev agent-new 2 v2\nnode a\nnode b
            pod agent-p a new ready@5\npod agent-q b new ready@5"
        );
        let record = run(&cluster, "");
        assert!(record.summary.daemon_sets[0].deleted.is_some(), "{words}");
        record.summary.daemon_sets[0].pods_deleted
    };
    assert_eq!(pods("deleting finalizer=foregroundDeletion"), 2);
    assert_eq!(pods("deleting finalizer=orphan"), 0);
    assert_eq!(pods("deleting finalizer=example.com/hold"), 0);
}

/// What is taken for granted stands in one note, each kind of it once, with what changes it.
#[test]
fn one_note_says_what_is_taken_for_granted() {
    let cluster = "ds maxUnavailable=1\nrev agent-new 2 v2\nnode 6*a\nnode b DiskPressure=True
        pod agent-p a-1 new waiting=CrashLoopBackOff restarts=2
        pod agent-q a-2 new waiting=CrashLoopBackOff restarts=2
        pod agent-r a-3 new unready @50\npod agent-s a-4 new ready@5 restarts=9
        pod agent-t a-5 new failed\npod agent-u a-6 new pending @50\npod agent-v b new ready@5";
    let note = beliefs_note(&run(cluster, "").summary.beliefs).unwrap();
    let expected = "\
note: what a snapshot shows lasts until an event changes it
  2 pods keep crashing (default/agent-p, default/agent-q): mendImage, setImage
  1 pod younger than 10m becomes Ready (default/agent-r): breakImage
  1 pod has failed, and its node accepts the next one (default/agent-t): breakImage
  1 pod restarted often stays Ready (default/agent-s): breakImage
  1 node stays under pressure (b): relieve
";
    assert_eq!(note, expected);
    let healthy = format!("{USUAL}pod agent-q b new ready@5");
    assert_eq!(beliefs_note(&run(&healthy, "").summary.beliefs), None);
}

/// A plan says what the snapshot tells of nodes and pods that are not as they should be.
#[test]
fn a_plan_says_what_stands_in_the_snapshot() {
    let why = |rest: &str| {
        let planned = plan("agent", V1_36, &format!("{USUAL}pod agent-q b new ready@5\n{rest}"));
        let node = planned.nodes.into_iter().find(|node| node.name == "a").unwrap();
        node.why.rsplit_once(": ").map_or(String::new(), |(_, words)| words.to_owned())
    };
    let crashes = "waiting=CrashLoopBackOff restarts";
    assert_eq!(
        why(&format!("node a\npod agent-p a new {crashes}=12")),
        "CrashLoopBackOff (12 restarts)"
    );
    assert_eq!(why("node a\npod agent-p a new pending waiting=ErrImagePull"), "ErrImagePull");
    assert_eq!(
        why("node a Ready=Unknown\npod agent-p a new pending"),
        "the node's Ready is Unknown"
    );
    assert_eq!(
        why("node a\npod agent-p =a new pending unschedulable"),
        "3 too far away",
        "the scheduler's own words"
    );
    assert_eq!(why("node a\npod agent-p a new ready@5"), "");
    let deleting = |words: &str| {
        plan("agent", V1_36, &format!("ds deleting {words}\nnode a\npod agent-p a new ready@5"))
            .deleting
            .unwrap()
    };
    let since = "being deleted since 2026-03-01T11:59:50Z";
    assert_eq!(deleting("finalizer=foregroundDeletion"), since);
    assert_eq!(
        deleting("finalizer=example.com/hold"),
        format!("{since}; it waits for the finalizer example.com/hold")
    );
}

/// Statuses of containers that no template has, and of pods whose template has none.
#[test]
fn odd_statuses_make_no_run_panic() {
    for state in ["waiting=ErrImagePull", "waiting=CrashLoopBackOff", "waiting=", "restarts=7"] {
        for revision in ["hash=gone", "new", "old"] {
            let pod = format!("pod agent-p a {revision} pending {state}");
            run(&format!("ds OnDelete\nnode a\n{pod}"), "events: [{at: 1m, mendImage: \"*\"}]");
        }
    }
}
