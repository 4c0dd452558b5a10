//! An action in a few words, for the marks of a chart.

use crate::api::Pressure;
use crate::scenario::check::cluster::Cluster;
use crate::scenario::check::fleet::shown;
use crate::scenario::valid::{
    Action, Among, Cascade, DaemonSetChange, DaemonSetRef, ImageFault, NodeChange, NodeSelection,
    NodeUpgrade, OutageKind, PodChange, RefusePods, Take,
};

/// The action in a few words; its DaemonSet is named where there are `several`.
pub(super) fn label(action: &Action, cluster: &Cluster, several: bool) -> String {
    match action {
        Action::Join { pool, count } => {
            let pool = cluster.pools.get(pool.0).map_or("?", |pool| &pool.name);
            let verb = if *count == 1 { "joins" } else { "join" };
            format!("{} {verb}", counted(*count as usize, pool))
        }
        Action::JoinAgain { node } => format!("{node} joins again"),
        Action::Nodes { nodes, change } => of_nodes(change, &selected(nodes, cluster)),
        Action::UpgradeNodes(NodeUpgrade { nodes, .. }) => {
            format!("upgrade {}", selected(nodes, cluster))
        }
        Action::Apply(loaded) => format!("apply {}", loaded.metadata.name),
        Action::ApplyQuota(quota) => format!("apply quota {}", quota.name),
        Action::RefusePods(refused) => of_refusal(refused, cluster),
        Action::DaemonSet { daemon_set, change } => of_daemon_set(change, daemon_set, several),
        Action::Pods { daemon_set, nodes, change } => {
            let whose = if several { format!("{} ", daemon_set.name) } else { String::new() };
            let nodes = selected(nodes, cluster);
            match change {
                PodChange::ForceDelete => format!("force delete {whose}pods: {nodes}"),
                PodChange::Delete => format!("delete {whose}pods: {nodes}"),
                PodChange::Unready => format!("{whose}pods not ready: {nodes}"),
                PodChange::Ready => format!("{whose}pods ready: {nodes}"),
                PodChange::Fail => format!("{whose}pods fail: {nodes}"),
            }
        }
        Action::StuckTerminating { daemon_set, nodes, .. } => {
            let whose = daemon_set.as_ref().map(|it| format!("{} ", shown(it))).unwrap_or_default();
            format!("{whose}pods do not stop: {}", selected(nodes, cluster))
        }
        Action::BreakImage { image, fault, .. } => {
            let how = match fault {
                ImageFault::CrashLater(after) => format!("crashes after {after}"),
                ImageFault::NeverReady => "is never ready".to_owned(),
                ImageFault::Crash => "crashes".to_owned(),
                ImageFault::PullError => "cannot be pulled".to_owned(),
            };
            format!("{} {how}", short(image))
        }
        Action::MendImage { image } => format!("{} works", short(image)),
        Action::ScaleUp { pool, count } => {
            let pool = cluster.pools.get(pool.0).map_or("?", |pool| &pool.name);
            format!("scale up: {}", counted(*count as usize, pool))
        }
        Action::RestartController { away } => format!("controller away for {away}"),
        Action::ApiServerOutage { duration, kind: OutageKind::Refused } => {
            format!("API server down for {duration}")
        }
        Action::ApiServerOutage { duration, kind: OutageKind::Hangs } => {
            format!("API server hangs for {duration}")
        }
    }
}

/// Which pods are refused.
fn of_refusal(refused: &RefusePods, cluster: &Cluster) -> String {
    let RefusePods { daemon_set, namespace, nodes, duration, .. } = refused;
    let mut text = "refuse pods".to_owned();
    if let Some(daemon_set) = daemon_set {
        text = format!("{text} of {}", shown(daemon_set));
    }
    if let Some(namespace) = namespace {
        text = format!("{text} in {namespace}");
    }
    if !matches!((&nodes.among, nodes.take), (Among::All, Take::All)) {
        text = format!("{text} for {}", selected(nodes, cluster));
    }
    duration.map_or(text.clone(), |duration| format!("{text} for {duration}"))
}

fn of_nodes(change: &NodeChange, nodes: &str) -> String {
    match change {
        NodeChange::Leave => format!("leave: {nodes}"),
        NodeChange::Fail => format!("fail: {nodes}"),
        NodeChange::Recover => format!("recover: {nodes}"),
        NodeChange::Reboot { duration } => format!("reboot for {duration}: {nodes}"),
        NodeChange::Reregister { after } => format!("register again after {after}: {nodes}"),
        NodeChange::Cordon => format!("cordon: {nodes}"),
        NodeChange::Uncordon => format!("uncordon: {nodes}"),
        NodeChange::Drain => format!("drain: {nodes}"),
        NodeChange::Shutdown { .. } => format!("shut down: {nodes}"),
        NodeChange::SpotInterruption { notice } => {
            format!("spot interruption in {notice}: {nodes}")
        }
        NodeChange::ScaleDown => format!("scale down: {nodes}"),
        NodeChange::Pressure { kind, .. } => format!("{} pressure: {nodes}", pressure(*kind)),
        NodeChange::Relieve { kind: Some(kind) } => {
            format!("no {} pressure: {nodes}", pressure(*kind))
        }
        NodeChange::Relieve { kind: None } => format!("no pressure: {nodes}"),
        NodeChange::Taint { add, remove } => {
            let added = add.iter().map(|taint| format!("taint {nodes} {taint}"));
            let removed = remove.iter().map(|(key, effect)| match effect {
                None => format!("untaint {nodes} {key}"),
                Some(effect) => format!("untaint {nodes} {key}:{effect}"),
            });
            added.chain(removed).collect::<Vec<_>>().join(", ")
        }
        NodeChange::Label { set, remove } => {
            let set = set.iter().map(|(key, value)| format!("{key}={value}"));
            let all: Vec<_> = set.chain(remove.iter().map(|key| format!("{key}-"))).collect();
            format!("label {nodes} {}", all.join(" "))
        }
    }
}

const fn pressure(kind: Pressure) -> &'static str {
    match kind {
        Pressure::Disk => "disk",
        Pressure::Memory => "memory",
        Pressure::Pid => "pid",
    }
}

fn of_daemon_set(change: &DaemonSetChange, daemon_set: &DaemonSetRef, several: bool) -> String {
    let name = shown(daemon_set);
    match change {
        DaemonSetChange::SetImage(images) => {
            let images: Vec<_> = images
                .iter()
                .map(|(container, image)| {
                    format!("{container}={}", changed(image, &[container, &daemon_set.name]))
                })
                .collect();
            let whose = if several { format!("{} ", daemon_set.name) } else { String::new() };
            format!("set image {whose}{}", images.join(" "))
        }
        DaemonSetChange::Annotate => format!("annotate {name}"),
        DaemonSetChange::RolloutRestart => format!("rollout restart {name}"),
        DaemonSetChange::RolloutUndo { to_revision: None } => format!("rollout undo {name}"),
        DaemonSetChange::RolloutUndo { to_revision: Some(revision) } => {
            format!("rollout undo {name} to {revision}")
        }
        DaemonSetChange::Patch { .. } => format!("patch {name}"),
        DaemonSetChange::Delete(Cascade::Background) => format!("delete {name}"),
        DaemonSetChange::Delete(Cascade::Foreground) => format!("delete {name} (foreground)"),
        DaemonSetChange::Delete(Cascade::Orphan) => format!("delete {name} (orphan)"),
    }
}

/// An image without the place that it comes from.
fn short(image: &str) -> &str {
    image.rsplit('/').next().unwrap_or(image)
}

/// What tells an image from its predecessor: the tag if the image is called like one of
/// `names`, and else the image's own name before it.
fn changed<'i>(image: &'i str, names: &[&str]) -> &'i str {
    let last = short(image);
    let last = last.split_once('@').map_or(last, |(name, _)| name);
    match last.rsplit_once(':') {
        Some((name, tag)) if names.contains(&name) => tag,
        Some(_) | None => last,
    }
}

fn selected(selection: &NodeSelection, cluster: &Cluster) -> String {
    let among = match &selection.among {
        Among::All => String::new(),
        Among::Names(names) => match names.as_slice() {
            [only] => only.clone(),
            several => counted(several.len(), ""),
        },
        Among::Pool(pool) => {
            let pool = cluster.pools.get(pool.0).map_or("?", |pool| &pool.name);
            return match selection.take {
                Take::All => format!("all {}", nodes_of(pool, true)),
                Take::Count(count) => counted(count as usize, pool),
                Take::Percent(percent) => format!("{percent}% of {}", nodes_of(pool, true)),
            };
        }
        Among::Labels(selector) => selector.to_string(),
    };
    match (selection.take, among.as_str()) {
        (Take::All, "") => "all nodes".to_owned(),
        (Take::All, _) => among,
        (Take::Count(count), "") => counted(count as usize, ""),
        (Take::Count(count), _) => format!("{count} of {among}"),
        (Take::Percent(percent), "") => format!("{percent}% of nodes"),
        (Take::Percent(percent), _) => format!("{percent}% of {among}"),
    }
}

/// `1 node`, `3 spot nodes`.
fn counted(count: usize, pool: &str) -> String {
    format!("{count} {}", nodes_of(pool, count != 1))
}

/// `spot nodes`; a pool that is itself called `node` is not named.
fn nodes_of(pool: &str, several: bool) -> String {
    let noun = if several { "nodes" } else { "node" };
    if matches!(pool, "" | "node" | "nodes") { noun.to_owned() } else { format!("{pool} {noun}") }
}
