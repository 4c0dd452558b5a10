//! A revision of a DaemonSet's template, as a snapshot of a cluster shows it.

use serde::Deserialize;

use super::canonical::canonical_template;
use super::metadata::ObjectMeta;
use super::nullable::null_as_default;
use crate::input::{Problem, Tree, decode};

/// A revision of a DaemonSet's template.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerRevision {
    /// Name, owner, labels with the hash, ….
    pub metadata: ObjectMeta,
    /// Its place in the history; higher is newer.
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

    /// Its template.
    pub fn pod_template(&self) -> super::pod_template::PodTemplate {
        super::pod_template::PodTemplate { labels: Default::default(), annotations: Default::default(), spec: Default::default(), canonical: self.canonical_template.clone() }
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
}
