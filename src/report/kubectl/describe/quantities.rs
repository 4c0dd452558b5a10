//! Amounts of resources.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::Quantity;
use crate::inspect::is_sidecar;

/// Amounts by the names of resources.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// `limits`, `requests` or `allocatable`. What is no amount counts as nothing.
pub(super) fn amounts(written: &Value) -> Amounts {
    let entries = written.as_object().into_iter().flatten();
    entries.map(|(name, amount)| (name.clone(), quantity(amount))).collect()
}

/// An amount that is written as a text or a number.
fn quantity(written: &Value) -> Quantity {
    match written {
        Value::String(text) => text.parse().unwrap_or_default(),
        Value::Number(number) => number.to_string().parse().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Quantity::ZERO,
    }
}

/// The amount of a resource; nothing if it is not named.
pub(super) fn amount_of(amounts: &Amounts, name: &str) -> Quantity {
    amounts.get(name).copied().unwrap_or_default()
}

/// Adds amounts to others.
pub(super) fn add(sum: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let known = sum.entry(name.clone()).or_default();
        *known += *amount;
    }
}

/// Raises amounts to others that are larger.
fn raise(sum: &mut Amounts, least: &Amounts) {
    for (name, amount) in least {
        let known = sum.entry(name.clone()).or_insert(*amount);
        *known = (*known).max(*amount);
    }
}

/// What a pod asks for, and what it may use: of its containers together, or of one that initializes
/// it beside the sidecars before that if it is more; and the overhead.
///
/// Source: `kubectl/pkg/util/resource/resource.go › PodRequestsAndLimits`.
pub(super) fn of_pod(spec: &Value) -> [Amounts; 2] {
    ["requests", "limits"].map(|kind| {
        let of = |container: &Value| amounts(&container["resources"][kind]);
        let mut sum = Amounts::new();
        for container in list(spec, "containers") {
            add(&mut sum, &of(container));
        }
        let (mut sidecars, mut init) = (Amounts::new(), Amounts::new());
        for container in list(spec, "initContainers") {
            let mut beside = of(container);
            if is_sidecar(container) {
                add(&mut sum, &beside);
                add(&mut sidecars, &beside);
                beside = sidecars.clone();
            } else {
                add(&mut beside, &sidecars);
            }
            raise(&mut init, &beside);
        }
        raise(&mut sum, &init);
        let overhead = amounts(&spec["overhead"]);
        let is_limited = |name: &String| sum.get(name).is_some_and(|it| !it.is_zero());
        let overhead: Amounts =
            overhead.into_iter().filter(|(it, _)| kind == "requests" || is_limited(it)).collect();
        add(&mut sum, &overhead);
        sum
    })
}

/// The objects of a list; none if there is no list.
pub(super) fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_needs_its_containers_together_or_the_largest_that_initializes_it() {
        let asks = |cpu: &str| json!({ "resources": { "requests": { "cpu": cpu } } });
        let mut sidecar = asks("100m");
        sidecar["restartPolicy"] = json!("Always");
        let cpu = |spec: Value| amount_of(&of_pod(&spec)[0], "cpu").to_string();
        assert_eq!(cpu(json!({ "containers": [asks("200m"), asks("300m")] })), "500m");
        assert_eq!(
            cpu(json!({ "containers": [asks("200m")], "initContainers": [sidecar, asks("1")] })),
            "1100m"
        );
        assert_eq!(
            cpu(json!({ "containers": [asks("200m")], "initContainers": [asks("1"), sidecar] })),
            "1"
        );
        assert_eq!(
            cpu(json!({ "containers": [asks("200m")], "overhead": { "cpu": "50m" } })),
            "250m"
        );
        assert_eq!(cpu(json!({})), "0");
    }
}
