//! Charts of what nodes have, in words.

use crate::inspect::over_time::{NodeCounts, OnNode};
use crate::report::chart::canvas::more::sentences;
use crate::report::chart::run::pane::Pane;
use crate::report::chart::run::tracked::TrackPane;
use crate::report::chart::run::words::in_words;
use crate::report::readable::{count, number, part, span};

/// How many nodes have what at the start, at the worst moment and at the end of each plot.
pub(super) fn describe_states(panes: &[TrackPane<'_>], counts: &[Vec<NodeCounts>]) -> String {
    let about = "Stacked areas: how many nodes have the new revision, the old one, or no serving pod, \
                 over time.";
    let both: Vec<_> = panes.iter().zip(counts).collect();
    let each = sentences(&both, "more plot", |(pane, counts)| of_pane(&pane.heading, counts));
    in_words(about, each, panes.iter().map(Pane::marks))
}

fn of_pane(name: &str, counts: &[NodeCounts]) -> String {
    let (Some(first), Some(last)) = (counts.first(), counts.last()) else {
        return format!("{name}: no pod is wanted anywhere.");
    };
    let without = |it: &&NodeCounts| it.sum(OnNode::is_gap);
    let mut sentence = format!("{name}: at the start {}", what(first));
    if let Some(worst) = counts.iter().rev().max_by_key(without).filter(|it| without(it) > 0) {
        let wanted = u64::from(worst.sum(OnNode::is_wanted));
        let without = part(u64::from(without(&worst)), wanted, "node");
        let at = span(worst.at);
        sentence = format!("{sentence}; most without a serving pod: {without}, at {at}");
    }
    sentence + &format!("; at the end {}.", what(last))
}

/// `90 nodes on the new revision, 10 starting`.
fn what(counts: &NodeCounts) -> String {
    let many = |state: OnNode| counts.of(state).into();
    let words = of_states(OnNode::ALL.into_iter().filter(|it| it.is_wanted()), many);
    if words.is_empty() { "no pod is wanted".to_owned() } else { words }
}

/// So many nodes of each state that has any.
pub(super) fn of_states(
    states: impl IntoIterator<Item = OnNode>,
    many: impl Fn(OnNode) -> u64,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    for state in states.into_iter().filter(|state| many(*state) > 0) {
        let many = many(state);
        let nodes = if parts.is_empty() { count(many, "node") } else { number(many) };
        parts.push(format!("{nodes} {}", of_nodes(state)));
    }
    parts.join(", ")
}

/// What is said of a node in this state.
fn of_nodes(state: OnNode) -> &'static str {
    match state {
        OnNode::New => "on the new revision",
        OnNode::OldBesideNew => "on the old revision with a new pod starting",
        OnNode::Old => "on the old revision",
        OnNode::Starting => "with a pod that starts",
        OnNode::Failing => "with a pod that fails",
        OnNode::Terminating => "with a pod that terminates",
        OnNode::Nothing => "without a pod",
        OnNode::NotWanted => "on which none belongs",
    }
}
