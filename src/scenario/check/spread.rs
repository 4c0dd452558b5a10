//! How much latencies differ from run to run, and from node to node.

use std::collections::BTreeMap;

use crate::engine::{Factor, Spread};
use crate::input::FieldPath;
use crate::scenario::check::findings::Findings;
use crate::scenario::check::section::Section;
use crate::scenario::kubelet::Kubelet;
use crate::scenario::valid::{Latencies, Phase, SlowNodes};
use crate::scenario::written;

/// Slower than this is not slow, but broken.
const MOST_SLOW: f64 = 1_000.0;

/// Checks `latencies.perRun`.
pub(super) fn per_run(findings: &mut Findings, section: &Section<'_>) -> BTreeMap<Phase, Spread> {
    let _: written::PerRun = section.decode(findings);
    let mut spreads = BTreeMap::new();
    for phase in Phase::ALL {
        let section = section.key(phase.name());
        if section.is_absent() {
            continue;
        }
        let written = findings.decode(section.tree, &section.path);
        let spread = written.and_then(|written| spread(findings, written, &section.path));
        spreads.extend(spread.map(|spread| (phase, spread)));
    }
    spreads
}

fn spread(findings: &mut Findings, written: written::Spread, path: &FieldPath) -> Option<Spread> {
    let mut refuse = |key: &str, number: f64, range: String| {
        let message = format!("`{number}` is out of range");
        findings.error("out-of-range", &path.key(key), message, range);
        None
    };
    match (written.sigma, written.p99) {
        (Some(sigma), None) => Spread::of_sigma(sigma).or_else(|| {
            let most = Spread::MOST_SIGMA;
            refuse("sigma", sigma, format!("write a number from 0 to {most}, such as 0.35"))
        }),
        (None, Some(p99)) => Spread::of_p99(p99).or_else(|| {
            let most = Spread::MOST_P99;
            refuse("p99", p99, format!("write a number from 1 to {most}, such as 2.3"))
        }),
        (Some(_), Some(_)) => {
            let message = "a spread is given by one number, this has two";
            findings.error("contradiction", path, message, "leave out `sigma` or `p99`");
            None
        }
        (None, None) => {
            let message = "this spread has no number";
            let hint = "write `sigma`, such as `{sigma: 0.35}`, or `p99`, such as `{p99: 2.3}`";
            findings.error("missing-field", path, message, hint);
            None
        }
    }
}

/// Checks `latencies.slowNodes`.
pub(super) fn slow_nodes(findings: &mut Findings, section: &Section<'_>) -> Option<SlowNodes> {
    if section.is_absent() {
        return None;
    }
    let written: written::SlowNodes = findings.decode(section.tree, &section.path)?;
    let factor = Factor::new(written.factor);
    let factor = factor.filter(|factor| (1.0..=MOST_SLOW).contains(&factor.get()));
    let Some(factor) = factor else {
        let message = format!("`{}` is out of range", written.factor);
        let hint = format!("write a number from 1 to {MOST_SLOW}, such as 3");
        findings.error("out-of-range", &section.path.key("factor"), message, hint);
        return None;
    };
    Some(SlowNodes { share: written.share.0, factor })
}

/// A slow registry slows nobody that it is not in the way of.
pub(super) fn warn_if_unused(findings: &mut Findings, latencies: &Latencies, kubelet: &Kubelet) {
    let network = match kubelet {
        Kubelet::On(model) => model.network.as_ref(),
        Kubelet::Off => None,
    };
    let is_free = network.is_some_and(|network| network.registry.is_none());
    if is_free && latencies.per_run.contains_key(&Phase::ImagePull) {
        let path = FieldPath::ROOT.key("latencies").key("perRun").key("imagePull");
        let message = "no pull gets much slower: nothing limits what the registry sends";
        let hint = "write `network.registry.bandwidth`";
        findings.warning("unused-setting", &path, message, hint);
    }
}
