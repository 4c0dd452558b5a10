//! Changes to a pod template that keep it valid: what `kubectl set image` and
//! `kubectl rollout restart` write.

use serde_json::Value;

use super::pod_template::PodTemplate;

/// The annotation that `kubectl rollout restart` sets.
///
/// Source: kubectl pkg/polymorphichelpers/objectrestarter.go.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

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
                let written = template["spec"][list].as_array_mut();
                for container in written.into_iter().flatten() {
                    if container["name"].as_str().is_some_and(is_meant) {
                        container["image"] = Value::from(image);
                    }
                }
            }
        });
        found.then_some(edited)
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

    fn edit_canonical(&mut self, edit: impl FnOnce(&mut Value)) {
        let mut template: Value =
            serde_json::from_str(&self.canonical).expect("a canonical template is JSON");
        edit(&mut template);
        self.canonical = template.to_string();
    }
}
