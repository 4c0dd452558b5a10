//! A few nodes in a rollout: what their pods did, phase by phase, and what of it decided the end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::over_time::on_node::OnNode;
use crate::inspect::over_time::tracks::{DaemonSetTracks, NodeTrack};
use crate::inspect::phases::{PodLife, Span};
use crate::inspect::summary_file::RolloutEntry;
use crate::inspect::why::{Look, Step, Unknown};
use crate::record::nearest_rank;
use crate::time::SimDuration;

/// Nodes that are chosen because they never got the new revision.
const MOST_STUCK: usize = 2;

/// Nodes that are chosen because they hold up others.
const MOST_BLOCKING: usize = 2;

/// Nodes that are chosen because the end waited for them.
const MOST_ON_PATH: usize = 2;

/// Why a node was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chosen {
    /// By name.
    Asked,
    /// Its replacement took the least time of all.
    Fastest,
    /// As many nodes took longer as took less.
    Median,
    /// Its replacement took the longest of all.
    Slowest,
    /// It got the new revision after all others.
    Last,
    /// The end waited for it for a long time.
    OnPath,
    /// It holds up others when the run ends.
    Blocking,
    /// It had not got the new revision when the run ended.
    Stuck,
}

/// A few nodes of a DaemonSet in one rollout.
#[derive(Clone, Debug)]
pub struct Gantt {
    pub daemon_set: String,
    /// The start of the rollout, since the start of the run.
    pub from: SimDuration,
    /// When it was complete, or the run ended.
    pub until: SimDuration,
    /// The nodes in the order in which their replacement began; those that were asked for in the
    /// order in which they were.
    pub rows: Vec<GanttRow>,
    /// The critical path: each step waited for the one before it. Empty if the rollout did not finish.
    pub path: Vec<Step>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct GanttRow {
    pub node: String,
    pub chosen: Chosen,
    /// The pods of the DaemonSet that it had meanwhile, in the order of their creation.
    pub pods: Vec<GanttPod>,
}

/// A pod on a node.
#[derive(Clone, Debug)]
pub struct GanttPod {
    pub pod: String,
    /// The label `controller-revision-hash`.
    pub revision: String,
    /// What it spent its time on, as far as that lies in the rollout; spans touch.
    pub spans: Vec<Span>,
}

/// How a node got a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Replacement<'a> {
    track: &'a NodeTrack,
    /// When something first changed on the node after the rollout had started.
    began: SimDuration,
    done: SimDuration,
}

impl Chosen {
    /// In a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked for",
            Self::Fastest => "fastest",
            Self::Median => "median",
            Self::Slowest => "slowest",
            Self::Last => "last",
            Self::OnPath => "on the critical path",
            Self::Blocking => "in the way",
            Self::Stuck => "still waits",
        }
    }
}

impl GanttRow {
    /// The steps of the critical path that were on this node.
    pub fn steps<'a>(&'a self, path: &'a [Step]) -> impl Iterator<Item = &'a Step> {
        path.iter().filter(|step| step.node.as_deref() == Some(&*self.node))
    }
}

/// What a few nodes did in a rollout of a DaemonSet: those of these names, or ten typical ones at most,
/// among them some of `blocking`, which hold up others at the end.
///
/// # Errors
/// If there is no node of a name.
pub fn gantt(
    look: &Look<'_>,
    tracks: &DaemonSetTracks,
    rollout: &RolloutEntry,
    blocking: &[&str],
    names: Option<&[String]>,
) -> Result<Gantt, Unknown> {
    let from = rollout.started();
    let until = rollout.finished().unwrap_or(look.at).min(look.at).max(from);
    let finish = look.finish(&tracks.daemon_set, rollout);
    let path = finish.map(|finish| finish.steps).unwrap_or_default();
    let nodes = match names {
        Some(names) => names.iter().map(|name| (name.as_str(), Chosen::Asked)).collect(),
        None => typical_nodes(tracks, from, &path, blocking),
    };
    let row = |(node, chosen): (&str, Chosen)| {
        let lives = look.pods_of_node(node)?.into_iter();
        let lives = lives.filter(|life| life.daemon_set == tracks.daemon_set);
        let pods = lives.filter_map(|life| GanttPod::of(life, from, until)).collect();
        Ok(GanttRow { node: node.to_owned(), chosen, pods })
    };
    let mut rows = nodes.into_iter().map(row).collect::<Result<Vec<GanttRow>, _>>()?;
    // A node that only took over a pod has nothing to show; one that waits for a pod has.
    let waits = |why| matches!(why, Chosen::Asked | Chosen::Blocking | Chosen::Stuck);
    rows.retain(|row| waits(row.chosen) || !row.pods.is_empty());
    Ok(Gantt { daemon_set: tracks.daemon_set.clone(), from, until, rows, path })
}

/// Typical nodes of a rollout that started at an instant, in the order in which their replacement
/// began; then those that hold up others, and those that wait for them. No node is there twice.
fn typical_nodes<'a>(
    tracks: &'a DaemonSetTracks,
    started: SimDuration,
    path: &[Step],
    blocking: &[&str],
) -> Vec<(&'a str, Chosen)> {
    let mut done = replacements(tracks, started);
    done.sort_by_key(|it| it.done.saturating_sub(it.began));
    let last = done.iter().max_by_key(|it| it.done);
    let fastest = done.first().map(|it| (it, Chosen::Fastest));
    let slowest = done.last().map(|it| (it, Chosen::Slowest));
    let median = nearest_rank(&done, 50).map(|it| (it, Chosen::Median));
    let last = last.map(|it| (it, Chosen::Last));
    let on_path = longest_on(path).into_iter().filter_map(|node| {
        let it = done.iter().find(|it| it.track.node == node)?;
        Some((it, Chosen::OnPath))
    });
    let on_path = on_path.take(MOST_ON_PATH);
    let chosen = fastest.into_iter().chain(slowest).chain(median).chain(last).chain(on_path);
    let mut by_begin: Vec<(SimDuration, &str, Chosen)> = Vec::new();
    for (it, why) in chosen {
        let node = it.track.node.as_str();
        if by_begin.iter().all(|(_, known, _)| *known != node) {
            by_begin.push((it.began, node, why));
        }
    }
    by_begin.sort();
    let blocking: BTreeSet<&str> = blocking.iter().copied().collect();
    let blocks = |track: &&NodeTrack| blocking.contains(track.node.as_str());
    let in_the_way = tracks.nodes.iter().filter(blocks).take(MOST_BLOCKING);
    let in_the_way: Vec<&str> = in_the_way.map(|track| track.node.as_str()).collect();
    let others = by_begin.into_iter().filter(|(_, node, _)| !in_the_way.contains(node));
    let others: Vec<_> = others.map(|(_, node, why)| (node, why)).collect();
    let in_the_way = in_the_way.into_iter().map(|node| (node, Chosen::Blocking));
    let waits = |track: &&NodeTrack| track.is_stuck() && !blocks(track);
    let stuck = tracks.nodes.iter().filter(waits).take(MOST_STUCK);
    let stuck = stuck.map(|track| (track.node.as_str(), Chosen::Stuck));
    others.into_iter().chain(in_the_way).chain(stuck).collect()
}

/// The nodes of a path, the one first where it was for the longest time.
fn longest_on(path: &[Step]) -> Vec<&str> {
    let mut times: BTreeMap<&str, SimDuration> = BTreeMap::new();
    for step in path {
        if let Some(node) = &step.node {
            *times.entry(node).or_default() += step.length();
        }
    }
    let mut nodes: Vec<(&str, SimDuration)> = times.into_iter().collect();
    nodes.sort_by_key(|(_, time)| Reverse(*time));
    nodes.into_iter().map(|(node, _)| node).collect()
}

fn replacements(tracks: &DaemonSetTracks, started: SimDuration) -> Vec<Replacement<'_>> {
    let of = |track: &'_ NodeTrack| -> Option<(SimDuration, SimDuration)> {
        let done = track.updated?;
        let mut spans = track.spans.iter().filter(|span| span.until > started);
        let is_idle = |state| matches!(state, OnNode::New | OnNode::Old | OnNode::NotWanted);
        let began = spans.find(|span| !is_idle(span.state))?.from.max(started);
        Some((began, done))
    };
    let replacement = |track| {
        let (began, done) = of(track).filter(|(began, done)| began < done)?;
        Some(Replacement { track, began, done })
    };
    tracks.nodes.iter().filter_map(replacement).collect()
}

impl NodeTrack {
    /// Whether a pod belongs there at the end, and none of the last revision has served there.
    pub fn is_stuck(&self) -> bool {
        self.updated.is_none() && self.state_at_end().is_wanted()
    }
}

impl GanttPod {
    /// What of a life lies between two instants; none if nothing does.
    fn of(life: &PodLife, from: SimDuration, until: SimDuration) -> Option<Self> {
        let clip = |span: &Span| {
            let part = Span { from: span.from.max(from), until: span.until.min(until), ..*span };
            (part.from < part.until).then_some(part)
        };
        let spans: Vec<Span> = life.spans.iter().filter_map(clip).collect();
        let [pod, revision] = [&life.pod, &life.revision].map(Clone::clone);
        (!spans.is_empty()).then_some(Self { pod, revision, spans })
    }
}
