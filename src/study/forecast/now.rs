//! A DaemonSet as a snapshot shows it: how far it is, and whether its rollout is over.

use std::collections::BTreeSet;

use crate::api::{DaemonSet, DaemonSetSpec, DaemonSetStatus, Snapshot, UpdateStrategy};
use crate::record::{StatusCounts, Summary};
use crate::scenario::{DaemonSetRef, Observed, PodKind, Scenario};
use crate::time::{SimDuration, SimTime};
use crate::world::deletion_of;

/// A revision that is so old, and that all pods are of, has been rolled out.
const LONG_OVER: SimDuration = SimDuration::from_secs(86_400);

/// A DaemonSet as the snapshot shows it.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// Whether no rollout is under way, so that a restart is looked at instead.
    pub at_rest: bool,
    /// Whether the controller has seen its latest spec.
    pub is_seen: bool,
    pub status: StatusCounts,
    /// The number of its newest revision, and for how long it has been there, if that is known.
    pub revision: Option<(i64, Option<SimDuration>)>,
    /// `maxUnavailable 10%`, `maxSurge 1`, `OnDelete`.
    pub strategy: String,
    /// Whose start its pods repeat; none if latencies are defaults.
    pub observed: Option<Observed>,
    /// Since when it is being deleted, and what keeps it, if it is: no rollout comes of it then.
    pub deleting: Option<String>,
}

pub(super) fn now(
    base: &Scenario,
    start: &Summary,
    of: &DaemonSetRef,
    under_way: &BTreeSet<String>,
) -> Now {
    let found = base.snapshot.as_deref().and_then(|it| Some((it, daemon_set(it, &of.key())?)));
    let Some((snapshot, found)) = found else { return Now::default() };
    let age = |at: SimTime| base.start.since(at);
    let new_pods = PodKind::new(&of.key(), found.spec.template.spec.images());
    let status = start.daemon_sets.iter().find(|it| it.daemon_set == of.key()).map(|it| it.status);
    Now {
        at_rest: !under_way.contains(&of.key()),
        is_seen: found.status.observed_generation >= found.metadata.generation,
        status: status.unwrap_or_default(),
        revision: newest_revision(snapshot, found).map(|(it, created)| (it, created.map(age))),
        strategy: strategy(&found.spec),
        observed: base.latencies.observed.as_ref().map(|it| it.like(&new_pods)),
        deleting: deletion_of(of, snapshot),
    }
}

/// An update strategy in the API's names.
fn strategy(spec: &DaemonSetSpec) -> String {
    let strategy = match spec.update_strategy {
        UpdateStrategy::OnDelete => "OnDelete".to_owned(),
        UpdateStrategy::RollingUpdate { max_unavailable, max_surge } => {
            match spec.update_strategy.surge() {
                Some(_) => format!("maxSurge {max_surge}"),
                None => format!("maxUnavailable {max_unavailable}"),
            }
        }
    };
    match spec.min_ready_seconds {
        0 => strategy,
        seconds => format!("{strategy}, minReadySeconds {seconds}"),
    }
}

/// Whether a rollout is over though it is not complete: all pods have been updated for a day, and some
/// are not available. Nodes fail, too.
pub(super) fn is_over(snapshot: &Snapshot, key: &str, now: SimTime) -> bool {
    let Some(found) = daemon_set(snapshot, key) else { return false };
    let DaemonSetStatus {
        updated_number_scheduled: updated,
        desired_number_scheduled: desired,
        observed_generation,
        ..
    } = found.status;
    let is_seen = observed_generation == found.metadata.generation;
    let age = newest_revision(snapshot, found).and_then(|(_, created)| Some(now.since(created?)));
    is_seen && updated >= desired && age.is_some_and(|age| age >= LONG_OVER)
}

/// The DaemonSet with this key.
fn daemon_set<'a>(snapshot: &'a Snapshot, key: &str) -> Option<&'a DaemonSet> {
    snapshot.daemon_sets.iter().map(|it| &it.daemon_set).find(|it| it.key() == key)
}

/// The number of a DaemonSet's newest revision, and when it was made.
fn newest_revision(snapshot: &Snapshot, of: &DaemonSet) -> Option<(i64, Option<SimTime>)> {
    let own = snapshot.revisions.iter().filter(|revision| {
        let owner = revision.metadata.controller_ref();
        let is_own = owner.is_some_and(|it| it.kind == "DaemonSet" && it.name == of.metadata.name);
        is_own && revision.metadata.namespace == of.metadata.namespace
    });
    let newest = own.max_by_key(|revision| revision.revision)?;
    Some((newest.revision, newest.metadata.creation_timestamp))
}
