//! Validation of a DaemonSet and its update strategy.

use crate::api::convert;
use crate::api::validation::field_error::{Errors, FieldError, Shown};
use crate::api::validation::{metadata, pod_spec};
use crate::api::written::{DaemonSet, DaemonSetSpec, IntOrString, RollingUpdate};

/// All errors of a DaemonSet as written, after defaulting, in the API server's order.
///
/// Mirrors pkg/apis/apps/validation/validation.go › `ValidateDaemonSet`.
pub(in crate::api) fn validate(daemon_set: &DaemonSet) -> Vec<FieldError> {
    let mut errors = Errors::default();
    metadata::object_meta(&mut errors, &daemon_set.metadata);
    spec(&mut errors, &daemon_set.spec);
    errors.0
}

fn spec(errors: &mut Errors, spec: &DaemonSetSpec) {
    selector(errors, spec);
    pod_spec::pod_template(errors, "spec.template", &spec.template);
    let pod = &spec.template.spec;
    if pod.restart_policy != "Always" {
        let field = "spec.template.spec.restartPolicy";
        errors.not_supported(field, &pod.restart_policy, &["Always"]);
    }
    if pod.active_deadline_seconds.is_some() {
        let detail = "activeDeadlineSeconds in DaemonSet is not Supported";
        errors.forbidden("spec.template.spec.activeDeadlineSeconds", detail);
    }
    errors.nonnegative("spec.minReadySeconds", spec.min_ready_seconds);
    update_strategy(errors, spec);
    errors.nonnegative("spec.revisionHistoryLimit", spec.revision_history_limit.unwrap_or(0));
}

/// A selector that cannot be parsed is not matched, as its own errors say enough.
fn selector(errors: &mut Errors, spec: &DaemonSetSpec) {
    const FIELD: &str = "spec.selector";
    let found = errors.0.len();
    if let Some(selector) = &spec.selector {
        metadata::label_selector(errors, FIELD, selector);
    }
    let parsed = errors.0.len() == found;
    let labels = &spec.template.metadata.labels;
    let matches = spec.selector.as_ref().is_some_and(|selector| {
        convert::label_selector(selector).is_ok_and(|selector| selector.matches(labels))
    });
    if parsed && !matches {
        let detail = "`selector` does not match template `labels`";
        let shown = metadata::labels_json(labels);
        errors.invalid("spec.template.metadata.labels", shown, detail);
    }
    let empty = |s: &crate::api::written::LabelSelector| {
        s.match_labels.is_empty() && s.match_expressions.is_empty()
    };
    if spec.selector.as_ref().is_some_and(empty) {
        let detail = "empty selector is invalid for daemonset";
        errors.invalid(FIELD, Shown::json("{}"), detail);
    }
}

/// Mirrors pkg/apis/apps/validation/validation.go › `ValidateDaemonSetUpdateStrategy`.
fn update_strategy(errors: &mut Errors, spec: &DaemonSetSpec) {
    let strategy = &spec.update_strategy;
    let rolling = strategy.rolling_update.as_ref();
    match strategy.kind.as_str() {
        "OnDelete" => {}
        "RollingUpdate" => match rolling {
            Some(rolling) => rolling_update(errors, rolling),
            None => errors.required("spec.updateStrategy.rollingUpdate", ""),
        },
        kind => {
            let rolling = if rolling.is_some() { "{}" } else { "null" };
            let shown = Shown::json(format!("{{\"Type\":{kind:?},\"RollingUpdate\":{rolling}}}"));
            errors.not_supported("spec.updateStrategy", shown, &["RollingUpdate", "OnDelete"]);
        }
    }
}

/// Mirrors pkg/apis/apps/validation/validation.go › `ValidateRollingUpdateDaemonSet`.
fn rolling_update(errors: &mut Errors, rolling: &RollingUpdate) {
    let zero = IntOrString::Int(0);
    let unavailable = rolling.max_unavailable.as_ref().unwrap_or(&zero);
    let surge = rolling.max_surge.as_ref().unwrap_or(&zero);
    let fields = [(MAX_UNAVAILABLE, unavailable), (MAX_SURGE, surge)];
    for (field, value) in fields {
        nonnegative_or_percent(errors, field, value);
    }
    for (field, value) in fields {
        if percent(value).is_some_and(|percent| percent > 100) {
            errors.invalid(field, value, "must not be greater than 100%");
        }
    }
    match (is_zero(unavailable), is_zero(surge)) {
        (false, false) => {
            errors.invalid(MAX_SURGE, surge, "may not be set when maxUnavailable is non-zero");
        }
        (true, true) => errors.required(MAX_UNAVAILABLE, "cannot be 0 when maxSurge is 0"),
        (true, false) | (false, true) => {}
    }
}

const MAX_UNAVAILABLE: &str = "spec.updateStrategy.rollingUpdate.maxUnavailable";
const MAX_SURGE: &str = "spec.updateStrategy.rollingUpdate.maxSurge";

/// Mirrors pkg/apis/apps/validation/validation.go › `ValidatePositiveIntOrPercent`, which lets
/// zero pass in spite of its name.
fn nonnegative_or_percent(errors: &mut Errors, field: &str, value: &IntOrString) {
    match value {
        IntOrString::Int(number) => errors.nonnegative(field, *number),
        IntOrString::Text(_) if percent(value).is_some() => {}
        IntOrString::Text(_) => errors.invalid(
            field,
            value,
            "a valid percent string must be a numeric string followed by an ending '%' \
             (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
    }
}

/// The number before the percent sign, clamped to 64 bits.
fn percent(value: &IntOrString) -> Option<u64> {
    let IntOrString::Text(text) = value else { return None };
    let digits = text.strip_suffix('%')?;
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Text that is no percentage counts as the number it may be, as upstream has it.
fn is_zero(value: &IntOrString) -> bool {
    match value {
        IntOrString::Int(number) => *number == 0,
        IntOrString::Text(text) => {
            percent(value).unwrap_or_else(|| u64::from(text.parse().is_ok_and(|n: i64| n != 0)))
                == 0
        }
    }
}
