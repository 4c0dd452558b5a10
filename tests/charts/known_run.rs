//! What pictures of a run may say: the numbers of its summary and its timeline, and what its record
//! says besides.
//!
//! A record has facts, not sums, so these are put together here: how many nodes had what at the
//! start, at the worst moment and at the end of the run; when nodes got the last revision; between
//! which instants a pod was in which phase; the busiest second and the most pulls; how long tools
//! waited; and when alerts were pending. What a state, a phase or an alert is, `inspect` says, and its
//! own tests hold that against the record; here it is believed.
//!
//! Times of a pod are held against its node, not against its phase: a picture joins phases that look
//! alike. Of sentences on limits it is not known which run they are about, where there are several.

use rollcast::inspect::over_time::{
    AwaitedRollout, DaemonSetAlerts, DaemonSetTracks, Gantt, GanttPod, Level, Load, NodeTrack,
    OnNode, SecondOfRequests,
};
use rollcast::inspect::phases::{LimitWait, PhaseKind};
use rollcast::record::AlertSpan;
use rollcast::report::csv::timeline_csv;
use rollcast::time::SimDuration;

use crate::course::Course;
use crate::numbers::Known;
use crate::subject::{Found, Subject};

/// Everything that is known of a run.
pub(crate) fn known(subject: &Subject) -> Known {
    let mut known = Known::read(&subject.json, &timeline_csv(&subject.timeline));
    let found = subject.found();
    for tracks in &subject.tracks {
        let tracks = tracks.clone().with_old_before_change();
        known.add(&tracks.daemon_set, &of_nodes(&tracks));
    }
    for gantt in &found.gantts {
        known.add(&gantt.daemon_set, &of_rollout(gantt));
        for row in &gantt.rows {
            known.add(&row.node, &of_pods(&row.pods));
        }
    }
    for rollout in &found.rollouts {
        known.add(&rollout.daemon_set, &of_waits(rollout));
    }
    for alerts in &found.alerts {
        known.add(&alerts.daemon_set, &of_alerts(alerts));
    }
    known.add(&subject.name, &of_load(&found));
    known
}

/// How many nodes had what, and when they got the last revision.
fn of_nodes(tracks: &DaemonSetTracks) -> Course {
    let mut course = Course::default();
    let all = tracks.nodes.len();
    let worst = worst(tracks);
    for at in [SimDuration::ZERO, worst, SimDuration::MAX] {
        let states: Vec<OnNode> = tracks
            .nodes
            .iter()
            .filter_map(|it| it.spans.iter().rfind(|span| span.from <= at))
            .map(|span| span.state)
            .collect();
        let many = |is_meant: &dyn Fn(OnNode) -> bool| {
            states.iter().filter(|it| is_meant(**it)).count() as u64
        };
        course.counts.extend(OnNode::ALL.map(|state| many(&|it| it == state)));
        course.counts.extend([many(&OnNode::is_gap), many(&OnNode::is_wanted)]);
    }
    let left = tracks.nodes.iter().filter(|it| it.updated.is_none());
    let left: Vec<OnNode> = left.map(NodeTrack::state_at_end).collect();
    let with = |state| left.iter().filter(|it| **it == state).count() as u64;
    course.counts.extend(OnNode::ALL.map(with));
    let mut updated: Vec<_> = tracks.nodes.iter().filter_map(|it| it.updated).collect();
    updated.sort_unstable();
    course.counts.extend([all as u64, updated.len() as u64]);
    let middle = updated.get(updated.len().saturating_sub(1) / 2);
    let told = [updated.first(), middle, updated.last(), Some(&worst)];
    course.times.extend(told.into_iter().flatten().map(|it| it.as_micros()));
    course
}

/// When most nodes were without a serving pod, for the first time.
fn worst(tracks: &DaemonSetTracks) -> SimDuration {
    let gaps = tracks.nodes.iter().flat_map(|it| &it.spans).filter(|it| it.state.is_gap());
    let mut changes: Vec<(SimDuration, i32)> =
        gaps.flat_map(|it| [(it.from, 1), (it.until, -1)]).collect();
    // Those that end at an instant go before those that begin.
    changes.sort_unstable();
    let (mut now, mut most, mut worst) = (0, 0, SimDuration::ZERO);
    for (at, change) in changes {
        now += change;
        if now > most {
            (most, worst) = (now, at);
        }
    }
    worst
}

/// How long a rollout took up to now, and how many visits its critical path has.
fn of_rollout(gantt: &Gantt) -> Course {
    let mut nodes: Vec<_> = gantt.path.iter().filter_map(|it| it.node.as_deref()).collect();
    nodes.dedup();
    let times = vec![gantt.until.saturating_sub(gantt.from).as_micros()];
    Course { counts: vec![nodes.len() as u64], times }
}

/// How long phases of one pod were that look alike, one after the other; waiting for the control plane
/// goes with what was before it. The last phase may be cut off where the next pod begins.
fn of_pods(pods: &[GanttPod]) -> Course {
    let mut course = Course::default();
    let next = pods.iter().skip(1).filter_map(|it| it.spans.first()).map(|it| it.from);
    for (pod, next) in pods.iter().zip(next.map(Some).chain([None])) {
        for (index, first) in pod.spans.iter().enumerate() {
            let look = look_of(first.kind);
            let rest = pod.spans[index..].iter();
            let alike = rest.take_while(|it| [look, CONTROL, LIMIT].contains(&look_of(it.kind)));
            let ends = alike.map(|it| it.until).chain(next);
            let times = ends.map(|end| end.saturating_sub(first.from));
            course.times.extend(times.map(SimDuration::as_micros));
        }
    }
    course
}

const CONTROL: &str = "control";
const LIMIT: &str = "limit";

/// Phases of which the picture says the same.
fn look_of(kind: PhaseKind) -> &'static str {
    match kind {
        PhaseKind::Scenario
        | PhaseKind::Controller
        | PhaseKind::Timer
        | PhaseKind::Retry
        | PhaseKind::Outage
        | PhaseKind::ApiCalls => CONTROL,
        PhaseKind::ApiLimit => LIMIT,
        PhaseKind::PullWait => "waits",
        PhaseKind::Schedule => "schedule",
        PhaseKind::Pull => "pull",
        PhaseKind::Start => "start",
        PhaseKind::Probe => "probe",
        PhaseKind::MinReady => "minReadySeconds",
        PhaseKind::Budget | PhaseKind::NewPod | PhaseKind::Ready => "serving",
        PhaseKind::Terminate | PhaseKind::Cleanup => "terminating",
        PhaseKind::PullBackOff
        | PhaseKind::CrashBackOff
        | PhaseKind::NotReady
        | PhaseKind::Failed
        | PhaseKind::Node => "failing",
    }
}

/// How long tools waited from the start of a rollout on.
fn of_waits(rollout: &AwaitedRollout) -> Course {
    let done = rollout.waits.iter().filter_map(|it| it.done).chain(rollout.finished);
    let times = done.map(|it| it.saturating_sub(rollout.started).as_micros()).collect();
    Course { times, ..Course::default() }
}

fn of_alerts(alerts: &DaemonSetAlerts) -> Course {
    let times = |it: &AlertSpan| [Some(it.pending), it.fired, it.until].into_iter().flatten();
    let times = alerts.spans.iter().flat_map(times).map(SimDuration::as_micros).collect();
    Course { times, ..Course::default() }
}

/// The most pulls and waiting requests at a time, the busiest second, and all requests.
fn of_load(Found { load, looked, .. }: &Found<'_>) -> Course {
    let Load { pulls, waiting, requests } = load;
    let mut course = Course::default();
    for levels in [pulls, waiting] {
        let most = levels.iter().map(|it| it.number).max().unwrap_or_default();
        let first = levels.iter().find(|it: &&Level| it.number == most);
        course.counts.push(most.into());
        course.times.extend(first.map(|it| it.at.as_micros()));
    }
    let most = requests.iter().map(|it| it.sum()).max().unwrap_or_default();
    let busiest = requests.iter().find(|it| it.sum() == most);
    course.times.extend(busiest.map(|it| SimDuration::from_secs(it.second).as_micros()));
    let sum = |of: fn(&SecondOfRequests) -> u32| requests.iter().map(|it| u64::from(of(it))).sum();
    course.counts.extend([most.into(), sum(|it| it.creates), sum(|it| it.deletes)]);
    course.counts.push(sum(|it| it.others));
    course.counts.extend(LimitWait::rate(looked.history.limit_waits()).map(u64::from));
    course
}
