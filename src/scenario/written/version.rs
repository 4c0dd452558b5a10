//! Which Kubernetes.

use crate::api::KubernetesVersion;
use crate::scenario::written::text::{Written, written_as_text};

/// The minor version whose rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version(pub KubernetesVersion);

written_as_text!(Version, "KubernetesVersion", {
    "description": "The version of Kubernetes whose rules apply. Default: \"1.36\".",
    "enum": ["1.31", "1.36", 1.31, 1.36],
    "default": "1.36"
});

impl Written for Version {
    const EXPECTED: &'static str = "a Kubernetes version, `\"1.31\"` or `\"1.36\"`";

    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error| format!("{error}\nhint: write `\"1.36\"`"))
    }

    /// Without quotes it is a number, and means the same.
    fn from_number(number: f64) -> Option<Result<Self, String>> {
        Some(Self::from_text(&number.to_string()))
    }
}
