//! What a fact changes of nodes, DaemonSets and revisions.

use crate::inspect::moment::{Moment, ObjectKey};
use crate::inspect::replay::walk::Replay;
use crate::inspect::touched::{Touched, touched};
use crate::record::{
    DaemonSetState, Fact, NameId, Names, NodeState, RevisionState, What, namespace_and_name,
};

impl Replay<'_> {
    /// A fact happens.
    pub(super) fn apply(&mut self, fact: &Fact, names: &Names) {
        match touched(&fact.what) {
            Some(Touched::Node(_)) => self.moment.apply_to_node(&fact.what, names),
            Some(Touched::DaemonSet(_) | Touched::Revision { .. }) => {
                self.moment.apply_to_daemon_set(&fact.what, names);
            }
            Some(Touched::Pod(_)) => self.apply_to_pod(&fact.what, names),
            None => {}
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
                moment.revisions.remove(&revision_key(names, *daemon_set, *revision));
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
        if let Some(it) = self.revisions.get_mut(&revision_key(names, daemon_set, revision)) {
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
            if it.deleted.is_none() {
                it.deleted = Some(now.truncate_to_second());
                it.generation = it.generation.saturating_add(1);
            }
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

fn revision_key(names: &Names, daemon_set: NameId, revision: NameId) -> ObjectKey {
    let (namespace, _) = namespace_and_name(names.get(daemon_set));
    (namespace.to_owned(), names.get(revision).to_owned())
}

fn parsed<T: serde::de::DeserializeOwned>(names: &Names, json: NameId) -> Option<T> {
    serde_json::from_str(names.get(json)).ok()
}
