//! Times that containers need to stop and do not get.

use crate::engine::Delay;
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::fleet::Fleet;
use crate::scenario::valid::Latencies;
use crate::time::SimDuration;

/// Warns if `terminate` is usually cut to the grace period of every DaemonSet: the kubelet kills
/// what has not stopped by then.
pub(super) fn check(findings: &mut Findings, tree: &Tree, latencies: &Latencies, fleet: &Fleet) {
    let Some(grace) = fleet.longest_grace_period() else { return };
    let path = FieldPath::ROOT.key("latencies");
    let written = |path: &FieldPath| tree.at(path).is_some_and(|tree| *tree != Tree::Null);
    let default = path.key("terminate");
    if written(&default) {
        warn(findings, &latencies.default.terminate, grace, &default);
    }
    for (index, exception) in latencies.overrides.iter().enumerate() {
        let path = path.key("overrides").index(index).key("terminate");
        if let Some(delay) = exception.terminate.as_ref().filter(|_| written(&path)) {
            warn(findings, delay, grace, &path);
        }
    }
}

fn warn(findings: &mut Findings, delay: &Delay, grace: SimDuration, path: &FieldPath) {
    let usual = delay.quantile(0.5);
    if usual > grace {
        let message =
            format!("{usual} is cut to the grace period, {grace}: then containers are killed");
        let hint = "raise `terminationGracePeriodSeconds`, or write an event with \
                    `stuckTerminating` for pods that stay";
        findings.warning("cut-to-grace-period", path, message, hint);
    }
}
