//! What a fact changes of nodes, DaemonSets and revisions.

use serde_json::Value;

use crate::inspect::moment::Moment;
use crate::inspect::replay::walk::Replay;
use crate::record::{DaemonSetState, Fact, NameId, Names, NodeState, RevisionState, What};

impl Replay<'_> {
    /// A fact happens.
    pub(super) fn apply(&mut self, fact: &Fact, names: &Names) {
        use What as W;
        match &fact.what {
            W::NodeAdded { .. }
            | W::NodeDeleted { .. }
            | W::NodePressure { .. }
            | W::NodeReady { .. }
            | W::NodeCordoned { .. }
            | W::NodeTainted { .. }
            | W::NodeUntainted { .. }
            | W::NodeLabeled { .. } => self.moment.apply_to_node(&fact.what, names),
            W::DaemonSetApplied { .. }
            | W::DaemonSetDeleted { .. }
            | W::DaemonSetRemoved { .. }
            | W::RevisionCurrent { .. }
            | W::RevisionOwnerChanged { .. }
            | W::RevisionDeleted { .. }
            | W::StatusWritten { .. } => self.moment.apply_to_daemon_set(&fact.what, names),
            W::PodCreated { .. }
            | W::PodRelabeled { .. }
            | W::PodOwnerChanged { .. }
            | W::PodUnschedulable { .. }
            | W::PodStuck { .. }
            | W::PodBound { .. }
            | W::PodTerminating { .. }
            | W::PodRemoved { .. } => self.apply_to_pod(&fact.what, names),
            W::PodPulling { .. }
            | W::PodPulled { .. }
            | W::PodPullFailed { .. }
            | W::PodRejected { .. }
            | W::PodFailed { .. }
            | W::PodStopped { .. }
            | W::PodStarted { .. }
            | W::PodCrashed { .. }
            | W::PodUnhealthy { .. }
            | W::ReadinessGatesNotReady { .. }
            | W::PodReady { .. }
            | W::PodUnready { .. }
            | W::PodMarkedNotReady { .. } => self.report(&fact.what, names),
            // These change no object.
            W::Scenario { .. }
            | W::ActionFailed { .. }
            | W::NodeFailed { .. }
            | W::NodeRecovered { .. }
            | W::NodeDrained { .. }
            | W::NodeShuttingDown { .. }
            | W::Synced { .. }
            | W::SyncFailed { .. }
            | W::EventPosted { .. }
            | W::OthersPreempted { .. }
            | W::PodEvictionScheduled { .. }
            | W::PodEvictionCancelled { .. }
            | W::ControllerStopped
            | W::ControllerStarted
            | W::ApiServerDown
            | W::ApiServerUp
            | W::InformerListed { .. } => {}
        }
    }
}

impl Moment {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only facts about nodes get here")]
    fn apply_to_node(&mut self, what: &What, names: &Names) {
        let moment = self;
        match what {
            What::NodeAdded { object, .. } => {
                if let Some(node) = parsed::<NodeState>(names, *object) {
                    moment.nodes.insert(node.name.clone(), node);
                }
            }
            What::NodeDeleted { node } => _ = moment.nodes.remove(names.get(*node)),
            What::NodePressure { node, condition, present } => {
                change_node(moment, names, *node, |node| {
                    node.pressures.retain(|it| it != condition);
                    if *present {
                        node.pressures.push(condition.clone().into_owned());
                    }
                });
            }
            What::NodeReady { node, status } => {
                let now = moment.now;
                change_node(moment, names, *node, |node| {
                    if node.ready != *status {
                        node.ready = *status;
                        node.ready_since = Some(now);
                    }
                });
            }
            What::NodeCordoned { node, unschedulable } => {
                change_node(moment, names, *node, |node| node.unschedulable = *unschedulable);
            }
            What::NodeTainted { node, taint } => {
                let taint = names.get(*taint).to_owned();
                change_node(moment, names, *node, |node| node.taints.push(taint));
            }
            What::NodeUntainted { node, taint } => {
                let taint = names.get(*taint);
                change_node(moment, names, *node, |node| node.taints.retain(|it| it != taint));
            }
            What::NodeLabeled { node, labels } => {
                if let Some(labels) = parsed(names, *labels) {
                    change_node(moment, names, *node, |node| node.labels = labels);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only facts about DaemonSets get here")]
    fn apply_to_daemon_set(&mut self, what: &What, names: &Names) {
        let moment = self;
        match what {
            What::DaemonSetApplied { object, .. } => {
                if let Some(applied) = parsed::<DaemonSetState>(names, *object) {
                    moment.daemon_sets.insert(applied.daemon_set.clone(), applied);
                }
            }
            What::DaemonSetDeleted { daemon_set, kept_by } => {
                moment.delete_daemon_set(names.get(*daemon_set), kept_by.map(|it| names.get(it)));
            }
            What::DaemonSetRemoved { daemon_set } => {
                moment.delete_daemon_set(names.get(*daemon_set), None);
            }
            What::RevisionCurrent { daemon_set, revision, number, object, .. } => {
                match object.and_then(|object| parsed::<RevisionState>(names, object)) {
                    Some(created) => moment.add_revision(created),
                    None => moment.change_revision(names, *daemon_set, *revision, |it| {
                        it.number = *number;
                    }),
                }
            }
            What::RevisionOwnerChanged { daemon_set, revision, owned } => {
                let owner = owned.then(|| names.get(*daemon_set).to_owned());
                moment.change_revision(names, *daemon_set, *revision, |it| it.owner = owner);
            }
            What::RevisionDeleted { daemon_set, revision } => {
                let namespace = namespace_of(names.get(*daemon_set)).to_owned();
                moment.revisions.remove(&(namespace, names.get(*revision).to_owned()));
            }
            What::StatusWritten { daemon_set, observed_generation, status } => {
                if let Some(it) = moment.daemon_sets.get_mut(names.get(*daemon_set)) {
                    it.status = *status;
                    it.observed_generation = *observed_generation;
                }
            }
            _ => {}
        }
    }

    pub(super) fn add_revision(&mut self, revision: RevisionState) {
        let template = (revision.namespace.clone(), revision.hash.clone());
        self.templates.insert(template, revision.template.clone());
        let key = (revision.namespace.clone(), revision.name.clone());
        self.revisions.insert(key, revision);
    }

    fn change_revision(
        &mut self,
        names: &Names,
        daemon_set: NameId,
        revision: NameId,
        change: impl FnOnce(&mut RevisionState),
    ) {
        let namespace = namespace_of(names.get(daemon_set)).to_owned();
        if let Some(it) = self.revisions.get_mut(&(namespace, names.get(revision).to_owned())) {
            change(it);
        }
    }

    /// The object goes, or is being deleted until its finalizers are gone.
    fn delete_daemon_set(&mut self, daemon_set: &str, kept_by: Option<&str>) {
        let Some(kept_by) = kept_by else {
            self.daemon_sets.remove(daemon_set);
            return;
        };
        let now = self.now;
        if let Some(it) = self.daemon_sets.get_mut(daemon_set) {
            it.deleted.get_or_insert(now.truncate_to_second());
            it.finalizers = kept_by.split(',').map(str::to_owned).collect();
        }
    }
}

fn change_node(
    moment: &mut Moment,
    names: &Names,
    node: NameId,
    change: impl FnOnce(&mut NodeState),
) {
    if let Some(node) = moment.nodes.get_mut(names.get(node)) {
        change(node);
    }
}

/// The namespace of what facts call `namespace/name`.
pub(super) fn namespace_of(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

fn parsed<T: serde::de::DeserializeOwned>(names: &Names, json: NameId) -> Option<T> {
    serde_json::from_str(names.get(json)).ok()
}

/// Finalizers of a template, which its pods get.
pub(super) fn finalizers_of(template: Option<&Value>) -> Vec<String> {
    let found = template.and_then(|it| it["metadata"]["finalizers"].as_array());
    let texts = found.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
