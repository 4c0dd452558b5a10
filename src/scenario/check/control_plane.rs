//! What the API server and the controllers keep each other waiting.

use super::findings::Findings;
use super::latencies::checked;
use crate::engine::Delay;
use crate::input::{FieldPath, Tree};
use crate::scenario::valid::{ClientLimit, ControlPlane, Scheduler};
use crate::scenario::written::{self, Switch};
use crate::time::SimDuration;

/// The most requests per second: what no API server answers.
const MAX_QPS: f64 = 1_000_000.0;

/// Checks `controlPlane:`.
pub(super) fn check(findings: &mut Findings, tree: &Tree, path: &FieldPath) -> ControlPlane {
    let written: Switch<written::ControlPlane> =
        if *tree == Tree::Null { None } else { findings.decode(tree, path) }.unwrap_or_default();
    let Switch::On(written) = written else { return ControlPlane::OFF };
    let limit = Limit { qps: written.kube_api_qps, burst: written.kube_api_burst };
    ControlPlane {
        request_latency: delay(findings, (tree, path), "requestLatency", milliseconds(5, 20)),
        watch_latency: delay(findings, (tree, path), "watchLatency", milliseconds(10, 50)),
        client: client(findings, limit.or(20.0, 30), path),
        concurrent_daemonset_syncs: syncs(findings, &written, path),
        scheduler: scheduler(findings, tree.get("scheduler"), &path.key("scheduler")),
    }
}

/// Source: `pkg/scheduler/apis/config/v1/defaults.go`: 50 per second, 100 at once.
fn scheduler(findings: &mut Findings, tree: Option<&Tree>, path: &FieldPath) -> Option<Scheduler> {
    let tree = tree.unwrap_or(&Tree::Null);
    let written: Switch<written::Scheduler> =
        if *tree == Tree::Null { None } else { findings.decode(tree, path) }.unwrap_or_default();
    let Switch::On(written) = written else { return None };
    let limit = Limit { qps: written.kube_api_qps, burst: written.kube_api_burst };
    let two = Delay::constant(SimDuration::from_millis(2));
    Some(Scheduler {
        client: client(findings, limit.or(50.0, 100), path),
        cycle: delay(findings, (tree, path), "cycle", two),
    })
}

/// The delay that is written under `name`, or else the default.
fn delay(
    findings: &mut Findings,
    (tree, path): (&Tree, &FieldPath),
    name: &str,
    default: Delay,
) -> Delay {
    match tree.get(name) {
        None | Some(Tree::Null) => default,
        Some(tree) => {
            let path = path.key(name);
            let written = findings.decode(tree, &path);
            written.and_then(|delay| checked(findings, &delay, &path)).unwrap_or(default)
        }
    }
}

/// A limit of requests as it is written, or not.
#[derive(Clone, Copy)]
struct Limit {
    qps: Option<f64>,
    burst: Option<u32>,
}

impl Limit {
    fn or(self, qps: f64, burst: u32) -> (f64, u32) {
        (self.qps.unwrap_or(qps), self.burst.unwrap_or(burst))
    }
}

fn milliseconds(min: u64, max: u64) -> Delay {
    let span = SimDuration::from_millis;
    Delay::uniform(span(min), span(max)).expect("the defaults are valid")
}

/// Source of the controller's: `pkg/controller/apis/config/v1alpha1/defaults.go`: 20 per second,
/// 30 at once.
fn client(
    findings: &mut Findings,
    (qps, burst): (f64, u32),
    path: &FieldPath,
) -> Option<ClientLimit> {
    if !(0.0..=MAX_QPS).contains(&qps) || (qps > 0.0 && qps < 0.001) {
        let message = format!("`{qps}` requests per second are out of range");
        let hint = "write a number from 0.001 to 1000000, or 0 for no limit";
        findings.error("out-of-range", &path.key("kubeApiQps"), message, hint);
        return None;
    }
    if burst == 0 {
        let hint = "write at least 1; `kubeApiQps: 0` lifts the limit";
        findings.error(
            "out-of-range",
            &path.key("kubeApiBurst"),
            "a burst of 0 lets nothing pass",
            hint,
        );
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above: not negative, at most 10^9"
    )]
    let millis_per_second = (qps * 1_000.0) as u32;
    (qps > 0.0).then_some(ClientLimit { millis_per_second, burst })
}

fn syncs(findings: &mut Findings, written: &written::ControlPlane, path: &FieldPath) -> u32 {
    let syncs = written.concurrent_daemonset_syncs.unwrap_or(2);
    if syncs == 0 {
        let path = path.key("concurrentDaemonsetSyncs");
        findings.error("out-of-range", &path, "without a worker nothing happens", "write 2");
    }
    syncs.max(1)
}
