//! What a change does to a rollout, in the words that all formats share.

use crate::report::compare::{
    behind, difference, goal_words, median, obstacles, of_seeds, reached, spread,
};
use crate::report::readable::{count, number};
use crate::study::{
    Change, Difference, Effect, Finding, Goal, Metric, Move, Outcome, Sides, Study, Verdict, sides,
};

/// What happens, in a few words that follow the name of the DaemonSet.
pub(super) fn headline(change: &Change) -> &'static str {
    let (hangs, later_hangs) = (change.does_not_complete(), change.later_does_not_complete());
    match &change.effect {
        Effect::Refused(_) => "the API server refuses HEAD",
        _ if change.leaves_all_nodes() => "its pods leave all nodes",
        _ if runs_nowhere(change) => "its pods belong on no node",
        Effect::Rollout { on_delete: true } if !change.moves.is_empty() => {
            "pods come and go at once, and those that stay are replaced when they are deleted"
        }
        Effect::Rollout { on_delete: true } => "no pod is replaced until it is deleted",
        Effect::Rollout { .. } if hangs => "merging this starts a rollout that does not complete",
        Effect::Rollout { .. } if later_hangs => {
            "merging this starts a rollout, and the one after that does not complete"
        }
        Effect::Rollout { .. } => "merging this starts a rollout",
        Effect::NextRollout { on_delete: true } => "no rollout now, and none by itself later",
        Effect::NextRollout { .. } if hangs => "no rollout now, and the next one does not complete",
        Effect::NextRollout { .. } => "no rollout now; the next one changes",
        Effect::Added if hangs => "it is new, and not on all nodes in the end",
        Effect::Added if later_hangs => "it is new, and an update of it does not complete",
        Effect::Added => "it is new",
        Effect::Removed => "it is removed",
        Effect::Scenario if hangs => "the rollout does not complete",
        Effect::Scenario => "the rollout changes",
    }
}

/// Whether a change has figures of two updates that can be compared.
pub(super) fn compares(change: &Change) -> bool {
    let has_before = |study| sides(study).any(|it| it.before.is_some());
    !runs_nowhere(change) && change.study.as_ref().is_some_and(has_before)
}

/// What happens, in sentences.
pub(super) fn sentences(change: &Change) -> Vec<String> {
    let mut found = without_figures(change);
    if let Some(study) = &change.study {
        let is_left = |circumstance: &str| {
            change.moves.iter().any(|it| it.circumstance == circumstance && it.leaves_all_nodes())
        };
        for it in sides(study).filter(|it| !is_left(it.circumstance)) {
            let mut sentence = after(change, study, it);
            if belongs_nowhere(study, it.after) {
                found.push(sentence);
                continue;
            }
            if let Some(before) = it.before {
                sentence = format!("{sentence} {}", versus(study, before, it.after));
            }
            if let Some(later) = it.later {
                sentence = format!("{sentence} {}", afterwards(study, later));
            }
            found.push(sentence);
        }
    }
    found.extend(change.moves.iter().map(moves));
    found.extend(goal_lines(change));
    found
}

fn without_figures(change: &Change) -> Vec<String> {
    let sentence = match &change.effect {
        Effect::Refused(_) => "Nothing is rolled out: `kubectl apply` fails.".to_owned(),
        Effect::Rollout { on_delete: true } => {
            "The template changes, and `updateStrategy` is `OnDelete`: each node gets the new pod \
             when somebody deletes the old one."
                .to_owned()
                + &at_once(&change.moves)
        }
        Effect::NextRollout { on_delete: true } => {
            "`updateStrategy` becomes `OnDelete`: from now on each node gets a new pod when \
             somebody deletes the old one."
                .to_owned()
        }
        Effect::Removed => "All its pods go if whoever applies this deletes what is gone (Helm, \
                            Argo CD or Flux with pruning, `kubectl apply --prune`); plain `kubectl \
                            apply` leaves it as it is."
            .to_owned(),
        Effect::Added
        | Effect::NextRollout { on_delete: false }
        | Effect::Rollout { on_delete: false }
        | Effect::Scenario => return Vec::new(),
    };
    vec![sentence]
}

/// What happens under `OnDelete` without anybody's deleting a pod.
///
/// Source: `pkg/controller/daemon/daemon_controller.go › updateDaemonSet`, which calls `manage`
/// before it looks at the strategy.
fn at_once(moves: &[Move]) -> String {
    let (leaves, comes) =
        (moves.iter().any(|it| it.left > 0), moves.iter().any(|it| it.entered > 0));
    match (leaves, comes) {
        (false, false) => String::new(),
        (true, false) => " Where the template no longer selects the node, the pod is deleted at \
                          once."
            .to_owned(),
        (false, true) => " Nodes that it did not select before get a pod at once.".to_owned(),
        (true, true) => " Where the template no longer selects the node, the pod is deleted at \
                         once, and nodes that it did not select before get one at once."
            .to_owned(),
    }
}

/// Whether there is no node in any circumstance on which pods belong after a change.
fn runs_nowhere(change: &Change) -> bool {
    let of = |study| sides(study).all(|it| belongs_nowhere(study, it.after));
    change.study.as_ref().is_some_and(of)
}

/// Whether the pods of a DaemonSet belong on none of the nodes.
fn belongs_nowhere(study: &Study, setting: usize) -> bool {
    study.rows_of(setting).iter().all(|row| row.wanted == 0)
}

/// What becomes of the update after a change.
fn after(change: &Change, study: &Study, it: Sides<'_>) -> String {
    let setting = it.after;
    let result = &study.comparison.results[setting];
    let wanted = study.rows_of(setting).first().map_or(0, |row| row.wanted);
    let place = match it.circumstance {
        "" => format!("On {}", count(wanted.into(), "node")),
        other => format!("With {other}"),
    };
    if belongs_nowhere(study, setting) {
        return match it.circumstance {
            "" => "Its pods belong on none of the nodes.".to_owned(),
            other => format!("With {other} its pods belong on none of the nodes."),
        };
    }
    if result.no_rollout == result.runs {
        return format!("{place} no pod is replaced.");
    }
    let what = match change.effect {
        Effect::NextRollout { .. } => "the next rollout",
        Effect::Added => "its creation",
        Effect::Removed | Effect::Refused(_) | Effect::Rollout { .. } | Effect::Scenario => {
            "the rollout"
        }
    };
    if let Some(why) = incomplete(study, setting) {
        return format!("{place} {what} {why}.");
    }
    format!("{place} {what} takes {}.", comes_to(study, setting, true))
}

/// What becomes of the first update that replaces pods of after a change.
fn afterwards(study: &Study, later: usize) -> String {
    let what = incomplete(study, later)
        .unwrap_or_else(|| format!("takes {}", comes_to(study, later, false)));
    format!("The rollout after that, of pods as they are then, {what}.")
}

/// `3m18s (2m50s - 4m), with at most 10 nodes without a serving pod at once`.
fn comes_to(study: &Study, setting: usize, in_full: bool) -> String {
    let spread_of = |metric| study.comparison.results[setting].spread(metric).unwrap_or_default();
    let duration = spread(Metric::Duration, spread_of(Metric::Duration));
    let worst = spread_of(Metric::Worst);
    let nodes = spread(Metric::Worst, worst);
    let without = if in_full { " without a serving pod at once" } else { "" };
    match nodes.as_str() {
        "0" => format!("{duration}, with no node without a serving pod"),
        "1" => format!("{duration}, with at most 1 node{without}"),
        nodes => format!("{duration}, with at most {nodes} nodes{without}"),
    }
}

/// How a rollout ends that is not complete with each seed.
fn incomplete(study: &Study, setting: usize) -> Option<String> {
    let result = &study.comparison.results[setting];
    let rows = study.rows_of(setting);
    let of = |outcome, at_rest: bool| {
        rows.iter().filter(|row| row.outcome == outcome && row.at_rest == at_rest).count()
    };
    let never = of(Outcome::Stalled, true) + of(Outcome::Unfinished, true);
    let (stuck, open) = (of(Outcome::Stalled, false), of(Outcome::Unfinished, false));
    let share = |many| of_seeds(many, result.runs);
    let behind = behind(study, setting);
    let ends = [
        (never, "never completes"),
        (stuck, "gets stuck"),
        (open, "is not complete when the run ends"),
    ];
    let found = ends.into_iter().filter(|(many, _)| *many > 0);
    let mut parts: Vec<String> =
        found.map(|(many, what)| format!("{what} in {}", share(many))).collect();
    // What holds it up is known of one of them.
    parts.iter_mut().take(1).for_each(|it| it.push_str(&behind));
    if result.lost > 0 {
        parts.push(format!(
            "is complete, and then nodes lose the pod again in {}",
            share(result.lost)
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// How the update after a change differs from the one before.
fn versus(study: &Study, before: usize, after: usize) -> String {
    let earlier = &study.comparison.results[before];
    if belongs_nowhere(study, before) {
        return "Before this change its pods belonged on none of the nodes.".to_owned();
    }
    if earlier.no_rollout == earlier.runs {
        return "Before this change there is no rollout.".to_owned();
    }
    if let Some(why) = incomplete(study, before) {
        return format!("Before this change it {why}.");
    }
    let result = &study.comparison.results[after];
    let was = format!("An update before this change takes {}", comes_to(study, before, false));
    if incomplete(study, after).is_some() {
        return format!("{was}.");
    }
    if result.same_as == Some(before) {
        return format!("{was}: the same, with each seed.");
    }
    let of = |metric| result.differences.iter().find(|it| it.metric == metric);
    let (duration, worst) = (of(Metric::Duration), of(Metric::Worst));
    let is = |finding| [duration, worst].iter().flatten().all(|it| it.finding == finding);
    if [duration, worst]
        .iter()
        .flatten()
        .all(|it| matches!(it.finding, Finding::Equal | Finding::NotShown))
    {
        let words = if is(Finding::Equal) {
            "no difference that matters"
        } else {
            "no difference beyond what luck explains"
        };
        return format!("{was}: {words}.");
    }
    if is(Finding::TooFew) {
        let needed = study.comparison.fewest_seeds;
        return format!("{was}: too few seeds to tell whether that differs, {needed} are needed.");
    }
    let words = duration.map(longer).into_iter().chain(worst.map(more)).collect::<Vec<_>>();
    format!("{was}. So it is now {}.", words.join(", with "))
}

fn longer(it: &Difference) -> String {
    match (it.finding, it.median) {
        (Finding::Differs, i64::MAX) => "without an end".to_owned(),
        (Finding::Differs, i64::MIN) => "a rollout that ends".to_owned(),
        (Finding::Differs, median) => sized(it, if median > 0 { "longer" } else { "shorter" }),
        (Finding::Equal, _) => "as long".to_owned(),
        (Finding::NotShown, _) => "as long, as far as these seeds tell".to_owned(),
        (Finding::TooFew, _) => "longer or shorter (too few seeds to tell)".to_owned(),
        (Finding::Never, _) => "as endless".to_owned(),
    }
}

fn more(it: &Difference) -> String {
    match it.finding {
        Finding::Differs => {
            let word = if it.median > 0 { "more" } else { "fewer" };
            format!("{} without a serving pod at the worst moment", sized(it, word))
        }
        Finding::Equal => "as many nodes without a serving pod at the worst moment".to_owned(),
        Finding::NotShown => {
            "as many nodes at the worst moment, as far as these seeds tell".to_owned()
        }
        Finding::TooFew | Finding::Never => {
            "more or fewer nodes at the worst moment (too few seeds to tell)".to_owned()
        }
    }
}

/// A difference by its size: `3m7s shorter`, `9 nodes more`.
fn sized(it: &Difference, word: &str) -> String {
    let shown = difference(it, false);
    let size = shown.trim_start_matches(['+', '-']).to_owned();
    if it.metric == Metric::Worst {
        return format!("{size} {word} {}", if size == "1" { "node" } else { "nodes" });
    }
    format!("{size} {word}")
}

fn moves(it: &Move) -> String {
    let place = match it.circumstance.as_str() {
        "" => String::new(),
        other => format!("With {other}: "),
    };
    let (before, after) = (number(it.before.into()), number(it.after.into()));
    let (left, entered) = (count(it.left.into(), "node"), count(it.entered.into(), "node"));
    if it.leaves_all_nodes() {
        return format!(
            "{place}The change selects none of the {before} nodes that pods belonged on: they \
             leave all of them."
        );
    }
    format!(
        "{place}Pods belonged on {before} nodes and belong on {after} now: they leave {left} and \
         come to {entered}."
    )
}

/// What became of the goal, a sentence for each circumstance.
fn goal_lines(change: &Change) -> Vec<String> {
    let Some(study) = &change.study else { return Vec::new() };
    let line = |(it, setting): (Sides<'_>, usize)| {
        let judgment = study.advice.as_ref()?.judgments[setting].as_ref()?;
        let mut place = match it.circumstance {
            "" => String::new(),
            other => format!(" with {other}"),
        };
        if it.later == Some(setting) {
            place += " in the rollout after that";
        }
        let goal = goal_words(study.view.goal);
        let why = match obstacles(study, setting, judgment) {
            some if judgment.verdict != Verdict::Yes && !some.is_empty() => some,
            _ => reached(study, setting, judgment),
        };
        let verdict = match judgment.verdict {
            Verdict::No => "missed",
            Verdict::Yes => "reached",
            // Few seeds warrant little, and nothing speaks against it.
            Verdict::TooFew { .. } if judgment.obstacles.is_empty() => "reached",
            Verdict::TooFew { more } => {
                let more = number(more.into());
                let known = reached(study, setting, judgment);
                return Some(format!(
                    "Goal {goal}{place}: not clear: {known}; {why}; about {more} more seeds tell."
                ));
            }
        };
        let by_base = it.before.and_then(|before| study.advice.as_ref()?.verdict(before));
        let too = match (judgment.verdict, by_base) {
            (Verdict::No, Some(Verdict::No)) => "; so it was before this change",
            _ => "",
        };
        Some(format!("Goal {goal}{place}: {verdict}: {why}{too}."))
    };
    let all = sides(study).flat_map(|it| it.of_head().map(move |setting| (it, setting)));
    all.filter_map(line).collect()
}

/// What is found of the rollouts after a change, by its name for programs.
pub(super) fn findings(change: &Change) -> Vec<&'static str> {
    let hangs = change.does_not_complete() || change.later_does_not_complete();
    let all = [
        ("goal-missed", change.misses_goal()),
        ("not-complete", hangs),
        ("worse-rollout", is_worse(change)),
    ];
    all.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}

/// Whether the update after a change is shown to take longer, or more nodes at once.
fn is_worse(change: &Change) -> bool {
    let worse = |it: &Difference| {
        matches!(it.metric, Metric::Duration | Metric::Worst)
            && it.finding == Finding::Differs
            && it.median > 0
    };
    let Some(study) = &change.study else { return false };
    sides(study).any(|it| study.comparison.results[it.after].differences.iter().any(worse))
}

/// A row of a table: a metric, before, after, and how it differs.
pub(super) fn metric_row(study: &Study, it: Sides<'_>, metric: Metric) -> [String; 3] {
    let shown = |setting: usize| {
        let found = study.comparison.results[setting].spread(metric);
        found.map_or_else(|| "-".to_owned(), |found| spread(metric, found))
    };
    let differences = &study.comparison.results[it.after].differences;
    let found = differences.iter().find(|it| it.metric == metric);
    let differs = found.map_or_else(|| "-".to_owned(), |it| difference(it, true));
    [it.before.map_or_else(|| "-".to_owned(), shown), shown(it.after), differs]
}

/// The median of a metric, or a dash.
pub(super) fn middle(study: &Study, setting: usize, metric: Metric) -> String {
    let found = study.comparison.results[setting].spread(metric);
    found.map_or_else(|| "-".to_owned(), |found| median(metric, found))
}

/// The parts of a goal, each with its name, and all of it: seeds that reach one part may be others
/// than those that reach another.
pub(super) fn goal_parts(goal: Goal) -> Vec<(&'static str, Goal)> {
    let none = Goal::default();
    let within = goal.within.map(|_| ("within", Goal { within: goal.within, ..none }));
    let worst = goal.worst.map(|_| ("worst", Goal { worst: goal.worst, ..none }));
    let both = within.and(worst).map(|_| ("both", goal));
    within.into_iter().chain(worst).chain(both).collect()
}
