//! Changes that kubectl makes to a DaemonSet's manifest.
//!
//! What lives here: functions from a manifest to the changed manifest, which is then read like any
//! other. They check only what they need to find their way.

use super::timestamp::format_rfc3339;
use crate::input::{FieldPath, Tree};
use crate::time::SimTime;

/// The annotation that `kubectl rollout restart` puts on the template.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

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
        let path = pod_spec().key(list);
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

/// The manifest as `kubectl rollout restart` at `at` leaves it.
///
/// # Errors
///
/// If the template is no map. Mirrors kubectl polymorphichelpers/objectrestarter.go.
pub fn restart(manifest: &Tree, at: SimTime) -> Result<Tree, EditError> {
    let path = template().key("metadata").key("annotations").key(RESTARTED_AT);
    changed(manifest, &path, Tree::Text(format_rfc3339(at)))
}

/// The manifest with another update strategy, `strategy` being what stands behind
/// `updateStrategy:`; nothing of the old one is kept.
///
/// # Errors
///
/// If the spec is no map.
pub fn set_update_strategy(manifest: &Tree, strategy: Tree) -> Result<Tree, EditError> {
    changed(manifest, &FieldPath::ROOT.key("spec").key("updateStrategy"), strategy)
}

/// The manifest with another template: what `kubectl rollout undo` does.
///
/// # Errors
///
/// If the spec is no map.
pub fn set_template(manifest: &Tree, template: Tree) -> Result<Tree, EditError> {
    changed(manifest, &self::template(), template)
}

fn template() -> FieldPath {
    FieldPath::ROOT.key("spec").key("template")
}

fn pod_spec() -> FieldPath {
    template().key("spec")
}

fn changed(manifest: &Tree, path: &FieldPath, value: Tree) -> Result<Tree, EditError> {
    let mut changed = manifest.clone();
    changed.set(path, value)?;
    Ok(changed)
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

    #[test]
    fn a_restart_changes_the_template() {
        let restarted = restart(&manifest(), SimTime::from_secs(90)).unwrap();
        let path = template().key("metadata").key("annotations").key(RESTARTED_AT);
        assert_eq!(restarted.at(&path), Some(&Tree::Text("1970-01-01T00:01:30Z".to_owned())));
    }

    #[test]
    fn a_strategy_is_replaced_as_a_whole() {
        let on_delete = Tree::Map(vec![("type".to_owned(), Tree::Text("OnDelete".to_owned()))]);
        let changed = set_update_strategy(&manifest(), on_delete.clone()).unwrap();
        assert_eq!(changed.get("spec").unwrap().get("updateStrategy"), Some(&on_delete));
        assert!(set_update_strategy(&Tree::List(vec![]), on_delete).is_err());
    }
}
