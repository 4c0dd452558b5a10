//! The life of a node's pods, told by a few facts.

use serde_json::{Value, json};

use super::*;
use crate::inspect::{Header, Run};
use crate::record::{
    ClusterState, DaemonSetState, Fact, FactId, NameId, Names, PodState, RevisionState, What,
};
use crate::time::{SimDuration, SimTime};

const NAME: &str = "default/agent";

/// A run that is written fact by fact.
struct Told {
    run: Run,
}

impl Told {
    /// A DaemonSet of this spec with a pod `old` on `node-1`, Ready for long.
    fn new(spec: Value) -> Self {
        let daemon_set = DaemonSetState { daemon_set: NAME.to_owned(), spec, ..Default::default() };
        let pod = PodState {
            pod: "old".to_owned(),
            daemon_set: NAME.to_owned(),
            node: "node-1".to_owned(),
            revision: "h1".to_owned(),
            bound: Some(SimTime::ZERO),
            ready_since: Some(SimTime::ZERO),
            ..Default::default()
        };
        let revision = RevisionState {
            owner: Some(NAME.to_owned()),
            hash: "h1".to_owned(),
            number: 1,
            ..Default::default()
        };
        let start = ClusterState {
            daemon_sets: vec![daemon_set],
            pods: vec![pod],
            revisions: vec![revision],
            ..Default::default()
        };
        let header = Header { start_unix_us: 1_000_000_000, ..Default::default() };
        Self { run: Run { header, start, facts: Vec::new(), names: Names::default() } }
    }

    fn name(&mut self, name: &str) -> NameId {
        self.run.names.intern(name)
    }

    /// A fact so many milliseconds after the start, by the one before it.
    fn fact(&mut self, millis: u64, what: What) -> u32 {
        let id = u32::try_from(self.run.facts.len()).unwrap();
        let cause = id.checked_sub(1).map(FactId);
        let at = SimDuration::from_millis(millis);
        self.run.facts.push(Fact { id: FactId(id), at, cause, what });
        id
    }

    fn because(&mut self, cause: u32, millis: u64, what: What) -> u32 {
        let id = self.fact(millis, what);
        self.run.facts[id as usize].cause = Some(FactId(cause));
        id
    }

    fn synced(&mut self, millis: u64, creates: u32, deletes: u32) -> u32 {
        let daemon_set = self.name(NAME);
        self.fact(millis, What::Synced { daemon_set, creates, deletes })
    }

    fn update(&mut self, millis: u64) -> u32 {
        let [daemon_set, revision] = [NAME, "agent-h2"].map(|name| self.name(name));
        self.fact(
            millis,
            What::RevisionCurrent { daemon_set, revision, number: 2, created: true, object: None },
        )
    }

    fn created(&mut self, millis: u64, pod: &str) -> u32 {
        let [daemon_set, pod, node, revision] =
            [NAME, pod, "node-1", "h2"].map(|name| self.name(name));
        self.fact(
            millis,
            What::PodCreated {
                daemon_set,
                pod,
                node,
                revision,
                template_generation: None,
                limited: SimDuration::ZERO,
            },
        )
    }

    /// The phases of a pod: each with the millisecond at which it ends.
    fn phases(&self, pod: &str) -> Vec<(&'static str, u64)> {
        let lives = lives(&self.run, &History::of(&self.run));
        let life = lives.iter().find(|life| life.pod == pod).unwrap();
        for pair in life.spans.windows(2) {
            assert_eq!(pair[0].until, pair[1].from);
        }
        life.spans.iter().map(|it| (it.kind.key(), it.until.as_micros() / 1_000)).collect()
    }
}

#[test]
fn what_the_limit_took_is_told_from_the_rest_of_a_call_and_of_the_sync_before() {
    let mut told = Told::new(json!({}));
    let [old, other] = ["old", "other"].map(|name| told.name(name));
    told.update(2_000);
    let before = told.synced(4_000, 0, 1);
    let limited = SimDuration::from_millis(300);
    let woken = told.because(before, 4_100, What::PodRemoved { pod: other });
    told.because(before, 4_400, What::PodTerminating { pod: other, limited });
    let sync = told.synced(4_500, 0, 1);
    told.run.facts[sync as usize].cause = Some(FactId(woken));
    let limited = SimDuration::from_millis(150);
    told.because(sync, 4_700, What::PodTerminating { pod: old, limited });
    let phases = [
        ("ready", 2_000),
        ("budget", 4_100),
        ("api_limit", 4_300),
        ("api_calls", 4_400),
        ("controller", 4_500),
        ("api_limit", 4_650),
        ("api_calls", 4_700),
    ];
    assert_eq!(told.phases("old"), phases);
}

#[test]
fn an_old_pod_waits_for_the_budget_and_a_new_one_takes_its_place() {
    let mut told = Told::new(json!({}));
    let [old, new, image] = ["old", "new", "agent:2"].map(|name| told.name(name));
    told.update(2_000);
    told.fact(4_000, What::PodReady { pod: told.run.names.find("new").unwrap() });
    told.synced(4_100, 0, 1);
    told.fact(4_300, What::PodTerminating { pod: old, limited: SimDuration::ZERO });
    told.fact(7_000, What::PodStopped { pod: old, failed: false });
    let synced = told.synced(7_100, 1, 0);
    told.because(4, 7_200, What::PodRemoved { pod: old });
    let created = told.created(7_400, "new");
    told.run.facts[created as usize].cause = Some(FactId(synced));
    told.fact(7_500, What::PodBound { pod: new, node: new });
    told.fact(7_700, What::PodPulling { pod: new, image });
    let (waited, took) = (SimDuration::from_secs(1), SimDuration::from_secs(2));
    told.fact(10_700, What::PodPulled { pod: new, image, waited, took });
    told.fact(11_000, What::PodStarted { pod: new });
    told.fact(14_000, What::PodReady { pod: new });
    told.synced(15_000, 0, 0);
    let old = [
        ("ready", 2_000),
        ("budget", 4_000),
        ("controller", 4_100),
        ("api_calls", 4_300),
        ("terminate", 7_000),
        ("cleanup", 7_200),
    ];
    assert_eq!(told.phases("old"), old);
    let new = [
        ("controller", 7_100),
        ("api_calls", 7_400),
        ("schedule", 7_500),
        ("start", 7_700),
        ("pull_wait", 8_700),
        ("pull", 10_700),
        ("start", 11_000),
        ("probe", 14_000),
        ("ready", 15_000),
    ];
    assert_eq!(told.phases("new"), new);
}

#[test]
fn a_pod_that_is_available_after_min_ready_seconds_frees_the_next() {
    let mut told = Told::new(json!({"minReadySeconds": 5}));
    let [old, new] = ["old", "new"].map(|name| told.name(name));
    told.update(2_000);
    told.created(2_100, "new");
    let ready = told.fact(2_900, What::PodReady { pod: new });
    told.fact(3_000, What::PodStarted { pod: old });
    let synced = told.synced(7_100, 0, 1);
    told.fact(7_200, What::PodTerminating { pod: old, limited: SimDuration::ZERO });
    // Ready at 2.9 s is Ready at 2 s by the API's timestamps.
    let old = [("ready", 2_000), ("budget", 7_000), ("timer", 7_100), ("api_calls", 7_200)];
    assert_eq!(told.phases("old"), old);
    let history = History::of(&told.run);
    let freed = history.freed_by(NAME, &told.run.facts[synced as usize], &told.run);
    assert_eq!(freed.map(|fact| fact.id), Some(FactId(ready)));
    assert_eq!(
        told.phases("new"),
        [("schedule", 2_900), ("min_ready_seconds", 7_000), ("ready", 7_200)]
    );
}

#[test]
fn with_a_surge_an_old_pod_waits_for_the_one_beside_it() {
    let surge = json!({"updateStrategy": {"rollingUpdate": {"maxSurge": "10%"}}});
    let mut told = Told::new(surge);
    told.update(2_000);
    told.created(3_000, "new");
    told.synced(5_000, 0, 0);
    assert_eq!(told.phases("old"), [("ready", 2_000), ("budget", 3_000), ("new_pod", 5_000)]);
}

#[test]
fn nobody_waits_for_the_budget_under_on_delete() {
    let mut told = Told::new(json!({"updateStrategy": {"type": "OnDelete"}}));
    told.update(2_000);
    told.synced(5_000, 0, 0);
    assert_eq!(told.phases("old"), [("ready", 5_000)]);
}

#[test]
fn failures_and_outages_are_told_apart_from_the_controller() {
    let mut told = Told::new(json!({}));
    let [old, daemon_set] = ["old", NAME].map(|name| told.name(name));
    told.fact(1_000, What::PodTerminating { pod: old, limited: SimDuration::ZERO });
    told.fact(2_000, What::PodRemoved { pod: old });
    told.fact(3_000, What::SyncFailed { daemon_set, error: daemon_set });
    told.fact(4_000, What::ControllerStopped);
    told.fact(6_000, What::ControllerStarted);
    told.synced(8_000, 1, 0);
    told.created(8_500, "new");
    let new = [
        ("controller", 3_000),
        ("retry", 4_000),
        ("outage", 6_000),
        ("retry", 8_000),
        ("api_calls", 8_500),
    ];
    assert_eq!(told.phases("new"), new);
    assert_eq!(told.phases("old"), [("ready", 1_000), ("terminate", 2_000)]);
}

#[test]
fn a_pod_does_not_serve_while_its_node_is_off() {
    let mut told = Told::new(json!({}));
    let [old, node] = ["old", "node-1"].map(|name| told.name(name));
    told.fact(1_000, What::NodeFailed { node });
    told.fact(2_000, What::PodUnready { pod: old });
    told.fact(5_000, What::PodStarted { pod: old });
    told.fact(6_000, What::PodReady { pod: old });
    told.fact(7_000, What::NodeRecovered { node });
    let phases = [("ready", 1_000), ("node", 5_000), ("probe", 6_000), ("ready", 7_000)];
    assert_eq!(told.phases("old"), phases);
    let lives = lives(&told.run, &History::of(&told.run));
    let serving = [(0, 1_000), (6_000, 7_000)];
    let serving = serving.map(|(from, until)| [from, until].map(SimDuration::from_millis));
    assert_eq!(lives[0].serving(), serving.map(|[from, until]| (from, until)));
}
