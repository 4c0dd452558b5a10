//! The events of a run: what each fact makes components post.

#![expect(clippy::wildcard_enum_match_arm, reason = "most facts make nobody post an event")]

use std::collections::BTreeMap;

use crate::control::backoff_after;
use crate::control::scheduler::SCHEDULING_GATED;
use crate::inspect::event::{EventKind, InvolvedObject};
use crate::inspect::events::containers::Container;
use crate::inspect::events::kubelet::{Kubelet, PodRef};
use crate::inspect::events::nodes::Nodes;
use crate::inspect::events::pods::Pods;
use crate::inspect::events::recorder::{Recorder, Report, Source, is_kept};
use crate::inspect::events::repeats::{Again, Repeat, Repeats};
use crate::inspect::events::texts::Texts;
use crate::inspect::eviction::eviction_message;
use crate::inspect::moment::Moment;
use crate::inspect::replay::CRASH_LOOP;
use crate::record::{
    ClusterState, Fact, FactId, NameId, Names, PodState, What, namespace_and_name,
};
use crate::time::{SimDuration, SimTime};

/// A container that ended and is started again within this time had no pause: its kubelet only had
/// to notice, which it does once a second.
const AT_ONCE: SimDuration = SimDuration::from_secs(2);

/// The Events that were posted so far. It is told of all facts in their order.
#[derive(Clone, Debug)]
pub(in crate::inspect) struct EventLog {
    texts: Texts,
    recorder: Recorder,
    pods: Pods,
    nodes: Nodes,
    repeats: Repeats,
    /// Pods for which the scheduler found no room, by the facts that say so.
    unschedulable: BTreeMap<FactId, PodRef>,
}

impl EventLog {
    /// No events yet. `kubernetes_version` is one such as `1.36`.
    pub(in crate::inspect) fn new(start: &ClusterState, kubernetes_version: &str) -> Self {
        Self {
            texts: Texts::of(kubernetes_version),
            recorder: Recorder::default(),
            pods: Pods::of(start),
            nodes: Nodes::of(start),
            repeats: Repeats::default(),
            unschedulable: BTreeMap::new(),
        }
    }

    /// Adds to the events of `moment`, which is the cluster right after a fact, what follows from it.
    pub(in crate::inspect) fn post(&mut self, fact: &Fact, names: &Names, moment: &mut Moment) {
        std::mem::swap(self.recorder.events_mut(), &mut moment.events);
        self.recorder.begin();
        self.repeat_until(moment.now);
        self.post_of(fact, names, moment);
        std::mem::swap(self.recorder.events_mut(), &mut moment.events);
    }

    /// The places of the events that were posted since the fact before the last one.
    pub(in crate::inspect) fn latest(&self) -> &[usize] {
        self.recorder.latest()
    }

    /// Nothing more happens until the time of `moment`, except what kubelets do again and again.
    pub(in crate::inspect) fn wait(&mut self, moment: &mut Moment) {
        std::mem::swap(self.recorder.events_mut(), &mut moment.events);
        self.repeat_until(moment.now);
        std::mem::swap(self.recorder.events_mut(), &mut moment.events);
    }

    /// Nothing more happens until the time of `moment`. An hour after it was written last an Event is
    /// gone.
    pub(in crate::inspect) fn end(&mut self, moment: &mut Moment) {
        self.wait(moment);
        let now = moment.now;
        moment.events.retain(|event| is_kept(event, now));
    }

    fn post_of(&mut self, fact: &Fact, names: &Names, moment: &Moment) {
        match &fact.what {
            What::EventPosted { daemon_set, warning, reason, message } => {
                let name = names.get(*daemon_set);
                let message = names.get(*message).to_owned();
                self.controller_posted(name, *warning, reason, message, moment);
            }
            What::ControllerStarted => self.recorder.forget(&Source::Controller),
            What::PodCreated { daemon_set, pod, .. } => {
                let (namespace, _) = namespace_and_name(names.get(*daemon_set));
                self.pods.add(namespace, names.get(*pod), moment);
            }
            What::PodRemoved { pod } => {
                self.end_repeat(names.get(*pod), moment);
                self.pods.remove(names.get(*pod));
            }
            what => {
                self.nodes.post(what, names, moment, &mut self.recorder);
                self.kubelet_fact(what, names, moment);
                self.control_plane_fact(fact, names, moment);
            }
        }
    }

    /// What the DaemonSet controller posts has passed its correlator already.
    fn controller_posted(
        &mut self,
        daemon_set: &str,
        warning: bool,
        reason: &str,
        message: String,
        moment: &Moment,
    ) {
        let Some(state) = moment.daemon_sets.get(daemon_set) else { return };
        let kind = if warning { EventKind::Warning } else { EventKind::Normal };
        let object = InvolvedObject {
            kind: "DaemonSet",
            namespace: state.namespace.clone(),
            name: state.name.clone(),
            field_path: String::new(),
        };
        let source = Source::Controller;
        let report = Report { source, object, kind, reason: reason.to_owned(), message };
        self.recorder.posted(moment.now, report);
    }

    /// What scheduler, taint eviction and the node-lifecycle controller post about pods.
    fn control_plane_fact(&mut self, fact: &Fact, names: &Names, moment: &Moment) {
        match fact.what {
            What::PodUnschedulable { pod, message } => {
                let Some(pod) = self.pods.reference(names.get(pod)).cloned() else { return };
                let message = names.get(message).to_owned();
                // Scheduling gates make a condition, and no event.
                if message != SCHEDULING_GATED {
                    self.about(&pod, Source::Scheduler, "FailedScheduling", message, moment.now);
                    self.unschedulable.insert(fact.id, pod);
                }
            }
            What::PodBound { pod, node } => {
                let Some(pod) = self.pods.reference(names.get(pod)).cloned() else { return };
                let (PodRef { namespace, name, .. }, node) = (&pod, names.get(node));
                let message = format!("Successfully assigned {namespace}/{name} to {node}");
                self.about(&pod, Source::Scheduler, "Scheduled", message, moment.now);
            }
            What::PodEvictionScheduled { pod, .. } => {
                if let Some(track) = self.pods.track(names.get(pod), moment) {
                    track.eviction = Some(fact.id);
                }
            }
            What::PodEvictionCancelled { pod } => {
                let Some(track) = self.pods.track(names.get(pod), moment) else { return };
                track.eviction = None;
                let pod = track.pod.clone();
                let message = format!("Cancelling deletion of Pod {}/{}", pod.namespace, pod.name);
                let reason = "TaintManagerEviction";
                self.about(&pod, Source::TaintEviction, reason, message, moment.now);
            }
            What::PodMarkedNotReady { pod } => self.marked_not_ready(names.get(pod), moment),
            What::PodUnready { pod } => {
                let pod = names.get(pod);
                let node = self.pods.reference(pod).map(|pod| pod.node.as_str());
                if node.is_some_and(|node| self.nodes.is_off(node)) {
                    self.marked_not_ready(pod, moment);
                }
            }
            What::PodTerminating { pod, .. } => {
                self.terminating(names.get(pod), fact.cause, moment);
            }
            _ => {}
        }
    }

    /// Source: `pkg/controller/util/node/controller_utils.go › MarkPodsNotReady`.
    fn marked_not_ready(&mut self, pod: &str, moment: &Moment) {
        if let Some(pod) = self.pods.reference(pod).cloned() {
            let message = "Node is not ready".to_owned();
            self.about(&pod, Source::NodeController, "NodeNotReady", message, moment.now);
        }
    }

    /// The deletion of a pod was asked for: who asked may say why, and its kubelet stops what runs.
    fn terminating(&mut self, pod: &str, cause: Option<FactId>, moment: &Moment) {
        self.end_repeat(pod, moment);
        let Some(track) = self.pods.track(pod, moment) else { return };
        let evicted = track.eviction.is_some() && track.eviction == cause;
        let pod = track.pod.clone();
        let preemptor = cause.and_then(|cause| self.unschedulable.get(&cause));
        let preemptor = preemptor.filter(|by| by.node == pod.node && **by != pod).cloned();
        if evicted {
            let message = format!("Marking for deletion Pod {}/{}", pod.namespace, pod.name);
            let reason = "TaintManagerEviction";
            self.about(&pod, Source::TaintEviction, reason, message, moment.now);
        }
        if let Some(by) = preemptor {
            let message = format!("Preempted by pod {} on node {}", by.uid, pod.node);
            self.about(&pod, Source::Scheduler, "Preempted", message, moment.now);
        }
        self.stop(&pod.name, moment);
    }

    /// What kubelets post about their pods.
    fn kubelet_fact(&mut self, what: &What, names: &Names, moment: &Moment) {
        let name = |id: &NameId| names.get(*id);
        match what {
            What::PodPulling { pod, image } => self.pulling(name(pod), name(image), moment),
            What::PodPulled { pod, image, waited, took } => {
                self.pulled(name(pod), name(image), [*waited, *took], moment);
            }
            What::PodPullFailed { pod, image, reason, retry_in } => {
                self.pull_failed(name(pod), name(image), reason, *retry_in, moment);
            }
            What::PodStarted { pod } => self.started(name(pod), moment),
            What::PodCrashed { pod, init, restart_in, .. } => {
                self.crashed(name(pod), *init, *restart_in, moment);
            }
            What::PodUnhealthy { pod, probe, restart_in } => {
                self.unhealthy(name(pod), probe, *restart_in, moment);
            }
            What::PodReady { pod } => self.end_repeat(name(pod), moment),
            What::PodRejected { pod, reason, message } => {
                let message = name(message);
                let message = message.strip_prefix("Pod was rejected: ").unwrap_or(message);
                self.warn_of_pod(name(pod), name(reason), message.to_owned(), moment);
            }
            What::PodFailed { pod, reason } => self.failed(name(pod), reason, moment),
            _ => {}
        }
    }

    fn pulling(&mut self, pod: &str, image: &str, moment: &Moment) {
        self.end_repeat(pod, moment);
        let Some(track) = self.pods.track(pod, moment) else { return };
        let Some(place) = track.place_of(image) else { return };
        if place < track.turn {
            // Its machine was restarted.
            (track.turn, track.runs, track.pulled) = (0, false, false);
        }
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        start_up_to(place, &mut track.turn, &mut track.pulled, &track.containers, &mut kubelet);
        kubelet.pulling(&track.containers[place]);
        track.pulling_since = Some(moment.now);
    }

    fn pulled(&mut self, pod: &str, image: &str, spans: [SimDuration; 2], moment: &Moment) {
        let Some(track) = self.pods.track(pod, moment) else { return };
        let Some(place) = track.place_of(image) else { return };
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        start_up_to(place, &mut track.turn, &mut track.pulled, &track.containers, &mut kubelet);
        let [waited, took] = spans;
        kubelet.pulled(&track.containers[place], waited, took);
        track.pulled = true;
        track.pulling_since = None;
    }

    fn pull_failed(
        &mut self,
        pod: &str,
        image: &str,
        reason: &str,
        retry_in: SimDuration,
        moment: &Moment,
    ) {
        self.end_repeat(pod, moment);
        let Some(track) = self.pods.track(pod, moment) else { return };
        let Some(place) = track.place_of(image) else { return };
        let container = track.containers[place].clone();
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        start_up_to(place, &mut track.turn, &mut track.pulled, &track.containers, &mut kubelet);
        track.pulling_since = None;
        kubelet.pull_failed(&container, reason);
        if reason == "ErrImagePull" {
            let (pod, again) = (track.pod.clone(), Again::Pull);
            let repeat = Repeat { pod, container, again, tries: 1 };
            track.repeat = Some(self.repeats.plan(moment.now + retry_in, repeat));
        }
    }

    /// All containers of a pod run.
    fn started(&mut self, pod: &str, moment: &Moment) {
        self.end_repeat(pod, moment);
        let Some(track) = self.pods.track(pod, moment) else { return };
        if track.runs {
            // Its machine was restarted.
            (track.turn, track.pulled) = (0, false);
        }
        let all = track.containers.len();
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        if let Some(since) = track.pulling_since.take()
            && let Some(container) = track.containers.get(track.turn)
        {
            // Under a kubelet that is switched off no fact tells of the end of a pull.
            kubelet.pulled(container, SimDuration::ZERO, moment.now.since(since));
            track.pulled = true;
        }
        start_up_to(all, &mut track.turn, &mut track.pulled, &track.containers, &mut kubelet);
        track.runs = true;
    }

    /// A container crashed: one that ran well, or one that does so at once after each start.
    fn crashed(&mut self, pod: &str, init: bool, restart_in: SimDuration, moment: &Moment) {
        self.end_repeat(pod, moment);
        let waiting = self.state(pod, moment).and_then(|pod| Some((pod.waiting.as_ref()?, pod)));
        let is_loop = waiting.is_some_and(|(waiting, _)| waiting.reason == CRASH_LOOP);
        let restarts = waiting.map_or(0, |(_, pod)| pod.restarts);
        let Some(track) = self.pods.track(pod, moment) else { return };
        // Which of several containers it was is not told.
        let Some(place) = track.containers.iter().position(|it| it.init == init) else { return };
        let container = track.containers[place].clone();
        let all = if init { place + 1 } else { track.containers.len() };
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        start_up_to(all, &mut track.turn, &mut track.pulled, &track.containers, &mut kubelet);
        track.runs |= !init && !is_loop;
        if restart_in > AT_ONCE {
            kubelet.back_off(&container);
        }
        let again = if is_loop { Again::Crash } else { Again::Start };
        let repeat =
            Repeat { pod: track.pod.clone(), container, again, tries: restarts.saturating_add(1) };
        track.repeat = Some(self.repeats.plan(moment.now + restart_in, repeat));
    }

    fn unhealthy(&mut self, pod: &str, probe: &str, restart_in: SimDuration, moment: &Moment) {
        self.end_repeat(pod, moment);
        let Some(track) = self.pods.track(pod, moment) else { return };
        let key = format!("{probe}Probe");
        let probed = track.containers.iter().find(|it| it.stays && it.has_probe(&key));
        let Some(container) = probed.cloned() else { return };
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        kubelet.unhealthy(&container, probe);
        let repeat = Repeat { pod: track.pod.clone(), container, again: Again::Start, tries: 1 };
        track.repeat = Some(self.repeats.plan(moment.now + restart_in, repeat));
    }

    /// A kubelet ended a pod by itself.
    fn failed(&mut self, pod: &str, reason: &str, moment: &Moment) {
        self.end_repeat(pod, moment);
        if reason == "Evicted" {
            let node = self.pods.reference(pod).and_then(|pod| moment.nodes.get(&pod.node));
            let message = eviction_message(node);
            self.warn_of_pod(pod, reason, message, moment);
        }
        self.stop(pod, moment);
    }

    /// The kubelet of a pod stops its containers, if it and they run.
    fn stop(&mut self, pod: &str, moment: &Moment) {
        let Some(track) = self.pods.track(pod, moment) else { return };
        if !std::mem::replace(&mut track.runs, false) || self.nodes.is_off(&track.pod.node) {
            return;
        }
        let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
        for container in track.containers.iter().filter(|it| it.stays) {
            kubelet.stopping(container);
        }
    }

    fn warn_of_pod(&mut self, pod: &str, reason: &str, message: String, moment: &Moment) {
        if let Some(track) = self.pods.track(pod, moment) {
            let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &track.pod, moment.now);
            kubelet.warn_of_pod(reason, message);
        }
    }

    fn about(&mut self, pod: &PodRef, source: Source, reason: &str, message: String, now: SimTime) {
        let warns = matches!(reason, "FailedScheduling" | "NodeNotReady");
        let kind = if warns { EventKind::Warning } else { EventKind::Normal };
        let reason = reason.to_owned();
        self.recorder.report(now, Report { source, object: pod.object(), kind, reason, message });
    }

    fn state<'a>(&self, pod: &str, moment: &'a Moment) -> Option<&'a PodState> {
        let PodRef { namespace, name, .. } = self.pods.reference(pod)?;
        moment.pods.get(&(namespace.clone(), name.clone()))
    }

    fn end_repeat(&mut self, pod: &str, moment: &Moment) {
        if let Some(id) = self.pods.track(pod, moment).and_then(|track| track.repeat.take()) {
            self.repeats.cancel(id);
        }
    }

    /// Posts what kubelets do again by themselves up to `now`.
    fn repeat_until(&mut self, now: SimTime) {
        while let Some((at, mut repeat)) = self.repeats.take_due(now) {
            let mut kubelet = Kubelet::of(&mut self.recorder, self.texts, &repeat.pod, at);
            let container = &repeat.container;
            match repeat.again {
                Again::Start => {
                    kubelet.start(container, false);
                    continue;
                }
                Again::Crash => {
                    kubelet.start(container, false);
                    kubelet.back_off(container);
                }
                Again::Pull => {
                    kubelet.pulling(container);
                    kubelet.pull_failed(container, "ErrImagePull");
                }
            }
            let pause = backoff_after(repeat.tries);
            repeat.tries = repeat.tries.saturating_add(1);
            let name = repeat.pod.name.clone();
            let id = self.repeats.plan(at + pause, repeat);
            self.pods.plan_repeat(&name, id);
        }
    }
}

/// Starts the containers of a pod before a place that were not started yet.
fn start_up_to(
    place: usize,
    turn: &mut usize,
    pulled: &mut bool,
    containers: &[Container],
    kubelet: &mut Kubelet<'_>,
) {
    for container in containers.iter().take(place).skip(*turn) {
        kubelet.start(container, std::mem::take(pulled));
    }
    *turn = (*turn).max(place);
}
