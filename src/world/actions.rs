//! What the scenario does to the cluster.

use crate::api::{DaemonSetSpec, Labels, PodPhase, Taint, TaintEffect, format_rfc3339};
use crate::control::node_lifecycle::Pressure;
use crate::control::{NodeId, PodId};
use crate::engine::Delay;
use crate::record::{FactId, What};
use crate::scenario::{
    Action, Among, DaemonSetChange, DaemonSetRef, ImageFault, NodeChange, NodeSelection, PodChange,
    PressureKind, Repeats, Take, TimedAction, glob_matches,
};
use crate::time::{SimDuration, SimTime};
use crate::world::event::{Caused, Event};
use crate::world::objects::{DaemonSetId, Pod};
use crate::world::state::{Agenda, World};

/// One action that is being carried out.
#[derive(Clone, Copy)]
struct Doing<'a> {
    label: &'a str,
    /// Names the draw of nodes.
    drawing: u64,
    cause: FactId,
    now: SimTime,
}

impl World {
    /// Puts every action of the scenario on the agenda.
    pub(super) fn schedule_actions(&self, start: SimTime, agenda: &mut Agenda) {
        for (index, timed) in self.actions.iter().enumerate() {
            let index = u32::try_from(index).expect("fewer than 2^32 actions");
            let at = match timed.repeats {
                None => Some(start + timed.at),
                Some(repeats) => self.next_repeat(index, 0, start + timed.at, start, repeats),
            };
            if let Some(at) = at {
                let event = Event::Action { index, ordinal: 0 };
                agenda.at(at, Caused { event, cause: None });
            }
        }
    }

    /// When a process next acts, if it does before its end: exponential intervals, each drawn by
    /// its own name.
    fn next_repeat(
        &self,
        index: u32,
        ordinal: u32,
        after: SimTime,
        start: SimTime,
        repeats: Repeats,
    ) -> Option<SimTime> {
        let draw = self.streams.uniform("process", u64::from(index), u64::from(ordinal));
        let interval = Delay::exponential(repeats.mean_interval).ok()?.sample(draw);
        let at = after + interval.max(SimDuration::from_micros(1));
        (at <= start + repeats.until).then_some(at)
    }

    /// An action of the scenario is due.
    pub(super) fn act(&mut self, index: u32, ordinal: u32, now: SimTime, agenda: &mut Agenda) {
        let TimedAction { action, repeats, label, .. } = self.actions[index as usize].clone();
        match repeats {
            None => self.actions_left -= 1,
            Some(repeats) => {
                let next = self.next_repeat(index, ordinal + 1, now, self.start, repeats);
                if let Some(at) = next {
                    let event = Event::Action { index, ordinal: ordinal + 1 };
                    agenda.at(at, Caused { event, cause: None });
                }
            }
        }
        self.recorder.mark(now, &label);
        let cause =
            self.recorder.fact(now, None, |names| What::Scenario { text: names.intern(&label) });
        let drawing = u64::from(index) << 32 | u64::from(ordinal);
        let doing = Doing { label: &label, drawing, cause, now };
        self.carry_out(&action, &doing, agenda);
    }

    fn carry_out(&mut self, action: &Action, doing: &Doing<'_>, agenda: &mut Agenda) {
        let Doing { cause, now, drawing, label } = *doing;
        match action {
            Action::Join { pool, count } => {
                for _ in 0..*count {
                    let spec = self.next_of_pool(*pool);
                    self.join(&spec, Some(cause), now, agenda);
                }
            }
            Action::Nodes { nodes, change } => {
                for node in self.select(nodes, drawing) {
                    self.change_node(node, change, cause, now, agenda);
                }
            }
            Action::Apply(daemon_set) => self.apply(daemon_set, label, cause, now, agenda),
            Action::DaemonSet { daemon_set, change } => {
                if let Some(id) = self.find(daemon_set) {
                    self.change_daemon_set(id, change, doing, agenda);
                }
            }
            Action::Pods { daemon_set, nodes, change } => {
                for pod in self.pods_meant(daemon_set, nodes, drawing) {
                    self.change_pod_state(pod, *change, cause, now, agenda);
                }
            }
            Action::BreakImage { image, fault, nodes } => {
                self.break_image(image, *fault, nodes, drawing);
            }
            Action::MendImage { image } => self.mend_image(image, cause, now, agenda),
            Action::ScaleUp { pool, count } => self.scale_up(*pool, *count, cause, now, agenda),
            Action::RestartController { away } => self.stop_controller(*away, cause, now, agenda),
            Action::ApiServerOutage { duration } => {
                self.api_server_down(*duration, cause, now, agenda);
            }
        }
    }

    fn change_node(
        &mut self,
        node: NodeId,
        change: &NodeChange,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let why = Some(cause);
        match change {
            NodeChange::Leave => self.leave(node, why, now, agenda),
            NodeChange::Fail => self.fail_node(node, why, now, agenda),
            NodeChange::Recover => self.recover_node(node, why, now, agenda),
            NodeChange::Cordon => self.set_unschedulable(node, true, why, now, agenda),
            NodeChange::Uncordon => self.set_unschedulable(node, false, why, now, agenda),
            NodeChange::Drain => self.drain(node, why, now, agenda),
            NodeChange::Shutdown { grace } => self.shut_down(node, *grace, why, now, agenda),
            NodeChange::SpotInterruption { notice } => {
                self.announce_interruption(node, *notice, why, now, agenda);
            }
            NodeChange::ScaleDown => self.scale_down(node, why, now, agenda),
            NodeChange::Pressure { kind, evict } => {
                self.press(node, (pressure(*kind), *evict), why, now, agenda);
            }
            NodeChange::Relieve { kind } => {
                self.relieve(node, kind.map(pressure), why, now, agenda);
            }
            NodeChange::Taint { add, remove } => {
                let taints = retainted(&self.version_of(node).taints, add, remove);
                self.retaint_by_hand(node, taints, why, now, agenda);
            }
            NodeChange::Label { set, remove } => {
                let labels = relabeled(&self.version_of(node).labels, set, remove);
                self.set_labels(node, labels, cause, now, agenda);
            }
        }
    }

    fn change_daemon_set(
        &mut self,
        id: DaemonSetId,
        change: &DaemonSetChange,
        doing: &Doing<'_>,
        agenda: &mut Agenda,
    ) {
        let before = &self.spec_of(id).written;
        let with_template = |template| DaemonSetSpec { template, ..before.clone() };
        let after = match change {
            DaemonSetChange::SetImage(images) => {
                before.template.with_images(images).map(with_template)
            }
            DaemonSetChange::RolloutRestart => {
                Some(with_template(before.template.restarted_at(&format_rfc3339(doing.now))))
            }
            DaemonSetChange::RolloutUndo { to_revision } => {
                self.rollback_template(id, *to_revision).map(with_template)
            }
            DaemonSetChange::Patch { update_strategy, min_ready_seconds } => Some(DaemonSetSpec {
                update_strategy: update_strategy.unwrap_or(before.update_strategy),
                min_ready_seconds: min_ready_seconds.unwrap_or(before.min_ready_seconds),
                ..before.clone()
            }),
            DaemonSetChange::Delete(cascade) => {
                let Doing { cause, now, .. } = *doing;
                let dependents = self.delete_daemon_set(id, *cascade, cause, now, agenda);
                for pod in dependents.pods {
                    self.delete_pod(pod, Some(dependents.cause), now, agenda);
                }
                return self.finish_foreground_deletion(id, now, agenda);
            }
        };
        if let Some(spec) = after {
            self.replace_spec(id, spec, doing.label, doing.cause, doing.now, agenda);
        }
    }

    fn change_pod_state(
        &mut self,
        id: PodId,
        change: PodChange,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let cause = Some(cause);
        match change {
            PodChange::Delete => self.delete_pod(id, cause, now, agenda),
            PodChange::Unready => self.turn_unready(id, cause, now, agenda),
            PodChange::Ready if self.may_turn_ready(id) => self.turn_ready(id, cause, now, agenda),
            PodChange::Fail if self.may_fail(id) => {
                self.fail_pod(id, "Evicted", cause, now, agenda);
            }
            PodChange::Ready | PodChange::Fail => {}
        }
    }

    fn may_fail(&self, id: PodId) -> bool {
        let Pod { phase, terminating, .. } = *self.pod(id);
        !phase.is_terminal() && !terminating
    }

    fn may_turn_ready(&self, id: PodId) -> bool {
        let Pod { phase, ready_since, broken, node, .. } = self.pod(id);
        let works = *phase == PodPhase::Running && broken.is_none() && self.node(*node).alive;
        works && ready_since.is_none()
    }

    /// The pods that a DaemonSet owns on the nodes of a selection, if they are bound.
    fn pods_meant(
        &self,
        daemon_set: &DaemonSetRef,
        nodes: &NodeSelection,
        drawing: u64,
    ) -> Vec<PodId> {
        let Some(owner) = self.find(daemon_set) else { return Vec::new() };
        let nodes = self.select(nodes, drawing);
        let pods = nodes.into_iter().flat_map(|node| self.pods_on(node));
        let meant = |&pod: &PodId| self.pod(pod).owner == Some(owner) && self.pod(pod).bound;
        pods.filter(meant).collect()
    }

    fn break_image(&mut self, image: &str, fault: ImageFault, nodes: &NodeSelection, drawing: u64) {
        let everywhere = matches!(nodes.among, Among::All) && nodes.take == Take::All;
        let nodes = (!everywhere).then(|| self.select(nodes, drawing));
        self.faults.add(image, fault, nodes);
    }

    fn mend_image(&mut self, image: &str, cause: FactId, now: SimTime, agenda: &mut Agenda) {
        self.faults.remove(image);
        let is_meant = |world: &Self, pod: &Pod| {
            let images = &world.specs[pod.spec.index()].images;
            pod.exists && images.iter().any(|&i| glob_matches(image, world.images.name(i)))
        };
        for index in 0..self.pods.len() {
            if is_meant(self, &self.pods[index]) {
                let pod = PodId(u32::try_from(index).expect("fewer than 2^32 pods"));
                self.mend_pod(pod, cause, now, agenda);
            }
        }
    }
}

fn pressure(kind: PressureKind) -> Pressure {
    match kind {
        PressureKind::Disk => Pressure::Disk,
        PressureKind::Memory => Pressure::Memory,
        PressureKind::Pid => Pressure::Pid,
    }
}

/// A taint that is put on replaces one of the same key and effect.
fn retainted(
    before: &[Taint],
    add: &[Taint],
    remove: &[(String, Option<TaintEffect>)],
) -> Vec<Taint> {
    let is_removed = |taint: &Taint| {
        remove.iter().any(|(key, effect)| {
            taint.key == *key && effect.is_none_or(|effect| effect == taint.effect)
        })
    };
    let is_replaced =
        |taint: &Taint| add.iter().any(|new| new.key == taint.key && new.effect == taint.effect);
    let kept = before.iter().filter(|taint| !is_removed(taint) && !is_replaced(taint));
    kept.chain(add).cloned().collect()
}

fn relabeled(before: &Labels, set: &Labels, remove: &[String]) -> Labels {
    let mut labels = before.clone();
    for (key, value) in set.iter() {
        labels.insert(key, value);
    }
    for key in remove {
        labels.remove(key);
    }
    labels
}
