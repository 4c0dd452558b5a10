//! One thing that happens: at a time, or when something has happened; and exactly one verb.

use crate::scenario::written::actions::{
    Annotate, BreakImage, Delete, DeletePods, Join, Label, MendImage, OnNodes, Patch, RefusePods,
    RolloutRestart, RolloutUndo, SetImage, StuckTerminating, TaintNodes, UntaintNodes,
};
use crate::scenario::written::duration::Duration;
use crate::scenario::written::manifest::ManifestEntry;
use crate::scenario::written::operations::{
    ApiServerOutage, PressureNodes, Reboot, Relieve, Reregister, RestartController, Shutdown,
    SpotInterruption, UpgradeNodes,
};
use crate::scenario::written::rate::Rate;
use crate::scenario::written::selection::Nodes;
use crate::scenario::written::short_form::MapOrText;
use crate::scenario::written::when::When;
use schemars::JsonSchema;
use serde::Deserialize;

/// One thing that happens: `at` a time, `when` something has happened, or again and again at a
/// `rate`; and exactly one verb.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Event {
    /// When, since the start. With `rate`: when it begins (default 0s). With `when`: from when on it
    /// waits.
    pub at: Option<Duration>,
    /// Instead of at a time: once something has happened.
    pub when: Option<MapOrText<When>>,
    /// Instead of once: again and again, at random times (a Poisson process): `6/h`.
    pub rate: Option<Rate>,
    /// With `rate`: not after this time. Default: the end of the run.
    pub until: Option<Duration>,
    /// A name for this event, for the `when` of others.
    pub id: Option<String>,
    /// A few words for the mark in the chart. Default: the verb and what it is about.
    pub note: Option<String>,

    /// New machines register as nodes of a pool.
    pub join: Option<MapOrText<Join>>,
    /// The Node objects are deleted and the machines are gone.
    pub leave: Option<Nodes>,
    /// The machines die: nothing on them runs, and no kubelet reports.
    pub fail: Option<Nodes>,
    /// The machines that failed work again.
    pub recover: Option<Nodes>,
    /// The machines go off and come up again.
    pub reboot: Option<MapOrText<Reboot>>,
    /// The Node objects are deleted, and new machines register under their names.
    pub reregister: Option<MapOrText<Reregister>>,
    /// Nodes are upgraded one after another: cordoned, drained, rebooted, uncordoned.
    pub upgrade_nodes: Option<MapOrText<UpgradeNodes>>,
    /// `kubectl taint nodes … key=value:Effect`.
    pub taint: Option<TaintNodes>,
    /// `kubectl taint nodes … key:Effect-`.
    pub untaint: Option<UntaintNodes>,
    /// `kubectl label nodes … key=value`.
    pub label: Option<Label>,
    /// `kubectl cordon`.
    pub cordon: Option<Nodes>,
    /// `kubectl uncordon`.
    pub uncordon: Option<Nodes>,
    /// `kubectl drain --ignore-daemonsets`: cordons, and evicts the pods of others.
    pub drain: Option<Nodes>,
    /// Graceful node shutdown: the pods end as Failed, then the machines are off.
    pub shutdown: Option<MapOrText<Shutdown>>,
    /// The cloud takes the machines back.
    pub spot_interruption: Option<MapOrText<SpotInterruption>>,
    /// The cluster autoscaler asks for machines; they register as nodes of a pool 45 to 65 seconds
    /// later.
    pub scale_up: Option<MapOrText<Join>>,
    /// The cluster autoscaler taints nodes, drains them and gives them back.
    pub scale_down: Option<Nodes>,
    /// Nodes run out of disk, memory or process numbers.
    pub pressure: Option<PressureNodes>,
    /// Nodes have enough again.
    pub relieve: Option<MapOrText<Relieve>>,
    /// The DaemonSet controller's process ends; another one leads after a while.
    pub restart_controller: Option<MapOrText<RestartController>>,
    /// The API server does not answer for a while.
    pub api_server_outage: Option<MapOrText<ApiServerOutage>>,
    /// The API server refuses to create pods.
    pub refuse_pods: Option<MapOrText<RefusePods>>,
    /// `kubectl apply -f`: creates the DaemonSets and ResourceQuotas of a manifest, or changes them.
    pub apply: Option<ManifestEntry>,
    /// `kubectl set image`.
    pub set_image: Option<MapOrText<SetImage>>,
    /// `kubectl rollout restart`.
    pub rollout_restart: Option<MapOrText<RolloutRestart>>,
    /// `kubectl rollout undo`.
    pub rollout_undo: Option<MapOrText<RolloutUndo>>,
    /// `kubectl patch` of the update strategy or of minReadySeconds.
    pub patch: Option<Patch>,
    /// `kubectl annotate`: changes nothing, and makes the controller look again.
    pub annotate: Option<MapOrText<Annotate>>,
    /// `kubectl delete pod`, for the pods of a DaemonSet on some nodes.
    pub delete_pods: Option<DeletePods>,
    /// `kubectl delete daemonset`.
    pub delete: Option<MapOrText<Delete>>,
    /// From now on containers of this image fail.
    pub break_image: Option<MapOrText<BreakImage>>,
    /// From now on containers of this image work again.
    pub mend_image: Option<MapOrText<MendImage>>,
    /// Containers do not stop when they are told to: their pods stay Terminating.
    pub stuck_terminating: Option<StuckTerminating>,
    /// The pods of a DaemonSet on some nodes turn not Ready, as in a network outage.
    pub unready: Option<OnNodes>,
    /// The pods of a DaemonSet on some nodes turn Ready again.
    pub ready: Option<OnNodes>,
    /// The pods of a DaemonSet on some nodes reach phase Failed, as after an eviction.
    pub fail_pods: Option<OnNodes>,
}

/// The verbs, in the order of the documentation.
pub const VERBS: [&str; 36] = [
    "join",
    "leave",
    "fail",
    "recover",
    "reboot",
    "reregister",
    "upgradeNodes",
    "taint",
    "untaint",
    "label",
    "cordon",
    "uncordon",
    "drain",
    "shutdown",
    "spotInterruption",
    "scaleUp",
    "scaleDown",
    "pressure",
    "relieve",
    "restartController",
    "apiServerOutage",
    "refusePods",
    "apply",
    "setImage",
    "rolloutRestart",
    "rolloutUndo",
    "patch",
    "annotate",
    "deletePods",
    "delete",
    "breakImage",
    "mendImage",
    "stuckTerminating",
    "unready",
    "ready",
    "failPods",
];

/// The verbs that are about one DaemonSet, named or the only one.
pub const OF_ONE_DAEMON_SET: [&str; 11] = [
    "apply",
    "setImage",
    "rolloutRestart",
    "rolloutUndo",
    "patch",
    "annotate",
    "deletePods",
    "delete",
    "unready",
    "ready",
    "failPods",
];
