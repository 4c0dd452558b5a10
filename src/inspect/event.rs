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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    Normal,
    Warning,
}

/// What an Event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvolvedObject {
    /// `DaemonSet`, `Pod`, `Node`.
    pub kind: &'static str,
    pub namespace: String,
    pub name: String,
}
