//! What a run takes for granted because its snapshot does not tell, in one note.

use std::fmt::Write;

use crate::record::{Belief, Believed};
use crate::report::readable::count;

/// One note for all of it; none if there is nothing.
pub fn beliefs_note(beliefs: &[Believed]) -> Option<String> {
    if beliefs.is_empty() {
        return None;
    }
    let mut note = "note: what a snapshot shows lasts until an event changes it\n".to_owned();
    for line in belief_lines(beliefs) {
        let _ = writeln!(note, "  {line}");
    }
    Some(note)
}

/// A line for each: `1 node stays not Ready, … (node-4): recover, leave`, with the events that
/// change it at the end.
pub(super) fn belief_lines(beliefs: &[Believed]) -> Vec<String> {
    let line = |Believed { belief, objects, examples }: &Believed| {
        let (noun, one, several) = words(*belief);
        let verb = if *objects == 1 { one } else { several };
        let more = if u64::from(*objects) > examples.len() as u64 { ", …" } else { "" };
        let objects = count((*objects).into(), noun);
        let examples = examples.join(", ");
        let events = belief.changed_by().join(", ");
        format!("{objects} {verb} ({examples}{more}): {events}")
    };
    beliefs.iter().map(line).collect()
}

/// What it is about, and what is believed of one and of several.
const fn words(belief: Belief) -> (&'static str, &'static str, &'static str) {
    match belief {
        Belief::Crashes => ("pod", "keeps crashing", "keep crashing"),
        Belief::CannotStart => {
            ("pod", "cannot start its containers", "cannot start their containers")
        }
        Belief::StaysPending => {
            ("pod", "stays Pending after 10m on its node", "stay Pending after 10m on their nodes")
        }
        Belief::StaysUnready => ("pod", "stays not Ready after 10m", "stay not Ready after 10m"),
        Belief::GetsReady => {
            ("pod", "younger than 10m becomes Ready", "younger than 10m become Ready")
        }
        Belief::StaysUnscheduled => (
            "pod",
            "stays unscheduled, for a reason that is not modeled",
            "stay unscheduled, for reasons that are not modeled",
        ),
        Belief::StaysTerminating => (
            "pod",
            "stays Terminating, past its grace period",
            "stay Terminating, past their grace periods",
        ),
        Belief::TakesTheNext => (
            "pod",
            "has failed, and its node accepts the next one",
            "have failed, and their nodes accept the next ones",
        ),
        Belief::StaysReady => ("pod", "restarted often stays Ready", "restarted often stay Ready"),
        Belief::StaysNotReady => (
            "node",
            "stays not Ready, and starts and stops no pods",
            "stay not Ready, and start and stop no pods",
        ),
        Belief::StaysPressed => ("node", "stays under pressure", "stay under pressure"),
    }
}
