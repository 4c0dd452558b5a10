//! When the run ends.

use crate::scenario::written::duration::Duration;
use crate::scenario::written::short_form::ShortForm;
use crate::scenario::written::text::Written;
use schemars::JsonSchema;
use serde::Deserialize;

/// When the run ends.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Until {
    /// Whether the run ends as soon as every event has happened and every rollout is complete.
    /// Default: true.
    #[serde(default = "yes")]
    pub rollout_complete: bool,
    /// The end at the latest, since the start. Default: 24h.
    pub limit: Option<Duration>,
}

fn yes() -> bool {
    true
}

impl Default for Until {
    fn default() -> Self {
        Self { rollout_complete: true, limit: None }
    }
}

impl ShortForm for Until {
    const EXPECTED: &'static str = "`rolloutComplete`, or a duration such as `2h`";
    const TEXT: &'static str = "`rolloutComplete`: as soon as every event has happened and every \
                                rollout is complete; or a duration: exactly then.";

    fn from_text(text: &str) -> Result<Self, String> {
        if text == "rolloutComplete" {
            return Ok(Self::default());
        }
        if let Some(name) = crate::input::did_you_mean(text, ["rolloutComplete"]) {
            return Err(format!("unknown end `{text}`\nhint: did you mean `{name}`?"));
        }
        let limit = Duration::from_text(text)?;
        Ok(Self { rollout_complete: false, limit: Some(limit) })
    }
}
