//! The recommendation in sentences: the cheapest decision, the next best, what is not known yet, and
//! what stops others.

use crate::record::DaemonSetSummary;
use crate::report::cause::causes;
use crate::report::compare::metric_format::{at_least, at_most, median, of_seeds, spread};
use crate::report::compare::waiting::{surprises, timeouts};
use crate::report::readable::{count, number};
use crate::study::{
    Advice, AutoSeeds, BestOf, Decision, Goal, Judgment, Measure, Metric, NEVER, Obstacle,
    SettingResult, Study, Verdict,
};

/// What stops settings is told of at most so many.
const MOST: usize = 20;

/// What to do, a sentence a line; what belongs to a line is indented below it.
pub fn advice_lines(study: &Study) -> Vec<String> {
    if study.has_no_rollout() {
        return no_rollout(study);
    }
    match &study.advice {
        None => [surprises(study, &all_settings(study)), frontier(study)].concat(),
        Some(advice) => judged(study, advice),
    }
}

fn all_settings(study: &Study) -> Vec<usize> {
    (0..study.sweep.settings.len()).collect()
}

/// What holds up a rollout, and on which nodes: what a comparison keeps of a run that is stuck.
pub fn why_stuck(of: &DaemonSetSummary) -> Option<String> {
    let all = causes(&of.holds);
    (!all.is_empty()).then(|| all.join("; "))
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
    let hits = hits_anywhere(study);
    let mut lines = Vec::new();
    if study.sweep.is_undecided() && study.sweep.circumstances().len() > 1 {
        lines.push("only circumstances differ, so there is nothing to choose".to_owned());
        lines.push("vary a decision, too: --vary maxUnavailable=1,10%".to_owned());
        return lines;
    }
    if study.frontier.is_empty() {
        lines.push(format!("no setting completes in {} of the seeds", study.view.certainty.share));
        if hits {
            let mut settings = all_settings(study);
            settings.sort_by_key(|&it| median_hit(study, it));
            lines.push("how far the update gets:".to_owned());
            let line = |&setting: &usize| {
                format!("  {}: {}", study.sweep.settings[setting].name, blast(study, setting))
            };
            lines.extend(settings.iter().take(MOST).map(line));
            lines.push("add a goal to get a recommendation: --hit 5%".to_owned());
        }
        return lines;
    }
    let what = if hits {
        "the worst moment, the duration, and the nodes that a bad image hits"
    } else {
        "both the worst moment and the duration"
    };
    let others = if study.circumstances_differ() { " of the same circumstance" } else { "" };
    lines.push(format!("no setting{others} beats these in {what} (the frontier):"));
    lines.extend(study.frontier.iter().map(|&setting| {
        let name = &study.sweep.settings[setting].name;
        let bad = bad_images(study, setting);
        format!("  {name}: {}{bad}", cost(study, setting))
    }));
    let goal = if hits { "--within 30m --worst 10% --hit 5%" } else { "--within 30m --worst 10%" };
    lines.push(format!("add a goal to get a recommendation: {goal}"));
    lines
}

/// Whether an update takes the service of any node.
fn hits_anywhere(study: &Study) -> bool {
    study.rows.iter().any(|row| row.hit > 0)
}

/// What bad images do with the decision of a setting: `; neverReady hits 5 nodes, …`.
fn bad_images(study: &Study, setting: usize) -> String {
    let decision = study.decision_of(setting).map(|it| &study.decisions[it]);
    let tries = decision.into_iter().flat_map(|it| &it.settings);
    let bad = tries.filter_map(|&it| {
        let bad = study.sweep.settings[it].bad_image?;
        Some(format!("; {bad} {}", blast(study, it)))
    });
    bad.collect()
}

/// `20 nodes unavailable at the worst moment, 4m16s`.
fn cost(study: &Study, setting: usize) -> String {
    let it = &study.comparison.results[setting];
    let (worst, duration) = (middle(it, Metric::Worst), middle(it, Metric::Duration));
    let nodes = if worst == "1" { "node" } else { "nodes" };
    format!("{worst} {nodes} unavailable at the worst moment, {duration}")
}

/// `hits 5 nodes (5 - 6), the last after 2m3s`.
fn blast(study: &Study, setting: usize) -> String {
    let it = &study.comparison.results[setting];
    let hit = it.spread(Metric::Hit).unwrap_or_default();
    if hit.max == 0 {
        return "hits no node".to_owned();
    }
    let nodes = spread(Metric::Hit, hit);
    let word = if nodes == "1" { "node" } else { "nodes" };
    match it.spread(Metric::HitAfter) {
        Some(after) if hit.p50 > 0 => {
            format!("hits {nodes} {word}, the last after {}", median(Metric::HitAfter, after))
        }
        Some(_) | None => format!("hits {nodes} {word}"),
    }
}

fn median_hit(study: &Study, setting: usize) -> u64 {
    study.comparison.results[setting].spread(Metric::Hit).unwrap_or_default().p50
}

fn middle(it: &SettingResult, metric: Metric) -> String {
    median(metric, it.spread(metric).unwrap_or_default())
}

fn judged(study: &Study, advice: &Advice) -> Vec<String> {
    let goal = goal_words(study.view.goal);
    let mut lines = match advice.reach.first() {
        None => {
            [surprises(study, &all_settings(study)), nothing_reaches(study, advice, &goal)].concat()
        }
        Some(&best) => recommended(study, advice, best, &goal),
    };
    let others = advice.reach.iter().enumerate().skip(1);
    for (place, &decision) in others.take(MOST) {
        let how = match place {
            equal if equal < advice.as_cheap => "as cheap",
            next if next == advice.as_cheap => "next best",
            _ => "costs more",
        };
        lines.push(format!("{how}: {}", in_a_line(study, &study.decisions[decision])));
    }
    for &decision in advice.undecided.iter().take(MOST) {
        lines.extend(not_known(study, advice, &study.decisions[decision]));
    }
    let stopped = |it: &&Decision| it.settings.iter().any(|&it| is_stopped(advice, it));
    for decision in study.decisions.iter().filter(stopped).take(MOST) {
        lines.push(format!("not {}: {}", decision.name, stopped_by(study, advice, decision)));
    }
    lines
}

fn is_stopped(advice: &Advice, setting: usize) -> bool {
    advice.verdict(setting) == Some(Verdict::No)
}

/// The cheapest decision, and what it comes to in each circumstance.
fn recommended(study: &Study, advice: &Advice, best: usize, goal: &str) -> Vec<String> {
    let decision = &study.decisions[best];
    let measure = measure_words(study.view.cheapest);
    let everywhere = if decision.settings.len() > 1 { " in all circumstances" } else { "" };
    let name = &decision.name;
    let is_only = advice.reach.len() == 1;
    let why = if is_only { String::new() } else { format!(", the cheapest by {measure}") };
    let mut lines = vec![format!("recommended for {goal}{everywhere}: {name}{why}")];
    for &setting in &decision.settings {
        let (indent, at) = match study.sweep.settings[setting].circumstance.as_str() {
            "" => ("  ", String::new()),
            circumstance => ("    ", format!("{circumstance}: ")),
        };
        lines.push(format!("  {at}{}", comes_to(study, setting)));
        if let Some(judgment) = &advice.judgments[setting] {
            lines.push(format!("{indent}reached in {}", reached(study, setting, judgment)));
        }
        let mut told = surprises(study, &[setting]);
        if completes(study, setting) {
            told.extend(timeouts(study, setting, &behind(study, setting)));
        }
        lines.extend(told.iter().map(|line| format!("{indent}{line}")));
    }
    lines
}

/// What a setting costs; of a rollout that does not come to its end, how far it gets.
fn comes_to(study: &Study, setting: usize) -> String {
    if completes(study, setting) {
        return cost(study, setting);
    }
    blast(study, setting)
}

fn completes(study: &Study, setting: usize) -> bool {
    let image_is_bad = study.sweep.settings[setting].bad_image.is_some();
    !image_is_bad && study.comparison.results[setting].complete > 0
}

/// A decision and what it comes to in all circumstances.
fn in_a_line(study: &Study, decision: &Decision) -> String {
    let is_one = decision.settings.len() == 1;
    let of_setting = |&setting: &usize| {
        let what = comes_to(study, setting);
        let circumstance = &study.sweep.settings[setting].circumstance;
        if is_one { what } else { format!("{circumstance}: {what}") }
    };
    let all: Vec<String> = decision.settings.iter().map(of_setting).collect();
    format!("{}: {}", decision.name, all.join("; "))
}

fn nothing_reaches(study: &Study, advice: &Advice, goal: &str) -> Vec<String> {
    let share = study.view.certainty.share;
    if !advice.undecided.is_empty() {
        return vec![format!("too few seeds to recommend a setting for {goal}")];
    }
    if !advice.each.is_empty() {
        return best_of_each(study, advice, goal);
    }
    if study.sweep.circumstances().len() > 1 {
        return vec![format!("no setting reaches {goal} in all circumstances")];
    }
    let mut lines = vec![format!("no setting reaches {goal} in {share} of all seeds")];
    let judged = advice.judgments.iter().enumerate().rev();
    let judged = judged.filter_map(|(setting, it)| Some((setting, it.as_ref()?)));
    let closest = judged.max_by_key(|(_, it)| it.reached).filter(|(_, it)| it.reached > 0);
    lines.extend(closest.map(|(setting, it)| {
        let name = &study.sweep.settings[setting].name;
        format!("closest: {name}: {}; {}", cost(study, setting), reached(study, setting, it))
    }));
    lines
}

/// No decision is good everywhere: the cheapest of each circumstance.
fn best_of_each(study: &Study, advice: &Advice, goal: &str) -> Vec<String> {
    let mut lines = vec![format!("no setting reaches {goal} in all circumstances; in each:")];
    for BestOf { given, best, is_open } in &advice.each {
        let Some(best) = best else {
            let none = if *is_open { "too few seeds to tell" } else { "none" };
            lines.push(format!("  {given}: {none}"));
            continue;
        };
        let decision = &study.decisions[*best];
        let is_here = |it: &&usize| study.sweep.settings[**it].given == *given;
        let here = decision.settings.iter().copied().filter(|it| is_here(&it));
        let here = Decision { name: decision.name.clone(), settings: here.collect() };
        lines.push(format!("  {given}: {}", in_a_line(study, &here)));
    }
    lines
}

/// `100 of 100 seeds, so at least 97% of all with 95% confidence`.
pub(in crate::report) fn reached(study: &Study, setting: usize, it: &Judgment) -> String {
    let seeds = of_seeds(it.reached, study.comparison.results[setting].runs);
    let known = match it.verdict {
        Verdict::Yes | Verdict::TooFew { .. } => format!("at least {}", at_least(it.at_least)),
        Verdict::No => format!("at most {}", at_most(it.at_most)),
    };
    format!("{seeds}, so {known} of all with {} confidence", study.view.certainty.confidence)
}

/// What is not known of a decision, a line for each setting of it.
fn not_known(study: &Study, advice: &Advice, decision: &Decision) -> Vec<String> {
    let line = |&setting: &usize| {
        let it = advice.judgments[setting].as_ref()?;
        let Verdict::TooFew { more } = it.verdict else { return None };
        let (name, known) = (&study.sweep.settings[setting].name, reached(study, setting, it));
        let obstacles = obstacles(study, setting, it);
        let why = if obstacles.is_empty() { String::new() } else { format!("; {obstacles}") };
        let help = if study.view.auto_seeds {
            let more_seeds = study.sweep.seeds.numbers().len() as u64 + u64::from(more);
            format!("raise the limit: `--seeds auto..{}`", AutoSeeds::look_of(more_seeds))
        } else {
            format!("run about {} more, or `--seeds auto`", number(more.into()))
        };
        Some(format!("too few seeds for {name}: {known}{why}; {help}"))
    };
    decision.settings.iter().filter_map(line).collect()
}

/// `at most 30m and at most 10% unavailable`.
pub(in crate::report) fn goal_words(goal: Goal) -> String {
    let within = goal.within.map(|span| format!("at most {span}"));
    let worst = goal.worst.map(|worst| format!("at most {worst} unavailable"));
    let hit = goal.hit.map(|hit| format!("at most {hit} hit by a bad image"));
    let parts: Vec<String> = within.into_iter().chain(worst).chain(hit).collect();
    parts.join(" and ")
}

fn measure_words(measure: Measure) -> &'static str {
    match measure {
        Measure::Worst => "nodes unavailable at the worst moment",
        Measure::Duration => "duration",
        Measure::NodeMinutes => "node-minutes without a pod",
        Measure::SurgePods => "room for surge pods",
        Measure::Hit => "nodes that a bad image hits",
    }
}

fn stopped_by(study: &Study, advice: &Advice, decision: &Decision) -> String {
    let of_setting = |&setting: &usize| {
        let judgment = advice.judgments[setting].as_ref()?;
        let obstacles = obstacles(study, setting, judgment);
        Some(match study.sweep.settings[setting].circumstance.as_str() {
            "" => obstacles,
            circumstance => format!("{circumstance}: {obstacles}"),
        })
    };
    let stopped = decision.settings.iter().filter(|&&it| is_stopped(advice, it));
    stopped.filter_map(of_setting).collect::<Vec<_>>().join("; ")
}

pub(in crate::report) fn obstacles(study: &Study, setting: usize, judgment: &Judgment) -> String {
    let it = &study.comparison.results[setting];
    let up_to = |most: u32| count(most.into(), "node");
    let behind = behind(study, setting);
    let say = |obstacle: &Obstacle| match *obstacle {
        Obstacle::NoRollout { runs } => format!("has no rollout in {}", of_seeds(runs, it.runs)),
        Obstacle::Never { runs } => {
            format!("never completes in {}{behind}", of_seeds(runs, it.runs))
        }
        Obstacle::NotComplete { runs } => {
            format!("is not complete when the window ends in {}{behind}", of_seeds(runs, it.runs))
        }
        Obstacle::LostAgain { runs, most } => {
            let seeds = of_seeds(runs, it.runs);
            format!("is complete, and then loses up to {} again in {seeds}", up_to(most))
        }
        Obstacle::TooLong { runs } => {
            let duration = middle(it, Metric::Duration);
            format!("takes too long in {} (median {duration})", of_seeds(runs, it.runs))
        }
        Obstacle::TooMany { runs, most } => {
            let nodes = number(most.into());
            format!("too many nodes unavailable in {} (up to {nodes})", of_seeds(runs, it.runs))
        }
        Obstacle::HitsTooMany { runs, most } => {
            format!("hits up to {} in {}", up_to(most), of_seeds(runs, it.runs))
        }
    };
    let reasons: Vec<String> = judgment.obstacles.iter().map(say).collect();
    reasons.join("; ")
}

/// How far a rollout gets that does not complete, and what holds it up with the first seed with
/// which it does not: ` (3 nodes not updated; all live nodes are after 4m10s; seed 1: …)`.
pub(in crate::report) fn behind(study: &Study, setting: usize) -> String {
    let it = &study.comparison.results[setting];
    let mut parts: Vec<String> = not_updated(it).into_iter().collect();
    let mut rows = study.rows_of(setting).iter().zip(study.sweep.seeds.numbers());
    let first = rows.find_map(|(row, seed)| Some((seed, row.stuck_on.as_ref()?)));
    parts.extend(first.map(|(seed, why)| format!("seed {seed}: {why}")));
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

/// `3 nodes not updated; all live nodes are after 4m10s`.
fn not_updated(it: &SettingResult) -> Option<String> {
    let left = it.spread(Metric::NotUpdated).unwrap_or_default();
    if left.p50 == 0 {
        return None;
    }
    let nodes = median(Metric::NotUpdated, left);
    let word = if nodes == "1" { "node" } else { "nodes" };
    let live = it.spread(Metric::LiveUpdated).unwrap_or_default();
    let is_reached = live.p50 != NEVER && !live.at_least[2];
    let after = median(Metric::LiveUpdated, live);
    let live =
        if is_reached { format!("; all live nodes are after {after}") } else { String::new() };
    Some(format!("{nodes} {word} not updated{live}"))
}
