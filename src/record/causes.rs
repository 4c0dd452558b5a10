//! What led to what: the facts of a record as a graph.
//!
//! Each fact names the one that it followed from, so the way back from the end of a rollout is its
//! critical path: had any fact on it come earlier, the next one would have too.

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::record::fact::{Fact, FactId};
use crate::time::SimDuration;

/// The facts of a record, an edge from each cause to its effect, as long as the time between.
#[derive(Debug)]
pub struct Causes {
    graph: DiGraph<FactId, SimDuration>,
}

impl Causes {
    /// Links the facts of a record, which are numbered from 0 without a gap.
    pub fn of(facts: &[Fact]) -> Self {
        let mut graph = DiGraph::with_capacity(facts.len(), facts.len());
        for fact in facts {
            let effect = graph.add_node(fact.id);
            if let Some(cause) = fact.cause.and_then(|cause| facts.get(cause.0 as usize)) {
                graph.add_edge(node(cause.id), effect, fact.at.saturating_sub(cause.at));
            }
        }
        Self { graph }
    }

    /// The facts that led to `fact`, from what the scenario did down to `fact` itself.
    pub fn chain(&self, fact: FactId) -> Vec<FactId> {
        let cause = |at: &NodeIndex| self.graph.neighbors_directed(*at, Direction::Incoming).next();
        let known = Some(node(fact)).filter(|at| self.graph.node_weight(*at).is_some());
        let mut chain: Vec<FactId> =
            std::iter::successors(known, cause).map(|at| self.graph[at]).collect();
        chain.reverse();
        chain
    }
}

fn node(fact: FactId) -> NodeIndex {
    NodeIndex::new(fact.0 as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fact::What;
    use crate::record::names::Names;

    /// Facts a second apart, each with the cause that is given.
    fn facts(causes: &[Option<u32>]) -> Vec<Fact> {
        let text = Names::default().intern("x");
        let fact = |(id, cause): (u32, &Option<u32>)| Fact {
            id: FactId(id),
            at: SimDuration::from_secs(id.into()),
            cause: cause.map(FactId),
            what: What::Scenario { text },
        };
        (0..).zip(causes).map(fact).collect()
    }

    fn check(causes: &[Option<u32>], fact: u32, chain: &[u32]) {
        let graph = Causes::of(&facts(causes));
        let ids: Vec<u32> = graph.chain(FactId(fact)).into_iter().map(|id| id.0).collect();
        assert_eq!(ids, chain);
    }

    #[test]
    fn the_way_back_leads_to_the_scenario() {
        let causes = [None, Some(0), Some(0), Some(2), None, Some(3)];
        check(&causes, 5, &[0, 2, 3, 5]);
        check(&causes, 2, &[0, 2]);
        check(&causes, 4, &[4]);
        check(&causes, 0, &[0]);
    }
}
