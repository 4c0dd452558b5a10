//! Puts a trace together.

use std::collections::BTreeMap;

use crate::inspect::Run;
use crate::inspect::phases::{History, lives};
use crate::inspect::trace::model::{Shape, Slice, Trace, TraceEvent, Track, TrackId, TrackKind};
use crate::inspect::trace::{causes, cluster, counters, pods};
use crate::time::SimDuration;

/// The trace of a run.
pub fn trace(run: &Run) -> Trace {
    let mut builder = Builder::default();
    let cluster = builder.process(format!("cluster of {}", run.header.scenario));
    cluster::add(run, cluster, &mut builder);
    let history = History::of(run);
    let lives = lives(run, &history);
    counters::add_of_cluster(&lives, &history, cluster, &mut builder);
    let daemon_sets = processes(run, &mut builder);
    counters::add(run, &history, &daemon_sets, &mut builder);
    pods::add(run, &lives, &daemon_sets, &mut builder);
    let mut trace = Trace { tracks: builder.tracks, events: builder.events };
    trace.events.sort_by_key(|event| event.at);
    causes::add_arrows(run, &mut trace);
    trace
}

/// A process for each DaemonSet, by what facts call it.
fn processes(run: &Run, builder: &mut Builder) -> BTreeMap<String, TrackId> {
    let process = |name: &str| (name.to_owned(), builder.process(name.to_owned()));
    run.daemon_sets().into_iter().map(process).collect()
}

/// A trace so far. Events may be added in any order, those of one track in the order of time.
#[derive(Debug, Default)]
pub(super) struct Builder {
    tracks: Vec<Track>,
    events: Vec<TraceEvent>,
}

impl Builder {
    pub(super) fn process(&mut self, name: String) -> TrackId {
        self.track(None, name, TrackKind::Process)
    }

    pub(super) fn slices(&mut self, parent: TrackId, name: &str) -> TrackId {
        self.track(Some(parent), name.to_owned(), TrackKind::Slices)
    }

    pub(super) fn counter(&mut self, parent: TrackId, name: &str) -> TrackId {
        self.track(Some(parent), name.to_owned(), TrackKind::Counter)
    }

    fn track(&mut self, parent: Option<TrackId>, name: String, kind: TrackKind) -> TrackId {
        let id = TrackId(u64::try_from(self.tracks.len()).unwrap_or(u64::MAX).saturating_add(1));
        self.tracks.push(Track { id, parent, name, kind });
        id
    }

    pub(super) fn begin(&mut self, at: SimDuration, track: TrackId, slice: Slice) {
        self.events.push(TraceEvent { at, track, shape: Shape::Begin(slice) });
    }

    pub(super) fn end(&mut self, at: SimDuration, track: TrackId) {
        self.events.push(TraceEvent { at, track, shape: Shape::End });
    }

    pub(super) fn instant(&mut self, at: SimDuration, track: TrackId, slice: Slice) {
        self.events.push(TraceEvent { at, track, shape: Shape::Instant(slice) });
    }

    pub(super) fn count(&mut self, at: SimDuration, track: TrackId, number: i64) {
        self.events.push(TraceEvent { at, track, shape: Shape::Count(number) });
    }
}
