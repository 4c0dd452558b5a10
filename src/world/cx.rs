//! What an actor gets together with what happened: the clock, the cluster, and where to put what
//! follows.

use crate::control::{NodeId, PodId};
use crate::record::{FactId, NameId, Names, Recorder, Tracker, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::ApiServer;
use crate::world::cluster::{Cluster, Pod};
use crate::world::event::{Agenda, Caused, Event, NodeStep, PodStep};
use crate::world::ids::DaemonSetId;
use crate::world::settings::Settings;

/// The surroundings of an actor while an event is handled.
pub(super) struct Cx<'a> {
    pub(super) now: SimTime,
    /// The fact that what happens now follows from.
    pub(super) cause: Option<FactId>,
    /// How long the call that is carried out had waited for the limit of its client; nothing if it is
    /// none.
    pub(super) limited: SimDuration,
    pub(super) agenda: &'a mut Agenda,
    pub(super) settings: &'a Settings,
    pub(super) cluster: &'a mut Cluster,
    pub(super) api: &'a mut ApiServer,
    pub(super) record: &'a mut Recorder,
}

impl Cx<'_> {
    /// The same for what follows from another fact.
    pub(super) fn because(&mut self, cause: Option<FactId>) -> Cx<'_> {
        Cx {
            now: self.now,
            cause,
            limited: self.limited,
            agenda: &mut *self.agenda,
            settings: self.settings,
            cluster: &mut *self.cluster,
            api: &mut *self.api,
            record: &mut *self.record,
        }
    }

    /// Puts an event on the agenda that follows from the same fact as what happens now.
    pub(super) fn at(&mut self, at: SimTime, event: Event) {
        self.agenda.at(at, Caused { event, cause: self.cause });
    }

    /// Puts a step of a pod's life on the agenda; it follows from the latest fact about the pod.
    pub(super) fn plan(&mut self, id: PodId, step: PodStep, at: SimTime) {
        let Pod { epoch, fact, .. } = *self.cluster.pod(id);
        self.agenda.at(at, Caused { event: Event::Pod { pod: id, epoch, step }, cause: fact });
    }

    /// Puts a step of a node on the agenda.
    pub(super) fn plan_node(&mut self, id: NodeId, step: NodeStep, at: SimTime) {
        let event = Event::Node { node: id, epoch: self.cluster.node(id).epoch, step };
        self.at(at, event);
    }

    /// Records a fact about a pod, the latest about it from now on.
    pub(super) fn pod_fact(&mut self, id: PodId, what: impl FnOnce(NameId) -> What) -> FactId {
        let name = |names: &mut Names| names.intern(&self.cluster.pod_name(id));
        let fact = self.record.fact(self.now, self.cause, |names| what(name(names)));
        self.cluster.pods[id].fact = Some(fact);
        fact
    }

    /// Records a fact about a node.
    pub(super) fn node_fact(&mut self, id: NodeId, what: impl FnOnce(NameId) -> What) -> FactId {
        let name = &self.cluster.nodes[id].name;
        self.record.fact(self.now, self.cause, |names| what(names.intern(name)))
    }

    /// Records a fact about a DaemonSet.
    pub(super) fn daemon_set_fact(
        &mut self,
        id: DaemonSetId,
        what: impl FnOnce(NameId) -> What,
    ) -> FactId {
        let key = &self.cluster.daemon_sets[id].key;
        self.record.fact(self.now, self.cause, |names| what(names.intern(key)))
    }

    /// What the record follows of a DaemonSet.
    pub(super) fn tracker(&mut self, id: DaemonSetId) -> &mut Tracker {
        self.record.tracker(id.0 as usize)
    }

    /// The time since the start of the run.
    pub(super) fn elapsed(&self) -> SimDuration {
        self.record.elapsed(self.now)
    }
}
