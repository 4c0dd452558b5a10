//! ControllerRevisions and templates.

use std::collections::BTreeMap;

use crate::api::{Labels, PodTemplate, TEMPLATE_GENERATION, revision_hash};
use crate::control::daemonset::Revision;
use crate::time::SimTime;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::{DaemonSetId, HashId, SpecId, TemplateId};

/// A ControllerRevision.
#[derive(Clone, Debug)]
pub(in crate::world) struct RevisionObject {
    pub(in crate::world) namespace: String,
    pub(in crate::world) owner: Option<DaemonSetId>,
    pub(in crate::world) name: String,
    /// Whole seconds.
    pub(in crate::world) created: SimTime,
    /// Those of its DaemonSet when it was created.
    pub(in crate::world) annotations: BTreeMap<String, String>,
    /// Its own labels, the hash aside.
    pub(in crate::world) labels: Labels,
    pub(in crate::world) hash: HashId,
    pub(in crate::world) number: i64,
    pub(in crate::world) template: TemplateId,
}

impl Cluster {
    /// A ControllerRevision of a spec's template.
    pub(in crate::world) fn new_revision(
        &mut self,
        id: DaemonSetId,
        spec_id: SpecId,
        number: i64,
        now: SimTime,
    ) -> usize {
        let spec = &self.specs[spec_id];
        let object = &self.daemon_sets[id];
        let mut annotations = object.annotations.clone();
        if let Some(generation) = spec.template_generation {
            annotations.insert(TEMPLATE_GENERATION.to_owned(), generation.to_string());
        }
        let hash = revision_hash(&spec.written.template.canonical, object.collision_count);
        let revision = RevisionObject {
            namespace: object.name.namespace.clone(),
            owner: Some(id),
            name: format!("{}-{hash}", object.name.name),
            created: now.truncate_to_second(),
            annotations,
            labels: spec.written.template.labels.clone(),
            hash: self.hash_id(&hash),
            number,
            template: self.specs[spec_id].template,
        };
        self.revisions.push(revision);
        self.revisions.len() - 1
    }

    /// The number of a hash: equal ones have equal ones.
    pub(in crate::world) fn hash_id(&mut self, hash: &str) -> HashId {
        let known = self.hashes.find(|known| known == hash);
        known.unwrap_or_else(|| self.hashes.push(hash.to_owned()))
    }

    pub(in crate::world) fn selects_revision(
        &self,
        id: DaemonSetId,
        revision: &RevisionObject,
    ) -> bool {
        revision.namespace == self.daemon_sets[id].name.namespace
            && self.spec_of(id).written.selector.matches(&revision.labels)
    }

    /// The template that `kubectl rollout undo` goes back to: that of `to_revision`, or of the
    /// second highest revision. None if there is no such revision.
    ///
    /// Source: `kubectl/pkg/polymorphichelpers/rollback.go › DaemonSetRollbacker`.
    pub(in crate::world) fn rollback_template(
        &self,
        id: DaemonSetId,
        to_revision: Option<i64>,
    ) -> Option<PodTemplate> {
        let mut own: Vec<&RevisionObject> =
            self.revisions_of(id).into_iter().map(|i| &self.revisions[i]).collect();
        own.sort_by_key(|revision| std::cmp::Reverse(revision.number));
        let wanted = match to_revision {
            Some(number) => own.into_iter().find(|revision| revision.number == number),
            None => own.get(1).copied(),
        };
        wanted.map(|revision| self.templates[revision.template].clone())
    }

    pub(in crate::world) fn revisions_of(&self, id: DaemonSetId) -> Vec<usize> {
        (0..self.revisions.len()).filter(|&i| self.revisions[i].owner == Some(id)).collect()
    }

    pub(in crate::world) fn revision_views(&self, own: &[usize], spec: SpecId) -> Vec<Revision> {
        let template = self.specs[spec].template;
        let view = |&i: &usize| {
            let revision = &self.revisions[i];
            Revision { number: revision.number, matches: revision.template == template }
        };
        own.iter().map(view).collect()
    }
}
