//! Chains of causes as graphs for Graphviz.

use petgraph::dot::{Config, Dot};
use petgraph::graph::DiGraph;

use crate::inspect::why::{Finish, Look, Step};
use crate::record::Fact;
use crate::report::readable::span;
use crate::report::why::facts::clause;

/// The facts of a chain, an edge from each to the one that followed from it, with the time between.
pub fn chain_dot(look: &Look<'_>, chain: &[&Fact]) -> String {
    let mut graph = DiGraph::<String, String>::new();
    let mut before = None;
    for fact in chain {
        let label = format!("{}\n{}", span(fact.at), clause(fact, &look.run.names));
        let node = graph.add_node(label);
        if let Some((cause, at)) = before.replace((node, fact.at)) {
            graph.add_edge(cause, node, span(fact.at.saturating_sub(at)));
        }
    }
    draw(&graph)
}

/// The critical path of a rollout: an edge for each step, with what its time went into.
pub fn finish_dot(look: &Look<'_>, finish: &Finish<'_>) -> String {
    let mut graph = DiGraph::<String, String>::new();
    let begin = format!("{}\n{}", span(finish.started), finish.rollout.trigger);
    let mut before = graph.add_node(begin);
    for step in &finish.steps {
        let node = graph.add_node(reached(look, step));
        let label = format!("{} {}", step.kind.name(), span(step.length()));
        graph.add_edge(before, node, label);
        before = node;
    }
    draw(&graph)
}

/// What is reached with a step: its fact, if it is the last part of the way there.
fn reached(look: &Look<'_>, step: &Step) -> String {
    let at = span(step.until);
    match look.run.fact(step.fact).filter(|fact| fact.at == step.until) {
        Some(fact) => format!("{at}\n{}", clause(fact, &look.run.names)),
        None => at,
    }
}

fn draw(graph: &DiGraph<String, String>) -> String {
    let shape = |_, _| "shape=box".to_owned();
    let dot =
        Dot::with_attr_getters(graph, &[Config::GraphContentOnly], &|_, _| String::new(), &shape);
    format!("digraph why {{\n    rankdir=TB\n{dot}}}\n")
}
