//! ResourceQuotas, as far as they limit how many pods a namespace may have.
//!
//! What lives here: [`ResourceQuota`], how it is read out of documents, and what it says of it that
//! is not simulated.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::api::metadata::ObjectMeta;
use crate::api::quantity::Quantity;
use crate::input::{Document, FieldPath, Problem, Tree, decode};

/// Lists in lists are legal; real ones are not nested at all.
const MAX_LISTS: usize = 3;

/// How many pods a namespace may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceQuota {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `spec.hard.pods`: pods that have not ended.
    pub pods: Option<i64>,
    /// `spec.hard["count/pods"]`: pod objects.
    pub count_pods: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    hard: BTreeMap<String, Quantity>,
}

/// The ResourceQuotas among some documents, and what of them is not simulated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundQuotas {
    /// In their order; one that counts no pods is left out.
    pub quotas: Vec<ResourceQuota>,
    /// What is left out.
    pub warnings: Vec<Problem>,
    /// Whether there was any ResourceQuota at all.
    pub any: bool,
    problems: Vec<Problem>,
}

/// The ResourceQuotas among `documents`; lists are looked into.
///
/// # Errors
///
/// Every problem of every ResourceQuota.
pub fn resource_quotas_from_documents(documents: &[Document]) -> Result<FoundQuotas, Vec<Problem>> {
    let mut found = FoundQuotas::default();
    for document in documents {
        let mut here = FoundQuotas::default();
        here.look_at(&document.tree, &FieldPath::ROOT, 0);
        found.any |= here.any;
        found.quotas.extend(here.quotas);
        let placed = |problem: Problem| problem.in_document(document.index);
        found.warnings.extend(here.warnings.into_iter().map(placed));
        found.problems.extend(here.problems.into_iter().map(placed));
    }
    if found.problems.is_empty() { Ok(found) } else { Err(found.problems) }
}

impl FoundQuotas {
    fn look_at(&mut self, tree: &Tree, path: &FieldPath, lists: usize) {
        let text = |key: &str| tree.get(key).and_then(Tree::as_text);
        match (text("apiVersion"), text("kind")) {
            (Some("v1"), Some("ResourceQuota")) => {
                self.any = true;
                self.read(tree, path);
            }
            (_, Some(kind)) if kind.ends_with("List") && lists < MAX_LISTS => {
                let Some(Tree::List(items)) = tree.get("items") else { return };
                for (index, item) in items.iter().enumerate() {
                    self.look_at(item, &path.key("items").index(index), lists + 1);
                }
            }
            _ => {}
        }
    }

    fn read(&mut self, tree: &Tree, path: &FieldPath) {
        let Written { metadata, spec } = match decode::<Written>(tree) {
            Ok(written) => written,
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(|problem| problem.below(path)));
                return;
            }
        };
        let mut refuse = |path: FieldPath, message: &str| {
            self.problems.push(Problem::error("invalid-resource-quota", path, message));
        };
        if metadata.name.is_empty() {
            return refuse(path.key("metadata"), "a ResourceQuota needs a name");
        }
        let hard = path.key("spec").key("hard");
        if let Some((key, _)) = spec.hard.iter().find(|(_, amount)| amount.millis() < 0) {
            return refuse(hard.key(key), "must be greater than or equal to 0");
        }
        let written = tree.get("spec");
        let is_written = |key: &str| {
            let value = written.and_then(|spec| spec.get(key));
            !matches!(value, None | Some(Tree::Null)) && value != Some(&Tree::List(Vec::new()))
        };
        let scope = ["scopes", "scopeSelector"].into_iter().find(|key| is_written(key));
        if let Some(scope) = scope {
            let path = path.key("spec").key(scope);
            let message = "a ResourceQuota with scopes is not simulated: it refuses no pod";
            let problem = Problem::warning("quota-not-simulated", path, message)
                .with_hint("write `refusePods` for what it would refuse");
            self.warnings.push(problem);
            return;
        }
        let is_counted = |key: &str| matches!(key, "pods" | "count/pods");
        if let Some((key, _)) = spec.hard.iter().find(|(key, _)| concerns_pods(key)) {
            let message = format!("`{key}` is not simulated: it refuses no pod");
            let problem = Problem::warning("quota-not-simulated", hard.key(key), message)
                .with_hint("`pods` and `count/pods` are; write `refusePods` for the rest");
            self.warnings.push(problem);
        }
        if !spec.hard.keys().any(|key| is_counted(key)) {
            return;
        }
        let limit = |key: &str| spec.hard.get(key).map(|amount| amount.units());
        let namespace = match metadata.namespace.as_str() {
            "" => "default".to_owned(),
            namespace => namespace.to_owned(),
        };
        self.quotas.push(ResourceQuota {
            namespace,
            name: metadata.name,
            pods: limit("pods"),
            count_pods: limit("count/pods"),
        });
    }
}

/// Whether a resource is one that a pod asks for, other than its own number.
fn concerns_pods(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory" | "ephemeral-storage")
        || resource.starts_with("requests.") && !resource.contains("storage")
        || resource.starts_with("limits.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};

    fn found(text: &str) -> Result<FoundQuotas, Vec<Problem>> {
        let documents = read_documents(&Source::new("x.yaml", text), &Limits::WRITTEN).unwrap();
        resource_quotas_from_documents(&documents)
    }

    const QUOTA: &str = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q";

    #[test]
    fn pods_of_a_namespace_are_limited() {
        let text = format!("{QUOTA}, namespace: a}}\nspec: {{hard: {{pods: \"1k\"}}}}\n---\n");
        let text = format!("{text}{QUOTA}}}\nspec: {{hard: {{pods: 3, count/pods: 5}}}}\n");
        let quota = |namespace: &str, pods, count_pods| ResourceQuota {
            namespace: namespace.to_owned(),
            name: "q".to_owned(),
            pods: Some(pods),
            count_pods,
        };
        let found = found(&text).unwrap();
        assert_eq!(found.quotas, [quota("a", 1_000, None), quota("default", 3, Some(5))]);
        assert_eq!(found.warnings, []);
    }

    #[test]
    fn what_is_not_simulated_is_said() {
        let check = |spec: &str, quotas: usize, place: &str| {
            let found = found(&format!("{QUOTA}}}\nspec: {spec}\n")).unwrap();
            assert_eq!((found.any, found.quotas.len()), (true, quotas), "{spec}");
            let places: Vec<_> = found.warnings.iter().map(|it| it.path.to_string()).collect();
            assert_eq!(places.join(" "), place, "{spec}");
        };
        check("{hard: {pods: 3}, scopes: [NotTerminating]}", 0, "spec.scopes");
        check("{hard: {pods: 3}, scopes: []}", 1, "");
        check("{hard: {pods: 3, requests.cpu: 5}}", 1, "spec.hard[requests.cpu]");
        check("{hard: {limits.memory: 5Gi}}", 0, "spec.hard[limits.memory]");
        check("{hard: {services: 5, requests.storage: 5Gi}}", 0, "");
    }

    #[test]
    fn what_the_api_server_would_refuse_is_refused() {
        let place = |text: &str| found(text).unwrap_err()[0].path.to_string();
        assert_eq!(place("apiVersion: v1\nkind: ResourceQuota\n"), "metadata");
        assert_eq!(place(&format!("{QUOTA}}}\nspec: {{hard: {{pods: -1}}}}\n")), "spec.hard.pods");
        assert_eq!(place(&format!("{QUOTA}}}\nspec: {{hard: {{pods: x}}}}\n")), "spec.hard.pods");
    }
}
