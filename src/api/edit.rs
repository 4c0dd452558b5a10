//! Changes that kubectl makes: what `kubectl set image` and `kubectl rollout restart` write.
//!
//! What lives here: changes to a pod template that is valid and stays so, and the change to a
//! manifest that is read like any other afterwards, for an image that nobody has checked yet.

use serde_json::Value;

use crate::api::pod_template::PodTemplate;
use crate::input::{FieldPath, Tree};

/// The annotation that `kubectl rollout restart` sets.
///
/// Source: kubectl pkg/polymorphichelpers/objectrestarter.go.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Why a manifest could not be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no container of this name.
    #[error("unable to find container named `{name}`, there is {known}")]
    NoContainer {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The manifest is no DaemonSet to begin with.
    #[error(transparent)]
    Shape(#[from] crate::input::SetError),
}

impl PodTemplate {
    /// This template with another image in one container, or in all of them if `container` is
    /// `*`. Init containers count, as for `kubectl set image`. None if there is no such container.
    pub fn with_image(&self, container: &str, image: &str) -> Option<Self> {
        let is_meant = |name: &str| container == "*" || container == name;
        let mut edited = self.clone();
        let spec = &mut edited.spec;
        let mut found = false;
        for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
            if is_meant(&container.name) {
                image.clone_into(&mut container.image);
                found = true;
            }
        }
        edited.edit_canonical(|template| {
            for list in ["containers", "initContainers"] {
                // Indexing would add a list that is missing, as `null`, and make another revision.
                let written = template["spec"].get_mut(list).and_then(Value::as_array_mut);
                for container in written.into_iter().flatten() {
                    if container["name"].as_str().is_some_and(is_meant) {
                        container["image"] = Value::from(image);
                    }
                }
            }
        });
        found.then_some(edited)
    }

    /// This template with other images, each given with its container as for
    /// [`PodTemplate::with_image`].
    pub fn with_images(&self, images: &[(String, String)]) -> Option<Self> {
        images.iter().try_fold(self.clone(), |template, (container, image)| {
            template.with_image(container, image)
        })
    }

    /// This template as restarted at `when`, an RFC 3339 time.
    #[must_use]
    pub fn restarted_at(&self, when: &str) -> Self {
        let mut edited = self.clone();
        edited.annotations.insert(RESTARTED_AT.to_owned(), when.to_owned());
        edited.edit_canonical(|template| {
            template["metadata"]["annotations"][RESTARTED_AT] = Value::from(when);
        });
        edited
    }

    /// The whole template as its canonical text has it.
    pub fn canonical_tree(&self) -> Tree {
        serde_json::from_str::<Value>(&self.canonical).map(Tree::from).unwrap_or_default()
    }

    fn edit_canonical(&mut self, edit: impl FnOnce(&mut Value)) {
        let mut template: Value =
            serde_json::from_str(&self.canonical).expect("a canonical template is JSON");
        edit(&mut template);
        self.canonical = template.to_string();
    }
}

/// The manifest with `image` in the container called `container`, or in all of them and the init
/// containers if that is `*`.
///
/// # Errors
///
/// If there is no such container. Mirrors kubectl `pkg/cmd/set/set_image.go`.
pub fn set_image(manifest: &Tree, container: &str, image: &str) -> Result<Tree, EditError> {
    let mut changed = manifest.clone();
    let mut known = Vec::new();
    let mut found = false;
    for list in ["containers", "initContainers"] {
        let path = FieldPath::ROOT.key("spec").key("template").key("spec").key(list);
        let Some(Tree::List(items)) = manifest.at(&path) else { continue };
        for (index, item) in items.iter().enumerate() {
            let name = item.get("name").and_then(Tree::as_text).unwrap_or_default();
            if container == "*" || container == name {
                let path = path.index(index).key("image");
                changed.set(&path, Tree::Text(image.to_owned()))?;
                found = true;
            }
            known.push(format!("`{name}`"));
        }
    }
    if found {
        return Ok(changed);
    }
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(EditError::NoContainer { name: container.to_owned(), known })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Tree {
        let json = r#"{"spec":{"template":{"spec":{
            "containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1"}],
            "initContainers":[{"name":"i","image":"i:1"}]}}}}"#;
        serde_json::from_str::<serde_json::Value>(json).unwrap().into()
    }

    fn images(tree: &Tree) -> Vec<String> {
        let paths = ["containers[0]", "containers[1]", "initContainers[0]"];
        let at = |path| format!("spec.template.spec.{path}.image").parse().unwrap();
        paths.map(|path| tree.at(&at(path)).unwrap().as_text().unwrap().to_owned()).to_vec()
    }

    fn check(container: &str, expected: [&str; 3]) {
        assert_eq!(images(&set_image(&manifest(), container, "new").unwrap()), expected);
    }

    #[test]
    fn an_image_is_set_by_name_or_everywhere() {
        check("b", ["a:1", "new", "i:1"]);
        check("i", ["a:1", "b:1", "new"]);
        check("*", ["new", "new", "new"]);
        let error = set_image(&manifest(), "x", "new").unwrap_err().to_string();
        assert_eq!(error, "unable to find container named `x`, there is `a`, `b`, `i`");
    }
}
