//! Resources that kubectl can be asked for, by all their names.

/// A kind of object that a record knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    DaemonSets,
    Pods,
    Nodes,
    ControllerRevisions,
    Events,
}

impl Resource {
    pub const ALL: [Self; 5] =
        [Self::DaemonSets, Self::Pods, Self::Nodes, Self::ControllerRevisions, Self::Events];

    /// The resource that is called this: plural, singular, short, with or without group and version,
    /// in any case.
    pub fn from_name(written: &str) -> Option<Self> {
        let written = written.to_ascii_lowercase();
        let (name, group) = written.split_once('.').unwrap_or((&written, ""));
        let called = |it: &Self| {
            let [plural, singular, short, own_group] = it.names();
            let fits = match own_group {
                "" => matches!(group, "" | "v1" | "v1."),
                _ => matches!(group, "" | "apps" | "v1.apps"),
            };
            fits && !name.is_empty() && [plural, singular, short].contains(&name)
        };
        Self::ALL.into_iter().find(called)
    }

    /// Plural, singular, short name or nothing, group.
    const fn names(self) -> [&'static str; 4] {
        match self {
            Self::DaemonSets => ["daemonsets", "daemonset", "ds", "apps"],
            Self::Pods => ["pods", "pod", "po", ""],
            Self::Nodes => ["nodes", "node", "no", ""],
            Self::ControllerRevisions => ["controllerrevisions", "controllerrevision", "", "apps"],
            Self::Events => ["events", "event", "ev", ""],
        }
    }

    /// `daemonsets.apps`, as in messages of the API server.
    pub fn plural(self) -> String {
        let [plural, _, _, group] = self.names();
        with_group(plural, group)
    }

    /// `daemonset.apps`, as in front of a name.
    pub fn singular(self) -> String {
        let [_, singular, _, group] = self.names();
        with_group(singular, group)
    }

    /// Whether objects of this kind are in namespaces.
    pub fn is_namespaced(self) -> bool {
        self != Self::Nodes
    }
}

fn with_group(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_have_many_names() {
        let check = |names: &[&str], expected| {
            for name in names {
                assert_eq!(Resource::from_name(name), expected, "{name}");
            }
        };
        let daemon_sets =
            ["ds", "DS", "daemonset", "daemonsets", "DaemonSet", "ds.apps", "daemonsets.v1.apps"];
        check(&daemon_sets, Some(Resource::DaemonSets));
        check(&["po", "pod", "pods", "pods.v1"], Some(Resource::Pods));
        check(&["no", "node", "Nodes"], Some(Resource::Nodes));
        let revisions = ["controllerrevision", "controllerrevisions.apps"];
        check(&revisions, Some(Resource::ControllerRevisions));
        check(&["ev", "event", "events"], Some(Resource::Events));
        check(&["", "deploy", "pods.apps", "ds.v1", ".apps", "svc"], None);
    }
}
