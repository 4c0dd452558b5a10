//! What a cluster is like when an update begins, as far as the scenario says it outright.
//!
//! Events are gone through in their order; what they draw at random is counted, not named, and what
//! happens at random times is left out. Nothing is simulated.

use std::collections::BTreeSet;

use crate::api::{DaemonSet, Taint, TaintEffect, UpdateStrategy};
use crate::control::daemonset::eligibility;
use crate::scenario::{
    Action, Among, DaemonSetChange, DaemonSetRef, NodeChange, NodeSelection, NodeSpec, Scenario,
    Take,
};
use crate::time::SimDuration;

/// How long a node is dead until the control plane has noticed, at most.
const NOTICED: SimDuration = SimDuration::from_secs(60);

/// The beginning of an update.
#[derive(Clone, Debug)]
pub(super) struct Before {
    /// The DaemonSet as it is then.
    pub(super) daemon_set: DaemonSet,
    /// When, since the start of the run; zero if the scenario updates nothing.
    pub(super) at: SimDuration,
    /// What starts it: `set image agent=v2`; empty if nothing does.
    pub(super) trigger: String,
    /// Whether it brings an image that no node has.
    pub(super) pulls: bool,
    /// Places in the scenario of nodes on which a pod belongs, those that are dead left out.
    pub(super) healthy: Vec<usize>,
    /// Nodes that are known to be dead by then and on which a pod still belongs.
    pub(super) dead: u32,
}

/// A node of the scenario meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Works,
    Dead { since: SimDuration },
    Gone,
}

/// The first update of each DaemonSet that runs at the start; without one, the start.
pub(super) fn before_updates(scenario: &Scenario) -> Vec<Before> {
    scenario.daemon_sets.iter().map(|daemon_set| before(scenario, daemon_set)).collect()
}

fn before(scenario: &Scenario, written: &DaemonSet) -> Before {
    let mut daemon_set = written.clone();
    let mut walk = Walk::new(scenario);
    for timed in scenario.events.iter().filter(|timed| timed.repeats.is_none()) {
        if let Some(pulls) = apply(&timed.action, &mut daemon_set) {
            return walk.end(daemon_set, timed.at, (timed.label.clone(), pulls));
        }
        walk.go(&timed.action, timed.at);
    }
    walk.end(daemon_set, SimDuration::ZERO, (String::new(), false))
}

/// Changes the DaemonSet; if that starts an update, says whether a new image is pulled for it.
fn apply(action: &Action, daemon_set: &mut DaemonSet) -> Option<bool> {
    match action {
        Action::Apply(applied) if applied.key() == daemon_set.key() => {
            let differs = applied.spec.template.canonical != daemon_set.spec.template.canonical;
            *daemon_set = (**applied).clone();
            differs.then_some(false)
        }
        Action::DaemonSet { daemon_set: name, change } if is(name, daemon_set) => match change {
            DaemonSetChange::SetImage(_) => Some(true),
            DaemonSetChange::RolloutRestart | DaemonSetChange::RolloutUndo { .. } => Some(false),
            DaemonSetChange::Patch { update_strategy, min_ready_seconds } => {
                daemon_set.spec.update_strategy =
                    update_strategy.unwrap_or(daemon_set.spec.update_strategy);
                daemon_set.spec.min_ready_seconds =
                    min_ready_seconds.unwrap_or(daemon_set.spec.min_ready_seconds);
                None
            }
            DaemonSetChange::Delete(_) => None,
        },
        Action::Join { .. }
        | Action::Nodes { .. }
        | Action::Apply(_)
        | Action::DaemonSet { .. }
        | Action::Pods { .. }
        | Action::ScaleUp { .. }
        | Action::RestartController { .. }
        | Action::ApiServerOutage { .. }
        | Action::BreakImage { .. }
        | Action::MendImage { .. } => None,
    }
}

fn is(name: &DaemonSetRef, daemon_set: &DaemonSet) -> bool {
    name.key() == daemon_set.key()
}

/// Whether the update replaces pods on its own.
pub(super) fn rolls(daemon_set: &DaemonSet) -> bool {
    matches!(daemon_set.spec.update_strategy, UpdateStrategy::RollingUpdate { .. })
}

/// Goes through events.
struct Walk<'a> {
    scenario: &'a Scenario,
    states: Vec<State>,
    /// Nodes that were drawn at random and died: how many, of which, and when.
    drawn: Vec<(u32, BTreeSet<usize>, SimDuration)>,
}

impl<'a> Walk<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, states: vec![State::Works; scenario.nodes.len()], drawn: Vec::new() }
    }

    fn go(&mut self, action: &Action, at: SimDuration) {
        let Action::Nodes { nodes, change } = action else { return };
        let state = match change {
            NodeChange::Fail | NodeChange::Shutdown { .. } => State::Dead { since: at },
            NodeChange::Recover => State::Works,
            NodeChange::Leave | NodeChange::SpotInterruption { .. } | NodeChange::ScaleDown => {
                State::Gone
            }
            NodeChange::Cordon
            | NodeChange::Uncordon
            | NodeChange::Drain
            | NodeChange::Pressure { .. }
            | NodeChange::Relieve { .. }
            | NodeChange::Taint { .. }
            | NodeChange::Label { .. } => return,
        };
        let among = self.among(nodes);
        match (taken(nodes.take, among.len()), state) {
            (None, _) => among.iter().for_each(|&place| self.states[place] = state),
            (Some(many), State::Dead { since }) => self.drawn.push((many, among, since)),
            (Some(_), State::Works) => self.drawn.clear(),
            (Some(_), State::Gone) => {}
        }
        if state == State::Works && nodes.take == Take::All {
            self.drawn.clear();
        }
    }

    fn among(&self, nodes: &NodeSelection) -> BTreeSet<usize> {
        let meant = |node: &NodeSpec| match &nodes.among {
            Among::All => true,
            Among::Names(names) => names.contains(&node.name),
            Among::Pool(pool) => node.pool == Some(*pool),
            Among::Labels(selector) => selector.matches(&node.labels),
        };
        let all = self.scenario.nodes.iter().enumerate();
        let there = all.filter(|(place, _)| self.states[*place] != State::Gone);
        there.filter(|(_, node)| meant(node)).map(|(place, _)| place).collect()
    }

    fn end(
        self,
        daemon_set: DaemonSet,
        at: SimDuration,
        (trigger, pulls): (String, bool),
    ) -> Before {
        let noticed = |since: SimDuration| since + NOTICED <= at;
        let belongs = |place: usize, dead: bool| {
            let node = &self.scenario.nodes[place];
            let mut taints = node.taints.clone();
            taints.extend(dead.then(unreachable));
            eligibility(&daemon_set.spec.template, &node.name, &node.labels, &taints).should_run
        };
        let mut healthy = Vec::new();
        let mut dead = 0;
        for (place, state) in self.states.iter().enumerate() {
            match *state {
                State::Dead { since } if noticed(since) => dead += u32::from(belongs(place, true)),
                State::Works | State::Dead { .. } if belongs(place, false) => healthy.push(place),
                State::Works | State::Dead { .. } | State::Gone => {}
            }
        }
        // Draws may fall on the same nodes, so only the largest is certain; and only if pods
        // belong on all nodes that it was drawn from.
        let certain = self.drawn.iter().filter(|(_, among, since)| {
            noticed(*since) && among.iter().all(|&place| belongs(place, true))
        });
        let drawn = certain.map(|(many, ..)| *many).max().unwrap_or(0);
        let left = healthy.len().saturating_sub(drawn as usize);
        healthy.truncate(left);
        Before { daemon_set, at, trigger, pulls, healthy, dead: dead + drawn }
    }
}

/// How many are drawn of so many; none if all are meant.
fn taken(take: Take, among: usize) -> Option<u32> {
    let among = u32::try_from(among).unwrap_or(u32::MAX);
    let many = match take {
        Take::All => return None,
        Take::Count(count) => count.min(among),
        Take::Percent(percent) => {
            let hundredths = u64::from(among) * u64::from(percent);
            u32::try_from(hundredths.div_ceil(100)).unwrap_or(among)
        }
    };
    (many < among).then_some(many)
}

/// What keeps new pods off a node that went silent, unless they tolerate it.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go` › `taintKeyToNodeConditionMap`.
fn unreachable() -> Taint {
    Taint {
        key: "node.kubernetes.io/unreachable".to_owned(),
        value: String::new(),
        effect: TaintEffect::NoSchedule,
    }
}
