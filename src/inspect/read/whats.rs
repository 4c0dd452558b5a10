//! What a line says that happened: the reverse of `report/facts.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::inspect::read::error::Problem;
use crate::inspect::read::line::{Line, check_name, parsed};
use crate::record::{DaemonSetState, NameId, Names, NodeState, RevisionState, What};
use crate::time::SimDuration;

/// What happened, by the name in `what` and the keys that belong to it.
#[expect(clippy::too_many_lines, reason = "a line or two for each variant, and nothing else")]
pub(super) fn what_of(line: &Line<'_>, names: &mut Names) -> Result<What, Problem> {
    let Some(what) = &line.what else { return Err(Problem::missing("what")) };
    let of = &mut Of { line, names };
    Ok(match &**what {
        "scenario" => What::Scenario { text: of.name("text", line.text.as_ref())? },
        "actionFailed" => What::ActionFailed { message: of.message()? },
        "nodeAdded" => What::NodeAdded { node: of.node()?, object: of.object::<NodeState>()? },
        "nodeDeleted" => What::NodeDeleted { node: of.node()? },
        "nodeFailed" => What::NodeFailed { node: of.node()? },
        "nodeRecovered" => What::NodeRecovered { node: of.node()? },
        "nodeDrained" => What::NodeDrained { node: of.node()? },
        "nodeShuttingDown" => What::NodeShuttingDown { node: of.node()? },
        "nodePressure" => What::NodePressure {
            node: of.node()?,
            condition: text("condition", line.condition.as_ref())?,
            present: some("present", line.present)?,
        },
        "nodeReady" => What::NodeReady { node: of.node()?, status: some("status", line.status)? },
        "nodeCordoned" => What::NodeCordoned {
            node: of.node()?,
            unschedulable: some("unschedulable", line.unschedulable)?,
        },
        "nodeTainted" => What::NodeTainted { node: of.node()?, taint: of.taint()? },
        "nodeUntainted" => What::NodeUntainted { node: of.node()?, taint: of.taint()? },
        "nodeLabeled" => What::NodeLabeled {
            node: of.node()?,
            labels: of.json::<BTreeMap<String, String>>("labels", line.labels)?,
        },
        "daemonSetApplied" => What::DaemonSetApplied {
            daemon_set: of.daemon_set()?,
            generation: some("generation", line.generation)?,
            object: of.object::<DaemonSetState>()?,
        },
        "daemonSetDeleted" => What::DaemonSetDeleted {
            daemon_set: of.daemon_set()?,
            kept_by: of.maybe(line.kept_by.as_ref()),
        },
        "daemonSetRemoved" => What::DaemonSetRemoved { daemon_set: of.daemon_set()? },
        "revisionCurrent" => What::RevisionCurrent {
            daemon_set: of.daemon_set()?,
            revision: of.revision()?,
            number: some("number", line.number)?,
            created: some("created", line.created)?,
            object: line.object.map(|_| of.object::<RevisionState>()).transpose()?,
        },
        "revisionOwnerChanged" => What::RevisionOwnerChanged {
            daemon_set: of.daemon_set()?,
            revision: of.revision()?,
            owned: some("owned", line.owned)?,
        },
        "revisionDeleted" => {
            What::RevisionDeleted { daemon_set: of.daemon_set()?, revision: of.revision()? }
        }
        "synced" => What::Synced {
            daemon_set: of.daemon_set()?,
            creates: some("creates", line.creates)?,
            deletes: some("deletes", line.deletes)?,
        },
        "syncFailed" => What::SyncFailed {
            daemon_set: of.daemon_set()?,
            error: of.name("error", line.error.as_ref())?,
        },
        "statusWritten" => What::StatusWritten {
            daemon_set: of.daemon_set()?,
            observed_generation: some("observed_generation", line.observed_generation)?,
            status: some("desired", line.status_counts())?,
        },
        "eventPosted" => What::EventPosted {
            daemon_set: of.daemon_set()?,
            warning: some("warning", line.warning)?,
            reason: text("reason", line.reason.as_ref())?,
            message: of.message()?,
        },
        "podCreated" => What::PodCreated {
            daemon_set: of.daemon_set()?,
            pod: of.pod()?,
            node: of.node()?,
            revision: of.revision()?,
            template_generation: line.template_generation,
            limited: SimDuration::from_micros(line.limited_us.unwrap_or(0)),
        },
        "podRelabeled" => What::PodRelabeled { pod: of.pod()?, revision: of.revision()? },
        "podUnschedulable" => What::PodUnschedulable { pod: of.pod()?, message: of.message()? },
        "othersPreempted" => {
            What::OthersPreempted { node: of.node()?, pods: some("pods", line.pods)? }
        }
        "podStuck" => {
            What::PodStuck { pod: of.pod()?, reason: of.name("reason", line.reason.as_ref())? }
        }
        "podBound" => What::PodBound { pod: of.pod()?, node: of.node()? },
        "podPulling" => What::PodPulling { pod: of.pod()?, image: of.image()? },
        "podEvictionScheduled" => {
            What::PodEvictionScheduled { pod: of.pod()?, after: span("after_us", line.after_us)? }
        }
        "podEvictionCancelled" => What::PodEvictionCancelled { pod: of.pod()? },
        "podPulled" => What::PodPulled {
            pod: of.pod()?,
            image: of.image()?,
            waited: span("waited_us", line.waited_us)?,
            took: span("took_us", line.took_us)?,
        },
        "podPullFailed" => What::PodPullFailed {
            pod: of.pod()?,
            image: of.image()?,
            reason: text("reason", line.reason.as_ref())?,
            retry_in: span("retry_in_us", line.retry_in_us)?,
        },
        "podRejected" => What::PodRejected {
            pod: of.pod()?,
            reason: of.name("reason", line.reason.as_ref())?,
            message: of.message()?,
        },
        "podStarted" => What::PodStarted { pod: of.pod()? },
        "readinessGatesNotReady" => {
            What::ReadinessGatesNotReady { pod: of.pod()?, message: of.message()? }
        }
        "podReady" => What::PodReady { pod: of.pod()? },
        "podUnready" => What::PodUnready { pod: of.pod()? },
        "podMarkedNotReady" => What::PodMarkedNotReady { pod: of.pod()? },
        "podFailed" => {
            What::PodFailed { pod: of.pod()?, reason: text("reason", line.reason.as_ref())? }
        }
        "podCrashed" => What::PodCrashed {
            pod: of.pod()?,
            init: line.init.unwrap_or(false),
            restarts: line.restarts.unwrap_or(0),
            restart_in: span("restart_in_us", line.restart_in_us)?,
        },
        "podUnhealthy" => What::PodUnhealthy {
            pod: of.pod()?,
            probe: text("probe", line.probe.as_ref())?,
            restart_in: span("restart_in_us", line.restart_in_us)?,
        },
        "podTerminating" => What::PodTerminating {
            pod: of.pod()?,
            limited: SimDuration::from_micros(line.limited_us.unwrap_or(0)),
        },
        "podStopped" => What::PodStopped { pod: of.pod()?, failed: some("failed", line.failed)? },
        "podRemoved" => What::PodRemoved { pod: of.pod()? },
        "podOwnerChanged" => What::PodOwnerChanged {
            pod: of.pod()?,
            owned: some("owned", line.owned)?,
            daemon_set: of.maybe(line.daemon_set.as_ref()),
        },
        "controllerStopped" => What::ControllerStopped,
        "controllerStarted" => What::ControllerStarted,
        "apiServerDown" => What::ApiServerDown,
        "apiServerUp" => What::ApiServerUp,
        "informerListed" => {
            What::InformerListed { informer: text("informer", line.informer.as_ref())? }
        }
        other => return Err(Problem::broken(format!("unknown fact `{other}`"))),
    })
}

/// A line, and where its names go.
struct Of<'a, 'b> {
    line: &'a Line<'b>,
    names: &'a mut Names,
}

impl Of<'_, '_> {
    fn name(&mut self, key: &str, value: Option<&Cow<'_, str>>) -> Result<NameId, Problem> {
        let value = value.ok_or_else(|| Problem::missing(key))?;
        Ok(self.names.intern(value))
    }

    fn maybe(&mut self, value: Option<&Cow<'_, str>>) -> Option<NameId> {
        value.map(|value| self.names.intern(value))
    }

    fn json<T: DeserializeOwned>(
        &mut self,
        key: &str,
        value: Option<&RawValue>,
    ) -> Result<NameId, Problem> {
        let value = value.ok_or_else(|| Problem::missing(key))?;
        parsed::<T>(value.get())?;
        Ok(self.names.intern(value.get()))
    }

    /// An object, which is looked at again when it is needed.
    fn object<T: DeserializeOwned>(&mut self) -> Result<NameId, Problem> {
        self.json::<T>("object", self.line.object)
    }

    /// The name of an object.
    fn named(&mut self, key: &str, value: Option<&Cow<'_, str>>) -> Result<NameId, Problem> {
        value.map_or(Ok(()), |name| check_name(key, name))?;
        self.name(key, value)
    }

    fn node(&mut self) -> Result<NameId, Problem> {
        self.named("node", self.line.node.as_ref())
    }

    fn pod(&mut self) -> Result<NameId, Problem> {
        self.named("pod", self.line.pod.as_ref())
    }

    fn daemon_set(&mut self) -> Result<NameId, Problem> {
        self.named("daemon_set", self.line.daemon_set.as_ref())
    }

    fn revision(&mut self) -> Result<NameId, Problem> {
        self.named("revision", self.line.revision.as_ref())
    }

    fn image(&mut self) -> Result<NameId, Problem> {
        self.name("image", self.line.image.as_ref())
    }

    fn taint(&mut self) -> Result<NameId, Problem> {
        self.name("taint", self.line.taint.as_ref())
    }

    fn message(&mut self) -> Result<NameId, Problem> {
        self.name("message", self.line.message.as_ref())
    }
}

fn text(key: &str, value: Option<&Cow<'_, str>>) -> Result<Cow<'static, str>, Problem> {
    let value = value.ok_or_else(|| Problem::missing(key))?;
    Ok(Cow::Owned(value.clone().into_owned()))
}

fn some<T>(key: &str, value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::missing(key))
}

fn span(key: &str, micros: Option<u64>) -> Result<SimDuration, Problem> {
    some(key, micros).map(SimDuration::from_micros)
}
