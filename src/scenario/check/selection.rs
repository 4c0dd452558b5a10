//! Which nodes an event is for.

use crate::api::well_known::LABEL_HOSTNAME;
use crate::api::{LabelOperator, LabelRequirement, LabelSelector, Labels};
use crate::input::FieldPath;
use crate::scenario::check::cluster::Cluster;
use crate::scenario::check::findings::{Findings, known, listed};
use crate::scenario::pool::POOL_LABEL;
use crate::scenario::valid::{Among, NodePool, NodeSelection, PoolId, Take};
use crate::scenario::written::{self, NodeFilter};
use std::collections::BTreeSet;

/// What is known of the nodes when an event selects some.
pub(super) struct Nodes<'a> {
    /// The cluster at the start.
    pub(super) cluster: &'a Cluster,
    /// How many nodes join each pool, at most.
    pub(super) joins: &'a [u64],
    /// The keys of the labels that events set.
    pub(super) set_labels: &'a BTreeSet<String>,
    /// Whether every event could be read.
    pub(super) complete: bool,
}

/// The pool of this name; notes it if there is none.
pub(super) fn pool(
    findings: &mut Findings,
    name: &str,
    path: &FieldPath,
    cluster: &Cluster,
) -> Option<PoolId> {
    let found = cluster.pool(name);
    if found.is_none() && cluster.complete {
        let names = cluster.pools.iter().map(|pool| pool.name.as_str());
        let message = format!("there is no pool `{name}`");
        findings.error("unknown-pool", path, message, known(name, "pool", names));
    }
    found
}

impl Nodes<'_> {
    /// The valid form of a selection; notes what is wrong with it.
    pub(super) fn select(
        &self,
        findings: &mut Findings,
        written: &written::Nodes,
        path: &FieldPath,
    ) -> NodeSelection {
        match written {
            written::Nodes::All => NodeSelection { among: Among::All, take: Take::All },
            written::Nodes::Names(names) => {
                NodeSelection { among: self.names(findings, names, path), take: Take::All }
            }
            written::Nodes::Filter(filter) => NodeSelection {
                among: self.among(findings, filter, path),
                take: take(findings, filter, path),
            },
        }
    }

    fn among(&self, findings: &mut Findings, filter: &NodeFilter, path: &FieldPath) -> Among {
        if filter.names.is_some() && (filter.pool.is_some() || filter.labels.is_some()) {
            let message = "`names` already says which nodes";
            let hint = "remove `pool` and `labels`, or `names`";
            findings.error("contradiction", &path.key("names"), message, hint);
        }
        let pool = filter.pool.as_ref().map(|name| {
            pool(findings, name, &path.key("pool"), self.cluster).unwrap_or(PoolId(usize::MAX))
        });
        if let Some(selector) = &filter.labels {
            let selector = self.in_pool(selector.0.clone(), pool);
            self.check_labels(findings, &selector, &path.key("labels"));
            return Among::Labels(selector);
        }
        match (&filter.names, pool) {
            (_, Some(pool)) => Among::Pool(pool),
            (Some(names), None) => self.names(findings, names, &path.key("names")),
            (None, None) => Among::All,
        }
    }

    /// The selector, narrowed to a pool by the label of pools.
    fn in_pool(&self, mut selector: LabelSelector, pool: Option<PoolId>) -> LabelSelector {
        if let Some(pool) = pool.and_then(|id| self.cluster.pools.get(id.0)) {
            selector.match_expressions.push(LabelRequirement {
                key: POOL_LABEL.to_owned(),
                operator: LabelOperator::In,
                values: vec![pool.name.clone()],
            });
        }
        selector
    }

    fn names(&self, findings: &mut Findings, names: &[String], path: &FieldPath) -> Among {
        if names.is_empty() {
            let hint = "write a name, or `all`";
            findings.error("empty-selection", path, "this selects no node", hint);
        }
        for (index, name) in names.iter().enumerate() {
            // A single name may be written without its list; then the list is not there.
            let field = if names.len() > 1 { path.index(index) } else { path.clone() };
            self.check_name(findings, name, &field);
        }
        Among::Names(names.to_vec())
    }

    /// Notes a node that is never there.
    pub(super) fn check_name(&self, findings: &mut Findings, name: &str, path: &FieldPath) {
        if !self.has(name) && self.cluster.complete && self.complete {
            let message = format!("there is no node `{name}`");
            findings.error("unknown-node", path, message, self.hint_for(name));
        }
    }

    /// Whether a node of this name is there at some time.
    pub(super) fn has(&self, name: &str) -> bool {
        let in_pool = |(index, pool): (usize, &NodePool)| {
            let joined = self.joins.get(index).copied().unwrap_or_default();
            let last = joined.saturating_add(u64::from(pool.count));
            pool.number_of(name).is_some_and(|number| u64::from(number) <= last)
        };
        self.cluster.pools.iter().enumerate().any(in_pool)
            || self.cluster.outside_pools().any(|node| &*node.name == name)
    }

    fn hint_for(&self, name: &str) -> String {
        if let Some(pool) = self.cluster.pools.iter().find(|pool| pool.number_of(name).is_some()) {
            return match pool.count {
                0 => format!("no node of the pool `{}` is there", pool.name),
                count => format!(
                    "the nodes of the pool `{}` are `{}` to `{}`",
                    pool.name,
                    pool.name_of(1),
                    pool.name_of(count)
                ),
            };
        }
        let digits: String = name
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let number = digits.parse().unwrap_or(1);
        let of_pools: Vec<_> = self
            .cluster
            .pools
            .iter()
            .filter(|pool| pool.count > 0)
            .map(|pool| pool.name_of(u32::clamp(number, 1, pool.count)))
            .collect();
        let singles = self.cluster.outside_pools().map(|node| &*node.name);
        known(name, "node", of_pools.iter().map(String::as_str).chain(singles))
    }

    /// Notes a selector that no node can ever fulfil.
    fn check_labels(&self, findings: &mut Findings, selector: &LabelSelector, path: &FieldPath) {
        let changing = |requirement: &LabelRequirement| {
            requirement.key == LABEL_HOSTNAME || self.set_labels.contains(&requirement.key)
        };
        let is_open = selector.match_expressions.iter().any(changing)
            || selector.match_labels.iter().any(|(key, _)| self.set_labels.contains(key));
        if is_open || !self.cluster.complete || !self.complete {
            return;
        }
        let kinds = self.kinds();
        if !kinds.iter().any(|labels| selector.matches(labels)) {
            let hint = hint_for_labels(selector, &kinds);
            findings.error("empty-selection", path, "no node ever has these labels", hint);
        }
    }

    /// The labels of every kind of node.
    fn kinds(&self) -> Vec<Labels> {
        let of_pool = |(index, pool): (usize, &NodePool)| {
            let turns = u32::try_from(pool.zones.len().max(1)).unwrap_or(1);
            let pool = pool.clone();
            (1..=turns).map(move |number| pool.node(PoolId(index), number).labels)
        };
        let of_pools = self.cluster.pools.iter().enumerate().flat_map(of_pool);
        of_pools.chain(self.cluster.outside_pools().map(|node| node.labels.clone())).collect()
    }
}

/// What the labels are that a selector asks for.
fn hint_for_labels(selector: &LabelSelector, kinds: &[Labels]) -> String {
    let asked = selector.match_labels.iter().map(|(key, _)| key);
    let asked = asked.chain(selector.match_expressions.iter().map(|each| each.key.as_str()));
    for key in asked.filter(|key| *key != POOL_LABEL) {
        let values: BTreeSet<_> = kinds.iter().filter_map(|labels| labels.get(key)).collect();
        if values.is_empty() {
            let keys: BTreeSet<_> =
                kinds.iter().flat_map(|labels| labels.iter().map(|(key, _)| key)).collect();
            return match crate::input::did_you_mean(key, keys) {
                Some(near) => format!("no node has the label `{key}`, did you mean `{near}`?"),
                None => format!("no node has the label `{key}`"),
            };
        }
        let values: Vec<_> = values.into_iter().collect();
        let fits = |value: &&&str| selector.matches(&[(key, **value)].into_iter().collect());
        if !values.iter().any(|value| fits(&value)) {
            return format!("the values of `{key}` are {}", listed(&values));
        }
    }
    "no node has all of them together".to_owned()
}

fn take(findings: &mut Findings, filter: &NodeFilter, path: &FieldPath) -> Take {
    let zero = "this selects no node";
    match (filter.count, filter.percent) {
        (None, None) => Take::All,
        (Some(count), None) => {
            if count == 0 {
                findings.warning("empty-selection", &path.key("count"), zero, "write at least 1");
            }
            Take::Count(count)
        }
        (None, Some(share)) => {
            if share.0 == 0 {
                findings.warning("empty-selection", &path.key("percent"), zero, "write more");
            }
            Take::Percent(share.0)
        }
        (Some(count), Some(_)) => {
            let message = "`count` and `percent` both say how many nodes";
            findings.error("contradiction", &path.key("percent"), message, "remove one of them");
            Take::Count(count)
        }
    }
}
