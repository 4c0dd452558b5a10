//! What kubelets do, and what carries images to them.

use crate::engine::Delay;
use crate::input::{FieldPath, Tree};
use crate::scenario::check::findings::Findings;
use crate::scenario::check::latencies::delay;
use crate::scenario::check::section::Section;
use crate::scenario::kubelet::{Kubelet, KubeletModel, Network, StartDelays};
use crate::scenario::valid::{ClientLimit, Latencies, Phase};
use crate::scenario::written::{self, Bandwidth, Switch};
use crate::time::SimDuration;

/// The most requests per second that are believed.
const MAX_RATE: f64 = 1_000_000.0;
/// What an image weighs of which nothing is written: that of an agent, as in the default of
/// `latencies.imagePull`.
const USUAL_SIZE: u64 = 80_000_000;
/// 1 Gbit/s.
const NODE_BANDWIDTH: u64 = 125_000_000;
/// 100 MB/s.
const UNPACK_RATE: u64 = 100_000_000;

/// Checks `kubelet:`, `images:` and `network:`; `latencies` may say some things instead.
pub(super) fn check(findings: &mut Findings, tree: &Tree, latencies: &Latencies) -> Kubelet {
    let section = Section::root(tree).key("kubelet");
    let path = &section.path;
    let network = network(findings, tree, latencies);
    let written: Switch<written::Kubelet> = section.decode(findings);
    let Switch::On(written) = written else {
        warn_unused(findings, tree, "network", "kubelets are off", "write `kubelet: on`");
        return Kubelet::OFF;
    };
    let mut phase = |name: &str, default: Delay| delay(findings, &section.key(name), default);
    let is_whole = says(tree, Phase::ContainerStart) || latencies.starts_are_observed();
    let start = StartDelays {
        sandbox: phase("sandbox", log_normal(400, 1_500)),
        container: phase("startContainer", log_normal(200, 600)),
    };
    Kubelet::On(Box::new(KubeletModel {
        volumes: phase("volumes", Delay::ZERO),
        init_run: phase("initRun", log_normal(1_000, 5_000)),
        pre_stop: phase("preStop", Delay::constant(SimDuration::from_secs(5))),
        cleanup: phase("cleanup", uniform(300, 1_300)),
        start: (!is_whole).then_some(start),
        parallel_pulls: parallel_pulls(findings, &written, path),
        registry_pulls: registry_pulls(findings, &written, path),
        network,
    }))
}

/// Whether the scenario writes how long a phase takes.
fn says(tree: &Tree, phase: Phase) -> bool {
    !Section::root(tree).key("latencies").key(phase.name()).is_absent()
}

/// What says how long every pull takes, if anything does.
fn pull_is_known(tree: &Tree, latencies: &Latencies) -> Option<&'static str> {
    if says(tree, Phase::ImagePull) {
        return Some("latencies.imagePull");
    }
    latencies.starts_are_observed().then_some("latencies.fromSnapshot")
}

fn log_normal(median_millis: u64, p99_millis: u64) -> Delay {
    let span = SimDuration::from_millis;
    Delay::log_normal(span(median_millis), span(p99_millis)).expect("the defaults are valid")
}

fn uniform(min_millis: u64, max_millis: u64) -> Delay {
    let span = SimDuration::from_millis;
    Delay::uniform(span(min_millis), span(max_millis)).expect("the defaults are valid")
}

/// Source: `pkg/kubelet/apis/config/v1beta1/defaults.go`: one pull after the other.
fn parallel_pulls(
    findings: &mut Findings,
    written: &written::Kubelet,
    path: &FieldPath,
) -> Option<u32> {
    let serial = written.serialize_image_pulls;
    let path = path.key("maxParallelImagePulls");
    match written.max_parallel_image_pulls {
        Some(0) => {
            findings.error("out-of-range", &path, "no image could ever be pulled", "write 1");
            Some(1)
        }
        Some(most) if most > 1 && serial == Some(true) => {
            let message = format!("`{most}` pulls cannot be made one after the other");
            let hint = "write `serializeImagePulls: false`";
            findings.error("contradiction", &path, message, hint);
            Some(1)
        }
        Some(most) => Some(most),
        None if serial == Some(false) => None,
        None => Some(1),
    }
}

/// Source: `pkg/kubelet/apis/config/v1beta1/defaults.go`: 5 per second, 10 at once.
fn registry_pulls(
    findings: &mut Findings,
    written: &written::Kubelet,
    path: &FieldPath,
) -> Option<ClientLimit> {
    let burst = written.registry_burst.unwrap_or(10);
    if burst == 0 {
        let path = path.key("registryBurst");
        findings.error("out-of-range", &path, "a burst of 0 lets nothing pass", "write at least 1");
    }
    let qps = written.registry_pull_qps.unwrap_or(5.0);
    let millis_per_second = rate(findings, qps, &path.key("registryPullQPS"))?;
    Some(ClientLimit { millis_per_second, burst })
}

/// Thousandths of one per second; none for any number.
fn rate(findings: &mut Findings, per_second: f64, path: &FieldPath) -> Option<u32> {
    if !(0.0..=MAX_RATE).contains(&per_second) || (per_second > 0.0 && per_second < 0.001) {
        let message = format!("`{per_second}` per second are out of range");
        let hint = "write a number from 0.001 to 1000000, or 0 for any number";
        findings.error("out-of-range", path, message, hint);
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above: not negative, at most 10^9"
    )]
    let millis = (per_second * 1_000.0) as u32;
    (millis > 0).then_some(millis)
}

/// What carries images, if the scenario says so and does not say how long a pull takes.
fn network(findings: &mut Findings, tree: &Tree, latencies: &Latencies) -> Option<Network> {
    let part = |name: &str| tree.get(name).filter(|tree| **tree != Tree::Null);
    if part("images").is_none() && part("network").is_none() {
        return None;
    }
    let images = part("images")
        .map(|tree| findings.decode::<written::Images>(tree, &FieldPath::ROOT.key("images")));
    let path = FieldPath::ROOT.key("network");
    let written = part("network").map(|tree| findings.decode::<written::Network>(tree, &path));
    let written = written.flatten().unwrap_or_default();
    if let Some(field) = pull_is_known(tree, latencies) {
        let why = format!("`{field}` says how long every pull takes");
        for name in ["images", "network"] {
            warn_unused(findings, tree, name, &why, "leave one of the two away");
        }
        return None;
    }
    let requests = written.registry.requests_per_second.unwrap_or(0.0);
    let path = path.key("registry").key("requestsPerSecond");
    let or = |written: Option<Bandwidth>, default| written.map_or(default, |written| written.0);
    Some(Network {
        images: by_length(images.flatten().unwrap_or_default()),
        usual_size: USUAL_SIZE,
        registry: or(written.registry.bandwidth, None),
        registry_requests: rate(findings, requests, &path),
        node: or(written.node.bandwidth, Some(NODE_BANDWIDTH)),
        unpack: or(written.unpack, Some(UNPACK_RATE)),
    })
}

/// The longest pattern first, as the most precise one.
fn by_length(images: written::Images) -> Vec<(String, u64)> {
    let mut images: Vec<_> =
        images.into_iter().map(|(pattern, image)| (pattern, image.size.0)).collect();
    images.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.len()));
    images
}

fn warn_unused(findings: &mut Findings, tree: &Tree, name: &str, why: &str, hint: &str) {
    if tree.get(name).is_some_and(|tree| *tree != Tree::Null) {
        let message = format!("`{name}` has no effect: {why}");
        findings.warning("unused-setting", &FieldPath::ROOT.key(name), message, hint);
    }
}
