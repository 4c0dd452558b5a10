//! The timeline of a run, from its record: what the recorder has kept while it went on.

use crate::inspect::over_time::cluster::{Cluster, Place};
use crate::inspect::run::Run;
use crate::record::{
    DaemonSetState, Detail, Ending, FROM_SNAPSHOT, Fact, NodeTruth, OLD_AFTER, Phase, Promise,
    Recorder, Seen, StatusCounts, TAINTS_AT_START, Timeline, What,
};
use crate::time::{SimDuration, SimTime};

/// The timeline of a run that ended at `end`, which no fact tells: `summary.json` does.
///
/// It is what the recorder gives, but for points that repeat the one before them.
pub fn timeline(run: &Run, end: SimDuration) -> Timeline {
    let mut teller = Teller::at_start(run);
    for fact in &run.facts {
        teller.tell(fact);
    }
    let Teller { mut recorder, now, .. } = teller;
    recorder.instant_ended(now);
    let end = run.begin() + end.max(run.end());
    recorder.finish(end, Ending::default(), |_| String::new()).timeline
}

/// Tells a recorder again what happened.
struct Teller<'a> {
    run: &'a Run,
    cluster: Cluster,
    recorder: Recorder,
    /// How many DaemonSets the recorder follows.
    followed: usize,
    now: SimTime,
}

impl<'a> Teller<'a> {
    fn at_start(run: &'a Run) -> Self {
        // Nothing is asked of alerts here.
        let recorder = Recorder::new(run.begin(), Detail::Series, SimDuration::from_secs(30));
        let cluster = Cluster::at_start(run);
        let mut teller = Self { run, cluster, recorder, followed: 0, now: run.begin() };
        for state in &run.start.daemon_sets {
            teller.follow(&state.daemon_set);
        }
        teller.catch_up();
        for state in &run.start.daemon_sets {
            if let Some(index) = teller.followed(&state.daemon_set) {
                teller.remember_losses(index, state);
                teller.status(index, state.status);
            }
        }
        teller
    }

    fn tell(&mut self, fact: &Fact) {
        let at = self.run.begin() + fact.at;
        if at > self.now {
            self.recorder.instant_ended(self.now);
            self.now = at;
        }
        self.cluster.apply(fact, self.run);
        self.note(fact);
        self.catch_up();
    }

    /// What the recorder is told besides what is true of nodes and pods.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others say nothing besides")]
    fn note(&mut self, fact: &Fact) {
        let name = |id| self.run.names.get(id);
        let index = |id| self.followed(name(id));
        match fact.what {
            What::Scenario { text } if !is_of_the_start(name(text)) => {
                self.recorder.mark(self.now, name(text));
            }
            What::DaemonSetApplied { daemon_set, .. } => self.follow(name(daemon_set)),
            What::DaemonSetDeleted { daemon_set, kept_by } => {
                if let Some(index) = index(daemon_set) {
                    self.recorder.deleted(self.now, index);
                    if kept_by.is_none() {
                        self.recorder.tracker(index).removed(fact.at);
                    }
                }
            }
            What::DaemonSetRemoved { daemon_set } => {
                if let Some(index) = index(daemon_set) {
                    self.recorder.tracker(index).removed(fact.at);
                }
            }
            What::StatusWritten { daemon_set, status, .. } => {
                if let Some(index) = index(daemon_set) {
                    self.status(index, status);
                }
            }
            _ => {}
        }
    }

    /// The number of a DaemonSet that is followed.
    fn followed(&self, daemon_set: &str) -> Option<usize> {
        let index = self.cluster.by_daemon_set.get(daemon_set).copied();
        index.filter(|index| *index < self.followed)
    }

    /// Begins to follow a DaemonSet, unless it is followed.
    fn follow(&mut self, daemon_set: &str) {
        if self.followed(daemon_set).is_none() {
            self.recorder.follow(self.now, daemon_set, 0);
            self.followed += 1;
        }
    }

    fn status(&mut self, index: usize, status: StatusCounts) {
        let at = self.recorder.elapsed(self.now);
        let seen = Seen { status, ..Seen::default() };
        self.recorder.tracker(index).status_written(at, &seen, None);
    }

    /// Tells what is true of the places that were touched.
    fn catch_up(&mut self) {
        let mut touched = std::mem::take(&mut self.cluster.touched);
        touched.retain(|(daemon_set, _)| *daemon_set < self.followed);
        for &place in &touched {
            let truth = self.truth(place);
            self.recorder.set_node(self.now, place.0, place.1, truth);
        }
        touched.dedup_by_key(|(daemon_set, _)| *daemon_set);
        for (index, _) in touched {
            let rules = self.cluster.daemon_sets[index].rules;
            let tracker = self.recorder.tracker(index);
            let wanted = tracker.wanted();
            let budget = rules.budget(wanted).max_unavailable;
            tracker.set_promise(Promise {
                nodes: if rules.on_delete { wanted } else { budget },
                on_delete: rules.on_delete,
                surges: rules.surges(),
                min_ready: rules.min_ready,
            });
            tracker.pods = self.cluster.daemon_sets[index].pods;
        }
    }

    fn truth(&self, place: Place) -> NodeTruth {
        let mut truth = NodeTruth { wanted: self.cluster.is_wanted(place), ..NodeTruth::default() };
        for pod in self.cluster.pods_at(place).filter(|pod| pod.serving) {
            truth.serving = true;
            truth.serving_updated |= self.cluster.is_current(pod);
        }
        truth
    }

    /// A node whose pod ran, or that has been there for long, lost its pod before the run began if
    /// none serves there.
    fn remember_losses(&mut self, index: usize, state: &DaemonSetState) {
        let start = &self.run.start;
        let is_old = |created: SimTime| self.now.since(created) >= OLD_AFTER;
        let mut had: Vec<usize> = Vec::new();
        if is_old(state.created) {
            let old = start.nodes.iter().filter(|node| is_old(node.created));
            had.extend(old.filter_map(|node| self.cluster.by_node.get(&node.name)));
        }
        let ran = start.pods.iter().filter(|pod| {
            !pod.orphan && pod.daemon_set == state.daemon_set && pod.phase == Phase::Running
        });
        had.extend(ran.filter_map(|pod| self.cluster.by_node.get(&pod.node)));
        for node in had {
            let truth = self.truth((index, node));
            if truth.wanted && !truth.serving {
                for truth in [NodeTruth { serving: true, ..truth }, truth] {
                    self.recorder.set_node(self.now, index, node, truth);
                }
            }
        }
    }
}

/// Whether a text tells of what was there at the start, and not of what the scenario did.
fn is_of_the_start(text: &str) -> bool {
    [FROM_SNAPSHOT, TAINTS_AT_START].contains(&text)
}
