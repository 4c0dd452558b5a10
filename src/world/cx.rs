//! What an actor gets together with what happened: the clock, the cluster, and where to put what
//! follows.

use crate::control::{NodeId, PodId};
use crate::record::{FactId, NameId, Recorder, Tracker, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::server::ApiServer;
use crate::world::cluster::pods::Pod;
use crate::world::cluster::truth::Cluster;
use crate::world::event::{Caused, Event, NodeStep, PodStep};
use crate::world::ids::DaemonSetId;
use crate::world::run::Agenda;
use crate::world::settings::Settings;

/// The surroundings of an actor while an event is handled.
pub(in crate::world) struct Cx<'a> {
    pub(in crate::world) now: SimTime,
    /// The fact that what happens now follows from.
    pub(in crate::world) cause: Option<FactId>,
    pub(in crate::world) agenda: &'a mut Agenda,
    pub(in crate::world) settings: &'a Settings,
    pub(in crate::world) cluster: &'a mut Cluster,
    pub(in crate::world) api: &'a mut ApiServer,
    pub(in crate::world) record: &'a mut Recorder,
}

impl Cx<'_> {
    /// The same for what follows from another fact.
    pub(in crate::world) fn because(&mut self, cause: Option<FactId>) -> Cx<'_> {
        Cx {
            now: self.now,
            cause,
            agenda: &mut *self.agenda,
            settings: self.settings,
            cluster: &mut *self.cluster,
            api: &mut *self.api,
            record: &mut *self.record,
        }
    }

    /// Puts an event on the agenda that follows from the same fact as what happens now.
    pub(in crate::world) fn at(&mut self, at: SimTime, event: Event) {
        self.agenda.at(at, Caused { event, cause: self.cause });
    }

    /// Puts a step of a pod's life on the agenda; it follows from the latest fact about the pod.
    pub(in crate::world) fn plan(&mut self, id: PodId, step: PodStep, at: SimTime) {
        let Pod { epoch, fact, .. } = *self.cluster.pod(id);
        self.agenda.at(at, Caused { event: Event::Pod { pod: id, epoch, step }, cause: fact });
    }

    /// Puts a step of a node on the agenda.
    pub(in crate::world) fn plan_node(&mut self, id: NodeId, step: NodeStep, at: SimTime) {
        let event = Event::Node { node: id, epoch: self.cluster.node(id).epoch, step };
        self.at(at, event);
    }

    /// Takes down a fact about a pod, the latest about it from now on.
    pub(in crate::world) fn pod_fact(
        &mut self,
        id: PodId,
        what: impl FnOnce(NameId) -> What,
    ) -> FactId {
        let Pod { name, fact: latest, .. } = &mut self.cluster.pods[id];
        let fact = self.record.fact(self.now, self.cause, |names| what(names.intern(name)));
        *latest = Some(fact);
        fact
    }

    /// Takes down a fact about a node.
    pub(in crate::world) fn node_fact(
        &mut self,
        id: NodeId,
        what: impl FnOnce(NameId) -> What,
    ) -> FactId {
        let name = &self.cluster.nodes[id].name;
        self.record.fact(self.now, self.cause, |names| what(names.intern(name)))
    }

    /// Takes down a fact about a DaemonSet.
    pub(in crate::world) fn daemon_set_fact(
        &mut self,
        id: DaemonSetId,
        what: impl FnOnce(NameId) -> What,
    ) -> FactId {
        let key = &self.cluster.daemon_sets[id].key;
        self.record.fact(self.now, self.cause, |names| what(names.intern(key)))
    }

    /// What the record follows of a DaemonSet.
    pub(in crate::world) fn tracker(&mut self, id: DaemonSetId) -> &mut Tracker {
        self.record.tracker(id.0 as usize)
    }

    /// The time since the start of the run.
    pub(in crate::world) fn elapsed(&self) -> SimDuration {
        self.record.elapsed(self.now)
    }
}
