//! One sync on a cluster that stands still: what the controller would do now.

mod shown;

pub use shown::deletion_of;

use std::ops::ControlFlow;

use crate::api::{KubernetesVersion, Snapshot};
use crate::control::daemonset::{FailedPodBackoff, RollingError, manage, rolling_update};
use crate::control::{NodeId, PodId};
use crate::record::{Ending, Fact, Hold, Names, Plan, PlannedNode, PlannedRevision, What};
use crate::scenario::{DaemonSetRef, Scenario};
use crate::time::SimTime;
use crate::world::causes::Look;
use crate::world::controller::{SyncError, in_words, sync_error};
use crate::world::event::{Agenda, ApiCall, Event};
use crate::world::ids::DaemonSetId;
use crate::world::plan::shown::explain;
use crate::world::run::World;
use crate::world::simulate::Options;

/// A sync that is over, and what it called the API server for.
pub(super) struct Synced {
    pub(super) id: DaemonSetId,
    pub(super) creates: Vec<NodeId>,
    pub(super) deletes: Vec<PodId>,
    /// Whether manage did anything, for which the rolling update has to wait.
    pub(super) managed: bool,
    error: Option<SyncError>,
}

/// What the controller does in one sync of a DaemonSet of `snapshot` at the instant `at`, if
/// nothing of what it asks for arrives during the sync; none if there is no such DaemonSet.
///
/// Of several nodes that are equally due those first by name are taken; the real controller has no
/// order.
pub fn plan(
    snapshot: &Snapshot,
    daemon_set: &DaemonSetRef,
    at: SimTime,
    kubernetes: KubernetesVersion,
) -> Option<Plan> {
    let scenario = Scenario::standing_still(snapshot.clone(), at, kubernetes);
    let mut world = World::new(&scenario, &Options::default());
    let id = world.cluster.find(daemon_set)?;
    let mut agenda = Agenda::new();
    let (actors, mut cx) = world.at_start(&mut agenda);
    let progress = match actors.controller.begin_sync(id, &mut cx) {
        ControlFlow::Continue(()) => actors.controller.advance(id, &mut cx),
        ended @ ControlFlow::Break(_) => ended,
    };
    let error = progress.break_value().and_then(Result::err);
    let mut synced = Synced { id, creates: vec![], deletes: vec![], managed: false, error };
    while let Some((_, caused)) = agenda.take() {
        let Event::ApiCall { call, .. } = caused.event else { continue };
        match call {
            ApiCall::CreatePod { node, .. } => synced.creates.push(node),
            ApiCall::DeletePod { pod } => synced.deletes.push(pod),
            ApiCall::WriteStatus { .. } => {}
        }
    }
    let tally = world.actors.controller.known(id).tally();
    let managed = manage(tally, &FailedPodBackoff::default(), 0, at);
    synced.managed = !(managed.creates.is_empty() && managed.deletes.is_empty());
    let mut plan = world.into_plan(&synced, &scenario);
    explain(&mut plan, daemon_set, snapshot, at);
    Some(plan)
}

impl World {
    fn into_plan(mut self, synced: &Synced, scenario: &Scenario) -> Plan {
        let object = &self.cluster.daemon_sets[synced.id];
        let looked = self.actors.controller.known(synced.id).has_looked();
        let names = |nodes: &[NodeId]| {
            nodes.iter().map(|&n| self.cluster.node(n).name.to_string()).collect()
        };
        let nodes = if looked { self.planned_nodes(synced) } else { Vec::new() };
        let mut plan = Plan {
            daemon_set: object.key.clone(),
            creates: names(&synced.creates),
            deletes: synced
                .deletes
                .iter()
                .map(|&pod| self.cluster.pod_name(pod).into_owned())
                .collect(),
            status: object.status,
            observed_generation: object.observed_generation,
            error: synced.error.as_ref().map(|error| sync_error(error, &self.cluster)),
            revision: if looked { self.planned_revision(synced.id) } else { None },
            budget: self.budget(synced).max_unavailable,
            holds: if looked { self.planned_holds(synced, &nodes) } else { Vec::new() },
            nodes,
            ..Plan::default()
        };
        let own_facts = self.record.facts_so_far();
        if self.cluster.daemon_sets[synced.id].deleting.is_none() {
            // What ails a pod its kubelet knows, once it has looked.
            self.begin(scenario, &mut Agenda::new());
        }
        self.explain_holds(synced.id, &mut plan, looked);
        let now = self.settings.start;
        let record = self.record.finish(now, Ending::default(), |_| String::new());
        with_facts(plan, &record.facts[..own_facts], &record.names)
    }

    /// The cluster as it stands.
    fn look(&self) -> Look<'_> {
        let Self { cluster, actors, settings, .. } = self;
        Look { cluster, actors, settings, now: settings.start, at_rest: false }
    }

    /// Says what is behind the holds of a plan, and behind its nodes; of a DaemonSet that was not
    /// looked at, what is held is found here.
    fn explain_holds(&self, id: DaemonSetId, plan: &mut Plan, looked: bool) {
        let mut seen = self.look().holds(id, &plan.holds, false);
        if !looked {
            plan.holds = seen;
            return;
        }
        for hold in &mut plan.holds {
            let found = seen.iter_mut().find(|it| it.reason == hold.reason);
            hold.causes = found.map(|it| std::mem::take(&mut it.causes)).unwrap_or_default();
        }
        for planned in plan.nodes.iter_mut().filter(|it| !it.creates && it.deletes.is_empty()) {
            let node = self.cluster.node_called(&planned.name);
            planned.cause = node.and_then(|node| self.look().behind(id, node));
        }
    }

    fn planned_revision(&self, id: DaemonSetId) -> Option<PlannedRevision> {
        let template = self.cluster.spec_of(id).template;
        let own =
            self.cluster.revisions_of(id).into_iter().map(|index| &self.cluster.revisions[index]);
        own.into_iter().find(|revision| revision.template == template).map(|revision| {
            PlannedRevision {
                name: revision.name.clone(),
                hash: self.cluster.hashes[revision.hash].clone(),
                number: revision.number,
                created: false,
            }
        })
    }

    /// What is left alone, and why. If there was no rolling update, all nodes that wait do so for
    /// one reason.
    fn planned_holds(&self, synced: &Synced, nodes: &[PlannedNode]) -> Vec<Hold> {
        let spec = self.cluster.spec_of(synced.id);
        let tally = self.actors.controller.known(synced.id).tally();
        let budget = spec.budget(tally.status().desired);
        let reason = match rolling_update(tally, budget) {
            _ if spec.is_on_delete() => "old, until somebody deletes the pod",
            _ if synced.managed => "waiting until what this sync asked for is seen",
            Ok(plan) => return plan.holds.into_iter().map(in_words).collect(),
            Err(RollingError::NodeGone(_)) => {
                "waiting until pod GC removes a pod of a node that is gone"
            }
        };
        let waiting = nodes.iter().filter(|node| node.waits).count();
        let nodes = u32::try_from(waiting).unwrap_or(u32::MAX);
        if nodes > 0 { vec![Hold::new(reason, nodes)] } else { Vec::new() }
    }
}

/// Adds what only the facts tell.
fn with_facts(mut plan: Plan, facts: &[Fact], names: &Names) -> Plan {
    for Fact { what, .. } in facts {
        if let What::EventPosted { warning, reason, message, .. } = what {
            let kind = if *warning { "Warning" } else { "Normal" };
            plan.events.push(format!("{kind} {reason} {}", names.get(*message)));
        } else if let What::PodOwnerChanged { pod, owned, .. } = *what {
            let list = if owned { &mut plan.adopts } else { &mut plan.releases };
            list.push(names.get(pod).to_owned());
        } else if let What::RevisionDeleted { revision, .. } = *what {
            plan.deleted_revisions.push(names.get(revision).to_owned());
        } else if let What::RevisionCurrent { created: true, .. } = *what
            && let Some(revision) = &mut plan.revision
        {
            revision.created = true;
        }
    }
    plan.events.sort();
    plan
}
