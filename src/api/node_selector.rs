//! Required and preferred node affinity: which nodes a pod may, or would rather, run on.
//!
//! What lives here: [`NodeSelector`] and how it matches a node. It knows a node only by its labels
//! and its name, the single field that Kubernetes lets a selector ask for.

use crate::api::labels::Labels;

/// Required node affinity: terms of which one must match.
///
/// Mirrors component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go › `NodeSelector.Match`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSelector {
    /// Alternatives; with none of them, nothing matches.
    pub terms: Vec<NodeSelectorTerm>,
}

/// Requirements that must all hold; with none of them, nothing matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSelectorTerm {
    /// Requirements on the node's labels.
    pub match_expressions: Vec<NodeRequirement>,
    /// Requirements on the node's fields, of which `metadata.name` is the only one.
    pub match_fields: Vec<NodeRequirement>,
}

/// A term that the scheduler would rather see fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferredTerm {
    /// What it adds to a node's score, 1 to 100.
    pub weight: i32,
    /// The nodes it favors.
    pub preference: NodeSelectorTerm,
}

/// One requirement on a label or a field of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRequirement {
    /// The label's key, or the field's path.
    pub key: String,
    /// How the value is compared with `values`.
    pub operator: NodeOperator,
    /// Values to compare with; empty for `Exists` and `DoesNotExist`, one for `Gt` and `Lt`.
    pub values: Vec<String>,
}

/// Operators of node affinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeOperator {
    /// The label is there, with one of the values.
    In,
    /// The label is missing or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
    /// The label is an integer greater than the value.
    Gt,
    /// The label is an integer less than the value.
    Lt,
}

impl NodeSelector {
    /// Whether a node of this name with these labels is selected.
    pub fn matches(&self, labels: &Labels, node_name: &str) -> bool {
        self.terms.iter().any(|term| term.matches(labels, node_name))
    }

    /// The node that a pod with this affinity is meant for: the value of the first
    /// `metadata.name In [one value]` in any term; none if there is no such requirement, or if the
    /// first `metadata.name` requirement is of another shape.
    ///
    /// Mirrors `pkg/controller/daemon/util/daemonset_util.go` › `GetTargetNodeName`.
    pub fn target_node(&self) -> Option<&str> {
        let fields = self.terms.iter().flat_map(|term| &term.match_fields);
        let wanted = |r: &&NodeRequirement| r.key == NODE_NAME && r.operator == NodeOperator::In;
        match fields.into_iter().find(wanted)?.values.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }
}

/// The only field that a node selector can ask for.
pub const NODE_NAME: &str = "metadata.name";

impl NodeSelectorTerm {
    /// Whether a node of this name with these labels fulfils every requirement.
    pub fn matches(&self, labels: &Labels, node_name: &str) -> bool {
        let empty = self.match_expressions.is_empty() && self.match_fields.is_empty();
        !empty
            && self.match_expressions.iter().all(|requirement| requirement.matches_label(labels))
            && self.match_fields.iter().all(|requirement| requirement.matches_field(node_name))
    }
}

impl NodeRequirement {
    /// A requirement that cannot be parsed (two values for `Gt`, a word where a number belongs)
    /// matches no node, as upstream ignores the error and the term with it.
    fn matches_label(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.iter().any(|listed| listed == value));
        match self.operator {
            NodeOperator::In => listed,
            NodeOperator::NotIn => !listed && !self.values.is_empty(),
            NodeOperator::Exists => value.is_some() && self.values.is_empty(),
            NodeOperator::DoesNotExist => value.is_none() && self.values.is_empty(),
            NodeOperator::Gt => self.integers(value).is_some_and(|(label, bound)| label > bound),
            NodeOperator::Lt => self.integers(value).is_some_and(|(label, bound)| label < bound),
        }
    }

    /// The label's value and the bound, if both are integers as Go's `ParseInt` reads them.
    fn integers(&self, value: Option<&str>) -> Option<(i64, i64)> {
        let [bound] = self.values.as_slice() else { return None };
        Some((value?.parse().ok()?, bound.parse().ok()?))
    }

    /// Only `metadata.name In` or `NotIn` exactly one name can match.
    fn matches_field(&self, node_name: &str) -> bool {
        let [name] = self.values.as_slice() else { return false };
        if self.key != NODE_NAME {
            return false;
        }
        match self.operator {
            NodeOperator::In => name == node_name,
            NodeOperator::NotIn => name != node_name,
            NodeOperator::Exists
            | NodeOperator::DoesNotExist
            | NodeOperator::Gt
            | NodeOperator::Lt => false,
        }
    }
}

impl NodeOperator {
    /// The operator written `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "In" => Some(Self::In),
            "NotIn" => Some(Self::NotIn),
            "Exists" => Some(Self::Exists),
            "DoesNotExist" => Some(Self::DoesNotExist),
            "Gt" => Some(Self::Gt),
            "Lt" => Some(Self::Lt),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(key: &str, operator: &str, values: &[&str]) -> NodeRequirement {
        NodeRequirement {
            key: key.to_owned(),
            operator: NodeOperator::from_name(operator).unwrap(),
            values: values.iter().map(ToString::to_string).collect(),
        }
    }

    fn node() -> Labels {
        [("zone", "a"), ("cores", "8"), ("disk", "ssd")].into_iter().collect()
    }

    fn check(key: &str, operator: &str, values: &[&str], expected: bool) {
        let expression = requirement(key, operator, values);
        let term = NodeSelectorTerm { match_expressions: vec![expression], match_fields: vec![] };
        assert_eq!(term.matches(&node(), "node-1"), expected, "{key} {operator} {values:?}");
    }

    fn check_field(key: &str, operator: &str, values: &[&str], expected: bool) {
        let field = requirement(key, operator, values);
        let term = NodeSelectorTerm { match_expressions: vec![], match_fields: vec![field] };
        assert_eq!(term.matches(&node(), "node-1"), expected, "{key} {operator} {values:?}");
    }

    #[test]
    fn expressions_match_labels() {
        check("zone", "In", &["a", "b"], true);
        check("zone", "In", &["b"], false);
        check("zone", "NotIn", &["b"], true);
        check("zone", "NotIn", &["a"], false);
        check("none", "NotIn", &["a"], true);
        check("zone", "Exists", &[], true);
        check("none", "Exists", &[], false);
        check("none", "DoesNotExist", &[], true);
        check("zone", "DoesNotExist", &[], false);
    }

    #[test]
    fn greater_and_less_compare_integers_only() {
        check("cores", "Gt", &["7"], true);
        check("cores", "Gt", &["8"], false);
        check("cores", "Lt", &["10"], true);
        check("cores", "Lt", &["8"], false);
        check("zone", "Gt", &["1"], false);
        check("cores", "Gt", &["many"], false);
        check("cores", "Gt", &["1", "2"], false);
        check("none", "Lt", &["9"], false);
    }

    #[test]
    fn fields_match_one_node_name() {
        check_field("metadata.name", "In", &["node-1"], true);
        check_field("metadata.name", "In", &["node-2"], false);
        check_field("metadata.name", "In", &["node-1", "node-2"], false);
        check_field("metadata.name", "NotIn", &["node-2"], true);
        check_field("metadata.name", "NotIn", &["node-1"], false);
        check_field("metadata.name", "Exists", &[], false);
        check_field("spec.x", "In", &["node-1"], false);
    }

    #[test]
    fn no_terms_and_empty_terms_match_nothing() {
        let mut selector = NodeSelector::default();
        assert!(!selector.matches(&node(), "node-1"));
        selector.terms.push(NodeSelectorTerm::default());
        assert!(!selector.matches(&node(), "node-1"));
        selector.terms.push(NodeSelectorTerm {
            match_expressions: vec![requirement("zone", "Exists", &[])],
            match_fields: vec![],
        });
        assert!(selector.matches(&node(), "node-1"));
    }

    #[test]
    fn the_target_node_is_the_single_name_of_the_first_name_requirement() {
        let term = |values: &[&str]| NodeSelectorTerm {
            match_expressions: vec![],
            match_fields: vec![requirement(NODE_NAME, "In", values)],
        };
        let target = |terms| NodeSelector { terms }.target_node().map(str::to_owned);
        assert_eq!(target(vec![term(&["a"])]), Some("a".to_owned()));
        assert_eq!(target(vec![term(&["a", "b"])]), None);
        assert_eq!(target(vec![NodeSelectorTerm::default()]), None);
    }
}
