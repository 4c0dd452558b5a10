//! What a node has for pods, and what of it is taken.
//!
//! The books are kept as pods come and go, so that nobody ever adds up the pods of a node.

use crate::api::PodSpec;
use crate::control::scheduler::{NodeUsage, PodNeeds, Resources};
use crate::control::{NodeId, PodId};
use crate::scenario::{NodeSpec, OtherPods};
use crate::time::SimDuration;
use crate::world::cluster::Cluster;
use crate::world::cx::Cx;
use crate::world::event::Freed;
use crate::world::objects::{Node, Pod};
use crate::world::scheduler_cache::tell_of_room;

/// How long pods of others may take to leave.
///
/// Source: `pkg/apis/core/v1/defaults.go › SetDefaults_PodSpec`, the default of
/// `terminationGracePeriodSeconds`.
pub(super) const OTHERS_GRACE: SimDuration = SimDuration::from_secs(30);

/// What a node has, and what is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pub(super) allocatable: Resources,
    pub(super) max_pods: u32,
    /// What its pods have taken, those of others included.
    pub(super) usage: NodeUsage,
    /// Pods that belong to no DaemonSet, like with like.
    pub(super) others: Vec<Others>,
}

/// Like pods of others on one node.
#[derive(Clone, Debug)]
pub(super) struct Others {
    /// What each of them has taken.
    pub(super) needs: PodNeeds,
    pub(super) count: u32,
    /// How many of them are leaving for a more important pod.
    pub(super) leaving: u32,
}

impl Room {
    /// The room of a node on which no pod of a DaemonSet is.
    pub(super) fn new(spec: &NodeSpec) -> Self {
        let mut room = Self {
            allocatable: Resources::from_list(&spec.allocatable.list()),
            max_pods: spec.allocatable.pods,
            ..Self::default()
        };
        room.add_written(&spec.other_pods);
        room
    }

    /// Equal shares for pods of which only the sum is known; the last bears what is left over.
    fn add_written(&mut self, others: &OtherPods) {
        let (sum, count) = (Resources::from_list(&others.requests.list()), others.requests.pods);
        let share = |of: i64| of / i64::from(count.max(1));
        let rest = |of: i64| of - share(of) * i64::from(count.saturating_sub(1));
        let like = |part: &dyn Fn(i64) -> i64| PodNeeds {
            requests: Resources {
                cpu_millis: part(sum.cpu_millis),
                memory_bytes: part(sum.memory_bytes),
                ..Resources::default()
            },
            priority: others.priority,
            ..PodNeeds::default()
        };
        self.add_others(&like(&share), count.saturating_sub(1));
        if count > 0 {
            self.add_others(&like(&rest), 1);
        } else {
            // Requests of no pods: nobody can be made to leave for them.
            self.allocatable.cpu_millis -= sum.cpu_millis;
            self.allocatable.memory_bytes -= sum.memory_bytes;
        }
    }

    /// Pods of others, so many and each with these needs. Like pods should come together: only the
    /// last are compared.
    pub(super) fn add_others(&mut self, needs: &PodNeeds, count: u32) {
        if count == 0 {
            return;
        }
        self.usage.add_many(needs, count);
        match self.others.last_mut() {
            Some(group) if group.needs == *needs => group.count += count,
            Some(_) | None => self.others.push(Others { needs: needs.clone(), count, leaving: 0 }),
        }
    }

    /// How many pods of others there are.
    pub(super) fn count_of_others(&self) -> u32 {
        self.others.iter().map(|group| group.count).sum()
    }

    /// All of the others have left for good.
    fn others_left(&mut self) {
        for group in &mut self.others {
            for _ in 0..std::mem::take(&mut group.count) {
                self.usage.remove(&group.needs);
            }
            group.leaving = 0;
        }
    }

    /// One of the others has left for good.
    fn other_left(&mut self, group: u32) {
        let Some(group) = self.others.get_mut(group as usize) else { return };
        // A machine that registered anew has other pods.
        if group.leaving > 0 {
            group.count -= 1;
            group.leaving -= 1;
            self.usage.remove(&group.needs);
        }
    }
}

/// What a DaemonSet's pod asks of its node, of what is known of nodes: cores, memory and ports.
pub(super) fn needs_of(template: &PodSpec) -> PodNeeds {
    let mut needs = PodNeeds::of_daemon_pod(template);
    needs.requests = needs.requests.cores_and_memory();
    needs
}

/// What any other pod has taken.
pub(super) fn needs_of_other(pod: &PodSpec) -> PodNeeds {
    let PodNeeds { requests, ports, priority, .. } = PodNeeds::of_pod(pod);
    PodNeeds { requests: requests.cores_and_memory(), ports, priority, ..PodNeeds::default() }
}

/// A pod gives up its place on its node.
pub(super) fn vacate(id: PodId, cx: &mut Cx<'_>) {
    let Pod { placed, node, spec, fact, .. } = *cx.cluster.pod(id);
    if placed {
        cx.cluster.pods[id].placed = false;
        cx.cluster.nodes[node].room.usage.remove(&cx.cluster.specs[spec].needs);
        tell_of_room(node, Freed::Pod(spec), &mut cx.because(fact));
    }
}

/// What a change of a pod means for the room of its node, its kubelet and the scheduler: one
/// that is gone or has ended takes nothing any more, and one that is gone waits for nothing.
pub(super) fn settle_accounts(id: PodId, cx: &mut Cx<'_>) {
    let Pod { placed, exists, phase, bound, nominated, node, spec, fact, .. } = *cx.cluster.pod(id);
    if placed && (!exists || phase.is_terminal()) {
        vacate(id, cx);
    }
    if !exists {
        cx.api.gone.push(id);
    }
    if !exists && !bound && nominated {
        // The room that was made for it is anybody's.
        tell_of_room(node, Freed::Pod(spec), &mut cx.because(fact));
    }
}

/// All of the others have left a node for good.
pub(super) fn others_left(node: NodeId, cx: &mut Cx<'_>) {
    cx.cluster.nodes[node].room.others_left();
    for group in 0..cx.cluster.node(node).room.others.len() {
        let group = u32::try_from(group).expect("few groups");
        tell_of_room(node, Freed::Other { group }, cx);
    }
}

impl Cluster {
    /// A pod takes its place on its node, unless it has it.
    pub(super) fn occupy(&mut self, id: PodId) {
        let Pod { placed, node, spec, .. } = *self.pod(id);
        if !placed {
            self.pods[id].placed = true;
            self.nodes[node].room.usage.add(&self.specs[spec].needs);
        }
    }

    /// One of the others has left a node for good.
    pub(super) fn other_left(&mut self, node: NodeId, group: u32) {
        self.nodes[node].room.other_left(group);
    }

    /// Whether the books of every node say what its pods have taken.
    pub(super) fn books_balance(&self) -> bool {
        self.nodes.iter().all(|Node { room, pods, .. }| {
            let mut usage = NodeUsage::default();
            for others in &room.others {
                usage.add_many(&others.needs, others.count);
            }
            for pod in pods.iter().map(|&pod| self.pod(pod)).filter(|pod| pod.placed) {
                usage.add(&self.specs[pod.spec].needs);
            }
            let NodeUsage { requested, pods, ports } = &room.usage;
            usage.requested == *requested && usage.pods == *pods && usage.ports.len() == ports.len()
        })
    }

    /// A machine registers anew: others' pods on it are those of its kind, and pods of DaemonSets
    /// that are still bound to the name go on to count.
    pub(super) fn furnish_again(&mut self, id: NodeId, spec: &NodeSpec) {
        let mut room = Room::new(spec);
        for pod in self.pods_on(id).filter(|&pod| self.pod(pod).placed) {
            room.usage.add(&self.specs[self.pod(pod).spec].needs);
        }
        self.nodes[id].room = room;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Quantity;
    use crate::scenario;

    fn room(cpu_millis: i64, count: u32) -> Room {
        let requests = scenario::Resources {
            cpu: Quantity::from_millis(cpu_millis),
            memory: Quantity::ZERO,
            pods: count,
        };
        let mut spec = NodeSpec::named("n");
        spec.allocatable.cpu = Quantity::from_units(10);
        spec.other_pods = OtherPods { requests, priority: 7 };
        Room::new(&spec)
    }

    fn check(cpu_millis: i64, count: u32, expected: &[(u32, i64)]) {
        let mut room = room(cpu_millis, count);
        let left = room.allocatable.cpu_millis - room.usage.requested.cpu_millis;
        assert_eq!((left, room.usage.pods), (10_000 - cpu_millis, count));
        let shares: Vec<(u32, i64)> =
            room.others.iter().map(|it| (it.count, it.needs.requests.cpu_millis)).collect();
        assert_eq!(shares, expected);
        for group in 0..room.others.len() {
            room.others[group].leaving = room.others[group].count;
            for _ in 0..room.others[group].count {
                room.other_left(u32::try_from(group).unwrap());
            }
        }
        assert_eq!(room.usage, NodeUsage::default());
    }

    #[test]
    fn others_have_equal_shares_and_free_all_they_took() {
        check(1_000, 0, &[]);
        check(1_000, 1, &[(1, 1_000)]);
        check(1_000, 4, &[(4, 250)]);
        check(1_000, 3, &[(2, 333), (1, 334)]);
        check(0, 5, &[(5, 0)]);
    }
}
