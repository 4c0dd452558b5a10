//! Arrows from what happened to what followed from it elsewhere.

use std::collections::BTreeMap;

use crate::inspect::Run;
use crate::inspect::trace::model::{Shape, Slice, Trace, TrackId};
use crate::record::FactId;

/// Adds an arrow to each slice that a fact began from the nearest slice or instant on another track
/// that the fact followed from.
pub(super) fn add_arrows(run: &Run, trace: &mut Trace) {
    let mut shown = BTreeMap::<FactId, Vec<(usize, TrackId)>>::new();
    for (index, event) in trace.events.iter().enumerate() {
        if let Shape::Begin(Slice { fact: Some(fact), .. })
        | Shape::Instant(Slice { fact: Some(fact), .. }) = &event.shape
        {
            shown.entry(*fact).or_default().push((index, event.track));
        }
    }
    let mut arrows = Vec::new();
    for (&fact, places) in &shown {
        let Some(&(to, on)) = places.first() else { continue };
        if let Some(from) = nearest_cause(run, fact, on, &shown) {
            arrows.push((from, to, fact));
        }
    }
    for (from, to, fact) in arrows {
        if let Some(cause) = slice(trace, from) {
            cause.led_to.push(fact);
        }
        if let Some(effect) = slice(trace, to) {
            effect.has_cause = true;
        }
    }
}

/// The event that shows the nearest cause of a fact, if it is on another track.
fn nearest_cause(
    run: &Run,
    fact: FactId,
    track: TrackId,
    shown: &BTreeMap<FactId, Vec<(usize, TrackId)>>,
) -> Option<usize> {
    let mut cause = run.cause_of(run.fact(fact)?);
    while let Some(it) = cause {
        if let Some((index, on)) = shown.get(&it.id).and_then(|places| places.first()) {
            return (*on != track).then_some(*index);
        }
        cause = run.cause_of(it);
    }
    None
}

fn slice(trace: &mut Trace, index: usize) -> Option<&mut Slice> {
    match &mut trace.events.get_mut(index)?.shape {
        Shape::Begin(slice) | Shape::Instant(slice) => Some(slice),
        Shape::End | Shape::Count(_) => None,
    }
}
