//! A ControllerRevision object.

use serde_json::{Value, json};

use crate::api::well_known::LABEL_CONTROLLER_REVISION_HASH;
use crate::inspect::uid;
use crate::record::RevisionState;
use crate::report::objects::metadata::{fields, owner, time};

/// `it` as `kubectl get controllerrevision NAME -o json` has it. Its data is a patch that replaces
/// the template.
///
/// Source: `pkg/controller/daemon/update.go › getPatch, snapshot`.
pub fn controller_revision_object(it: &RevisionState) -> Value {
    let created = time(it.created);
    let born = created.as_str().unwrap_or_default();
    let uid = uid(&["ControllerRevision", &it.namespace, &it.name, born]);
    let mut labels = it.labels.clone();
    labels.insert(LABEL_CONTROLLER_REVISION_HASH.to_owned(), it.hash.clone());
    let mut template = it.template.clone();
    if let Value::Object(fields) = &mut template {
        fields.insert("$patch".to_owned(), "replace".into());
    }
    let owners = it.owner.as_ref().map_or(Value::Null, |it| owner(it));
    json!({
        "apiVersion": "apps/v1",
        "data": {"spec": {"template": template}},
        "kind": "ControllerRevision",
        "metadata": fields([
            ("annotations", json!(it.annotations)),
            ("creationTimestamp", created),
            ("labels", json!(labels)),
            ("name", json!(it.name)),
            ("namespace", json!(it.namespace)),
            ("ownerReferences", owners),
            ("uid", uid.into()),
        ]),
        "revision": it.number,
    })
}
