//! Which pods serve on which nodes, and where pods belong: the cluster after the facts so far.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::{Labels, PodTemplate, Taint, daemon_set_from_cluster};
use crate::control::daemonset::eligibility;
use crate::inspect::phases::Rules;
use crate::inspect::run::Run;
use crate::record::{DaemonSetState, NameId, NodeState, Phase, PodCounts, PodState, Ready};

/// Index of a DaemonSet: its place in [`Run::daemon_sets`].
pub(super) type DaemonSetIndex = usize;

/// Index of a node, in the order in which the record names them.
pub(super) type NodeIndex = usize;

/// A DaemonSet on a node.
pub(super) type Place = (DaemonSetIndex, NodeIndex);

/// The cluster, as far as it decides what is served where.
#[derive(Debug, Default)]
pub(super) struct Cluster {
    pub(super) daemon_sets: Vec<DaemonSet>,
    pub(super) nodes: Vec<Node>,
    pub(super) pods: Vec<Pod>,
    /// Places where something may have changed with the last fact.
    pub(super) touched: Vec<Place>,
    pub(super) by_daemon_set: BTreeMap<String, DaemonSetIndex>,
    pub(super) by_node: BTreeMap<String, NodeIndex>,
    pub(super) by_pod: BTreeMap<NameId, usize>,
    pub(super) templates: Templates,
}

/// A DaemonSet, whether it is there or not.
#[derive(Debug, Default)]
pub(super) struct DaemonSet {
    /// Whether the object is there, and is not being deleted.
    pub(super) lives: bool,
    /// What decides where its pods belong; none if it cannot be read.
    template: Option<PodTemplate>,
    /// The same template as a number, to be compared.
    pub(super) current: Option<usize>,
    pub(super) rules: Rules,
    pub(super) pods: PodCounts,
}

/// A node, whether it is there or not.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) exists: bool,
    /// Whether its machine is off.
    pub(super) is_off: bool,
    /// Its condition Ready.
    pub(super) ready: Ready,
    pub(super) labels: Labels,
    pub(super) taints: Vec<Taint>,
    /// The pods that it has, or that are meant for it.
    pub(super) pods: Vec<usize>,
}

/// A pod.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is true of a pod or not, on its own")]
pub(super) struct Pod {
    pub(super) owner: Option<DaemonSetIndex>,
    pub(super) creator: DaemonSetIndex,
    pub(super) node: NodeIndex,
    /// What it was made from, if that is known.
    pub(super) template: Option<usize>,
    pub(super) exists: bool,
    /// Its containers run and its probes pass, whether or not anybody knows.
    pub(super) serving: bool,
    pub(super) terminating: bool,
    /// Its phase is Failed or Succeeded.
    pub(super) has_ended: bool,
    pub(super) has_finalizers: bool,
    /// It does not get on as it should.
    pub(super) fails: bool,
}

/// Templates by number; equal ones have the same.
#[derive(Debug, Default)]
pub(super) struct Templates {
    numbers: BTreeMap<String, usize>,
    has_finalizers: Vec<bool>,
    /// By namespace and hash of their revision.
    by_hash: BTreeMap<(String, String), usize>,
}

impl Templates {
    fn number(&mut self, template: &Value) -> usize {
        let next = self.has_finalizers.len();
        let number = *self.numbers.entry(template.to_string()).or_insert(next);
        if number == next {
            let finalizers = template["metadata"]["finalizers"].as_array();
            self.has_finalizers.push(finalizers.is_some_and(|all| !all.is_empty()));
        }
        number
    }

    /// A revision of a hash keeps a template.
    pub(super) fn keep(&mut self, namespace: &str, hash: &str, template: &Value) {
        let number = self.number(template);
        self.by_hash.insert((namespace.to_owned(), hash.to_owned()), number);
    }

    /// The template of a revision.
    pub(super) fn of_hash(&self, namespace: &str, hash: &str) -> Option<usize> {
        self.by_hash.get(&(namespace.to_owned(), hash.to_owned())).copied()
    }

    /// Whether pods of a template get finalizers.
    pub(super) fn has_finalizers(&self, template: Option<usize>) -> bool {
        template.and_then(|it| self.has_finalizers.get(it)).is_some_and(|it| *it)
    }
}

impl Cluster {
    /// The cluster when a run begins.
    pub(super) fn at_start(run: &Run) -> Self {
        let mut cluster = Self::default();
        for name in run.daemon_sets() {
            cluster.by_daemon_set.insert(name.to_owned(), cluster.daemon_sets.len());
            cluster.daemon_sets.push(DaemonSet::default());
        }
        for node in &run.start.nodes {
            cluster.add_node(node);
        }
        for revision in &run.start.revisions {
            cluster.templates.keep(&revision.namespace, &revision.hash, &revision.template);
        }
        for state in &run.start.daemon_sets {
            cluster.apply_daemon_set(state);
        }
        for pod in &run.start.pods {
            let index = cluster.add_pod_at_start(pod);
            if let (Some(name), Some(index)) = (run.names.find(&pod.pod), index) {
                cluster.by_pod.insert(name, index);
            }
        }
        cluster
    }

    /// The index of a node of a name, which is not there if it was never told of.
    pub(super) fn node_index(&mut self, name: &str) -> NodeIndex {
        if let Some(index) = self.by_node.get(name) {
            return *index;
        }
        let index = self.nodes.len();
        self.by_node.insert(name.to_owned(), index);
        self.nodes.push(Node { name: name.to_owned(), ..Node::default() });
        index
    }

    /// A Node object appears, or does so again.
    pub(super) fn add_node(&mut self, state: &NodeState) {
        let index = self.node_index(&state.name);
        let node = &mut self.nodes[index];
        node.exists = true;
        node.is_off = false;
        node.ready = state.ready;
        node.labels = state.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
        node.taints = state.taints.iter().filter_map(|taint| taint.parse().ok()).collect();
        self.touch_node(index);
    }

    /// A DaemonSet appears, or has another spec.
    pub(super) fn apply_daemon_set(&mut self, state: &DaemonSetState) {
        let Some(&index) = self.by_daemon_set.get(&state.daemon_set) else { return };
        let current = self.templates.number(&state.spec["template"]);
        let daemon_set = &mut self.daemon_sets[index];
        daemon_set.lives = state.deleted.is_none();
        daemon_set.current = Some(current);
        daemon_set.rules = Rules::of_spec(&state.spec);
        daemon_set.template = template_of(state);
        self.touch_daemon_set(index);
    }

    fn add_pod_at_start(&mut self, state: &PodState) -> Option<usize> {
        let daemon_set = *self.by_daemon_set.get(&state.daemon_set)?;
        let node = self.node_index(&state.node);
        let template = match &state.template {
            Some(own) => Some(self.templates.number(own)),
            None => self.templates.of_hash(&state.namespace, &state.revision),
        };
        let runs = self.nodes[node].ready != Ready::Unknown;
        let terminating = state.deleted.is_some();
        Some(self.add_pod(Pod {
            owner: (!state.orphan).then_some(daemon_set),
            creator: daemon_set,
            node,
            template,
            exists: true,
            serving: state.ready_since.is_some() && !terminating && runs,
            terminating,
            has_ended: matches!(state.phase, Phase::Failed | Phase::Succeeded),
            has_finalizers: !state.finalizers.is_empty(),
            fails: state.phase == Phase::Failed
                || state.unready_since.is_some()
                || state.waiting.is_some(),
        }))
    }

    /// A pod appears.
    pub(super) fn add_pod(&mut self, pod: Pod) -> usize {
        let index = self.pods.len();
        self.pods.push(Pod { exists: false, ..pod });
        self.nodes[pod.node].pods.push(index);
        self.change_pod(index, |it| it.exists = true);
        index
    }

    /// Changes a pod, and keeps the counts of its owner.
    pub(super) fn change_pod(&mut self, index: usize, change: impl FnOnce(&mut Pod)) {
        let before = self.pods[index];
        self.count(before, |count, by| *count = count.saturating_sub(by));
        change(&mut self.pods[index]);
        let after = self.pods[index];
        self.count(after, |count, by| *count = count.saturating_add(by));
        let is_deleted = after.terminating || !after.exists;
        if is_deleted && before.exists && !before.terminating {
            let keeper = before.owner.unwrap_or(before.creator);
            self.daemon_sets[keeper].pods.deleted += 1;
        }
        if before.exists && !after.exists {
            self.nodes[after.node].pods.retain(|&pod| pod != index);
        }
        for pod in [before, after] {
            self.touched.push((pod.owner.unwrap_or(pod.creator), pod.node));
        }
    }

    fn count(&mut self, pod: Pod, step: impl Fn(&mut u32, u32)) {
        let Some(owner) = pod.owner.filter(|_| pod.exists) else { return };
        let counts = &mut self.daemon_sets[owner].pods;
        step(&mut counts.existing, 1);
        step(&mut counts.starting, u32::from(!pod.terminating && !pod.serving));
        step(&mut counts.terminating, u32::from(pod.terminating && !pod.is_left_over()));
    }

    pub(super) fn touch_node(&mut self, node: NodeIndex) {
        self.touched.extend((0..self.daemon_sets.len()).map(|daemon_set| (daemon_set, node)));
    }

    pub(super) fn touch_daemon_set(&mut self, daemon_set: DaemonSetIndex) {
        self.touched.extend((0..self.nodes.len()).map(|node| (daemon_set, node)));
    }

    /// The pods of a DaemonSet on a node.
    pub(super) fn pods_at(&self, (daemon_set, node): Place) -> impl Iterator<Item = &Pod> {
        let pods = self.nodes[node].pods.iter().map(|&pod| &self.pods[pod]);
        pods.filter(move |pod| pod.owner == Some(daemon_set))
    }

    /// Whether a pod belongs on a node.
    pub(super) fn is_wanted(&self, (daemon_set, node): Place) -> bool {
        let DaemonSet { lives, template, .. } = &self.daemon_sets[daemon_set];
        let Node { name, exists, labels, taints, .. } = &self.nodes[node];
        let Some(template) = template.as_ref().filter(|_| *lives && *exists) else { return false };
        eligibility(template, name, labels, taints).should_run
    }

    /// Whether a pod was made from the template that its DaemonSet has now.
    pub(super) fn is_current(&self, pod: &Pod) -> bool {
        let owner = pod.owner.map(|owner| &self.daemon_sets[owner]);
        pod.template.is_some() && owner.is_some_and(|owner| owner.current == pod.template)
    }
}

impl Node {
    /// Whether its machine is off, or its condition Ready is not `True`.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.is_off || self.ready != Ready::True
    }
}

impl Pod {
    /// Whether nothing is left of it but an object that finalizers keep.
    pub(super) const fn is_left_over(&self) -> bool {
        self.has_finalizers && self.terminating && self.has_ended
    }
}

/// The template of a DaemonSet, with defaults.
fn template_of(state: &DaemonSetState) -> Option<PodTemplate> {
    let object = json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": state.name, "namespace": state.namespace},
        "spec": state.spec,
    });
    daemon_set_from_cluster(&object.into()).ok().map(|it| it.spec.template)
}
