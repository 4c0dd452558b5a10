//! Admission: which pods the API server refuses to create, and why.

use crate::api::ResourceQuota;
use crate::control::NodeId;
use crate::engine::Delay;
use crate::scenario::DaemonSetRef;
use crate::time::{SimDuration, SimTime};
use crate::world::cluster::CachedPod;
use crate::world::cx::Cx;
use crate::world::ids::{DaemonSetId, SpecId};

/// From the end of a pod until its quota counts it no more: the quota controller hears of it, adds
/// up, and writes the quota's status. Median and 99th percentile, as measured on a real control
/// plane; an update with a quota of exactly its pods meets passing refusals because of it.
const REPLENISHMENT: (SimDuration, SimDuration) =
    (SimDuration::from_millis(16), SimDuration::from_millis(90));

/// What beginnings make a message a whole answer of the API server.
const WHOLE_ANSWERS: [&str; 3] = ["admission webhook", "Internal error", "pods \""];

/// What decides which pods are created.
#[derive(Debug, Default)]
pub(super) struct Admission {
    refusals: Vec<Refusal>,
    quotas: Vec<ResourceQuota>,
    /// Pods that count no more, of which quotas do not know yet.
    releases: Vec<Release>,
    /// Whose pods were admitted and are not created yet.
    promised: Vec<DaemonSetId>,
    /// How many pods were refused after they had got a name.
    refused: u64,
}

/// Pods that are refused whatever they are like.
#[derive(Clone, Debug)]
pub(in crate::world) struct Refusal {
    /// Why, in the words of the scenario.
    pub(in crate::world) message: String,
    /// None for any.
    pub(in crate::world) daemon_set: Option<DaemonSetRef>,
    /// None for any.
    pub(in crate::world) namespace: Option<String>,
    /// Sorted; none for any.
    pub(in crate::world) nodes: Option<Vec<NodeId>>,
    /// None for the rest of the run.
    pub(in crate::world) until: Option<SimTime>,
}

/// A pod that a quota still counts.
#[derive(Clone, Copy, Debug)]
struct Release {
    creator: DaemonSetId,
    counted: Counted,
    until: SimTime,
}

/// By which of its resources a quota counts a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// `count/pods`: while the object exists.
    Objects,
    /// `pods`: until it has ended.
    Pods,
}

impl Counted {
    const fn resource(self) -> &'static str {
        match self {
            Self::Objects => "count/pods",
            Self::Pods => "pods",
        }
    }

    /// Source: `pkg/quota/v1/evaluator/core/pods.go › QuotaV1Pod`.
    const fn counts(self, pod: &CachedPod) -> bool {
        match self {
            Self::Objects => pod.exists,
            Self::Pods => pod.exists && !pod.phase.is_terminal(),
        }
    }
}

impl Admission {
    /// From now on pods are refused.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    /// Creates a quota, or replaces the one of its name.
    pub(super) fn apply(&mut self, quota: ResourceQuota) {
        let same =
            |it: &&mut ResourceQuota| (&it.namespace, &it.name) == (&quota.namespace, &quota.name);
        match self.quotas.iter_mut().find(same) {
            Some(known) => *known = quota,
            None => self.quotas.push(quota),
        }
    }
}

/// Whether a new pod of a DaemonSet for a node is admitted.
///
/// # Errors
///
/// Why not, as the API server answers.
pub(in crate::world) fn admit_pod(
    id: DaemonSetId,
    node: NodeId,
    spec: SpecId,
    cx: &mut Cx<'_>,
) -> Result<(), String> {
    if let Some(why) = &cx.cluster.specs[spec].refused {
        // The priority is looked at before a name is generated.
        return Err(forbidden(&format!("{}-", cx.cluster.daemon_sets[id].name.name), why));
    }
    let Some(why) = refusal(id, node, cx).or_else(|| exceeded_quota(id, cx)) else {
        if cx.api.is_instant() && !cx.api.admission.quotas.is_empty() {
            cx.api.admission.promised.push(id);
        }
        return Ok(());
    };
    if WHOLE_ANSWERS.iter().any(|beginning| why.starts_with(beginning)) {
        return Err(why);
    }
    cx.api.admission.refused += 1;
    let pod = cx.cluster.name_of_refused(id, cx.api.admission.refused);
    Err(forbidden(&pod, &why))
}

/// A pod that was admitted is created.
pub(super) fn keep_promise(id: DaemonSetId, cx: &mut Cx<'_>) {
    let promised = &mut cx.api.admission.promised;
    if let Some(index) = promised.iter().position(|&other| other == id) {
        promised.swap_remove(index);
    }
}

/// What the scenario refuses a pod for.
fn refusal(id: DaemonSetId, node: NodeId, cx: &Cx<'_>) -> Option<String> {
    let name = &cx.cluster.daemon_sets[id].name;
    let is_meant = |it: &&Refusal| {
        it.until.is_none_or(|until| cx.now < until)
            && it.daemon_set.as_ref().is_none_or(|daemon_set| daemon_set == name)
            && it.namespace.as_ref().is_none_or(|namespace| *namespace == name.namespace)
            && it.nodes.as_ref().is_none_or(|nodes| nodes.binary_search(&node).is_ok())
    };
    cx.api.admission.refusals.iter().find(is_meant).map(|it| it.message.clone())
}

/// Which quota of its namespace a new pod would exceed.
///
/// Source: `apiserver/pkg/admission/plugin/resourcequota/controller.go › CheckRequest`.
fn exceeded_quota(id: DaemonSetId, cx: &mut Cx<'_>) -> Option<String> {
    if cx.api.admission.quotas.is_empty() {
        return None;
    }
    let now = cx.now;
    cx.api.admission.releases.retain(|release| now < release.until);
    let namespace = &cx.cluster.daemon_sets[id].name.namespace;
    let mut own = cx.api.admission.quotas.iter().filter(|quota| quota.namespace == *namespace);
    own.find_map(|quota| {
        let hard = [(Counted::Objects, quota.count_pods), (Counted::Pods, quota.pods)];
        let limits = hard.into_iter().filter_map(|(counted, limit)| Some((counted, limit?)));
        let usages = limits.map(|(counted, limit)| (counted, used(namespace, counted, cx), limit));
        let exceeded: Vec<_> = usages.filter(|(_, used, limit)| used + 1 > *limit).collect();
        let listed = |amount: fn(&(Counted, i64, i64)) -> i64| {
            let each = exceeded.iter().map(|it| format!("{}={}", it.0.resource(), amount(it)));
            each.collect::<Vec<_>>().join(",")
        };
        (!exceeded.is_empty()).then(|| {
            let (requested, used, limited) = (listed(|_| 1), listed(|it| it.1), listed(|it| it.2));
            let name = &quota.name;
            format!(
                "exceeded quota: {name}, requested: {requested}, used: {used}, limited: {limited}"
            )
        })
    })
}

/// How many pods of a namespace the status of a quota counts.
fn used(namespace: &str, counted: Counted, cx: &Cx<'_>) -> i64 {
    let is_inside = |id: DaemonSetId| cx.cluster.daemon_sets[id].name.namespace == namespace;
    let inside: Vec<bool> = cx.cluster.daemon_set_ids().map(is_inside).collect();
    let is_inside = |id: DaemonSetId| inside[id.0 as usize];
    let counts =
        |pod: &&crate::world::cluster::Pod| counted.counts(&pod.cached()) && is_inside(pod.creator);
    let there = cx.cluster.pods.iter().filter(counts).count();
    let Admission { releases, promised, .. } = &cx.api.admission;
    let is_late = |it: &&Release| it.counted == counted && is_inside(it.creator);
    let late = releases.iter().filter(is_late).count();
    let promised = promised.iter().filter(|&&id| is_inside(id)).count();
    i64::try_from(there + late + promised).unwrap_or(i64::MAX)
}

/// A pod changed: quotas learn with a delay that it counts no more.
pub(super) fn release(creator: DaemonSetId, before: CachedPod, after: CachedPod, cx: &mut Cx<'_>) {
    if cx.api.admission.quotas.is_empty() || cx.api.is_instant() {
        return;
    }
    for counted in [Counted::Objects, Counted::Pods] {
        if counted.counts(&before) && !counted.counts(&after) {
            let until = cx.now + replenishment(creator, counted, cx);
            cx.api.admission.releases.push(Release { creator, counted, until });
        }
    }
}

fn replenishment(creator: DaemonSetId, counted: Counted, cx: &Cx<'_>) -> SimDuration {
    let name_hash = cx.cluster.daemon_sets[creator].name_hash;
    let ordinal = cx.now.as_micros() << 1 | counted as u64;
    let draw = cx.settings.streams.uniform("quota replenishment", name_hash, ordinal);
    let (median, p99) = REPLENISHMENT;
    Delay::log_normal(median, p99).map_or(median, |delay| delay.sample(draw))
}

/// Source: `apimachinery/pkg/api/errors/errors.go › NewForbidden`.
fn forbidden(pod: &str, why: &str) -> String {
    format!("pods \"{pod}\" is forbidden: {why}")
}
