//! The version of Kubernetes whose rules apply.
//!
//! Only where behavior differs does a version matter; the two that are told apart stand at
//! either end of what is supported upstream.

use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KubernetesVersion {
    /// 1.31.
    V1_31,
    /// 1.36, the default.
    #[default]
    V1_36,
}

/// Why a text is not a version that is simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Kubernetes `{written}` is not simulated, only 1.31 and 1.36 are")]
pub struct ParseVersionError {
    written: String,
}

impl KubernetesVersion {
    /// `1.31` or `1.36`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1_31 => "1.31",
            Self::V1_36 => "1.36",
        }
    }
}

/// The minor version in one such as `1.36`: 36. Of what is no version it is later than all, so that
/// the newest rules hold.
pub fn minor_version(written: &str) -> u32 {
    let minor = written.split('.').nth(1).and_then(|minor| minor.parse().ok());
    minor.unwrap_or(u32::MAX)
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KubernetesVersion {
    type Err = ParseVersionError;

    /// Reads `1.36`, `v1.36` and, since patch releases change no rule, `v1.36.2`.
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let error = || ParseVersionError { written: written.to_owned() };
        let mut parts = written.strip_prefix('v').unwrap_or(written).splitn(3, '.');
        let minor = (parts.next(), parts.next());
        let patch = parts.next().is_none_or(|patch| patch.parse::<u16>().is_ok());
        match minor {
            (Some("1"), Some("31")) if patch => Ok(Self::V1_31),
            (Some("1"), Some("36")) if patch => Ok(Self::V1_36),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Option<KubernetesVersion>) {
        assert_eq!(written.parse().ok(), expected, "{written}");
    }

    #[test]
    fn versions_are_read_with_and_without_prefix_and_patch() {
        check("1.31", Some(KubernetesVersion::V1_31));
        check("v1.36", Some(KubernetesVersion::V1_36));
        check("v1.36.2", Some(KubernetesVersion::V1_36));
        for other in ["", "1", "1.3", "1.37", "1.36.x", "1.36.", "2.36", "1.360"] {
            check(other, None);
        }
    }
}
