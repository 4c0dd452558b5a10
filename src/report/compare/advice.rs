//! The recommendation in sentences: the cheapest setting, the next best, and what stops others.

use crate::report::compare::metric_format::median;
use crate::report::readable::number;
use crate::study::{Advice, Goal, Judgment, Metric, Obstacle, SettingResult, Study};

/// What stops settings is told of at most so many.
const MOST: usize = 20;

/// What to do, a sentence a line.
pub fn advice_lines(study: &Study) -> Vec<String> {
    if study.has_no_rollout() {
        return no_rollout(study);
    }
    match &study.advice {
        None => frontier(study),
        Some(advice) => judged(study, advice),
    }
}

/// Without a rollout there is nothing to compare.
fn no_rollout(study: &Study) -> Vec<String> {
    let of = study.sweep.daemon_set.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
    vec![
        format!("there is no rollout{of} in any run, so there is nothing to recommend"),
        "add an event that changes the template, such as `{at: 1m, setImage: …}`".to_owned(),
    ]
}

fn frontier(study: &Study) -> Vec<String> {
    if study.frontier.is_empty() {
        return vec!["no setting completes in 95 of 100 seeds".to_owned()];
    }
    let mut lines = vec![format!(
        "no setting{} beats these in both the worst moment and the duration (the frontier):",
        if study.sizes_differ() { " of as many nodes" } else { "" }
    )];
    lines.extend(study.frontier.iter().map(|&setting| format!("  {}", cost(study, setting))));
    lines.push("say what you need, and one is recommended: --within 30m --worst 10%".to_owned());
    lines
}

/// `maxUnavailable=10%: 20 nodes at the worst moment, 4m16s`.
fn cost(study: &Study, setting: usize) -> String {
    let it = &study.comparison.results[setting];
    let (worst, duration) = (middle(it, Metric::Worst), middle(it, Metric::Duration));
    let nodes = if worst == "1" { "node" } else { "nodes" };
    let name = &study.sweep.settings[setting].name;
    format!("{name}: {worst} {nodes} unavailable at the worst moment, {duration}")
}

fn middle(it: &SettingResult, metric: Metric) -> String {
    median(metric, it.spread(metric).unwrap_or_default())
}

fn judged(study: &Study, Advice { reach, judgments }: &Advice) -> Vec<String> {
    let goal = goal_words(study.view.goal);
    let runs =
        |setting: usize| share(judgments[setting].reached, study.comparison.results[setting].runs);
    let mut lines = match reach.first() {
        None => {
            let mut lines = vec![format!("no setting reaches {goal} in 95 of 100 seeds")];
            let closest = (0..judgments.len()).rev().max_by_key(|&it| judgments[it].reached);
            let near = closest.filter(|&it| judgments[it].reached > 0);
            lines.extend(near.map(|it| format!("closest: {} ({})", cost(study, it), runs(it))));
            lines
        }
        Some(&best) => {
            vec![format!("recommended for {goal}: {} ({})", cost(study, best), runs(best))]
        }
    };
    lines.extend(reach.get(1).map(|&it| format!("next best: {} ({})", cost(study, it), runs(it))));
    for &setting in reach.iter().skip(2) {
        lines.push(format!("costs more: {}", cost(study, setting)));
    }
    let stopped = (0..judgments.len()).filter(|&it| !judgments[it].enough);
    lines.extend(stopped.take(MOST).map(|it| stopped_by(study, it, &judgments[it])));
    lines
}

/// `50 of 50 seeds`.
fn share(part: usize, whole: usize) -> String {
    format!("{} of {} seeds", number(part as u64), number(whole as u64))
}

/// `at most 30m and at most 10% unavailable`.
pub(super) fn goal_words(goal: Goal) -> String {
    let within = goal.within.map(|span| format!("at most {span}"));
    let worst = goal.worst.map(|worst| format!("at most {worst} unavailable"));
    let parts: Vec<String> = within.into_iter().chain(worst).collect();
    parts.join(" and ")
}

fn stopped_by(study: &Study, setting: usize, judgment: &Judgment) -> String {
    let it = &study.comparison.results[setting];
    let say = |obstacle: &Obstacle| match *obstacle {
        Obstacle::NoRollout { runs } => format!("has no rollout in {}", share(runs, it.runs)),
        Obstacle::Never { runs } => format!("never completes in {}", share(runs, it.runs)),
        Obstacle::NotComplete { runs } => {
            format!("is not complete when the window ends in {}", share(runs, it.runs))
        }
        Obstacle::LostAgain { runs, most } => {
            let (nodes, seeds) = (number(most.into()), share(runs, it.runs));
            let nodes = if most == 1 { format!("{nodes} node") } else { format!("{nodes} nodes") };
            format!("is complete, and then loses up to {nodes} again in {seeds}")
        }
        Obstacle::TooLong { runs } => {
            let duration = middle(it, Metric::Duration);
            format!("takes too long in {} (median {duration})", share(runs, it.runs))
        }
        Obstacle::TooMany { runs, most } => {
            let nodes = number(most.into());
            format!("too many nodes unavailable in {} (up to {nodes})", share(runs, it.runs))
        }
    };
    let reasons: Vec<String> = judgment.obstacles.iter().map(say).collect();
    format!("not {}: {}", study.sweep.settings[setting].name, reasons.join("; "))
}
