//! A Pod object of a DaemonSet.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::well_known::{LABEL_CONTROLLER_REVISION_HASH, LABEL_POD_TEMPLATE_GENERATION};
use crate::inspect::{Moment, grace_period, made_spec, pod_uid};
use crate::record::{PodState, namespace_and_name};
use crate::report::objects::addresses::node_address;
use crate::report::objects::container_statuses::container_statuses;
use crate::report::objects::metadata::{fields, maybe_time, owner, time};
use crate::report::objects::pod_conditions::conditions;
use crate::report::objects::pod_ip::pod_ip;
use crate::time::SimDuration;

/// `pod` as `kubectl get pod NAME -o json` has it at this moment.
pub fn pod_object(moment: &Moment, pod: &PodState) -> Value {
    let template = moment.template_of(pod).unwrap_or(&Value::Null);
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(pod, template),
        "spec": made_spec(&template["spec"], &pod.node, pod.bound.is_some()),
        "status": status(moment, pod, &template["spec"]),
    })
}

fn metadata(pod: &PodState, template: &Value) -> Value {
    let (_, name) = namespace_and_name(&pod.daemon_set);
    let grace = grace_period(&template["spec"]);
    let ends = pod.deleted.map(|asked| asked + SimDuration::from_secs(grace));
    let uid = pod_uid(&pod.namespace, &pod.pod, pod.created);
    fields([
        ("annotations", template["metadata"]["annotations"].clone()),
        ("creationTimestamp", time(pod.created)),
        ("deletionGracePeriodSeconds", ends.map_or(Value::Null, |_| grace.into())),
        ("deletionTimestamp", maybe_time(ends)),
        ("finalizers", json!(pod.finalizers)),
        ("generateName", format!("{name}-").into()),
        ("labels", json!(labels(pod, template))),
        ("name", json!(pod.pod)),
        ("namespace", json!(pod.namespace)),
        ("ownerReferences", if pod.orphan { Value::Null } else { owner(&pod.daemon_set) }),
        ("uid", uid.into()),
    ])
}

/// Those of its template, and what tells its revision.
fn labels(pod: &PodState, template: &Value) -> BTreeMap<String, String> {
    let of_template = template["metadata"]["labels"].as_object().into_iter().flatten();
    let of_template = of_template
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()));
    let mut labels = pod.labels.clone().unwrap_or_else(|| of_template.collect());
    if !pod.revision.is_empty() {
        labels.insert(LABEL_CONTROLLER_REVISION_HASH.to_owned(), pod.revision.clone());
    }
    if let Some(generation) = pod.template_generation {
        labels.insert(LABEL_POD_TEMPLATE_GENERATION.to_owned(), generation.to_string());
    }
    labels
}

fn status(moment: &Moment, pod: &PodState, spec: &Value) -> Value {
    let containers = moment.containers_of(pod);
    let bound = pod.bound.map(|_| node_address(&pod.node));
    let address = pod_ip(pod, &containers, spec);
    fields([
        ("conditions", conditions(moment, pod, &containers, spec)),
        ("containerStatuses", container_statuses(&containers.main)),
        ("hostIP", json!(bound)),
        ("hostIPs", bound.as_ref().map_or(Value::Null, |ip| json!([{"ip": ip}]))),
        ("initContainerStatuses", container_statuses(&containers.init)),
        ("message", json!(pod.message)),
        ("phase", json!(pod.phase)),
        ("podIP", json!(address)),
        ("podIPs", address.as_ref().map_or(Value::Null, |ip| json!([{"ip": ip}]))),
        ("reason", json!(pod.reason)),
        ("startTime", maybe_time(pod.bound)),
    ])
}
