//! What a pod takes from its node, and what is taken already.
//!
//! What lives here: [`PodNeeds`], made once per pod template; [`NodeUsage`], kept per node.

use std::collections::BTreeMap;

use crate::api::well_known::LABEL_OS;
use crate::api::{
    ContainerPort, Labels, NodeSelector, PodSpec, PodTemplate, Priority, PriorityClasses, Protocol,
    Quantity, ResourceList, Taint, TaintEffect, Toleration,
};
use crate::control::daemonset::daemon_tolerations;

/// Pods of this priority or more are critical: kubelets take them whatever presses on the node, and
/// never evict them.
///
/// Source: `pkg/apis/scheduling/types.go › SystemCriticalPriority`.
pub const CRITICAL: i32 = 2_000_000_000;

const EPHEMERAL_STORAGE: &str = "ephemeral-storage";

/// Amounts of resources, as the scheduler adds them up.
///
/// Source: `pkg/scheduler/framework/types.go › Resource`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// `cpu`, in thousandths of a core.
    pub cpu_millis: i64,
    /// `memory`, in bytes.
    pub memory_bytes: i64,
    /// `ephemeral-storage`, in bytes.
    pub ephemeral_bytes: i64,
    /// All others by name, in whole units; empty for most pods.
    pub others: BTreeMap<String, i64>,
}

impl Resources {
    /// The amounts in `list`. `pods` is left out: pods are counted, not requested.
    pub fn from_list(list: &ResourceList) -> Self {
        let mut sum = Self::default();
        for (name, quantity) in list {
            match name.as_str() {
                "cpu" => sum.cpu_millis = quantity.millis(),
                "memory" => sum.memory_bytes = quantity.units(),
                EPHEMERAL_STORAGE => sum.ephemeral_bytes = quantity.units(),
                "pods" => {}
                _ => {
                    sum.others.insert(name.clone(), quantity.units());
                }
            }
        }
        sum
    }

    /// Cores, memory, and others by name.
    pub fn of(cpu: Quantity, memory: Quantity, others: &ResourceList) -> Self {
        let (cpu_millis, memory_bytes) = (cpu.millis(), memory.units());
        Self { cpu_millis, memory_bytes, ..Self::from_list(others) }
    }

    /// What a node has for pods. Every node has `ephemeral-storage`: one that does not say how much
    /// has enough. Of anything else that it does not name it has nothing.
    pub fn of_node(cpu: Quantity, memory: Quantity, others: &ResourceList) -> Self {
        let ephemeral_bytes = others.get(EPHEMERAL_STORAGE).map_or(i64::MAX, |it| it.units());
        Self { ephemeral_bytes, ..Self::of(cpu, memory, others) }
    }

    /// Every resource with its amount, in the order in which the scheduler looks at them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        let known = [
            ("cpu", self.cpu_millis),
            ("memory", self.memory_bytes),
            (EPHEMERAL_STORAGE, self.ephemeral_bytes),
        ];
        let others = self.others.iter().map(|(name, amount)| (name.as_str(), *amount));
        known.into_iter().chain(others)
    }

    /// The amount of the resource `name`.
    pub fn get(&self, name: &str) -> i64 {
        match name {
            "cpu" => self.cpu_millis,
            "memory" => self.memory_bytes,
            EPHEMERAL_STORAGE => self.ephemeral_bytes,
            _ => self.others.get(name).copied().unwrap_or(0),
        }
    }

    /// Each amount changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(i64) -> i64) -> Self {
        let others = self.others.iter().map(|(name, amount)| (name.clone(), change(*amount)));
        Self {
            cpu_millis: change(self.cpu_millis),
            memory_bytes: change(self.memory_bytes),
            ephemeral_bytes: change(self.ephemeral_bytes),
            others: others.filter(|(_, amount)| *amount != 0).collect(),
        }
    }

    /// Less by `other`.
    pub fn take(&mut self, other: &Self) {
        self.combine(other, i64::saturating_sub);
    }

    /// Whether the resource `name` is named at all, if only with nothing of it.
    pub fn names(&self, name: &str) -> bool {
        matches!(name, "cpu" | "memory" | EPHEMERAL_STORAGE) || self.others.contains_key(name)
    }

    /// Copies no name that is there.
    fn combine(&mut self, other: &Self, combine: impl Fn(i64, i64) -> i64) {
        self.cpu_millis = combine(self.cpu_millis, other.cpu_millis);
        self.memory_bytes = combine(self.memory_bytes, other.memory_bytes);
        self.ephemeral_bytes = combine(self.ephemeral_bytes, other.ephemeral_bytes);
        for (name, amount) in &other.others {
            match self.others.get_mut(name) {
                Some(held) => *held = combine(*held, *amount),
                None => drop(self.others.insert(name.clone(), combine(0, *amount))),
            }
        }
    }
}

/// A port taken from a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// The address it is taken on; none for all (`0.0.0.0`).
    pub ip: Option<String>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Protocol,
    /// 1 to 65535.
    pub port: u16,
}

impl HostPort {
    /// The port that a container takes, if it takes one.
    pub fn of(port: &ContainerPort) -> Option<Self> {
        let ip = port.host_ip.clone().filter(|ip| ip != "0.0.0.0" && !ip.is_empty());
        Some(Self { ip, protocol: port.protocol, port: port.host_port? })
    }

    /// Whether two pods cannot both have theirs: same protocol and port, on one address or with
    /// either on all.
    ///
    /// Source: `pkg/scheduler/framework/types.go › HostPortInfo.CheckConflict`.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let one_ip = self.ip.is_none() || other.ip.is_none() || self.ip == other.ip;
        one_ip && self.protocol == other.protocol && self.port == other.port
    }
}

/// What a pod asks of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodNeeds {
    /// What is set aside for it, overhead included.
    pub requests: Resources,
    /// Ports that it takes.
    pub ports: Vec<HostPort>,
    /// Labels that the node must have.
    pub node_selector: Labels,
    /// Node affinity that the node must fulfil; none for a daemon pod, whose only affinity is the
    /// name of its node.
    pub affinity: Option<NodeSelector>,
    /// Taints that it puts up with.
    pub tolerations: Vec<Toleration>,
    /// Who goes first in the queue and who makes room for whom.
    pub priority: i32,
    /// Whether it may make others go (`preemptionPolicy` is not `Never`).
    pub may_preempt: bool,
    /// The operating system that it is made for (`spec.os.name`); no concern of the scheduler.
    pub os: Option<Box<str>>,
    /// Its own label `kubernetes.io/os`, which kubelets look at.
    pub os_label: Option<Box<str>>,
}

impl PodNeeds {
    /// What any pod with this spec asks for, in a cluster with these priority classes.
    pub fn of_pod(spec: &PodSpec, classes: &PriorityClasses) -> Self {
        let Priority { value: priority, may_preempt } = classes.priority_of(spec);
        let mut requests = Resources::from_list(&spec.requests());
        requests.others.retain(|_, amount| *amount != 0);
        Self {
            requests,
            ports: spec.host_ports().filter_map(HostPort::of).collect(),
            node_selector: spec.node_selector.clone(),
            affinity: spec.node_affinity_required.clone(),
            tolerations: spec.tolerations.clone(),
            priority,
            may_preempt,
            os: spec.os.as_deref().map(Into::into),
            os_label: None,
        }
    }

    /// What a DaemonSet's pod asks for: with the tolerations that the controller adds, and without
    /// the affinity of the template, which the controller replaces.
    ///
    /// Source: `pkg/controller/daemon/util/daemonset_util.go › AddOrUpdateDaemonPodTolerations,
    /// ReplaceDaemonSetPodNodeNameNodeAffinity`.
    pub fn of_daemon_pod(template: &PodTemplate, classes: &PriorityClasses) -> Self {
        let mut needs = Self::of_pod(&template.spec, classes);
        needs.affinity = None;
        needs.os_label = template.labels.get(LABEL_OS).map(Into::into);
        for (key, effect) in daemon_tolerations(template.spec.host_network) {
            let added = Toleration::exists(key, effect);
            match needs.tolerations.iter_mut().find(|written| written.matches(&added)) {
                Some(written) => *written = added,
                None => needs.tolerations.push(added),
            }
        }
        needs
    }

    /// Whether a node with these labels and this name is one that the pod may run on.
    pub fn matches_node(&self, labels: &Labels, name: &str) -> bool {
        let affine = self.affinity.as_ref().is_none_or(|it| it.matches(labels, name));
        affine && self.node_selector.is_subset_of(labels)
    }

    /// The first taint of these effects that the pod does not tolerate.
    pub fn untolerated<'t>(
        &self,
        taints: &'t [Taint],
        effects: &[TaintEffect],
    ) -> Option<&'t Taint> {
        let mut taints = taints.iter().filter(|taint| effects.contains(&taint.effect));
        taints.find(|taint| !self.tolerations.iter().any(|toleration| toleration.tolerates(taint)))
    }
}

/// What the pods of a node have taken from it: those that are bound to it and neither Failed nor
/// Succeeded, the terminating ones among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeUsage {
    /// What is set aside for them.
    pub requested: Resources,
    /// How many there are.
    pub pods: u32,
    /// The ports they have taken.
    pub ports: Vec<HostPort>,
}

impl NodeUsage {
    /// A pod was placed on the node.
    pub fn add(&mut self, pod: &PodNeeds) {
        self.requested.combine(&pod.requests, i64::saturating_add);
        self.pods += 1;
        self.ports.extend(pod.ports.iter().cloned());
    }

    /// So many pods with the same needs were placed on the node.
    pub fn add_many(&mut self, pod: &PodNeeds, count: u32) {
        let times = |held: i64, each: i64| held.saturating_add(each.saturating_mul(count.into()));
        self.requested.combine(&pod.requests, times);
        self.pods = self.pods.saturating_add(count);
        for _ in 0..count {
            self.ports.extend(pod.ports.iter().cloned());
        }
    }

    /// A pod that was added is gone, or has ended for good.
    pub fn remove(&mut self, pod: &PodNeeds) {
        self.requested.take(&pod.requests);
        if !pod.requests.others.is_empty() {
            self.requested.others.retain(|_, amount| *amount != 0);
        }
        self.pods = self.pods.saturating_sub(1);
        for port in &pod.ports {
            if let Some(index) = self.ports.iter().position(|taken| taken == port) {
                self.ports.swap_remove(index);
            }
        }
    }

    /// Whether a port of `pod` is taken.
    pub fn conflicts_with(&self, pod: &PodNeeds) -> bool {
        ports_conflict(&pod.ports, &self.ports)
    }
}

/// Whether any port of the one side conflicts with any of the other.
pub(super) fn ports_conflict(ports: &[HostPort], others: &[HostPort]) -> bool {
    ports.iter().any(|port| others.iter().any(|other| port.conflicts_with(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(ip: Option<&str>, protocol: Protocol, port: u16) -> HostPort {
        HostPort { ip: ip.map(str::to_owned), protocol, port }
    }

    fn check_conflict(one: &HostPort, other: &HostPort, expected: bool) {
        assert_eq!(one.conflicts_with(other), expected, "{one:?} {other:?}");
        assert_eq!(other.conflicts_with(one), expected, "{other:?} {one:?}");
    }

    #[test]
    fn ports_conflict_on_one_address_or_on_all() {
        let all = port(None, Protocol::Tcp, 80);
        check_conflict(&all, &all, true);
        check_conflict(&all, &port(Some("10.0.0.1"), Protocol::Tcp, 80), true);
        check_conflict(&all, &port(None, Protocol::Udp, 80), false);
        check_conflict(&all, &port(None, Protocol::Tcp, 81), false);
        let (a, b) = (Some("10.0.0.1"), Some("10.0.0.2"));
        check_conflict(&port(a, Protocol::Tcp, 80), &port(b, Protocol::Tcp, 80), false);
        check_conflict(&port(a, Protocol::Tcp, 80), &port(a, Protocol::Tcp, 80), true);
    }

    #[test]
    fn what_is_added_and_removed_leaves_nothing() {
        let requests = Resources {
            cpu_millis: 100,
            memory_bytes: 5,
            ephemeral_bytes: 0,
            others: [("nvidia.com/gpu".to_owned(), 1)].into(),
        };
        let ports = vec![port(None, Protocol::Tcp, 80)];
        let pod = PodNeeds { requests, ports, ..PodNeeds::default() };
        let mut usage = NodeUsage::default();
        usage.add(&pod);
        usage.add(&pod);
        assert_eq!((usage.requested.cpu_millis, usage.pods, usage.ports.len()), (200, 2, 2));
        assert_eq!(usage.requested.get("nvidia.com/gpu"), 2);
        assert!(usage.conflicts_with(&pod));
        usage.remove(&pod);
        usage.remove(&pod);
        assert_eq!(usage, NodeUsage::default());
    }

    #[test]
    fn what_a_node_does_not_name_it_has_not_except_for_storage() {
        let of = |written: &[(&str, i64)]| {
            let amounts =
                written.iter().map(|(name, n)| ((*name).to_owned(), Quantity::from_units(*n)));
            Resources::of_node(Quantity::ZERO, Quantity::ZERO, &amounts.collect())
        };
        let check = |written: &[(&str, i64)], name: &str, amount: i64, is_named: bool| {
            let node = of(written);
            assert_eq!((node.get(name), node.names(name)), (amount, is_named), "{name}");
        };
        check(&[], "ephemeral-storage", i64::MAX, true);
        check(&[("ephemeral-storage", 5)], "ephemeral-storage", 5, true);
        check(&[], "nvidia.com/gpu", 0, false);
        check(&[("nvidia.com/gpu", 0)], "nvidia.com/gpu", 0, true);
        check(&[("hugepages-2Mi", 8)], "hugepages-2Mi", 8, true);
    }

    #[test]
    fn daemon_pods_tolerate_what_the_controller_adds_for_ever() {
        let mut written =
            Toleration::exists("node.kubernetes.io/not-ready", TaintEffect::NoExecute);
        written.toleration_seconds = Some(30);
        let spec = PodSpec { tolerations: vec![written], ..PodSpec::default() };
        let template = PodTemplate { spec, ..PodTemplate::default() };
        let needs = PodNeeds::of_daemon_pod(&template, &PriorityClasses::default());
        assert_eq!(needs.tolerations.len(), 6);
        assert_eq!(needs.tolerations[0].toleration_seconds, None);
    }
}
