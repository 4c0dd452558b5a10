//! How Prometheus looks at DaemonSets.

use crate::scenario::check::findings::Findings;
use crate::scenario::check::section::Section;
use crate::scenario::valid::DEFAULT_ALERT_INTERVAL;
use crate::scenario::written;
use crate::time::SimDuration;

/// Prometheus forgets a sample after this time: with a longer interval alerts have nothing to look
/// at.
///
/// Source: Prometheus `cmd/prometheus/main.go`: `query.lookback-delta`.
const LOOKBACK: SimDuration = SimDuration::from_secs(5 * 60);

/// Checks `alerts:`; gives how often they are evaluated.
pub(super) fn check(findings: &mut Findings, section: &Section<'_>) -> SimDuration {
    let written = section.decode::<written::Alerts>(findings);
    let Some(written::Duration(interval)) = written.interval else {
        return DEFAULT_ALERT_INTERVAL;
    };
    let path = section.path.key("interval");
    if interval.is_zero() {
        let message = "an `interval` must be longer than zero";
        findings.error("out-of-range", &path, message, "write for example `30s`");
    }
    if interval > LOOKBACK {
        let message =
            format!("`{interval}` is longer than Prometheus remembers a sample: {LOOKBACK}");
        findings.error("out-of-range", &path, message, "write for example `30s`");
    }
    interval
}
