//! What led to what.
//!
//! Each fact names the one that it followed from, so the way back from the end of a rollout is its
//! critical path: had any fact on it come earlier, the next one would have too.

use crate::record::fact::FactId;

/// The cause of each fact of a run, four bytes a fact.
#[derive(Debug, Default)]
pub struct Causes {
    /// By the number of the fact; one without a cause has itself.
    of: Vec<FactId>,
}

impl Causes {
    /// Adds the next fact; the first one is number 0.
    pub fn add(&mut self, cause: Option<FactId>) {
        let next = FactId(u32::try_from(self.of.len()).unwrap_or(u32::MAX));
        self.of.push(cause.filter(|cause| *cause < next).unwrap_or(next));
    }

    /// The facts that led to `fact`, from what the scenario did down to `fact` itself; none if there
    /// is no such fact.
    pub fn chain(&self, fact: FactId) -> Vec<FactId> {
        let known = |fact: FactId| self.of.get(fact.0 as usize).copied();
        let cause = |fact: &FactId| known(*fact).filter(|cause| cause != fact);
        let first = known(fact).map(|_| fact);
        let mut chain: Vec<FactId> = std::iter::successors(first, cause).collect();
        chain.reverse();
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(all: &[Option<u32>], fact: u32, chain: &[u32]) {
        let mut causes = Causes::default();
        for cause in all {
            causes.add(cause.map(FactId));
        }
        let ids: Vec<u32> = causes.chain(FactId(fact)).into_iter().map(|id| id.0).collect();
        assert_eq!(ids, chain);
    }

    #[test]
    fn the_way_back_leads_to_the_scenario() {
        let causes = [None, Some(0), Some(0), Some(2), None, Some(3)];
        check(&causes, 5, &[0, 2, 3, 5]);
        check(&causes, 2, &[0, 2]);
        check(&causes, 4, &[4]);
        check(&causes, 0, &[0]);
        check(&causes, 6, &[]);
    }
}
