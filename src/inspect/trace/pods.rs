//! Slices of pods, with their phases inside.

use std::collections::BTreeMap;

use crate::inspect::Run;
use crate::inspect::phases::PodLife;
use crate::inspect::trace::builder::Builder;
use crate::inspect::trace::model::{Slice, TrackId};
use crate::time::SimDuration;

/// A track of a node, and until when there is a slice on it.
#[derive(Clone, Copy, Debug)]
struct Lane {
    track: TrackId,
    until: SimDuration,
}

/// Adds a track for each node below each DaemonSet, and on it the pods. A pod that comes while
/// another is still there gets a track of its own with the same name, so that slices nest.
pub(super) fn add(
    run: &Run,
    lives: &[PodLife],
    daemon_sets: &BTreeMap<String, TrackId>,
    builder: &mut Builder,
) {
    let mut lanes = BTreeMap::<(TrackId, &str), Vec<Lane>>::new();
    let mut by_start: Vec<&PodLife> = lives.iter().collect();
    by_start.sort_by_key(|life| bounds(run, life).0);
    for life in by_start {
        let Some(&process) = daemon_sets.get(&life.daemon_set) else { continue };
        let (from, until) = bounds(run, life);
        let lanes = lanes.entry((process, &life.node)).or_default();
        let track = if let Some(free) = lanes.iter_mut().find(|lane| lane.until <= from) {
            free.until = until;
            free.track
        } else {
            let track = builder.slices(process, &life.node);
            lanes.push(Lane { track, until });
            track
        };
        add_life(life, (from, until), track, builder);
    }
}

/// From when to when there is something to be told of a pod.
fn bounds(run: &Run, life: &PodLife) -> (SimDuration, SimDuration) {
    let created = life.created.and_then(|fact| run.fact(fact)).map(|fact| fact.at);
    let bounds = life.spans.first().zip(life.spans.last());
    let of_none = created.unwrap_or_default();
    bounds.map_or((of_none, of_none), |(first, last)| (first.from, last.until))
}

fn add_life(
    life: &PodLife,
    (from, until): (SimDuration, SimDuration),
    track: TrackId,
    builder: &mut Builder,
) {
    let notes = vec![("node", life.node.clone()), ("revision", life.revision.clone())];
    let pod = Slice { name: life.pod.clone(), category: "pod", notes, ..Slice::default() };
    builder.begin(from, track, pod);
    let mut began = None;
    for span in &life.spans {
        let phase = Slice {
            name: span.kind.name().to_owned(),
            category: "phase",
            notes: vec![("phase", span.kind.key().to_owned())],
            fact: began,
            ..Slice::default()
        };
        builder.begin(span.from, track, phase);
        builder.end(span.until, track);
        began = span.ended_by;
    }
    builder.end(until, track);
}
