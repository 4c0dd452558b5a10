//! Sentences and rows of a forecast.

use crate::record::{Cause, DaemonSetSummary};
use crate::report::cause;
use crate::report::compare::{of_seeds, range, spread, value};
use crate::report::forecast::shown::Shown;
use crate::report::kubectl::human_duration;
use crate::report::readable::{count, listed, number, part};
use crate::study::{
    Firing, Metric, NEVER, Now, Observed, Outlook, Prospect, SettingResult, Unit, Waiting,
};

/// Percentiles of fewer pods are rough.
const FEW: usize = 20;

/// Labels are cut in a table to so many characters.
const LABEL: usize = 60;

/// What the whole rests on, in a line: `snapshot of 2026-03-01T12:00:00Z: 20 nodes, 60 seeds`.
pub(super) fn heading(shown: &Shown<'_>) -> String {
    let (nodes, seeds) = (count(shown.nodes as u64, "node"), count(shown.seeds.1 as u64, "seed"));
    let range = match shown.seeds.1 {
        0 | 1 => String::new(),
        many => format!("; medians ({} over the seeds)", range(many)),
    };
    format!("snapshot of {}: {nodes}, {seeds}{range}", shown.taken)
}

/// What durations rest on, in a line.
pub(super) fn grounds(shown: &Shown<'_>) -> Option<String> {
    let all = shown.grounds.join("; ");
    (!all.is_empty()).then(|| format!("durations: {all}"))
}

/// How far a DaemonSet is: `rollout under way, 3 of 10 nodes updated, 9 available; …`.
pub(super) fn state(it: &Outlook) -> String {
    let Now { at_rest, is_seen, status, revision, strategy, deleting, .. } = &it.now;
    let available = number(status.available.into());
    let revision = match revision {
        Some((revision, Some(age))) => {
            format!("; revision {revision}, made {} ago", human_duration(*age))
        }
        Some((revision, None)) => format!("; revision {revision}"),
        None => String::new(),
    };
    let nodes = count(status.desired.into(), "node");
    if let Some(deleting) = deleting {
        return format!("{deleting}: no update of it comes");
    }
    if *at_rest {
        return format!("at rest: {nodes}, {available} available; {strategy}{revision}");
    }
    let updated = part(status.updated.into(), status.desired.into(), "node");
    if !is_seen {
        return format!(
            "rollout under way, and the controller has not seen its latest spec: {strategy}"
        );
    }
    format!("rollout under way: {updated} updated, {available} available; {strategy}{revision}")
}

/// What becomes of it if nothing is done, a sentence each.
pub(super) fn sentences(it: &Outlook) -> Vec<String> {
    let Some(prospect) = it.prospects.first().filter(|it| it.label.is_empty()) else {
        return Vec::new();
    };
    let mut lines = vec![outcome(it, prospect)];
    lines.extend(behind(prospect));
    lines.extend(all_fail(it, prospect));
    lines.extend(advice(it, prospect));
    lines.extend(waiting(prospect));
    let at_rest = it.now.at_rest;
    lines.extend(prospect.firing.iter().map(|it| alert(it, prospect.result.runs, at_rest)));
    lines.extend(it.now.observed.map(observed));
    lines
}

/// Whose starts its pods repeat.
fn observed(it: Observed) -> String {
    let (pods, whose, why) = match it {
        Observed::SameImages(pods) => (pods, "with the same images", ""),
        Observed::SameDaemonSet(pods) => {
            (pods, "of this DaemonSet", ": too few of the same images tell")
        }
        Observed::Any(pods) => (pods, "of any DaemonSet", ": too few of its own tell"),
    };
    let few = if pods < FEW { " (few)" } else { "" };
    format!("pods start as {}{few} {whose} did in the snapshot{why}", count(pods as u64, "pod"))
}

fn outcome(it: &Outlook, prospect: &Prospect) -> String {
    let result = &prospect.result;
    let what = if it.now.at_rest { "an update (as by `rollout restart`) " } else { "" };
    if prospect.on_delete && done(result) == 0 {
        let left = it.now.status.desired.saturating_sub(it.now.status.updated);
        let nodes = if it.now.at_rest { it.now.status.desired } else { left };
        let change =
            if nodes == 1 { "changes when its pod is" } else { "change when their pods are" };
        let what =
            if it.now.at_rest { format!("{what}does nothing by itself: ") } else { String::new() };
        return format!("{what}OnDelete: {} {change} deleted", count(nodes.into(), "node"));
    }
    let worst = result.spread(Metric::Worst).unwrap_or_default();
    let worst = if worst.max == 0 {
        "no node stops serving".to_owned()
    } else {
        let nodes = spread(Metric::Worst, worst);
        let noun = if nodes == "1" { "node" } else { "nodes" };
        format!("at the worst moment {nodes} {noun} without a serving pod")
    };
    let is = if it.now.at_rest { "is " } else { "" };
    format!("{what}{is}{}; {worst}", ends(prospect))
}

/// `done in 3m (2m - 4m)`, `done in 50 of 60 seeds, in 3m (2m - 4m); never in 10`.
fn ends(prospect: &Prospect) -> String {
    let result = &prospect.result;
    let runs = result.runs;
    if result.no_rollout == runs {
        return "no rollout".to_owned();
    }
    let after = spread(Metric::Duration, prospect.done_after);
    let mut parts = match done(result) {
        0 => Vec::new(),
        all if all == runs => return format!("done in {after}"),
        some => vec![format!("done in {}, in {after}", of_seeds(some, runs))],
    };
    let others = [
        (result.stalled, "never done in"),
        (result.unfinished, "still moving when the simulation ends in"),
        (result.no_rollout, "without a rollout in"),
    ];
    let others = others.into_iter().filter(|(many, _)| *many > 0);
    parts.extend(others.map(|(many, how)| format!("{how} {}", of_seeds(many, runs))));
    parts.join("; ")
}

fn done(result: &SettingResult) -> usize {
    result.complete + result.lost
}

/// What is behind a rollout that never ends.
fn behind(prospect: &Prospect) -> Option<String> {
    let stalled = prospect.stalled.as_deref()?;
    let DaemonSetSummary { holds, .. } = &stalled.state;
    let causes = cause::causes(holds).join(", and ");
    if causes.is_empty() {
        return None;
    }
    let seed = if prospect.result.stalled == prospect.result.runs {
        String::new()
    } else {
        format!(" (seed {})", stalled.seed)
    };
    Some(format!("held up{seed} by {causes}"))
}

/// What is not known if every new pod so far fails: whether it would elsewhere.
fn all_fail(it: &Outlook, prospect: &Prospect) -> Option<String> {
    let stalled = prospect.stalled.as_deref().filter(|_| !it.now.at_rest)?;
    let is_of_image = |cause: &Cause| {
        matches!(cause, Cause::Image { .. } | Cause::CrashLoop { .. } | Cause::Probe { .. })
    };
    let blockers = stalled.state.holds.iter().flat_map(|hold| &hold.causes);
    let failing: usize =
        blockers.filter(|it| is_of_image(&it.cause)).map(|it| it.nodes.len()).sum();
    let updated = it.now.status.updated;
    if failing == 0 || failing < updated as usize {
        return None;
    }
    let pods = match failing {
        1 => "the only pod of the new revision fails".to_owned(),
        all => format!("all {} of the new revision fail", count(all as u64, "pod")),
    };
    Some(format!("{pods}; whether others would is not known, and they are taken not to"))
}

fn advice(it: &Outlook, prospect: &Prospect) -> Option<String> {
    let stalled = prospect.stalled.as_deref()?;
    cause::advice(&stalled.state.advice, &it.daemon_set)
}

/// When the tools that wait for it say that it is done; those that say the same together.
fn waiting(prospect: &Prospect) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for it in prospect.result.waiting.iter().filter(|it| it.runs > 0) {
        let what = done_when(it);
        let tools = it.waiter.tools().iter().map(|tool| tool.name());
        match groups.iter_mut().find(|(known, _)| *known == what) {
            Some((_, who)) => who.extend(tools),
            None => groups.push((what, tools.collect())),
        }
    }
    groups
        .into_iter()
        .map(|(what, who)| format!("done for {}: {what}", listed(&who, "and")))
        .collect()
}

/// `in 3m (2m - 4m)`, `never`.
fn done_when(it: &Waiting) -> String {
    if it.refused == it.runs {
        return "an error at once, as the strategy is OnDelete".to_owned();
    }
    if it.never == it.runs {
        return "never".to_owned();
    }
    let after = match it.after.max {
        0 => "at once".to_owned(),
        _ => format!("in {}", spread(Metric::Duration, it.after)),
    };
    let never = match it.never {
        0 => String::new(),
        some => format!(", never in {}", of_seeds(some, it.runs)),
    };
    let early = if it.early == 0 { String::new() } else { too_early(it) };
    format!("{after}{never}{early}")
}

fn too_early(it: &Waiting) -> String {
    let (missing, wanted) = it.most_missing;
    let nodes = part(missing.into(), wanted.into(), "node");
    let have = if missing == 1 { "has" } else { "have" };
    let seeds = if it.early == it.runs {
        String::new()
    } else {
        format!(" in {}", of_seeds(it.early, it.runs))
    };
    format!(", too early{seeds}: up to {nodes} still {have} no serving pod of the new revision")
}

/// `the alert KubeDaemonSetRolloutStuck fires in 15m at the latest`: nobody knows what held before the
/// snapshot.
fn alert(it: &Firing, runs: usize, at_rest: bool) -> String {
    let seeds =
        if it.runs == runs { String::new() } else { format!(", in {}", of_seeds(it.runs, runs)) };
    let latest = if at_rest { "" } else { " at the latest" };
    let first = spread(Metric::Duration, it.first);
    format!("the alert {} fires in {first}{latest}{seeds}", it.rule.name())
}

/// The present and every change side by side; nothing if no change was tried.
pub(super) fn tries(it: &Outlook, seeds: usize) -> Vec<Vec<String>> {
    if it.prospects.len() < 2 {
        return Vec::new();
    }
    let mut header = ["IF", "DONE", "IN", "WORST", "LEFT", "ALERT"].map(str::to_owned).to_vec();
    if seeds > 1 {
        header[2] = format!("IN ({})", range(seeds));
    }
    let present = if it.now.at_rest { "rollout restart" } else { "as it is" };
    let row = |it: &Prospect| {
        let result = &it.result;
        let of = |metric| spread(metric, result.spread(metric).unwrap_or_default());
        let label = if it.label.is_empty() { present.to_owned() } else { cut(&it.label) };
        let first = it.firing.iter().map(|firing| firing.first.p50).min();
        let alert =
            first.map_or_else(|| "-".to_owned(), |at| format!("in {}", value(Unit::Time, at)));
        let duration = if done(result) > 0 {
            spread(Metric::Duration, it.done_after)
        } else if result.no_rollout == result.runs {
            "no rollout".to_owned()
        } else if result.unfinished > 0 {
            of(Metric::Duration)
        } else {
            value(Unit::Time, NEVER)
        };
        vec![
            label,
            of_seeds(done(result), result.runs),
            duration,
            of(Metric::Worst),
            spread(Metric::NotUpdated, it.left),
            alert,
        ]
    };
    std::iter::once(header).chain(it.prospects.iter().map(row)).collect()
}

/// A label that leaves room for the rest of a table.
fn cut(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    label.chars().take(LABEL - 1).chain(['…']).collect()
}

/// What is behind each change that does not end it.
pub(super) fn vain(it: &Outlook) -> Vec<String> {
    let tried = it.prospects.iter().filter(|it| !it.label.is_empty());
    let line = |it: &Prospect| Some(format!("`{}`: {}", cut(&it.label), behind(it)?));
    tried.filter_map(line).collect()
}
