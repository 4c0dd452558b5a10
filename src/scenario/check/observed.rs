//! How long the pods of a snapshot took: what a real cluster took.

use std::collections::BTreeMap;

use crate::api::{Pod, Snapshot};
use crate::input::FieldPath;
use crate::scenario::check::findings::Findings;
use crate::scenario::observed::{ObservedPod, ObservedPods, PodKind};
use crate::time::{SimDuration, SimTime};

/// Fewer than this say little.
const FEW: usize = 10;

/// A pod took so many times as long as half of the others for something that happens again later:
/// what is seen is the later time.
const FAR: u64 = 10;
/// And it took longer than this.
const LATE: SimDuration = SimDuration::from_secs(600);

/// The pods of a snapshot that DaemonSets control, as far as they tell how long they took. A pod
/// that has not started, or is not ready, never does if others of its DaemonSet were quicker than it
/// is old; unless the run begins with this snapshot (`is_start`), in which that pod is in trouble
/// itself.
pub(super) fn observe(
    findings: &mut Findings,
    snapshot: &Snapshot,
    is_start: bool,
    path: &FieldPath,
) -> Option<ObservedPods> {
    let of_daemon_set =
        |pod: &&Pod| pod.metadata.controller_ref().is_some_and(|owner| owner.kind == "DaemonSet");
    let pods: Vec<&Pod> = snapshot.pods.iter().filter(of_daemon_set).collect();
    let mut by_owner: BTreeMap<String, Vec<(PodKind, Seen)>> = BTreeMap::new();
    for pod in &pods {
        let owner = owner(pod);
        let seen = Seen::of(pod).map(|seen| (kind_of(&owner, pod), seen));
        by_owner.entry(owner).or_default().extend(seen);
    }
    let now = snapshot.newest.filter(|_| !is_start);
    let told: Vec<(PodKind, ObservedPod)> =
        by_owner.into_values().flat_map(|seen| told(seen, now)).collect();
    let count = told.len();
    if count < ObservedPods::FEWEST {
        let message = match count {
            0 => "no pod tells how long it took until it was ready".to_owned(),
            1 => "only 1 pod tells how long it took until it was ready".to_owned(),
            few => format!("only {few} pods tell how long they took until they were ready"),
        };
        let hint = format!("at least {} must; the defaults stay", ObservedPods::FEWEST);
        findings.warning("few-samples", path, message, hint);
        return None;
    }
    if count < FEW {
        let message = format!("all pods of the run will be like one of only {count}");
        findings.warning("few-samples", path, message, "a snapshot of more nodes tells more");
    }
    ObservedPods::new(told, pods.len() - count)
}

/// `namespace/name` of the DaemonSet that controls a pod.
fn owner(pod: &Pod) -> String {
    let name = pod.metadata.controller_ref().map_or("", |owner| owner.name.as_str());
    format!("{}/{name}", pod.metadata.namespace)
}

fn kind_of(owner: &str, pod: &Pod) -> PodKind {
    PodKind::new(owner, pod.spec.images())
}

/// How long the pods of a DaemonSet took, as far as they tell at this time; without one, of those
/// that came.
fn told(
    mut seen: Vec<(PodKind, Seen)>,
    now: Option<SimTime>,
) -> impl Iterator<Item = (PodKind, ObservedPod)> {
    let schedule = half_take(seen.iter().map(|(_, it)| it.schedule()));
    let ready = half_take(seen.iter().filter_map(|(_, it)| it.ready()));
    let is_later = |took: SimDuration, half: SimDuration| took > LATE && took > half.times(FAR);
    seen.retain(|(_, it)| {
        !is_later(it.schedule(), schedule) && !it.ready().is_some_and(|it| is_later(it, ready))
    });
    let longest = |of: fn(&Seen) -> Option<SimDuration>| {
        seen.iter().filter_map(|(_, it)| of(it)).max().filter(|_| now.is_some())
    };
    let (start, ready) = (longest(Seen::start), longest(Seen::ready));
    let now = now.unwrap_or_default();
    seen.into_iter().filter_map(move |(kind, it)| Some((kind, it.told(start, ready, now)?)))
}

/// Half of the pods take at most this long.
fn half_take(took: impl Iterator<Item = SimDuration>) -> SimDuration {
    let mut all: Vec<SimDuration> = took.collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// How far a pod is that was bound to its node and whose containers were never started again.
struct Seen {
    created: SimTime,
    scheduled: SimTime,
    started: Option<SimTime>,
    ready: Option<SimTime>,
}

impl Seen {
    /// None for a pod that says nothing of its first start: it was never bound, it ends, or one of
    /// its containers has ended.
    fn of(pod: &Pod) -> Option<Self> {
        let status = &pod.status;
        let all = status.init_container_statuses.iter().chain(&status.container_statuses);
        let restarted = all.clone().any(|it| it.restart_count > 0)
            || status.container_statuses.iter().any(|it| it.state.terminated.is_some());
        if pod.metadata.is_terminating() || status.phase.is_terminal() || restarted {
            return None;
        }
        let all_run = status.container_statuses.iter().all(|it| it.state.running.is_some());
        let started = pod.started_at().filter(|_| all_run);
        Some(Self {
            created: pod.metadata.creation_timestamp?,
            scheduled: pod.scheduled_at()?,
            started,
            ready: pod.containers_ready_since().filter(|_| started.is_some()),
        })
    }

    fn schedule(&self) -> SimDuration {
        self.scheduled.since(self.created)
    }

    fn start(&self) -> Option<SimDuration> {
        Some(self.started?.since(self.scheduled))
    }

    fn ready(&self) -> Option<SimDuration> {
        Some(self.ready?.since(self.started?))
    }

    /// How long it took, by how long the slowest of the others needed; none if it is too young to
    /// tell.
    fn told(
        &self,
        longest_start: Option<SimDuration>,
        longest_ready: Option<SimDuration>,
        now: SimTime,
    ) -> Option<ObservedPod> {
        let or_never = |took: Option<SimDuration>, since: SimTime, longest: Option<SimDuration>| {
            let is_old = longest.is_some_and(|longest| now.since(since) > longest);
            took.or(is_old.then_some(SimDuration::MAX))
        };
        let container_start = or_never(self.start(), self.scheduled, longest_start)?;
        let ready = match self.started {
            None => SimDuration::MAX,
            Some(started) => or_never(self.ready(), started, longest_ready)?,
        };
        Some(ObservedPod { schedule: self.schedule(), container_start, ready })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(scheduled: u64, started: Option<u64>, ready: Option<u64>) -> Seen {
        let at = SimTime::from_secs;
        Seen {
            created: at(0),
            scheduled: at(scheduled),
            started: started.map(at),
            ready: ready.map(at),
        }
    }

    /// When others took at most 10 s to start and at most 20 s more to get ready.
    fn check(seen: &Seen, now: u64, expected: Option<(u64, Option<u64>, Option<u64>)>) {
        let secs = SimDuration::from_secs;
        let told = seen.told(Some(secs(10)), Some(secs(20)), SimTime::from_secs(now));
        let of = |took: Option<u64>| took.map_or(SimDuration::MAX, secs);
        let expected = expected.map(|(schedule, start, ready)| ObservedPod {
            schedule: secs(schedule),
            container_start: of(start),
            ready: of(ready),
        });
        assert_eq!(told, expected, "at {now}");
    }

    #[test]
    fn a_pod_that_is_older_than_others_needed_never_comes() {
        check(&seen(1, Some(3), Some(8)), 8, Some((1, Some(2), Some(5))));
        check(&seen(1, None, None), 11, None);
        check(&seen(1, None, None), 12, Some((1, None, None)));
        check(&seen(1, Some(3), None), 23, None);
        check(&seen(1, Some(3), None), 24, Some((1, Some(2), None)));
    }

    /// A readiness that turned again long after the start tells nothing of the start, nor does a pod
    /// that waited for room.
    #[test]
    fn what_happened_much_later_is_no_start() {
        let kind = || PodKind::new("a/b", ["x:1"]);
        let ready_at = |secs: u64| (kind(), seen(1, Some(3), Some(secs)));
        let count =
            |seen: Vec<(PodKind, Seen)>| told(seen, Some(SimTime::from_secs(9_000))).count();
        assert_eq!(count(vec![ready_at(8), ready_at(9), ready_at(5_000)]), 2);
        assert_eq!(count(vec![ready_at(400), ready_at(500), ready_at(3_900)]), 3);
        let waited = (kind(), seen(4_000, Some(4_002), Some(4_008)));
        assert_eq!(count(vec![ready_at(8), ready_at(9), waited]), 2);
    }

    #[test]
    fn a_run_that_begins_there_takes_those_that_came() {
        let kind = PodKind::new("a/b", ["x:1"]);
        let all = || {
            vec![
                (kind.clone(), seen(1, Some(3), Some(8))),
                (kind.clone(), seen(1, Some(3), None)),
                (kind.clone(), seen(1, None, None)),
            ]
        };
        assert_eq!(told(all(), None).count(), 1);
        assert_eq!(told(all(), Some(SimTime::from_secs(9_000))).count(), 3);
    }

    #[test]
    fn without_others_nothing_is_known_of_a_pod_that_has_not_come() {
        let told = seen(1, None, None).told(None, None, SimTime::from_secs(1_000));
        assert_eq!(told, None);
    }
}
