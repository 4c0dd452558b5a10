//! Nodes for the DaemonSets of a file: of as few kinds as fulfil what their pods ask for, with room
//! for all of them twice.

use crate::api::{
    DaemonSet, Labels, NodeOperator, NodeRequirement, NodeSelectorTerm, Quantity, ResourceList,
};
use crate::scenario::of_manifest::OfManifestError;
use crate::scenario::of_manifest::labels::{Fulfilled, belongs, belongs_anywhere, fulfil};

/// Cores of a node that need not have more.
const USUAL_CORES: i64 = 4;
/// Memory of a node that need not have more, in bytes.
const USUAL_MEMORY: i64 = 16 << 30;
/// Memory is rounded up to so many bytes.
const GIBI: i64 = 1 << 30;
/// How often the pods fit on a node: an old one and a new one of each DaemonSet.
const TIMES: usize = 2;

/// Nodes of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedNodes {
    /// Their names, if pods ask for some.
    pub names: Vec<String>,
    /// The pool that they make up if not.
    pub pool: String,
    pub count: u32,
    /// Labels besides those that a node has of itself.
    pub labels: Labels,
    pub cores: Quantity,
    pub memory: Quantity,
    /// Extended resources and huge pages by name.
    pub others: ResourceList,
    /// Whether they have more room than nodes of which nothing is known.
    pub is_large: bool,
    /// `namespace/name` of the DaemonSets whose pods belong on them, in the order of the file.
    pub daemon_sets: Vec<String>,
}

/// DaemonSets that one kind of nodes is for.
struct Kind<'a> {
    nodes: Fulfilled,
    members: Vec<&'a DaemonSet>,
}

/// `count` nodes of each kind; fewer where pods ask for nodes by name.
pub(in crate::scenario) fn assumed_nodes(
    daemon_sets: &[&DaemonSet],
    count: u32,
) -> Result<Vec<AssumedNodes>, OfManifestError> {
    let mut kinds: Vec<Kind<'_>> = Vec::new();
    for daemon_set in daemon_sets {
        let spec = &daemon_set.spec.template.spec;
        let alone = fulfil(spec, &Labels::default()).ok_or_else(|| unfulfilled(daemon_set))?;
        let joined = kinds.iter_mut().find_map(|kind| {
            let nodes = fulfil(spec, &kind.nodes.labels)?;
            let fits = nodes.names == kind.nodes.names && kind.still_fits(&nodes);
            fits.then_some((kind, nodes))
        });
        match joined {
            Some((kind, nodes)) => {
                kind.nodes = nodes;
                kind.members.push(daemon_set);
            }
            None => kinds.push(Kind { nodes: alone, members: vec![daemon_set] }),
        }
    }
    if kinds.is_empty() {
        kinds.push(Kind { nodes: Fulfilled::default(), members: Vec::new() });
    }
    let pools = (0..).map(pool_name).filter(|pool| !is_name_of_a_node(pool, &kinds));
    Ok(kinds.iter().zip(pools).map(|(kind, pool)| kind.assume(pool, count, daemon_sets)).collect())
}

impl Kind<'_> {
    /// Whether the pods of all members belong on such nodes.
    fn still_fits(&self, nodes: &Fulfilled) -> bool {
        *nodes == self.nodes || self.members.iter().all(|member| is_on(member, nodes))
    }

    fn assume(&self, pool: String, count: u32, all: &[&DaemonSet]) -> AssumedNodes {
        let nodes = &self.nodes;
        // Pods of others may belong there, too.
        let there: Vec<&DaemonSet> = all.iter().copied().filter(|it| is_on(it, nodes)).collect();
        let mut asked = ResourceList::new();
        for daemon_set in &there {
            for (name, amount) in daemon_set.spec.template.spec.requests() {
                let total = asked.entry(name).or_insert(Quantity::ZERO);
                (0..TIMES).for_each(|_| *total += amount);
            }
        }
        let mut take = |name: &str| asked.remove(name).unwrap_or_default();
        let (cores, memory) = (take("cpu"), take("memory"));
        take("ephemeral-storage");
        asked.retain(|_, amount| !amount.is_zero());
        let usual = [Quantity::from_units(USUAL_CORES), Quantity::from_units(USUAL_MEMORY)];
        let is_large = cores > usual[0] || memory > usual[1] || !asked.is_empty();
        let named = u32::try_from(nodes.names.len()).unwrap_or(u32::MAX);
        AssumedNodes {
            names: nodes.names.clone(),
            pool,
            count: if nodes.names.is_empty() { count } else { named },
            labels: nodes.labels.clone(),
            cores: usual[0].max(Quantity::from_units(cores.units())),
            memory: usual[1].max(whole_gibi(memory)),
            others: asked,
            is_large,
            daemon_sets: there.iter().map(|it| it.key()).collect(),
        }
    }
}

fn is_on(daemon_set: &DaemonSet, nodes: &Fulfilled) -> bool {
    let spec = &daemon_set.spec.template.spec;
    match nodes.names.as_slice() {
        [] => belongs_anywhere(spec, &nodes.labels),
        names => names.iter().all(|name| belongs(spec, name, &nodes.labels)),
    }
}

/// `node`, `node-b`, `node-c`: nodes are called `node-1`, `node-b-1`.
fn pool_name(index: usize) -> String {
    let letter = u8::try_from(index).ok().and_then(|it| it.checked_add(b'a'));
    match letter.filter(u8::is_ascii_lowercase) {
        _ if index == 0 => "node".to_owned(),
        Some(letter) => format!("node-{}", char::from(letter)),
        None => format!("node-z{index}"),
    }
}

/// Whether a node that pods ask for by name is called like one of this pool.
fn is_name_of_a_node(pool: &str, kinds: &[Kind<'_>]) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let of_pool = |name: &str| {
        let number = name.strip_prefix(pool).and_then(|it| it.strip_prefix('-'));
        number.is_some_and(is_number)
    };
    kinds.iter().flat_map(|it| &it.nodes.names).any(|name| of_pool(name))
}

/// Rounded up, if that is possible.
fn whole_gibi(amount: Quantity) -> Quantity {
    let bytes = amount.units();
    let rounded = bytes.checked_add(GIBI - 1).map(|it| it / GIBI * GIBI);
    Quantity::from_units(rounded.unwrap_or(bytes))
}

fn unfulfilled(daemon_set: &DaemonSet) -> OfManifestError {
    let spec = &daemon_set.spec.template.spec;
    let affinity = spec.node_affinity_required.as_ref();
    let terms = affinity.map_or(&[][..], |it| &it.terms);
    let selector = spec.node_selector.iter().map(|(key, value)| format!("{key}={value}"));
    OfManifestError::Unfulfilled {
        daemon_set: daemon_set.key(),
        selector: selector.collect(),
        terms: terms.iter().map(words).collect(),
    }
}

/// A term as people write it: `disk In [ssd], cores Gt 4`.
fn words(term: &NodeSelectorTerm) -> String {
    let all = term.match_fields.iter().chain(&term.match_expressions);
    let words: Vec<String> = all.map(requirement).collect();
    if words.is_empty() { "nothing, which no node fulfils".to_owned() } else { words.join(", ") }
}

fn requirement(NodeRequirement { key, operator, values }: &NodeRequirement) -> String {
    let values = values.join(", ");
    match operator {
        NodeOperator::In => format!("{key} In [{values}]"),
        NodeOperator::NotIn => format!("{key} NotIn [{values}]"),
        NodeOperator::Exists => format!("{key} Exists"),
        NodeOperator::DoesNotExist => format!("{key} DoesNotExist"),
        NodeOperator::Gt => format!("{key} Gt {values}"),
        NodeOperator::Lt => format!("{key} Lt {values}"),
    }
}
