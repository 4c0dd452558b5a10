//! What every Kubernetes object carries: name, labels, owners, times.
//!
//! What lives here: [`ObjectMeta`] and [`OwnerReference`].

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error};

use crate::api::labels::Labels;
use crate::api::nullable::null_as_default;
use crate::api::timestamp;
use crate::api::well_known::{FINALIZER_FOREGROUND, FINALIZER_ORPHAN};
use crate::time::SimTime;

/// Metadata of an object. Empty texts and zero stand for what is absent, as in Go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Unique within namespace and kind.
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// Empty for objects without a namespace, such as nodes.
    #[serde(deserialize_with = "null_as_default")]
    pub namespace: String,
    /// Unique for ever; empty before the API server has seen the object.
    #[serde(deserialize_with = "null_as_default")]
    pub uid: String,
    /// What selectors look at.
    pub labels: Labels,
    /// What selectors do not look at.
    #[serde(deserialize_with = "annotations")]
    pub annotations: BTreeMap<String, String>,
    /// Raised by one at every change of the spec.
    #[serde(deserialize_with = "null_as_default")]
    pub generation: i64,
    /// When the API server first stored it; microseconds since the Unix epoch in a snapshot.
    #[serde(deserialize_with = "time")]
    pub creation_timestamp: Option<SimTime>,
    /// When its grace period ends, if it is being deleted.
    #[serde(deserialize_with = "time")]
    pub deletion_timestamp: Option<SimTime>,
    /// How long it was given to end, if it is being deleted.
    #[serde(deserialize_with = "null_as_default")]
    pub deletion_grace_period_seconds: u32,
    /// What must be done before it can go.
    #[serde(deserialize_with = "null_as_default")]
    pub finalizers: Vec<String>,
    /// The objects it belongs to.
    #[serde(deserialize_with = "null_as_default")]
    pub owner_references: Vec<OwnerReference>,
}

/// An object that another one belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// Group and version, such as `apps/v1`.
    pub api_version: String,
    /// Kind, such as `DaemonSet`.
    pub kind: String,
    /// Name, in the same namespace.
    pub name: String,
    /// Which of all objects that ever had this name.
    pub uid: String,
    /// Whether this owner manages the object; at most one does.
    #[serde(deserialize_with = "null_as_default")]
    pub controller: bool,
    /// Whether a foreground deletion of the owner waits for the object.
    #[serde(deserialize_with = "null_as_default")]
    pub block_owner_deletion: bool,
}

impl ObjectMeta {
    /// The owner that manages this object.
    ///
    /// Mirrors apimachinery `pkg/apis/meta/v1/controller_ref.go` › `GetControllerOf`.
    pub fn controller_ref(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }

    /// Whether somebody other than the garbage collector keeps the object when it is deleted.
    pub fn is_kept(&self) -> bool {
        self.keeping().next().is_some()
    }

    /// The finalizers that keep the object when it is deleted, but for the garbage collector's.
    pub fn keeping(&self) -> impl Iterator<Item = &str> {
        let own = [FINALIZER_ORPHAN, FINALIZER_FOREGROUND];
        self.finalizers.iter().map(String::as_str).filter(move |it| !own.contains(it))
    }

    /// Whether the object is being deleted.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }
}

/// Reads a time that may be absent; what is no time is an error.
pub(super) fn time<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<SimTime>, D::Error> {
    let written: Option<String> = Option::deserialize(reader)?;
    let read = |text: String| {
        timestamp::parse_rfc3339(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not a time such as `2026-01-31T12:00:00Z`"))
        })
    };
    written.map(read).transpose()
}

fn annotations<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<String, String>, D::Error> {
    let written: Labels = Deserialize::deserialize(reader)?;
    Ok(written.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_with_nulls_as_absent() {
        let json = r#"{"name":"a","labels":null,"annotations":{"x":null},"uid":null,
            "creationTimestamp":null,"deletionTimestamp":"1970-01-01T00:00:05Z",
            "ownerReferences":[{"kind":"X","uid":"1"},{"kind":"Y","uid":"2","controller":true}]}"#;
        let metadata: ObjectMeta = serde_json::from_str(json).unwrap();
        assert_eq!(metadata.annotations["x"], "");
        assert_eq!(metadata.deletion_timestamp, Some(SimTime::from_secs(5)));
        assert!(metadata.is_terminating() && metadata.creation_timestamp.is_none());
        assert_eq!(metadata.controller_ref().unwrap().kind, "Y");
    }

    #[test]
    fn finalizers_of_others_keep_an_object() {
        let check = |finalizers: &[&str], expected: bool| {
            let finalizers = finalizers.iter().map(|&it| it.to_owned()).collect();
            let metadata = ObjectMeta { finalizers, ..ObjectMeta::default() };
            assert_eq!(metadata.is_kept(), expected, "{:?}", metadata.finalizers);
        };
        check(&[], false);
        check(&["orphan", "foregroundDeletion"], false);
        check(&["orphan", "example.test/wait"], true);
    }

    #[test]
    fn wrong_types_are_errors() {
        for json in [r#"{"name":1}"#, r#"{"deletionTimestamp":"soon"}"#, r#"{"generation":"1"}"#] {
            assert!(serde_json::from_str::<ObjectMeta>(json).is_err(), "{json}");
        }
    }
}
