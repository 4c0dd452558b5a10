//! Names and labels with which a node fulfils what pods ask of it: `nodeName`, `nodeSelector` and
//! required node affinity.

use std::collections::BTreeSet;

use crate::api::well_known::{LABEL_ARCH, LABEL_HOSTNAME, LABEL_NODE_ROLE_PREFIX, LABEL_OS};
use crate::api::{
    Labels, NodeOperator, NodeRequirement, NodeSelectorTerm, PodSpec, dns_subdomain_problems,
    label_value_problems,
};
use crate::scenario::pool::own_labels;

/// Stands for the name of a node that nobody asks for by name: no node is called so.
pub(super) const ANY_NAME: &str = "-";

/// The terms of required node affinity, of which a node must fulfil one; one `None` where there is no
/// affinity.
pub(super) fn terms(spec: &PodSpec) -> Vec<Option<&NodeSelectorTerm>> {
    let Some(affinity) = &spec.node_affinity_required else { return vec![None] };
    affinity.terms.iter().map(Some).collect()
}

/// The names of nodes that pods ask for, without those that no node can have; none if any name will
/// do.
pub(super) fn names(spec: &PodSpec, term: Option<&NodeSelectorTerm>) -> Option<Vec<String>> {
    let is_name = |name: &String| dns_subdomain_problems(name).is_empty();
    let named = spec.node_name.as_deref();
    if let Some(name) = named.or_else(|| spec.node_selector.get(LABEL_HOSTNAME)) {
        return Some(Some(name.to_owned()).into_iter().filter(is_name).collect());
    }
    let is_in = |it: &&NodeRequirement| it.operator == NodeOperator::In;
    let field = term?.match_fields.iter().find(is_in);
    let host = |it: &&NodeRequirement| it.key == LABEL_HOSTNAME && is_in(it);
    let label = term?.match_expressions.iter().find(host);
    Some(field.or(label)?.values.iter().filter(|it| is_name(it)).cloned().collect())
}

/// Labels like `base` and further ones, with which pods belong on a node of this name by a term of
/// their affinity; none if there are none.
pub(super) fn fulfil(
    spec: &PodSpec,
    term: Option<&NodeSelectorTerm>,
    name: &str,
    base: &Labels,
) -> Option<Labels> {
    let mut labels = base.clone();
    for (key, value) in spec.node_selector.iter().filter(|(key, _)| *key != LABEL_HOSTNAME) {
        let before = all_labels(name, &labels).get(key).map(str::to_owned);
        if labels.contains_key(key) && before.as_deref() != Some(value) {
            return None;
        }
        if before.as_deref() != Some(value) {
            labels.insert(key, value);
        }
    }
    if let Some(os) =
        spec.os.as_deref().filter(|os| *os != "linux" && !labels.contains_key(LABEL_OS))
    {
        labels.insert(LABEL_OS, os);
    }
    let expressions = term.map_or(&[][..], |term| &term.match_expressions);
    let keys: BTreeSet<&str> = expressions.iter().map(|it| it.key.as_str()).collect();
    for key in keys.into_iter().filter(|key| *key != LABEL_HOSTNAME) {
        let asked: Vec<&NodeRequirement> = expressions.iter().filter(|it| it.key == key).collect();
        labels = fulfil_key(key, &asked, name, labels)?;
    }
    belongs(spec, name, &labels).then_some(labels)
}

/// Whether pods belong on a node with this name, and these labels besides its own.
pub(super) fn belongs(spec: &PodSpec, name: &str, labels: &Labels) -> bool {
    let labels = all_labels(name, labels);
    let affinity = spec.node_affinity_required.as_ref();
    spec.node_name.as_ref().is_none_or(|it| it == name)
        && spec.node_selector.is_subset_of(&labels)
        && affinity.is_none_or(|it| it.matches(&labels, name))
}

/// These labels, and one with this key that fulfils all that is asked of it.
fn fulfil_key(
    key: &str,
    asked: &[&NodeRequirement],
    name: &str,
    mut labels: Labels,
) -> Option<Labels> {
    let match_expressions = asked.iter().copied().cloned().collect();
    let term = NodeSelectorTerm { match_expressions, match_fields: Vec::new() };
    if term.matches(&all_labels(name, &labels), name) {
        return Some(labels);
    }
    if labels.contains_key(key) {
        return None;
    }
    let candidates = asked.iter().flat_map(|it| candidates(it));
    for value in candidates.filter(|value| label_value_problems(value).is_empty()) {
        labels.insert(key, value);
        if term.matches(&all_labels(name, &labels), name) {
            return Some(labels);
        }
    }
    None
}

/// Values of a label that may fulfil a requirement.
fn candidates(asked: &NodeRequirement) -> Vec<String> {
    let number = || asked.values.first().and_then(|it| it.parse::<i64>().ok());
    let one = |number: Option<i64>| number.map(|it| it.to_string()).into_iter().collect();
    match asked.operator {
        NodeOperator::In => asked.values.clone(),
        // As `cmd/kubeadm/app/constants/constants.go › LabelNodeRoleControlPlane` has none.
        NodeOperator::Exists if asked.key.starts_with(LABEL_NODE_ROLE_PREFIX) => {
            vec![String::new()]
        }
        NodeOperator::Exists => vec!["true".to_owned()],
        NodeOperator::Gt => one(number().and_then(|it| it.checked_add(1))),
        NodeOperator::Lt => one(number().and_then(|it| it.checked_sub(1))),
        // A node that has the label of itself, and is to have another value.
        NodeOperator::NotIn => match asked.key.as_str() {
            LABEL_OS => vec!["windows".to_owned()],
            LABEL_ARCH => vec!["arm64".to_owned()],
            _ => vec!["other".to_owned()],
        },
        NodeOperator::DoesNotExist => Vec::new(),
    }
}

/// All labels of a node: its own, and these.
fn all_labels(name: &str, labels: &Labels) -> Labels {
    let mut all = own_labels(name);
    all.extend(labels.iter());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{NODE_NAME, NodeSelector};

    fn asked(written: &str) -> NodeRequirement {
        let (key, rest) = written.split_once(' ').unwrap();
        let (operator, values) = rest.split_once(' ').unwrap_or((rest, ""));
        let values = values.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        let operator = NodeOperator::from_name(operator).unwrap();
        NodeRequirement { key: key.to_owned(), operator, values }
    }

    /// Terms are separated by `|`, requirements by `;`.
    fn spec(selector: &[(&str, &str)], affinity: &str) -> PodSpec {
        let term = |written: &str| {
            let all = written.split(';').map(str::trim).filter(|it| !it.is_empty()).map(asked);
            let (match_fields, match_expressions) = all.partition(|it| it.key == NODE_NAME);
            NodeSelectorTerm { match_expressions, match_fields }
        };
        let terms = affinity.split('|').map(term).collect();
        PodSpec {
            node_selector: selector.iter().copied().collect(),
            node_affinity_required: (!affinity.is_empty()).then_some(NodeSelector { terms }),
            ..PodSpec::default()
        }
    }

    /// Which nodes fulfil the first term that any can fulfil: their names, and the labels of the
    /// first of them.
    fn check(selector: &[(&str, &str)], affinity: &str, expected: Option<(&[&str], &str)>) {
        let spec = spec(selector, affinity);
        let found = terms(&spec).into_iter().find_map(|term| {
            let asked = names(&spec, term);
            let all = asked.clone().unwrap_or_else(|| vec![ANY_NAME.to_owned()]);
            let labels = |name: &String| fulfil(&spec, term, name, &Labels::default());
            let mut nodes = all.into_iter().filter_map(|name| labels(&name).map(|it| (name, it)));
            let (name, labels) = nodes.next()?;
            let names = [name].into_iter().chain(nodes.map(|(name, _)| name));
            let labels: Vec<_> = labels.iter().map(|(key, it)| format!("{key}={it}")).collect();
            Some((names.filter(|_| asked.is_some()).collect::<Vec<_>>(), labels.join(",")))
        });
        let expected = expected.map(|(names, labels)| {
            (names.iter().map(|&it| it.to_owned()).collect::<Vec<_>>(), labels.to_owned())
        });
        assert_eq!(found, expected, "{selector:?} {affinity}");
    }

    #[test]
    fn a_node_gets_the_labels_that_are_asked_of_it() {
        check(&[], "", Some((&[], "")));
        check(&[("kubernetes.io/os", "linux"), ("disk", "ssd")], "", Some((&[], "disk=ssd")));
        check(&[], "type In gpu,cpu", Some((&[], "type=gpu")));
        check(&[], "type In gpu,cpu; type NotIn gpu", Some((&[], "type=cpu")));
        check(&[], "gpu Exists; disk DoesNotExist", Some((&[], "gpu=true")));
        check(&[], "cores Gt 7; cores Lt 9", Some((&[], "cores=8")));
        check(&[], "cores Lt 9; cores In 12,4", Some((&[], "cores=4")));
        check(&[], "kubernetes.io/os In windows,linux; type NotIn edge", Some((&[], "")));
        check(&[], "kubernetes.io/os NotIn linux", Some((&[], "kubernetes.io/os=windows")));
        check(&[], "kubernetes.io/arch In arm64", Some((&[], "kubernetes.io/arch=arm64")));
        check(&[("type", "cpu")], "type In gpu,cpu", Some((&[], "type=cpu")));
    }

    #[test]
    fn the_first_term_counts_that_can_be_fulfilled() {
        check(&[], "cores Gt 9; cores Lt 9 | type In gpu", Some((&[], "type=gpu")));
        check(&[("type", "cpu")], "type In gpu | type Exists", Some((&[], "type=cpu")));
        check(&[], "", Some((&[], "")));
        check(&[], "cores Gt 9; cores Lt 9", None);
        check(&[("type", "cpu")], "type In gpu", None);
        check(&[], "kubernetes.io/os DoesNotExist", None);
        check(&[], "cores Gt many", None);
        check(&[], "type In not/a/value", None);
        check(&[], "|", None);
    }

    #[test]
    fn nodes_get_the_names_that_are_asked_of_them() {
        check(&[("kubernetes.io/hostname", "a")], "", Some((&["a"], "")));
        check(&[], "metadata.name In a; type In gpu", Some((&["a"], "type=gpu")));
        check(
            &[],
            "kubernetes.io/hostname In a,b; kubernetes.io/hostname NotIn a",
            Some((&["b"], "")),
        );
        check(&[], "kubernetes.io/hostname In a,b", Some((&["a", "b"], "")));
        check(&[], "metadata.name NotIn a", Some((&[], "")));
        check(&[("kubernetes.io/hostname", "a")], "metadata.name In b", None);
        let named = PodSpec { node_name: Some("x".to_owned()), ..PodSpec::default() };
        assert_eq!(names(&named, None), Some(vec!["x".to_owned()]));
    }

    #[test]
    fn a_node_of_another_system_is_told_by_its_label() {
        let windows = PodSpec { os: Some("windows".to_owned()), ..PodSpec::default() };
        let labels = fulfil(&windows, None, ANY_NAME, &Labels::default()).unwrap();
        assert_eq!(labels.get(LABEL_OS), Some("windows"));
    }
}
