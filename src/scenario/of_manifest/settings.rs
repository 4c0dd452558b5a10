//! The settings that `compare` tries of a manifest: the usual ones, and its own.

use crate::api::{DaemonSet, IntOrPercent, UpdateStrategy};

/// Values of `maxUnavailable` that people try.
const USUAL: [IntOrPercent; 5] = [
    IntOrPercent::Int(1),
    IntOrPercent::Percent(5),
    IntOrPercent::Percent(10),
    IntOrPercent::Percent(25),
    IntOrPercent::Percent(33),
];
/// The surge that people try.
const SURGE: IntOrPercent = IntOrPercent::Percent(10);
/// What the manifest's own setting is called if it is none of these.
const AS_WRITTEN: &str = "as written";

/// The DaemonSets whose pods are only replaced when somebody deletes them.
pub(super) fn on_delete(daemon_sets: &[&DaemonSet]) -> Vec<String> {
    let on_delete = daemon_sets.iter().filter(|it| is_on_delete(it));
    on_delete.map(|it| it.key()).collect()
}

/// The `compare:` of a scenario; a surge only where two pods fit on a node. Others are compared
/// with the manifest's own setting.
pub(super) fn to_try(daemon_sets: &[&DaemonSet]) -> String {
    if daemon_sets.is_empty() || daemon_sets.iter().any(|it| is_on_delete(it)) {
        return String::new();
    }
    let has_port = |it: &&DaemonSet| it.spec.template.spec.host_ports().next().is_some();
    let may_surge = !daemon_sets.iter().any(has_port);
    let own = usual_name(daemon_sets, may_surge);
    let usual: Vec<String> = USUAL.iter().map(IntOrPercent::to_string).collect();
    let mut text = format!(
        "# What `rollcast compare` tries.\ncompare:\n  vary:\n    maxUnavailable: [{}]\n",
        usual.join(", ")
    );
    if own.is_none() || may_surge {
        text.push_str("  variants:\n");
    }
    if own.is_none() {
        text.push_str("    as written: {}\n");
    }
    if may_surge {
        text.push_str("    maxSurge=10%: {maxSurge: 10%}\n");
    }
    text + &format!("  baseline: {}\n", own.as_deref().unwrap_or(AS_WRITTEN))
}

fn is_on_delete(daemon_set: &DaemonSet) -> bool {
    daemon_set.spec.update_strategy == UpdateStrategy::OnDelete
}

/// What the setting of all DaemonSets is called if it is one of those that are tried anyway.
fn usual_name(daemon_sets: &[&DaemonSet], may_surge: bool) -> Option<String> {
    let strategy = daemon_sets.first()?.spec.update_strategy;
    if daemon_sets.iter().any(|it| it.spec.update_strategy != strategy) {
        return None;
    }
    let UpdateStrategy::RollingUpdate { max_unavailable, max_surge } = strategy else {
        return None;
    };
    if is_nothing(max_surge) && USUAL.contains(&max_unavailable) {
        return Some(format!("maxUnavailable={max_unavailable}"));
    }
    let is_usual = may_surge && is_nothing(max_unavailable) && max_surge == SURGE;
    is_usual.then(|| format!("maxSurge={SURGE}"))
}

const fn is_nothing(amount: IntOrPercent) -> bool {
    matches!(amount, IntOrPercent::Int(0) | IntOrPercent::Percent(0))
}
