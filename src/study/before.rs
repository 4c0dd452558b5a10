//! What a cluster is like when an update begins, as far as the scenario says it outright.
//!
//! Events are gone through in their order; what they draw at random is counted, not named, and what
//! happens at random times is left out. Nothing is simulated.

use std::collections::BTreeSet;

use crate::api::{DaemonSet, PodTemplate, Taint, TaintEffect, UpdateStrategy};
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
    /// The DaemonSet as it is from then on.
    pub(super) daemon_set: DaemonSet,
    /// The template of the pods that are replaced.
    pub(super) outgoing: PodTemplate,
    /// When, since the start of the run; zero if the scenario updates nothing.
    pub(super) at: SimDuration,
    /// What starts it: `set image agent=v2`; empty if nothing does.
    pub(super) trigger: String,
    /// Images that it brings and that no node has, each once.
    pub(super) new_images: Vec<String>,
    /// Places in the scenario of nodes on which a pod belongs, those that are dead left out.
    pub(super) healthy: Vec<usize>,
    /// Nodes that are known to be dead by then and whose pods count as unavailable.
    pub(super) dead: u32,
    /// Whether a pod still belongs on these: only those that tolerate the taint of a silent node
    /// do. What others left there counts, too, until somebody removes it.
    pub(super) dead_desired: bool,
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

/// The first update of each DaemonSet that runs at the start; without one, the start.
pub(super) fn before_updates(scenario: &Scenario) -> Vec<Before> {
    scenario.daemon_sets.iter().map(|daemon_set| before(scenario, daemon_set)).collect()
}

fn before(scenario: &Scenario, written: &DaemonSet) -> Before {
    let mut daemon_set = written.clone();
    let mut walk = Walk::new(scenario);
    for timed in scenario.events.iter().filter(|timed| timed.repeats.is_none()) {
        if apply(&timed.action, &mut daemon_set) {
            return walk.end(written, daemon_set, (timed.at, &timed.label));
        }
        walk.go(&timed.action, timed.at);
    }
    walk.end(written, daemon_set, (SimDuration::ZERO, ""))
}

/// Changes the DaemonSet; says whether that starts an update.
fn apply(action: &Action, daemon_set: &mut DaemonSet) -> bool {
    match action {
        Action::Apply(applied) if applied.key() == daemon_set.key() => {
            let differs = applied.spec.template.canonical != daemon_set.spec.template.canonical;
            *daemon_set = (**applied).clone();
            differs
        }
        Action::DaemonSet { daemon_set: name, change } if is(name, daemon_set) => match change {
            DaemonSetChange::SetImage(images) => {
                let template = &mut daemon_set.spec.template;
                let Some(edited) = template.with_images(images) else { return false };
                let differs = edited.canonical != template.canonical;
                *template = edited;
                differs
            }
            DaemonSetChange::RolloutRestart | DaemonSetChange::RolloutUndo { .. } => true,
            DaemonSetChange::Patch { update_strategy, min_ready_seconds } => {
                daemon_set.spec.update_strategy =
                    update_strategy.unwrap_or(daemon_set.spec.update_strategy);
                daemon_set.spec.min_ready_seconds =
                    min_ready_seconds.unwrap_or(daemon_set.spec.min_ready_seconds);
                false
            }
            DaemonSetChange::Delete(_) => false,
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
        | Action::MendImage { .. } => false,
    }
}

/// Images of `daemon_set` that no DaemonSet has at the start.
fn new_images(scenario: &Scenario, daemon_set: &DaemonSet) -> Vec<String> {
    let known: BTreeSet<&str> = scenario.daemon_sets.iter().flat_map(images).collect();
    let new: BTreeSet<&str> = images(daemon_set).filter(|image| !known.contains(image)).collect();
    new.into_iter().map(str::to_owned).collect()
}

fn images(daemon_set: &DaemonSet) -> impl Iterator<Item = &str> {
    let spec = &daemon_set.spec.template.spec;
    spec.init_containers.iter().chain(&spec.containers).map(|it| it.image.as_str())
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
    /// Nodes that were drawn at random and died: how many, of which, and how.
    drawn: Vec<(u32, BTreeSet<usize>, State)>,
}

impl<'a> Walk<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, states: vec![State::Works; scenario.nodes.len()], drawn: Vec::new() }
    }

    fn go(&mut self, action: &Action, at: SimDuration) {
        let Action::Nodes { nodes, change } = action else { return };
        let state = match change {
            NodeChange::Fail => State::Dead { since: at, stopped: false },
            NodeChange::Shutdown { grace } => State::Dead { since: at, stopped: !grace.is_zero() },
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
            (Some(many), State::Dead { .. }) => self.drawn.push((many, among, state)),
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
        written: &DaemonSet,
        daemon_set: DaemonSet,
        trigger: (SimDuration, &str),
    ) -> Before {
        let (at, trigger) = trigger;
        let template = &daemon_set.spec.template;
        let silent = unreachable();
        let dead_desired = template.spec.tolerations.iter().any(|it| it.tolerates(&silent));
        let belongs = |place: &usize| {
            let node = &self.scenario.nodes[*place];
            eligibility(template, &node.name, &node.labels, &node.taints).should_run
        };
        let noticed = |state: State| match state {
            State::Dead { since, .. } => since + NOTICED <= at,
            State::Works | State::Gone => false,
        };
        // Pods that were ended in order are removed, and come back only where they belong.
        let spends = |state: State| match state {
            State::Dead { stopped, .. } => dead_desired || !stopped,
            State::Works | State::Gone => false,
        };
        let mut healthy = Vec::new();
        let mut dead = 0;
        for place in (0..self.states.len()).filter(belongs) {
            match self.states[place] {
                State::Gone => {}
                state if noticed(state) => dead += u32::from(spends(state)),
                State::Works | State::Dead { .. } => healthy.push(place),
            }
        }
        // Draws may fall on the same nodes, so only the largest is certain; and only if pods
        // belong on all nodes that it was drawn from.
        let certain = |(_, among, state): &&(u32, BTreeSet<usize>, State)| {
            noticed(*state) && among.iter().all(&belongs)
        };
        let most = |counts: &dyn Fn(State) -> bool| {
            let drawn = self.drawn.iter().filter(certain).filter(|(.., state)| counts(*state));
            drawn.map(|(many, ..)| *many).max().unwrap_or(0)
        };
        let left = healthy.len().saturating_sub(most(&|_| true) as usize);
        healthy.truncate(left);
        let (dead, new_images) = (dead + most(&spends), new_images(self.scenario, &daemon_set));
        let outgoing = written.spec.template.clone();
        let trigger = trigger.to_owned();
        Before { daemon_set, outgoing, at, trigger, new_images, healthy, dead, dead_desired }
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
