//! What a trace is made of.

use crate::record::FactId;
use crate::time::SimDuration;

/// A trace, ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Each comes after the one that it is below.
    pub tracks: Vec<Track>,
    /// In the order of time; those of one track are in their own order where times are equal.
    pub events: Vec<TraceEvent>,
}

/// The number of a track, from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrackId(pub u64);

/// A line of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    pub id: TrackId,
    /// The process that it belongs to; none if it is one.
    pub parent: Option<TrackId>,
    /// Tracks of one name below one parent are shown as one: pods that are on a node at a time.
    pub name: String,
    pub kind: TrackKind,
}

/// What a track has on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackKind {
    /// Other tracks.
    Process,
    /// Slices, which nest, and instants.
    Slices,
    /// A number over time.
    Counter,
}

/// Something that happens on a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEvent {
    /// Since the start of the run.
    pub at: SimDuration,
    pub track: TrackId,
    pub shape: Shape,
}

/// What happens on a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Begin(Slice),
    /// The slice ends that began last.
    End,
    Instant(Slice),
    /// From now on the number is this one.
    Count(i64),
}

/// A slice, or an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    pub name: String,
    /// `pod`, `phase`, or what else it is.
    pub category: &'static str,
    /// Names and values that are shown when it is selected.
    pub notes: Vec<(&'static str, String)>,
    /// The fact that began it, if one did.
    pub fact: Option<FactId>,
    /// What followed from it elsewhere: an arrow to each slice that these facts began.
    pub led_to: Vec<FactId>,
    /// It followed from something elsewhere: an arrow ends here, and its number is `fact`.
    pub has_cause: bool,
}
