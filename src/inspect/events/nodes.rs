//! What kubelets and the node-lifecycle controller post about nodes.
//!
//! Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go › monitorNodeHealth`,
//! `pkg/kubelet/nodestatus/setters.go`, `pkg/kubelet/kubelet_node_status.go`.

#![expect(clippy::wildcard_enum_match_arm, reason = "only facts about nodes are of interest here")]

use std::collections::BTreeSet;

use crate::inspect::event::{EventKind, InvolvedObject};
use crate::inspect::events::recorder::{Recorder, Report, Source};
use crate::inspect::moment::Moment;
use crate::inspect::uid::uid;
use crate::record::{ClusterState, NameId, Names, Ready, What};
use crate::time::SimTime;

/// What is known of nodes between two facts about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    ready: BTreeSet<String>,
    /// Their machines are off, and so are their kubelets.
    off: BTreeSet<String>,
}

impl Nodes {
    /// The nodes at the start of a record.
    pub(super) fn of(start: &ClusterState) -> Self {
        let ready = start.nodes.iter().filter(|node| node.ready == Ready::True);
        let ready = ready.map(|node| node.name.clone()).collect();
        Self { ready, ..Self::default() }
    }

    /// Whether the machine of a node is off.
    pub(super) fn is_off(&self, node: &str) -> bool {
        self.off.contains(node)
    }

    /// Posts what follows from a fact about a node.
    pub(super) fn post(
        &mut self,
        what: &What,
        names: &Names,
        moment: &Moment,
        recorder: &mut Recorder,
    ) {
        let now = moment.now;
        let name = |node: &NameId| names.get(*node);
        match what {
            What::NodeAdded { node, .. } => self.added(name(node), moment, recorder),
            What::NodeDeleted { node } => self.deleted(name(node), now, recorder),
            What::NodeFailed { node } => _ = self.off.insert(name(node).to_owned()),
            What::NodeRecovered { node } => self.recovered(name(node), now, recorder),
            What::NodeReady { node, status } => self.turned(name(node), *status, now, recorder),
            What::NodePressure { node, condition, present } => {
                let reason = pressure(condition, *present);
                of_kubelet(name(node), reason, status_is_now(name(node), reason), now, recorder);
            }
            What::NodeCordoned { node, unschedulable } => {
                let reason = if *unschedulable { "NodeNotSchedulable" } else { "NodeSchedulable" };
                self.cordoned(name(node), reason, now, recorder);
            }
            _ => {}
        }
    }

    fn added(&mut self, node: &str, moment: &Moment, recorder: &mut Recorder) {
        self.off.remove(node);
        let is_ready = moment.nodes.get(node).is_some_and(|it| it.ready == Ready::True);
        let message = format!("Node {node} event: Registered Node {node} in Controller");
        of_controller(node, "RegisteredNode", message, moment.now, recorder);
        if is_ready {
            self.turned(node, Ready::True, moment.now, recorder);
        }
    }

    fn deleted(&mut self, node: &str, now: SimTime, recorder: &mut Recorder) {
        self.ready.remove(node);
        // Its machine goes with it; one that comes back is another.
        self.off.insert(node.to_owned());
        recorder.forget(&Source::Kubelet(node.to_owned()));
        let message = format!("Node {node} event: Removing Node {node} from Controller");
        of_controller(node, "RemovingNode", message, now, recorder);
    }

    fn recovered(&mut self, node: &str, now: SimTime, recorder: &mut Recorder) {
        if !self.off.remove(node) {
            return;
        }
        recorder.forget(&Source::Kubelet(node.to_owned()));
        of_kubelet(node, "Starting", "Starting kubelet.".to_owned(), now, recorder);
        let boot_id = uid(&["Boot", node, &now.as_micros().to_string()]);
        let message = format!("Node {node} has been rebooted, boot id: {boot_id}");
        let source = Source::Kubelet(node.to_owned());
        post(source, node, (EventKind::Warning, "Rebooted"), message, now, recorder);
    }

    /// A kubelet says itself whether its node is Ready; that it is silent the controller says.
    fn turned(&mut self, node: &str, status: Ready, now: SimTime, recorder: &mut Recorder) {
        let was_ready = self.ready.contains(node);
        if status == Ready::True && !was_ready {
            self.ready.insert(node.to_owned());
            of_kubelet(node, "NodeReady", status_is_now(node, "NodeReady"), now, recorder);
        } else if status != Ready::True && was_ready {
            self.ready.remove(node);
            let message = status_is_now(node, "NodeNotReady");
            let post = if status == Ready::False { of_kubelet } else { of_controller };
            post(node, "NodeNotReady", message, now, recorder);
        }
    }

    fn cordoned(&self, node: &str, reason: &'static str, now: SimTime, recorder: &mut Recorder) {
        if !self.is_off(node) {
            of_kubelet(node, reason, status_is_now(node, reason), now, recorder);
        }
    }
}

fn of_kubelet(
    node: &str,
    reason: &'static str,
    message: String,
    now: SimTime,
    recorder: &mut Recorder,
) {
    let source = Source::Kubelet(node.to_owned());
    post(source, node, (EventKind::Normal, reason), message, now, recorder);
}

fn of_controller(
    node: &str,
    reason: &'static str,
    message: String,
    now: SimTime,
    recorder: &mut Recorder,
) {
    post(Source::NodeController, node, (EventKind::Normal, reason), message, now, recorder);
}

fn post(
    source: Source,
    node: &str,
    (kind, reason): (EventKind, &'static str),
    message: String,
    now: SimTime,
    recorder: &mut Recorder,
) {
    let object = InvolvedObject {
        kind: "Node",
        namespace: String::new(),
        name: node.to_owned(),
        field_path: String::new(),
    };
    recorder.report(now, Report { source, object, kind, reason: reason.to_owned(), message });
}

fn status_is_now(node: &str, status: &str) -> String {
    format!("Node {node} status is now: {status}")
}

/// The reason of an event about a pressure condition.
fn pressure(condition: &str, present: bool) -> &'static str {
    match (condition, present) {
        ("MemoryPressure", true) => "NodeHasInsufficientMemory",
        ("MemoryPressure", false) => "NodeHasSufficientMemory",
        ("DiskPressure", true) => "NodeHasDiskPressure",
        ("DiskPressure", false) => "NodeHasNoDiskPressure",
        (_, true) => "NodeHasInsufficientPID",
        (_, false) => "NodeHasSufficientPID",
    }
}
