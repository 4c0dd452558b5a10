//! What a template of a manifest says of pods, and what is warned of: that they are refused, or need
//! what no node has.

use crate::api::well_known::LABEL_OS;
use crate::api::{Loaded, PodSpec, PriorityClasses};
use crate::input::{Document, FieldPath, Problem, Tree};
use crate::scenario::report::SourceId;
use crate::scenario::valid::NodeSpec;

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// A pod's spec, and where it stands.
pub(super) struct Template {
    pub(super) source: SourceId,
    document: usize,
    path: FieldPath,
    spec: PodSpec,
}

impl Template {
    /// The template of a DaemonSet out of `documents`, which stand at `above`.
    pub(super) fn of(
        loaded: &Loaded,
        documents: &[Document],
        source: SourceId,
        above: &FieldPath,
    ) -> Self {
        let place = |document: &Document| {
            let path = find(&document.tree, &loaded.manifest, above.clone(), MAX_LISTS)?;
            Some((document.index, path))
        };
        let (document, path) = documents.iter().find_map(place).unwrap_or((0, above.clone()));
        Self {
            source,
            document,
            path: path.key("spec").key("template").key("spec"),
            spec: loaded.daemon_set.spec.template.spec.clone(),
        }
    }

    /// That the API server refuses the pods, if it does.
    pub(super) fn refusal(&self, classes: &PriorityClasses) -> Option<Problem> {
        let why = classes.admit(&self.spec).err()?;
        let has_class = self.spec.priority_class_name.is_some();
        let field = FieldPath::ROOT.key(if has_class { "priorityClassName" } else { "priority" });
        let message = format!("the API server will refuse every pod: {why}");
        let hint = "name one of `priorityClasses`, or put the PriorityClass beside the DaemonSet";
        Some(self.warning("refused-priority", &field, message, hint))
    }

    /// What pods need and none of the nodes has on which they belong.
    pub(super) fn unmet_needs(&self, nodes: &[NodeSpec]) -> Vec<Problem> {
        let selected: Vec<&NodeSpec> = nodes.iter().filter(|node| self.selects(node)).collect();
        if selected.is_empty() {
            return Vec::new();
        }
        let os = self.unmet_os(&selected).into_iter();
        os.chain(self.unmet_resources(&selected)).collect()
    }

    /// A warning about a field of the pod's spec.
    fn warning(
        &self,
        code: &'static str,
        field: &FieldPath,
        message: impl Into<String>,
        hint: impl Into<Box<str>>,
    ) -> Problem {
        let problem = Problem::warning(code, self.path.join(field), message);
        problem.with_hint(hint).in_document(self.document)
    }

    /// Whether pods belong on a node, as far as its name and labels tell.
    fn selects(&self, node: &NodeSpec) -> bool {
        let affinity = self.spec.node_affinity_required.as_ref();
        self.spec.node_selector.is_subset_of(&node.labels)
            && affinity.is_none_or(|it| it.matches(&node.labels, &node.name))
    }

    /// That no node has the operating system that pods are made for.
    fn unmet_os(&self, nodes: &[&NodeSpec]) -> Option<Problem> {
        let os = self.spec.os.as_deref()?;
        let runs = |node: &&NodeSpec| node.labels.get(LABEL_OS).unwrap_or("linux") == os;
        if nodes.iter().any(runs) {
            return None;
        }
        let message = format!(
            "no node runs {os}: every kubelet refuses its pod (PodOSNotSupported), and gets another \
             one"
        );
        let hint = format!("select nodes with the label `{LABEL_OS}: {os}`");
        let field = FieldPath::ROOT.key("os").key("name");
        Some(self.warning("unmet-needs", &field, message, hint))
    }

    /// That no node has a resource that pods request.
    fn unmet_resources(&self, nodes: &[&NodeSpec]) -> Vec<Problem> {
        let requests = self.spec.requests();
        let named = requests.iter().filter(|(name, amount)| {
            let always = matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage");
            let has = |node: &&NodeSpec| {
                node.allocatable.others.get(*name).is_some_and(|amount| !amount.is_zero())
            };
            !always && !amount.is_zero() && !nodes.iter().any(has)
        });
        named.map(|(name, _)| self.unmet_resource(name)).collect()
    }

    fn unmet_resource(&self, name: &str) -> Problem {
        let lists =
            [("containers", &self.spec.containers), ("initContainers", &self.spec.init_containers)];
        let field = lists.into_iter().find_map(|(list, containers)| {
            let index = containers.iter().position(|it| it.requests.contains_key(name))?;
            Some(FieldPath::ROOT.key(list).index(index).key("resources"))
        });
        let field = field.unwrap_or_else(|| FieldPath::ROOT.key("overhead"));
        let message = format!("no node has `{name}`: pods stay Pending (Insufficient {name})");
        let hint = format!("write what a node has of it: `allocatable: {{{name}: 1}}`");
        self.warning("unmet-needs", &field, message, hint).on_key()
    }
}

/// Where an object is: the whole tree, or an item of a list.
fn find(tree: &Tree, wanted: &Tree, path: FieldPath, lists: usize) -> Option<FieldPath> {
    if tree == wanted {
        return Some(path);
    }
    let Some(Tree::List(items)) = tree.get("items").filter(|_| lists > 0) else { return None };
    let items = items.iter().enumerate();
    let path = path.key("items");
    items.into_iter().find_map(|(index, item)| find(item, wanted, path.index(index), lists - 1))
}
