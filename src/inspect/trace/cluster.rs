//! What happened to the cluster: the scenario, the control plane, and the nodes.

use std::collections::BTreeMap;

use crate::inspect::Run;
use crate::inspect::trace::builder::Builder;
use crate::inspect::trace::model::{Slice, TrackId};
use crate::record::{Fact, FactId, NameId, Names, Ready, What};
use crate::time::SimDuration;

/// Adds tracks below the process of the cluster.
pub(super) fn add(run: &Run, process: TrackId, builder: &mut Builder) {
    let scenario = builder.slices(process, "scenario");
    let mut outages = Outages::new(process, builder);
    let mut nodes = Nodes { process, tracks: BTreeMap::new(), not_ready: BTreeMap::new() };
    for node in run.start.nodes.iter().filter(|node| node.ready != Ready::True) {
        nodes.turns_unready(&node.name, SimDuration::ZERO, None, builder);
    }
    for fact in &run.facts {
        if let What::Scenario { text } | What::ActionFailed { message: text } = fact.what {
            builder.instant(fact.at, scenario, instant(run.names.get(text), "scenario", fact));
        } else if let What::NodeReady { node, status } = fact.what {
            let node = run.names.get(node);
            if status == Ready::True {
                nodes.turns_ready(node, fact.at, builder);
            } else {
                nodes.turns_unready(node, fact.at, Some(fact.id), builder);
            }
        } else if let Some((node, text)) = node_instant(&fact.what, &run.names) {
            let name = run.names.get(node);
            let track = nodes.track(name, builder);
            builder.instant(fact.at, track, instant(&text, "node", fact));
            if let What::NodeDeleted { .. } = fact.what {
                nodes.turns_ready(name, fact.at, builder);
            }
        } else {
            outages.note(fact, builder);
        }
    }
    let end = run.end();
    outages.controller.end(end, builder);
    outages.api_server.end(end, builder);
    for track in nodes.not_ready.into_values() {
        builder.end(end, track);
    }
}

fn instant(text: &str, category: &'static str, fact: &Fact) -> Slice {
    Slice { name: text.to_owned(), category, fact: Some(fact.id), ..Slice::default() }
}

/// A track with a slice while something is away.
struct Outage {
    track: TrackId,
    is_away: bool,
}

impl Outage {
    fn begin(&mut self, name: &str, fact: &Fact, builder: &mut Builder) {
        if !std::mem::replace(&mut self.is_away, true) {
            builder.begin(fact.at, self.track, instant(name, "outage", fact));
        }
    }

    fn end(&mut self, at: SimDuration, builder: &mut Builder) {
        if std::mem::take(&mut self.is_away) {
            builder.end(at, self.track);
        }
    }
}

struct Outages {
    controller: Outage,
    api_server: Outage,
}

impl Outages {
    fn new(process: TrackId, builder: &mut Builder) -> Self {
        let mut of = |name| Outage { track: builder.slices(process, name), is_away: false };
        Self { controller: of("DaemonSet controller"), api_server: of("API server") }
    }

    fn note(&mut self, fact: &Fact, builder: &mut Builder) {
        if fact.what == What::ControllerStopped {
            self.controller.begin("no controller", fact, builder);
        } else if fact.what == What::ControllerStarted {
            self.controller.end(fact.at, builder);
        } else if fact.what == What::ApiServerDown {
            self.api_server.begin("no API server", fact, builder);
        } else if fact.what == What::ApiServerUp {
            self.api_server.end(fact.at, builder);
        }
    }
}

/// Tracks of nodes to which something happens.
struct Nodes {
    process: TrackId,
    tracks: BTreeMap<String, TrackId>,
    /// Those that are not Ready.
    not_ready: BTreeMap<String, TrackId>,
}

impl Nodes {
    fn track(&mut self, node: &str, builder: &mut Builder) -> TrackId {
        let new = || builder.slices(self.process, node);
        *self.tracks.entry(node.to_owned()).or_insert_with(new)
    }

    fn turns_unready(
        &mut self,
        node: &str,
        at: SimDuration,
        fact: Option<FactId>,
        builder: &mut Builder,
    ) {
        if !self.not_ready.contains_key(node) {
            let track = self.track(node, builder);
            let name = "NotReady".to_owned();
            builder.begin(at, track, Slice { name, category: "node", fact, ..Slice::default() });
            self.not_ready.insert(node.to_owned(), track);
        }
    }

    /// Or it is deleted.
    fn turns_ready(&mut self, node: &str, at: SimDuration, builder: &mut Builder) {
        if let Some(track) = self.not_ready.remove(node) {
            builder.end(at, track);
        }
    }
}

/// What a fact tells of a node, if it is of an instant.
fn node_instant(what: &What, names: &Names) -> Option<(NameId, String)> {
    use What as W;
    let (node, text) = if let W::NodeAdded { node, .. } = *what {
        (node, "added".to_owned())
    } else if let W::NodeDeleted { node, .. } = *what {
        (node, "deleted".to_owned())
    } else if let W::NodeFailed { node, .. } = *what {
        (node, "off".to_owned())
    } else if let W::NodeRecovered { node, .. } = *what {
        (node, "on".to_owned())
    } else if let W::NodeDrained { node, .. } = *what {
        (node, "drained".to_owned())
    } else if let W::NodeShuttingDown { node, .. } = *what {
        (node, "shuts down".to_owned())
    } else if let W::NodeTainted { node, taint, .. } = *what {
        (node, format!("taint {}", names.get(taint)))
    } else if let W::NodeUntainted { node, taint, .. } = *what {
        (node, format!("untaint {}", names.get(taint)))
    } else if let W::NodeCordoned { node, unschedulable } = *what {
        (node, if unschedulable { "cordoned" } else { "uncordoned" }.to_owned())
    } else if let W::NodeLabeled { node, .. } = *what {
        (node, "labels change".to_owned())
    } else if let W::NodePressure { node, condition, present } = what {
        (*node, format!("{condition} {}", if *present { "begins" } else { "ends" }))
    } else if let W::OthersPreempted { node, pods } = *what {
        (node, format!("{pods} other pods preempted"))
    } else {
        return None;
    };
    Some((node, text))
}
