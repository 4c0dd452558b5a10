//! Nodes for the DaemonSets of a file: of as few kinds as fulfil what their pods ask for, with room
//! for all of them twice.

use crate::api::{
    DaemonSet, Labels, NodeOperator, NodeRequirement, NodeSelectorTerm, PodSpec, Quantity,
    ResourceList,
};
use crate::scenario::of_manifest::labels::{ANY_NAME, belongs, fulfil, names, terms};
use std::collections::BTreeMap;

/// Cores of a node that need not have more.
const USUAL_CORES: i64 = 4;
/// Memory of a node that need not have more, in bytes.
const USUAL_MEMORY: i64 = 16 << 30;
/// Memory is rounded up to a multiple of this, in bytes.
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

/// Nodes that are alike, or one node that pods ask for by name.
struct Kind<'a> {
    name: Option<String>,
    /// Labels besides those that a node has of itself.
    labels: Labels,
    /// The DaemonSets that it is for.
    members: Vec<&'a DaemonSet>,
}

/// All kinds, in the order in which DaemonSets asked for them.
#[derive(Default)]
struct Kinds<'a> {
    all: Vec<Kind<'a>>,
    /// Nodes that pods ask for by name, as indices.
    by_name: BTreeMap<String, usize>,
}

/// A DaemonSet whose node affinity contradicts itself, its node selector, or another DaemonSet that
/// asks for the same node by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no node can be one that `{daemon_set}` asks for: {}", asked.join("; "))]
pub struct Unfulfilled {
    /// `namespace/name`.
    pub daemon_set: String,
    /// What it asks for, and who else asks for something else, a sentence each.
    asked: Vec<String>,
}

/// `count` nodes of each kind, and each node that pods ask for by name; and the DaemonSets that no
/// node fulfils.
pub(in crate::scenario) fn assumed_nodes(
    daemon_sets: &[&DaemonSet],
    count: u32,
) -> (Vec<AssumedNodes>, Vec<Unfulfilled>) {
    let mut kinds = Kinds::default();
    let mut unfulfilled = Vec::new();
    for daemon_set in daemon_sets {
        if !kinds.place(daemon_set) {
            unfulfilled.push(kinds.unfulfilled(daemon_set));
        }
    }
    if kinds.all.is_empty() {
        kinds.all.push(Kind::new(None));
    }
    let mut pools = (0..).map(pool_name).filter(|pool| !kinds.has_node_of(pool));
    let assumed = kinds.all.iter().map(|kind| {
        let pool = if kind.name.is_none() { pools.next() } else { None };
        AssumedNodes { count, pool: pool.unwrap_or_default(), ..kind.assume(daemon_sets) }
    });
    (alike_together(assumed), unfulfilled)
}

/// Nodes with names that differ in nothing else, listed once.
fn alike_together(all: impl Iterator<Item = AssumedNodes>) -> Vec<AssumedNodes> {
    let mut found: Vec<AssumedNodes> = Vec::new();
    for mut nodes in all {
        let is_alike = |it: &&mut AssumedNodes| {
            !it.names.is_empty() && it.labels == nodes.labels && it.daemon_sets == nodes.daemon_sets
        };
        match found.iter_mut().find(is_alike).filter(|_| !nodes.names.is_empty()) {
            Some(same) => same.names.append(&mut nodes.names),
            None => found.push(nodes),
        }
    }
    for named in found.iter_mut().filter(|it| !it.names.is_empty()) {
        named.count = u32::try_from(named.names.len()).unwrap_or(u32::MAX);
    }
    found
}

impl<'a> Kinds<'a> {
    /// Finds nodes for a DaemonSet: some that are there already, else those of the first term of its
    /// affinity that nodes can fulfil. Whether there are any.
    fn place(&mut self, daemon_set: &'a DaemonSet) -> bool {
        let spec = &daemon_set.spec.template.spec;
        let terms = terms(spec);
        let mut pools = self.all.iter_mut().filter(|it| it.name.is_none());
        pools.any(|pool| terms.iter().any(|term| pool.join(daemon_set, *term)))
            || terms.into_iter().any(|term| match names(spec, term) {
                None => self.add(None, daemon_set, term),
                Some(names) => {
                    let mut is_any = false;
                    for name in names {
                        is_any |= self.place_on(name, daemon_set, term);
                    }
                    is_any
                }
            })
    }

    /// Finds the node of this name, or adds it.
    fn place_on(
        &mut self,
        name: String,
        daemon_set: &'a DaemonSet,
        term: Option<&NodeSelectorTerm>,
    ) -> bool {
        match self.by_name.get(&name) {
            Some(&known) => self.all[known].join(daemon_set, term),
            None => self.add(Some(name), daemon_set, term),
        }
    }

    fn add(
        &mut self,
        name: Option<String>,
        daemon_set: &'a DaemonSet,
        term: Option<&NodeSelectorTerm>,
    ) -> bool {
        let mut kind = Kind::new(name);
        let is_possible = kind.join(daemon_set, term);
        if is_possible {
            self.by_name.extend(kind.name.clone().map(|name| (name, self.all.len())));
            self.all.push(kind);
        }
        is_possible
    }

    /// Whether a node that pods ask for by name is called like one of this pool.
    fn has_node_of(&self, pool: &str) -> bool {
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let is_of_pool = |name: &String| {
            let number = name.strip_prefix(pool).and_then(|it| it.strip_prefix('-'));
            number.is_some_and(is_number)
        };
        self.by_name.keys().any(is_of_pool)
    }

    /// Why there is no node for a DaemonSet.
    fn unfulfilled(&self, daemon_set: &DaemonSet) -> Unfulfilled {
        let spec = &daemon_set.spec.template.spec;
        let mut asked = asked(spec);
        asked.extend(terms(spec).into_iter().find_map(|term| {
            let is_possible =
                |name: &String| fulfil(spec, term, name, &Labels::default()).is_some();
            let name = names(spec, term)?.into_iter().find(is_possible)?;
            let other = self.all[*self.by_name.get(&name)?].members.first()?.key();
            Some(format!("`{other}` asks for other labels of the node {name}"))
        }));
        Unfulfilled { daemon_set: daemon_set.key(), asked }
    }
}

impl<'a> Kind<'a> {
    fn new(name: Option<String>) -> Self {
        Self { name, labels: Labels::default(), members: Vec::new() }
    }

    /// Takes in a DaemonSet, with the labels that a term of its affinity asks for, if the pods of all
    /// members still belong here then.
    fn join(&mut self, daemon_set: &'a DaemonSet, term: Option<&NodeSelectorTerm>) -> bool {
        let spec = &daemon_set.spec.template.spec;
        let Some(labels) = fulfil(spec, term, self.any_name(), &self.labels) else { return false };
        let is_as_before = labels == self.labels;
        if !is_as_before && !self.members.iter().all(|it| self.is_for(it, &labels)) {
            return false;
        }
        self.labels = labels;
        self.members.push(daemon_set);
        true
    }

    fn any_name(&self) -> &str {
        self.name.as_deref().unwrap_or(ANY_NAME)
    }

    /// Whether the pods of a DaemonSet belong here if the nodes have these labels.
    fn is_for(&self, daemon_set: &DaemonSet, labels: &Labels) -> bool {
        belongs(&daemon_set.spec.template.spec, self.any_name(), labels)
    }

    /// Such nodes, with room for the pods of all DaemonSets that belong there.
    fn assume(&self, all: &[&DaemonSet]) -> AssumedNodes {
        // Pods of others may belong there, too.
        let there = all.iter().copied().filter(|it| self.is_for(it, &self.labels));
        let there: Vec<&DaemonSet> = there.collect();
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
        AssumedNodes {
            names: self.name.iter().cloned().collect(),
            pool: String::new(),
            count: 1,
            labels: self.labels.clone(),
            cores: usual[0].max(Quantity::from_units(cores.units())),
            memory: usual[1].max(whole_gibi(memory)),
            others: asked,
            is_large,
            daemon_sets: there.iter().map(|it| it.key()).collect(),
        }
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

/// Rounded up, if that is possible.
fn whole_gibi(amount: Quantity) -> Quantity {
    let bytes = amount.units();
    let rounded = bytes.checked_add(GIBI - 1).map(|it| it / GIBI * GIBI);
    Quantity::from_units(rounded.unwrap_or(bytes))
}

/// What pods ask of a node by its labels, a sentence each.
fn asked(spec: &PodSpec) -> Vec<String> {
    let selector = spec.node_selector.iter().map(|(key, value)| format!("{key}={value}"));
    let selector: Vec<String> = selector.collect();
    let mut asked: Vec<String> = Vec::new();
    if !selector.is_empty() {
        asked.push(format!("its nodeSelector asks for {}", selector.join(", ")));
    }
    let terms = spec.node_affinity_required.as_ref().map_or(&[][..], |it| &it.terms);
    asked.extend((1..).zip(terms).map(|(number, term)| match terms.len() {
        1 => format!("the term of its nodeAffinity asks for {}", words(term)),
        _ => format!("term {number} of its nodeAffinity asks for {}", words(term)),
    }));
    asked
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
