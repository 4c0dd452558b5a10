//! A cluster at one moment, as `kubectl get ds,nodes,pods,controllerrevisions -A -o json` prints it.
//!
//! What lives here: picking the objects that a rollout depends on out of documents and lists.
//! Objects were validated by the cluster that printed them, so only what cannot be read is refused,
//! and of pods only those that matter to a DaemonSet. What follows from a snapshot is decided
//! elsewhere.

use std::collections::BTreeMap;

use crate::api::controller_revision::ControllerRevision;
use crate::api::daemon_set::DaemonSet;
use crate::api::manifest::{Loaded, daemon_set_from_cluster, daemon_set_version, type_field};
use crate::api::metadata::ObjectMeta;
use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::snapshot_problems::{self as problems, EDITED, prints_one};
use crate::api::timestamp::parse_rfc3339;
use crate::api::unmodeled;
use crate::input::{Document, FieldPath, Problem, Tree, decode};
use crate::time::SimTime;

/// Objects of a cluster at one moment, in the order in which they are printed.
///
/// No two objects of a kind have the same namespace and name; every object has a name, and every
/// one but nodes a namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// DaemonSets of `apps/v1`, at least one; not validated, without warnings.
    pub daemon_sets: Vec<Loaded>,
    pub nodes: Vec<Node>,
    /// Pods, whoever owns them; those of others only if this version can read them.
    pub pods: Vec<Pod>,
    /// ControllerRevisions of `apps/v1`; also those of `StatefulSet`s.
    pub revisions: Vec<ControllerRevision>,
    /// How many objects of other kinds were skipped, by kind.
    pub skipped: BTreeMap<String, usize>,
    /// The newest time at which any of these objects was created or changed, as far as they tell;
    /// microseconds since the Unix epoch. The snapshot was taken then or later.
    pub newest: Option<SimTime>,
}

/// The snapshot in `documents`, and what is suspicious about it. What is suspicious about how the
/// documents are written is left to their reader.
///
/// # Errors
///
/// Every object that cannot be read, has no name or is there twice; what was found instead if there
/// is no DaemonSet.
pub fn snapshot_from_documents(
    documents: &[Document],
) -> Result<(Snapshot, Vec<Problem>), Vec<Problem>> {
    let mut found = Found::default();
    for document in documents {
        let place = Place { document: document.index, path: FieldPath::ROOT };
        found.look_at(&document.tree, &place, Inherited::default());
    }
    found.finish()
}

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// Where an object stands.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) document: usize,
    pub(super) path: FieldPath,
}

/// A pod that cannot be read, except for whom it belongs to.
pub(super) struct UnreadPod {
    metadata: ObjectMeta,
    place: Place,
    problems: Vec<Problem>,
}

impl Place {
    fn item(&self, index: usize) -> Self {
        Self { document: self.document, path: self.path.key("items").index(index) }
    }

    fn problem(&self, problem: Problem) -> Problem {
        problem.below(&self.path).in_document(self.document)
    }
}

/// What an item has from its list: the API server prints a `PodList` of items without a kind.
#[derive(Clone, Copy, Default)]
struct Inherited<'a> {
    lists: usize,
    types: Option<Types<'a>>,
}

/// What an object says it is.
#[derive(Clone, Copy)]
struct Types<'a> {
    version: &'a str,
    kind: &'a str,
}

/// What tells objects apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ObjectKey {
    pub(super) kind: &'static str,
    pub(super) namespace: String,
    pub(super) name: String,
}

/// What was found in documents so far.
#[derive(Default)]
struct Found {
    snapshot: Snapshot,
    problems: Vec<Problem>,
    /// Where each object stands.
    places: BTreeMap<ObjectKey, Place>,
    /// Pods that stop nothing unless a DaemonSet turns out to be concerned.
    unread: Vec<UnreadPod>,
    /// What stops nothing.
    warnings: Vec<Problem>,
}

impl Found {
    fn look_at(&mut self, tree: &Tree, place: &Place, inherited: Inherited<'_>) {
        let Types { version, kind } = match types_of(tree, inherited) {
            Ok(types) => types,
            Err(problem) => return self.refuse(place, vec![problem]),
        };
        match (version, kind) {
            (_, "DaemonSet") => self.add_daemon_set(tree, version, place),
            ("v1", "Node") => self.add_node(tree, place),
            ("v1", "Pod") => self.add_pod(tree, place),
            ("apps/v1", "ControllerRevision") => self.add_revision(tree, place),
            ("v1", "Status") => self.refuse(place, vec![problems::status(tree)]),
            (_, "Table") => self.refuse(place, vec![problems::table()]),
            _ => match list_of(kind, tree) {
                Some(items) => {
                    let types = Types { version, kind: items_of(kind) };
                    self.look_into(items, types, place, inherited);
                }
                None => *self.snapshot.skipped.entry(kind.to_owned()).or_default() += 1,
            },
        }
    }

    fn look_into(
        &mut self,
        items: &Tree,
        types: Types<'_>,
        place: &Place,
        inherited: Inherited<'_>,
    ) {
        if inherited.lists == MAX_LISTS {
            let message = format!("there are lists in lists more than {MAX_LISTS} deep");
            let problem = Problem::error("nested-lists", FieldPath::ROOT.key("items"), message);
            return self.refuse(place, vec![problem.with_hint(prints_one())]);
        }
        let types = (!types.kind.is_empty()).then_some(types);
        let below = Inherited { lists: inherited.lists + 1, types };
        match items {
            Tree::Null => {}
            Tree::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.look_at(item, &place.item(index), below);
                }
            }
            Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::Text(_) | Tree::Map(_) => {
                let message = format!("expected a list of objects, found {}", items.kind());
                let problem = Problem::error("wrong-type", FieldPath::ROOT.key("items"), message);
                self.refuse(place, vec![problem.on_key()]);
            }
        }
    }

    fn add_daemon_set(&mut self, tree: &Tree, version: &str, place: &Place) {
        let read = daemon_set_version(version)
            .map_err(|problem| vec![problem])
            .and_then(|()| daemon_set_from_cluster(tree));
        let Some(mut daemon_set) = self.accept(read, tree, place) else { return };
        if self.register("DaemonSet", &mut daemon_set.metadata, place) {
            let found = unmodeled::warnings(tree);
            self.warnings.extend(found.into_iter().map(|warning| place.problem(warning)));
            let loaded = Loaded { daemon_set, manifest: tree.clone(), warnings: Vec::new() };
            self.snapshot.daemon_sets.push(loaded);
        }
    }

    fn add_node(&mut self, tree: &Tree, place: &Place) {
        let Some(mut node) = self.accept(Node::from_tree(tree), tree, place) else { return };
        if self.register("Node", &mut node.metadata, place) {
            self.snapshot.nodes.push(node);
        }
    }

    fn add_pod(&mut self, tree: &Tree, place: &Place) {
        let read = Pod::from_tree(tree);
        if let (Err(problems), Some(metadata)) = (&read, readable_metadata(tree)) {
            let (place, problems) = (place.clone(), problems.clone());
            return self.unread.push(UnreadPod { metadata, place, problems });
        }
        let Some(mut pod) = self.accept(read, tree, place) else { return };
        if self.register("Pod", &mut pod.metadata, place) {
            self.snapshot.pods.push(pod);
        }
    }

    fn add_revision(&mut self, tree: &Tree, place: &Place) {
        let read = ControllerRevision::from_tree(tree).and_then(with_readable_template);
        let Some(mut revision) = self.accept(read, tree, place) else { return };
        if self.register("ControllerRevision", &mut revision.metadata, place) {
            self.snapshot.revisions.push(revision);
        }
    }

    /// The object that was read, after a look at its times; what is wrong with it is noted.
    fn accept<T>(
        &mut self,
        read: Result<T, Vec<Problem>>,
        tree: &Tree,
        place: &Place,
    ) -> Option<T> {
        self.snapshot.newest = self.snapshot.newest.max(newest(tree));
        read.map_err(|problems| self.refuse(place, problems)).ok()
    }

    /// Notes the object's name. Whether it is a new one.
    fn register(&mut self, kind: &'static str, metadata: &mut ObjectMeta, place: &Place) -> bool {
        if metadata.name.is_empty() {
            self.refuse(place, vec![problems::nameless(kind)]);
            return false;
        }
        if kind != "Node" && metadata.namespace.is_empty() {
            "default".clone_into(&mut metadata.namespace);
        }
        let (namespace, name) = (metadata.namespace.clone(), metadata.name.clone());
        let key = ObjectKey { kind, namespace, name };
        let Some(first) = self.places.get(&key) else {
            self.places.insert(key, place.clone());
            return true;
        };
        let problem = problems::duplicate(&key, first, place.document);
        self.refuse(place, vec![problem]);
        false
    }

    fn refuse(&mut self, place: &Place, problems: Vec<Problem>) {
        for problem in problems {
            let hint = problem.hint.clone().unwrap_or_else(|| EDITED.into());
            self.problems.push(place.problem(problem.with_hint(hint)));
        }
    }

    fn finish(mut self) -> Result<(Snapshot, Vec<Problem>), Vec<Problem>> {
        let daemon_sets = &self.snapshot.daemon_sets;
        let matters = |pod: &UnreadPod| daemon_sets.iter().any(|it| concerns(it, &pod.metadata));
        let unread = std::mem::take(&mut self.unread);
        let (own, foreign): (Vec<_>, Vec<_>) = unread.into_iter().partition(matters);
        for pod in own {
            self.refuse(&pod.place, pod.problems);
        }
        if self.snapshot.daemon_sets.is_empty() && self.problems.is_empty() {
            self.problems.push(problems::no_daemon_set(&self.snapshot));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let mut warnings = missing(&self.snapshot);
        warnings.append(&mut self.warnings);
        warnings.extend(foreign.first().map(|first| problems::unread(first, foreign.len())));
        Ok((self.snapshot, warnings))
    }
}

impl UnreadPod {
    /// The first thing that is wrong with it, as a warning.
    pub(super) fn warning(&self, message: impl FnOnce(&str) -> String) -> Problem {
        let first = self.problems.first();
        let (path, why) = first.map_or((FieldPath::ROOT, ""), |it| (it.path.clone(), &it.message));
        self.place.problem(Problem::warning("unread-pods", path, message(why)))
    }
}

/// The metadata of an object of which something else cannot be read.
fn readable_metadata(tree: &Tree) -> Option<ObjectMeta> {
    let metadata: ObjectMeta = decode(tree.get("metadata")?).ok()?;
    (!metadata.name.is_empty()).then_some(metadata)
}

/// Whether a DaemonSet may own a pod, or adopt it.
fn concerns(loaded: &Loaded, pod: &ObjectMeta) -> bool {
    let DaemonSet { metadata, spec, .. } = &loaded.daemon_set;
    let namespace = if pod.namespace.is_empty() { "default" } else { &pod.namespace };
    metadata.namespace == namespace
        && match pod.controller_ref() {
            Some(owner) => owner.kind == "DaemonSet" && owner.name == metadata.name,
            None => spec.selector.matches(&pod.labels),
        }
}

/// What a snapshot of a cluster that runs DaemonSets has, and this one has not.
fn missing(snapshot: &Snapshot) -> Vec<Problem> {
    let ran = |loaded: &Loaded| loaded.daemon_set.status.current_number_scheduled > 0;
    let mut warnings = Vec::new();
    if snapshot.nodes.is_empty() {
        warnings.push(problems::no_node());
    }
    if snapshot.pods.is_empty() && snapshot.daemon_sets.iter().any(ran) {
        warnings.push(problems::no_pod());
    }
    if snapshot.revisions.is_empty() {
        warnings.push(problems::no_revision());
    }
    warnings
}

/// An object's `apiVersion` and `kind`.
fn types_of<'a>(tree: &'a Tree, inherited: Inherited<'a>) -> Result<Types<'a>, Problem> {
    if !matches!(tree, Tree::Map(_)) {
        let message = format!("a Kubernetes object is a map, this is {}", tree.kind());
        return Err(
            Problem::error("not-an-object", FieldPath::ROOT, message).with_hint(prints_one())
        );
    }
    match inherited.types {
        Some(types) if tree.get("kind").is_none() && tree.get("apiVersion").is_none() => Ok(types),
        _ => Ok(Types {
            version: type_field(tree, "apiVersion", "v1")?,
            kind: type_field(tree, "kind", if inherited.lists == 0 { "List" } else { "Pod" })?,
        }),
    }
}

/// The items of a list of objects of any kind.
fn list_of<'a>(kind: &str, tree: &'a Tree) -> Option<&'a Tree> {
    if kind.ends_with("List") { tree.get("items") } else { None }
}

/// The kind of the items of a list of this kind; empty if they say it themselves.
fn items_of(list: &str) -> &str {
    list.strip_suffix("List").unwrap_or_default()
}

/// Refuses a DaemonSet's revision whose template cannot be read; those of others are left alone.
fn with_readable_template(
    revision: ControllerRevision,
) -> Result<ControllerRevision, Vec<Problem>> {
    let owner = revision.metadata.controller_ref();
    if owner.is_none_or(|owner| owner.kind == "DaemonSet") {
        revision.pod_template()?;
    }
    Ok(revision)
}

/// The newest time in what an object says of its past: when it was created, when it was changed,
/// and whatever its status tells. A deletion's time lies in the future.
fn newest(tree: &Tree) -> Option<SimTime> {
    let metadata = tree.get("metadata");
    let created = metadata.and_then(|metadata| metadata.get("creationTimestamp"));
    let managed = metadata.and_then(|metadata| metadata.get("managedFields"));
    let entries = if let Some(Tree::List(entries)) = managed { entries } else { &[][..] };
    let changed = entries.iter().filter_map(|entry| entry.get("time"));
    created.into_iter().chain(changed).chain(tree.get("status")).filter_map(newest_below).max()
}

fn newest_below(tree: &Tree) -> Option<SimTime> {
    match tree {
        Tree::Text(text) => parse_rfc3339(text),
        Tree::List(items) => items.iter().filter_map(newest_below).max(),
        Tree::Map(entries) => entries.iter().filter_map(|(_, value)| newest_below(value)).max(),
        Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) => None,
    }
}

#[cfg(test)]
mod tests;
