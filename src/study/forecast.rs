//! What becomes of the rollouts that are under way in a cluster, with many seeds; what an update of
//! the other DaemonSets would take; and what a change would do about either.
//!
//! Nothing is decided here: each course of events is a scenario that goes on from a snapshot, and
//! is simulated until nothing moves any more.

mod now;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::record::{
    Alert, AlertRule, Attempt, Believed, DaemonSetSummary, Detail, Limit, Record, Remedy, Summary,
};
use crate::scenario::{Action, DaemonSetChange, DaemonSetRef, Scenario, TimedAction, Until};
use crate::study::comparison::{SettingResult, result};
use crate::study::confidence::{Certainty, Ranks};
use crate::study::forecast::now::{is_over, now};
use crate::study::metric::Metric;
use crate::study::quantile::Spread;
use crate::study::remedy::{advise_one, is_stuck};
use crate::study::run_metrics::{Outcome, RunMetrics, metrics_of};
use crate::study::workers::each_run;
use crate::time::{MICROS_PER_SECOND, SimDuration};
use crate::world::{Options, RunLimits, deletion_of, simulate};

pub use now::Now;

/// How long a run goes on, one after the other, while a rollout still moves: a large fleet may take
/// days one node at a time.
const WATCHED: [SimDuration; 4] = [hours(2), hours(12), hours(72), hours(168)];

/// A rollout that does not move is watched for this long.
const PATIENCE: SimDuration = hours(12);

const fn hours(hours: u64) -> SimDuration {
    SimDuration::from_secs(hours * 3_600)
}

/// A course of events.
#[derive(Clone, Debug)]
pub struct Course {
    /// What is done, as it was typed; empty if nothing is.
    pub label: String,
    /// Begins with the cluster as it is.
    pub scenario: Scenario,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The cluster as it is.
    pub base: &'a Scenario,
    /// The same cluster with a change in each.
    pub tries: &'a [Course],
    /// The DaemonSets that are looked at, in the order in which they are shown.
    pub chosen: &'a [DaemonSetRef],
    /// Each course is run with each.
    pub seeds: &'a [u64],
    /// How far each run may go.
    pub limits: RunLimits,
}

/// All that is told.
#[derive(Clone, Debug)]
pub struct Told {
    /// In the order in which they were asked for.
    pub outlooks: Vec<Outlook>,
    /// What is taken for granted, since the snapshot does not tell.
    pub beliefs: Vec<Believed>,
}

/// What becomes of a DaemonSet.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// `namespace/name`.
    pub daemon_set: String,
    pub now: Now,
    /// Without a change first, then with each that names it or makes a difference. Times count from
    /// now.
    pub prospects: Vec<Prospect>,
}

/// What a course of events comes to for a DaemonSet, over the seeds.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// What is done; empty if nothing is.
    pub label: String,
    /// Whether the update strategy is `OnDelete` then: nothing is replaced by itself.
    pub on_delete: bool,
    pub result: SettingResult,
    /// When it is complete, over the runs in which it is.
    pub done_after: Spread,
    /// Nodes that are not on the new revision in the end, as the status says.
    pub left: Spread,
    /// The alerts that fire in any run.
    pub firing: Vec<Firing>,
    /// A run in which it is never complete, if there is one.
    pub stalled: Option<Box<Stalled>>,
}

/// An alert that fires in some runs.
#[derive(Clone, Copy, Debug)]
pub struct Firing {
    pub rule: AlertRule,
    /// In how many runs.
    pub runs: usize,
    /// When it first does, over those runs.
    pub first: Spread,
}

/// A run at whose end a rollout does not move any more.
#[derive(Clone, Debug)]
pub struct Stalled {
    pub seed: u64,
    /// What it is like then, with the causes; and with what helps, where nothing was done yet.
    pub state: DaemonSetSummary,
}

/// What a run says of a DaemonSet.
struct Sight {
    metrics: RunMetrics,
    left: u32,
    alerts: Vec<Alert>,
}

/// What one run says of each of the DaemonSets that it is about, and the run itself if one of them
/// is stuck.
struct Seen {
    sights: Vec<Sight>,
    stuck: Option<Box<Summary>>,
}

/// A course, and the DaemonSets that it is about.
struct Job {
    label: String,
    scenario: Scenario,
    about: Vec<DaemonSetRef>,
}

/// Runs the cluster on with each seed, as it is and with each change, on `jobs` threads, and says what
/// becomes of each DaemonSet that is asked for. `done` is called for each run, with how many there
/// are. None once `stop` is set.
pub fn forecast(
    question: &Question<'_>,
    jobs: usize,
    stop: &AtomicBool,
    mut done: impl FnMut(usize),
) -> Option<Told> {
    let &Question { base, tries, chosen, seeds, limits } = question;
    let start = start(base, limits);
    let under_way = under_way(base, &start);
    let all = plan(base, tries, chosen, &under_way);
    let runs: Vec<usize> = (0..all.len() * seeds.len()).collect();
    let place = |run: usize| (run / seeds.len(), seeds[run % seeds.len()]);
    let load = |job: usize| all[job].scenario.clone();
    let one = |job: usize, scenario: &mut Scenario| seen(&all[job], scenario, limits);
    let mut found: Vec<Option<Seen>> = runs.iter().map(|_| None).collect();
    each_run(&place, &runs, jobs, stop, &load, &one, |run, seen| {
        found[run] = Some(seen);
        done(runs.len());
    });
    let found: Vec<Seen> = found.into_iter().collect::<Option<_>>()?;
    let by_job: Vec<(&Job, &[Seen])> = all.iter().zip(found.chunks(seeds.len())).collect();
    let mut outlooks = Vec::new();
    for daemon_set in chosen {
        let mut prospects: Vec<Prospect> = Vec::new();
        for (job, runs) in &by_job {
            let Some(place) = job.about.iter().position(|it| it == daemon_set) else { continue };
            let found = prospect(job, place, runs, question, stop);
            let is_news = prospects.first().is_none_or(|first| first.differs_from(&found));
            if is_news || concerns(&job.scenario, daemon_set) {
                prospects.push(found);
            }
        }
        let now = now(base, &start, daemon_set, &under_way);
        outlooks.push(Outlook { daemon_set: daemon_set.key(), now, prospects });
    }
    let told = Told { outlooks, beliefs: start.beliefs };
    (!stop.load(Ordering::Relaxed)).then_some(told)
}

/// The first instant of a run.
fn start(base: &Scenario, limits: RunLimits) -> Summary {
    let mut scenario = base.clone();
    scenario.until = Until { limit: SimDuration::ZERO, rollout_complete: false };
    run(&scenario, limits).summary
}

/// The DaemonSets whose rollout is under way at the start.
fn under_way(base: &Scenario, start: &Summary) -> BTreeSet<String> {
    let moves = start.daemon_sets.iter().filter(|it| !it.rollouts.is_empty());
    let keys = moves.map(|it| it.daemon_set.clone());
    keys.filter(|key| !base.snapshot.as_deref().is_some_and(|it| is_over(it, key, base.start)))
        .collect()
}

/// The courses that are run: one for all rollouts that are under way, and one for each DaemonSet
/// that is at rest, which is then restarted; and these with each change that concerns them.
fn plan(
    base: &Scenario,
    tries: &[Course],
    chosen: &[DaemonSetRef],
    under_way: &BTreeSet<String>,
) -> Vec<Job> {
    let stays = |it: &&DaemonSetRef| {
        base.snapshot.as_deref().is_none_or(|snapshot| deletion_of(it, snapshot).is_none())
    };
    let (moving, resting): (Vec<_>, Vec<_>) =
        chosen.iter().filter(stays).cloned().partition(|it| under_way.contains(&it.key()));
    let present = Course { label: String::new(), scenario: base.clone() };
    let courses = || std::iter::once(&present).chain(tries);
    let mut jobs = Vec::new();
    for Course { label, scenario } in courses() {
        jobs.push(Job { label: label.clone(), scenario: scenario.clone(), about: moving.clone() });
    }
    for daemon_set in resting {
        let is_meant = |it: &&Course| chosen.len() == 1 || concerns(&it.scenario, &daemon_set);
        for course in courses().filter(is_meant) {
            let Course { label, mut scenario } = course.clone();
            if !begins(&scenario, &daemon_set) {
                scenario.events.push(restart(&daemon_set));
            }
            jobs.push(Job { label, scenario, about: vec![daemon_set.clone()] });
        }
    }
    jobs.retain(|job| !job.about.is_empty());
    jobs
}

/// Whether what is done names a DaemonSet, or none at all.
fn concerns(scenario: &Scenario, daemon_set: &DaemonSetRef) -> bool {
    let named: Vec<String> = scenario.events.iter().filter_map(|it| named(&it.action)).collect();
    named.is_empty() || named.contains(&daemon_set.key())
}

/// The DaemonSet that an action is about, if it is about one.
fn named(action: &Action) -> Option<String> {
    if let Action::DaemonSet { daemon_set, .. } | Action::Pods { daemon_set, .. } = action {
        return Some(daemon_set.key());
    }
    if let Action::Apply(applied) = action { Some(applied.key()) } else { None }
}

/// Whether what is done begins a rollout of a DaemonSet, or leaves none to begin.
fn begins(scenario: &Scenario, daemon_set: &DaemonSetRef) -> bool {
    scenario.events.iter().any(|event| {
        let keeps = matches!(
            &event.action,
            Action::Pods { .. }
                | Action::DaemonSet {
                    change: DaemonSetChange::Patch { .. } | DaemonSetChange::Annotate,
                    ..
                }
        );
        !keeps && named(&event.action) == Some(daemon_set.key())
    })
}

/// The update that a DaemonSet at rest is looked at with.
fn restart(daemon_set: &DaemonSetRef) -> TimedAction {
    let change = DaemonSetChange::RolloutRestart;
    TimedAction {
        at: SimDuration::ZERO,
        repeats: None,
        wait: None,
        event: usize::MAX,
        action: Action::DaemonSet { daemon_set: daemon_set.clone(), change },
        label: format!("rollout restart {}", daemon_set.name),
    }
}

fn run(scenario: &Scenario, limits: RunLimits) -> Record {
    let options = Options { detail: Detail::Summary, limits, ..Options::default() };
    simulate(scenario, &options, |_| ())
}

/// A run that goes on until every rollout that it is about is complete, or nothing moves any more.
fn seen(job: &Job, scenario: &mut Scenario, limits: RunLimits) -> Seen {
    let mut run_until = |limit| {
        scenario.until = Until { limit, rollout_complete: true };
        run(scenario, limits)
    };
    let [first, longer @ ..] = WATCHED;
    let (mut record, mut watched) = (run_until(first), first);
    for limit in longer {
        if !goes_on(job, &record.summary, watched) {
            break;
        }
        (record, watched) = (run_until(limit), limit);
    }
    let sights = job.about.iter().map(|it| sight(it, &record)).collect();
    let all = job.about.iter().filter_map(|it| find(it, &record.summary));
    let is_any_stuck = all.map(|(_, it)| it).any(|it| is_stuck(it, &record.summary));
    Seen { sights, stuck: is_any_stuck.then(|| Box::new(record.summary)) }
}

/// Whether a longer run may show more than this one, which went on until `limit`.
fn goes_on(job: &Job, run: &Summary, limit: SimDuration) -> bool {
    let cut_off = matches!(run.limit_hit, Some(Limit::Events | Limit::PodsPerNode));
    let is_open = |it: &&DaemonSetSummary| {
        let last = it.rollouts.last();
        it.deleted.is_none() && !it.on_delete && last.is_some_and(|it| it.finished.is_none())
    };
    let all = job.about.iter().filter_map(|it| find(it, run)).map(|(_, it)| it);
    let open: Vec<&DaemonSetSummary> = all.filter(is_open).collect();
    let moves = open.iter().any(|it| !is_stuck(it, run));
    !cut_off && !run.at_rest && !open.is_empty() && (moves || limit < PATIENCE)
}

/// A DaemonSet in a run, with its index; of several of one name, the last.
fn find<'a>(of: &DaemonSetRef, run: &'a Summary) -> Option<(usize, &'a DaemonSetSummary)> {
    let key = of.key();
    let index = run.daemon_sets.iter().rposition(|it| it.daemon_set == key)?;
    Some((index, &run.daemon_sets[index]))
}

fn sight(of: &DaemonSetRef, record: &Record) -> Sight {
    let it = find(of, &record.summary).map(|(_, it)| it);
    let status = it.map(|it| it.status).unwrap_or_default();
    Sight {
        metrics: metrics_of(record, Some(&of.key())),
        left: status.desired.saturating_sub(status.updated),
        alerts: it.map(|it| it.alerts.clone()).unwrap_or_default(),
    }
}

/// What the runs of a job say of the DaemonSet at a place of it.
fn prospect(
    job: &Job,
    place: usize,
    runs: &[Seen],
    question: &Question<'_>,
    stop: &AtomicBool,
) -> Prospect {
    let certainty = Certainty::default();
    let sights = || runs.iter().map(|it| &it.sights[place]);
    let rows: Vec<RunMetrics> = sights().map(|it| it.metrics.clone()).collect();
    let ranks = |many| Ranks::of(many, certainty);
    let took: Vec<u64> =
        rows.iter().filter_map(|it| it.duration).map(SimDuration::as_micros).collect();
    let left = sights().map(|it| it.left.into()).collect();
    let firing = |rule: AlertRule| {
        let first = |it: &Sight| it.alerts.iter().find(|it| it.rule == rule).map(|it| it.fired);
        let fired: Vec<u64> = sights().filter_map(first).map(SimDuration::as_micros).collect();
        let many = fired.len();
        let first = Spread::of(fired, ranks(many));
        (many > 0).then_some(Firing { rule, runs: many, first })
    };
    Prospect {
        label: job.label.clone(),
        on_delete: rows.iter().any(|it| it.on_delete),
        result: result(&rows, ranks(rows.len()), certainty),
        done_after: Spread::of(took.clone(), ranks(took.len())),
        left: Spread::of(left, ranks(rows.len())),
        firing: AlertRule::ALL.into_iter().filter_map(firing).collect(),
        stalled: stalled(job, place, runs, question, stop).map(Box::new),
    }
}

/// The first run in which the rollout is stuck; what helps is tried if nothing was done yet, unless
/// somebody waits for the end.
fn stalled(
    job: &Job,
    place: usize,
    runs: &[Seen],
    question: &Question<'_>,
    stop: &AtomicBool,
) -> Option<Stalled> {
    let is_meant = |it: &RunMetrics| it.outcome == Outcome::Stalled && !it.on_delete;
    let at = runs.iter().position(|it| is_meant(&it.sights[place].metrics))?;
    let summary = runs[at].stuck.as_deref()?;
    let (index, state) = find(&job.about[place], summary)?;
    let (seed, mut state) = (question.seeds[at], state.clone());
    if job.label.is_empty() && !stop.load(Ordering::Relaxed) {
        let scenario = Scenario { seed, ..job.scenario.clone() };
        let advice = advise_one(&scenario, summary, index, question.limits.max_events);
        state.advice = advice.into_iter().filter(|it| is_there(it, question.base)).collect();
    }
    if !job.scenario.events.is_empty() {
        // It counts up to the end of the run, and not up to now.
        let causes = state.holds.iter_mut().flat_map(|hold| &mut hold.causes);
        causes.for_each(|it| it.lasting = None);
    }
    Some(Stalled { seed, state })
}

/// Whether the pods that a remedy names are those of the snapshot: nobody can delete others.
fn is_there(attempt: &Attempt, base: &Scenario) -> bool {
    let known = |name: &String| {
        let mut pods = base.snapshot.iter().flat_map(|it| &it.pods);
        pods.any(|pod| pod.metadata.name == *name)
    };
    attempt.remedies.iter().all(|remedy| {
        let Remedy::DeletePods { pods, .. } = remedy else { return true };
        pods.iter().all(known)
    })
}

impl Prospect {
    /// Whether another course makes a difference that anybody would see: how runs end, how many nodes
    /// are without, how long it takes, to the second.
    fn differs_from(&self, other: &Self) -> bool {
        let seen = |it: &Self| {
            let SettingResult { complete, lost, stalled, unfinished, no_rollout, .. } = it.result;
            let worst = it.result.spread(Metric::Worst).unwrap_or_default();
            let seconds = it.done_after.p50 / MICROS_PER_SECOND;
            let ends = [complete, lost, stalled, unfinished, no_rollout];
            (ends, [worst.p50, worst.max, it.left.p50, seconds])
        };
        seen(self) != seen(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{KubernetesVersion, snapshot_from_documents};
    use crate::input::{Limits, Source, read_documents};
    use crate::time::SimTime;

    const CLUSTER: &str = "\
{apiVersion: v1, kind: List, items: [
  {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a, namespace: b}, spec: {
    selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {
      containers: [{name: c, image: 'i:1'}]}}}},
  {apiVersion: v1, kind: Pod, metadata: {name: a-1, namespace: b}, spec: {containers: [
    {name: c, image: 'i:1'}]}}]}";

    /// Pods that a simulation made cannot be deleted by anybody.
    #[test]
    fn remedies_name_pods_that_there_are() {
        let documents = read_documents(&Source::new("x", CLUSTER), &Limits::SNAPSHOT).unwrap();
        let (snapshot, _) = snapshot_from_documents(&documents).unwrap();
        let version = KubernetesVersion::default();
        let base = Scenario::standing_still(snapshot, SimTime::from_secs(0), version);
        let attempt =
            |remedies| Attempt { remedies, ends_after: None, before: 0, updated: 0, desired: 0 };
        let delete = |names: &[&str]| {
            let pods = names.iter().map(|&name| name.to_owned()).collect();
            Remedy::DeletePods { nodes: Vec::new(), pods, force: false }
        };
        assert!(is_there(&attempt(vec![delete(&["a-1"]), Remedy::Annotate]), &base));
        assert!(!is_there(&attempt(vec![delete(&["a-1", "a-x7k2p"])]), &base));
    }
}
