//! What the scheduler knows of a pod that it cannot place: why, what is missing, and who has it.

use crate::api::KubernetesVersion;
use crate::control::PodId;
use crate::control::scheduler::{HostPort, Plugin, Shortage as Missing};
use crate::record::{Amount, Cause, Shortage, Sighting, TakenPort};
use crate::world::cluster::{Cluster, Pod};
use crate::world::scheduler::process::Scheduler;

impl Scheduler {
    /// Why a pod cannot be placed, in the scheduler's own words, if it was rejected.
    pub(in crate::world) fn sighting(
        &self,
        id: PodId,
        version: KubernetesVersion,
        cluster: &Cluster,
    ) -> Option<Sighting> {
        if let Some(message) = self.told.get(&id) {
            let (message, ports) = (message.clone(), Vec::new());
            return Some(Sighting::new(Cause::Unschedulable { message, ports }));
        }
        let why = self.rejected.get(&id)?;
        let message = self.rejection(id, version)?;
        let ports =
            if why.plugin == Plugin::NodePorts { taken_ports(id, cluster) } else { Vec::new() };
        let sighting = Sighting::new(Cause::Unschedulable { message, ports });
        if why.plugin != Plugin::NodeResourcesFit {
            return Some(sighting);
        }
        let Pod { node, spec, .. } = *cluster.pod(id);
        let usage = &cluster.node(node).capacity.usage;
        let facts = self.node_facts(node, usage, cluster)?;
        let shortages = facts.shortages(&cluster.specs[spec].needs).map(shortage).collect();
        Some(Sighting { shortages, ..sighting })
    }
}

fn shortage(it: Missing<'_>) -> Shortage {
    let Missing { resource, requested, used, capacity } = it;
    let amount = |amount: i64| match resource {
        "cpu" => Amount::Millis(amount),
        "memory" | "ephemeral-storage" => Amount::Bytes(amount),
        other if other.starts_with("hugepages-") => Amount::Bytes(amount),
        _ => Amount::Units(amount),
    };
    let free = capacity.saturating_sub(used).max(0);
    Shortage {
        resource: resource.to_owned(),
        asked: amount(requested),
        free: amount(free),
        varies: false,
    }
}

/// The ports that a pod wants of its node and that others have.
fn taken_ports(id: PodId, cluster: &Cluster) -> Vec<TakenPort> {
    let Pod { node, spec, owner, .. } = *cluster.pod(id);
    let wanted = &cluster.specs[spec].needs.ports;
    let mut found: Vec<TakenPort> = Vec::new();
    let mut look = |ports: &[HostPort], by: &dyn Fn() -> String| {
        let is_taken = |port: &&HostPort| ports.iter().any(|other| port.conflicts_with(other));
        for port in wanted.iter().filter(is_taken) {
            let taken = TakenPort { port: port.port, by: by() };
            if !found.contains(&taken) {
                found.push(taken);
            }
        }
    };
    for other in cluster.pods_on(node).filter(|&other| other != id && cluster.pod(other).placed) {
        let Pod { owner: of, creator, spec, .. } = *cluster.pod(other);
        let by = || match of {
            _ if of == owner => "its own old pod".to_owned(),
            Some(of) => cluster.daemon_sets[of].key.clone(),
            None => format!("a pod of {}", cluster.daemon_sets[creator].key),
        };
        look(&cluster.specs[spec].needs.ports, &by);
    }
    for group in &cluster.node(node).capacity.background {
        look(&group.needs.ports, &|| "a pod of no DaemonSet".to_owned());
    }
    found
}
