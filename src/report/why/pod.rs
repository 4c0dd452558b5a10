//! The story of a pod in sentences.

use crate::inspect::phases::{PhaseKind, PodLife, PodStep, pod_step};
use crate::inspect::why::{
    Creation, Deletion, Freed, Look, PodStory, Turn, WhyCreated, WhyDeleted,
};
use crate::record::Fact;
use crate::report::readable::{part, span};
use crate::report::why::facts::clause;
use crate::report::why::phases::{holders, longest, sums, table};
use crate::time::SimDuration;

/// A pod: what led to what became of it, and its phases.
pub fn pod_text(look: &Look<'_>, story: &PodStory<'_>) -> String {
    let life = story.life;
    let mut text = format!(
        "pod/{} on {}, of {}, revision {}\n\n",
        life.pod, life.node, life.daemon_set, life.revision
    );
    for sentence in sentences(look, story) {
        text.push_str(&sentence);
        text.push('\n');
    }
    text + "\n" + &table(&life.spans)
}

/// What led to what became of a pod.
pub(super) fn sentences(look: &Look<'_>, story: &PodStory<'_>) -> Vec<String> {
    let life = story.life;
    let mut all = vec![match &story.created {
        None => format!("{} was there when the run began.", life.pod),
        Some(created) => creation(look, life, created),
    }];
    if let Some(Creation { why: WhyCreated::Replaces { pod, .. }, .. }) = &story.created {
        let before = look.pod_story(pod);
        all.extend(ending(look, &before));
    }
    all.extend(readiness(story));
    all.extend(ending(look, story));
    all.push(at_last(look, story));
    all
}

fn creation(look: &Look<'_>, life: &PodLife, created: &Creation<'_>) -> String {
    let at = span(created.at);
    match &created.why {
        WhyCreated::Replaces { pod, left } => format!(
            "{} was created at {at} because {} had left {} at {}.",
            life.pod,
            pod.pod,
            life.node,
            span(*left)
        ),
        WhyCreated::Beside { pod } => {
            format!("{} was created at {at} beside {}, which it replaces.", life.pod, pod.pod)
        }
        WhyCreated::After(fact) => {
            format!("{} was created at {at} after {}.", life.pod, told_at(look, fact))
        }
        WhyCreated::Unknown => format!("{} was created at {at}.", life.pod),
    }
}

/// How long it took to get Ready, and what of that was longest.
fn readiness(story: &PodStory<'_>) -> Option<String> {
    let created = story.created.as_ref()?;
    let (ready, _) = story.life.serving().first().copied()?;
    let on_the_way =
        story.life.spans.iter().filter(|it| it.from >= created.at && it.until <= ready);
    let took = span(ready.saturating_sub(created.at));
    let phases = longest(&sums(on_the_way), 3);
    let phases = if phases.is_empty() { String::new() } else { format!(": {phases}") };
    let pod = &story.life.pod;
    Some(format!("{pod} turned Ready at {}, {took} after its creation{phases}.", span(ready)))
}

/// Why it was deleted, and what it had waited for.
fn ending(look: &Look<'_>, story: &PodStory<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    if let Some(deleted) = &story.deleted {
        all.push(deletion(look, story.life, deleted));
    }
    if let Some(turn) = &story.turn {
        all.push(wait(story.life, turn, turn.until < look.at));
        all.extend(turn.freed.as_ref().map(|it| freed(look, story.life, turn, it)));
    }
    all
}

pub(super) fn deletion(look: &Look<'_>, life: &PodLife, deleted: &Deletion<'_>) -> String {
    if matches!(deleted.why, WhyDeleted::BeforeTheStart) {
        return format!("{} was already Terminating when the run began.", life.pod);
    }
    let why = why_deleted(look, life, &deleted.why);
    format!("{} was deleted at {}{why}.", life.pod, span(deleted.at))
}

/// ` because …`, or nothing.
pub(super) fn why_deleted(look: &Look<'_>, life: &PodLife, why: &WhyDeleted<'_>) -> String {
    match why {
        WhyDeleted::Replaced { revision, by } => {
            let by = by.map(|fact| format!(" ({})", change(look, fact))).unwrap_or_default();
            format!(" because revision {revision} replaces it{by}")
        }
        WhyDeleted::Failed => " because it had failed".to_owned(),
        WhyDeleted::NotWanted => {
            format!(" because no pod of the DaemonSet belongs on {} any more", life.node)
        }
        WhyDeleted::BeforeTheStart => " or before".to_owned(),
        WhyDeleted::Evicted { after, by } => {
            let by = by.map(|fact| format!(" ({})", told_at(look, fact))).unwrap_or_default();
            if after.is_zero() {
                format!(" because it does not tolerate a taint{by}")
            } else {
                format!(" because it tolerates a taint for {} only{by}", span(*after))
            }
        }
        WhyDeleted::After(fact) => format!(" because {}", told_at(look, fact)),
        WhyDeleted::Unknown => String::new(),
    }
}

/// What the scenario did that made a revision the current one.
fn change(look: &Look<'_>, fact: &Fact) -> String {
    let behind = |fact: &&Fact| look.run.cause_of(fact);
    let root = std::iter::successors(Some(fact), behind).last().unwrap_or(fact);
    told_at(look, root)
}

fn wait(life: &PodLife, turn: &Turn<'_>, is_over: bool) -> String {
    let long = span(turn.until.saturating_sub(turn.from));
    let had = if is_over { "had waited" } else { "has waited" };
    let at = span(turn.until);
    let spent = turn.holders.len() as u64;
    if turn.is_current_again {
        return format!(
            "{} {had} {long} for its turn, until its revision was the current one again at {at}.",
            life.pod
        );
    }
    if turn.kind == PhaseKind::NewPod {
        return format!("{} {had} {long} for its turn and for the new pod beside it.", life.pod);
    }
    if turn.holders.is_empty() {
        return format!("{} {had} {long} for its turn.", life.pod);
    }
    let of = if spent <= u64::from(turn.budget) {
        let were = if spent == 1 { "was" } else { "were" };
        format!("{} {were} spent", part(spent, turn.budget.into(), "node"))
    } else {
        format!("{spent} nodes spent a budget of {}", turn.budget)
    };
    let by = if spent <= u64::from(turn.budget) { " by " } else { ": " };
    format!("{} {had} {long} for the budget: at {at} {of}{by}{}.", life.pod, holders(&turn.holders))
}

fn freed(look: &Look<'_>, life: &PodLife, turn: &Turn<'_>, freed: &Freed<'_>) -> String {
    let what = if turn.kind == PhaseKind::NewPod { "It ended" } else { "Its turn came" };
    if let Some((pod, PodStep::Turns(_))) = pod_step(&freed.fact.what)
        && look.run.names.get(pod) == life.pod
    {
        let when = told_at(look, freed.fact);
        return format!(
            "Its wait ended when {when}; an old pod that is not available does not wait."
        );
    }
    let Some(pod) = freed.pod else {
        return format!("{what} after {}.", told_at(look, freed.fact));
    };
    let on_the_way = pod.spans.iter().filter(|it| it.until <= freed.at);
    let shares = sums(on_the_way);
    let time = |kind: PhaseKind| {
        shares.iter().find(|share| share.kind == kind).map_or(SimDuration::ZERO, |it| it.time)
    };
    let (pull, waited) = (time(PhaseKind::Pull), time(PhaseKind::PullWait));
    let mut text =
        format!("{what} when {} on {} became available at {}", pod.pod, pod.node, span(freed.at));
    if !pull.is_zero() {
        text.extend(["; its pull had taken ", &span(pull)]);
    }
    if !waited.is_zero() {
        text.extend([", after ", &span(waited), " of waiting for other pulls"]);
    }
    text + "."
}

/// A clause, and when it was.
pub(super) fn told_at(look: &Look<'_>, fact: &Fact) -> String {
    format!("{} at {}", clause(fact, &look.run.names), span(fact.at))
}

/// What has become of it at the end of the look.
fn at_last(look: &Look<'_>, story: &PodStory<'_>) -> String {
    let (at, life) = (look.at, story.life);
    if let Some(removed) = life.removed.and_then(|id| look.run.fact(id)) {
        let cause = look.run.cause_of(removed).filter(|_| story.deleted.is_none());
        let why = cause.map(|fact| format!(" because {}", told_at(look, fact)));
        return format!(
            "{} was gone at {}{}.",
            life.pod,
            span(removed.at),
            why.unwrap_or_default()
        );
    }
    match life.spans.last() {
        Some(last) => format!(
            "At {} {} is in the phase `{}`, since {}.",
            span(at),
            life.pod,
            last.kind.name(),
            span(last.from)
        ),
        None => format!("{} has just come at {}.", life.pod, span(at)),
    }
}
