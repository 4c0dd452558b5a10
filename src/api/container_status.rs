//! How a container of a pod is, as a snapshot of a cluster shows it.

use serde::Deserialize;

use crate::api::metadata::time;
use crate::api::nullable::null_as_default;
use crate::time::SimTime;

/// How one container is, and how its last run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    #[serde(deserialize_with = "null_as_default")]
    pub ready: bool,
    /// How often it was started again.
    #[serde(deserialize_with = "null_as_default")]
    pub restart_count: u32,
    #[serde(deserialize_with = "null_as_default")]
    pub state: ContainerState,
    /// How the run before this one ended.
    #[serde(deserialize_with = "null_as_default")]
    pub last_state: ContainerState,
}

/// Waiting, running or terminated; a container without any of these waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ContainerState {
    #[serde(deserialize_with = "null_as_default")]
    pub waiting: Option<Waiting>,
    #[serde(deserialize_with = "null_as_default")]
    pub running: Option<Running>,
    #[serde(deserialize_with = "null_as_default")]
    pub terminated: Option<Terminated>,
}

/// A container that does not run yet, or not again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Waiting {
    /// Why, in one word: `CrashLoopBackOff`.
    #[serde(deserialize_with = "null_as_default")]
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Running {
    #[serde(deserialize_with = "time")]
    pub started_at: Option<SimTime>,
}

/// A run of a container that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Terminated {
    #[serde(deserialize_with = "null_as_default")]
    pub exit_code: i32,
    #[serde(deserialize_with = "time")]
    pub finished_at: Option<SimTime>,
}

impl ContainerStatus {
    /// When its latest run ended; none if none has, or it does not say.
    pub fn ended_at(&self) -> Option<SimTime> {
        let ended = |state: &ContainerState| state.terminated.as_ref()?.finished_at;
        ended(&self.state).or_else(|| ended(&self.last_state))
    }
}
