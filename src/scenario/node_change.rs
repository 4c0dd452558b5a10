//! What can happen to a node, as it is meant.

use crate::api::{Labels, Pressure, Taint, TaintEffect};
use crate::time::SimDuration;

/// What can happen to a node.
#[derive(Clone, Debug)]
pub enum NodeChange {
    /// The Node object is deleted and the machine is gone.
    Leave,
    /// The machine dies: nothing on it runs and its kubelet is silent.
    Fail,
    /// The machine works again.
    Recover,
    /// The machine goes off and comes up again after a while.
    Reboot { duration: SimDuration },
    /// The Node object is deleted; a new machine registers under its name after a while.
    Reregister { after: SimDuration },
    /// `kubectl cordon`.
    Cordon,
    /// `kubectl uncordon`.
    Uncordon,
    /// `kubectl drain --ignore-daemonsets`: pods of others leave.
    Drain,
    /// Graceful node shutdown: the pods end as Failed, then the machine goes off.
    Shutdown {
        /// How long the pods have.
        grace: SimDuration,
    },
    /// The cloud takes the machine back: drained now, shut down and gone after the notice.
    SpotInterruption { notice: SimDuration },
    /// The cluster autoscaler gives the machine back.
    ScaleDown,
    Pressure {
        kind: Pressure,
        /// Whether the kubelet evicts pods for it.
        evict: bool,
    },
    /// There is enough again.
    Relieve {
        /// Of what; of everything if none is given.
        kind: Option<Pressure>,
    },
    /// `kubectl taint nodes … key=value:Effect other-`.
    Taint {
        /// Taints to put on; each replaces one of the same key and effect.
        add: Vec<Taint>,
        /// Taints to take off: all of a key, or those of a key and an effect.
        remove: Vec<(String, Option<TaintEffect>)>,
    },
    /// `kubectl label nodes … key=value other-`.
    Label { set: Labels, remove: Vec<String> },
}
