//! What the verb of an event means if it is about nodes or about the control plane.

use crate::api::Labels;
use crate::input::Tree;
use crate::scenario::check::actions::Actions;
use crate::scenario::check::findings::known;
use crate::scenario::check::node::{check_label, check_label_key, valueless};
use crate::scenario::check::selection;
use crate::scenario::pool::NUMBER;
use crate::scenario::valid::{Action, NodeChange, NodeSelection, NodeUpgrade, PoolId};
use crate::scenario::written::{self, MapOrText};

impl Actions<'_, '_> {
    pub(super) fn on_nodes(&mut self, event: &written::Event) -> Option<Action> {
        if let Some(MapOrText(join)) = &event.join {
            if let Some(node) = self.joins_again(join) {
                return Some(Action::JoinAgain { node });
            }
            let pool = self.joining(join)?;
            return Some(Action::Join { pool, count: join.count });
        }
        if let Some(MapOrText(join)) = &event.scale_up {
            let pool = self.joining(join)?;
            return Some(Action::ScaleUp { pool, count: join.count });
        }
        if let Some(MapOrText(written)) = &event.upgrade_nodes {
            return Some(self.upgrade_nodes(written));
        }
        let (nodes, change) = self.node_change(event)?;
        Some(Action::Nodes { nodes, change })
    }

    pub(super) fn on_control_plane(&mut self, event: &written::Event) -> Option<Action> {
        let (action, span) = if let Some(MapOrText(written)) = &event.restart_controller {
            let away = written.away.0;
            (Action::RestartController { away }, away)
        } else {
            let written::ApiServerOutage { duration, kind } = event.api_server_outage.as_ref()?.0;
            (Action::ApiServerOutage { duration: duration.0, kind }, duration.0)
        };
        if span.is_zero() && matches!(action, Action::ApiServerOutage { .. }) {
            let message = "an outage must last longer than zero";
            self.findings.error("out-of-range", &self.path, message, "write for example `60s`");
        }
        Some(action)
    }

    fn node_change(&mut self, event: &written::Event) -> Option<(NodeSelection, NodeChange)> {
        if let Some(written::TaintNodes { nodes, taint }) = &event.taint {
            return Some((
                self.select(nodes, "nodes"),
                NodeChange::Taint { add: vec![taint.0.clone()], remove: Vec::new() },
            ));
        }
        if let Some(written::UntaintNodes { nodes, taint }) = &event.untaint {
            let written::TaintKey { key, effect } = taint.clone();
            return Some((
                self.select(nodes, "nodes"),
                NodeChange::Taint { add: Vec::new(), remove: vec![(key, effect)] },
            ));
        }
        if let Some(label) = &event.label {
            return Some(self.label(label));
        }
        let verbs = [
            (&event.leave, NodeChange::Leave),
            (&event.fail, NodeChange::Fail),
            (&event.recover, NodeChange::Recover),
            (&event.cordon, NodeChange::Cordon),
            (&event.uncordon, NodeChange::Uncordon),
            (&event.drain, NodeChange::Drain),
            (&event.scale_down, NodeChange::ScaleDown),
        ];
        let plain = verbs.into_iter().find_map(|(nodes, change)| Some((nodes.as_ref()?, change)));
        if let Some((nodes, change)) = plain {
            return Some((self.nodes.select(self.findings, nodes, &self.path), change));
        }
        let (nodes, change) = operation(event)?;
        let reboot = event.reboot.as_ref().map(|written| written.0.duration);
        self.check_lasts(reboot);
        Some((self.select_written(nodes), change))
    }

    fn upgrade_nodes(&mut self, written: &written::UpgradeNodes) -> Action {
        let written::UpgradeNodes { nodes, at_once, drain, duration } = written;
        let at_once = at_once.0;
        if at_once.is_zero() {
            let message = "no node may be upgraded at a time";
            let path = self.path.key("atOnce");
            self.findings.error("out-of-range", &path, message, "write at least 1");
        }
        self.check_lasts(Some(*duration));
        let nodes = self.select_written(nodes);
        Action::UpgradeNodes(NodeUpgrade { nodes, at_once, drain: *drain, duration: duration.0 })
    }

    /// The nodes of a verb that may be written in short.
    fn select_written(&mut self, nodes: &written::Nodes) -> NodeSelection {
        let is_map = matches!(self.verb(), Some(Tree::Map(_)));
        let path = if is_map { self.path.key("nodes") } else { self.path.clone() };
        self.nodes.select(self.findings, nodes, &path)
    }

    /// The name of the node that is to join again, if it is written where a pool may be.
    fn joins_again(&self, join: &written::Join) -> Option<String> {
        let name = join.pool.as_ref()?;
        let is_node = self.nodes.cluster.pool(name).is_none() && self.nodes.has(name);
        (is_node && join.count == 1).then(|| name.clone())
    }

    fn joining(&mut self, join: &written::Join) -> Option<PoolId> {
        if join.count == 0 {
            let message = "no node joins";
            self.findings.warning("empty-selection", &self.path, message, "write at least 1");
        }
        let cluster = self.nodes.cluster;
        let pool = match (&join.pool, cluster.pools.len()) {
            (Some(name), _) => {
                let is_map = matches!(self.verb(), Some(Tree::Map(_)));
                let path = if is_map { self.path.key("pool") } else { self.path.clone() };
                selection::pool(self.findings, name, &path, cluster)?
            }
            (None, 1) => PoolId(0),
            (None, count) => {
                let names = cluster.pools.iter().map(|pool| pool.name.as_str());
                let hint = match count {
                    0 => "nodes join a pool: write `nodePools`".to_owned(),
                    _ => known("", "pool", names),
                };
                let message = "it does not say which pool the node joins";
                self.findings.error("missing-field", &self.path, message, hint);
                return None;
            }
        };
        self.check_numbered(pool);
        Some(pool)
    }

    /// A pool whose nodes have no number has room for one node only.
    fn check_numbered(&mut self, pool: PoolId) {
        let Some(pool) = self.nodes.cluster.pools.get(pool.0) else { return };
        if !pool.node_name.contains(NUMBER) {
            let message = format!("every node of the pool `{}` has the same name", pool.name);
            let hint = format!("write `nodeName: {}-{NUMBER}` there", pool.name);
            self.findings.error("duplicate-name", &self.path, message, hint);
        }
    }

    fn label(&mut self, label: &written::Label) -> (NodeSelection, NodeChange) {
        let nodes = self.select(&label.nodes, "nodes");
        let path = self.path.key("labels");
        let mut set = Labels::default();
        for (key, value) in &label.labels {
            let value = value.clone().unwrap_or_default();
            check_label(self.findings, key, &value, &path.key(key));
            set.insert(&**key, value);
        }
        let tree = self.tree;
        let labels = tree.get("label").and_then(|label| label.get("labels"));
        let remove: Vec<_> = valueless(labels).map(str::to_owned).collect();
        for key in &remove {
            check_label_key(self.findings, key, &path.key(key));
        }
        if set.is_empty() && remove.is_empty() {
            let hint = "write `labels: {key: value}`, or `key: null` to remove one";
            self.findings.error("missing-field", &path, "this changes no label", hint);
        }
        (nodes, NodeChange::Label { set, remove })
    }
}

/// The verbs that say more than which nodes.
fn operation(event: &written::Event) -> Option<(&written::Nodes, NodeChange)> {
    if let Some(MapOrText(written)) = &event.shutdown {
        let grace = written.grace_period.0;
        return Some((&written.nodes, NodeChange::Shutdown { grace }));
    }
    if let Some(MapOrText(written)) = &event.spot_interruption {
        let notice = written.notice.0;
        return Some((&written.nodes, NodeChange::SpotInterruption { notice }));
    }
    if let Some(written) = &event.pressure {
        let change = NodeChange::Pressure { kind: written.kind, evict: written.evict };
        return Some((&written.nodes, change));
    }
    if let Some(MapOrText(written)) = &event.reboot {
        return Some((&written.nodes, NodeChange::Reboot { duration: written.duration.0 }));
    }
    if let Some(MapOrText(written)) = &event.reregister {
        return Some((&written.nodes, NodeChange::Reregister { after: written.after.0 }));
    }
    let MapOrText(written) = event.relieve.as_ref()?;
    Some((&written.nodes, NodeChange::Relieve { kind: written.kind }))
}
