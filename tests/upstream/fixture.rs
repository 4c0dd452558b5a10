//! A cluster on which a sync takes effect at once.

use rollcast::api::{IntOrPercent, Labels, PodPhase, PodTemplate, Taint, UpdateStrategy};
use rollcast::control::daemonset::{
    Budget, FailedPodBackoff, Rules, StrategyKind, Tally, eligibility, manage, rolling_update,
};
use rollcast::control::{NodeId, PodId};
use rollcast::time::{SimDuration, SimTime};

use crate::cluster::{self, Node, Pod};

/// A node name, its Node object if there is one, and the DaemonSet's pods that target it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) is_gone: bool,
    pub(crate) labels: Labels,
    pub(crate) taints: Vec<Taint>,
    pub(crate) pods: Vec<Pod>,
}

/// One DaemonSet, its cluster, and what the controller remembers.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) machines: Vec<Machine>,
    pub(crate) template: PodTemplate,
    pub(crate) update: UpdateStrategy,
    /// In seconds.
    pub(crate) min_ready: u64,
    pub(crate) now: SimTime,
    /// The picking order: one permutation of the nodes for each number.
    pub(crate) order: u64,
    /// The number of the last pod.
    pub(crate) pods_made: u32,
    backoff: FailedPodBackoff,
}

/// `status.observedGeneration`; no test changes it between two looks at a backoff.
const GENERATION: i64 = 1;

impl Fixture {
    pub(crate) fn new(
        machines: Vec<Machine>,
        template: PodTemplate,
        update: UpdateStrategy,
        order: u64,
    ) -> Self {
        Self {
            machines,
            template,
            update,
            min_ready: 0,
            now: SimTime::from_secs(1_000),
            order,
            pods_made: 10_000,
            backoff: FailedPodBackoff::default(),
        }
    }

    /// One sync; how many pods it created and deleted and how many events it posted.
    pub(crate) fn sync(&mut self) -> [usize; 3] {
        let managed = manage(&self.tally(), &self.backoff, GENERATION, self.now);
        for failed in &managed.failed {
            self.backoff.advance(GENERATION, failed.node, self.now);
        }
        let events = managed.failed.len() + managed.succeeded.len();
        self.take_effect(&managed.creates, &managed.deletes);
        let (mut creates, mut deletes) = (managed.creates.len(), managed.deletes.len());
        if let Some(budget) = self.budget() {
            let rolled = rolling_update(&self.tally(), budget).unwrap();
            self.take_effect(&rolled.creates, &rolled.deletes);
            creates += rolled.creates.len();
            deletes += rolled.deletes.len();
        }
        [creates, deletes, events]
    }

    /// What a rolling update may disturb; none with `OnDelete`.
    pub(crate) fn budget(&self) -> Option<Budget> {
        let UpdateStrategy::RollingUpdate { max_unavailable, max_surge } = self.update else {
            return None;
        };
        Some(Budget::scaled(max_unavailable, max_surge, self.tally().status().desired))
    }

    /// What the controller would count now.
    pub(crate) fn tally(&self) -> Tally {
        let nodes: Vec<Node> = self.machines.iter().map(|machine| self.node(machine)).collect();
        let rules = Rules {
            strategy: self.strategy_kind(),
            min_ready: SimDuration::from_secs(self.min_ready),
            available_at_boundary: true,
        };
        let now = self.now.since_zero().as_secs();
        cluster::tally(&nodes, |i| place(i, self.order), now, rules)
    }

    fn node(&self, machine: &Machine) -> Node {
        let Machine { name, labels, taints, .. } = machine;
        let judged = (!machine.is_gone).then(|| eligibility(&self.template, name, labels, taints));
        Node { judged, pods: machine.pods.clone() }
    }

    /// Source: `pkg/controller/daemon/util/daemonset_util.go › AllowsSurge`.
    fn strategy_kind(&self) -> StrategyKind {
        let max_surge = match self.update {
            UpdateStrategy::OnDelete => IntOrPercent::Int(0),
            UpdateStrategy::RollingUpdate { max_surge, .. } => max_surge,
        };
        if max_surge.is_zero() { StrategyKind::Replace } else { StrategyKind::Surge }
    }

    /// Created pods are there at once, unbound and without a creation time; deleted ones are gone.
    fn take_effect(&mut self, creates: &[NodeId], deletes: &[PodId]) {
        for &PodId(id) in deletes {
            let on = |machine: &&mut Machine| machine.pods.iter().any(|pod| pod.id == id);
            let machine = self.machines.iter_mut().find(on).expect("a pod is deleted once");
            machine.pods.retain(|pod| pod.id != id);
        }
        for node in creates {
            let pod = self.new_pod();
            self.machines[node.index()].pods.push(pod);
        }
    }

    fn new_pod(&mut self) -> Pod {
        self.pods_made += 1;
        Pod {
            id: self.pods_made,
            name: format!("created-{}", self.pods_made),
            created: 0,
            bound: false,
            phase: PodPhase::Pending,
            ready_since: None,
            terminating: false,
            has_current_hash: true,
            updated: true,
        }
    }

    /// The template becomes another one.
    pub(crate) fn change_template(&mut self) {
        for pod in self.machines.iter_mut().flat_map(|machine| &mut machine.pods) {
            pod.has_current_hash = false;
            pod.updated = false;
        }
    }
}

/// The place of node `index` in picking order number `order`; number 0 goes by node.
fn place(index: usize, order: u64) -> u64 {
    let index = index as u64;
    if order == 0 {
        return index;
    }
    let mixed = (index + 1).wrapping_mul(order.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 7
}
