//! What a fact changes of a pod.

use serde_json::Value;

use crate::control::scheduler::SCHEDULING_GATED;
use crate::inspect::eviction::eviction_message;
use crate::inspect::replay::walk::Replay;
use crate::inspect::restarts::Restarts;
use crate::record::{NameId, Names, Phase, PodState, Waiting, WaitsOn, What, namespace_and_name};
use crate::time::{SimDuration, SimTime};

/// The reason of a pod whose container crashes at once after each start, so that no fact tells of
/// its restarts.
pub(in crate::inspect) const CRASH_LOOP: &str = "CrashLoopBackOff";

impl Replay<'_> {
    /// A pod comes, goes, or is changed by controllers or the scheduler.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only facts about pods get here")]
    pub(super) fn apply_to_pod(&mut self, what: &What, names: &Names) {
        let now = self.moment.now;
        match what {
            What::PodCreated { .. } => self.create(what, names),
            What::PodRemoved { pod } => {
                if let Some(key) = self.pods.remove(pod) {
                    self.moment.pods.remove(&key);
                }
            }
            What::PodRelabeled { pod, revision } => {
                self.change(*pod, |it| names.get(*revision).clone_into(&mut it.revision));
            }
            What::PodOwnerChanged { pod, owned, daemon_set } => self.change(*pod, |it| {
                it.orphan = !owned;
                if let Some(owner) = daemon_set {
                    names.get(*owner).clone_into(&mut it.daemon_set);
                }
            }),
            What::PodUnschedulable { pod, message } => {
                let message = names.get(*message);
                let is_gated = message == SCHEDULING_GATED;
                let reason = if is_gated { "SchedulingGated" } else { "Unschedulable" };
                self.change(*pod, |it| {
                    it.waiting = Some(waiting(WaitsOn::Scheduler, reason, message, now, None));
                });
            }
            What::PodStuck { pod, reason } => {
                let reason = names.get(*reason);
                self.change(*pod, |it| {
                    // What a snapshot shows is told in full at the start.
                    if it.waiting.as_ref().is_none_or(|known| known.reason != reason) {
                        it.waiting = Some(waiting(WaitsOn::Unmodeled, reason, "", now, None));
                    }
                });
            }
            What::PodBound { pod, .. } => self.change(*pod, |it| {
                it.bound = Some(now);
                it.waiting = None;
            }),
            What::PodTerminating { pod, .. } => {
                self.change(*pod, |it| _ = it.deleted.get_or_insert(now));
            }
            reported => self.report(reported, names),
        }
    }

    /// The kubelet of a pod reports something; or somebody who looks after nodes does.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only facts about pods get here")]
    fn report(&mut self, what: &What, names: &Names) {
        let now = self.moment.now;
        match what {
            What::PodPulling { pod, image } => {
                let image = names.get(*image);
                self.change(*pod, |it| {
                    it.waiting = Some(waiting(WaitsOn::Pull, "", image, now, None));
                });
            }
            What::PodPulled { pod, image, .. } => {
                // Which container it has come to stays known.
                let image = names.get(*image);
                self.change(*pod, |it| {
                    it.waiting = Some(waiting(WaitsOn::Pull, "", image, now, None));
                });
            }
            What::PodPullFailed { pod, image, reason, retry_in } => {
                let image = names.get(*image);
                let retry = Some(now + *retry_in);
                self.change(*pod, |it| {
                    let on = WaitsOn::PullBackOff;
                    let since = it.waiting.as_ref().filter(|it| it.on == on && it.retry.is_none());
                    let since = since.map_or(now, |at_start| at_start.since);
                    it.waiting = Some(waiting(on, reason, image, since, retry));
                });
            }
            What::PodRejected { pod, reason, message } => self.change(*pod, |it| {
                fail(it, names.get(*reason), names.get(*message), now);
            }),
            What::PodFailed { pod, reason } => {
                let node = self.pod(*pod).and_then(|pod| self.moment.nodes.get(&pod.node));
                let message =
                    if reason == "Evicted" { eviction_message(node) } else { String::new() };
                self.change(*pod, |it| fail(it, reason, &message, now));
            }
            What::PodStopped { pod, failed } => self.change(*pod, |it| {
                it.phase = if *failed { Phase::Failed } else { Phase::Succeeded };
                turn_unready(it, now);
                it.waiting = None;
            }),
            What::PodStarted { pod } => self.change(*pod, |it| {
                start(it, now);
                it.waiting = None;
            }),
            What::PodCrashed { pod, init, restarts, restart_in } => self.change(*pod, |it| {
                crash(it, *init, *restart_in, now);
                it.restarts = it.restarts.max(*restarts);
            }),
            What::PodUnhealthy { pod, probe, restart_in } => {
                let retry = Some(now + *restart_in);
                self.change(*pod, |it| {
                    count_restart(it, now);
                    it.waiting = Some(waiting(WaitsOn::ProbeBackOff, probe, "", now, retry));
                });
            }
            What::ReadinessGatesNotReady { pod, .. } => {
                self.change(*pod, |it| it.waits_for_gates = true);
            }
            What::PodReady { pod } => self.change(*pod, |it| {
                count_restart(it, now);
                it.ready_since.get_or_insert(now.truncate_to_second());
                it.unready_since = None;
                it.waiting = None;
            }),
            What::PodUnready { pod } | What::PodMarkedNotReady { pod } => self.change(*pod, |it| {
                turn_unready(it, now);
            }),
            _ => {}
        }
    }

    fn change(&mut self, pod: NameId, change: impl FnOnce(&mut PodState)) {
        let pod = self.pods.get(&pod).and_then(|key| self.moment.pods.get_mut(key));
        if let Some(pod) = pod {
            change(pod);
        }
    }

    fn create(&mut self, what: &What, names: &Names) {
        let What::PodCreated { daemon_set, pod, node, revision, template_generation, .. } = what
        else {
            return;
        };
        let daemon_set = names.get(*daemon_set).to_owned();
        let namespace = namespace_and_name(&daemon_set).0.to_owned();
        let revision = names.get(*revision).to_owned();
        let template = self.moment.templates.get(&(namespace.clone(), revision.clone()));
        let created = PodState {
            pod: names.get(*pod).to_owned(),
            finalizers: finalizers_of(template),
            node: names.get(*node).to_owned(),
            template_generation: *template_generation,
            created: self.moment.now.truncate_to_second(),
            namespace: namespace.clone(),
            daemon_set,
            revision,
            ..PodState::default()
        };
        let key = (namespace, created.pod.clone());
        self.pods.insert(*pod, key.clone());
        self.moment.pods.insert(key, created);
    }
}

/// Finalizers of a template, which its pods get.
fn finalizers_of(template: Option<&Value>) -> Vec<String> {
    let found = template.and_then(|it| it["metadata"]["finalizers"].as_array());
    let texts = found.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// The pod's containers run.
fn start(pod: &mut PodState, now: SimTime) {
    pod.phase = Phase::Running;
    pod.started.get_or_insert(now);
}

fn turn_unready(pod: &mut PodState, now: SimTime) {
    if pod.ready_since.take().is_some() {
        pod.unready_since = Some(now);
    }
}

fn fail(pod: &mut PodState, reason: &str, message: &str, now: SimTime) {
    pod.phase = Phase::Failed;
    reason.clone_into(&mut pod.reason);
    message.clone_into(&mut pod.message);
    turn_unready(pod, now);
    pod.waiting = None;
}

/// A container exits. One that does so at once after each start, before the pod has been Running,
/// goes on like that; any other is started again once, and facts tell what becomes of it.
fn crash(pod: &mut PodState, init: bool, restart_in: SimDuration, now: SimTime) {
    let before = pod.waiting.clone();
    let was_loop = before.as_ref().is_some_and(|it| it.reason == CRASH_LOOP);
    // A snapshot shows when it ended, and not when it is tried again: the fact tells that.
    let shown = before.as_ref().filter(|it| it.reason == CRASH_LOOP && it.retry.is_none());
    let since = shown.map_or(now, |it| it.since);
    // A container that initializes the pod is the one that it has come to.
    let image = before.filter(|_| init || was_loop).map(|it| it.detail).unwrap_or_default();
    count_restart(pod, now);
    let is_loop =
        init || was_loop || pod.phase != Phase::Running || pod.started.is_none_or(|it| it >= now);
    if !init {
        start(pod, now);
    }
    let reason = if is_loop { CRASH_LOOP } else { "Error" };
    let retry = Some(now + restart_in);
    pod.waiting = Some(waiting(WaitsOn::CrashBackOff, reason, &image, since, retry));
}

/// A container that waited for its next start has had it.
fn count_restart(pod: &mut PodState, now: SimTime) {
    let Restarts { count, started, ended } = pod.restarts_at(now);
    pod.restarts = count;
    pod.restarted = started;
    pod.ended = ended;
    pod.waiting = pod.waiting.take().filter(|it| it.on == WaitsOn::Scheduler);
}

fn waiting(
    on: WaitsOn,
    reason: &str,
    detail: &str,
    since: SimTime,
    retry: Option<SimTime>,
) -> Waiting {
    Waiting { on, reason: reason.to_owned(), detail: detail.to_owned(), since, retry }
}
