//! From the facts of a run to the lives of its pods.

use std::collections::BTreeMap;

use crate::inspect::phases::history::History;
use crate::inspect::phases::kind::PhaseKind;
use crate::inspect::phases::life::PodLife;
use crate::inspect::phases::living::Living;
use crate::inspect::phases::spans::Spans;
use crate::inspect::phases::steps::{PodStep, pod_step};
use crate::inspect::run::Run;
use crate::record::{Fact, What};
use crate::time::SimDuration;

/// The lives of all pods of DaemonSets: first those that were there at the start, then in the order
/// of their creation.
pub fn lives(run: &Run, history: &History) -> Vec<PodLife> {
    lives_until(run, history, run.end())
}

/// The same as it was at an instant: what comes after it is not told.
pub fn lives_until(run: &Run, history: &History, end: SimDuration) -> Vec<PodLife> {
    let mut walk = Walk::new(run, history);
    for pod in &run.start.pods {
        let place = (pod.daemon_set.clone(), pod.node.clone());
        walk.add(place, Living::at_start(pod, history, run.begin()));
    }
    for fact in run.facts.iter().take_while(|fact| fact.at <= end) {
        if let What::PodCreated { .. } = fact.what {
            walk.create(fact);
        } else if let What::NodeFailed { node } = fact.what {
            walk.node_failed(run.names.get(node), fact);
        } else if let Some((pod, step)) = pod_step(&fact.what) {
            walk.step(run.names.get(pod), step, fact);
        }
    }
    walk.pods.into_iter().map(|pod| pod.finish(end, history)).collect()
}

struct Walk<'a> {
    run: &'a Run,
    history: &'a History,
    pods: Vec<Living>,
    /// The last pod of each name.
    known: BTreeMap<String, usize>,
    /// Those that a node had.
    on_node: BTreeMap<String, Vec<usize>>,
    /// By DaemonSet and node.
    places: BTreeMap<(String, String), Place>,
}

/// What a DaemonSet has on a node.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// The pod that came last.
    pod: Option<usize>,
    left: Option<Vacancy>,
}

/// A pod left its place, and no other has come since.
#[derive(Clone, Copy, Debug)]
struct Vacancy {
    since: SimDuration,
    /// The pod had failed.
    failed: bool,
}

impl<'a> Walk<'a> {
    fn new(run: &'a Run, history: &'a History) -> Self {
        let (known, on_node) = (BTreeMap::new(), BTreeMap::new());
        Self { run, history, pods: Vec::new(), known, on_node, places: BTreeMap::new() }
    }

    fn add(&mut self, place: (String, String), pod: Living) {
        let index = self.pods.len();
        self.known.insert(pod.life.pod.clone(), index);
        self.on_node.entry(pod.life.node.clone()).or_default().push(index);
        self.places.insert(place, Place { pod: Some(index), left: None });
        self.pods.push(pod);
    }

    fn create(&mut self, fact: &Fact) {
        let What::PodCreated { daemon_set, pod, node, revision, .. } = fact.what else { return };
        let [daemon_set, pod, node, revision] =
            [daemon_set, pod, node, revision].map(|name| self.run.names.get(name).to_owned());
        let key = (daemon_set.clone(), node.clone());
        let place = self.places.get(&key).copied().unwrap_or_default();
        let mut spans = Spans::new(fact.at);
        if let Some(sync) = self.run.sync_behind(fact) {
            let woken = self.run.cause_of(sync).map_or(sync.at, |cause| cause.at);
            let since = place.left.map_or(woken, |left| left.since);
            spans = Spans::new(since.min(sync.at));
            if place.left.is_some_and(|left| left.failed) {
                spans.push(PhaseKind::Retry, sync.at);
            }
            self.history.push_controller(&mut spans, &daemon_set, sync.at);
            spans.ended_by(sync.id, sync.at);
            self.history.push_request(&mut spans, fact);
            spans.ended_by(fact.id, fact.at);
        }
        if let Some(beside) = place.pod.and_then(|index| self.pods.get_mut(index)) {
            beside.joined.get_or_insert(fact.at);
        }
        let (created, terminating, removed) = (Some(fact.id), None, None);
        let so_far = Vec::new();
        let life = PodLife {
            pod,
            daemon_set,
            node,
            revision,
            spans: so_far,
            created,
            terminating,
            removed,
        };
        self.add(key, Living::new(life, spans, PhaseKind::Schedule));
    }

    /// The machine went off: nothing on it runs any more.
    fn node_failed(&mut self, node: &str, fact: &Fact) {
        let here = self.on_node.entry(node.to_owned()).or_default();
        here.retain(|&index| !self.pods[index].is_gone());
        for &index in here.iter() {
            self.pods[index].turn(PhaseKind::Node, fact, self.history);
        }
    }

    fn step(&mut self, name: &str, step: PodStep, fact: &Fact) {
        let Some(&index) = self.known.get(name) else { return };
        let (run, history) = (self.run, self.history);
        let pod = &mut self.pods[index];
        if pod.is_gone() {
            return;
        }
        let was = pod.doing;
        match step {
            PodStep::Created => {}
            PodStep::Turns(kind) => pod.turn(kind, fact, history),
            PodStep::Pulled { took, waited } => pod.pulled(took, waited, fact, history),
            PodStep::Ready => pod.turn_ready(fact, history),
            PodStep::Terminating => pod.terminate(fact, run, history),
            PodStep::Stopped => pod.go_on(PhaseKind::Cleanup, fact, history),
            PodStep::Removed => {
                pod.go_on(PhaseKind::Cleanup, fact, history);
                pod.life.removed = Some(fact.id);
            }
        }
        if matches!(step, PodStep::Stopped | PodStep::Removed) && was != PhaseKind::Cleanup {
            let key = (pod.life.daemon_set.clone(), pod.life.node.clone());
            let left = Vacancy { since: fact.at, failed: pod.has_failed };
            let place = self.places.entry(key).or_default();
            if place.pod == Some(index) {
                place.left = Some(left);
            }
        }
    }
}
