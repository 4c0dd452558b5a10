//! What a node has for pods, and what of it is taken.
//!
//! Usage changes as pods come and go, so that the pods of a node are never added up.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{PodSpec, PriorityClasses, Quantity};
use crate::control::scheduler::{HostPort, NodeUsage, PodNeeds, Resources};
use crate::control::{NodeId, PodId};
use crate::scenario::{self, NodeSpec, OtherPods};
use crate::world::cluster::nodes::Node;
use crate::world::cluster::pods::Pod;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::SpecId;

/// What a node has, and what is taken.
#[derive(Clone, Debug, Default)]
pub(in crate::world) struct Capacity {
    pub(in crate::world) allocatable: Arc<Resources>,
    pub(in crate::world) max_pods: u32,
    /// What its pods have taken, background pods included.
    pub(in crate::world) usage: NodeUsage,
    /// Pods that belong to no DaemonSet, like with like.
    pub(in crate::world) background: Vec<BackgroundPods>,
}

/// Like background pods on one node.
#[derive(Clone, Debug)]
pub(in crate::world) struct BackgroundPods {
    /// What each of them has taken.
    pub(in crate::world) needs: PodNeeds,
    pub(in crate::world) count: u32,
    /// How many of them are leaving for a more important pod.
    pub(in crate::world) leaving: u32,
}

/// Who left a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Freed {
    /// A pod of a DaemonSet.
    Pod(SpecId),
    /// A background pod.
    Background { group: u32 },
}

impl Capacity {
    /// The capacity of a node on which no pod of a DaemonSet is.
    pub(in crate::world) fn new(spec: &NodeSpec) -> Self {
        let scenario::Resources { cpu, memory, pods, others } = &*spec.allocatable;
        let mut capacity = Self {
            allocatable: Arc::new(Resources::of_node(*cpu, *memory, others)),
            max_pods: *pods,
            ..Self::default()
        };
        capacity.add_written(&spec.other_pods);
        capacity
    }

    /// The same; what it has equal to another node takes no room of its own.
    pub(in crate::world) fn shared_with(mut self, other: Option<&Self>) -> Self {
        if let Some(other) = other.filter(|it| it.allocatable == self.allocatable) {
            self.allocatable = Arc::clone(&other.allocatable);
        }
        self
    }

    /// `status.allocatable`, without what it has no limit of.
    pub(in crate::world) fn written(&self) -> BTreeMap<String, String> {
        let amounts = self.allocatable.iter().filter(|(_, amount)| (0..i64::MAX).contains(amount));
        let mut written: BTreeMap<String, String> = amounts
            .map(|(name, amount)| {
                let quantity = match name {
                    "cpu" => Quantity::from_millis(amount).to_string(),
                    "memory" | "ephemeral-storage" => binary(amount),
                    _ => amount.to_string(),
                };
                (name.to_owned(), quantity)
            })
            .collect();
        if self.max_pods < u32::MAX {
            written.insert("pods".to_owned(), self.max_pods.to_string());
        }
        written
    }

    /// Equal shares for pods of which only the sum is known; the last bears what is left over.
    fn add_written(&mut self, others: &OtherPods) {
        let scenario::Resources { cpu, memory, pods: count, others: named } = &others.requests;
        let (sum, count) = (Resources::of(*cpu, *memory, named), *count);
        let share = |of: i64| of / i64::from(count.max(1));
        let rest = |of: i64| of - share(of) * i64::from(count.saturating_sub(1));
        let like = |part: &dyn Fn(i64) -> i64| PodNeeds {
            requests: sum.map(part),
            priority: others.priority,
            ..PodNeeds::default()
        };
        self.add_background(&like(&share), count.saturating_sub(1));
        if count > 0 {
            self.add_background(&like(&rest), 1);
        } else {
            // Requests of no pods: no pod can be made to leave for them.
            Arc::make_mut(&mut self.allocatable).take(&sum);
        }
    }

    /// Adds `count` background pods, each with these needs. Like pods should come together: only
    /// the last are compared.
    pub(in crate::world) fn add_background(&mut self, needs: &PodNeeds, count: u32) {
        if count == 0 {
            return;
        }
        self.usage.add_many(needs, count);
        match self.background.last_mut() {
            Some(group) if group.needs == *needs => group.count += count,
            Some(_) | None => {
                self.background.push(BackgroundPods { needs: needs.clone(), count, leaving: 0 });
            }
        }
    }

    /// How many background pods there are.
    pub(in crate::world) fn background_count(&self) -> u32 {
        self.background.iter().map(|group| group.count).sum()
    }

    /// All background pods have left for good.
    pub(in crate::world) fn all_background_left(&mut self) {
        for group in &mut self.background {
            for _ in 0..std::mem::take(&mut group.count) {
                self.usage.remove(&group.needs);
            }
            group.leaving = 0;
        }
    }

    /// A background pod has left for good.
    fn background_left(&mut self, group: u32) {
        let Some(group) = self.background.get_mut(group as usize) else { return };
        // A machine that registered anew has other pods.
        if group.leaving > 0 {
            group.count -= 1;
            group.leaving -= 1;
            self.usage.remove(&group.needs);
        }
    }
}

/// What any other pod has taken.
pub(in crate::world) fn needs_of_background(pod: &PodSpec, classes: &PriorityClasses) -> PodNeeds {
    let PodNeeds { requests, ports, priority, .. } = PodNeeds::of_pod(pod, classes);
    PodNeeds { requests, ports, priority, ..PodNeeds::default() }
}

/// Bytes as people write them: `16Gi`.
fn binary(bytes: i64) -> String {
    let units = [(30, "Gi"), (20, "Mi"), (10, "Ki")];
    let whole = units.iter().find(|(shift, _)| bytes > 0 && bytes % (1 << shift) == 0);
    whole.map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

impl Cluster {
    /// A pod takes its place on its node, unless it has it.
    pub(in crate::world) fn occupy(&mut self, id: PodId) {
        let Pod { placed, node, spec, .. } = *self.pod(id);
        if !placed {
            self.pods[id].placed = true;
            self.nodes[node].capacity.usage.add(&self.specs[spec].needs);
        }
    }

    /// A background pod has left a node for good.
    pub(in crate::world) fn background_left(&mut self, node: NodeId, group: u32) {
        self.nodes[node].capacity.background_left(group);
    }

    /// Whether the usage of every node is what its pods have taken.
    pub(in crate::world) fn usage_is_consistent(&self) -> bool {
        self.nodes.iter().all(|Node { capacity, pods, .. }| {
            let mut usage = NodeUsage::default();
            for background in &capacity.background {
                usage.add_many(&background.needs, background.count);
            }
            for pod in pods.iter().map(|&pod| self.pod(pod)).filter(|pod| pod.placed) {
                usage.add(&self.specs[pod.spec].needs);
            }
            let NodeUsage { requested, pods, ports } = &capacity.usage;
            usage.requested == *requested && usage.pods == *pods && usage.ports.len() == ports.len()
        })
    }

    /// A machine registers anew: the background pods on it are those of its kind, and pods of
    /// DaemonSets that are still bound to the name go on to count.
    pub(in crate::world) fn refit(&mut self, id: NodeId, spec: &NodeSpec) {
        let mut capacity = Capacity::new(spec);
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).placed) {
            capacity.usage.add(&self.specs[self.pod(pod).spec].needs);
        }
        self.nodes[id].capacity = capacity;
    }

    /// The ports of who left a node.
    pub(in crate::world) fn freed_ports(&self, node: NodeId, freed: Freed) -> Vec<HostPort> {
        let needs = match freed {
            Freed::Pod(spec) => Some(&self.specs[spec].needs),
            Freed::Background { group } => {
                self.node(node).capacity.background.get(group as usize).map(|pods| &pods.needs)
            }
        };
        needs.map_or(Vec::new(), |needs| needs.ports.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Quantity;

    fn capacity(cpu_millis: i64, count: u32) -> Capacity {
        let requests = scenario::Resources {
            cpu: Quantity::from_millis(cpu_millis),
            pods: count,
            ..scenario::Resources::default()
        };
        let mut spec = NodeSpec::named("n");
        Arc::make_mut(&mut spec.allocatable).cpu = Quantity::from_units(10);
        spec.other_pods = Arc::new(OtherPods { requests, priority: 7 });
        Capacity::new(&spec)
    }

    fn check(cpu_millis: i64, count: u32, expected: &[(u32, i64)]) {
        let mut capacity = capacity(cpu_millis, count);
        let left = capacity.allocatable.cpu_millis - capacity.usage.requested.cpu_millis;
        assert_eq!((left, capacity.usage.pods), (10_000 - cpu_millis, count));
        let shares: Vec<(u32, i64)> =
            capacity.background.iter().map(|it| (it.count, it.needs.requests.cpu_millis)).collect();
        assert_eq!(shares, expected);
        for group in 0..capacity.background.len() {
            capacity.background[group].leaving = capacity.background[group].count;
            for _ in 0..capacity.background[group].count {
                capacity.background_left(u32::try_from(group).unwrap());
            }
        }
        assert_eq!(capacity.usage, NodeUsage::default());
    }

    #[test]
    fn background_pods_have_equal_shares_and_free_all_they_took() {
        check(1_000, 0, &[]);
        check(1_000, 1, &[(1, 1_000)]);
        check(1_000, 4, &[(4, 250)]);
        check(1_000, 3, &[(2, 333), (1, 334)]);
        check(0, 5, &[(5, 0)]);
    }
}
