//! When the run ends, and what that means for everything with a time.

use crate::input::FieldPath;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::section::Section;
use crate::scenario::valid::Until;
use crate::scenario::written::{self, MapOrText};
use crate::time::SimDuration;

/// The end of a run that says none: long enough for any rollout that moves at all, and short
/// enough to see that one does not.
const DEFAULT_LIMIT: SimDuration = SimDuration::from_secs(24 * 3_600);
/// The latest end: ten years.
const MAX_LIMIT: SimDuration = SimDuration::from_secs(3_650 * 86_400);

/// The end of the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Horizon {
    /// As the run needs it.
    pub(super) until: Until,
}

impl Default for Horizon {
    fn default() -> Self {
        Self { until: Until { limit: DEFAULT_LIMIT, rollout_complete: true } }
    }
}

impl Horizon {
    /// Checks `until:`.
    pub(super) fn check(findings: &mut Findings, section: &Section<'_>) -> Self {
        if section.is_absent() {
            return Self::default();
        }
        let Section { tree, path } = section;
        let Some(MapOrText(written)) = findings.decode::<MapOrText<written::Until>>(tree, path)
        else {
            // Whatever was meant, nothing else is wrong because of it.
            return Self { until: Until { limit: MAX_LIMIT, rollout_complete: true } };
        };
        let limit = written.limit.map_or(DEFAULT_LIMIT, |limit| limit.0);
        if limit.is_zero() {
            let hint = "write a time such as `2h`, or `rolloutComplete`";
            findings.error("out-of-range", path, "the run ends before it starts", hint);
        }
        if limit > MAX_LIMIT {
            let message = format!("`{limit}` is longer than ten years");
            findings.error("out-of-range", path, message, "write a shorter time");
        }
        Self { until: Until { limit, rollout_complete: written.rollout_complete } }
    }

    /// Whether something at `at` still happens; notes it if not.
    pub(super) fn check_time(&self, findings: &mut Findings, at: SimDuration, path: &FieldPath) {
        let limit = self.until.limit;
        if at > limit {
            let message = format!("`{at}` is after the end of the run at {limit}");
            let hint = format!("raise the end: `until: {{limit: {at}}}`");
            findings.error("too-late", path, message, hint);
        }
    }
}
