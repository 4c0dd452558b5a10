//! What else a file says, and what it leaves open: classes that it does not hold, ports that two
//! DaemonSets want, objects that nothing is done with.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{
    DaemonSet, Object, PriorityClass, PriorityClasses, Protocol, add_priority_classes, objects_in,
};
use crate::input::Document;
use crate::scenario::of_manifest::AssumedNodes;

/// Kinds that are used, or that only say where objects live.
const USED: [&str; 4] = ["DaemonSet", "Namespace", "PriorityClass", "ResourceQuota"];

/// A port of the node that two DaemonSets want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPort {
    pub port: u16,
    /// `namespace/name` of both.
    pub daemon_sets: [String; 2],
}

/// Classes that pods name and the file does not hold, as they would be admitted.
pub(in crate::scenario) fn missing_classes(
    documents: &[Document],
    daemon_sets: &[&DaemonSet],
) -> BTreeMap<String, PriorityClass> {
    let mut known = PriorityClasses::default();
    // What is wrong with them is told when the scenario is read.
    let _ = add_priority_classes(documents, &mut known);
    let mut missing = BTreeMap::new();
    for spec in daemon_sets.iter().map(|it| &it.spec.template.spec) {
        let name = spec.priority_class_name.as_ref();
        if let Some(name) = name.filter(|name| !known.has(name) && !name.starts_with("system-")) {
            let class = PriorityClass {
                value: spec.priority.unwrap_or(0),
                global_default: false,
                may_preempt: spec.may_preempt.unwrap_or(true),
            };
            missing.entry(name.clone()).or_insert(class);
        }
    }
    missing
}

/// Who takes a port, and on which address of the node.
type Taken = (String, Option<String>);

/// The ports that two DaemonSets of the same nodes want, of each pair one.
///
/// Source: `pkg/scheduler/framework/plugins/nodeports/node_ports.go › Fits`.
pub(super) fn shared_ports(daemon_sets: &[&DaemonSet], nodes: &[AssumedNodes]) -> Vec<SharedPort> {
    let mut pairs: BTreeMap<[String; 2], u16> = BTreeMap::new();
    for kind in nodes {
        let members: BTreeSet<&String> = kind.daemon_sets.iter().collect();
        let mut taken: BTreeMap<(u16, Protocol), Vec<Taken>> = BTreeMap::new();
        for daemon_set in daemon_sets {
            let key = daemon_set.key();
            for wanted in daemon_set.spec.template.spec.host_ports() {
                let Some(port) = wanted.host_port.filter(|_| members.contains(&key)) else {
                    continue;
                };
                let others = taken.entry((port, wanted.protocol)).or_default();
                let other = others.iter().find(|(other, ip)| {
                    *other != key
                        && (is_any(ip.as_deref())
                            || is_any(wanted.host_ip.as_deref())
                            || *ip == wanted.host_ip)
                });
                if let Some((other, _)) = other {
                    pairs.entry([other.clone(), key.clone()]).or_insert(port);
                } else {
                    others.push((key.clone(), wanted.host_ip.clone()));
                }
            }
        }
    }
    pairs.into_iter().map(|(daemon_sets, port)| SharedPort { port, daemon_sets }).collect()
}

/// Whether a port is taken on all addresses of a node.
fn is_any(ip: Option<&str>) -> bool {
    ip.is_none_or(|ip| matches!(ip, "" | "0.0.0.0" | "::"))
}

/// The kinds of objects that are passed over, and how many there are of each.
pub(super) fn passed_over(documents: &[Document]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    let objects = objects_in(documents);
    for kind in objects.iter().filter_map(Object::kind).filter(|kind| !USED.contains(kind)) {
        *kinds.entry(kind.to_owned()).or_default() += 1;
    }
    kinds
}
