//! Whether a daemon pod may be placed on its node now.
//!
//! What lives here: [`fit`], the filters that matter for a pod with one node, and the reasons why
//! not. The first filter that says no ends the search, as upstream.

use crate::api::well_known::TAINT_NODE_UNSCHEDULABLE;
use crate::api::{KubernetesVersion, Labels, Taint, TaintEffect};
use crate::control::scheduler::needs::{NodeUsage, PodNeeds, Resources};

/// What the scheduler knows of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeFacts<'a> {
    pub name: &'a str,
    pub labels: &'a Labels,
    pub taints: &'a [Taint],
    /// Whether it is cordoned.
    pub unschedulable: bool,
    /// What pods may request together.
    pub allocatable: &'a Resources,
    /// How many pods it may have; the kubelet's default is 110.
    pub max_pods: u32,
    /// What its pods have taken.
    pub usage: &'a NodeUsage,
}

/// A resource of which a node has too little left for a pod; amounts as [`Resources`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage<'a> {
    /// `cpu`, `memory`, ….
    pub resource: &'a str,
    /// What the pod wants.
    pub requested: i64,
    /// What others have.
    pub used: i64,
    pub capacity: i64,
}

impl NodeFacts<'_> {
    /// Whether one more pod is allowed and finds what it requests.
    pub fn has_room_for(&self, pod: &PodNeeds) -> bool {
        self.allows_another() && self.shortages(pod).next().is_none()
    }

    /// Whether one more pod is allowed.
    fn allows_another(&self) -> bool {
        self.usage.pods < self.max_pods
    }

    /// The resources that a pod requests more of than is left.
    pub fn shortages<'a>(&'a self, pod: &'a PodNeeds) -> impl Iterator<Item = Shortage<'a>> {
        let wanted = pod.requests.iter().filter(|(_, requested)| *requested > 0);
        let all = wanted.map(|(resource, requested)| {
            let used = self.usage.requested.get(resource);
            Shortage { resource, requested, used, capacity: self.allocatable.get(resource) }
        });
        all.filter(|it| it.requested > it.capacity.saturating_sub(it.used))
    }
}

/// The scheduler's filters; each knows which changes may make it say yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plugin {
    /// Gates that keep a pod out of the queue.
    SchedulingGates,
    /// `spec.unschedulable`.
    NodeUnschedulable,
    /// Taints with effect `NoSchedule` or `NoExecute`.
    TaintToleration,
    /// Node selector, node affinity, and the one node that a daemon pod is meant for.
    NodeAffinity,
    /// Host ports.
    NodePorts,
    /// Requests and the number of pods.
    NodeResourcesFit,
}

/// One reason why a pod may not be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A scheduling gate is left.
    SchedulingGated,
    /// The node does not exist.
    NodeMissing,
    /// It is cordoned, and the pod does not tolerate that.
    Unschedulable,
    /// The pod does not tolerate this taint.
    Taint(Taint),
    /// The node's labels do not fit.
    NodeAffinity,
    /// A port is taken.
    Ports,
    /// The node has as many pods as it may have.
    TooManyPods,
    /// Too little is left of the resource with this name.
    Insufficient(String),
}

/// Why a pod may not be placed on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The filter that said no.
    pub plugin: Plugin,
    /// At least one reason; several only for resources.
    pub reasons: Vec<Reason>,
    /// Whether the pod might fit if others left the node.
    pub is_resolvable: bool,
}

/// Judges a pod for its node; none stands for a node that does not exist.
///
/// # Errors
///
/// The first filter that says no, with its reasons.
///
/// Source: `pkg/scheduler/schedule_one.go › findNodesThatFitPod` and the `Filter` methods in
/// `pkg/scheduler/framework/plugins/{nodeunschedulable,tainttoleration,nodeaffinity,nodeports,
/// noderesources}`, in the order of `pkg/scheduler/apis/config/v1/default_plugins.go`.
pub fn fit(pod: &PodNeeds, node: Option<&NodeFacts<'_>>) -> Result<(), Rejection> {
    let Some(node) = node else {
        return Err(Rejection::hopeless(Plugin::NodeAffinity, Reason::NodeMissing));
    };
    fits_for_ever(pod, node)?;
    if node.usage.conflicts_with(pod) {
        let reasons = vec![Reason::Ports];
        return Err(Rejection { plugin: Plugin::NodePorts, reasons, is_resolvable: true });
    }
    fits_resources(pod, node)
}

/// The filters that do not depend on the other pods of the node.
fn fits_for_ever(pod: &PodNeeds, node: &NodeFacts<'_>) -> Result<(), Rejection> {
    if node.unschedulable && pod.untolerated(&[cordon()], &[TaintEffect::NoSchedule]).is_some() {
        return Err(Rejection::hopeless(Plugin::NodeUnschedulable, Reason::Unschedulable));
    }
    let effects = [TaintEffect::NoSchedule, TaintEffect::NoExecute];
    if let Some(taint) = pod.untolerated(node.taints, &effects) {
        return Err(Rejection::hopeless(Plugin::TaintToleration, Reason::Taint(taint.clone())));
    }
    if !pod.matches_node(node.labels, node.name) {
        return Err(Rejection::hopeless(Plugin::NodeAffinity, Reason::NodeAffinity));
    }
    Ok(())
}

/// What `spec.unschedulable` counts as.
fn cordon() -> Taint {
    Taint::of(TAINT_NODE_UNSCHEDULABLE, TaintEffect::NoSchedule)
}

/// Room for one more pod, and for each resource that it requests more than nothing of.
///
/// Source: `pkg/scheduler/framework/plugins/noderesources/fit.go › fitsRequest`.
fn fits_resources(pod: &PodNeeds, node: &NodeFacts<'_>) -> Result<(), Rejection> {
    let mut reasons = Vec::new();
    let mut is_resolvable = true;
    if !node.allows_another() {
        reasons.push(Reason::TooManyPods);
    }
    for Shortage { resource, requested, capacity, .. } in node.shortages(pod) {
        reasons.push(Reason::Insufficient(resource.to_owned()));
        is_resolvable &= requested <= capacity;
    }
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Rejection { plugin: Plugin::NodeResourcesFit, reasons, is_resolvable })
}

/// The message of a pod with scheduling gates, in its condition `PodScheduled`.
pub const SCHEDULING_GATED: &str = "Scheduling is blocked due to non-empty scheduling gates";

impl Rejection {
    /// The pod has a scheduling gate: it is not tried at all, and its condition `PodScheduled` has
    /// the reason `SchedulingGated` from its creation on.
    ///
    /// Source: `pkg/registry/core/pod/strategy.go › applySchedulingGatedCondition` and
    /// `pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go › PreEnqueue`.
    pub fn gated() -> Self {
        Self::hopeless(Plugin::SchedulingGates, Reason::SchedulingGated)
    }

    /// No other pod's leaving would help.
    fn hopeless(plugin: Plugin, reason: Reason) -> Self {
        Self { plugin, reasons: vec![reason], is_resolvable: false }
    }
}

impl Reason {
    /// The reason in the scheduler's words.
    pub fn text(&self, version: KubernetesVersion) -> String {
        match self {
            Self::SchedulingGated => SCHEDULING_GATED.to_owned(),
            Self::NodeMissing => "node(s) didn't satisfy plugin(s) [NodeAffinity]".to_owned(),
            Self::Unschedulable => "node(s) were unschedulable".to_owned(),
            Self::Taint(taint) => match version {
                KubernetesVersion::V1_31 => {
                    format!("node(s) had untolerated taint {{{}: {}}}", taint.key, taint.value)
                }
                KubernetesVersion::V1_36 => "node(s) had untolerated taint(s)".to_owned(),
            },
            Self::NodeAffinity => "node(s) didn't match Pod's node affinity/selector".to_owned(),
            Self::Ports => "node(s) didn't have free ports for the requested pod ports".to_owned(),
            Self::TooManyPods => "Too many pods".to_owned(),
            Self::Insufficient(resource) => format!("Insufficient {resource}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Protocol, Toleration};
    use crate::control::scheduler::needs::HostPort;

    /// A node of 1 core and 1,000 bytes with 2 places for pods, and one pod of 400 m and 100 bytes.
    struct Case {
        pod: PodNeeds,
        taints: Vec<Taint>,
        unschedulable: bool,
        usage: NodeUsage,
    }

    fn resources(cpu_millis: i64, memory_bytes: i64) -> Resources {
        Resources { cpu_millis, memory_bytes, ..Resources::default() }
    }

    fn pod(cpu_millis: i64, memory_bytes: i64) -> PodNeeds {
        PodNeeds { requests: resources(cpu_millis, memory_bytes), ..PodNeeds::default() }
    }

    fn check(change: impl FnOnce(&mut Case), expected: Result<(), (Plugin, &[&str], bool)>) {
        let mut usage = NodeUsage::default();
        usage.add(&pod(400, 100));
        let mut case = Case { pod: pod(100, 100), taints: vec![], unschedulable: false, usage };
        change(&mut case);
        let facts = NodeFacts {
            name: "n",
            labels: &[("zone", "a")].into_iter().collect(),
            taints: &case.taints,
            unschedulable: case.unschedulable,
            allocatable: &resources(1_000, 1_000),
            max_pods: 2,
            usage: &case.usage,
        };
        let texts = |reasons: &[Reason]| -> Vec<String> {
            reasons.iter().map(|reason| reason.text(KubernetesVersion::V1_36)).collect()
        };
        let actual = fit(&case.pod, Some(&facts))
            .map_err(|why| (why.plugin, texts(&why.reasons), why.is_resolvable));
        let expected = expected.map_err(|(plugin, reasons, resolvable)| {
            (plugin, reasons.iter().map(|text| (*text).to_owned()).collect(), resolvable)
        });
        assert_eq!(actual, expected);
    }

    #[test]
    fn resources_fit_if_enough_is_left() {
        check(|_| (), Ok(()));
        check(|case| case.pod = pod(600, 900), Ok(()));
        let fit = Plugin::NodeResourcesFit;
        check(|case| case.pod = pod(601, 0), Err((fit, &["Insufficient cpu"], true)));
        check(|case| case.pod = pod(1_001, 0), Err((fit, &["Insufficient cpu"], false)));
        let both = &["Insufficient cpu", "Insufficient memory"];
        check(|case| case.pod = pod(700, 901), Err((fit, both, true)));
        let full = |case: &mut Case| case.usage.add(&pod(600, 0));
        check(full, Err((fit, &["Too many pods", "Insufficient cpu"], true)));
        let gpu = |case: &mut Case| case.pod.requests.others = [("gpu".to_owned(), 1)].into();
        check(gpu, Err((fit, &["Insufficient gpu"], false)));
    }

    #[test]
    fn a_pod_that_requests_nothing_fits_beside_those_that_took_too_much() {
        let overcommitted = |case: &mut Case| {
            case.usage.requested = resources(2_000, 0);
            case.pod = pod(0, 0);
        };
        check(overcommitted, Ok(()));
    }

    #[test]
    fn ports_of_other_pods_are_taken() {
        let port = || HostPort { ip: None, protocol: Protocol::Tcp, port: 80 };
        let both = |case: &mut Case| {
            case.usage.ports.push(port());
            case.pod.ports.push(port());
        };
        let text = "node(s) didn't have free ports for the requested pod ports";
        check(both, Err((Plugin::NodePorts, &[text], true)));
    }

    #[test]
    fn taints_and_cordons_must_be_tolerated() {
        let taint = |case: &mut Case| case.taints = vec!["a=b:NoExecute".parse().unwrap()];
        let text = "node(s) had untolerated taint(s)";
        check(taint, Err((Plugin::TaintToleration, &[text], false)));
        check(|case| case.taints = vec!["a:PreferNoSchedule".parse().unwrap()], Ok(()));
        let cordon = |case: &mut Case| case.unschedulable = true;
        let text = "node(s) were unschedulable";
        check(cordon, Err((Plugin::NodeUnschedulable, &[text], false)));
        let tolerated = |case: &mut Case| {
            case.unschedulable = true;
            let key = TAINT_NODE_UNSCHEDULABLE;
            case.pod.tolerations = vec![Toleration::exists(key, TaintEffect::NoSchedule)];
        };
        check(tolerated, Ok(()));
    }

    #[test]
    fn labels_must_fit_and_the_node_must_exist() {
        let select =
            |zone| move |case: &mut Case| drop(case.pod.node_selector.insert("zone", zone));
        check(select("a"), Ok(()));
        let text = "node(s) didn't match Pod's node affinity/selector";
        check(select("b"), Err((Plugin::NodeAffinity, &[text], false)));
        let missing = fit(&pod(1, 1), None).unwrap_err();
        assert_eq!(missing.reasons, [Reason::NodeMissing]);
    }
}
