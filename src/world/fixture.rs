//! What an actor needs around it to be tested alone: a small cluster, an API server, an agenda and
//! a record. There is no World, and no other actor.

use std::collections::BTreeMap;

use std::sync::Arc;

use crate::api::{
    Container, DaemonSet, DaemonSetSpec, DaemonSetStatus, ImagePullPolicy, IntOrPercent,
    KubernetesVersion, LabelSelector, Labels, ObjectMeta, PodSpec, PodTemplate, Snapshot,
    UpdateStrategy,
};
use crate::control::{NodeId, PodId};
use crate::engine::Delay;
use crate::record::{Detail, Ending, Recorder};
use crate::scenario::{ControlPlane, NodeSpec, Resources, START, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::{ApiServer, create_pod, new_daemon_set, new_node};
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::{Agenda, Event};
use crate::world::ids::{DaemonSetId, HashId};
use crate::world::settings::Settings;

/// An actor that takes more events goes round in a circle.
const MOST_EVENTS: u32 = 10_000;

/// The surroundings of an actor.
pub(super) struct Fixture {
    agenda: Agenda,
    settings: Settings,
    pub(super) cluster: Cluster,
    api: ApiServer,
    record: Recorder,
}

/// A scenario with `nodes` nodes, `n1` and so on, on which kubelets are switched off. Requests take
/// 10 ms, watches 20 ms, a pull 2 s, a start 1 s, a stop 3 s.
pub(super) fn scenario(nodes: u32) -> Scenario {
    let node = |number: u32| NodeSpec {
        allocatable: Arc::new(Resources::UNLIMITED),
        ..NodeSpec::named(&format!("n{number}"))
    };
    let snapshot = Snapshot::default();
    let mut scenario = Scenario::standing_still(snapshot, START, KubernetesVersion::V1_36);
    scenario.snapshot = None;
    scenario.nodes = (1..=nodes).map(node).collect();
    scenario.control_plane = ControlPlane {
        request_latency: Delay::constant(SimDuration::from_millis(10)),
        watch_latency: Delay::constant(SimDuration::from_millis(20)),
        ..ControlPlane::OFF
    };
    let secs = |secs| Delay::constant(SimDuration::from_secs(secs));
    scenario.latencies.default.image_pull = secs(2);
    scenario.latencies.default.container_start = secs(1);
    scenario.latencies.default.terminate = secs(3);
    scenario
}

/// A DaemonSet of one container that has no probes.
pub(super) fn daemon_set(name: &str) -> DaemonSet {
    let labels: Labels = [("app", name)].into_iter().collect();
    let container = Container {
        name: "main".to_owned(),
        image: "agent:1".to_owned(),
        image_pull_policy: ImagePullPolicy::IfNotPresent,
        ports: Vec::new(),
        requests: BTreeMap::new(),
        limits: BTreeMap::new(),
        readiness_probe: None,
        liveness_probe: None,
        startup_probe: None,
        pre_stop: None,
        is_sidecar: false,
    };
    let spec = PodSpec {
        containers: vec![container],
        termination_grace_period_seconds: 30,
        ..PodSpec::default()
    };
    let template = PodTemplate {
        labels: labels.clone(),
        canonical: "1".to_owned(),
        spec,
        ..Default::default()
    };
    DaemonSet {
        metadata: ObjectMeta {
            name: name.to_owned(),
            namespace: "default".to_owned(),
            ..ObjectMeta::default()
        },
        spec: DaemonSetSpec {
            selector: LabelSelector { match_labels: labels, match_expressions: Vec::new() },
            template,
            update_strategy: UpdateStrategy::RollingUpdate {
                max_unavailable: IntOrPercent::Int(1),
                max_surge: IntOrPercent::Int(0),
            },
            min_ready_seconds: 0,
            revision_history_limit: 10,
        },
        status: DaemonSetStatus::default(),
    }
}

impl Fixture {
    /// The nodes of a scenario, and nothing on them.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let settings = Settings::new(scenario, false);
        let mut fixture = Self {
            agenda: Agenda::new(),
            cluster: Cluster::new(scenario, &settings.streams),
            settings,
            api: ApiServer::new(&scenario.control_plane),
            record: Recorder::new(scenario.start, Detail::Facts, scenario.alert_interval),
        };
        for spec in scenario.nodes.iter() {
            new_node(&spec, &mut fixture.cx());
        }
        fixture
    }

    /// The surroundings at the time of the latest event that was taken.
    pub(super) fn cx(&mut self) -> Cx<'_> {
        let Self { agenda, settings, cluster, api, record } = self;
        let now = agenda.now().max(settings.start);
        let limited = SimDuration::ZERO;
        Cx { now, cause: None, limited, agenda, settings, cluster, api, record }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A DaemonSet that is there and has no pods.
    pub(super) fn deploy(&mut self, daemon_set: &DaemonSet) -> DaemonSetId {
        new_daemon_set(daemon_set, &mut self.cx())
    }

    /// A new pod, Pending and not bound.
    pub(super) fn create(&mut self, daemon_set: DaemonSetId, node: u32) -> PodId {
        let spec = self.cluster.daemon_sets[daemon_set].spec;
        if self.cluster.hashes.rows().is_empty() {
            self.cluster.hashes.push("h1".to_owned());
        }
        let pod = create_pod(daemon_set, NodeId(node), spec, HashId(0), &mut self.cx());
        pod.expect("a node that is not crowded")
    }

    /// A new pod that is bound.
    pub(super) fn bind(&mut self, daemon_set: DaemonSetId, node: u32) -> PodId {
        let pod = self.create(daemon_set, node);
        let mut cx = self.cx();
        cx.cluster.occupy(pod);
        cx.change_pod(pod, |pod| pod.bound = true);
        pod
    }

    /// Takes the next event, and tells how long after the start it happens.
    pub(super) fn next(&mut self) -> Option<(SimDuration, Event)> {
        let (at, caused) = self.agenda.take()?;
        Some((at.since(self.settings.start), caused.event))
    }

    /// Lets time pass until the next event is one that `handle` does not want, or there is none.
    /// Each event is told by its time in milliseconds and its words.
    pub(super) fn drive(
        &mut self,
        mut handle: impl FnMut(Event, &mut Cx<'_>) -> Option<String>,
    ) -> Vec<String> {
        let mut told = Vec::new();
        for events in 0.. {
            assert!(events < MOST_EVENTS, "an actor comes to rest");
            let Some((at, event)) = self.next() else { break };
            if let Some(words) = handle(event, &mut self.cx()) {
                told.push(format!("{} {words}", at.as_micros() / 1_000));
            }
        }
        told
    }

    /// What was written down, a fact a line, by its kind.
    pub(super) fn facts(self) -> Vec<String> {
        let now = self.agenda.now().max(self.settings.start);
        let record = self.record.finish(now, Ending::default(), |_| String::new());
        let kind = |text: String| text.split([' ', '{']).next().unwrap_or_default().to_owned();
        record.facts.iter().map(|fact| kind(format!("{:?}", fact.what))).collect()
    }

    /// An instant after the start.
    pub(super) fn after(&self, span: SimDuration) -> SimTime {
        self.settings.start + span
    }
}
