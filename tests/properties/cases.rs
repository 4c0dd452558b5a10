//! Random scenarios, in a compact form that a failing test prints.

use std::sync::Arc;

use proptest::prelude::*;
use rollcast::api::IntOrPercent::{Int, Percent};
use rollcast::api::{
    DaemonSet, KubernetesVersion, Labels, Pressure, PriorityClasses, Quantity, Taint, TaintEffect,
    UpdateStrategy, daemon_set_from_tree,
};
use rollcast::engine::Delay;
use rollcast::input::Tree;
use rollcast::scenario::{
    Action, Among, Cascade, ClientLimit, Compare, ControlPlane, DEFAULT_ALERT_INTERVAL,
    DaemonSetChange, DaemonSetRef, ImageFault, Kubelet, Latencies, NodeChange, NodeLifecycle,
    NodePool, NodeSelection, NodeSpec, NodeUpgrade, OutageKind, PhaseDelays, PickingOrder,
    PodChange, PoolId, RefusePods, Repeats, Resources, RolloutWait, START, Scenario, Scheduler,
    SyncTime, Take, TimedAction, Until, Wait,
};
use rollcast::time::SimDuration;
use serde_json::json;

/// Two DaemonSets with selectors of their own, and one that selects the pods of the first.
const NAMES: [&str; 3] = ["agent", "other", "twin"];

/// A whole scenario.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) nodes: u32,
    pub(crate) seed: u64,
    pub(crate) old_rules: bool,
    pub(crate) order: u8,
    /// How the API server and the controllers keep each other waiting.
    pub(crate) plane: u8,
    pub(crate) settings: Settings,
    /// DaemonSet 0 runs at the start; otherwise it is created at the start.
    pub(crate) deployed: bool,
    /// Schedule, pull, start, ready, terminate; see [`delay`].
    pub(crate) delays: [u8; 5],
    pub(crate) events: Vec<(u16, What)>,
    pub(crate) until_complete: bool,
}

/// What a DaemonSet says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) update: Update,
    pub(crate) min_ready: u8,
    pub(crate) probe: bool,
    pub(crate) grace: u8,
    pub(crate) history: u8,
    pub(crate) tolerates_all: bool,
    pub(crate) selects_nodes: bool,
}

/// An update strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    OnDelete,
    Unavailable(u32),
    UnavailablePercent(u32),
    Surge(u32),
    SurgePercent(u32),
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Join(u32),
    ScaleUp(u32),
    Outage(u8),
    RestartController(u8),
    Nodes(Some, Change),
    Apply(usize, u8),
    SetImage(usize, u8),
    Restart(usize),
    Undo(usize, Option<u8>),
    Strategy(usize, Update),
    MinReady(usize, u8),
    Delete(usize, u8),
    Pods(usize, Some, u8),
    Break(u8, u8, Some),
    Mend(u8),
    /// How many at once, whether they are drained, and for how long each is off.
    Upgrade(Some, u32, bool, u8),
    JoinAgain(u8),
    RefusePods(u8),
    StuckTerminating(Some, u8),
    /// Once something has become of a rollout, or after the event before, and then a delay.
    Waiting(u8, u8, Box<What>),
    /// Again and again, every so many seconds.
    Repeated(u8, Box<What>),
}

impl What {
    /// What happens, whenever it does.
    fn itself(&self) -> &Self {
        match self {
            Self::Waiting(_, _, what) | Self::Repeated(_, what) => what,
            what => what,
        }
    }
}

/// A selection of nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Some {
    All,
    One(u8),
    Count(u32),
    Percent(u32),
}

/// What happens to nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Leave,
    Fail,
    Recover,
    Cordon,
    Uncordon,
    Taint(bool),
    Untaint,
    Label(bool),
    Drain,
    Shutdown(u8),
    SpotInterruption(u8),
    ScaleDown,
    Reboot(u8),
    Reregister(u8),
    Pressure(u8, bool),
    Relieve,
    OutOfService,
}

impl Update {
    pub(crate) fn is_surge(self) -> bool {
        matches!(self, Self::Surge(_) | Self::SurgePercent(_))
    }

    pub(crate) fn valid(self) -> UpdateStrategy {
        let (max_unavailable, max_surge) = match self {
            Self::OnDelete => return UpdateStrategy::OnDelete,
            Self::Unavailable(max) => (Int(max), Int(0)),
            Self::UnavailablePercent(max) => (Percent(max), Int(0)),
            Self::Surge(max) => (Int(0), Int(max)),
            Self::SurgePercent(max) => (Int(0), Percent(max)),
        };
        UpdateStrategy::RollingUpdate { max_unavailable, max_surge }
    }
}

pub(crate) fn any_update() -> impl Strategy<Value = Update> {
    prop_oneof![
        1 => Just(Update::OnDelete),
        3 => (1..5u32).prop_map(Update::Unavailable),
        2 => (1..=100u32).prop_map(Update::UnavailablePercent),
        3 => (1..5u32).prop_map(Update::Surge),
        1 => (1..=100u32).prop_map(Update::SurgePercent),
    ]
}

pub(crate) fn any_settings() -> impl Strategy<Value = Settings> {
    let flags = (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    let small = prop_oneof![2 => Just(0u8), 1 => 1..30u8];
    (any_update(), small, flags, 0..40u8, prop_oneof![Just(0u8), Just(1), Just(10)]).prop_map(
        |(update, min_ready, (probe, tolerates_all, selects_nodes), grace, history)| Settings {
            update,
            min_ready,
            probe,
            grace,
            history,
            tolerates_all,
            selects_nodes,
        },
    )
}

fn any_some() -> impl Strategy<Value = Some> {
    prop_oneof![
        2 => Just(Some::All),
        5 => (0..12u8).prop_map(Some::One),
        3 => (1..4u32).prop_map(Some::Count),
        1 => (0..=100u32).prop_map(Some::Percent),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Leave),
        Just(Change::Fail),
        Just(Change::Fail),
        Just(Change::Recover),
        Just(Change::Recover),
        Just(Change::Cordon),
        Just(Change::Uncordon),
        any::<bool>().prop_map(Change::Taint),
        Just(Change::Untaint),
        any::<bool>().prop_map(Change::Label),
        Just(Change::Drain),
        (0..40u8).prop_map(Change::Shutdown),
        (0..90u8).prop_map(Change::SpotInterruption),
        Just(Change::ScaleDown),
        (0..150u8).prop_map(Change::Reboot),
        (0..150u8).prop_map(Change::Reregister),
        (0..3u8, any::<bool>()).prop_map(|(kind, evict)| Change::Pressure(kind, evict)),
        Just(Change::Relieve),
        Just(Change::OutOfService),
    ]
}

/// Things that a rollout gets over: nothing that stays broken, and nobody to interfere.
pub(crate) fn any_gentle() -> impl Strategy<Value = What> {
    prop_oneof![
        3 => (0..4u8).prop_map(|image| What::SetImage(0, image)),
        1 => Just(What::Restart(0)),
        1 => prop::option::of(1..4u8).prop_map(|to| What::Undo(0, to)),
        1 => (0..30u8).prop_map(|secs| What::MinReady(0, secs)),
        2 => any_some().prop_map(|nodes| What::Pods(0, nodes, 0)),
        1 => any_some().prop_map(|nodes| What::Pods(0, nodes, 3)),
        1 => (1..3u32).prop_map(What::Join),
        1 => any_some().prop_map(|nodes| What::Nodes(nodes, Change::Fail)),
        2 => any_some().prop_map(|nodes| What::Nodes(nodes, Change::Recover)),
        1 => any_some().prop_map(|nodes| What::Nodes(nodes, Change::Cordon)),
        1 => any_some().prop_map(|nodes| What::Nodes(nodes, Change::Leave)),
        2 => (any_some(), any::<bool>())
            .prop_map(|(nodes, evicts)| What::Nodes(nodes, Change::Taint(evicts))),
        1 => any_some().prop_map(|nodes| What::Nodes(nodes, Change::Untaint)),
        2 => (any_some(), any::<bool>())
            .prop_map(|(nodes, linux)| What::Nodes(nodes, Change::Label(linux))),
        1 => any_some().prop_map(|nodes| What::Pods(0, nodes, 1)),
    ]
}

fn any_what() -> impl Strategy<Value = What> {
    let set = || prop_oneof![4 => Just(0usize), 1 => Just(1), 2 => Just(2)];
    let once = prop_oneof![
        1 => (1..4u32).prop_map(What::Join),
        1 => (1..4u32).prop_map(What::ScaleUp),
        1 => (1..120u8).prop_map(What::Outage),
        1 => (0..40u8).prop_map(What::RestartController),
        9 => (any_some(), any_change()).prop_map(|(nodes, change)| What::Nodes(nodes, change)),
        3 => (set(), 0..4u8).prop_map(|(of, image)| What::Apply(of, image)),
        4 => (set(), 0..4u8).prop_map(|(of, image)| What::SetImage(of, image)),
        1 => set().prop_map(What::Restart),
        1 => (set(), prop::option::of(0..5u8)).prop_map(|(of, to)| What::Undo(of, to)),
        1 => (set(), any_update()).prop_map(|(of, update)| What::Strategy(of, update)),
        1 => (set(), 0..30u8).prop_map(|(of, secs)| What::MinReady(of, secs)),
        2 => (set(), 0..3u8).prop_map(|(of, cascade)| What::Delete(of, cascade)),
        4 => (set(), any_some(), 0..5u8).prop_map(|(of, nodes, how)| What::Pods(of, nodes, how)),
        2 => (0..5u8, 0..4u8, any_some()).prop_map(|(of, how, on)| What::Break(of, how, on)),
        2 => (0..5u8).prop_map(What::Mend),
        1 => (any_some(), 1..4u32, any::<bool>(), 1..90u8)
            .prop_map(|(nodes, at_once, drain, off)| What::Upgrade(nodes, at_once, drain, off)),
        1 => (0..12u8).prop_map(What::JoinAgain),
        1 => (1..120u8).prop_map(What::RefusePods),
        1 => (any_some(), 1..120u8).prop_map(|(nodes, secs)| What::StuckTerminating(nodes, secs)),
    ];
    let when = prop_oneof![
        7 => Just(None),
        1 => (5..60u8).prop_map(|every| Option::Some((3, every))),
        2 => (0..3u8, 0..60u8).prop_map(Option::Some),
    ];
    (once, when).prop_map(|(what, when)| match when {
        Option::Some((3, every)) => What::Repeated(every, Box::new(what)),
        Option::Some((kind, delay)) => What::Waiting(kind, delay, Box::new(what)),
        None => what,
    })
}

fn any_delays() -> impl Strategy<Value = [u8; 5]> {
    prop_oneof![1 => Just([0; 5]), 4 => prop::array::uniform5(0..5u8)]
}

/// Anything.
pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    let at = || prop_oneof![0..400u16, 0..60u16];
    let events = prop::collection::vec((at(), any_what()), 0..20);
    case_with(events.boxed(), any_settings().boxed())
}

/// Anything but images that are mended.
pub(crate) fn any_case_without_mending() -> impl Strategy<Value = Case> {
    let mends = |what: &What| matches!(what.itself(), What::Mend(_));
    any_case().prop_map(move |mut case| {
        case.events.retain(|(_, what)| !mends(what));
        case
    })
}

/// A case with these events.
pub(crate) fn case_with(
    events: BoxedStrategy<Vec<(u16, What)>>,
    settings: BoxedStrategy<Settings>,
) -> impl Strategy<Value = Case> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let run = (1..=12u32, any::<u64>(), 0..3u8, 0..3u8, flags);
    (run, settings, any_delays(), events).prop_map(|(run, settings, delays, mut events)| {
        let (nodes, seed, order, plane, (old_rules, deployed, until_complete)) = run;
        events.sort_by_key(|(at, _)| *at);
        Case {
            nodes,
            seed,
            old_rules,
            order,
            plane,
            settings,
            deployed,
            delays,
            events,
            until_complete,
        }
    })
}

impl Case {
    /// Whether only the first DaemonSet is ever there, and never surges.
    pub(crate) fn is_single_without_surge(&self) -> bool {
        let keeps = |what: &What| match what {
            What::Apply(of, _) => *of == 0,
            What::Delete(_, _) => false,
            What::Strategy(_, update) => !update.is_surge(),
            _ => true,
        };
        !self.settings.update.is_surge() && self.events.iter().all(|(_, what)| keeps(what.itself()))
    }

    pub(crate) fn scenario(&self) -> Scenario {
        let pool = NodePool {
            name: "node".to_owned(),
            node_name: "node-{i}".to_owned(),
            labels: Labels::default(),
            taints: Vec::new(),
            startup_taints: Vec::new(),
            zones: vec!["a".to_owned(), "b".to_owned()],
            allocatable: room().into(),
            other_pods: Arc::default(),
            count: self.nodes,
        };
        let first = self.daemon_set(0, 0);
        let apply = TimedAction {
            at: SimDuration::ZERO,
            repeats: None,
            wait: None,
            event: usize::MAX,
            action: Action::Apply(Box::new(first.clone())),
            label: "create".to_owned(),
        };
        let created = (!self.deployed).then_some(apply);
        let events = self.events.iter().enumerate();
        let events = events.map(|(index, (at, what))| self.timed(index, *at, what));
        Scenario {
            name: String::new(),
            kubernetes: if self.old_rules {
                KubernetesVersion::V1_31
            } else {
                KubernetesVersion::V1_36
            },
            seed: self.seed,
            order: [PickingOrder::Seeded, PickingOrder::Name, PickingOrder::Zone]
                [self.order as usize],
            start: START,
            snapshot: None,
            priority_classes: PriorityClasses::default(),
            resource_quotas: Vec::new(),
            nodes: (1..=self.nodes).map(node).collect(),
            pools: vec![pool],
            daemon_sets: if self.deployed { vec![first] } else { Vec::new() },
            control_plane: control_plane(self.plane),
            kubelet: Kubelet::OFF,
            latencies: Latencies::of(self.phase_delays()),
            events: created.into_iter().chain(events).collect(),
            until: Until {
                limit: SimDuration::from_secs(1_800),
                rollout_complete: self.until_complete,
            },
            alert_interval: DEFAULT_ALERT_INTERVAL,
            covers: Vec::new(),
            expectations: Vec::new(),
            compare: Compare::default(),
        }
    }

    fn phase_delays(&self) -> PhaseDelays {
        let [schedule, image_pull, container_start, ready, terminate] = self.delays.map(delay);
        let node_ready = Delay::constant(SimDuration::from_secs(5 * u64::from(self.plane)));
        PhaseDelays { schedule, image_pull, container_start, ready, terminate, node_ready }
    }

    fn timed(&self, event: usize, at: u16, what: &What) -> TimedAction {
        let (repeats, wait) = match what {
            What::Repeated(every, _) => {
                let mean_interval = SimDuration::from_secs(u64::from(*every));
                let until = SimDuration::from_secs(600);
                (Option::Some(Repeats { mean_interval, until }), None)
            }
            What::Waiting(kind, delay, _) => {
                let secs = SimDuration::from_secs(u64::from(*delay));
                let rollouts = [
                    None,
                    Option::Some(RolloutWait::Complete(reference(0))),
                    Option::Some(RolloutWait::Stuck(
                        reference(0),
                        secs + SimDuration::from_secs(1),
                    )),
                ];
                let rollout = rollouts[*kind as usize].clone();
                (None, Option::Some(Wait { after: event.checked_sub(1), rollout, delay: secs }))
            }
            _ => (None, None),
        };
        let at = SimDuration::from_secs(u64::from(at));
        let (action, label) = (self.action(what), format!("{what:?}"));
        TimedAction { at, repeats, wait, event, action, label }
    }

    fn action(&self, what: &What) -> Action {
        let change = |of: usize, change| Action::DaemonSet { daemon_set: reference(of), change };
        let patch = |of, update_strategy, min_ready_seconds| {
            change(of, DaemonSetChange::Patch { update_strategy, min_ready_seconds })
        };
        match what {
            What::Join(count) => Action::Join { pool: PoolId(0), count: *count },
            What::ScaleUp(count) => Action::ScaleUp { pool: PoolId(0), count: *count },
            What::Outage(secs) => Action::ApiServerOutage {
                duration: SimDuration::from_secs((*secs).into()),
                kind: if secs % 3 == 0 { OutageKind::Hangs } else { OutageKind::Refused },
            },
            What::RestartController(secs) => {
                Action::RestartController { away: SimDuration::from_secs((*secs).into()) }
            }
            What::Nodes(nodes, change) => {
                Action::Nodes { nodes: selection(*nodes), change: node_change(*change) }
            }
            What::Apply(of, image) => Action::Apply(Box::new(self.daemon_set(*of, *image))),
            What::SetImage(of, to) => {
                change(*of, DaemonSetChange::SetImage(vec![("*".to_owned(), image(*to))]))
            }
            What::Restart(of) => change(*of, DaemonSetChange::RolloutRestart),
            What::Undo(of, to) => {
                let to_revision = to.map(i64::from);
                change(*of, DaemonSetChange::RolloutUndo { to_revision })
            }
            What::Strategy(of, update) => patch(*of, Option::Some(update.valid()), None),
            What::MinReady(of, secs) => patch(*of, None, Option::Some(u32::from(*secs))),
            What::Delete(of, how) => {
                let cascades = [Cascade::Background, Cascade::Foreground, Cascade::Orphan];
                change(*of, DaemonSetChange::Delete(cascades[*how as usize]))
            }
            What::Pods(of, nodes, how) => {
                let (daemon_set, nodes) = (reference(*of), selection(*nodes));
                Action::Pods { daemon_set, nodes, change: pod_change(*how) }
            }
            What::Break(of, how, on) => {
                let later = ImageFault::CrashLater(SimDuration::from_secs(u64::from(*of) * 9));
                let faults =
                    [ImageFault::NeverReady, ImageFault::Crash, ImageFault::PullError, later];
                let (image, fault) = (pattern(*of), faults[*how as usize]);
                Action::BreakImage { image, fault, nodes: selection(*on) }
            }
            What::Mend(of) => Action::MendImage { image: pattern(*of) },
            What::Upgrade(nodes, at_once, drain, off) => Action::UpgradeNodes(NodeUpgrade {
                nodes: selection(*nodes),
                at_once: Int(*at_once),
                drain: *drain,
                duration: SimDuration::from_secs((*off).into()),
            }),
            What::JoinAgain(number) => Action::JoinAgain { node: format!("node-{}", number + 1) },
            What::RefusePods(secs) => Action::RefusePods(RefusePods {
                message: "no".to_owned(),
                daemon_set: None,
                namespace: None,
                nodes: selection(Some::All),
                duration: Option::Some(SimDuration::from_secs((*secs).into())),
            }),
            What::StuckTerminating(nodes, secs) => Action::StuckTerminating {
                daemon_set: None,
                nodes: selection(*nodes),
                duration: Option::Some(SimDuration::from_secs((*secs).into())),
            },
            What::Waiting(_, _, what) | What::Repeated(_, what) => self.action(what),
        }
    }

    fn daemon_set(&self, of: usize, to: u8) -> DaemonSet {
        let settings = &self.settings;
        let app = if of == 1 { "other" } else { "agent" };
        let probe = settings.probe.then(|| json!({"httpGet": {"path": "/", "port": 80}}));
        let tolerations = settings.tolerates_all.then(|| json!([{"operator": "Exists"}]));
        let node_selector = settings.selects_nodes.then(|| json!({"kubernetes.io/os": "linux"}));
        let object = json!({
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": NAMES[of], "namespace": "kube-system"},
            "spec": {
                "selector": {"matchLabels": {"app": app}},
                "minReadySeconds": settings.min_ready,
                "revisionHistoryLimit": settings.history,
                "template": {
                    "metadata": {"labels": {"app": app}},
                    "spec": {
                        "terminationGracePeriodSeconds": settings.grace,
                        "tolerations": tolerations.unwrap_or(json!([])),
                        "nodeSelector": node_selector.unwrap_or(json!({})),
                        "containers": [match probe {
                            Option::Some(probe) => json!({
                                "name": "c", "image": image(to), "readinessProbe": probe,
                            }),
                            None => json!({"name": "c", "image": image(to)}),
                        }],
                    },
                },
            },
        });
        let mut daemon_set = daemon_set_from_tree(&Tree::from(object)).unwrap().daemon_set;
        daemon_set.spec.update_strategy = settings.update.valid();
        daemon_set
    }
}

fn pod_change(how: u8) -> PodChange {
    let changes = [
        PodChange::Delete,
        PodChange::Unready,
        PodChange::Ready,
        PodChange::Fail,
        PodChange::ForceDelete,
    ];
    changes[how as usize]
}

fn reference(of: usize) -> DaemonSetRef {
    DaemonSetRef { namespace: "kube-system".to_owned(), name: NAMES[of].to_owned() }
}

fn image(number: u8) -> String {
    format!("agent:v{number}")
}

fn pattern(number: u8) -> String {
    if number == 4 { "agent:*".to_owned() } else { image(number) }
}

/// None, short, long, and two that vary.
fn delay(kind: u8) -> Delay {
    let secs = SimDuration::from_secs;
    match kind {
        0 => Delay::ZERO,
        1 => Delay::constant(secs(1)),
        2 => Delay::constant(secs(15)),
        3 => Delay::exponential(secs(4)).unwrap(),
        _ => Delay::log_normal(secs(2), secs(20)).unwrap(),
    }
}

fn node(number: u32) -> NodeSpec {
    let name = format!("node-{number}");
    let zone = if number % 2 == 1 { "a" } else { "b" };
    let labels = [
        ("kubernetes.io/hostname", name.as_str()),
        ("kubernetes.io/os", "linux"),
        ("topology.kubernetes.io/zone", zone),
    ];
    NodeSpec {
        labels: labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect(),
        name: name.into(),
        pool: Option::Some(PoolId(0)),
        taints: Vec::new(),
        allocatable: room().into(),
        other_pods: Arc::default(),
    }
}

fn selection(nodes: Some) -> NodeSelection {
    let all = |take| NodeSelection { among: Among::All, take };
    match nodes {
        Some::All => all(Take::All),
        Some::One(number) => {
            let name = format!("node-{}", number + 1);
            NodeSelection { among: Among::Names(vec![name]), take: Take::All }
        }
        Some::Count(count) => all(Take::Count(count)),
        Some::Percent(percent) => all(Take::Percent(percent)),
    }
}

fn node_change(change: Change) -> NodeChange {
    let key = "dedicated".to_owned();
    match change {
        Change::Leave => NodeChange::Leave,
        Change::Fail => NodeChange::Fail,
        Change::Recover => NodeChange::Recover,
        Change::Cordon => NodeChange::Cordon,
        Change::Uncordon => NodeChange::Uncordon,
        Change::Taint(evicts) => {
            let effect = if evicts { TaintEffect::NoExecute } else { TaintEffect::NoSchedule };
            let taint = Taint { key, value: String::new(), effect };
            NodeChange::Taint { add: vec![taint], remove: Vec::new() }
        }
        Change::Drain => NodeChange::Drain,
        Change::Shutdown(secs) => {
            NodeChange::Shutdown { grace: SimDuration::from_secs(secs.into()) }
        }
        Change::SpotInterruption(secs) => {
            NodeChange::SpotInterruption { notice: SimDuration::from_secs(secs.into()) }
        }
        Change::ScaleDown => NodeChange::ScaleDown,
        Change::Reboot(secs) => {
            NodeChange::Reboot { duration: SimDuration::from_secs(secs.into()) }
        }
        Change::Reregister(secs) => {
            NodeChange::Reregister { after: SimDuration::from_secs(secs.into()) }
        }
        Change::Pressure(kind, evict) => {
            let kinds = [Pressure::Disk, Pressure::Memory, Pressure::Pid];
            NodeChange::Pressure { kind: kinds[usize::from(kind % 3)], evict }
        }
        Change::Relieve => NodeChange::Relieve { kind: None },
        Change::OutOfService => {
            let key = "node.kubernetes.io/out-of-service".to_owned();
            let effect = TaintEffect::NoExecute;
            let taint = Taint { key, value: String::new(), effect };
            NodeChange::Taint { add: vec![taint], remove: Vec::new() }
        }
        Change::Untaint => NodeChange::Taint { add: Vec::new(), remove: vec![(key, None)] },
        Change::Label(linux) => {
            let os = if linux { "linux" } else { "windows" };
            let set = [("kubernetes.io/os".to_owned(), os.to_owned())].into_iter().collect();
            NodeChange::Label { set, remove: Vec::new() }
        }
    }
}

/// Nothing takes time; what is usual; and a control plane that can hardly keep up.
fn control_plane(kind: u8) -> ControlPlane {
    let uniform = |min, max| {
        Delay::uniform(SimDuration::from_millis(min), SimDuration::from_millis(max)).unwrap()
    };
    let client =
        |per_second: u32, burst| Some(ClientLimit { millis_per_second: per_second * 1_000, burst });
    let [long, longer] = [7, 90].map(SimDuration::from_millis);
    let slow_syncs = SyncTime { manage: long, rolling_update: longer, status: long };
    match kind {
        0 => ControlPlane::OFF,
        1 => ControlPlane {
            request_latency: uniform(5, 20),
            watch_latency: uniform(10, 50),
            client: client(20, 30),
            concurrent_daemonset_syncs: 2,
            sync_time: SyncTime::default(),
            scheduler: Some(Scheduler { client: client(50, 100), cycle: uniform(1, 5) }),
            node_lifecycle: Some(NodeLifecycle::default()),
        },
        _ => ControlPlane {
            request_latency: uniform(100, 1_500),
            watch_latency: uniform(0, 4_000),
            client: client(2, 3),
            concurrent_daemonset_syncs: 1,
            sync_time: slow_syncs,
            scheduler: Some(Scheduler { client: client(1, 2), cycle: uniform(0, 900) }),
            node_lifecycle: Some(NodeLifecycle {
                monitor_period: SimDuration::from_secs(7),
                monitor_grace_period: Some(SimDuration::from_secs(3)),
                eviction_millis_per_second: 1_000,
                ..NodeLifecycle::default()
            }),
        },
    }
}

/// Room for whatever runs there.
fn room() -> Resources {
    let (cpu, memory) = (Quantity::from_units(4), Quantity::from_units(1 << 34));
    Resources { cpu, memory, pods: 110, ..Resources::default() }
}
