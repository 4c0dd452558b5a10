//! What the API server and the controllers keep each other waiting.

use crate::engine::Delay;
use crate::input::FieldPath;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::latencies::delay;
use crate::scenario::check::section::Section;
use crate::scenario::valid::{ClientLimit, ControlPlane, NodeLifecycle, Scheduler, SyncTime};
use crate::scenario::written::{self, Switch};
use crate::time::SimDuration;

/// The most requests per second: what no API server answers.
const MAX_QPS: f64 = 1_000_000.0;

/// Checks `controlPlane:`.
pub(super) fn check(findings: &mut Findings, section: &Section<'_>) -> ControlPlane {
    let path = &section.path;
    let Switch::On(written) = section.decode::<Switch<written::ControlPlane>>(findings) else {
        return ControlPlane::OFF;
    };
    let limit = Limit {
        qps: written.kube_api_qps.unwrap_or(20.0),
        burst: written.kube_api_burst.unwrap_or(30),
    };
    ControlPlane {
        request_latency: delay(findings, &section.key("requestLatency"), measured(5_000, 30_000)),
        watch_latency: delay(findings, &section.key("watchLatency"), measured(1_500, 10_000)),
        client: client(findings, limit, path),
        concurrent_daemonset_syncs: syncs(findings, &written, path),
        sync_time: sync_time(findings, &section.key("syncTime")),
        scheduler: scheduler(findings, &section.key("scheduler")),
        node_lifecycle: node_lifecycle(findings, &section.key("nodeLifecycle")),
    }
}

/// Source: `pkg/scheduler/apis/config/v1/defaults.go`: 50 per second, 100 at once.
fn scheduler(findings: &mut Findings, section: &Section<'_>) -> Option<Scheduler> {
    let Switch::On(written) = section.decode::<Switch<written::Scheduler>>(findings) else {
        return None;
    };
    let limit = Limit {
        qps: written.kube_api_qps.unwrap_or(50.0),
        burst: written.kube_api_burst.unwrap_or(100),
    };
    let cycle = Delay::constant(SimDuration::from_micros(300));
    Some(Scheduler {
        client: client(findings, limit, &section.path),
        cycle: delay(findings, &section.key("cycle"), cycle),
    })
}

/// A limit of requests as it is written.
#[derive(Clone, Copy)]
struct Limit {
    qps: f64,
    burst: u32,
}

fn node_lifecycle(findings: &mut Findings, section: &Section<'_>) -> Option<NodeLifecycle> {
    let path = &section.path;
    let Switch::On(written) = section.decode::<Switch<written::NodeLifecycle>>(findings) else {
        return None;
    };
    let usual = NodeLifecycle::default();
    let mut span = |name: &str, written: Option<written::Duration>| {
        if written.is_some_and(|span| span.0.is_zero()) {
            let message = format!("a `{name}` of no time is none");
            findings.error("out-of-range", &path.key(name), message, "write for example `5s`");
        }
        written.map(|span| span.0)
    };
    let period = span("nodeMonitorPeriod", written.node_monitor_period);
    let grace = span("nodeMonitorGracePeriod", written.node_monitor_grace_period);
    let mut permille = |name: &str, written: Option<f64>, most: f64, usual: u32| {
        written.map_or(usual, |number| thousandths(findings, number, most, &path.key(name)))
    };
    Some(NodeLifecycle {
        monitor_period: period.unwrap_or(usual.monitor_period),
        monitor_grace_period: grace,
        eviction_millis_per_second: permille(
            "nodeEvictionRate",
            written.node_eviction_rate,
            1_000.0,
            usual.eviction_millis_per_second,
        ),
        secondary_millis_per_second: permille(
            "secondaryNodeEvictionRate",
            written.secondary_node_eviction_rate,
            1_000.0,
            usual.secondary_millis_per_second,
        ),
        large_zone: written.large_cluster_size_threshold.unwrap_or(usual.large_zone),
        unhealthy_permille: permille(
            "unhealthyZoneThreshold",
            written.unhealthy_zone_threshold,
            1.0,
            usual.unhealthy_permille,
        ),
    })
}

/// A number from 0 to `most`, in thousandths.
fn thousandths(findings: &mut Findings, number: f64, most: f64, path: &FieldPath) -> u32 {
    if !(0.0..=most).contains(&number) {
        let message = format!("`{number}` is out of range");
        let hint = format!("write a number from 0 to {most}");
        findings.error("out-of-range", path, message, hint);
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above: not negative, at most 10^6"
    )]
    let thousandths = (number * 1_000.0 + 0.5) as u32;
    thousandths
}

/// Lognormal, by the median and the 99th percentile that were measured, in microseconds.
fn measured(median: u64, p99: u64) -> Delay {
    let span = SimDuration::from_micros;
    Delay::log_normal(span(median), span(p99)).expect("the defaults are valid")
}

fn sync_time(findings: &mut Findings, section: &Section<'_>) -> SyncTime {
    let Switch::On(written) = section.decode::<Switch<written::SyncTime>>(findings) else {
        return SyncTime::ZERO;
    };
    let usual = SyncTime::default();
    let or = |written: Option<written::Duration>, usual| written.map_or(usual, |span| span.0);
    SyncTime {
        manage: or(written.manage, usual.manage),
        rolling_update: or(written.rolling_update, usual.rolling_update),
        status: or(written.status, usual.status),
    }
}

/// Source of the controller's: `pkg/controller/apis/config/v1alpha1/defaults.go`: 20 per second,
/// 30 at once.
fn client(
    findings: &mut Findings,
    Limit { qps, burst }: Limit,
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
