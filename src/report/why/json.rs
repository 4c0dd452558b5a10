//! The same for programs: keys in snake case, times in microseconds since the start of the run.

use serde::Serialize;

use crate::inspect::why::{
    Finish, Freed, Gap, Look, NodeStory, PodStory, Progress, Setting, Spent, Stall, Stay, Turn,
    WhyCreated, WhyDeleted,
};
use crate::report::json::pretty;
use crate::report::why::entries::{FactEntry, HolderEntry, PhaseEntry, ShareEntry, micros};
use crate::report::why::finish::tenth;
use crate::report::why::stall::none;

#[derive(Serialize)]
struct PodEntry<'a> {
    pod: &'a str,
    node: &'a str,
    daemon_set: &'a str,
    revision: &'a str,
    created: Option<CreatedEntry<'a>>,
    turn: Option<TurnEntry<'a>>,
    deleted: Option<DeletedEntry<'a>>,
    phases: Vec<PhaseEntry>,
    /// From what the scenario did to its last step.
    chain: Vec<FactEntry>,
}

#[derive(Serialize)]
struct CreatedEntry<'a> {
    at_us: u64,
    /// `replaces`, `beside`, `after` or `unknown`.
    why: &'static str,
    pod: Option<&'a str>,
    fact: Option<FactEntry>,
}

#[derive(Serialize)]
struct TurnEntry<'a> {
    phase: &'static str,
    from_us: u64,
    until_us: u64,
    budget_nodes: u32,
    holders: Vec<HolderEntry<'a>>,
    freed_by: Option<FactEntry>,
    freed_by_pod: Option<&'a str>,
}

#[derive(Serialize)]
struct DeletedEntry<'a> {
    at_us: u64,
    /// `replaced`, `failed`, `not_wanted`, `evicted`, `before_the_start`, `after` or `unknown`.
    why: &'static str,
    revision: Option<&'a str>,
    fact: Option<FactEntry>,
}

/// A pod: what led to what became of it, and its phases.
pub fn pod_json(look: &Look<'_>, story: &PodStory<'_>) -> String {
    pretty(&PodEntry::new(look, story))
}

impl<'a> PodEntry<'a> {
    fn new(look: &Look<'_>, story: &'a PodStory<'a>) -> Self {
        let life = story.life;
        Self {
            pod: &life.pod,
            node: &life.node,
            daemon_set: &life.daemon_set,
            revision: &life.revision,
            created: story
                .created
                .as_ref()
                .map(|it| CreatedEntry::new(look, micros(it.at), &it.why)),
            turn: story.turn.as_ref().map(|it| TurnEntry::new(look, it)),
            deleted: story
                .deleted
                .as_ref()
                .map(|it| DeletedEntry::new(look, micros(it.at), &it.why)),
            phases: PhaseEntry::all(&life.spans),
            chain: FactEntry::all(look, &story.chain),
        }
    }
}

impl<'a> CreatedEntry<'a> {
    fn new(look: &Look<'_>, at_us: u64, why: &WhyCreated<'a>) -> Self {
        let (why, pod, fact) = match why {
            WhyCreated::Replaces { pod, .. } => ("replaces", Some(pod.pod.as_str()), None),
            WhyCreated::Beside { pod } => ("beside", Some(pod.pod.as_str()), None),
            WhyCreated::After(fact) => ("after", None, Some(FactEntry::new(look, fact))),
            WhyCreated::Unknown => ("unknown", None, None),
        };
        Self { at_us, why, pod, fact }
    }
}

impl<'a> TurnEntry<'a> {
    fn new(look: &Look<'_>, turn: &'a Turn<'a>) -> Self {
        let freed = turn.freed.as_ref();
        Self {
            phase: turn.kind.key(),
            from_us: micros(turn.from),
            until_us: micros(turn.until),
            budget_nodes: turn.budget,
            holders: HolderEntry::all(&turn.holders),
            freed_by: freed.map(|it| FactEntry::new(look, it.fact)),
            freed_by_pod: freed.and_then(|it: &Freed<'a>| it.pod).map(|pod| pod.pod.as_str()),
        }
    }
}

impl<'a> DeletedEntry<'a> {
    fn new(look: &Look<'_>, at_us: u64, why: &WhyDeleted<'a>) -> Self {
        let fact = |fact| Some(FactEntry::new(look, fact));
        let (why, revision, fact) = match why {
            WhyDeleted::Replaced { revision, by } => {
                ("replaced", Some(*revision), by.and_then(fact))
            }
            WhyDeleted::Failed => ("failed", None, None),
            WhyDeleted::NotWanted => ("not_wanted", None, None),
            WhyDeleted::BeforeTheStart => ("before_the_start", None, None),
            WhyDeleted::Evicted { by, .. } => ("evicted", None, by.and_then(fact)),
            WhyDeleted::After(it) => ("after", None, fact(it)),
            WhyDeleted::Unknown => ("unknown", None, None),
        };
        Self { at_us, why, revision, fact }
    }
}

#[derive(Serialize)]
struct NodeEntry<'a> {
    node: &'a str,
    at_us: u64,
    daemon_sets: Vec<NodeDaemonSetEntry<'a>>,
}

#[derive(Serialize)]
struct NodeDaemonSetEntry<'a> {
    daemon_set: &'a str,
    pods: Vec<StayEntry<'a>>,
    gaps: Vec<GapEntry<'a>>,
}

#[derive(Serialize)]
struct StayEntry<'a> {
    pod: &'a str,
    revision: &'a str,
    served_from_us: Option<u64>,
    served_until_us: Option<u64>,
    phases: Vec<PhaseEntry>,
}

#[derive(Serialize)]
struct GapEntry<'a> {
    from_us: u64,
    until_us: u64,
    took_us: u64,
    open: bool,
    pod_before: Option<&'a str>,
    pod_after: Option<&'a str>,
    phases: Vec<PhaseEntry>,
}

/// The pods of a node and its gaps.
pub fn node_json(look: &Look<'_>, node: &str, stories: &[NodeStory<'_>]) -> String {
    let daemon_sets = stories.iter().map(|story| NodeDaemonSetEntry {
        daemon_set: story.daemon_set,
        pods: story.stays.iter().map(StayEntry::new).collect(),
        gaps: story.gaps.iter().map(GapEntry::new).collect(),
    });
    pretty(&NodeEntry { node, at_us: micros(look.at), daemon_sets: daemon_sets.collect() })
}

impl<'a> StayEntry<'a> {
    fn new(stay: &Stay<'a>) -> Self {
        Self {
            pod: &stay.life.pod,
            revision: &stay.life.revision,
            served_from_us: stay.served.map(|(from, _)| micros(from)),
            served_until_us: stay.served.map(|(_, until)| micros(until)),
            phases: PhaseEntry::all(&stay.life.spans),
        }
    }
}

impl<'a> GapEntry<'a> {
    fn new(gap: &Gap<'a>) -> Self {
        Self {
            from_us: micros(gap.from),
            until_us: micros(gap.until),
            took_us: micros(gap.length()),
            open: gap.is_open,
            pod_before: gap.before.map(|life| life.pod.as_str()),
            pod_after: gap.after.map(|life| life.pod.as_str()),
            phases: PhaseEntry::all(&gap.spans),
        }
    }
}

#[derive(Serialize)]
struct OneGapEntry<'a> {
    node: &'a str,
    daemon_set: &'a str,
    #[serde(flatten)]
    gap: GapEntry<'a>,
    /// The pod that the node waited for, or lost.
    pod: Option<PodEntry<'a>>,
}

/// One gap, and the pod that ended it.
pub fn gap_json(look: &Look<'_>, node: &str, daemon_set: &str, gap: &Gap<'_>) -> String {
    let told = gap.after.or(gap.before).map(|life| look.pod_story(life));
    let pod = told.as_ref().map(|story| PodEntry::new(look, story));
    pretty(&OneGapEntry { node, daemon_set, gap: GapEntry::new(gap), pod })
}

#[derive(Serialize)]
struct FinishEntry<'a> {
    daemon_set: &'a str,
    generation: i64,
    trigger: &'a str,
    started_us: u64,
    finished_us: u64,
    duration_us: u64,
    /// They add up to the duration.
    shares: Vec<SavingEntry>,
    nodes: Vec<VisitEntry<'a>>,
    steps: Vec<StepEntry<'a>>,
}

#[derive(Serialize)]
struct SavingEntry {
    phase: &'static str,
    time_us: u64,
    tenth_less_saves_at_most_us: u64,
}

#[derive(Serialize)]
struct VisitEntry<'a> {
    node: &'a str,
    from_us: u64,
    until_us: u64,
    phases: Vec<ShareEntry>,
}

#[derive(Serialize)]
struct StepEntry<'a> {
    phase: &'static str,
    from_us: u64,
    until_us: u64,
    took_us: u64,
    fact: u32,
    pod: Option<&'a str>,
    node: Option<&'a str>,
}

/// The critical paths of rollouts.
pub fn finish_json(all: &[Finish<'_>]) -> String {
    pretty(&all.iter().map(FinishEntry::new).collect::<Vec<_>>())
}

impl<'a> FinishEntry<'a> {
    fn new(it: &'a Finish<'a>) -> Self {
        let shares = it.shares.iter().map(|share| SavingEntry {
            phase: share.kind.key(),
            time_us: micros(share.time),
            tenth_less_saves_at_most_us: micros(tenth(share.time)),
        });
        let nodes = it.visits.iter().map(|visit| VisitEntry {
            node: &visit.node,
            from_us: micros(visit.from),
            until_us: micros(visit.until),
            phases: ShareEntry::all(&visit.phases),
        });
        let steps = it.steps.iter().map(|step| StepEntry {
            phase: step.kind.key(),
            from_us: micros(step.from),
            until_us: micros(step.until),
            took_us: micros(step.length()),
            fact: step.fact.0,
            pod: step.pod.as_deref(),
            node: step.node.as_deref(),
        });
        Self {
            daemon_set: it.daemon_set,
            generation: it.rollout.generation,
            trigger: &it.rollout.trigger,
            started_us: micros(it.started),
            finished_us: micros(it.finished),
            duration_us: micros(it.finished.saturating_sub(it.started)),
            shares: shares.collect(),
            nodes: nodes.collect(),
            steps: steps.collect(),
        }
    }
}

#[derive(Serialize)]
struct ProgressEntry<'a> {
    daemon_set: &'a str,
    /// `stuck`, `moving`, `finished`, `on_delete`, `deleted` or `no_rollout`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<StallEntry<'a>>,
}

#[derive(Serialize)]
struct StallEntry<'a> {
    trigger: &'a str,
    since_us: u64,
    updated: u32,
    desired: u32,
    surges: bool,
    budget_nodes: u32,
    blockers: Vec<BlockerEntry<'a>>,
    waiting_nodes: u32,
    smallest_setting: Option<SettingEntry>,
    /// Why there is none.
    no_setting: Option<&'static str>,
    tried: Vec<TriedEntry<'a>>,
}

#[derive(Serialize)]
struct BlockerEntry<'a> {
    nodes: &'a [String],
    reason: &'a str,
    message: &'a str,
    since_us: Option<u64>,
}

#[derive(Serialize)]
struct SettingEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_unavailable: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_surge: Option<u32>,
    /// The smallest percentage that comes to the same.
    percent: Option<u32>,
}

#[derive(Serialize)]
struct TriedEntry<'a> {
    commands: &'a [String],
    helps: bool,
    ends_after_us: Option<u64>,
    updated: u32,
    desired: u32,
}

/// How far the last rollout of each DaemonSet has come.
pub fn stall_json(all: &[(&str, Progress<'_>)]) -> String {
    let entry = |(daemon_set, progress)| ProgressEntry::new(daemon_set, progress);
    pretty(&all.iter().map(|(name, progress)| entry((*name, progress))).collect::<Vec<_>>())
}

impl<'a> ProgressEntry<'a> {
    fn new(daemon_set: &'a str, progress: &'a Progress<'a>) -> Self {
        let (state, stall) = match progress {
            Progress::NoRollout => ("no_rollout", None),
            Progress::Deleted => ("deleted", None),
            Progress::OnDelete => ("on_delete", None),
            Progress::Finished(_) => ("finished", None),
            Progress::Moving(_) => ("moving", None),
            Progress::Stuck(stall) => ("stuck", Some(StallEntry::new(stall))),
        };
        Self { daemon_set, state, stall }
    }
}

impl<'a> StallEntry<'a> {
    fn new(it: &'a Stall<'a>) -> Self {
        let blockers = it.blockers.iter().map(|it| BlockerEntry {
            nodes: it.nodes,
            reason: it.reason,
            message: it.message,
            since_us: it.since.map(micros),
        });
        let tried = it.entry.advice.iter().map(|it| TriedEntry {
            commands: &it.commands,
            helps: it.helps,
            ends_after_us: it.ends_after().map(micros),
            updated: it.updated,
            desired: it.desired,
        });
        Self {
            trigger: &it.rollout.trigger,
            since_us: micros(it.rollout.last_progress()),
            updated: it.entry.status.updated,
            desired: it.entry.status.desired,
            surges: it.surges,
            budget_nodes: it.budget,
            blockers: blockers.collect(),
            waiting_nodes: it.waiting,
            smallest_setting: it.setting.ok().map(SettingEntry::new),
            no_setting: it.setting.err().map(none),
            tried: tried.collect(),
        }
    }
}

impl SettingEntry {
    fn new(setting: Setting) -> Self {
        let (max_unavailable, max_surge, percent) = match setting {
            Setting::MaxUnavailable { nodes, percent } => (Some(nodes), None, percent),
            Setting::MaxSurge { nodes, percent } => (None, Some(nodes), percent),
            Setting::NoSurge { max_unavailable } => (Some(max_unavailable), Some(0), None),
        };
        Self { max_unavailable, max_surge, percent }
    }
}

#[derive(Serialize)]
struct SpentEntry<'a> {
    daemon_set: &'a str,
    at_us: u64,
    surges: bool,
    budget_nodes: u32,
    waiting_nodes: u32,
    holders: Vec<HolderEntry<'a>>,
}

/// Who held the budget of each DaemonSet at an instant.
pub fn spent_json(all: &[Spent<'_>]) -> String {
    pretty(&all.iter().map(SpentEntry::new).collect::<Vec<_>>())
}

impl<'a> SpentEntry<'a> {
    fn new(it: &'a Spent<'a>) -> Self {
        Self {
            daemon_set: it.daemon_set,
            at_us: micros(it.at),
            surges: it.surges,
            budget_nodes: it.budget,
            waiting_nodes: it.waiting,
            holders: HolderEntry::all(&it.holders),
        }
    }
}
