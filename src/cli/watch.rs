//! `rollcast get --watch`: a row for each change of an object.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::get::{Asked, Found};
use crate::cli::get_request::Request;
use crate::cli::terminal::print_by;
use crate::inspect::{Moment, Replay, Run, Touched, touched};
use crate::record::{Names, namespace_and_name};
use crate::report::kubectl::get::{Query, find};
use crate::report::kubectl::{Columns, Resource};
use crate::report::objects::{
    controller_revision_object, daemon_set_object, event_object, node_object, pod_object,
};
use crate::time::{SimDuration, SimTime};

/// Prints the objects at a moment, and after that each of them whenever it changes. What happens to
/// an object at one instant is one change.
///
/// Source: `kubectl/pkg/cmd/get/get.go › watch`.
pub(super) fn watch(
    run: &Run,
    requests: &[Request],
    asked: &Asked<'_>,
    moment: &Moment,
    until: SimDuration,
) -> Result<Outcome, Failure> {
    let [request] = requests else {
        let message = "watch is only supported on individual resources and resource collections";
        return Err(refuse(
            "several-to-watch",
            message,
            "watch one kind, all of it or one by name",
        ));
    };
    let mut replay = run.replay();
    replay.go_to(moment.now.since(run.begin()));
    let mut printer = Printer { asked, columns: Columns::default(), has_printed: false };
    let first = asked.find(moment, requests);
    if !first.missing.is_empty() {
        return Err(Failure::Kubectl(first.missing.concat()));
    }
    let mut watched = Watched::new(asked.query(request), moment);
    // A reader that has seen enough ends the walk.
    print_by(|out| {
        out.write_all(printer.begin(&first, moment).as_bytes())?;
        while let Some(next) = replay.peek().map(|fact| fact.at).filter(|next| *next <= until) {
            for object in watched.changes_at(next, &mut replay, &run.names) {
                let now = replay.moment().now;
                out.write_all(printer.one_more(request.resource, &object, now).as_bytes())?;
            }
        }
        Ok(())
    })
}

/// What is printed one after the other.
struct Printer<'a> {
    asked: &'a Asked<'a>,
    columns: Columns,
    has_printed: bool,
}

impl Printer<'_> {
    /// What is there at first: a table, or each object by itself.
    fn begin(&mut self, found: &Found, moment: &Moment) -> String {
        if !self.asked.prints_objects() {
            return self.asked.text(found, moment, &mut self.columns);
        }
        let groups = found.groups.iter();
        let objects = groups.flat_map(|it| it.objects.iter().map(|object| (it.resource, object)));
        objects.map(|(resource, object)| self.one_more(resource, object, moment.now)).collect()
    }

    /// Documents of YAML have a line between them.
    fn one_more(&mut self, resource: Resource, object: &Value, now: SimTime) -> String {
        let text = self.asked.one_more(resource, object, now, &mut self.columns);
        let is_next = std::mem::replace(&mut self.has_printed, true) && self.asked.is_yaml();
        if is_next { format!("---\n{text}") } else { text }
    }
}

/// The objects as they were printed last.
struct Watched<'a> {
    query: Query<'a>,
    /// By what facts call them.
    known: BTreeMap<String, Value>,
}

impl<'a> Watched<'a> {
    fn new(query: Query<'a>, moment: &Moment) -> Self {
        let all = Query { name: None, namespace: None, selector: None, ..query };
        let key = |object: &Value| key_of(query.resource, object);
        let known = find(moment, &all).into_iter().map(|object| (key(&object), object)).collect();
        Self { query, known }
    }

    /// Lets everything happen that does so at an instant; the objects that it changed.
    fn changes_at(
        &mut self,
        at: SimDuration,
        replay: &mut Replay<'_>,
        names: &Names,
    ) -> Vec<Value> {
        let (mut changed, mut posted) = (Vec::new(), BTreeSet::new());
        while let Some(fact) = replay.peek().filter(|fact| fact.at == at) {
            replay.step();
            posted.extend(replay.posted());
            if let Some(object) = touched(&fact.what).filter(|it| !changed.contains(it)) {
                changed.push(object);
            }
        }
        let moment = replay.moment();
        let mut objects: Vec<Value> =
            changed.iter().filter_map(|it| self.change(*it, replay, names)).collect();
        objects.extend(self.posted(&posted, moment));
        objects
    }

    /// The object that facts touched, if it is meant and looks different; as it was, if it is gone
    /// or not meant any more.
    fn change(&mut self, object: Touched, replay: &Replay<'_>, names: &Names) -> Option<Value> {
        let (key, now) = self.look_up(object, replay, names)?;
        let Some(now) = now else {
            return self.known.remove(&key).filter(|before| self.query.wants(before));
        };
        let before = self.known.insert(key, now.clone()).filter(|before| self.query.wants(before));
        if before.as_ref() == Some(&now) {
            return None;
        }
        if self.query.wants(&now) { Some(now) } else { before }
    }

    /// What facts call an object of the kind that is watched, and how it is; none if it is gone.
    fn look_up(
        &self,
        object: Touched,
        replay: &Replay<'_>,
        names: &Names,
    ) -> Option<(String, Option<Value>)> {
        let moment = replay.moment();
        match (object, self.query.resource) {
            (Touched::Node(node), Resource::Nodes) => {
                let key = names.get(node).to_owned();
                let found = moment.nodes.get(&key).map(|it| node_object(moment, it));
                Some((key, found))
            }
            (Touched::DaemonSet(daemon_set), Resource::DaemonSets) => {
                let key = names.get(daemon_set);
                let found = moment.daemon_sets.get(key).map(daemon_set_object);
                let (namespace, name) = namespace_and_name(key);
                Some((format!("{namespace}/{name}"), found))
            }
            (Touched::Revision { daemon_set, revision }, Resource::ControllerRevisions) => {
                let (namespace, _) = namespace_and_name(names.get(daemon_set));
                let name = names.get(revision);
                let key = format!("{namespace}/{name}");
                let found = moment.revisions.get(&(namespace.to_owned(), name.to_owned()));
                Some((key, found.map(controller_revision_object)))
            }
            (Touched::Pod(pod), Resource::Pods) => {
                let found = replay.pod(pod).map(|it| pod_object(moment, it));
                Some((names.get(pod).to_owned(), found))
            }
            _ => None,
        }
    }

    /// Events that were posted, or posted again, by their places.
    fn posted(&self, places: &BTreeSet<usize>, moment: &Moment) -> Vec<Value> {
        if self.query.resource != Resource::Events {
            return Vec::new();
        }
        let events = places.iter().filter_map(|place| moment.events.get(*place));
        events.map(event_object).filter(|object| self.query.wants(object)).collect()
    }
}

/// `namespace/name`; of nodes and pods the name, by which facts call them.
fn key_of(resource: Resource, object: &Value) -> String {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
    match resource {
        Resource::Nodes | Resource::Pods => text("name").to_owned(),
        Resource::DaemonSets | Resource::ControllerRevisions | Resource::Events => {
            format!("{}/{}", text("namespace"), text("name"))
        }
    }
}
