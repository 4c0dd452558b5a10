//! Whether a kubelet takes a pod that was bound to its node. One that it refuses is Failed at once.
//!
//! Left out: that a critical pod may push others off its node here; the scheduler did so before.

use crate::api::well_known::LABEL_OS;
use crate::api::{KubernetesVersion, PodSpec, Pressure, TaintEffect, is_extended_resource};
use crate::control::scheduler::{CRITICAL, NodeFacts, PodNeeds, Reason, Shortage};

/// What a kubelet knows when a pod comes. The taints and labels are those that it has seen last,
/// and the usage is that of the pods it took.
#[derive(Clone, Copy, Debug)]
pub struct KubeletView<'a> {
    pub node: NodeFacts<'a>,
    /// What presses on it, in no particular order.
    pub pressures: &'a [Pressure],
    /// Whether it is shutting down gracefully.
    pub is_shutting_down: bool,
}

/// Why a kubelet refuses a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdmissionFailure {
    /// The pod's label `kubernetes.io/os` is not the node's operating system.
    OsLabel,
    /// The pod is made for another operating system.
    Os,
    /// Too little is left of a resource; amounts as the kubelet prints them: thousandths of a core
    /// for `cpu`, else whole units.
    OutOf {
        /// `cpu`, `memory`, `pods`, ….
        resource: String,
        /// What the pod wants.
        requested: i64,
        /// What others have.
        used: i64,
        capacity: i64,
    },
    /// The node's labels do not fit any more.
    NodeAffinity,
    /// A host port is taken.
    NodePorts,
    /// A `NoExecute` taint is not tolerated.
    TaintToleration,
    /// The node is under pressure.
    Evicted(Vec<Pressure>),
    /// The node is shutting down.
    NodeShutdown,
}

/// Judges a pod for the node that it is bound to.
///
/// # Errors
///
/// The first reason to refuse it.
///
/// Source: `pkg/kubelet/eviction/eviction_manager.go › Admit`, then
/// `pkg/kubelet/lifecycle/predicate.go › Admit`, then
/// `pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go › Admit`.
pub fn admit(
    pod: &PodNeeds,
    is_best_effort: bool,
    view: &KubeletView<'_>,
) -> Result<(), AdmissionFailure> {
    if !withstands(pod, is_best_effort, view.pressures) {
        return Err(AdmissionFailure::Evicted(view.pressures.to_vec()));
    }
    let node = &view.node;
    runs_here(pod, node)?;
    fits_resources(pod, node)?;
    if !pod.matches_node(node.labels, node.name) {
        return Err(AdmissionFailure::NodeAffinity);
    }
    if node.usage.conflicts_with(pod) {
        return Err(AdmissionFailure::NodePorts);
    }
    if pod.untolerated(node.taints, &[TaintEffect::NoExecute]).is_some() {
        return Err(AdmissionFailure::TaintToleration);
    }
    if view.is_shutting_down { Err(AdmissionFailure::NodeShutdown) } else { Ok(()) }
}

/// Whether a pod requests and is limited to nothing, of cpu or memory.
///
/// Source: `pkg/apis/core/v1/helper/qos/qos.go › ComputePodQOS`.
pub fn is_best_effort(spec: &PodSpec) -> bool {
    let containers = spec.containers.iter().chain(&spec.init_containers);
    let mut lists = containers.flat_map(|container| [&container.requests, &container.limits]);
    lists.all(|list| ["cpu", "memory"].iter().all(|it| list.get(*it).is_none_or(|q| q.is_zero())))
}

/// Critical pods withstand everything; under memory pressure alone, those do that request something
/// or tolerate its taint, as all daemon pods do. Disk and PID pressure refuse everyone else, though
/// the scheduler and the DaemonSet controller tolerate them.
fn withstands(pod: &PodNeeds, is_best_effort: bool, pressures: &[Pressure]) -> bool {
    let only_memory = pressures.iter().all(|pressure| *pressure == Pressure::Memory);
    let tolerates =
        || pod.untolerated(&[Pressure::Memory.taint()], &[TaintEffect::NoSchedule]).is_none();
    pressures.is_empty()
        || pod.priority >= CRITICAL
        || only_memory && (!is_best_effort || tolerates())
}

/// Whether a pod is made for the node's operating system: that of its label, or linux.
///
/// Source: `pkg/kubelet/lifecycle/predicate.go › rejectPodAdmissionBasedOnOSSelector,
/// rejectPodAdmissionBasedOnOSField`, which compares the pod's labels, not its node selector.
fn runs_here(pod: &PodNeeds, node: &NodeFacts<'_>) -> Result<(), AdmissionFailure> {
    if pod.os.is_none() && pod.os_label.is_none() {
        return Ok(());
    }
    let os = node.labels.get(LABEL_OS).unwrap_or("linux");
    let differs = |of_pod: &Option<Box<str>>| of_pod.as_ref().is_some_and(|it| **it != *os);
    if differs(&pod.os_label) {
        return Err(AdmissionFailure::OsLabel);
    }
    if differs(&pod.os) { Err(AdmissionFailure::Os) } else { Ok(()) }
}

/// An extended resource that the node does not name is none of the kubelet's business.
///
/// Source: `pkg/kubelet/lifecycle/predicate.go › removeMissingExtendedResources, generalFilter`.
fn fits_resources(pod: &PodNeeds, node: &NodeFacts<'_>) -> Result<(), AdmissionFailure> {
    let (used, capacity) = (node.usage.pods.into(), node.max_pods.into());
    let pods = Shortage { resource: "pods", requested: 1, used, capacity };
    let is_full = node.usage.pods >= node.max_pods;
    let matters = |name: &str| node.allocatable.names(name) || !is_extended_resource(name);
    let short = || node.shortages(pod).find(|it| matters(it.resource));
    let first = is_full.then_some(pods).or_else(short);
    first.map_or(Ok(()), |Shortage { resource, requested, used, capacity }| {
        let resource = resource.to_owned();
        Err(AdmissionFailure::OutOf { resource, requested, used, capacity })
    })
}

impl AdmissionFailure {
    /// What `status.reason` becomes, and the reason of the Warning event.
    pub fn reason(&self) -> String {
        match self {
            Self::OsLabel => "PodOSSelectorNodeLabelDoesNotMatch".to_owned(),
            Self::Os => "PodOSNotSupported".to_owned(),
            Self::OutOf { resource, .. } => format!("OutOf{resource}"),
            Self::NodeAffinity => "NodeAffinity".to_owned(),
            Self::NodePorts => "NodePorts".to_owned(),
            Self::TaintToleration => "TaintToleration".to_owned(),
            Self::Evicted(_) => "Evicted".to_owned(),
            Self::NodeShutdown => "NodeShutdown".to_owned(),
        }
    }

    /// What `status.message` becomes.
    ///
    /// Source: `pkg/kubelet/kubelet.go › rejectPod`.
    pub fn message(&self) -> String {
        format!("Pod was rejected: {}", self.why())
    }

    fn why(&self) -> String {
        let text = |reason: Reason| reason.text(KubernetesVersion::V1_36);
        match self {
            Self::OsLabel => {
                "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
                    .to_owned()
            }
            Self::Os => "Failed to admit pod as the OS field doesn't match node OS".to_owned(),
            Self::OutOf { resource, requested, used, capacity } => format!(
                "Node didn't have enough resource: {resource}, requested: {requested}, \
                 used: {used}, capacity: {capacity}"
            ),
            Self::NodeAffinity => {
                format!("Predicate NodeAffinity failed: {}", text(Reason::NodeAffinity))
            }
            Self::NodePorts => format!("Predicate NodePorts failed: {}", text(Reason::Ports)),
            Self::TaintToleration => "Predicate TaintToleration failed: \
                 node(s) had taints that the pod didn't tolerate"
                .to_owned(),
            Self::Evicted(pressures) => {
                let names: Vec<&str> = pressures.iter().map(|it| it.condition()).collect();
                format!("The node had condition: [{}]. ", names.join(" "))
            }
            Self::NodeShutdown => "Pod was rejected as the node is shutting down.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Labels, PodTemplate, PriorityClasses, Taint};
    use crate::control::scheduler::{NodeUsage, Resources};

    /// A node with one core and room for 2 pods, half of it taken by one pod.
    struct Case {
        pod: PodNeeds,
        is_best_effort: bool,
        taints: Vec<Taint>,
        pressures: Vec<Pressure>,
        is_shutting_down: bool,
        max_pods: u32,
        labels: Labels,
        allocatable: Resources,
    }

    fn check(change: impl FnOnce(&mut Case), expected: Option<(&str, &str)>) {
        let requests = Resources { cpu_millis: 500, ..Resources::default() };
        let pod = PodNeeds {
            requests,
            ..PodNeeds::of_daemon_pod(&PodTemplate::default(), &PriorityClasses::default())
        };
        let mut usage = NodeUsage::default();
        usage.add(&pod);
        let mut case = Case {
            pod,
            is_best_effort: false,
            taints: vec![],
            pressures: vec![],
            is_shutting_down: false,
            max_pods: 2,
            labels: Labels::default(),
            allocatable: Resources { cpu_millis: 1_000, ..Resources::default() },
        };
        change(&mut case);
        let node = NodeFacts {
            name: "n",
            labels: &case.labels,
            taints: &case.taints,
            unschedulable: true,
            allocatable: &case.allocatable,
            max_pods: case.max_pods,
            usage: &usage,
        };
        let view = KubeletView {
            node,
            pressures: &case.pressures,
            is_shutting_down: case.is_shutting_down,
        };
        let failure = admit(&case.pod, case.is_best_effort, &view).err();
        let actual = failure.map(|failure| (failure.reason(), failure.message()));
        let rejected = |why| format!("Pod was rejected: {why}");
        assert_eq!(actual, expected.map(|(reason, why)| (reason.to_owned(), rejected(why))));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check(|_| (), None);
        check(
            |case| case.pod.requests.cpu_millis = 501,
            Some((
                "OutOfcpu",
                "Node didn't have enough resource: cpu, requested: 501, used: 500, capacity: 1000",
            )),
        );
        check(
            |case| case.max_pods = 1,
            Some((
                "OutOfpods",
                "Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1",
            )),
        );
    }

    fn requesting(name: &str, amount: i64, has: Option<i64>) -> impl FnOnce(&mut Case) {
        move |case: &mut Case| {
            case.pod.requests.others.insert(name.to_owned(), amount);
            case.allocatable.others.extend(has.map(|has| (name.to_owned(), has)));
        }
    }

    #[test]
    fn extended_resources_count_where_the_node_names_them() {
        let short = "Node didn't have enough resource: nvidia.com/gpu, requested: 2, used: 0, \
                     capacity: 1";
        check(requesting("nvidia.com/gpu", 2, Some(2)), None);
        check(requesting("nvidia.com/gpu", 2, Some(1)), Some(("OutOfnvidia.com/gpu", short)));
        check(requesting("nvidia.com/gpu", 2, None), None);
        let huge = "Node didn't have enough resource: hugepages-2Mi, requested: 4, used: 0, \
                    capacity: 0";
        check(requesting("hugepages-2Mi", 4, None), Some(("OutOfhugepages-2Mi", huge)));
    }

    #[test]
    fn a_pod_of_another_operating_system_is_refused() {
        let field = |of_pod: &'static str, of_node: Option<&'static str>| {
            move |case: &mut Case| {
                case.pod.os = Some(of_pod.into());
                case.labels.extend(of_node.map(|os| (LABEL_OS, os)));
            }
        };
        let text = "Failed to admit pod as the OS field doesn't match node OS";
        let refused = Some(("PodOSNotSupported", text));
        check(field("windows", None), refused);
        check(field("linux", None), None);
        check(field("linux", Some("windows")), refused);
        check(field("windows", Some("windows")), None);
        let label = |case: &mut Case| case.pod.os_label = Some("windows".into());
        let text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
        check(label, Some(("PodOSSelectorNodeLabelDoesNotMatch", text)));
    }

    #[test]
    fn the_operating_system_is_looked_at_before_the_resources() {
        let both = |case: &mut Case| {
            case.pod.os = Some("windows".into());
            case.pod.requests.cpu_millis = 9_000;
        };
        let text = "Failed to admit pod as the OS field doesn't match node OS";
        check(both, Some(("PodOSNotSupported", text)));
    }

    #[test]
    fn only_no_execute_taints_matter_to_a_kubelet() {
        check(|case| case.taints = vec!["a:NoSchedule".parse().unwrap()], None);
        let text =
            "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
        let taint = |case: &mut Case| case.taints = vec!["a:NoExecute".parse().unwrap()];
        check(taint, Some(("TaintToleration", text)));
    }

    #[test]
    fn labels_may_have_changed_since_the_pod_was_bound() {
        let select = |case: &mut Case| {
            case.pod.node_selector.insert("a", "b");
        };
        let text =
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
        check(select, Some(("NodeAffinity", text)));
    }

    fn under(pressures: &[Pressure], best_effort: bool, priority: i32) -> impl FnOnce(&mut Case) {
        move |case: &mut Case| {
            case.pressures = pressures.to_vec();
            case.is_best_effort = best_effort;
            case.pod.priority = priority;
        }
    }

    #[test]
    fn disk_pressure_refuses_daemon_pods_and_memory_pressure_does_not() {
        check(under(&[Pressure::Memory], true, 0), None);
        let disk = Some(("Evicted", "The node had condition: [DiskPressure]. "));
        check(under(&[Pressure::Disk], false, 0), disk);
        check(under(&[Pressure::Disk], false, CRITICAL), None);
        let both = Some(("Evicted", "The node had condition: [MemoryPressure PIDPressure]. "));
        check(under(&[Pressure::Memory, Pressure::Pid], false, 0), both);
        let intolerant = |best_effort| {
            move |case: &mut Case| {
                under(&[Pressure::Memory], best_effort, 0)(case);
                case.pod.tolerations.clear();
            }
        };
        check(intolerant(false), None);
        check(intolerant(true), Some(("Evicted", "The node had condition: [MemoryPressure]. ")));
    }

    #[test]
    fn a_node_that_shuts_down_takes_no_pod() {
        let text = "Pod was rejected as the node is shutting down.";
        check(|case| case.is_shutting_down = true, Some(("NodeShutdown", text)));
    }

    #[test]
    fn a_pod_without_requests_is_best_effort() {
        assert!(is_best_effort(&PodSpec::default()));
    }
}
