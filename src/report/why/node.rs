//! What a node had, and its gaps, in words.

use crate::inspect::why::{Gap, Look, NodeStory, Stay};
use crate::report::readable::{count, span};
use crate::report::table::layout;
use crate::report::why::facts::clause;
use crate::report::why::phases::{longest, sums, table};
use crate::report::why::pod::{sentences, why_deleted};
use crate::time::SimDuration;

/// The pods of a node and its gaps, by DaemonSet.
pub fn node_text(look: &Look<'_>, node: &str, stories: &[NodeStory<'_>]) -> String {
    if stories.is_empty() {
        return format!("node/{node} had no pod of a DaemonSet until {}\n", span(look.at));
    }
    let all: Vec<String> = stories.iter().map(|story| one(look, node, story)).collect();
    all.join("\n")
}

fn one(look: &Look<'_>, node: &str, story: &NodeStory<'_>) -> String {
    let total = story.gaps.iter().fold(SimDuration::ZERO, |sum, gap| sum + gap.length());
    let pods = count(story.stays.len() as u64, "pod");
    let gaps = match story.gaps.len() {
        0 => "no gap".to_owned(),
        1 => format!("1 gap of {}", span(total)),
        gaps => format!("{}, {} in total", count(gaps as u64, "gap"), span(total)),
    };
    let mut text = format!("node/{node}, {}: {pods}, {gaps}\n\n", story.daemon_set);
    let header = ["POD", "REVISION", "SERVED", "WHAT BECAME OF IT"].map(str::to_owned).to_vec();
    let rows = story.stays.iter().map(|stay| row(look, stay));
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    text.push_str(&layout(&rows));
    for gap in &story.gaps {
        text.push('\n');
        text.push_str(&gap_words(gap));
    }
    text
}

fn row(look: &Look<'_>, stay: &Stay<'_>) -> Vec<String> {
    let life = stay.life;
    let served = stay.served.map_or("never".to_owned(), |(from, until)| {
        let until = if until == look.at { "now".to_owned() } else { span(until) };
        format!("{} - {until}", span(from))
    });
    let story = look.pod_story(life);
    let became = match &story.deleted {
        Some(deleted) => {
            let why = why_deleted(look, life, &deleted.why);
            format!("deleted at {}{why}", span(deleted.at))
        }
        None => match life.spans.last() {
            Some(last) if last.until < look.at => format!("gone at {}", span(last.until)),
            Some(last) => last.kind.name().to_owned(),
            None => String::new(),
        },
    };
    vec![life.pod.clone(), life.revision.clone(), served, became]
}

/// `gap from 2m to 2m33s (33s): image pulls 20s, …`.
fn gap_words(gap: &Gap<'_>) -> String {
    let until = if gap.is_open { "the end".to_owned() } else { span(gap.until) };
    let phases = longest(&sums(&gap.spans), 4);
    let from = span(gap.from);
    format!("gap from {from} to {until} ({}): {phases}\n", span(gap.length()))
}

/// One gap: what led to it, and its phases.
pub fn gap_text(look: &Look<'_>, node: &str, daemon_set: &str, gap: &Gap<'_>) -> String {
    let goes_on = if gap.is_open { ", and goes on" } else { "" };
    let mut text = format!(
        "node/{node} had no serving pod of {daemon_set} from {} to {}: {}{goes_on}\n\n",
        span(gap.from),
        span(gap.until),
        span(gap.length())
    );
    for sentence in gap_sentences(look, gap) {
        text.push_str(&sentence);
        text.push('\n');
    }
    text + "\n" + &table(&gap.spans)
}

/// What led to a gap: the pod that served before it, if it comes back; otherwise the one after it.
fn gap_sentences(look: &Look<'_>, gap: &Gap<'_>) -> Vec<String> {
    let mut all = Vec::new();
    let comes_back = match (gap.before, gap.after) {
        (Some(before), Some(after)) => before.pod == after.pod,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if let Some(before) = gap.before.filter(|_| comes_back) {
        let last = before.spans.iter().find(|span| span.until == gap.from);
        let ended_by = last.and_then(|span| span.ended_by).and_then(|id| look.run.fact(id));
        let when = ended_by.map(|fact| format!(", when {}", clause(fact, &look.run.names)));
        let (pod, from) = (&before.pod, span(gap.from));
        all.push(format!("{pod} served until {from}{}.", when.unwrap_or_default()));
        if !gap.is_open && gap.after.is_some() {
            all.push(format!("{pod} served again at {}.", span(gap.until)));
            return all;
        }
    }
    let told = gap.after.or(gap.before).map(|life| look.pod_story(life));
    all.extend(told.iter().flat_map(|story| sentences(look, story)));
    all
}
