//! A revision of a DaemonSet's template, as a snapshot of a cluster shows it.

use serde::Deserialize;

use crate::api::canonical::canonical_template;
use crate::api::metadata::ObjectMeta;
use crate::api::nullable::null_as_default;
use crate::api::pod_template::PodTemplate;
use crate::api::{convert, defaults, written};
use crate::input::{FieldPath, Problem, Tree, decode};

/// A revision of a DaemonSet's template.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerRevision {
    /// Name, owner, labels with the hash, ….
    pub metadata: ObjectMeta,
    /// Its number in the history; higher is newer.
    pub revision: i64,
    /// The template that it keeps, in the form in which templates are compared.
    pub canonical_template: String,
    /// The template that it keeps, as it is stored, for a rollback.
    pub template: Tree,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    metadata: ObjectMeta,
    #[serde(deserialize_with = "null_as_default")]
    revision: i64,
}

impl ControllerRevision {
    /// The revision that `tree` is; its data is the patch `{"spec":{"template":…}}`.
    ///
    /// # Errors
    ///
    /// Every value of a wrong type.
    pub fn from_tree(tree: &Tree) -> Result<Self, Vec<Problem>> {
        let written: Written = decode(tree)?;
        let spec = tree.get("data").and_then(|data| data.get("spec"));
        let stored = spec.and_then(|spec| spec.get("template")).cloned();
        let template = without_directive(stored.unwrap_or(Tree::Map(Vec::new())));
        Ok(Self {
            metadata: written.metadata,
            revision: written.revision,
            canonical_template: canonical_template(&template),
            template,
        })
    }

    /// The template that it keeps, with defaults: what its pods are made from, and what a rollback
    /// brings back.
    ///
    /// # Errors
    ///
    /// Every value of a wrong type, and the first that this version does not know; paths start at
    /// the revision.
    pub fn pod_template(&self) -> Result<PodTemplate, Vec<Problem>> {
        let path = FieldPath::ROOT.key("data").key("spec").key("template");
        let mut written: written::PodTemplate = decode(&self.template)
            .map_err(|problems| problems.into_iter().map(|p| p.below(&path)).collect::<Vec<_>>())?;
        defaults::pod_spec(&mut written.spec);
        convert::pod_template(written, self.canonical_template.clone())
            .map_err(|why| vec![Problem::error("unknown-value", path.key("spec"), why.to_string())])
    }
}

/// The directive tells a patch to replace the template as a whole; it is no part of it.
fn without_directive(mut template: Tree) -> Tree {
    if let Tree::Map(entries) = &mut template {
        entries.retain(|(key, _)| key != "$patch");
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_keeps_its_template_without_the_directive() {
        let json = r#"{"metadata":{"name":"a-1"},"revision":3,"data":{"spec":{"template":
            {"$patch":"replace","metadata":{"creationTimestamp":null,"labels":{"a":"b"}},"spec":{}}}}}"#;
        let tree = serde_json::from_str::<serde_json::Value>(json).unwrap().into();
        let revision = ControllerRevision::from_tree(&tree).unwrap();
        let template = serde_json::json!({"metadata": {"labels": {"a": "b"}}}).into();
        assert_eq!(revision.revision, 3);
        assert_eq!(revision.canonical_template, canonical_template(&template));
        assert_eq!(revision.template.get("$patch"), None);
    }

    fn revision(template: &str) -> ControllerRevision {
        let json = format!(r#"{{"data":{{"spec":{{"template":{template}}}}}}}"#);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        ControllerRevision::from_tree(&value.into()).unwrap()
    }

    #[test]
    fn a_revision_gives_back_its_template() {
        let template = revision(
            r#"{"$patch":"replace","metadata":{"labels":{"a":"b"}},
            "spec":{"containers":[{"name":"c","image":"i:v1"}]}}"#,
        );
        let pod = template.pod_template().unwrap();
        assert_eq!(pod.labels.get("a"), Some("b"));
        assert_eq!(pod.spec.containers[0].image, "i:v1");
        assert_eq!(pod.spec.termination_grace_period_seconds, 30);
        assert_eq!(pod.canonical, template.canonical_template);
    }

    #[test]
    fn a_template_that_cannot_be_read_is_told_where_it_stands() {
        let check = |template: &str, expected: &str| {
            let problems = revision(template).pod_template().unwrap_err();
            assert_eq!(problems[0].path.to_string(), expected);
        };
        check(r#"{"spec":{"containers":5}}"#, "data.spec.template.spec.containers");
        check(r#"{"spec":{"tolerations":[{"effect":"X"}]}}"#, "data.spec.template.spec");
    }
}
