//! Series: one metric of one object, with its values from scrape to scrape.

use serde_json::Value;

use crate::inspect::pod_uid;
use crate::inspect::scrapes::{History, ScrapedPod, Scrapes};
use crate::record::NodeState;
use crate::report::metrics::daemon_set::DAEMON_SET;
use crate::report::metrics::family::{Family, Label, Sample, Samples, Source};
use crate::report::metrics::labels::ConstantLabel;
use crate::report::metrics::node::{NODE, NodeView};
use crate::report::metrics::pod::{POD, PodView};
use crate::report::metrics::pod_containers::{CONTAINERS, INIT_CONTAINERS};

/// All families, in the order of kube-state-metrics.
pub(super) fn families() -> impl Iterator<Item = &'static Family> {
    let containers = CONTAINERS.iter().chain(&INIT_CONTAINERS);
    DAEMON_SET.iter().chain(&NODE).chain(containers).chain(&POD)
}

/// One metric of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    /// In the order of kube-state-metrics: those that name the object come first.
    pub(super) labels: Vec<Label>,
    /// In the order of time; between two of them the series may be missing.
    pub(super) steps: Vec<Step>,
}

/// The scrapes from `first` to `last` that give a series one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) sample: Sample,
}

impl Series {
    /// Adds the scrapes from `first` to `last`, which come after all others.
    fn add(&mut self, first: u64, last: u64, sample: Sample) {
        match self.steps.last_mut() {
            Some(step) if step.sample == sample && step.last + 1 == first => step.last = last,
            _ => self.steps.push(Step { first, last, sample }),
        }
    }

    /// As PromQL writes it: `kube_node_created{node="n1",job="kube-state-metrics"}`.
    pub(super) fn name(&self, family: &str, constant: &[ConstantLabel]) -> String {
        let own = self.labels.iter().map(|(name, value)| (name.as_ref(), value));
        let constant = constant.iter().map(|(name, value)| (name.as_str(), value));
        let mut text = String::from(family);
        let mut before = '{';
        for (name, value) in own.chain(constant).filter(|(_, value)| !value.is_empty()) {
            text.push(before);
            text.push_str(name);
            text.push_str("=\"");
            push_escaped(value, &mut text);
            text.push('"');
            before = ',';
        }
        if before == ',' {
            text.push('}');
        }
        text
    }
}

/// Backslashes, quotes and line breaks are escaped in the values of labels.
fn push_escaped(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
}

/// All series of a family: object by object.
pub(super) fn series(scrapes: &Scrapes, family: &Family) -> Vec<Series> {
    let mut out = Vec::new();
    match family.of {
        Source::DaemonSet(of) => {
            for ((namespace, name), history) in scrapes.daemon_sets.iter() {
                let identity = [label("namespace", namespace), label("daemonset", name)];
                add(scrapes, history, &identity, of, &mut out);
            }
        }
        Source::Node(of) => {
            let kubernetes_version = &scrapes.kubernetes_version;
            let of = |node: &NodeState, samples: &mut Samples| {
                of(&NodeView { node, kubernetes_version }, samples);
            };
            for (name, history) in scrapes.nodes.iter() {
                add(scrapes, history, &[label("node", name)], of, &mut out);
            }
        }
        Source::Pod(of) => {
            let of = |it: &ScrapedPod, samples: &mut Samples| {
                let key = (it.pod.namespace.clone(), it.pod.revision.clone());
                let template = it.pod.template.as_ref().or_else(|| scrapes.templates.get(&key));
                of(&PodView::new(it, template.unwrap_or(&Value::Null)), samples);
            };
            for ((namespace, name), history) in scrapes.pods.iter() {
                let first = history.spans(scrapes.count).next();
                let created = first.map(|(_, _, it)| it.pod.created).unwrap_or_default();
                let uid = pod_uid(namespace, name, created);
                let identity =
                    [label("namespace", namespace), label("pod", name), label("uid", &uid)];
                add(scrapes, history, &identity, of, &mut out);
            }
        }
    }
    out
}

/// Adds the series of one object: its samples are put together by their labels.
fn add<T>(
    scrapes: &Scrapes,
    history: &History<T>,
    identity: &[Label],
    of: impl Fn(&T, &mut Samples),
    out: &mut Vec<Series>,
) {
    let begin = out.len();
    for (first, last, object) in history.spans(scrapes.count) {
        let mut samples = Samples::default();
        of(object, &mut samples);
        for (own, sample) in samples.all {
            let is_its = |it: &&mut Series| it.labels[identity.len()..] == own;
            if let Some(series) = out[begin..].iter_mut().find(is_its) {
                series.add(first, last, sample);
            } else {
                let labels = identity.iter().cloned().chain(own).collect();
                out.push(Series { labels, steps: vec![Step { first, last, sample }] });
            }
        }
    }
}

fn label(name: &'static str, value: &str) -> Label {
    (name.into(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let labels = vec![label("node", "a\"b\\c\nd"), label("empty", "")];
        let series = Series { labels, steps: Vec::new() };
        let job = ("job".to_owned(), "x".to_owned());
        let name = series.name("kube_node_created", &[job]);
        assert_eq!(name, r#"kube_node_created{node="a\"b\\c\nd",job="x"}"#);
        let bare = Series { labels: Vec::new(), steps: Vec::new() };
        assert_eq!(bare.name("up", &[]), "up");
    }

    #[test]
    fn every_family_has_a_name_of_its_own() {
        let names: Vec<&str> = families().map(|family| family.name).collect();
        let different: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(different.len(), names.len());
    }
}
