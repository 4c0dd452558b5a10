//! The figures of simulated runs, from the facts of their records.

use std::collections::{BTreeMap, BTreeSet};

use rollcast::record::{Fact, NameId, Record, StatusCounts, What};
use rollcast::time::SimDuration;
use rollcast::world::{Options, simulate};

use crate::experiments::{Experiment, Phase};
use crate::figure::{Figure, Figures};
use crate::latencies::Latencies;
use crate::scenario::{Span, phases, scenario};
use crate::serving::{Turn, Without, gap_figures, gaps};
use crate::syncs::{Sync, count, sync_figures};

/// How often each experiment is simulated, each time with other luck.
pub(crate) const SEEDS: u64 = 5;

/// The figures of each phase, for each of so many seeds.
pub(crate) fn simulated(
    experiment: &Experiment,
    latencies: Latencies,
    seeds: u64,
) -> BTreeMap<Phase, Vec<Figures>> {
    let mut scenario = scenario(experiment, latencies);
    let mut figures: BTreeMap<Phase, Vec<Figures>> = BTreeMap::new();
    for seed in 1..=seeds {
        scenario.seed = seed;
        let record = simulate(&scenario, &Options::default(), |_| {});
        for span in phases(experiment) {
            let of_phase = figures_of(&record, experiment, span);
            figures.entry(span.phase).or_default().push(of_phase);
        }
    }
    figures
}

fn figures_of(record: &Record, experiment: &Experiment, span: Span) -> Figures {
    let mut figures = Figures::new();
    for name in experiment.daemon_sets {
        let history = History::new(record, &format!("default/{name}"), span);
        for (figure, value) in history.figures(experiment.nodes) {
            figures.insert(((*name).to_owned(), figure), value);
        }
    }
    for (figure, value) in request_figures(record, span) {
        figures.insert((String::new(), figure), value);
    }
    figures
}

/// What the controller's client asked for, by what came of it.
fn request_figures(record: &Record, span: Span) -> [(Figure, f64); 2] {
    let whats = || record.facts.iter().filter(|fact| span.has(fact.at)).map(|fact| &fact.what);
    let events = whats().filter(|what| matches!(what, What::EventPosted { .. })).count();
    let others = whats().filter(|what| is_request(what)).count();
    [(Figure::Requests, count(events + others)), (Figure::EventRequests, count(events))]
}

fn is_request(what: &What) -> bool {
    matches!(
        what,
        What::RevisionCurrent { created: true, .. }
            | What::PodCreated { .. }
            | What::PodTerminating { .. }
            | What::StatusWritten { .. }
    )
}

/// What happened to one DaemonSet in a phase; times in seconds since the phase began.
#[derive(Debug, Default)]
struct History {
    created: Vec<f64>,
    deleted: Vec<f64>,
    gone: Vec<f64>,
    statuses: Vec<(f64, StatusCounts)>,
    /// Those that acted; a status is written at the end of each.
    syncs: Vec<Sync>,
    /// When pods began and ceased to serve, from the start of the run on.
    turns: Vec<Turn<NameId>>,
}

impl History {
    fn new(record: &Record, daemon_set: &str, span: Span) -> Self {
        let pods = nodes_of_pods(record, daemon_set);
        let from = seconds(SimDuration::from_secs(span.from));
        let mut history = Self::default();
        let mut sync = Sync::default();
        let mut serving = Serving::default();
        for fact in &record.facts {
            let at = seconds(fact.at) - from;
            history.turns.extend(serving.turn(at, &fact.what, &pods));
            if span.has(fact.at) && concerns(record, &fact.what, daemon_set, &pods) {
                history.add(at, &fact.what, &mut sync);
            }
        }
        history.syncs.push(sync);
        history
    }

    /// Adds what happened to what is known; `sync` is the one that is under way.
    fn add(&mut self, at: f64, what: &What, sync: &mut Sync) {
        match *what {
            What::PodCreated { .. } => self.created.push(at),
            What::PodTerminating { .. } => self.deleted.push(at),
            What::PodRemoved { .. } => self.gone.push(at),
            What::Synced { creates, deletes, .. } => {
                sync.creates += u64::from(creates);
                sync.deletes += u64::from(deletes);
            }
            What::StatusWritten { status, .. } => {
                self.statuses.push((at, status));
                self.syncs.push(std::mem::take(sync));
            }
            _ => {}
        }
    }

    fn figures(&self, nodes: u32) -> Vec<(Figure, f64)> {
        let moments = [
            (Figure::FirstCreation, self.created.first()),
            (Figure::LastCreation, self.created.last()),
            (Figure::FirstDeletion, self.deleted.first()),
            (Figure::LastDeletion, self.deleted.last()),
            (Figure::LastGone, self.gone.last()),
        ];
        let moments = moments.into_iter().filter_map(|(figure, at)| Some((figure, *at?)));
        let rate = rate(&self.created).map(|rate| (Figure::CreationRate, rate));
        let counts = [(Figure::Created, self.created.len()), (Figure::Deleted, self.deleted.len())];
        let mut figures: Vec<_> = moments.chain(rate).collect();
        figures.extend(counts.map(|(figure, many)| (figure, count(many))));
        figures.extend(self.status_figures());
        figures.extend(self.serving_figures(nodes));
        figures.extend(sync_figures(&self.syncs));
        figures
    }

    fn status_figures(&self) -> [(Figure, f64); 3] {
        let unavailable = self.statuses.iter().map(|(_, status)| f64::from(status.unavailable));
        [
            (Figure::Duration, self.duration()),
            (Figure::StatusWrites, count(self.statuses.len())),
            (Figure::WorstByStatus, unavailable.fold(0.0, f64::max)),
        ]
    }

    /// Until the status says complete; infinite if it never does.
    fn duration(&self) -> f64 {
        let complete = |status: &StatusCounts| {
            status.desired > 0 && status.desired == status.updated.min(status.available)
        };
        let at = self.statuses.iter().find(|(_, status)| complete(status));
        at.map_or(f64::INFINITY, |&(at, _)| at)
    }

    fn serving_figures(&self, nodes: u32) -> Vec<(Figure, f64)> {
        let without = Without::new(nodes, &self.turns);
        let end = self.statuses.last().map_or(0.0, |&(at, _)| at);
        let turns: Vec<Turn<NameId>> =
            self.turns.iter().copied().filter(|turn| turn.at >= 0.0).collect();
        let mut figures = gap_figures(&gaps(&turns));
        figures.extend([
            (Figure::WorstByPods, without.worst(0.0, end)),
            (Figure::NodeMinutes, without.sum(0.0, end) / 60.0),
            (Figure::MeanWithout, without.sum(end / 4.0, end * 0.75) / (end / 2.0)),
        ]);
        figures
    }
}

/// The node of each pod of a DaemonSet, by the number of its name.
fn nodes_of_pods(record: &Record, daemon_set: &str) -> BTreeMap<NameId, NameId> {
    let node_of = |fact: &Fact| match fact.what {
        What::PodCreated { pod, node, daemon_set: owner, .. } => {
            (record.names.get(owner) == daemon_set).then_some((pod, node))
        }
        _ => None,
    };
    record.facts.iter().filter_map(node_of).collect()
}

/// Whether something happened to the DaemonSet or to one of its pods.
fn concerns(
    record: &Record,
    what: &What,
    daemon_set: &str,
    pods: &BTreeMap<NameId, NameId>,
) -> bool {
    match what {
        What::PodTerminating { pod, .. } | What::PodRemoved { pod } => pods.contains_key(pod),
        What::PodCreated { daemon_set: owner, .. }
        | What::Synced { daemon_set: owner, .. }
        | What::StatusWritten { daemon_set: owner, .. } => record.names.get(*owner) == daemon_set,
        _ => false,
    }
}

/// Which pods are Ready and not asked to stop, as the API server has it.
#[derive(Debug, Default)]
struct Serving {
    pods: BTreeSet<NameId>,
    asked_to_stop: BTreeSet<NameId>,
}

impl Serving {
    /// Takes in what happened; says if one of these pods began or ceased to serve.
    fn turn(
        &mut self,
        at: f64,
        what: &What,
        pods: &BTreeMap<NameId, NameId>,
    ) -> Option<Turn<NameId>> {
        let (pod, serves, turned) = match *what {
            What::PodReady { pod } if self.asked_to_stop.contains(&pod) => return None,
            What::PodReady { pod } => (pod, true, self.pods.insert(pod)),
            What::PodTerminating { pod, .. } => {
                self.asked_to_stop.insert(pod);
                (pod, false, self.pods.remove(&pod))
            }
            What::PodUnready { pod }
            | What::PodMarkedNotReady { pod }
            | What::PodFailed { pod, .. }
            | What::PodRemoved { pod } => (pod, false, self.pods.remove(&pod)),
            _ => return None,
        };
        turned.then_some(Turn { at, node: *pods.get(&pod)?, serves })
    }
}

/// How many happen per second between the 20th and the 80th percent of them.
fn rate(times: &[f64]) -> Option<f64> {
    let (from, to) = (times.len() / 5, times.len() * 4 / 5);
    let lasted = times.get(to)? - times.get(from)?;
    (lasted > 0.0).then(|| count(to - from) / lasted)
}

#[expect(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
fn seconds(span: SimDuration) -> f64 {
    span.as_micros() as f64 / 1e6
}

/// Requests are counted by what came of them; the record counts them as they are made.
#[test]
fn every_request_is_counted() {
    let experiment = crate::experiments::find("E2").unwrap();
    let scenario = scenario(&experiment, Latencies::AsMeasured);
    let record = simulate(&scenario, &Options::default(), |_| {});
    let spans = phases(&experiment).into_iter();
    let counted: f64 = spans.map(|span| request_figures(&record, span)[0].1).sum();
    assert_eq!(format!("{counted}"), record.summary.requests.to_string());
}
