//! Which DaemonSet, node or pod of a snapshot is meant.

use std::collections::BTreeMap;

use crate::api::{DaemonSet, ObjectMeta, Pod, Snapshot};
use crate::input::did_you_mean;
use crate::scenario::typed::error::TypedError;

/// The cluster that changes are typed for.
#[derive(Clone, Copy)]
pub(super) struct Objects<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// The DaemonSet that is meant where none is named, `namespace/name`.
    pub(super) subject: Option<&'a str>,
}

/// Kinds that commands are followed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Node,
    Pod,
    DaemonSet,
}

impl Kind {
    /// The kind with this name, as kubectl takes it.
    pub(super) fn of(written: &str) -> Option<Self> {
        match written {
            "node" | "nodes" | "no" => Some(Self::Node),
            "pod" | "pods" | "po" => Some(Self::Pod),
            "daemonset" | "daemonsets" | "ds" | "daemonset.apps" | "daemonsets.apps" => {
                Some(Self::DaemonSet)
            }
            _ => None,
        }
    }
}

impl Objects<'_> {
    /// The DaemonSet of a name, as `namespace/name`; where no namespace is given, in whichever it
    /// is.
    pub(super) fn daemon_set(
        self,
        name: &str,
        namespace: Option<&str>,
    ) -> Result<String, TypedError> {
        let all = || self.snapshot.daemon_sets.iter().map(|it| &it.daemon_set);
        let is_meant = |it: &&DaemonSet| {
            it.metadata.name == name && namespace.is_none_or(|of| it.metadata.namespace == of)
        };
        let found: Vec<&DaemonSet> = all().filter(is_meant).collect();
        let what = "DaemonSet";
        let is_subject = |it: &&&DaemonSet| self.subject == Some(it.key().as_str());
        if let Some(subject) = found.iter().find(is_subject) {
            return Ok(subject.key());
        }
        match found.as_slice() {
            [only] => Ok(only.key()),
            [] => Err(unknown(what, name, namespace, all().map(|it| &it.metadata))),
            several => {
                let namespaces = several.iter().map(|it| it.metadata.namespace.as_str());
                Err(ambiguous(what, name, namespaces))
            }
        }
    }

    /// Whether a DaemonSet, `namespace/name`, has `OnDelete`.
    pub(super) fn is_on_delete(self, key: &str) -> bool {
        let mut all = self.snapshot.daemon_sets.iter().map(|it| &it.daemon_set);
        all.any(|it| it.key() == key && it.spec.update_strategy.is_on_delete())
    }

    /// The DaemonSet that is meant where none is named.
    pub(super) fn subject(self) -> Result<String, TypedError> {
        if let Some(subject) = self.subject {
            return Ok(subject.to_owned());
        }
        let all: Vec<String> =
            self.snapshot.daemon_sets.iter().map(|it| it.daemon_set.key()).collect();
        match all.as_slice() {
            [only] => Ok(only.clone()),
            several => Err(TypedError::WhichDaemonSet(several.join(", "))),
        }
    }

    /// The nodes of some pods, by the DaemonSet that owns them.
    pub(super) fn nodes_of_pods(
        self,
        names: &[String],
        namespace: Option<&str>,
    ) -> Result<BTreeMap<String, Vec<String>>, TypedError> {
        let mut nodes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in names {
            let pod = self.pod(name, namespace)?;
            let owner = pod.metadata.controller_ref().filter(|owner| owner.kind == "DaemonSet");
            let node = pod.spec.node_name.as_deref().or_else(|| pod.target_node());
            let (Some(owner), Some(node)) = (owner, node) else {
                return Err(TypedError::NotOfDaemonSet(name.clone()));
            };
            let key = format!("{}/{}", pod.metadata.namespace, owner.name);
            nodes.entry(key).or_default().push(node.to_owned());
        }
        Ok(nodes)
    }

    fn pod(&self, name: &str, namespace: Option<&str>) -> Result<&Pod, TypedError> {
        let all = || self.snapshot.pods.iter();
        let is_meant = |it: &&Pod| {
            it.metadata.name == name && namespace.is_none_or(|of| it.metadata.namespace == of)
        };
        let found: Vec<&Pod> = all().filter(is_meant).collect();
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(unknown("pod", name, namespace, all().map(|it| &it.metadata))),
            several => {
                let namespaces = several.iter().map(|it| it.metadata.namespace.as_str());
                Err(ambiguous("pod", name, namespaces))
            }
        }
    }

    /// Each of the names, if there is such a node.
    pub(super) fn nodes(self, names: &[String]) -> Result<Vec<String>, TypedError> {
        let all = || self.snapshot.nodes.iter().map(|it| &it.metadata);
        let known = |name: &String| {
            if all().any(|it| it.name == *name) {
                Ok(name.clone())
            } else {
                Err(unknown("node", name, None, all()))
            }
        };
        names.iter().map(known).collect()
    }
}

/// What there is not, and what was probably meant; it may be in another namespace.
fn unknown<'a>(
    what: &'static str,
    name: &str,
    namespace: Option<&str>,
    all: impl Iterator<Item = &'a ObjectMeta> + Clone,
) -> TypedError {
    if let Some(elsewhere) = all.clone().find(|it| it.name == name) {
        let (name, found) = (name.to_owned(), elsewhere.namespace.clone());
        let namespace = namespace.unwrap_or_default().to_owned();
        return TypedError::OtherNamespace { what, name, namespace, found };
    }
    let near = did_you_mean(name, all.map(|it| it.name.as_str())).map(str::to_owned);
    TypedError::Unknown { what, name: name.to_owned(), near }
}

fn ambiguous<'a>(
    what: &'static str,
    name: &str,
    namespaces: impl Iterator<Item = &'a str>,
) -> TypedError {
    let namespaces = namespaces.collect::<Vec<_>>().join(", ");
    TypedError::Ambiguous { what, name: name.to_owned(), namespaces }
}
