//! The versions of Kubernetes whose rules are known.

use std::fmt;
use std::str::FromStr;

/// A version of Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum KubernetesVersion {
    /// 1.31.
    V1_31,
    /// 1.36, the default.
    #[default]
    V1_36,
}

impl KubernetesVersion {
    /// Every version, the oldest first.
    pub const ALL: [Self; 2] = [Self::V1_31, Self::V1_36];
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1_31 => "1.31",
            Self::V1_36 => "1.36",
        })
    }
}

/// Why a text is not a version that is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules of Kubernetes `{0}` are not known")]
pub struct UnknownVersion(String);

impl FromStr for KubernetesVersion {
    type Err = UnknownVersion;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let plain = written.strip_prefix('v').unwrap_or(written);
        let mut all = Self::ALL.into_iter();
        all.find(|v| v.to_string() == plain).ok_or_else(|| UnknownVersion(written.to_owned()))
    }
}
