//! Event objects, as `kubectl get events` lists them.

use crate::time::SimTime;

/// An Event: of the same ones a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub namespace: String,
    /// Its own name: that of the object, and a number in hexadecimal.
    pub name: String,
    pub kind: EventKind,
    /// `SuccessfulDelete`.
    pub reason: String,
    pub object: InvolvedObject,
    pub message: String,
    /// Who posted it: `daemonset-controller`, `default-scheduler`, `kubelet`.
    pub component: String,
    /// The node of a kubelet that posted it.
    pub host: String,
    pub first: SimTime,
    pub last: SimTime,
    pub count: u32,
}

/// `type` of an Event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    Normal,
    Warning,
}

impl EventKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// What an Event is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InvolvedObject {
    /// `DaemonSet`, `Pod`, `Node`.
    pub kind: &'static str,
    /// Empty for a Node.
    pub namespace: String,
    pub name: String,
    /// The part of the object: `spec.containers{agent}`. Empty for all of it.
    pub field_path: String,
}

impl Event {
    /// Whether it was posted through the API group `events.k8s.io`, as the scheduler does: its times
    /// have microseconds, and it has neither `firstTimestamp` nor `lastTimestamp`.
    ///
    /// Source: `client-go/tools/events/event_recorder.go › makeEvent`.
    pub fn is_of_new_group(&self) -> bool {
        self.component == SCHEDULER
    }
}

/// What the default scheduler calls itself.
pub(super) const SCHEDULER: &str = "default-scheduler";
