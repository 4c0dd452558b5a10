//! What the tools that wait for a rollout say in a comparison: who says too early that it is done,
//! who never does, and how long to wait for each.

use crate::record::{ON_DELETE_ERROR, Tool, Waiter};
use crate::report::compare::metric_format::{of_seeds, value};
use crate::report::readable::{count, listed, number, part, span};
use crate::report::timeouts::{DEFAULT, has_default, rounded, to_paste};
use crate::study::{NEVER, Study, Timeout, Unit, Waiting};
use crate::time::SimDuration;

/// At how many nodes, of how many, and in how many runs.
type Rank = ((u32, u32), usize);

/// Something that is said of tools in runs.
struct Kind {
    /// How bad it is; none if it is so in no run.
    rank: fn(&Waiting) -> Option<Rank>,
    /// What is said of tools of the same rank.
    sentence: fn(&[Waiting]) -> String,
    /// Whether it is news if all tools say the same: they may be wrong together.
    always: bool,
}

const KINDS: [Kind; 3] = [
    Kind {
        rank: |it| (it.early > 0).then_some((it.most_missing, it.early)),
        sentence: too_early,
        always: true,
    },
    Kind {
        rank: |it| (it.never > 0).then_some(((0, 0), it.never)),
        sentence: never_done,
        always: false,
    },
    Kind {
        rank: |it| (it.refused > 0).then_some(((0, 0), it.refused)),
        sentence: refused,
        always: false,
    },
];

/// What is to be known of the tools in some settings, each kind where it is worst: a sentence a line.
pub(super) fn surprises(study: &Study, settings: &[usize]) -> Vec<String> {
    let lines = |kind: &Kind| -> Vec<String> {
        let is_news = |it: &usize| kind.always || !agree(&study.comparison.results[*it].waiting);
        let such: Vec<usize> = settings.iter().copied().filter(is_news).collect();
        let worst = worst_of(study, &such, kind);
        let groups = grouped(&worst, |it| Some((it.setting, it.others, (kind.rank)(&it.waiting))));
        let line = |(_, who): &(_, Vec<Worst>)| {
            let waiting: Vec<Waiting> = who.iter().map(|it| it.waiting).collect();
            let place = if settings.len() > 1 { where_else(study, &who[0]) } else { String::new() };
            (kind.sentence)(&waiting) + &place
        };
        groups.iter().map(line).collect()
    };
    KINDS.iter().flat_map(lines).collect()
}

/// A tool, and where what it says is worst.
#[derive(Clone, Copy)]
struct Worst {
    waiting: Waiting,
    setting: usize,
    /// In how many other settings it is of that kind, too.
    others: usize,
}

fn worst_of(study: &Study, settings: &[usize], kind: &Kind) -> Vec<Worst> {
    let of_tool = |tool: usize| {
        let of = |setting: usize| study.comparison.results[setting].waiting[tool];
        let such = settings.iter().filter_map(|&it| Some(((kind.rank)(&of(it))?, it)));
        let others = such.clone().count().saturating_sub(1);
        let (_, setting) = such.rev().max_by_key(|(rank, _)| *rank)?;
        Some(Worst { waiting: of(setting), setting, others })
    };
    (0..Waiter::ALL.len()).filter_map(of_tool).collect()
}

/// ` (maxUnavailable=50%; 2 other settings, too)`.
fn where_else(study: &Study, it: &Worst) -> String {
    let name = &study.sweep.settings[it.setting].name;
    match it.others {
        0 => format!(" ({name})"),
        others => format!(" ({name}; {}, too)", count(others as u64, "other setting")),
    }
}

fn agree(all: &[Waiting]) -> bool {
    let said = |it: &Waiting| (it.done, it.never, it.refused);
    all.iter().all(|it| said(it) == said(&all[0]))
}

fn too_early(who: &[Waiting]) -> String {
    let Waiting { early, runs, most_missing: (missing, wanted), .. } = who[0];
    let says = verb(&tools(who), "says", "say");
    let (seeds, missing) = (of_seeds(early, runs), part(missing.into(), wanted.into(), "node"));
    format!(
        "{says} too early that it is done in {seeds}, with up to {missing} still without a serving \
         pod of the new revision"
    )
}

fn never_done(who: &[Waiting]) -> String {
    let (who, seeds) =
        (verb(&tools(who), "never says", "never say"), of_seeds(who[0].never, who[0].runs));
    format!("{who} that it is done in {seeds}")
}

fn refused(who: &[Waiting]) -> String {
    let (tools, seeds) = (names(&tools(who)), of_seeds(who[0].refused, who[0].runs));
    format!("{tools} ends with an error in {seeds}: `error: {ON_DELETE_ERROR}`")
}

/// `Helm 4 and Flux say`.
fn verb(tools: &[Tool], one: &str, more: &str) -> String {
    format!("{} {}", names(tools), if tools.len() == 1 { one } else { more })
}

/// `Helm 4 and Flux`.
fn names(tools: &[Tool]) -> String {
    let names: Vec<&str> = tools.iter().map(|tool| tool.name()).collect();
    listed(&names, "and")
}

fn tools(who: &[Waiting]) -> Vec<Tool> {
    who.iter().flat_map(|it| it.waiter.tools()).copied().collect()
}

/// Those of one kind together, in the order of the first of each; those of none are left out.
fn grouped<T: Copy, K: PartialEq>(all: &[T], kind: impl Fn(&T) -> Option<K>) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for it in all {
        let Some(kind) = kind(it) else { continue };
        match groups.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, group)) => group.push(*it),
            None => groups.push((kind, vec![*it])),
        }
    }
    groups
}

/// What is written where a tool takes a timeout.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Advised {
    Timeout(SimDuration),
    /// As it never says that it is done in so many runs.
    None(usize),
    NotKnown,
}

/// What to wait at most for a rollout of this setting, a line for each timeout. `why` says in
/// brackets what holds up rollouts that do not end.
pub(super) fn timeouts(study: &Study, setting: usize, why: &str) -> Vec<String> {
    let all = &study.comparison.results[setting].waiting;
    let advised = |it: &Waiting| {
        Some(match it.timeout? {
            Timeout::AtMost(most) => Advised::Timeout(rounded(most)),
            Timeout::NoneIsEnough => Advised::None(it.never),
            Timeout::Unknown { .. } => Advised::NotKnown,
        })
    };
    let waits = all.iter().filter(|it| it.timeout.is_some()).count();
    let line = |(advised, who): (Advised, Vec<Waiting>)| {
        let is_all = who.len() == waits;
        let whom = if is_all { String::new() } else { format!(" for {}", names(&tools(&who))) };
        match advised {
            Advised::Timeout(timeout) => to_wait(study, setting, &who, timeout),
            Advised::None(never) => {
                let seeds = of_seeds(never, who[0].runs - who[0].refused);
                format!("timeout{whom}: none is long enough; never done in {seeds}{why}")
            }
            Advised::NotKnown => not_known(study, &who, &whom),
        }
    };
    grouped(all, advised).into_iter().map(line).collect()
}

/// `timeout: 99% take at most 3m14s, with 95% confidence: …`.
fn to_wait(study: &Study, setting: usize, who: &[Waiting], timeout: SimDuration) -> String {
    let most = who.iter().filter_map(|it| it.after.p99_at_most).max().unwrap_or_default();
    let confidence = study.view.certainty.confidence;
    let tools = tools(who);
    let is_helm = |tool: &Tool| matches!(tool, Tool::Helm3 | Tool::Helm4);
    let helms = tools.iter().filter(|it| is_helm(it)).count();
    let mut commands: Vec<String> = Vec::new();
    for tool in tools {
        let is_named = tool == Tool::Flux || is_helm(&tool) && helms == 1;
        let of = if is_named { format!(" ({})", tool.name()) } else { String::new() };
        commands.push(format!("`{}`{of}", to_paste(tool, subject(study, setting), timeout)));
    }
    commands.dedup();
    let (commands, short) = (commands.join(", "), default_is_short(who));
    let most = value(Unit::Time, most);
    format!("timeout: 99% take at most {most}, with {confidence} confidence{short}: {commands}")
}

/// What was seen, and what it takes to know more.
fn not_known(study: &Study, who: &[Waiting], whom: &str) -> String {
    let all = grouped(who, |it| Some(seen(it)));
    let seen = all.iter().enumerate().map(|(place, (how_long, alike))| match place {
        0 => how_long.clone(),
        _ => format!("{} {how_long}", names(&tools(alike))),
    });
    let (seen, short) = (seen.collect::<Vec<_>>().join("; "), default_is_short(who));
    let waited = who[0].runs - who[0].refused;
    let help = how_to_know(who, waited, study.view.certainty.fewest_for_p99());
    let seeds = count(waited as u64, "seed");
    format!("timeout{whom}: p99 is beyond what was seen in {seeds} ({seen}){short}; {help}")
}

/// What it takes to bound p99: runs that end, this many seeds, or more of them.
fn how_to_know(who: &[Waiting], waited: usize, needed: u32) -> String {
    let is_cut_off =
        |it: &Waiting| matches!(it.timeout, Some(Timeout::Unknown { cut_off: true, .. }));
    if who.iter().any(is_cut_off) {
        "it takes runs that are observed for longer to bound it".to_owned()
    } else if (waited as u64) < needed.into() {
        format!("it takes {} seeds or more to bound it", number(needed.into()))
    } else {
        "it takes more seeds to bound it".to_owned()
    }
}

/// `up to 3m16s`.
fn seen(it: &Waiting) -> String {
    if it.after.max == NEVER {
        return format!("never done in {}", number(it.never as u64));
    }
    let up_to = if it.after.at_least[4] { "more than" } else { "up to" };
    format!("{up_to} {}", span(longest(it)))
}

/// The longest that is known of a tool.
fn longest(it: &Waiting) -> SimDuration {
    match it.timeout {
        Some(Timeout::AtMost(longest) | Timeout::Unknown { longest, .. }) => longest,
        Some(Timeout::NoneIsEnough) | None => SimDuration::ZERO,
    }
}

/// That tools give up before the rollout is over, unless they are told how long to wait.
fn default_is_short(who: &[Waiting]) -> String {
    let late: Vec<Waiting> =
        who.iter().copied().filter(|it| rounded(longest(it)) > DEFAULT).collect();
    let late = tools(&late).into_iter().filter(|it| has_default(*it));
    let names = late.map(|it| if it == Tool::Flux { "a HelmRelease of Flux" } else { it.name() });
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return String::new();
    }
    let give = if names.len() == 1 { "gives" } else { "give" };
    format!(", and {} {give} up after {DEFAULT} by default", listed(&names, "and"))
}

/// The DaemonSet that is looked at.
pub(super) fn subject(study: &Study, setting: usize) -> &str {
    let mut subjects = study.rows_of(setting).iter().map(|row| row.subject.as_str());
    subjects.find(|it| !it.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Certainty, Outcome, RunMetrics, waiting};

    /// So many runs are done at once, so many stall, and so many are cut off.
    fn check([done, stalled, cut_off]: [usize; 3], expected: &str) {
        let run = |outcome| RunMetrics { outcome, ..RunMetrics::default() };
        let answer = crate::study::Answer::default();
        let complete = RunMetrics { answers: [Some(answer); 4], ..run(Outcome::Complete) };
        let mut rows = vec![complete; done];
        rows.extend(vec![run(Outcome::Stalled); stalled]);
        rows.extend(vec![run(Outcome::Unfinished); cut_off]);
        let all = waiting(&rows, Certainty::default());
        let needed = Certainty::default().fewest_for_p99();
        assert_eq!(
            how_to_know(&all[..1], rows.len(), needed),
            format!("it takes {expected} to bound it")
        );
    }

    #[test]
    fn what_it_takes_to_know_more_is_what_helps() {
        check([100, 0, 0], "299 seeds or more");
        check([298, 1, 0], "more seeds");
        check([298, 0, 1], "runs that are observed for longer");
        check([99, 0, 1], "runs that are observed for longer");
    }
}
