//! What latencies leave to chance: bad days, slow nodes, what never comes, and pods of a snapshot
//! that are taken as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rollcast::input::{Limits, Source};
use rollcast::record::{Ready, Record, What};
use rollcast::report::verdict::verdicts;
use rollcast::scenario::{Files, read};
use rollcast::world::{Options, simulate};

use crate::apply;
use crate::causes::{REAL, UPDATE, explained};
use crate::daemon_set::{AGENT, DaemonSet};
use crate::scenario::{SETTING, Setting};
use crate::times::seconds;

const PROBED: &str = "readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1}";

/// When a pod was bound to which node, started and got ready, in seconds.
#[derive(Debug, Default)]
struct Life {
    node: String,
    created: f64,
    bound: f64,
    started: Option<f64>,
    ready: Option<f64>,
}

/// The lives of all pods that were bound, in the order of their names.
fn lives(record: &Record) -> Vec<Life> {
    let mut lives: BTreeMap<_, Life> = BTreeMap::new();
    for fact in &record.facts {
        let at = seconds(fact.at);
        match fact.what {
            What::PodCreated { pod, .. } => lives.entry(pod).or_default().created = at,
            What::PodBound { pod, node } => {
                let life = lives.entry(pod).or_default();
                (life.bound, life.node) = (at, record.names.get(node).to_owned());
            }
            What::PodStarted { pod } => lives.entry(pod).or_default().started = Some(at),
            What::PodReady { pod } => lives.entry(pod).or_default().ready = Some(at),
            _ => {}
        }
    }
    lives.into_values().filter(|life| !life.node.is_empty()).collect()
}

/// How long the pods of each node took to start, in seconds.
fn starts(record: &Record) -> BTreeMap<String, f64> {
    let took = |life: Life| Some((life.node, life.started? - life.bound));
    lives(record).into_iter().filter_map(took).collect()
}

/// How long the last rollout took.
fn duration(record: &Record) -> f64 {
    let rollout = record.summary.daemon_sets[0].rollouts.last().unwrap();
    seconds(rollout.finished.unwrap().saturating_sub(rollout.started))
}

fn seeded(setting: &Setting<'_>, seed: u64) -> Record {
    let keys = format!("{}\nseed: {seed}", setting.keys);
    Setting { keys: &keys, ..*setting }.run(UPDATE)
}

const SLOWER: &str = "schedule: 0s, imagePull: 0s, containerStart: 10s, ready: 0s, terminate: 0s, \
                      perRun: {containerStart: {sigma: 0.35}}";

/// Every pod of a run has the same bad day, in whatever setting; another seed is another day.
#[test]
fn a_bad_day_is_that_of_a_run() {
    let mut days = BTreeSet::new();
    for seed in 1..=5 {
        let setting = Setting { latencies: SLOWER, ..SETTING };
        let rounded = |all: BTreeMap<String, f64>| -> BTreeMap<String, String> {
            all.into_iter().map(|(node, took)| (node, format!("{took:.6}"))).collect()
        };
        let one = rounded(starts(&seeded(&setting, seed)));
        let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}";
        let all = rounded(starts(&seeded(&Setting { spec, ..setting }, seed)));
        assert_eq!((one.len(), &one), (3, &all), "seed {seed}");
        let all_alike: BTreeSet<&str> = one.values().map(String::as_str).collect();
        assert_eq!(all_alike.len(), 1, "seed {seed}: {one:?}");
        days.extend(one.into_values());
    }
    assert_eq!(days.len(), 5, "{days:?}");
}

/// Exceptions and the parts of a start have the bad day, too.
#[test]
fn a_bad_day_is_that_of_all_pods() {
    let day = starts(&seeded(&Setting { latencies: SLOWER, ..SETTING }, 3))["node-1"] / 10.0;
    assert!((day - 1.0).abs() > 0.01, "{day}");
    let overrides = format!("{SLOWER}, overrides: [{{node: node-2, containerStart: 20s}}]");
    let excepted = starts(&seeded(&Setting { latencies: &overrides, ..SETTING }, 3));
    assert!((excepted["node-2"] - 20.0 * day).abs() < 1e-5, "{excepted:?} {day}");
    let latencies = &SLOWER.replace("containerStart: 10s, ", "");
    let kubelet = "{volumes: 0s, sandbox: 30s, startContainer: 10s}";
    let parts = starts(&seeded(&Setting { kubelet, latencies, ..SETTING }, 3));
    // The kubelet notices within a second.
    let took = parts["node-1"] - 40.0 * day;
    assert!((0.0..1.01).contains(&took), "{parts:?} {day}");
}

/// A registry that is slower sends less to all nodes together.
#[test]
fn a_registry_has_bad_days() {
    let latencies = "schedule: 0s, containerStart: 0s, ready: 0s, terminate: 0s, \
                     perRun: {imagePull: {sigma: 0.35}}";
    let keys = "images: {\"*\": {size: 100MB}}\n\
                network: {registry: {bandwidth: 10MB/s}, node: {bandwidth: off}, unpack: off}";
    let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}";
    let setting = Setting { latencies, keys, spec, kubelet: "{cleanup: 0s}", ..SETTING };
    // 300 MB at 10 MB/s, and half a second until the registry answers.
    let day = |seed| starts(&seeded(&setting, seed))["node-1"] / 30.5;
    let days: Vec<f64> = (1..=20).map(day).collect();
    assert!(days.iter().any(|&day| day < 0.9) && days.iter().any(|&day| day > 1.1), "{days:?}");
    let other = starts(&seeded(&Setting { latencies: SLOWER, ..SETTING }, 3))["node-1"] / 10.0;
    assert!((other - days[2]).abs() > 0.05, "another phase has another day: {other} {days:?}");
}

/// A pull that may hang takes as long as ever where it does not.
#[test]
fn what_may_hang_changes_nothing_where_it_does_not() {
    let pull = |never: &str| {
        let latencies = format!(
            "schedule: 0s, containerStart: 0s, ready: 0s, terminate: 0s, \
             imagePull: {{lognormal: {{median: 8s, p99: 40s}}, never: {never}}}"
        );
        (1..=10)
            .map(|seed| starts(&seeded(&Setting { latencies: &latencies, ..SETTING }, seed)))
            .collect::<Vec<_>>()
    };
    let usual = pull("0%");
    assert_eq!(pull("0.0001%"), usual);
    assert!(pull("30%").iter().zip(&usual).any(|(some, all)| some.len() < all.len()));
}

/// The width of the range of durations over seeds, as a ratio of the longest to the shortest.
#[test]
fn bad_days_make_the_range_of_durations_wider() {
    let latencies = "schedule: 0s, imagePull: 0s, ready: 0s, terminate: 0s, \
                     containerStart: {lognormal: {median: 5s, p99: 15s}}";
    let spread = "perRun: {containerStart: {sigma: 0.35}}";
    let range = |latencies: &str| {
        let setting = Setting { latencies, nodes: 20, keys: "", until: "1h", ..SETTING };
        let durations: Vec<f64> = (1..=40).map(|seed| duration(&seeded(&setting, seed))).collect();
        let least = durations.iter().copied().fold(f64::MAX, f64::min);
        durations.iter().copied().fold(0.0, f64::max) - least
    };
    let (usual, wide) = (range(latencies), range(&format!("{latencies}, {spread}")));
    assert!(wide > 3.0 * usual, "{usual} s and {wide} s");
}

/// The nodes whose pods took more than twice as long as usual, which is a second.
fn slow(record: &Record) -> BTreeSet<String> {
    let all = starts(record).into_iter();
    all.filter(|(_, took)| *took > 2.0).map(|(node, _)| node).collect()
}

#[test]
fn slow_nodes_are_so_many_and_stay_the_same() {
    let of = |share: &str| {
        let latencies = format!("{}, slowNodes: {{share: {share}, factor: 3}}", SETTING.latencies);
        let spec = "updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}";
        let setting = Setting { nodes: 400, latencies: &latencies, spec, ..SETTING };
        let record = seeded(&setting, 1);
        let slow = slow(&record);
        for (node, took) in starts(&record) {
            let expected = if slow.contains(&node) { 3.0 } else { 1.0 };
            assert!((took - expected).abs() < 1e-6, "{node}: {took}");
        }
        slow
    };
    let [none, few, many, all] = ["0%", "5%", "20%", "100%"].map(of);
    assert_eq!((none.len(), all.len()), (0, 400));
    assert!((8..=35).contains(&few.len()), "{few:?}");
    assert!((60..=100).contains(&many.len()), "{many:?}");
    assert!(few.is_subset(&many));
}

/// Binding a pod is not up to its node.
#[test]
fn a_slow_node_does_not_slow_the_scheduler() {
    let latencies = "schedule: 2s, imagePull: 0s, containerStart: 0s, ready: 4s, terminate: 0s, \
                     slowNodes: {share: 100%, factor: 3}";
    let record = seeded(&Setting { latencies, container: PROBED, ..SETTING }, 1);
    for Life { created, bound, started, ready, .. } in lives(&record) {
        assert!((bound - created - 2.0).abs() < 1e-6);
        assert!((ready.unwrap() - started.unwrap() - 12.0).abs() < 1e-6);
    }
}

/// Checks that the run comes to rest long before its end, and what the verdict says of `node-2`.
#[track_caller]
fn check_hung(setting: &Setting<'_>, cause: &str, advice: &str) {
    for (control_plane, kubelet) in [("off", "off"), ("off", ""), ("", "")] {
        let setting = Setting { control_plane, kubelet, until: "1d", ..*setting };
        let record = explained(&setting.load(UPDATE));
        let verdict = verdicts(&record.summary).remove(0);
        for expected in ["stuck at 1/3 since", &format!("node-2: {cause}"), advice] {
            assert!(verdict.contains(expected), "{verdict}\nlacks {expected}");
        }
        let limit = if control_plane == "off" { 100 } else { 300 };
        assert!(record.summary.events < limit, "{} events", record.summary.events);
    }
}

/// An image that hangs is that of the update; the old one is on the node.
#[test]
fn what_never_comes_is_named() {
    let of = |phase: &str| {
        format!(
            "schedule: 0s, imagePull: 1s, containerStart: 1s, ready: 1s, terminate: 1s, \
             overrides: [{{node: node-2, {phase}: {{constant: 1s, never: 100%}}}}]"
        )
    };
    let check = |phase: &str, cause: &str, advice: &str| {
        let setting = Setting { latencies: &of(phase), container: PROBED, ..REAL };
        check_hung(&setting, cause, advice);
    };
    let waits = "ContainerCreating for 23h58m";
    let in_vain = "tried in vain: kubectl delete pod agent-";
    check("ready", "readiness probe failing of agent:v2; ", in_vain);
    check(
        "imagePull",
        waits,
        ": the pull of agent:v2 does not end; what helps: kubectl rollout undo",
    );
    check("containerStart", waits, ": the start of agent:v2 does not end; ");
    check("containerStart", waits, in_vain);
}

/// The next pod tries its own luck.
#[test]
fn a_replacement_draws_anew() {
    for phase in ["imagePull", "containerStart", "ready"] {
        let latencies = format!(
            "schedule: 0s, imagePull: 1s, containerStart: 1s, ready: 1s, terminate: 1s, \
             overrides: [{{image: \"agent:v2\", {phase}: {{constant: 1s, never: 20%}}}}]"
        );
        let setting = Setting { latencies: &latencies, container: PROBED, until: "2h", ..REAL };
        let (mut stuck, mut helped) = (0, 0);
        for seed in 1..=12 {
            let keys = format!("seed: {seed}");
            let record = explained(&Setting { keys: &keys, ..setting }.load(UPDATE));
            let verdict = verdicts(&record.summary).remove(0);
            stuck += u32::from(verdict.contains("stuck at"));
            helped += u32::from(verdict.contains("what helps: kubectl delete pod agent-"));
        }
        // One of the other pods of the update may hang afterwards.
        assert!(stuck < 12 && helped > 0, "{phase}: {helped} of {stuck}");
    }
}

/// Where images are pulled one by one, the pods behind a pull that hangs wait for the same.
#[test]
fn a_pull_that_hangs_keeps_the_next_one_waiting() {
    let latencies = "schedule: 0s, imagePull: 1s, containerStart: 1s, ready: 1s, terminate: 1s, \
                     overrides: [{image: \"agent:v2\", imagePull: {constant: 1s, never: 100%}}]";
    let second = DaemonSet { name: "second", ..AGENT };
    let events = format!("{UPDATE}{}", apply("2m", &second))
        .replace("\"agent:v2\"", "{daemonSet: agent, image: \"agent:v2\"}");
    let of = |kubelet| {
        let setting = Setting { latencies, kubelet, until: "1h", ..REAL };
        verdicts(&explained(&setting.load(&events)).summary).remove(1)
    };
    let verdict = of("");
    assert!(verdict.contains(": the pull of agent:v2 does not end"), "{verdict}");
    let verdict = of("{serializeImagePulls: false}");
    assert!(verdict.contains("rolled out to every node"), "{verdict}");
}

#[test]
fn a_node_may_never_become_ready() {
    let latencies = "containerStart: 1s, nodeReady: {constant: 10s, never: 100%}";
    let setting = Setting {
        latencies,
        keys: "",
        cluster: "nodePools: [{name: w, count: 3}]",
        until: "1h",
        control_plane: "{}",
        ..SETTING
    };
    let record = setting.run("  - {at: 1m, join: {pool: w, count: 1}}\n");
    let count = |is: fn(&What) -> bool| record.facts.iter().filter(|fact| is(&fact.what)).count();
    assert_eq!(count(|what| matches!(what, What::NodeAdded { .. })), 1);
    assert_eq!(count(|what| matches!(what, What::NodeReady { status: Ready::True, .. })), 0);
    assert!(record.summary.events < 200, "{}", record.summary.events);
}

/// Pods of a snapshot, by when each was created, bound, started and ready, in seconds; it was taken
/// after ten thousand.
struct Taken(Vec<[Option<u64>; 4]>);

impl Files for Taken {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        let time = |second: u64| {
            let (hours, minutes) = (second / 3_600, second / 60 % 60);
            format!("\"2026-01-01T{hours:02}:{minutes:02}:{:02}Z\"", second % 60)
        };
        let condition = |kind: &str, at: Option<u64>| match at {
            Some(at) => {
                format!("{{type: {kind}, status: \"True\", lastTransitionTime: {}}}", time(at))
            }
            None => format!("{{type: {kind}, status: \"False\"}}"),
        };
        let owner = "{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true}";
        let mut items = format!("- {AGENT}\n");
        let _ = writeln!(
            items,
            "- {{apiVersion: v1, kind: Node, metadata: {{name: late, creationTimestamp: {}}}}}",
            time(10_000)
        );
        for (index, [created, bound, started, ready]) in self.0.iter().enumerate() {
            let state = match started {
                Some(at) => format!("running: {{startedAt: {}}}", time(*at)),
                None => "waiting: {reason: ContainerCreating}".to_owned(),
            };
            let created = time(created.unwrap_or_default());
            let conditions =
                [condition("PodScheduled", *bound), condition("Ready", *ready)].join(", ");
            let _ = writeln!(
                items,
                "- {{apiVersion: v1, kind: Pod, metadata: {{name: agent-{index}, namespace: kube-system, \
                 creationTimestamp: {created}, ownerReferences: [{owner}]}}, spec: {{nodeName: n{index}, \
                 containers: [{{name: c, image: \"agent:v1\"}}]}}, status: {{phase: Running, conditions: \
                 [{conditions}], containerStatuses: [{{name: c, state: {{{state}}}}}]}}}}"
            );
        }
        Ok(format!("apiVersion: v1\nkind: List\nitems:\n{items}").into_bytes())
    }
}

/// Warnings about a scenario that takes these pods.
fn warnings(pods: Vec<[Option<u64>; 4]>, keys: &str) -> Vec<String> {
    let text = format!(
        "cluster: {nodes}\nlatencies: {from}\ndaemonSets: [{AGENT}]\n{keys}\n",
        nodes = "{nodes: 3}",
        from = "{fromSnapshot: cluster.yaml}",
    );
    let loaded = read(Source::new("test.yaml", text), &Taken(pods), &[]).unwrap();
    let about = loaded.warnings.files()[0].problems.iter();
    about.map(|problem| format!("{}: {}", problem.code, problem.message)).collect()
}

#[test]
fn few_pods_of_a_snapshot_are_warned_of() {
    let pods = |count: usize| vec![[Some(0), Some(1), Some(2), Some(3)]; count];
    let four = "few-samples: only 4 pods tell how long they took until they were ready";
    assert_eq!(warnings(pods(4), ""), [four]);
    let nine = "few-samples: all pods of the run will be like one of only 9";
    assert_eq!(warnings(pods(9), ""), [nine]);
    assert_eq!(warnings(pods(10), ""), [""; 0]);
    let images = "unused-setting: `images` has no effect: `latencies.fromSnapshot` says how long \
                  every pull takes";
    assert_eq!(warnings(pods(10), "images: {\"*\": {size: 1GB}}"), [images]);
}

fn from_snapshot(kubelet: &str, pods: Vec<[Option<u64>; 4]>) -> (Record, Option<String>) {
    let agent = DaemonSet { container: PROBED, ..AGENT };
    let text = format!(
        "cluster: {{nodes: 60}}\ncontrolPlane: off\nkubelet: {kubelet}\nuntil: 1h\n\
         latencies: {{fromSnapshot: cluster.yaml, terminate: 0s}}\ndaemonSets: []\n\
         events:\n  - {{at: 1m, apply: {agent}}}\n"
    );
    let loaded = read(Source::new("test.yaml", text.clone()), &Taken(pods), &[]);
    let scenario =
        loaded.unwrap_or_else(|report| panic!("{}\n{text}", report.render(false))).scenario;
    (simulate(&scenario, &Options::default(), |_| {}), scenario.observed_pods())
}

/// What is slow in one phase is slow in the next: the phases of a pod are those of one that was
/// observed, and not of several.
#[test]
fn pods_of_a_snapshot_are_taken_as_a_whole() {
    let pod = |bound: u64, start: u64, ready: u64| {
        [Some(0), Some(bound), Some(bound + start), Some(bound + start + ready)]
    };
    let kinds = [(1, 2, 5), (2, 10, 20), (4, 30, 100)];
    let mut pods: Vec<_> = kinds.iter().flat_map(|&(a, b, c)| [pod(a, b, c); 5]).collect();
    pods.push([Some(0), Some(3), None, None]);
    pods.push([Some(0), Some(3), Some(5), None]);
    // These two are too young to tell: others took as long.
    pods.push([Some(9_980), Some(9_980), None, None]);
    pods.push([Some(9_980), Some(9_980), Some(9_990), None]);
    let (record, told) = from_snapshot("off", pods.clone());
    let expected = "each pod starts as one of 17 pods of latencies.fromSnapshot did, of which 1 never \
                    started and 1 never got ready; 2 more do not tell";
    assert_eq!(told.as_deref(), Some(expected));
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for life in lives(&record) {
        let bound = life.bound - life.created;
        let start = life.started.map(|at| at - life.bound);
        let ready = life.ready.zip(life.started).map(|(ready, started)| ready - started);
        *found.entry(format!("{bound:.0} {start:.0?} {ready:.0?}")).or_default() += 1;
    }
    let expected = [
        "1 Some(2) Some(5)",
        "2 Some(10) Some(20)",
        "3 None None",
        "3 Some(2) None",
        "4 Some(30) Some(100)",
    ];
    assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{found:?}");
    assert_eq!(found.values().sum::<u32>(), 60);
    // Kubelets that are on take those starts as well, and notice them within a second.
    let (record, _) = from_snapshot("{}", pods);
    for (_, took) in starts(&record) {
        let fits = |start: f64| (start..start + 1.1).contains(&took);
        assert!(fits(2.0) || fits(10.0) || fits(30.0), "{took}");
    }
}
