//! The DaemonSet controller's process goes and another one leads; the API server goes and comes
//! back.
//!
//! What a process keeps in memory goes with it: its queues, what it waits for, the back-off of
//! failed pods, calls under way. Its caches are listed anew.
//!
//! Source: `client-go/tools/leaderelection/leaderelection.go` and
//! `client-go/tools/cache/reflector.go › ListAndWatch`.

use std::collections::BTreeSet;

use crate::control::PodId;
use crate::control::workqueue::WorkQueue;
use crate::record::{FactId, What};
use crate::time::{SimDuration, SimTime};
use crate::world::api_server::Resource;
use crate::world::controller::Watched;
use crate::world::event::{Caused, Event};
use crate::world::state::{Agenda, World};

impl World {
    /// The controller's process ends, and nobody leads for a while; if nobody led anyway, until the
    /// later of both.
    pub(super) fn stop_controller(
        &mut self,
        away: SimDuration,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let fact = self.recorder.fact(now, Some(cause), |_| What::ControllerStopped);
        let controller = &mut self.controller;
        controller.process += 1;
        controller.is_away = true;
        controller.leads_from = controller.leads_from.max(now + away);
        controller.busy = 0;
        controller.queue = WorkQueue::default();
        controller.node_queue = WorkQueue::default();
        for watched in &mut controller.daemon_sets {
            watched.work = None;
        }
        let event = Event::Relist { process: controller.process };
        agenda.at(controller.leads_from, Caused { event, cause: Some(fact) });
    }

    /// A new process leads: it lists everything, and every DaemonSet and node is news to it.
    pub(super) fn relist(&mut self, cause: Option<FactId>, now: SimTime, agenda: &mut Agenda) {
        if self.api.is_down(now) {
            let event = Event::Relist { process: self.controller.process };
            agenda.at(self.api.up_at(), Caused { event, cause });
            return;
        }
        let fact = self.recorder.fact(now, cause, |_| What::ControllerStarted);
        self.api.reset_client();
        self.controller.is_away = false;
        for resource in Resource::ALL {
            self.controller.stale_until[resource as usize] = self.api.relist(resource, now);
        }
        self.list_nodes();
        self.list_daemon_sets();
        self.list_pods();
        self.controller.node_news = Some(fact);
        for id in self.daemon_set_ids() {
            if self.daemon_sets[id.index()].exists {
                self.enqueue(id, Some(fact), now, agenda);
            }
        }
    }

    fn list_nodes(&mut self) {
        self.controller.nodes.clear();
        for id in self.existing_nodes().collect::<Vec<_>>() {
            let version = self.node(id).version;
            self.controller.see_node(id, Some(version));
        }
    }

    fn list_daemon_sets(&mut self) {
        for id in self.daemon_set_ids() {
            let mut watched = Watched::new();
            watched.seen = self.seen_daemon_set(id);
            *self.controller.meet(id) = watched;
            for index in 0..self.nodes.len() {
                let node = crate::control::NodeId(u32::try_from(index).expect("few nodes"));
                self.controller.daemon_sets[id.index()].touch(node);
            }
        }
    }

    fn list_pods(&mut self) {
        self.controller.pods.clear();
        self.controller.orphans = BTreeSet::new();
        let of_nodes = self.nodes.iter().flat_map(|node| node.pods.iter().copied());
        for pod in of_nodes.collect::<Vec<PodId>>() {
            let seen = self.pod(pod).seen();
            if !seen.exists {
                continue;
            }
            self.controller.see_pod(pod, seen);
            match seen.owner {
                Some(owner) if self.selects(owner, pod) => self.seat(owner, pod),
                Some(owner) => self.controller.daemon_sets[owner.index()].strays.push(pod),
                None => {
                    self.controller.orphans.insert(pod);
                }
            }
        }
    }

    /// Whether a watch event reaches nobody: nobody leads, or it tells of what was before the
    /// present process listed everything.
    pub(super) fn is_unheard(&self, resource: Resource, now: SimTime) -> bool {
        self.controller.is_away || now <= self.controller.stale_until[resource as usize]
    }

    /// The API server stops to answer: requests fail, watches deliver nothing, and no kubelet can
    /// renew its lease.
    pub(super) fn api_server_down(
        &mut self,
        duration: SimDuration,
        cause: FactId,
        now: SimTime,
        agenda: &mut Agenda,
    ) {
        let fact = self.recorder.fact(now, Some(cause), |_| What::ApiServerDown);
        let before = self.api.up_at();
        self.api.go_down(now, now + duration);
        if self.api.up_at() > before {
            let event = Event::ApiServerUp { down_since: self.api.last_answer(now) };
            agenda.at(self.api.up_at(), Caused { event, cause: Some(fact) });
        }
    }

    /// The API server answers again, unless another outage that lasts longer has begun meanwhile.
    pub(super) fn api_server_up(&mut self, cause: Option<FactId>, now: SimTime) -> Option<FactId> {
        if self.api.is_down(now) {
            return None;
        }
        Some(self.recorder.fact(now, cause, |_| What::ApiServerUp))
    }
}
