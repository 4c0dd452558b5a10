//! What a cluster is like when an update begins, as far as the scenario says it outright.
//!
//! Events are gone through once, in their order, for all DaemonSets. Nothing is simulated, and what
//! happens at random times is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{DaemonSet, PodTemplate};
use crate::control::daemonset::{Eligibility, eligibility};
use crate::scenario::{
    Action, DaemonSetChange, DaemonSetRef, NodeSpec, PodChange, Scenario, TimedAction,
};
use crate::study::node_forecast::{Dead, NodeForecast};
use crate::time::SimDuration;

/// The beginning of an update.
#[derive(Clone, Debug)]
pub(super) struct UpdateStart<'a> {
    /// The DaemonSet as it is from then on.
    pub(super) daemon_set: DaemonSet,
    /// The template of the pods that are replaced.
    pub(super) outgoing: &'a PodTemplate,
    /// When, since the start of the run; zero if the scenario updates nothing. The earliest time if
    /// it waits for something.
    pub(super) at: SimDuration,
    /// Whether it waits for something.
    pub(super) waits: bool,
    /// What starts it: `set image agent=v2`; empty if nothing does.
    pub(super) trigger: &'a str,
    /// Images that it brings, each once, and the indices of nodes that have had none of it.
    pub(super) new_images: Vec<(String, BTreeSet<usize>)>,
    /// Indices in the scenario of nodes on which a pod belongs, those that are dead left out.
    pub(super) healthy: Vec<usize>,
    /// Those of them on which an old pod belonged, too.
    pub(super) replaced: Vec<usize>,
    /// Nodes that are dead.
    pub(super) dead: Dead,
    /// Whether events make it untold on which nodes pods belong.
    pub(super) nodes_change: bool,
    /// Whether the old pods are available for certain, so that none is replaced beyond the budget.
    pub(super) is_sure: bool,
}

/// The first update of each DaemonSet that runs at the start; without one, the start.
pub(super) fn update_starts(scenario: &Scenario) -> Vec<UpdateStart<'_>> {
    let start = Walk::new(scenario);
    let mut walk = start.clone();
    for timed in &scenario.events {
        if !walk.is_open.contains(&true) {
            break;
        }
        walk.go(timed);
    }
    let begun = walk.begun.into_iter().zip(&scenario.daemon_sets).enumerate();
    let of_start = |index, written| start.end(index, written, SimDuration::ZERO, "");
    begun.map(|(index, (begun, it))| begun.unwrap_or_else(|| of_start(index, it))).collect()
}

/// Whether pods of a template belong on a node as the scenario writes it.
fn should_run(template: &PodTemplate, node: &NodeSpec) -> bool {
    eligible(template, node).should_run
}

/// Whether pods of a template belong on a node as the scenario writes it, or may stay there.
pub(super) fn eligible(template: &PodTemplate, node: &NodeSpec) -> Eligibility {
    eligibility(template, &node.name, &node.labels, &node.taints)
}

/// Goes through events. Its vectors have an element per DaemonSet: first those of the start, then
/// those that are applied meanwhile.
#[derive(Clone)]
struct Walk<'a> {
    scenario: &'a Scenario,
    nodes: NodeForecast<'a>,
    /// Indices of the vectors, by `namespace/name`.
    index: BTreeMap<String, usize>,
    /// What each is like by now.
    daemon_sets: Vec<DaemonSet>,
    /// For each node, whether pods of the DaemonSet have belonged there.
    belonged: Vec<Vec<bool>>,
    /// DaemonSets that have had an image.
    holders: BTreeMap<String, BTreeSet<usize>>,
    /// Whether its first update may still come.
    is_open: Vec<bool>,
    /// Whether something happened to its pods.
    is_disturbed: Vec<bool>,
    /// The first update.
    begun: Vec<Option<UpdateStart<'a>>>,
}

impl<'a> Walk<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut walk = Self {
            scenario,
            nodes: NodeForecast::new(scenario),
            index: BTreeMap::new(),
            daemon_sets: Vec::new(),
            belonged: Vec::new(),
            holders: BTreeMap::new(),
            is_open: Vec::new(),
            is_disturbed: Vec::new(),
            begun: Vec::new(),
        };
        for daemon_set in &scenario.daemon_sets {
            walk.add(daemon_set.clone());
        }
        walk.is_open.fill(true);
        // What a snapshot's pods are up to is not looked at.
        let is_limited = !scenario.resource_quotas.is_empty();
        walk.is_disturbed.fill(scenario.snapshot.is_some() || is_limited);
        walk
    }

    fn add(&mut self, daemon_set: DaemonSet) {
        let index = self.daemon_sets.len();
        self.index.insert(daemon_set.key(), index);
        self.belonged.push(vec![false; self.scenario.nodes.len()]);
        self.is_open.push(false);
        self.is_disturbed.push(false);
        self.begun.push(None);
        self.spread(index, &daemon_set);
        self.daemon_sets.push(daemon_set);
    }

    /// Pods of the DaemonSet come to where it says, with its images.
    fn spread(&mut self, index: usize, daemon_set: &DaemonSet) {
        let template = &daemon_set.spec.template;
        for (has_belonged, node) in self.belonged[index].iter_mut().zip(self.scenario.nodes.iter())
        {
            *has_belonged |= should_run(template, &node);
        }
        self.bring(index, daemon_set);
    }

    fn bring(&mut self, index: usize, daemon_set: &DaemonSet) {
        for image in daemon_set.spec.template.spec.images() {
            self.holders.entry(image.to_owned()).or_default().insert(index);
        }
    }

    fn go(&mut self, timed: &'a TimedAction) {
        match &timed.action {
            Action::Apply(applied) => self.apply(applied, timed),
            Action::DaemonSet { daemon_set, change } => {
                if let Some(index) = self.find(daemon_set) {
                    self.change(index, change, timed);
                }
            }
            Action::Pods { daemon_set, change, .. } => {
                if let Some(index) = self.find(daemon_set) {
                    self.is_disturbed[index] |= *change != PodChange::Ready;
                }
            }
            Action::Nodes { .. }
            | Action::UpgradeNodes(_)
            | Action::Join { .. }
            | Action::JoinAgain { .. }
            | Action::ScaleUp { .. } => self.nodes.go(timed),
            Action::ApplyQuota(_) | Action::RefusePods(_) | Action::StuckTerminating { .. } => {
                self.is_disturbed.fill(true);
            }
            Action::RestartController { .. }
            | Action::ApiServerOutage { .. }
            | Action::BreakImage { .. }
            | Action::MendImage { .. } => {}
        }
    }

    fn find(&self, daemon_set: &DaemonSetRef) -> Option<usize> {
        self.index.get(&daemon_set.key()).copied()
    }

    fn apply(&mut self, applied: &DaemonSet, timed: &'a TimedAction) {
        let Some(&index) = self.index.get(&applied.key()) else { return self.add(applied.clone()) };
        let old = &self.daemon_sets[index].spec.template;
        if old.canonical != applied.spec.template.canonical {
            self.begin(index, applied, timed);
        }
        self.spread(index, applied);
        self.daemon_sets[index] = applied.clone();
    }

    fn change(&mut self, index: usize, change: &DaemonSetChange, timed: &'a TimedAction) {
        let mut changed = self.daemon_sets[index].clone();
        match change {
            DaemonSetChange::SetImage(images) => {
                let template = &mut changed.spec.template;
                let Some(edited) = template.with_images(images) else { return };
                if edited.canonical == template.canonical {
                    return;
                }
                *template = edited;
                self.begin(index, &changed, timed);
                self.bring(index, &changed);
            }
            DaemonSetChange::RolloutRestart | DaemonSetChange::RolloutUndo { .. } => {
                self.begin(index, &changed, timed);
            }
            DaemonSetChange::Patch { update_strategy, min_ready_seconds } => {
                let spec = &mut changed.spec;
                spec.update_strategy = update_strategy.unwrap_or(spec.update_strategy);
                spec.min_ready_seconds = min_ready_seconds.unwrap_or(spec.min_ready_seconds);
            }
            DaemonSetChange::Annotate => {}
            // One of the same name that comes later has no pods to replace.
            DaemonSetChange::Delete(_) => self.is_open[index] = false,
        }
        self.daemon_sets[index] = changed;
    }

    fn begin(&mut self, index: usize, daemon_set: &DaemonSet, timed: &'a TimedAction) {
        if self.is_open[index] {
            let start = self.end(index, daemon_set, timed.at, &timed.label);
            self.begun[index] = Some(UpdateStart { waits: timed.wait.is_some(), ..start });
            self.is_open[index] = false;
        }
    }

    fn end(
        &self,
        index: usize,
        daemon_set: &DaemonSet,
        at: SimDuration,
        trigger: &'a str,
    ) -> UpdateStart<'a> {
        let template = &daemon_set.spec.template;
        let nodes = self.scenario.nodes.iter();
        let belongs: Vec<bool> = nodes.map(|node| should_run(template, &node)).collect();
        let (healthy, dead) = self.nodes.at(at, template, &belongs);
        let has_old = |node: &usize| self.belonged[index][*node];
        let replaced: Vec<usize> = healthy.iter().copied().filter(has_old).collect();
        let is_sure = !self.is_disturbed[index]
            && !self.nodes.is_disturbed
            && !replaced.is_empty()
            && dead.is_certain;
        UpdateStart {
            outgoing: &self.scenario.daemon_sets[index].spec.template,
            at,
            waits: false,
            trigger,
            new_images: self.new_images(daemon_set, &replaced),
            daemon_set: daemon_set.clone(),
            healthy,
            replaced,
            dead,
            nodes_change: self.nodes.change,
            is_sure,
        }
    }

    /// Images of a DaemonSet, and on which nodes no DaemonSet's pods have had them.
    fn new_images(
        &self,
        daemon_set: &DaemonSet,
        replaced: &[usize],
    ) -> Vec<(String, BTreeSet<usize>)> {
        let wanted: BTreeSet<&str> = daemon_set.spec.template.spec.images().collect();
        let missing = |image: &str| {
            let is_there = |node: usize| {
                let mut holders = self.holders.get(image).into_iter().flatten();
                holders.any(|&index| self.belonged[index][node])
            };
            replaced.iter().copied().filter(|&node| !is_there(node)).collect::<BTreeSet<_>>()
        };
        let all = wanted.into_iter().map(|image| (image.to_owned(), missing(image)));
        all.filter(|(_, missing)| !missing.is_empty()).collect()
    }
}
