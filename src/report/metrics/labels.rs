//! Labels of metrics: those that every series gets, and those made of labels of objects.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::report::metrics::family::{Sample, Samples};

/// A label that every series gets: `job="kube-state-metrics"`.
pub type ConstantLabel = (String, String);

/// The labels that tell series of one family apart.
const OWN: [&str; 28] = [
    "namespace",
    "daemonset",
    "node",
    "pod",
    "uid",
    "container",
    "condition",
    "status",
    "phase",
    "reason",
    "role",
    "key",
    "value",
    "effect",
    "resource",
    "unit",
    "image",
    "image_id",
    "image_spec",
    "container_id",
    "created_by_kind",
    "created_by_name",
    "owner_kind",
    "owner_name",
    "owner_is_controller",
    "priority_class",
    "host_network",
    "host_ip",
];

/// Whether metrics have a label of this name already.
pub fn is_own_label(name: &str) -> bool {
    OWN.contains(&name) || name.starts_with("label_")
}

impl Samples {
    /// A sample of 1 with all labels of an object: `label_app_kubernetes_io_name`.
    ///
    /// Names that are the same afterwards get `_conflict1`, `_conflict2` in the order of the labels.
    ///
    /// Source: kube-state-metrics `internal/store/utils.go › mapToPrometheusLabels`.
    pub(super) fn labels_of(&mut self, labels: &BTreeMap<String, String>) {
        let mut times = BTreeMap::<String, u32>::new();
        for key in labels.keys() {
            *times.entry(label_name(key)).or_default() += 1;
        }
        let mut used: BTreeSet<String> = times.keys().cloned().collect();
        let mut named = Vec::new();
        for (key, value) in labels {
            let mut name = label_name(key);
            if times.get(&name).is_some_and(|times| *times > 1) {
                let conflicts = (1..).map(|number: u32| format!("{name}_conflict{number}"));
                name = conflicts.filter(|it| used.insert(it.clone())).take(1).collect();
            }
            named.push((Cow::Owned(name), value.clone()));
        }
        self.all.push((named, Sample::Number(1)));
    }
}

/// `label_`, and what a metric's label may not have becomes `_`; so does the step from a small letter
/// or a digit to a capital one.
///
/// Source: kube-state-metrics `internal/store/utils.go › labelName, toSnakeCase`.
fn label_name(key: &str) -> String {
    let mut name = String::from("label_");
    let mut before = '_';
    for c in key.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('_');
        }
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
        before = c;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_kube_state_metrics() {
        for (key, expected) in [
            ("app", "label_app"),
            ("app.kubernetes.io/name", "label_app_kubernetes_io_name"),
            ("fooBar", "label_foo_bar"),
            ("HTTPServer", "label_httpserver"),
            ("beta.kubernetes.io/os-2", "label_beta_kubernetes_io_os_2"),
        ] {
            assert_eq!(label_name(key), expected);
        }
    }

    #[test]
    fn equal_names_are_told_apart() {
        let labels = [("foo-bar", "1"), ("foo.bar", "2"), ("x", "3")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let mut samples = Samples::default();
        samples.labels_of(&labels);
        let (named, value) = &samples.all[0];
        let named: Vec<_> =
            named.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        let expected =
            [("label_foo_bar_conflict1", "1"), ("label_foo_bar_conflict2", "2"), ("label_x", "3")];
        assert_eq!((named.as_slice(), value), (&expected[..], &Sample::Number(1)));
    }
}
