//! What is before a change and what is after it: a file, a folder or a stream of manifests, or a
//! scenario.

use std::collections::BTreeMap;

use crate::api::{
    PriorityClasses, add_priority_classes, daemon_set_from_tree, fill_in_types, objects_in,
    resource_quotas_from_documents,
};
use crate::cli::disk::{Kept, manifests_below, read_source};
use crate::cli::exit::Failure;
use crate::cli::given::{Given, refuse_foreign};
use crate::cli::sweep::refuse;
use crate::cli::terminal::color;
use crate::input::{
    Document, FieldPath, Limits, Problem, Source, Tree, locate, read_documents, render,
};
use crate::scenario::are_manifests;
use crate::study::{Place, ProposalError};

/// What is before a change where nothing is, as `git diff` has it.
const NOTHING: &str = "/dev/null";

/// BASE or HEAD.
pub(super) enum Side {
    Manifests(Manifests),
    Scenario(Box<Given>),
}

/// The objects of a side that matter to rollouts.
#[derive(Default)]
pub(super) struct Manifests {
    sources: Vec<Source>,
    /// By `namespace/name`.
    pub(super) daemon_sets: BTreeMap<String, Written>,
    /// Each `PriorityClass` and ResourceQuota.
    pub(super) beside: Vec<Tree>,
    /// How many objects there are of other kinds.
    others: BTreeMap<String, usize>,
    problems: Vec<(usize, Problem)>,
}

/// A DaemonSet as it is written, whether or not it is valid.
pub(super) struct Written {
    pub(super) tree: Tree,
    pub(super) at: At,
}

/// Where an object, or a field of it, is written.
#[derive(Clone)]
pub(super) struct At {
    source: usize,
    document: usize,
    path: FieldPath,
}

impl At {
    /// A field of the object.
    pub(super) fn field(&self, path: &FieldPath) -> Self {
        Self { path: self.path.join(path), ..self.clone() }
    }
}

/// Problems of an object in the document that it is in, each with its source.
fn below(at: &At, problems: &[Problem]) -> Vec<(usize, Problem)> {
    let placed = |it: &Problem| it.clone().below(&at.path).in_document(at.document);
    problems.iter().map(|it| (at.source, placed(it))).collect()
}

/// Reads BASE or HEAD.
pub(super) fn read_side(path: &str) -> Result<Side, Failure> {
    let mut manifests = Manifests::default();
    if path == NOTHING {
        return Ok(Side::Manifests(manifests));
    }
    if let Some(files) = manifests_below(path)? {
        for file in &files {
            manifests.add_file_of_folder(read_source(file, &Limits::STREAM)?);
        }
        manifests.check()?;
        if manifests.is_empty() {
            return Err(empty_folder(path, files.len()));
        }
        return Ok(Side::Manifests(manifests));
    }
    let source = read_source(path, &Limits::STREAM)?;
    let read = read_objects(&source);
    if !read.as_ref().is_ok_and(|documents| documents.is_empty() || are_manifests(documents)) {
        refuse_foreign(&source, &read)?;
    }
    match read {
        Err(problem) => {
            let mut problems = [problem];
            locate(&source, &Limits::STREAM, &mut problems);
            Err(Failure::InvalidInput(render(&source, &problems, color())))
        }
        Ok(documents) if !are_manifests(&documents) => {
            let files = Kept::new(path);
            Ok(Side::Scenario(Box::new(Given::written_out(source, files))))
        }
        Ok(documents) => {
            manifests.add(source, &documents, true);
            manifests.check()?;
            Ok(Side::Manifests(manifests))
        }
    }
}

/// Items of a `DaemonSetList` need not say what they are.
fn read_objects(source: &Source) -> Result<Vec<Document>, Problem> {
    let mut documents = read_documents(source, &Limits::STREAM)?;
    fill_in_types(&mut documents);
    Ok(documents)
}

fn empty_folder(path: &str, files: usize) -> Failure {
    let message = match files {
        0 => format!("{path} has no file that ends in .yaml, .yml or .json"),
        _ => format!("{path} has no Kubernetes object in its files ({files} were read)"),
    };
    let hint = format!("render the manifests first; if there was nothing before, give {NOTHING}");
    refuse(ProposalError::new("no-manifests", message, hint))
}

impl Manifests {
    /// A file of a folder may be something else: values, a workflow, nothing.
    fn add_file_of_folder(&mut self, source: Source) {
        match read_objects(&source) {
            Ok(documents) => self.add(source, &documents, false),
            Err(problem) if problem.code == "empty-file" => {}
            Err(problem) => {
                self.problems.push((self.sources.len(), problem));
                self.sources.push(source);
            }
        }
    }

    /// Adds the objects of a source. `all` of its documents must be objects, or those that are none
    /// are passed over.
    fn add(&mut self, source: Source, documents: &[Document], all: bool) {
        let index = self.sources.len();
        self.sources.push(source);
        for object in objects_in(documents) {
            let at = At { source: index, document: object.document, path: object.path.clone() };
            let text =
                |key| object.tree.get(key).and_then(Tree::as_text).filter(|it| !it.is_empty());
            match (text("kind"), text("apiVersion")) {
                (Some("DaemonSet"), Some(_)) => self.add_daemon_set(object.tree, at),
                (Some("PriorityClass" | "ResourceQuota"), Some(_)) => {
                    self.beside.push(object.tree.clone());
                }
                (Some(kind), Some(_)) => *self.others.entry(kind.to_owned()).or_default() += 1,
                _ if all => {
                    let problems = daemon_set_from_tree(object.tree).err().unwrap_or_default();
                    self.note(&at, &problems);
                }
                _ => {}
            }
        }
        let classes = add_priority_classes(documents, &mut PriorityClasses::default());
        let quotas = resource_quotas_from_documents(documents).map(|_| ());
        for problems in [classes.err(), quotas.err()].into_iter().flatten() {
            self.problems.extend(problems.into_iter().map(|problem| (index, problem)));
        }
    }

    fn add_daemon_set(&mut self, tree: &Tree, at: At) {
        let field = |key: &str| tree.get("metadata").and_then(|it| it.get(key)?.as_text());
        let namespace = field("namespace").filter(|it| !it.is_empty()).unwrap_or("default");
        let key = format!("{namespace}/{}", field("name").unwrap_or_default());
        if self.daemon_sets.contains_key(&key) {
            let path = FieldPath::ROOT.key("metadata").key("name");
            let message = format!("there are two DaemonSets `{key}`");
            let problem = Problem::error("duplicate-name", path, message)
                .with_hint("give one of them another name or namespace");
            self.note(&at, &[problem]);
            return;
        }
        self.daemon_sets.insert(key, Written { tree: tree.clone(), at });
    }

    fn note(&mut self, at: &At, problems: &[Problem]) {
        self.problems.extend(below(at, problems));
    }

    /// Fails if something was noted, with everything that was.
    fn check(&self) -> Result<(), Failure> {
        if self.problems.iter().any(|(_, it)| it.is_error()) {
            return Err(Failure::InvalidInput(self.told(&self.problems)));
        }
        Ok(())
    }

    /// What is wrong with objects, or odd about them, for people.
    pub(super) fn tell(&self, problems: &[(At, Vec<Problem>)]) -> String {
        let all = problems.iter().flat_map(|(at, problems)| below(at, problems));
        self.told(&all.collect::<Vec<_>>())
    }

    fn told(&self, problems: &[(usize, Problem)]) -> String {
        let mut texts = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let of_source = problems.iter().filter(|(it, _)| *it == index);
            let mut problems: Vec<Problem> = of_source.map(|(_, it)| it.clone()).collect();
            if !problems.is_empty() {
                locate(source, &Limits::STREAM, &mut problems);
                texts.push(render(source, &problems, color()));
            }
        }
        texts.join("\n")
    }

    /// Fills in the lines of objects and fields. Takes the time of reading the sources twice, so ask
    /// for all at once.
    pub(super) fn find(&self, mut wanted: Vec<(At, &mut Option<Place>)>) {
        for (index, source) in self.sources.iter().enumerate() {
            let here = || wanted.iter().filter(|(at, _)| at.source == index);
            let problem = |(at, _): &(At, &mut Option<Place>)| {
                Problem::error("", at.path.clone(), "").in_document(at.document).on_key()
            };
            let mut problems: Vec<Problem> = here().map(problem).collect();
            locate(source, &Limits::STREAM, &mut problems);
            let lines = problems.into_iter().map(|it| it.at.map_or(1, |at| at.line));
            let places = wanted.iter_mut().filter(|(at, _)| at.source == index);
            for ((_, place), line) in places.zip(lines) {
                **place = Some(Place { file: source.name().to_owned(), line });
            }
        }
    }

    /// Whether there is no object at all.
    fn is_empty(&self) -> bool {
        self.daemon_sets.is_empty() && self.beside.is_empty() && self.others.is_empty()
    }

    /// What there is besides DaemonSets: `2 × Deployment, Service`.
    pub(super) fn others(&self) -> String {
        let counted = self.others.iter().map(|(kind, count)| match count {
            1 => format!("`{kind}`"),
            _ => format!("{count} × `{kind}`"),
        });
        counted.collect::<Vec<_>>().join(", ")
    }
}
