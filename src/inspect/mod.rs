//! A run looked into after it is over: its record read again, the cluster at any moment, and what led
//! to what.
//!
//! Nothing is simulated here. A record begins with the state of the cluster and tells of each change
//! after that, so any moment can be rebuilt from it.

mod at_a_time;
mod containers;
mod event;
mod events;
mod eviction;
mod header;
mod made_pod;
mod moment;
pub mod over_time;
pub mod phases;
mod pulls;
mod read;
mod replay;
mod restarts;
mod run;
pub mod scrapes;
mod settings;
mod summary_file;
mod touched;
pub mod trace;
mod uid;
pub mod why;

pub use containers::{Container, ContainerState, Containers, FAILED, is_sidecar};
pub use event::{Event, EventKind, InvolvedObject};
pub use header::{Header, RECORD_VERSION};
pub use made_pod::{grace_period, made_spec};
pub use moment::{Moment, ObjectKey};
pub use read::{ReadError, Reader};
pub use replay::Replay;
pub use restarts::Restarts;
pub use run::Run;
pub use settings::Settings;
pub use summary_file::{
    AdviceEntry, AlertEntry, CauseEntry, DaemonSetEntry, HoldEntry, RolloutEntry, StatusEntry,
    SummaryFile, WaiterEntry,
};
pub use touched::{Touched, touched};
pub use uid::{pod_uid, uid};
