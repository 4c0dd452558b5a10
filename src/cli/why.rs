//! `rollcast why`: what led to what in a run.

use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::opened::{Opened, open};
use crate::cli::plan::one_of;
use crate::cli::terminal::print;
use crate::cli::why_args::{Question, WhyArgs, WhyFormat};
use crate::inspect::phases::PodLife;
use crate::inspect::why::{Finish, Gap, Look, NodeStory, Unknown};
use crate::inspect::{DaemonSetEntry, RolloutEntry, SummaryFile};
use crate::report::readable::span;
use crate::report::why as words;
use crate::time::SimDuration;

pub(super) fn why(args: &WhyArgs) -> Result<Outcome, Failure> {
    let question = Question::read(&args.question).ok_or_else(|| unknown_question(args))?;
    let opened = open(&args.results)?;
    let none = SummaryFile::default();
    let summary = match &opened.summary {
        Some(summary) => summary,
        // The story of a pod is in the facts alone.
        None if matches!(question, Question::Pod(_)) => &none,
        None => return Err(no_summary(args)),
    };
    let answer = answer(args, question, &opened, summary)?;
    print(&answer)
}

fn answer(
    args: &WhyArgs,
    question: Question<'_>,
    opened: &Opened,
    summary: &SummaryFile,
) -> Result<String, Failure> {
    let (at, end) = (opened.moment(args.at)?, opened.end());
    let chosen = chosen(args, summary)?;
    // A gap and a rollout are asked for as they became in the end.
    let seen_at = match question {
        Question::Gap(_) | Question::Finish => end,
        Question::Pod(_) | Question::Node(_) | Question::Stall => at,
    };
    let look = Look::new(&opened.run, seen_at);
    match question {
        Question::Pod(name) => pod(args, &look, name),
        Question::Node(name) => node(args, &look, name, &chosen),
        Question::Gap(name) => gap(args, &look, name, &chosen),
        Question::Finish => Ok(finish(args, &look, &chosen)),
        Question::Stall if at < end => spent(args, &look, &chosen),
        Question::Stall => stall(args, &look, &chosen, summary),
    }
}

fn pod(args: &WhyArgs, look: &Look<'_>, name: &str) -> Result<String, Failure> {
    let story = look.pod_story(look.pod(name).map_err(|it| unknown(&it))?);
    Ok(match args.output {
        WhyFormat::Text => words::pod_text(look, &story),
        WhyFormat::Json => words::pod_json(look, &story),
        WhyFormat::Dot => words::chain_dot(look, &story.chain),
    })
}

fn node(
    args: &WhyArgs,
    look: &Look<'_>,
    name: &str,
    chosen: &[&DaemonSetEntry],
) -> Result<String, Failure> {
    let pods = pods_of_node(look, name, chosen)?;
    let stories = look.node_stories(&pods);
    Ok(match args.output {
        WhyFormat::Text => words::node_text(look, name, &stories),
        WhyFormat::Json => words::node_json(look, name, &stories),
        WhyFormat::Dot => {
            let graph = |life: &&PodLife| words::chain_dot(look, &look.pod_story(life).chain);
            pods.iter().map(graph).collect()
        }
    })
}

/// The pods that the chosen DaemonSets had on a node.
fn pods_of_node<'a>(
    look: &'a Look<'_>,
    name: &str,
    chosen: &[&DaemonSetEntry],
) -> Result<Vec<&'a PodLife>, Failure> {
    let pods = look.pods_of_node(name).map_err(|it| unknown(&it))?;
    let is_chosen = |life: &&PodLife| chosen.iter().any(|it| it.daemon_set == life.daemon_set);
    Ok(pods.into_iter().filter(is_chosen).collect())
}

fn gap(
    args: &WhyArgs,
    look: &Look<'_>,
    name: &str,
    chosen: &[&DaemonSetEntry],
) -> Result<String, Failure> {
    let pods = pods_of_node(look, name, chosen)?;
    let stories = look.node_stories(&pods);
    let Some((daemon_set, gap)) = longest(&stories, args.at) else {
        return Ok(match args.output {
            WhyFormat::Text => match args.at {
                Some(at) => format!("node/{name} had no gap at {}\n", span(at)),
                None => format!("node/{name} never had a gap\n"),
            },
            WhyFormat::Json => "null\n".to_owned(),
            WhyFormat::Dot => words::chain_dot(look, &[]),
        });
    };
    Ok(match args.output {
        WhyFormat::Text => words::gap_text(look, name, daemon_set, gap),
        WhyFormat::Json => words::gap_json(look, name, daemon_set, gap),
        WhyFormat::Dot => {
            let story = gap.after.or(gap.before).map(|life| look.pod_story(life));
            words::chain_dot(look, &story.map(|it| it.chain).unwrap_or_default())
        }
    })
}

/// The longest gap; of those at an instant, if one is given.
fn longest<'a>(
    stories: &'a [NodeStory<'a>],
    at: Option<SimDuration>,
) -> Option<(&'a str, &'a Gap<'a>)> {
    let all = stories.iter().flat_map(|story| story.gaps.iter().map(|it| (story.daemon_set, it)));
    let is_meant = |gap: &Gap<'_>| at.is_none_or(|at| gap.from <= at && at <= gap.until);
    // Of two of the same length the first one.
    all.filter(|(_, gap)| is_meant(gap)).rev().max_by_key(|(_, gap)| gap.length())
}

fn finish(args: &WhyArgs, look: &Look<'_>, chosen: &[&DaemonSetEntry]) -> String {
    let is_meant = |it: &&RolloutEntry| {
        it.finished()
            .is_some_and(|finished| args.at.is_none_or(|at| it.started() <= at && at <= finished))
    };
    let paths = chosen.iter().filter_map(|entry| {
        let rollout = entry.rollouts.iter().rfind(is_meant)?;
        look.finish(&entry.daemon_set, rollout)
    });
    let paths: Vec<Finish<'_>> = paths.collect();
    match args.output {
        WhyFormat::Text if paths.is_empty() => none_finished(args.at, chosen),
        WhyFormat::Text => {
            let texts = paths.iter().map(|path| words::finish_text(look, path));
            texts.collect::<Vec<_>>().join("\n")
        }
        WhyFormat::Json => words::finish_json(&paths),
        WhyFormat::Dot => paths.iter().map(|path| words::finish_dot(look, path)).collect(),
    }
}

fn none_finished(at: Option<SimDuration>, chosen: &[&DaemonSetEntry]) -> String {
    match at {
        _ if chosen.iter().all(|entry| entry.rollouts.is_empty()) => {
            "there was no rollout\n".to_owned()
        }
        Some(at) => format!("at {} no rollout was in progress that completed later\n", span(at)),
        None => "no rollout completed; `rollcast why RESULTS stall` says whether one is stuck\n"
            .to_owned(),
    }
}

fn stall(
    args: &WhyArgs,
    look: &Look<'_>,
    chosen: &[&DaemonSetEntry],
    summary: &SummaryFile,
) -> Result<String, Failure> {
    let all = chosen.iter().map(|entry| (entry.daemon_set.as_str(), look.progress(entry, summary)));
    let all: Vec<_> = all.collect();
    match args.output {
        WhyFormat::Text => {
            let texts = all.iter().map(|(name, progress)| words::stall_text(name, progress));
            Ok(texts.collect::<Vec<_>>().join("\n"))
        }
        WhyFormat::Json => Ok(words::stall_json(&all)),
        WhyFormat::Dot => Err(no_graph()),
    }
}

fn spent(args: &WhyArgs, look: &Look<'_>, chosen: &[&DaemonSetEntry]) -> Result<String, Failure> {
    let all: Vec<_> = chosen.iter().map(|entry| look.spent(&entry.daemon_set)).collect();
    match args.output {
        WhyFormat::Text => Ok(all.iter().map(words::spent_text).collect()),
        WhyFormat::Json => Ok(words::spent_json(&all)),
        WhyFormat::Dot => Err(no_graph()),
    }
}

/// The DaemonSets that are meant: that of a name, or all.
fn chosen<'a>(
    args: &WhyArgs,
    summary: &'a SummaryFile,
) -> Result<Vec<&'a DaemonSetEntry>, Failure> {
    let all = &summary.daemon_sets;
    let Some(written) = &args.daemonset else { return Ok(all.iter().collect()) };
    let keys: Vec<String> = all.iter().map(|it| it.daemon_set.clone()).collect();
    Ok(vec![&all[one_of(&keys, written, "this run")?]])
}

fn unknown(it: &Unknown) -> Failure {
    let Unknown { kind, name, near } = it;
    let hint = match near {
        Some(near) => format!("did you mean `{kind}/{near}`?"),
        None => format!("facts.jsonl names every {kind}"),
    };
    refuse(&format!("unknown-{kind}"), &format!("there is no {kind} `{name}` in this run"), &hint)
}

fn unknown_question(args: &WhyArgs) -> Failure {
    let asked = args.question.join(" ");
    if asked == "gap" {
        return refuse("unknown-question", "`gap` needs a node", "write `gap NODE`");
    }
    let message = format!("unknown question `{asked}`");
    let hint =
        "ask `pod/NAME`, `node/NAME`, `gap NODE`, `finish` or `stall`, after the results folder";
    refuse("unknown-question", &message, hint)
}

fn no_summary(args: &WhyArgs) -> Failure {
    let message = format!("{}: there is no summary.json in it", args.results.display());
    refuse("no-summary", &message, "give the folder that `rollcast run` wrote, with all its files")
}

fn no_graph() -> Failure {
    let hint = "use `-o text` or `-o json`; a pod, a gap and `finish` have graphs";
    refuse("no-graph", "a stall has no chain of causes to draw", hint)
}
