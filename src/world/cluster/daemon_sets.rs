//! DaemonSet objects and their specs, from one change to the next.

use std::collections::BTreeMap;

use crate::api::{DaemonSetSpec, KubernetesVersion, Labels, PodTemplate};
use crate::control::daemonset::{Budget, Eligibility, Rules, StrategyKind, eligibility};
use crate::control::kubelet::is_best_effort;
use crate::control::scheduler::PodNeeds;
use crate::control::{NodeId, PodId};
use crate::record::StatusCounts;
use crate::scenario::{Cascade, DaemonSetRef};
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::nodes::NodeVersion;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::{DaemonSetId, ImageId, SpecId, TemplateId, VersionId};

/// A DaemonSet object.
#[derive(Clone, Debug)]
pub(in crate::world) struct DaemonSetObject {
    pub(in crate::world) name: DaemonSetRef,
    /// What the record calls it: `namespace/name`, or `namespace/name (2)` if it is the second one of
    /// that name.
    pub(in crate::world) key: String,
    /// The hash of its name, and of how many before it had the same: names random numbers.
    pub(in crate::world) name_hash: u64,
    pub(in crate::world) exists: bool,
    /// Whole seconds.
    pub(in crate::world) created: SimTime,
    pub(in crate::world) labels: Labels,
    pub(in crate::world) annotations: BTreeMap<String, String>,
    pub(in crate::world) deleting: Option<Cascade>,
    /// Since when it is being deleted, if it is. Whole seconds.
    pub(in crate::world) deleted: Option<SimTime>,
    /// Whether its deletion has begun in this run, while finalizers keep it: that raises its
    /// generation.
    ///
    /// Source: `apiserver/pkg/registry/generic/registry/store.go › markAsDeleting`.
    pub(in crate::world) marked: bool,
    /// Finalizers of others, which keep the object once it is deleted.
    pub(in crate::world) kept_by: Vec<String>,
    pub(in crate::world) spec: SpecId,
    pub(in crate::world) observed_generation: i64,
    pub(in crate::world) status: StatusCounts,
    /// `status.collisionCount`, part of the hash of new revisions.
    pub(in crate::world) collision_count: Option<u32>,
    /// How many draws about requests and watches it has had.
    pub(in crate::world) api_draws: u32,
}

/// A DaemonSet's spec, from one change to the next, and what follows from it.
#[derive(Clone, Debug)]
pub(in crate::world) struct Spec {
    pub(in crate::world) written: DaemonSetSpec,
    pub(in crate::world) template: TemplateId,
    /// `metadata.generation`.
    pub(in crate::world) generation: i64,
    /// Annotation `deprecated.daemonset.template.generation`; for what pods found in a snapshot
    /// were made from, their label `pod-template-generation`.
    pub(in crate::world) template_generation: Option<i64>,
    pub(in crate::world) rules: Rules,
    /// Every image of the template, in the order in which they are pulled.
    pub(in crate::world) images: Vec<ImageId>,
    /// The longest `initialDelaySeconds` of a readiness probe, if there is one.
    pub(in crate::world) readiness_delay: Option<SimDuration>,
    pub(in crate::world) grace_period: SimDuration,
    /// What a pod of it asks of its node.
    pub(in crate::world) needs: PodNeeds,
    /// Why the API server refuses to create pods of it, in its words.
    pub(in crate::world) refused: Option<String>,
    /// Whether no container asks for or is limited in anything.
    pub(in crate::world) best_effort: bool,
}

impl Spec {
    /// How many nodes an update may disturb, of `desired`.
    pub(in crate::world) fn budget(&self, desired: u32) -> Budget {
        Budget::of(self.written.update_strategy, desired)
    }

    pub(in crate::world) fn is_on_delete(&self) -> bool {
        self.written.update_strategy.is_on_delete()
    }

    /// Whether new pods come beside the old.
    pub(in crate::world) fn surges(&self) -> bool {
        self.rules.strategy == StrategyKind::Surge
    }

    /// Column NODE SELECTOR of `kubectl get ds`.
    pub(in crate::world) fn node_selector_column(&self) -> String {
        let selector = &self.written.template.spec.node_selector;
        let pairs: Vec<String> =
            selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
        if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
    }
}

/// The longest initial delay among the readiness probes of a template, if it has any.
pub(super) fn readiness_delay(template: &PodTemplate) -> Option<SimDuration> {
    let probes = template.spec.containers.iter().filter_map(|c| c.readiness_probe.as_ref());
    probes.map(|probe| probe.initial_delay).max()
}

/// A DaemonSet as a watch event carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::world) struct CachedDaemonSet {
    pub(in crate::world) exists: bool,
    pub(in crate::world) deleting: bool,
    pub(in crate::world) spec: SpecId,
    pub(in crate::world) generation: i64,
    pub(in crate::world) observed_generation: i64,
    pub(in crate::world) misscheduled: u32,
}

impl Cluster {
    /// Whether pods of a spec belong on a node with these labels and taints.
    pub(in crate::world) fn eligibility(
        &self,
        spec: SpecId,
        node: NodeId,
        version: VersionId,
    ) -> Eligibility {
        let template = &self.specs[spec].written.template;
        let NodeVersion { labels, taints } = &self.versions[version];
        eligibility(template, &self.nodes[node].name, labels, taints)
    }

    /// Whether two specs put pods on the same nodes, whatever the nodes.
    pub(in crate::world) fn have_same_constraints(&self, a: SpecId, b: SpecId) -> bool {
        let [a, b] = [a, b].map(|id| &self.specs[id].written.template.spec);
        a.node_name == b.node_name
            && a.node_selector == b.node_selector
            && a.node_affinity_required == b.node_affinity_required
            && a.tolerations == b.tolerations
            && a.host_network == b.host_network
    }

    /// The DaemonSet of that name that exists now.
    pub(in crate::world) fn find(&self, name: &DaemonSetRef) -> Option<DaemonSetId> {
        let is_meant = |&id: &DaemonSetId| {
            let object = &self.daemon_sets[id];
            object.exists && object.name == *name
        };
        self.daemon_set_ids().find(is_meant)
    }

    /// One state of a spec, with what follows from it.
    pub(in crate::world) fn new_spec(
        &mut self,
        spec: DaemonSetSpec,
        generation: i64,
        template_generation: Option<i64>,
        version: KubernetesVersion,
    ) -> SpecId {
        let pod = &spec.template.spec;
        let images: Vec<ImageId> = pod
            .init_containers
            .iter()
            .chain(&pod.containers)
            .map(|container| self.images.intern(&container.image))
            .collect();
        let rules = Rules {
            strategy: StrategyKind::of(spec.update_strategy),
            min_ready: SimDuration::from_secs(u64::from(spec.min_ready_seconds)),
            available_at_boundary: version >= KubernetesVersion::V1_36,
        };
        let grace = u64::from(pod.termination_grace_period_seconds);
        let template = self.template_id(&spec.template);
        self.specs.push(Spec {
            template,
            generation,
            template_generation,
            rules,
            images,
            readiness_delay: readiness_delay(&spec.template),
            grace_period: SimDuration::from_secs(grace),
            needs: PodNeeds::of_daemon_pod(&spec.template, &self.priority_classes),
            refused: self.priority_classes.admit(pod).err(),
            best_effort: is_best_effort(pod),
            written: spec,
        })
    }

    /// The number of a template: equal templates have equal ones.
    pub(in crate::world) fn template_id(&mut self, template: &PodTemplate) -> TemplateId {
        let known = self.templates.find(|known| known.canonical == template.canonical);
        known.unwrap_or_else(|| self.templates.push(template.clone()))
    }

    /// What a watch event says of it.
    pub(in crate::world) fn cached_daemon_set(&self, id: DaemonSetId) -> CachedDaemonSet {
        let object = &self.daemon_sets[id];
        CachedDaemonSet {
            exists: object.exists,
            deleting: object.deleting.is_some(),
            spec: object.spec,
            generation: self.spec_of(id).generation,
            observed_generation: object.observed_generation,
            misscheduled: object.status.misscheduled,
        }
    }

    /// The pods that a DaemonSet owns, as they truly are.
    pub(in crate::world) fn pods_of(&self, id: DaemonSetId) -> Vec<PodId> {
        let on_nodes = self.nodes.iter().flat_map(|node| node.pods.iter().copied());
        on_nodes.filter(|&pod| self.pod(pod).owner == Some(id)).collect()
    }
}
