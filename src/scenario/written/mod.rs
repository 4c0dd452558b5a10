//! What may be written: one type per value, for decoding and for the JSON schema.
//!
//! The comments of these types are what editors show, so they are written for users. Nothing
//! here looks at two values at once; that is for the checks.

mod actions;
mod alerts;
mod amount;
mod cluster;
mod compare;
mod control_plane;
mod cover;
mod data;
mod deferred;
mod delay;
mod duration;
mod event;
mod expect;
mod histogram;
mod kubelet;
mod latencies;
mod manifest;
mod operations;
mod priority_class;
mod rate;
mod resources;
mod scenario;
mod selection;
mod selector;
mod short_form;
mod switch;
mod taint;
mod text;
mod until;
mod version;
mod when;

pub use actions::{
    Annotate, BreakImage, Cascade, Delete, DeletePods, Fault, Join, Label, MendImage, OnNodes,
    Patch, RefusePods, RolloutRestart, RolloutUndo, SetImage, StuckTerminating, TaintNodes,
    UntaintNodes,
};
pub use alerts::Alerts;
pub use amount::{Chance, NodesOrPercent, Percent, Share};
pub use cluster::{Cluster, Node, NodeLabels, NodePool, OtherPods, SingleNodes, StartupTaint};
pub use compare::{Compare, CompareGoal, SeedRange};
pub use control_plane::{ControlPlane, NodeLifecycle, Scheduler, SyncTime};
pub use cover::{Cover, CoverItem};
pub use data::{Bandwidth, Size};
pub use deferred::Deferred;
pub use delay::{Delay, DelayShape, Exponential, Lognormal, Uniform};
pub use duration::Duration;
pub use event::{Event, OF_ONE_DAEMON_SET, VERBS};
pub use expect::{Expectation, Expectations};
pub use kubelet::{Image, Images, Kubelet, Network, NodeNetwork, Registry};
pub use latencies::{Latencies, LatencyOverride, PerRun, SlowNodes, Spread};
pub use manifest::{Manifest, ManifestEntry};
pub use operations::{
    ApiServerOutage, OutageKind, PressureNodes, Reboot, Relieve, Reregister, RestartController,
    Shutdown, SpotInterruption, UpgradeNodes,
};
pub use priority_class::{PreemptionPolicy, PriorityClass, PriorityClasses};
pub use rate::Rate;
pub use resources::{Allocatable, OtherRequests};
pub use scenario::{PickingOrder, Scenario};
pub use selection::{NodeFilter, Nodes};
pub use selector::Selector;
pub use short_form::{MapOrText, ShortForm};
pub use switch::Switch;
pub use taint::{Taint, TaintKey};
pub use until::Until;
pub use version::Version;
pub use when::When;
