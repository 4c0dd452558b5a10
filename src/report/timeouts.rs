//! The timeout of each tool that waits, in its own words.

use crate::record::Tool;
use crate::time::{MICROS_PER_SECOND, SimDuration};

/// Flux looks every five seconds, Helm 3 every two, so they may see a status so much later.
///
/// Source: `helm-controller/internal/action/wait.go › waiter.wait`, `helm/pkg/kube/wait.go ›
/// waitForResources`.
const LOOK: SimDuration = SimDuration::from_secs(5);
/// Below this, a person writes half minutes; above, whole ones.
const FINE: SimDuration = SimDuration::from_secs(300);

/// How long Helm and the helm-controller of Flux wait if nobody says how long. A Kustomization of
/// Flux waits for its `interval` less 30 s, but at least 30 s; kubectl and Argo CD wait for ever.
///
/// Source: `helm/pkg/cmd/upgrade.go`, `helm-controller/api/v2/helmrelease_types.go › GetTimeout`,
/// `kustomize-controller/api/v1/kustomization_types.go › GetTimeout`.
pub(super) const DEFAULT: SimDuration = SimDuration::from_secs(300);

/// Whether a tool waits for [`DEFAULT`].
pub(super) const fn has_default(tool: Tool) -> bool {
    matches!(tool, Tool::Helm3 | Tool::Helm4 | Tool::Flux)
}

/// What a person would write who wants to wait for at least so long: `3m30s`, `12m`.
pub(super) fn rounded(least: SimDuration) -> SimDuration {
    let micros = least.as_micros().saturating_add(LOOK.as_micros());
    let seconds = micros.div_ceil(MICROS_PER_SECOND);
    let step = if seconds <= FINE.as_secs() { 30 } else { 60 };
    SimDuration::from_secs(seconds.div_ceil(step).saturating_mul(step))
}

/// The command or the field of a tool with this timeout.
///
/// Source: `kubectl/pkg/cmd/rollout/rollout_status.go` and `helm/pkg/cmd/upgrade.go` take a duration
/// of Go; so do `spec.timeout` of a `HelmRelease` and of a Kustomization.
/// `argo-cd/cmd/argocd/commands/app.go › NewApplicationWaitCommand` takes seconds.
pub(super) fn to_paste(tool: Tool, daemon_set: &str, timeout: SimDuration) -> String {
    let written = go_duration(timeout);
    match tool {
        Tool::Kubectl => {
            let daemon_set = named(daemon_set);
            format!("kubectl rollout status {daemon_set} --timeout={written}")
        }
        Tool::Flux => format!("spec.timeout: {written}"),
        Tool::ArgoCd => format!("argocd app wait NAME --timeout={}", timeout.as_secs()),
        Tool::Helm3 | Tool::Helm4 => format!("helm upgrade --wait --timeout={written}"),
    }
}

/// `ds/agent -n monitoring`.
fn named(daemon_set: &str) -> String {
    match daemon_set.split_once('/') {
        Some((namespace, name)) => format!("ds/{name} -n {namespace}"),
        None => format!("ds/{daemon_set}"),
    }
}

/// Whole seconds as Go reads them, which knows no days: `26h`, `3m30s`.
fn go_duration(span: SimDuration) -> String {
    let seconds = span.as_secs();
    let parts = [(seconds / 3_600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let parts = parts.into_iter().filter(|(many, _)| *many > 0);
    let text = parts.fold(String::new(), |text, (many, unit)| format!("{text}{many}{unit}"));
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_round() {
        let check = |seconds, expected: &str| {
            assert_eq!(go_duration(rounded(SimDuration::from_secs(seconds))), expected);
        };
        check(0, "30s");
        check(25, "30s");
        check(26, "1m");
        check(194, "3m30s");
        check(295, "5m");
        check(296, "6m");
        check(3_590, "1h");
        check(26 * 3_600, "26h1m");
    }

    #[test]
    fn each_tool_has_a_spelling_of_its_own() {
        let twelve = SimDuration::from_secs(720);
        let tools = [Tool::Kubectl, Tool::Helm3, Tool::Helm4, Tool::Flux, Tool::ArgoCd];
        let all = tools.map(|it| to_paste(it, "monitoring/agent", twelve));
        let expected = [
            "kubectl rollout status ds/agent -n monitoring --timeout=12m",
            "helm upgrade --wait --timeout=12m",
            "helm upgrade --wait --timeout=12m",
            "spec.timeout: 12m",
            "argocd app wait NAME --timeout=720",
        ];
        assert_eq!(all, expected);
    }
}
