//! What the runs of a sweep cost: which to begin with, and how much of the sweep is done.
//!
//! Cost is counted in events, which are the same on every machine and cost about the same time in
//! every run of a sweep. Runs of one setting cost about the same; settings differ by their nodes and
//! by what happens on them.

use std::cmp::Reverse;

use crate::study::sweep::Sweep;

/// What is known of the cost of each setting's runs.
#[derive(Clone, Debug)]
pub struct Effort(Vec<Known>);

/// What is known of the runs of a setting.
#[derive(Clone, Copy, Debug)]
struct Known {
    nodes: u64,
    /// Runs whose events were counted.
    runs: u64,
    /// Their events together.
    events: u64,
}

impl Effort {
    /// Nothing is known but the nodes of each setting.
    pub fn of(sweep: &Sweep) -> Self {
        let known = |nodes: u32| Known { nodes: nodes.max(1).into(), runs: 0, events: 0 };
        Self(sweep.settings.iter().map(|it| known(it.nodes)).collect())
    }

    /// Counts a run of a setting, by its index.
    pub fn add(&mut self, setting: usize, events: u64) {
        if let Some(known) = self.0.get_mut(setting) {
            known.runs += 1;
            known.events += events;
        }
    }

    /// Events of a run of each setting: the mean of those that were counted. A setting of which none
    /// was counted is taken to have as many for each node as the others.
    pub fn of_a_run(&self) -> Vec<u64> {
        let counted = || self.0.iter().filter(|it| it.runs > 0);
        let events: u64 = counted().map(|it| it.events / it.runs).sum();
        let nodes: u64 = counted().map(|it| it.nodes).sum();
        let guess = |it: &Known| match nodes {
            0 => it.nodes,
            _ => u64::try_from(u128::from(it.nodes) * u128::from(events) / u128::from(nodes))
                .unwrap_or(u64::MAX),
        };
        let one = |it: &Known| it.events.checked_div(it.runs).unwrap_or_else(|| guess(it)).max(1);
        self.0.iter().map(one).collect()
    }

    /// The runs in the order in which they are best begun: the most expensive first, so that no
    /// thread waits long for the last one. Runs that cost the same keep their order.
    pub fn slowest_first(&self, sweep: &Sweep, mut runs: Vec<usize>) -> Vec<usize> {
        let costs = self.of_a_run();
        runs.sort_by_key(|&run| Reverse(costs.get(sweep.run(run).0).copied()));
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::seeds::Seeds;
    use crate::study::sweep::Setting;
    use crate::study::window::Window;

    /// A sweep of settings with so many nodes, and the seeds 1 and 2.
    fn sweep(nodes: &[u32]) -> Sweep {
        let setting = |&nodes: &u32| Setting { nodes, ..Setting::default() };
        Sweep {
            settings: nodes.iter().map(setting).collect(),
            refused: Vec::new(),
            seeds: Seeds::up_to(2),
            daemon_set: None,
            max_events: 1,
            window: Window::default(),
        }
    }

    #[test]
    fn before_a_run_is_counted_the_nodes_tell() {
        let sweep = sweep(&[10, 1_000, 10]);
        let effort = Effort::of(&sweep);
        assert_eq!(effort.slowest_first(&sweep, (0..6).collect()), [2, 3, 0, 1, 4, 5]);
    }

    #[test]
    fn events_that_were_counted_go_before_a_guess() {
        let sweep = sweep(&[10, 10, 20]);
        let mut effort = Effort::of(&sweep);
        effort.add(0, 100);
        effort.add(0, 300);
        effort.add(1, 600);
        assert_eq!(effort.of_a_run(), [200, 600, 800]);
        effort.add(2, 100);
        assert_eq!(effort.of_a_run(), [200, 600, 100]);
        assert_eq!(effort.slowest_first(&sweep, vec![0, 2, 4, 5]), [2, 0, 4, 5]);
    }
}
