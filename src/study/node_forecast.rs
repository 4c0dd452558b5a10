//! What happens to nodes before an update, as far as the scenario says it outright: what it draws
//! at random is counted, not named.

use crate::api::well_known::TAINT_NODE_UNREACHABLE;
use crate::api::{PodTemplate, Taint, TaintEffect};
use crate::control::node_lifecycle::monitor_grace_period;
use crate::scenario::{Action, Among, NodeChange, NodeSelection, Scenario, TimedAction};
use crate::time::SimDuration;

/// So many draws are remembered, the largest: only one of them counts in the end.
const DRAWS: usize = 16;

/// Nodes that are dead when an update begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dead {
    /// Those that are known to be, and whose pods count as unavailable.
    pub(super) spend: u32,
    /// All of them that a pod would belong on; those included that nobody has noticed yet.
    pub(super) all: u32,
    /// Whether these are desired: only pods that tolerate the taint of a silent node belong there.
    /// What others left there counts, too, until somebody removes it.
    pub(super) desired: bool,
    /// Whether no others can be dead.
    pub(super) is_counted: bool,
    /// Whether, besides, all have been noticed.
    pub(super) is_certain: bool,
}

/// A node of the scenario meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Works,
    /// Off or out of reach; `stopped` if its pods were ended in order before.
    Dead {
        since: SimDuration,
        stopped: bool,
    },
    Gone,
}

/// Nodes that were drawn at random and died.
#[derive(Clone, Copy)]
struct Draw<'a> {
    many: u32,
    nodes: &'a NodeSelection,
    state: State,
}

/// The nodes of the start, meanwhile.
#[derive(Clone)]
pub(super) struct NodeForecast<'a> {
    scenario: &'a Scenario,
    states: Vec<State>,
    /// The largest draws first.
    draws: Vec<Draw<'a>>,
    /// Whether events change the set of nodes, or what they are like, in a way that is not told.
    pub(super) change: bool,
    /// Whether pods may not be available though their nodes work.
    pub(super) is_disturbed: bool,
}

impl<'a> NodeForecast<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        let states = vec![State::Works; scenario.nodes.len()];
        Self { scenario, states, draws: Vec::new(), change: false, is_disturbed: false }
    }

    pub(super) fn go(&mut self, timed: &'a TimedAction) {
        if timed.repeats.is_some() {
            self.is_disturbed = true;
            return;
        }
        if timed.wait.is_some() {
            self.change = true;
            return;
        }
        let Action::Nodes { nodes, change } = &timed.action else {
            self.change = true;
            return;
        };
        let since = timed.at;
        match change {
            NodeChange::Fail => self.turn(nodes, State::Dead { since, stopped: false }),
            NodeChange::Shutdown { grace } => {
                self.turn(nodes, State::Dead { since, stopped: !grace.is_zero() });
            }
            NodeChange::Recover => {
                self.is_disturbed = true;
                self.turn(nodes, State::Works);
            }
            NodeChange::Leave => self.turn(nodes, State::Gone),
            NodeChange::SpotInterruption { .. } | NodeChange::ScaleDown => {
                self.is_disturbed = true;
                self.turn(nodes, State::Gone);
            }
            NodeChange::Reboot { .. }
            | NodeChange::Reregister { .. }
            | NodeChange::Taint { .. }
            | NodeChange::Label { .. } => self.change = true,
            NodeChange::Pressure { evict, .. } => self.is_disturbed |= evict,
            NodeChange::Cordon
            | NodeChange::Uncordon
            | NodeChange::Drain
            | NodeChange::Relieve { .. } => {}
        }
    }

    fn turn(&mut self, nodes: &'a NodeSelection, state: State) {
        if self.change {
            return;
        }
        let among = self.among(nodes);
        let drawn = nodes.take.drawn_of(among.len());
        let drawn = drawn.map(|many| u32::try_from(many).unwrap_or(u32::MAX));
        match (drawn, state) {
            (Some(many), State::Dead { .. }) => self.draw(Draw { many, nodes, state }),
            (Some(_), State::Works) => self.change |= self.some_are_dead(),
            (Some(many), State::Gone) => self.change |= many > 0,
            (None, _) => {
                for index in among {
                    self.states[index] = state;
                }
                match state {
                    State::Works if matches!(nodes.among, Among::All) => self.draws.clear(),
                    // They may have been among those that were drawn.
                    State::Works | State::Gone => self.change |= !self.draws.is_empty(),
                    State::Dead { .. } => {}
                }
            }
        }
    }

    fn draw(&mut self, draw: Draw<'a>) {
        if draw.many > 0 {
            let index = self.draws.partition_point(|it| it.many >= draw.many);
            self.draws.insert(index, draw);
            self.draws.truncate(DRAWS);
        }
    }

    fn some_are_dead(&self) -> bool {
        !self.draws.is_empty() || self.states.iter().any(|it| matches!(it, State::Dead { .. }))
    }

    /// Places of the nodes that are there and meant.
    fn among(&self, nodes: &NodeSelection) -> Vec<usize> {
        let is_meant = nodes.among.test();
        let all = self.scenario.nodes.iter().enumerate();
        let there = all.filter(|(index, _)| self.states[*index] != State::Gone);
        there.filter(|(_, node)| is_meant(&node.traits())).map(|(index, _)| index).collect()
    }

    /// Of the nodes on which pods of a template belong, the indices of those that work or seem to,
    /// and how many are dead.
    pub(super) fn at(
        &self,
        at: SimDuration,
        template: &PodTemplate,
        belongs: &[bool],
    ) -> (Vec<usize>, Dead) {
        let silent = unreachable();
        let desired = template.spec.tolerations.iter().any(|it| it.tolerates(&silent));
        let noticed = self.noticed();
        // Pods that were ended in order are removed, and come back only where they belong.
        let spends = |state: State| match state {
            State::Dead { stopped, .. } => desired || !stopped,
            State::Works | State::Gone => false,
        };
        let is_noticed = |state: State| match state {
            State::Dead { since, .. } => since + noticed <= at,
            State::Works | State::Gone => false,
        };
        let is_dead = |state: State| matches!(state, State::Dead { .. });
        let mut healthy = Vec::new();
        let mut dead = Dead { spend: 0, all: 0, desired, is_counted: true, is_certain: true };
        for index in (0..self.states.len()).filter(|&index| belongs[index]) {
            let state = self.states[index];
            dead.all += u32::from(is_dead(state));
            dead.is_certain &= !is_dead(state) || is_noticed(state);
            if is_noticed(state) {
                dead.spend += u32::from(spends(state));
            } else if state != State::Gone {
                healthy.push(index);
            }
        }
        // Draws may fall on the same nodes, so only the largest is certain; and only if pods
        // belong on all nodes that it was drawn from.
        let certain = |draw: &Draw| {
            let among = self.among(draw.nodes);
            let named = among.iter().filter(|&&index| is_dead(self.states[index])).count();
            let further = draw.many.saturating_sub(u32::try_from(named).unwrap_or(u32::MAX));
            if among.iter().all(|&index| belongs[index]) { further } else { 0 }
        };
        let drawn: Vec<(u32, State)> =
            self.draws.iter().map(|draw| (certain(draw), draw.state)).collect();
        let most = |counts: &dyn Fn(State) -> bool| {
            let counted = drawn.iter().filter(|(_, state)| counts(*state));
            counted.map(|(many, _)| *many).max().unwrap_or(0)
        };
        let is_counted = |(draw, (certain, _)): (&Draw, &(u32, State))| draw.many == *certain;
        dead.is_counted = drawn.len() <= 1 && self.draws.iter().zip(&drawn).all(is_counted);
        dead.is_certain &= dead.is_counted && drawn.iter().all(|(_, state)| is_noticed(*state));
        dead.all += most(&|_| true);
        dead.spend += most(&|state| is_noticed(state) && spends(state));
        healthy.truncate(healthy.len().saturating_sub(most(&is_noticed) as usize));
        (healthy, dead)
    }

    /// How long a node is dead until the control plane has noticed, at most: its last sign of life
    /// may be seen a period late, and so may be that it is too old.
    ///
    /// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth`.
    fn noticed(&self) -> SimDuration {
        let usual = monitor_grace_period(self.scenario.kubernetes);
        self.scenario.control_plane.node_lifecycle.map_or(usual, |it| {
            it.monitor_grace_period.unwrap_or(usual) + it.monitor_period.times(2)
        })
    }
}

/// What keeps new pods off a node that went silent, unless they tolerate it.
///
/// Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go` › `taintKeyToNodeConditionMap`.
fn unreachable() -> Taint {
    Taint::of(TAINT_NODE_UNREACHABLE, TaintEffect::NoSchedule)
}
