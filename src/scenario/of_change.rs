//! A scenario for whoever has a manifest before and after a change: the DaemonSet as it was, on some
//! nodes, and an update of it.

mod events;

use std::collections::BTreeMap;

use crate::api::{DaemonSet, PriorityClass, Quantity};
use crate::input::{Document, FieldPath, Tree};
use crate::scenario::of_change::events::Events;
use crate::scenario::of_manifest::{assumed_nodes, missing_classes};

/// When the update comes, if no scenario says so: the pods of before run by then.
const USUAL_TIME: &str = "1m";

/// What a scenario says of DaemonSets; a change has its own.
const OF_DAEMON_SETS: [&str; 6] =
    ["name", "description", "daemonSets", "compare", "cover", "expect"];

/// What is around a DaemonSet: the cluster, latencies, and what happens to nodes.
#[derive(Clone, Debug)]
pub struct Frame {
    tree: Vec<(String, Tree)>,
    events: Vec<Tree>,
    /// When the update comes.
    at: Tree,
    /// Verbs of events that are left out, and how many there are of each.
    left_out: BTreeMap<&'static str, usize>,
}

/// What happens to the DaemonSet.
#[derive(Clone, Copy, Debug)]
pub enum Update<'a> {
    /// `kubectl apply` of these objects.
    Apply(&'a [Tree]),
    /// `kubectl rollout restart` of the DaemonSet, `namespace/name`.
    Restart(&'a str),
}

impl Frame {
    /// Some nodes on which the pods of these DaemonSets belong and fit, twice; and the priority
    /// classes that they name and that are not among the objects `beside` them.
    pub fn of_nodes(nodes: u32, daemon_sets: &[&DaemonSet], beside: &[Tree]) -> Self {
        let cluster = Tree::map([("nodePools", Tree::List(vec![pool(nodes, daemon_sets)]))]);
        let documents: Vec<Document> = beside
            .iter()
            .map(|tree| Document { index: 0, tree: tree.clone(), warnings: Vec::new() })
            .collect();
        let class = |(name, class): (String, PriorityClass)| {
            let policy = if class.may_preempt { "PreemptLowerPriority" } else { "Never" };
            let value = ("value", Tree::Int(class.value.into()));
            (name, Tree::map([value, ("preemptionPolicy", text(policy))]))
        };
        let classes = missing_classes(&documents, daemon_sets).into_iter().map(class).collect();
        let tree = vec![
            ("cluster".to_owned(), cluster),
            ("priorityClasses".to_owned(), Tree::Map(classes)),
        ];
        Self { tree, events: Vec::new(), at: text(USUAL_TIME), left_out: BTreeMap::new() }
    }

    /// A scenario without its DaemonSets and what happens to them. The update comes when its first
    /// update did.
    pub fn of_scenario(scenario: &Tree) -> Self {
        let Tree::Map(entries) = scenario else { return Self::of_nodes(0, &[], &[]) };
        let is_kept = |key: &str| key != "events" && !OF_DAEMON_SETS.contains(&key);
        let tree = entries.iter().filter(|(key, _)| is_kept(key)).cloned().collect();
        let Events { kept, left_out, first_update } = Events::of(scenario);
        let at = first_update.unwrap_or_else(|| text(USUAL_TIME));
        Self { tree, events: kept, at, left_out }
    }

    /// The same for one DaemonSet, `namespace/name`: no other takes startup taints off.
    #[must_use]
    pub fn alone(&self, daemon_set: &str) -> Self {
        let mut alone = self.clone();
        let is_own = |taint: &Tree| {
            let written = taint.get("removedBy").and_then(Tree::as_text).unwrap_or_default();
            let name = daemon_set.split_once('/').map_or(daemon_set, |(_, name)| name);
            written == daemon_set || written == name
        };
        for list in startup_taints(&mut alone.tree) {
            list.retain(is_own);
        }
        alone
    }

    /// What of the scenario is not simulated, a sentence each.
    pub fn left_out(&self) -> Vec<String> {
        let counted = self.left_out.iter().map(|(verb, count)| match count {
            1 => format!("`{verb}`"),
            _ => format!("{count} × `{verb}`"),
        });
        let events: Vec<String> = counted.collect();
        let events = (!events.is_empty()).then(|| {
            let events = events.join(", ");
            format!("events about DaemonSets, and what waits for them, are left out: {events}")
        });
        let has_taints = startup_taints(&mut self.tree.clone()).any(|it| !it.is_empty());
        let taints = has_taints.then(|| {
            "nodes have the startup taints that the DaemonSet itself removes, and no others"
                .to_owned()
        });
        events.into_iter().chain(taints).collect()
    }

    /// Whether a DaemonSet would meet others that it does not know of: those of a snapshot.
    pub fn has_daemon_sets(&self) -> bool {
        let cluster = self.tree.iter().find(|(key, _)| key == "cluster");
        cluster.is_some_and(|(_, cluster)| cluster.get("snapshot").is_some())
    }
}

/// The startup taints of each pool.
fn startup_taints(tree: &mut [(String, Tree)]) -> impl Iterator<Item = &mut Vec<Tree>> {
    let cluster = tree.iter_mut().filter(|(key, _)| key == "cluster").map(|(_, it)| it);
    let pools = cluster.filter_map(|it| list_at(it, "nodePools")).flatten();
    pools.filter_map(|pool| list_at(pool, "startupTaints"))
}

fn list_at<'a>(tree: &'a mut Tree, key: &str) -> Option<&'a mut Vec<Tree>> {
    let Tree::Map(entries) = tree else { return None };
    match entries.iter_mut().find(|(name, _)| name == key) {
        Some((_, Tree::List(items))) => Some(items),
        Some(_) | None => None,
    }
}

/// Nodes of one kind: `--nodes` counts them. Where no kind of node does for all, the first DaemonSet
/// decides.
fn pool(nodes: u32, daemon_sets: &[&DaemonSet]) -> Tree {
    let (mut kinds, _) = assumed_nodes(daemon_sets, nodes);
    let first = (!kinds.is_empty()).then(|| kinds.remove(0));
    let labels = first.iter().flat_map(|it| it.labels.iter());
    let labels = labels.map(|(key, value)| (key.to_owned(), text(value))).collect();
    let mut pool = vec![
        ("name".to_owned(), text("node")),
        ("count".to_owned(), Tree::Int(nodes.into())),
        ("labels".to_owned(), Tree::Map(labels)),
    ];
    if let Some(large) = first.filter(|it| it.is_large) {
        let units = |amount: Quantity| Tree::Int(amount.units().into());
        let usual = [("cpu".to_owned(), large.cores), ("memory".to_owned(), large.memory)];
        let all = usual.into_iter().chain(large.others);
        let all = all.map(|(name, amount)| (name, units(amount))).collect();
        pool.push(("allocatable".to_owned(), Tree::Map(all)));
    }
    Tree::Map(pool)
}

fn text(text: &str) -> Tree {
    Tree::Text(text.to_owned())
}

/// The text of a scenario with these objects at the start, and then an update.
pub fn scenario_of_change(
    name: &str,
    frame: &Frame,
    at_start: &[Tree],
    update: Update<'_>,
) -> String {
    let action = match update {
        Update::Apply(objects) => ("apply", list_of(objects)),
        Update::Restart(key) => {
            ("rolloutRestart", Tree::map([("daemonSet", Tree::Text(key.to_owned()))]))
        }
    };
    let update = Tree::map([("at", frame.at.clone()), action]);
    let events = frame.events.iter().cloned().chain([update]).collect();
    let running = if at_start.is_empty() { Vec::new() } else { vec![list_of(at_start)] };
    let own = [
        ("name", Tree::Text(name.to_owned())),
        ("daemonSets", Tree::List(running)),
        ("events", Tree::List(events)),
    ];
    let own = own.map(|(key, value)| (key.to_owned(), value));
    Tree::Map(frame.tree.iter().cloned().chain(own).collect()).to_canonical_json()
}

/// A manifest with the images of another one, in the containers that both have; none if they are
/// the same already.
pub fn with_images_of(manifest: &Tree, other: &Tree) -> Option<Tree> {
    let spec = FieldPath::ROOT.key("spec").key("template").key("spec");
    let mut edited = manifest.clone();
    let mut is_other = false;
    for list in ["containers", "initContainers"] {
        let path = spec.key(list);
        let containers = |tree: &Tree| match tree.at(&path) {
            Some(Tree::List(containers)) => containers.clone(),
            Some(_) | None => Vec::new(),
        };
        let others = containers(other);
        for (index, container) in containers(manifest).iter().enumerate() {
            let same = others.iter().find(|it| it.get("name") == container.get("name"));
            let image = same.and_then(|it| it.get("image"));
            if let Some(image) = image.filter(|image| container.get("image") != Some(image)) {
                is_other |= edited.set(&path.index(index).key("image"), image.clone()).is_ok();
            }
        }
    }
    is_other.then_some(edited)
}

fn list_of(objects: &[Tree]) -> Tree {
    Tree::map([
        ("apiVersion", Tree::Text("v1".to_owned())),
        ("kind", Tree::Text("List".to_owned())),
        ("items", Tree::List(objects.to_vec())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::daemon_sets_from_documents;
    use crate::input::{Limits, Source, read_documents};

    fn tree(text: &str) -> Tree {
        let documents = read_documents(&Source::new("x", text), &Limits::WRITTEN);
        documents.unwrap().remove(0).tree
    }

    #[test]
    fn a_scenario_keeps_its_nodes_and_loses_its_daemon_sets() {
        let scenario = tree(
            "{name: x, cluster: {nodes: 3}, latencies: {ready: 1s}, daemonSets: [a.yaml], expect: \
             {}, events: [{at: 5m, fail: node-1}, {at: 7m, setImage: 'a:2'}, {at: 9m, delete: a}]}",
        );
        let frame = Frame::of_scenario(&scenario);
        let text = scenario_of_change("n", &frame, &[], Update::Restart("default/a"));
        assert_eq!(
            text,
            r#"{"cluster":{"nodes":3},"daemonSets":[],"events":[{"at":"5m","fail":"node-1"},{"at":"7m","rolloutRestart":{"daemonSet":"default/a"}}],"latencies":{"ready":"1s"},"name":"n"}"#
        );
    }

    #[test]
    fn startup_taints_stay_for_whoever_removes_them() {
        let scenario = tree(
            "{cluster: {nodePools: [{name: a, startupTaints: [{taint: 'x:NoSchedule', removedBy: \
             cni}, {taint: 'w:NoSchedule', removedBy: ops/agent}]}, {name: b}]}}",
        );
        let frame = Frame::of_scenario(&scenario);
        let taints = |key: &str| {
            let text = scenario_of_change("n", &frame.alone(key), &[], Update::Restart(key));
            ["x:NoSchedule", "w:NoSchedule"].map(|it| text.contains(it))
        };
        assert_eq!(taints("kube-system/cni"), [true, false]);
        assert_eq!(taints("ops/agent"), [false, true]);
        assert_eq!(taints("agent"), [false, false]);
        assert_eq!(frame.left_out().len(), 1);
        assert_eq!(Frame::of_scenario(&tree("{cluster: {nodes: 3}}")).left_out(), [""; 0]);
    }

    /// Whatever pods ask for, they have run somewhere.
    #[test]
    fn pods_belong_and_fit_on_the_nodes() {
        let manifest = tree(
            "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {selector: \
             {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: \
             {priorityClassName: mine, affinity: {nodeAffinity: \
             {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: gpu, operator: In, values: [big]}]}]}}}, containers: \
             [{name: c, image: 'x:1', resources: {requests: {cpu: 6}}}]}}}}",
        );
        let documents = [Document { index: 0, tree: manifest, warnings: Vec::new() }];
        let found = daemon_sets_from_documents(&documents).unwrap();
        let frame = Frame::of_nodes(7, &[&found[0].daemon_set], &[]);
        let text = scenario_of_change("n", &frame, &[], Update::Restart("default/a"));
        let nodes = r#"[{"allocatable":{"cpu":12,"memory":17179869184},"count":7,"labels":{"gpu":"big"},"name":"node"}]"#;
        assert!(text.contains(nodes), "{text}");
        let class = r#""mine":{"preemptionPolicy":"PreemptLowerPriority","value":0}"#;
        assert!(text.contains(class), "{text}");
        let known = tree(
            "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: mine}, value: 5}",
        );
        let frame = Frame::of_nodes(7, &[&found[0].daemon_set], &[known]);
        let text = scenario_of_change("n", &frame, &[], Update::Restart("default/a"));
        assert!(text.contains(r#""priorityClasses":{}"#), "{text}");
    }

    #[test]
    fn images_are_those_of_containers_of_the_same_name() {
        let of = |containers: &str| {
            tree(&format!("{{spec: {{template: {{spec: {{containers: {containers}}}}}}}}}"))
        };
        let base = of("[{name: a, image: 'a:1'}, {name: b, image: 'b:1'}]");
        let head = of("[{name: b, image: 'b:2'}, {name: c, image: 'c:1'}]");
        let expected = of("[{name: a, image: 'a:1'}, {name: b, image: 'b:2'}]");
        assert_eq!(with_images_of(&base, &head), Some(expected));
        assert_eq!(with_images_of(&base, &base), None);
    }
}
