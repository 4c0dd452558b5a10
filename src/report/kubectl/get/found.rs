//! The objects of a moment that kubectl is asked for.

use serde_json::Value;

use crate::api::{LabelSelector, Labels};
use crate::inspect::Moment;
use crate::report::kubectl::get::row::text;
use crate::report::kubectl::resource::Resource;
use crate::report::objects::{
    controller_revision_object, daemon_set_object, event_object, node_object, pod_object,
};

/// Which objects are meant.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub resource: Resource,
    /// None for all; nodes are in none.
    pub namespace: Option<&'a str>,
    /// None for all.
    pub name: Option<&'a str>,
    pub selector: Option<&'a LabelSelector>,
}

impl Query<'_> {
    fn names(&self, namespace: &str, name: &str) -> bool {
        let is_there = !self.resource.is_namespaced()
            || self.namespace.is_none_or(|wanted| wanted == namespace);
        is_there && self.name.is_none_or(|wanted| wanted == name)
    }

    /// Whether an object of this kind is meant.
    pub fn wants(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        self.names(text(&metadata["namespace"]), text(&metadata["name"])) && self.selects(object)
    }

    fn selects(&self, object: &Value) -> bool {
        self.selector.is_none_or(|selector| {
            let labels = object["metadata"]["labels"].as_object().into_iter().flatten();
            let labels: Labels = labels.map(|(key, value)| (key.as_str(), text(value))).collect();
            selector.matches(&labels)
        })
    }
}

/// The objects in the order in which the API server lists them: by namespace and name.
pub fn find(moment: &Moment, query: &Query<'_>) -> Vec<Value> {
    let found: Vec<Value> = match query.resource {
        Resource::DaemonSets => {
            let all = moment.daemon_sets.values();
            let mut all: Vec<_> = all.filter(|it| query.names(&it.namespace, &it.name)).collect();
            all.sort_by_key(|it| (&it.namespace, &it.name));
            all.into_iter().map(daemon_set_object).collect()
        }
        Resource::Pods => {
            let all = moment.pods.values().filter(|it| query.names(&it.namespace, &it.pod));
            all.map(|it| pod_object(moment, it)).collect()
        }
        Resource::Nodes => {
            let all = moment.nodes.values().filter(|it| query.names("", &it.name));
            all.map(|it| node_object(moment, it)).collect()
        }
        Resource::ControllerRevisions => {
            let all = moment.revisions.values().filter(|it| query.names(&it.namespace, &it.name));
            all.map(controller_revision_object).collect()
        }
        Resource::Events => {
            let all = moment.events.iter().filter(|it| query.names(&it.namespace, &it.name));
            let mut all: Vec<_> = all.collect();
            all.sort_by_key(|it| (&it.namespace, &it.name));
            all.into_iter().map(event_object).collect()
        }
    };
    found.into_iter().filter(|object| query.selects(object)).collect()
}
