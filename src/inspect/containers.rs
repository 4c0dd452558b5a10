//! The containers of a pod at one moment, as its `status` has them.

use serde_json::Value;

use crate::inspect::moment::Moment;
use crate::inspect::pulls::latest_pull;
use crate::inspect::replay::CRASH_LOOP;
use crate::inspect::restarts::Restarts;
use crate::record::{Phase, PodState, Ready, Waiting, WaitsOn};
use crate::time::{SimDuration, SimTime};

/// How long the kubelet leaves a pod alone after a pull that failed; then it finds the image in its
/// back-off.
///
/// Source: `pkg/kubelet/kubelet.go › backOffPeriod`.
const BACK_OFF_PERIOD: SimDuration = SimDuration::from_secs(10);

/// The containers of a pod, in the order of its template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Containers {
    /// Those that initialize it, sidecars among them.
    pub init: Vec<Container>,
    pub main: Vec<Container>,
}

/// How a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    pub name: String,
    pub image: String,
    pub ready: bool,
    pub restarts: u64,
    pub state: ContainerState,
    /// When its run before this one ended, badly, if there was one.
    pub ended: Option<SimTime>,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// It does not run yet, or not again; the reason in one word.
    Waiting(String),
    /// It has been running since then, as far as is known.
    Running(Option<SimTime>),
    /// It is over.
    Terminated { exit_code: i32, finished: Option<SimTime> },
}

impl Moment {
    /// The containers of a pod. None are told of before it is bound, nor of a pod that its node
    /// refused or evicted: `status.reason` says more.
    pub fn containers_of(&self, pod: &PodState) -> Containers {
        let Some(template) = self.template_of(pod) else { return Containers::default() };
        let is_over = matches!(pod.phase, Phase::Succeeded | Phase::Failed);
        if pod.bound.is_none() || is_over && !pod.reason.is_empty() {
            return Containers::default();
        }
        let list = |key: &str| template["spec"][key].as_array().map_or(&[][..], Vec::as_slice);
        let (init, main) = (list("initContainers"), list("containers"));
        let all: Vec<&Value> = init.iter().chain(main).collect();
        let pod = View::of(pod, &all, init.len(), self);
        let mut all: Vec<Container> =
            (0..).zip(all).map(|(index, written)| pod.container(index, written)).collect();
        let main = all.split_off(init.len());
        Containers { init: all, main }
    }

    /// Whether the containers of a pod are ready. Of a node that is not heard from, pods are only
    /// said to be not Ready.
    ///
    /// Source: `pkg/controller/util/node/controller_utils.go › MarkPodsNotReady`.
    pub fn containers_are_ready(&self, pod: &PodState) -> bool {
        let node = self.nodes.get(&pod.node).filter(|node| node.ready == Ready::Unknown);
        let silent_since = node.and_then(|node| node.ready_since);
        let marked = pod.unready_since.zip(silent_since);
        let is_marked = |(pod, node): (SimTime, SimTime)| pod >= node.truncate_to_second();
        pod.ready_since.is_some() || pod.waits_for_gates || marked.is_some_and(is_marked)
    }
}

/// A pod, and what decides on each of its containers.
struct View<'a> {
    pod: &'a PodState,
    now: SimTime,
    /// Containers that initialize it.
    inits: usize,
    /// The container that keeps it waiting, and for what.
    blocked: Option<(usize, &'a Waiting)>,
    /// Containers with readiness probes that do not initialize it.
    probes: Vec<usize>,
    ready: bool,
}

impl<'a> View<'a> {
    fn of(pod: &'a PodState, all: &[&Value], inits: usize, moment: &Moment) -> Self {
        let waiting = pod.waiting.as_ref().filter(|it| it.on != WaitsOn::Scheduler);
        let place = |waiting: &Waiting| {
            let mut all = all.iter();
            let named = all.position(|it| it["image"].as_str() == Some(waiting.detail.as_str()));
            named.unwrap_or(if pod.phase == Phase::Pending { 0 } else { inits })
        };
        let blocked = waiting.map(|it| (place(it), it));
        let has_probe = |index: &usize| all[*index]["readinessProbe"].is_object();
        let probes = (inits..all.len()).filter(has_probe).collect();
        let ready = moment.containers_are_ready(pod);
        Self { pod, now: moment.now, inits, blocked, probes, ready }
    }

    fn container(&self, index: usize, written: &Value) -> Container {
        let text = |key: &str| written[key].as_str().unwrap_or_default().to_owned();
        let state = self.state(index, is_sidecar(written));
        let ready = match state {
            ContainerState::Waiting(_) => false,
            ContainerState::Terminated { exit_code, .. } => index < self.inits && exit_code == 0,
            ContainerState::Running(_) => {
                index < self.inits || self.ready || self.others_fail(index) || !self.probed(index)
            }
        };
        let Restarts { count: restarts, ended, .. } = self.restarts(index);
        Container { name: text("name"), image: text("image"), ready, restarts, state, ended }
    }

    /// Whether a container may be what keeps the pod from being ready: it has a readiness probe; if
    /// none has one, it is the first.
    ///
    /// Source: `pkg/kubelet/prober/prober_manager.go › UpdatePodStatus`.
    fn probed(&self, index: usize) -> bool {
        if self.probes.is_empty() { index == self.inits } else { self.probes.contains(&index) }
    }

    /// Whether the pod is kept from being ready by another container.
    fn others_fail(&self, index: usize) -> bool {
        self.blocked.is_some_and(|(place, _)| place != index)
    }

    fn state(&self, index: usize, is_sidecar: bool) -> ContainerState {
        let own = self.blocked.filter(|(place, _)| *place == index);
        if let Some(state) = own.and_then(|(_, waiting)| self.blocked_state(waiting)) {
            return state;
        }
        let is_pending = self.pod.phase == Phase::Pending;
        let reached =
            if is_pending { self.blocked.map_or(0, |(place, _)| place) } else { self.inits };
        match self.pod.phase {
            phase if index < reached.min(self.inits) => {
                let is_over = matches!(phase, Phase::Succeeded | Phase::Failed);
                if is_sidecar && !is_over {
                    ContainerState::Running(self.pod.started)
                } else {
                    ContainerState::Terminated { exit_code: 0, finished: self.pod.started }
                }
            }
            Phase::Running | Phase::Unknown => ContainerState::Running(self.runs_since(index)),
            Phase::Succeeded | Phase::Failed if self.pod.started.is_some() => {
                let exit_code = if self.pod.phase == Phase::Failed { TERMINATED } else { 0 };
                let finished = self.pod.unready_since.or(self.pod.deleted);
                ContainerState::Terminated { exit_code, finished }
            }
            Phase::Pending | Phase::Succeeded | Phase::Failed => {
                let initializes = self.inits > 0;
                let reason = if initializes { "PodInitializing" } else { "ContainerCreating" };
                ContainerState::Waiting(reason.to_owned())
            }
        }
    }

    /// The state of the container that keeps the pod waiting; none if it is as usual.
    fn blocked_state(&self, waiting: &Waiting) -> Option<ContainerState> {
        let waits = |reason: &str| Some(ContainerState::Waiting(reason.to_owned()));
        match waiting.on {
            WaitsOn::Scheduler | WaitsOn::Pull => None,
            WaitsOn::PullBackOff if waiting.reason == "ErrImagePull" => {
                let since = self.now.since(latest_pull(self.now, waiting));
                waits(if since < BACK_OFF_PERIOD { "ErrImagePull" } else { "ImagePullBackOff" })
            }
            WaitsOn::PullBackOff | WaitsOn::Unmodeled => waits(&waiting.reason),
            WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff if waiting.reason == CRASH_LOOP => {
                waits(CRASH_LOOP)
            }
            WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff => {
                // It is started again once, and facts tell what becomes of it.
                let retry = waiting.retry.filter(|retry| *retry > self.now)?;
                if retry.since(waiting.since) >= BACK_OFF_PERIOD {
                    return waits(CRASH_LOOP);
                }
                let finished = Some(waiting.since);
                Some(ContainerState::Terminated { exit_code: FAILED, finished })
            }
        }
    }

    /// How often a container was started again.
    fn restarts(&self, index: usize) -> Restarts {
        let restarts =
            |it: &Waiting| matches!(it.on, WaitsOn::CrashBackOff | WaitsOn::ProbeBackOff);
        let place = self.blocked.filter(|(_, waiting)| restarts(waiting)).map(|(place, _)| place);
        if place.unwrap_or(self.inits) == index {
            self.pod.restarts_at(self.now)
        } else {
            Restarts::default()
        }
    }

    fn runs_since(&self, index: usize) -> Option<SimTime> {
        self.restarts(index).started.or(self.pod.started)
    }
}

/// The exit code of a container that ends at its signal: 128 and the number of SIGTERM.
const TERMINATED: i32 = 143;
/// The exit code of a container that crashes; which one it is, no record tells.
pub const FAILED: i32 = 1;

/// Whether a container that initializes a pod goes on for as long as the pod.
pub fn is_sidecar(written: &Value) -> bool {
    written["restartPolicy"] == "Always"
}

#[cfg(test)]
mod tests;
