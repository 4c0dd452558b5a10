//! DaemonSets that stand for each other.

use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::check::section::Section;
use crate::scenario::valid::DaemonSetRef;
use crate::scenario::written::{Cover, CoverItem};

/// Checks `cover:`: its groups, each of two DaemonSets or more.
pub(super) fn check(
    findings: &mut Findings,
    section: &Section<'_>,
    fleet: &Fleet,
) -> Vec<Vec<DaemonSetRef>> {
    let Cover(items) = section.decode(findings);
    let is_empty = items.is_empty() && matches!(section.tree, Tree::List(_));
    let mut names = Vec::new();
    let mut groups = Vec::new();
    for index in 0..items.len() {
        let path = section.path.index(index);
        let tree = section.tree.at(&FieldPath::ROOT.index(index)).unwrap_or(&Tree::Null);
        match findings.decode(tree, &path) {
            Some(CoverItem::Name(name)) => names.push((path, name)),
            Some(CoverItem::Group(group)) => groups.push((path, group)),
            None => {}
        }
    }
    if let Some((path, name)) = names.first().filter(|_| !groups.is_empty()) {
        let message = format!("`{name}` stands beside lists of names");
        let hint = "write one list of names, or only lists: `[[a, b], [c, d]]`";
        findings.error("mixed-list", path, message, hint);
        return Vec::new();
    }
    if !names.is_empty() || is_empty {
        groups.push((section.path.clone(), names.into_iter().map(|(_, name)| name).collect()));
    }
    groups.into_iter().filter_map(|(path, names)| group(findings, &names, &path, fleet)).collect()
}

/// DaemonSets that stand for each other, unless some are unknown.
pub(super) fn group(
    findings: &mut Findings,
    names: &[String],
    path: &FieldPath,
    fleet: &Fleet,
) -> Option<Vec<DaemonSetRef>> {
    let mut found: Vec<DaemonSetRef> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let at = path.index(index);
        let daemon_set = fleet.find(findings, name, &at);
        if daemon_set.as_ref().is_some_and(|it| found.contains(it)) {
            findings.error("duplicate", &at, format!("`{name}` is named twice"), "remove one");
        }
        found.extend(daemon_set);
    }
    if names.len() < 2 {
        let message = "it takes at least two DaemonSets to stand for each other";
        let hint = "write for example `[exporter-old, exporter-new]`; one that is created anew \
                    under its name is found by itself";
        findings.error("too-few", path, message, hint);
    }
    (found.len() == names.len() && found.len() > 1).then_some(found)
}
