//! What an event waits for.

use crate::scenario::written::duration::Duration;
use crate::scenario::written::short_form::{MapOrText, ShortForm};
use crate::time::SimDuration;
use schemars::JsonSchema;
use serde::Deserialize;

/// What an event waits for; of several, for all of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct When {
    /// Until the event with this `id` has happened, or its upgrade of nodes is over. Default: the event written above, unless `at`
    /// says from when on to wait.
    pub after: Option<String>,
    /// Until the last rollout of this DaemonSet is complete.
    pub rollout_complete: Option<MapOrText<RolloutComplete>>,
    /// Until the last rollout of this DaemonSet is stuck.
    pub rollout_stuck: Option<MapOrText<RolloutStuck>>,
    /// And then this long.
    pub delay: Option<Duration>,
}

/// Whose rollout is to be complete.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RolloutComplete {
    /// `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
}

/// Whose rollout is to be stuck.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RolloutStuck {
    /// `name` or `namespace/name`. May be left out if there is only one.
    pub daemon_set: Option<String>,
    /// How long it makes no progress from when this event waits, `minReadySeconds` not counted.
    /// Default: 10m, the default of a Deployment's `progressDeadlineSeconds`.
    #[serde(rename = "for")]
    pub no_progress: Duration,
}

impl Default for RolloutStuck {
    fn default() -> Self {
        Self { daemon_set: None, no_progress: Duration(SimDuration::from_secs(600)) }
    }
}

const DAEMON_SET: &str = "the name of a DaemonSet, `name` or `namespace/name`";

impl ShortForm for RolloutComplete {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = "The name of the DaemonSet.";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(text.to_owned()) })
    }
}

impl ShortForm for RolloutStuck {
    const EXPECTED: &'static str = DAEMON_SET;
    const TEXT: &'static str = "The name of the DaemonSet.";

    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self { daemon_set: Some(text.to_owned()), ..Self::default() })
    }
}

impl ShortForm for When {
    const EXPECTED: &'static str =
        "`rolloutComplete`, `rolloutStuck`, or a map such as `{after: ID, delay: 5m}`";
    const TEXT: &'static str = "`rolloutComplete` or `rolloutStuck`, of the only DaemonSet.";

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "rolloutComplete" => {
                let complete = Some(MapOrText(RolloutComplete::default()));
                Ok(Self { rollout_complete: complete, ..Self::default() })
            }
            "rolloutStuck" => {
                let stuck = Some(MapOrText(RolloutStuck::default()));
                Ok(Self { rollout_stuck: stuck, ..Self::default() })
            }
            _ => Err(format!(
                "expected {}, found `{text}`\nhint: to wait for the event with the id `{text}`, \
                 write `{{after: {text}}}`",
                Self::EXPECTED
            )),
        }
    }
}
