//! Manifests and snapshots that a scenario names or holds: reading them, and changing manifests
//! by `--set`.

use crate::api::{
    FoundQuotas, Loaded, PriorityClasses, ResourceQuota, Snapshot, add_priority_classes,
    daemon_sets_from_documents, fill_in_types, objects_in, resource_quotas_from_documents,
    snapshot_from_documents,
};
use crate::engine::fnv1a64;
use crate::input::{Document, FieldPath, Limits, Problem, Source, Tree, read_documents};
use crate::scenario::check::Findings;
use crate::scenario::overrides::{InManifest, Override, first_missing};
use crate::scenario::report::{SourceId, Sources, ValuePlace};
use crate::scenario::template::Template;
use crate::scenario::valid::NodeSpec;
use crate::scenario::written::{Manifest, ManifestEntry};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How files are read; the only way to the disk.
pub trait Files {
    /// The bytes of the file at `path`, which is relative to the scenario; of a file beyond the
    /// limits only so much that the reader notices.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, as a lowercase fragment: `no such file`.
    fn read(&self, path: &str, limits: &Limits) -> Result<Vec<u8>, String>;

    /// What the manifests at `path` hold, if it was kept.
    fn parsed(&self, _path: &str) -> Option<Arc<Vec<Document>>> {
        None
    }

    /// Keeps what the manifests at `path` hold for whoever reads them again.
    fn keep_parsed(&self, _path: &str, _documents: &Arc<Vec<Document>>) {}

    /// What messages call the file at `path`.
    fn shown(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// No files at all, for scenarios that hold their manifests.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str, _: &Limits) -> Result<Vec<u8>, String> {
        Err("no such file".to_owned())
    }
}

/// Whether this is a manifest itself, without a key before it: it has what every object has.
pub(super) fn is_manifest(tree: &Tree) -> bool {
    tree.get("kind").is_some() || tree.get("apiVersion").is_some()
}

/// Reads manifests, each file once.
pub(super) struct Manifests<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    changes: Vec<InManifest>,
    known: BTreeMap<String, Option<File>>,
    /// Snapshots by their files, each with its part of the canonical text.
    snapshots: BTreeMap<String, (String, Box<Snapshot>)>,
    /// What was read, for the hash of the scenario.
    canonical: String,
    priority_classes: PriorityClasses,
    templates: Vec<Template>,
}

/// What an entry with manifests holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects {
    pub(super) daemon_sets: Vec<Loaded>,
    pub(super) quotas: Vec<ResourceQuota>,
}

/// A file that was read.
#[derive(Clone)]
struct File {
    id: SourceId,
    documents: Vec<Document>,
}

impl<'a> Manifests<'a> {
    pub(super) fn new(
        files: &'a dyn Files,
        sources: &'a mut Sources,
        changes: Vec<InManifest>,
    ) -> Self {
        Self {
            files,
            sources,
            changes,
            known: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            canonical: String::new(),
            priority_classes: PriorityClasses::default(),
            templates: Vec::new(),
        }
    }

    /// What was read, in one canonical text.
    pub(super) fn into_canonical(self) -> String {
        self.canonical
    }

    /// The priority classes among what was read.
    pub(super) fn priority_classes(&self) -> &PriorityClasses {
        &self.priority_classes
    }

    /// Warns of DaemonSets whose pods the API server will refuse.
    pub(super) fn warn_of_refused_pods(&mut self, classes: &PriorityClasses) {
        for template in &self.templates {
            self.sources.report(template.source, template.refusal(classes));
        }
    }

    /// Warns of DaemonSets whose pods need what none of the nodes that they select has. `nodes` are
    /// examples of all.
    pub(super) fn warn_of_unmet_needs(&mut self, nodes: &[NodeSpec]) {
        for template in &self.templates {
            self.sources.report(template.source, template.unmet_needs(nodes));
        }
    }

    /// The objects of the entry at `path`; none if there is something wrong with them, which then
    /// was noted.
    pub(super) fn entry(
        &mut self,
        findings: &mut Findings,
        tree: &Tree,
        path: &FieldPath,
    ) -> Option<Objects> {
        if is_manifest(tree) {
            return self.inline(tree, path);
        }
        match findings.decode(tree, path)? {
            ManifestEntry::Bare(file) => self.file(findings, &file, path, path),
            ManifestEntry::Wrapped(Manifest::Path(file)) => {
                self.file(findings, &file, &path.key("manifest"), path)
            }
            ManifestEntry::Wrapped(Manifest::Inline) => {
                self.inline(tree.get("manifest")?, &path.key("manifest"))
            }
        }
    }

    fn inline(&mut self, tree: &Tree, path: &FieldPath) -> Option<Objects> {
        let document = Document { index: 0, tree: tree.clone(), warnings: Vec::new() };
        self.objects(Sources::SCENARIO, &[document], path)
    }

    fn file(
        &mut self,
        findings: &mut Findings,
        name: &str,
        named_at: &FieldPath,
        entry: &FieldPath,
    ) -> Option<Objects> {
        if !self.known.contains_key(name) {
            let file = self.read(findings, "manifest", name, named_at, Limits::STREAM);
            self.known.insert(name.to_owned(), file);
        }
        let mut file = self.known.get(name).cloned()??;
        let changes: Vec<_> =
            self.changes.iter().filter(|change| change.entry == *entry).cloned().collect();
        for change in changes {
            self.change(&mut file, &change);
        }
        self.objects(file.id, &file.documents, &FieldPath::ROOT)
    }

    /// The snapshot of a cluster in a file; none if there is something wrong with it, which then
    /// was noted.
    pub(super) fn snapshot(
        &mut self,
        findings: &mut Findings,
        name: &str,
        path: &FieldPath,
    ) -> Option<Box<Snapshot>> {
        // A scenario may begin with it and take its latencies from it.
        if let Some((hash, snapshot)) = self.snapshots.get(name) {
            self.canonical.push_str(hash);
            return Some(snapshot.clone());
        }
        let File { id, documents } =
            self.read(findings, "snapshot", name, path, Limits::SNAPSHOT)?;
        let text = self.sources.source(id).text();
        let hash = format!("\nsnapshot {:016x}", fnv1a64(text.as_bytes()));
        self.canonical.push_str(&hash);
        match snapshot_from_documents(&documents) {
            Ok((snapshot, warnings)) => {
                self.sources.report(id, warnings);
                let snapshot = Box::new(snapshot);
                self.snapshots.insert(name.to_owned(), (hash, snapshot.clone()));
                Some(snapshot)
            }
            Err(problems) => {
                self.sources.report(id, problems);
                None
            }
        }
    }

    fn read(
        &mut self,
        findings: &mut Findings,
        what: &str,
        name: &str,
        path: &FieldPath,
        limits: Limits,
    ) -> Option<File> {
        let bytes = match self.files.read(name, &limits) {
            Ok(bytes) => bytes,
            Err(why) => {
                let message = format!("cannot read the {what} `{name}`: {why}");
                let hint = "paths are relative to the scenario's folder";
                findings.error("missing-file", path, message, hint);
                return None;
            }
        };
        let id = self.sources.add(Source::from_bytes(self.files.shown(name), bytes), limits);
        match self.documents(id, what, name, &limits) {
            Ok(documents) => {
                let warnings = documents.iter().flat_map(|document| &document.warnings);
                self.sources.report(id, warnings.cloned().collect::<Vec<_>>());
                Some(File { id, documents })
            }
            Err(problem) => {
                self.sources.report(id, [problem]);
                None
            }
        }
    }

    /// The documents of a source; those of manifests are parsed once, however often a scenario is
    /// read.
    fn documents(
        &self,
        id: SourceId,
        what: &str,
        name: &str,
        limits: &Limits,
    ) -> Result<Vec<Document>, Problem> {
        let is_manifest = what == "manifest";
        if let Some(known) = self.files.parsed(name).filter(|_| is_manifest) {
            return Ok(known.to_vec());
        }
        let mut documents = read_documents(self.sources.source(id), limits)?;
        if is_manifest {
            fill_in_types(&mut documents);
            self.files.keep_parsed(name, &Arc::new(documents.clone()));
        }
        Ok(documents)
    }

    /// Sets a field in every DaemonSet of a file.
    fn change(&mut self, file: &mut File, change: &InManifest) {
        let refuse = |sources: &mut Sources, message: String, hint: &str| {
            let problem = Problem::error("bad-set", change.path.clone(), message);
            sources.report(change.by, [problem.with_hint(hint).at(change.at)]);
        };
        let mut is_any = false;
        for document in &mut file.documents {
            for object in daemon_sets_in(document) {
                is_any = true;
                let path = object.join(&change.path);
                let made = first_missing(&document.tree, &path);
                match document.tree.set(&path, change.value.clone()) {
                    Ok(()) => {
                        let place =
                            ValuePlace { source: file.id, document: document.index, path: made };
                        self.sources.override_value(place, change.by, change.at);
                    }
                    Err(error) => {
                        refuse(self.sources, error.to_string(), "the path must fit the manifest");
                    }
                }
            }
        }
        if !is_any {
            let name = self.sources.source(file.id).name().to_owned();
            refuse(self.sources, format!("`{name}` has no DaemonSet"), "name another file");
        }
    }

    fn objects(
        &mut self,
        id: SourceId,
        documents: &[Document],
        path: &FieldPath,
    ) -> Option<Objects> {
        for document in documents {
            self.canonical.push('\n');
            self.canonical.push_str(&document.tree.to_canonical_json());
        }
        if let Err(problems) = add_priority_classes(documents, &mut self.priority_classes) {
            self.sources.report(id, problems.into_iter().map(|problem| problem.below(path)));
        }
        let quotas = match resource_quotas_from_documents(documents) {
            Ok(quotas) => quotas,
            Err(problems) => {
                self.sources.report(id, problems.into_iter().map(|problem| problem.below(path)));
                return None;
            }
        };
        match daemon_sets(documents, &quotas) {
            Ok(found) => {
                let again = applied_again(&found, documents);
                self.sources.report(id, again.into_iter().map(|problem| problem.below(path)));
                let found: Vec<Loaded> = last_of_each(&found).into_iter().cloned().collect();
                for loaded in &found {
                    self.templates.push(Template::of(loaded, documents, id, path));
                }
                let hindered = found.iter().filter_map(|loaded| surge_on_ports(loaded, documents));
                let warnings = found.iter().flat_map(|loaded| loaded.warnings.iter().cloned());
                let warnings = warnings.chain(hindered).chain(quotas.warnings);
                let warnings: Vec<_> = warnings.map(|warning| warning.below(path)).collect();
                self.sources.report(id, warnings);
                Some(Objects { daemon_sets: found, quotas: quotas.quotas })
            }
            Err(problems) => {
                self.sources.report(id, problems.into_iter().map(|problem| problem.below(path)));
                None
            }
        }
    }
}

/// The DaemonSets that there are once all of `found` were applied: the last one of each name.
pub(super) fn last_of_each(found: &[Loaded]) -> Vec<&Loaded> {
    last_indices(found).into_iter().map(|index| &found[index]).collect()
}

fn last_indices(found: &[Loaded]) -> BTreeSet<usize> {
    let keys = found.iter().enumerate().map(|(index, it)| (it.daemon_set.key(), index));
    keys.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Warns of each DaemonSet that comes again further down: `kubectl apply` applies one after the
/// other, so the last one counts.
fn applied_again(found: &[Loaded], documents: &[Document]) -> Vec<Problem> {
    let last = last_indices(found);
    let earlier = found.iter().enumerate().filter(|(index, _)| !last.contains(index));
    let warning = |it: &Loaded| {
        let key = it.daemon_set.key();
        let name = key.strip_prefix("default/").unwrap_or(&key);
        let message =
            format!("the DaemonSet `{name}` comes again further down, and that one counts");
        // In a list of objects the place of one of them is unknown: then the list is shown.
        let document = documents.iter().find(|document| document.tree == it.manifest);
        let path = FieldPath::ROOT.key("metadata").key("name");
        let path = document.map_or(FieldPath::ROOT, |_| path);
        Problem::warning("applied-again", path, message)
            .with_hint("`kubectl apply` applies both, one after the other; remove one")
            .in_document(document.map_or(0, |document| document.index))
    };
    earlier.map(|(_, it)| warning(it)).collect()
}

/// The DaemonSets among documents; there need be none beside a ResourceQuota.
fn daemon_sets(documents: &[Document], quotas: &FoundQuotas) -> Result<Vec<Loaded>, Vec<Problem>> {
    match daemon_sets_from_documents(documents) {
        Err(problems) if quotas.any && problems.iter().all(|it| it.code == "not-a-daemon-set") => {
            Ok(Vec::new())
        }
        found => found,
    }
}

/// Where the DaemonSets of a document are: it is one, or a list of objects.
fn daemon_sets_in(document: &Document) -> Vec<FieldPath> {
    let objects = objects_in(std::slice::from_ref(document)).into_iter();
    objects.filter(|it| it.kind() == Some("DaemonSet")).map(|it| it.path).collect()
}

/// Manifests with what `overrides` change of the first entry of `daemonSets` in a scenario that
/// names their file. Values that do not fit are left out: reading the scenario tells of them.
pub fn set_in_manifests<'a>(
    documents: &'a [Document],
    overrides: &[Override],
) -> Cow<'a, [Document]> {
    let changes: Vec<_> = overrides.iter().filter_map(Override::in_first_file).collect();
    if changes.is_empty() {
        return Cow::Borrowed(documents);
    }
    let mut documents = documents.to_vec();
    for document in &mut documents {
        for object in daemon_sets_in(document) {
            for (path, value) in &changes {
                let _ = document.tree.set(&object.join(path), (*value).clone());
            }
        }
    }
    Cow::Owned(documents)
}

/// A surge that never ends: the pod that holds a port of the node leaves it only after its
/// successor is available, and the scheduler lets no second pod have the port.
///
/// Source: `pkg/scheduler/framework/plugins/nodeports/node_ports.go` › `Fits`.
fn surge_on_ports(loaded: &Loaded, documents: &[Document]) -> Option<Problem> {
    let spec = &loaded.daemon_set.spec;
    spec.update_strategy.surge()?;
    let port = spec.template.spec.host_ports().next()?.host_port?;
    // In a list of objects the place of one of them is unknown: then the list is shown.
    let document = documents.iter().find(|document| document.tree == loaded.manifest);
    let path = FieldPath::ROOT.key("spec").key("updateStrategy").key("rollingUpdate");
    let path = document.map_or(FieldPath::ROOT, |_| path.key("maxSurge"));
    let message =
        format!("a new pod cannot be scheduled beside the old one while host port {port} is taken");
    let problem = Problem::warning("surge-on-host-port", path, message)
        .with_hint("set maxSurge to 0 and use maxUnavailable");
    Some(problem.in_document(document.map_or(0, |document| document.index)))
}
