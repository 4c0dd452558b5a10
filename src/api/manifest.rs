//! From a manifest to a valid DaemonSet, or to every problem in it.
//!
//! What lives here: the way from documents to [`Loaded`] DaemonSets: picking them out of files with
//! other objects, saying what a document is that is none, and turning the API server's errors into
//! problems that point at the user's lines. How a document is read is `input`'s business.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::api::canonical::canonical_template;
use crate::api::daemon_set::DaemonSet;
use crate::api::validation::{FieldError, validate};
use crate::api::{convert, defaults, spelling, unmodeled, written};
use crate::input::{Document, FieldPath, Problem, Tree, decode};

/// A DaemonSet, and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The DaemonSet, valid and with defaults.
    pub daemon_set: DaemonSet,
    /// The manifest as written, which edits start from.
    pub manifest: Tree,
    /// What is suspicious, such as a field that looks like another one misspelled, and what is not
    /// modeled.
    pub warnings: Vec<Problem>,
}

/// The DaemonSets among `documents`, in order; other kinds of objects are skipped, lists are looked
/// into.
///
/// # Errors
///
/// Every problem of every DaemonSet; what was found instead if there is none.
pub fn daemon_sets_from_documents(documents: &[Document]) -> Result<Vec<Loaded>, Vec<Problem>> {
    let mut found = Found::default();
    for document in documents {
        let before = found.problems.len();
        let loaded = found.loaded.len();
        found.look_at(&document.tree, &FieldPath::ROOT, 0);
        for problem in &mut found.problems[before..] {
            problem.document = document.index;
        }
        for warning in found.loaded[loaded..].iter_mut().flat_map(|loaded| &mut loaded.warnings) {
            warning.document = document.index;
        }
    }
    if found.loaded.is_empty() && found.problems.is_empty() {
        found.problems.push(found.nothing());
    }
    if found.problems.is_empty() { Ok(found.loaded) } else { Err(found.problems) }
}

/// The DaemonSet that `tree` is.
///
/// # Errors
///
/// Every problem in it; what it is if it is no DaemonSet of `apps/v1`.
pub fn daemon_set_from_tree(tree: &Tree) -> Result<Loaded, Vec<Problem>> {
    match kind_of(tree) {
        Ok(Kind::DaemonSet) => load(tree),
        Ok(Kind::List | Kind::Other(_)) => {
            let mut found = Found::default();
            found.look_at(tree, &FieldPath::ROOT, 0);
            Err(vec![found.nothing()])
        }
        Err(problem) => Err(vec![problem]),
    }
}

/// An object of a document, and where it is.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    /// The document in its source, from 0.
    pub document: usize,
    /// The place in the document: the root, or an item of a list.
    pub path: FieldPath,
    /// The object, whatever it is.
    pub tree: &'a Tree,
}

impl Object<'_> {
    /// Its `kind`, if that is text.
    pub fn kind(&self) -> Option<&str> {
        self.tree.get("kind").and_then(Tree::as_text)
    }
}

/// All objects of documents, in order; lists are looked into. Whether they are any good is left to
/// whoever reads them.
pub fn objects_in(documents: &[Document]) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    for document in documents {
        let whole =
            Object { document: document.index, path: FieldPath::ROOT, tree: &document.tree };
        look_into(whole, 0, &mut found);
    }
    found
}

fn look_into<'a>(object: Object<'a>, lists: usize, found: &mut Vec<Object<'a>>) {
    let Object { document, path, tree } = &object;
    let is_list = matches!(kind_of(tree), Ok(Kind::List)) && lists < MAX_LISTS;
    let Some(Tree::List(items)) = tree.get("items").filter(|_| is_list) else {
        found.push(object);
        return;
    };
    for (index, tree) in items.iter().enumerate() {
        let path = path.key("items").index(index);
        look_into(Object { document: *document, path, tree }, lists + 1, found);
    }
}

/// The DaemonSet out of a cluster that `tree` is: defaulted, but not validated, as its API server
/// did that.
///
/// # Errors
///
/// Values of a wrong type, or that this version does not know.
pub fn daemon_set_from_cluster(tree: &Tree) -> Result<DaemonSet, Vec<Problem>> {
    convert(read(tree)?, tree)
}

/// What a document is, by its `apiVersion` and `kind`.
enum Kind<'a> {
    DaemonSet,
    List,
    Other(&'a str),
}

/// What was found in documents so far.
#[derive(Default)]
struct Found<'a> {
    loaded: Vec<Loaded>,
    problems: Vec<Problem>,
    others: BTreeMap<&'a str, usize>,
}

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

impl<'a> Found<'a> {
    fn look_at(&mut self, tree: &'a Tree, path: &FieldPath, lists: usize) {
        match kind_of(tree) {
            Ok(Kind::DaemonSet) => match load(tree) {
                Ok(loaded) => self.loaded.push(loaded.below(path)),
                Err(problems) => self.refuse(problems, path),
            },
            Ok(Kind::List) if lists < MAX_LISTS => {
                let items =
                    if let Some(Tree::List(items)) = tree.get("items") { items } else { &[][..] };
                for (index, item) in items.iter().enumerate() {
                    self.look_at(item, &path.key("items").index(index), lists + 1);
                }
            }
            Ok(Kind::List) => *self.others.entry("List").or_default() += 1,
            Ok(Kind::Other(kind)) => *self.others.entry(kind).or_default() += 1,
            Err(problem) => self.refuse(vec![problem], path),
        }
    }

    fn refuse(&mut self, problems: Vec<Problem>, path: &FieldPath) {
        self.problems.extend(problems.into_iter().map(|problem| problem.below(path)));
    }

    /// That there is no DaemonSet, and what there is.
    fn nothing(&self) -> Problem {
        let kinds = counted(&self.others);
        let message = match self.others.len() {
            0 => "there is no DaemonSet here".to_owned(),
            1 => format!("this is no DaemonSet: found {kinds}"),
            _ => format!("there is no DaemonSet among these objects: found {kinds}"),
        };
        Problem::error("not-a-daemon-set", FieldPath::ROOT.key("kind"), message)
            .with_hint("rollcast simulates `kind: DaemonSet` of `apiVersion: apps/v1`")
    }
}

/// Kinds and how many there are of each: `Node`, 3 × `Pod`.
pub(super) fn counted(kinds: &BTreeMap<impl Display, usize>) -> String {
    let counted = kinds.iter().map(|(kind, count)| match count {
        1 => format!("`{kind}`"),
        _ => format!("{count} × `{kind}`"),
    });
    counted.collect::<Vec<_>>().join(", ")
}

impl Loaded {
    fn below(mut self, path: &FieldPath) -> Self {
        self.warnings = self.warnings.into_iter().map(|warning| warning.below(path)).collect();
        self
    }
}

fn kind_of(tree: &Tree) -> Result<Kind<'_>, Problem> {
    if !matches!(tree, Tree::Map(_)) {
        let message = format!("a Kubernetes object is a map, this is {}", tree.kind());
        return Err(Problem::error("not-an-object", FieldPath::ROOT, message));
    }
    let kind = type_field(tree, "kind", "DaemonSet")?;
    let version = type_field(tree, "apiVersion", "apps/v1")?;
    match kind {
        "DaemonSet" => daemon_set_version(version).map(|()| Kind::DaemonSet),
        kind if kind.ends_with("List") && matches!(tree.get("items"), Some(Tree::List(_))) => {
            Ok(Kind::List)
        }
        "List" => Ok(Kind::List),
        other => Ok(Kind::Other(other)),
    }
}

/// The text of `kind` or `apiVersion`.
pub(super) fn type_field<'a>(tree: &'a Tree, key: &str, example: &str) -> Result<&'a str, Problem> {
    let path = FieldPath::ROOT.key(key);
    let is_pod_template = tree.get("spec").and_then(|spec| spec.get("template")).is_some();
    let hint = if example == "DaemonSet" && !is_pod_template {
        "say what it is, such as `kind: Service`".to_owned()
    } else {
        format!("write `{key}: {example}`")
    };
    match tree.get(key) {
        Some(Tree::Text(text)) if !text.is_empty() => Ok(text),
        None | Some(Tree::Null | Tree::Text(_)) => {
            let message = format!("`{key}` is missing, so this is no Kubernetes object");
            Err(Problem::error("missing-type", path, message).with_hint(hint))
        }
        Some(other) => {
            let message = format!("`{key}` must be text, this is {}", other.kind());
            Err(Problem::error("wrong-type", path, message).with_hint(hint))
        }
    }
}

/// Refuses a DaemonSet of a group and version that Kubernetes' own controller does not run.
pub(super) fn daemon_set_version(version: &str) -> Result<(), Problem> {
    let refused = |message: String| {
        Problem::error("unsupported-version", FieldPath::ROOT.key("apiVersion"), message)
    };
    match version {
        "apps/v1" => Ok(()),
        "extensions/v1beta1" | "apps/v1beta1" | "apps/v1beta2" => {
            Err(refused(format!("`{version}` was removed from Kubernetes in 1.16"))
                .with_hint("write `apiVersion: apps/v1`, which also needs `spec.selector`"))
        }
        version if version.starts_with("apps.kruise.io/") => Err(refused(format!(
            "`{version}` is the Advanced DaemonSet of OpenKruise, which another controller runs \
             by other rules"
        ))
        .with_hint("rollcast simulates the DaemonSet of Kubernetes itself, `apps/v1`")),
        version => Err(refused(format!("`{version}` has no DaemonSet that rollcast knows"))
            .with_hint("write `apiVersion: apps/v1`")),
    }
}

/// What the API server warns of, in its words.
///
/// Source: `pkg/api/pod/warnings.go › warningsForPodSpecAndMeta`.
fn negative_grace_period(tree: &Tree) -> Option<Problem> {
    let field = ["spec", "template", "spec", "terminationGracePeriodSeconds"];
    let seconds = field.iter().try_fold(tree, |tree, key| tree.get(key))?;
    if !matches!(seconds, Tree::Int(seconds) if *seconds < 0) {
        return None;
    }
    let path = field.iter().fold(FieldPath::ROOT, |path, key| path.key(*key));
    let message = "must be >= 0; negative values are invalid and will be treated as 1";
    Some(Problem::warning("negative-grace-period", path, message))
}

fn load(tree: &Tree) -> Result<Loaded, Vec<Problem>> {
    let mut warnings = spelling::warnings(tree);
    warnings.extend(negative_grace_period(tree));
    let written = match read(tree) {
        Ok(written) => written,
        Err(problems) => return Err([problems, warnings].concat()),
    };
    let errors = validate(&written);
    if errors.is_empty() {
        let daemon_set = convert(written, tree)?;
        let warnings = [warnings, unmodeled::warnings(tree)].concat();
        return Ok(Loaded { daemon_set, manifest: tree.clone(), warnings });
    }
    Err(errors.iter().map(problem).chain(warnings).collect())
}

/// A DaemonSet as written, with defaults.
fn read(tree: &Tree) -> Result<written::DaemonSet, Vec<Problem>> {
    let mut written = decode::<written::DaemonSet>(tree)?;
    defaults::apply(&mut written);
    Ok(written)
}

fn convert(written: written::DaemonSet, tree: &Tree) -> Result<DaemonSet, Vec<Problem>> {
    let template = tree.get("spec").and_then(|spec| spec.get("template"));
    let canonical = canonical_template(template.unwrap_or(&Tree::Map(Vec::new())));
    convert::daemon_set(written, canonical)
        .map_err(|why| vec![Problem::error("unknown-value", FieldPath::ROOT, why.to_string())])
}

/// The problem that points at what the API server complains of.
fn problem(error: &FieldError) -> Problem {
    // The API server leaves `metadata` out of the path of the template's labels and annotations.
    let field = ["labels", "annotations"].iter().fold(error.field.clone(), |field, name| {
        field.replacen(
            &format!("spec.template.{name}"),
            &format!("spec.template.metadata.{name}"),
            1,
        )
    });
    let path = field.parse().unwrap_or(FieldPath::ROOT);
    let problem = Problem::error("invalid-manifest", path, error.to_string());
    match HINTS.iter().find(|(detail, _)| error.detail.starts_with(detail)) {
        Some((_, hint)) => problem.with_hint(*hint),
        None => problem,
    }
}

/// What to do about the errors that people meet most, by how their detail starts.
const HINTS: [(&str, &str); 7] = [
    (
        "name or generateName is required",
        "write `metadata.name`: rollcast needs it, and so does `kubectl apply`",
    ),
    (
        "may not be set when maxUnavailable is non-zero",
        "write `maxUnavailable: 0` beside it: it is 1 unless it is written",
    ),
    ("cannot be 0 when maxSurge is 0", "let one of the two be at least 1 or 1%"),
    ("must not be greater than 100%", "a number of nodes may be any, write it without `%`"),
    ("a valid percent string must be", "write a number without quotes, or a percentage like `10%`"),
    (
        "`selector` does not match template `labels`",
        "`spec.template.metadata.labels` must fulfil all of `spec.selector`",
    ),
    ("empty selector is invalid", "select some of the labels of the template, by `matchLabels:`"),
];

#[cfg(test)]
mod tests;
