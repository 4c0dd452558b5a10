//! What each node has over time.

use std::collections::BTreeMap;

use crate::inspect::over_time::cluster::{Cluster, Place};
use crate::inspect::over_time::on_node::OnNode;
use crate::inspect::run::Run;
use crate::time::SimDuration;

/// What a DaemonSet has on the nodes over a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaemonSetTracks {
    /// What facts call it: `namespace/name`.
    pub daemon_set: String,
    /// Since when its template is the one that it has at the end: the start of its last rollout, or
    /// of the run.
    pub since: SimDuration,
    /// When its template changed for the first time since the start of the run, if it did.
    pub first_changed: Option<SimDuration>,
    /// Those of nodes on which a pod ever belonged, in the order in which the record names them.
    pub nodes: Vec<NodeTrack>,
}

/// What a DaemonSet has on one node over a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeTrack {
    pub node: String,
    /// From the start of the run to its end. Each begins where the one before it ends, and has
    /// another state. The last one has no length if the run ended as it began.
    pub spans: Vec<NodeSpan>,
    /// When a pod of the revision that is current at the end first served, since it is the current
    /// one; none if none did.
    pub updated: Option<SimDuration>,
}

/// A stretch of time in which a node has one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeSpan {
    pub state: OnNode,
    /// Since the start of the run.
    pub from: SimDuration,
    pub until: SimDuration,
}

/// How many nodes have what, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeCounts {
    /// Since the start of the run.
    pub at: SimDuration,
    /// In the order of [`OnNode::ALL`].
    pub nodes: [u32; OnNode::ALL.len()],
}

impl NodeSpan {
    /// How long it is.
    pub fn length(&self) -> SimDuration {
        self.until.saturating_sub(self.from)
    }
}

impl NodeTrack {
    /// Until an instant, it has something else.
    fn rename(&mut self, from: OnNode, to: OnNode, until: SimDuration) {
        let mut spans: Vec<NodeSpan> = Vec::with_capacity(self.spans.len() + 1);
        for span in &self.spans {
            let early = NodeSpan { state: to, until: span.until.min(until), ..*span };
            let late = NodeSpan { from: span.from.max(until), ..*span };
            let is_meant = span.state == from && span.from < until;
            let parts = if is_meant { [Some(early), Some(late)] } else { [Some(*span), None] };
            for part in parts.into_iter().flatten() {
                match spans.last_mut() {
                    Some(last) if last.state == part.state => last.until = part.until,
                    _ if is_meant && part.from >= part.until => {}
                    _ => spans.push(part),
                }
            }
        }
        self.spans = spans;
    }
}

impl NodeCounts {
    /// How many nodes have this.
    pub const fn of(&self, state: OnNode) -> u32 {
        self.nodes[state as usize]
    }

    /// How many nodes have something of which this is true.
    pub fn sum(&self, is_meant: impl Fn(OnNode) -> bool) -> u32 {
        OnNode::ALL.into_iter().filter(|state| is_meant(*state)).map(|state| self.of(state)).sum()
    }
}

impl DaemonSetTracks {
    /// The same, with all that serves before the template first changes called old: until then there
    /// is one revision only, and it is what an update replaces. Where an update is under way at the
    /// start, nothing is renamed.
    #[must_use]
    pub fn with_old_before_change(mut self) -> Self {
        let Some(changed) = self.first_changed else { return self };
        let spans = || self.nodes.iter().flat_map(|it| &it.spans).filter(|it| it.from < changed);
        if spans().any(|it| matches!(it.state, OnNode::Old | OnNode::OldBesideNew)) {
            return self;
        }
        for track in &mut self.nodes {
            track.rename(OnNode::New, OnNode::Old, changed);
        }
        self
    }

    /// How many nodes have what over time: steps of which each holds until the next one; times
    /// strictly increase, and something differs.
    pub fn counts(&self) -> Vec<NodeCounts> {
        let mut changes: BTreeMap<SimDuration, [i64; OnNode::ALL.len()]> = BTreeMap::new();
        for track in &self.nodes {
            let mut before: Option<OnNode> = None;
            for span in &track.spans {
                let change = changes.entry(span.from).or_default();
                change[span.state as usize] += 1;
                if let Some(before) = before.replace(span.state) {
                    change[before as usize] -= 1;
                }
            }
        }
        let mut now = [0_i64; OnNode::ALL.len()];
        let step = |(at, change): (SimDuration, [i64; OnNode::ALL.len()])| {
            now.iter_mut().zip(change).for_each(|(count, change)| *count += change);
            (at, now)
        };
        let mut steps: Vec<_> = changes.into_iter().map(step).collect();
        steps.dedup_by_key(|(_, nodes)| *nodes);
        let counts = |(at, nodes): (SimDuration, [i64; OnNode::ALL.len()])| NodeCounts {
            at,
            nodes: nodes.map(|count| u32::try_from(count).unwrap_or_default()),
        };
        steps.into_iter().map(counts).collect()
    }
}

/// What each DaemonSet has on each node over a run that ended at `end`, in the order of
/// [`Run::daemon_sets`].
pub fn node_tracks(run: &Run, end: SimDuration) -> Vec<DaemonSetTracks> {
    let mut walk = Walk::at_start(run);
    for fact in &run.facts {
        if fact.at > walk.now {
            walk.end_instant();
            walk.now = fact.at;
        }
        walk.cluster.apply(fact, run);
        walk.look();
    }
    walk.end_instant();
    walk.finish(run, end.max(run.end()))
}

/// A walk through a run.
struct Walk {
    cluster: Cluster,
    now: SimDuration,
    /// Places that were touched in this instant.
    touched: Vec<Place>,
    /// By DaemonSet: the template that it has.
    templates: Vec<Template>,
    tracks: BTreeMap<Place, Growing>,
}

/// The template of a DaemonSet.
#[derive(Clone, Copy, Debug, Default)]
struct Template {
    /// The revision that it is of.
    current: Option<usize>,
    since: SimDuration,
    first_changed: Option<SimDuration>,
}

impl Template {
    /// From `now` on it is that of a revision.
    fn set(&mut self, current: Option<usize>, now: SimDuration) {
        if self.current == current {
            return;
        }
        // The first revision of a DaemonSet is no change.
        if self.current.is_some() {
            self.first_changed.get_or_insert(now);
        }
        (self.current, self.since) = (current, now);
    }
}

/// A track that goes on.
#[derive(Debug, Default)]
struct Growing {
    was_wanted: bool,
    /// Since when a node has what.
    changes: Vec<(SimDuration, OnNode)>,
    updated: Option<SimDuration>,
}

impl Walk {
    fn at_start(run: &Run) -> Self {
        let mut walk = Self {
            cluster: Cluster::at_start(run),
            now: SimDuration::ZERO,
            touched: Vec::new(),
            templates: Vec::new(),
            tracks: BTreeMap::new(),
        };
        let template = |current| Template { current, ..Template::default() };
        walk.templates = walk.cluster.daemon_sets.iter().map(|it| template(it.current)).collect();
        walk.look();
        walk
    }

    /// A fact has happened.
    fn look(&mut self) {
        for (template, daemon_set) in self.templates.iter_mut().zip(&self.cluster.daemon_sets) {
            template.set(daemon_set.current, self.now);
        }
        for place in std::mem::take(&mut self.cluster.touched) {
            let wanted = self.cluster.is_wanted(place);
            self.tracks.entry(place).or_default().was_wanted |= wanted;
            self.touched.push(place);
        }
    }

    fn end_instant(&mut self) {
        let now = self.now;
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        for place in touched {
            let state = OnNode::at(place, &self.cluster);
            let since = self.templates[place.0].since;
            let Some(track) = self.tracks.get_mut(&place) else { continue };
            if track.changes.last().is_none_or(|(_, last)| *last != state) {
                track.changes.push((now, state));
            }
            track.updated = track.updated.filter(|updated| *updated >= since);
            if state == OnNode::New {
                track.updated.get_or_insert(now);
            }
        }
    }

    fn finish(self, run: &Run, end: SimDuration) -> Vec<DaemonSetTracks> {
        let names = run.daemon_sets().into_iter().zip(&self.templates);
        let mut all: Vec<DaemonSetTracks> = names
            .map(|(daemon_set, template)| DaemonSetTracks {
                daemon_set: daemon_set.to_owned(),
                since: template.since,
                first_changed: template.first_changed,
                nodes: Vec::new(),
            })
            .collect();
        for ((daemon_set, node), track) in self.tracks {
            if track.was_wanted {
                let node = self.cluster.nodes[node].name.clone();
                all[daemon_set].nodes.push(track.finish(node, end));
            }
        }
        all
    }
}

impl Growing {
    fn finish(self, node: String, end: SimDuration) -> NodeTrack {
        let mut changes = self.changes;
        if changes.first().is_none_or(|(at, _)| !at.is_zero()) {
            changes.insert(0, (SimDuration::ZERO, OnNode::NotWanted));
            changes.dedup_by_key(|(_, state)| *state);
        }
        let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([end]);
        let span = |((from, state), until): (&(SimDuration, OnNode), SimDuration)| NodeSpan {
            state: *state,
            from: *from,
            until,
        };
        let spans = changes.iter().zip(ends).map(span).collect();
        NodeTrack { node, spans, updated: self.updated }
    }
}
