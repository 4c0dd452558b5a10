//! What the rollouts of a scenario come to, told before anybody runs it.
//!
//! Arithmetic ([`crate::study::estimates`]) knows budgets and medians, and no reason why a rollout
//! hangs. Those are found by the model itself: the scenario is simulated, with limits, and of each
//! rollout that does not end the causes are read off. So nothing is said here that a run would not
//! say, and no rule is stated twice.

use std::collections::BTreeSet;

use crate::api::{IntOrPercent, UpdateStrategy};
use crate::record::{
    Blocker, Cause, DaemonSetSummary, Detail, FailedAction, Limit, Record, Rollout, Summary,
};
use crate::scenario::{Action, DaemonSetChange, Scenario, TimedAction, Until};
use crate::study::estimate::{Estimate, estimates};
use crate::study::heard::Heard;
use crate::study::remedy::{advise_one, ends_by_itself, is_stuck, reference, wait_for};
use crate::time::SimDuration;
use crate::world::{Options, RunLimits, Told, simulate, simulate_and_tell};

/// Events of one simulation: about a second, and more than a rollout of thousands of nodes takes.
const MOST_EVENTS: u64 = 1_000_000;

/// Events that come on top where a simulation is made again with something else at its end.
const FURTHER_EVENTS: u64 = 200_000;

/// After a simulation of more events it is not made again with other seeds or another budget.
const FEW_EVENTS: u64 = 200_000;

/// How long it goes on after the last event of the scenario, whatever `until` says.
const AFTERWARDS: SimDuration = SimDuration::from_secs(3_600);

/// What is added to the seed to see whether another run of the scenario hangs as well.
const OTHER_SEEDS: [u64; 2] = [1, 2];

/// Rollouts that were replaced by later ones are each looked at in a simulation of their own: so
/// many at most, and only while all together have had fewer than [`MOST_EVENTS`].
const MOST_REPLACED: usize = 8;

/// What can be told of a scenario before it is run.
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    /// What arithmetic tells of the first update of each DaemonSet that runs at the start.
    pub estimates: Vec<Estimate>,
    /// Every rollout of the scenario, by DaemonSet, in the order of time.
    pub forecasts: Vec<Forecast>,
    /// What the scenario does in vain.
    pub failed_actions: Vec<FailedAction>,
}

/// What a rollout comes to.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// `namespace/name`.
    pub daemon_set: String,
    /// What starts it: `set image agent=v2`.
    pub trigger: String,
    /// When it starts, since the start of the run.
    pub at: SimDuration,
    /// Whether it creates the DaemonSet.
    pub creation: bool,
    /// Nodes that pods of others have to leave for it.
    pub preempts: u32,
    pub fate: Fate,
}

/// How a rollout ends, with the scenario's seed.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is complete so long after its start.
    Completes(SimDuration),
    Hangs(Box<Hang>),
    /// The simulation or the scenario ended before it did, or it is one that nobody waits for.
    Untold,
}

/// A rollout that does not end by itself.
#[derive(Clone, Debug)]
pub struct Hang {
    /// Its state when nothing moves any more, with the causes and what would help.
    pub state: DaemonSetSummary,
    /// When the scenario itself replaces it or deletes the DaemonSet.
    pub until: Option<SimDuration>,
    /// Whether it does with some other seeds as well, as far as that was tried.
    pub is_sure: bool,
    /// What would be behind it if the update were to replace all pods at once; empty if no other
    /// node would hang then, or if it was not tried.
    pub without_budget: Vec<Blocker>,
}

impl Hang {
    /// The rollout itself.
    pub fn rollout(&self) -> Option<&Rollout> {
        self.state.rollouts.last()
    }
}

/// Estimates every first update, and simulates every rollout.
pub fn preflight(scenario: &Scenario) -> Preflight {
    let mut heard = Heard::default();
    let tell = |told: Told<'_>| {
        if let Told::Fact(fact, names) = told {
            heard.hear(fact, names);
        }
    };
    let first = |scenario: &Scenario, options: &Options| {
        let options = Options { detail: Detail::Facts, ..*options };
        simulate_and_tell(scenario, &options, tell)
    };
    let Record { names, summary, .. } = probe_by(first, scenario, MOST_EVENTS, scenario.seed);
    let mut forecasts = Vec::new();
    let (mut probes, mut events) = (0, 0);
    for (index, it) in summary.daemon_sets.iter().enumerate() {
        let name = names.find(&it.key());
        for (place, rollout) in it.rollouts.iter().enumerate() {
            let next = it.rollouts.get(place + 1).map(|next| next.started).or(it.deleted);
            let lookup = Lookup { scenario, index, place };
            let fate = match (rollout.finished, next) {
                (Some(at), _) => Fate::Completes(at.saturating_sub(rollout.started)),
                (None, None) => lookup.fate(&summary, None),
                (None, Some(_)) if probes == MOST_REPLACED || events > MOST_EVENTS => Fate::Untold,
                (None, Some(next)) => {
                    let (fate, more) = lookup.fate_before(next, &heard.acted_since(next));
                    (probes, events) = (probes + 1, events + more);
                    fate
                }
            };
            forecasts.push(Forecast {
                daemon_set: it.key(),
                trigger: rollout.trigger.clone(),
                at: rollout.started,
                creation: rollout.creation,
                preempts: heard.nodes_preempted(name, rollout.started, next),
                fate,
            });
        }
    }
    let failed_actions = summary.failed_actions;
    Preflight { estimates: estimates(scenario), forecasts, failed_actions }
}

/// Simulates a scenario until every rollout is complete, or some time after its last event.
fn probe(scenario: &Scenario, max_events: u64, seed: u64) -> Record {
    let run = |scenario: &Scenario, options: &Options| simulate(scenario, options, |_| ());
    probe_by(run, scenario, max_events, seed)
}

/// The same, as `run` simulates.
fn probe_by(
    run: impl FnOnce(&Scenario, &Options) -> Record,
    scenario: &Scenario,
    max_events: u64,
    seed: u64,
) -> Record {
    let mut scenario = scenario.clone();
    let last = scenario.events.iter().map(end_of).max().unwrap_or_default();
    let limit = scenario.until.limit.max(last + AFTERWARDS);
    scenario.until = Until { limit, rollout_complete: true };
    scenario.seed = seed;
    let limits = RunLimits { max_events };
    let options = Options { detail: Detail::Summary, limits, ..Options::default() };
    let mut record = run(&scenario, &options);
    // What has been quiet for long stays so if nothing of the scenario is left to happen.
    let summary = &mut record.summary;
    if summary.limit_hit == Some(Limit::Events) && last < summary.end {
        summary.limit_hit = None;
    }
    record
}

/// When an event has happened for the last time.
fn end_of(timed: &TimedAction) -> SimDuration {
    timed.repeats.map_or(timed.at, |repeats| repeats.until)
}

/// A rollout by the index of its DaemonSet and its place among the rollouts of that.
#[derive(Clone, Copy)]
struct Lookup<'a> {
    scenario: &'a Scenario,
    index: usize,
    place: usize,
}

impl Lookup<'_> {
    /// What would become of the rollout if nothing happened from `next` on, and how many events it
    /// took to find out. Of what waited for something, `later` is what happened from then on.
    fn fate_before(self, next: SimDuration, later: &BTreeSet<&str>) -> (Fate, u64) {
        let mut scenario = self.scenario.clone();
        scenario.events.retain(|timed| match timed.wait {
            None => timed.at < next,
            Some(_) => !later.contains(timed.label.as_str()),
        });
        let lookup = Lookup { scenario: &scenario, ..self };
        let record = probe(&scenario, MOST_EVENTS, scenario.seed);
        (lookup.fate(&record.summary, Some(next)), record.summary.events)
    }

    /// What becomes of the rollout in a run, of which it is the last one.
    fn fate(self, run: &Summary, until: Option<SimDuration>) -> Fate {
        let Some(it) = run.daemon_sets.get(self.index) else { return Fate::Untold };
        let Some(rollout) = it.rollouts.get(self.place) else { return Fate::Untold };
        let completes = |at: SimDuration| match until {
            None => Fate::Completes(at.saturating_sub(rollout.started)),
            Some(_) => Fate::Untold,
        };
        if let Some(at) = rollout.finished {
            return completes(at);
        }
        if it.rollouts.len() > self.place + 1 || !is_stuck(it, run) {
            return Fate::Untold;
        }
        let max_events = run.events + FURTHER_EVENTS;
        let tried = if until.is_none() { advise_one } else { wait_for };
        let advice = tried(self.scenario, run, self.index, max_events);
        if let Some(at) = ends_by_itself(&advice, run) {
            return completes(at);
        }
        let state = DaemonSetSummary { advice, ..it.clone() };
        let again = run.events <= FEW_EVENTS;
        let completes = |more: &u64| self.completes_with(*more, max_events);
        let is_sure = !again || !OTHER_SEEDS.iter().any(completes);
        let without_budget = if again { self.without_budget(it, max_events) } else { Vec::new() };
        Fate::Hangs(Box::new(Hang { state, until, is_sure, without_budget }))
    }

    /// Whether the rollout is complete in the end with another seed.
    fn completes_with(self, more: u64, max_events: u64) -> bool {
        let seed = self.scenario.seed.wrapping_add(more);
        let record = probe(self.scenario, max_events, seed);
        let it = record.summary.daemon_sets.get(self.index);
        let rollout = it.and_then(|it| it.rollouts.get(self.place));
        rollout.is_some_and(|rollout| rollout.finished.is_some())
    }

    /// What is behind the nodes that would hang if the budget were all nodes.
    fn without_budget(self, it: &DaemonSetSummary, max_events: u64) -> Vec<Blocker> {
        let Some(rollout) = it.rollouts.get(self.place).filter(|rollout| !rollout.creation) else {
            return Vec::new();
        };
        let all = IntOrPercent::Percent(100);
        let none = IntOrPercent::Int(0);
        let (max_unavailable, max_surge) = if it.surges { (none, all) } else { (all, none) };
        let strategy = UpdateStrategy::RollingUpdate { max_unavailable, max_surge };
        let change =
            DaemonSetChange::Patch { update_strategy: Some(strategy), min_ready_seconds: None };
        let daemon_set = reference(&it.daemon_set);
        let widened = TimedAction {
            at: rollout.started,
            repeats: None,
            wait: None,
            event: usize::MAX,
            action: Action::DaemonSet { daemon_set, change },
            label: "all at once".to_owned(),
        };
        let mut scenario = self.scenario.clone();
        let after = scenario.events.partition_point(|timed| timed.at <= rollout.started);
        scenario.events.insert(after, widened);
        let record = probe(&scenario, max_events, scenario.seed);
        let holds = record.summary.daemon_sets.into_iter().nth(self.index).map(|it| it.holds);
        let blockers = holds.into_iter().flatten().flat_map(|hold| hold.causes);
        let lasting: Vec<Blocker> = blockers.filter(|it| !passes(&it.cause)).collect();
        let nodes = |blockers: &mut dyn Iterator<Item = &Blocker>| -> usize {
            blockers.map(|it| it.nodes.len()).sum()
        };
        let known = nodes(&mut it.holds.iter().flat_map(|hold| &hold.causes));
        if nodes(&mut lasting.iter()) > known { lasting } else { Vec::new() }
    }
}

/// Whether a cause is gone after a while.
fn passes(cause: &Cause) -> bool {
    matches!(cause, Cause::Starting | Cause::Settling | Cause::Unbound | Cause::Unseen)
}
