//! A DaemonSet by the little that a test says of it.

use std::fmt::{self, Display, Formatter};

/// What a manifest says. Keys are written in YAML's flow style (`a: 1, b: {c: 2}`), and so is the
/// whole: it fits wherever a scenario takes a manifest.
#[derive(Clone, Copy)]
pub(crate) struct DaemonSet<'a> {
    pub(crate) name: &'a str,
    pub(crate) namespace: &'a str,
    /// The labels of its pods, by which it selects them; `app: NAME` if empty.
    pub(crate) labels: &'a str,
    /// Keys of `spec` besides selector and template.
    pub(crate) spec: &'a str,
    /// Keys of the pods' `spec`. Unless `containers` is one of them, there is one container.
    pub(crate) pod: &'a str,
    pub(crate) container_name: &'a str,
    /// `NAME:v1` if empty.
    pub(crate) image: &'a str,
    /// Further keys of the container.
    pub(crate) container: &'a str,
}

pub(crate) const AGENT: DaemonSet<'_> = DaemonSet {
    name: "agent",
    namespace: "kube-system",
    labels: "",
    spec: "",
    pod: "",
    container_name: "c",
    image: "",
    container: "",
};

impl Display for DaemonSet<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { name, namespace, .. } = self;
        let labels = or_else(self.labels, format!("app: {name}"));
        let selector = format!("selector: {{matchLabels: {{{labels}}}}}");
        let pod = joined(&[self.pod, &self.containers()]);
        let template = format!("template: {{metadata: {{labels: {{{labels}}}}}, spec: {{{pod}}}}}");
        let spec = joined(&[self.spec, &selector, &template]);
        write!(
            f,
            "{{apiVersion: apps/v1, kind: DaemonSet, \
             metadata: {{name: {name}, namespace: {namespace}}}, spec: {{{spec}}}}}"
        )
    }
}

impl DaemonSet<'_> {
    /// The key `containers`, unless the test writes it.
    fn containers(&self) -> String {
        if self.pod.contains("containers:") {
            return String::new();
        }
        let name = format!("name: {}", self.container_name);
        let image = format!("image: \"{}\"", or_else(self.image, format!("{}:v1", self.name)));
        format!("containers: [{{{}}}]", joined(&[&name, &image, self.container]))
    }
}

fn or_else(text: &str, default: String) -> String {
    if text.is_empty() { default } else { text.to_owned() }
}

/// What is there of these keys.
fn joined(keys: &[&str]) -> String {
    let there: Vec<&str> = keys.iter().copied().filter(|keys| !keys.is_empty()).collect();
    there.join(", ")
}
