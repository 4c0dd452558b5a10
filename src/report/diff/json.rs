//! The diff in figures. Keys are in snake case with the unit last, as in `compare.json`; settings
//! are those of a comparison: `before` and `after` are the names of their scenarios.

use serde::Serialize;

use crate::report::compare::{Entry, entry};
use crate::report::diff::words::{findings, headline, sentences};
use crate::report::json::pretty;
use crate::study::{
    Change, Diff, Effect, FieldChange, Move, Place, Refusal, Sides, Study, Verdict, sides,
};
use crate::time::SimDuration;

/// Raised when a key goes away or means something else; keys may be added at any time.
const FORMAT: u32 = 1;

/// The diff for programs, ending with a line break.
pub fn diff_json(diff: &Diff, version: &str) -> String {
    pretty(&File {
        format: FORMAT,
        version,
        base: &diff.base,
        head: &diff.head,
        assumed: &diff.assumed,
        goal_within_us: diff.goal.within.map(SimDuration::as_micros),
        goal_worst: diff.goal.worst.map(|it| it.to_string()),
        refused: diff.is_refused(),
        goal_missed: diff.misses_goal(),
        daemon_sets: diff.changes.iter().map(daemon_set).collect(),
    })
}

#[derive(Serialize)]
struct File<'a> {
    format: u32,
    version: &'a str,
    base: &'a str,
    head: &'a str,
    assumed: &'a [String],
    goal_within_us: Option<u64>,
    goal_worst: Option<String>,
    refused: bool,
    goal_missed: bool,
    daemon_sets: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    daemon_set: &'a str,
    /// `added`, `removed`, `refused`, `next-rollout`, `rollout`, `on-delete` or `scenario`.
    effect: &'static str,
    headline: &'static str,
    sentences: Vec<String>,
    file: Option<&'a str>,
    line: Option<usize>,
    refusals: Vec<Refused<'a>>,
    fields: Vec<Field<'a>>,
    /// `goal-missed`, `not-complete` and `worse-rollout`, as in SARIF.
    findings: Vec<&'static str>,
    notes: &'a [String],
    moves: Vec<Moved<'a>>,
    seeds: Option<String>,
    confidence: Option<String>,
    circumstances: Vec<SideBySide<'a>>,
}

#[derive(Serialize)]
struct Refused<'a> {
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct Field<'a> {
    path: String,
    base: Option<&'a str>,
    head: Option<&'a str>,
    decides: bool,
    file: Option<&'a str>,
    line: Option<usize>,
}

#[derive(Serialize)]
struct Moved<'a> {
    circumstance: &'a str,
    before_nodes: u32,
    after_nodes: u32,
    left_nodes: u32,
    entered_nodes: u32,
}

#[derive(Serialize)]
struct SideBySide<'a> {
    circumstance: &'a str,
    /// `yes`, `no`, `too-few-seeds`; none without a goal.
    reaches_goal: Option<&'static str>,
    /// The same of the first update that replaces pods of after the change.
    later_reaches_goal: Option<&'static str>,
    before: Option<Entry<'a>>,
    after: Entry<'a>,
    later: Option<Entry<'a>>,
}

fn daemon_set(change: &Change) -> Found<'_> {
    let study = change.study.as_ref();
    let (file, line) = place(change.place.as_ref());
    Found {
        daemon_set: &change.daemon_set,
        effect: effect(&change.effect),
        headline: headline(change),
        sentences: sentences(change),
        file,
        line,
        refusals: refusals(&change.effect),
        fields: fields(change),
        findings: findings(change),
        notes: &change.notes,
        moves: change.moves.iter().map(moved).collect(),
        seeds: study.map(|it| it.sweep.seeds.to_string()),
        confidence: study.map(|it| it.view.certainty.confidence.to_string()),
        circumstances: study.map(circumstances).unwrap_or_default(),
    }
}

fn place(place: Option<&Place>) -> (Option<&str>, Option<usize>) {
    (place.map(|it| it.file.as_str()), place.map(|it| it.line))
}

/// The name of an effect, for programs.
pub(super) const fn effect(effect: &Effect) -> &'static str {
    match effect {
        Effect::Added => "added",
        Effect::Removed => "removed",
        Effect::Refused(_) => "refused",
        Effect::NextRollout { .. } => "next-rollout",
        Effect::Rollout { on_delete: false } => "rollout",
        Effect::Rollout { on_delete: true } => "on-delete",
        Effect::Scenario => "scenario",
    }
}

fn refusals(effect: &Effect) -> Vec<Refused<'_>> {
    let Effect::Refused(refusals) = effect else { return Vec::new() };
    let mut messages = Vec::new();
    for Refusal { message, place: at } in refusals {
        let (file, line) = place(at.as_ref());
        messages.push(Refused { message, file, line });
    }
    messages
}

fn fields(change: &Change) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    for FieldChange { path, base, head, decides, place: at } in &change.fields {
        let (file, line) = place(at.as_ref());
        let (path, base, head) = (path.to_string(), base.as_deref(), head.as_deref());
        fields.push(Field { path, base, head, decides: *decides, file, line });
    }
    fields
}

fn moved(it: &Move) -> Moved<'_> {
    Moved {
        circumstance: &it.circumstance,
        before_nodes: it.before,
        after_nodes: it.after,
        left_nodes: it.left,
        entered_nodes: it.entered,
    }
}

fn circumstances(study: &Study) -> Vec<SideBySide<'_>> {
    let of = |setting: usize| entry(study, setting, &study.comparison.results[setting]);
    let reaches = |setting: usize| {
        study.advice.as_ref()?.verdict(setting).map(|verdict| match verdict {
            Verdict::Yes => "yes",
            Verdict::No => "no",
            Verdict::TooFew { .. } => "too-few-seeds",
        })
    };
    let shown = |it: Sides<'_>| SideBySide {
        circumstance: &study.sweep.settings[it.after].circumstance,
        reaches_goal: reaches(it.after),
        later_reaches_goal: it.later.and_then(reaches),
        before: it.before.map(of),
        after: of(it.after),
        later: it.later.map(of),
    };
    sides(study).map(shown).collect()
}
