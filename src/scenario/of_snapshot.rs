//! A scenario for whoever has nothing but a snapshot of a cluster: it goes on from there, and its
//! pods start as those of the snapshot did.

use std::fmt::Write as _;

use crate::api::KubernetesVersion;
use crate::input::Tree;

/// What the scenario is made of.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotScenario<'a> {
    /// The file with the snapshot, as the scenario names it.
    pub file: &'a str,
    /// The version whose rules apply.
    pub kubernetes: KubernetesVersion,
    /// What happens at once: maps with a verb each.
    pub events: &'a [Tree],
}

/// The text of the scenario, to be read as any other.
pub fn scenario_of_snapshot(of: SnapshotScenario<'_>) -> String {
    let SnapshotScenario { file, kubernetes, events } = of;
    let file = Tree::Text(file.to_owned()).to_canonical_json();
    let mut text = format!(
        "name: forecast\nkubernetes: \"{kubernetes}\"\ncluster: {{snapshot: {file}}}\n\
         latencies: {{fromSnapshot: {file}}}\n"
    );
    if !events.is_empty() {
        text.push_str("events:\n");
    }
    for event in events {
        let mut event = event.clone();
        if let Tree::Map(entries) = &mut event
            && !entries.iter().any(|(key, _)| matches!(key.as_str(), "at" | "when" | "rate"))
        {
            entries.insert(0, ("at".to_owned(), Tree::Text("0s".to_owned())));
        }
        let _ = writeln!(text, "  - {}", event.to_canonical_json());
    }
    text
}
