//! Takes down what happens while a run goes on.
//!
//! How much is kept is a level of detail: a sweep needs the summary alone and allocates nothing
//! per event.

use crate::record::belief::{Belief, Beliefs};
use crate::record::causes::Causes;
use crate::record::cover::{Alike, Cover};
use crate::record::fact::{Fact, FactId, What};
use crate::record::losses::Off;
use crate::record::names::Names;
use crate::record::nodes_off::NodesOff;
use crate::record::summary::{DaemonSetSummary, FailedAction, Limit, Summary};
use crate::record::timeline::{Mark, Series, Timeline};
use crate::record::tracker::{NodeTruth, NodesAtEnd, Tracker};
use crate::time::{SimDuration, SimTime};

/// More actions that were in vain are only facts.
const MAX_FAILED_ACTIONS: usize = 100;

/// How much of a run is kept; each level includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The summary.
    Summary,
    /// And the timeline.
    Series,
    /// And every fact.
    Facts,
}

/// Everything kept of a run.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// In the order they happened; empty below [`Detail::Facts`], and if they were taken as they
    /// happened.
    pub facts: Vec<Fact>,
    /// The names that the facts use.
    pub names: Names,
    /// Empty below [`Detail::Series`].
    pub timeline: Timeline,
    /// Always there.
    pub summary: Summary,
}

/// What only the run itself knows when it ends; see [`Summary`] for the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    pub events: u64,
    pub at_rest: bool,
    pub limit_hit: Option<Limit>,
    pub digest: u64,
}

#[derive(Debug)]
pub struct Recorder {
    start: SimTime,
    detail: Detail,
    alert_interval: SimDuration,
    next_fact: u32,
    facts: Vec<Fact>,
    causes: Causes,
    names: Names,
    marks: Vec<Mark>,
    trackers: Vec<Tracker>,
    /// DaemonSets that stand for each other; mostly there are none.
    covers: Vec<Cover>,
    nodes_off: NodesOff,
    failed_actions: Vec<FailedAction>,
    requests: u64,
    pulls: u32,
    peak_pulls: u32,
    beliefs: Beliefs,
}

impl Recorder {
    /// A recorder for a run that begins at `start`. Alerts are evaluated every `alert_interval`.
    pub fn new(start: SimTime, detail: Detail, alert_interval: SimDuration) -> Self {
        Self {
            start,
            detail,
            alert_interval,
            next_fact: 0,
            facts: Vec::new(),
            causes: Causes::default(),
            names: Names::default(),
            marks: Vec::new(),
            trackers: Vec::new(),
            covers: Vec::new(),
            nodes_off: NodesOff::default(),
            failed_actions: Vec::new(),
            requests: 0,
            pulls: 0,
            peak_pulls: 0,
            beliefs: Beliefs::default(),
        }
    }

    /// Whether facts are kept.
    pub fn keeps_facts(&self) -> bool {
        self.detail >= Detail::Facts
    }

    /// How many facts are kept so far.
    pub fn facts_so_far(&self) -> usize {
        self.facts.len()
    }

    /// The facts that happened since the last time, if they are not to be kept, with their names.
    pub fn take_facts(&mut self) -> (std::vec::Drain<'_, Fact>, &Names) {
        (self.facts.drain(..), &self.names)
    }

    /// Takes down a fact and numbers it. `what` is called only if facts are kept.
    pub fn fact(
        &mut self,
        now: SimTime,
        cause: Option<FactId>,
        what: impl FnOnce(&mut Names) -> What,
    ) -> FactId {
        let id = FactId(self.next_fact);
        self.next_fact = self.next_fact.wrapping_add(1);
        if self.keeps_facts() {
            let what = what(&mut self.names);
            self.causes.add(cause);
            self.facts.push(Fact { id, at: self.elapsed(now), cause, what });
        }
        id
    }

    /// Takes down that something which the scenario did was in vain. What fails again and again for
    /// the same reason is counted.
    pub fn action_failed(
        &mut self,
        now: SimTime,
        cause: Option<FactId>,
        action: &str,
        message: String,
    ) {
        self.fact(now, cause, |names| What::ActionFailed { message: names.intern(&message) });
        self.keep_failed(Some(self.elapsed(now)), action, message);
    }

    /// Something that the scenario asked for never happened, which is no fact.
    pub fn never_happened(&mut self, action: &str, message: String) {
        self.keep_failed(None, action, message);
    }

    fn keep_failed(&mut self, at: Option<SimDuration>, action: &str, message: String) {
        let same = |it: &&mut FailedAction| it.action == action && it.message == message;
        if let Some(known) = self.failed_actions.iter_mut().find(same) {
            known.times += 1;
        } else if self.failed_actions.len() < MAX_FAILED_ACTIONS {
            let action = action.to_owned();
            self.failed_actions.push(FailedAction { at, action, message, times: 1 });
        }
    }

    /// Counts a request to the API server.
    pub fn request(&mut self) {
        self.requests += 1;
    }

    /// Something is taken for granted of an object, since a snapshot does not tell.
    pub fn believe(&mut self, belief: Belief, object: impl FnOnce() -> String) {
        self.beliefs.add(belief, object);
    }

    /// A node began to fetch an image.
    pub fn pull_began(&mut self) {
        self.pulls += 1;
        self.peak_pulls = self.peak_pulls.max(self.pulls);
    }

    /// A node has fetched an image, or does not any more.
    pub fn pull_ended(&mut self) {
        self.pulls = self.pulls.saturating_sub(1);
    }

    /// Marks an instant for charts.
    pub fn mark(&mut self, now: SimTime, label: &str) {
        if self.detail >= Detail::Series {
            self.marks.push(Mark { at: self.elapsed(now), label: label.to_owned() });
        }
    }

    /// Begins to follow a DaemonSet, `namespace/name`; its index is the number of those before it.
    /// `namesakes` had the same name.
    pub fn follow(&mut self, now: SimTime, daemon_set: &str, namesakes: u32) {
        let at = self.elapsed(now);
        let summary = DaemonSetSummary {
            daemon_set: daemon_set.to_owned(),
            namesakes,
            created_at: at,
            ..DaemonSetSummary::default()
        };
        let keeps_points = self.detail >= Detail::Series;
        let number = self.trackers.len();
        let mut tracker = Tracker::new(summary, keeps_points, self.alert_interval);
        self.nodes_off.now().for_each(|node| tracker.set_off(node, true));
        self.trackers.push(tracker);
        for cover in self.covers.iter_mut().filter(|cover| cover.has(daemon_set)) {
            cover.add(number);
        }
    }

    /// DaemonSets of these names, `namespace/name`, stand for each other, as the scenario says.
    pub fn expect_cover(&mut self, names: Vec<String>) {
        self.covers.push(Cover::new(names, Alike::Asked));
    }

    /// Two DaemonSets that are followed may stand for each other, unless they are known to.
    pub fn may_cover(&mut self, daemon_sets: [usize; 2], why: Alike) {
        let has_both = |it: &Cover| daemon_sets.iter().all(|&one| it.is_member(one));
        if self.covers.iter().any(has_both) {
            return;
        }
        // The third one of a name belongs to the first two.
        let shared = daemon_sets.first().filter(|_| why == Alike::Name);
        let names = shared.map(|&one| self.trackers[one].name().to_owned()).into_iter().collect();
        let mut cover = Cover::new(names, why);
        for one in daemon_sets {
            cover.add(one);
        }
        self.covers.push(cover);
    }

    /// From now on, pods of two DaemonSets that may stand for `daemon_set` run on a node, or not:
    /// `runs` says of which DaemonSets one does.
    pub fn set_running(&mut self, now: SimTime, daemon_set: usize, node: usize, runs: &[usize]) {
        let at = self.elapsed(now);
        for cover in self.covers.iter_mut().filter(|cover| cover.is_member(daemon_set)) {
            let two = runs.iter().filter(|&&it| cover.is_member(it)).count() > 1;
            cover.overlaps.set(at, node, two);
        }
    }

    /// Whether others may stand for a DaemonSet.
    pub fn has_stand_in(&self, daemon_set: usize) -> bool {
        self.covers.iter().any(|cover| cover.is_member(daemon_set))
    }

    /// Sets what is true of a node for a DaemonSet from now on.
    pub fn set_node(&mut self, now: SimTime, daemon_set: usize, node: usize, truth: NodeTruth) {
        let at = self.elapsed(now);
        if self.trackers[daemon_set].set_node(at, node, truth) {
            for cover in self.covers.iter_mut().filter(|cover| cover.is_member(daemon_set)) {
                cover.node_changed(at, node, &self.trackers);
            }
        }
    }

    /// A DaemonSet was deleted; finalizers may keep its object.
    pub fn deleted(&mut self, now: SimTime, daemon_set: usize) {
        let at = self.elapsed(now);
        self.trackers[daemon_set].deleted(at);
        for cover in self.covers.iter_mut().filter(|cover| cover.is_member(daemon_set)) {
            cover.look_again();
        }
    }

    /// A machine goes off, or a snapshot shows that it is.
    pub fn node_off(&mut self, now: SimTime, node: usize, why: Off) {
        let at = self.elapsed(now);
        self.nodes_off.off(at, node, why);
        for tracker in &mut self.trackers {
            tracker.stop_all(at, node);
            tracker.set_off(node, true);
        }
    }

    /// A machine works again, or its Node object is deleted.
    pub fn node_off_over(&mut self, now: SimTime, node: usize) {
        self.nodes_off.over(self.elapsed(now), node);
        for tracker in &mut self.trackers {
            tracker.set_off(node, false);
        }
    }

    /// What is followed of a DaemonSet.
    ///
    /// # Panics
    /// If nothing of that number is followed.
    pub fn tracker(&mut self, daemon_set: usize) -> &mut Tracker {
        &mut self.trackers[daemon_set]
    }

    /// Whether every DaemonSet that is followed has reached the end of its last rollout.
    pub fn all_complete(&self) -> bool {
        self.trackers.iter().all(Tracker::is_complete)
    }

    /// Closes an instant: what changed in it becomes a point of the timeline.
    pub fn instant_ended(&mut self, now: SimTime) {
        let at = self.elapsed(now);
        for tracker in &mut self.trackers {
            tracker.instant_ended(at);
        }
        for cover in &mut self.covers {
            cover.instant_ended(at, &self.trackers);
        }
    }

    /// The time since the start of the run.
    pub fn elapsed(&self, now: SimTime) -> SimDuration {
        now.since(self.start)
    }

    /// Closes the record at the end of a run. `node_name` resolves the indices of nodes.
    pub fn finish(
        mut self,
        now: SimTime,
        ending: Ending,
        node_name: impl Fn(usize) -> String,
    ) -> Record {
        self.instant_ended(now);
        let end = self.elapsed(now);
        let mut timeline = Timeline { series: Vec::new(), marks: self.marks, end };
        let causes = self.causes;
        let covers = self.covers.into_iter();
        let cover = covers.filter_map(|it| it.finish(end, &self.trackers, &node_name)).collect();
        let nodes = NodesAtEnd { name: &node_name, off: &self.nodes_off.finish(end) };
        let mut daemon_sets = Vec::new();
        for tracker in self.trackers {
            let (summary, points) = tracker.finish(end, ending.at_rest, &causes, &nodes);
            let (daemon_set, deleted) = (summary.key(), summary.deleted);
            timeline.series.push(Series { daemon_set, points, deleted });
            daemon_sets.push(summary);
        }
        let Ending { events, at_rest, limit_hit, digest } = ending;
        let summary = Summary {
            daemon_sets,
            cover,
            failed_actions: self.failed_actions,
            end,
            events,
            at_rest,
            limit_hit,
            digest,
            requests: self.requests,
            peak_concurrent_pulls: self.peak_pulls,
            beliefs: self.beliefs.finish(),
        };
        Record { facts: self.facts, names: self.names, timeline, summary }
    }
}
