//! The recommendation in sentences: the cheapest setting, the next best, what is not known yet, and
//! what stops others.

use crate::report::compare::metric_format::{at_least, at_most, median, value};
use crate::report::readable::{count, number};
use crate::study::{
    Advice, Goal, Judgment, Metric, NEVER, Obstacle, SettingResult, Study, Unit, Verdict,
};

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
        return vec![format!(
            "no setting completes in {} of the seeds",
            study.view.certainty.share
        )];
    }
    let mut lines = vec![format!(
        "no setting{} beats these in both the worst moment and the duration (the frontier):",
        if study.sizes_differ() { " of as many nodes" } else { "" }
    )];
    lines.extend(study.frontier.iter().map(|&setting| format!("  {}", cost(study, setting))));
    lines.push("add a goal to get a recommendation: --within 30m --worst 10%".to_owned());
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

fn judged(study: &Study, advice: &Advice) -> Vec<String> {
    let Advice { reach, undecided, judgments } = advice;
    let goal = goal_words(study.view.goal);
    let known = |setting: usize| reached(study, setting, &judgments[setting]);
    let mut lines = match reach.first() {
        None => nothing_reaches(study, advice, &goal),
        Some(&best) => vec![
            format!("recommended for {goal}: {} ({})", cost(study, best), known(best)),
            timeout(study, best),
        ],
    };
    lines.extend(reach.get(1).map(|&it| format!("next best: {} ({})", cost(study, it), known(it))));
    for &setting in reach.iter().skip(2) {
        lines.push(format!("costs more: {}", cost(study, setting)));
    }
    lines.extend(undecided.iter().take(MOST).map(|&it| not_known(study, it, &judgments[it])));
    let stopped = (0..judgments.len()).filter(|&it| judgments[it].verdict == Verdict::No);
    lines.extend(stopped.take(MOST).map(|it| stopped_by(study, it, &judgments[it])));
    lines
}

fn nothing_reaches(study: &Study, advice: &Advice, goal: &str) -> Vec<String> {
    let (share, judgments) = (study.view.certainty.share, &advice.judgments);
    if !advice.undecided.is_empty() {
        return vec![format!("too few seeds to recommend a setting for {goal}")];
    }
    let mut lines = vec![format!("no setting reaches {goal} in {share} of all seeds")];
    let closest = (0..judgments.len()).rev().max_by_key(|&it| judgments[it].reached);
    let near = closest.filter(|&it| judgments[it].reached > 0);
    lines.extend(near.map(|it| {
        format!("closest: {} ({})", cost(study, it), reached(study, it, &judgments[it]))
    }));
    lines
}

/// `100 of 100 seeds, so at least 97% of all with 95% confidence`.
fn reached(study: &Study, setting: usize, it: &Judgment) -> String {
    let seeds = share(it.reached, study.comparison.results[setting].runs);
    let known = match it.verdict {
        Verdict::Yes | Verdict::TooFew { .. } => format!("at least {}", at_least(it.at_least)),
        Verdict::No => format!("at most {}", at_most(it.at_most)),
    };
    format!("{seeds}, so {known} of all with {} confidence", study.view.certainty.confidence)
}

fn not_known(study: &Study, setting: usize, it: &Judgment) -> String {
    let Verdict::TooFew { more } = it.verdict else { return String::new() };
    let (name, known) = (&study.sweep.settings[setting].name, reached(study, setting, it));
    let obstacles = obstacles(study, setting, it);
    let why = if obstacles.is_empty() { String::new() } else { format!("; {obstacles}") };
    format!("too few seeds for {name}: {known}{why}; run about {} more", number(more.into()))
}

/// What to wait for a rollout of this setting, at most.
fn timeout(study: &Study, setting: usize) -> String {
    let certainty = study.view.certainty;
    let it = &study.comparison.results[setting];
    let duration = it.spread(Metric::Duration).unwrap_or_default();
    let name = &study.sweep.settings[setting].name;
    match duration.p99_at_most {
        Some(NEVER) => format!("timeout for {name}: none is long enough for 99% of all seeds"),
        Some(micros) => {
            let most = value(Unit::Time, micros);
            let confidence = certainty.confidence;
            format!("timeout for {name}: 99% take at most {most}, with {confidence} confidence")
        }
        None => {
            let seen = match duration.max {
                NEVER => format!("not complete in {}", share(it.runs - it.complete, it.runs)),
                most => {
                    format!(
                        "up to {} in {}",
                        value(Unit::Time, most),
                        count(it.runs as u64, "seed")
                    )
                }
            };
            let needed = number(certainty.fewest_for_p99().into());
            format!(
                "timeout for {name}: p99 is beyond what was seen ({seen}); it takes \
                 {needed} seeds or more to bound it"
            )
        }
    }
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
    let name = &study.sweep.settings[setting].name;
    format!("not {name}: {}", obstacles(study, setting, judgment))
}

fn obstacles(study: &Study, setting: usize, judgment: &Judgment) -> String {
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
    reasons.join("; ")
}
